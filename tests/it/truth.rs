//! The planted truth of the sample company is found, and the committed sample is what `deadhead sample` writes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::stage::{Stage, files, printed};

/// Capability to what was planted, and capability to (rule, verdict, reasons).
fn planted_and_found(stage: &Stage) -> (BTreeMap<String, String>, BTreeMap<String, [String; 3]>) {
    let records = |path: &Path| -> Vec<csv::StringRecord> {
        csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect()
    };
    let truth = records(&stage.file("demo/planted_truth.csv"));
    let planted = truth.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let path = stage.file("demo/reports/2026-Q3/tables/capabilities.csv");
    let head = csv::Reader::from_path(&path).unwrap().headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|known| known == name).unwrap();
    let places = [column("rule"), column("verdict"), column("reasons")];
    let id = column("id");
    let found =
        records(&path).iter().map(|row| (row[id].to_owned(), places.map(|place| row[place].to_owned()))).collect();
    (planted, found)
}

#[test]
fn the_dead_weight_is_graded_and_the_exceptions_have_their_own_verdict() {
    let stage = Stage::empty();
    for arguments in [&["sample", "demo"][..], &["run", "demo"]] {
        let output = stage.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    }
    let (planted, found) = planted_and_found(&stage);
    assert_eq!(planted.len(), 85);
    for (capability, role) in &planted {
        let [rule, verdict, reasons] = &found[capability];
        let expected: &[&str] = match role.as_str() {
            "dead-weight" | "built-for-one" => &["deprecate"],
            "broken" => &["watch"],
            "seasonal" => &["seasonal"],
            "segment-critical" => &["segment-critical"],
            "new" => &["too-new"],
            "protected-commitment" | "protected-compliance" | "protected-core" => &["protected"],
            "cheap-rare" => &["keep"],
            "healthy" => &["keep", "watch"],
            other => panic!("{other} is not known"),
        };
        assert!(expected.contains(&verdict.as_str()), "{capability} is {role}, found {verdict} ({reasons})");
        if role == "dead-weight" {
            assert_eq!(rule, "prime", "{capability}");
        }
        assert_eq!(role == "built-for-one", reasons.contains("built-for-one"), "{capability}: {reasons}");
    }
}

#[test]
fn too_little_data_is_a_verdict_of_its_own() {
    let stage = Stage::empty();
    for arguments in [&["sample", "demo", "--accounts", "20"][..], &["run", "demo"]] {
        let output = stage.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    }
    let (_, found) = planted_and_found(&stage);
    let unsure = found.values().filter(|[_, verdict, _]| verdict == "insufficient-data").count();
    assert!(unsure > 70, "{unsure} of {}", found.len());
    assert!(found.values().all(|[_, verdict, _]| verdict != "deprecate"));
}

#[test]
fn the_committed_sample_is_what_the_program_writes() {
    let stage = Stage::empty();
    let output = stage.run(&["sample", "demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/fernwick-dispatch");
    let mut committed = files(&committed);
    committed.retain(|(name, _)| !name.starts_with("reports/"));
    let written = files(&stage.file("demo"));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&written));
    for ((name, committed), (_, written)) in committed.iter().zip(&written) {
        assert!(committed == written, "{name} differs: run `deadhead sample` again");
    }
}

#[test]
fn a_sample_of_any_size_can_be_written_and_never_over_something() {
    for sizes in [["1", "1", "0"], ["3", "200", "10"], ["0", "0", "0"]] {
        let stage = Stage::empty();
        let [accounts, capabilities, events] = sizes;
        let sized = ["sample", "demo", "--accounts", accounts, "--capabilities", capabilities, "--events", events];
        let output = stage.run(&sized);
        assert_eq!(output.status.code(), Some(0), "{sizes:?}: {}", printed(&output));
        assert_eq!(stage.run(&sized).status.code(), Some(2), "a second time");
    }
}
