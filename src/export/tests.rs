//! What holds for all formats together.

mod plan;
mod schema;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fixture;
use super::*;
use crate::report::{Dependence, FunnelLine, IntervalsLine, LifecycleLine, RhythmLine, SurfaceLine};

const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'--></style><script>alert(1)</script>",
    "=cmd|'/c calc'!A0",
    "a|b\nc",
    "`rm -rf` [here](javascript:alert(1))",
    "exe.\u{202e}gpj\u{2066}",
    "{{ report.company }}{% raw %}",
    "@team #1 https://evil.example",
];

fn rendered(report: &Report, quarantine: &[QuarantineFile]) -> BTreeMap<String, Vec<u8>> {
    let files = render(
        report,
        &fixture::drawings(),
        quarantine,
        Vec::new(),
        Vec::new(),
        &fixture::templates(),
        &fixture::facts(),
    )
    .unwrap();
    files.into_iter().map(|file| (file.path, file.bytes)).collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files[path].clone()).unwrap()
}

/// The rows of a table as maps from column to cell.
fn table(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(files[path].as_slice());
    reader.deserialize().map(Result::unwrap).collect()
}

fn json(files: &BTreeMap<String, Vec<u8>>) -> Value {
    serde_json::from_slice(&files["report.json"]).unwrap()
}

#[test]
fn the_folder_holds_every_file_of_the_contract_in_order() {
    let files = render(
        &fixture::report(60),
        &fixture::drawings(),
        &fixture::quarantine(),
        Vec::new(),
        Vec::new(),
        &fixture::templates(),
        &fixture::facts(),
    )
    .unwrap();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "basis.json",
            "charts/quadrant.svg",
            "charts/ranked.png",
            "charts/ranked.svg",
            "index.html",
            "quarantine/exports__usage.csv.csv",
            "report.json",
            "summary.md",
            "tables/api_calendar.csv",
            "tables/assumptions.csv",
            "tables/candidates.csv",
            "tables/capabilities.csv",
            "tables/churn.csv",
            "tables/dependence.csv",
            "tables/dependencies.csv",
            "tables/episodes.csv",
            "tables/error_signatures.csv",
            "tables/exposure.csv",
            "tables/failures.csv",
            "tables/flip_points.csv",
            "tables/inputs.csv",
            "tables/integrations.csv",
            "tables/ledger.parquet",
            "tables/ledger_summary.csv",
            "tables/net_benefit.csv",
            "tables/onboarding.csv",
            "tables/overlap.csv",
            "tables/plan.csv",
            "tables/plan_forecast.csv",
            "tables/plan_left_out.csv",
            "tables/rank_acceptability.csv",
            "tables/retention.csv",
            "tables/segments.csv",
            "tables/support_layers.csv",
            "tables/surface.csv",
            "tables/tornado.csv",
            "tables/triage.csv",
            "tables/unmapped.csv",
            "tables/vendors.csv",
            "manifest.json",
        ]
    );
}

#[test]
fn equal_reports_give_equal_bytes() {
    let once = rendered(&fixture::report(60), &fixture::quarantine());
    assert_eq!(once, rendered(&fixture::report(60), &fixture::quarantine()));
}

