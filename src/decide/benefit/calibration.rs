//! What past breakages say about the loss that a removal brings.

use crate::config::Assumption;
use crate::integrations::{Contrast, Integrations};
use crate::stats::{self, Distribution, Z95};
use crate::units::{Estimate, definition};

definition! {
    /// Accounts whose integration broke are unplanned removal experiments: what they did afterwards bounds what accounts do when
    /// something is taken away, so it moves `assumptions.loss_at_full_dependence`, the probability that an account leaves when
    /// all its use rests on what is removed.
    ///
    /// *What is seen*: churn of exposed against unexposed account-months (see the comparison of exposed accounts) has a risk
    /// difference over strata (Mantel & Haenszel 1959, J. Natl. Cancer Inst. 22, 719–748; Greenland & Robins 1985, Biometrics
    /// 41, 55–68; its interval after Sato et al. 1989). Times the exposed account-months it is the number of accounts that left
    /// and would have stayed. Net benefit takes an account to leave with the loss at full dependence times its dependence, so
    ///
    /// seen = difference × exposed account-months / (exposed accounts × their mean dependence)
    ///
    /// with the part of active days that the failed integration had carried as dependence. The interval is scaled alike, after
    /// it has been made at least as wide as that of the two risks with one event and one non-event added to each group
    /// (Agresti & Caffo 2000, Am. Stat. 54, 280–288): with no departure among a handful of exposed accounts the variance over
    /// strata says that they are sure to stay.
    ///
    /// *Shrinkage*: assumption and data are averaged with the inverses of their variances as weights, as two normal
    /// distributions of one quantity are. Weight of the data w = s²/(s² + e²), with s the standard deviation of the assumption
    /// and e the standard error of what is seen; mean = (1 − w)·assumed + w·seen, variance s²·(1 − w). Of that normal curve what
    /// lies between 0 and 1 is kept, and a distribution of the same mean and deviation put in its place: triangular where there
    /// is one within 0–1, else uniform, else lognormal. Few breakages, or few departures, have a wide interval and a weight near
    /// 0; a fixed assumption stays as it is. Where a negative control says that something hidden moves both failures and churn, the
    /// weight is 0, and what was seen is shown and not used.
    ///
    /// What it is not. A breakage is mended after days or weeks, while a removal is for ever: in this the figure is a lower
    /// bound. A breakage comes without notice, without a replacement and without anybody's help to move, which a removal should not:
    /// in this it is an upper one. Which of the two weighs more cannot be known before a removal has been reviewed. What leaves
    /// more than `churn.within_days` and a month after a failure is not seen, and that integrations stand for features as well is
    /// an assumption. Without runs, without accounts or without a failure nothing is said, and the assumption stands alone.
    pub CALIBRATION, "loss_calibration", "Calibration of the loss by past breakages"
}

/// How the prior and the data made the loss at full dependence.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Mean and standard deviation of the assumption as configured.
    pub prior: (f64, f64),
    /// What past breakages say about the same quantity, with its 95 % interval: a difference, so that it may lie below 0.
    /// `n` is the exposed accounts.
    pub seen: Estimate,
    /// Weight of the data in the result, 0–1: the shrinkage is one less it. 0 where the assumption is fixed or a negative
    /// control says that what is seen is not to be trusted.
    pub weight: f64,
    /// Mean and standard deviation of the result.
    pub used: (f64, f64),
    /// The result as a distribution, in the notation of the settings.
    pub distribution: String,
}

/// Calibrates the loss at full dependence; `None` where no past breakage can say anything. See [`CALIBRATION`].
#[must_use]
pub fn calibrate(prior: &Assumption, integrations: &Integrations) -> Option<Calibration> {
    let assumed: Distribution = prior.distribution.parse().ok()?;
    let found = calibrate_with((assumed.mean(), assumed.sd()), integrations)?;
    // What is not moved keeps its own shape.
    let distribution = if found.weight > 0.0 { found.distribution } else { prior.distribution.clone() };
    Some(Calibration { distribution, ..found })
}

