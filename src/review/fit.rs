//! A prior from finished removals: which features there is room for, how strong the penalty is, and how well it forecasts what it
//! has not seen.

use chrono::NaiveDate;
use thiserror::Error;

use crate::config::{Prior, PriorEstimate, PriorFeature, PriorTerm};
use crate::stats::{self, Logistic, Observation, PoissonWeights, Tied};

/// Parts of both cross-validations: the outer one forecasts, the inner one chooses the penalty without the part that is forecast.
const FOLDS: u32 = 5;
/// The penalties that are tried. Features have a standard deviation of 1, so that at 1 a coefficient is weighed like one capability.
const PENALTIES: [f64; 9] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];
/// Removals for each parameter of the model, and as many capabilities that were kept: below, logistic regression is unstable. Source:
/// Peduzzi et al. 1996.
const EVENTS_PER_PARAMETER: usize = 10;

/// A capability of the population.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCase<'a> {
    /// Its id.
    pub id: &'a str,
    /// What was known of it, as [`PriorFeature::ALL`].
    pub features: [Option<f64>; PriorFeature::ALL.len()],
    /// Whether it was removed.
    pub removed: bool,
}

/// What shapes the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FitSettings {
    /// The date.
    pub as_of: NaiveDate,
    /// Months within which a removal counts.
    pub within_months: u32,
    /// Seed of the parts and of the bootstrap.
    pub seed: u64,
    /// Replicates of the bootstrap.
    pub replicates: u32,
}

/// Why nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FitError {
    /// Too few of one of the two.
    #[error(
        "{removed} of {capabilities} capabilities were removed, and a prior wants at least {EVENTS_PER_PARAMETER} that were and {EVENTS_PER_PARAMETER} that were not for each thing that it learns; nothing was written"
    )]
    TooFew {
        /// Capabilities.
        capabilities: usize,
        /// Of them removed.
        removed: usize,
    },
    /// No feature tells two capabilities apart.
    #[error(
        "nothing that a prior looks at is known of these capabilities and differs between them; nothing was written"
    )]
    NoFeature,
}

/// Learns a prior.
///
/// Features are standardised; a value that is not known counts as the mean, and that it is not known is a feature of its own
/// where it is known of others. Features are given up from the end of [`PriorFeature::ALL`] until there are ten removals for each
/// parameter. The penalty is that with the lowest mean log loss in five-fold cross-validation, of equal ones the strongest. The
/// forecasts behind AUC and Brier score come from an outer cross-validation, in which means, scales and penalty are chosen anew without the
/// part that is forecast.
///
/// # Errors
/// See [`FitError`].
pub fn fit(cases: &[PastCase], settings: FitSettings) -> Result<Prior, FitError> {
    let removed = cases.iter().filter(|case| case.removed).count();
    let room = removed.min(cases.len() - removed) / EVENTS_PER_PARAMETER;
    if room == 0 {
        return Err(FitError::TooFew { capabilities: cases.len(), removed });
    }
    let columns = columns(cases, room)?;
    let given_up = PriorFeature::ALL.into_iter().filter(|feature| !columns.iter().any(|c| c.feature == *feature));
    let all: Vec<&PastCase> = cases.iter().collect();
    let too_few = FitError::TooFew { capabilities: cases.len(), removed };
    let model = learn(&all, &columns, settings.seed).ok_or(too_few)?;
    let forecasts = forecasts(&all, &columns, settings.seed).ok_or(too_few)?;
    let share = share(removed, cases.len());
    let pairs: Vec<(f64, bool)> = forecasts.iter().zip(cases).map(|(p, case)| (*p, case.removed)).collect();
    Ok(Prior {
        schema: 1,
        as_of: settings.as_of,
        within_months: settings.within_months,
        capabilities: cases.len() as u64,
        removed: removed as u64,
        penalty: model.penalty,
        folds: FOLDS,
        seed: settings.seed,
        brier: rounded(stats::brier(&pairs).ok_or(too_few)?),
        brier_of_share: rounded(share * (1.0 - share)),
        given_up: given_up.collect(),
        intercept: rounded(model.logistic.intercept),
        roc_auc: area(cases, &forecasts, settings).ok_or(too_few)?,
        feature: model.terms(),
    })
}

