//! What teams have to give: the engineering hours that they log.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::TeamHours;
use crate::tables::rows::WorkItem;
use crate::units::{Month, Period};

/// Mean hours a month by team, by name: over the last twelve months up to the end of the period in which anybody logged any work. Work
/// that names no team, and work without hours, is of nobody.
pub(super) fn teams(work_items: &[WorkItem], period: &Period) -> Vec<TeamHours> {
    let last = Month::of(period.end()).plus(-1);
    let within = |month: Month| (0..12).contains(&last.since(month));
    let dated = work_items.iter().filter_map(|item| Some((Month::of(item.worked_on?), item)));
    let dated: Vec<(Month, &WorkItem)> = dated.filter(|(month, _)| within(*month)).collect();
    let months: BTreeSet<Month> = dated.iter().map(|(month, _)| *month).collect();
    let mut hours: BTreeMap<&str, f64> = BTreeMap::new();
    for (_, item) in &dated {
        let team = item.team.as_deref().map(str::trim).filter(|team| !team.is_empty());
        if let (Some(team), Some(logged)) = (team, item.hours) {
            *hours.entry(team).or_default() += logged;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most twelve")]
    let count = months.len() as f64;
    hours.into_iter().map(|(team, sum)| TeamHours { team: team.to_owned(), per_month: sum / count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(day: &str, team: Option<&str>, hours: Option<f64>) -> WorkItem {
        WorkItem { worked_on: day.parse().ok(), team: team.map(str::to_owned), hours, ..WorkItem::default() }
    }

    #[test]
    fn hours_are_a_mean_over_the_months_in_which_anybody_worked() {
        let items = [
            item("2026-09-01", Some("core"), Some(10.0)),
            item("2026-09-20", Some("core "), Some(20.0)),
            item("2026-08-02", Some("edge"), Some(6.0)),
            item("2026-08-02", None, Some(99.0)),
            item("2026-08-02", Some("edge"), None),
            item("2025-09-30", Some("core"), Some(500.0)),
            item("2026-10-01", Some("core"), Some(500.0)),
        ];
        let period: Period = "2026-Q3".parse().unwrap();
        let found = teams(&items, &period);
        let named: Vec<(&str, f64)> = found.iter().map(|of| (of.team.as_str(), of.per_month)).collect();
        assert_eq!(named, [("core", 15.0), ("edge", 3.0)]);
        assert!(teams(&[], &period).is_empty());
    }
}
