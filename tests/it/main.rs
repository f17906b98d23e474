//! The one integration target: the binary and the house, seen from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod architecture;
mod backtest;
mod compare;
mod coverage;
mod damage;
mod exits;
mod explain;
mod exports;
mod foresight;
mod golden;
mod hostile;
mod league;
mod mutation;
mod papers;
mod plan;
mod plan_lint;
mod sameness;
mod sample_plan;
mod silence;
mod stage;
mod sums;
mod truth;
mod volatility;
