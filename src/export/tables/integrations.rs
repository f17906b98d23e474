//! The tables about integrations and about who left.

use std::borrow::Cow;

use super::columns::{high, low, point};
use super::with_interval;
use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::integrations::{ChurnKind, Detector, EpisodeKind, Standing};
use crate::report::{
    CalendarLine, ChurnLine, ContrastLine, DetectionLine, DurationsLine, EpisodeLine, FailureLine, IntegrationLine,
    LayerLine, ReliabilityLine, Report, RetentionLine, RunLine, SignatureLine, VendorLine,
};

/// Columns of a table: the head, and how a line fills it.
type Columns<L> = &'static [(&'static str, fn(&L) -> Cell<'_>)];

/// Every table of this file, by its name.
pub(super) fn files(report: &Report) -> Result<[(&'static str, Vec<u8>); 10], ExportError> {
    let section = &report.integrations;
    Ok([
        ("integrations", integrations(&section.lines)?),
        ("failures", table(FAILURES, &section.all_failures)?),
        ("episodes", table(EPISODES, &section.episodes)?),
        ("support_layers", table(LAYERS, &section.layers)?),
        ("error_signatures", table(SIGNATURES, &section.signatures)?),
        ("vendors", table(VENDORS, &section.vendors)?),
        ("api_calendar", table(CALENDAR, &section.calendar)?),
        ("churn", table(CHURN, &section.churned)?),
        ("exposure", table(EXPOSURE, &section.contrasts)?),
        ("retention", table(RETENTION, &section.retention)?),
    ])
}

fn table<L>(columns: Columns<L>, lines: &[L]) -> Result<Vec<u8>, ExportError> {
    let head: Vec<&str> = columns.iter().map(|(head, _)| *head).collect();
    csv_file(&head, lines.iter().map(|line| columns.iter().map(|(_, fill)| fill(line)).collect()))
}

/// Several ids in one cell, as the reasons are.
fn listed(ids: &[String]) -> Cell<'static> {
    if ids.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(ids.join(";"))) }
}

fn flag(flag: bool) -> Cell<'static> {
    if flag { "true".into() } else { "false".into() }
}

fn maybe(known: Option<bool>) -> Cell<'static> {
    known.map_or(Cell::Empty, flag)
}

/// Whole days, which may be negative.
#[expect(clippy::cast_precision_loss, reason = "days between two dates")]
fn days(days: Option<i64>) -> Cell<'static> {
    days.map(|days| days as f64).into()
}

/// The word of a detector.
pub(in crate::export) fn detector(by: Detector) -> &'static str {
    match by {
        Detector::Monitor => "monitor",
        Detector::Customer => "customer",
        Detector::Vendor => "vendor",
        Detector::Employee => "employee",
    }
}

/// The word of a kind of episode.
fn episode_kind(kind: EpisodeKind) -> &'static str {
    match kind {
        EpisodeKind::Failed => "failed",
        EpisodeKind::Partial => "partial",
        EpisodeKind::Empty => "empty",
        EpisodeKind::Overdue => "overdue",
    }
}

/// The word of a standing.
pub(in crate::export) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Meets => "meets",
        Standing::Misses => "misses",
        Standing::Undecided => "undecided",
    }
}

/// The word of a kind of churn.
pub(in crate::export) fn churn_kind(kind: ChurnKind) -> &'static str {
    match kind {
        ChurnKind::Functional => "functional",
        ChurnKind::Emotional => "emotional",
        ChurnKind::Other => "other",
    }
}

/// One integration a line: what it is, then its runs, its failures, its reliability, its vendor, and build against procure.
fn integrations(lines: &[IntegrationLine]) -> Result<Vec<u8>, ExportError> {
    let mut head: Vec<Cow<str>> = Vec::new();
    head.extend(ABOUT.iter().map(|(head, _)| Cow::Borrowed(*head)));
    head.extend(RUNS.iter().map(|(head, _)| Cow::Borrowed(*head)));
    head.extend(DETECTION.iter().map(|(head, _)| Cow::Borrowed(*head)));
    for (time, _) in TIMES {
        head.push(Cow::Owned(format!("{time}_n")));
        for figure in ["mean", "median", "p95"] {
            head.extend(["", "_low", "_high"].map(|end| Cow::Owned(format!("{time}_{figure}{end}"))));
        }
    }
    head.extend(RELIABILITY.iter().map(|(head, _)| Cow::Borrowed(*head)));
    let head: Vec<&str> = head.iter().map(Cow::as_ref).collect();
    csv_file(&head, lines.iter().map(cells))
}

