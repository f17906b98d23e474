//! A report made by hand, for the tests of the exporters: an invented company with as many capabilities as wanted, of
//! which the first twelve are candidates.

mod integrations;
pub mod plan;
mod portfolio;
mod usage;
pub mod worth;

use chrono::NaiveDate;

use super::{Drawing, ManifestFacts};
use crate::chart::{Chart, DataTable};
use crate::decide::{Grade, Line, Reason, Verdict};
use crate::diag::{Code, Findings, Place};
use crate::ingest::{QuarantineFile, QuarantinedRow};
use crate::report::{
    CapabilityLine, CapabilityUses, Definition, Dependence, EstimateLine, Gate, InputLine, LedgerLine, PeriodLine,
    Report, SCHEMA_VERSION, SettingLine, Totals, Unavailable, UnmappedLine,
};
use crate::units::Money;

pub use portfolio::used;

const NAMES: [&str; 20] = [
    "Legacy PDF export",
    "FTP drop box",
    "Fax gateway",
    "Gantt view (old)",
    "SOAP webhook bridge",
    "Desktop sync agent",
    "Survey builder",
    "Lotus Notes connector",
    "Custom report designer",
    "Time-zone overlay",
    "XML catalogue import",
    "Kiosk mode",
    "Dashboards",
    "Calendar sync",
    "Single sign-on",
    "Approvals",
    "Public API",
    "Mobile app",
    "Slack notifications",
    "Search",
];
/// How many of the first capabilities are candidates.
pub const CANDIDATES: usize = 12;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A share with an interval of a third to either side.
pub fn estimate(point: f64) -> EstimateLine {
    EstimateLine { point, low: point * 0.67, high: Some(point * 1.33), n: 400 }
}

pub fn euros(units: f64) -> Money {
    Money::from_units(units).unwrap()
}

/// A report on `count` capabilities.
pub fn report(count: usize) -> Report {
    let capabilities: Vec<CapabilityLine> = (0..count).map(capability).collect();
    Report {
        papers: crate::report::Papers::default(),
        schema_version: SCHEMA_VERSION,
        program_version: "0.1.0",
        generated_at: None,
        company: Some("Marrowfield Logistics".into()),
        as_of: day("2026-10-12"),
        period: PeriodLine { label: "2026-Q3".into(), start: day("2026-07-01"), end: day("2026-10-01") },
        currency: "EUR".into(),
        headlines: vec![
            "12 of 60 capabilities are used by fewer than ten percent of accounts and yet take 31 % of the run cost."
                .into(),
            "Legacy PDF export leads: 1.2 % of accounts use it, and it costs 24× what its use would suggest.".into(),
            "The candidates cost EUR 412 000 a year; accounts with ARR of EUR 1.9 million touch at least one.".into(),
            "14 % of the run cost of the period could not be attributed; were it spread evenly, no grade would change."
                .into(),
        ],
        totals: totals(count),
        charts: vec![chart("quadrant", "Adoption against cost"), chart("ranked", "Run cost of the candidates")],
        dependence: Dependence {
            accounts: portfolio::accounts(),
            promises: portfolio::promises(),
            capabilities: capabilities.iter().map(uses).collect(),
        },
        overlap: portfolio::overlap(&capabilities),
        segments: portfolio::segments(&capabilities),
        surface: portfolio::surface(&capabilities),
        integrations: integrations::section(&capabilities),
        assumptions: worth::assumptions(),
        calibration: Some(worth::calibration()),
        cycles: vec![vec!["cap-1".into(), "cap-7".into()]],
        plan: Some(plan::section(&capabilities)),
        allocation: portfolio::allocation(&capabilities),
        triage: Some(portfolio::triage()),
        proposals: portfolio::proposals(),
        ledger_summary: ledger(),
        inputs: inputs(),
        unmapped: vec![
            UnmappedLine { table: "usage_events", name: "page_view:/beta/board".into(), rows: 18_233 },
            UnmappedLine { table: "tickets", name: "misc".into(), rows: 412 },
        ],
        findings: findings(),
        unavailable: vec![Unavailable {
            part: "reliability of integrations",
            wants: "integration_runs",
            sentence: "Without runs of the integrations nothing is known of failures that customers met first.".into(),
        }],
        settings: vec![
            SettingLine { key: "rule.rare_below".into(), value: "0.1".into() },
            SettingLine { key: "rule.disproportion_above".into(), value: "1".into() },
        ],
        method: method(),
        gates: vec![Gate {
            condition: "unattributed=0.2".into(),
            holds: false,
            sentence: "14 % of the run cost is unattributed, the limit is 20 %.".into(),
        }],
        capabilities,
    }
}

/// Of support, of engineering and direct.
fn run_cost(x: f64) -> [Money; 3] {
    [0.22, 0.6, 0.18].map(|part| euros(part * (19_800.0 / (1.0 + 0.35 * x) + 120.0)))
}

