//! What every account rests on, and what of it was broken, over any span of days.
//!
//! Use is counted by month, so a span is looked at through the months that it touches. Everything is laid out by account, and
//! the answer for one account and one span takes one pass over what is known of that account.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::contracts::Contracts;
use super::series::Series;
use super::{Episode, Evidence};
use crate::attribute::CapabilityKind;
use crate::config::ChurnSettings;
use crate::units::{Month, Share};

/// A span of days, the second excluded.
pub(super) type Window = (NaiveDate, NaiveDate);

/// Days of a month on which an account used an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DaysOfUse {
    account: usize,
    capability: usize,
    month: Month,
    days: u64,
}

/// What an account did with its integrations over a span.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    /// The integrations that it used, by capability, each with the part of its active days that it carried.
    pub used: Vec<(usize, Share)>,
    /// Those with a sustained episode in the span, by capability.
    pub broken: Vec<Broken>,
}

/// What was broken of one integration for one account in a span.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Broken {
    pub capability: usize,
    /// Part of the account's active days that it carried.
    pub dependence: Option<Share>,
    /// Sustained episodes that touch the span, as indices into all of them.
    pub episodes: Vec<usize>,
    /// Their hours within it, weighted by the part of the function that was lost.
    pub hours: f64,
    /// The same of the longest.
    pub longest: f64,
}

impl Look {
    /// How much of its active days an integration carried.
    pub fn dependence(&self, capability: usize) -> Option<Share> {
        let at = self.used.binary_search_by_key(&capability, |used| used.0).ok()?;
        Some(self.used[at].1)
    }

    /// The integrations that it rests on: those whose failure would count.
    pub fn rests_on<'a>(&'a self, settings: &'a ChurnSettings) -> impl Iterator<Item = usize> + 'a {
        let carries = |used: &&(usize, Share)| used.1.value() >= settings.dependence_from;
        self.used.iter().filter(carries).map(|used| used.0)
    }

    /// The failures that count: long enough, on an integration that it rests on.
    pub fn failures<'a>(&'a self, settings: &'a ChurnSettings) -> impl Iterator<Item = &'a Broken> {
        let rests = |broken: &&Broken| broken.dependence.is_some_and(|share| share.value() >= settings.dependence_from);
        self.broken.iter().filter(|broken| broken.is_long(settings)).filter(rests)
    }
}

impl Broken {
    /// Whether one of its episodes was broken for as long as counts.
    pub fn is_long(&self, settings: &ChurnSettings) -> bool {
        self.longest > 0.0 && self.longest >= settings.broken_hours_from
    }
}

/// Use and failures by account. Accounts are indices into [`Contracts::list`]; who is not in the table is left out.
#[derive(Debug)]
pub(super) struct Exposure<'a> {
    episodes: &'a [Episode],
    /// By account, capability, month.
    days: Vec<DaysOfUse>,
    days_of: Vec<Range<usize>>,
    /// Days of use of the whole product: by account, month.
    activity: Vec<(usize, Month, u64)>,
    activity_of: Vec<Range<usize>>,
    /// Sustained episodes: by account, then as they stand.
    sustained: Vec<(usize, usize)>,
    sustained_of: Vec<Range<usize>>,
    /// The day of the first run of all; `None` without runs.
    pub watched_from: Option<NaiveDate>,
}

impl<'a> Exposure<'a> {
    pub fn new(episodes: &'a [Episode], series: &[Series], contracts: &Contracts, evidence: Evidence) -> Self {
        let accounts = contracts.list.len();
        let days = days_of_use(episodes, series, contracts, evidence);
        let activity = activity(contracts, evidence);
        let of_episode = |(index, episode): (usize, &Episode)| {
            let account = contracts.position(episode.account.as_deref()?)?;
            episode.sustained.then_some((account, index))
        };
        let mut sustained: Vec<(usize, usize)> = episodes.iter().enumerate().filter_map(of_episode).collect();
        sustained.sort_unstable_by_key(|&(account, index)| (account, episodes[index].capability, index));
        let first = |series: &Series| series.runs.first().map(|attempt| attempt.started.date());
        Self {
            episodes,
            days_of: ranges(accounts, &days, |days| days.account),
            days,
            activity_of: ranges(accounts, &activity, |activity| activity.0),
            activity,
            sustained_of: ranges(accounts, &sustained, |sustained| sustained.0),
            sustained,
            watched_from: series.iter().filter_map(first).min(),
        }
    }

