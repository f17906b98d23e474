//! Zip archives: what lies in them, checked before a byte is decompressed, and their data files as one stream.
//!
//! Takes an archive of one data file, or of the parts of one export; gives their text one behind the other in the order of
//! their names, with the header of a delimited export once. Refuses archives that cannot be read safely (too many entries,
//! too large, names that lead out of it, overlapping entries), encrypted ones, archives in archives, and archives of several
//! different tables.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zip::{CompressionMethod, ZipArchive};

use super::budget::{Budget, Counted, MAX_BYTES, MAX_RATIO};
use super::{Packing, extension, unpacked_extension};
use crate::ingest::IngestError;

/// Entries that an archive may have.
const MAX_ENTRIES: usize = 10_000;
/// Longest header line of a part.
const LONGEST_HEADER: u64 = 64 << 10;
/// Archives of other kinds, by the ends of their names.
const ARCHIVES: [&str; 9] = ["zip", "7z", "rar", "tar", "tgz", "xlsx", "xlsm", "xls", "ods"];

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) struct Entry {
    pub(in crate::ingest) name: String,
    /// Bytes that it says to become.
    pub(in crate::ingest) size: u64,
    /// Its bytes in the archive.
    pub(in crate::ingest) packed: u64,
    start: u64,
    crc: u32,
    /// `None` for a way of compressing that is not read.
    is_deflated: Option<bool>,
}

/// The files in an archive, in the order of its directory; folders and what macOS adds are left out.
pub(in crate::ingest) fn entries<R: Read + Seek>(reader: R, name: &str) -> Result<Vec<Entry>, IngestError> {
    let mut archive = IngestError::guarded(name, "zip", || ZipArchive::new(reader))?;
    let unsupported = |problem: String| IngestError::Unsupported { path: name.into(), problem };
    if archive.len() > MAX_ENTRIES {
        let problem = format!("it holds {} files, and at most {MAX_ENTRIES} are read; unpack it", archive.len());
        return Err(IngestError::TooLarge { path: name.into(), problem });
    }
    if IngestError::guarded(name, "zip", || archive.has_overlapping_entries())? {
        return Err(IngestError::Damaged { path: name.into(), problem: "its entries overlap".into() });
    }
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let entry = IngestError::guarded(name, "zip", || archive.by_index_raw(index))?;
        let inner = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if leads_out(&inner) {
            return Err(unsupported(format!("its entry `{inner}` would lie outside of it; pack it again")));
        }
        let last = inner.rsplit(['/', '\\']).next().unwrap_or_default();
        if !entry.is_file()
            || last.is_empty()
            || last == ".DS_Store"
            || last.starts_with("._")
            || inner.starts_with("__MACOSX/")
        {
            continue;
        }
        if entry.encrypted() {
            return Err(unsupported(format!("`{inner}` in it is encrypted; unpack it with its password")));
        }
        entries.push(Entry {
            size: entry.size(),
            packed: entry.compressed_size(),
            start: entry.data_start().unwrap_or(u64::MAX),
            crc: entry.crc32(),
            is_deflated: match entry.compression() {
                CompressionMethod::Stored => Some(false),
                CompressionMethod::Deflated => Some(true),
                _ => None,
            },
            name: inner,
        });
    }
    Ok(entries)
}

/// Whether a name is not that of a file in the archive: absolute, with a drive, or with a step up.
fn leads_out(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    let is_drive = parts.clone().next().is_some_and(|first| first.len() == 2 && first.ends_with(':'));
    is_drive || name.starts_with(['/', '\\']) || name.contains('\0') || parts.any(|part| part == "..")
}

impl Entry {
    /// Its bytes, decompressed; more than it says to have, or others than its checksum says, are an error.
    pub(in crate::ingest) fn read<R: Read + Seek + 'static>(&self, mut archive: R) -> io::Result<Box<dyn Read>> {
        archive.seek(SeekFrom::Start(self.start))?;
        let packed = archive.take(self.packed);
        let inner: Box<dyn Read> = match self.is_deflated {
            Some(false) => Box::new(packed),
            Some(true) => Box::new(flate2::read::DeflateDecoder::new(packed)),
            None => {
                let problem = format!("`{}` in it is compressed in a way that is not read; use deflate", self.name);
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
        };
        Ok(Box::new(Checked { inner, left: self.size, crc: self.crc, sum: flate2::Crc::new() }))
    }
}

