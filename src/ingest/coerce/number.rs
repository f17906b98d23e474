//! Numbers as people and systems write them.
//!
//! Takes a trimmed text; gives an exact decimal. Refuses what could be read in two ways: a comma or a point is
//! the decimal sign only where no grouping explains it.

/// An exact decimal number: `digits × 10^-scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: i32,
}

/// Digits beyond this are refused: no count, duration or amount has them.
const MOST_DIGITS: usize = 30;

impl Decimal {
    /// Reads `12`, `-1 234.5`, `1,234.50`, `7,5`, `1.234,56`, `1e3`. `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => text.strip_prefix('\u{2212}').map_or((false, text), |rest| (true, rest)),
        };
        let (mantissa, exponent) = split_exponent(text)?;
        let (whole, fraction) = split_decimal(mantissa)?;
        let mut digits: i128 = 0;
        let mut count = 0;
        for byte in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
            digits = digits * 10 + i128::from(byte - b'0');
            count += usize::from(digits != 0);
            if count > MOST_DIGITS {
                return None;
            }
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        Some(Self { digits: if negative { -digits } else { digits }, scale })
    }

    /// Whether it is below zero.
    pub(super) fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// The number as a whole one; `None` with a fraction, or beyond the range.
    pub(super) fn whole(self) -> Option<i64> {
        let shifted = self.shifted(0)?;
        i64::try_from(shifted).ok().filter(|_| self.scale <= 0 || self.digits == shifted * power_of_ten(self.scale))
    }

    /// Millionths, halves rounded away from zero; `None` beyond the range.
    pub(super) fn micros(self) -> Option<i64> {
        i64::try_from(self.shifted(6)?).ok()
    }

    /// The nearest binary number; `None` when it is not finite.
    pub(super) fn float(self) -> Option<f64> {
        let written = format!("{}e{}", self.digits, -i64::from(self.scale));
        written.parse::<f64>().ok().filter(|number| number.is_finite())
    }

    /// `digits × 10^(places - scale)`, halves rounded away from zero.
    fn shifted(self, places: i32) -> Option<i128> {
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

/// Splits off `e3`, `E-2`.
fn split_exponent(text: &str) -> Option<(&str, i32)> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Some((text, 0)) };
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 400)?;
    Some((mantissa, exponent))
}

/// Splits at the decimal sign, checking the groups of thousands.
fn split_decimal(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) if comma > point => (grouped(&text[..comma], '.')?, &text[comma + 1..]),
        (Some(point), _) => (grouped(&text[..point], ',')?, &text[point + 1..]),
        (None, Some(_)) => match grouped(text, ',') {
            Some(whole) => (whole, ""),
            None => text.split_once(',').and_then(|(whole, rest)| Some((grouped(whole, ' ')?, rest)))?,
        },
        (None, None) => (grouped(text, ' ')?, ""),
    };
    let digits_only = fraction.bytes().all(|byte| byte.is_ascii_digit());
    (digits_only && !(whole.is_empty() && fraction.is_empty())).then_some((whole, fraction))
}

/// The text itself when it is plain digits, or digits in groups of three behind a first group that does not
/// start with zero. Spaces of every width are separators as good as the one asked for, but only one kind may stand in a number.
fn grouped(text: &str, separator: char) -> Option<&str> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let used = text.chars().find(|c| !c.is_ascii_digit())?;
    if used != separator && !matches!(used, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') {
        return None;
    }
    let mut groups = text.split(used);
    let first = groups.next()?;
    let leads = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    (leads && first.bytes().all(|byte| byte.is_ascii_digit()) && groups.all(is_group)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn micros(text: &str) -> Option<i64> {
        Decimal::parse(text).and_then(Decimal::micros)
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
            "1.234.567",
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
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(micros("9300000000000.00"), None);
        assert_eq!(micros("1e20"), None);
        assert_eq!(micros("1e-300"), Some(0));
    }

    #[test]
    fn a_whole_number_has_no_fraction() {
        let whole = |text: &str| Decimal::parse(text).and_then(Decimal::whole);
        assert_eq!(whole("12.0"), Some(12));
        assert_eq!(whole("1.2e1"), Some(12));
        assert_eq!(whole("12.5"), None);
        assert_eq!(whole("1e-3"), None);
        assert_eq!(whole("9223372036854775808"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "[-+0-9.,eE \u{a0}]{0,40}") {
            if let Some(number) = Decimal::parse(&text) {
                let _ = (number.micros(), number.whole(), number.float());
            }
        }

        #[test]
        fn a_written_float_comes_back(number in -1e12_f64..1e12) {
            prop_assert_eq!(Decimal::parse(&number.to_string()).and_then(Decimal::float), Some(number));
        }

        #[test]
        fn money_in_millionths_comes_back(micros_in in -1_000_000_000_000_000_i64..1_000_000_000_000_000) {
            let sign = if micros_in < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:06}", micros_in.abs() / 1_000_000, micros_in.abs() % 1_000_000);
            prop_assert_eq!(micros(&text), Some(micros_in));
        }
    }
}
