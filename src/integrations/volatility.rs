//! What vendors change: how often, with how much notice, and what it takes to follow.

use chrono::NaiveDate;

use super::vendor_changes::{Change, Known};
use super::{Evidence, IntegrationSettings, VendorFacts, change_hours};
use crate::stats::{self, CountAhead, RatePrior, Record};
use crate::units::{Estimate, Money, definition};

definition! {
    /// Breaking changes of a vendor in a year: the posterior mean of a Poisson rate with its 95 % credible interval, and the
    /// number to expect in the next year with its 80 % interval. A change is breaking as its row states; where it does not, the kinds
    /// endpoint, auth and shutdown are, and the others are not; a change that says neither is counted among the
    /// changes only.
    ///
    /// *What is known*: changes that were not announced after the as-of date. *What has happened*: those of them that hold on
    /// or before it. A vendor is watched from the earliest day in the whole table, or from the launch of its first integration
    /// where the catalogue knows all their launches and the first is later, but never from later than its own first change; to the
    /// as-of date. At least one year: a table that begins with a change says nothing of the time before it, and one change
    /// last week is not fifty a year. A vendor of the catalogue without changes was watched as well, and has had none. Rows that
    /// differ in nothing but the capability are one change. Names of vendors are compared without case and spaces.
    ///
    /// *The model*: with a Gamma(α, β) prior, x changes in t years make the rate Gamma(α + x, β + t), and the count of the
    /// next year negative binomial (Gelman et al. 2013, Bayesian Data Analysis, section 2.6). The prior is that of all
    /// vendors of the table, so that a vendor of which little is known is taken for a usual one; that it is itself only known from them
    /// is carried by a hierarchical model: α and α / β are summed over a grid, each point with its probability (Christiansen
    /// and Morris 1997, with their uniform-shrinkage prior), so that three vendors are not believed like three hundred. Vendors change their
    /// habits: a change counts 2^(−age / `volatility.half_life_years`), and so does the time of watching (a power prior). Counts so
    /// discounted scatter less than a Poisson count does, so for the prior x in t count as x·t/s in t²/s, s the integral of the squared weights.
    ///
    /// The count of changes over years, which is the obvious figure, says 0 of a vendor without a change and has no
    /// interval. What comes is less certain than the rate: the interval of the next year is that of a count. It holds 80 % and more,
    /// since counts are whole, and its mean: where changes are rarer than one in ten years it is 0 to 1. The model knows no trend and no calendar; a
    /// vendor that breaks something every March is more regular than it believes, one that has begun to is less.
    ///
    /// Notice is the number of days from the announcement to the day of the change, over past changes that state both: the median
    /// (an announcement afterwards is none, 0 days) with its distribution-free interval, and the shortest, which is negative where
    /// the announcement came afterwards. *Unannounced* are those with 0 days or less, with Wilson's interval. The `n` of the rates is months of
    /// watching.
    pub VOLATILITY, "volatility", "Vendor changes a year"
}

definition! {
    /// Hours of work that the breaking changes of a vendor will take in the next year: the expected number of changes times the
    /// median hours of past ones. Cost is at the rate of an engineering hour, `rates.engineering_hour`.
    ///
    /// *Hours of one change*: run work (maintain, incident, support) of the ledger on the integrations behind it, from
    /// `volatility.work_before_days` before it to `volatility.work_after_days` after it, less what the same integrations take on a day
    /// outside of the windows of all breaking changes, times the days of the window; not below 0. Work within the windows of two changes
    /// is shared evenly between them, and so is the usual work. Measured are changes whose whole window lies between the
    /// first work item and the as-of date, on integrations with at least as many days outside of windows as one window has. The
    /// median is of the vendor's own changes where at least three were measured; else of those of all vendors. Unknown without
    /// work items with hours, and when no change could be measured.
    ///
    /// The 95 % interval carries that the number of changes is only known as a negative binomial distribution, and that the median
    /// is only known from a sample: of n sorted values it lies in the k-th gap with the probability of k heads in n tosses (Thompson 1936).
    /// Where no change may come its lower end is 0; below six measured changes it mostly has no upper end. That one
    /// change takes more than another is not in it, nor what the median leaves out: one migration of 400 hours among small ones.
    ///
    /// Why not the hours that are labelled with the vendor: hardly anybody labels them, and work that is always done is no
    /// work for the change. What the windows cannot tell is other work that happens to fall into them.
    pub EXPECTED_CHANGE_HOURS, "expected_change_hours", "Work for vendor changes to expect"
}

