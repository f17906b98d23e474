//! In which encoding a text is written.
//!
//! A byte-order mark says it; without one the bytes do: NULs on every second place are UTF-16, bytes that are UTF-8 are
//! UTF-8, and everything else is guessed by a library from the frequency of letters.

use std::io::{Cursor, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// An encoding, and how it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset {
    encoding: &'static Encoding,
    /// Bytes of the mark at the start.
    mark: usize,
    /// Whether it was guessed from the frequency of letters.
    is_guessed: bool,
}

impl Charset {
    /// Finds the encoding from the first bytes of a file.
    pub(super) fn detect(head: &[u8]) -> Self {
        if let Some((encoding, mark)) = Encoding::for_bom(head) {
            return Self { encoding, mark, is_guessed: false };
        }
        let plain = |encoding| Self { encoding, mark: 0, is_guessed: false };
        if let Some(encoding) = wide(head) {
            return plain(encoding);
        }
        let damage = Damage::of(head);
        if damage.bad == 0 || damage.sequences > 4 * damage.bad {
            return plain(UTF_8);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(head, true);
        Self { is_guessed: true, ..plain(detector.guess(None, Utf8Detection::Deny)) }
    }

    /// The encoding of that name, as the Web's registry of labels spells it: `windows-1252`, `latin1`, `utf-16le`.
    pub(super) fn named(label: &str, head: &[u8]) -> Option<Self> {
        let encoding = Encoding::for_label(label.as_bytes())?;
        let mark = Encoding::for_bom(head).filter(|(found, _)| *found == encoding).map_or(0, |(_, mark)| mark);
        Some(Self { encoding, mark, is_guessed: false })
    }

    /// The name for people, lower-case; with the byte-order mark, when there is one.
    pub(super) fn shown(&self) -> String {
        let name = self.encoding.name().to_lowercase();
        if self.mark > 0 { format!("{name} with byte-order mark") } else { name }
    }

    /// Whether it was guessed: neither a mark nor the form of the bytes says it.
    pub(super) fn is_guessed(&self) -> bool {
        self.is_guessed
    }

    /// Whether the bytes are UTF-8 without a mark, of which nothing needs to be said.
    pub(super) fn is_plain(&self) -> bool {
        self.encoding == UTF_8 && self.mark == 0
    }

    /// The bytes as UTF-8, without the mark. UTF-8 passes as it is, damage included, so that the damaged row can be named.
    pub(super) fn decoded<'r>(&self, head: &[u8], rest: Box<dyn Read + 'r>) -> Box<dyn Read + 'r> {
        let bytes = Cursor::new(head[self.mark..].to_vec()).chain(rest);
        if self.encoding == UTF_8 {
            return Box::new(bytes);
        }
        let mut builder = DecodeReaderBytesBuilder::new();
        Box::new(builder.encoding(Some(self.encoding)).bom_override(false).bom_sniffing(false).build(bytes))
    }
}

/// UTF-16 without a mark: among ordinary text every second byte is NUL.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.chunks_exact(2);
    let (mut first, mut second, mut count) = (0_usize, 0_usize, 0_usize);
    for pair in pairs.take(4096) {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
        count += 1;
    }
    match () {
        () if count < 2 => None,
        () if second * 10 >= count * 4 && first * 10 < count => Some(UTF_16LE),
        () if first * 10 >= count * 4 && second * 10 < count => Some(UTF_16BE),
        () => None,
    }
}

/// What stands against UTF-8: broken places, and for it: sequences of several bytes that are whole.
struct Damage {
    bad: usize,
    sequences: usize,
}

impl Damage {
    fn of(bytes: &[u8]) -> Self {
        let (mut bad, mut sequences) = (0, 0);
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            sequences += chunk.valid().chars().filter(|sign| !sign.is_ascii()).count();
            // What the end of the head cuts off is no damage.
            let is_cut = chunks.peek().is_none() && chunk.invalid().len() < 4 && starts_sequence(chunk.invalid());
            bad += usize::from(!chunk.invalid().is_empty() && !is_cut);
        }
        Self { bad, sequences }
    }
}

fn starts_sequence(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| matches!(byte, 0xc2..=0xf4)) && bytes[1..].iter().all(|b| (0x80..0xc0).contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, String) {
        let charset = Charset::detect(bytes);
        let mut text = String::new();
        charset.decoded(bytes, Box::new(std::io::empty())).read_to_string(&mut text).unwrap();
        (charset.shown(), text)
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Stadt;Größe\nKöln;1\nMünchen;2\nZürich;3\n";
        let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let wide_marked = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "utf-8"),
            (marked, "utf-8 with byte-order mark"),
            (wide_marked, "utf-16le with byte-order mark"),
            (utf16(text, u16::to_le_bytes), "utf-16le"),
            (utf16(text, u16::to_be_bytes), "utf-16be"),
            (latin, "windows-1252"),
        ] {
            assert_eq!(read(&bytes), (name.to_owned(), text.to_owned()));
        }
    }

    #[test]
    fn one_bad_byte_does_not_make_a_text_latin() {
        let mut bytes = "Köln;Größe;Zürich;Düren;Görlitz\n".as_bytes().to_vec();
        bytes.extend(b"K\xf6ln\n");
        assert_eq!(Charset::detect(&bytes).shown(), "utf-8");
    }

    #[test]
    fn a_head_cut_inside_a_letter_is_utf_8() {
        let text = "aé".repeat(20);
        assert_eq!(Charset::detect(&text.as_bytes()[..59]).shown(), "utf-8");
        assert_eq!(Charset::detect(b"").shown(), "utf-8");
        assert_eq!(Charset::detect(b"\xe9").shown(), "utf-8");
    }

    #[test]
    fn an_encoding_can_be_named() {
        assert_eq!(Charset::named("latin1", b"").map(|c| c.shown()).as_deref(), Some("windows-1252"));
        assert_eq!(Charset::named("klingon", b""), None);
    }
}
