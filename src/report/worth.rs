//! What net benefit says, in the words that every format shares.

use super::{CapabilityLine, FlipLine, MoneySpread, NetBenefitLine, Report, SubstituteLine, percent_with_interval};
use crate::config::Assumed;
use crate::decide::{self, assumption_label, assumption_value, chance};
use crate::units::{Money, format};

/// The part of the report that net benefit is, as `unavailable` calls it.
pub(super) const PART: &str = "net benefit";

/// An amount without its currency, where that stands already.
fn bare(amount: Money) -> String {
    format::money(amount, "").trim_start().to_owned()
}

/// The median, and between what nine draws in ten lie: `EUR 41 000 (12 000 to 90 000)`.
#[must_use]
pub fn spread_in_words(of: &MoneySpread, currency: &str) -> String {
    format!("{} ({} to {})", format::money(of.p50, currency), bare(of.p05), bare(of.p95))
}

impl NetBenefitLine {
    /// Median, range and the chance that it pays, in a sentence; `over` is the time looked ahead, as
    /// [`over_the_horizon`](Report::over_the_horizon) says it.
    #[must_use]
    pub fn in_a_sentence(&self, currency: &str, over: &str) -> String {
        format!(
            "Removing it is worth {}{over} ({} to {} in nine of ten simulated runs) and pays in {} of them.",
            format::money(self.total.p50, currency),
            bare(self.total.p05),
            bare(self.total.p95),
            chance(self.p_positive)
        )
    }

    /// The assumption that would change the advice most easily: the nearest within its range, else the nearest.
    #[must_use]
    pub fn nearest_flip(&self) -> Option<&FlipLine> {
        self.flips.iter().find(|flip| flip.within_range).or_else(|| self.flips.first())
    }
}

impl FlipLine {
    /// The value with its side: `hours to remove it: 900 h or more`.
    #[must_use]
    pub fn value_in_words(&self, currency: &str) -> String {
        let side = if self.at >= self.now { "more" } else { "less" };
        let at = assumption_value(self.assumption, self.at, currency);
        format!("{}: {at} or {side}", assumption_label(self.assumption))
    }

    /// What it is now: `instead of 126 h`.
    #[must_use]
    pub fn now_in_words(&self, currency: &str) -> String {
        format!("instead of {}", assumption_value(self.assumption, self.now, currency))
    }
}

impl SubstituteLine {
    /// How it was found, and who uses it already.
    #[must_use]
    pub fn in_words(&self) -> String {
        let how = if self.by == "catalogue" { "named by the catalogue" } else { "of its category" };
        match &self.already {
            // Of a single account a share and its interval say less than a word.
            Some(share) if share.n == 1 => {
                let does = if share.point > 0.5 { "uses it already" } else { "does not use it yet" };
                format!("{how}; its one account {does}")
            }
            Some(share) => {
                let accounts = format::counted(share.n, "account");
                format!("{how}; {} of its {accounts} use it already", percent_with_interval(share))
            }
            None => how.to_owned(),
        }
    }
}

impl Report {
    /// The years that net benefit looks ahead, at the median of that assumption; `None` where nothing was assumed.
    #[must_use]
    pub fn horizon_years(&self) -> Option<f64> {
        self.assumed_horizon(None)
    }

    fn assumed_horizon(&self, capability: Option<&str>) -> Option<f64> {
        let is_it = |line: &&super::AssumptionLine| {
            line.name == Assumed::HorizonYears && line.capability.as_deref() == capability
        };
        self.assumptions.iter().find(is_it).map(|line| line.p50)
    }

    /// Over which time a removal is judged, as ` over 3 years`: its own time before that of all, nothing where none is known.
    #[must_use]
    pub fn over_the_horizon(&self, capability: &str) -> String {
        let years = self.assumed_horizon(Some(capability)).or_else(|| self.assumed_horizon(None));
        years.map_or_else(String::new, |years| format!(" over {}", decide::years(years)))
    }

    /// What removing a capability of this report is worth, in a sentence; `None` where it is not known.
    #[must_use]
    pub fn worth_in_a_sentence(&self, line: &CapabilityLine) -> Option<String> {
        let worth = line.net_benefit.as_ref()?;
        Some(worth.in_a_sentence(&self.currency, &self.over_the_horizon(&line.id)))
    }

