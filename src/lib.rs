//! Deadhead ranks product features and third-party integrations by what they cost and who uses them, from the
//! exports that a company already has: *used by fewer than ten percent of customers, yet consuming a disproportionate
//! share of engineering and support*.
//!
//! # The tour
//!
//! [`pipeline::run`] is the whole road, one stage after the other; each takes a value and returns one.
//!
//! 1. [`config`] turns `deadhead.toml` into settled settings, or into all of its faults at once, each with its place.
//! 2. [`ingest`] reads every input into the [`tables`] of the data model; a row that cannot be read goes to quarantine,
//!    and the books of every file add up. [`presets`] know the exports of real systems.
//! 3. [`attribute`] builds the catalogue of capabilities, maps raw names to them, and places every cost row in a
//!    ledger that sums back to its input.
//! 4. [`rollup`] makes one pass over raw usage.
//! 5. [`metrics`] computes adoption, cost and disproportion, each with its interval.
//! 6. [`integrations`] says when integrations are broken, who sees it first, what vendors change and who leaves.
//! 7. [`decide`] grades, judges and ranks.
//! 8. [`plan`] says which of the candidates go when, and who is told.
//! 9. [`chart`] draws, [`report`] composes the report as a value, [`export`] writes it down, whole or not at all.
//!
//! [`review`] looks back: what the ranking said on a past date, against what was really removed later; what changed between two
//! reports, and why.
//!
//! Ground floor, for every room: [`units`], [`stats`], [`diag`]. Beside the road: [`sample`] invents a company with
//! planted truth, and [`cli`] is what a user types. ARCHITECTURE.md has the rules of the house; a test holds them.

#![cfg_attr(
    test,
    expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "tests compare with small figures that are exact")
)]

pub mod attribute;
pub mod chart;
pub mod cli;
pub mod config;
pub mod decide;
pub mod diag;
pub mod export;
pub mod ingest;
pub mod integrations;
pub mod metrics;
pub mod pipeline;
pub mod plan;
pub mod presets;
pub mod report;
pub mod review;
pub mod rollup;
pub mod sample;
pub mod stats;
pub mod tables;
pub mod units;
