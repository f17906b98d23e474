//! The `--fail-on` conditions.

use std::str::FromStr;

use thiserror::Error;

use super::{Gate, IntegrationLine, Report};
use crate::integrations::Standing;
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
    /// An integration that is surely below its reliability target.
    Reliability,
    /// More than this share of the failures that began in the period was silent.
    SilentFailures(f64),
    /// A breaking vendor change within so many days of the as-of date, on an integration that somebody uses.
    VendorDeadline(u32),
    /// A day by which something must be gone that no plan can keep.
    DeadlineMissed,
}

/// Days ahead that `vendor-deadline` looks where none are named: a quarter.
const DEADLINE_DAYS: u32 = 90;

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no condition of --fail-on; this version knows `unmapped`, `unattributed`, `silent-failures` (each with a share that may be exceeded, as in `unmapped=0.05`), `vendor-deadline` (with days ahead, as in `vendor-deadline=30`), `deadline-missed`, `reliability` and `new-candidate`"
)]
pub struct ConditionError(String);

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let refuse = || ConditionError(text.to_owned());
        let (name, limit) = text.split_once('=').map_or((text, None), |(name, limit)| (name, Some(limit)));
        let share = || match limit {
            Some(limit) => limit.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(refuse),
            None => Ok(0.0),
        };
        let days = || limit.map_or(Ok(DEADLINE_DAYS), |limit| limit.parse().map_err(|_| refuse()));
        match name {
            "unmapped" => share().map(Self::Unmapped),
            "unattributed" => share().map(Self::Unattributed),
            "silent-failures" => share().map(Self::SilentFailures),
            "vendor-deadline" => days().map(Self::VendorDeadline),
            "new-candidate" if limit.is_none() => Ok(Self::NewCandidate),
            "deadline-missed" if limit.is_none() => Ok(Self::DeadlineMissed),
            "reliability" if limit.is_none() => Ok(Self::Reliability),
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
        Condition::NewCandidate => new_candidate(report, baseline),
        Condition::Reliability => reliability(report),
        Condition::SilentFailures(limit) => {
            let detection = report.integrations.lines.iter().filter_map(|line| line.detection.as_ref());
            let (silent, all) = detection.fold((0, 0), |sum, of| (sum.0 + of.silent, sum.1 + of.failures));
            of_share("silent-failures", limit, Share::of(silent as f64, all as f64), "of the failures were silent")
        }
        Condition::VendorDeadline(days) => vendor_deadline(report, days),
        Condition::DeadlineMissed => deadline_missed(report),
    }
}

fn new_candidate(report: &Report, baseline: &[String]) -> Gate {
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

fn reliability(report: &Report) -> Gate {
    let below = |line: &&IntegrationLine| line.reliability.as_ref().is_some_and(|of| of.standing == Standing::Misses);
    let below: Vec<&str> = report.integrations.lines.iter().filter(below).map(|line| line.id.as_str()).collect();
    Gate {
        condition: "reliability".into(),
        holds: !below.is_empty(),
        sentence: match below.as_slice() {
            [] => "No integration is surely below its target.".into(),
            below => format!("Surely below the target: {}.", below.join(", ")),
        },
    }
}

/// What is not known silences nothing: a change counts unless it is known to break nothing, or to be used by nobody.
fn vendor_deadline(report: &Report, days: u32) -> Gate {
    let due = report.integrations.calendar.iter().filter(|change| {
        let soon = change.days_left.is_some_and(|left| left <= i64::from(days));
        soon && change.breaking != Some(false) && change.accounts != Some(0)
    });
    let due: Vec<String> = due
        .map(|change| {
            let on = change.effective_on.map(|day| day.to_string()).unwrap_or_default();
            let owner = if change.unowned { "nobody owns it".into() } else { change.owners.join(", ") };
            format!("{on} {} ({}; {owner})", change.vendor, change.capabilities.join(", "))
        })
        .collect();
    Gate {
        condition: format!("vendor-deadline={days}"),
        holds: !due.is_empty(),
        sentence: match due.as_slice() {
            [] => format!("No breaking vendor change on what is in use within {days} days."),
            due => format!("Within {days} days: {}.", due.join("; ")),
        },
    }
}

fn deadline_missed(report: &Report) -> Gate {
    let missed = report.plan.iter().flat_map(|plan| &plan.conflicts).filter(|conflict| !conflict.kept);
    let missed: Vec<String> = missed.map(|conflict| format!("{} by {}", conflict.id, conflict.by)).collect();
    Gate {
        condition: "deadline-missed".into(),
        holds: !missed.is_empty(),
        sentence: match missed.as_slice() {
            [] => "The plan keeps every day by which something must be gone.".into(),
            missed => format!("No plan keeps: {}.", missed.join("; ")),
        },
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
        assert_eq!("silent-failures=0.5".parse(), Ok(Condition::SilentFailures(0.5)));
        assert_eq!("vendor-deadline".parse(), Ok(Condition::VendorDeadline(90)));
        assert_eq!("vendor-deadline=30".parse(), Ok(Condition::VendorDeadline(30)));
        assert_eq!("reliability".parse(), Ok(Condition::Reliability));
        for text in [
            "",
            "unmaped",
            "unmapped=",
            "unmapped=2",
            "unmapped=NaN",
            "new-candidate=1",
            "reliability=0.9",
            "deadline-missed=1",
            "vendor-deadline=-1",
            "vendor-deadline=soon",
            "silent-failures=2",
        ] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_holds_only_above_its_limit() {
        assert!(of_share("unmapped", 0.05, Share::of(6.0, 100.0), "").holds);
        assert!(!of_share("unmapped", 0.05, Share::of(5.0, 100.0), "").holds);
        assert!(!of_share("unmapped", 0.0, None, "").holds);
    }

    #[test]
    fn a_day_that_no_plan_keeps_is_missed_and_one_at_the_cost_of_notice_is_not() {
        let gate = |report: &Report| gate(Condition::DeadlineMissed, report, &Rollup::default(), &[]);
        let mut report = crate::export::fixture::report(12);
        let found = gate(&report);
        assert!(found.holds && found.sentence.ends_with("by 2026-12-31."), "{}", found.sentence);
        report.plan.iter_mut().flat_map(|plan| &mut plan.conflicts).for_each(|conflict| conflict.kept = true);
        assert!(!gate(&report).holds);
        report.plan = None;
        assert!(!gate(&report).holds);
    }

    #[test]
    fn what_is_said_of_integrations_holds_or_not() {
        let gate = |condition: &str, report: &Report| gate(condition.parse().unwrap(), report, &Rollup::default(), &[]);
        let mut report = crate::export::fixture::report(12);
        let found = gate("reliability", &report);
        assert!(found.holds && found.sentence.contains("cap-1"), "{}", found.sentence);
        // 10 of 14 failures of the two integrations whose runs are known.
        assert!(gate("silent-failures=0.7", &report).holds && !gate("silent-failures=0.75", &report).holds);
        let found = gate("vendor-deadline=35", &report);
        assert!(
            found.holds && found.sentence.contains("2026-11-16 Ledgerworks (cap-1; Connect)"),
            "{}",
            found.sentence
        );
        assert!(!gate("vendor-deadline=34", &report).holds);
        report.integrations.calendar[0].accounts = Some(0);
        assert!(!gate("vendor-deadline=35", &report).holds);
        report.integrations = crate::report::IntegrationsSection::default();
        for condition in ["reliability", "silent-failures", "vendor-deadline"] {
            assert!(!gate(condition, &report).holds);
        }
    }
}
