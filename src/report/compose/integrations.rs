//! Everything about integrations as lines of the report.

use chrono::NaiveDateTime;

use super::Material;
use super::capability::estimate;
use crate::decide::Verdict;
use crate::integrations::{
    CalendarEntry, Detection, Durations, Episode, Failure, IntegrationFacts, LayerFacts, LayerMove, Reliability,
    RunFacts, Signature, VendorFacts,
};
use crate::report::{
    CalendarLine, CollisionLine, DetectionLine, DurationsLine, EpisodeLine, FailureLine, IntegrationLine,
    IntegrationsSection, LayerLine, LayerMoveLine, MoneyInterval, ReliabilityLine, RunLine, SignatureLine,
    SurfacePointLine, VendorLine, rounded,
};

/// The section.
pub(super) fn section(material: Material) -> IntegrationsSection {
    let known = material.integrations;
    let now = material.facts.as_of.succ_opt().unwrap_or(material.facts.as_of).and_time(chrono::NaiveTime::MIN);
    let counting: Vec<&Failure> = known.failures.iter().filter(|failure| failure.counts).collect();
    let in_period = |failure: &&&Failure| material.facts.period.contains(failure.began.middle().date());
    let mut worst: Vec<&Failure> = counting.iter().filter(in_period).copied().collect();
    worst.sort_by(|a, b| {
        b.dark_hours.total_cmp(&a.dark_hours).then(a.began.cmp(&b.began)).then(a.capability.cmp(&b.capability))
    });
    let surface = known.surface.months.iter().map(|point| SurfacePointLine {
        month: point.month.to_string(),
        integrations: point.integrations,
        vendors: point.vendors,
        auth_schemes: point.auth_schemes,
        used: point.used,
    });
    IntegrationsSection {
        lines: lines(material),
        failures: worst.into_iter().map(|failure| failure_line(failure, material)).collect(),
        all_failures: counting.into_iter().map(|failure| failure_line(failure, material)).collect(),
        episodes: known
            .episodes
            .iter()
            .filter(|episode| episode.sustained)
            .map(|episode| episode_line(episode, material, now))
            .collect(),
        layers: known.layers.lines.iter().map(|line| layer_line(line, material)).collect(),
        layer_moves: known.layers.what_if.iter().map(move_line).collect(),
        contacts_without_layer: known.layers.unknown_contacts,
        signatures: known.signatures.iter().map(|signature| signature_line(signature, material)).collect(),
        vendors: known.vendors.iter().map(|vendor| vendor_line(vendor, material)).collect(),
        calendar: known.calendar.iter().map(|entry| calendar_line(entry, material)).collect(),
        collisions: known
            .collisions
            .iter()
            .map(|collision| CollisionLine {
                month: collision.month.to_string(),
                owner: collision.owner.clone(),
                entries: collision.entries.clone(),
            })
            .collect(),
        churn_window: known.churn.window,
        churned: super::churn::churned(material),
        contrasts: super::churn::contrasts(material),
        retention: super::churn::retention(material),
        has_arr_history: known.churn.has_history,
        exposed_accounts: known.churn.exposed_accounts,
        exposed_arr: known.churn.exposed_arr,
        surface: surface.collect(),
        hours_per_integration: estimate(known.surface.hours_per_integration),
        contacts_per_integration: estimate(known.surface.contacts_per_integration),
        changes_per_integration: estimate(known.surface.changes_per_integration),
        cost_per_integration: estimate(known.surface.cost_per_integration),
        story: super::churn::story(material),
    }
}

/// A moment as people and machines read it.
pub(super) fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The id of a capability.
pub(super) fn id(capability: usize, material: Material) -> String {
    material.facts.capabilities[capability].capability.id.clone()
}

/// The name of a capability.
pub(super) fn name(capability: usize, material: Material) -> String {
    material.facts.capabilities[capability].capability.name.clone()
}

fn ids(capabilities: &[usize], material: Material) -> Vec<String> {
    capabilities.iter().map(|&capability| id(capability, material)).collect()
}

