//! `deadhead plan --lint` from outside: codes, words, JSON, and files that are no plans.

use serde_json::Value;

use crate::stage::{Stage, printed};

/// Half a year's notice of an integration, with brownouts, on days that are open by default.
const CLEAN: &str = "capability,stage,from,class,starts_at,ends_at
old-export,announced,2027-01-12,integration,,
old-export,brownout,2027-06-15,integration,2027-06-15T09:00:00Z,2027-06-15T12:00:00Z
old-export,brownout,2027-07-13,integration,2027-07-13T15:00:00Z,2027-07-13T21:00:00Z
old-export,removed,2027-07-27,integration,,
";

/// What the linter says of some bytes, without a configuration.
fn lint(bytes: &[u8], more: &[&str]) -> (i32, String, String) {
    let stage = Stage::empty();
    stage.write_bytes("plan.csv", bytes);
    judged(&stage, "plan.csv", more)
}

/// Code, what was printed, and what was said beside it.
fn judged(stage: &Stage, file: &str, more: &[&str]) -> (i32, String, String) {
    let output = stage.run(&[&["plan", "--lint", file], more].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(!printed(&output).contains("panicked"), "{}", printed(&output));
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_clean_plan_is_0_and_says_so() {
    let (code, said, beside) = lint(CLEAN.as_bytes(), &[]);
    assert_eq!((code, beside.as_str()), (0, ""), "{said}");
    assert!(said.starts_with("1 removal with 4 stages read\n") && said.ends_with("\nclean\n"), "{said}");
    assert!(said.contains("not judged: dependents, which wants catalogue\n"), "{said}");
}

#[test]
fn errors_are_4_and_warnings_alone_are_0() {
    let (code, said, _) = lint(CLEAN.replace("2027-01-12", "2027-07-12").as_bytes(), &[]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("error[short-notice] old-export: Announced on 2027-07-12 and gone on 2027-07-27: 15 days"),
        "{said}"
    );
    assert!(said.contains("error[stages-out-of-order] old-export: "), "{said}");
    assert!(!said.contains("clean"), "{said}");

    // A closed day is a warning where something is said, and an error where it stops to work.
    let closed = |day: &str| lint(CLEAN.as_bytes(), &["--set", &format!("plan.holidays=[\"{day}..{day}\"]")]);
    let (code, said, _) = closed("01-12");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("warning[closed-day] old-export: The stage announced begins on 2027-01-12"), "{said}");
    let (code, said, _) = closed("07-13");
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("error[closed-day] old-export: The stage brownout begins on 2027-07-13"), "{said}");
}

#[test]
fn the_deadline_and_the_replacement_of_the_plan_are_held_against_it() {
    let plan = "capability,name,stage,from,replacement,demanded_by
old,Old,announced,2027-01-12,New,2027-07-12
old,Old,removed,2027-07-13,New,2027-07-12
new,New,announced,2027-01-12,,
new,New,removed,2027-08-12,,
";
    let (code, said, _) = lint(plan.as_bytes(), &[]);
    assert_eq!(code, 4, "{said}");
    let found: Vec<&str> = said.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        found,
        [
            "error[vendor-deadline] old: It is gone on 2027-07-13, and the plan says that it must go by 2027-07-12.",
            "error[replacement-removed] old: Its users are to move to New, which is gone itself on 2027-08-12.",
        ]
    );
}

