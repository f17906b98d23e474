//! What the linter says of a plan, as a value.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::schema_of;
use crate::plan::{LintFinding, LintRule, LintSeverity, Schedule};

/// Version of the shape of [`Linted`].
const SCHEMA: &str = "1.0";

/// What is wrong with a plan, as `deadhead plan --lint FILE --format json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Linted {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// Removals that were read.
    pub removals: usize,
    /// Stages that were read.
    pub stages: usize,
    /// What was found; empty: nothing is wrong.
    pub findings: Vec<LintedLine>,
    /// Rules that could not be applied without data.
    pub unjudged: Vec<UnjudgedLine>,
    /// Columns of the file that no rule reads.
    pub ignored_columns: Vec<String>,
    /// Capabilities of the file that the data do not know.
    pub unknown: Vec<String>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LintedLine {
    /// Which rule.
    pub rule: LintRule,
    /// How bad it is.
    pub severity: LintSeverity,
    /// The capability, as the plan names it; several are joined.
    pub capability: String,
    /// With its dates.
    pub sentence: String,
}

impl From<LintFinding> for LintedLine {
    fn from(of: LintFinding) -> Self {
        Self { rule: of.rule, severity: of.severity, capability: of.capability, sentence: of.sentence }
    }
}

/// A rule that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnjudgedLine {
    /// Which.
    pub rule: LintRule,
    /// What it wants.
    pub wants: &'static str,
}

impl Linted {
    /// Whether anything is wrong that should not be carried out.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == LintSeverity::Error)
    }
}

/// JSON Schema (2020-12) of [`Linted`], as `deadhead schema plan-lint` prints it.
#[must_use]
pub fn linted_schema() -> Schema {
    schema_of::<Linted>()
}

/// What was found in a plan.
#[must_use]
pub fn linted(
    schedule: &Schedule,
    findings: Vec<LintFinding>,
    unjudged: Vec<LintRule>,
    (ignored_columns, unknown): (Vec<String>, Vec<String>),
) -> Linted {
    let wants = |rule: LintRule| Some(UnjudgedLine { rule, wants: rule.wants()? });
    Linted {
        schema_version: SCHEMA,
        removals: schedule.removals.len(),
        stages: schedule.removals.iter().map(|of| of.stages.len()).sum(),
        findings: findings.into_iter().map(LintedLine::from).collect(),
        unjudged: unjudged.into_iter().filter_map(wants).collect(),
        ignored_columns,
        unknown,
    }
}
