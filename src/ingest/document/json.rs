//! The grammar of JSON (RFC 8259), strictly and without a copy: where the parts of a value stand in its text.
//!
//! Numbers keep the digits that they are written with; no value is converted. Refuses what the grammar refuses, and more
//! than [`MAX_DEPTH`] levels, so that no text can exhaust the stack.

use std::borrow::Cow;
use std::ops::Range;

/// Objects and arrays that may stand in each other.
pub(super) const MAX_DEPTH: usize = 128;

/// Why a text is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The text departs from the grammar.
    Syntax { at: usize, expected: &'static str },
    /// More than [`MAX_DEPTH`] levels.
    TooDeep { at: usize },
    /// Half of a UTF-16 pair, which is no character.
    Surrogate { at: usize },
}

impl Broken {
    /// The byte where it is.
    pub(super) fn at(self) -> usize {
        match self {
            Self::Syntax { at, .. } | Self::TooDeep { at } | Self::Surrogate { at } => at,
        }
    }

    /// What was expected there.
    pub(super) fn expected(self) -> Cow<'static, str> {
        match self {
            Self::Syntax { expected, .. } => expected.into(),
            Self::TooDeep { .. } => format!("at most {MAX_DEPTH} levels of objects and arrays").into(),
            Self::Surrogate { .. } => "both halves of a UTF-16 pair".into(),
        }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
    Word,
}

/// The name and the place of a member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) value: Range<usize>,
}

/// The kind of the one value that a text holds.
pub(super) fn check(text: &str) -> Result<Kind, Broken> {
    let mut scan = Scan { text, at: 0 };
    scan.blank();
    let kind = scan.value(0)?;
    scan.end()?;
    Ok(kind)
}

/// The members of the object that a text holds, in order, those of the same name too; `None` when it holds another value.
pub(super) fn members(text: &str) -> Result<Option<Vec<Member<'_>>>, Broken> {
    let mut scan = Scan { text, at: 0 };
    scan.blank();
    if scan.peek() != Some(b'{') {
        return check(text).map(|_| None);
    }
    let mut members = Vec::new();
    scan.object(1, &mut |name, value| {
        let name = unescaped(text.get(name).unwrap_or_default());
        members.push(Member { name, value });
    })?;
    scan.end()?;
    Ok(Some(members))
}

/// The places of the elements of the array that a text holds; `None` when it holds another value.
pub(super) fn elements(text: &str) -> Result<Option<Vec<Range<usize>>>, Broken> {
    let mut scan = Scan { text, at: 0 };
    scan.blank();
    if scan.peek() != Some(b'[') {
        return check(text).map(|_| None);
    }
    let mut elements = Vec::new();
    scan.array(1, &mut |element| elements.push(element))?;
    scan.end()?;
    Ok(Some(elements))
}

/// A sound value as the text of a cell: a string without its quotes and escapes, nothing for null, all else as it stands.
pub(super) fn cell(value: &str) -> Cow<'_, str> {
    match value.as_bytes().first() {
        Some(b'"') => unescaped(value),
        Some(b'n') => Cow::Borrowed(""),
        _ => Cow::Borrowed(value),
    }
}