    /// Why no net benefit is known, in a sentence; `None` where one is.
    #[must_use]
    pub fn without_net_benefit(&self) -> Option<String> {
        if self.capabilities.iter().any(|line| line.net_benefit.is_some()) {
            return None;
        }
        let missing = self.unavailable.iter().find(|part| part.part == PART);
        Some(missing.map_or_else(
            || {
                "Of no capability use by account, ARR and run cost are known together, so none has a net benefit."
                    .into()
            },
            |part| part.sentence.clone(),
        ))
    }

    /// The name of a capability by its id, which stands in for it.
    #[must_use]
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.capabilities.iter().find(|line| line.id == id).map_or(id, |line| line.name.as_str())
    }
}

/// What net benefit lacks: the first table that is wanted and the sentence that names all; `None` where nothing is missing.
pub(super) fn missing(by_account: bool, arr: bool, cost: bool) -> Option<(&'static str, String)> {
    let (table, words) = lacking(by_account, arr, cost)?;
    Some((table, format!("Net benefit needs {words}: without, nobody knows what a removal is worth.")))
}

/// What is lacking: the first table, and the words for all.
pub(super) fn lacking(by_account: bool, arr: bool, cost: bool) -> Option<(&'static str, String)> {
    let wanted = [
        (by_account, "usage_events", "use by account (usage_events)"),
        (arr, "accounts", "accounts with ARR (accounts)"),
        (cost, "tickets", "a table of cost (tickets, work_items, charges or incidents)"),
    ];
    let lacking: Vec<_> = wanted.into_iter().filter(|(known, ..)| !known).collect();
    let (_, table, _) = lacking.first()?;
    let words: Vec<&str> = lacking.iter().map(|(_, _, words)| *words).collect();
    let words = match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    };
    Some((*table, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::EstimateLine;

    fn plain(text: &str) -> String {
        text.replace('\u{202f}', " ")
    }

    #[test]
    fn a_spread_reads_as_median_and_range() {
        let euros = |units: f64| Money::from_units(units).unwrap();
        let total =
            MoneySpread { mean: euros(44_000.0), p05: euros(-1_250.0), p50: euros(41_000.0), p95: euros(90_500.0) };
        assert_eq!(plain(&spread_in_words(&total, "EUR")), "EUR 41 000 (−1 250 to 90 500)");
        let worth = NetBenefitLine {
            total,
            p_positive: 0.93,
            parts: Vec::new(),
            arr_at_risk: total,
            arr_stated_share: None,
            tornado: Vec::new(),
            flips: Vec::new(),
            acceptability: Vec::new(),
        };
        assert_eq!(
            plain(&worth.in_a_sentence("EUR", " over 3 years")),
            "Removing it is worth EUR 41 000 over 3 years (−1 250 to 90 500 in nine of ten simulated runs) and pays in 93 % of them."
        );
    }

    #[test]
    fn a_flip_says_to_which_side() {
        let flip = FlipLine { assumption: Assumed::RemovalHours, now: 126.0, at: 900.0, within_range: false };
        assert_eq!(plain(&flip.value_in_words("EUR")), "hours to remove it: 900 h or more");
        assert_eq!(plain(&flip.now_in_words("EUR")), "instead of 126 h");
        let flip = FlipLine { at: 60.0, within_range: true, ..flip };
        assert_eq!(plain(&flip.value_in_words("EUR")), "hours to remove it: 60 h or less");
    }

    #[test]
    fn what_is_missing_is_named_by_its_table() {
        assert_eq!(missing(true, true, true), None);
        let (table, sentence) = missing(true, false, false).unwrap();
        assert_eq!(table, "accounts");
        assert!(
            sentence.starts_with(
                "Net benefit needs accounts with ARR (accounts) and a table of cost (tickets, work_items, charges or incidents):"
            ),
            "{sentence}"
        );
        assert_eq!(missing(false, true, true).unwrap().0, "usage_events");
    }

    #[test]
    fn a_substitute_says_how_it_was_found_and_who_uses_it() {
        let mut of = SubstituteLine { id: "n".into(), name: "New".into(), by: "catalogue", already: None };
        assert_eq!(of.in_words(), "named by the catalogue");
        of.by = "co-use";
        of.already = Some(EstimateLine { point: 0.5, low: 0.25, high: Some(0.75), n: 12 });
        assert_eq!(plain(&of.in_words()), "of its category; 50 % (25–75 %) of its 12 accounts use it already");
    }
}
