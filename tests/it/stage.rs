//! A folder with a small company in it, and the real binary to run on it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary, with an environment that nothing outside the test shapes.
pub fn deadhead() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deadhead"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("DEADHEAD_") || text == "SOURCE_DATE_EPOCH" || text == "GITHUB_STEP_SUMMARY" {
            command.env_remove(&name);
        }
    }
    command
}

/// A folder that is gone when the test is over.
pub struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    /// An empty one.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Forty accounts over the third quarter: everyone uses `search`; one uses `fax`, from the first day of the data on, and its tickets are the most.
    pub fn company() -> Self {
        let stage = Self::empty();
        let mut usage = String::from("ts,account_id,capability,user_id\n");
        let mut accounts = String::from("account_id,segment,arr,started_on\n");
        for n in 0..40 {
            writeln!(accounts, "a{n:02},{},1000,2025-01-01", if n % 4 == 0 { "large" } else { "small" }).unwrap();
            for month in 4..=9 {
                for day in [3, 14, 28] {
                    writeln!(usage, "2026-{month:02}-{day:02}T10:00:00Z,a{n:02},search,u{n}").unwrap();
                }
            }
        }
        usage += "2026-04-01T10:00:00Z,a01,fax,u1\n2026-08-01T10:00:00Z,a01,fax,u1\n";
        let mut tickets = String::from("ticket_id,opened_at,account_id,component,handle_minutes\n");
        for n in 0..60 {
            let component = if n % 3 == 0 { "search" } else { "fax" };
            writeln!(tickets, "t{n},2026-08-{:02}T09:00:00Z,a01,{component},30", n % 28 + 1).unwrap();
        }
        stage.write("usage.csv", &usage);
        stage.write("accounts.csv", &accounts);
        stage.write("tickets.csv", &tickets);
        stage.configure("");
        stage
    }

    /// Writes `deadhead.toml`: the three inputs of the company, and what is added.
    pub fn configure(&self, added: &str) {
        let inputs = ["usage_events:usage.csv", "accounts:accounts.csv", "tickets:tickets.csv"];
        let mut text = format!("as_of = 2026-09-30\nperiod = \"2026-Q3\"\n{added}\n");
        for input in inputs {
            let (table, path) = input.split_once(':').unwrap();
            writeln!(text, "[[input]]\ntable = \"{table}\"\npath = \"{path}\"").unwrap();
        }
        self.write("deadhead.toml", &text);
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    /// Writes a file.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Reads a text.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the binary in the folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        deadhead().args(arguments).current_dir(self.path()).output().unwrap()
    }
}

/// What a run printed, for messages of assertions.
pub fn printed(output: &Output) -> String {
    format!(
        "exit {:?}\n{}\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Every file below a folder: relative path and bytes, sorted.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