/// The characters of a sound string, given with its quotes.
pub(super) fn unescaped(string: &str) -> Cow<'_, str> {
    let inner = string.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(string);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, behind)) = rest.split_once('\\') {
        text.push_str(before);
        let mut signs = behind.chars();
        let sign = signs.next();
        rest = signs.as_str();
        match sign {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (unit, behind) = unit(rest);
                rest = behind;
                let is_high = (0xd800..0xdc00).contains(&unit);
                let low = rest.strip_prefix("\\u").filter(|_| is_high).map(self::unit);
                let code = low.map_or(unit, |(low, behind)| {
                    rest = behind;
                    0x1_0000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
                });
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Four hexadecimal digits, and what is behind them.
fn unit(text: &str) -> (u32, &str) {
    let (digits, behind) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0xfffd), behind)
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, Broken> {
        Err(Broken::Syntax { at: self.at, expected })
    }

    fn end(&mut self) -> Result<(), Broken> {
        self.blank();
        if self.peek().is_some() { self.fail("nothing behind the value") } else { Ok(()) }
    }

    /// Passes a value that stands below so many levels.
    fn value(&mut self, depth: usize) -> Result<Kind, Broken> {
        match self.peek() {
            Some(b'{') => self.object(depth + 1, &mut |_, _| {}).map(|()| Kind::Object),
            Some(b'[') => self.array(depth + 1, &mut |_| {}).map(|()| Kind::Array),
            Some(b'"') => self.string().map(|()| Kind::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Kind::Number),
            _ => {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word));
                let Some(word) = word else { return self.fail("a JSON value") };
                self.at += word.len();
                Ok(Kind::Word)
            }
        }
    }

    fn object(&mut self, depth: usize, each: &mut dyn FnMut(Range<usize>, Range<usize>)) -> Result<(), Broken> {
        if depth > MAX_DEPTH {
            return Err(Broken::TooDeep { at: self.at });
        }
        self.at += 1;
        self.blank();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fail("a name in quotes");
            }
            self.string()?;
            let name = start..self.at;
            self.blank();
            if self.peek() != Some(b':') {
                return self.fail("`:`");
            }
            self.at += 1;
            self.blank();
            let start = self.at;
            self.value(depth)?;
            each(name, start..self.at);
            if self.is_last(b'}', "`,` or `}`")? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, depth: usize, each: &mut dyn FnMut(Range<usize>)) -> Result<(), Broken> {
        if depth > MAX_DEPTH {
            return Err(Broken::TooDeep { at: self.at });
        }
        self.at += 1;
        self.blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let start = self.at;
            self.value(depth)?;
            each(start..self.at);
            if self.is_last(b']', "`,` or `]`")? {
                return Ok(());
            }
        }
    }

    /// Passes a comma with the blanks around it, or the closing sign.
    fn is_last(&mut self, close: u8, expected: &'static str) -> Result<bool, Broken> {
        self.blank();
        let sign = self.peek();
        if sign != Some(b',') && sign != Some(close) {
            return self.fail(expected);
        }
        self.at += 1;
        if sign == Some(b',') {
            self.blank();
        }
        Ok(sign == Some(close))
    }

    fn string(&mut self) -> Result<(), Broken> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return self.fail("`\\n` and the like for a control character"),
                Some(_) => self.at += 1,
                None => return self.fail("a closing quote"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Broken> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let high = self.hex()?;
                if (0xdc00..0xe000).contains(&high) {
                    return Err(Broken::Surrogate { at: start });
                }
                if (0xd800..0xdc00).contains(&high) {
                    let behind = self.text.as_bytes().get(self.at..).unwrap_or_default();
                    self.at += 1;
                    if !behind.starts_with(b"\\u") || !(0xdc00..0xe000).contains(&self.hex()?) {
                        return Err(Broken::Surrogate { at: start });
                    }
                }
            }
            _ => return self.fail("one of the escapes of JSON"),
        }
        Ok(())
    }

    /// `u` and four hexadecimal digits.
    fn hex(&mut self) -> Result<u32, Broken> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|digit| char::from(digit).to_digit(16));
            let Some(digit) = digit else { return self.fail("four hexadecimal digits") };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), Broken> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Broken> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return self.fail("a digit");
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_grammar_is_strict() {
        for sound in
            ["{}", " [] ", "0", "-0.5e+10", "1E400", "\"\\u00e9\\ud83d\\ude00\\/\"", "[1,[2,{\"a\":null}],true]"]
        {
            assert!(check(sound).is_ok(), "{sound}");
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(sound).is_ok(), "{sound}");
        }
        for broken in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "NaN",
            "-Infinity",
            "tru",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "\"open",
            "[1 2]",
            "{\"a\" 1}",
            "1 2",
            "{}{}",
            "\u{feff}1",
            "[1]]",
        ] {
            assert!(matches!(check(broken), Err(Broken::Syntax { .. })), "{broken}");
        }
        for half in ["\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\""] {
            assert!(matches!(check(half), Err(Broken::Surrogate { at: 1 })), "{half}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(Kind::Array));
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(Broken::TooDeep { at: MAX_DEPTH }));
        assert!(check(&"{\"a\":".repeat(100_000)).is_err());
    }

    #[test]
    fn parts_stand_where_they_are_said_to() {
        let text = r#" { "a\n" : 1.10 , "b":[1, {"c":2}] ,"a\n":null } "#;
        let members = members(text).unwrap().unwrap();
        let shown: Vec<(&str, &str)> = members.iter().map(|m| (m.name.as_ref(), &text[m.value.clone()])).collect();
        assert_eq!(shown, [("a\n", "1.10"), ("b", r#"[1, {"c":2}]"#), ("a\n", "null")]);
        let array = elements("[ 1 , \"x\" ]").unwrap().unwrap();
        assert_eq!(array, [2..3, 6..9]);
        assert_eq!(super::members("[1]").unwrap(), None);
    }

    #[test]
    fn cells_keep_digits_and_lose_quotes() {
        for (value, text) in [
            ("1.10", "1.10"),
            ("12345678901234567890", "12345678901234567890"),
            ("1e400", "1e400"),
            ("null", ""),
            ("true", "true"),
            (r#""a\"b\\\u00e9\ud83d\ude00""#, "a\"b\\é😀"),
            (r#"{"a": 1}"#, r#"{"a": 1}"#),
        ] {
            assert_eq!(cell(value), text);
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_takes_is_taken_and_only_that(text in r#"[\[\]{}:,"\\ua-e0-9.\-+ \n]{0,24}"#) {
            prop_assert_eq!(check(&text).is_ok(), serde_json::from_str::<serde_json::Value>(&text).is_ok()
                || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }

        #[test]
        fn strings_come_back(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(check(&written), Ok(Kind::Text));
            prop_assert_eq!(unescaped(&written), text);
        }
    }
}
