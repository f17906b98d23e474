use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use regex::Regex;

use super::letters::inert;
use super::*;
use crate::ingest::TemplateText;
use crate::report::papers_fixture::papers;
use crate::report::{PaperFacts, example_facts};

fn built_in() -> Templates {
    Templates::new(Vec::new()).unwrap()
}

fn own(name: &'static str, text: &str) -> Result<Templates, ExportError> {
    Templates::new(vec![TemplateText { name, path: format!("letters/{name}"), text: text.to_owned() }])
}

fn written() -> BTreeMap<String, String> {
    let files = files(&papers(), &built_in()).unwrap();
    files.into_iter().map(|file| (file.path, String::from_utf8(file.bytes).unwrap())).collect()
}

/// Every text of a value.
fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(inert(text)),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

/// What is left of a letter without everything that its facts say.
fn unexplained(letter: &str, facts: &PaperFacts) -> String {
    let mut known = Vec::new();
    texts(&serde_json::to_value(facts).unwrap(), &mut known);
    known.extend([&facts.docs_url, &facts.successor_url].into_iter().flatten().cloned());
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    known.iter().filter(|text| !text.is_empty()).fold(letter.to_owned(), |left, text| left.replace(text.as_str(), "…"))
}

fn has_figure(text: &str) -> bool {
    let months = ["January", "February", "March", "April", "June", "July", "August", "October", "November", "December"];
    text.contains(|c: char| c.is_numeric() || c == '%') || months.iter().any(|month| text.contains(month))
}

#[test]
fn letters_contain_no_fact_that_is_not_in_the_data() {
    let (papers, templates) = (papers(), built_in());
    let mut looked_at = 0;
    for of in &papers.removals {
        for letter in &of.letters {
            let text = String::from_utf8(templates.letter(letter).unwrap()).unwrap();
            let left = unexplained(&text, &letter.facts);
            assert!(!has_figure(&left), "{left}");
            for other in of.letters.iter().filter(|other| other.to != letter.to) {
                let name = other.facts.account.as_deref().map(inert);
                // The hostile account and the hostile capability have one name.
                let name = name.filter(|name| *name != inert(&of.name));
                assert!(name.is_none_or(|name| !text.contains(&name)), "a letter names another account: {text}");
            }
            looked_at += 1;
        }
        let page = String::from_utf8(migration::bytes(of, &templates).unwrap()).unwrap();
        assert!(!has_figure(&unexplained(&page, &of.facts)), "{page}");
    }
    assert_eq!(looked_at, 9);
}

#[test]
fn the_test_above_can_fail() {
    let of = papers().removals.pop().unwrap();
    let templates = own("call.md.j2", "{{ capability }} goes on 3 May, {{ arr|default('') }}").unwrap_err();
    assert!(matches!(templates, ExportError::Template { .. }));
    let templates = own("call.md.j2", "{{ capability }} goes soon, 99 others agree").unwrap();
    let text = String::from_utf8(templates.letter(&of.letters[0]).unwrap()).unwrap();
    assert!(has_figure(&unexplained(&text, &of.letters[0].facts)));
}

#[test]
fn built_in_templates_state_no_figure_themselves() {
    for known in [true, false] {
        let mut facts = example_facts(known);
        if known {
            facts.replacement_used = Some(false);
        }
        for name in ["call.md.j2", "mail.md.j2", "release-note.md.j2", "migration.md.j2"] {
            let text = String::from_utf8(built_in().fill(name, &facts).unwrap()).unwrap();
            assert!(!has_figure(&unexplained(&text, &facts)), "{name}: {text}");
            assert!(!text.contains("\n\n\n") && !text.contains(" \n") && text.ends_with('\n'), "{name}: {text:?}");
            assert!(!text.contains("  ") && !text.contains(" .") && !text.contains(" ,"), "{name}: {text}");
        }
    }
}

#[test]
fn a_letter_reads_like_this() {
    let files = written();
    let names: Vec<&str> = files.keys().map(String::as_str).filter(|path| path.contains("/fax/")).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    let path = names.iter().find(|path| path.contains("/ACME-")).unwrap();
    assert_eq!(files[*path].split("# The letter to send after the call\n\n").nth(1).unwrap(), LETTER);
    let note = names.iter().find(|path| path.ends_with("/__other-accounts.md")).unwrap();
    assert_eq!(files[*note], NOTE);
}

