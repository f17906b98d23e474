use std::io::Write as _;

use flate2::{Compression, GzBuilder};

/// A CSV file under its header. Writing to memory cannot fail.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(super) fn new(header: &[&str], delimiter: u8) -> Self {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
        let _ = writer.write_record(header);
        Self(writer)
    }

    pub(super) fn row<I: IntoIterator<Item = S>, S: AsRef<[u8]>>(&mut self, cells: I) {
        let _ = self.0.write_record(cells);
    }

    /// A row of a wide export: the named cells, every other empty.
    pub(super) fn sparse(&mut self, header: &[&str], cells: &[(&str, &str)]) {
        let cell = |name: &&str| cells.iter().find(|(known, _)| known == name).map_or("", |(_, cell)| cell);
        self.row(header.iter().map(cell));
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}

/// Compressed without a time stamp, so that equal bytes stay equal.
pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(9));
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