#[test]
fn the_columns_are_those_of_the_contract_and_additions_come_after() {
    let contract = "id, name, kind, category, owner, intent, launched_on, base_accounts, active_accounts, adoption, \
        adoption_low, adoption_high, adoption_eligible, adoption_arr, active_users, stickiness, retention, \
        trend_per_month, trend_p, top_account_share, effective_accounts, usage_share, tickets, engineering_hours, \
        support_cost, engineering_cost, incident_cost, direct_cost, run_cost, hidden_cost, cost_share, \
        disproportion, disproportion_low, disproportion_high, cost_per_active_account, arr_touched, arr_at_risk, \
        rule, verdict, net_benefit_p05, net_benefit_p50, net_benefit_p95, p_positive, rank, rank_acceptability, \
        removal_score, removal_rank, reasons";
    let files = rendered(&fixture::report(60), &[]);
    let head = |path: &str| text(&files, path).lines().next().unwrap().to_owned();
    let capabilities = head("tables/capabilities.csv");
    let added = capabilities.strip_prefix(&contract.replace(", ", ",")).expect("the contract comes first");
    let later = "build_cost, cost_per_active_user, contact_rate, yearly_run_cost, entitled, exposed, attempted, succeeded, \
        repeated, exposure_rate, attempt_rate, success_rate, repeat_rate, failure_share, failure_share_low, \
        failure_share_high, incidents, outage_share, use_evidence, accounts_new, accounts_retained, \
        accounts_resurrected, accounts_dormant, adoption_change, adoption_change_low, adoption_change_high, \
        adoption_change_p, adoption_users, adoption_users_low, adoption_users_high, depth, depth_low, depth_high, \
        frequency, rhythm, window_months, adoption_in_rhythm, adoption_in_rhythm_low, adoption_in_rhythm_high, \
        peak_month, peak_adoption, peak_share, days_to_settle, adoption_eligible_low, adoption_eligible_high, \
        retention_low, retention_high, trend_low, trend_high, adoption_arr_low, adoption_arr_high, stickiness_low, \
        stickiness_high, usage_share_low, usage_share_high, cost_share_low, cost_share_high, \
        cost_per_active_account_low, cost_per_active_account_high, cost_per_active_user_low, \
         cost_per_active_user_high, contact_rate_low, contact_rate_high, \
        top_account_share_low, top_account_share_high, usage_share_active_days, disproportion_active_days, \
        disproportion_active_days_low, disproportion_active_days_high, usage_share_active_users, \
        disproportion_active_users, disproportion_active_users_low, disproportion_active_users_high, \
        usage_share_events, disproportion_events, disproportion_events_low, disproportion_events_high, \
        usage_share_arr, disproportion_arr, disproportion_arr_low, disproportion_arr_high, unclassified_cost, run_cost_12m, \
        cost_confidence, reliability, reliability_low, reliability_high, silent_rate, dark_hours, \
        expected_broken_hours, break_even_price, line, net_benefit_mean, arr_stated_share, rank_rice, rank_cost_per_use, \
         rank_least_used, substitute, substitute_by, substitute_share, substitute_share_low, substitute_share_high, \
        removal_probability";
    assert_eq!(added, format!(",{}", later.replace(", ", ",")));
    assert_eq!(head("tables/candidates.csv"), format!("{capabilities},why"));
}

#[test]
fn a_line_of_the_table_reads_as_computed_by_hand() {
    let files = rendered(&fixture::report(60), &[]);
    let first = &table(&files, "tables/candidates.csv")[0];
    for (column, cell) in [
        ("rank", "1"),
        ("name", "Legacy PDF export"),
        ("adoption", "0.012"),
        ("adoption_low", "0.0072"),
        ("active_accounts", "4"),
        ("support_cost", "4382.40"),
        ("run_cost", "19920.00"),
        ("incident_cost", ""),
        ("arr_at_risk", "4100.00"),
        ("net_benefit_p05", "40667.00"),
        ("net_benefit_p50", "61000.50"),
        ("net_benefit_p95", "81334.00"),
        ("net_benefit_mean", "61610.51"),
        ("p_positive", "0.99"),
        ("rank_acceptability", "0.775"),
        ("arr_stated_share", "0.75"),
        ("rank_rice", "2"),
        ("rank_least_used", "5"),
        ("substitute", "cap-16"),
        ("substitute_by", "catalogue"),
        ("substitute_share", "0.6"),
        ("rule", "prime"),
        ("verdict", "deprecate"),
        ("reasons", "rare;costly"),
        ("contact_rate", "0.333333333333333"),
        ("launched_on", "2019-03-04"),
        ("entitled", "320"),
        ("success_rate", "0.6"),
        ("failure_share_high", "0.2793"),
        ("use_evidence", "used"),
        ("accounts_dormant", "6"),
        ("adoption_change_low", "-0.031"),
        ("rhythm", "monthly"),
        ("peak_month", "2026-01"),
        ("days_to_settle", "41"),
        ("cost_per_active_account_low", "2120.25"),
        ("contact_rate_high", ""),
        ("usage_share_arr", "0.083"),
        ("disproportion_events_high", ""),
        ("run_cost_12m", "81672.00"),
        ("cost_confidence", "0.87"),
    ] {
        assert_eq!(first[column], cell, "{column}");
    }
    assert_eq!(table(&files, "tables/candidates.csv").len(), 12);
    assert_eq!(table(&files, "tables/capabilities.csv").len(), 60);
}