/// Own measured changes from which a vendor's hours are its own.
const OWN_FROM: usize = 3;
/// Part that the interval of the next year's count holds at least.
const LEVEL_AHEAD: f64 = 0.8;
/// Days of a mean year of the Gregorian calendar.
const YEAR: f64 = 365.2425;

/// One line per vendor with changes or integrations, by name. None without the table of changes.
pub(super) fn vendors(evidence: Evidence, settings: IntegrationSettings) -> Vec<VendorFacts> {
    let Some(known) = Known::of(evidence) else { return Vec::new() };
    let hours = change_hours::by_change(&known, evidence, settings.volatility);
    let mut of_vendor: Vec<Vec<usize>> = vec![Vec::new(); known.vendors.len()];
    for (index, change) in known.changes.iter().enumerate() {
        of_vendor[change.vendor].push(index);
    }
    let histories: Vec<History> = of_vendor
        .into_iter()
        .enumerate()
        .map(|(vendor, changes)| History::of(vendor, &changes, &known, &hours, evidence))
        .collect();
    let half_life = settings.volatility.half_life_years;
    let records: Vec<Record> = histories.iter().map(|history| history.record(half_life)).collect();
    let prior = RatePrior::fitted(&records);
    let mut all_hours: Vec<f64> = hours.into_iter().flatten().collect();
    let facts = histories.into_iter().zip(records);
    let mut facts: Vec<VendorFacts> = facts
        .filter_map(|(history, record)| {
            history.facts(&known, (&prior, record), &mut all_hours, settings.engineering_hour)
        })
        .collect();
    facts.sort_by(|a, b| a.vendor.cmp(&b.vendor).then_with(|| a.capabilities.cmp(&b.capabilities)));
    facts
}

/// What one vendor did.
struct History {
    vendor: usize,
    /// Years of watching, 1 or more.
    years: f64,
    changes: u64,
    auth: u64,
    shutdown: u64,
    /// Ages of the breaking changes, years.
    ages: Vec<f64>,
    /// Days of notice.
    notices: Vec<i64>,
    /// Hours of the changes that were measured.
    hours: Vec<f64>,
}

impl History {
    fn of(vendor: usize, changes: &[usize], known: &Known, hours: &[Option<f64>], evidence: Evidence) -> Self {
        let as_of = evidence.spans.as_of;
        let past = || {
            let past = changes.iter().filter_map(|&index| known.changes[index].past(as_of).map(|day| (index, day)));
            past.map(|(index, day)| (&known.changes[index], day))
        };
        let kind = |kind: &str| past().filter(|(change, _)| change.row.change.as_deref() == Some(kind)).count() as u64;
        let first = past().map(|(_, day)| day).min();
        let breaking = past().filter(|(change, _)| change.breaking() == Some(true));
        Self {
            vendor,
            years: years(watched_from(vendor, first, known, evidence), as_of),
            changes: past().count() as u64,
            auth: kind("auth"),
            shutdown: kind("shutdown"),
            ages: breaking.map(|(_, day)| in_years((as_of - day).num_days())).collect(),
            notices: past().filter_map(|(change, day)| notice(change, day)).collect(),
            hours: changes.iter().filter_map(|&index| hours[index]).collect(),
        }
    }

    fn record(&self, half_life: f64) -> Record {
        Record::of(self.ages.iter().copied(), self.years, half_life)
    }

