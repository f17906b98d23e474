//! What `deadhead.toml` may say about the score *dying anyway*.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[removal]`: what each group of signals weighs in the score *dying anyway*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovalSettings {
    /// Power that the place of every signal is raised to; below 1 signs of life weigh more than signs of death.
    #[schemars(range(min = 0.1, max = 10.0))]
    pub power: f64,
    /// Low use.
    #[schemars(range(min = 0.0))]
    pub level: f64,
    /// Falling use.
    #[schemars(range(min = 0.0))]
    pub trend: f64,
    /// Accounts that do not come back.
    #[schemars(range(min = 0.0))]
    pub retention: f64,
    /// Years since the launch.
    #[schemars(range(min = 0.0))]
    pub age: f64,
    /// Time since the last release and the last change.
    #[schemars(range(min = 0.0))]
    pub staleness: f64,
    /// Few finished changes, few people, few releases.
    #[schemars(range(min = 0.0))]
    pub investment: f64,
    /// Nobody who may change it, or a source that is lost.
    #[schemars(range(min = 0.0))]
    pub ownership: f64,
    /// Findings that nobody fixes.
    #[schemars(range(min = 0.0))]
    pub findings: f64,
    /// Open work that nobody takes.
    #[schemars(range(min = 0.0))]
    pub backlog: f64,
    /// Support contacts that nobody solves.
    #[schemars(range(min = 0.0))]
    pub support: f64,
    /// Announced shutdowns.
    #[schemars(range(min = 0.0))]
    pub notices: f64,
    /// The score of what it needs and of its family.
    #[schemars(range(min = 0.0))]
    pub fate: f64,
}