/// Adoption and disproportion.
fn use_and_burden(x: f64, candidate: bool) -> (f64, f64) {
    if candidate {
        (0.012 + 0.0065 * x, 24.0 / (1.0 + x) + 0.6)
    } else {
        (((x * 37.0) % 83.0) / 100.0 + 0.04, 0.15 + ((x * 13.0) % 17.0) / 14.0)
    }
}

/// One capability; figures follow from its place alone.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::too_many_lines,
    reason = "places and counts are small and not negative; one field a line"
)]
pub fn capability(place: usize) -> CapabilityLine {
    let (x, candidate) = (place as f64, place < CANDIDATES);
    let (adoption, disproportion) = use_and_burden(x, candidate);
    let [support, engineering, direct] = run_cost(x);
    let run = support + engineering + direct;
    let is_integration = place % 3 == 1;
    let net_benefit = worth::net_benefit(place);
    let [net_benefit_p05, net_benefit_p50, net_benefit_p95] = worth::ends(net_benefit.as_ref());
    CapabilityLine {
        rank: place + 1,
        id: format!("cap-{place}"),
        name: NAMES.get(place).map_or_else(|| format!("Capability {place}"), |name| (*name).to_owned()),
        kind: if is_integration { "integration" } else { "feature" },
        category: Some("export".into()),
        owner: (place % 5 != 3).then(|| ["Documents", "Platform", "Growth"][place % 3].to_owned()),
        intent: place.is_multiple_of(4).then(|| "maintain".to_owned()),
        launched_on: Some(day("2019-03-04")),
        base_accounts: 400,
        active_accounts: Some((adoption * 400.0) as u64),
        adoption: Some(adoption),
        adoption_low: Some(adoption * 0.6),
        adoption_high: Some((adoption * 1.7).min(1.0)),
        adoption_eligible: Some(adoption * 1.1),
        adoption_arr: Some(adoption * 0.9),
        active_users: Some(place as u64 * 7 + 9),
        stickiness: Some(0.21),
        retention: (place != 4).then_some(0.71),
        trend_per_month: Some(-0.0012 + 0.0001 * x),
        trend_p: Some(0.012),
        top_account_share: Some(0.41),
        effective_accounts: Some(3.4),
        usage_share: Some(0.0041),
        tickets: Some(60 - place.min(59) as u64),
        engineering_hours: Some(131.25),
        support_cost: Some(support),
        engineering_cost: Some(engineering),
        incident_cost: None,
        direct_cost: (place != 6).then_some(direct),
        run_cost: Some(run),
        hidden_cost: None,
        reliability: Some(estimate(0.99)).filter(|_| is_integration),
        silent_rate: Some(0.5).filter(|_| is_integration),
        dark_hours: Some(120.0).filter(|_| is_integration),
        expected_broken_hours: Some(80.0).filter(|_| is_integration),
        break_even_price: Some(euros(9_000.0)).filter(|_| is_integration),
        removal_probability: Some(0.25 / (1.0 + 0.05 * x)),
        build_cost: Some(euros(800.0)),
        cost_share: Some(0.043),
        disproportion: Some(disproportion),
        disproportion_low: Some(disproportion * 0.55),
        disproportion_high: Some(disproportion * 2.1),
        cost_per_active_account: Some(euros(3_310.5)),
        cost_per_active_user: Some(euros(88.25)),
        contact_rate: Some(1.0 / 3.0),
        arr_touched: Some(euros(38_000.0 + 21_000.0 * x)),
        arr_at_risk: net_benefit.as_ref().map(|found| found.arr_at_risk.p50),
        rule: if place < 7 { Grade::Prime } else if candidate { Grade::Possible } else { Grade::None },
        verdict: verdict(place),
        net_benefit_p05,
        net_benefit_p50,
        net_benefit_p95,
        p_positive: net_benefit.as_ref().map(|found| found.p_positive),
        rank_acceptability: net_benefit
            .as_ref()
            .filter(|found| !found.acceptability.is_empty())
            .map(|found| found.acceptability.iter().sum()),
        removal_score: Some(0.9 / (1.0 + 0.05 * x)),
        removal_rank: Some(place + 1),
        reasons: reasons(candidate),
        why: "Used by few accounts, and it takes a share of the run cost that is many times its share of use; the work is mostly engineering.".into(),
        candidate,
        yearly_run_cost: Some(run.scaled(3.97)),
        unclassified_cost: Some(euros(120.0)),
        funnel: usage::funnel(place),
        lifecycle: usage::lifecycle(),
        adoption_users: Some(estimate(adoption * 0.4)),
        depth: Some(estimate(0.31)),
        frequency: Some(EstimateLine { point: 2.5, low: 1.0, high: Some(4.0), n: 12 }),
        rhythm: usage::rhythm(place),
        days_to_settle: (place != 2).then_some(41),
        bases: usage::bases(disproportion),
        // By ARR the factor is a twentieth, by events over three.
        bases_disagree: Some(disproportion <= 20.0 && disproportion * 3.4 > 1.0),
        intervals: usage::intervals(),
        run_cost_12m: Some(run.scaled(4.1)),
        cost_confidence: Some(0.87),
        line: Some(if candidate { Line::Below } else { Line::Above }),
        net_benefit,
        orders: worth::orders(place),
        dependencies: worth::dependencies(place),
        substitute: worth::substitute(place),
    }
}

