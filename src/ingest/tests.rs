//! The road of reading as a whole, through folders on disk.

use std::cell::Cell;
use std::io::Write;

use polars::prelude::{Column, DataFrame, DataType, IntoSeries, NamedFrom, ParquetWriter, Series, TimeUnit, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::diag::Code;
use crate::tables::rows::{Account, BaseTotal, Charge, Ticket, UsageTotal, WorkItem};
use crate::tables::{INPUT, LINE};

struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self(folder)
    }

    fn read_as(&self, presets: &[Preset], inputs: &str) -> Result<Read, IngestError> {
        #[derive(serde::Deserialize)]
        struct Inputs {
            input: Vec<InputSettings>,
        }
        let inputs: Inputs = toml::from_str(inputs).unwrap();
        let fx = BTreeMap::from([("USD".to_owned(), 0.5)]);
        let money = MoneySettings { report_currency: "EUR", fx: &fx, as_of: None };
        let read = read_with(presets, self.0.path(), &inputs.input, &money, &());
        if let Ok(read) = &read {
            assert_books(read);
        }
        read
    }

    fn read(&self, inputs: &str) -> Result<Read, IngestError> {
        self.read_as(&[], inputs)
    }
}

fn one(text: &str, input: &str) -> Result<Read, IngestError> {
    Folder::of(&[("a.csv", text.as_bytes())]).read(&format!("[[input]]\npath = 'a.csv'\n{input}"))
}

/// The promise of this room: every record is accepted, put aside or a duplicate, file by file.
fn assert_books(read: &Read) {
    for (place, account) in read.inputs.iter().enumerate() {
        assert_eq!(
            account.read,
            account.accepted + account.quarantined + account.duplicate + account.skipped,
            "{account:?}"
        );
        let frame = read.tables.frame(account.table).unwrap();
        let rows = frame.column(INPUT).unwrap().u32().unwrap().iter().flatten();
        assert_eq!(rows.filter(|input| *input as usize == place).count() as u64, account.accepted);
    }
    let aside: u64 = read.quarantine.iter().map(|file| file.rows.len() as u64).sum();
    assert_eq!(aside, read.inputs.iter().map(|account| account.quarantined).sum::<u64>());
}