fn cells(line: &IntegrationLine) -> Vec<Cell<'_>> {
    let mut cells: Vec<Cell> = ABOUT.iter().map(|(_, fill)| fill(line)).collect();
    cells.extend(RUNS.iter().map(|(_, fill)| line.runs.as_ref().map_or(Cell::Empty, fill)));
    cells.extend(DETECTION.iter().map(|(_, fill)| line.detection.as_ref().map_or(Cell::Empty, fill)));
    for (_, time) in TIMES {
        let durations = line.detection.as_ref().map(time);
        cells.push(durations.map(|durations| durations.n).into());
        let durations = durations.unwrap_or_default();
        for figure in [durations.mean, durations.median, durations.p95] {
            cells.extend(with_interval(figure));
        }
    }
    cells.extend(RELIABILITY.iter().map(|(_, fill)| line.reliability.as_ref().map_or(Cell::Empty, fill)));
    cells
}

type TimesOf = fn(&DetectionLine) -> DurationsLine;

/// Hours: MTTD, MTTA, and MTTR by both conventions.
const TIMES: [(&str, TimesOf); 4] = [
    ("hours_to_detect", |of| of.detect),
    ("hours_to_acknowledge", |of| of.acknowledge),
    ("hours_to_restore", |of| of.restore),
    ("hours_to_repair", |of| of.repair),
];

const ABOUT: Columns<IntegrationLine> = &[
    ("id", |of| (&of.id).into()),
    ("name", |of| (&of.name).into()),
    ("vendor", |of| of.vendor.as_ref().into()),
    ("owner", |of| of.owner.as_ref().into()),
    ("verdict", |of| of.verdict.as_str().into()),
    ("active_accounts", |of| of.active_accounts.into()),
    ("rank", |of| of.reliability.as_ref().map_or(Cell::Empty, |of| of.rank.into())),
    ("no_monitor", |of| maybe(of.no_monitor)),
    ("no_owner", |of| flag(of.no_owner)),
    ("no_automated_recovery", |of| maybe(of.no_automated_recovery)),
    ("vendor_changes_next_year", |of| point(of.vendor_changes_next_year)),
    ("vendor_changes_next_year_low80", |of| low(of.vendor_changes_next_year)),
    ("vendor_changes_next_year_high80", |of| high(of.vendor_changes_next_year)),
    ("vendor_hours_next_year", |of| point(of.vendor_hours_next_year)),
    ("vendor_hours_next_year_low", |of| low(of.vendor_hours_next_year)),
    ("vendor_hours_next_year_high", |of| high(of.vendor_hours_next_year)),
    ("break_even_price", |of| of.break_even_price.into()),
    ("break_even_price_low", |of| of.break_even_interval.map(|ends| ends.low).into()),
    ("break_even_price_high", |of| of.break_even_interval.and_then(|ends| ends.high).into()),
    ("platform_price", |of| of.platform_price.into()),
    ("procure_saves", |of| of.procure_saves.into()),
];

const RUNS: Columns<RunLine> = &[
    ("runs", |of| of.runs.into()),
    ("failed_runs", |of| of.failed.into()),
    ("partial_runs", |of| of.partial.into()),
    ("empty_runs", |of| of.empty.into()),
    ("self_healed_runs", |of| of.self_healed.into()),
    ("accounts_with_runs", |of| of.accounts.into()),
    ("run_success_rate", |of| point(of.success_rate)),
    ("run_success_rate_low", |of| low(of.success_rate)),
    ("run_success_rate_high", |of| high(of.success_rate)),
    ("failed_episodes", |of| of.failed_episodes.into()),
    ("partial_episodes", |of| of.partial_episodes.into()),
    ("empty_episodes", |of| of.empty_episodes.into()),
    ("overdue_episodes", |of| of.overdue_episodes.into()),
];