/// Bytes that must be as many as was said, and have the checksum that was said.
struct Checked {
    inner: Box<dyn Read>,
    left: u64,
    crc: u32,
    sum: flate2::Crc,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        let is_end = read == 0 && !buffer.is_empty();
        let left = self.left.checked_sub(read as u64);
        if left.is_none() || (is_end && (left != Some(0) || self.sum.sum() != self.crc)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an entry is not as the directory of the zip says"));
        }
        self.left = left.unwrap_or_default();
        Ok(read)
    }
}

/// Whether an archive is a document of an office program and no archive of data.
pub(super) fn is_office(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.name == "[Content_Types].xml" || entry.name == "mimetype")
}

/// What data files hold, by the ends of their names.
fn kind(name: &str) -> Option<&'static str> {
    match unpacked_extension(Path::new(name)).as_str() {
        "csv" | "tsv" | "tab" | "psv" => Some("csv"),
        "txt" => Some("txt"),
        "json" | "ndjson" | "jsonl" => Some("json"),
        "yaml" | "yml" => Some("yaml"),
        "parquet" => Some("parquet"),
        _ => None,
    }
}

/// The data files of an archive as one stream of bytes.
pub(super) struct Parts {
    path: PathBuf,
    /// What is not begun yet, the next last.
    left: Vec<Entry>,
    reading: Option<BufReader<Box<dyn Read>>>,
    /// Whether the first line of what is not begun yet stands in the first part.
    has_header: bool,
    is_begun: bool,
    last: u8,
    packed: Rc<Cell<u64>>,
}

impl Parts {
    /// Chooses the data files and checks that they belong together; also the name of the first.
    pub(super) fn open(path: &Path, name: &str, entries: Vec<Entry>) -> Result<(Budget<Self>, String), IngestError> {
        let unsupported = |problem: String| IngestError::Unsupported { path: name.into(), problem };
        let mut parts = chosen(entries).map_err(unsupported)?;
        let (size, packed) = parts.iter().fold((0_u64, 0_u64), |(size, packed), part| {
            (size.saturating_add(part.size), packed.saturating_add(part.packed))
        });
        if size > MAX_BYTES || size / MAX_RATIO > packed {
            let problem = format!(
                "it becomes {} MiB, more than 64 GiB or {MAX_RATIO} times as large as it is; unpack it if you trust it",
                size >> 20
            );
            return Err(IngestError::TooLarge { path: name.into(), problem });
        }
        parts.sort_by(|a, b| b.name.cmp(&a.name));
        let first = parts.last().map(|part| part.name.clone()).unwrap_or_default();
        let has_header = parts.len() > 1 && matches!(kind(&first), Some("csv" | "txt"));
        let mut whole = Self {
            path: path.into(),
            left: Vec::new(),
            reading: None,
            has_header,
            is_begun: false,
            last: b'\n',
            packed: Rc::new(Cell::new(0)),
        };
        if has_header {
            whole.check_headers(&parts, name)?;
        }
        whole.left = parts;
        whole.packed.set(0);
        let packed = whole.packed.clone();
        Ok((Budget::new(whole, packed), first))
    }

    /// Parts of one export have one header.
    fn check_headers(&self, parts: &[Entry], name: &str) -> Result<(), IngestError> {
        let mut first: Option<(&str, Vec<u8>)> = None;
        for part in parts.iter().rev() {
            let mut reader = self.begin(part).map_err(|error| IngestError::of_read(name, error))?;
            let line = header(&mut reader).map_err(|error| IngestError::of_read(name, error))?;
            match &first {
                _ if line.is_empty() => {}
                None => first = Some((&part.name, line)),
                Some((_, known)) if *known == line && !line.starts_with(b"\xff\xfe") => {}
                Some((known, _)) => {
                    let problem = format!(
                        "`{known}` and `{}` in it have not the same header; unpack it, and give each its own [[input]]",
                        part.name
                    );
                    return Err(IngestError::Unsupported { path: name.into(), problem });
                }
            }
        }
        Ok(())
    }

