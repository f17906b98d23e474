//! Names that are meant to do harm do none: in every table, every paper, the page, and outside the folder.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::company::{HOSTILE, PLAIN, company, list, planned, run, table};
use crate::stage::{Stage, files};

/// The report on the company with hostile names, made once.
struct Made {
    stage: Stage,
    report: Value,
    /// Everything below the folder of the stage before and after the run.
    before: BTreeSet<String>,
    after: Vec<(String, Vec<u8>)>,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let stage = company(&HOSTILE);
    let before = files(stage.path()).into_iter().map(|(path, _)| path).collect();
    let report = run(&stage);
    let after = files(stage.path());
    Made { stage, report, before, after }
});

/// The files of the report below a folder of it, as texts.
fn texts_below(folder: &str) -> Vec<(&'static str, String)> {
    let below = format!("reports/2026-Q3/{folder}");
    let found = MADE.after.iter().filter(|(path, _)| path.starts_with(&below) && !path.ends_with(".parquet"));
    found.map(|(path, bytes)| (path.as_str(), String::from_utf8(bytes.clone()).unwrap())).collect()
}

/// What stands behind the last point of a path.
fn kind(path: &str) -> &str {
    path.rsplit('.').next().unwrap()
}

/// The tests below would hold of a plan without anything in it.
#[test]
fn hostile_names_change_nothing_of_what_is_planned() {
    let plan = &MADE.report["plan"];
    let days = |plan: &Value| {
        let removals = list(plan, "removals").iter();
        removals.map(|of| (of["class"].clone(), of["stages"].clone(), of["accounts"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(days(plan), days(&run(&company(&PLAIN))["plan"]));
    let ids: BTreeSet<&str> = list(plan, "removals").iter().map(|of| of["id"].as_str().unwrap()).collect();
    assert!(ids.contains("../../etc/fax") && ids.contains("{{ 7*7 }}"), "{ids:?}");
    let contacts = table(&MADE.stage, "plan/contacts.csv");
    assert_eq!(contacts.len(), 8);
    assert!(contacts.iter().any(|row| row["account"] == "../../a05" && row["account_name"] == "../../escape"));
}

#[test]
fn no_file_is_written_outside_the_folder_of_the_report() {
    let mut folded = BTreeSet::new();
    for (path, _) in &MADE.after {
        assert!(MADE.before.contains(path) || path.starts_with("reports/2026-Q3/"), "{path}");
        let name = path.rsplit('/').next().unwrap();
        assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)), "{path}");
        assert!(!path.contains("..") && !name.starts_with('.') && name.len() <= 100, "{path}");
        assert!(folded.insert(path.to_lowercase()), "{path} differs from another by capitals alone");
    }
    assert!(MADE.before.iter().all(|path| MADE.after.iter().any(|(after, _)| after == path)), "nothing is lost");
    let beside = MADE.stage.path().parent().unwrap();
    for outside in ["etc", "escape", "escape.md", "a05", "a05.md"] {
        assert!(!beside.join(outside).exists(), "{outside}");
    }
    assert!(MADE.after.iter().filter(|(path, _)| path.contains("/plan/letters/")).count() == 8);
}

#[test]
fn the_calendar_has_exactly_as_many_events_as_stages() {
    let calendar = MADE.stage.read("reports/2026-Q3/plan/plan.ics");
    let stages: usize = list(&MADE.report["plan"], "removals").iter().map(|of| list(of, "stages").len()).sum();
    let lines: Vec<&str> = calendar.split("\r\n").collect();
    let count = |line: &str| lines.iter().filter(|of| of.trim_start().eq_ignore_ascii_case(line)).count();
    assert!(stages > 20);
    assert_eq!((count("BEGIN:VEVENT"), count("END:VEVENT"), count("BEGIN:VCALENDAR")), (stages, stages, 1));
    assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']), "a line break of a name is none of the calendar");
    assert!(lines.iter().all(|line| line.len() <= 75), "lines are folded");
    assert!(!lines.iter().any(|line| line.starts_with("SUMMARY:owned")));
    assert!(calendar.replace("\r\n ", "").contains("SUMMARY:owned"), "the name is there all the same");
    let ids: Vec<&&str> = lines.iter().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

/// Cells that hold text of customers; a number may be negative.
#[test]
fn no_cell_of_a_table_is_a_formula() {
    let mut neutralised = BTreeSet::new();
    for folder in ["tables/", "plan/", "quarantine/"] {
        for (path, text) in texts_below(folder).iter().filter(|(path, _)| kind(path) == "csv") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for record in reader.records() {
                for cell in &record.unwrap_or_else(|error| panic!("{path}: {error}")) {
                    let shown =
                        cell.trim_start_matches(|c: char| c.is_whitespace() || "\u{202e}\u{200b}\u{feff}".contains(c));
                    let runs = shown.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
                    assert!(!runs && !cell.starts_with(['\t', '\r', '\n']), "{path}: {cell:?}");
                    if cell.starts_with(['\'']) {
                        neutralised.insert(cell.to_owned());
                    }
                }
            }
        }
    }
    for hostile in
        ["'=cmd|calc", "'@Ann <b>{{ 7*7 }}", "'+1 <img src=x onerror=alert(1)>", "'-2+3", "'=Field {{ 7*7 }}"]
    {
        assert!(neutralised.contains(hostile), "{hostile} in {neutralised:?}");
    }
}

#[test]
fn no_name_is_a_template_anywhere() {
    let mut seen = 0;
    for (path, text) in texts_below("plan/") {
        let is_figure = |at: usize| {
            let around = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
            around(text[..at].chars().next_back()) || around(text[at + 2..].chars().next())
        };
        assert!(text.match_indices("49").all(|(at, _)| is_figure(at)), "{path}");
        // In Markdown the asterisk is escaped.
        seen += text.matches("7*7").count() + text.matches("7\\*7").count();
    }
    assert!(seen > 20, "the names are there: {seen}");
    for page in ["index.html", "summary.md"] {
        let text = MADE.stage.read(&format!("reports/2026-Q3/{page}"));
        assert!(text.contains("{{ 7*7 }}") || text.contains("{{ 7\\*7 }}"), "{page}");
    }
}

#[test]
fn no_name_is_markup_on_the_page_and_in_the_charts() {
    let page = MADE.stage.read("reports/2026-Q3/index.html");
    let charts = texts_below("charts/");
    assert!(charts.iter().any(|(path, _)| path.ends_with("plan-gantt.svg")));
    let all = charts.iter().map(|(path, text)| (*path, text.as_str())).chain([("index.html", page.as_str())]);
    for (path, text) in all {
        for markup in ["<script>alert", "<img src=x", "<b>{{", "<b>..", "\u{202e}", "javascript:alert(1)\""] {
            assert!(!text.contains(markup), "{path} has {markup:?}");
        }
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;"), "the name is there all the same");
}

#[test]
fn no_name_is_markup_in_letters_and_pages_on_how_to_move() {
    let texts = texts_below("plan/");
    let papers: Vec<_> = texts.iter().filter(|(path, _)| kind(path) == "md").collect();
    assert_eq!(papers.len(), 8 + 4);
    for (path, text) in papers {
        for markup in ["<script", "<img", "<b>", "[x](", "\r", "\u{202e}", "{{ 49"] {
            assert!(!text.contains(markup), "{path} has {markup:?}");
        }
        for line in text.lines() {
            // An at sign mentions nobody behind which a word joiner stands.
            let mentions = line.strip_prefix('@').is_some_and(|rest| !rest.starts_with('\u{2060}'));
            assert!(!line.starts_with("BEGIN:") && !line.starts_with(['=', '+']) && !mentions, "{path}: {line}");
        }
    }
}

/// A terminal obeys no control character, and a line of a table stays a line.
#[test]
fn names_do_not_drive_the_terminal() {
    let (human, _) = planned(&MADE.stage);
    assert!(human.contains("alert(1)") && human.contains("SUMMARY:owned"), "the names are there: {human}");
    assert!(human.chars().all(|c| c == '\n' || !c.is_control()), "{human:?}");
    assert!(!human.contains('\u{202e}'), "{human:?}");
    assert!(human.lines().all(|line| !line.starts_with("BEGIN:VEVENT") && !line.starts_with("SUMMARY")), "{human}");
}