    /// `None`: the half-life is so short that nothing of the record is left.
    fn facts(
        mut self,
        known: &Known,
        (prior, record): (&RatePrior, Record),
        all_hours: &mut [f64],
        engineering_hour: f64,
    ) -> Option<VendorFacts> {
        let rate = prior.updated(record)?;
        let ahead = rate.ahead(1.0);
        let months = self.months();
        let hours_are_own = self.hours.len() >= OWN_FROM;
        let hours = if hours_are_own { &mut self.hours } else { all_hours };
        let expected_hours = stats::predicted_total(&ahead, hours);
        let vendor = &known.vendors[self.vendor];
        Some(VendorFacts {
            vendor: vendor.name.to_owned(),
            capabilities: vendor.capabilities.clone(),
            years: self.years,
            changes: self.changes,
            breaking: self.ages.len() as u64,
            auth: self.auth,
            shutdown: self.shutdown,
            breaking_per_year: around(rate.mean(), rate.interval(0.95), months),
            next_year: next_year(&ahead, months),
            notice_days: notice_days(&self.notices),
            worst_notice_days: self.notices.iter().min().copied(),
            unannounced: unannounced(&self.notices),
            hours_per_change: stats::median(hours, (0.0, f64::INFINITY)),
            hours_are_own,
            expected_hours,
            expected_cost: expected_hours.and_then(|hours| Money::from_units(hours.point * engineering_hour)),
        })
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "months of a calendar")]
    fn months(&self) -> u64 {
        (self.years * 12.0).round() as u64
    }
}

/// An interval that holds its point: of a rare event the mean of a distribution can lie beyond its upper quantile.
fn around(point: f64, (low, high): (f64, f64), n: u64) -> Estimate {
    Estimate { point, low: low.min(point), high: high.max(point), n }
}

#[expect(clippy::cast_precision_loss, reason = "changes of a year")]
fn next_year(ahead: &CountAhead, months: u64) -> Estimate {
    let (low, high) = ahead.interval(LEVEL_AHEAD);
    // A count is whole, and so are the ends of what it may be.
    let mean = ahead.mean();
    Estimate { point: mean, low: (low as f64).min(mean.floor()), high: (high as f64).max(mean.ceil()), n: months }
}

/// The day from which changes of a vendor would be known.
fn watched_from(vendor: usize, first_change: Option<NaiveDate>, known: &Known, evidence: Evidence) -> NaiveDate {
    let as_of = evidence.spans.as_of;
    let table = known.first_day(as_of).unwrap_or(as_of);
    let capabilities = &known.vendors[vendor].capabilities;
    let launches = capabilities.iter().map(|&index| evidence.catalogue.capabilities()[index].launched_on);
    let launch = launches.collect::<Option<Vec<NaiveDate>>>().and_then(|days| days.into_iter().min());
    let from = launch.map_or(table, |launch| launch.max(table));
    first_change.map_or(from, |first| first.min(from))
}

fn years(from: NaiveDate, as_of: NaiveDate) -> f64 {
    in_years((as_of - from).num_days() + 1).max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "days of a calendar")]
fn in_years(days: i64) -> f64 {
    days as f64 / YEAR
}

fn notice(change: &Change, day: NaiveDate) -> Option<i64> {
    change.row.announced_on.map(|announced| (day - announced).num_days())
}

#[expect(clippy::cast_precision_loss, reason = "days of a calendar")]
fn notice_days(notices: &[i64]) -> Option<Estimate> {
    let mut days: Vec<f64> = notices.iter().map(|&days| days.max(0) as f64).collect();
    stats::median(&mut days, (0.0, f64::INFINITY))
}

