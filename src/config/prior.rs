//! A learned prior: how use, trend and effort went together with removal in the past, as a small settings file.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[prior]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorSettings {
    /// The file that `deadhead backtest --fit` wrote, relative to this one. Empty: no probability is shown.
    pub file: String,
    /// What that file says, once the command line has read it; no setting.
    #[serde(skip)]
    pub learned: Option<Prior>,
}

/// What a prior looks at, in the order in which features are given up where there are too few removals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PriorFeature {
    /// ln of the share of the base that uses it, raised by half an account.
    Level,
    /// ln of that share over what it was 24 months before; over 12 or 6 where the data reach no further back.
    Trend,
    /// Years since the launch.
    Age,
    /// ln of one plus the months since the last release; since the last finished change where releases are not known.
    Staleness,
    /// ln of one plus the finished changes of 24 months.
    Effort,
    /// ln of one plus the unfixed findings.
    Findings,
}

impl PriorFeature {
    /// Every feature, the one that is given up last first.
    pub const ALL: [Self; 6] = [Self::Level, Self::Trend, Self::Age, Self::Staleness, Self::Effort, Self::Findings];

    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Trend => "trend",
            Self::Age => "age",
            Self::Staleness => "staleness",
            Self::Effort => "effort",
            Self::Findings => "findings",
        }
    }
}

/// One feature of the model. Its part of the log odds is `coefficient` × (value − `mean`) / `scale`, and `missing` where the
/// value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorTerm {
    /// Which.
    pub name: PriorFeature,
    /// Mean of the known values that it was learned from.
    pub mean: f64,
    /// Their standard deviation; above 0.
    pub scale: f64,
    /// Log odds per standard deviation.
    pub coefficient: f64,
    /// Log odds where the value is not known; 0 where it always was.
    pub missing: f64,
    /// Capabilities of which it was known.
    pub known: u64,
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorEstimate {
    /// The figure.
    pub point: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The file of `deadhead backtest --fit`: a logistic regression with a ridge penalty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Version of this file's format; 1.
    pub schema: u32,
    /// The date that it was learned at.
    pub as_of: NaiveDate,
    /// Months after it within which a removal counted.
    pub within_months: u32,
    /// Capabilities that it was learned from.
    pub capabilities: u64,
    /// Of them those that were removed.
    pub removed: u64,
    /// Weight of the squared coefficients against the likelihood, chosen by cross-validation.
    pub penalty: f64,
    /// Parts of the cross-validation.
    pub folds: u32,
    /// Seed of its parts.
    pub seed: u64,
    /// Brier score of forecasts for capabilities that the model had not seen.
    pub brier: f64,
    /// Brier score of a forecast that knows nothing but the share that was removed: what the model is to beat.
    pub brier_of_share: f64,
    /// Features that were given up, because there are fewer than ten removals for each, or because they say nothing here.
    pub given_up: Vec<PriorFeature>,
    /// Log odds of a capability whose every feature is at its mean.
    pub intercept: f64,
    /// ROC-AUC of forecasts for capabilities that the model had not seen, with its bootstrap interval.
    pub roc_auc: PriorEstimate,
    /// The features.
    pub feature: Vec<PriorTerm>,
}

const HEAD: &str = "\
# How use, trend and effort went together with removal, as `deadhead backtest --fit` found it in finished removals.
# `[prior] file` in deadhead.toml names this file; `deadhead run` then shows `removal_probability` beside the verdict. No
# verdict and no rank looks at it. See docs/backtest.md.

";

