//! What past vendor changes took: the work around them, above what the same integrations take otherwise.

use super::Evidence;
use super::vendor_changes::Known;
use crate::attribute::Source;
use crate::config::VolatilitySettings;

/// A day, counted from the first of the common era.
type Day = i64;

/// Hours of work for every breaking change up to the as-of date, aligned with [`Known::changes`]; `None`: it is none of those, or
/// its hours cannot be measured. See [`super::volatility::EXPECTED_CHANGE_HOURS`].
pub(super) fn by_change(known: &Known, evidence: Evidence, settings: &VolatilitySettings) -> Vec<Option<f64>> {
    let mut hours = vec![None; known.changes.len()];
    let Some(work) = Work::of(evidence) else { return hours };
    let mut windows: Vec<Vec<Window>> = vec![Vec::new(); work.by_capability.len()];
    for (index, change) in known.changes.iter().enumerate() {
        let Some(day) = change.row.effective_on.map(day_of).filter(|_| change.breaking() == Some(true)) else {
            continue;
        };
        let window = Window {
            change: index,
            from: day - Day::from(settings.work_before_days),
            until: day + Day::from(settings.work_after_days) + 1,
        };
        for &capability in &change.capabilities {
            windows[capability].push(window);
        }
        // A window that reaches beyond the days that are known was only seen in part.
        let is_seen = window.from >= work.from && window.until <= work.until && !change.capabilities.is_empty();
        hours[index] = is_seen.then_some(0.0);
    }
    for (windows, work_days) in windows.iter().zip(&work.by_capability).filter(|(windows, _)| !windows.is_empty()) {
        let excess = Excess::of(windows, work_days, (work.from, work.until));
        for window in windows {
            let more = excess.as_ref().map(|excess| excess.of_window(*window));
            hours[window.change] = hours[window.change].zip(more).map(|(sum, more)| sum + more);
        }
    }
    hours.into_iter().map(|hours| hours.map(|hours| hours.max(0.0))).collect()
}

/// Engineering run work by capability.
struct Work {
    /// The first day with a work item of any kind.
    from: Day,
    /// The day after the as-of date.
    until: Day,
    /// Day and hours, by day.
    by_capability: Vec<Vec<(Day, f64)>>,
}

impl Work {
    /// `None` when no work item states hours.
    fn of(evidence: Evidence) -> Option<Self> {
        let as_of = evidence.spans.as_of;
        let entries =
            || evidence.ledger.entries.iter().filter(|entry| entry.source == Source::WorkItems && entry.on <= as_of);
        let from = entries().filter(|entry| entry.hours > 0.0).map(|entry| day_of(entry.on)).min()?;
        let mut by_capability = vec![Vec::new(); evidence.catalogue.capabilities().len()];
        for entry in entries().filter(|entry| entry.cost_type.is_run()) {
            if let Some(capability) = entry.capability {
                by_capability[capability].push((day_of(entry.on), entry.hours));
            }
        }
        for days in &mut by_capability {
            days.sort_by(|a: &(Day, f64), b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        }
        Some(Self { from, until: day_of(as_of) + 1, by_capability })
    }
}

/// The days around a change.
#[derive(Clone, Copy)]
struct Window {
    change: usize,
    from: Day,
    /// The day after its last.
    until: Day,
}

/// Work on one capability above its usual one, as a running sum over the windows in which it was done: what lies within
/// several of them at a time is shared evenly.
struct Excess {
    /// A day on which a window begins or ends, and the sum before it.
    sums: Vec<(Day, f64)>,
}

impl Excess {
    /// `None` when fewer days lie outside of all windows than within one, so that what is usual is not known.
    #[expect(clippy::cast_precision_loss, reason = "days and numbers of windows lie far below 2^53")]
    fn of(windows: &[Window], work: &[(Day, f64)], (from, until): (Day, Day)) -> Option<Self> {
        let within = |day: Day| day.clamp(from, until);
        let mut turns: Vec<(Day, i64)> =
            windows.iter().flat_map(|window| [(within(window.from), 1), (within(window.until), -1)]).collect();
        turns.extend([(from, 0), (until, 0)]);
        turns.sort_unstable();
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut open, mut next) = (0_i64, 0);
        for pair in turns.windows(2) {
            let ((first, step), (end, _)) = (pair[0], pair[1]);
            open += step;
            let done = work[next..].partition_point(|entry| entry.0 < end);
            let hours = work[next..next + done].iter().map(|entry| entry.1).sum();
            next += done;
            stretches.push(Stretch { from: first, days: (end - first) as f64, hours, open: open as f64 });
        }
        let outside = || stretches.iter().filter(|stretch| stretch.open <= 0.0);
        let days: f64 = outside().map(|stretch| stretch.days).sum();
        let longest = windows.iter().map(|window| window.until - window.from).max()? as f64;
        if days < longest {
            return None;
        }
        let usual = outside().map(|stretch| stretch.hours).sum::<f64>() / days;
        let mut sum = 0.0;
        let mut sums: Vec<(Day, f64)> = Vec::with_capacity(stretches.len() + 1);
        for stretch in &stretches {
            sums.push((stretch.from, sum));
            if stretch.open > 0.0 {
                sum += (stretch.hours - usual * stretch.days) / stretch.open;
            }
        }
        sums.push((until, sum));
        Some(Self { sums })
    }

