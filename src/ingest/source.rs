//! A file as rows of text cells, whatever its form.

use std::collections::BTreeSet;

use super::IngestError;
use super::open::Digest;
use super::record::Record;

/// A file of any form while it is read: delimited text, JSON, YAML, a workbook, Parquet.
///
/// Every form gives the same: headers, then record after record with one text cell per header. A nested value (a JSON object or
/// array) is a cell that holds its JSON text; who wants a member of it walks into it later.
pub(super) trait Source {
    /// The headers, as the file spells them; repeated ones are repeated.
    fn headers(&self) -> &[String];

    /// How the file was understood, for people: `csv, delimiter ;, gz`.
    fn dialect(&self) -> String;

    /// By header, whether its cells are times by type, so that no notation of the configuration holds for them. May be shorter than
    /// the headers.
    fn typed_times(&self) -> &[bool] {
        &[]
    }

    /// Names of columns that no cell can be read from.
    fn unreadable(&self) -> &[String] {
        &[]
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
