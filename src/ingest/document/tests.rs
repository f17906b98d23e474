use super::*;
use crate::ingest::document::pieces::LONGEST;
use proptest::prelude::*;
use serde_json::json;

/// Line, cells and code of the fault of a record.
type Row = (u64, Vec<String>, Option<&'static str>);

/// A document as it was read.
struct Seen {
    headers: Vec<String>,
    rows: Vec<Row>,
    dialect: String,
    unreadable: Vec<String>,
}

fn read(name: &str, bytes: &[u8], wanted: &Wanted) -> Result<Seen, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let opened = Opened::open(&path, name, &())?;
    let mut document = if name.ends_with("yaml") {
        Document::open_yaml(opened, name, wanted)?
    } else {
        Document::open(opened, name, wanted)?
    };
    let (mut record, mut rows) = (Record::default(), Vec::new());
    while document.next(&mut record)? {
        let cells = record.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        rows.push((record.line, cells, record.fault.as_ref().map(|fault| fault.code.as_str())));
        assert!(record.raw.len() <= RAW);
    }
    let seen = Seen {
        headers: document.headers().to_vec(),
        rows,
        dialect: document.dialect(),
        unreadable: document.unreadable().to_vec(),
    };
    assert_eq!(Box::new(document).finish()?.blake3, blake3::hash(bytes).to_hex().to_string());
    Ok(seen)
}

fn json(text: &str) -> Seen {
    read("a.json", text.as_bytes(), &Wanted::default()).unwrap()
}

/// The cells of the sound rows.
fn cells(seen: &Seen) -> Vec<Vec<&str>> {
    let sound = seen.rows.iter().filter(|row| row.2.is_none());
    sound.map(|row| row.1.iter().map(String::as_str).collect()).collect()
}

fn faults(seen: &Seen) -> Vec<(u64, &'static str)> {
    seen.rows.iter().filter_map(|row| Some((row.0, row.2?))).collect()
}

