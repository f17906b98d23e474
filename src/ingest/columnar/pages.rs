//! Whether the sizes that a Parquet file claims can be true.
//!
//! The library asks for memory by what the headers of pages say, and a request that is too large ends the process. So the headers
//! of all pages of the columns are read first, and what they claim is compared with the file and with the footer.

use std::ops::Range;

/// Rows that any file may have, however small it is; a column of one value has many in few bytes.
const FREE_ROWS: u64 = 10_000_000;
/// Rows for each byte of a file beyond that.
const ROWS_PER_BYTE: u64 = 1000;
/// Bytes that any page may become.
const FREE_BYTES: u64 = 64 << 20;
/// Bytes out for one byte in, of a page beyond that.
const MAX_RATIO: u64 = 1000;
/// Structures in each other in the header of a page.
const MAX_DEPTH: usize = 16;

/// What the footer says of one column in one group of rows.
pub(super) struct Chunk {
    /// Its bytes in the file.
    pub(super) place: Range<u64>,
    /// Its values; of a column that holds lists as many as the items of all lists.
    pub(super) values: i64,
    /// The rows of the group.
    pub(super) rows: u64,
    /// Whether it has one value for every row.
    pub(super) is_flat: bool,
}

/// Checks the number of rows; what is wrong with it.
pub(super) fn check_rows(rows: u64, bytes: u64) -> Result<(), String> {
    if rows > FREE_ROWS && rows / ROWS_PER_BYTE > bytes {
        return Err(format!("its footer claims {rows} rows in {bytes} bytes"));
    }
    Ok(())
}

/// Checks the pages of a column; what is wrong with them.
pub(super) fn check_chunk(file: &[u8], chunk: &Chunk) -> Result<(), String> {
    let values = u64::try_from(chunk.values).map_err(|_| "its footer claims a negative number of values".to_owned())?;
    if chunk.is_flat && values != chunk.rows {
        return Err(format!("its footer claims {values} values of a column in {} rows", chunk.rows));
    }
    let start = usize::try_from(chunk.place.start).unwrap_or(usize::MAX);
    let end = usize::try_from(chunk.place.end).unwrap_or(usize::MAX);
    let Some(mut rest) = file.get(start..end) else { return Err("a column lies outside of it".into()) };
    let mut seen = 0;
    while seen < values && !rest.is_empty() {
        let mut thrift = Thrift { bytes: rest };
        let page = thrift.page().ok_or("the header of a page cannot be read")?;
        let data = usize::try_from(page.packed).ok().and_then(|size| thrift.bytes.split_at_checked(size));
        let Some((data, behind)) = data else { return Err("a page claims to be longer than its column".into()) };
        let unpacked = u64::try_from(page.unpacked).map_err(|_| "a page claims a negative size")?;
        if unpacked > FREE_BYTES && unpacked / MAX_RATIO > data.len() as u64 {
            return Err(format!("a page of {} bytes claims to become {unpacked}", data.len()));
        }
        let count = u64::try_from(page.values).map_err(|_| "a page claims a negative number of values")?;
        match page.kind {
            Some(PageKind::Data) => seen += count,
            Some(PageKind::Dictionary) if count > unpacked => {
                return Err(format!("a dictionary of {unpacked} bytes claims {count} values"));
            }
            Some(PageKind::Dictionary) | None => {}
        }
        if seen > values {
            return Err(format!("its pages claim more than the {values} values of their column"));
        }
        rest = behind;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageKind {
    Data,
    Dictionary,
}

/// What the header of a page claims.
#[derive(Debug, Default)]
struct Page {
    /// `None` for a page without values.
    kind: Option<PageKind>,
    unpacked: i64,
    packed: i64,
    values: i64,
}

/// Reads Thrift's compact protocol.
struct Thrift<'b> {
    bytes: &'b [u8],
}

impl Thrift<'_> {
    fn page(&mut self) -> Option<Page> {
        let mut page = Page::default();
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (1, 5) => {
                    page.kind = match self.signed()? {
                        0 | 3 => Some(PageKind::Data),
                        2 => Some(PageKind::Dictionary),
                        _ => None,
                    }
                }
                (2, 5) => page.unpacked = self.signed()?,
                (3, 5) => page.packed = self.signed()?,
                (5 | 7 | 8, 12) => page.values = self.values()?,
                _ => self.skip(kind, 0)?,
            }
        }
        Some(page)
    }

    /// The first field of the header of a kind of page.
    fn values(&mut self) -> Option<i64> {
        let (mut field, mut values) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            if (field, kind) == (1, 5) {
                values = self.signed()?;
            } else {
                self.skip(kind, 0)?;
            }
        }
        Some(values)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The type of the next field, with its number; the inner `None` at the end of the structure.
    #[expect(clippy::option_option, reason = "the outer one is the end of the bytes")]
    fn field(&mut self, number: &mut i64) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *number = match head >> 4 {
            0 => self.signed()?,
            step => number.checked_add(i64::from(step))?,
        };
        Some(Some(head & 0xf))
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// Passes a value of a type.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.unsigned().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let size = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
                // The elements of a list of flags are bytes, and those of a field none.
                let kind = if matches!(head & 0xf, 1 | 2) { 3 } else { head & 0xf };
                (0..size).try_for_each(|_| self.skip(kind, depth + 1))
            }
            12 => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The header of a page: kind, bytes unpacked and packed, values.
    fn page(kind: u8, unpacked: i64, packed: i64, values: i64) -> Vec<u8> {
        let number = |number: i64| {
            let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
            let mut bytes = Vec::new();
            while rest > 0x7f {
                bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
                rest >>= 7;
            }
            bytes.push(u8::try_from(rest).unwrap());
            bytes
        };
        let inner = if kind == 2 { 0x4c } else { 0x2c };
        [
            &[0x15][..],
            &number(kind.into()),
            &[0x15],
            &number(unpacked),
            &[0x15],
            &number(packed),
            &[inner, 0x15],
            &number(values),
            &[0, 0],
        ]
        .concat()
    }

    fn check(pages: &[Vec<u8>], values: i64, rows: u64) -> Result<(), String> {
        let file = pages.concat();
        check_chunk(&file, &Chunk { place: 0..file.len() as u64, values, rows, is_flat: true })
    }

    #[test]
    fn claims_are_compared_with_the_file() {
        let data = |header: Vec<u8>, bytes: usize| [header, vec![0; bytes]].concat();
        assert_eq!(check(&[data(page(2, 8, 4, 2), 4), data(page(0, 9, 3, 10), 3)], 10, 10), Ok(()));
        for (pages, part) in [
            (vec![data(page(0, 9, 3, i64::from(i32::MAX)), 3)], "more than the 10 values"),
            (vec![data(page(0, 9, 3, -1), 3)], "negative number"),
            (vec![data(page(0, -9, 3, 1), 3)], "negative size"),
            (vec![data(page(0, 9, 4, 1), 3)], "longer than its column"),
            (vec![data(page(0, 2 << 30, 3, 1), 3)], "claims to become"),
            (vec![data(page(2, 8, 3, 1 << 30), 3)], "a dictionary"),
            (vec![vec![0x1f; 30]], "cannot be read"),
        ] {
            let problem = check(&pages, 10, 10).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        }
        assert!(check(&[], 11, 10).unwrap_err().contains("in 10 rows"));
        assert!(check_chunk(&[], &Chunk { place: 4..9, values: 1, rows: 1, is_flat: true }).is_err());
        assert!(check_rows(20_000_000, 100).is_err() && check_rows(20_000_000, 1 << 20).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_sound_or_not(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = check(&[bytes], 10, 10);
        }
    }
}
