//! From a configuration to the plan alone.

use super::understand::{RawUsage, refuse_bad_data, understand};
use super::{Error, Request, plan_evidence};
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
    let (facts, integrations, decisions) = known.decide(settings);
    let plan = plan::plan(plan_evidence(settings, &facts, &integrations, &decisions));
    Ok(report::planned(&settings.currency, &facts, &plan))
}