#[test]
fn tables_and_json_say_the_same() {
    let files = rendered(&fixture::report(60), &[]);
    let report = json(&files);
    let lists = [
        ("/capabilities", "tables/capabilities.csv"),
        ("/overlap", "tables/overlap.csv"),
        ("/surface/months", "tables/surface.csv"),
        ("/surface/onboarding", "tables/onboarding.csv"),
        ("/ledger_summary", "tables/ledger_summary.csv"),
        ("/inputs", "tables/inputs.csv"),
        ("/assumptions", "tables/assumptions.csv"),
        ("/unmapped", "tables/unmapped.csv"),
    ];
    for (list, path) in lists {
        let rows = table(&files, path);
        let lines = report.pointer(list).unwrap().as_array().unwrap();
        assert!(!rows.is_empty() && rows.len() == lines.len(), "{path}");
        for (row, line) in rows.iter().zip(lines) {
            for (column, cell) in row.iter().filter(|(column, _)| *column != "reasons") {
                let value = in_json(line, column);
                assert!(agrees(cell, value), "{path} {column}: {cell} and {value}");
            }
        }
    }
}

/// Where the columns of the tables stand in the objects of the report, by the longest beginning of the column that is
/// named here; a column whose rest is `_low` or `_high` is an end of the interval there.
const IN_JSON: &[(&str, &str)] = &[
    ("entitled", "/funnel/entitled"),
    ("exposed", "/funnel/exposed"),
    ("attempted", "/funnel/attempted"),
    ("succeeded", "/funnel/succeeded"),
    ("repeated", "/funnel/repeated"),
    ("exposure_rate", "/funnel/exposure_rate"),
    ("attempt_rate", "/funnel/attempt_rate"),
    ("success_rate", "/funnel/success_rate"),
    ("repeat_rate", "/funnel/repeat_rate"),
    ("failure_share", "/funnel/failure_share"),
    ("incidents", "/funnel/incidents"),
    ("outage_share", "/funnel/outage_share"),
    ("use_evidence", "/funnel/evidence"),
    ("accounts_new", "/lifecycle/new"),
    ("accounts_retained", "/lifecycle/retained"),
    ("accounts_resurrected", "/lifecycle/resurrected"),
    ("accounts_dormant", "/lifecycle/dormant"),
    ("adoption_change", "/lifecycle/change"),
    ("adoption_change_p", "/lifecycle/change_p"),
    ("rhythm", "/rhythm/kind"),
    ("window_months", "/rhythm/window_months"),
    ("adoption_in_rhythm", "/rhythm/adoption"),
    ("peak_month", "/rhythm/peak_month"),
    ("peak_adoption", "/rhythm/peak_adoption"),
    ("peak_share", "/rhythm/peak_share"),
    ("usage_share_active_days", "/bases/0/usage_share"),
    ("disproportion_active_days", "/bases/0/disproportion"),
    ("usage_share_active_users", "/bases/1/usage_share"),
    ("disproportion_active_users", "/bases/1/disproportion"),
    ("usage_share_events", "/bases/2/usage_share"),
    ("disproportion_events", "/bases/2/disproportion"),
    ("usage_share_arr", "/bases/3/usage_share"),
    ("disproportion_arr", "/bases/3/disproportion"),
    ("trend", "/intervals/trend_per_month"),
    ("net_benefit_mean", "/net_benefit/total/mean"),
    ("arr_stated_share", "/net_benefit/arr_stated_share"),
    ("rank_rice", "/orders/rice"),
    ("rank_cost_per_use", "/orders/cost_per_use"),
    ("rank_least_used", "/orders/least_used"),
    ("substitute", "/substitute/id"),
    ("substitute_by", "/substitute/by"),
    ("substitute_share", "/substitute/already"),
];

/// The value of a column within an object of the report.
fn in_json<'a>(line: &'a Value, column: &str) -> &'a Value {
    let own = line.get(column).filter(|_| column != "substitute");
    if let Some(value) = own.and_then(|value| if value.is_object() { value.get("point") } else { Some(value) }) {
        return value;
    }
    let (name, end) = ["low", "high"]
        .into_iter()
        .find_map(|end| Some((column.strip_suffix(end)?.strip_suffix('_')?, end)))
        .unwrap_or((column, "point"));
    let place = IN_JSON.iter().find(|(known, _)| *known == name).map(|(_, place)| (*place).to_owned());
    let interval = format!("/intervals/{name}");
    let place = place.or_else(|| line.pointer(&interval).map(|_| interval)).unwrap_or_else(|| format!("/{name}"));
    // What is within an object that is not known is not known.
    let within_null =
        |place: &str| place.rsplit_once('/').is_some_and(|(outer, _)| line.pointer(outer) == Some(&Value::Null));
    let Some(value) = line.pointer(&place) else {
        assert!(
            within_null(&place) || within_null(place.rsplit_once('/').unwrap().0),
            "{column} has no place in the report"
        );
        return &Value::Null;
    };
    if value.is_object() { &value[end] } else { value }
}

