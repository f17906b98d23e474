//! Which files an `[[input]]` means.
//!
//! Takes a folder and a path or glob relative to it; gives the files in order of their names. Refuses a path that
//! means no file, because an input that silently feeds nothing would show as a feature nobody uses.

use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::IngestError;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Relative to the root, with `/`.
    pub(super) name: String,
    /// Where it lies.
    pub(super) path: PathBuf,
}

/// The files that `path` means, sorted by name.
pub(super) fn files(root: &Path, path: &str) -> Result<Vec<Found>, IngestError> {
    let literal = root.join(path);
    match std::fs::metadata(&literal) {
        Ok(metadata) if metadata.is_dir() => return Err(IngestError::IsFolder { path: path.into() }),
        Ok(_) => return Ok(vec![found(root, literal)]),
        Err(source) if is_absence(&source) => {}
        Err(source) => return Err(IngestError::Io { path: path.into(), source }),
    }
    let mut files = matching(root, path)?;
    if files.is_empty() {
        return Err(IngestError::NothingMatches { path: path.into(), root: root.display().to_string() });
    }
    files.sort();
    Ok(files)
}

fn matching(root: &Path, path: &str) -> Result<Vec<Found>, IngestError> {
    if !path.contains(['*', '?', '[']) {
        return Ok(Vec::new());
    }
    let pattern = Path::new(&Pattern::escape(&root.to_string_lossy())).join(path);
    let options =
        MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(&pattern.to_string_lossy(), options).map_err(|error| IngestError::Settings {
        path: path.into(),
        problem: format!("`path` is not a glob: {error}; write `*`, `?`, `[abc]` or `**/`"),
    })?;
    let mut files = Vec::new();
    for entry in paths {
        let entry = entry.map_err(|error| IngestError::Io {
            path: relative(root, error.path()),
            source: io::Error::from(error.error().kind()),
        })?;
        if entry.is_file() {
            files.push(found(root, entry));
        }
    }
    if files.is_empty() {
        readable_folder(root, path)?;
    }
    Ok(files)
}

/// A folder that may not be listed matches nothing without a word; it is an error of its own.
fn readable_folder(root: &Path, path: &str) -> Result<(), IngestError> {
    let fixed: PathBuf = Path::new(path)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']))
        .collect();
    match std::fs::read_dir(root.join(&fixed)) {
        Err(source) if !is_absence(&source) => Err(IngestError::Io { path: relative(Path::new(""), &fixed), source }),
        _ => Ok(()),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename)
}

fn found(root: &Path, path: PathBuf) -> Found {
    Found { name: relative(root, &path), path }
}

/// The path below the root with `/` between its parts; the whole path when it lies elsewhere.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut name = String::new();
    for part in below.components() {
        match part {
            Component::RootDir => name.push('/'),
            Component::CurDir => {}
            _ => {
                if !name.is_empty() && !name.ends_with('/') {
                    name.push('/');
                }
                name.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Cause;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x\n").unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, path: &str) -> Vec<String> {
        files(folder.path(), path).unwrap().into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn globs_are_sorted_and_relative() {
        let folder = folder(&["b.csv", "a.csv", "sub/c.csv", "a.txt", ".hidden.csv"]);
        assert_eq!(names(&folder, "*.csv"), ["a.csv", "b.csv"]);
        assert_eq!(names(&folder, "**/*.csv"), ["a.csv", "b.csv", "sub/c.csv"]);
        assert_eq!(names(&folder, "./a.csv"), ["a.csv"]);
        assert_eq!(names(&folder, "sub/../sub/c.csv"), ["sub/../sub/c.csv"]);
    }

    #[test]
    fn a_name_with_brackets_is_itself_before_it_is_a_glob() {
        let folder = folder(&["export [1].csv", "export 1.csv"]);
        assert_eq!(names(&folder, "export [1].csv"), ["export [1].csv"]);
        assert_eq!(names(&folder, "export [0-9].csv"), ["export 1.csv"]);
    }

    #[test]
    fn a_root_with_glob_signs_is_taken_literally() {
        let folder = folder(&["odd[1]*/a.csv", "odd1/b.csv"]);
        let found = files(&folder.path().join("odd[1]*"), "*.csv").unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "a.csv");
    }

    #[test]
    fn what_means_no_file_is_refused() {
        let folder = folder(&["sub/a.csv"]);
        for path in ["none.csv", "*.parquet", "none/*.csv", "sub/a.csv/x"] {
            let error = files(folder.path(), path).unwrap_err();
            assert_eq!(error.cause(), Cause::Settings, "{path}");
            assert!(error.to_string().contains("matches no file"), "{error}");
        }
        let error = files(folder.path(), "sub").unwrap_err();
        assert!(error.to_string().contains("`sub/*.csv`"), "{error}");
        assert_eq!(files(folder.path(), "a***b").unwrap_err().cause(), Cause::Settings);
    }
}
