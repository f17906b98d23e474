//! From a configuration to the plan alone.

use super::understand::{RawUsage, refuse_bad_data, understand};
use super::{Error, Request, decision_settings, plan_evidence};
use crate::decide;
use crate::ingest::Progress;
use crate::plan;
use crate::report::{self, Planned};

/// Which candidates go when. Writes nothing.
///
/// # Errors
/// See [`enum@Error`].
pub fn plan(request: &Request, progress: &dyn Progress) -> Result<Planned, Error> {
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let facts = known.measure(settings);
    let integrations = known.assess(settings, &facts);
    let decisions = decide::decide(&facts, &integrations, decision_settings(settings));
    let plan = plan::plan(plan_evidence(settings, &facts, &integrations, &decisions));
    Ok(report::planned(&settings.currency, &facts, &plan))
}