    fn of_window(&self, window: Window) -> f64 {
        self.before(window.until) - self.before(window.from)
    }

    /// The sum before a day; a day before all is the first, one after all the last. Of several stretches that begin on
    /// one day all but the last are empty.
    fn before(&self, day: Day) -> f64 {
        let after = self.sums.partition_point(|&(from, _)| from <= day);
        self.sums[after.max(1) - 1].1
    }
}

/// Days between two turns.
struct Stretch {
    from: Day,
    days: f64,
    hours: f64,
    /// Windows that are open in it.
    open: f64,
}

fn day_of(date: chrono::NaiveDate) -> Day {
    use chrono::Datelike as _;
    Day::from(date.num_days_from_ce())
}

#[cfg(test)]
pub(super) mod testing {
    use crate::tables::rows::WorkItem;

    /// Hours of maintenance on a capability.
    pub fn work(capability: &str, day: &str, hours: f64) -> WorkItem {
        WorkItem {
            worked_on: day.parse().ok(),
            capability: Some(capability.into()),
            hours: Some(hours),
            kind: Some("maintain".into()),
            ..WorkItem::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Company;
    use super::super::vendor_changes::testing::change;
    use super::testing::work;
    use super::*;
    use crate::tables::rows::{ApiChange, WorkItem};
    use proptest::prelude::*;

    /// Windows of four days; work is known for the 273 days from new year to the end of September.
    fn hours(changes: Vec<ApiChange>, items: Vec<WorkItem>) -> Vec<Option<f64>> {
        let mut company = Company::new(&["a", "b", "c"]);
        company.catalogue[0].vendor = Some("One".into());
        company.catalogue[1].vendor = Some("Two".into());
        company.catalogue[2].vendor = Some("Two".into());
        company.settings.volatility.work_before_days = 1;
        company.settings.volatility.work_after_days = 2;
        company.api_changes = Some(changes);
        company.work_items = items;
        company.look(|evidence, settings| by_change(&Known::of(evidence).unwrap(), evidence, settings.volatility))
    }

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} against {expected}");
    }

    #[test]
    fn one_change_by_hand() {
        let items = vec![
            work("a", "2026-01-01", 1.0),
            work("a", "2026-03-08", 0.5),
            work("a", "2026-03-09", 3.0),
            work("a", "2026-03-12", 7.0),
            work("a", "2026-03-13", 2.5),
            work("b", "2026-03-10", 100.0),
            WorkItem { kind: Some("build".into()), ..work("a", "2026-03-10", 100.0) },
        ];
        let found = hours(vec![change("One", "", "2026-03-10")], items);
        // Outside: 1 + 0.5 + 2.5 hours in 269 days.
        near(found[0], 10.0 - 4.0 * 4.0 / 269.0);
    }

    #[test]
    fn windows_that_overlap_share_their_hours() {
        let items = vec![
            work("a", "2026-01-01", 1.0),
            work("a", "2026-03-10", 8.0),
            work("a", "2026-03-11", 4.0),
            work("a", "2026-03-14", 1.0),
        ];
        let found = hours(vec![change("One", "", "2026-03-10"), change("One", "", "2026-03-12")], items);
        let usual = 1.0 / 267.0;
        near(found[0], 8.0 - 2.0 * usual + (4.0 - 2.0 * usual) / 2.0);
        near(found[1], 1.0 - 2.0 * usual + (4.0 - 2.0 * usual) / 2.0);
    }

    #[test]
    fn a_change_of_two_capabilities_takes_the_work_on_both() {
        let items = vec![
            work("c", "2026-01-01", 0.0),
            work("b", "2026-01-01", 2.0),
            work("c", "2026-03-10", 5.0),
            work("b", "2026-03-10", 6.0),
        ];
        near(hours(vec![change("Two", "", "2026-03-10")], items)[0], 11.0 - 4.0 * 2.0 / 269.0);
    }

