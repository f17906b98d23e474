//! The company that the tests of the plan run on, and how they read what comes out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::stage::{Stage, files, printed};

/// A table: its rows by their cells.
pub type Rows = Vec<BTreeMap<String, String>>;

/// What a company calls things.
pub struct Names {
    /// Id and name of the capabilities that few accounts use.
    pub capabilities: [(&'static str, &'static str); 4],
    /// Names of the accounts that use them; the others are called by their number.
    pub accounts: [(usize, &'static str); 6],
    /// Id of the sixth account.
    pub account: &'static str,
    /// Name of the team of two of the capabilities.
    pub team: &'static str,
    pub segment: &'static str,
    pub owner: &'static str,
    pub company: &'static str,
}

pub const PLAIN: Names = Names {
    capabilities: [("fax", "Fax"), ("telex", "Telex"), ("pager", "Pager"), ("feed", "Feed")],
    accounts: [(1, "One"), (2, "Two"), (3, "Three"), (5, "Five"), (7, "Seven"), (9, "Nine")],
    account: "a05",
    team: "Field",
    segment: "large",
    owner: "Ann",
    company: "Small & Co",
};

/// Markup, formulas, templates, line breaks, ways out of a folder, text that runs from right to left, events of a calendar.
pub const HOSTILE: Names = Names {
    capabilities: [
        ("../../etc/fax", "<script>alert(1)</script>"),
        ("=cmd|calc", "=HYPERLINK(\"http://evil.example\")"),
        ("pa\u{202e}ger", "x\r\nBEGIN:VEVENT\r\nSUMMARY:owned\r\nEND:VEVENT"),
        ("{{ 7*7 }}", "{{ 7*7 }} {% raw %}"),
    ],
    accounts: [
        (1, "+1 <img src=x onerror=alert(1)>"),
        (2, "@SUM(A1)\r\nBEGIN:VEVENT"),
        (3, "-2+3"),
        (5, "../../escape"),
        (7, "\u{202e}gnp.exe {{ 7*7 }}"),
        (9, "[x](javascript:alert(1)) | --- |"),
    ],
    account: "../../a05",
    team: "=Field {{ 7*7 }}",
    segment: "=seg\"><b>../..",
    owner: "@Ann <b>{{ 7*7 }}",
    company: "Small & <Co>\u{202e}",
};

/// Accounts that use each of the capabilities that few use, in the order of the names.
pub const USERS: [&[usize]; 4] = [&[1, 2], &[2, 3, 5], &[7], &[2, 9]];

pub const INPUTS: [&str; 5] = ["usage_events", "accounts", "catalogue", "work_items", "tickets"];

fn csv_text(head: &str, rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head.split(',')).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A row of texts.
macro_rules! row {
    ($($cell:expr),+ $(,)?) => { vec![$($cell.to_string()),+] };
}

/// A hundred accounts of equal worth use `search`; four other capabilities have a few users and take as much work. Two teams log hours,
/// one capability has no owner and is called by programs of customers.
pub fn company(names: &Names) -> Stage {
    let stage = Stage::empty();
    let id = |n: usize| if n == 5 { names.account.to_owned() } else { format!("a{n:02}") };
    let (mut accounts, mut usage) = (Vec::new(), Vec::new());
    for n in 0..100 {
        let name =
            names.accounts.iter().find(|(of, _)| *of == n).map_or(format!("No. {n}"), |(_, name)| (*name).to_owned());
        let segment = if n % 2 == 0 { names.segment } else { "small" };
        let renews = format!("2027-05-{:02}", n % 28 + 1);
        accounts.push(row![id(n), name, segment, names.owner, 20_000, "2024-01-01", renews]);
        for (month, day) in (4..=9).flat_map(|month| [3, 14, 28].map(|day| (month, day))) {
            usage.push(row![format!("2026-{month:02}-{day:02}T10:00:00Z"), id(n), "search", format!("u{n}")]);
        }
    }
    for ((capability, _), users) in names.capabilities.iter().zip(USERS) {
        for (n, month) in users.iter().flat_map(|n| [4, 8, 9].map(|month| (*n, month))) {
            usage.push(row![format!("2026-{month:02}-03T10:00:00Z"), id(n), capability, format!("u{n}")]);
        }
    }
    let [fax, telex, pager, feed] = names.capabilities;
    let catalogue = [
        row!["search", "Search", "feature", "Core", "2020-01-01", ""],
        row![fax.0, fax.1, "feature", "Core", "2020-01-01", ""],
        row![telex.0, telex.1, "feature", names.team, "2020-01-01", ""],
        row![pager.0, pager.1, "integration", names.team, "2020-01-01", ""],
        row![feed.0, feed.1, "feature", "", "2020-01-01", "true"],
    ];
    let of_work = [
        ("search", "Core", 20),
        (fax.0, "Core", 14),
        (telex.0, names.team, 10),
        (pager.0, names.team, 12),
        (feed.0, names.team, 11),
    ];
    let (mut work, mut tickets) = (Vec::new(), Vec::new());
    for (month, day) in (1..=9).flat_map(|month| (5..20).map(move |day| (month, day))) {
        for (component, team, hours) in of_work {
            work.push(row![
                format!("w{}", work.len()),
                format!("2026-{month:02}-{day:02}"),
                component,
                team,
                hours,
                "maintain"
            ]);
        }
    }
    for n in 0..60 {
        let component = of_work[n % 5].0;
        tickets.push(row![format!("t{n}"), format!("2026-08-{:02}T09:00:00Z", n % 28 + 1), "a01", component, 30]);
    }
    stage.write("accounts.csv", &csv_text("account_id,name,segment,owner,arr,started_on,renews_on", &accounts));
    stage.write("usage_events.csv", &csv_text("ts,account_id,capability,user_id", &usage));
    stage.write("catalogue.csv", &csv_text("id,name,kind,owner,launched_on,public_api", &catalogue));
    stage.write("work_items.csv", &csv_text("work_id,worked_on,component,team,hours,kind", &work));
    stage.write("tickets.csv", &csv_text("ticket_id,opened_at,account_id,component,handle_minutes", &tickets));
    configure(&stage, names.company, &INPUTS, "");
    stage
}

pub fn configure(stage: &Stage, company: &str, inputs: &[&str], added: &str) {
    let company = serde_json::to_string(company).unwrap();
    let mut text =
        format!("company = {company}\nas_of = 2026-09-30\nperiod = \"2026-Q3\"\noutput = {{ png = false }}\n{added}\n");
    for input in inputs {
        writeln!(text, "[[input]]\ntable = \"{input}\"\npath = \"{input}.csv\"").unwrap();
    }
    stage.write("deadhead.toml", &text);
}

/// The usual company with something added to its settings.
pub fn set(added: &str) -> Stage {
    let stage = company(&PLAIN);
    configure(&stage, PLAIN.company, &INPUTS, added);
    stage
}

pub fn run(stage: &Stage) -> Value {
    let output = stage.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    serde_json::from_str(&stage.read("reports/2026-Q3/report.json")).unwrap()
}

/// What `deadhead plan` prints for people and for programs; it ends with 0 and writes nothing.
pub fn planned(stage: &Stage) -> (String, Value) {
    let before = files(stage.path());
    let [human, json] = ["human", "json"].map(|format| {
        let output = stage.run(&["plan", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        String::from_utf8(output.stdout).unwrap()
    });
    assert!(files(stage.path()) == before, "`plan` writes nothing");
    (human, serde_json::from_str::<Value>(&json).unwrap()["plan"].clone())
}

pub fn table(stage: &Stage, name: &str) -> Rows {
    let text = stage.read(&format!("reports/2026-Q3/{name}"));
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(Result::unwrap).collect()
}

pub fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().unwrap_or_else(|| panic!("no {key} in {of}"))
}

pub fn texts<'a>(of: &'a [Value], key: &str) -> Vec<&'a str> {
    of.iter().map(|line| line[key].as_str().unwrap()).collect()
}

pub fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("{of} is no number"))
}

pub fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
