//! Numbers as people and systems write them.
//!
//! Takes a text and which sign is the decimal one in its column; gives an exact decimal. A number that tells by itself
//! which sign is which is read as it stands; one that does not (`1,234`, `1.234`) is read only by a convention.

use std::borrow::Cow;

use super::Unread;

/// An exact decimal number: `digits × 10^-scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: i32,
}

/// What the separators of a number tell of the decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// Nothing: there is no comma and no point.
    Silent,
    /// The decimal sign is the point (false) or the comma (true): the last of both, the one that does not stand twice, or
    /// a single one that no grouping explains.
    Certain {
        /// Whether it is the comma.
        comma: bool,
    },
    /// One point (false) or comma (true) before exactly three digits: decimal or thousands.
    Open {
        /// Whether it is a comma.
        comma: bool,
    },
}

/// Digits beyond this are refused: no count, duration or amount has them.
const MOST_DIGITS: usize = 30;

impl Marks {
    /// What a number tells; `None` when the text is no number.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = plain(text);
        let (_, text) = unsigned(&text);
        let (mantissa, exponent) = split_exponent(text)?;
        let marks = Self::of_mantissa(mantissa, exponent.is_some());
        let comma = matches!(marks, Self::Certain { comma: true } | Self::Open { comma: true });
        split_decimal(mantissa, comma).map(|_| marks)
    }

    fn of_mantissa(mantissa: &str, has_exponent: bool) -> Self {
        let count = |sign: u8| mantissa.bytes().filter(|byte| *byte == sign).count();
        match (count(b'.'), count(b',')) {
            (0, 0) => Self::Silent,
            (1, 0) | (0, 1) => {
                let comma = mantissa.contains(',');
                let (before, after) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
                let is_group = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
                let is_plain = before.bytes().all(|byte| byte.is_ascii_digit());
                if is_group && is_plain && !has_exponent { Self::Open { comma } } else { Self::Certain { comma } }
            }
            (_, 0) => Self::Certain { comma: true },
            (0, _) => Self::Certain { comma: false },
            (_, _) => Self::Certain { comma: mantissa.rfind(',') > mantissa.rfind('.') },
        }
    }

    /// The decimal comma that a whole number tells of: in `1,234` and `1.234` the sign can only be one of thousands. A
    /// point before `000` stays open, as `5.000` is also how systems write 5; `5,000` is not.
    pub(super) fn of_whole(self, text: &str) -> Option<bool> {
        match self {
            Self::Open { comma: false } if text.trim_end().ends_with("000") => None,
            Self::Open { comma } => Some(!comma),
            _ => None,
        }
    }
}

impl Decimal {
    /// Reads `12`, `-1 234.5`, `1,234.50`, `7,5`, `1.234,56`, `1,23,456`, `1'234.5`, `1e3`, `5-`, `(5)`. `decimal_comma`
    /// is what the column says; it counts only where the number itself does not tell.
    ///
    /// # Errors
    ///
    /// [`Unread::Ambiguous`] when only a convention could tell and there is none; [`Unread::OutOfRange`] for more
    /// digits than it holds; [`Unread::Foreign`] for other texts.
    pub(super) fn parse(text: &str, decimal_comma: Option<bool>) -> Result<Self, Unread> {
        if text.len() < 19
            && let Some(digits) = digits_alone(text)
        {
            return Ok(Self { digits, scale: 0 });
        }
        let text = plain(text);
        let (below_zero, text) = unsigned(&text);
        Self::magnitude(text, decimal_comma).map(|number| number.signed(below_zero == Some(true)))
    }

    /// Reads a number without a sign, of the characters that [`plain`] gives.
    pub(super) fn magnitude(text: &str, decimal_comma: Option<bool>) -> Result<Self, Unread> {
        let (mantissa, exponent) = split_exponent(text).ok_or(Unread::Foreign)?;
        let comma = match Marks::of_mantissa(mantissa, exponent.is_some()) {
            Marks::Silent => false,
            Marks::Certain { comma } => comma,
            Marks::Open { comma } => {
                split_decimal(mantissa, comma).ok_or(Unread::Foreign)?;
                decimal_comma.ok_or(Unread::Ambiguous)?
            }
        };
        let (whole, fraction) = split_decimal(mantissa, comma).ok_or(Unread::Foreign)?;
        Self::of_digits(whole, fraction, exponent.unwrap_or(0)).ok_or(Unread::OutOfRange)
    }

