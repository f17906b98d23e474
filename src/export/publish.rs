//! Publishing: the report folder is written whole or not at all.
//!
//! All files go into a temporary sibling of the target and are flushed to disk; then an earlier report is renamed
//! aside, the new one renamed in, the earlier one removed. When a step fails, what was there is put back. Only a folder
//! that is empty, or that our manifest describes to the last file, is ever replaced; a symbolic link never is.
//!
//! While a run publishes, it holds a lock on the parent folder, and a second run waits. So whatever else in the parent
//! has the prefix of our temporaries was left by a run that was killed, and is removed; and a report that such a run had
//! renamed aside, without another in its place, is put back. On systems that lock no folders nothing is removed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::manifest::listed_in;
use super::{ExportError, OutputFile};

/// How the names of our temporaries begin.
const PREFIX: &str = ".deadhead-new-";
/// How the name begins under which the earlier report waits; the name of the report follows.
const ASIDE: &str = ".deadhead-aside-";
/// What desktops leave in every folder that was looked at.
const LITTER: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// The temporary folders that this process is filling. Whoever holds the lock has the file system to itself: a folder
/// is never discarded between the two renames of a swap.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Publishes the files as `folder`, in place of an earlier report.
///
/// # Errors
/// When the target is not ours to replace, the file system refuses, or [`discard_unfinished`] was called meanwhile. In
/// each case the target is as it was.
pub fn publish(files: &[OutputFile], folder: &Path) -> Result<(), ExportError> {
    let target = Target::of(folder)?;
    fs::create_dir_all(&target.parent).map_err(|error| refused("create", &target.parent, error))?;
    let lock = lock(&target.parent);
    if lock.is_some() {
        target.recover_from_killed_runs()?;
    }
    target.check_replaceable()?;
    let unfinished = Unfinished::begin(&target)?;
    unfinished.fill(files)?;
    unfinished.swap_in()?;
    sync_folder(&target.parent);
    Ok(())
}