fn verdict(place: usize) -> Verdict {
    match place {
        0..=6 => Verdict::Deprecate,
        7..CANDIDATES => Verdict::Watch,
        12 => Verdict::Protected,
        13 => Verdict::TooNew,
        14 => Verdict::SegmentCritical,
        15 => Verdict::Seasonal,
        16 => Verdict::InsufficientData,
        _ => Verdict::Keep,
    }
}

fn reasons(candidate: bool) -> Vec<Reason> {
    if !candidate {
        return Vec::new();
    }
    vec![
        Reason { code: "rare", sentence: "1.2 % of accounts used it (0.5–2.9 %), below the line of 10 %.".into() },
        Reason { code: "costly", sentence: "It takes 4.3 % of the run cost and 0.41 % of the use.".into() },
    ]
}

/// Fifteen accounts on a candidate, two on any other.
fn uses(line: &CapabilityLine) -> CapabilityUses {
    let uses = if line.candidate { 15 } else { 2 };
    CapabilityUses { id: line.id.clone(), candidate: line.candidate, uses: (0..uses).map(portfolio::used).collect() }
}

fn totals(count: usize) -> Totals {
    Totals {
        base_accounts: 400,
        base_definition: "Accounts under contract on any day of the period.".into(),
        base_arr: Some(euros(9_400_000.0)),
        capabilities: count,
        prime: 7,
        possible: 5,
        rare: 31,
        attributed_run_cost: Some(euros(331_240.0)),
        unattributed_run_cost: Some(euros(54_100.0)),
        overhead_run_cost: Some(euros(8_000.0)),
        candidate_yearly_run_cost: Some(euros(412_000.0)),
        candidate_accounts: Some(201),
        candidate_account_share: Some(EstimateLine { point: 0.5025, low: 0.453_706, high: Some(0.551_246), n: 400 }),
        candidate_arr_touched: Some(euros(4_220_000.0)),
    }
}

fn chart(id: &'static str, title: &str) -> Chart {
    let table = DataTable {
        columns: vec!["Capability".into(), "Adoption".into(), "Cost share".into()],
        rows: (0..3).map(|n| vec![NAMES[n].to_owned(), "1.2 %".into(), "4.3 %".into()]).collect(),
    };
    let finding = "Twelve capabilities lie left of the line and above proportion.";
    Chart::undrawn(id, title, finding, "Each bubble is a capability; its area is the ARR it touches.", table)
}

fn ledger() -> Vec<LedgerLine> {
    let line = |source_table, cost_type, rows, input, attributed, unattributed| LedgerLine {
        source_table,
        cost_type,
        currency: "EUR".into(),
        rows,
        input: euros(input),
        attributed: euros(attributed),
        overhead: Money::ZERO,
        unattributed: euros(unattributed),
        outside_period: euros(input) - euros(attributed) - euros(unattributed),
    };
    vec![
        line("tickets", "support", 3_120, 88_000.0, 61_240.5, 11_100.25),
        line("work_items", "engineering", 4_410, 402_000.0, 220_000.0, 33_000.0),
        line("charges", "direct", 96, 71_000.0, 50_000.0, 9_999.75),
    ]
}

fn inputs() -> Vec<InputLine> {
    let line = |path: &str, table, read, quarantined, duplicate| InputLine {
        path: path.to_owned(),
        table,
        preset: None,
        dialect: "csv, delimiter ;".into(),
        bytes: 1_204_512,
        blake3: "0f".repeat(32),
        read,
        accepted: read - quarantined - duplicate,
        quarantined,
        duplicate,
        skipped: 0,
        repaired: 0,
        first: Some(day("2025-07-01")),
        last: Some(day("2026-09-30")),
    };
    vec![line("exports/usage.csv", "usage_events", 48_112, 7, 20), line("exports/tickets.csv", "tickets", 3_120, 0, 0)]
}

fn findings() -> Vec<crate::diag::Finding> {
    let mut findings = Findings::default();
    for line in [19, 4_402] {
        findings.add(
            Code::BadCell,
            Place {
                file: "exports/usage.csv".into(),
                line: Some(line),
                column: Some("Event Time".into()),
                found: "31/31/2026".into(),
                expected: "a day".into(),
                raw: String::new(),
            },
        );
    }
    findings.add_many(Code::UnmappedName, 18_645, Place { found: "misc".into(), ..Place::default() });
    findings.list()
}