    /// What an account used and what of it was broken in a span.
    ///
    /// How much an integration carries is read from the months before those of the span, as many as they are, so that
    /// neither the failure nor a fade within the span moves it; of one that was not in use there, from the months of the span.
    pub fn look(&self, account: usize, window: Window) -> Look {
        let used = self.used(account, window);
        let mut look = Look { used, broken: Vec::new() };
        let (from, until) = (midnight(window.0), midnight(window.1));
        for &(_, index) in &self.sustained[self.sustained_of[account].clone()] {
            let episode = &self.episodes[index];
            let hours = episode.hours_within(from, until) * episode.weight;
            if hours <= 0.0 {
                continue;
            }
            if look.broken.last().is_none_or(|broken| broken.capability != episode.capability) {
                let dependence = look.dependence(episode.capability);
                let (capability, episodes) = (episode.capability, Vec::new());
                look.broken.push(Broken { capability, dependence, episodes, hours: 0.0, longest: 0.0 });
            }
            let broken = look.broken.last_mut().expect("one was pushed above");
            broken.episodes.push(index);
            broken.hours += hours;
            broken.longest = broken.longest.max(hours);
        }
        look
    }

    /// Whether it ever had a sustained episode.
    pub fn was_broken(&self, account: usize) -> bool {
        !self.sustained_of[account].is_empty()
    }

    /// The integrations with a sustained episode that is open.
    pub fn open(&self, account: usize) -> impl Iterator<Item = usize> + '_ {
        let episodes = self.sustained[self.sustained_of[account].clone()].iter().map(|&(_, index)| index);
        episodes
            .map(|index| &self.episodes[index])
            .filter(|episode| episode.ended.is_none())
            .map(|open| open.capability)
    }

    /// Use of the whole product by month.
    pub fn activity(&self, account: usize) -> impl Iterator<Item = (Month, u64)> + '_ {
        self.activity[self.activity_of[account].clone()].iter().map(|&(_, month, days)| (month, days))
    }

    fn used(&self, account: usize, window: Window) -> Vec<(usize, Share)> {
        let [before, within] = months(window);
        let of_product = [&before, &within]
            .map(|months| self.activity(account).filter(|of| months.contains(&of.0)).map(|of| of.1).sum::<u64>());
        let lines = self.days[self.days_of[account].clone()].chunk_by(|a, b| a.capability == b.capability);
        let sum = |lines: &[DaysOfUse], months: &Range<Month>| {
            lines.iter().filter(|line| months.contains(&line.month)).map(|line| line.days).sum::<u64>()
        };
        let used: Vec<(usize, [u64; 2])> =
            lines.map(|lines| (lines[0].capability, [sum(lines, &before), sum(lines, &within)])).collect();
        // Where nothing is known of the product, the days of the integration that has most of them stand for it.
        let most = [0, 1].map(|span| used.iter().map(|(_, days)| days[span]).max().unwrap_or_default());
        let share = |(capability, days): (usize, [u64; 2])| {
            let span = usize::from(days[0] == 0);
            let product = if of_product[span] > 0 { of_product[span] } else { most[span] };
            #[expect(clippy::cast_precision_loss, reason = "days of a few months")]
            let share = Share::of(days[span] as f64, product.max(days[span]) as f64)?;
            Some((capability, share))
        };
        // What it used at another time, which may come after the span, it does not use here.
        used.into_iter().filter(|(_, days)| *days != [0, 0]).filter_map(share).collect()
    }
}

/// The months that a span touches, after as many before them.
fn months((from, until): Window) -> [Range<Month>; 2] {
    let first = Month::of(from);
    let end = Month::of(until.pred_opt().unwrap_or(until).max(from)).plus(1);
    [first.plus(-end.since(first))..first, first..end]
}

pub(super) fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

/// So many days earlier.
pub(super) fn earlier(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// Where the lines of each account stand among lines that are sorted by account.
fn ranges<T>(accounts: usize, lines: &[T], account_of: impl Fn(&T) -> usize) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |account| {
        let rest = &lines[start..];
        let length = rest.iter().take_while(|line| account_of(line) == account).count();
        start += length;
        start - length..start
    };
    (0..accounts).map(range).collect()
}

/// Days of use of every integration by month: those with use or those with a run, whichever are more, since pre-counted use
/// has one row a month and most integrations run without anybody looking.
fn days_of_use(episodes: &[Episode], series: &[Series], contracts: &Contracts, evidence: Evidence) -> Vec<DaysOfUse> {
    let mut integrations: BTreeSet<usize> = series.iter().map(|series| series.capability).collect();
    integrations.extend(episodes.iter().map(|episode| episode.capability));
    let capabilities = evidence.facts.capabilities.iter().enumerate();
    integrations.extend(
        capabilities
            .filter(|(_, facts)| facts.capability.kind == CapabilityKind::Integration)
            .map(|(capability, _)| capability),
    );
    let accounts = positions(contracts, evidence);
    let mut lines: Vec<DaysOfUse> = Vec::new();
    for (&month, cells) in &evidence.rollup.monthly {
        let known = cells.iter().filter(|cell| integrations.contains(&cell.capability));
        lines.extend(known.filter_map(|cell| {
            let account = accounts[cell.account?]?;
            Some(DaysOfUse { account, capability: cell.capability, month, days: cell.measures.active_days })
        }));
    }
    for series in series {
        let Some(account) = series.account.and_then(|id| contracts.position(id)) else { continue };
        for runs in series.runs.chunk_by(|a, b| Month::of(a.started.date()) == Month::of(b.started.date())) {
            let days = runs.chunk_by(|a, b| a.started.date() == b.started.date()).count() as u64;
            let month = Month::of(runs[0].started.date());
            lines.push(DaysOfUse { account, capability: series.capability, month, days });
        }
    }
    // The most of a month comes last, and is the one that is kept.
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let same = (next.account, next.capability, next.month) == (kept.account, kept.capability, kept.month);
        if same {
            kept.days = kept.days.max(next.days);
        }
        same
    });
    lines
}

