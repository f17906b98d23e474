//! A plan in a file, for the linter: a CSV with a row for each capability and stage.
//!
//! Takes the bytes; gives the rows, or everything that is wrong with them, each with its line and column: a plan that is read in part
//! would be judged for what was lost. Cells may be separated by commas, semicolons or tabs. Columns that are not known are named and left
//! alone, since our own table has more of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::IngestError;
use crate::config::NoticeClass;
use crate::units::visible::is_hidden;

/// Bytes that a plan has at most.
const MOST: u64 = 16 * 1024 * 1024;
/// Faults that are shown; the others are counted.
const SHOWN: usize = 1000;
/// Characters that a name has at most.
const NAME: usize = 200;
/// Years within which plans lie.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// One row of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanRow {
    /// Line, from 1.
    pub line: u64,
    /// Id or name of the capability.
    pub capability: String,
    /// Its display name.
    pub name: Option<String>,
    /// Stage, one of the known words.
    pub stage: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// First moment of a brownout, UTC.
    pub starts_at: Option<NaiveDateTime>,
    /// Its last moment, UTC.
    pub ends_at: Option<NaiveDateTime>,
    /// Notice class.
    pub class: Option<NoticeClass>,
    /// What replaces it.
    pub replacement: Option<String>,
    /// Day from which that is on offer.
    pub replacement_on: Option<NaiveDate>,
    /// Last day on which it may go.
    pub demanded_by: Option<NaiveDate>,
    /// Accounts that use it.
    pub affected: Option<u64>,
    /// Accounts that were told.
    pub told: Option<u64>,
    /// Whose work it is.
    pub team: Option<String>,
    /// Hundredths of hours of that work.
    pub hours: Option<u64>,
    /// Day of the `Deprecation` header.
    pub deprecation: Option<NaiveDate>,
    /// Day of the `Sunset` header.
    pub sunset: Option<NaiveDate>,
}

/// A plan as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanFile {
    /// Its rows, in their order.
    pub rows: Vec<PlanRow>,
    /// Columns that are not known.
    pub ignored: Vec<String>,
}

/// Reads a plan whose stages are among some words.
///
/// # Errors
/// When the file cannot be opened, is larger than a plan can be, or holds anything that is no plan: all of it, a line each.
pub fn read_plan(path: &Path, stages: &[&str]) -> Result<PlanFile, IngestError> {
    let shown = path.display().to_string();
    let refuse = |problem: String| IngestError::Plan { problem };
    let size = fs::metadata(path).map_err(|error| refuse(format!("cannot read {shown}: {error}")))?.len();
    if size > MOST {
        return Err(refuse(format!("{shown} has {size} bytes, more than a plan of {MOST} can have")));
    }
    let bytes = fs::read(path).map_err(|error| refuse(format!("cannot read {shown}: {error}")))?;
    parse(&bytes, stages).map_err(|faults| {
        let mut lines: Vec<String> = faults.iter().take(SHOWN).map(|fault| format!("{shown}:{fault}")).collect();
        let more = faults.len().saturating_sub(SHOWN);
        if more > 0 {
            lines.push(format!("{shown}: {more} more like these"));
        }
        refuse(lines.join("\n"))
    })
}

/// The plan in some bytes, whose stages are among some words.
///
/// # Errors
/// Everything that is wrong, as `line:column: what was found, and what was expected`.
pub fn parse(bytes: &[u8], stages: &[&str]) -> Result<PlanFile, Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(bytes)).flexible(true).from_reader(bytes);
    let head = reader.headers().map_err(|error| vec![format!("1: {error}")])?.clone();
    let folded = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    // Of two columns of one name the first holds.
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (at, name) in head.iter().enumerate() {
        columns.entry(folded(name)).or_insert(at);
    }
    let missing = ["capability", "stage", "from"].iter().filter(|name| !columns.contains_key(**name));
    let missing: Vec<String> = missing.map(|name| format!("1: expected a column `{name}`, which is missing")).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let known: Vec<String> = COLUMNS.iter().map(|name| folded(name)).collect();
    let ignored = head.iter().filter(|name| !known.contains(&folded(name)));
    let ignored = ignored.map(|name| name.chars().take(NAME).collect()).collect();
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            // Blank lines, and heads of files that were put one below the other.
            Ok(record) if record == head || record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(record) => {
                let mut cells = Cells { record: &record, columns: &columns, stages, faults: &mut faults };
                rows.push(cells.row());
            }
            Err(error) => faults.push(format!("{}: {error}", error.position().map_or(0, csv::Position::line))),
        }
    }
    if faults.is_empty() { Ok(PlanFile { rows, ignored }) } else { Err(faults) }
}

