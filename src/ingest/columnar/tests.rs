use super::*;
use polars::prelude::{DataFrame, IntoSeries, NamedFrom, ParquetWriter, Series, StructChunked};
use proptest::prelude::*;

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let height = columns.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(height, columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

fn read(name: &str, bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, bytes).unwrap();
    let mut file = Columnar::open(Opened::open(&path, name, &())?, name)?;
    file.select(&(0..file.headers().len()).collect())?;
    let (mut record, mut rows) = (Record::default(), Vec::new());
    while file.next(&mut record)? {
        rows.push(record.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
    }
    Ok((file.headers().to_vec(), rows))
}

fn sample() -> Vec<u8> {
    let ids = Series::new("id".into(), [1_i64, 2]);
    let tags =
        Series::new("tags".into(), [Series::new("".into(), ["a", "b\"c"]), Series::new("".into(), [None::<&str>])]);
    let sums = Series::new("sum".into(), [1.5, f64::NAN]);
    let names = Series::new("name".into(), [Some("x"), None]);
    let plan = StructChunked::from_series("plan".into(), 2, [sums, names].iter()).unwrap().into_series();
    parquet(vec![ids.into(), tags.into(), plan.into()])
}

#[test]
fn structures_are_json_and_folders_are_columns() {
    let (headers, rows) = read("usage/month=2026-01/id=7/a.parquet", &sample()).unwrap();
    assert_eq!(headers, ["id", "tags", "plan", "month"]);
    assert_eq!(
        rows,
        [
            ["1", r#"["a","b\"c"]"#, r#"{"sum":1.5,"name":"x"}"#, "2026-01"],
            ["2", "[null]", r#"{"sum":null,"name":null}"#, "2026-01"],
        ]
    );
}

#[test]
fn a_cut_off_or_changed_file_is_an_error_or_is_read() {
    let sound = sample();
    for length in 0..sound.len() {
        assert!(read("a", &sound[..length]).is_err(), "{length}");
    }
    for place in 4..sound.len() {
        for byte in [0, 0x7f, 0xff] {
            let mut bytes = sound.clone();
            bytes[place] = byte;
            let _ = read("a", &bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_table_comes_back(cells in prop::collection::vec(prop::option::of("[a-zä,\"{}]{1,9}"), 1..40)) {
        let (_, rows) = read("a", &parquet(vec![Series::new("a".into(), &cells).into()])).unwrap();
        let expected: Vec<Vec<String>> = cells.into_iter().map(|cell| vec![cell.unwrap_or_default()]).collect();
        prop_assert_eq!(rows, expected);
    }
}