const DETECTION: Columns<DetectionLine> = &[
    ("failures", |of| of.failures.into()),
    ("open_failures", |of| of.open.into()),
    ("never_detected", |of| of.never_detected.into()),
    ("detected_by_monitor", |of| of.by_monitor.into()),
    ("detected_by_customer", |of| of.by_customer.into()),
    ("detected_by_vendor", |of| of.by_vendor.into()),
    ("detected_by_employee", |of| of.by_employee.into()),
    ("silent", |of| of.silent.into()),
    ("silent_rate", |of| point(of.silent_rate)),
    ("silent_rate_low", |of| low(of.silent_rate)),
    ("silent_rate_high", |of| high(of.silent_rate)),
    ("dark_hours", |of| of.dark_hours.into()),
    ("accounts_in_the_dark", |of| of.accounts_in_the_dark.into()),
    ("arr_in_the_dark", |of| of.arr_in_the_dark.into()),
    ("hidden_cost", |of| of.hidden_cost.into()),
];

const RELIABILITY: Columns<ReliabilityLine> = &[
    ("reliability", |of| of.score.point.into()),
    ("reliability_low", |of| of.score.low.into()),
    ("reliability_high", |of| of.score.high.into()),
    ("reliability_target", |of| of.target.into()),
    ("standing", |of| standing(of.standing).into()),
    ("account_hours", |of| of.account_hours.into()),
    ("broken_hours", |of| of.broken_hours.into()),
    ("broken_hours_least", |of| of.broken_hours_least.into()),
    ("broken_hours_most", |of| of.broken_hours_most.into()),
    ("episodes", |of| of.episodes.into()),
    ("episodes_per_account_hour", |of| of.frequency.into()),
    ("episode_hours_to_detect", |of| of.hours_to_detect.into()),
    ("episode_hours_to_repair", |of| of.hours_to_repair.into()),
    ("expected_broken_hours", |of| of.expected_broken_hours.point.into()),
    ("expected_broken_hours_low", |of| of.expected_broken_hours.low.into()),
    ("expected_broken_hours_high", |of| of.expected_broken_hours.high.into()),
];

const FAILURES: Columns<FailureLine> = &[
    ("integration", |of| (&of.capability).into()),
    ("began_earliest", |of| (&of.began_earliest).into()),
    ("began_latest", |of| (&of.began_latest).into()),
    ("detected_at", |of| of.detected_at.as_ref().into()),
    ("detected_by", |of| of.detected_by.map(detector).into()),
    ("acknowledged_at", |of| of.acknowledged_at.as_ref().into()),
    ("resolved_at", |of| of.resolved_at.as_ref().into()),
    ("ended_by", |of| of.ended_by.into()),
    ("accounts", |of| of.accounts.into()),
    ("broken_hours", |of| of.broken_hours.into()),
    ("dark_hours", |of| of.dark_hours.into()),
    ("arr_in_the_dark", |of| of.arr_in_the_dark.into()),
    ("hidden_cost", |of| of.hidden_cost.into()),
    ("silent", |of| flag(of.silent)),
    ("error", |of| of.error.as_ref().into()),
    ("incident", |of| of.incident.as_ref().into()),
    ("tickets", |of| listed(&of.tickets)),
];

const EPISODES: Columns<EpisodeLine> = &[
    ("integration", |of| (&of.capability).into()),
    ("account_id", |of| of.account_id.as_ref().into()),
    ("kind", |of| episode_kind(of.kind).into()),
    ("began_earliest", |of| (&of.began_earliest).into()),
    ("began_latest", |of| (&of.began_latest).into()),
    ("ended_earliest", |of| of.ended_earliest.as_ref().into()),
    ("ended_latest", |of| of.ended_latest.as_ref().into()),
    ("hours", |of| of.hours.into()),
    ("runs", |of| of.runs.into()),
    ("never_worked", |of| flag(of.never_worked)),
    ("chance", |of| of.chance.into()),
    ("error", |of| of.error.as_ref().into()),
];

