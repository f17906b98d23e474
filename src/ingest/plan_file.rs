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
    let count = |delimiter: u8| head.iter().filter(|byte| **byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
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

    #[test]
    fn a_plan_is_read_by_its_heads_in_any_order() {
        let text = "\u{feff}Stage,Capability,From,Starts At,hours,owner of it\nbrownout,old,2027-01-12,2027-01-12T09:00:00Z,12.5,x\n,,,,,\n";
        let plan = parse(text.as_bytes()).unwrap();
        assert_eq!((plan.rows.len(), plan.ignored.as_slice()), (1, &["owner of it".to_owned()][..]));
        let row = &plan.rows[0];
        assert_eq!(
            (row.line, row.capability.as_str(), row.stage.as_str(), row.hours),
            (2, "old", "brownout", Some(1250))
        );
        assert_eq!(row.starts_at.unwrap().to_string(), "2027-01-12 09:00:00");
        assert!(parse(b"capability,stage,from\n").unwrap().rows.is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let faults =
            parse(b"capability,stage,from,class,told\nold,removed,31.3.2027,secret,\x1b[31m\n,removed,2027-01-01,,\n")
                .unwrap_err();
        assert_eq!(
            faults,
            [
                "2:3: `from` is `31.3.2027`, expected a day as 2027-03-31",
                "2:4: `class` is `secret`, expected internal, beta, user-interface, integration, public-api, contractual",
                "2:5: `told` is `\u{fffd}[31m`, expected a whole number",
                "3: `capability` is empty",
            ]
        );
        assert_eq!(parse(b"capability,from\nx,y\n").unwrap_err(), ["1: expected a column `stage`, which is missing"]);
        assert!(parse(b"").is_err() && parse(b"\xff\xfe\n\xff").is_err());
        assert!(parse(b"capability,stage,from\nx,removed,2027-01-01,more,cells\n").is_ok());
    }
}
