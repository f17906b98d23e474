//! Templates of letters that a user puts in place of the built-in ones. Takes a folder, gives its texts; what they mean is for whoever
//! fills them in.

use std::fs;
use std::path::Path;

use super::IngestError;
use super::error::suggestion;

/// The templates that there are, by file name.
pub const TEMPLATES: [&str; 4] = ["call.md.j2", "mail.md.j2", "release-note.md.j2", "migration.md.j2"];
/// The largest template, bytes: two hundred pages.
const LARGEST: u64 = 512 * 1024;

/// A template as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// One of [`TEMPLATES`].
    pub name: &'static str,
    /// The file, as the configuration names its folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The templates of a folder, relative to `root`, in the order of [`TEMPLATES`]; none where no folder is named. Other files are left
/// alone, unless they end in `.j2`: those are misspelt.
///
/// # Errors
/// When the folder is not there, cannot be read, or holds a `.j2` that is no template, or one that is not UTF-8 or too large.
pub fn read_templates(root: &Path, folder: &str) -> Result<Vec<TemplateText>, IngestError> {
    if folder.trim().is_empty() {
        return Ok(Vec::new());
    }
    let io = |source| IngestError::Io { path: folder.to_owned(), source };
    let place = root.join(folder);
    if !place.is_dir() {
        return Err(wrong(folder, "it is no folder; create it, or leave `plan.papers.templates` empty".into()));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&place).map_err(io)? {
        names.push(entry.map_err(io)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let is_template = |name: &str| Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("j2"));
    if let Some(stranger) = names.iter().find(|name| is_template(name) && !TEMPLATES.contains(&name.as_str())) {
        let near = suggestion(stranger, TEMPLATES);
        return Err(wrong(folder, format!("`{stranger}` is no template{near}; known are {}", TEMPLATES.join(", "))));
    }
    let there = TEMPLATES.into_iter().filter(|known| names.iter().any(|name| name == known));
    there.map(|name| read(&place, folder, name)).collect()
}

fn read(place: &Path, folder: &str, name: &'static str) -> Result<TemplateText, IngestError> {
    let (file, path) = (place.join(name), format!("{}/{name}", folder.trim_end_matches(['/', '\\'])));
    let io = |source| IngestError::Io { path: path.clone(), source };
    if fs::metadata(&file).map_err(io)?.len() > LARGEST {
        return Err(wrong(&path, format!("it is larger than {LARGEST} bytes")));
    }
    let text = String::from_utf8(fs::read(&file).map_err(io)?)
        .map_err(|error| wrong(&path, format!("it is not UTF-8 from byte {} on", error.utf8_error().valid_up_to())))?;
    Ok(TemplateText { name, text: text.trim_start_matches('\u{feff}').to_owned(), path })
}

fn wrong(path: &str, problem: String) -> IngestError {
    IngestError::Template { path: path.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("letters")).unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join("letters").join(name), bytes).unwrap();
        }
        folder
    }

    #[test]
    fn templates_are_read_in_their_order() {
        let root = folder(&[("mail.md.j2", "\u{feff}Hello".as_bytes()), ("call.md.j2", b"Call"), ("notes.txt", b"x")]);
        let found = read_templates(root.path(), "letters/").unwrap();
        let found: Vec<(&str, &str, &str)> =
            found.iter().map(|of| (of.name, of.path.as_str(), of.text.as_str())).collect();
        assert_eq!(
            found,
            [("call.md.j2", "letters/call.md.j2", "Call"), ("mail.md.j2", "letters/mail.md.j2", "Hello")]
        );
        assert_eq!(read_templates(root.path(), "").unwrap(), []);
    }

    #[test]
    fn what_is_no_template_is_named() {
        for (files, said) in [
            (&[("male.md.j2", b"x".as_slice())][..], "did you mean `mail.md.j2`?"),
            (&[("mail.md.j2", b"\xff".as_slice())], "letters/mail.md.j2"),
            (&[("mail.md.j2", vec![b'x'; 600_000].as_slice())], "larger"),
        ] {
            let root = folder(files);
            let error = read_templates(root.path(), "letters").unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert!(matches!(error.cause(), super::super::Cause::Settings));
        }
        let nowhere = tempfile::tempdir().unwrap();
        assert!(read_templates(nowhere.path(), "letters").unwrap_err().to_string().contains("no folder"));
    }
}
