//! Deadhead.
pub mod attribute;
pub mod chart;
pub mod config;
pub mod decide;
pub mod diag;
pub mod export;
pub mod ingest;
pub mod metrics;
pub mod pipeline;
pub mod presets;
pub mod report;
pub mod rollup;
pub mod sample;
pub mod stats;
pub mod tables;
pub mod units;
