//! How much a compressed file may become.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// Bytes that any file may become, however small it is.
const FREE: u64 = 64 << 20;
/// Bytes out for one byte in; what deflate can do at most is a little more.
pub(super) const MAX_RATIO: u64 = 1000;
/// Bytes that no file may exceed.
pub(super) const MAX_BYTES: u64 = 64 << 30;

/// The error of a reader whose file holds too much; the text says what, the limit and what to do.
#[derive(Debug)]
pub(in crate::ingest) struct Excess(pub(in crate::ingest) String);

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Excess {}

/// Counts the bytes that go through.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, count: Rc<Cell<u64>>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.inner.seek(place)
    }
}

/// Decompressed bytes, as long as they stay in proportion to the compressed ones.
pub(super) struct Budget<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
}

impl<R: Read> Budget<R> {
    /// `packed`: the compressed bytes that were read so far.
    pub(super) fn new(inner: R, packed: Rc<Cell<u64>>) -> Self {
        Self { inner, packed, unpacked: 0 }
    }
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        if self.unpacked > MAX_BYTES {
            return Err(io::Error::other(Excess("it becomes more than 64 GiB; split it".into())));
        }
        if self.unpacked > FREE && self.unpacked / MAX_RATIO > self.packed.get() {
            let problem = format!(
                "it becomes more than {MAX_RATIO} times as large as it is, as no export does; decompress it if you trust it"
            );
            return Err(io::Error::other(Excess(problem)));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(packed: u64, unpacked: u64) -> io::Result<u64> {
        let mut budget = Budget::new(io::repeat(b' ').take(unpacked), Rc::new(Cell::new(packed)));
        io::copy(&mut budget, &mut io::sink())
    }

    #[test]
    fn what_grows_out_of_proportion_is_refused() {
        assert_eq!(unpack(1, FREE).unwrap(), FREE);
        assert_eq!(unpack(FREE / 500, 2 * FREE).unwrap(), 2 * FREE);
        let error = unpack(10, 2 * FREE).unwrap_err();
        assert!(error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Excess>));
    }
}