#[test]
fn the_table_of_dependence_has_every_capability_and_json_the_candidates() {
    let files = rendered(&fixture::report(60), &[]);
    let (rows, report) = (table(&files, "tables/dependence.csv"), json(&files));
    let lines = report["dependence"].as_array().unwrap();
    // Fifteen accounts on each of twelve candidates, two on each of the others.
    assert_eq!((rows.len(), lines.len()), (12 * 15 + 48 * 2, 12 * 15));
    for (row, line) in rows.iter().zip(lines) {
        for (column, cell) in row {
            assert!(agrees(cell, &line[column]), "{column}: {cell} and {}", line[column]);
        }
    }
    let first = &rows[0];
    for (column, cell) in [
        ("capability", "cap-0"),
        ("account_id", "acc-1"),
        ("users", "6"),
        ("sole_users", "2"),
        ("trend_per_month", "-0.75"),
        ("trend_p", "0.041"),
        ("committed_until", "2027-03-31"),
        ("commitment_source", "order form 7"),
    ] {
        assert_eq!(first[column], cell, "{column}");
    }
    assert_eq!((rows[1]["committed_until"].as_str(), rows[3]["sole_users"].as_str()), ("", ""));
    assert_eq!(rows[180]["capability"], "cap-12");
}

#[test]
fn tables_of_the_portfolio_by_hand() {
    let files = rendered(&fixture::report(60), &[]);
    let line = |path: &str, place: usize| text(&files, path).lines().nth(place).unwrap().to_owned();
    assert_eq!(
        line("tables/overlap.csv", 1),
        "cap-0,cap-1,24,61,0.393443,0.26360681,0.52327919,0.55,0.44,2.6,1.9,,14,2,0.00418,substitutes,1.8,1.3,2.5,"
    );
    assert_eq!(
        line("tables/overlap.csv", 3),
        "cap-2,cap-3,24,61,0.393443,0.26360681,0.52327919,0.55,0.44,2.6,1.9,,,,,unrelated,1.8,1.3,2.5,"
    );
    assert!(line("tables/overlap.csv", 2).ends_with(",complements,1.8,1.3,2.5,0.00021"));
    assert_eq!(line("tables/segments.csv", 1), "cap-0,segment,enterprise,40,0.25,0.1675,0.3325");
    assert_eq!(line("tables/segments.csv", 2), "cap-0,segment,small,360,,,");
    assert_eq!(line("tables/segments.csv", 3), "cap-0,region,EMEA,220,0.25,0.1675,0.3325");
    assert_eq!(line("tables/segments.csv", 180), "cap-59,region,EMEA,220,0.25,0.1675,0.3325");
    assert_eq!(line("tables/surface.csv", 12), "2026-09,55,17,9,46");
    assert_eq!(line("tables/onboarding.csv", 2), "2026-Q2,22,13,52,44,");
    assert_eq!(line("tables/onboarding.csv", 3), "2026-Q3,18,4,,,");
    assert_eq!(line("tables/triage.csv", 1), "T-0,cap-0,0.81,high,0.66,human,0.92");
    assert_eq!(line("tables/triage.csv", 2), "T-1,,,high,0.66,human,0.92");
}

#[test]
fn page_summary_and_json_agree_on_the_portfolio() {
    let report = fixture::report(60);
    let files = rendered(&report, &[]);
    let (page, summary) = (text(&files, "index.html"), text(&files, "summary.md"));
    let union = &json(&files)["totals"];
    assert_eq!((&union["candidate_accounts"], &union["candidate_arr_touched"]), (&201.into(), &4_220_000.into()));
    assert!(page.contains("touch 201 of 400 accounts, 50\u{202f}% (45–55\u{202f}%)"));
    assert!(page.contains("EUR\u{202f}4\u{202f}220\u{202f}000"));
    let allocation = report.allocation_in_short().unwrap();
    assert_eq!(
        allocation,
        "With cost placed in 2 other ways, 2 would enter the list and 1 would leave it (Kendall’s τ of the order at least 0.87)."
    );
    for sentence in [allocation.as_str(), &report.triage.as_ref().unwrap().sentence] {
        assert!(page.contains(sentence) && summary.contains(sentence), "{sentence}");
    }
}