#[test]
fn what_is_no_plan_is_2_with_every_fault_at_its_place() {
    let wrong =
        "capability,stage,from,class\nold,retired,31.3.2027,\nold,announced,2027-01-12,secret\nold,gone,2027-02-30,\n";
    let (code, said, beside) = lint(wrong.as_bytes(), &[]);
    assert_eq!((code, said.as_str()), (2, ""), "{beside}");
    let lines: Vec<&str> = beside.lines().collect();
    assert_eq!(lines.len(), 5, "{beside}");
    for (line, what) in lines.iter().zip([
        "plan.csv:2:2: `stage` is `retired`, expected decided, announced,",
        "plan.csv:2:3: `from` is `31.3.2027`, expected a day as 2027-03-31",
        "plan.csv:3:4: `class` is `secret`, expected internal,",
        "plan.csv:4:2: `stage` is `gone`, expected",
        "plan.csv:4:3: `from` is `2027-02-30`, expected",
    ]) {
        assert!(line.contains(what), "{line}");
    }
    let stage = Stage::empty();
    assert_eq!(judged(&stage, "nowhere.csv", &[]).0, 2);
    // A configuration that is named and not there is no leave to judge by the dates alone.
    stage.write("plan.csv", CLEAN);
    assert_eq!(judged(&stage, "plan.csv", &[]).0, 0);
    let (code, said, beside) = judged(&stage, "plan.csv", &["elsewhere"]);
    assert_eq!((code, said.as_str()), (2, ""), "{beside}");
}

#[test]
fn files_of_every_kind_end_with_the_documented_code() {
    let head = "capability,stage,from\n";
    let wide: Vec<u8> = CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let cases: [(&str, Vec<u8>, i32); 14] = [
        ("empty", Vec::new(), 2),
        ("one line end", b"\n".to_vec(), 2),
        ("binary", binary.clone(), 2),
        ("binary below a head", [head.as_bytes(), &binary].concat(), 2),
        ("UTF-16", wide, 2),
        ("a quote that nothing closes", format!("{head}\"old,removed,2027-01-12\n").into(), 2),
        ("a field of a megabyte", format!("{head}{},removed,2027-01-12\n", "x".repeat(1 << 20)).into(), 2),
        ("a day beyond all plans", format!("{head}old,announced,2027-01-12\nold,removed,+262142-12-31\n").into(), 2),
        ("a head alone", head.into(), 0),
        (
            "two heads",
            CLEAN.replacen("ends_at\n", "ends_at\ncapability,stage,from,class,starts_at,ends_at\n", 1).into(),
            0,
        ),
        ("byte-order mark", format!("\u{feff}{CLEAN}").into(), 0),
        ("CRLF", CLEAN.replace('\n', "\r\n").into(), 0),
        ("semicolons", CLEAN.replace(',', ";").into(), 0),
        ("no last line end", CLEAN.trim_end().into(), 0),
    ];
    for (name, bytes, expected) in cases {
        let (code, said, beside) = lint(&bytes, &[]);
        assert_eq!(code, expected, "{name}: {said}{beside}");
        assert!(said.len() + beside.len() < 200_000, "{name}: {} bytes are said", said.len() + beside.len());
    }
}

