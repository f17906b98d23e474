//! The reliability score: the part of the account-time in which an integration works.

mod outlook;
#[cfg(test)]
mod tests;

use chrono::NaiveDateTime;

use super::detection::{BrokenTime, clip, range_of};
use super::facts::hours_between;
use super::series::Series;
use super::{Episode, Evidence, Failure, InUse, Moment, Reliability, Standing};
use crate::config::ReliabilitySettings;
use crate::stats;
use crate::units::{Estimate, definition};
use outlook::{Broken, Outlook};

definition! {
    /// The part of the account-time in which an integration works: 1 − broken account-hours / account-hours in use, both of the
    /// period, 0–1. An account has an integration in use from its first run to the as-of date, its churn, or the moment when it counts as
    /// disconnected. Broken are the hours of its episodes from the expected onset to the expected end, times the part of the function that
    /// was lost; where two overlap, the time counts once, at the greater loss.
    ///
    /// The score can be taken apart: 1 − score = episodes per account-hour × (hours to detect + hours to repair), the last two the
    /// means over the episodes that touch the period of their broken hours before anybody knew and after. They say what to
    /// mend: the cause, the monitor, or the repair. Beside the score stand the least and the most broken hours that the
    /// runs allow, because onset and end are only known to lie between two of them; sparse runs make that range wide, whatever the score.
    ///
    /// The interval takes whole accounts as the sampling unit, as that of the failure share does: a week-long outage of one account is one
    /// observation. It is *met* when the whole interval lies at or above the target (`reliability.targets` by id, else
    /// `reliability.target`), *missed* when the whole interval lies below it, else *undecided*, and always undecided with fewer than
    /// `reliability.min_runs` runs in the period: a new integration is neither praised nor blamed. With a target of 0.99 and
    /// nothing broken at all, some 380 accounts are needed to meet it.
    ///
    /// Why not the share of runs that succeed: an integration that runs every five minutes and breaks for an hour fails twelve
    /// times, one that runs once a day perhaps never, and one that has stopped running fails no run at all. Time without the
    /// function is what an account notices. Unknown without runs that name accounts.
    pub RELIABILITY, "reliability", "Reliability score"
}

definition! {
    /// Broken account-hours to expect in the next quarter (91.3125 days) of the accounts that have the integration in use on the as-of
    /// date: their hours × episodes per account-hour × mean broken hours of an episode, the last two from the period. Integrations
    /// are ranked by it, ties by id: it is what a repair would save. It can be no more than all hours of those accounts.
    ///
    /// Few episodes say little, so both factors are drawn towards those of all integrations, the more the less the own
    /// data say: the frequency by a Gamma–Poisson model (Marshall 1991), the length by a normal model of its
    /// logarithm (DerSimonian & Laird 1986). Episodes of one failure, or of one account, are no independent
    /// observations: they count for n²/Σk² of them (Kish 1965), by failures or by accounts, whichever is fewer. The scatter of lengths
    /// is taken relative to the mean and from all integrations together; 1, that of exponential times, where no
    /// integration has two different ones.
    ///
    /// Fall-backs: where integrations scatter no more than chance does, they are taken to differ by one standard error of that
    /// chance; of a single integration nothing is drawn anywhere; where nothing was broken anywhere, 0, up to the upper end of the
    /// broken share.
    ///
    /// The 95 % interval combines the variances of both on the log scale. In 3,200 invented companies of eight kinds (3–300 integrations,
    /// 1–30 failures each, 1–4 accounts a failure) it held the truth for 89–96 % of the integrations, least where there are few of
    /// either. It is that of the expectation; a single quarter
    /// scatters more. It assumes that the coming quarter is like the period: it knows of no vendor change in the calendar.
    pub EXPECTED_BROKEN_HOURS, "expected_broken_hours", "Broken account-hours to expect"
}

