//! What to expect of the next quarter.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::super::Reliability;
use crate::stats::{self, Z95};
use crate::units::Estimate;

/// Hours of a quarter: 365.25 days / 4.
const QUARTER_HOURS: f64 = 91.3125 * 24.0;

/// An episode that cost time in the period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Broken {
    pub capability: usize,
    /// Whose; a number of its own for every account.
    pub account: usize,
    /// Of which failure.
    pub failure: usize,
    /// Broken hours, weighted by the part of the function that was lost; more than 0.
    pub hours: f64,
}

impl Broken {
    /// By capability; then by what it holds, so that sums do not hang on the order in which episodes stand.
    pub fn order(&self, other: &Self) -> Ordering {
        (self.capability, self.account)
            .cmp(&(other.capability, other.account))
            .then_with(|| self.hours.total_cmp(&other.hours))
            .then_with(|| self.failure.cmp(&other.failure))
    }
}

/// What one integration says of its own frequency and length of episodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    capability: usize,
    /// Account-hours that may be broken.
    hours: f64,
    /// Account-hours of the period.
    account_hours: f64,
    /// Greatest part that may be broken, where nothing was.
    most: f64,
    episodes: u64,
    /// As many independent observations they are worth.
    worth: f64,
    /// Broken hours of them, and Σ(hours/mean − 1)².
    broken: f64,
    scatter: f64,
}

impl Outlook {
    /// From its episodes that cost time, the accounts that have it in use now, and what is known of the period.
    #[expect(clippy::cast_precision_loss, reason = "counts of episodes and accounts lie far below 2^53")]
    pub fn of(capability: usize, episodes: &[Broken], accounts: usize, period: &Reliability) -> Self {
        let n = episodes.len() as f64;
        let broken: f64 = episodes.iter().map(|episode| episode.hours).sum();
        let worth = worth(episodes, |episode| episode.failure).min(worth(episodes, |episode| episode.account));
        Self {
            capability,
            hours: accounts as f64 * QUARTER_HOURS,
            account_hours: period.account_hours,
            most: 1.0 - period.score.low,
            episodes: episodes.len() as u64,
            worth,
            broken,
            scatter: episodes.iter().map(|episode| (episode.hours * n / broken - 1.0).powi(2)).sum(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of episodes lie far below 2^53")]
    fn count(&self) -> f64 {
        self.episodes as f64
    }

    /// Independent events, and the exposure that gives them at the same frequency.
    fn rate(&self) -> (f64, f64) {
        let part = if self.episodes == 0 { 1.0 } else { self.worth / self.count() };
        (self.worth, self.account_hours * part)
    }

    /// Logarithm of the mean broken hours of an episode, and its variance at a relative variance of lengths.
    fn level(&self, relative_variance: f64) -> Option<(f64, f64)> {
        (self.episodes > 0).then(|| ((self.broken / self.count()).ln(), relative_variance / self.worth))
    }
}

/// How many independent observations episodes are worth that come in groups of k: n²/Σk².
#[expect(clippy::cast_precision_loss, reason = "counts of episodes lie far below 2^53")]
fn worth(episodes: &[Broken], group: impl Fn(&Broken) -> usize) -> f64 {
    if episodes.is_empty() {
        return 0.0;
    }
    let mut sizes: BTreeMap<usize, u64> = BTreeMap::new();
    for episode in episodes {
        *sizes.entry(group(episode)).or_default() += 1;
    }
    // Counted as whole numbers, so that the sum does not hang on how failures are numbered.
    let squares: u128 = sizes.values().map(|&size| u128::from(size) * u128::from(size)).sum();
    (episodes.len() as f64).powi(2) / squares as f64
}

/// Broken account-hours of the next quarter by capability; see [`super::EXPECTED_BROKEN_HOURS`].
pub fn expected(outlooks: &[Outlook]) -> Vec<(usize, Estimate)> {
    let rates: Vec<(f64, f64)> = outlooks.iter().map(Outlook::rate).collect();
    let rates = stats::shrunk_rates(&rates);
    let relative_variance = relative_variance(outlooks);
    let levels: Vec<_> = outlooks.iter().map(|outlook| outlook.level(relative_variance)).collect();
    let levels = stats::shrunk_levels(&levels);
    let estimate = |(place, outlook): (usize, &Outlook)| {
        let both = rates[place].zip(levels.as_ref().map(|levels| levels[place]));
        let estimate = match both {
            None => Estimate { point: 0.0, low: 0.0, high: outlook.most * outlook.hours, n: outlook.episodes },
            Some((rate, level)) => {
                let point = rate.point * level.point * outlook.hours;
                let factor = (Z95 * (rate.log_variance + level.log_variance).sqrt()).exp();
                let [point, low, high] = [point, point / factor, point * factor].map(|hours| hours.min(outlook.hours));
                Estimate { point, low, high, n: outlook.episodes }
            }
        };
        (outlook.capability, estimate)
    };
    outlooks.iter().enumerate().map(estimate).collect()
}

/// Variance of the length of an episode over its squared mean, from all integrations; 1 where no two of one differ.
fn relative_variance(outlooks: &[Outlook]) -> f64 {
    let scatter: f64 = outlooks.iter().map(|outlook| outlook.scatter).sum();
    let freedom: f64 = outlooks.iter().map(|outlook| (outlook.count() - 1.0).max(0.0)).sum();
    if scatter > 1e-9 * freedom { scatter / freedom } else { 1.0 }
}
