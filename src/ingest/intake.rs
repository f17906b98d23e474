//! From files to tables: the books of every file, the quarantine and the findings.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::{DataFrame, DataType};

use super::coerce::{self, Conventions, DailyRates, Exchange, Reading, TimeRules, Value, day_of};
use super::columnar::Columnar;
use super::delimited::{self, Delimited};
use super::discover::Found;
use super::frame::{Duplicate, Gathered};
use super::mapping::{Binding, Missing, Rules};
use super::open::{self, Digest, Opened};
use super::record::{Fault, Record};
use super::{IngestError, InputAccount, MoneySettings, Progress, QuarantineFile, QuarantinedRow, Read};
use crate::config::OnError;
use crate::diag::{Code, Findings, Place};
use crate::tables::{INPUT, Kind, TableId};

/// What was read so far.
pub(super) struct Intake<'m> {
    exchange: Exchange<'m>,
    tables: BTreeMap<TableId, Gathered>,
    inputs: Vec<InputAccount>,
    quarantine: Vec<QuarantineFile>,
    findings: Findings,
}

impl<'m> Intake<'m> {
    /// Nothing yet.
    pub(super) fn new(money: &MoneySettings<'m>) -> Self {
        Self {
            exchange: Exchange { report: money.report_currency, fixed: money.fx, daily: DailyRates::none() },
            tables: BTreeMap::new(),
            inputs: Vec::new(),
            quarantine: Vec::new(),
            findings: Findings::default(),
        }
    }

    /// Reads one file.
    pub(super) fn file(&mut self, rules: &Rules, found: &Found, progress: &dyn Progress) -> Result<(), IngestError> {
        let mut source = Source::open(rules, found, progress)?;
        let headers = source.headers().to_vec();
        let binding = rules.bind(&headers).map_err(|missing| source.lacks(missing, rules, &found.name))?;
        source.select(&binding)?;
        let cells = CellReader::new(rules, &binding, &source, self.exchange);
        let input = u32::try_from(self.inputs.len()).expect("fewer than 2^32 files fit on a disk");
        let gathered = self.tables.entry(rules.table.id).or_insert_with(|| Gathered::new(rules.table));
        let mut rows = Vec::new();
        let mut read = 0;
        let mut record = Record::default();
        while source.next(&mut record)? {
            read += 1;
            match cells.row(&record) {
                Ok(row) => gathered.push(&row, input, record.line),
                Err(fault) => {
                    let row = quarantined(&record, fault, &headers);
                    if rules.on_error == OnError::Fail {
                        return Err(refused(row, &found.name));
                    }
                    rows.push(row);
                }
            }
        }
        let mut unused = binding.unused;
        unused.extend_from_slice(source.unreadable());
        let dialect = source.dialect().to_owned();
        let account = account(rules, found, dialect, unused, &source.finish()?);
        self.close(account, read, rows);
        Ok(())
    }

    fn close(&mut self, mut account: InputAccount, read: u64, rows: Vec<QuarantinedRow>) {
        account.read = read;
        account.quarantined = rows.len() as u64;
        if read == 0 {
            let expected = "rows below the header".to_owned();
            self.findings.add(Code::EmptyFile, Place { file: account.path.clone(), expected, ..Place::default() });
        }
        for row in &rows {
            self.findings.add(
                row.code,
                Place {
                    file: account.path.clone(),
                    line: Some(row.line),
                    column: Some(row.column.clone()).filter(|column| !column.is_empty()),
                    found: row.found.clone(),
                    expected: row.expected.clone(),
                },
            );
        }
        if !rows.is_empty() {
            self.quarantine.push(QuarantineFile { input: account.path.clone(), rows });
        }
        self.inputs.push(account);
    }

    /// Sorts the tables, leaves out duplicates and closes the books.
    pub(super) fn finish(mut self) -> Read {
        let mut read = Read { quarantine: self.quarantine, ..Read::default() };
        for (id, gathered) in self.tables {
            let (frame, duplicates) =
                gathered.finish().expect("the columns are made from the schema, all of one length");
            for duplicate in &duplicates {
                self.inputs[duplicate.input as usize].duplicate += 1;
                let file = self.inputs[duplicate.input as usize].path.clone();
                self.findings.add(duplicate.code, place_of(duplicate, id, file));
            }
            for (input, days) in accepted_days(&frame, id) {
                let account = &mut self.inputs[input as usize];
                account.accepted += 1;
                let Some(day) = days else { continue };
                let (first, last) = account.dates.unwrap_or((day, day));
                account.dates = Some((first.min(day), last.max(day)));
            }
            read.tables.frames.insert(id, frame);
        }
        read.inputs = self.inputs;
        read.findings = self.findings;
        read
    }
}

fn place_of(duplicate: &Duplicate, table: TableId, file: String) -> Place {
    let key = table.table().key.join(", ");
    Place {
        file,
        line: Some(duplicate.line),
        column: None,
        found: duplicate.key.clone(),
        expected: format!("one row per {key}"),
    }
}

