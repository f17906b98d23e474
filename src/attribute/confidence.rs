//! How sure a placement is, 0–1. An order with distances that are a convention, not a measured probability; only triage
//! has a calibrated figure.
//!
//! | what placed the entry | confidence |
//! |---|---|
//! | the column `capability` | 1.0 |
//! | an id, a name or a rule on another column: component, labels, tags, epic, service, vendor, paths | 0.9 |
//! | several labels that reach different things, however the row is then shared | 0.7 |
//! | a word in a subject, title or body | 0.6 |
//! | triage | its own, as calibrated |
//! | the share-out of a capability to its parts | 0.4, or that of the placement where it is less |
//! | nothing | none |
//!
//! Weights that the configuration states are no doubt: a split has the confidence of the column. So has overhead.

/// The column `capability`.
pub(super) const EXPLICIT: f64 = 1.0;
/// A name in another column.
pub(super) const NAMED: f64 = 0.9;
/// Several labels.
pub(super) const SEVERAL: f64 = 0.7;
/// A word in a text.
pub(super) const TEXT: f64 = 0.6;
/// The share-out of a parent, at most.
pub(super) const SHARED_OUT: f64 = 0.4;