fn unannounced(notices: &[i64]) -> Option<Estimate> {
    stats::wilson(notices.iter().filter(|&&days| days <= 0).count() as u64, notices.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::super::change_hours::testing::work;
    use super::super::testing::Company;
    use super::super::vendor_changes::testing::change;
    use super::*;
    use crate::tables::rows::{ApiChange, CatalogueLine};

    /// Integrations a and b of vendors One and Two, nothing discounted.
    fn company(changes: Vec<ApiChange>) -> Company {
        let mut company = Company::new(&["a", "b"]);
        company.catalogue[0].vendor = Some("One".into());
        company.catalogue[1].vendor = Some("Two".into());
        company.settings.volatility.half_life_years = 0.0;
        company.api_changes = Some(changes);
        company
    }

    fn facts(company: &Company) -> Vec<VendorFacts> {
        company.look(vendors)
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
    }

    #[test]
    fn without_the_table_nothing_is_known_and_an_empty_one_says_that_nothing_changed() {
        let mut company = company(Vec::new());
        company.api_changes = None;
        assert_eq!(facts(&company), []);
        company.api_changes = Some(Vec::new());
        let found = facts(&company);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].vendor.as_str(), found[0].years, found[0].changes, found[0].breaking), ("One", 1.0, 0, 0));
        // The grid of the prior in numpy 2.4.6 and scipy 1.17.1, as in the tests of it.
        near(found[0].breaking_per_year.point, 0.113_111_353_969_708_26);
        assert_eq!((found[0].notice_days, found[0].worst_notice_days, found[0].unannounced), (None, None, None));
        assert_eq!((found[0].hours_per_change, found[0].expected_hours, found[0].expected_cost), (None, None, None));
    }

    /// Two breaking changes in 1 096 days beside a vendor without any: the grid of the prior with numpy 2.4.6 and scipy 1.17.1.
    #[test]
    fn one_vendor_by_hand() {
        let found = facts(&company(vec![
            change("One", "2023-10-01", "2024-01-09"),
            change("ONE", "2024-05-01", "2024-05-01"),
            ApiChange { breaking: Some(false), ..change("One", "2024-06-11", "2024-06-01") },
            ApiChange { breaking: None, change: Some("auth".into()), ..change("One", "2026-10-01", "2026-02-01") },
            change("One", "2026-09-01", "2026-10-01"),
            change("One", "", ""),
        ]));
        let one = &found[0];
        assert_eq!((one.vendor.as_str(), one.capabilities.as_slice()), ("One", &[0][..]));
        near(one.years, 1096.0 / 365.2425);
        assert_eq!((one.changes, one.breaking, one.auth, one.shutdown), (3, 2, 0, 0), "the fourth is not known yet");
        let rate = one.breaking_per_year;
        near(rate.point, 0.507_940_606_368_222_5);
        near(rate.low, 0.073_716_220_017_777_88);
        near(rate.high, 1.506_235_065_738_855_2);
        assert_eq!(rate.n, 36);
        near(one.next_year.point, rate.point);
        assert_eq!((one.next_year.low, one.next_year.high), (0.0, 2.0));
        // Notice of 100, 0 and −10 days.
        let notice = one.notice_days.unwrap();
        assert_eq!((notice.point, notice.low, notice.high, notice.n), (0.0, 0.0, f64::INFINITY, 3));
        assert_eq!(one.worst_notice_days, Some(-10));
        assert_eq!(one.unannounced, stats::wilson(2, 3));
        // Vendor Two was watched as long, and changed nothing.
        assert_eq!((found[1].changes, found[1].breaking), (0, 0));
        near(found[1].years, one.years);
        near(found[1].breaking_per_year.point, 0.165_489_780_219_533_17);
    }

    #[test]
    fn a_vendor_is_watched_from_its_first_launch_but_not_from_after_its_first_change() {
        let mut company = company(vec![change("One", "2020-10-01", "2020-11-01"), change("Two", "", "2022-10-01")]);
        let years = |company: &Company| facts(company).iter().map(|vendor| vendor.years).collect::<Vec<_>>();
        let since = |days: f64| days / 365.2425;
        assert_eq!(years(&company), [since(2191.0), since(2191.0)], "from the first announcement in the table");
        company.catalogue[0].launched_on = "2024-10-01".parse().ok();
        company.catalogue[1].launched_on = "2022-01-01".parse().ok();
        assert_eq!(years(&company), [since(2160.0), since(1734.0)], "its own first change; the launch");
        company.catalogue.push(CatalogueLine { vendor: Some("Two".into()), ..super::super::testing::integration("c") });
        assert_eq!(years(&company)[1], since(2191.0), "not all launches are known");
        company.api_changes = Some(vec![change("One", "", "2026-09-29")]);
        assert_eq!(years(&company), [1.0, 1.0], "at least a year");
    }

    #[test]
    fn older_changes_count_less() {
        let mut company = company(vec![
            change("One", "", "2014-10-01"),
            change("One", "", "2014-10-02"),
            change("Two", "", "2026-01-01"),
            change("Two", "", "2026-01-02"),
        ]);
        let rates =
            |company: &Company| facts(company).iter().map(|vendor| vendor.breaking_per_year.point).collect::<Vec<_>>();
        let even = rates(&company);
        assert_eq!(even[0], even[1]);
        company.settings.volatility.half_life_years = 3.0;
        let faded = rates(&company);
        assert!(faded[0] < even[0] && even[1] < faded[1], "{even:?} {faded:?}");
    }

    #[test]
    fn a_vendor_of_which_little_is_known_is_taken_for_a_usual_one() {
        let mut company = Company::new(&["a", "b", "c", "d", "e", "f"]);
        for (line, vendor) in company.catalogue.iter_mut().zip(["A", "B", "C", "D", "E", "F"]) {
            line.vendor = Some(vendor.into());
        }
        company.catalogue[5].launched_on = "2026-01-01".parse().ok();
        let of = |vendor: &'static str, years: std::ops::Range<i32>| {
            years.map(move |year| change(vendor, "", &format!("{year}-03-01")))
        };
        let changes = of("A", 2014..2026)
            .chain(of("B", 2016..2026))
            .chain(of("C", 2015..2026))
            .chain(of("D", 2014..2026))
            .chain(of("E", 2016..2026));
        company.api_changes = Some(changes.collect());
        let found = facts(&company);
        let rate = |index: usize| found[index].breaking_per_year;
        assert!(
            (0.5..1.0).contains(&rate(5).point),
            "one year without a change beside five vendors with one each: {:?}",
            rate(5)
        );
        assert!(rate(5).high - rate(5).low > rate(0).high - rate(0).low, "less is known of it");
    }

    /// Windows of four days; see the tests of the hours. The changes of One took 10, 6 and 2 hours above the usual, nearly.
    fn with_work() -> Company {
        let mut company = company(vec![
            change("One", "", "2026-02-10"),
            change("One", "", "2026-03-10"),
            change("One", "", "2026-04-10"),
            change("Two", "", "2026-05-10"),
        ]);
        company.settings.volatility.work_before_days = 1;
        company.settings.volatility.work_after_days = 2;
        company.work_items = vec![
            work("x", "2026-01-01", 1.0),
            work("a", "2026-02-10", 10.0),
            work("a", "2026-03-10", 6.0),
            work("a", "2026-04-10", 2.0),
            work("b", "2026-05-10", 40.0),
        ];
        company
    }

    #[test]
    fn the_work_to_expect() {
        let company = with_work();
        let found = facts(&company);
        let (one, two) = (&found[0], &found[1]);
        assert!(one.hours_are_own && !two.hours_are_own, "three changes are its own, one is not");
        let median = one.hours_per_change.unwrap();
        assert_eq!((median.point, median.low, median.high, median.n), (6.0, 0.0, f64::INFINITY, 3));
        assert_eq!(two.hours_per_change.map(|hours| (hours.point, hours.n)), Some((8.0, 4)), "of 2, 6, 10 and 40");
        let expected = one.expected_hours.unwrap();
        near(expected.point, one.next_year.point * 6.0);
        assert_eq!((expected.low, expected.high, expected.n), (0.0, f64::INFINITY, 3));
        let rate = company.settings.rates.engineering_hour;
        assert_eq!(one.expected_cost, Money::from_units(expected.point * rate));
    }

    #[test]
    fn the_order_of_rows_does_not_show_but_in_spelling() {
        let company = with_work();
        let mut turned = company.clone();
        turned.api_changes.as_mut().unwrap().reverse();
        turned.work_items.reverse();
        assert_eq!(facts(&company), facts(&turned));
    }

    #[test]
    fn every_interval_holds_its_point() {
        for changes in 0..12 {
            let days = (0..changes)
                .map(|index| change("One", "2025-01-01", &format!("202{}-0{}-01", index % 6, index / 6 + 1)));
            let mut company = company(days.collect());
            company.settings.volatility.half_life_years = f64::from(changes % 4);
            for vendor in facts(&company) {
                for found in
                    [Some(vendor.breaking_per_year), Some(vendor.next_year), vendor.notice_days, vendor.unannounced]
                        .into_iter()
                        .flatten()
                {
                    assert!(found.low <= found.point && found.point <= found.high, "{found:?}");
                }
                assert!(vendor.breaking_per_year.low > 0.0 && vendor.next_year.low.fract() == 0.0);
            }
        }
    }
}
