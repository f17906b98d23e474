//! Settings and templates that are wrong: the code, and what is named.

use super::company::{HOSTILE, INPUTS, PLAIN, company, configure, set};
use crate::stage::printed;

#[test]
fn wrong_settings_of_the_plan_end_every_command_with_2_and_are_named_with_their_place() {
    for (added, named) in [
        ("[plan]\nnotice = \"generous\"", "deadhead.toml:6:10: `plan.notice` is `generous`"),
        ("[plan]\nholidays = [\"13-40..01-04\"]", "deadhead.toml:6:13: `plan.holidays` holds `13-40..01-04`"),
        ("[plan]\nholidays = [\"02-30..03-01\"]", "deadhead.toml:6:13: `plan.holidays` holds `02-30..03-01`"),
        (
            "[[plan.blackout]]\nfrom = 2026-12-01\nto = 2026-11-01",
            "`plan.blackout` begins on 2026-12-01, after its end",
        ),
        ("[plan]\nmonths = 0", "`plan.months` is 0, must be between 1 and 60"),
        ("[plan]\naccounts_per_wave = 10", "`plan.accounts_per_wave` is 10, must be between 0 and 1"),
        ("[plan]\ngap = 0.6", "`plan.gap` is 0.6, must be between 0 and 0.5"),
        ("[plan]\ndecide_days = 4000000000", "`plan.decide_days` is 4000000000, must be between 0 and 3650"),
        ("[plan.team_hours]\nCore = -8", "`plan.team_hours.Core` is -8, must be at least 0"),
        ("[plan.team_hours]\nCore = nan", "`plan.team_hours.Core` is nan, expected a finite number"),
        ("[plan.classes]\nfax = \"betta\"", "did you mean `beta`?"),
        ("[plan.notice_months]\nbeta = 121", "`plan.notice_months.beta` is 121, must be between 0 and 120"),
        ("[[plan.demand]]\ncapability = \"\"\nby = 2027-01-01", "`plan.demand.capability` is empty"),
        ("[[plan.demand]]\ncapability = \"fax\"\nby = 2027-02-30", "not valid TOML"),
        ("[plan]\nnotise = \"standard\"", "did you mean `notice`?"),
    ] {
        let stage = set(added);
        for command in ["plan", "run", "check"] {
            let output = stage.run(&[command]);
            let text = printed(&output);
            assert_eq!(output.status.code(), Some(2), "{command}, {added}: {text}");
            assert!(text.contains(named) && text.contains("deadhead.toml:"), "{command}, {added}: {text}");
            assert!(output.stdout.is_empty(), "{command}, {added}: {text}");
        }
        assert!(!stage.file("reports").exists(), "{added}");
    }
}

#[test]
fn wrong_settings_of_the_command_line_are_named_without_a_place() {
    let stage = set("");
    let output = stage.run(&["plan", "--set", "plan.gap=0.6"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("`plan.gap` is 0.6") && !text.contains("deadhead.toml:"), "{text}");
}

#[test]
fn templates_that_do_not_parse_or_name_what_there_is_not_or_do_not_end_are_named_with_file_and_line() {
    let grows = "{% set n = namespace(x = 'aaaaaaaa') %}\n{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}";
    for (name, text, place) in [
        ("mail.md.j2", "Hello\n{% if account %}", "letters/mail.md.j2:2: "),
        ("mail.md.j2", "Hello\n\n{{ 1 + }}", "letters/mail.md.j2:3: "),
        ("call.md.j2", "Hello\n\n{{ acount }}", "letters/call.md.j2:3: "),
        ("release-note.md.j2", "a\n{{ dates.gone }}", "letters/release-note.md.j2:2: "),
        ("migration.md.j2", "a\n{{ owner }}", "letters/migration.md.j2:2: "),
        (
            "mail.md.j2",
            "a\n{% for a in range(9000) %}{% for b in range(9000) %}x{% endfor %}{% endfor %}",
            "letters/mail.md.j2:2: ",
        ),
        ("mail.md.j2", "{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", "letters/mail.md.j2:"),
        ("mail.md.j2", "a\n{% include \"mail.md.j2\" %}", "letters/mail.md.j2:2: "),
        ("mail.md.j2", "a\n{% include \"../deadhead.toml\" %}", "letters/mail.md.j2:2: "),
        ("mail.md.j2", "a\n{{ 'x' * 100000000000 }}", "letters/mail.md.j2:2: "),
        ("mail.md.j2", grows, "letters/mail.md.j2:2: "),
    ] {
        let stage = set("[plan.papers]\ntemplates = \"letters\"");
        stage.write(&format!("letters/{name}"), text);
        let start = std::time::Instant::now();
        let output = stage.run(&["run"]);
        let told = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {told}");
        assert!(told.contains(place), "{text}: {told}");
        assert!(start.elapsed().as_secs() < 60, "{text} takes {:?}", start.elapsed());
        assert!(!stage.file("reports").exists(), "{text}: no report is written");
    }
}

#[test]
fn a_folder_of_templates_that_is_none_is_named() {
    let stage = set("[plan.papers]\ntemplates = \"nowhere\"");
    let output = stage.run(&["run"]);
    let told = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("plan.papers.templates") && told.contains("nowhere"), "{told}");
    stage.write_bytes("nowhere/mail.md.j2", b"a\xff\xfe");
    let output = stage.run(&["run"]);
    let told = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("nowhere/mail.md.j2"), "{told}");
}

/// A template that is right is what every letter of its kind is written with, and names stay text in it.
#[test]
fn a_template_that_is_right_is_used_and_names_in_it_are_no_template() {
    for names in [&PLAIN, &HOSTILE] {
        let stage = company(names);
        configure(&stage, names.company, &INPUTS, "[plan.papers]\ntemplates = \"letters\"");
        stage.write(
            "letters/call.md.j2",
            "MINE {{ capability }}{% if account %} to {{ account }}{% endif %}, {{ 6 * 7 }}\n",
        );
        let output = stage.run(&["run"]);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        let letters = crate::stage::files(&stage.file("reports/2026-Q3/plan/letters"));
        assert_eq!(letters.len(), 8, "every account is called");
        for (path, bytes) in letters {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("MINE ") && text.ends_with(", 42\n"), "{path}: {text}");
            assert!(text.lines().count() == 1 && !text.contains("49"), "{path}: {text}");
        }
    }
}
