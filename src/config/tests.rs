use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// `line:column message | help` of every fault.
fn faults(text: &str) -> Vec<String> {
    let found = parse(text).expect_err("a faulty text");
    let help = |fault: &Fault| fault.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
    found.iter().map(|fault| format!("{}:{} {}{}", fault.line, fault.column, fault.message, help(fault))).collect()
}

#[test]
fn an_empty_file_is_the_defaults() {
    let settings = parse("").unwrap();
    assert!((settings.rule.rare_below - 0.10).abs() < 1e-12);
    assert_eq!(settings.guards.too_new_months, 6);
    assert!(settings.input.is_empty());
}

#[test]
fn what_is_written_wins_and_the_rest_stays() {
    let settings = parse(
        "as_of = 2026-09-30\n[rule]\nrare_below = 0.05\n[rates.team]\npayments = 110\n[[input]]\ntable = 'accounts'\npath = 'a.csv'\n",
    )
    .unwrap();
    assert_eq!(settings.as_of, "2026-09-30".parse().ok());
    assert!((settings.rule.rare_below - 0.05).abs() < 1e-12);
    assert!((settings.rule.disproportion_above - 1.0).abs() < 1e-12);
    assert!((settings.rates.team["payments"] - 110.0).abs() < 1e-12);
    assert_eq!(settings.input[0].on_error, OnError::Quarantine);
}

#[test]
fn each_fault_has_its_place_and_advice() {
    for (text, expected) in [
        ("[rule]\nrare_belw = 0.1\n", vec!["2:1 unknown key `rare_belw` in `rule` | did you mean `rare_below`?"]),
        (
            "[rule]\nzzz = 1\n",
            vec!["2:1 unknown key `zzz` in `rule` | known here: disproportion_above, material_share, rare_below"],
        ),
        ("[rule]\nrare_below = 10\n", vec!["2:14 `rule.rare_below` is 10, but must be between 0 and 1"]),
        ("[rule]\nrare_below = nan\n", vec!["2:14 `rule.rare_below` is nan, but must be between 0 and 1"]),
        ("seed = \"x\"\n", vec!["1:8 `seed` is a string, but must be a whole number"]),
        ("seed = -1\n", vec!["1:8 `seed` is -1, but must be at least 0"]),
        (
            "[[input]]\ntable = \"tickts\"\npath = \"a\"\n",
            vec![
                "2:9 `input.table` is \"tickts\", but must be one of \"usage_events\", \"usage_totals\", \"base_totals\", \"accounts\", \"tickets\", \"work_items\", \"charges\", \"catalogue\", \"commitments\" | did you mean \"tickets\"?",
            ],
        ),
        ("[[input]]\npath = \"a.csv\"\n", vec!["1:1 an [[input]] needs a `table`, or a `preset` that names one"]),
        ("[[input]]\ntable = \"accounts\"\n", vec!["1:1 `path` is missing in `input`"]),
        (
            "[[input]]\ntable = \"accounts\"\npath = \"a\"\ncolumns = { acount_id = \"Id\" }\n",
            vec!["4:13 `columns` names `acount_id`, which is no column of accounts | did you mean `account_id`?"],
        ),
        ("as_of = \"30.09.2026\"\n", vec!["1:9 `as_of` is \"30.09.2026\", but must be a day such as 2026-09-30"]),
        ("[fx]\nUSD = 0\n", vec!["2:7 the rate of `USD` must be above 0"]),
        ("rule = 3\n", vec!["1:8 `rule` is an integer, but must be a table"]),
    ] {
        assert_eq!(faults(text), expected, "{text}");
    }
}

#[test]
fn every_fault_is_reported_at_once() {
    let text = "currency = \"euro\"\nperiod = \"Q3\"\n[rule]\nrare_belw = 0.1\n[[map]]\nmatch = \"regex\"\npattern = \"(\"\ncapability = \"\"\n";
    let found = faults(text);
    let places: Vec<&str> = found.iter().map(|fault| fault.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["1:12", "2:10", "4:1", "7:11", "8:14"], "{found:#?}");
}

#[test]
fn broken_toml_says_where() {
    let found = faults("seed = 1\n[rule\nrare_below = 0.1\n");
    assert!(found[0].starts_with("2:"), "{found:?}");
}

#[test]
fn faults_are_shown_with_their_line() {
    let text = "[rule]\n  rare_belw = 0.1\n";
    let shown = render_faults("deadhead.toml", text, &parse(text).unwrap_err());
    let expected = "deadhead.toml:2:3: unknown key `rare_belw` in `rule`\n     2 |   rare_belw = 0.1\n       |   ^\n       = did you mean `rare_below`?\n";
    assert_eq!(shown, expected);
}

/// The reference must name every key that there is, and all defaults must be of the schema.
#[test]
fn the_reference_names_every_key() {
    fn keys(schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Object(fields) => {
                let properties = schema["properties"].as_object();
                found.extend(properties.into_iter().flatten().map(|(name, _)| name.clone()));
                fields.values().for_each(|field| keys(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    keys(&schema(), &mut found);
    assert!(found.len() > 50);
    for key in found {
        let named = DEFAULTS.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ', '[']);
            line.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with([' ', '=', ']', '.']))
        });
        assert!(named || DEFAULTS.contains(&format!(".{key}]")), "defaults.toml does not name `{key}`");
    }
    parse(DEFAULTS).unwrap();
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", key in "[a-z_.\\[\\]=\"' \n0-9-]{0,80}") {
        for text in [text, key] {
            if let Err(faults) = parse(&text) {
                prop_assert!(!render_faults("x", &text, &faults).is_empty());
            }
        }
    }
}
