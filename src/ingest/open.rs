//! From a file on disk to its bytes.
//!
//! Takes a path; gives its bytes decompressed, and its size and BLAKE3 as it lies on disk, in one pass. Refuses a
//! file whose name promises a compression that its bytes do not keep, and one that decompresses to more than any export.

mod archive;
mod budget;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{IngestError, Progress};
use archive::Parts;
pub(super) use archive::{Entry, entries};
pub(super) use budget::Excess;
use budget::{Budget, Counted};

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstandard,
    /// A zip archive of data, and no workbook.
    Zip,
}

impl Packing {
    /// What a dialect says of it; nothing when the file is plain.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ", gz",
            Self::Zstandard => ", zst",
            Self::Zip => ", zip",
        }
    }

    fn of_bytes(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            b"PK\x03\x04" | b"PK\x05\x06" => Self::Zip,
            _ => Self::Plain,
        }
    }

    fn of_name(path: &Path) -> Self {
        match extension(path).as_str() {
            "gz" | "gzip" => Self::Gzip,
            "zst" | "zstd" => Self::Zstandard,
            "zip" => Self::Zip,
            _ => Self::Plain,
        }
    }
}

/// A file's size and digest as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) bytes: u64,
    pub(super) blake3: String,
}

/// An opened file: its decompressed bytes are read from it, and [`Opened::finish`] gives its digest.
pub(super) struct Opened<'p> {
    /// The decompressed bytes. They may be read in part.
    pub(super) content: Box<dyn Read + 'p>,
    /// How it is packed.
    pub(super) packing: Packing,
    inner: PathBuf,
    disk: Disk<'p>,
}

impl<'p> Opened<'p> {
    /// Opens a file; `name` is how messages call it.
    pub(super) fn open(path: &Path, name: &str, progress: &'p dyn Progress) -> Result<Self, IngestError> {
        let failed = |source| IngestError::Io { path: name.into(), source };
        let mut file = File::open(path).map_err(failed)?;
        let mut head = Vec::with_capacity(4);
        file.by_ref().take(4).read_to_end(&mut head).map_err(failed)?;
        let (promised, packing) = (Packing::of_name(path), Packing::of_bytes(&head));
        if promised != Packing::Plain && promised != packing {
            let problem = format!("its name ends in .{}, but its bytes are not compressed so", extension(path));
            return Err(IngestError::Damaged { path: name.into(), problem });
        }
        let disk = Disk::new(file, head, progress);
        let packed = Rc::new(Cell::new(0));
        let counted = Counted::new(disk.clone(), packed.clone());
        let mut opened = Self { content: Box::new(disk.clone()), packing, inner: path.into(), disk };
        match packing {
            Packing::Plain => {}
            Packing::Gzip => opened.content = Box::new(Budget::new(flate2::read::MultiGzDecoder::new(counted), packed)),
            Packing::Zstandard => {
                let decoder = zstd::Decoder::new(counted).map_err(failed)?;
                opened.content = Box::new(Budget::new(decoder, packed));
            }
            Packing::Zip => opened.unzip(path, name)?,
        }
        if matches!(packing, Packing::Gzip | Packing::Zstandard) {
            opened.inner = unpacked(path);
        }
        Ok(opened)
    }

    /// Gives the data of an archive instead of its bytes; those of a workbook are given as they are.
    fn unzip(&mut self, path: &Path, name: &str) -> Result<(), IngestError> {
        let failed = |source| IngestError::Io { path: name.into(), source };
        let entries = entries(File::open(path).map_err(failed)?, name)?;
        if archive::is_office(&entries) {
            self.packing = Packing::Plain;
            return Ok(());
        }
        let (parts, first) = Parts::open(path, name, entries)?;
        self.content = Box::new(parts);
        self.inner = unpacked(Path::new(&first));
        Ok(())
    }

    /// The name of what is read: without the ending of a compression, and of an archive that of the first file in it.
    pub(super) fn inner(&self) -> &Path {
        &self.inner
    }

    /// The first bytes of the content, which are read again after this; fewer where there are no more.
    pub(super) fn head(&mut self, count: u64, name: &str) -> Result<Vec<u8>, IngestError> {
        let mut content = std::mem::replace(&mut self.content, Box::new(io::empty()));
        let mut head = Vec::new();
        content.by_ref().take(count).read_to_end(&mut head).map_err(|source| IngestError::of_read(name, source))?;
        self.content = Box::new(Cursor::new(head.clone()).chain(content));
        Ok(head)
    }

    /// Reads what is left on disk and gives the digest of the whole file.
    pub(super) fn finish(self, name: &str) -> Result<Digest, IngestError> {
        let Self { content, mut disk, .. } = self;
        drop(content);
        io::copy(&mut disk, &mut io::sink()).map_err(|source| IngestError::of_read(name, source))?;
        Ok(disk.digest())
    }
}