fn activity(contracts: &Contracts, evidence: Evidence) -> Vec<(usize, Month, u64)> {
    let accounts = positions(contracts, evidence);
    let months = evidence.rollup.activity_monthly.iter();
    let lines = months.flat_map(|(&month, active)| active.iter().map(move |(&account, of)| (account, month, of)));
    let mut lines: Vec<(usize, Month, u64)> =
        lines.filter_map(|(account, month, of)| Some((accounts[account]?, month, of.active_days))).collect();
    lines.sort_unstable();
    lines
}

/// The account of every account of the rollup.
fn positions(contracts: &Contracts, evidence: Evidence) -> Vec<Option<usize>> {
    evidence.rollup.accounts.iter().map(|id| contracts.position(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::churn::tests::{Use, day, rollup};
    use crate::integrations::testing::{Company, account};
    use crate::rollup::{Activity, Rollup};

    #[test]
    fn a_span_touches_months_and_is_judged_by_as_many_before() {
        let month = |text: &str| Month::of(day(text));
        for (from, until, before, first, last) in [
            ("2026-05-17", "2026-08-15", "2026-01-01", "2026-05-01", "2026-08-01"),
            ("2026-07-01", "2026-10-01", "2026-04-01", "2026-07-01", "2026-09-01"),
            ("2026-07-31", "2026-08-01", "2026-06-01", "2026-07-01", "2026-07-01"),
        ] {
            let [earlier, within] = months((day(from), day(until)));
            assert_eq!(earlier, month(before)..month(first));
            assert_eq!(within, month(first)..month(last).plus(1));
        }
    }

    /// From July on the account hardly uses the product, and the first integration not at all; the second began in July.
    fn looked_at(edit: impl Fn(&mut Rollup)) -> Vec<(usize, f64)> {
        let company = Company { accounts: vec![account("u")], ..Company::new(&["a", "b"]) };
        let used = Use { account: "u".into(), product: 20, integrations: vec![(0, 5), (1, 2)] };
        let mut rollup = rollup(&[used], "2026-01", "2026-09");
        edit(&mut rollup);
        company.look(|evidence, _| {
            let contracts = Contracts::new(evidence.accounts, evidence.spans.as_of);
            let exposure = Exposure::new(&[], &[], &contracts, Evidence { rollup: &rollup, ..evidence });
            let used = exposure.look(0, (day("2026-07-01"), day("2026-09-29"))).used;
            used.into_iter().map(|(capability, share)| (capability, share.value())).collect()
        })
    }

    #[test]
    fn neither_a_failure_nor_a_fade_moves_what_an_integration_carried() {
        let july = Month::of(day("2026-07-01"));
        let before = [(0, 0.25), (1, 0.1)];
        assert_eq!(looked_at(|_| {}), before);
        let faded = looked_at(|rollup| {
            for (_, activity) in rollup.activity_monthly.range_mut(july..) {
                activity.insert(0, Activity { active_days: 1, active_users: 1 });
            }
            for (_, cells) in rollup.monthly.range_mut(july..) {
                cells.retain(|cell| cell.capability != 0);
            }
        });
        assert_eq!(faded, before);
        let new = looked_at(|rollup| {
            for (_, cells) in rollup.monthly.range_mut(..july) {
                cells.retain(|cell| cell.capability != 1);
            }
            for (_, activity) in rollup.activity_monthly.range_mut(july..) {
                activity.insert(0, Activity { active_days: 10, active_users: 1 });
            }
        });
        assert_eq!(new, [(0, 0.25), (1, 0.2)], "what is new is judged by the months in which it was there");
    }

    /// Not in the six months looked at: otherwise what an account takes up later would place it in a stratum today, and
    /// who never used an integration would be one who uses it little.
    #[test]
    fn what_was_used_at_another_time_is_not_used() {
        let [april, january] = ["2026-04-01", "2026-01-01"].map(|text| Month::of(day(text)));
        let given_up = looked_at(|rollup| {
            for (_, cells) in rollup.monthly.range_mut(april..) {
                cells.retain(|cell| cell.capability != 1);
            }
            assert!(rollup.monthly[&january].iter().any(|cell| cell.capability == 1));
        });
        assert_eq!(given_up, [(0, 0.25)]);
    }
}