#[test]
fn every_shape_gives_the_same_records() {
    let records = [r#"{"a": 1, "b": "x"}"#, r#"{"a": 2, "b": null}"#, r#"{"a": 3, "c": [1, {"d": 2}]}"#];
    let pretty = |record: &str| {
        let value: serde_json::Value = serde_json::from_str(record).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let all = records.join(",");
    let shapes = [
        ("ndjson", records.join("\n")),
        ("ndjson", records.join("\r\n\r\n") + "\n"),
        ("json", records.concat()),
        ("json", records.map(pretty).join("\n")),
        ("json, array", format!("[{all}]")),
        ("json, array", format!("\n [\n{}\n]\n", records.join(",\n"))),
        ("json, array `items`", format!(r#"{{"items":[{all}],"limit":25}}"#)),
        ("json, array `result.releases`", format!(r#"{{"v":1,"result":{{"name":"x","releases": [ {all} ]}}}}"#)),
        ("json, array", format!("[{}]\n[{}]\n[]", records[0], records[1..].join(","))),
    ];
    for (dialect, text) in shapes {
        let seen = json(&text);
        assert_eq!(seen.dialect, dialect, "{text}");
        assert_eq!(seen.headers, ["a", "b", "c"], "{text}");
        let squeezed: Vec<Vec<String>> = cells(&seen)
            .into_iter()
            .map(|row| row.iter().map(|cell| cell.replace(['\n', ' '], "")).collect())
            .collect();
        assert_eq!(squeezed, [["1", "x", ""], ["2", "", ""], ["3", "", r#"[1,{"d":2}]"#]], "{text}");
    }
}

#[test]
fn an_object_that_is_a_record_is_not_taken_for_a_wrapper() {
    let incident = r#"{"id":"i1","components":[{"id":"c1"}],"updates":[{"id":"u1"}]}"#;
    assert_eq!(json(incident).headers, ["id", "components", "updates"]);
    let ticket = r#"{"id":7,"subject":"x","fields":[{"id":1,"value":"y"}]}"#;
    assert_eq!(json(ticket).headers, ["id", "value"]);
    let wanted = Wanted { headers: ["id", "subject"].map(str::to_owned).into(), ..Wanted::default() };
    assert_eq!(read("a.json", ticket.as_bytes(), &wanted).unwrap().headers, ["id", "subject", "fields"]);
    assert_eq!(json(&format!("{ticket}\n{ticket}")).headers, ["id", "subject", "fields"]);
    assert_eq!(json(r#"{"a":[1,2],"b":{"c":{"d":[{"e":1}]}}}"#).headers, ["a", "b"]);
}

#[test]
fn a_long_wrapped_array_is_streamed() {
    let record = r#"{"id":12345678901234567890,"rate":1.10,"big":1e400,"text":"a\u00e9\"\n"}"#;
    let many = vec![record; 100_000].join(",\n");
    for (text, lines) in [
        (format!("{{\"meta\":{{\"n\":1}},\"items\":[\n{many}\n],\"more\":[{{\"x\":1}}]}}"), 2),
        (format!("[{many}]"), 1),
    ] {
        assert!(text.len() > pieces_head());
        let seen = json(&text);
        assert_eq!(seen.rows.len(), 100_000);
        assert_eq!(cells(&seen)[99_999], ["12345678901234567890", "1.10", "1e400", "aé\"\n"]);
        assert_eq!(seen.rows[99_999].0, lines + 99_999);
    }
    let cut = format!("{{\"items\":[\n{many}");
    let seen = json(&cut);
    assert_eq!((seen.rows.len(), faults(&seen)), (100_001, vec![(100_001, "invalid-json")]));
}

fn pieces_head() -> usize {
    4 << 20
}

#[test]
fn a_broken_line_is_one_faulty_record() {
    let seen =
        json("{\"a\":1}\n{\"a\":\n{\"a\":3}\n[1]\n7\n{\"a\":NaN}\n{\"a\":1,\"a\":2}\n{\"a\":\"\\ud800\"}\n{\"a\":8}");
    assert_eq!(cells(&seen), [["1"], ["3"], ["8"]]);
    assert_eq!(
        faults(&seen),
        [
            (2, "invalid-json"),
            (4, "not-a-record"),
            (5, "not-a-record"),
            (6, "invalid-json"),
            (7, "duplicate-key"),
            (8, "invalid-text"),
        ]
    );
    let first = json("{\"a\":\n{\"a\":2}\n{\"a\":3}\n");
    assert_eq!((cells(&first), faults(&first)), (vec![vec!["2"], vec!["3"]], vec![(1, "invalid-json")]));
    let bytes = read("a.ndjson", b"{\"a\":1}\n{\"a\":\"\xff\"}\n{\"a\":\"\0\"}\n", &Wanted::default()).unwrap();
    assert_eq!(faults(&bytes), [(2, "invalid-text"), (3, "invalid-json")]);
}

#[test]
fn a_record_among_lines_may_be_written_out() {
    let seen = json("{\"a\":1}\n{\"a\":[2\n]\n}\n{\"a\":\n{\"a\":4}\n");
    assert_eq!(cells(&seen), [["1"], ["[2\n]"], ["4"]]);
    assert_eq!(faults(&seen), [(5, "invalid-json")]);
}

#[test]
fn elements_are_judged_one_by_one_while_their_ends_are_known() {
    let seen = json("[{\"a\":1},\n{\"a\":NaN},\n3,\n{\"a\":4}]");
    assert_eq!(
        (cells(&seen), faults(&seen)),
        (vec![vec!["1"], vec!["4"]], vec![(2, "invalid-json"), (3, "not-a-record")])
    );
    for broken in
        ["[{\"a\":1}\n{\"a\":2}]", "[{\"a\":1},\n{\"a\":[2}]", "[{\"a\":1},\n]]x", "[{\"a\":1},\n", "[{\"a\":1}\n"]
    {
        let seen = json(broken);
        assert_eq!(cells(&seen), [["1"]], "{broken}");
        assert!((1..3).contains(&faults(&seen).len()), "{broken}");
    }
    let pretty = json("{\n \"a\": 1\n}\n{\n \"a\": \n}\n{\n \"a\": 3\n}\n");
    assert_eq!((cells(&pretty), faults(&pretty)), (vec![vec!["1"], vec!["3"]], vec![(4, "invalid-json")]));
    let unclosed = json("{\n \"a\": 1\n}\n{\n \"a\": [2\n}\n{\n \"a\": 3\n}\n");
    assert_eq!((cells(&unclosed), faults(&unclosed)), (vec![vec!["1"], vec!["3"]], vec![(4, "invalid-json")]));
}

#[test]
fn nothing_exhausts_the_stack_or_goes_on_for_ever() {
    let deep = format!("{{\"a\":{}{}}}\n{{\"a\":1}}", "[".repeat(200_000), "]".repeat(200_000));
    let seen = json(&deep);
    assert_eq!((cells(&seen), faults(&seen)), (vec![vec!["1"]], vec![(1, "invalid-json")]));
    assert_eq!(json(&"[".repeat(500_000)).rows.len(), 1);
    assert_eq!(json(&"[]".repeat(200_000)).rows.len(), 0);
    assert!(json(&"{\"a\n".repeat(50_000)).rows.len() < 100_000);
    assert!(json(&"}]".repeat(50_000)).rows.len() < 100_000);
}

#[test]
fn a_record_that_is_too_long_is_passed_over() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(LONGEST));
    for text in [format!("{{\"a\":1}}\n{long}\n{{\"a\":3}}"), format!("[{{\"a\":1}},{long},{{\"a\":3}}]")] {
        let seen = json(&text);
        assert_eq!(cells(&seen), [["1"], ["3"]]);
        assert_eq!(seen.rows[1].2, Some("too-long"));
    }
}

#[test]
fn members_that_come_late_are_read_when_they_are_wanted() {
    let mut lines = vec!["{\"id\":1}".to_owned(); 1500];
    lines.push("{\"ID\":2,\"Closed At\":\"x\",\"other\":{}}".into());
    let wanted = Wanted {
        headers: ["id", "closedat"].map(str::to_owned).into(),
        sources: ["id", "closed_at", "{id} of {closed_at}", "@root.x", "$.meta.when"].map(str::to_owned).into(),
        ..Wanted::default()
    };
    let seen = read("a.ndjson", lines.join("\n").as_bytes(), &wanted).unwrap();
    assert_eq!(seen.headers, ["id", "closed_at", "meta"]);
    assert_eq!(seen.rows.last().unwrap().1, ["2", "x", ""]);
    assert_eq!(seen.unreadable, ["other"]);
}

#[test]
fn encodings_and_packings() {
    let wide: Vec<u8> = "\u{feff}{\"ä\":\"ö\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(cells(&read("a.json", &wide, &Wanted::default()).unwrap()), [["ö"]]);
    assert_eq!(json("\u{feff}{\"a\":1}").headers, ["a"]);
    let zst = zstd::encode_all(&b"{\"a\":1}\n"[..], 3).unwrap();
    assert_eq!(read("a.ndjson.zst", &zst, &Wanted::default()).unwrap().dialect, "json, zst");
    for empty in ["", " \n ", "\u{feff}"] {
        assert!(matches!(read("a.json", empty.as_bytes(), &Wanted::default()), Err(IngestError::Empty { .. })));
    }
    assert_eq!(json("[]").rows.len(), 0);
}

fn at(records: &str, sources: &[&str]) -> Wanted {
    Wanted {
        records: Some(records.into()),
        sources: sources.iter().map(|&source| source.to_owned()).collect(),
        ..Wanted::default()
    }
}

#[test]
fn a_path_finds_records_with_their_place() {
    let api = "{\n \"info\": {\"title\": \"T\"},\n \"paths\": {\n  \"/a/{x}\": {\n   \"get\": {\"deprecated\": true, \"id\": 1.10},\n   \"put\": {\"id\": 2}\n  },\n  \"/b~\": {\"get\": {\"deprecated\": true, \"id\": 12345678901234567890}}\n }\n}";
    let seen =
        read("a.json", api.as_bytes(), &at("$.paths[*][?@.deprecated == true]", &["@root.info.title", "id"])).unwrap();
    assert_eq!(seen.headers, ["deprecated", "id", "@key", "@path", "@root.info.title"]);
    assert_eq!(
        cells(&seen),
        [
            ["true", "1.10", "get", "/paths/~1a~1{x}/get", "T"],
            ["true", "12345678901234567890", "get", "/paths/~1b~0/get", "T"],
        ]
    );
    assert_eq!(seen.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [5, 8]);
    let pages = "{\"page\":1,\"items\":[{\"a\":1},2]}\n{\"page\":2,\"items\":[{\"a\":3}]}\n{\"page\":3\n";
    let seen = read("a.json", pages.as_bytes(), &at("$.items[*]", &["@root.page"])).unwrap();
    assert_eq!(cells(&seen), [["1", "0", "/items/0", "1"], ["3", "0", "/items/0", "2"]]);
    assert_eq!(faults(&seen), [(1, "not-a-record"), (3, "invalid-json")]);
    let array = read("a.json", b"[{\"x\":[{\"a\":1}]},{\"x\":[{\"a\":2}]}]", &at("$[*].x[*]", &[])).unwrap();
    assert_eq!(cells(&array), [["1", "0", "/0/x/0"], ["2", "0", "/1/x/0"]]);
    assert!(matches!(read("a.json", b"{}", &at("items", &[])), Err(IngestError::Settings { .. })));
}

#[test]
fn yaml_is_read_like_json() {
    let versions = "deprecated-versions:\n  - version: v1beta1\n    removed-in: v1.22.0\n  - version: 1.10\n    removed-in: \"\"\n";
    let seen = read("a.yaml", versions.as_bytes(), &Wanted::default()).unwrap();
    assert_eq!(seen.dialect, "yaml, array `deprecated-versions`");
    assert_eq!(cells(&seen), [["v1beta1", "v1.22.0"], ["1.10", ""]]);
    assert_eq!(seen.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 4]);
    let catalogue = "kind: Component\nmetadata: {name: a}\n---\nkind: API\nmetadata:\n  name: b\n---\n";
    let seen = read("a.yaml", catalogue.as_bytes(), &Wanted::default()).unwrap();
    assert_eq!(cells(&seen), [["Component", r#"{"name":"a"}"#], ["API", r#"{"name":"b"}"#]]);
    assert_eq!((seen.rows[1].0, seen.dialect.as_str()), (4, "yaml"));
    let list = read("a.yaml", b"- a: 1\n- a: 2\n---\n- a: 3\n", &Wanted::default()).unwrap();
    assert_eq!(cells(&list), [["1"], ["2"], ["3"]]);
    let breaking = "data:\n  name: Z\n  breaking:\n    4.0.0:\n      message: m\n    5.0.0:\n      message: n\n";
    let seen = read("a.yaml", breaking.as_bytes(), &at("$.data.breaking.*", &["@root.data.name"])).unwrap();
    assert_eq!(
        cells(&seen),
        [["m", "4.0.0", "/data/breaking/4.0.0", "Z"], ["n", "5.0.0", "/data/breaking/5.0.0", "Z"]]
    );
    assert_eq!(seen.rows[1].0, 7);
    assert_eq!(faults(&read("a.yaml", b"a: 1\na: 2\n", &Wanted::default()).unwrap()), [(1, "duplicate-key")]);
    assert!(matches!(read("a.yaml", b"a: [1", &Wanted::default()), Err(IngestError::Damaged { .. })));
    assert!(matches!(read("a.yaml", b"# nothing\n---\n", &Wanted::default()), Err(IngestError::Empty { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_comes_back(table in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 1..6)) {
        let records: Vec<_> = table.iter().map(|row| json!({"a": row[0], "b b": row[1], "c": row[2]})).collect();
        let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
        let texts = [
            lines.join("\n"),
            lines.concat(),
            json!(records).to_string(),
            serde_json::to_string_pretty(&json!({"n": 1, "items": records})).unwrap(),
        ];
        for text in texts {
            let seen = json(&text);
            prop_assert_eq!(&seen.headers, &["a", "b b", "c"]);
            prop_assert_eq!(cells(&seen), table.clone(), "{}", text);
        }
        let seen = read("a.json", json!({"n": 1, "items": records}).to_string().as_bytes(), &at("$.items[*]", &[])).unwrap();
        let expected: Vec<&[String]> = table.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(seen.rows.iter().map(|row| &row.1[..3]).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), start in "[\\[{]{0,2}") {
        let bytes = [start.into_bytes(), bytes].concat();
        for wanted in [Wanted::default(), at("$..*", &["@root.a"])] {
            let _ = read("a.json", &bytes, &wanted);
            let _ = read("a.yaml", &bytes, &wanted);
        }
    }

    #[test]
    fn any_structure_is_read_or_refused(text in r#"([\[\]{},:"\\\n 1a]|"a":|\{"a"|null){0,60}"#) {
        for wanted in [Wanted::default(), at("$..*", &[])] {
            let _ = read("a.json", text.as_bytes(), &wanted);
            let _ = read("a.yaml", text.as_bytes(), &wanted);
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_gives_what_came_before() {
    for text in [
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"ü\"}\n",
        "[\n {\"a\": 1, \"b\": \"x\"},\n {\"a\": 2, \"b\": \"ü\"}\n]",
        "{\"items\": [{\"a\": 1, \"b\": \"x\"}, {\"a\": 2, \"b\": \"ü\"}], \"n\": 2}",
    ] {
        for length in 1..text.len() {
            let seen = read("a.json", &text.as_bytes()[..length], &Wanted::default()).unwrap();
            assert!(!seen.rows.is_empty() || length < 16, "{length} of {text}");
        }
    }
}