impl Prior {
    /// Reads the file.
    ///
    /// # Errors
    /// With what is wrong: no TOML, an unknown key or feature, another version, or a number that no model has.
    pub fn parse(text: &str) -> Result<Self, String> {
        let prior: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if prior.schema != 1 {
            return Err(format!("`schema` is {}, and this program reads 1", prior.schema));
        }
        let finite =
            |term: &PriorTerm| [term.mean, term.coefficient, term.missing].iter().all(|number| number.is_finite());
        if let Some(term) =
            prior.feature.iter().find(|term| !(term.scale > 0.0 && term.scale.is_finite() && finite(term)))
        {
            return Err(format!("feature `{}` has a number that no model has", term.name.as_str()));
        }
        let twice = prior.feature.windows(2).find(|pair| pair[0].name >= pair[1].name);
        if let Some(pair) = twice {
            return Err(format!("feature `{}` stands twice, or not in its order", pair[1].name.as_str()));
        }
        if prior.intercept.is_finite() { Ok(prior) } else { Err("`intercept` is no number".into()) }
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let body = toml::to_string(self).expect("every field has a form in TOML, single values before tables");
        HEAD.to_owned() + &body
    }

    /// Probability of removal within `within_months`, 0–1, of a capability with these values of [`PriorFeature::ALL`].
    /// `None` where none of the features of the model is known.
    #[must_use]
    pub fn probability(&self, values: &[Option<f64>; PriorFeature::ALL.len()]) -> Option<f64> {
        let value = |term: &PriorTerm| {
            let place = PriorFeature::ALL.iter().position(|feature| *feature == term.name)?;
            values[place]
        };
        if self.feature.iter().all(|term| value(term).is_none()) {
            return None;
        }
        let part = |term: &PriorTerm| match value(term) {
            Some(known) => term.coefficient * (known - term.mean) / term.scale,
            None => term.missing,
        };
        let log_odds = self.intercept + self.feature.iter().map(part).sum::<f64>();
        Some(1.0 / (1.0 + (-log_odds).exp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior() -> Prior {
        let term =
            |name, coefficient, missing| PriorTerm { name, mean: 2.0, scale: 0.5, coefficient, missing, known: 90 };
        Prior {
            schema: 1,
            as_of: "2026-06-30".parse().unwrap(),
            within_months: 24,
            capabilities: 100,
            removed: 20,
            penalty: 1.0,
            folds: 5,
            seed: 7,
            brier: 0.12,
            brier_of_share: 0.16,
            given_up: vec![PriorFeature::Findings],
            intercept: -1.0,
            roc_auc: PriorEstimate { point: 0.7, low: 0.6, high: 0.8 },
            feature: vec![term(PriorFeature::Level, -1.0, 0.0), term(PriorFeature::Trend, 0.5, 0.25)],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Prior::parse(&prior().text()), Ok(prior()));
    }

    #[test]
    fn a_probability_by_hand() {
        let of = |level, trend| prior().probability(&[level, trend, None, None, None, None]);
        // −1 − 1·(1.5 − 2)/0.5 + 0.5·(3 − 2)/0.5 = 1; e⁻¹ = 0.367 879 44.
        assert!((of(Some(1.5), Some(3.0)).unwrap() - 1.0 / 1.367_879_441_171_442_3).abs() < 1e-12);
        // −1 + 0.25 where the trend is not known.
        assert!((of(Some(2.0), None).unwrap() - 1.0 / (1.0 + 0.75_f64.exp())).abs() < 1e-12);
        assert_eq!(of(None, None), None);
        assert_eq!(prior().probability(&[None, None, Some(5.0), None, None, None]), None, "no feature of the model");
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_what_is_wrong() {
        let text = prior().text();
        for (from, to, part) in [
            ("schema = 1", "schema = 2", "reads 1"),
            ("name = \"trend\"", "name = \"mood\"", "mood"),
            ("name = \"trend\"", "name = \"level\"", "stands twice"),
            ("scale = 0.5", "scale = 0.0", "no model has"),
            ("intercept = -1.0", "intercept = nan", "no number"),
            ("penalty = 1.0", "penalti = 1.0", "penalti"),
        ] {
            let refused = Prior::parse(&text.replace(from, to)).unwrap_err();
            assert!(text.contains(from) && refused.contains(part), "{refused}");
        }
    }
}
