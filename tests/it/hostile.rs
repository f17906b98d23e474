//! Exports damaged in every way that exports get damaged: nothing is lost, nothing is read wrongly without a word.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use deadhead::config::{InputSettings, OnError};
use deadhead::ingest::{self, FileReading, IngestError, MoneySettings};
use deadhead::sample::{self, SampleOptions};
use deadhead::tables::TableId;
use proptest::prelude::*;

/// What a damage does to the rows that can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Every row is read as before.
    None,
    /// Rows may be put aside or put right, each with a diagnostic; no other row changes.
    Rows,
    /// The file is refused, or read up to the damage, with a diagnostic.
    File,
}

type Damage = fn(&[u8]) -> Vec<u8>;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Line `number` from 0 replaced by what `change` makes of it.
fn with_line(bytes: &[u8], number: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = text(bytes);
    let lines = text.lines().enumerate().map(|(at, line)| if at == number { change(line) } else { line.to_owned() });
    (lines.collect::<Vec<_>>().join("\n") + "\n").into_bytes()
}

fn wide(bytes: &[u8], order: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{}", text(bytes)).encode_utf16().flat_map(order).collect()
}

/// The kinds of damage, each with its effect.
fn damages() -> Vec<(&'static str, Effect, Damage)> {
    vec![
        ("nothing", Effect::None, <[u8]>::to_vec),
        ("byte-order mark", Effect::None, |b| [b"\xef\xbb\xbf", b].concat()),
        ("two byte-order marks", Effect::None, |b| [b"\xef\xbb\xbf\xef\xbb\xbf", b].concat()),
        ("UTF-16LE with mark", Effect::None, |b| wide(b, u16::to_le_bytes, true)),
        ("UTF-16BE with mark", Effect::None, |b| wide(b, u16::to_be_bytes, true)),
        ("UTF-16LE without mark", Effect::None, |b| wide(b, u16::to_le_bytes, false)),
        ("CRLF", Effect::None, |b| text(b).replace('\n', "\r\n").into_bytes()),
        ("CR", Effect::None, |b| text(b).replace('\n', "\r").into_bytes()),
        ("mixed line ends", Effect::None, |b| {
            text(b).lines().enumerate().flat_map(|(n, l)| [l, ["\n", "\r\n", "\r"][n % 3]]).collect::<String>().into()
        }),
        ("no last line end", Effect::None, |b| text(b).trim_end().as_bytes().to_vec()),
        ("empty lines", Effect::None, |b| text(b).replace('\n', "\n\n").into_bytes()),
        ("lines of delimiters at the end", Effect::None, |b| [b, b",,,,,,,,,,,\n,,,,,,,,,,,\n"].concat()),
        ("a title above", Effect::None, |b| [b"Export of everything\n\n", b].concat()),
        ("sep= line", Effect::None, |b| [b"sep=,\r\n", b].concat()),
        ("header again in the middle", Effect::None, |b| {
            let text = text(b);
            let lines: Vec<&str> = text.lines().collect();
            let middle = lines.len() / 2;
            [&lines[..middle], &lines[..1], &lines[middle..]].concat().join("\n").into_bytes()
        }),
        ("total below", Effect::None, |b| [b, b"Total,,,,,,,,,,,\n"].concat()),
        ("notes below", Effect::None, |b| [b, b"\nConfidential Information - Do Not Distribute\n"].concat()),
        ("NUL", Effect::Rows, |b| with_line(b, 7, |line| line.replacen(',', ",\0", 1))),
        ("a stray quote", Effect::Rows, |b| with_line(b, 7, |line| line.replacen(',', ",\"", 1))),
        ("a quote that nothing closes", Effect::Rows, |b| [b, b"\"never closed,"].concat()),
        ("a missing delimiter", Effect::Rows, |b| with_line(b, 7, |line| line.replacen(',', "", 1))),
        ("an extra delimiter", Effect::Rows, |b| with_line(b, 7, |line| line.replacen(',', ",,", 1))),
        ("another delimiter in one row", Effect::Rows, |b| with_line(b, 7, |line| line.replace(',', ";"))),
        ("half a row", Effect::Rows, |b| with_line(b, 7, |line| line[..line.len() / 3].to_owned())),
        ("bad UTF-8", Effect::Rows, |b| {
            let mut bytes = [b, "größe,größe,größe,größe,größe\n".as_bytes()].concat();
            bytes.extend(b"\xff\xfe\xff,\n");
            bytes
        }),
        ("cut in the middle", Effect::Rows, |b| b[..b.len() - 20].to_vec()),
        ("truncated gzip", Effect::File, |b| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(b).unwrap();
            let bytes = encoder.finish().unwrap();
            bytes[..bytes.len() / 2].to_vec()
        }),
        ("nothing at all", Effect::File, |_| Vec::new()),
    ]
}

fn read(
    folder: &Path,
    bytes: &[u8],
    preset: &str,
    on_error: OnError,
) -> Result<(FileReading, Vec<String>), IngestError> {
    let path = folder.join("export");
    let name = if bytes.starts_with(&[0x1f, 0x8b]) { "export.csv.gz" } else { "export.csv" };
    let path = path.with_file_name(name);
    std::fs::write(&path, bytes).unwrap();
    let fx = BTreeMap::new();
    let money = MoneySettings { report_currency: "", fx: &fx, as_of: None };
    let settings = InputSettings { preset: Some(preset.into()), on_error, ..InputSettings::of("x") };
    let mut out = Vec::new();
    let reading = ingest::read_table(&path, &settings, &money, &mut out, &())?;
    let mut rows: Vec<String> = String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect();
    rows.sort();
    Ok((reading, rows))
}

