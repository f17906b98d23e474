//! Every exit code of the contract, raised by the real binary.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::stage::{Stage, deadhead, files, printed};

fn code(stage: &Stage, arguments: &[&str]) -> (i32, String) {
    let output = stage.run(arguments);
    (output.status.code().unwrap_or(-1), printed(&output))
}

#[test]
fn done_is_0_and_the_page_is_named_last() {
    let stage = Stage::company();
    let output = stage.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let page = text.lines().last().unwrap().strip_prefix("report: ").unwrap();
    assert!(stage.file(page).exists(), "{page}");
}

#[test]
fn what_the_machine_refuses_is_1() {
    let stage = Stage::company();
    stage.write("in-the-way", "");
    let (exit, text) = code(&stage, &["run", "--out", "in-the-way/reports"]);
    assert_eq!(exit, 1, "{text}");
    assert!(text.contains("in-the-way"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_stdout_is_1_and_a_closed_pipe_is_quiet() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = deadhead().args(["schema", "report"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));

    let mut child =
        deadhead().args(["schema", "report"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert!(output.stderr.is_empty(), "{}", printed(&output));
}

#[test]
fn usage_and_configuration_errors_are_2_with_their_place() {
    let stage = Stage::company();
    for arguments in [
        &["run", "--perod", "2026-Q3"][..],
        &["run", "--period", "Q3"],
        &["run", "--as-of", "30.09.2026"],
        &["run", "--fail-on", "bad-weather"],
        &["run", "--fail-on", "new-candidate"],
        &["run", "nowhere"],
        &["init", "."],
    ] {
        let (exit, text) = code(&stage, arguments);
        assert_eq!(exit, 2, "{arguments:?}: {text}");
    }
    stage.configure("[rule]\nrare_belw = 0.2");
    let (exit, text) = code(&stage, &["run"]);
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("deadhead.toml:4:1: unknown key `rare_belw`"), "{text}");
    assert!(text.contains("did you mean `rare_below`?"), "{text}");
    assert!(!stage.file("reports").exists());
}

#[test]
fn data_that_are_not_good_enough_are_3_and_nothing_is_written() {
    for (name, text) in [
        ("usage.csv", "ts,account_id,capability\n"),
        ("usage.csv", ""),
        ("tickets.csv", "ticket_id,opened_at\nt1,yesterday\nt2,today\n"),
    ] {
        let stage = Stage::company();
        stage.write(name, text);
        let (exit, printed) = code(&stage, &["run"]);
        assert_eq!(exit, 3, "{name}: {printed}");
        assert!(!stage.file("reports").exists(), "{name}");
    }
    let stage = Stage::company();
    stage.write("catalogue.csv", "id,kind\nother,feature\n");
    stage.configure("");
    let text = stage.read("deadhead.toml") + "[[input]]\ntable = \"catalogue\"\npath = \"catalogue.csv\"\n";
    stage.write("deadhead.toml", &text);
    let (exit, text) = code(&stage, &["run"]);
    assert_eq!(exit, 3, "{text}");
    assert!(text.contains("no name in the usage data maps to a capability"), "{text}");
}

#[test]
fn a_condition_that_holds_is_4_and_the_report_is_there() {
    let stage = Stage::company();
    let (exit, text) = code(&stage, &["run", "--fail-on", "unattributed=0.5", "--fail-on", "unmapped"]);
    assert_eq!(exit, 0, "{text}");
    stage.write("catalogue.csv", "id,kind\nsearch,feature\n");
    let config = stage.read("deadhead.toml") + "[[input]]\ntable = \"catalogue\"\npath = \"catalogue.csv\"\n";
    stage.write("deadhead.toml", &config);
    let (exit, text) = code(&stage, &["run", "--fail-on", "unattributed=0.5", "--out", "failing"]);
    assert_eq!(exit, 4, "{text}");
    let report: serde_json::Value = serde_json::from_str(&stage.read("failing/2026-Q3/report.json")).unwrap();
    assert_eq!(report["gates"][0]["holds"], true);

    let (exit, text) = code(&stage, &["run", "--fail-on", "new-candidate", "--baseline", "failing/2026-Q3"]);
    assert_eq!(exit, 0, "{text}");
    stage.configure("");
    let (exit, text) = code(&stage, &["run", "--fail-on", "new-candidate", "--baseline", "failing/2026-Q3"]);
    assert_eq!(exit, 4, "{text}");
    assert!(text.contains("fax"), "{text}");
}

/// A run that waits for its input is interrupted: the code is the signal's, and the earlier report is untouched.
#[cfg(target_os = "linux")]
#[test]
fn interrupts_are_130_and_143_and_leave_the_earlier_report() {
    for (signal, expected) in [("-INT", 130), ("-TERM", 143)] {
        let stage = Stage::company();
        assert_eq!(code(&stage, &["run"]).0, 0);
        let before = files(&stage.file("reports"));
        std::fs::remove_file(stage.file("tickets.csv")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(stage.file("tickets.csv")).status().unwrap();
        assert!(made.success());
        let mut child = deadhead().arg("run").current_dir(stage.path()).stderr(Stdio::piped()).spawn().unwrap();
        // Opening a pipe for writing waits until the run has opened it for reading: it is then in the middle of its work.
        let pipe = std::fs::OpenOptions::new().write(true).open(stage.file("tickets.csv")).unwrap();
        let kill = format!("kill {signal} {}", child.id());
        assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(10), "still running after {signal}");
            std::thread::sleep(Duration::from_millis(20));
        };
        drop(pipe);
        assert_eq!(status.code(), Some(expected));
        assert_eq!(files(&stage.file("reports")), before);
    }
}

#[test]
fn commands_about_the_program_itself() {
    let stage = Stage::empty();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["schema", "config"],
        &["schema", "report"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["man"],
        &["man", "--out", "pages"],
        &["init", "--list-presets"],
        &["init", "--print-defaults"],
    ] {
        let output = stage.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", printed(&output));
    }
    assert!(stage.file("pages/deadhead-run.1").exists());
}