/// By capability; `None` without runs that name accounts in the period. The failures are those of the episodes.
pub(super) fn by_capability(
    (failures, episodes): (&[Failure], &[Episode]),
    (in_use, series): (&[InUse], &[Series]),
    evidence: Evidence,
    settings: &ReliabilitySettings,
) -> Vec<Option<Reliability>> {
    let mut accounts = accounts(in_use, evidence);
    let broken = tally(&mut accounts, failures, episodes, evidence);
    let runs = runs(series, evidence);
    let mut outlooks = Vec::new();
    let mut found: Vec<Option<Reliability>> = Vec::new();
    for (capability, facts) in evidence.facts.capabilities.iter().enumerate() {
        let own = range_of(&accounts, |account| account.capability, capability);
        let target = settings.targets.get(&facts.capability.id).copied().unwrap_or(settings.target);
        let judged = score(own, target, runs[capability] >= u64::from(settings.min_runs));
        if let Some(reliability) = &judged {
            let accounts = own.iter().filter(|account| account.is_current).count();
            let broken = range_of(&broken, |broken| broken.capability, capability);
            outlooks.push(Outlook::of(capability, broken, accounts, reliability));
        }
        found.push(judged);
    }
    for (capability, expected) in outlook::expected(&outlooks) {
        if let Some(reliability) = &mut found[capability] {
            reliability.expected_broken_hours = expected;
        }
    }
    rank(&mut found, evidence);
    found
}

/// One account with one integration in use in the period.
#[derive(Debug, Clone, PartialEq)]
struct AccountUse<'a> {
    capability: usize,
    account: &'a str,
    /// Within the period, by time, apart from each other.
    stretches: Vec<(NaiveDateTime, NaiveDateTime)>,
    hours: f64,
    /// Whether it is in use on the as-of date.
    is_current: bool,
    episodes: u64,
    broken: f64,
    dark: f64,
    least: f64,
    most: f64,
}

/// By capability, then account.
fn accounts<'a>(in_use: &'a [InUse], evidence: Evidence) -> Vec<AccountUse<'a>> {
    let named = in_use.iter().filter_map(|in_use| Some((in_use.capability, in_use.account.as_deref()?, in_use)));
    let mut named: Vec<(usize, &str, &InUse)> = named.collect();
    named.sort_unstable_by_key(|(capability, account, in_use)| (*capability, *account, in_use.from, in_use.until));
    let mut found = Vec::new();
    for own in named.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let mut stretches: Vec<(NaiveDateTime, NaiveDateTime)> = Vec::new();
        for stretch in own.iter().filter_map(|(.., used)| clip((used.from, used.until), evidence.period())) {
            match stretches.last_mut().filter(|last| stretch.0 <= last.1) {
                Some(last) => last.1 = last.1.max(stretch.1),
                None => stretches.push(stretch),
            }
        }
        found.push(AccountUse {
            capability: own[0].0,
            account: own[0].1,
            hours: stretches.iter().map(|&(from, until)| hours_between(from, until)).sum(),
            stretches,
            is_current: own.iter().any(|(.., used)| used.until >= evidence.now()),
            episodes: 0,
            broken: 0.0,
            dark: 0.0,
            least: 0.0,
            most: 0.0,
        });
    }
    found
}

