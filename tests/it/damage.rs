//! Damaged inputs: each has its message and its code, and nothing half-written stays behind.

use std::io::Write as _;

use crate::stage::{Stage, printed};

/// Runs on the damaged company and expects a code and words in the message.
fn expect(stage: &Stage, code: i32, words: &[&str]) {
    let output = stage.run(&["run"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in:\n{text}");
    }
    if code != 0 {
        let left: Vec<_> = std::fs::read_dir(stage.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| !name.to_string_lossy().contains('.') || name.to_string_lossy().starts_with('.'))
            .collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

#[test]
fn a_truncated_file_loses_one_row_and_says_so() {
    let stage = Stage::company();
    let text = stage.read("usage.csv");
    stage.write("usage.csv", &text[..text.len() - 15]);
    expect(&stage, 0, &["too-few-cells"]);
    let quarantine = stage.read("reports/2026-Q3/quarantine/usage.csv.csv");
    assert!(quarantine.contains("723") && quarantine.contains("too-few-cells"), "{quarantine}");
}

#[test]
fn a_truncated_gz_is_damaged() {
    let stage = Stage::company();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(stage.read("usage.csv").as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    stage.write_bytes("usage.csv.gz", &bytes[..bytes.len() / 2]);
    stage.write("deadhead.toml", &stage.read("deadhead.toml").replace("usage.csv", "usage.csv.gz"));
    expect(&stage, 3, &["usage.csv.gz", "ends in the middle"]);
}

#[test]
fn a_wrong_delimiter_says_which_would_do() {
    let stage = Stage::company();
    let text = stage.read("deadhead.toml").replace("path = \"usage.csv\"", "path = \"usage.csv\"\ndelimiter = \";\"");
    stage.write("deadhead.toml", &text);
    expect(&stage, 3, &["usage.csv", "`,`", "`;`"]);
}

#[test]
fn a_missing_column_names_the_nearest() {
    let stage = Stage::company();
    stage.write("usage.csv", &stage.read("usage.csv").replacen("capability", "capabilty", 1));
    expect(&stage, 3, &["usage.csv", "capability", "the nearest is `capabilty`"]);
}

#[test]
fn a_text_in_a_number_column_is_quarantined_with_its_place() {
    let stage = Stage::company();
    stage.write("tickets.csv", &stage.read("tickets.csv").replacen(",30\n", ",half an hour\n", 1));
    expect(&stage, 0, &["bad-cell"]);
    let quarantine = stage.read("reports/2026-Q3/quarantine/tickets.csv.csv");
    for word in ["handle_minutes", "half an hour", "a number of minutes", "bad-cell"] {
        assert!(quarantine.contains(word), "{word}: {quarantine}");
    }
}

#[test]
fn an_empty_file_is_an_error_and_not_an_empty_table() {
    let stage = Stage::company();
    stage.write("accounts.csv", "");
    expect(&stage, 3, &["accounts.csv", "holds nothing"]);
}

/// The superuser may read everything, so the run is made as nobody.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_read_permission_is_the_machines_refusal() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    let stage = Stage::company();
    let open = |name: &str, mode: u32| {
        std::fs::set_permissions(stage.file(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    stage.write("exports/usage.csv", &stage.read("usage.csv"));
    stage.write("deadhead.toml", &stage.read("deadhead.toml").replace("\"usage.csv\"", "\"exports/*.csv\""));
    std::fs::copy(env!("CARGO_BIN_EXE_deadhead"), stage.file("program.exe")).unwrap();
    open("", 0o755);
    open("program.exe", 0o755);
    open("exports", 0o000);
    let mut command = std::process::Command::new(stage.file("program.exe"));
    command.arg("run").arg("--out").arg(std::env::temp_dir().join("deadhead-never-written")).current_dir(stage.path());
    let superuser = std::fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0).unwrap();
    if superuser {
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    open("exports", 0o755);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("exports"), "{text}");
    assert!(!std::env::temp_dir().join("deadhead-never-written").exists());
}