fn method() -> Vec<Definition> {
    vec![
        Definition {
            id: "adoption",
            title: "Adoption",
            text: "Active accounts over accounts of the base, 0–1.\n\n# Formula\n`active_accounts / base_accounts`, with a Wilson interval:\n- 95 %\n- never outside 0–1",
        },
        Definition {
            id: "disproportion",
            title: "Disproportion",
            text: "Share of cost over share of use. 1 is proportion.",
        },
        Definition { id: "run_cost", title: "Run cost", text: "Support, run engineering and charges of the period." },
    ]
}

/// Placeholders for the drawings of the charts of [`report`].
pub fn drawings() -> Vec<Drawing> {
    let svg = r##"<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 420" width="900" height="420" role="img"><title>A chart</title><rect width="900" height="420" fill="#ffffff"/><line x1="60" y1="370" x2="880" y2="370" stroke="#444444"/><circle cx="200" cy="120" r="24" fill="#0072b2" fill-opacity="0.7"/><circle cx="600" cy="300" r="40" fill="#e69f00" fill-opacity="0.7"/><text x="230" y="124" font-size="14" fill="#222222">Legacy PDF export</text></svg>
"##;
    ["quadrant", "ranked"]
        .map(|id| Drawing { id: id.into(), svg: svg.into(), png: (id == "ranked").then(|| b"\x89PNG".to_vec()) })
        .into()
}

/// Rows in quarantine of one input.
pub fn quarantine() -> Vec<QuarantineFile> {
    let row = |line: u64| QuarantinedRow {
        byte: 100 * line,
        line,
        column: "Event Time".into(),
        found: "31/31/2026".into(),
        expected: "a day".into(),
        code: Code::BadCell,
        raw: "acc-1;31/31/2026;export".into(),
    };
    vec![QuarantineFile { input: "exports/usage.csv".into(), scan: 1, rows: vec![row(19), row(4_402)] }]
}

/// The built-in templates of letters.
pub fn templates() -> crate::export::Templates {
    crate::export::Templates::new(std::collections::BTreeMap::new()).unwrap()
}

pub fn facts() -> ManifestFacts {
    ManifestFacts { config_digest: "ab".repeat(32), seed: 7 }
}

/// The report with every text that can come from a customer's data replaced.
pub fn with_text(count: usize, text: &str) -> Report {
    let mut report = report(count);
    let some = || Some(text.to_owned());
    report.company = some();
    report.headlines = vec![format!("{text} leads the list.")];
    report.totals.base_definition = text.to_owned();
    for line in &mut report.capabilities {
        line.id = format!("{text}{}", line.rank);
        line.name = text.to_owned();
        (line.category, line.owner, line.intent) = (some(), some(), some());
        line.why = text.to_owned();
        line.reasons.iter_mut().for_each(|reason| reason.sentence = text.to_owned());
    }
    portfolio::replace_text(&mut report, text);
    integrations::replace_text(&mut report, text);
    worth::replace_text(&mut report, text);
    plan::replace_text(&mut report, text);
    for chart in &mut report.charts {
        (chart.title, chart.finding, chart.note) = (text.to_owned(), text.to_owned(), text.to_owned());
        chart.table.columns.iter_mut().for_each(|cell| *cell = text.to_owned());
        chart.table.rows.iter_mut().flatten().for_each(|cell| *cell = text.to_owned());
    }
    for line in &mut report.inputs {
        (line.path, line.dialect, line.preset) = (text.to_owned(), text.to_owned(), some());
    }
    report.unmapped.iter_mut().for_each(|line| line.name = text.to_owned());
    for finding in &mut report.findings {
        finding.message = text.to_owned();
        for place in &mut finding.examples {
            (place.file, place.found, place.expected) = (text.to_owned(), text.to_owned(), text.to_owned());
            place.column = some();
        }
    }
    report.unavailable.iter_mut().for_each(|part| part.sentence = text.to_owned());
    report.settings.iter_mut().for_each(|line| (line.key, line.value) = (text.to_owned(), text.to_owned()));
    report.gates.iter_mut().for_each(|gate| (gate.condition, gate.sentence) = (text.to_owned(), text.to_owned()));
    report
}

/// Quarantined rows made of one text, from an input of that name.
pub fn quarantine_with_text(text: &str) -> Vec<QuarantineFile> {
    let mut files = quarantine();
    for file in &mut files {
        file.input = text.to_owned();
        for row in &mut file.rows {
            for cell in [&mut row.column, &mut row.found, &mut row.expected, &mut row.raw] {
                *cell = text.to_owned();
            }
        }
    }
    files
}
