//! Columns that the folders of a file give: `…/month=2026-01/part.parquet`.

/// What Hive writes for an empty value.
const EMPTY: &str = "__HIVE_DEFAULT_PARTITION__";

/// Name and value of every folder of the form `name=value` on the way to a file; an empty value is an empty text.
pub(super) fn hive_columns(name: &str) -> Vec<(String, String)> {
    let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
    let pairs = folders.split('/').filter_map(|folder| folder.split_once('=')).filter(|(name, _)| !name.is_empty());
    let value = |value: &str| if value == EMPTY { String::new() } else { decoded(value) };
    pairs.map(|(name, text)| (decoded(name), value(text))).collect()
}

/// A text without its `%20` and the like. What is no such sign, or would be no UTF-8, stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| first == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_columns() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            hive_columns("usage/month=2026-01/team=a%20b%2Fc/part=0.parquet"),
            [pair("month", "2026-01"), pair("team", "a b/c")]
        );
        assert_eq!(hive_columns("x=__HIVE_DEFAULT_PARTITION__/y=1=2/=z/p.csv"), [pair("x", ""), pair("y", "1=2")]);
        assert_eq!(hive_columns("p=1.parquet"), []);
        assert_eq!(hive_columns("x=%zz%e4%/p"), [pair("x", "%zz%e4%")]);
    }
}
