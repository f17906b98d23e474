//! What must go before, and what goes with it.

use crate::metrics::Facts;
use crate::units::definition;

definition! {
    /// What needs a capability (`depends_on`), and what is a part of it (`parent`).
    pub DEPENDENCIES, "dependencies", "Dependencies"
}

/// What a removal drags along, as capabilities, in the order in which they must go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dependencies {
    /// What needs it, directly or not: must go before it or stop needing it.
    pub needed_by: Vec<usize>,
    /// Its parts, and what stands in a cycle with it: goes with it.
    pub with: Vec<usize>,
    /// What it needs, directly.
    pub needs: Vec<usize>,
}

/// The graph of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// By capability.
    pub of: Vec<Dependencies>,
    /// Capabilities that need each other, each cycle by id.
    pub cycles: Vec<Vec<usize>>,
    /// Names of `depends_on` that are no capability, with the capability that names them.
    pub unknown: Vec<(usize, String)>,
}

/// Reads the graph off the catalogue.
#[must_use]
pub fn graph(facts: &Facts) -> Graph {
    Graph { of: vec![Dependencies::default(); facts.capabilities.len()], ..Graph::default() }
}