const LETTER: &str = "**Subject:** Fax gateway will be removed on 2 November 2027

**To:** Acme Two

Hello,

on 2 November 2027 we will remove Fax gateway from our product. You use it, so this letter says what will happen when, what you can do instead, and whom to ask.

### What you use

From 1 July 2026 to 30 September 2026, you used Fax gateway on 19 days of the 61 on which you used our product (31\u{202f}%). The last time was 28 September 2026.

### What you can do instead

Messages API takes its place. You do not use it yet. It is described at <https://docs.marrowfield.example/api>.

How to move, step by step, is at <https://docs.marrowfield.example/out/fax>.

### What happens when

- 2 November 2026: announced.
- 2 November 2026: closed to those who do not use it yet. Nothing changes for you.
- 2 December 2026: whoever uses it sees a notice.
- 1 September 2027, 09:00 to 13:00 UTC: switched off for a trial, so that whatever still depends on it shows while there is time.
- 13 October 2027, 15:00 to 14 October 2027, 03:00 UTC: switched off for a trial, so that whatever still depends on it shows while there is time.
- 19 October 2027: it can be read and exported, and no longer changed.
- **2 November 2027: removed.**
- 31 January 2028: the last day on which we keep its data.

Up to 18 October 2027 the removal can still be called off. If it would stop your work, tell us before then.

### Why we do this

From 1 July 2026 to 30 September 2026, 22 of 400 customers used Fax gateway, and keeping it running took 312 hours of engineering. It brought 1\u{202f}041 contacts with support.

Without it there is one part fewer to keep working, secure and documented. Together with the other removals of our plan we expect that to free 123 hours of engineering in 2028-Q1 (in eight cases of ten 59 to 188) for the rest of the product.

### Whom to ask

Questions reach us at <help_desk@marrowfield.example>.

Marrowfield Logistics
";
const NOTE: &str = "# Fax gateway will be removed on 2 November 2027

On 2 November 2027 we will remove Fax gateway from our product. From 1 July 2026 to 30 September 2026, 22 of 400 customers used it, and keeping it running took 312 hours of engineering. Without it there is one part fewer to keep working, secure and documented.

Messages API takes its place. It is described at <https://docs.marrowfield.example/api>.

- 2 November 2026: announced.
- 2 November 2026: closed to those who do not use it yet.
- 2 December 2026: whoever uses it sees a notice.
- 1 September 2027, 09:00 to 13:00 UTC: switched off for a trial.
- 13 October 2027, 15:00 to 14 October 2027, 03:00 UTC: switched off for a trial.
- 19 October 2027: it can be read and exported, and no longer changed.
- **2 November 2027: removed.**
- 31 January 2028: the last day on which its data are kept.

Up to 18 October 2027 the removal can still be called off. If it would stop your work, tell us before then: <help_desk@marrowfield.example>.

How to move, step by step: <https://docs.marrowfield.example/out/fax>

Marrowfield Logistics
";

#[test]
fn every_paper_names_the_vendor_who_ends_it_and_promises_no_way_back() {
    let mut of = papers();
    let end = example_facts(true).vendor_end;
    for removal in &mut of.removals {
        let letters = removal.letters.iter_mut().map(|letter| &mut letter.facts);
        for facts in letters.chain([&mut removal.facts]) {
            (facts.vendor_end, facts.dates.way_back_until) = (end.clone(), None);
        }
    }
    let said = "On 1 March 2027 Vendor ends the interface that it rests on, and without that it cannot work.";
    let texts = files(&of, &built_in())
        .unwrap()
        .into_iter()
        .filter(|file| Path::new(&file.path).extension() == Some("md".as_ref()));
    let texts: Vec<String> = texts.map(|file| String::from_utf8(file.bytes).unwrap()).collect();
    assert!(
        texts.len() > 3 && texts.iter().all(|text| text.contains(said) && !text.contains("called off")),
        "{}",
        texts[0]
    );
}

