//! Text of customers, made fit to be seen and to be a name. Takes any text; refuses none.

use std::borrow::Cow;

use crate::units::visible::visible;

/// The longest name that [`slug`] gives, before the digest.
const SLUG_LENGTH: usize = 80;

/// Visible text of at most `length` characters; what was cut shows as an ellipsis.
#[must_use]
pub fn clipped(text: &str, length: usize) -> Cow<'_, str> {
    let text = visible(text);
    if text.chars().count() <= length {
        return text;
    }
    Cow::Owned(text.chars().take(length.saturating_sub(1)).chain(['…']).collect())
}

/// A name that is safe as a file name and as an anchor: ASCII letters, digits, `.`, `_` and `-`. A text that has only
/// these is its own slug; any other gets eight hex digits of its BLAKE3 appended, so that two texts never share one.
#[must_use]
pub fn slug(text: &str) -> String {
    let fits = text.len() <= SLUG_LENGTH && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits && text.chars().all(is_plain) {
        return text.to_owned();
    }
    slug_with_digest(text)
}

/// As [`slug`], with the digest also where the text would be its own slug.
#[must_use]
pub fn slug_with_digest(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !is_plain(c)).filter(|word| !word.is_empty()).collect();
    let joined: String = words.join("-").trim_start_matches(['.', '-', '_']).chars().take(SLUG_LENGTH).collect();
    let digest = &blake3::hash(text.as_bytes()).to_hex()[..8];
    if joined.is_empty() { digest.to_owned() } else { format!("{joined}-{digest}") }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The text with its first letter as a capital.
#[must_use]
pub fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_text_is_cut_with_an_ellipsis() {
        assert_eq!(clipped("abcdef", 6), "abcdef");
        assert_eq!(clipped("abcdefg", 6), "abcde…");
    }

    #[test]
    fn only_the_first_letter_is_raised() {
        assert_eq!(first_upper("active days"), "Active days");
        assert_eq!(first_upper("ärger"), "Ärger");
        assert_eq!(first_upper(""), "");
    }

    #[test]
    fn slugs_keep_plain_names_and_tell_the_others_apart() {
        assert_eq!(slug("csv-export_v2.1"), "csv-export_v2.1");
        assert_ne!(slug("a b"), slug("a-b"));
        assert_ne!(slug("a/b"), slug("a b"));
        assert!(slug("a b").starts_with("a-b-"));
        assert_eq!(slug("").len(), 8);
        assert!(
            slug("../../etc/passwd").starts_with("..-etc-passwd-")
                || slug("../../etc/passwd").starts_with("etc-passwd-")
        );
    }

    proptest! {
        #[test]
        fn slugs_are_safe_and_distinct(a in ".{0,120}", b in ".{0,120}") {
            let name = slug(&a);
            prop_assert!(!name.is_empty() && name.len() <= SLUG_LENGTH + 9 && !name.starts_with('.'));
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
            prop_assert_eq!(a == b, slug(&a) == slug(&b));
        }
    }
}
