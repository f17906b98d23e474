use chrono::NaiveDate;

use super::{Rhythm, RhythmKind};
use crate::stats;
use crate::units::{Estimate, Month, Share, definition};

definition! {
    /// How often accounts come back to a capability, so that each is judged over a window that fits it: a report for the end of the
    /// year is not unused in July.
    ///
    /// *Yearly* first: of the account-months of the last twelve months (an account active in a month is one), at least half
    /// lie in three consecutive calendar months, with the whole 95 % interval (accounts as sampling units); and these three
    /// are a season and no rise or fall: the known months before and after them hold at most half as much each, or the
    /// same three months held at least half of the year before too. It needs twelve months of data in which the capability
    /// was on offer (since its launch, or since its first use where no launch is known), and is never said of one that falls
    /// steadily (Mann–Kendall p < 0.05, and a slope that takes a quarter of the highest month's adoption in a year): its better
    /// months are the past.
    ///
    /// Else by the median number of months until an account that was active in a month is active again: 1 is *monthly*, 2 to
    /// 6 is *quarterly*, more is *yearly* under the same conditions. An account that has not come back yet says that it took at
    /// least so long (Kaplan–Meier); every account has one voice, however often it came. Unknown below three months of data,
    /// with fewer than three such waits, or when most never come back.
    ///
    /// The window is the period for a monthly rhythm, three or six months for a quarterly one, twelve for a yearly one; never
    /// shorter than the period.
    pub RHYTHM, "rhythm", "Rhythm of use"
}

definition! {
    /// Adoption over the window that fits the rhythm, up to the end of the period: accounts with at least
    /// `adoption.min_active_days` days of use in its months, over the accounts under contract at any time in it. Wilson
    /// interval. For a monthly rhythm it is the adoption rate of the period.
    ///
    /// A yearly capability that is common in its window is not rare, whatever the quarter says. Unknown where the rhythm is, and
    /// for counts, because which accounts they are is not known.
    pub ADOPTION_IN_RHYTHM, "adoption_in_rhythm", "Adoption in its rhythm"
}

definition! {
    /// Part of the account-months of the last twelve months that lie in the three consecutive calendar months with most of
    /// them; December, January and February are consecutive. Steady use gives a quarter, use in one season nearly 1.
    /// Shown with the month of highest adoption, the last of equal ones; there is none without any use. Unknown with less than twelve observed months, or without any use in them.
    pub PEAK_SHARE, "peak_share", "Share of the strongest season"
}

/// Months of a year.
const YEAR: usize = 12;
/// Months of a season.
const SEASON: usize = 3;
/// Part of the year's use in a season from which it carries the year.
const CARRIES: f64 = 0.5;
/// How much of the season's mean month the months on either side may hold.
const QUIET: f64 = 0.5;

/// Use of one capability by month.
#[derive(Debug)]
pub(super) struct MonthlyUse<'a> {
    /// The months of the trend, oldest first.
    pub months: &'a [Month],
    /// Adoption by month; `None` where the month was not observed.
    pub adoption: &'a [Option<f64>],
    /// Active accounts by month, aligned with the months.
    pub counts: Vec<u64>,
    /// First day on offer; `None` when not known.
    pub launched_on: Option<NaiveDate>,
    /// Whether it falls steadily, and by enough to be the reason of its better months.
    pub falling: bool,
    /// Months of the period.
    pub period_months: usize,
}

/// An account's month of use, and how long it was until the next one.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wait {
    months: usize,
    came_back: bool,
    /// The accounts' weights sum to 1 each.
    weight: f64,
}

/// The rhythm of use that names accounts, without the adoption over its window. `active` are (customer, place of the
/// month), sorted and distinct; `last_place` says until which month a customer could have come back.
pub(super) fn by_account(
    use_of: &MonthlyUse,
    active: &[(usize, usize)],
    last_place: impl Fn(usize) -> usize,
) -> Rhythm {
    let of_accounts = |start: usize, offset: usize| {
        let last_year = active.iter().filter(|(_, place)| *place >= offset).collect::<Vec<_>>();
        let inside = |place: usize| in_season(place - offset, start);
        #[expect(clippy::cast_precision_loss, reason = "twelve months")]
        let shares = last_year
            .chunk_by(|a, b| a.0 == b.0)
            .map(|months| (months.iter().filter(|(_, place)| inside(*place)).count() as f64, months.len() as f64));
        stats::cluster_share(shares)
    };
    let median = median_wait(&waits(active, last_place));
    rhythm(use_of, of_accounts, median.filter(|_| use_of.months.len() >= SEASON))
}