#[test]
fn hostile_names_stay_inert() {
    let files = written();
    for (path, text) in files.iter().filter(|(path, _)| path.rsplit('.').next() == Some("md")) {
        assert!(path.is_ascii() && !path.contains("..") && path.split('/').all(|part| part.len() <= 100), "{path}");
        for markup in ["<script", "[x](http", "http://evil", " @all", "{{ 49", "\r"] {
            assert!(!text.contains(markup), "{path} contains {markup}: {text}");
        }
        assert_eq!(text.contains("script"), text.contains("{{ 7\\*7 }} {% raw %}"), "a name is no template: {path}");
        assert!(text.lines().all(|line| !line.starts_with("BEGIN:") && !line.starts_with('=')), "{path}");
    }
    assert!(files.values().any(|text| text.contains("\\[x\\](http\\://evil")), "the name is there all the same");
    let calendar = &files["plan/plan.ics"];
    assert_eq!(calendar.matches("\r\nBEGIN:VEVENT\r\n").count(), 14 + 1);
    for table in ["plan/tasks.csv", "plan/contacts.csv"] {
        let mut reader = csv::Reader::from_reader(files[table].as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
            }
        }
    }
    let paths: BTreeSet<String> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(paths.len(), files.len(), "no two paths differ by capitals alone");
}

#[test]
fn names_at_the_head_of_a_line_are_no_list_and_no_heading() {
    for (name, written) in [
        ("- item", "\\- item"),
        ("1. first", "1\\. first"),
        ("12)", "12\\)"),
        ("=====", "\\====="),
        ("+1", "\\+1"),
        ("1.5 tonnes", "1.5 tonnes"),
        ("# head", "\\#\u{2060} head"),
        ("a\nb", "a b"),
    ] {
        assert_eq!(inert(name), written);
    }
}

#[test]
fn a_broken_template_is_told_with_its_place() {
    for (text, line, said) in [
        ("Hello\n{% if account %}", 2, "unexpected end"),
        ("Hello\n\n{{ acount }}", 3, "acount"),
        ("{{ capability }}\n{{ owner }}", 2, "not known"),
        ("a\n{{ dates.gone }}", 2, "dates.gone"),
        ("a\n{% for a in range(9000) %}{% for b in range(9000) %}x{% endfor %}{% endfor %}", 2, "fuel"),
        ("a\n{% include 'mail.md.j2' %}", 2, ""),
        ("a\n{% include '/etc/passwd' %}", 2, "passwd"),
    ] {
        let error = own("mail.md.j2", text).unwrap_err();
        let told = error.to_string();
        assert!(told.starts_with(&format!("letters/mail.md.j2:{line}: ")) && told.contains(said), "{told}");
    }
}

#[test]
fn a_template_of_the_user_goes_before_the_built_in_one() {
    let templates = own("mail.md.j2", "{{ account|default(\"\") if account else \"all\" }}: {{ capability }}").unwrap();
    let of = papers().removals.pop().unwrap();
    let letter = of.letters.iter().find(|letter| letter.grade == crate::plan::ContactGrade::Mail).unwrap();
    assert_eq!(templates.letter(letter).unwrap(), b"Fifth: Fax gateway\n");
    let call = String::from_utf8(templates.letter(&of.letters[0]).unwrap()).unwrap();
    assert!(call.ends_with("# The letter to send after the call\n\nAcme Freight: Fax gateway\n"), "{call}");
}

#[test]
fn every_letter_has_a_path_and_every_account_a_letter() {
    let files = written();
    let mut reader = csv::Reader::from_reader(files["plan/contacts.csv"].as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 9, "every account that uses anything that is removed");
    for row in &rows {
        assert!(files.contains_key(&row["letter"]), "{row:?}");
        assert_eq!(row["letter_to"] == "segment", row["letter"].contains("/_"), "{row:?}");
    }
    let letters = files.keys().filter(|path| path.starts_with("plan/letters/")).count();
    assert_eq!(rows.iter().map(|row| &row["letter"]).collect::<BTreeSet<_>>().len(), letters);
    let acme = rows.iter().find(|row| row["account"] == "acme").unwrap();
    assert_eq!(
        (acme["arr"].as_str(), acme["users"].as_str(), acme["removed_on"].as_str()),
        ("10000.00", "5", "2027-11-02")
    );
    let fourth = rows.iter().find(|row| row["account"] == "a4").unwrap();
    assert_eq!((fourth["arr"].as_str(), fourth["segment"].as_str()), ("", ""));
}

