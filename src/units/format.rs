//! The only place where a number becomes text for people. Machine outputs (CSV, JSON) write raw numbers.
//!
//! Thousands are grouped by a narrow no-break space, which no reader takes for a decimal sign.

use super::{Estimate, Money};

/// What stands where a value is unknown.
pub const UNKNOWN: &str = "–";
const THOUSANDS: char = '\u{202f}';

/// A whole number: `12 345`.
#[must_use]
pub fn count(number: u64) -> String {
    group(&number.to_string())
}

/// The whole units of an amount from nothing up: what still lies within a limit.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to nothing and what a count holds")]
pub fn floored(amount: f64) -> String {
    count(amount.max(0.0).floor() as u64)
}

/// A limit in whole units; `None`: `no limit`.
#[must_use]
pub fn limit(limit: Option<f64>) -> String {
    limit.map_or_else(|| "no limit".to_owned(), floored)
}

/// A fraction as a percentage in two significant digits: `42 %`, `3.1 %`, `0.42 %`, `0.00064 %`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    let value = fraction * 100.0;
    let text = match value.abs() {
        0.0 => "0\u{202f}%".into(),
        x if x < 0.995 => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "2 … 12 decimals")]
            let decimals = (1.0 - x.log10().floor()).clamp(2.0, 12.0) as usize;
            format!("{value:.decimals$}\u{202f}%")
        }
        x if x < 9.95 => format!("{value:.1}\u{202f}%"),
        _ => format!("{value:.0}\u{202f}%"),
    };
    with_minus(&text)
}

/// A hyphen is no minus.
fn with_minus(text: &str) -> String {
    text.replace('-', "−")
}

/// A fraction with its interval: `3.1 % (1.8–5.2 %)`.
#[must_use]
pub fn percent_with_interval(estimate: &Estimate) -> String {
    format!("{} ({})", percent(estimate.point), percent_range(estimate.low, estimate.high))
}

/// Two fractions as a range with one sign: `1.8–5.2 %`. Below zero a dash would read as one minus more: `−1.8 to 5.2 %`.
#[must_use]
pub fn percent_range(low: f64, high: f64) -> String {
    let between = if low < 0.0 { " to " } else { "–" };
    let low = percent(low);
    format!("{}{between}{}", low.trim_end_matches("\u{202f}%"), percent(high))
}

/// An amount with its currency code, without decimals from 100 on: `EUR 12 345`, `EUR 9.50`.
#[must_use]
pub fn money(amount: Money, currency: &str) -> String {
    let units = amount.units();
    let sign = if units < 0.0 { "−" } else { "" };
    let text = if units.abs() >= 100.0 { group(&format!("{:.0}", units.abs())) } else { format!("{:.2}", units.abs()) };
    format!("{currency}\u{202f}{sign}{text}")
}

/// A ratio: `12×`, `3.4×`, `0.27×`.
#[must_use]
pub fn ratio(value: f64) -> String {
    match value.abs() {
        x if x >= 1e6 => ">\u{202f}1\u{202f}000\u{202f}000×".into(),
        x if x >= 9.95 => format!("{}×", group(&format!("{value:.0}"))),
        x if x >= 0.995 => format!("{value:.1}×"),
        _ => format!("{value:.2}×"),
    }
}

/// A number with one decimal: hours, accounts' worth.
#[must_use]
pub fn decimal(value: f64) -> String {
    match value.abs() {
        x if x >= 100.0 => group(&format!("{value:.0}")),
        x if x < 0.05 => "0.0".into(),
        _ => with_minus(&format!("{value:.1}")),
    }
}

/// `one`, or the count with the plural: `1 account`, `12 accounts`.
#[must_use]
pub fn counted(number: u64, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {singular}{plural}", count(number))
}

/// The first of some names, and how many more there are: `a, b and 3 more`.
pub fn first_of(names: impl ExactSizeIterator<Item = impl AsRef<str>>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let first: Vec<_> = names.take(most).collect();
    let first = first.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// A number between 0 and 1 that is no part of anything, such as a p-value or a score: `0.031`, `< 0.001`.
#[must_use]
pub fn score(value: f64) -> String {
    if value > 0.0 && value < 0.001 { "<\u{202f}0.001".into() } else { format!("{value:.3}") }
}

fn group(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let mut text = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(THOUSANDS);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_some_are_named_and_the_others_counted() {
        let of = |names: &[&str]| first_of(names.iter(), 2);
        assert_eq!([of(&[]), of(&["a"]), of(&["a", "b"])], ["", "a", "a, b"]);
        assert_eq!([of(&["a", "b", "c"]), of(&["a", "b", "c", "d"])], ["a, b and 1 more", "a, b and 2 more"]);
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        for (fraction, text) in [
            (0.0, "0"),
            (0.000_006_35, "0.00064"),
            (0.00995, "1.0"),
            (0.0042, "0.42"),
            (0.031, "3.1"),
            (0.42, "42"),
            (1.0, "100"),
        ] {
            assert_eq!(percent(fraction), format!("{text}\u{202f}%"));
        }
        assert_eq!(money(Money::from_micros(12_345_600_000), "EUR"), "EUR\u{202f}12\u{202f}346");
        assert_eq!(money(Money::from_micros(-9_500_000), "EUR"), "EUR\u{202f}−9.50");
        assert_eq!(ratio(12.34), "12×");
        assert_eq!(ratio(0.274), "0.27×");
        assert_eq!(counted(1, "account"), "1 account");
        assert_eq!(
            (score(0.0312).as_str(), score(0.0).as_str(), score(1e-9).as_str()),
            ("0.031", "0.000", "<\u{202f}0.001")
        );
        assert_eq!(percent_range(-0.093, -0.039), "−9.3 to −3.9\u{202f}%");
        let estimate = Estimate { point: 0.031, low: 0.018, high: 0.052, n: 400 };
        assert_eq!(percent_with_interval(&estimate), "3.1\u{202f}% (1.8–5.2\u{202f}%)");
    }
}