/// The rhythm of counts: seasons can be told, the return of an account cannot.
pub(super) fn by_count(use_of: &MonthlyUse) -> Rhythm {
    let of_counts = |start: usize, offset: usize| {
        let year = &use_of.counts[offset..];
        let inside = year.iter().enumerate().filter(|(place, _)| in_season(*place, start)).map(|(_, count)| count);
        stats::wilson(inside.sum(), year.iter().sum())
    };
    rhythm(use_of, of_counts, None)
}

/// `share` gives the part of the last year's account-months in the season that starts at a place of that year.
fn rhythm(use_of: &MonthlyUse, share: impl Fn(usize, usize) -> Option<Estimate>, median_wait: Option<usize>) -> Rhythm {
    let peak = peak(use_of);
    let year = use_of.months.len().checked_sub(YEAR);
    let observed = |offset: &usize| use_of.adoption[*offset..].iter().all(Option::is_some);
    let season = year.filter(observed).and_then(|offset| {
        let start = season(&use_of.counts[offset..]);
        Some((offset, start, share(start, offset)?))
    });
    let on_offer = on_offer_from(use_of);
    let whole_year = year.is_some_and(|offset| on_offer.is_some_and(|from| from <= offset)) && !use_of.falling;
    let yearly = season.is_some_and(|(offset, start, share)| {
        share.low >= CARRIES && (recurs(use_of, offset, start) || stands_between_quiet(use_of, offset, start))
    });
    let kind = match median_wait {
        _ if whole_year && yearly => Some(RhythmKind::Yearly),
        Some(1) => Some(RhythmKind::Monthly),
        Some(2..=6) => Some(RhythmKind::Quarterly),
        Some(_) if whole_year => Some(RhythmKind::Yearly),
        _ => None,
    };
    let fitting = match (kind, median_wait) {
        (Some(RhythmKind::Monthly), _) => Some(1),
        (Some(RhythmKind::Quarterly), Some(..=3)) => Some(3),
        (Some(RhythmKind::Quarterly), _) => Some(6),
        (Some(RhythmKind::Yearly), _) => Some(YEAR),
        (None, _) => None,
    };
    let window = fitting.map(|months: usize| months.max(use_of.period_months));
    Rhythm {
        kind,
        window_months: window.and_then(|months| u32::try_from(months).ok()),
        adoption: None,
        peak,
        #[expect(clippy::cast_precision_loss, reason = "account-months of a year")]
        peak_share: season.and_then(|(offset, start, _)| {
            let year = &use_of.counts[offset..];
            let inside: u64 = (0..SEASON).map(|month| year[(start + month) % YEAR]).sum();
            Share::of(inside as f64, year.iter().sum::<u64>() as f64)
        }),
    }
}

/// The month of highest adoption among the last twelve, the later of two equal ones; `None` without any use.
fn peak(use_of: &MonthlyUse) -> Option<(Month, f64)> {
    let known = use_of.months.iter().zip(use_of.adoption).rev().take(YEAR);
    let known = known.filter_map(|(month, adoption)| Some((*month, adoption.filter(|adoption| *adoption > 0.0)?)));
    known.max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
}

/// The first month of the data in which it was on offer, as a place; `None` when it never was.
fn on_offer_from(use_of: &MonthlyUse) -> Option<usize> {
    match use_of.launched_on {
        Some(day) => use_of.months.iter().position(|month| *month >= Month::of(day)),
        None => use_of.counts.iter().position(|count| *count > 0),
    }
}

/// Where the season of a year of counts starts: the three consecutive months with most, around the turn too; the earliest of
/// equal ones.
fn season(year: &[u64]) -> usize {
    let sum = |start: usize| (0..SEASON).map(|month| year[(start + month) % YEAR]).sum::<u64>();
    (0..YEAR).rev().max_by_key(|start| sum(*start)).unwrap_or_default()
}

/// Whether a place of the year lies in the season that starts at another.
fn in_season(place: usize, start: usize) -> bool {
    (place + YEAR - start) % YEAR < SEASON
}