/// By broken account-hours to expect, then id; those of which none are known last.
fn lines(material: Material) -> Vec<IntegrationLine> {
    let verdict = |capability: usize| {
        let decision = material.decisions.ranked.iter().find(|decision| decision.capability == capability);
        decision.map_or(Verdict::InsufficientData, |decision| decision.verdict)
    };
    let mut order: Vec<&IntegrationFacts> = material.integrations.facts.iter().collect();
    let place = |facts: &IntegrationFacts| facts.reliability.as_ref().map_or(usize::MAX, |of| of.rank);
    order.sort_by(|a, b| {
        place(a).cmp(&place(b)).then_with(|| id(a.capability, material).cmp(&id(b.capability, material)))
    });
    order.into_iter().map(|facts| line(facts, verdict(facts.capability), material)).collect()
}

fn line(facts: &IntegrationFacts, verdict: Verdict, material: Material) -> IntegrationLine {
    let capability = &material.facts.capabilities[facts.capability];
    let vendor = facts.vendor.and_then(|vendor| material.integrations.vendors.get(vendor));
    IntegrationLine {
        id: capability.capability.id.clone(),
        name: capability.capability.name.clone(),
        vendor: vendor.map(|vendor| vendor.vendor.clone()).or_else(|| capability.capability.vendor.clone()),
        owner: capability.capability.owner.clone(),
        verdict,
        active_accounts: capability.active_accounts,
        runs: facts.runs.map(run_line),
        detection: facts.detection.as_ref().map(detection_line),
        reliability: facts.reliability.as_ref().and_then(reliability_line),
        no_monitor: facts.gaps.no_monitor,
        no_owner: facts.gaps.no_owner,
        no_automated_recovery: facts.gaps.no_automated_recovery,
        vendor_changes_next_year: estimate(vendor.map(|vendor| vendor.next_year)),
        vendor_hours_next_year: estimate(vendor.and_then(|vendor| vendor.expected_hours)),
        break_even_price: facts.procure.break_even,
        break_even_interval: facts.procure.break_even_range.map(|(low, high)| MoneyInterval { low, high: Some(high) }),
        platform_price: facts.procure.platform_price,
        procure_saves: facts.procure.saved,
    }
}

fn run_line(runs: RunFacts) -> RunLine {
    RunLine {
        runs: runs.runs,
        failed: runs.failed,
        partial: runs.partial,
        empty: runs.empty,
        self_healed: runs.self_healed,
        accounts: runs.accounts,
        success_rate: estimate(runs.success_rate),
        failed_episodes: runs.failed_episodes,
        partial_episodes: runs.partial_episodes,
        empty_episodes: runs.empty_episodes,
        overdue_episodes: runs.overdue_episodes,
    }
}

fn durations(of: Durations) -> DurationsLine {
    DurationsLine { n: of.n, mean: estimate(of.mean), median: estimate(of.median), p95: estimate(of.p95) }
}

fn detection_line(of: &Detection) -> DetectionLine {
    DetectionLine {
        failures: of.failures,
        open: of.open,
        never_detected: of.never_detected,
        by_monitor: of.by_monitor,
        by_customer: of.by_customer,
        by_vendor: of.by_vendor,
        by_employee: of.by_employee,
        silent: of.silent,
        silent_rate: estimate(of.silent_rate),
        detect: durations(of.detect),
        acknowledge: durations(of.acknowledge),
        restore: durations(of.restore),
        repair: durations(of.repair),
        dark_hours: of.dark_hours.map(rounded),
        accounts_in_the_dark: of.accounts_in_the_dark,
        arr_in_the_dark: of.arr_in_the_dark,
        hidden_cost: of.hidden_cost,
    }
}

/// `None` where the score is no number.
fn reliability_line(of: &Reliability) -> Option<ReliabilityLine> {
    Some(ReliabilityLine {
        score: estimate(Some(of.score))?,
        target: of.target,
        standing: of.standing,
        account_hours: rounded(of.account_hours),
        broken_hours: rounded(of.broken_hours),
        broken_hours_least: rounded(of.broken_hours_range.0),
        broken_hours_most: rounded(of.broken_hours_range.1),
        frequency: rounded(of.frequency),
        hours_to_detect: rounded(of.hours_to_detect),
        hours_to_repair: rounded(of.hours_to_repair),
        episodes: of.episodes,
        expected_broken_hours: estimate(Some(of.expected_broken_hours))?,
        rank: of.rank,
    })
}