    fn of_digits(whole: &str, fraction: &str, exponent: i32) -> Option<Self> {
        let mut digits: i128 = 0;
        let mut count = 0;
        for byte in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
            digits = digits * 10 + i128::from(byte - b'0');
            count += usize::from(digits != 0);
            if count > MOST_DIGITS {
                return None;
            }
        }
        Some(Self { digits, scale: i32::try_from(fraction.len()).ok()?.checked_sub(exponent)? })
    }

    /// The same number, below zero when asked for.
    pub(super) fn signed(self, negative: bool) -> Self {
        Self { digits: if negative { -self.digits } else { self.digits }, ..self }
    }

    /// The number divided by `10^places`: hundredths of a per cent, units of minor units.
    pub(super) fn shrunk(self, places: i32) -> Self {
        Self { scale: self.scale.saturating_add(places), ..self }
    }

    /// The number so many times; `None` beyond the range.
    pub(super) fn times(self, factor: i128) -> Option<Self> {
        Some(Self { digits: self.digits.checked_mul(factor)?, ..self })
    }

    /// Whether it is below zero.
    pub(super) fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// The number as a whole one.
    ///
    /// # Errors
    ///
    /// [`Unread::Foreign`] with a fraction, [`Unread::OutOfRange`] for one that is too great.
    pub(super) fn whole(self) -> Result<i64, Unread> {
        let shifted = self.shifted(0).ok_or(Unread::OutOfRange)?;
        if self.scale > 0 && self.digits != shifted * power_of_ten(self.scale) {
            return Err(Unread::Foreign);
        }
        i64::try_from(shifted).map_err(|_| Unread::OutOfRange)
    }

    /// Millionths, halves rounded away from zero; `None` beyond the range.
    pub(super) fn micros(self) -> Option<i64> {
        i64::try_from(self.shifted(6)?).ok()
    }

    /// The nearest binary number.
    ///
    /// # Errors
    ///
    /// [`Unread::OutOfRange`] when it is not finite.
    pub(super) fn float(self) -> Result<f64, Unread> {
        let written = format!("{}e{}", self.digits, -i64::from(self.scale));
        written.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(Unread::OutOfRange)
    }

    /// The number in units of `10^-places`, halves rounded away from zero; `None` beyond the range.
    pub(super) fn shifted(self, places: i32) -> Option<i128> {
        if self.digits == 0 {
            return Some(0);
        }
        let shift = places.checked_sub(self.scale)?;
        if shift >= 0 {
            return (shift <= 30).then(|| self.digits.checked_mul(power_of_ten(shift)))?;
        }
        if shift < -36 {
            return Some(0);
        }
        let divisor = power_of_ten(-shift);
        let (quotient, rest) = (self.digits / divisor, self.digits % divisor);
        Some(if rest.abs() * 2 >= divisor { quotient + self.digits.signum() } else { quotient })
    }
}

/// `10^exponent` for exponents of 0–36; a larger one is held to 36, beyond every number that [`Decimal`] holds.
fn power_of_ten(exponent: i32) -> i128 {
    10_i128.pow(exponent.clamp(0, 36).unsigned_abs())
}

/// The text in ASCII where it has full-width digits and signs, typographic minus signs, apostrophes or blanks.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    let ascii = |sign: char| match sign {
        '\u{2212}' | '\u{2010}'..='\u{2013}' | '\u{fe63}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2019}' | '\u{2018}' => '\'',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        other => other,
    };
    Cow::Owned(text.chars().map(ascii).collect::<String>().trim().to_owned())
}

/// The number of a text of digits, which most are; it must fit.
fn digits_alone(text: &str) -> Option<i128> {
    let number =
        text.bytes().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')));
    number.filter(|_| !text.is_empty()).map(i128::from)
}

/// Takes one sign off: `+` or `-` in front, `-` behind, or parentheses, which bookkeepers write for what is below zero.
/// Gives whether it means below zero, `None` without a sign, and the rest.
pub(super) fn unsigned(text: &str) -> (Option<bool>, &str) {
    let inner = |text: &str| text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::len);
    let (sign, rest) = match text.as_bytes() {
        [b'-', ..] => (Some(true), &text[1..]),
        [b'+', ..] => (Some(false), &text[1..]),
        [.., b'-'] => (Some(true), &text[..text.len() - 1]),
        _ => match inner(text) {
            Some(len) => (Some(true), &text[1..=len]),
            None => (None, text),
        },
    };
    (sign, rest.trim())
}