/// Removes what [`publish`] has begun in this process and not finished; for the thread that hears signals. A publication
/// under way ends with [`ExportError::Interrupted`].
pub fn discard_unfinished() {
    let mut unfinished = unfinished();
    for folder in std::mem::take(&mut *unfinished) {
        // The process is about to end, and the next run removes what could not be removed now.
        let _ = fs::remove_dir_all(folder);
    }
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused(action: &'static str, path: &Path, source: io::Error) -> ExportError {
    ExportError::Io { action, path: path.to_owned(), source }
}

/// Where the report goes.
#[derive(Debug)]
struct Target {
    folder: PathBuf,
    parent: PathBuf,
    /// Where the earlier report waits during the swap.
    aside: PathBuf,
}

impl Target {
    fn of(folder: &Path) -> Result<Self, ExportError> {
        let name = folder.file_name().ok_or_else(|| ExportError::NotOurs {
            path: folder.to_owned(),
            reason: "a report folder needs a name of its own".to_owned(),
        })?;
        let parent = match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let mut aside = std::ffi::OsString::from(ASIDE);
        aside.push(name);
        Ok(Self { folder: parent.join(name), aside: parent.join(aside), parent })
    }

    /// Puts back reports that a killed run left renamed aside, and removes its temporaries.
    fn recover_from_killed_runs(&self) -> Result<(), ExportError> {
        let entries = fs::read_dir(&self.parent).map_err(|error| refused("read", &self.parent, error))?;
        for entry in entries {
            let path = entry.map_err(|error| refused("read", &self.parent, error))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let ours = name.starts_with(PREFIX) || name.starts_with(ASIDE);
            if !ours || path.is_symlink() || !path.is_dir() {
                continue;
            }
            match name.strip_prefix(ASIDE).map(|report| self.parent.join(report)) {
                Some(report) if fs::symlink_metadata(&report).is_err_and(|e| e.kind() == ErrorKind::NotFound) => {
                    fs::rename(&path, &report).map_err(|error| refused("put back", &report, error))?;
                }
                _ => fs::remove_dir_all(&path).map_err(|error| refused("remove the leftover", &path, error))?,
            }
        }
        Ok(())
    }

    /// Refuses what is not ours: a link, a file, a folder with anything in it that no run of ours wrote.
    fn check_replaceable(&self) -> Result<(), ExportError> {
        let not_ours = |reason: String| Err(ExportError::NotOurs { path: self.folder.clone(), reason });
        let found = match fs::symlink_metadata(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found.map_err(|error| refused("look at", &self.folder, error))?,
        };
        if found.is_symlink() {
            return not_ours("it is a symbolic link".to_owned());
        }
        if !found.is_dir() {
            return not_ours("it is a file".to_owned());
        }
        let mut present = BTreeSet::new();
        files_below(&self.folder, "", &mut present).map_err(|error| refused("read", &self.folder, error))?;
        let Some(listed) = listed_in(&self.folder) else {
            return if present.is_empty() {
                Ok(())
            } else {
                not_ours("it holds files, and no manifest.json of ours".to_owned())
            };
        };
        match present.difference(&listed).next() {
            Some(foreign) => not_ours(format!("it holds {foreign}, which is no part of the report; move it away")),
            None => Ok(()),
        }
    }
}

/// Paths of everything below a folder that is no folder itself, with `/`; links are listed and not followed.
fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            files_below(&entry.path(), &format!("{prefix}{name}/"), found)?;
        } else if !LITTER.contains(&name.as_str()) {
            found.insert(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// A temporary folder that becomes the report, or is removed when it goes out of scope before that.
struct Unfinished<'a> {
    target: &'a Target,
    folder: PathBuf,
}

impl<'a> Unfinished<'a> {
    fn begin(target: &'a Target) -> Result<Self, ExportError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).disable_cleanup(true);
        open_to_all(&mut builder);
        let mut known = unfinished();
        let folder = builder.tempdir_in(&target.parent).map_err(|error| refused("write in", &target.parent, error))?;
        let folder = folder.path().to_owned();
        known.insert(folder.clone());
        Ok(Self { target, folder })
    }

    fn fill(&self, files: &[OutputFile]) -> Result<(), ExportError> {
        let mut folders = BTreeSet::from([self.folder.clone()]);
        for file in files {
            let path = self.folder.join(&file.path);
            let _held = self.held()?;
            if let Some(folder) = path.parent().filter(|folder| !folders.contains(*folder)) {
                fs::create_dir_all(folder).map_err(|error| self.refused("create", folder, error))?;
                folders.insert(folder.to_owned());
            }
            write_through(&path, &file.bytes).map_err(|error| self.refused("write", &path, error))?;
        }
        for folder in &folders {
            sync_folder(folder);
        }
        Ok(())
    }

    /// The lock on the file system, unless the folder was discarded meanwhile.
    fn held(&self) -> Result<MutexGuard<'static, BTreeSet<PathBuf>>, ExportError> {
        let known = unfinished();
        if known.contains(&self.folder) {
            Ok(known)
        } else {
            Err(ExportError::Interrupted { path: self.target.folder.clone() })
        }
    }

    /// Names the file as it would be called in the report, which is what the reader knows.
    fn refused(&self, action: &'static str, path: &Path, source: io::Error) -> ExportError {
        let within = path.strip_prefix(&self.folder).unwrap_or(path);
        refused(action, &self.target.folder.join(within), source)
    }

    /// The earlier report aside, the new one in, the earlier one away.
    fn swap_in(self) -> Result<(), ExportError> {
        let Target { folder, aside, .. } = self.target;
        let mut known = self.held()?;
        let replaces = folder.exists();
        if replaces {
            // Where folders cannot be locked, a killed run may have left one there that its successor replaced.
            let _ = fs::remove_dir_all(aside);
            fs::rename(folder, aside).map_err(|error| refused("replace", folder, error))?;
        }
        if let Err(error) = fs::rename(&self.folder, folder) {
            if replaces {
                fs::rename(aside, folder).map_err(|error| refused("put back", folder, error))?;
            }
            return Err(refused("put in place", folder, error));
        }
        known.remove(&self.folder);
        drop(known);
        if replaces {
            // The new report stands; the next run removes what could not be removed now.
            let _ = fs::remove_dir_all(aside);
        }
        Ok(())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if unfinished().remove(&self.folder) {
            // There is an error on its way already; the next run removes what could not be removed now.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The lock that keeps two runs from publishing into one parent at the same time; `None` where folders cannot be locked.
fn lock(parent: &Path) -> Option<File> {
    let folder = File::open(parent).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Writes a file and waits until it is on the disk: a full disk is noticed here, before the swap.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Flushes the names in a folder, where the system can; a report whose names are lost in a crash is made again.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Temporary folders are private by default; a report is as readable as any other file of the user.
#[cfg(unix)]
fn open_to_all(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o777));
}

#[cfg(not(unix))]
fn open_to_all(_builder: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn files(text: &str) -> Vec<OutputFile> {
        let outputs = r#"[{"path":"index.html"},{"path":"tables/a.csv"}]"#;
        let manifest = format!(r#"{{"program":"deadhead","outputs":{outputs}}}"#);
        [("index.html", text), ("tables/a.csv", "id\n"), ("manifest.json", &manifest)]
            .map(|(path, text)| OutputFile { path: path.into(), bytes: text.into() })
            .into()
    }

    fn page(folder: &Path) -> String {
        fs::read_to_string(folder.join("index.html")).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_fresh_folder_and_then_a_newer_report_in_its_place() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("reports/2026-Q3");
        publish(&files("one"), &folder).unwrap();
        assert_eq!(page(&folder), "one");
        publish(&files("two"), &folder).unwrap();
        assert_eq!(page(&folder), "two");
        assert_eq!(names(&folder), ["index.html", "manifest.json", "tables"]);
        assert_eq!(names(&parent.path().join("reports")), ["2026-Q3"], "nothing temporary is left");
    }

    #[test]
    fn an_empty_folder_is_filled() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("out");
        fs::create_dir(&folder).unwrap();
        publish(&files("one"), &folder).unwrap();
        assert_eq!(page(&folder), "one");
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("documents");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("novel.txt"), "chapter one").unwrap();
        let error = publish(&files("one"), &folder).unwrap_err().to_string();
        assert!(error.contains("no manifest.json of ours") && error.contains("--out"), "{error}");
        fs::write(folder.join("manifest.json"), r#"{"name":"a web app","icons":[]}"#).unwrap();
        publish(&files("one"), &folder).unwrap_err();
        assert_eq!(names(&folder), ["manifest.json", "novel.txt"]);
        assert_eq!(names(parent.path()), ["documents"]);
    }

    #[test]
    fn notes_that_somebody_put_into_a_report_are_not_thrown_away() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("out");
        publish(&files("one"), &folder).unwrap();
        fs::write(folder.join("tables/.DS_Store"), "litter").unwrap();
        publish(&files("two"), &folder).unwrap();
        fs::write(folder.join("tables/notes.txt"), "for the board").unwrap();
        let error = publish(&files("three"), &folder).unwrap_err().to_string();
        assert!(error.contains("tables/notes.txt"), "{error}");
        assert_eq!(page(&folder), "two");
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_never_followed() {
        let parent = tempdir().unwrap();
        let real = parent.path().join("real");
        publish(&files("one"), &real).unwrap();
        let link = parent.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let error = publish(&files("two"), &link).unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{error}");
        assert_eq!(page(&real), "one");
    }

    #[test]
    fn a_file_in_the_way_is_named_and_left() {
        let parent = tempdir().unwrap();
        let file = parent.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(publish(&files("one"), &file).unwrap_err().to_string().contains("it is a file"));
        let error = publish(&files("one"), &file.join("2026-Q3")).unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        assert!(publish(&files("one"), Path::new("..")).is_err());
    }

    #[test]
    fn a_failure_half_way_leaves_the_earlier_report_whole() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("out");
        publish(&files("one"), &folder).unwrap();
        let mut broken = files("two");
        broken.push(OutputFile { path: format!("tables/{}.csv", "x".repeat(300)), bytes: b"id\n".to_vec() });
        let error = publish(&broken, &folder).unwrap_err().to_string();
        assert!(error.contains("out/tables/xxx"), "the file is named as in the report: {error}");
        assert_eq!(page(&folder), "one");
        assert_eq!(names(parent.path()), ["out"], "the temporary folder is gone");
    }

    #[test]
    fn leftovers_of_a_killed_run_are_cleared_and_its_report_put_back() {
        let parent = tempdir().unwrap();
        let earlier = parent.path().join("2026-Q2");
        publish(&files("second quarter"), &earlier).unwrap();
        fs::rename(&earlier, parent.path().join(".deadhead-aside-2026-Q2")).unwrap();
        fs::create_dir(parent.path().join(".deadhead-new-x1y2z3")).unwrap();
        fs::write(parent.path().join(".deadhead-new-note"), "a file is not ours").unwrap();
        publish(&files("third quarter"), &parent.path().join("2026-Q3")).unwrap();
        assert_eq!(page(&earlier), "second quarter");
        assert_eq!(names(parent.path()), [".deadhead-new-note", "2026-Q2", "2026-Q3"]);
    }

    #[test]
    fn what_was_discarded_is_not_finished() {
        let parent = tempdir().unwrap();
        let target = Target::of(&parent.path().join("out")).unwrap();
        let begun = Unfinished::begin(&target).unwrap();
        let temporary = begun.folder.clone();
        begun.fill(&files("one")[..1]).unwrap();
        // As `discard_unfinished` does, for this folder alone: other tests publish at the same time.
        unfinished().remove(&temporary);
        fs::remove_dir_all(&temporary).unwrap();
        assert!(matches!(begun.fill(&files("one")), Err(ExportError::Interrupted { .. })));
        assert!(matches!(begun.swap_in(), Err(ExportError::Interrupted { .. })));
        assert_eq!(names(parent.path()), Vec::<String>::new());
    }

    #[test]
    fn two_runs_at_once_leave_one_whole_report() {
        let parent = tempdir().unwrap();
        let folder = parent.path().join("out");
        std::thread::scope(|scope| {
            for text in ["one", "two", "three"] {
                let folder = &folder;
                scope.spawn(move || publish(&files(text), folder).unwrap());
            }
        });
        assert!(["one", "two", "three"].contains(&page(&folder).as_str()));
        assert_eq!(names(parent.path()), ["out"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_report_is_as_readable_as_any_new_folder() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempdir().unwrap();
        let (folder, usual) = (parent.path().join("out"), parent.path().join("usual"));
        publish(&files("one"), &folder).unwrap();
        fs::create_dir(&usual).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder), mode(&usual));
    }
}