#[test]
fn only_the_very_same_order_is_called_one() {
    let mut report = fixture::report(20);
    for way in &mut report.allocation {
        (way.entered, way.left, way.kendall_tau) = (Vec::new(), Vec::new(), Some(1.0));
    }
    let same = "With cost placed in 2 other ways, the same candidates would stand on the list";
    assert_eq!(report.allocation_in_short().unwrap(), format!("{same}, in the same order."));
    report.allocation[1].kendall_tau = Some(0.9999);
    assert_eq!(report.allocation_in_short().unwrap(), format!("{same} (Kendall’s τ of the order at least 0.99)."));
}

#[test]
fn a_report_of_counts_has_every_file_and_says_nothing_of_what_needs_accounts() {
    let mut report = fixture::report(3);
    for line in &mut report.capabilities {
        (line.funnel, line.lifecycle) = (FunnelLine::default(), LifecycleLine::default());
        (line.rhythm, line.intervals) = (RhythmLine::default(), IntervalsLine::default());
        (line.bases, line.bases_disagree) = (Vec::new(), None);
        (line.adoption_users, line.depth, line.frequency) = (None, None, None);
        (line.days_to_settle, line.run_cost_12m, line.cost_confidence) = (None, None, None);
    }
    (report.dependence, report.surface) = (Dependence::default(), SurfaceLine::default());
    report.segments = Vec::new();
    (report.overlap, report.allocation, report.proposals) = (Vec::new(), Vec::new(), Vec::new());
    (report.triage, report.totals.candidate_accounts) = (None, None);
    (report.totals.candidate_account_share, report.totals.candidate_arr_touched) = (None, None);
    let files = rendered(&report, &[]);
    for name in ["dependence", "overlap", "segments", "surface", "onboarding", "triage"] {
        assert_eq!(text(&files, &format!("tables/{name}.csv")).lines().count(), 1, "{name}");
    }
    let row = &table(&files, "tables/capabilities.csv")[0];
    for column in
        ["entitled", "use_evidence", "accounts_new", "rhythm", "disproportion_arr", "run_cost_12m", "trend_low"]
    {
        assert_eq!(row[column], "", "{column}");
    }
    let page = text(&files, "index.html");
    for absent in ["id=\"together\"", "id=\"surface\"", "Funnel of", "by base of use", "<h4>Use</h4>"] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert_eq!(schema::faults(&json(&files)), Vec::<String>::new());
}

/// Whether a cell says what a JSON value says: empty for null, the same number, the same text.
fn agrees(cell: &str, value: &Value) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        // The parser of the tests may be off in the last of seventeen digits.
        Value::Number(number) => cell
            .parse::<f64>()
            .is_ok_and(|cell| number.as_f64().is_some_and(|value| (cell - value).abs() <= cell.abs() * 1e-15)),
        Value::String(text) => cell == text,
        _ => false,
    }
}

#[test]
fn page_and_summary_show_the_figures_of_the_table() {
    let report = fixture::report(60);
    let files = rendered(&report, &[]);
    for path in ["index.html", "summary.md"] {
        let shown = text(&files, path);
        for line in report.candidates().take(8) {
            for figure in [
                crate::units::format::ratio(line.disproportion.unwrap()),
                crate::units::format::money(line.run_cost.unwrap(), "EUR"),
                crate::units::format::money(line.arr_touched.unwrap(), "EUR"),
            ] {
                assert!(shown.contains(&figure), "{path}: {} {figure}", line.name);
            }
        }
    }
}

#[test]
fn hostile_text_is_only_text_on_the_page() {
    let usual = text(&rendered(&fixture::report(60), &[]), "index.html");
    for hostile in HOSTILE {
        let page = text(&rendered(&fixture::with_text(60, hostile), &[]), "index.html");
        for tag in ["<script", "<style", "<img", "</style", "</script"] {
            assert_eq!(page.matches(tag).count(), usual.matches(tag).count(), "{tag} of {hostile}");
        }
        assert!(!page.contains("\u{202e}") && !page.contains("\u{2066}"), "{hostile}");
        assert_eq!(tags(&page), tags(&usual), "{hostile}");
    }
}