/// The same with the mean and the standard deviation of the assumption; see [`CALIBRATION`].
fn calibrate_with(prior: (f64, f64), integrations: &Integrations) -> Option<Calibration> {
    let churn = &integrations.churn;
    let over_all =
        |contrast: &&Contrast| contrast.outcome == "churn" && !contrast.control && contrast.capability.is_none();
    let seen = seen(churn.contrasts.iter().find(over_all)?)?;
    let (assumed, deviation) = prior;
    let error = (seen.high - seen.low) / (2.0 * Z95);
    let is_trusted = churn.hidden_confounding() != Some(true);
    let weight =
        if is_trusted && deviation > 0.0 { deviation.powi(2) / (deviation.powi(2) + error.powi(2)) } else { 0.0 };
    let mean = assumed + weight * (seen.point - assumed);
    let narrowed = deviation * (1.0 - weight).sqrt();
    let used = if weight > 0.0 { stats::truncated_normal(mean, narrowed, (0.0, 1.0))? } else { prior };
    Some(Calibration { prior, seen, weight, used, distribution: distribution(used) })
}

/// What exposure does to the loss at full dependence; see [`CALIBRATION`].
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn seen(contrast: &Contrast) -> Option<Estimate> {
    let difference = contrast.difference?;
    let accounts = contrast.exposed_accounts.filter(|&accounts| accounts > 0)?;
    let dependence = contrast.exposed_dependence.filter(|&carried| carried > 0.0)?;
    let plus_two = |events: u64, units: u64| {
        let (units, risk) = (units as f64 + 2.0, (events as f64 + 1.0) / (units as f64 + 2.0));
        risk * (1.0 - risk) / units
    };
    let variance =
        plus_two(contrast.exposed_events, contrast.exposed) + plus_two(contrast.unexposed_events, contrast.unexposed);
    let half = ((difference.high - difference.low) / 2.0).max(Z95 * variance.sqrt());
    let scale = contrast.exposed as f64 / (accounts as f64 * dependence);
    let at = |difference: f64| difference * scale;
    Some(Estimate {
        point: at(difference.point),
        low: at(difference.point - half),
        high: at(difference.point + half),
        n: accounts,
    })
}

/// 95 % point of the standard normal distribution.
const Z90: f64 = 1.644_853_626_951_472_2;

/// A distribution of a given mean and standard deviation, in the notation of the settings: triangular where one lies within 0–1,
/// else uniform, else lognormal.
fn distribution((mean, deviation): (f64, f64)) -> String {
    if deviation < 1e-6 {
        return format!("fixed({})", rounded(mean));
    }
    let triangle = triangle(mean, deviation).or_else(|| {
        // Against the upper end it is what it would be against the lower one, mirrored.
        triangle(1.0 - mean, deviation).map(|[low, likely, high]| [1.0 - high, 1.0 - likely, 1.0 - low])
    });
    if let Some([low, likely, high]) = triangle.map(|ends| ends.map(rounded)) {
        return format!("triangular({low}, {likely}, {high})");
    }
    let half = deviation * 3_f64.sqrt();
    if mean >= half && mean + half <= 1.0 {
        return format!("uniform({}, {})", rounded(mean - half), rounded(mean + half));
    }
    let spread = (deviation / mean).powi(2).ln_1p();
    let (middle, half) = (mean.ln() - spread / 2.0, Z90 * spread.sqrt());
    format!("lognormal({}, {})", rounded((middle - half).exp()), rounded((middle + half).exp()))
}

/// Low, likely and high of a triangular distribution within 0–1: symmetric where there is room, else from 0. Its mean is a third
/// of their sum, its variance (a² + b² + c² − ab − ac − bc)/18.
fn triangle(mean: f64, deviation: f64) -> Option<[f64; 3]> {
    let half = deviation * 6_f64.sqrt();
    let ends = if mean >= half {
        [mean - half, mean, mean + half]
    } else {
        // From 0: likely and high are the roots of z² − 3·mean·z + 3·mean² − 6·variance.
        let root = (24.0 * deviation.powi(2) - 3.0 * mean.powi(2)).sqrt();
        [0.0, (3.0 * mean - root) / 2.0, f64::midpoint(3.0 * mean, root)]
    };
    (ends[1] >= 0.0 && ends[2] <= 1.0).then_some(ends)
}

/// To a millionth.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
