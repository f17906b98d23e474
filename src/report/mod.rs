//! The report as a value: everything that any format shows, computed once.
//!
//! Takes facts, decisions and the books of reading; gives a [`Report`] that the exporters only write down. Refuses
//! nothing.

mod books;
mod compose;
mod decision_figures;
mod explanation;
mod figures;
mod gates;
mod headlines;
mod integration_figures;
mod league;
mod linted;
mod papers;
mod plan_figures;
mod plan_words;
mod planned;
mod sentences;
mod value;
mod what_if;
mod worth;

use schemars::Schema;
use schemars::generate::SchemaSettings;

pub(crate) use books::{unavailable, unmapped};
#[cfg(test)]
pub(crate) use compose::method;
pub use compose::{Material, compose, triage_line};
pub use explanation::{Explanation, Figure, RowsLine, explain};
pub use gates::{Condition, ConditionError};
pub use league::{League, LeagueFigure, LeagueLine, league};
pub use linted::{Linted, LintedLine, UnjudgedLine, linted, linted_schema};
pub use papers::{About, ContactPaper, Letter, PaperRemoval, PaperStage, Papers};
pub use plan_words::{class_label, constraint_label, day_in_words, measure_label, stage_label};
pub use planned::{Planned, planned, planned_schema};
pub use sentences::{
    decimal_with_interval, evidence_code, evidence_sentence, percent_with_interval, ratio_with_interval, relation_code,
    rhythm_code, whole,
};
pub(crate) use value::rounded;
pub use value::*;
pub use what_if::{
    AffectedLine, Considered, FreedLine, MemberLine, PromiseLine, SetColumn, WhatIf, considered, what_if,
    what_if_schema,
};
pub use worth::spread_in_words;

/// JSON Schema (2020-12) of `report.json`, as `deadhead schema report` prints it.
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>()
}
