//! A window on a text that is read once: finds where lines and values end without holding more than one of them.

use std::io::{self, Cursor, Read};

use encoding_rs::{UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// Bytes that are asked for at a time.
const CHUNK: usize = 64 * 1024;

/// Where something ends, counted from the place of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// After so many bytes.
    After(usize),
    /// The file ends before, after so many bytes.
    Cut(usize),
    /// It is longer than may be held, and was passed over.
    TooLong,
}

/// A text and the place of reading in it.
pub(super) struct Stream<'p> {
    reader: Box<dyn Read + 'p>,
    buffer: Vec<u8>,
    /// The place of reading in the buffer.
    at: usize,
    /// Bytes of the text before the buffer.
    base: u64,
    line: u64,
    is_ended: bool,
}

impl<'p> Stream<'p> {
    /// Begins behind a byte-order mark. UTF-16, with a mark or without, is read as such.
    pub(super) fn new(mut content: Box<dyn Read + 'p>) -> io::Result<Self> {
        let mut head = Vec::new();
        content.by_ref().take(4).read_to_end(&mut head)?;
        let wide = match head.as_slice() {
            [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0] => Some(UTF_16LE),
            [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255] => Some(UTF_16BE),
            _ => None,
        };
        let base = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        head.drain(..usize::from(base > 0) * 3);
        let whole = Cursor::new(head).chain(content);
        let reader: Box<dyn Read + 'p> = match wide {
            Some(encoding) => {
                Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(whole))
            }
            None => Box::new(whole),
        };
        Ok(Self { reader, buffer: Vec::new(), at: 0, base, line: 1, is_ended: false })
    }

    /// Line of the place of reading, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Byte of the text at the place of reading, from 0.
    pub(super) fn byte(&self) -> u64 {
        self.base + self.at as u64
    }

    /// The next bytes; fewer where the buffer has no more.
    pub(super) fn next_bytes(&self, count: usize) -> &[u8] {
        let rest = self.rest();
        rest.get(..count).unwrap_or(rest)
    }

    /// Everything from the place of reading that was read from disk already.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Sees to it that so many bytes are in the buffer, if the text has them.
    pub(super) fn hold(&mut self, count: usize) -> io::Result<()> {
        while self.rest().len() < count && self.more()? {}
        Ok(())
    }

    /// Whether nothing is left on disk.
    pub(super) fn is_whole(&self) -> bool {
        self.is_ended
    }

    /// Moves on.
    pub(super) fn pass(&mut self, count: usize) {
        let passed = self.next_bytes(count);
        let (bytes, lines) = (passed.len(), memchr::memchr_iter(b'\n', passed).count());
        self.at += bytes;
        self.line += lines as u64;
    }

    /// Moves on to the next byte that is not blank, and gives it.
    pub(super) fn pass_blank(&mut self) -> io::Result<Option<u8>> {
        loop {
            let blank = self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            self.pass(blank);
            if let Some(&byte) = self.rest().first() {
                return Ok(Some(byte));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Finds the end of the line, without its line feed.
    pub(super) fn line_end(&mut self, limit: usize) -> io::Result<End> {
        let mut seen = 0;
        loop {
            if let Some(found) = memchr::memchr(b'\n', self.rest().get(seen..).unwrap_or_default()) {
                if seen + found > limit {
                    self.pass(seen + found);
                    return Ok(End::TooLong);
                }
                return Ok(End::After(seen + found));
            }
            seen = self.rest().len();
            if seen > limit {
                self.pass_line()?;
                return Ok(End::TooLong);
            }
            if !self.more()? {
                return Ok(End::After(seen));
            }
        }
    }

    /// Finds the end of the value that begins at the place of reading. Only its brackets and quotes are looked at.
    pub(super) fn value_end(&mut self, limit: usize) -> io::Result<End> {
        let mut skim = Skim::default();
        let mut seen = 0;
        let mut is_long = false;
        loop {
            if let Some(end) = skim.run(self.rest().get(seen..).unwrap_or_default()) {
                if is_long || seen + end > limit {
                    self.pass(seen + end);
                    return Ok(End::TooLong);
                }
                return Ok(End::After(seen + end));
            }
            seen = self.rest().len();
            if is_long || seen > limit {
                is_long = true;
                self.pass(seen);
                seen = 0;
            }
            if !self.more()? {
                return Ok(match (is_long, skim.is_scalar()) {
                    (true, _) => End::TooLong,
                    (false, true) => End::After(seen),
                    (false, false) => End::Cut(seen),
                });
            }
        }
    }

    /// Moves out of so many objects and arrays; `false` when the file ends before.
    pub(super) fn leave(&mut self, levels: usize) -> io::Result<bool> {
        let mut skim = Skim { depth: levels, ..Skim::default() };
        if levels == 0 {
            return Ok(true);
        }
        loop {
            if let Some(end) = skim.run(self.rest()) {
                self.pass(end);
                return Ok(true);
            }
            self.pass(self.rest().len());
            if !self.more()? {
                return Ok(false);
            }
        }
    }

    /// Moves behind the next line feed.
    pub(super) fn pass_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(found) = memchr::memchr(b'\n', self.rest()) {
                self.pass(found + 1);
                return Ok(());
            }
            self.pass(self.rest().len());
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Reads on; `false` at the end.
    fn more(&mut self) -> io::Result<bool> {
        if self.is_ended {
            return Ok(false);
        }
        if self.at >= CHUNK && self.at >= self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
        let chunk = CHUNK as u64;
        let read = self.reader.by_ref().take(chunk).read_to_end(&mut self.buffer)?;
        self.is_ended = read == 0;
        Ok(read > 0)
    }
}

/// Bytes of the value at the start of a text; `None` when the text ends before it.
pub(super) fn value_length(text: &[u8]) -> Option<usize> {
    Skim::default().run(text)
}

/// Follows the brackets and quotes of a value, to its end.
#[derive(Debug, Clone, Copy, Default)]
struct Skim {
    depth: usize,
    is_begun: bool,
    in_string: bool,
    is_escaped: bool,
}

impl Skim {
    /// Bytes of the value in this part of it, when it ends there.
    fn run(&mut self, part: &[u8]) -> Option<usize> {
        for (place, &byte) in part.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(place + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' | b'{' | b'[' | b' ' | b'\t' | b'\n' | b'\r' | b',' if self.depth == 0 && self.is_begun => {
                    return Some(place);
                }
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' if self.depth == 0 => return Some(place),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(place + 1);
                    }
                }
                _ => {}
            }
            self.is_begun = true;
        }
        None
    }

    /// Whether what was passed is neither in a string nor in brackets.
    fn is_scalar(self) -> bool {
        self.depth == 0 && !self.in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &[u8]) -> Stream<'static> {
        Stream::new(Box::new(Cursor::new(text.to_vec()))).unwrap()
    }

    #[test]
    fn values_end_where_their_brackets_do() {
        for (text, end) in [
            (r#"{"a":"}\"{"}{"#, End::After(12)),
            ("[1,[2]],", End::After(7)),
            ("12,", End::After(2)),
            ("12", End::After(2)),
            ("true]", End::After(4)),
            (r#""a" "#, End::After(3)),
            ("}", End::After(0)),
            (",", End::After(0)),
            ("{\"a\":[1}", End::Cut(8)),
            ("\"open", End::Cut(5)),
        ] {
            assert_eq!(stream(text.as_bytes()).value_end(1 << 20).unwrap(), end, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over() {
        let long = format!("[{}] 7", "1,".repeat(CHUNK));
        let mut stream = stream(long.as_bytes());
        assert_eq!(stream.value_end(100).unwrap(), End::TooLong);
        assert_eq!(stream.pass_blank().unwrap(), Some(b'7'));
        let mut lines = self::stream(format!("{}\nx", "1,".repeat(CHUNK)).as_bytes());
        assert_eq!(lines.line_end(100).unwrap(), End::TooLong);
        assert_eq!((lines.rest(), lines.line(), lines.byte()), (&b"x"[..], 2, 2 * CHUNK as u64 + 1));
    }

    #[test]
    fn marks_are_passed_and_utf_16_is_read() {
        let wide = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for bytes in [
            b"\xef\xbb\xbf[1,2]".to_vec(),
            wide("\u{feff}[1,2]", u16::to_le_bytes),
            wide("\u{feff}[1,2]", u16::to_be_bytes),
            wide("[1,2]", u16::to_le_bytes),
            wide("[1,2]", u16::to_be_bytes),
        ] {
            let mut stream = stream(&bytes);
            stream.hold(10).unwrap();
            assert_eq!(stream.rest(), b"[1,2]", "{bytes:?}");
        }
    }
}
