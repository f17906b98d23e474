use schemars::JsonSchema;
use serde::Serialize;

use crate::config::RuleSettings;
use crate::metrics::CapabilityFacts;
use crate::units::definition;

definition! {
    /// On which side of the line `rule.rare_below` the use of a capability lies, as far as the evidence goes. *Below*: the whole
    /// 95 % interval of its adoption, over the window that fits its own rhythm where one is known, lies under the line. *Above*:
    /// the lower end reaches the line. Else *undecided*. Unknown where adoption is. The interval is Wilson's (Wilson 1927).
    ///
    /// An interval and not a point, because 4 of 60 accounts and 133 of 2,000 have the same rate and do not say the same: the first
    /// may well be 16 %, the second not 8 %. What is undecided asks for more data, or for a question to those who use it,
    /// and not for a removal; `days_to_settle` says how much more.
    ///
    /// A share over the capability's own window and not a number of days without use, because such a number confuses rhythm with
    /// need: nobody closes a year in July. And one account that looks in keeps alive what all others have left. The league
    /// table of this page compares both on companies whose truth is known.
    ///
    /// The line speaks of use alone: whether a promise, a recent launch, a segment or a season stands before it is said by the verdict.
    pub LINE, "line", "The line: rare, not rare, or not known yet"
}

/// The side of the line of rarity on which the use of a capability lies; see [`LINE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The whole interval of its adoption lies under the line.
    Below,
    /// The lower end reaches the line.
    Above,
    /// The interval holds the line.
    Undecided,
}

impl Line {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
            Self::Undecided => "undecided",
        }
    }
}

/// The side of one capability; `None` when its adoption is not known. See [`LINE`].
pub(super) fn line(facts: &CapabilityFacts, settings: &RuleSettings) -> Option<Line> {
    let adoption = facts.judged_adoption()?;
    Some(if adoption.high < settings.rare_below {
        Line::Below
    } else if adoption.low >= settings.rare_below {
        Line::Above
    } else {
        Line::Undecided
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{RULE as SETTINGS, capability, estimate};
    use crate::stats;

    #[test]
    fn the_truth_table() {
        for (adoption, expected) in [
            ((0.03, 0.02, 0.05), Line::Below),
            ((0.03, 0.02, 0.0999), Line::Below),
            // The upper end on the line is not under it, the lower end on it reaches it.
            ((0.03, 0.02, 0.10), Line::Undecided),
            ((0.08, 0.05, 0.12), Line::Undecided),
            ((0.12, 0.0999, 0.2), Line::Undecided),
            ((0.12, 0.10, 0.2), Line::Above),
            ((0.5, 0.4, 0.6), Line::Above),
            ((0.0, 0.0, 0.06), Line::Below),
            ((0.0, 0.0, 0.11), Line::Undecided),
        ] {
            let mut facts = capability("c");
            facts.adoption = Some(estimate(adoption));
            assert_eq!(line(&facts, &SETTINGS), Some(expected), "{adoption:?}");
        }
    }

    /// Wilson intervals of `statsmodels.stats.proportion.proportion_confint(method="wilson")`, statsmodels 0.15.0: 4/60 0.0262–0.1593, 133/2000
    /// 0.0564–0.0783, 0/30 0–0.1135, 0/60 0–0.0602.
    #[test]
    fn the_same_rate_of_more_accounts_says_more() {
        for ((active, base), expected) in [
            ((4, 60), Line::Undecided),
            ((133, 2_000), Line::Below),
            ((0, 30), Line::Undecided),
            ((0, 60), Line::Below),
        ] {
            let mut facts = capability("c");
            facts.adoption = stats::wilson(active, base);
            assert_eq!(line(&facts, &SETTINGS), Some(expected), "{active} of {base}");
        }
    }

    #[test]
    fn the_window_of_the_rhythm_is_judged_and_unknown_stays_unknown() {
        let mut facts = capability("c");
        assert_eq!(line(&facts, &SETTINGS), None);
        facts.adoption = Some(estimate((0.01, 0.0, 0.02)));
        facts.rhythm.adoption = Some(estimate((0.3, 0.25, 0.35)));
        assert_eq!(line(&facts, &SETTINGS), Some(Line::Above), "common over its year");
    }

    #[test]
    fn the_word_is_that_of_json() {
        for side in [Line::Below, Line::Above, Line::Undecided] {
            assert_eq!(serde_json::to_value(side).unwrap(), side.as_str());
        }
    }
}
