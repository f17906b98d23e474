//! Logistic regression with a ridge penalty.

use super::ridge_system::solve;

/// A row: its features, and whether the event came.
pub type Observation = (Vec<f64>, bool);

/// A fitted model: the log odds are the intercept plus the sum of coefficient × feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// Log odds where every feature is 0.
    pub intercept: f64,
    /// One per feature, in log odds per unit of it.
    pub coefficients: Vec<f64>,
}

/// Newton's steps at most; the penalised likelihood is concave, and from ten on nothing moves in practice.
const STEPS: usize = 100;
/// Ends when no coefficient moves further than this.
const STILL: f64 = 1e-12;

impl Logistic {
    /// The model that minimises Σ log loss + `penalty` / 2 · Σ coefficient², the intercept free (Hoerl & Kennard 1970; le Cessie
    /// & van Houwelingen 1992), by Newton's method with halved steps. Give it features on one scale: the penalty treats all alike.
    ///
    /// `None` when the rows differ in length, a feature is no number, the penalty is not above 0, or the event always or never
    /// came: then no intercept is finite.
    #[must_use]
    pub fn fit(rows: &[Observation], penalty: f64) -> Option<Self> {
        let width = rows.first()?.0.len();
        let is_sound = |(features, _): &Observation| features.len() == width && features.iter().all(|x| x.is_finite());
        let events = rows.iter().filter(|row| row.1).count();
        if !(penalty > 0.0 && penalty.is_finite()) || !rows.iter().all(is_sound) || events == 0 || events == rows.len()
        {
            return None;
        }
        let mut model = Self { intercept: log_odds(events, rows.len()), coefficients: vec![0.0; width] };
        let mut loss = model.loss(rows, penalty);
        for _ in 0..STEPS {
            let step = model.newton_step(rows, penalty)?;
            let (next, next_loss) = model.best_part_of(&step, rows, penalty, loss);
            let moved = step.iter().map(|part| part.abs()).fold(0.0, f64::max);
            (model, loss) = (next, next_loss);
            if moved < STILL {
                break;
            }
        }
        Some(model)
    }

    /// Probability of the event, 0–1. Features that the row lacks count as 0.
    #[must_use]
    pub fn probability(&self, features: &[f64]) -> f64 {
        sigmoid(self.log_odds(features))
    }

    fn log_odds(&self, features: &[f64]) -> f64 {
        self.coefficients.iter().zip(features).fold(self.intercept, |sum, (c, x)| sum + c * x)
    }

    /// What the fit minimises.
    fn loss(&self, rows: &[Observation], penalty: f64) -> f64 {
        let squares: f64 = self.coefficients.iter().map(|c| c * c).sum();
        rows.iter().map(|(x, came)| one_loss(self.log_odds(x), *came)).sum::<f64>() + penalty / 2.0 * squares
    }

    /// From here to the minimum of the parabola that touches the loss; the intercept's part stands first.
    fn newton_step(&self, rows: &[Observation], penalty: f64) -> Option<Vec<f64>> {
        let size = self.coefficients.len() + 1;
        let mut slope = vec![0.0; size];
        let mut curvature = vec![vec![0.0; size]; size];
        for (features, came) in rows {
            let p = self.probability(features);
            let (error, weight) = (f64::from(u8::from(*came)) - p, p * (1.0 - p));
            let of = |place: usize| if place == 0 { 1.0 } else { features[place - 1] };
            for a in 0..size {
                slope[a] += error * of(a);
                for (b, cell) in curvature[a].iter_mut().enumerate().take(a + 1) {
                    *cell += weight * of(a) * of(b);
                }
            }
        }
        for (place, coefficient) in self.coefficients.iter().enumerate() {
            slope[place + 1] -= penalty * coefficient;
            curvature[place + 1][place + 1] += penalty;
        }
        solve(&curvature, &slope)
    }

    /// The model after the step, or after a half, a quarter … of it where the whole would raise the loss.
    fn best_part_of(&self, step: &[f64], rows: &[Observation], penalty: f64, loss: f64) -> (Self, f64) {
        let after = |part: f64| Self {
            intercept: self.intercept + part * step[0],
            coefficients: self.coefficients.iter().zip(&step[1..]).map(|(c, s)| c + part * s).collect(),
        };
        let parts = std::iter::successors(Some(1.0), |part| Some(part / 2.0)).take(30);
        let tried = parts.map(after).map(|model| {
            let loss = model.loss(rows, penalty);
            (model, loss)
        });
        // At the minimum the loss is flat, and what rounding adds must not shorten the last steps.
        let mut lower = tried.filter(|(_, tried)| *tried <= loss + loss.abs() * 1e-12);
        lower.next().unwrap_or_else(|| (self.clone(), loss))
    }
}

/// −ln of the probability that was given to what came, computed without overflow.
fn one_loss(log_odds: f64, came: bool) -> f64 {
    let against = if came { -log_odds } else { log_odds };
    if against > 0.0 { against + (-against).exp().ln_1p() } else { against.exp().ln_1p() }
}

/// Mean of −ln of the probability given to what came; `None` for none. A forecast that is wrong and sure costs without bound.
#[must_use]
pub fn log_loss(forecasts: &[(f64, bool)]) -> Option<f64> {
    let of = |&(p, came): &(f64, bool)| -(if came { p } else { 1.0 - p }).max(f64::MIN_POSITIVE).ln();
    mean(forecasts.iter().map(of))
}

/// Brier score: the mean of (probability − what came)². 0 is perfect; the variance of what came is that of a forecast that only
/// knows how often it comes (Brier 1950). `None` for none.
#[must_use]
pub fn brier(forecasts: &[(f64, bool)]) -> Option<f64> {
    mean(forecasts.iter().map(|(p, came)| (p - f64::from(u8::from(*came))).powi(2)))
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let n = values.len();
    (n > 0).then(|| values.sum::<f64>() / n as f64)
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn log_odds(events: usize, all: usize) -> f64 {
    (events as f64 / (all - events) as f64).ln()
}

fn sigmoid(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + (-log_odds).exp())
    } else {
        let odds = log_odds.exp();
        odds / (1.0 + odds)
    }
}

#[cfg(test)]
#[path = "logistic_tests.rs"]
mod tests;
