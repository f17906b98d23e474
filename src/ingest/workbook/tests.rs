use super::*;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer, Worksheet};
use std::io::Write;
use zip::write::SimpleFileOptions;

/// Line, cells, whether it may be a note, and the code of the fault.
type Line = (u64, Vec<String>, bool, Option<&'static str>);

struct Seen {
    headers: Vec<String>,
    typed: Vec<bool>,
    dialect: String,
    rows: Vec<Line>,
}

fn read(name: &str, bytes: &[u8], wanted: &Wanted) -> Result<Seen, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let opened = Opened::open(&path, name, &())?;
    let mut book = Workbook::open(opened, name, wanted)?;
    let (mut record, mut rows) = (Record::default(), Vec::new());
    while book.next(&mut record)? {
        let cells = record.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        rows.push((record.line, cells, record.may_be_note, record.fault.as_ref().map(|fault| fault.code.as_str())));
    }
    let (headers, typed, dialect) = (book.headers().to_vec(), book.typed_times().to_vec(), book.dialect());
    assert_eq!(Box::new(book).finish()?.blake3, blake3::hash(bytes).to_hex().to_string());
    Ok(Seen { headers, typed, dialect, rows })
}

fn cells(seen: &Seen) -> Vec<Vec<&str>> {
    seen.rows.iter().map(|row| row.1.iter().map(String::as_str).collect()).collect()
}

fn book(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    fill(&mut writer);
    writer.save_to_buffer().unwrap()
}