/// A feature that the model has, and whether its being unknown is one as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    feature: PriorFeature,
    place: usize,
    has_flag: bool,
}

/// The features that there is room for.
fn columns(cases: &[PastCase], mut room: usize) -> Result<Vec<Column>, FitError> {
    let mut columns = Vec::new();
    let mut differs = false;
    for (place, feature) in PriorFeature::ALL.into_iter().enumerate() {
        let known: Vec<f64> = cases.iter().filter_map(|case| case.features[place]).collect();
        // A feature must differ also where one part is left out, so one capability apart from all others is not enough.
        let common = most_common(&known);
        if known.len() - common < EVENTS_PER_PARAMETER {
            continue;
        }
        differs = true;
        let unknown = cases.len() - known.len();
        let has_flag = unknown.min(known.len()) >= EVENTS_PER_PARAMETER;
        let wants = 1 + usize::from(has_flag);
        if wants <= room {
            room -= wants;
            columns.push(Column { feature, place, has_flag });
        }
    }
    if columns.is_empty() && differs {
        let removed = cases.iter().filter(|case| case.removed).count();
        return Err(FitError::TooFew { capabilities: cases.len(), removed });
    }
    if columns.is_empty() { Err(FitError::NoFeature) } else { Ok(columns) }
}

/// How often the commonest value stands among the values.
fn most_common(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()).map(<[f64]>::len).max().unwrap_or(0)
}

/// A model with the scales that it was learned on.
#[derive(Debug, Clone, PartialEq)]
struct Learned {
    scales: Vec<Scale>,
    penalty: f64,
    logistic: Logistic,
}

/// Mean and standard deviation of the known values of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    column: Column,
    mean: f64,
    deviation: f64,
    known: u64,
}

impl Scale {
    fn of(cases: &[&PastCase], column: Column) -> Self {
        let known: Vec<f64> = cases.iter().filter_map(|case| case.features[column.place]).collect();
        let n = stats_of(known.len());
        let mean = known.iter().sum::<f64>() / n;
        let variance = known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
        // Where a part happens to have one value only, the column says nothing there.
        let deviation = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        Self { column, mean, deviation, known: known.len() as u64 }
    }

    fn add(&self, case: &PastCase, row: &mut Vec<f64>) {
        let value = case.features[self.column.place];
        row.push(value.map_or(0.0, |value| (value - self.mean) / self.deviation));
        if self.column.has_flag {
            row.push(f64::from(u8::from(value.is_none())));
        }
    }
}

impl Learned {
    fn forecast(&self, case: &PastCase) -> f64 {
        self.logistic.probability(&row(&self.scales, case))
    }

    fn terms(&self) -> Vec<PriorTerm> {
        let mut coefficients = self.logistic.coefficients.iter().copied();
        let mut next = || coefficients.next().unwrap_or_default();
        let term = |scale: &Scale| PriorTerm {
            name: scale.column.feature,
            mean: rounded(scale.mean),
            scale: rounded(scale.deviation),
            coefficient: rounded(next()),
            missing: if scale.column.has_flag { rounded(next()) } else { 0.0 },
            known: scale.known,
        };
        self.scales.iter().map(term).collect()
    }
}

fn row(scales: &[Scale], case: &PastCase) -> Vec<f64> {
    let mut row = Vec::new();
    scales.iter().for_each(|scale| scale.add(case, &mut row));
    row
}

fn with_penalty(cases: &[&PastCase], columns: &[Column], penalty: f64) -> Option<Learned> {
    let scales: Vec<Scale> = columns.iter().map(|column| Scale::of(cases, *column)).collect();
    let rows: Vec<Observation> = cases.iter().map(|case| (row(&scales, case), case.removed)).collect();
    Some(Learned { logistic: Logistic::fit(&rows, penalty)?, scales, penalty })
}