    /// A part from its beginning, decompressed, without a byte-order mark.
    fn begin(&self, part: &Entry) -> io::Result<BufReader<Box<dyn Read>>> {
        let raw = part.read(Counted::new(File::open(&self.path)?, self.packed.clone()))?;
        let inner: Box<dyn Read> = match Packing::of_name(Path::new(&part.name)) {
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(raw)),
            Packing::Zstandard => Box::new(zstd::Decoder::new(raw)?),
            Packing::Plain | Packing::Zip => raw,
        };
        let mut reader = BufReader::with_capacity(64 << 10, inner);
        if self.is_begun && reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
        }
        Ok(reader)
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(reader) = &mut self.reading else {
                let Some(part) = self.left.pop() else { return Ok(0) };
                let mut reader = self.begin(&part)?;
                if self.is_begun && self.has_header {
                    header(&mut reader)?;
                }
                self.reading = Some(reader);
                continue;
            };
            let read = reader.read(buffer)?;
            if let Some(&last) = read.checked_sub(1).and_then(|last| buffer.get(last)) {
                (self.last, self.is_begun) = (last, true);
                return Ok(read);
            }
            if buffer.is_empty() {
                return Ok(0);
            }
            self.reading = None;
            if self.last != b'\n' && !self.left.is_empty() {
                self.last = b'\n';
                if let Some(first) = buffer.first_mut() {
                    *first = b'\n';
                    return Ok(1);
                }
            }
        }
    }
}

/// Reads the first line, without its end and byte-order mark.
fn header(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let line = line.trim_ascii_end();
    Ok(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).to_vec())
}

