//! A file as rows of text cells, whatever its form.

use std::collections::BTreeSet;
use std::path::Path;

use csv::ByteRecord;

use super::columnar::Columnar;
use super::discover::Found;
use super::document::Document;
use super::form::{self, Form};
use super::open::{self, Digest, Opened};
use super::record::Record;
use super::single::Diagnostic;
use super::text::{Text, TextOptions};
use super::unfold::Unfolded;
use super::workbook::Workbook;
use super::{IngestError, Progress};
use crate::presets::Unfold;

/// A file of any form while it is read: delimited text, JSON, YAML, a workbook, Parquet.
///
/// Every form gives the same: headers, then record after record with one text cell per header. A nested value (a JSON object or
/// array) is a cell that holds its JSON text; who wants a member of it walks into it later.
pub(super) trait Source {
    /// The headers, as the file spells them; repeated ones are repeated.
    fn headers(&self) -> &[String];

    /// Whether the headers are the file's own, and not given to it.
    fn has_header(&self) -> bool {
        true
    }

    /// How the file was understood, for people: `csv, delimiter ;, gz`.
    fn dialect(&self) -> String;

    /// What was decided about the file as a whole and could be seen otherwise.
    fn remarks(&self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// By header, whether its cells are times by type, so that no notation of the configuration holds for them. May be shorter than
    /// the headers.
    fn typed_times(&self) -> &[bool] {
        &[]
    }

    /// Names of columns that no cell can be read from.
    fn unreadable(&self) -> &[String] {
        &[]
    }

    /// Why none of these headers (folded) may be there although the file has them; `is_named`: the configuration names the
    /// delimiter.
    fn explains(&self, _wanted: &BTreeSet<String>, _is_named: bool) -> Option<String> {
        None
    }

    /// The cells of a record that somebody mended by hand, from its text; `None` when the form has no text, or when it is
    /// still not one record.
    fn reread(&self, _raw: &str) -> Option<ByteRecord> {
        None
    }

    /// Says which places of the headers will be asked for, so that a form by columns need not read the others.
    fn select(&mut self, _places: &BTreeSet<usize>) -> Result<(), IngestError> {
        Ok(())
    }

    /// Reads the next record; `false` at the end. A record that cannot be trusted is given with its fault.
    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError>;

    /// Reads what is left on disk and gives the digest of the file.
    fn finish(self: Box<Self>) -> Result<Digest, IngestError>;
}

/// What is looked for in a file, where its form leaves a choice.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Every header that may feed a column, folded.
    pub(super) headers: BTreeSet<String>,
    /// Every source of the preset as it is written, paths and templates too.
    pub(super) sources: Vec<String>,
    /// Where the records of a document are, as a JSON path.
    pub(super) records: Option<String>,
    /// The sheet of a workbook; without it the first that holds the wanted headers, else the first that holds cells.
    pub(super) sheet: Option<String>,
}

/// What can be read, for people.
pub(super) const FORMS: &str =
    "not a .csv, .tsv, .json, .ndjson, .yaml, .xlsx or .parquet file, plain or .gz, .zst or .zip";

/// Whether a file's name is one of a form that can be read, or a packing whose inside tells.
pub(super) fn is_readable(path: &Path) -> bool {
    const KNOWN: [&str; 18] = [
        "csv", "tsv", "txt", "psv", "tab", "parquet", "json", "ndjson", "jsonl", "yaml", "yml", "xlsx", "xlsm", "xls",
        "xlsb", "ods", "zip", "",
    ];
    let extension = open::unpacked_extension(path);
    // A file without an extension may be anything; one that is only packed is a file without one.
    let is_bare = extension.is_empty() && path.extension().is_none();
    KNOWN.contains(&extension.as_str()) && !is_bare
}

/// Whether a file holds JSON or YAML.
pub(super) fn is_document(found: &Found) -> bool {
    let form = Opened::open(&found.path, &found.name, &()).and_then(|mut opened| {
        let head = opened.head(form::HEAD, &found.name)?;
        Ok(form::form_of(opened.inner(), &head))
    });
    matches!(form, Ok(Form::Document | Form::Yaml))
}

/// Opens a file of any form, with the columns that come from its name and what is unfolded of its records.
pub(super) fn open<'p>(
    found: &Found,
    options: &TextOptions,
    wanted: &Wanted,
    unfold: Option<&Unfold>,
    progress: &'p dyn Progress,
) -> Result<Box<dyn Source + 'p>, IngestError> {
    let mut opened = Opened::open(&found.path, &found.name, progress)?;
    let head = opened.head(form::HEAD, &found.name)?;
    let source: Box<dyn Source + 'p> = match form::form_of(opened.inner(), &head) {
        Form::Delimited => Box::new(Text::open(opened, &found.name, options.clone(), wanted)?),
        Form::Document => Box::new(Document::open(opened, &found.name, wanted)?),
        Form::Yaml => Box::new(Document::open_yaml(opened, &found.name, wanted)?),
        Form::Parquet => Box::new(Columnar::open(opened, &found.name)?),
        Form::Workbook => Box::new(Workbook::open(opened, &found.name, wanted)?),
    };
    let mut constants = Vec::new();
    if wanted.sources.iter().any(|source| source == "@file") {
        let name = found.name.rsplit('/').next().unwrap_or_default();
        constants.push(("@file".to_owned(), name.split('.').next().unwrap_or_default().to_owned()));
    }
    if constants.is_empty() && unfold.is_none() {
        return Ok(source);
    }
    Ok(Box::new(Unfolded::new(source, constants, unfold)))
}
