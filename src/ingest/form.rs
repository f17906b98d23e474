//! Of what form a file is: by its bytes first, then by its name.

use std::path::Path;

use super::open::unpacked_extension;

/// Bytes that the form is judged from.
pub(super) const HEAD: u64 = 4 << 10;

/// The forms that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Delimited,
    Document,
    Yaml,
    /// A workbook, or a file of the same program that is none of those that are read.
    Workbook,
    Parquet,
}

/// The form of a file. `head`: its first bytes, decompressed.
pub(super) fn form_of(path: &Path, head: &[u8]) -> Form {
    const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let extension = unpacked_extension(path);
    if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
        return Form::Parquet;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(&COMPOUND) {
        return Form::Workbook;
    }
    match extension.as_str() {
        "parquet" => return Form::Parquet,
        "yaml" | "yml" => return Form::Yaml,
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => return Form::Workbook,
        "json" | "ndjson" | "jsonl" => return Form::Document,
        _ => {}
    }
    if is_json(head) { Form::Document } else { Form::Delimited }
}

/// Whether a text begins as JSON does, and as no header line of a delimited file would.
fn is_json(head: &[u8]) -> bool {
    // Of UTF-16 the half that tells.
    let narrow: Vec<u8> = match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => head.iter().skip(2).copied().filter(|&byte| byte != 0).collect(),
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
        _ => head.to_vec(),
    };
    let text = narrow.trim_ascii_start();
    let behind = |at: usize| text.get(at..).unwrap_or_default().trim_ascii_start();
    match text.first() {
        Some(b'{') => match behind(1) {
            [b'}', ..] | [] => true,
            [b'"', rest @ ..] => {
                let name = rest.iter().position(|&byte| byte == b'"');
                name.is_some_and(|end| rest.get(end + 1..).unwrap_or_default().trim_ascii_start().starts_with(b":"))
            }
            _ => false,
        },
        Some(b'[') => {
            matches!(behind(1), [b'{' | b']' | b'[' | b'"' | b'0'..=b'9' | b'-', ..]) && !is_bracketed_header(text)
        }
        _ => false,
    }
}

/// Whether the first line has a delimiter behind its last bracket: `[a],[b]` is a header line of Power BI.
fn is_bracketed_header(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let closed = line.iter().position(|&byte| byte == b']');
    closed.is_some_and(|at| matches!(line.get(at + 1), Some(b',' | b';' | b'\t' | b'|')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_more_than_names() {
        for (name, head, form) in [
            ("a.csv", &b"PAR1"[..], Form::Parquet),
            ("a.parquet", b"", Form::Parquet),
            ("a.csv", b"PK\x03\x04", Form::Workbook),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Form::Workbook),
            ("a.txt", b" {\"a\" : 1}", Form::Document),
            ("a", b"\xef\xbb\xbf[{\"a\":1}]", Form::Document),
            ("a.csv", b"\xff\xfe{\0\"\0a\0\"\0:\0", Form::Document),
            ("a.json.gz", b"", Form::Document),
            ("a.ndjson", b"broken", Form::Document),
            ("a.csv", b"{a},b\n", Form::Delimited),
            ("a.csv", b"[a],[b]\n1,2", Form::Delimited),
            ("a.csv", b"[\"a\"],[\"b\"]\n", Form::Delimited),
            ("a.csv", b"id,name\n", Form::Delimited),
            ("a.yml", b"a: 1", Form::Yaml),
            ("a.yaml.zst", b"- a", Form::Yaml),
            ("a.csv", b"a: 1", Form::Delimited),
            ("a.csv", b"", Form::Delimited),
        ] {
            assert_eq!(form_of(Path::new(name), head), form, "{name} {:?}", String::from_utf8_lossy(head));
        }
    }
}