/// The names of elements and attributes in a page, without the values of attributes: hostile text must add none.
fn tags(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let outside_quotes: String = tag.split('"').step_by(2).collect();
        names.extend(outside_quotes.split_whitespace().map(str::to_owned));
    }
    names
}

#[test]
fn hostile_text_is_no_formula_in_any_table() {
    for hostile in HOSTILE {
        let files = rendered(&fixture::with_text(20, hostile), &fixture::quarantine_with_text(hostile));
        let tables: Vec<&String> =
            files.keys().filter(|path| !path.starts_with("charts/") && path.contains(".csv")).collect();
        assert_eq!(tables.len(), 31);
        for path in tables {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(files[path].as_slice());
            for cell in
                reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            {
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']), "{path}: {cell}");
            }
        }
    }
}

#[test]
fn hostile_text_breaks_no_line_and_is_no_markup_in_the_summary() {
    let usual = text(&rendered(&fixture::report(60), &[]), "summary.md");
    for hostile in HOSTILE {
        let summary = text(&rendered(&fixture::with_text(60, hostile), &[]), "summary.md");
        assert!(summary.lines().count() <= usual.lines().count(), "{hostile}");
        assert!(!summary.contains("<script") && !summary.contains("<img") && !summary.contains('\u{202e}'));
        assert!(!summary.contains("](") || summary.contains("\\](javascript"), "{hostile}");
        assert!(!summary.contains("https://") && !summary.contains("@team"));
        for row in summary.lines().filter(|line| line.starts_with("| ")) {
            let bars = row.matches('|').count() - row.matches("\\|").count();
            assert_eq!(bars, 11, "{row}");
        }
    }
}

#[test]
fn hostile_names_of_inputs_stay_in_their_folder() {
    for hostile in HOSTILE.into_iter().chain(["../../etc/passwd", "/etc/passwd", "..", "C:\\x", ""]) {
        let files = rendered(&fixture::report(1), &fixture::quarantine_with_text(hostile));
        let path = files.keys().find(|path| path.starts_with("quarantine/")).unwrap();
        let name = path.strip_prefix("quarantine/").unwrap();
        assert!(
            !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
            "{name}"
        );
    }
}

#[test]
fn the_summary_stays_under_sixty_lines() {
    let mut report = fixture::report(200);
    report.capabilities.iter_mut().for_each(|line| line.candidate = true);
    report.headlines = vec!["A sentence.".into(); 12];
    let gate = report.gates[0].clone();
    report.gates = vec![gate; 12];
    let finding = report.findings[0].clone();
    report.findings = vec![finding; 30];
    let part = report.unavailable[0].clone();
    report.unavailable = vec![part; 30];
    let summary = text(&rendered(&report, &[]), "summary.md");
    assert!(summary.lines().count() < 60, "{} lines", summary.lines().count());
    assert!(summary.contains("### Candidates: the first 8 of 200 in `tables/candidates.csv`"));
    assert!(summary.contains("and 28 more") && summary.contains("and 29 more"));
}

#[test]
fn the_manifest_has_the_digest_of_every_other_file() {
    let files = rendered(&fixture::report(20), &fixture::quarantine());
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let outputs = manifest["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), files.len() - 1);
    for output in outputs {
        let bytes = &files[output["path"].as_str().unwrap()];
        assert_eq!(output["bytes"], bytes.len());
        assert_eq!(output["blake3"], blake3::hash(bytes).to_hex().as_str());
    }
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["inputs"][0]["quarantined"], 7);
}

#[test]
fn what_was_rendered_is_published_and_replaced() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("2026-Q3");
    for count in [20, 30] {
        let files = render(
            &fixture::report(count),
            &fixture::drawings(),
            &fixture::quarantine(),
            Vec::new(),
            Vec::new(),
            &fixture::templates(),
            &fixture::facts(),
        );
        publish(&files.unwrap(), &folder).unwrap();
    }
    let table = std::fs::read_to_string(folder.join("tables/capabilities.csv")).unwrap();
    assert_eq!(table.lines().count(), 31);
}
