//! What the cells of a column look like, so that a damaged row can be put back in its places.

use std::collections::BTreeMap;

/// What a cell looks like to the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Empty,
    Number,
    Money,
    Day,
    Time,
    /// Letters and digits without a blank.
    Code,
    Link,
    /// One word of letters.
    Word,
    Text,
}

impl Class {
    const COUNT: usize = 9;

    pub(super) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        let bytes = cell.as_bytes();
        if bytes.is_empty() {
            return Self::Empty;
        }
        let has = |test: fn(char) -> bool| cell.chars().any(test);
        let is_all = |test: &dyn Fn(char) -> bool| cell.chars().all(test);
        let has_digit = has(|sign| sign.is_ascii_digit());
        if has_digit && is_all(&|sign| sign.is_ascii_digit() || "+-.,'%eE()\u{a0}\u{2212} ".contains(sign)) {
            return if is_day(bytes) { Self::Day } else { Self::Number };
        }
        let unsigned = cell.trim_matches(|sign: char| "$€£¥₹₽₩+-()".contains(sign));
        if has_digit && unsigned.len() < cell.len() && Self::of(unsigned) == Self::Number {
            return Self::Money;
        }
        if is_day(bytes) {
            return Self::Day;
        }
        if has_digit && cell.contains(':') && is_all(&|sign| sign.is_ascii_digit() || ":.,+- APMapm".contains(sign)) {
            return Self::Time;
        }
        match () {
            () if cell.contains("://") || (cell.contains('@') && !cell.contains(' ')) => Self::Link,
            () if is_all(&char::is_alphabetic) => Self::Word,
            () if has_digit && !has(char::is_whitespace) => Self::Code,
            () => Self::Text,
        }
    }

    /// Whether it is a figure or a time: what a header is not.
    pub(super) fn is_typed(self) -> bool {
        matches!(self, Self::Number | Self::Money | Self::Day | Self::Time)
    }

    /// Whether both may stand in one column.
    pub(super) fn is_like(self, other: Self) -> bool {
        let family = |class| match class {
            Self::Money => Self::Number,
            Self::Word | Self::Code => Self::Text,
            other => other,
        };
        family(self) == family(other)
    }
}

/// Three runs of digits, or two around a month's name, with one kind of separator; a time may follow.
fn is_day(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|byte| matches!(byte, b' ' | b'T')).unwrap_or(bytes.len());
    let parts: Vec<&[u8]> = bytes[..end].split(|byte| matches!(byte, b'-' | b'/' | b'.')).collect();
    let digits = |part: &[u8]| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    let month = |part: &[u8]| digits(part) || (part.len() >= 3 && part.iter().all(u8::is_ascii_alphabetic));
    match parts.as_slice() {
        [first, second, third] => digits(first) && month(second) && digits(third) && first.len() + third.len() >= 3,
        [year, month] => digits(year) && year.len() == 4 && digits(month) && month.len() == 2 && bytes[4] == b'-',
        _ => false,
    }
}

/// How often the cells of a column look how.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    classes: [u32; Class::COUNT],
    /// First and last sign, digits and letters by kind.
    firsts: BTreeMap<char, u32>,
    lasts: BTreeMap<char, u32>,
    /// Short cells, letter by letter: `$80.08` is `$99.99`.
    masks: BTreeMap<String, u32>,
    total: u32,
}

/// Cells longer than this have no mask.
const LONGEST_MASK: usize = 24;

impl Shape {
    /// Takes in a cell.
    pub(super) fn learn(&mut self, cell: &str) {
        self.total += 1;
        self.classes[Class::of(cell) as usize] += 1;
        let cell = cell.trim();
        if let (Some(first), Some(last)) = (cell.chars().next(), cell.chars().next_back()) {
            *self.firsts.entry(kind(first)).or_default() += 1;
            *self.lasts.entry(kind(last)).or_default() += 1;
        }
        if cell.len() <= LONGEST_MASK {
            *self.masks.entry(mask(cell)).or_default() += 1;
        }
    }

    /// How likely a cell is in this column: the sum of the logarithms of its class, its ends and its mask.
    pub(super) fn likelihood(&self, cell: &str) -> f64 {
        let share = |count: u32, kinds: f64| ((f64::from(count) + 0.2) / (f64::from(self.total) + 0.2 * kinds)).ln();
        let mut sum = share(self.classes[Class::of(cell) as usize], 9.0);
        let cell = cell.trim();
        if let (Some(first), Some(last)) = (cell.chars().next(), cell.chars().next_back()) {
            sum += share(self.firsts.get(&kind(first)).copied().unwrap_or(0), 8.0);
            sum += share(self.lasts.get(&kind(last)).copied().unwrap_or(0), 8.0);
        }
        // A mask never seen says little where every cell has its own.
        let known = if cell.len() <= LONGEST_MASK { self.masks.get(&mask(cell)).copied().unwrap_or(0) } else { 0 };
        sum + share(known, 20.0).max(-4.0)
    }

    /// The class of most filled cells, when it is that of at least seven in ten.
    pub(super) fn usual(&self) -> Option<Class> {
        const ALL: [Class; Class::COUNT] = [
            Class::Empty,
            Class::Number,
            Class::Money,
            Class::Day,
            Class::Time,
            Class::Code,
            Class::Link,
            Class::Word,
            Class::Text,
        ];
        let filled = self.total - self.classes[Class::Empty as usize];
        let class = ALL[1..].iter().copied().max_by_key(|class| self.classes[*class as usize])?;
        let like: u32 = ALL[1..].iter().filter(|c| c.is_like(class)).map(|c| self.classes[*c as usize]).sum();
        (filled > 0 && like * 10 >= filled * 7).then_some(class)
    }
}

fn kind(sign: char) -> char {
    match sign {
        _ if sign.is_uppercase() => 'A',
        _ if sign.is_alphabetic() => 'a',
        _ if sign.is_ascii_digit() => '9',
        _ => sign,
    }
}

fn mask(cell: &str) -> String {
    cell.chars().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_a_class() {
        for (cell, class) in [
            ("", Class::Empty),
            ("  ", Class::Empty),
            ("-12", Class::Number),
            ("1,234.5", Class::Number),
            ("1.2E7", Class::Number),
            ("12 %", Class::Number),
            ("$48.00", Class::Money),
            ("-£6,755", Class::Money),
            ("28/01/2018", Class::Day),
            ("2026-01-05T10:00:00Z", Class::Day),
            ("25/Feb/26 10:17 PM", Class::Day),
            ("2026-01", Class::Day),
            ("01:00", Class::Time),
            ("CC-9259", Class::Code),
            ("https://x.example/1", Class::Link),
            ("a@b.example", Class::Link),
            ("Berlin", Class::Word),
            ("n/a", Class::Text),
            ("Heated Insoles", Class::Text),
        ] {
            assert_eq!(Class::of(cell), class, "{cell}");
        }
    }

    #[test]
    fn what_is_usual_is_likely() {
        let mut prices = Shape::default();
        for cell in ["$80.08", "$9.99", "$12.00", "$77.10"] {
            prices.learn(cell);
        }
        assert_eq!(prices.usual(), Some(Class::Money));
        assert!(prices.likelihood("$80.08") > prices.likelihood("$80.0"));
        assert!(prices.likelihood("$80.0") > prices.likelihood("Men's"));
        assert_eq!(Shape::default().usual(), None);
        assert!(Shape::default().likelihood("x").is_finite());
    }
}