/// Adds up what was broken while it was in use; gives the episodes that cost any time, by capability.
fn tally(accounts: &mut [AccountUse], failures: &[Failure], episodes: &[Episode], evidence: Evidence) -> Vec<Broken> {
    let now = evidence.now();
    let end = |episode: &Episode, of: fn(Moment) -> NaiveDateTime| episode.ended.map_or(now, of).min(now);
    let expected = |episode: &Episode| (episode.began.middle(), end(episode, Moment::middle));
    let middle = BrokenTime::of(episodes, expected);
    let least = BrokenTime::of(episodes, |episode| (episode.began.latest, end(episode, |ended| ended.earliest)));
    let most = BrokenTime::of(episodes, |episode| (episode.began.earliest, end(episode, |ended| ended.latest)));
    let mut of_failure = vec![(usize::MAX, None); episodes.len()];
    for (index, failure) in failures.iter().enumerate() {
        failure.episodes.iter().for_each(|&place| of_failure[place] = (index, failure.detected_at));
    }
    let mut found = Vec::new();
    for (place, episode) in episodes.iter().enumerate() {
        let key = (episode.capability, episode.account.as_deref().unwrap_or_default());
        let account = accounts.binary_search_by(|account| (account.capability, account.account).cmp(&key)).ok();
        let Some(account) = account.filter(|_| episode.account.is_some()) else { continue };
        let used = &mut accounts[account];
        let (failure, detected_at) = of_failure[place];
        used.episodes += u64::from(used.stretches.iter().any(|&stretch| clip(expected(episode), stretch).is_some()));
        let inside = |broken: &BrokenTime, until: NaiveDateTime| {
            let mut hours = 0.0;
            for stretch in broken.of_episode(place) {
                let stretch = (stretch.0, stretch.1.min(until));
                let used = used.stretches.iter().filter_map(|&used| clip(stretch, used));
                hours += used.map(|(from, until)| hours_between(from, until)).sum::<f64>();
            }
            hours * episode.weight
        };
        let hours = inside(&middle, now);
        let (dark, least, most) =
            (inside(&middle, detected_at.unwrap_or(now)), inside(&least, now), inside(&most, now));
        used.broken += hours;
        used.dark += dark;
        used.least += least;
        used.most += most;
        if hours > 0.0 {
            found.push(Broken { capability: episode.capability, account, failure, hours });
        }
    }
    found.sort_by(Broken::order);
    found
}

/// Runs of the period that name an account, by capability.
fn runs(series: &[Series], evidence: Evidence) -> Vec<u64> {
    let (start, end) = evidence.period();
    let mut runs = vec![0; evidence.facts.capabilities.len()];
    for series in series.iter().filter(|series| series.account.is_some()) {
        let inside = series.runs.iter().filter(|run| (start..end).contains(&run.started));
        runs[series.capability] += inside.count() as u64;
    }
    runs
}

/// The score of one capability, without what is to be expected and its rank. `None` when no account had it in use.
#[expect(clippy::cast_precision_loss, reason = "counts of episodes lie far below 2^53")]
fn score(accounts: &[AccountUse], target: f64, has_enough_runs: bool) -> Option<Reliability> {
    let broken_share = stats::cluster_share(accounts.iter().map(|account| (account.broken, account.hours)))?;
    let score = Estimate {
        point: 1.0 - broken_share.point,
        low: 1.0 - broken_share.high,
        high: 1.0 - broken_share.low,
        n: broken_share.n,
    };
    let sum = |of: fn(&AccountUse) -> f64| accounts.iter().map(of).sum::<f64>();
    let (account_hours, broken_hours, dark_hours) =
        (sum(|account| account.hours), sum(|account| account.broken), sum(|account| account.dark));
    let episodes: u64 = accounts.iter().map(|account| account.episodes).sum();
    let mean = |hours: f64| if episodes == 0 { 0.0 } else { hours / episodes as f64 };
    let standing = match has_enough_runs {
        true if score.low >= target => Standing::Meets,
        true if score.high < target => Standing::Misses,
        _ => Standing::Undecided,
    };
    Some(Reliability {
        score,
        account_hours,
        broken_hours,
        broken_hours_range: (sum(|account| account.least), sum(|account| account.most)),
        frequency: episodes as f64 / account_hours,
        hours_to_detect: mean(dark_hours),
        hours_to_repair: mean(broken_hours - dark_hours),
        episodes,
        target,
        standing,
        expected_broken_hours: Estimate { point: 0.0, low: 0.0, high: f64::INFINITY, n: 0 },
        rank: 0,
    })
}

/// Places by the broken hours to expect, the most first, ties by id.
fn rank(found: &mut [Option<Reliability>], evidence: Evidence) {
    let ranked = found
        .iter()
        .enumerate()
        .filter_map(|(capability, reliability)| Some((reliability.as_ref()?.expected_broken_hours.point, capability)));
    let mut ranked: Vec<(f64, usize)> = ranked.collect();
    let id = |capability: usize| &evidence.facts.capabilities[capability].capability.id;
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| id(a.1).cmp(id(b.1))));
    for (place, (_, capability)) in ranked.into_iter().enumerate() {
        if let Some(reliability) = &mut found[capability] {
            reliability.rank = place + 1;
        }
    }
}
