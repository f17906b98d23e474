//! The papers of the plan, seen from outside: what a user's templates may do, and what stands in the committed ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::stage::{Stage, files, printed};

/// A company whose configuration names a folder of templates, with one template in it.
fn with_template(name: &str, text: &str) -> Stage {
    let stage = Stage::company();
    stage.configure("[plan.papers]\ntemplates = \"letters\"");
    stage.write(&format!("letters/{name}"), text);
    stage
}

#[test]
fn a_wrong_template_ends_the_run_with_its_place_and_without_a_report() {
    for (name, text, said) in [
        ("mail.md.j2", "Hello\n{% if account %}", "letters/mail.md.j2:2: "),
        ("call.md.j2", "Hello\n\n{{ acount }}", "letters/call.md.j2:3: "),
        ("release-note.md.j2", "{{ account }}", "letters/release-note.md.j2:1: "),
        ("mail.md.j2", "{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}", "fuel"),
        ("male.md.j2", "Hello", "did you mean `mail.md.j2`?"),
    ] {
        let stage = with_template(name, text);
        let output = stage.run(&["run"]);
        let told = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(said), "{told}");
        assert!(!stage.file("reports").exists(), "{name}: no report is written");
    }
}

#[test]
fn a_right_template_and_other_files_beside_it_are_fine() {
    let stage = with_template("mail.md.j2", "Hello{% if account %} {{ account }}{% endif %}: {{ dates.removed }}");
    stage.write("letters/notes.txt", "{{ not a template");
    let output = stage.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
}

/// The plan of the committed report.
fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/fernwick-dispatch/2026-Q3/plan")
}

/// A table of the plan as its head and its rows.
fn table(name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = fs::read(committed().join(name)).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let texts = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let head = texts(reader.headers().unwrap());
    (head, reader.records().map(|row| texts(&row.unwrap())).collect())
}

#[test]
fn every_account_of_the_sample_has_a_letter_that_is_there() {
    let (head, rows) = table("contacts.csv");
    let column = |name: &str| head.iter().position(|head| head == name).unwrap();
    let (letter, account) = (column("letter"), column("account"));
    let there: BTreeSet<String> = files(&committed().join("letters")).into_iter().map(|(path, _)| path).collect();
    let named: BTreeSet<String> =
        rows.iter().map(|row| row[letter].trim_start_matches("plan/letters/").to_owned()).collect();
    assert!(!rows.is_empty());
    assert_eq!(named, there, "every letter has a reader, and every account a letter");
    assert!(rows.iter().all(|row| !row[account].is_empty()));
}

#[test]
fn the_tasks_of_the_sample_are_a_tree() {
    let (head, rows) = table("tasks.csv");
    let column = |name: &str| head.iter().position(|head| head == name).unwrap();
    let (id, parent, due) = (column("Work item ID"), column("Parent"), column("Due Date"));
    let mut known = BTreeSet::new();
    for row in &rows {
        assert!(row[parent].is_empty() || known.contains(&row[parent]), "{row:?}");
        assert!(known.insert(row[id].clone()), "{row:?}");
        assert!(row[due].parse::<chrono::NaiveDate>().is_ok(), "{row:?}");
    }
    assert!(rows.iter().any(|row| row[parent].is_empty()));
}

#[test]
fn the_letters_of_the_sample_name_no_account_but_their_own() {
    let (head, rows) = table("contacts.csv");
    let column = |name: &str| head.iter().position(|head| head == name).unwrap();
    let (letter, name, to) = (column("letter"), column("account_name"), column("letter_to"));
    let text = |path: &str| fs::read_to_string(committed().parent().unwrap().join(path)).unwrap();
    for row in rows.iter().filter(|row| row[to] == "account") {
        let text = text(&row[letter]);
        for other in rows.iter().filter(|other| other[name] != row[name] && !row[name].contains(&other[name])) {
            assert!(other[name].is_empty() || !text.contains(&other[name]), "{} names {}", row[letter], other[name]);
        }
    }
}