const LAYERS: Columns<LayerLine> = &[
    ("capability", |of| of.capability.as_ref().into()),
    ("layer", |of| of.layer.into()),
    ("contacts", |of| of.contacts.into()),
    ("contact_share", |of| point(of.contact_share)),
    ("contact_share_low", |of| low(of.contact_share)),
    ("contact_share_high", |of| high(of.contact_share)),
    ("failures", |of| of.failures.into()),
    ("failure_share", |of| point(of.failure_share)),
    ("failure_share_low", |of| low(of.failure_share)),
    ("failure_share_high", |of| high(of.failure_share)),
    ("reopen_rate", |of| point(of.reopen_rate)),
    ("reopen_rate_low", |of| low(of.reopen_rate)),
    ("reopen_rate_high", |of| high(of.reopen_rate)),
    ("escalation_rate", |of| point(of.escalation_rate)),
    ("escalation_rate_low", |of| low(of.escalation_rate)),
    ("escalation_rate_high", |of| high(of.escalation_rate)),
    ("cost", |of| of.cost.into()),
    ("cost_per_contact", |of| point(of.cost_per_contact)),
    ("cost_per_contact_low", |of| low(of.cost_per_contact)),
    ("cost_per_contact_high", |of| high(of.cost_per_contact)),
    ("covered", |of| flag(of.covered)),
];

const SIGNATURES: Columns<SignatureLine> = &[
    ("integration", |of| (&of.capability).into()),
    ("error", |of| (&of.error).into()),
    ("runs", |of| of.runs.into()),
    ("failures", |of| of.failures.into()),
    ("accounts", |of| of.accounts.into()),
    ("hours", |of| of.hours.into()),
    ("cost", |of| of.cost.into()),
    ("automation_cost", |of| of.automation_cost.into()),
    ("payback_months", |of| of.payback_months.into()),
    ("pays", |of| maybe(of.pays)),
];

const VENDORS: Columns<VendorLine> = &[
    ("vendor", |of| (&of.vendor).into()),
    ("integrations", |of| listed(&of.capabilities)),
    ("years", |of| of.years.into()),
    ("changes", |of| of.changes.into()),
    ("breaking", |of| of.breaking.into()),
    ("auth", |of| of.auth.into()),
    ("shutdown", |of| of.shutdown.into()),
    ("breaking_per_year", |of| point(of.breaking_per_year)),
    ("breaking_per_year_low", |of| low(of.breaking_per_year)),
    ("breaking_per_year_high", |of| high(of.breaking_per_year)),
    ("next_year", |of| point(of.next_year)),
    ("next_year_low80", |of| low(of.next_year)),
    ("next_year_high80", |of| high(of.next_year)),
    ("notice_days", |of| point(of.notice_days)),
    ("notice_days_low", |of| low(of.notice_days)),
    ("notice_days_high", |of| high(of.notice_days)),
    ("worst_notice_days", |of| days(of.worst_notice_days)),
    ("unannounced", |of| point(of.unannounced)),
    ("unannounced_low", |of| low(of.unannounced)),
    ("unannounced_high", |of| high(of.unannounced)),
    ("hours_per_change", |of| point(of.hours_per_change)),
    ("hours_per_change_low", |of| low(of.hours_per_change)),
    ("hours_per_change_high", |of| high(of.hours_per_change)),
    ("hours_are_own", |of| flag(of.hours_are_own)),
    ("expected_hours", |of| point(of.expected_hours)),
    ("expected_hours_low", |of| low(of.expected_hours)),
    ("expected_hours_high", |of| high(of.expected_hours)),
    ("expected_cost", |of| of.expected_cost.into()),
];

const CALENDAR: Columns<CalendarLine> = &[
    ("effective_on", |of| of.effective_on.into()),
    ("days_left", |of| days(of.days_left)),
    ("vendor", |of| (&of.vendor).into()),
    ("api", |of| of.api.as_ref().into()),
    ("change", |of| of.change.as_ref().into()),
    ("breaking", |of| maybe(of.breaking)),
    ("title", |of| of.title.as_ref().into()),
    ("announced_on", |of| of.announced_on.into()),
    ("effective_version", |of| of.effective_version.as_ref().into()),
    ("integrations", |of| listed(&of.capabilities)),
    ("accounts", |of| of.accounts.into()),
    ("arr", |of| of.arr.into()),
    ("owners", |of| listed(&of.owners)),
    ("unowned", |of| flag(of.unowned)),
    ("url", |of| of.url.as_ref().into()),
];