/// Whether the same calendar months carried the year before too.
fn recurs(use_of: &MonthlyUse, offset: usize, start: usize) -> bool {
    let Some(earlier) = offset.checked_sub(YEAR) else { return false };
    let year = &use_of.counts[earlier..offset];
    let inside: u64 = (0..SEASON).map(|month| year[(start + month) % YEAR]).sum();
    #[expect(clippy::cast_precision_loss, reason = "account-months of a year")]
    let share = Share::of(inside as f64, year.iter().sum::<u64>() as f64);
    share.is_some_and(|share| share.value() >= CARRIES)
}

/// Whether use rose into the season and fell after it. A season around the turn of the window has the quiet between.
fn stands_between_quiet(use_of: &MonthlyUse, offset: usize, start: usize) -> bool {
    if start + SEASON > YEAR {
        return true;
    }
    let (first, end) = (offset + start, offset + start + SEASON);
    let from = on_offer_from(use_of).unwrap_or(first).max(first.saturating_sub(YEAR - SEASON));
    let inside = mean(use_of, first..end);
    let quiet = |side: Option<f64>| side.zip(inside).is_some_and(|(side, inside)| side <= QUIET * inside);
    quiet(mean(use_of, from..first)) && quiet(mean(use_of, end..offset + YEAR))
}

/// Mean count of the observed months of a stretch; `None` without any.
#[expect(clippy::cast_precision_loss, reason = "account-months of a year")]
fn mean(use_of: &MonthlyUse, places: std::ops::Range<usize>) -> Option<f64> {
    let observed = places.filter(|&place| use_of.adoption[place].is_some());
    let counts: Vec<u64> = observed.map(|place| use_of.counts[place]).collect();
    (!counts.is_empty()).then(|| counts.iter().sum::<u64>() as f64 / counts.len() as f64)
}

/// How long every month of use waited for the next, up to the last month in which there could have been one.
fn waits(active: &[(usize, usize)], last_place: impl Fn(usize) -> usize) -> Vec<Wait> {
    let mut waits = Vec::new();
    for months in active.chunk_by(|a, b| a.0 == b.0) {
        let start = waits.len();
        waits.extend(months.windows(2).map(|two| Wait { months: two[1].1 - two[0].1, came_back: true, weight: 1.0 }));
        let (customer, latest) = months[months.len() - 1];
        let open = last_place(customer).saturating_sub(latest);
        waits.extend((open > 0).then_some(Wait { months: open, came_back: false, weight: 1.0 }));
        #[expect(clippy::cast_precision_loss, reason = "months of two years")]
        let weight = 1.0 / (waits.len() - start).max(1) as f64;
        waits[start..].iter_mut().for_each(|wait| wait.weight = weight);
    }
    waits
}

