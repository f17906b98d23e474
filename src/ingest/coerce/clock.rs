//! The time of day, and the zone that may stand behind it.
//!
//! Takes what follows a date; gives the time and the offset it names. Refuses names of zones other than UTC: `EST` and
//! `CST` mean different hours to different people.

use chrono::NaiveTime;

use crate::units::notation::offset_minutes;

/// `14:05`, `9:05:00.123`, `10:17 PM`, `10:17 p.m.`, then nothing, `Z`, `UTC`, `GMT+0200` or an offset, behind which a
/// remark in brackets is passed over. Gives the time, and minutes east of UTC if they are named.
pub(super) fn read(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let (time, rest) = time(text)?;
    let offset = if rest.trim().is_empty() { None } else { Some(zone(rest.trim())?) };
    Some((time, offset))
}

/// Minutes east of UTC: `Z`, `+02:00`, `UTC`, `GMT+0200`, `UTC+2`. `None` for any other text.
pub(super) fn offset(text: &str) -> Option<i32> {
    let bare = match text.get(..3) {
        Some(name) if text.len() > 3 && ["utc", "gmt"].iter().any(|utc| name.eq_ignore_ascii_case(utc)) => &text[3..],
        _ => text,
    };
    match bare.as_bytes() {
        [sign @ (b'+' | b'-'), hour] | [sign @ (b'+' | b'-'), hour, b':', ..] if hour.is_ascii_digit() => {
            offset_minutes(&format!("{}0{}", char::from(*sign), &bare[1..]))
        }
        _ => offset_minutes(bare),
    }
}

/// The offset that stands behind a time, before a remark in brackets.
fn zone(text: &str) -> Option<i32> {
    let named = match text.as_bytes().last()? {
        b')' => text.split('(').next()?,
        b']' => text.split('[').next()?,
        _ => text,
    };
    offset(named.trim())
}

fn time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hours, rest) = leading(text, 2)?;
    let (minutes, rest) = leading(rest.strip_prefix(':')?, 2).filter(|(_, after)| two_digits(rest, after))?;
    let (seconds, nanos, rest) = match rest.strip_prefix(':') {
        None => (0, 0, rest),
        Some(rest) => {
            let (seconds, after) = leading(rest, 2).filter(|(_, after)| rest.len() - after.len() == 2)?;
            let (nanos, after) = match after.strip_prefix(['.', ',']) {
                Some(digits) => fraction(digits)?,
                None => (0, after),
            };
            (seconds, nanos, after)
        }
    };
    let (hours, rest) = match half_of_day(rest) {
        Some((is_afternoon, rest)) => (hour_of(hours, is_afternoon)?, rest),
        None => (hours, rest),
    };
    Some((NaiveTime::from_hms_nano_opt(hours, minutes, seconds, nanos)?, rest))
}

/// Whether two digits stand between a colon and what follows them.
fn two_digits(from_colon: &str, after: &str) -> bool {
    from_colon.len() - after.len() == 3
}

/// The number that a text begins with, of at most so many digits, and the rest.
fn leading(text: &str, most: usize) -> Option<(u32, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// A fraction of a second in nanoseconds, further digits cut off, and what stands behind it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let nanos: u32 = text[..end.min(9)].parse().ok()?;
    let missing = u32::try_from(9_usize.saturating_sub(end)).ok()?;
    Some((nanos * 10_u32.pow(missing), &text[end..]))
}

/// `AM` or `PM`, with dots, in any case and behind a blank or not: whether it is the second half of the day, and the rest.
fn half_of_day(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start();
    let is_afternoon = match text.as_bytes().first()?.to_ascii_lowercase() {
        b'a' => false,
        b'p' => true,
        _ => return None,
    };
    let rest = &text[1..];
    let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start().strip_prefix(['m', 'M'])?;
    Some((is_afternoon, rest.strip_prefix('.').unwrap_or(rest)))
}

fn hour_of(hours: u32, is_afternoon: bool) -> Option<u32> {
    (hours <= 12).then_some(hours % 12 + if is_afternoon { 12 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        for (text, expected) in [
            ("14:05", "14:05:00"),
            ("9:05", "09:05:00"),
            ("10:17 PM", "22:17:00"),
            ("10:17pm", "22:17:00"),
            ("10:17:30 p. m.", "22:17:30"),
            ("12:00 AM", "00:00:00"),
            ("12:00 p.m.", "12:00:00"),
            ("0:05 am", "00:05:00"),
            ("14:05:00,5", "14:05:00.500"),
            ("14:05:00.1234567891", "14:05:00.123456789"),
        ] {
            let time = read(text).map(|(time, offset)| (time.to_string(), offset));
            assert_eq!(time, Some((expected.to_owned(), None)), "{text}");
        }
        for text in ["", "14", "14:5", "24:00", "14:60", "14:05:60", "13:05 PM", "14:05:00.", ":05", "1405", "10:17 xm"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn zones_behind_a_time() {
        for (text, expected) in [
            ("14:05Z", 0),
            ("14:05 UTC", 0),
            ("14:05:00 GMT+0000 (Coordinated Universal Time)", 0),
            ("14:05:00 GMT+0200 (Central European Summer Time)", 120),
            ("14:05+02:00[Europe/Berlin]", 120),
            ("14:05 Z[UTC]", 0),
            ("14:05 UTC-5", -300),
            ("14:05 GMT+5:30", 330),
            ("2:05 PM +0530", 330),
            ("14:05+00", 0),
        ] {
            assert_eq!(read(text).and_then(|(_, offset)| offset), Some(expected), "{text}");
        }
        for text in ["14:05 EST", "14:05 CEST", "14:05 [Europe/Berlin]", "14:05 (UTC)", "14:05 +2é", "14:05 UTC+"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