const CHURN: Columns<ChurnLine> = &[
    ("account_id", |of| (&of.account_id).into()),
    ("account_name", |of| of.account_name.as_ref().into()),
    ("segment", |of| of.segment.as_ref().into()),
    ("arr", |of| of.arr.into()),
    ("churned_on", |of| of.churned_on.into()),
    ("kind", |of| of.kind.map(churn_kind).into()),
    ("integration", |of| of.capability.as_ref().into()),
    ("dependence", |of| of.dependence.into()),
    ("episodes", |of| of.episodes.into()),
    ("broken_from", |of| of.broken_from.as_ref().into()),
    ("broken_until", |of| of.broken_until.as_ref().into()),
    ("broken_hours", |of| of.broken_hours.into()),
    ("tickets", |of| of.tickets.into()),
    ("activity_left", |of| of.activity_left.into()),
    ("stated_reason", |of| of.stated_reason.as_ref().into()),
];

const EXPOSURE: Columns<ContrastLine> = &[
    ("outcome", |of| (&of.outcome).into()),
    ("control", |of| flag(of.control)),
    ("integration", |of| of.capability.as_ref().into()),
    ("exposed", |of| of.exposed.into()),
    ("exposed_events", |of| of.exposed_events.into()),
    ("unexposed", |of| of.unexposed.into()),
    ("unexposed_events", |of| of.unexposed_events.into()),
    ("crude_ratio", |of| point(of.crude_ratio)),
    ("crude_ratio_low", |of| low(of.crude_ratio)),
    ("crude_ratio_high", |of| high(of.crude_ratio)),
    ("ratio", |of| point(of.ratio)),
    ("ratio_low", |of| low(of.ratio)),
    ("ratio_high", |of| high(of.ratio)),
    ("difference", |of| point(of.difference)),
    ("difference_low", |of| low(of.difference)),
    ("difference_high", |of| high(of.difference)),
    ("strata", |of| of.strata.into()),
    ("e_value", |of| of.e_value.into()),
    ("e_value_limit", |of| of.e_value_limit.into()),
];

const RETENTION: Columns<RetentionLine> = &[
    ("cohort", |of| of.cohort.into()),
    ("accounts", |of| of.accounts.into()),
    ("opening_arr", |of| of.opening_arr.into()),
    ("expansion", |of| of.expansion.into()),
    ("contraction", |of| of.contraction.into()),
    ("churn", |of| of.churn.into()),
    ("nrr", |of| point(of.nrr)),
    ("nrr_low", |of| low(of.nrr)),
    ("nrr_high", |of| high(of.nrr)),
    ("grr", |of| point(of.grr)),
    ("grr_low", |of| low(of.grr)),
    ("grr_high", |of| high(of.grr)),
    ("logo_retention", |of| point(of.logo_retention)),
    ("logo_retention_low", |of| low(of.logo_retention)),
    ("logo_retention_high", |of| high(of.logo_retention)),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use crate::export::fixture;

    fn tables(count: usize) -> BTreeMap<&'static str, String> {
        let files = super::files(&fixture::report(count)).unwrap();
        files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
    }

    #[test]
    fn every_table_has_distinct_heads_and_as_many_cells() {
        for (name, text) in tables(12) {
            let mut rows = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            let heads: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
            assert_eq!(heads.iter().collect::<BTreeSet<_>>().len(), heads.len(), "{name}");
            let count = rows.records().map(|row| assert_eq!(row.unwrap().len(), heads.len(), "{name}")).count();
            assert!(count > 0, "{name} is empty");
        }
    }

    #[test]
    fn what_is_unknown_is_an_empty_cell_and_no_bound_neither() {
        let all = tables(12);
        let line = |name: &str, row: usize| all[name].lines().nth(row).unwrap().to_owned();
        // The third integration has no runs: everything behind what it is.
        assert!(line("integrations", 3).ends_with(&",".repeat(13 + 15 + 4 * 10 + 16 - 1)));
        assert_eq!(line("failures", 2).split(',').nth(3), Some(""));
        assert!(line("vendors", 1).contains(",-3,"));
        assert!(line("api_calendar", 2).starts_with(",,Ledgerworks"));
    }

    #[test]
    fn without_integrations_there_are_heads_alone() {
        assert!(tables(0).values().all(|text| text.lines().count() == 1));
    }
}
