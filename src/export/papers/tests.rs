use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use regex::Regex;

use super::*;
use crate::plan::{ContactGrade, StageKind};
use crate::report::{About, ContactPaper, Letter, PaperStage};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn letter(to: &str, grade: ContactGrade) -> Letter {
    Letter {
        id: to.into(),
        is_personal: true,
        grade,
        to: to.into(),
        signed_by: "Ines Falk".into(),
        accounts: 1,
        active_days: "17 days".into(),
        users: "4 users".into(),
        sole_users: "2".into(),
        dependence: "23 %".into(),
        last_use: "28 September 2026".into(),
        already: false,
        reason: "a key account".into(),
        period: "2026-Q3".into(),
    }
}

/// One public interface with two brownouts, one account, and everything known.
fn papers(name: &str, account: &str) -> Papers {
    let stage = |kind, from: &str| PaperStage { kind, from: day(from), until: day(from), window: None };
    let brownout = |from: &str, until: &str| {
        let window: (NaiveDateTime, NaiveDateTime) = (from.parse().unwrap(), until.parse().unwrap());
        PaperStage { kind: StageKind::Brownout, from: window.0.date(), until: window.0.date(), window: Some(window) }
    };
    let about = About {
        name: name.into(),
        class: "public API".into(),
        replacement: "Exports v2".into(),
        adoption: "3.1 %".into(),
        announced: "10 November 2026".into(),
        removed: "9 November 2027".into(),
        brownouts: vec!["28 September 2027, 09:00 to 10:00 UTC".into()],
        data_kept: "7 February 2028".into(),
        docs_url: "https://docs.example.com/ends/old-export".into(),
        successor_url: "https://docs.example.com/exports-v2".into(),
        company: "Example".into(),
        ..About::default()
    };
    let contact = ContactPaper {
        account: account.into(),
        name: Some(account.into()),
        segment: None,
        owner: None,
        grade: ContactGrade::Call,
        reason: "a key account".into(),
        active_days: 17,
        dependence: Some(0.23),
        last_use: day("2026-09-28"),
        letter: 0,
    };
    let note =
        Letter { is_personal: false, grade: ContactGrade::ReleaseNote, ..letter("Mid-Market", ContactGrade::Call) };
    Papers {
        company: "Example & Sons".into(),
        as_of: day("2026-09-30"),
        removals: vec![PaperRemoval {
            id: "old-export".into(),
            about,
            stages: vec![
                stage(StageKind::Announced, "2026-11-10"),
                brownout("2027-09-28T09:00:00", "2027-09-28T10:00:00"),
                brownout("2027-10-26T23:00:00", "2027-10-27T03:00:00"),
                stage(StageKind::Removed, "2027-11-09"),
                PaperStage { until: day("2028-02-07"), ..stage(StageKind::DataKept, "2027-11-09") },
            ],
            is_public_api: true,
            team: "Core".into(),
            seconds: 360_000,
            letters: vec![letter(account, ContactGrade::Call), letter("b", ContactGrade::Mail), note],
            contacts: vec![contact],
        }],
    }
}

fn is(path: &str, ending: &str) -> bool {
    path.rsplit('.').next() == Some(ending)
}

fn rendered(papers: &Papers) -> BTreeMap<String, String> {
    let templates = Templates::new(BTreeMap::new()).unwrap();
    let files = files(papers, &templates).unwrap();
    files.into_iter().map(|file| (file.path, String::from_utf8(file.bytes).unwrap())).collect()
}

#[test]
fn every_paper_has_its_place_and_the_same_bytes() {
    let papers = papers("Old export", "Acme");
    let files = rendered(&papers);
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "plan/contacts.csv",
            "plan/headers.json",
            "plan/letters/old-export/account-Acme.md",
            "plan/letters/old-export/account-b.md",
            "plan/letters/old-export/release-note-Mid-Market.md",
            "plan/migration/old-export.md",
            "plan/plan.ics",
            "plan/tasks.csv",
        ]
    );
    assert!(files == rendered(&papers), "the same plan gives other bytes");
    assert!(rendered(&Papers::default()).is_empty());
}