fn aside(read: &Read) -> Vec<(u64, &str, &str, Code)> {
    let rows = read.quarantine.iter().flat_map(|file| &file.rows);
    rows.map(|row| (row.line, row.column.as_str(), row.found.as_str(), row.code)).collect()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_folder_of_exports_becomes_tables() {
    let folder = Folder::of(&[
        ("usage/2026-01.csv.gz", &gz(b"month;capability;active_accounts\n2026-01;Export;1 234\n")),
        ("usage/2026-02.csv", b"month;capability;active_accounts;note\n2026-02;Export;20;x\n2026-02;Sync;few;y\n"),
        ("base.tsv.zst", &zstd::encode_all(&b"Month\tActive Accounts\nJan 2026\t4000\n"[..], 1).unwrap()),
    ]);
    let read = folder
        .read(
            "[[input]]\ntable = 'usage_totals'\npath = 'usage/*'\n[[input]]\ntable = 'base_totals'\npath = 'base.tsv.zst'\n",
        )
        .unwrap();
    let said: Vec<_> = read.inputs.iter().map(|a| (a.path.as_str(), a.dialect.as_str(), a.read, a.accepted)).collect();
    assert_eq!(
        said,
        [
            ("usage/2026-01.csv.gz", "csv, delimiter `;`, gz", 1, 1),
            ("usage/2026-02.csv", "csv, delimiter `;`", 2, 1),
            ("base.tsv.zst", "csv, delimiter tab, zst", 1, 1),
        ]
    );
    assert_eq!(read.inputs[1].unused_columns, ["note"]);
    assert_eq!(aside(&read), [(3, "active_accounts", "few", Code::BadCell)]);
    assert_eq!(read.quarantine[0].rows[0].raw, "2026-02;Sync;few;y");
    assert_eq!(read.findings.count(Code::BadCell), 1);
    let totals = UsageTotal::all(&read.tables);
    assert_eq!(totals[0].active_accounts, Some(1234));
    assert_eq!((totals[1].origin.input, totals[1].origin.line), (1, 2));
    assert_eq!(BaseTotal::all(&read.tables)[0].month, NaiveDate::from_ymd_opt(2026, 1, 1));
    let day = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
    assert_eq!(read.inputs[1].dates, Some((day, day)));
}

#[test]
fn a_preset_maps_rewrites_and_fills() {
    let preset: Preset = toml::from_str(
        r#"
        name = "desk"
        system = "Desk"
        export = "x"
        table = "tickets"
        identify = [["ticket"]]
        null_values = ["-"]
        date_format = "%d/%m/%Y %H:%M"
        time_zone = "+02:00"
        [columns]
        ticket_id = ["Ticket"]
        opened_at = ["Created", "Received"]
        tags = ["Tags"]
        layer = ["Tier"]
        account_id = ["Org"]
        [constants]
        layer = "human"
        [values.layer]
        "Tier 1 Bot" = "automated"
        [values.tags]
        "xprt" = "export"
        "#,
    )
    .unwrap();
    let folder = Folder::of(&[(
        "t.csv",
        b"Ticket,Created,Received,Tags,Tier,Org,Tags\n\
          1,-,03/04/2026 01:30,,Tier 1 Bot,-,\"xprt;b\"\n\
          2,05/04/2026 10:00,03/04/2026 01:30,a,,Acme,c\n",
    )]);
    let input = "[[input]]\npreset = 'desk'\npath = 't.csv'\n[input.values.layer]\nx = 'ai'";
    let read = folder.read_as(&[preset], input).unwrap();
    let tickets = Ticket::all(&read.tables);
    assert_eq!(tickets[0].opened_at.unwrap().to_string(), "2026-04-02 23:30:00");
    assert_eq!(tickets[0].layer.as_deref(), Some("automated"));
    assert_eq!(tickets[0].account_id, None);
    assert_eq!(tickets[0].tags, Some(vec!["export".to_owned(), "b".to_owned()]));
    assert_eq!(tickets[1].opened_at.unwrap().to_string(), "2026-04-05 08:00:00");
    assert_eq!(tickets[1].layer.as_deref(), Some("human"));
    assert_eq!(tickets[1].tags, Some(vec!["a".to_owned(), "c".to_owned()]));
    assert_eq!(read.inputs[0].preset.as_deref(), Some("desk"));
}

#[test]
fn money_is_converted_by_the_cell_beside_it() {
    let text = "charged_on,amount,currency\n2026-01-01,10,USD\n2026-01-02,10,\n2026-01-03,10,CHF\n2026-01-04,\"(1,000.50)\",EUR\n";
    let read = one(text, "table = 'charges'").unwrap();
    let amounts: Vec<i128> = Charge::all(&read.tables).iter().map(|c| c.amount.unwrap().micros()).collect();
    assert_eq!(amounts, [5_000_000, 10_000_000, -1_000_500_000]);
    assert_eq!(aside(&read), [(4, "currency", "CHF", Code::UnknownCurrency)]);
}

#[test]
fn each_damaged_row_has_its_place_and_reason() {
    let text = b"worked_on,Hours,kind\n2026-01-01,1.5,Build\n2026-01-02,-1,build\n2026-01-03\n2026-01-04,1,build,x\n,1,build\n\
                 2026-01-06,\"one\ntwo\",build\n2026-01-07,1,holiday\n2026-01-08,\xff,build\n2026-01-09,\"1,build\n";
    let read = Folder::of(&[("a.csv", text)]).read("[[input]]\npath = 'a.csv'\ntable = 'work_items'").unwrap();
    assert_eq!(
        aside(&read),
        [
            (3, "Hours", "-1", Code::NegativeNumber),
            (4, "", "1 cell", Code::TooFewCells),
            (5, "", "4 cells", Code::TooManyCells),
            (6, "worked_on", "", Code::MissingCell),
            (7, "Hours", "one\ntwo", Code::BadCell),
            (9, "kind", "holiday", Code::BadCell),
            (10, "Hours", "ÿ", Code::BadCell),
            (11, "", "2026-01-09,\"1,build", Code::UnclosedQuote),
        ]
    );
    assert_eq!(WorkItem::all(&read.tables).len(), 1);
    assert_eq!(read.quarantine[0].rows[4].raw, "2026-01-06,\"one\ntwo\",build");
}

#[test]
fn damaged_rows_are_put_right_when_asked() {
    let text = "worked_on,hours,kind,team\n2026-01-01,1.5,build,a\n2026-01-02,2.5,build,b\n2026-01-03,0.5,,build,c\n\
                2026-01-04,4,build,d,\n2026-01-05,1,build\n2026-01-06,3,build,e\n2026-01-07,2,build,f\n2026-01-08,1,maintain,g\n";
    let read = one(text, "table = 'work_items'\non_error = 'repair'").unwrap();
    let books = &read.inputs[0];
    assert_eq!((books.accepted, books.repaired, books.quarantined), (8, 3, 0));
    assert_eq!(read.findings.count(Code::RepairedRow), 3);
    let teams: Vec<_> = WorkItem::all(&read.tables).into_iter().map(|item| item.team.unwrap_or_default()).collect();
    assert_eq!(teams, ["a", "b", "c", "d", "", "e", "f", "g"]);
    assert_eq!(one(text, "table = 'work_items'").unwrap().inputs[0].quarantined, 3);
}

#[test]
fn a_repaired_row_that_is_a_duplicate_is_a_duplicate_only() {
    let text = "account_id,name\na,Acme\na,Acme,\nb,Bolt,\nb,Bolt,\nc,Cog\nd,Dot\ne,Eel\n";
    let read = one(text, "table = 'accounts'\non_error = 'repair'").unwrap();
    let books = &read.inputs[0];
    assert_eq!((books.read, books.accepted, books.duplicate), (7, 5, 2));
    assert_eq!(books.repaired, 1, "of account b one, of account a none: the first row stands, and it needed no repair");
}

#[test]
fn rows_mended_by_hand_are_read_in_place_of_the_rejected_ones() {
    let text = "worked_on,hours\n2026-01-01,1.5\nsoon,2\n2026-01-03,x\n";
    let mended = "file,line,raw\na.csv,3,\"2026-01-02,2\"\na.csv,4,\"2026-01-03,still x\"\na.csv,2,\"2026-01-01,9\"\n";
    let folder = Folder::of(&[("a.csv", text.as_bytes()), ("mended/a.csv.csv", mended.as_bytes())]);
    let read = folder.read("[[input]]\npath = 'a.csv'\ntable = 'work_items'\nmended = 'mended/*.csv'").unwrap();
    let hours: Vec<_> = WorkItem::all(&read.tables).into_iter().map(|item| item.hours.unwrap()).collect();
    assert_eq!(hours, [1.5, 2.0]);
    assert_eq!(aside(&read), [(4, "hours", "still x", Code::BadCell)]);
}

#[test]
fn columns_that_do_not_tell_by_themselves_are_surveyed() {
    let decided = "worked_on;hours\n03/04/25;1,5\n25/04/25;1,250\n";
    let read = one(decided, "table = 'work_items'").unwrap();
    let items = WorkItem::all(&read.tables);
    let days: Vec<_> = items.iter().map(|item| item.worked_on.unwrap().to_string()).collect();
    assert_eq!(days, ["2025-04-03", "2025-04-25"]);
    assert_eq!(items[1].hours, Some(1.25));
    assert!(read.inputs[0].dialect.contains("day before month"), "{}", read.inputs[0].dialect);
    let open = one("worked_on,hours\n03/04/25,1\n05/06/25,2\n", "table = 'work_items'").unwrap();
    assert_eq!((open.inputs[0].quarantined, open.findings.count(Code::AmbiguousDate)), (2, 2));
    let named = one("worked_on,hours\n03/04/25,1\n", "table = 'work_items'\ndate_format = '%m/%d/%y'").unwrap();
    assert_eq!(WorkItem::all(&named.tables)[0].worked_on.unwrap().to_string(), "2025-03-04");
}

#[test]
fn amounts_are_converted_by_the_rate_of_their_day() {
    let charges = "charged_on,amount,currency\n2026-03-04,10,USD\n2026-03-08,10,USD\n2026-03-04,10,CHF\n";
    let rates = "currency,on,rate_to_report\nUSD,2026-03-04,0.9\nUSD,2026-03-06,0.8\n";
    let folder = Folder::of(&[("charges.csv", charges.as_bytes()), ("rates.csv", rates.as_bytes())]);
    let inputs = "[[input]]\npath = 'charges.csv'\ntable = 'charges'\n[[input]]\npath = 'rates.csv'\ntable = 'fx'";
    let read = folder.read(inputs).unwrap();
    let amounts: Vec<_> = Charge::all(&read.tables).iter().map(|charge| charge.amount.unwrap().micros()).collect();
    assert_eq!(amounts, [9_000_000, 8_000_000]);
    let missing = &read.quarantine[0].rows[0];
    assert_eq!((missing.line, missing.code), (4, Code::UnknownCurrency));
    assert!(missing.expected.contains("CHF") && missing.expected.contains("2026-03-04"), "{}", missing.expected);
}

#[test]
fn duplicates_are_found_across_files_and_counted_where_they_stood() {
    let folder = Folder::of(&[
        ("a.csv", b"account_id,name\nacme,Acme\nzeta,Zeta\n"),
        ("b.csv", b"account_id,name\nacme,Acme Ltd\nzeta,Zeta\n"),
    ]);
    let read = folder.read("[[input]]\npath = '*.csv'\ntable = 'accounts'").unwrap();
    let names: Vec<_> = Account::all(&read.tables).into_iter().map(|account| account.name.unwrap()).collect();
    assert_eq!(names, ["Acme Ltd", "Zeta"]);
    let books: Vec<_> = read.inputs.iter().map(|account| (account.accepted, account.duplicate)).collect();
    assert_eq!(books, [(1, 1), (1, 1)]);
    let findings = read.findings.list();
    assert_eq!((findings[0].code, findings[1].code), (Code::ConflictingDuplicate, Code::DuplicateRow));
    let place = &findings[0].examples[0];
    assert_eq!((place.file.as_str(), place.line, place.found.as_str()), ("a.csv", Some(2), "acme"));
}

#[test]
fn what_ends_the_reading_says_why_and_whose_fault_it_is() {
    let table = "table = 'base_totals'";
    for (text, input, cause, parts) in [
        ("", table, Cause::Data, &["`a.csv` holds nothing", "header line"][..]),
        (
            "month,accounts\n",
            table,
            Cause::Data,
            &["`a.csv` has no column for `active_accounts`", "`month`, `accounts`"],
        ),
        (
            "month;active_accounts\n2026-01;4\n",
            "table = 'base_totals'\ndelimiter = ','",
            Cause::Data,
            &["split at `,` it is not there, but split at `;` it is", "correct `delimiter`"],
        ),
        (
            "month,active_accounts\n2026-01,many\n",
            "table = 'base_totals'\non_error = 'fail'",
            Cause::Data,
            &["`a.csv`, line 2, column `active_accounts`: found `many`, expected a whole number", "bad-cell"],
        ),
        ("month\n", "preset = 'none'", Cause::Settings, &["there is no preset `none`"]),
        ("month\n", "table = 'base_totals'\n[input.columns]\nmonth = 'Monat'", Cause::Data, &["looked for `Monat`"]),
    ] {
        let error = one(text, input).unwrap_err();
        assert_eq!(error.cause(), cause, "{error}");
        for part in parts {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
    let folder = Folder::of(&[("a.csv.gz", &gz("month,active_accounts\n2026-01,4\n".repeat(500).as_bytes())[..60])]);
    let error = folder.read("[[input]]\npath = 'a.csv.gz'\ntable = 'base_totals'").unwrap_err();
    assert!(error.to_string().contains("`a.csv.gz` is damaged: it ends in the middle"), "{error}");
    let folder = Folder::of(&[("a.parquet", b"PAR1 nothing of it PAR1")]);
    let error = folder.read("[[input]]\npath = 'a.parquet'\ntable = 'base_totals'").unwrap_err();
    assert_eq!(error.cause(), Cause::Data);
    assert!(error.to_string().contains("cannot be read as Parquet"), "{error}");
}

#[test]
fn a_header_alone_is_an_empty_table_and_a_finding() {
    let read = one("month,active_accounts\n\n", "table = 'base_totals'").unwrap();
    assert_eq!(read.inputs[0].read, 0);
    assert_eq!(read.findings.count(Code::EmptyFile), 1);
    assert!(read.tables.frame(TableId::BaseTotals).is_some() && !read.tables.has(TableId::BaseTotals));
}

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

#[test]
fn parquet_gives_the_same_rows_as_text() {
    let moments = Series::new("opened_at".into(), [Some(1_790_777_100_123_456_i64), None, Some(1_790_777_100_000_000)]);
    let zoned =
        |moments: &Series| moments.i64().unwrap().clone().into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let lists = [Series::new("".into(), [1_i64]), Series::new("".into(), [2_i64]), Series::new("".into(), [3_i64])];
    let bytes = parquet(vec![
        Series::new("ticket_id".into(), [7_i64, 8, 9]).into(),
        zoned(&moments).into_series().into(),
        Series::new("escalated".into(), [Some(true), None, Some(false)]).into(),
        Series::new("handle_minutes".into(), [Some(0.1_f64), Some(f64::NAN), Some(1e-7)]).into(),
        Series::new("subject".into(), ["a", "b", "-"]).into(),
        Series::new("nested".into(), lists).into(),
    ]);
    let folder = Folder::of(&[("t.parquet", &bytes), ("u.parquet.gz", &gz(&bytes))]);
    let input = "[[input]]\npath = '*.parquet*'\ntable = 'tickets'\nnull_values = ['-']\ndate_format = '%d/%m/%Y'\ntime_zone = '+05:00'";
    let read = folder.read(input).unwrap();
    let dialects: Vec<_> = read.inputs.iter().map(|account| account.dialect.as_str()).collect();
    assert_eq!(dialects, ["parquet", "parquet, gz"]);
    assert_eq!(read.inputs[0].unused_columns, ["nested"]);
    assert_eq!(aside(&read)[0], (2, "opened_at", "", Code::MissingCell));
    assert_eq!((read.inputs[0].accepted, read.inputs[1].duplicate), (2, 2));
    let tickets = Ticket::all(&read.tables);
    assert_eq!(tickets[0].ticket_id.as_deref(), Some("7"));
    assert_eq!(tickets[0].opened_at.unwrap().to_string(), "2026-09-30 14:05:00.123");
    assert_eq!(tickets[0].handle_minutes, Some(0.1));
    assert_eq!((tickets[1].handle_minutes, tickets[1].origin.line), (Some(1e-7), 3));
}

#[test]
fn parquet_days_decimals_and_times_without_a_zone() {
    let days = Series::new("charged_on".into(), [20_000_i32, -5]).cast(&DataType::Date).unwrap();
    let amounts = Series::new("amount".into(), [1_234_567_i64, 10]).cast(&DataType::Decimal(38, 0)).unwrap();
    let folder = Folder::of(&[("c.parquet", &parquet(vec![days.into(), amounts.into()]))]);
    let read = folder.read("[[input]]\npath = 'c.parquet'\ntable = 'charges'").unwrap();
    assert_eq!(Charge::all(&read.tables)[0].amount.unwrap().micros(), 1_234_567_000_000);
    assert_eq!(Charge::all(&read.tables)[0].charged_on.unwrap().to_string(), "2024-10-04");
    assert_eq!(aside(&read), [(2, "charged_on", "1969-12-27", Code::OutOfRange)]);

    let local = DataType::Datetime(TimeUnit::Milliseconds, None);
    let moment = Series::new("ts".into(), [1_790_777_100_000_i64]).cast(&local).unwrap();
    let name = Series::new("capability".into(), ["x"]).into_series();
    let folder = Folder::of(&[("e.parquet", &parquet(vec![moment.into(), name.into()]))]);
    let read = folder.read("[[input]]\npath = 'e.parquet'\ntable = 'usage_events'\ntime_zone = '+02:00'").unwrap();
    let frame = read.tables.frame(TableId::UsageEvents).unwrap();
    let millis = frame.column("ts").unwrap().as_materialized_series().to_physical_repr().i64().unwrap().get(0);
    assert_eq!(millis, Some(1_790_777_100_000 - 7_200_000));
}

#[derive(Default)]
struct Meter {
    promised: Cell<u64>,
    done: Cell<u64>,
    ended: Cell<bool>,
}

impl Progress for Meter {
    fn begin(&self, _what: &str, bytes: u64) {
        self.promised.set(bytes);
    }
    fn advance(&self, bytes: u64) {
        self.done.set(self.done.get() + bytes);
    }
    fn end(&self) {
        self.ended.set(true);
    }
}

#[test]
fn progress_counts_the_bytes_on_disk() {
    let folder = Folder::of(&[
        ("a.csv.gz", &gz(b"month,active_accounts\n2026-01,4\n")),
        ("b.csv", b"month,active_accounts\n2026-02,4\n"),
    ]);
    let input: InputSettings = toml::from_str("path = '*'\ntable = 'base_totals'").unwrap();
    let meter = Meter::default();
    let money = MoneySettings { report_currency: "EUR", fx: &BTreeMap::new(), as_of: None };
    let read = read(folder.0.path(), &[input], &money, &meter).unwrap();
    let bytes: u64 = read.inputs.iter().map(|account| account.bytes).sum();
    assert!(meter.ended.get() && meter.promised.get() == bytes && meter.done.get() == bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn books_add_up_for_any_bytes(
        body in prop::collection::vec(prop_oneof![
            any::<u8>(), Just(b','), Just(b'\n'), Just(b'"'), Just(b'1'), Just(b'\r'), Just(b';'),
        ], 0..200),
    ) {
        for header in [&b""[..], b"ts,capability,event_id\n", b"account_id;name;arr;as_of\r\n"] {
            let bytes = [header, &body].concat();
            let folder = Folder::of(&[("a.csv", &bytes), ("b.csv", &bytes)]);
            for table in ["usage_events", "accounts"] {
                // `read` of the folder checks the books; that a file is refused as a whole is right too.
                let _ = folder.read(&format!("[[input]]\npath = '*.csv'\ntable = '{table}'"));
            }
        }
    }

    #[test]
    fn a_parquet_file_cut_short_is_refused(place in any::<prop::sample::Index>()) {
        let months = Series::new("month".into(), ["2026-01", "2026-02", "2026-03"]);
        let counts = Series::new("active_accounts".into(), [1_i64, 2, 3]);
        let bytes = parquet(vec![months.into(), counts.into()]);
        let folder = Folder::of(&[("a.parquet", &bytes[..place.index(bytes.len())])]);
        let read = folder.read("[[input]]\npath = 'a.parquet'\ntable = 'base_totals'");
        prop_assert_eq!(read.unwrap_err().cause(), Cause::Data);
    }

    #[test]
    fn the_order_of_rows_in_a_file_never_shows(
        (rows, shuffled) in prop::collection::vec(("[a-c]", "[xy]?", prop::option::of(0..3_u8)), 0..20)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let table = |rows: &[(String, String, Option<u8>)]| {
            let line = |(id, name, day): &(String, String, Option<u8>)| {
                format!("{id},{name},{}\n", day.map_or_else(String::new, |day| format!("2026-01-0{}", day + 1)))
            };
            let text = format!("account_id,name,as_of\n{}", rows.iter().map(line).collect::<String>());
            let read = one(&text, "table = 'accounts'").unwrap();
            (read.tables.frame(TableId::Accounts).unwrap().drop(LINE).unwrap(), read.inputs[0].duplicate)
        };
        let (a, duplicates_a) = table(&rows);
        let (b, duplicates_b) = table(&shuffled);
        prop_assert!(a.equals_missing(&b));
        prop_assert_eq!(duplicates_a, duplicates_b);
    }
}
