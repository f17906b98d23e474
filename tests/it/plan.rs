//! The plan, seen from outside: what `plan` and `run` make of a small company, of one that knows too little, of one whose names
//! are meant to do harm, and of settings and templates that are wrong.

mod company;
mod inert;
mod unkept;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use chrono::{Datelike as _, NaiveDate};
use serde_json::Value;

use crate::stage::{Stage, deadhead, files, printed};
use company::{PLAIN, Rows, USERS, company, day, list, number, planned, run, set, table, texts};

/// The first or last day of a stage of a removal.
fn stage_day<'a>(removal: &'a Value, kind: &str, end: &str) -> Option<&'a str> {
    list(removal, "stages").iter().find(|stage| stage["stage"] == kind).map(|stage| stage[end].as_str().unwrap())
}

/// As written with two decimals: sums of rounded amounts may be apart by half a cent for each.
fn same_money(sum: f64, whole: f64, parts: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a few parts")]
    let within = 0.005 * (parts as f64 + 1.0) + 1e-9;
    assert!((sum - whole).abs() <= within, "{sum} is not {whole}");
}

/// The same value with every number as a double: the report writes whole ones without a point.
fn in_one_form(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => items.iter().map(in_one_form).collect(),
        Value::Object(keys) => keys.iter().map(|(key, value)| (key.clone(), in_one_form(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_small_company_has_a_plan_and_every_paper_that_is_promised() {
    let stage = company(&PLAIN);
    let (human, json) = planned(&stage);
    let report = run(&stage);
    assert_eq!(in_one_form(&report["plan"]), in_one_form(&json), "`plan` and `run` make the same plan");
    let mut ids = texts(list(&json, "removals"), "id");
    ids.sort_unstable();
    assert_eq!(ids, ["fax", "feed", "pager", "telex"]);
    assert_eq!(list(&json, "lint"), [] as [Value; 0]);
    for removal in list(&json, "removals") {
        for text in
            [removal["name"].as_str(), stage_day(removal, "announced", "from"), stage_day(removal, "removed", "from")]
        {
            assert!(human.contains(text.unwrap()), "{text:?} in {human}");
        }
    }
    let there: BTreeSet<String> = files(&stage.file("reports/2026-Q3")).into_iter().map(|(path, _)| path).collect();
    let fixed = [
        "tables/plan.csv",
        "tables/plan_left_out.csv",
        "tables/plan_forecast.csv",
        "plan/plan.ics",
        "plan/headers.json",
    ];
    let fixed = fixed.into_iter().chain(["plan/tasks.csv", "plan/contacts.csv"]).map(str::to_owned);
    let pages = ids.iter().map(|id| format!("plan/migration/{id}.md"));
    for path in fixed.chain(pages) {
        assert!(there.contains(&path), "{path} in {there:?}");
    }
    for chart in ["plan-gantt", "plan-waterfall", "plan-accounts"] {
        assert!(there.contains(&format!("charts/{chart}.svg")), "{chart} in {there:?}");
    }
    // Its own linter finds nothing in the table, read back as anybody's.
    let output = stage.run(&["plan", "--lint", "reports/2026-Q3/tables/plan.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
}

#[test]
fn the_table_of_stages_says_what_the_report_says() {
    let stage = company(&PLAIN);
    let report = run(&stage);
    let rows = table(&stage, "tables/plan.csv");
    let removals = list(&report["plan"], "removals");
    let stages: Vec<(&Value, &Value)> =
        removals.iter().flat_map(|of| list(of, "stages").iter().map(move |stage| (of, stage))).collect();
    assert!(stages.len() > 20);
    assert_eq!(rows.len(), stages.len());
    for (row, (removal, stage)) in rows.iter().zip(stages) {
        let text = |of: &Value| of.as_str().unwrap_or_default().to_owned();
        for (column, expected) in [
            ("capability", text(&removal["id"])),
            ("name", text(&removal["name"])),
            ("stage", text(&stage["stage"])),
            ("from", text(&stage["from"])),
            ("until", text(&stage["until"])),
            ("class", text(&removal["class"])),
            ("wave", text(&removal["wave"])),
            ("team", text(&removal["team"])),
            ("affected", removal["accounts"].to_string()),
            ("told", removal["accounts"].to_string()),
            ("reversible", stage["reversible"].to_string()),
        ] {
            assert_eq!(row[column], expected, "{column} of {row:?}");
        }
        for (column, value) in [("net_benefit", &removal["value"]), ("arr_at_risk", &removal["arr_at_risk"])] {
            same_money(row[column].parse().unwrap(), number(value), 0);
        }
        same_money(row["freed_a_year"].parse().unwrap(), number(&removal["freed"]["mean"]), 0);
        assert_eq!(row["starts_at"].is_empty(), stage["stage"] != "brownout");
        if !row["starts_at"].is_empty() {
            assert!(row["starts_at"] < row["ends_at"] && row["starts_at"].starts_with(&row["from"]), "{row:?}");
        }
        // Only programs of customers read headers.
        let dates = [("deprecation", "announced"), ("sunset", "removed")];
        for (column, kind) in dates {
            let expected = if removal["class"] == "public-api" { stage_day(removal, kind, "from") } else { None };
            assert_eq!(row[column], expected.unwrap_or_default(), "{column} of {row:?}");
        }
    }
    assert!(rows.iter().any(|row| !row["sunset"].is_empty()) && rows.iter().any(|row| row["sunset"].is_empty()));
}

#[test]
fn the_work_items_are_those_of_the_plan_on_its_days() {
    let stage = company(&PLAIN);
    let report = run(&stage);
    let removals = list(&report["plan"], "removals");
    let items = table(&stage, "plan/tasks.csv");
    let (wholes, parts): (Rows, Rows) = items.into_iter().partition(|item| item["Parent"].is_empty());
    assert_eq!(wholes.len(), removals.len());
    let mut count = 0;
    for (whole, removal) in wholes.iter().zip(removals) {
        assert_eq!(whole["Component"], removal["name"].as_str().unwrap());
        assert_eq!(whole["Team"], removal["team"].as_str().unwrap_or_default());
        let own: Vec<_> = parts.iter().filter(|part| part["Parent"] == whole["Work item ID"]).collect();
        let stages = list(removal, "stages");
        assert_eq!(own.len(), stages.len());
        for (part, stage) in own.iter().zip(stages) {
            let last = if stage["stage"] == "data-kept" { "until" } else { "from" };
            assert_eq!(part["Due Date"], stage[last].as_str().unwrap(), "{part:?}");
            let hours = if stage["stage"] == "removed" { number(&removal["hours"]) * 3600.0 } else { 0.0 };
            let estimate = part["Original Estimate"].parse().unwrap_or(0.0);
            assert!((hours - estimate).abs() < 10.0, "{estimate} s are not {hours} s: {part:?}");
        }
        assert_eq!(whole["Original Estimate"], "", "the estimate stands once");
        let last = own.iter().map(|part| &part["Due Date"]).max().unwrap();
        assert_eq!(&whole["Due Date"], last);
        count += own.len();
    }
    assert_eq!(count, parts.len(), "every part has its whole");
}

/// The lines of a calendar without their folds.
fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n").map(str::to_owned).collect()
}

/// Summary and first day of every event.
fn events(stage: &Stage) -> Vec<(String, NaiveDate)> {
    let lines = unfolded(&stage.read("reports/2026-Q3/plan/plan.ics"));
    let mut found = Vec::new();
    let (mut summary, mut start, mut depth) = (String::new(), String::new(), 0);
    for line in &lines {
        match line.split_once(':').unwrap_or((line, "")) {
            ("BEGIN", "VEVENT") => {
                assert_eq!(depth, 0, "an event lies in no other");
                (summary, start, depth) = (String::new(), String::new(), 1);
            }
            ("BEGIN", "VALARM") => depth = 2,
            ("END", "VALARM") => depth = 1,
            ("END", "VEVENT") => {
                depth = 0;
                found.push((summary.clone(), NaiveDate::parse_from_str(&start[..8], "%Y%m%d").unwrap()));
            }
            ("SUMMARY", text) if depth == 1 => text.clone_into(&mut summary),
            (name, text) if depth == 1 && name.split(';').next() == Some("DTSTART") => text.clone_into(&mut start),
            _ => {}
        }
    }
    found
}

#[test]
fn the_calendar_has_an_event_for_every_stage_on_its_day() {
    let stage = set("[[plan.demand]]\ncapability = \"fax\"\nby = 2027-06-30\n");
    let report = run(&stage);
    let mut expected = Vec::new();
    for removal in list(&report["plan"], "removals") {
        for stage in list(removal, "stages") {
            let first = if stage["stage"] == "data-kept" { "until" } else { "from" };
            expected.push((removal["name"].as_str().unwrap(), day(stage[first].as_str().unwrap())));
        }
        if let Some(by) = removal["demanded_by"].as_str() {
            expected.push((removal["name"].as_str().unwrap(), day(by)));
        }
    }
    let found = events(&stage);
    assert_eq!(found.len(), expected.len());
    for ((summary, on), (name, day)) in found.iter().zip(&expected) {
        assert!(summary.starts_with(&format!("{name}: ")) && on == day, "{summary} on {on}, expected {name} on {day}");
    }
    let demanded: Vec<_> = found.iter().filter(|(summary, _)| summary == "Fax: must be gone by today").collect();
    assert_eq!(demanded, [&("Fax: must be gone by today".to_owned(), day("2027-06-30"))]);
}

#[test]
fn the_contacts_are_all_who_use_what_goes_and_their_letters_are_there() {
    let stage = company(&PLAIN);
    let report = run(&stage);
    let rows = table(&stage, "plan/contacts.csv");
    let found: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row["capability"].clone(), row["account"].clone())).collect();
    let used = PLAIN.capabilities.iter().zip(USERS);
    let used: BTreeSet<(String, String)> =
        used.flat_map(|((id, _), users)| users.iter().map(|n| ((*id).to_owned(), format!("a{n:02}")))).collect();
    assert_eq!(found, used);
    assert_eq!(rows.len(), used.len(), "nobody stands twice");
    for removal in list(&report["plan"], "removals") {
        let own: Vec<_> = rows.iter().filter(|row| removal["id"] == row["capability"].as_str()).collect();
        let of = |grade: &str| own.iter().filter(|row| row["grade"] == grade).count();
        let told = ["calls", "mails", "release_notes"].map(|key| removal[key].as_u64().unwrap());
        assert_eq!(told, ["call", "mail", "release-note"].map(of).map(|count| count as u64), "{removal}");
        assert_eq!(removal["accounts"].as_u64().unwrap(), told.iter().sum::<u64>());
        for row in own {
            let dates = [
                ("announced_on", "announced", "from"),
                ("closed_on", "closed-to-new-use", "from"),
                ("removed_on", "removed", "from"),
                ("data_kept_until", "data-kept", "until"),
            ];
            for (column, kind, end) in dates {
                assert_eq!(row[column], stage_day(removal, kind, end).unwrap_or_default(), "{column} of {row:?}");
            }
            assert!(stage.file("reports/2026-Q3").join(&row["letter"]).is_file(), "{row:?}");
        }
    }
}

#[test]
fn totals_of_the_plan_are_the_sums_of_their_parts() {
    let stage = company(&PLAIN);
    let plan = run(&stage)["plan"].clone();
    let removals = list(&plan, "removals");
    let sum = |of: &[&Value], key: &str| of.iter().map(|line| number(&line[key])).sum::<f64>();
    let all: Vec<&Value> = removals.iter().collect();
    same_money(sum(&all, "value"), number(&plan["search"]["objective"]), all.len());
    same_money(sum(&all, "arr_at_risk"), number(&plan["overall"]["arr_at_risk"]), all.len());
    // Accounts that several removals touch count once: in the contacts, which are written apart from the budgets.
    let contacts = table(&stage, "plan/contacts.csv");
    let touched = |ids: &[&str]| {
        let own = contacts.iter().filter(|row| ids.contains(&row["capability"].as_str()));
        own.map(|row| row["account"].as_str()).collect::<BTreeSet<_>>().len() as u64
    };
    let mut waves = 0;
    for wave in list(&plan, "waves") {
        let own: Vec<&Value> = removals.iter().filter(|of| of["wave"] == wave["wave"]).collect();
        let ids: Vec<&str> = own.iter().map(|of| of["id"].as_str().unwrap()).collect();
        assert_eq!(wave["removals"].as_u64().unwrap(), own.len() as u64, "{wave}");
        assert_eq!(wave["budget"]["accounts"].as_u64().unwrap(), touched(&ids), "{wave}");
        same_money(sum(&own, "arr_at_risk"), number(&wave["budget"]["arr_at_risk"]), own.len());
        assert!(number(&wave["budget"]["accounts"]) <= number(&wave["budget"]["accounts_limit"]), "{wave}");
        assert!(number(&wave["budget"]["arr_at_risk"]) <= number(&wave["budget"]["arr_limit"]), "{wave}");
        let on = own.iter().map(|of| day(stage_day(of, "removed", "from").unwrap()));
        let (from, until) = (day(wave["from"].as_str().unwrap()), day(wave["until"].as_str().unwrap()));
        assert!(on.clone().all(|on| (from..=until).contains(&on)), "{wave}");
        waves += own.len();
    }
    assert_eq!(waves, removals.len());
    let ids = texts(removals, "id");
    assert_eq!(plan["overall"]["accounts"].as_u64().unwrap(), touched(&ids));
    assert_eq!(touched(&ids), 6);
    assert!(touched(&ids) < removals.iter().map(|of| of["accounts"].as_u64().unwrap()).sum(), "some use two of them");
}

/// The hours of a removal fall evenly on its month and the two before it. Gives what each team works at most in a month.
fn hours_of_teams(plan: &Value) -> Vec<f64> {
    let teams = list(plan, "teams");
    assert_eq!(texts(teams, "team"), ["Core", "Field"]);
    let of = |team: &Value| {
        let own = list(plan, "removals").iter().filter(|of| of["team"] == team["team"]);
        let mut months: BTreeMap<i32, f64> = BTreeMap::new();
        for removal in own {
            let removed = day(stage_day(removal, "removed", "from").unwrap());
            let month = removed.year() * 12 + removed.month0().cast_signed();
            for at in month - 2..=month {
                *months.entry(at).or_default() += number(&removal["hours"]) / 3.0;
            }
        }
        let most = months.values().copied().fold(0.0, f64::max);
        let sum: f64 = months.values().sum();
        // Six digits are written.
        assert!((number(&team["most"]) - most).abs() < 0.01, "{most} in {team}");
        assert!((number(&team["sum"]) - sum).abs() < 0.01, "{sum} in {team}");
        assert!(most <= number(&team["limit"]) + 0.01, "{team}");
        most
    };
    teams.iter().map(of).collect()
}

#[test]
fn the_hours_of_a_team_in_a_month_are_those_of_its_removals() {
    let plan = run(&company(&PLAIN))["plan"].clone();
    let apart = hours_of_teams(&plan);
    // A fifth of what Core logs: 34 hours on 15 days of a month.
    let core = &list(&plan, "teams")[0];
    assert!((number(&core["limit"]) - 15.0 * 34.0 * 0.2).abs() < 0.01, "{core}");
    // Two removals of one team at once.
    let at_once = set("[plan.classes]\npager = \"user-interface\"\n[plan.team_hours]\nField = 1000\n");
    let together = hours_of_teams(&run(&at_once)["plan"]);
    assert!((together[1] - 2.0 * apart[1]).abs() < 0.01, "{apart:?} {together:?}");
}

/// Variables of the environment.
type Around<'a> = &'a [(&'a str, &'a str)];

/// The binary on one processor, where the system can do that: it takes as many threads as it may use processors.
fn on_one_processor() -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let first = allowed.and_then(|list| list.trim().split([',', '-']).next());
    let Some(first) = first else { return deadhead() };
    let alone = deadhead();
    let mut command = Command::new("taskset");
    command.args(["-c", first]).arg(alone.get_program());
    for (name, value) in alone.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

#[test]
fn the_plan_is_the_same_to_the_byte_whatever_the_machine_is_set_to() {
    let stage = company(&PLAIN);
    let made = |out: &str, with: fn() -> Command, around: &[(&str, &str)]| {
        let output = |arguments: &[&str]| {
            let output =
                with().args(arguments).envs(around.iter().copied()).current_dir(stage.path()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
            output.stdout
        };
        output(&["run", "--out", out]);
        (files(&stage.file(&format!("{out}/2026-Q3"))), output(&["plan"]))
    };
    let usual = [("TZ", "UTC"), ("LC_ALL", "C"), ("LANG", "C")];
    let first = made("first", deadhead, &usual);
    assert!(first.0.iter().any(|(path, _)| path == "plan/plan.ics"));
    let far = [("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")];
    let cases: [(fn() -> Command, Around); 4] = [
        (deadhead, &usual),
        (on_one_processor, &usual),
        (deadhead, &far),
        (on_one_processor, &[("TZ", "Pacific/Pago_Pago"), ("LC_ALL", "de_DE.UTF-8"), ("COLUMNS", "40")]),
    ];
    for (with, around) in cases {
        let again = made("again", with, around);
        assert_eq!(first.0.len(), again.0.len());
        for (first, again) in first.0.iter().zip(&again.0) {
            assert!(first == again, "{} and {} differ under {around:?}", first.0, again.0);
        }
        assert!(first.1 == again.1, "what is printed differs under {around:?}");
    }
}