fn write(sheet: &mut Worksheet, first: u32, rows: &[&[&str]]) {
    for (row, cells) in (first..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
}

fn one(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    book(|writer| fill(writer.add_worksheet()))
}

fn wanted(headers: &[&str], sheet: Option<&str>) -> Wanted {
    let headers = headers.iter().map(|&header| header.to_owned()).collect();
    Wanted { headers, sheet: sheet.map(str::to_owned), ..Wanted::default() }
}

#[test]
fn every_kind_of_cell_is_text() {
    let bytes = one(|sheet| {
        write(sheet, 0, &[&["id", "day", "at", "long", "flag", "sum", "error"]]);
        let format = |code: &str| Format::new().set_num_format(code);
        sheet.write_number(1, 0, 1234.0).unwrap();
        let day = ExcelDateTime::from_ymd(2026, 9, 30).unwrap();
        sheet.write_datetime_with_format(1, 1, &day, &format("dd.mm.yyyy")).unwrap();
        let at = ExcelDateTime::from_ymd(2026, 9, 30).unwrap().and_hms(14, 5, 0).unwrap();
        sheet.write_datetime_with_format(1, 2, &at, &format("yyyy-mm-dd hh:mm")).unwrap();
        sheet.write_number_with_format(1, 3, 1.5, &format("[h]:mm")).unwrap();
        sheet.write_boolean(1, 4, true).unwrap();
        sheet.write_formula(1, 5, Formula::new("=1+0.1").set_result("1.1")).unwrap();
        sheet.write_formula(1, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let seen = read("a.xlsx", &bytes, &Wanted::default()).unwrap();
    assert_eq!(cells(&seen), [["1234", "2026-09-30", "2026-09-30T14:05:00", "36:00:00", "true", "1.1", ""]]);
    assert_eq!(seen.typed, [false, true, true, false, false, false, false]);
    assert_eq!((seen.dialect.as_str(), seen.rows[0].0), ("xlsx, sheet `Sheet1`", 2));
}

#[test]
fn the_sheet_is_the_named_one_or_the_one_that_fits() {
    let bytes = book(|writer| {
        writer.add_worksheet().set_name("Empty").unwrap();
        write(writer.add_worksheet().set_name("About").unwrap(), 0, &[&["what", "who"], &["x", "y"]]);
        write(writer.add_worksheet().set_name("Data").unwrap(), 2, &[&["Report"], &["Id", "Due Date"], &["1", "z"]]);
    });
    let dialect = |wanted: &Wanted| read("a.xlsx", &bytes, wanted).unwrap().dialect;
    assert_eq!(dialect(&Wanted::default()), "xlsx, sheet `About`");
    assert_eq!(dialect(&wanted(&["id", "duedate"], None)), "xlsx, sheet `Data`, header in row 4");
    assert_eq!(dialect(&wanted(&["id", "duedate"], Some("about "))), "xlsx, sheet `About`");
    let missing = read("a.xlsx", &bytes, &wanted(&[], Some("Dat"))).err().unwrap();
    assert!(matches!(&missing, IngestError::Settings { .. }));
    assert!(missing.to_string().contains("did you mean `Data`?"), "{missing}");
    assert!(matches!(read("a.xlsx", &bytes, &wanted(&[], Some("Empty"))), Err(IngestError::Empty { .. })));
    let empty = one(|_| {});
    assert!(matches!(read("a.xlsx", &empty, &Wanted::default()), Err(IngestError::Empty { .. })));
}

#[test]
fn gaps_strays_and_notes() {
    let bytes = one(|sheet| {
        write(
            sheet,
            0,
            &[&["", "id", "", "name", "day"], &["", "1", "", "a", "x"], &[], &["", "2"], &["", "3", "", "c", "y"]],
        );
        write(sheet, 8, &[&["", "Source: CRM"], &["", "", "", "Total"]]);
        for row in 20..1200 {
            sheet.write_string(row, 0, "").unwrap();
        }
    });
    let seen = read("a.xlsx", &bytes, &Wanted::default()).unwrap();
    assert_eq!(seen.headers, ["id", "name", "day"]);
    let shown: Vec<(u64, &str, bool)> = seen.rows.iter().map(|row| (row.0, row.1[0].as_str(), row.2)).collect();
    assert_eq!(shown, [(2, "1", false), (4, "2", false), (5, "3", false), (9, "Source: CRM", true), (10, "", true)]);
    let stray = one(|sheet| {
        write(sheet, 0, &[&["id", "name"]]);
        for row in 1..1500 {
            write(sheet, row, &[&["1", "a"]]);
        }
        sheet.write_string(1400, 30, "x").unwrap();
    });
    let seen = read("a.xlsx", &stray, &Wanted::default()).unwrap();
    let faulty: Vec<_> = seen.rows.iter().filter(|row| row.3.is_some()).collect();
    assert_eq!((faulty.len(), faulty[0].0, faulty[0].3), (1, 1401, Some("too-many-cells")));
    assert_eq!([letters(0), letters(25), letters(26), letters(16_383)], ["A", "Z", "AA", "XFD"]);
}

#[test]
fn two_cells_far_apart_are_two_cells() {
    let bytes = one(|sheet| {
        sheet.write_string(0, 0, "id").unwrap();
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    let seen = read("a.xlsx", &bytes, &Wanted::default()).unwrap();
    assert_eq!(seen.rows, [(1_048_576, vec![String::new(), "x".into()], false, None)]);
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_workbook_is_refused_with_the_reason() {
    let types = ("[Content_Types].xml", &b"<Types/>"[..]);
    let protected =
        [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"].concat();
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("a.xlsx", protected, "protected by a password"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "of the old form .xls"),
        ("a.xlsx", b"id,name\n".to_vec(), "its bytes are none"),
        ("a.ods", zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]), ".ods"),
        ("a.xlsb", zipped(&[types, ("xl/workbook.bin", b"")]), ".xlsb"),
        ("a.docx", zipped(&[types, ("word/document.xml", b"<x/>")]), "cannot be read as a workbook"),
    ];
    for (name, bytes, reason) in cases {
        let error = read(name, &bytes, &Wanted::default()).err().unwrap();
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(error.cause(), crate::ingest::Cause::Data);
    }
    let bomb = zipped(&[types, ("xl/worksheets/sheet1.xml", &vec![b' '; 4 << 20])]);
    assert!(matches!(read("a.xlsx", &bomb, &Wanted::default()), Err(IngestError::TooLarge { .. })));
}

#[test]
fn a_cut_off_or_damaged_workbook_is_an_error() {
    let sound = one(|sheet| write(sheet, 0, &[&["id", "name"], &["1", "a"]]));
    for length in (0..sound.len()).step_by(7) {
        assert!(read("a.xlsx", &sound[..length], &Wanted::default()).is_err(), "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_table_comes_back(
        table in prop::collection::vec(prop::collection::vec("[ -~äß€名\u{1f600}]{0,12}", 3), 1..8),
    ) {
        let bytes = one(|sheet| {
            write(sheet, 0, &[&["first", "second", "third"]]);
            for (row, cells) in (1..).zip(&table) {
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                write(sheet, row, &[&cells]);
            }
        });
        let seen = read("a.xlsx", &bytes, &wanted(&["first", "second", "third"], None)).unwrap();
        let blank = |cell: &String| if cell.trim().is_empty() { String::new() } else { cell.clone() };
        let mut expected: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(blank).collect()).collect();
        expected.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()));
        prop_assert_eq!(cells(&seen), expected);
    }

    #[test]
    fn damaged_workbooks_never_panic_out(places in prop::collection::vec((4..5000_usize, any::<u8>()), 1..4)) {
        let mut bytes = one(|sheet| write(sheet, 0, &[&["id", "name"], &["1", "a"]]));
        for (place, byte) in places {
            let place = place % bytes.len();
            if place > 3 {
                bytes[place] = byte;
            }
        }
        let _ = read("a.xlsx", &bytes, &Wanted::default());
    }

    #[test]
    fn any_sheet_never_panics_out(
        xml in r#"(<row( r="[0-9]{1,11}")?>|</row>|<c( r="[A-Z]{0,9}[0-9]{0,11}")?( t="(s|n|b|e|str|d|inlineStr)")?( s="[0-9]{1,20}")?>|</c>|<v>|</v>|<is><t>|</t></is>|-?[0-9]{1,30}|1e999|x|&amp;|<f>|</f>|<mergeCell/>){0,24}"#,
    ) {
        let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
        let links = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
        let sheet = format!("<worksheet><sheetData>{xml}</sheetData></worksheet>");
        let bytes = zipped(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", links),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ]);
        let _ = read("a.xlsx", &bytes, &Wanted::default());
    }
}