    #[test]
    fn what_cannot_be_measured() {
        let items = || vec![work("a", "2026-01-01", 1.0), work("a", "2026-03-10", 8.0)];
        let one = |change: ApiChange| hours(vec![change], items())[0];
        assert_eq!(one(change("One", "", "2026-01-01")), None, "began before the first work item");
        assert!(one(change("One", "", "2026-01-02")).is_some());
        assert!(one(change("One", "", "2026-09-28")).is_some());
        assert_eq!(one(change("One", "", "2026-09-29")), None, "is not over on the as-of date");
        assert_eq!(one(change("One", "", "2026-11-01")), None);
        assert_eq!(one(change("One", "", "")), None, "no day");
        assert_eq!(one(change("Nobody", "", "2026-03-10")), None, "no integration behind it");
        assert_eq!(one(ApiChange { breaking: Some(false), ..change("One", "", "2026-03-10") }), None);
        near(one(change("Two", "", "2026-03-10")), 0.0);
        assert_eq!(hours(vec![change("One", "", "2026-03-10")], Vec::new()), [None], "no work items");
        let without_hours = vec![WorkItem { hours: None, ..work("a", "2026-01-01", 1.0) }];
        assert_eq!(hours(vec![change("One", "", "2026-03-10")], without_hours), [None]);
    }

    #[test]
    fn what_is_always_done_is_no_work_for_a_change() {
        let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
        let items = first.iter_days().take(273).map(|day| work("a", &day.to_string(), 3.0));
        let found = hours(vec![change("One", "", "2026-03-10"), change("One", "", "2026-03-11")], items.collect());
        near(found[0], 0.0);
        near(found[1], 0.0);
        // Beside it, what comes on top is found.
        let mut items: Vec<WorkItem> =
            first.iter_days().take(273).map(|day| work("a", &day.to_string(), 3.0)).collect();
        items.push(work("a", "2026-03-12", 20.0));
        near(hours(vec![change("One", "", "2026-03-10")], items)[0], 20.0);
    }

    #[test]
    fn a_change_to_come_claims_the_work_that_prepares_it() {
        let items = || vec![work("a", "2026-01-01", 1.0), work("a", "2026-03-10", 8.0), work("a", "2026-09-30", 50.0)];
        let both = hours(vec![change("One", "", "2026-03-10"), change("One", "", "2026-10-01")], items());
        near(both[0], 8.0 - 4.0 / 268.0);
        assert_eq!(both[1], None);
    }

    #[test]
    fn too_few_usual_days() {
        // Work is known for 28 days; 24 of them lie in windows, and 3 or 4 outside.
        let days = |last: &str| {
            let changes = ["09-04", "09-08", "09-12", "09-16", "09-20", last];
            let changes = changes.map(|day| change("One", "", &format!("2026-{day}")));
            hours(changes.to_vec(), vec![work("a", "2026-09-03", 1.0)])
        };
        assert!(days("09-24").iter().all(Option::is_some));
        let fewer = [
            days("09-24"),
            hours(
                ["09-04", "09-08", "09-12", "09-16", "09-20", "09-24", "09-27"]
                    .map(|day| change("One", "", &format!("2026-{day}")))
                    .to_vec(),
                vec![work("a", "2026-09-03", 1.0)],
            ),
        ];
        assert!(fewer[1].iter().all(Option::is_none), "{fewer:?}");
    }

    proptest! {
        /// No hour is counted twice, and the order of rows does not show.
        #[test]
        fn hours_are_shared_and_not_multiplied(
            days in prop::collection::vec(0_u64..200, 1..8),
            worked in prop::collection::vec((0_u64..260, 1_u32..50), 1..20),
        ) {
            let day = |after: u64| (chrono::NaiveDate::from_ymd_opt(2026, 1, 3).unwrap() + chrono::Days::new(after)).to_string();
            let mut items = vec![work("a", "2026-01-01", 1.0)];
            items.extend(worked.iter().map(|&(after, hours)| work("a", &day(after), f64::from(hours))));
            let changes: Vec<ApiChange> = days
                .iter()
                .enumerate()
                .map(|(index, &after)| ApiChange { title: Some(index.to_string()), ..change("One", "", &day(after)) })
                .collect();
            let found = hours(changes.clone(), items.clone());
            items.reverse();
            let turned = hours(changes.into_iter().rev().collect(), items.clone());
            let total: f64 = items.iter().filter_map(|item| item.hours).sum();
            // What lies below the usual in one window is not taken from another, so the sum may exceed the work by it.
            let usual = total / 200.0 * 4.0 * days.len() as f64;
            prop_assert!(found.iter().flatten().sum::<f64>() <= total + usual + 1e-9);
            for (one, other) in found.iter().zip(turned.iter().rev()) {
                prop_assert!((one.unwrap() - other.unwrap()).abs() < 1e-9);
            }
        }
    }
}