/// What separates the cells of the head most often; a comma where nothing does.
fn delimiter(bytes: &[u8]) -> u8 {
    let head = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let cells = |delimiter: u8| head.split(|byte| *byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| cells(*delimiter)).unwrap_or(b',')
}

const COLUMNS: [&str; 17] = [
    "capability",
    "name",
    "stage",
    "from",
    "until",
    "starts_at",
    "ends_at",
    "class",
    "replacement",
    "replacement_on",
    "demanded_by",
    "affected",
    "told",
    "team",
    "hours",
    "deprecation",
    "sunset",
];

/// The cells of one row.
struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a BTreeMap<String, usize>,
    stages: &'a [&'a str],
    faults: &'a mut Vec<String>,
}

impl Cells<'_> {
    fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// `None` when the cell is empty or absent.
    fn text(&self, name: &str) -> Option<String> {
        let at = *self.columns.get(&name.replace('_', ""))?;
        let cell = self.record.get(at)?.trim();
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    fn read<T>(&mut self, name: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            let shown: String = text.chars().take(40).map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect();
            self.fault(name, &format!("is `{shown}`"), expected);
        }
        value
    }

    fn fault(&mut self, name: &str, found: &str, expected: &str) {
        let column = self.columns.get(&name.replace('_', "")).map_or(0, |at| at + 1);
        self.faults.push(format!("{}:{column}: `{name}` {found}, expected {expected}", self.line()));
    }

    /// What must be said; empty, and a fault, where it is not.
    fn must<T: Default>(&mut self, name: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> T {
        if self.text(name).is_none() {
            self.fault(name, "is empty", expected);
        }
        self.read(name, expected, read).unwrap_or_default()
    }

    fn name(&mut self, name: &str) -> Option<String> {
        self.read(name, &format!("at most {NAME} characters"), short)
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        self.read(name, A_DAY, day)
    }

    fn moment(&mut self, name: &str) -> Option<NaiveDateTime> {
        let formats = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d %H:%M"];
        let read = |text: &str| {
            let moment = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
            moment.filter(|moment| YEARS.contains(&moment.year()))
        };
        self.read(name, "a moment in UTC as 2027-03-31T09:00:00Z", read)
    }

    fn count(&mut self, name: &str) -> Option<u64> {
        self.read(name, "a whole number", |text| text.parse().ok())
    }

    fn row(&mut self) -> PlanRow {
        let (line, known) = (self.line(), self.stages);
        let class = |text: &str| NoticeClass::ALL.iter().copied().find(|class| class.as_str() == text);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to what a plan can hold")]
        let hundredths = |text: &str| {
            let hours: f64 = text.parse().ok()?;
            (0.0..1e9).contains(&hours).then(|| (hours * 100.0).round() as u64)
        };
        PlanRow {
            line,
            capability: self.must("capability", &format!("an id or name of at most {NAME} characters"), short),
            name: self.name("name"),
            stage: self.must("stage", &self.stages.join(", "), |text| known.contains(&text).then(|| text.to_owned())),
            from: self.must("from", A_DAY, day),
            until: self.day("until"),
            starts_at: self.moment("starts_at"),
            ends_at: self.moment("ends_at"),
            class: self.read(
                "class",
                &NoticeClass::ALL.iter().map(|of| of.as_str()).collect::<Vec<_>>().join(", "),
                class,
            ),
            replacement: self.name("replacement"),
            replacement_on: self.day("replacement_on"),
            demanded_by: self.day("demanded_by"),
            affected: self.count("affected"),
            told: self.count("told"),
            team: self.name("team"),
            hours: self.read("hours", "a number of hours", hundredths),
            deprecation: self.day("deprecation"),
            sunset: self.day("sunset"),
        }
    }
}

const A_DAY: &str = "a day as 2027-03-31";

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()))
}