/// By accepted row, its input and the day of the table's time column: the first required column that holds a time.
fn accepted_days(frame: &DataFrame, table: TableId) -> Vec<(u32, Option<NaiveDate>)> {
    let is_time = |kind: Kind| matches!(kind, Kind::Date | Kind::Month | Kind::Timestamp);
    let column = table.table().columns.iter().find(|column| column.required && is_time(column.kind));
    let inputs = frame.column(INPUT).and_then(|column| column.u32().cloned()).expect("every frame has its inputs");
    let days = column.map(|column| {
        let series = frame.column(column.name).expect("every frame has the columns of its schema");
        let numbers = series.as_materialized_series().to_physical_repr().cast(&DataType::Int64);
        let per_day = if column.kind == Kind::Timestamp { 86_400_000 } else { 1 };
        let numbers = numbers.and_then(|numbers| numbers.i64().cloned()).expect("times are whole numbers");
        numbers.iter().map(|number| i32::try_from(number?.div_euclid(per_day)).ok().map(day_of)).collect::<Vec<_>>()
    });
    let day = |row: usize| days.as_ref().and_then(|days| days[row]);
    inputs.iter().enumerate().map(|(row, input)| (input.unwrap_or_default(), day(row))).collect()
}

fn account(
    rules: &Rules,
    found: &Found,
    dialect: String,
    unused_columns: Vec<String>,
    digest: &Digest,
) -> InputAccount {
    InputAccount {
        path: found.name.clone(),
        table: rules.table.id,
        preset: rules.preset.map(|preset| preset.name.clone()),
        dialect,
        bytes: digest.bytes,
        blake3: digest.blake3.clone(),
        read: 0,
        accepted: 0,
        quarantined: 0,
        duplicate: 0,
        dates: None,
        unused_columns,
    }
}

fn quarantined(record: &Record, fault: Fault, headers: &[String]) -> QuarantinedRow {
    QuarantinedRow {
        line: record.line,
        column: fault.column.and_then(|place| headers.get(place)).cloned().unwrap_or_default(),
        found: fault.found,
        expected: fault.expected,
        code: fault.code,
        raw: record.as_written(),
    }
}

fn refused(row: QuarantinedRow, path: &str) -> IngestError {
    let QuarantinedRow { line, column, found, expected, code, .. } = row;
    IngestError::Row { path: path.into(), line, column, found, expected, code: code.as_str() }
}

/// A file of either form.
enum Source<'p> {
    Delimited(Box<Delimited<'p>>),
    Columnar(Box<Columnar>),
}

impl<'p> Source<'p> {
    fn open(rules: &Rules, found: &Found, progress: &'p dyn Progress) -> Result<Self, IngestError> {
        let opened = Opened::open(&found.path, &found.name, progress)?;
        if open::is_parquet(&found.path) {
            return Ok(Self::Columnar(Box::new(Columnar::open(opened, &found.name)?)));
        }
        let file = Delimited::open(opened, &found.name, rules.delimiter, &rules.wanted())?;
        Ok(Self::Delimited(Box::new(file)))
    }

    fn headers(&self) -> &[String] {
        match self {
            Self::Delimited(file) => file.headers(),
            Self::Columnar(file) => file.headers(),
        }
    }

    fn unreadable(&self) -> &[String] {
        match self {
            Self::Delimited(_) => &[],
            Self::Columnar(file) => file.unreadable(),
        }
    }

    fn dialect(&self) -> &str {
        match self {
            Self::Delimited(file) => file.dialect(),
            Self::Columnar(file) => file.dialect(),
        }
    }

    fn select(&mut self, binding: &Binding) -> Result<(), IngestError> {
        let Self::Columnar(file) = self else { return Ok(()) };
        let places: BTreeSet<usize> = binding.feeds.iter().flatten().flatten().copied().collect();
        file.select(&places.into_iter().collect::<Vec<_>>())
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        match self {
            Self::Delimited(file) => file.next(record),
            Self::Columnar(file) => file.next(record),
        }
    }

    fn finish(self) -> Result<Digest, IngestError> {
        match self {
            Self::Delimited(file) => file.finish(),
            Self::Columnar(file) => Ok(file.finish()),
        }
    }

    /// The error of a missing column, with what the form of the file explains of it.
    fn lacks(&self, missing: Missing, rules: &Rules, name: &str) -> IngestError {
        let mut problem = missing.problem;
        match self {
            Self::Delimited(file) => {
                if let Some(better) = file.better_delimiter(&missing.wanted) {
                    let advice = if rules.delimiter.is_some() { "correct `delimiter`" } else { "set `delimiter`" };
                    problem = format!(
                        "split at {} it is not there, but split at {} it is; {advice} ({problem})",
                        delimited::shown(file.delimiter()),
                        delimited::shown(better)
                    );
                }
            }
            Self::Columnar(file) => {
                let is_wanted = |header: &&String| missing.wanted.contains(&super::normalised(header));
                if let Some(nested) = file.unreadable().iter().find(is_wanted) {
                    problem =
                        format!("`{nested}` is there, but holds structures; write it as plain values ({problem})");
                }
            }
        }
        IngestError::MissingColumn { path: name.into(), column: missing.column.into(), problem }
    }
}

