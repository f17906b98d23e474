//! What became of the capabilities after the date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::BacktestSettings;
use crate::attribute::Catalogue;
use crate::metrics::Facts;
use crate::tables::rows::Outcome;

/// The date of the ranking, and the months after it whose removals count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The date.
    pub as_of: NaiveDate,
    /// Months.
    pub months: u32,
}

impl Window {
    /// The last day that counts.
    #[must_use]
    pub fn until(self) -> NaiveDate {
        self.as_of.checked_add_months(Months::new(self.months)).unwrap_or(NaiveDate::MAX)
    }
}

/// Share of use afterwards over that on the date, by capability; of those whose later use was counted.
pub type LaterUse = BTreeMap<usize, f64>;

/// Words with which a list says that a removal did not happen in the end.
const REVERSED: [&str; 7] = ["reinstated", "reverted", "kept", "cancelled", "renamed", "merged", "moved"];

/// What became of one capability.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Fate {
    pub removed: bool,
    pub on: Option<NaiveDate>,
    pub use_ratio: Option<f64>,
    /// Whether its share of use grew by more than the settings allow; `None` where it is not known.
    pub grew: Option<bool>,
}

/// The truth about everything that was ranked.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Truth {
    /// Capabilities in use on the date and not removed by then, ascending.
    pub population: Vec<usize>,
    /// What became of each of them.
    pub outcomes: Vec<Fate>,
    pub gone_before: u64,
    pub not_in_use: u64,
    /// Removed by the word of the list, although it dates them after the window.
    pub dated_later: u64,
    /// Names that reach no capability, sorted.
    pub unmatched: BTreeSet<String>,
}

impl Truth {
    pub fn of(
        facts: &Facts,
        catalogue: &Catalogue,
        outcomes: &[Outcome],
        later: &LaterUse,
        settings: &BacktestSettings,
    ) -> Self {
        let mut fates: BTreeMap<usize, Fate> = later
            .iter()
            .map(|(&capability, &ratio)| (capability, Fate { use_ratio: Some(ratio), ..Fate::default() }))
            .collect();
        let mut truth = Self::default();
        let mut gone: BTreeSet<usize> = BTreeSet::new();
        for outcome in outcomes {
            let Some(name) = &outcome.capability else { continue };
            let Some(capability) = catalogue.resolve(name) else {
                truth.unmatched.insert(name.clone());
                continue;
            };
            let fate = fates.entry(capability).or_default();
            fate.use_ratio = outcome.use_ratio.or(fate.use_ratio);
            let (day, removed) = verdict(outcome, settings.window);
            if removed && day.is_some_and(|day| day <= settings.window.as_of) {
                gone.insert(capability);
            }
            fate.removed |= removed;
            fate.on = if removed { [fate.on, day].into_iter().flatten().min() } else { fate.on };
        }
        for (index, capability) in facts.capabilities.iter().enumerate() {
            let last = capability.monthly_adoption.iter().rev().find_map(|month| *month);
            let used =
                capability.active_accounts.is_some_and(|active| active > 0) || last.is_some_and(|last| last > 0.0);
            if gone.contains(&index) {
                truth.gone_before += 1;
            } else if used {
                let mut fate = fates.get(&index).copied().unwrap_or_default();
                let is_late = fate.on.is_some_and(|day| day > settings.window.until());
                truth.dated_later += u64::from(fate.removed && is_late);
                fate.grew = fate.use_ratio.map(|ratio| ratio > 1.0 + settings.regret_above);
                truth.population.push(index);
                truth.outcomes.push(fate);
            } else {
                truth.not_in_use += 1;
            }
        }
        truth
    }

    pub fn count(&self, of: impl Fn(&Fate) -> bool) -> u64 {
        self.outcomes.iter().filter(|fate| of(fate)).count() as u64
    }
}

/// The day of an outcome, and whether it counts as removed. A list that says so itself decides; else the dates do, unless the
/// decision was taken back. What came after the window has not happened in it.
fn verdict(outcome: &Outcome, window: Window) -> (Option<NaiveDate>, bool) {
    let day = [outcome.announced_on, outcome.removed_on].into_iter().flatten().min();
    let reversed = outcome.decision.as_deref().is_some_and(|text| {
        let text = text.to_lowercase();
        REVERSED.iter().any(|word| text.contains(word))
    });
    let removed = match outcome.removed {
        Some(said) => said,
        None => !reversed && day.is_some_and(|day| day <= window.until()),
    };
    (day, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> Window {
        Window { as_of: "2026-06-30".parse().unwrap(), months: 24 }
    }

    fn outcome(announced: &str, removed: &str, decision: &str, said: Option<bool>) -> Outcome {
        Outcome {
            announced_on: announced.parse().ok(),
            removed_on: removed.parse().ok(),
            decision: Some(decision.to_owned()).filter(|text| !text.is_empty()),
            removed: said,
            ..Outcome::default()
        }
    }

    #[test]
    fn what_counts_as_removed() {
        for (announced, removed, decision, said, expected) in [
            ("2026-07-01", "", "", None, true),
            ("", "2028-06-30", "", None, true),
            ("", "2028-07-01", "", None, false),
            ("", "", "", None, false),
            ("2026-07-01", "2026-08-01", "Reinstated", None, false),
            ("2026-07-01", "", "deprecated", None, true),
            ("", "", "", Some(true), true),
            ("2026-07-01", "", "", Some(false), false),
        ] {
            let (_, found) = verdict(&outcome(announced, removed, decision, said), window());
            assert_eq!(found, expected, "{announced} {removed} {decision} {said:?}");
        }
        let (day, _) = verdict(&outcome("2026-07-01", "2026-08-01", "", None), window());
        assert_eq!(day, "2026-07-01".parse().ok());
    }
}