fn short(text: &str) -> Option<String> {
    (text.chars().count() <= NAME).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<PlanFile, Vec<String>> {
        parse(bytes, &["announced", "brownout", "removed"])
    }

    #[test]
    fn a_plan_is_read_by_its_heads_in_any_order() {
        let text = "\u{feff}Stage,Capability,From,Starts At,hours,demanded_by,owner of it\nbrownout,old,2027-01-12,2027-01-12T09:00:00Z,12.5,2027-05-01,x\n,,,,,,\n";
        let plan = read(text.as_bytes()).unwrap();
        assert_eq!((plan.rows.len(), plan.ignored.as_slice()), (1, &["owner of it".to_owned()][..]));
        let row = &plan.rows[0];
        assert_eq!(
            (row.line, row.capability.as_str(), row.stage.as_str(), row.hours),
            (2, "old", "brownout", Some(1250))
        );
        assert_eq!(row.starts_at.unwrap().to_string(), "2027-01-12 09:00:00");
        assert_eq!(row.demanded_by.unwrap().to_string(), "2027-05-01");
        assert!(read(b"capability,stage,from\n").unwrap().rows.is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = "capability,stage,from,class,told\nold,removed,31.3.2027,secret,\u{1b}[31m\u{202e}\n\
            ,retired,2027-01-01,,\nold,,0001-01-01,,\nold,gone,,,-1\nold,removed,2027-01-01,,\n";
        assert_eq!(
            read(text.as_bytes()).unwrap_err(),
            [
                "2:3: `from` is `31.3.2027`, expected a day as 2027-03-31",
                "2:4: `class` is `secret`, expected internal, beta, user-interface, integration, public-api, contractual",
                "2:5: `told` is `\u{fffd}[31m\u{fffd}`, expected a whole number",
                "3:1: `capability` is empty, expected an id or name of at most 200 characters",
                "3:2: `stage` is `retired`, expected announced, brownout, removed",
                "4:2: `stage` is empty, expected announced, brownout, removed",
                "4:3: `from` is `0001-01-01`, expected a day as 2027-03-31",
                "5:2: `stage` is `gone`, expected announced, brownout, removed",
                "5:3: `from` is empty, expected a day as 2027-03-31",
                "5:5: `told` is `-1`, expected a whole number",
            ]
        );
        assert_eq!(read(b"capability,from\nx,y\n").unwrap_err(), ["1: expected a column `stage`, which is missing"]);
        assert!(read(b"").is_err() && read(b"\xff\xfe\n\xff").is_err());
        assert!(read(b"capability,stage,from\nx,removed,2027-01-01,more,cells\n").is_ok());
        let long = format!("capability,stage,from\n{},removed,2027-01-01\n", "x".repeat(1 << 20));
        let faults = read(long.as_bytes()).unwrap_err();
        assert!(faults.len() == 1 && faults[0].len() < 200, "{} faults", faults.len());
    }

    #[test]
    fn a_plan_is_one_however_it_was_saved() {
        let plan = "capability,stage,from\nold,announced,2027-01-12\nold,removed,2027-07-13\n";
        let sound = read(plan.as_bytes()).unwrap().rows;
        assert_eq!(sound.len(), 2);
        for saved in [
            plan.replace('\n', "\r\n"),
            plan.replace(',', ";"),
            plan.replace(',', "\t"),
            format!("\u{feff}{plan}"),
            plan.trim_end().to_owned(),
            // The head again, below it and below all.
            plan.replacen("from\n", "from\ncapability,stage,from\n", 1) + "capability,stage,from\n",
        ] {
            let rows = read(saved.as_bytes()).unwrap_or_else(|faults| panic!("{saved:?}: {faults:?}")).rows;
            let same = rows.iter().zip(&sound).all(|(row, of)| PlanRow { line: of.line, ..row.clone() } == *of);
            assert!(same && rows.len() == 2, "{saved:?}: {rows:?}");
        }
    }

    #[test]
    fn no_bytes_are_too_bad_and_not_every_fault_is_shown() {
        let binary: Vec<u8> = (0..25_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        assert!(read(&binary).is_err());
        assert!(read(&[b"capability,stage,from\n", &binary[..]].concat()).is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.csv");
        fs::write(&path, format!("capability,stage,from\n{}", "old,gone,2027-01-12\n".repeat(1234))).unwrap();
        let said = read_plan(&path, &["removed"]).unwrap_err().to_string();
        assert_eq!(said.lines().count(), 1001);
        assert!(said.ends_with("234 more like these"));
    }
}