/// Reads the cells of a file's records as values of its table.
struct CellReader<'f> {
    rules: &'f Rules<'f>,
    binding: &'f Binding,
    exchange: Exchange<'f>,
    /// Place in the table of the currency that its amounts are in.
    currency: Option<usize>,
    /// By column of the file, whether its cells are times by type.
    typed_times: Vec<bool>,
    /// The rules of such cells: the input's own notation does not hold for them.
    typed_rules: TimeRules,
}

impl<'f> CellReader<'f> {
    fn new(rules: &'f Rules, binding: &'f Binding, source: &Source, exchange: Exchange<'f>) -> Self {
        let typed_times = match source {
            Source::Delimited(_) => Vec::new(),
            Source::Columnar(file) => file.typed_times().to_vec(),
        };
        Self {
            rules,
            binding,
            exchange,
            currency: rules.table.columns.iter().position(|column| column.name == "currency"),
            typed_times,
            typed_rules: TimeRules { format: None, ..rules.times.clone() },
        }
    }

    /// The values of a record by column of the table, or the first fault in that order.
    fn row<'r>(&'r self, record: &'r Record) -> Result<Vec<Value<'r>>, Fault> {
        if let Some(fault) = &record.fault {
            return Err(fault.clone());
        }
        (0..self.rules.columns.len()).map(|column| self.value(record, column)).collect()
    }

    fn value<'r>(&'r self, record: &'r Record, column: usize) -> Result<Value<'r>, Fault> {
        let schema = &self.rules.table.columns[column];
        let value = match (schema.kind, self.cell(record, column)) {
            (Kind::List, _) => self.list(record, column),
            (_, None) => Value::Null,
            (Kind::Money, Some(cell)) => self.money(record, &cell)?,
            (kind, Some(cell)) => {
                let is_typed = cell.place.is_some_and(|place| self.typed_times.get(place) == Some(&true));
                let times = if is_typed { &self.typed_rules } else { &self.rules.times };
                coerce::value(kind, cell.text, &reading(times), self.exchange).map_err(|refusal| cell.fault(refusal))?
            }
        };
        if value == Value::Null && schema.required {
            let place = self.binding.feeds[column].first().and_then(|places| places.first()).copied();
            let expected = schema.kind.expectation();
            return Err(Fault { code: Code::MissingCell, column: place, found: String::new(), expected });
        }
        Ok(value)
    }

    /// The first cell that feeds a column and holds something, else the constant.
    fn cell<'r>(&'r self, record: &'r Record, column: usize) -> Option<Cell<'r>> {
        let rule = &self.rules.columns[column];
        for &place in self.binding.feeds[column].iter().flatten() {
            let raw = record.text(place);
            if self.is_given(raw) {
                let text = if rule.values.is_empty() { raw } else { rule.values.get(raw).map_or(raw, |v| v.trim()) };
                return Some(Cell { place: Some(place), text }).filter(|cell| !cell.text.is_empty());
            }
        }
        let constant = rule.constant.as_deref().map(str::trim).filter(|text| !text.is_empty());
        constant.map(|text| Cell { place: None, text })
    }

    /// Every filled cell of the first header that has any, else the constant.
    fn list<'r>(&'r self, record: &'r Record, column: usize) -> Value<'r> {
        let rule = &self.rules.columns[column];
        let rewrite =
            |item: &str| rule.values.get(item).map_or_else(|| item.to_owned(), |value| value.trim().to_owned());
        for places in &self.binding.feeds[column] {
            let given = places.iter().map(|&place| record.text(place)).filter(|raw| self.is_given(raw));
            let value = coerce::list(given, None, rewrite);
            if value != Value::Null {
                return value;
            }
        }
        coerce::list(rule.constant.as_deref(), None, str::to_owned)
    }

    fn money<'r>(&'r self, record: &'r Record, cell: &Cell<'r>) -> Result<Value<'r>, Fault> {
        let beside = self.currency.and_then(|column| self.cell(record, column));
        let beside_text = beside.as_ref().map(|beside| beside.text);
        let read = coerce::money(cell.text, beside_text, None, &reading(&self.rules.times), self.exchange);
        read.map_err(|refusal| match &beside {
            Some(beside) if refusal.code == Code::UnknownCurrency => beside.fault(refusal),
            _ => cell.fault(refusal),
        })
    }

    fn is_given(&self, raw: &str) -> bool {
        !raw.is_empty() && !self.rules.null_values.contains(raw)
    }
}

/// A point is the decimal sign where a number does not tell, as long as the columns are not surveyed.
fn reading(times: &TimeRules) -> Reading<'_> {
    let conventions = Conventions { decimal_comma: Some(false), day_first: None };
    Reading { conventions, ..Reading::new(times) }
}

/// The text that a value is read from, and where it stands in the file; a constant stands nowhere.
struct Cell<'r> {
    place: Option<usize>,
    text: &'r str,
}

impl Cell<'_> {
    fn fault(&self, refusal: coerce::Refusal) -> Fault {
        Fault { code: refusal.code, column: self.place, found: self.text.to_owned(), expected: refusal.expected }
    }
}
