//! Golden folders: `tests/golden/<case>/` holds inputs, a `deadhead.toml`, and under `expected/` the files that must come
//! out, byte for byte. Adding a folder adds a case. `DEADHEAD_BLESS=1 cargo test golden` writes what comes out.

use std::fs;
use std::path::Path;

use crate::stage::{Stage, deadhead, files, printed};

#[test]
fn every_case_gives_what_is_expected() {
    let bless = std::env::var_os("DEADHEAD_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let stage = Stage::empty();
        let output = deadhead().arg("run").arg(&case).arg("--out").arg(stage.file("out")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}: {}", case.display(), printed(&output));
        let made = files(&stage.file("out"));
        for (name, expected) in files(&case.join("expected")) {
            // Below the folder of the period, whatever it is called.
            let found = made.iter().find(|(path, _)| path.split_once('/').is_some_and(|(_, path)| path == name));
            let (_, found) = found.unwrap_or_else(|| panic!("{}: {name} was not written", case.display()));
            if bless {
                fs::write(case.join("expected").join(&name), found).unwrap();
            } else {
                let (found, expected) = (String::from_utf8_lossy(found), String::from_utf8_lossy(&expected));
                assert_eq!(found, expected, "{}: {name}", case.display());
            }
        }
    }
}