/// Exports of the sample generator, forty rows of each.
fn exports() -> Vec<(&'static str, Vec<u8>)> {
    let options = SampleOptions { accounts: 40, capabilities: 10, events: 60, seed: 3 };
    let files: BTreeMap<String, Vec<u8>> = sample::generate_mixed(&options).into_iter().collect();
    [("crm/accounts.csv", "salesforce-accounts"), ("usage per month.csv", "usage-by-account-month")]
        .map(|(path, preset)| {
            (preset, text(&files[path]).lines().take(41).flat_map(|line| [line, "\n"]).collect::<String>().into())
        })
        .into()
}

#[test]
fn damaged_exports_lose_nothing_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (preset, export) in exports() {
        let (_, sound) = read(folder.path(), &export, preset, OnError::Quarantine).unwrap();
        for (name, effect, damage) in damages() {
            for on_error in [OnError::Quarantine, OnError::Repair] {
                let mut fault = |what: String| wrong.push(format!("{preset}, {name}, {on_error:?}: {what}"));
                let (reading, rows) = match read(folder.path(), &damage(&export), preset, on_error) {
                    Ok(read) => read,
                    Err(error) if effect == Effect::File => {
                        assert_eq!(error.cause(), ingest::Cause::Data, "{error}");
                        continue;
                    }
                    Err(error) => {
                        fault(error.to_string());
                        continue;
                    }
                };
                let books = reading.rows;
                if books.read != books.accepted + books.quarantined + books.duplicate + books.skipped {
                    fault(format!("{books:?}"));
                }
                let changed = rows.iter().filter(|row| !sound.contains(row)).count() as u64;
                let lost = sound.iter().filter(|row| !rows.contains(row)).count() as u64;
                match effect {
                    Effect::None if changed + lost > 0 => {
                        fault(format!("{changed} changed, {lost} lost; {:?}", reading.diagnostics));
                    }
                    Effect::Rows | Effect::File if reading.diagnostics.is_empty() => fault("not a word".into()),
                    Effect::Rows if changed > books.repaired || lost > books.repaired + books.quarantined => {
                        fault(format!("{changed} changed, {lost} lost, {books:?}"));
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn a_table_in_any_dialect_of_a_spreadsheet_reads_back_equal(
        header in prop::collection::hash_set("[a-z]{3,8}", 2..6),
        cells in prop::collection::vec(prop::collection::vec("[a-zA-Z0-9 ,;\"'\n\u{e4}\u{20ac}=@|-]{0,12}", 6), 3..12),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        quotes_all in any::<bool>(),
        is_windows in any::<bool>(),
        mark in any::<bool>(),
        is_wide in any::<bool>(),
    ) {
        let header: Vec<String> = header.into_iter().collect();
        let rows: Vec<Vec<String>> = cells.into_iter().enumerate()
            .map(|(number, row)| {
                let mut row: Vec<String> = row.into_iter().take(header.len()).collect();
                // A row of nothing is no row, and a table has a column of figures.
                row[0] = format!("{}", 1000 + number);
                row
            })
            .collect();
        let style = if quotes_all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if is_windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let written = text(&writer.into_inner().unwrap());
        let bytes = match (is_wide, mark) {
            (true, _) => wide(written.as_bytes(), u16::to_le_bytes, true),
            (false, true) => format!("\u{feff}{written}").into_bytes(),
            (false, false) => written.into_bytes(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut out = Vec::new();
        ingest::read_raw(&path, &mut out, &()).unwrap();
        let mut read = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&out[..]);
        let read: Vec<Vec<String>> = read.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(&read[0], &header);
        prop_assert_eq!(&read[1..], &rows[..]);
    }

    #[test]
    fn of_any_bytes_every_record_is_accounted_for(
        bytes in prop::collection::vec(prop::sample::select(b"ab1,;\t\"'\n\r\\ \x00\xff\xfe\xc3\xa9{}[]:=".to_vec()), 0..300),
        head in prop::sample::select(vec![&b""[..], b"account_id,name\n", b"month,active_accounts\n", b"\xff\xfe", b"sep=;\n", b"[{\"a\":1}"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, [head, &bytes].concat()).unwrap();
        if let Ok(reading) = ingest::read_raw(&path, &mut std::io::sink(), &()) {
            let books = reading.rows;
            prop_assert_eq!(books.read, books.accepted + books.quarantined + books.skipped);
        }
        let fx = BTreeMap::new();
        let money = MoneySettings { report_currency: "EUR", fx: &fx, as_of: None };
        for table in [TableId::Accounts, TableId::BaseTotals] {
            let settings = InputSettings { table: Some(table), ..InputSettings::of("t.csv") };
            if let Ok(reading) = ingest::read_table(&path, &settings, &money, &mut std::io::sink(), &()) {
                let books = reading.rows;
                prop_assert_eq!(books.read, books.accepted + books.quarantined + books.duplicate + books.skipped);
            }
        }
    }
}