/// Splits off `e3`, `E-2`; without one the exponent is `None`.
fn split_exponent(text: &str) -> Option<(&str, Option<i32>)> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Some((text, None)) };
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 400)?;
    Some((mantissa, Some(exponent)))
}

/// Splits at the decimal sign, checking the groups of thousands.
fn split_decimal(text: &str, comma: bool) -> Option<(&str, &str)> {
    let (decimal, other) = if comma { (',', '.') } else { ('.', ',') };
    let (whole, fraction) = text.split_once(decimal).unwrap_or((text, ""));
    let digits_only = fraction.bytes().all(|byte| byte.is_ascii_digit());
    (digits_only && is_grouped(whole, other) && whole.len() + fraction.len() > 0).then_some((whole, fraction))
}

/// Whether it is plain digits, or digits in groups behind a first one that does not start with zero: of three, or as in
/// India of two before a last of three. Blanks and apostrophes separate as well as the sign that is not the decimal one,
/// but only one kind may stand in a number.
fn is_grouped(text: &str, separator: char) -> bool {
    let Some(used) = text.chars().find(|c| !c.is_ascii_digit()) else { return true };
    if used != separator && !matches!(used, ' ' | '\'') {
        return false;
    }
    let groups: Vec<&str> = text.split(used).collect();
    let all_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let [first, middle @ .., last] = groups.as_slice() else { return false };
    let are = |len: usize| middle.iter().all(|group| group.len() == len);
    let leads = |most: usize| (1..=most).contains(&first.len()) && !first.starts_with('0');
    let in_thousands = are(3) && leads(3);
    let in_lakhs = used == ',' && are(2) && leads(2);
    all_digits && last.len() == 3 && (in_thousands || in_lakhs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn micros(text: &str) -> Option<i64> {
        read(text).and_then(Decimal::micros)
    }

    /// As machines write: a comma before three digits is one of thousands.
    fn read(text: &str) -> Option<Decimal> {
        Decimal::parse(text, Some(false)).ok()
    }

    #[test]
    fn numbers_are_read_as_written() {
        for (text, expected) in [
            ("0", 0),
            ("12", 12_000_000),
            ("+12", 12_000_000),
            ("-12.5", -12_500_000),
            ("\u{2212}3", -3_000_000),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("1,234", 1_234_000_000),
            ("1,234,567.89", 1_234_567_890_000),
            ("1 234,5", 1_234_500_000),
            ("1\u{202f}234.5", 1_234_500_000),
            ("1\u{a0}234", 1_234_000_000),
            ("1.234,56", 1_234_560_000),
            ("7,5", 7_500_000),
            ("0,125", 125_000),
            ("1234,567", 1_234_567_000),
            ("1.234", 1_234_000),
            ("6.0", 6_000_000),
            ("1e3", 1_000_000_000),
            ("2.5E-3", 2_500),
            ("0.0000005", 1),
            ("-0.0000005", -1),
            ("0.00000049", 0),
            ("007", 7_000_000),
            ("0e300", 0),
        ] {
            assert_eq!(micros(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_could_be_two_is_refused() {
        for text in [
            "",
            "-",
            "abc",
            "1,23,4",
            "1,2345,678",
            "12 34",
            "1.2.3",
            "1,234,56",
            "1 234 56",
            "1e",
            "e3",
            "1e999",
            "NaN",
            "inf",
            "1_000",
            "0x10",
            "--1",
            "1,234 567",
            ".",
            ",",
            "١٢",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(micros("9300000000000.00"), None);
        assert_eq!(micros("1e20"), None);
        assert_eq!(micros("1e-300"), Some(0));
    }

    #[test]
    fn a_whole_number_has_no_fraction() {
        let whole = |text: &str| read(text).and_then(|number| number.whole().ok());
        assert_eq!(whole("12.0"), Some(12));
        assert_eq!(whole("1.2e1"), Some(12));
        assert_eq!(whole("12.5"), None);
        assert_eq!(whole("1e-3"), None);
        assert_eq!(whole("9223372036854775808"), None);
    }

    #[test]
    fn only_a_convention_reads_one_sign_before_three_digits() {
        for (text, as_point, as_comma) in [
            ("1,234", 1_234_000_000, 1_234_000),
            ("1.234", 1_234_000, 1_234_000_000),
            ("-999,999", -999_999_000_000, -999_999_000),
        ] {
            assert_eq!(Decimal::parse(text, None), Err(Unread::Ambiguous), "{text}");
            assert_eq!(Decimal::parse(text, Some(false)).ok().and_then(Decimal::micros), Some(as_point), "{text}");
            assert_eq!(Decimal::parse(text, Some(true)).ok().and_then(Decimal::micros), Some(as_comma), "{text}");
        }
        for text in ["a,123", "1,23a", "1,2a3", ",", "1 2,345"] {
            assert_eq!(Decimal::parse(text, None), Err(Unread::Foreign), "{text}");
        }
    }

    #[test]
    fn what_tells_by_itself_needs_no_convention() {
        for (text, expected) in [
            ("1.234.567", 1_234_567_000_000),
            ("1,234,567", 1_234_567_000_000),
            ("1,23,456", 123_456_000_000),
            ("12,34,56,789.5", 123_456_789_500_000),
            ("1 234,50", 1_234_500_000),
            ("1\u{2009}234,50", 1_234_500_000),
            ("1'234.50", 1_234_500_000),
            ("1\u{2019}234\u{2019}567", 1_234_567_000_000),
            ("0.125", 125_000),
            ("0,125", 125_000),
            (",125", 125_000),
            ("1234.567", 1_234_567_000),
            ("1.2E7", 12_000_000_000_000),
            ("1,234e2", 123_400_000),
            ("5-", -5_000_000),
            ("5.25 -", -5_250_000),
            ("(7,5)", -7_500_000),
            ("- 5", -5_000_000),
            ("\u{ff0d}5", -5_000_000),
            ("\u{2012}5", -5_000_000),
            ("\u{ff11}\u{ff12}", 12_000_000),
        ] {
            for convention in [None, Some(true), Some(false)] {
                let read = Decimal::parse(text, convention).ok().and_then(Decimal::micros);
                assert_eq!(read, Some(expected), "{text} {convention:?}");
            }
        }
        for text in [
            "--5",
            "-5-",
            "(-5)",
            "((5))",
            "+-5",
            "5+",
            "()",
            "1'23",
            "1' 234",
            "1,23,4567",
            "123,45,678",
            "0,12,345",
            "1e5,5",
        ] {
            assert_eq!(Decimal::parse(text, None), Err(Unread::Foreign), "{text}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(31), None), Err(Unread::OutOfRange));
        assert_eq!(Decimal::parse(&"1,".repeat(10_000), None), Err(Unread::Foreign));
    }

    #[test]
    fn what_separators_tell() {
        let (point, comma) = (Marks::Certain { comma: false }, Marks::Certain { comma: true });
        for (text, marks) in [
            ("12", Some(Marks::Silent)),
            ("1 234", Some(Marks::Silent)),
            ("1.5", Some(point)),
            ("1,5", Some(comma)),
            ("1,234.5", Some(point)),
            ("1.234,5", Some(comma)),
            ("1,234,567", Some(point)),
            ("1.234.567", Some(comma)),
            ("-1,234", Some(Marks::Open { comma: true })),
            ("1.234", Some(Marks::Open { comma: false })),
            ("1,2,3", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(Marks::of(text), marks, "{text}");
        }
        let of_whole = |text: &str| Marks::of(text).and_then(|marks| marks.of_whole(text));
        assert_eq!([of_whole("1,234"), of_whole("5,000")], [Some(false); 2]);
        assert_eq!([of_whole("1.234"), of_whole("5.000"), of_whole("5")], [Some(true), None, None]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "[-+0-9.,eE \u{a0}]{0,40}") {
            if let Some(number) = read(&text) {
                let _ = (number.micros(), number.whole(), number.float());
            }
        }

        #[test]
        fn a_written_float_comes_back(number in -1e12_f64..1e12) {
            prop_assert_eq!(read(&number.to_string()).and_then(|number| number.float().ok()), Some(number));
        }

        #[test]
        fn money_in_millionths_comes_back(micros_in in -1_000_000_000_000_000_i64..1_000_000_000_000_000) {
            let sign = if micros_in < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:06}", micros_in.abs() / 1_000_000, micros_in.abs() % 1_000_000);
            prop_assert_eq!(micros(&text), Some(micros_in));
        }
    }
}