/// The median wait in months by Kaplan–Meier with weights: the least time at which at most half is left (Kaplan & Meier
/// 1958, J. Am. Stat. Assoc. 53, 457–481). `None` below three waits, or when more than half never come back.
fn median_wait(waits: &[Wait]) -> Option<usize> {
    if waits.len() < 3 {
        return None;
    }
    let longest = waits.iter().map(|wait| wait.months).max()?;
    // By time: the weight of the waits that ended then, and of all that lasted so long and no longer.
    let (mut ended, mut over) = (vec![0.0; longest + 1], vec![0.0; longest + 1]);
    for wait in waits {
        over[wait.months] += wait.weight;
        ended[wait.months] += if wait.came_back { wait.weight } else { 0.0 };
    }
    let mut waiting: f64 = over.iter().sum();
    let mut left = 1.0;
    (1..=longest).find(|&time| {
        waiting -= over[time - 1];
        left *= if ended[time] > 0.0 { (1.0 - ended[time] / waiting).max(0.0) } else { 1.0 };
        // Weights are thirds and sevenths: half is met but for rounding.
        left <= 0.5 + 1e-12
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn months(number: i32) -> Vec<Month> {
        (0..number).map(|n| Month::of("2025-07-01".parse().unwrap()).plus(n)).collect()
    }

    /// The rhythm of accounts given by their places, over so many months from July 2025; all stay customers.
    fn of(number: i32, accounts: &[&[usize]], launched_on: Option<NaiveDate>, falling: bool) -> Rhythm {
        let months = months(number);
        let mut counts = vec![0; months.len()];
        accounts.iter().flat_map(|places| places.iter()).for_each(|&place| counts[place] += 1);
        let adoption: Vec<Option<f64>> = counts.iter().map(|&count| Some(count as f64 / 100.0)).collect();
        let active: Vec<(usize, usize)> = accounts
            .iter()
            .enumerate()
            .flat_map(|(account, places)| places.iter().map(move |&p| (account, p)))
            .collect();
        let use_of =
            MonthlyUse { months: &months, adoption: &adoption, counts, launched_on, falling, period_months: 3 };
        by_account(&use_of, &active, |_| use_of.months.len() - 1)
    }

    const OLD: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 1, 1);

    fn found(rhythm: Rhythm) -> (Option<RhythmKind>, Option<u32>) {
        (rhythm.kind, rhythm.window_months)
    }

    #[test]
    fn every_month_every_few_months_once_a_year() {
        let monthly: &[&[usize]] = &[&[0, 1, 2, 3, 4, 5], &[3, 4, 5], &[0, 2, 3]];
        assert_eq!(found(of(6, monthly, OLD, false)), (Some(RhythmKind::Monthly), Some(3)));
        let quarterly: &[&[usize]] = &[&[0, 3, 6], &[1, 4, 7], &[2, 5, 8]];
        assert_eq!(found(of(9, quarterly, OLD, false)), (Some(RhythmKind::Quarterly), Some(3)));
        let half_yearly: &[&[usize]] = &[&[0, 6, 12], &[1, 7, 13], &[2, 8], &[4, 10]];
        assert_eq!(found(of(15, half_yearly, OLD, false)), (Some(RhythmKind::Quarterly), Some(6)));
        // Each at a time of its own, so no season; all after a year.
        let yearly: Vec<Vec<usize>> = (0..12).map(|n| vec![n, n + 12]).collect();
        let yearly: Vec<&[usize]> = yearly.iter().map(Vec::as_slice).collect();
        assert_eq!(found(of(24, &yearly, OLD, false)), (Some(RhythmKind::Yearly), Some(12)));
        assert_eq!(found(of(24, &yearly, OLD, true)), (None, None), "not of what falls steadily");
    }

    /// Ten accounts close their year in December or January or both; two look in at other times. October to September are
    /// the last twelve months.
    #[test]
    fn a_season_is_a_yearly_rhythm() {
        let both: &[usize] = &[5, 6];
        let accounts = [both, both, both, both, &[5], &[5], &[6], &[6], both, both, &[1], &[12]];
        let seasonal = of(15, &accounts, OLD, false);
        assert_eq!(found(seasonal), (Some(RhythmKind::Yearly), Some(12)));
        assert_eq!(
            seasonal.peak.map(|(month, adoption)| (month.to_string(), adoption)),
            Some(("2026-01".into(), 0.08))
        );
        // Of 17 account-months since October 16 lie in November to January, the earliest of equal seasons.
        assert!((seasonal.peak_share.unwrap().value() - 16.0 / 17.0).abs() < 1e-12);
        assert_eq!(of(15, &accounts, OLD, true).kind, None, "falls steadily, and half never came back");
        let young = NaiveDate::from_ymd_opt(2025, 11, 20);
        assert_ne!(of(15, &accounts, young, false).kind, Some(RhythmKind::Yearly), "on offer for less than a year");
        assert_ne!(of(11, &accounts[..11], OLD, false).kind, Some(RhythmKind::Yearly), "eleven months of data");
    }

    #[test]
    fn a_rise_and_a_fall_are_no_seasons() {
        let rise: &[&[usize]] = &[&[12, 13, 14][..]; 10];
        assert_eq!(of(15, rise, OLD, false).kind, Some(RhythmKind::Monthly));
        let fall: &[&[usize]] = &[&[3][..]; 10];
        assert_eq!(
            of(15, fall, OLD, false).kind,
            Some(RhythmKind::Yearly),
            "quiet before and after: seen once, believed"
        );
        assert_eq!(of(12, &[&[0, 1][..]; 10], OLD, false).kind, Some(RhythmKind::Monthly), "nothing is known before");
        // The same rise a year ago makes it a season.
        let again: &[&[usize]] = &[&[9, 10, 11, 21, 22, 23][..]; 10];
        assert_eq!(of(24, again, OLD, false).kind, Some(RhythmKind::Yearly));
    }

    #[test]
    fn too_little_to_tell() {
        assert_eq!(
            of(2, &[&[0, 1][..]; 10], OLD, false),
            Rhythm { peak: of(2, &[&[0, 1][..]; 10], OLD, false).peak, ..Rhythm::default() }
        );
        assert_eq!(of(15, &[&[3], &[4]], OLD, false).kind, None, "two waits");
        let unused = of(15, &[], OLD, false);
        assert_eq!((unused.peak_share, unused.peak), (None, None), "no month is the highest of zeros");
        assert_eq!(of(0, &[], None, false), Rhythm::default());
    }

    #[test]
    fn counts_tell_a_season_and_no_return() {
        let months = months(15);
        let counts = vec![1, 1, 1, 1, 1, 30, 40, 1, 1, 1, 1, 1, 1, 1, 1];
        let adoption: Vec<Option<f64>> = counts.iter().map(|&count| Some(count as f64 / 100.0)).collect();
        let launched_on = OLD;
        let use_of = MonthlyUse {
            months: &months,
            adoption: &adoption,
            counts: counts.clone(),
            launched_on,
            falling: false,
            period_months: 1,
        };
        assert_eq!(found(by_count(&use_of)), (Some(RhythmKind::Yearly), Some(12)));
        let mut unobserved = adoption.clone();
        unobserved[9] = None;
        let use_of = MonthlyUse { adoption: &unobserved, counts: vec![3; 15], ..use_of };
        let flat = by_count(&use_of);
        assert_eq!((flat.kind, flat.peak_share), (None, None), "a month of the year is not known");
    }

    fn wait(months: usize, came_back: bool, weight: f64) -> Wait {
        Wait { months, came_back, weight }
    }

    #[test]
    fn waits_by_hand() {
        // The first came in months 0, 1 and 4 and could have come until 6, the second in 5 and left with it.
        let found = waits(&[(0, 0), (0, 1), (0, 4), (1, 5)], |customer| if customer == 0 { 6 } else { 5 });
        let third = 1.0 / 3.0;
        assert_eq!(found, [wait(1, true, third), wait(3, true, third), wait(2, false, third)]);
        assert_eq!(median_wait(&[]), None);
        // At 1 a third ends; at 3 what is left of the rest.
        assert_eq!(median_wait(&found), Some(3));
        assert_eq!(median_wait(&[wait(5, false, 1.0); 9]), None, "nobody came back");
    }

    /// `lifelines.KaplanMeierFitter().fit(months, came_back, weights=weight).median_survival_time_`, lifelines 0.30.3.
    #[test]
    fn the_median_wait_agrees_with_lifelines() {
        type Case = (&'static [(usize, bool, f64)], Option<usize>);
        const CASES: [Case; 4] = [
            (&[(1, true, 1.0), (2, true, 1.0), (3, false, 1.0), (4, true, 1.0), (7, false, 1.0)], Some(4)),
            (
                &[(1, true, 0.25), (1, true, 0.25), (1, true, 0.25), (1, true, 0.25), (9, true, 1.0), (12, true, 1.0)],
                Some(9),
            ),
            (&[(2, true, 0.5), (6, false, 0.5), (3, true, 0.125), (11, false, 1.0), (1, true, 0.75)], None),
            (&[(2, true, 0.5), (6, true, 2.5), (3, false, 0.125), (11, false, 1.0)], Some(6)),
        ];
        for (waits, expected) in CASES {
            let waits: Vec<Wait> = waits.iter().map(|&(months, back, weight)| wait(months, back, weight)).collect();
            assert_eq!(median_wait(&waits), expected, "{waits:?}");
        }
    }

    proptest! {
        #[test]
        fn waits_weigh_one_per_account_and_seasons_hold_a_quarter(
            accounts in prop::collection::vec(prop::collection::btree_set(0_usize..15, 1..15), 1..12),
        ) {
            let active: Vec<(usize, usize)> =
                accounts.iter().enumerate().flat_map(|(n, places)| places.iter().map(move |&place| (n, place))).collect();
            for waits in accounts.iter().enumerate().map(|(n, places)| {
                let own: Vec<(usize, usize)> = places.iter().map(|&place| (n, place)).collect();
                waits(&own, |_| 14)
            }) {
                let sum: f64 = waits.iter().map(|wait| wait.weight).sum();
                prop_assert!(waits.is_empty() || (sum - 1.0).abs() < 1e-12);
            }
            let places: Vec<Vec<usize>> = accounts.iter().map(|places| places.iter().copied().collect()).collect();
            let places: Vec<&[usize]> = places.iter().map(Vec::as_slice).collect();
            let rhythm = of(15, &places, OLD, false);
            let used = active.iter().any(|(_, place)| *place >= 3);
            prop_assert_eq!(rhythm.peak_share.is_some(), used);
            prop_assert!(rhythm.peak_share.is_none_or(|share| share.value() >= 0.25 - 1e-12));
        }
    }
}