#[test]
fn names_steer_no_terminal_and_forge_no_line() {
    let plan =
        "capability,stage,from,\u{1b}]0;head\u{7}\n\"old\u{1b}[31m\u{202e}\nerror[forged] x: y\",removed,2027-01-12,\n";
    let (code, said, _) = lint(plan.as_bytes(), &[]);
    assert_eq!(code, 4, "{said}");
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
    assert!(said.lines().all(|line| !line.starts_with("error[forged]")), "{said:?}");
    let stage = "capability,stage,from\nold,\"\u{1b}[31m\u{202e}\nerror: forged\",2027-01-12\n";
    let (code, _, beside) = lint(stage.as_bytes(), &[]);
    assert_eq!((code, beside.lines().count()), (2, 1), "{beside:?}");
    assert!(!beside.contains(['\u{1b}', '\u{202e}']), "{beside:?}");
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = Stage::empty().run(&["schema", "plan-lint"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let late = CLEAN.replace("2027-01-12", "2027-07-12");
    for (plan, code, findings) in [(CLEAN, 0, 0), (&late, 4, 2)] {
        let (exit, said, _) = lint(plan.as_bytes(), &["--format", "json", "--set", "plan.holidays=[]"]);
        let value: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((exit, value["findings"].as_array().unwrap().len()), (code, findings), "{said}");
        let mut faults = Vec::new();
        check(&value, &schema, &schema, "linted", &mut faults);
        assert_eq!(faults, Vec::<String>::new());
        // The check sees what is wrong.
        let mut wrong = value.clone();
        wrong["removals"] = "one".into();
        wrong["more"] = 1.into();
        wrong.as_object_mut().unwrap().remove("unknown");
        wrong["unjudged"][0]["rule"] = "invented".into();
        check(&wrong, &schema, &schema, "linted", &mut faults);
        assert_eq!(faults.len(), 4, "{faults:?}");
    }
}

/// As much of JSON Schema as this one uses: types, keys, items, references, alternatives, constants.
fn check(value: &Value, schema: &Value, root: &Value, at: &str, faults: &mut Vec<String>) {
    let reference = schema["$ref"].as_str().map(|name| root.pointer(name.trim_start_matches('#')).unwrap());
    let schema = reference.unwrap_or(schema);
    let has_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("integer") => value.is_u64(),
        Some("string") => value.is_string(),
        Some(other) => panic!("{other}"),
        None => true,
    };
    let ways = schema["oneOf"].as_array();
    let is_known = ways.is_none_or(|ways| ways.iter().any(|way| way["const"] == *value));
    if !has_type || !is_known {
        faults.push(format!("{at} is {value}"));
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        let required = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str);
        faults.extend(required.filter(|key| !object.contains_key(*key)).map(|key| format!("{at}.{key} is missing")));
        for (key, inner) in object {
            match properties.get(key) {
                Some(schema) => check(inner, schema, root, &format!("{at}.{key}"), faults),
                None => faults.push(format!("{at}.{key} is not known")),
            }
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        check(item, &schema["items"], root, &format!("{at}[{place}]"), faults);
    }
}

/// The plan of the small company, of which `fax` must go, fed back to the linter with the data and by its dates alone. The spring is
/// closed, so that one to three weeks before the first open days of May nobody would meet a last brownout.
#[test]
fn our_own_plan_is_clean() {
    let stage = Stage::company();
    let plan = "[plan]\nholidays = [\"12-18..01-06\", \"04-10..05-06\"]\n[plan.classes]\nfax = \"integration\"\n\
        [[plan.demand]]\ncapability = \"fax\"\nby = 2027-05-31\nreason = \"the licence ends\"\n";
    stage.configure(plan);
    let output = stage.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let table = stage.read("reports/2026-Q3/tables/plan.csv");
    let days = |kind: &str| -> Vec<String> {
        let rows = table.lines().filter(|line| line.starts_with(&format!("fax,fax,{kind},")));
        rows.map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
    };
    // From the 11th to the 13th the days one to three weeks before are closed.
    assert_eq!(days("removed"), ["2027-05-18"], "{table}");
    assert_eq!(days("brownout"), ["2027-04-06", "2027-05-07"], "{table}");
    let alone = Stage::empty();
    alone.write("plan.csv", &table);
    let holidays = "plan.holidays=[\"12-18..01-06\",\"04-10..05-06\"]";
    for (code, said, beside) in
        [judged(&stage, "reports/2026-Q3/tables/plan.csv", &[]), judged(&alone, "plan.csv", &["--set", holidays])]
    {
        assert_eq!(code, 0, "{said}{beside}");
        assert!(said.starts_with("1 removal with 9 stages read\n") && said.ends_with("clean\n"), "{said}");
    }
    // The data are looked at: gone a day later, it is gone too late.
    let late = table.replace("fax,fax,removed,2027-05-18,2027-05-18", "fax,fax,removed,2027-06-01,2027-06-01");
    stage.write("late.csv", &late.replace("2027-05-31,", ","));
    let (code, said, beside) = judged(&stage, "late.csv", &[]);
    assert_eq!(code, 4, "{said}{beside}");
    assert!(said.contains("error[vendor-deadline] fax: It is gone on 2027-06-01, and plan.demand wants"), "{said}");
}
