//! File names from ids and names of customers. Takes any texts; gives names that no file system confuses or refuses.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::text::{slug, slug_with_digest};

/// Names that Windows keeps for devices, alone or with one digit behind, whatever follows their first dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name for every text, in their order, distinct also where capitals are not: ASCII letters, digits, `.`, `_` and `-`, no device, no
/// dot at either end, at most 92 bytes. A text that is such a name keeps it, unless another differs from it by capitals alone; so
/// the name of a text hangs on the others only where they collide. Equal texts get equal names.
pub fn unique<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let texts: Vec<&str> = texts.collect();
    let distinct: BTreeSet<&str> = texts.iter().copied().collect();
    let mut folded: BTreeMap<String, usize> = BTreeMap::new();
    for text in &distinct {
        *folded.entry(slug(text).to_ascii_lowercase()).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let mut name_of = BTreeMap::new();
    for text in &distinct {
        let plain = slug(text);
        let is_alone = folded[&plain.to_ascii_lowercase()] == 1;
        let short = safe(if is_alone && !plain.ends_with('.') { plain } else { slug_with_digest(text) });
        let whole = || format!("id-{}", blake3::hash(text.as_bytes()).to_hex());
        let name = if taken.insert(short.to_ascii_lowercase()) { short } else { whole() };
        taken.insert(name.to_ascii_lowercase());
        name_of.insert(*text, name);
    }
    texts.iter().map(|text| name_of[text].clone()).collect()
}

/// The name with something in front where it would be a device.
fn safe(name: String) -> String {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_digit = |rest: &str| rest.len() == 1 && rest.starts_with(|c: char| c.is_ascii_digit());
    let rest = DEVICES.iter().find_map(|device| stem.strip_prefix(device));
    if rest.is_some_and(|rest| rest.is_empty() || is_digit(rest)) { format!("id-{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(texts: &[&str]) -> Vec<String> {
        unique(texts.iter().copied())
    }

    #[test]
    fn plain_ids_stay_and_hostile_ones_are_told_apart() {
        assert_eq!(names(&["acme", "a-1"]), ["acme", "a-1"]);
        assert_eq!(names(&["acme", "acme"]), ["acme", "acme"]);
        let of = names(&["Acme", "acme", "../../etc/passwd", "", "nul", "COM1.txt", "a.", "console"]);
        assert!(of[0].starts_with("Acme-") && of[1].starts_with("acme-"));
        assert_ne!(of[0].to_lowercase(), of[1].to_lowercase());
        assert!(of[2].starts_with("etc-passwd-"), "{}", of[2]);
        assert_eq!(of[3].len(), 8);
        assert_eq!(of[4], "id-nul");
        assert!(of[5].starts_with("id-COM1"));
        assert!(of[6].starts_with("a.-") && of[7] == "console", "{of:?}");
    }

    proptest! {
        #[test]
        fn names_are_safe_and_distinct(
            texts in prop::collection::vec("[aAbB./\\\\: -]{0,4}|.{0,100}|(?i)nul|com1", 0..12)
        ) {
            let names = unique(texts.iter().map(String::as_str));
            for (text, name) in texts.iter().zip(&names) {
                prop_assert!(!name.is_empty() && name.len() <= 92, "{}", name);
                prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
                prop_assert!(!name.starts_with('.') && !name.ends_with('.'));
                let stem = name.split('.').next().unwrap().to_lowercase();
                prop_assert!(!matches!(stem.as_str(), "nul" | "com1"));
                for (other, of_other) in texts.iter().zip(&names) {
                    prop_assert_eq!(text == other, name.to_lowercase() == of_other.to_lowercase());
                }
            }
        }
    }
}
