//! The plan as a value of its own, for the command line.

use chrono::NaiveDate;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::PlanSection;
use super::compose::plan::section;
use crate::metrics::Facts;
use crate::plan::Plan;

/// Version of the shape of [`Planned`].
const SCHEMA: &str = "1.0";

/// The plan, as `deadhead plan --format json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Planned {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// The period.
    pub period: String,
    /// The day.
    pub as_of: NaiveDate,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Accounts of the base.
    pub base_accounts: u64,
    /// The plan.
    pub plan: PlanSection,
}

/// JSON Schema (2020-12) of [`Planned`], as `deadhead schema plan` prints it.
#[must_use]
pub fn planned_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Planned>()
}

/// A plan with what it is about.
#[must_use]
pub fn planned(currency: &str, facts: &Facts, plan: &Plan) -> Planned {
    Planned {
        schema_version: SCHEMA,
        period: facts.period.label().to_owned(),
        as_of: facts.as_of,
        currency: currency.to_owned(),
        base_accounts: facts.base.accounts,
        plan: section(plan, facts),
    }
}