#[test]
fn a_letter_says_what_is_known_and_nothing_else() {
    let papers = papers("Old export", "Acme");
    let (about, letter) = (&papers.removals[0].about, &papers.removals[0].letters[0]);
    let files = rendered(&papers);
    let text = &files["plan/letters/old-export/account-Acme.md"];
    for part in
        ["Hello Acme", "17 days", "4 users", "28 September 2026", "9 November 2027", "Exports v2", "3.1 %", "Ines Falk"]
    {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    // Every number comes from the value that the letter is made from.
    let known = format!("{about:?} {letter:?}");
    let numbers = Regex::new(r"\d[\d.:]*").unwrap();
    for (path, text) in files.iter().filter(|(path, _)| is(path, "md")) {
        for number in numbers.find_iter(text) {
            let number = number.as_str().trim_end_matches(['.', ':']);
            assert!(known.contains(number), "{path} says {number}");
        }
    }
    // What is not known leaves no trace.
    let mut unknown = papers.clone();
    unknown.removals[0].about =
        About { name: "Old export".into(), removed: "9 November 2027".into(), ..About::default() };
    let bare = Letter { users: String::new(), sole_users: String::new(), dependence: String::new(), ..letter.clone() };
    unknown.removals[0].letters[0] = bare;
    let text = &rendered(&unknown)["plan/letters/old-export/account-Acme.md"];
    for part in ["Exports", "http", "users", "%", "this notice", "None", "Why."] {
        assert!(!text.contains(part), "{part} stands in:\n{text}");
    }
}

#[test]
fn hostile_names_are_inert_everywhere() {
    for hostile in [
        "<script>alert(1)</script>",
        "=HYPERLINK(\"http://x\")",
        "{{ 7 * 7 }}{% for x in y %}",
        "a\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "../../etc/passwd",
        "[click](https://evil.example)",
        "# head\n\n* list",
        "\u{202e}gnp.exe",
        "con",
    ] {
        let files = rendered(&papers(hostile, hostile));
        for (path, text) in &files {
            assert!(!path.contains("..") && path.chars().all(|c| c.is_ascii_graphic()), "{path}");
            if is(path, "md") {
                for markup in ["<script", "](https://evil", "49", "\n# head", "\n* list", "\u{202e}"] {
                    assert!(!text.contains(markup), "{markup} stands in {path}:\n{text}");
                }
            }
            if is(path, "csv") {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                {
                    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{path}: {cell}");
                }
            }
        }
        assert_eq!(files["plan/plan.ics"].matches("BEGIN:VEVENT\r\n").count(), 5, "{hostile}");
    }
}

#[test]
fn the_calendar_keeps_to_its_rules() {
    let text = &rendered(&papers(
        "Ältere Ausfuhr; mit, Zeichen \\ und einem sehr langen Namen, der gefaltet wird",
        "Acme",
    ))["plan/plan.ics"];
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let unfolded = text.replace("\r\n ", "");
    let uids: std::collections::BTreeSet<&str> = unfolded.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(uids.len(), 7, "five events and two reminders");
    // No clock: every stamp is the day of the report.
    let stamps: Vec<&str> = unfolded.lines().filter(|line| line.starts_with("DTSTAMP")).collect();
    assert!(stamps.len() >= 5 && stamps.iter().all(|stamp| *stamp == "DTSTAMP:20260930T000000Z"), "{stamps:?}");
    assert!(unfolded.contains("DTSTART;VALUE=DATE:20271109\r\n") && unfolded.contains("DTEND;VALUE=DATE:20280208\r\n"));
    assert!(unfolded.contains("DTSTART:20271026T230000Z\r\n") && unfolded.contains("DTEND:20271027T030000Z\r\n"));
    assert!(unfolded.contains("Ausfuhr\\; mit\\, Zeichen \\\\ und"));
}

#[test]
fn headers_follow_their_grammars() {
    let text = &rendered(&papers("Old export", "Acme"))["plan/headers.json"];
    let headers: serde_json::Value = serde_json::from_str(text).unwrap();
    let of = &headers["interfaces"][0];
    let field = |name: &str| of["headers"][name].as_str().unwrap().to_owned();
    // RFC 9651, sf-date; RFC 9110, IMF-fixdate; RFC 8288, link-value.
    let date = r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$";
    for (value, grammar) in [
        (field("Deprecation"), r"^@-?\d{1,15}$"),
        (field("Sunset"), date),
        (of["brownouts"][0]["retry_after"].as_str().unwrap().to_owned(), date),
        (field("Link"), r#"^<[^<>"\s]+>; rel="[a-z-]+"(, <[^<>"\s]+>; rel="[a-z-]+")*$"#),
    ] {
        let grammar = Regex::new(grammar);
        assert!(grammar.unwrap().is_match(&value), "{value}");
    }
    // 10 November 2026 at midnight, and the Tuesday a year later.
    assert_eq!((field("Deprecation"), field("Sunset")), ("@1794268800".into(), "Tue, 09 Nov 2027 00:00:00 GMT".into()));
    assert_eq!(of["brownouts"][1]["until"], "2027-10-27T03:00:00Z");
    // What is no public interface has none; an address that could break out is none.
    let mut private = papers("Old export", "Acme");
    private.removals[0].about.docs_url = "https://x>; rel=\"evil".into();
    let text = rendered(&private)["plan/headers.json"].clone();
    assert!(!text.contains("evil") && text.contains("successor-version"), "{text}");
    private.removals[0].is_public_api = false;
    assert!(rendered(&private)["plan/headers.json"].contains("\"interfaces\": []"));
}

#[test]
fn a_user_may_write_the_templates() {
    let own = |text: &str| BTreeMap::from([("mail.md".to_owned(), text.to_owned())]);
    let papers = papers("Old export", "Acme");
    let templates = Templates::new(own("Dear {{ to }}, {{ name }} goes.")).unwrap();
    let made = files(&papers, &templates).unwrap();
    let mail = made.iter().find(|file| file.path.ends_with("account-b.md")).unwrap();
    assert_eq!(mail.bytes, b"Dear b, Old export goes.\n");
    let broken = Templates::new(own("line one\n{% if %}")).unwrap_err().to_string();
    assert!(broken.contains("mail.md") && broken.contains("mail.md:2"), "{broken}");
    for runaway in
        ["{{ nothing }}", "{% for x in range(100000) %}{% for y in range(100000) %}.{% endfor %}{% endfor %}"]
    {
        assert!(files(&papers, &Templates::new(own(runaway)).unwrap()).is_err(), "{runaway}");
    }
}
