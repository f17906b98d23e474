//! The `--fail-on` conditions.

use std::str::FromStr;

use thiserror::Error;

use super::{Gate, Report};
use crate::rollup::Rollup;
use crate::units::{Money, Share, format};

/// A condition that ends the run with code 4 when it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// More than this share of usage rows is mapped to nothing.
    Unmapped(f64),
    /// More than this share of the period's run cost is placed on nothing.
    Unattributed(f64),
    /// A candidate that the baseline does not have.
    NewCandidate,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no condition of --fail-on; this version knows `unmapped`, `unattributed` (each with a share that may be exceeded, as in `unmapped=0.05`) and `new-candidate`"
)]
pub struct ConditionError(String);

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let refuse = || ConditionError(text.to_owned());
        let (name, limit) = match text.split_once('=') {
            Some((name, limit)) => {
                (name, Some(limit.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(refuse)?))
            }
            None => (text, None),
        };
        match (name, limit) {
            ("unmapped", limit) => Ok(Self::Unmapped(limit.unwrap_or(0.0))),
            ("unattributed", limit) => Ok(Self::Unattributed(limit.unwrap_or(0.0))),
            ("new-candidate", None) => Ok(Self::NewCandidate),
            _ => Err(refuse()),
        }
    }
}

/// Whether each condition holds.
pub(super) fn evaluate(
    conditions: &[Condition],
    report: &Report,
    rollup: &Rollup,
    baseline: Option<&[String]>,
) -> Vec<Gate> {
    conditions.iter().map(|condition| gate(*condition, report, rollup, baseline.unwrap_or_default())).collect()
}

#[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
fn gate(condition: Condition, report: &Report, rollup: &Rollup, baseline: &[String]) -> Gate {
    match condition {
        Condition::Unmapped(limit) => {
            let unmapped: u64 = rollup.unmapped.values().sum();
            of_share(
                "unmapped",
                limit,
                Share::of(unmapped as f64, rollup.rows as f64),
                "of the usage rows map to no capability",
            )
        }
        Condition::Unattributed(limit) => {
            let lost = report.totals.unattributed_run_cost.unwrap_or(Money::ZERO).units();
            let placed = [report.totals.attributed_run_cost, report.totals.overhead_run_cost];
            let placed: f64 = placed.into_iter().flatten().map(Money::units).sum();
            of_share("unattributed", limit, Share::of(lost, lost + placed), "of the run cost is placed by nothing")
        }
        Condition::NewCandidate => {
            let new: Vec<&str> = report
                .capabilities
                .iter()
                .filter(|line| line.candidate && !baseline.contains(&line.id))
                .map(|line| line.id.as_str())
                .collect();
            Gate {
                condition: "new-candidate".into(),
                holds: !new.is_empty(),
                sentence: match new.as_slice() {
                    [] => "No candidate that the baseline does not have.".into(),
                    new => format!("New since the baseline: {}.", new.join(", ")),
                },
            }
        }
    }
}

fn of_share(name: &str, limit: f64, share: Option<Share>, what: &str) -> Gate {
    let share = share.map_or(0.0, Share::value);
    Gate {
        condition: format!("{name}={limit}"),
        holds: share > limit,
        sentence: format!("{} {what}; {} may.", format::percent(share), format::percent(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_strictly() {
        assert_eq!("unmapped".parse(), Ok(Condition::Unmapped(0.0)));
        assert_eq!("unattributed=0.2".parse(), Ok(Condition::Unattributed(0.2)));
        assert_eq!("new-candidate".parse(), Ok(Condition::NewCandidate));
        for text in ["", "unmaped", "unmapped=", "unmapped=2", "unmapped=NaN", "new-candidate=1"] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_holds_only_above_its_limit() {
        assert!(of_share("unmapped", 0.05, Share::of(6.0, 100.0), "").holds);
        assert!(!of_share("unmapped", 0.05, Share::of(5.0, 100.0), "").holds);
        assert!(!of_share("unmapped", 0.0, None, "").holds);
    }
}
