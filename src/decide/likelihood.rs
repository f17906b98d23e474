//! What a learned prior looks at, and the probability that it gives.

use crate::config::{Prior, PriorFeature};
use crate::metrics::Facts;
use crate::units::definition;

definition! {
    /// The share of past capabilities in the same state that were removed within the months that the prior was learned over, 0–1:
    /// a logistic regression on the level and trend of use, age, staleness, finished changes and unfixed findings, with a
    /// ridge penalty that cross-validation chose. `deadhead backtest --fit` learns it from finished removals, `[prior]` names its
    /// file.
    ///
    /// It stands beside the verdict and never in place of it: it says what was done with such capabilities, not what would have been
    /// right, and a list of removals is never complete, so that it is a lower bound. It holds for a product like the one that it
    /// was learned on. Unknown without a prior, or where no feature of it is known. Source: Hoerl & Kennard 1970;
    /// le Cessie & van Houwelingen 1992.
    pub REMOVAL_PROBABILITY, "removal_probability", "Probability of removal, by a learned prior"
}

/// The values of [`PriorFeature::ALL`] of a capability, an index into the facts.
#[must_use]
pub fn prior_features(facts: &Facts, capability: usize) -> [Option<f64>; PriorFeature::ALL.len()] {
    let signals = &facts.capabilities[capability].signals;
    let adoption = || facts.capabilities[capability].adoption.map(|adoption| adoption.point);
    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    let half_an_account = 0.5 / facts.base.accounts.max(1) as f64;
    let log_of_more = |count: f64| (1.0 + count.max(0.0)).ln();
    PriorFeature::ALL.map(|feature| {
        let value = match feature {
            PriorFeature::Level => signals.use_now.or_else(adoption).map(|share| (share + half_an_account).ln()),
            PriorFeature::Trend => signals.change_24m.or(signals.change_12m).or(signals.change_6m).map(f64::ln),
            PriorFeature::Age => signals.age_months.map(|months| months / 12.0),
            PriorFeature::Staleness => signals.months_since_release.or(signals.months_since_change).map(log_of_more),
            PriorFeature::Effort => signals.finished_changes_24m.map(log_of_more),
            PriorFeature::Findings => signals.unfixed_findings.map(log_of_more),
        };
        value.filter(|value| value.is_finite())
    })
}

/// See [`REMOVAL_PROBABILITY`]; of a capability, an index into the facts.
#[must_use]
pub fn removal_probability(prior: &Prior, facts: &Facts, capability: usize) -> Option<f64> {
    prior.probability(&prior_features(facts, capability))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, estimate, facts};

    #[test]
    fn features_by_hand() {
        let mut one = capability("c");
        one.signals.use_now = Some(0.0);
        one.signals.change_12m = Some(0.5);
        one.signals.change_6m = Some(0.9);
        one.signals.age_months = Some(30.0);
        one.signals.months_since_change = Some(0.0);
        one.signals.unfixed_findings = Some(1.0);
        let all = facts(vec![one]);
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let level = (0.5 / all.base.accounts as f64).ln();
        let two = 2.0_f64.ln();
        assert_eq!(prior_features(&all, 0), [Some(level), Some(0.5_f64.ln()), Some(2.5), Some(0.0), None, Some(two)]);
    }

    #[test]
    fn without_signals_the_level_is_adoption_and_the_rest_is_unknown() {
        let mut one = capability("c");
        one.signals = crate::metrics::Signals::default();
        one.adoption = Some(estimate((0.25, 0.2, 0.3)));
        let mut all = facts(vec![one]);
        all.base.accounts = 0;
        assert_eq!(prior_features(&all, 0), [Some(0.75_f64.ln()), None, None, None, None, None]);
        all.capabilities[0].adoption = None;
        assert_eq!(prior_features(&all, 0), [None; 6]);
    }
}
