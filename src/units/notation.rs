//! Notations of people for how times are written: checked when a configuration is read, used when a file is.

use chrono::format::{Item, StrftimeItems};

/// Minutes east of UTC: `+02:00`, `-0530`, `+01`, or a name of UTC (`Z`, `UTC`, `GMT`); at most 14 hours, as far as any
/// place on earth goes. `None` for any other text.
#[must_use]
pub fn offset_minutes(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC" | "utc" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [a, b] => (two_digits(*a, *b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two_digits(*a, *b)?, two_digits(*c, *d)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| sign * (hours * 60 + minutes))
}

fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Whether a strftime text is one that can be read with: it names at least one field, and no unknown one.
#[must_use]
pub fn is_date_format(format: &str) -> bool {
    let mut names_a_field = false;
    for item in StrftimeItems::new(format) {
        match item {
            Item::Error => return false,
            Item::Numeric(..) | Item::Fixed(_) => names_a_field = true,
            _ => {}
        }
    }
    names_a_field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        for (text, minutes) in
            [("+02:00", 120), ("-05:30", -330), ("-0530", -330), ("+01", 60), ("+00:00", 0), ("Z", 0), ("UTC", 0)]
        {
            assert_eq!(offset_minutes(text), Some(minutes), "{text}");
        }
        for text in [
            "",
            "2",
            "+2",
            "+2:00",
            "+15:00",
            "+02:60",
            "+02:0",
            "+02:00x",
            "+0a:00",
            "+é",
            "+é0",
            "CET",
            "Europe/Berlin",
        ] {
            assert_eq!(offset_minutes(text), None, "{text}");
        }
    }

    #[test]
    fn date_formats() {
        assert!(["%d/%m/%Y", "%d/%m/%Y %H:%M", "%F", "%s", "%d %b %Y"].into_iter().all(is_date_format));
        assert!(!["%!", "%Q!", "day", "dd/mm/yyyy", "", "%"].into_iter().any(is_date_format));
    }
}