/// The file on disk, metered; a clone reads on from the same place.
#[derive(Clone)]
struct Disk<'p> {
    metered: Rc<RefCell<Metered<'p>>>,
}

struct Metered<'p> {
    bytes: io::Chain<Cursor<Vec<u8>>, File>,
    hasher: blake3::Hasher,
    count: u64,
    progress: &'p dyn Progress,
}

impl<'p> Disk<'p> {
    fn new(file: File, head: Vec<u8>, progress: &'p dyn Progress) -> Self {
        let bytes = Cursor::new(head).chain(file);
        let metered = Metered { bytes, hasher: blake3::Hasher::new(), count: 0, progress };
        Self { metered: Rc::new(RefCell::new(metered)) }
    }

    fn digest(&self) -> Digest {
        let metered = self.metered.borrow();
        Digest { bytes: metered.count, blake3: metered.hasher.finalize().to_hex().to_string() }
    }
}

impl Read for Disk<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut metered = self.metered.borrow_mut();
        let read = metered.bytes.read(buffer)?;
        metered.hasher.update(&buffer[..read]);
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        metered.count += bytes;
        metered.progress.advance(bytes);
        Ok(read)
    }
}

/// The extension below a compression's: `csv` of `a.csv.gz`, lower-case.
pub(super) fn unpacked_extension(path: &Path) -> String {
    extension(&unpacked(path))
}

/// A name without the ending of a compression.
fn unpacked(path: &Path) -> PathBuf {
    if Packing::of_name(path) == Packing::Plain { path.into() } else { path.with_extension("") }
}

fn extension(path: &Path) -> String {
    path.extension().map(|ext| ext.to_string_lossy().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Cause;
    use std::io::Write;

    pub(super) fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<(String, Digest), IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut opened = Opened::open(&path, name, &())?;
        let mut text = String::new();
        opened.content.read_to_string(&mut text).map_err(|source| IngestError::of_read(name, source))?;
        Ok((text, opened.finish(name)?))
    }

    #[test]
    fn every_packing_gives_the_same_text_and_the_digest_of_the_disk() {
        let two_members = [gz(b"a,b\n"), gz(b"1,2\n")].concat();
        let zst = zstd::encode_all(&b"a,b\n1,2\n"[..], 3).unwrap();
        for (name, bytes) in [("a.csv", b"a,b\n1,2\n".to_vec()), ("a.csv.gz", two_members), ("a.csv.zst", zst)] {
            let (text, digest) = read(name, &bytes).unwrap();
            assert_eq!(text, "a,b\n1,2\n", "{name}");
            assert_eq!(digest.bytes, bytes.len() as u64);
            assert_eq!(digest.blake3, blake3::hash(&bytes).to_hex().to_string());
        }
    }

    #[test]
    fn a_compressed_file_is_known_by_its_bytes_too() {
        assert_eq!(read("a.csv", &gz(b"x")).unwrap().0, "x");
    }

    #[test]
    fn cut_off_and_false_archives_are_damaged() {
        let text = "0123456789,".repeat(2000);
        let gz = gz(text.as_bytes());
        let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for (name, bytes) in [
            ("a.csv.gz", &gz[..gz.len() - 9]),
            ("a.csv.zst", &zst[..zst.len() - 3]),
            ("a.csv.gz", b"a,b\n1,2\n"),
            ("a.csv.zst", &gz[..]),
            ("a.csv.gz", b""),
            ("a.csv.gz", b"\x1f\x8bnot a gzip file at all"),
        ] {
            let error = read(name, bytes).unwrap_err();
            assert_eq!(error.cause(), Cause::Data, "{error}");
            assert!(error.to_string().starts_with(&format!("`{name}` is damaged")), "{error}");
        }
        assert!(read("a.csv.gz", &gz[..gz.len() - 9]).unwrap_err().to_string().contains("ends in the middle"));
    }

    #[test]
    fn what_grows_out_of_proportion_is_too_large() {
        let zeros = zstd::encode_all(io::repeat(0).take(300 << 20), 3).unwrap();
        let error = read("a.csv.zst", &zeros).unwrap_err();
        assert!(matches!(error, IngestError::TooLarge { .. }), "{error}");
        assert!(error.to_string().contains("decompress it if you trust it"), "{error}");
    }

    #[test]
    fn extensions_below_the_packing() {
        assert_eq!(unpacked_extension(Path::new("a.PARQUET.zst")), "parquet");
        assert_eq!(unpacked_extension(Path::new("a.tsv.gz")), "tsv");
    }
}