/// With the penalty that forecasts best.
fn learn(cases: &[&PastCase], columns: &[Column], seed: u64) -> Option<Learned> {
    let mut best: Option<(f64, f64)> = None;
    for penalty in PENALTIES {
        let forecasts = unseen(cases, seed, |rest| with_penalty(rest, columns, penalty))?;
        let pairs: Vec<(f64, bool)> = forecasts.iter().zip(cases).map(|(p, case)| (*p, case.removed)).collect();
        let loss = stats::log_loss(&pairs)?;
        if best.is_none_or(|(least, _)| loss <= least) {
            best = Some((loss, penalty));
        }
    }
    with_penalty(cases, columns, best?.1)
}

/// Forecasts of what was not seen, the choice of the penalty included.
fn forecasts(cases: &[&PastCase], columns: &[Column], seed: u64) -> Option<Vec<f64>> {
    unseen(cases, seed.wrapping_add(1), |rest| learn(rest, columns, seed))
}

/// By case, the forecast of a model that was learned without its part.
fn unseen(cases: &[&PastCase], seed: u64, learn: impl Fn(&[&PastCase]) -> Option<Learned>) -> Option<Vec<f64>> {
    let units: Vec<(&str, bool)> = cases.iter().map(|case| (case.id, case.removed)).collect();
    let parts = stats::stratified_folds(&units, FOLDS as usize, seed);
    let mut forecasts = vec![0.0; cases.len()];
    for part in 0..FOLDS as usize {
        let rest: Vec<&PastCase> =
            cases.iter().zip(&parts).filter(|(_, p)| **p != part).map(|(case, _)| *case).collect();
        let model = learn(&rest)?;
        for (index, case) in cases.iter().enumerate().filter(|(index, _)| parts[*index] == part) {
            forecasts[index] = model.forecast(case);
        }
    }
    Some(forecasts)
}

/// The area under the curve of forecasts, with its percentile interval over draws of the capabilities.
fn area(cases: &[PastCase], forecasts: &[f64], settings: FitSettings) -> Option<PriorEstimate> {
    let weights = PoissonWeights::new(settings.seed, settings.replicates as usize);
    let weights: Vec<Vec<u8>> = cases.iter().map(|case| weights.of("capability", case.id)).collect();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by(|&a, &b| forecasts[b].total_cmp(&forecasts[a]));
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| forecasts[a].total_cmp(&forecasts[b]).is_eq()).collect();
    let of = |weight: &dyn Fn(usize) -> f64| {
        let tied = groups.iter().map(|group| {
            let sum = |members: &mut dyn Iterator<Item = &usize>| members.map(|&member| weight(member)).sum::<f64>();
            let all = sum(&mut group.iter());
            Tied { all, hits: sum(&mut group.iter().filter(|member| cases[**member].removed)) }
        });
        stats::roc_auc(&tied.collect::<Vec<_>>())
    };
    let point = of(&|_| 1.0)?;
    let drawn = (0..settings.replicates as usize).filter_map(|draw| of(&|member| f64::from(weights[member][draw])));
    let mut drawn: Vec<f64> = drawn.collect();
    drawn.sort_by(f64::total_cmp);
    let end = |q: f64| stats::quantile(&drawn, q).unwrap_or(point);
    Some(PriorEstimate {
        point: rounded(point),
        low: rounded(end(0.025).min(point)),
        high: rounded(end(0.975).max(point)),
    })
}

fn share(part: usize, of: usize) -> f64 {
    stats_of(part) / stats_of(of)
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn stats_of(count: usize) -> f64 {
    count as f64
}

/// As in every file of ours: six digits, on which two machines agree.
fn rounded(value: f64) -> f64 {
    crate::report::rounded(value)
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