fn failure_line(of: &Failure, material: Material) -> FailureLine {
    let ticket = |row: &usize| material.tickets.get(*row).and_then(|ticket| ticket.ticket_id.clone());
    FailureLine {
        capability: id(of.capability, material),
        name: name(of.capability, material),
        began_earliest: moment(of.began.earliest),
        began_latest: moment(of.began.latest),
        detected_at: of.detected_at.map(moment),
        detected_by: of.detected_by,
        acknowledged_at: of.acknowledged_at.map(moment),
        resolved_at: of.resolved_at.map(moment),
        ended_by: of.ended_by.map(crate::config::Layer::as_str),
        accounts: of.accounts,
        broken_hours: rounded(of.broken_hours),
        dark_hours: rounded(of.dark_hours),
        arr_in_the_dark: of.arr_in_the_dark,
        hidden_cost: of.hidden_cost,
        silent: of.silent,
        error: of.error.clone(),
        incident: of.incident_id.clone(),
        tickets: of.tickets.iter().filter_map(ticket).collect(),
    }
}

fn episode_line(of: &Episode, material: Material, now: NaiveDateTime) -> EpisodeLine {
    EpisodeLine {
        capability: id(of.capability, material),
        account_id: of.account.clone(),
        kind: of.kind,
        began_earliest: moment(of.began.earliest),
        began_latest: moment(of.began.latest),
        ended_earliest: of.ended.map(|ended| moment(ended.earliest)),
        ended_latest: of.ended.map(|ended| moment(ended.latest)),
        hours: rounded(of.hours(now)),
        runs: of.runs,
        never_worked: of.never_worked,
        chance: of.chance.map(rounded),
        error: of.error.clone(),
    }
}

fn layer_line(of: &LayerFacts, material: Material) -> LayerLine {
    LayerLine {
        capability: of.capability.map(|capability| id(capability, material)),
        name: of.capability.map(|capability| name(capability, material)),
        layer: of.layer.as_str(),
        contacts: of.contacts,
        contact_share: estimate(of.contact_share),
        failures: of.failures,
        failure_share: estimate(of.failure_share),
        reopen_rate: estimate(of.reopen_rate),
        escalation_rate: estimate(of.escalation_rate),
        cost: of.cost,
        cost_per_contact: estimate(of.cost_per_contact),
        covered: of.covered,
    }
}

fn move_line(of: &LayerMove) -> LayerMoveLine {
    LayerMoveLine {
        from: of.from.as_str(),
        to: of.to.as_str(),
        share: of.share,
        contacts: rounded(of.contacts),
        cost_from: of.cost_from,
        cost_to: of.cost_to,
        reopen_rate: rounded(of.reopen_rate),
        saved: of.saved,
    }
}

fn signature_line(of: &Signature, material: Material) -> SignatureLine {
    SignatureLine {
        capability: id(of.capability, material),
        name: name(of.capability, material),
        error: of.error.clone(),
        runs: of.runs,
        failures: of.failures,
        accounts: of.accounts,
        hours: of.hours.map(rounded),
        cost: of.cost,
        automation_cost: of.automation_cost,
        payback_months: of.payback_months.map(rounded),
        pays: of.pays,
    }
}

fn vendor_line(of: &VendorFacts, material: Material) -> VendorLine {
    VendorLine {
        vendor: of.vendor.clone(),
        capabilities: ids(&of.capabilities, material),
        years: rounded(of.years),
        changes: of.changes,
        breaking: of.breaking,
        auth: of.auth,
        shutdown: of.shutdown,
        breaking_per_year: estimate(Some(of.breaking_per_year)),
        next_year: estimate(Some(of.next_year)),
        notice_days: estimate(of.notice_days),
        worst_notice_days: of.worst_notice_days,
        unannounced: estimate(of.unannounced),
        hours_per_change: estimate(of.hours_per_change),
        hours_are_own: of.hours_are_own,
        expected_hours: estimate(of.expected_hours),
        expected_cost: of.expected_cost,
    }
}

fn calendar_line(of: &CalendarEntry, material: Material) -> CalendarLine {
    CalendarLine {
        effective_on: of.effective_on,
        effective_version: of.effective_version.clone(),
        days_left: of.days_left,
        vendor: of.vendor.clone(),
        api: of.api.clone(),
        change: of.change.clone(),
        breaking: of.breaking,
        title: of.title.clone(),
        announced_on: of.announced_on,
        capabilities: ids(&of.capabilities, material),
        accounts: of.accounts,
        arr: of.arr,
        owners: of.owners.clone(),
        unowned: of.unowned,
        url: of.url.clone(),
    }
}