#[test]
fn tasks_serve_both_importers() {
    let files = written();
    let mut reader = csv::Reader::from_reader(files["plan/tasks.csv"].as_bytes());
    let head = reader.headers().unwrap().clone();
    assert!(head.iter().all(|name| name.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')), "Jira wants no marks");
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 17);
    let mut seen = BTreeSet::new();
    for row in &rows {
        assert_eq!(row["Summary"], row["Title"]);
        assert!(!row["Summary"].is_empty() && row["Summary"].chars().count() <= 240 && !row["Summary"].contains('\n'));
        assert!(row["Due Date"].parse::<NaiveDate>().is_ok());
        assert!(["High", "Medium", "Low"].contains(&row["Priority"].as_str()));
        assert!(!row["Labels"].contains([' ', ',']) && row["Labels"].starts_with("remove-"));
        assert_eq!(row["Issue Type"] == "Epic", row["Parent"].is_empty());
        assert!(row["Parent"].is_empty() || seen.contains(&row["Parent"]), "a parent stands before its children");
        assert!(seen.insert(row["Work item ID"].clone()));
    }
    // 80.25 hours.
    let estimates: Vec<&str> =
        rows.iter().map(|row| row["Original Estimate"].as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(estimates, ["288900"; 3]);
    assert!(rows.iter().all(|row| !row["Description"].contains("script")), "descriptions hold no text of customers");
}

/// The content lines of the calendar, unfolded.
fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn the_calendar_keeps_to_its_grammar() {
    let files = written();
    let calendar = &files["plan/plan.ics"];
    assert!(calendar.ends_with("\r\n") && !calendar.replace("\r\n", "").contains(['\r', '\n']));
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "octets, not characters");
    let lines = unfolded(calendar);
    let of = |name: &str| -> Vec<&str> { lines.iter().filter_map(|line| line.strip_prefix(name)).collect() };
    let uids = of("UID:");
    assert_eq!(uids.iter().collect::<BTreeSet<_>>().len(), uids.len());
    assert!(uids.iter().any(|uid| uid.starts_with("fax-brownout-2@marrowfield-logistics-")), "{uids:?}");
    assert!(of("DTSTAMP:").iter().all(|stamp| *stamp == "20260930T000000Z"), "no clock");
    let days = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").unwrap();
    let starts: Vec<NaiveDate> = of("DTSTART;VALUE=DATE:").into_iter().map(days).collect();
    let ends: Vec<NaiveDate> = of("DTEND;VALUE=DATE:").into_iter().map(days).collect();
    assert!(starts.len() == 13 && starts.iter().zip(&ends).all(|(start, end)| end > start), "the end is the day after");
    assert!(
        lines.contains(&"DTSTART;VALUE=DATE:20271019".to_owned())
            && lines.contains(&"DTEND;VALUE=DATE:20271102".to_owned())
    );
    let moment = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").unwrap();
    let starts: Vec<NaiveDateTime> = of("DTSTART:").into_iter().map(moment).collect();
    let ends: Vec<NaiveDateTime> = of("DTEND:").into_iter().map(moment).collect();
    assert!(starts.len() == 2 && starts.iter().zip(&ends).all(|(start, end)| end > start));
    assert_eq!(of("TRIGGER:"), ["-P14D"; 6], "announced and removed, of three");
    assert_eq!(of("SEQUENCE:"), ["0"; 15]);
    assert!(lines.iter().any(|line| line.starts_with("SUMMARY:") && line.contains("\\, a\\;b\\\\n")), "{calendar}");
}

#[test]
fn headers_keep_to_the_grammars_of_the_rfcs() {
    let files = written();
    let document: serde_json::Value = serde_json::from_str(&files["plan/headers.json"]).unwrap();
    let interfaces = document["capabilities"].as_array().unwrap();
    assert_eq!(interfaces.len(), 2);
    // RFC 9651, 4.1.10: "@" and an integer of at most fifteen digits.
    let sf_date = Regex::new(r"^@-?[0-9]{1,15}$").unwrap();
    // RFC 9110, 5.6.7.
    let fixdate = Regex::new(
        r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$",
    )
    .unwrap();
    // RFC 8288, 3, of which a quoted relation is all that is used; the address as RFC 3986 spells it.
    let uri = r"<[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~-]*(%[0-9A-F]{2}[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~-]*)*>";
    let link = Regex::new(&format!(r#"^{uri}; rel="[a-z][a-z0-9.-]*"(, {uri}; rel="[a-z][a-z0-9.-]*")*$"#)).unwrap();
    let http = |text: &str| {
        assert!(fixdate.is_match(text), "{text}");
        // The parser refuses a weekday that is not that of the date.
        NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").unwrap().and_utc().timestamp()
    };
    for interface in interfaces {
        let header = |name: &str| {
            let headers = interface["headers"].as_array().unwrap();
            headers.iter().find(|header| header["name"] == name).unwrap()["value"].as_str().unwrap()
        };
        assert!(sf_date.is_match(header("Deprecation")));
        let deprecation: i64 = header("Deprecation")[1..].parse().unwrap();
        assert!(deprecation <= http(header("Sunset")), "RFC 9745: the sunset is not earlier than the deprecation");
        assert!(link.is_match(header("Link")), "{}", header("Link"));
        for brownout in interface["brownouts"].as_array().unwrap() {
            assert_eq!(brownout["status"], 503);
            http(brownout["headers"][0]["value"].as_str().unwrap());
        }
        assert_eq!(interface["removed"]["status"], 410);
    }
    let fax = interfaces.iter().find(|interface| interface["id"] == "fax").unwrap();
    // date -u -d 2026-11-02 +%s
    assert_eq!(fax["headers"][0]["value"], "@1793577600");
    assert_eq!(fax["headers"][1]["value"], "Tue, 02 Nov 2027 00:00:00 GMT");
    assert_eq!(
        fax["headers"][2]["value"],
        "<https://docs.marrowfield.example/out/fax>; rel=\"deprecation\", <https://docs.marrowfield.example/out/fax>; rel=\"sunset\", <https://docs.marrowfield.example/api>; rel=\"successor-version\""
    );
    assert_eq!(fax["send_from"], "2026-11-02T00:00:00Z");
    assert_eq!(fax["brownouts"][1]["from"], "2027-10-13T15:00:00Z");
    assert_eq!(fax["brownouts"][1]["headers"][0]["value"], "Thu, 14 Oct 2027 03:00:00 GMT");
}

#[test]
fn long_names_are_cut_where_importers_have_limits() {
    let mut papers = papers();
    for task in &mut papers.tasks {
        (task.title, task.component) = ("ä".repeat(9_000), "=".repeat(9_000));
    }
    for removal in &mut papers.removals {
        removal.name = "ä".repeat(9_000);
    }
    let files = files(&papers, &built_in()).unwrap();
    let of = |path: &str| files.iter().find(|file| file.path == path).unwrap().bytes.clone();
    for record in csv::Reader::from_reader(of("plan/tasks.csv").as_slice()).records() {
        assert!([3, 4, 9].iter().all(|&column| record.as_ref().unwrap()[column].chars().count() <= 255));
    }
    let calendar = String::from_utf8(of("plan/plan.ics")).unwrap();
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "octets of names beyond ASCII");
    assert!(unfolded(&calendar).iter().all(|line| line.chars().count() < 300));
}

#[test]
fn nothing_removed_nothing_written() {
    let empty = Papers { removals: Vec::new(), tasks: Vec::new(), ..papers() };
    assert_eq!(files(&empty, &built_in()).unwrap(), []);
}

#[test]
fn equal_papers_give_equal_bytes() {
    assert_eq!(files(&papers(), &built_in()).unwrap(), files(&papers(), &built_in()).unwrap());
}