/// The entries that are data: of one kind, without what explains them.
fn chosen(entries: Vec<Entry>) -> Result<Vec<Entry>, String> {
    let ends = |entry: &&Entry| ARCHIVES.contains(&extension(Path::new(&entry.name)).as_str());
    if let Some(inner) = entries.iter().find(ends) {
        return Err(format!("it holds `{}`, an archive in an archive; unpack it", inner.name));
    }
    if entries.len() == 1 {
        return Ok(entries);
    }
    let stem = |entry: &Entry| entry.name.rsplit('/').next().unwrap_or_default().to_lowercase();
    let explains =
        |entry: &Entry| ["readme", "license", "manifest", "metadata"].iter().any(|word| stem(entry).starts_with(word));
    let mut data: Vec<Entry> = entries.into_iter().filter(|entry| kind(&entry.name).is_some()).collect();
    if data.iter().any(|entry| !explains(entry)) {
        data.retain(|entry| !explains(entry));
    }
    if data.iter().any(|entry| kind(&entry.name) != Some("txt")) {
        data.retain(|entry| kind(&entry.name) != Some("txt"));
    }
    let Some(first) = data.first() else { return Err("it holds no file of data; unpack it".into()) };
    let is_like = |entry: &Entry| kind(&entry.name) == kind(&first.name);
    let other = data.iter().find(|entry| !is_like(entry));
    let other = other.or(data.get(1).filter(|_| matches!(kind(&first.name), Some("yaml" | "parquet"))));
    match other {
        None => Ok(data),
        Some(other) => Err(format!(
            "it holds `{}` and `{}`, which are not parts of one export; unpack it, and give each its own [[input]]",
            first.name, other.name
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::open::{Opened, tests::gz};
    use proptest::prelude::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8]) -> Result<String, IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, bytes).unwrap();
        let mut opened = Opened::open(&path, "a.zip", &())?;
        assert_eq!(opened.packing.suffix(), ", zip");
        let mut text = Vec::new();
        opened.head(3, "a.zip")?;
        opened.content.read_to_end(&mut text).map_err(|error| IngestError::of_read("a.zip", error))?;
        let digest = opened.finish("a.zip")?;
        assert_eq!(digest.blake3, blake3::hash(bytes).to_hex().to_string());
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn the_parts_of_an_export_are_one_text() {
        let one = gz(b"{\"a\":1}\n");
        let two = gz(b"{\"a\":2}");
        let amplitude: &[(&str, &[u8])] = &[
            ("1/1_2026-01-01_2#0.json.gz", &two),
            ("1/1_2026-01-01_1#0.json.gz", &one),
            ("1/1_2026-01-01_3#0.json.gz", &one),
            ("__MACOSX/1/._x.json.gz", b"junk"),
            ("1/.DS_Store", b"junk"),
        ];
        assert_eq!(read(&zip(amplitude)).unwrap(), "{\"a\":1}\n{\"a\":2}\n{\"a\":1}\n");
        let tables: &[(&str, &[u8])] = &[
            ("b.csv", b"\xef\xbb\xbfid,x\r\n2,b"),
            ("a.csv", b"id,x\n1,a"),
            ("c.csv", b""),
            ("d.csv", b"id,x\n"),
            ("README.txt", b"about"),
        ];
        assert_eq!(read(&zip(tables)).unwrap(), "id,x\n1,a\n2,b\n");
        assert_eq!(read(&zip(&[("data", b"x"),])).unwrap(), "x");
        assert_eq!(read(&zip(&[("m.csv", b"x"), ("manifest.json", b"{}")])).unwrap(), "x");
    }

    type Files<'f> = &'f [(&'f str, &'f [u8])];

    #[test]
    fn archives_that_are_no_export_are_refused_with_the_reason() {
        let many: Vec<String> = (0..=MAX_ENTRIES).map(|index| format!("{index}.csv")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let cases: [(Files, &str); 7] = [
            (&[("a.csv", b"a,b\n"), ("b.csv", b"a,c\n")], "not the same header"),
            (&[("a.csv", b"a"), ("b.json", b"{}")], "not parts of one export"),
            (&[("a.csv", b"a"), ("b.zip", b"")], "an archive in an archive"),
            (&[("../a.csv", b"a")], "outside of it"),
            (&[("/a.csv", b"a")], "outside of it"),
            (&[("a.pdf", b"a"), ("b.pdf", b"a")], "no file of data"),
            (&many, "at most 10000"),
        ];
        for (files, reason) in cases {
            let error = read(&zip(files)).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
            assert_eq!(error.cause(), crate::ingest::Cause::Data);
        }
        let bomb = read(&zip(&[("a.csv", &vec![b' '; 80 << 20])])).unwrap_err();
        assert!(matches!(bomb, IngestError::TooLarge { .. }), "{bomb}");
        let inner = gz(&vec![b' '; 200 << 20]);
        let twice = read(&zip(&[("a.csv.gz", &gz(&inner)), ("b.csv.gz", &inner)])).unwrap_err();
        assert!(matches!(twice, IngestError::TooLarge { .. } | IngestError::Unsupported { .. }), "{twice}");
    }

    #[test]
    fn an_entry_that_lies_about_itself_is_damage() {
        let sound = zip(&[("a.csv", &b"id,name\n".repeat(50))]);
        let directory = sound.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        for (place, what) in [(16, "sum"), (24, "size"), (42, "start")] {
            let mut bytes = sound.clone();
            bytes[directory + place] ^= 1;
            assert!(matches!(read(&bytes), Err(IngestError::Damaged { .. })), "{what}");
        }
        let mut encrypted = sound.clone();
        encrypted[6] |= 1;
        encrypted[directory + 8] |= 1;
        assert!(read(&encrypted).unwrap_err().to_string().contains("encrypted"));
        for length in 4..sound.len() {
            assert!(read(&sound[..length]).is_err(), "{length}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn damaged_archives_never_panic(places in prop::collection::vec((0..2000_usize, any::<u8>()), 1..4)) {
            let mut bytes = zip(&[("a.csv", b"id,name\n1,x\n"), ("b.csv", b"id,name\n2,y\n")]);
            for (place, byte) in places {
                let place = place % bytes.len();
                if place > 3 {
                    bytes[place] = byte;
                }
            }
            let _ = read(&bytes);
        }
    }
}
