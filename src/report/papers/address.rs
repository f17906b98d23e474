//! Addresses from a setting with `{id}` in it.

use std::fmt::Write as _;

/// The address with the id in its place, percent-encoded, so that it is a URI reference of RFC 3986 whatever the id is: nothing in it can
/// end a link or a header. `None` for an empty setting.
pub fn address(setting: &str, id: &str) -> Option<String> {
    if setting.trim().is_empty() {
        return None;
    }
    let whole = setting.trim().replace("{id}", &encoded(id, |_| false));
    Some(encoded(&whole, |byte| b":/?#[]@!$&'()*+,;=%".contains(&byte)))
}

/// The text with every byte encoded that is neither unreserved nor kept.
fn encoded(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("text takes every write");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_encoded_and_addresses_stay() {
        for (setting, id, expected) in [
            ("https://docs.example/out/{id}?v=1#top", "fax", Some("https://docs.example/out/fax?v=1#top")),
            ("https://docs.example/{id}", "a/b c>;\"", Some("https://docs.example/a%2Fb%20c%3E%3B%22")),
            ("https://docs.example/{id}", "{id}", Some("https://docs.example/%7Bid%7D")),
            ("https://docs.example/ü x", "fax", Some("https://docs.example/%C3%BC%20x")),
            ("  ", "fax", None),
        ] {
            assert_eq!(address(setting, id).as_deref(), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_ends_a_link(setting in ".{1,40}", id in ".{0,40}") {
            if let Some(address) = address(&setting, &id) {
                let ends = address.contains(|c: char| !c.is_ascii_graphic() || "<>\"\\`{}|^".contains(c));
                prop_assert!(!ends, "{}", address);
            }
        }
    }
}
