//! From files to tables: the books of every file, the quarantine and the findings.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::{DataFrame, DataType};

use super::additions::{Additions, Merged};
use super::cells::{CellReader, Names, day_of as day_since_1970};
use super::coerce::{Conventions, DailyRates, Exchange, Survey, TimeRules, Value, day_of};
use super::discover::Found;
use super::frame::{Duplicate, Gathered};
use super::identity;
use super::mapping::{Binding, Rules};
use super::open::Digest;
use super::record::{Fault, Record};
use super::single::Diagnostic;
use super::source::{self, Source};
use super::text;
use super::{IngestError, InputAccount, MoneySettings, Progress, QuarantineFile, QuarantinedRow, Read};
use crate::config::OnError;
use crate::diag::{Code, Findings, Place};
use crate::tables::{INPUT, Kind, TableId};

/// What was read so far.
pub(super) struct Intake<'m> {
    money: MoneySettings<'m>,
    rates: DailyRates,
    names: Names,
    additions: Additions,
    tables: BTreeMap<TableId, Gathered>,
    /// One per file, in the order of the configuration; filled as the files are read.
    inputs: Vec<Option<InputAccount>>,
    quarantine: BTreeMap<usize, QuarantineFile>,
    /// How many repaired rows were taken in, by input and line: those that turn out to be duplicates are taken off.
    repaired: BTreeMap<(usize, u64), u64>,
    findings: Findings,
    /// Every record that is not as it should be, when somebody asks for all of them.
    diagnostics: Option<Vec<Diagnostic>>,
}

/// What one file gave besides its rows.
#[derive(Default)]
struct Books {
    read: u64,
    added: u64,
    merged: u64,
    /// How many repaired rows were taken in, by line.
    repaired: BTreeMap<u64, u64>,
    skipped: u64,
    quarantined: Vec<QuarantinedRow>,
    findings: Findings,
    diagnostics: Vec<Diagnostic>,
}

/// How reading a file ended.
enum Attempt {
    Done(Box<InputAccount>, Books),
    /// A cell can be read in two ways, and its columns have not been surveyed.
    Undecided,
}

impl<'m> Intake<'m> {
    /// Nothing yet of so many files.
    pub(super) fn new(money: &MoneySettings<'m>, files: usize) -> Self {
        Self {
            money: *money,
            rates: DailyRates::default(),
            names: Names::new(),
            additions: Additions::default(),
            tables: BTreeMap::new(),
            inputs: vec![None; files],
            quarantine: BTreeMap::new(),
            repaired: BTreeMap::new(),
            findings: Findings::default(),
            diagnostics: None,
        }
    }

    /// Keeps every diagnostic, and not three examples of each.
    pub(super) fn keep_diagnostics(&mut self) {
        self.diagnostics = Some(Vec::new());
    }

    /// Reads the file with this number. Where its cells do not tell how they are written, its columns are surveyed, and it is read
    /// again.
    pub(super) fn file(
        &mut self,
        input: usize,
        rules: &Rules,
        found: &Found,
        progress: &dyn Progress,
    ) -> Result<(), IngestError> {
        let mark = self.tables.entry(rules.table.id).or_insert_with(|| Gathered::new(rules.table)).len();
        let attempt = match self.attempt(input, rules, found, None, progress)? {
            Attempt::Undecided => {
                if let Some(gathered) = self.tables.get_mut(&rules.table.id) {
                    gathered.truncate(mark);
                }
                let conventions = self.survey(rules, found)?;
                self.attempt(input, rules, found, Some(&conventions), &())?
            }
            done @ Attempt::Done(..) => done,
        };
        if let Attempt::Done(account, books) = attempt {
            self.close(input, *account, books);
        }
        Ok(())
    }

    fn attempt(
        &mut self,
        input: usize,
        rules: &Rules,
        found: &Found,
        conventions: Option<&[Conventions]>,
        progress: &dyn Progress,
    ) -> Result<Attempt, IngestError> {
        let (mut source, binding) = bound(rules, found, progress)?;
        let headers = source.headers().to_vec();
        let typed_times = TimeRules { format: None, ..rules.times.clone() };
        let exchange = Exchange { report: self.money.report_currency, fixed: self.money.fx, daily: &self.rates };
        let cells = CellReader::new(rules, &binding, &*source, &typed_times, conventions, exchange, &self.names)
            .with_default_day(self.money.as_of.and_then(days_of));
        let number = u32::try_from(input).expect("fewer than 2^32 files fit on a disk");
        let gathered = self.tables.entry(rules.table.id).or_insert_with(|| Gathered::new(rules.table));
        let is_addition = rules.preset.is_some_and(|preset| !preset.adds.is_empty());
        let is_merged = rules.preset.is_some_and(|preset| !preset.gather.is_empty());
        let mut merged = Merged::default();
        let mut books = Books::default();
        let mut stock = Stock::default();
        let mut record = Record::default();
        while source.next(&mut record)? {
            books.read += 1;
            let excluded =
                record.skipped.take().or_else(|| (record.fault.is_none()).then(|| cells.exclusion(&record)).flatten());
            if let Some(fault) = excluded {
                books.skipped += 1;
                books.note(&found.name, &record, &fault, &headers, "passed over");
                continue;
            }
            let mended = rules.mended.get(&(found.name.clone(), record.line)).filter(|_| cells.row(&record).is_err());
            let mut is_repaired = record.repaired.is_some();
            if let Some(anew) = mended.and_then(|raw| source.reread(raw)) {
                (record.cells, record.fault) = (anew, None);
                is_repaired = true;
            }
            let mut row = match cells.row(&record) {
                Ok(row) => row,
                Err(fault) if conventions.is_none() && is_undecided(fault.code) => return Ok(Attempt::Undecided),
                Err(_) if record.may_be_note => {
                    books.skipped += 1;
                    books.note(&found.name, &record, &text::footer(&record), &headers, "passed over");
                    continue;
                }
                Err(fault) if rules.on_error == OnError::Fail => {
                    return Err(refused(quarantined(&record, fault, &headers), &found.name));
                }
                Err(fault) => {
                    books.diagnostics.push(Diagnostic::of(&record, &fault, &headers, "quarantined".into()));
                    books.quarantined.push(quarantined(&record, fault, &headers));
                    continue;
                }
            };
            if let Some((fault, rule)) = &record.repaired {
                let fault = Fault { code: Code::RepairedRow, ..fault.clone() };
                books.note(&found.name, &record, &fault, &headers, &format!("repaired: {}", rule.name()));
            }
            stock.take(rules.table.id, &row, cells.version(&record));
            if is_addition {
                books.added += 1;
                stock.additions.add(rules, &row);
            } else if is_merged {
                if let Some(key) = merged.add(rules, &row, record.line, cells.version(&record)) {
                    let expected = "one row of several with this key".to_owned();
                    let fault = Fault { code: Code::JoinedRow, column: None, found: key, expected };
                    books.merged += 1;
                    books.note(&found.name, &record, &fault, &headers, "joined");
                    is_repaired = false;
                }
            } else {
                self.additions.apply(rules, &mut row);
                gathered.push(&row, number, record.line, cells.version(&record));
            }
            if is_repaired {
                *books.repaired.entry(record.line).or_default() += 1;
            }
        }
        for mut row in merged.finish(rules) {
            self.additions.apply(rules, &mut row.values);
            gathered.push(&row.values, number, row.line, row.version);
        }
        let mut unused = binding.unused.clone();
        unused.extend_from_slice(source.unreadable());
        let dialect = source.dialect() + &stated(conventions, rules);
        let account = account(rules, found, dialect, unused, &source.finish()?);
        self.stocked(stock);
        Ok(Attempt::Done(Box::new(account), books))
    }

    fn stocked(&mut self, stock: Stock) {
        for (currency, day, rate) in stock.rates {
            self.rates.insert(&currency, day, rate);
        }
        for ((list, id), (_, name)) in stock.names {
            self.names.entry(list).or_default().insert(id, name);
        }
        self.additions.merge(stock.additions);
    }

    /// How the columns of a file write dates and numbers, from all of their cells.
    fn survey(&self, rules: &Rules, found: &Found) -> Result<Vec<Conventions>, IngestError> {
        let (mut source, binding) = bound(rules, found, &())?;
        let exchange = Exchange { report: self.money.report_currency, fixed: self.money.fx, daily: &self.rates };
        let cells = CellReader::new(rules, &binding, &*source, &rules.times, None, exchange, &self.names);
        let mut surveys = vec![Survey::default(); rules.columns.len()];
        let mut record = Record::default();
        while source.next(&mut record)? {
            if record.fault.is_some() || record.skipped.is_some() {
                continue;
            }
            for (place, survey) in surveys.iter_mut().enumerate() {
                let kind = rules.table.columns[place].kind;
                if !matches!(kind, Kind::Text | Kind::List | Kind::Flag | Kind::Choice(_)) {
                    cells.texts(&record, place).iter().for_each(|text| survey.see(kind, text));
                }
            }
        }
        let mut whole = Survey::default();
        for survey in &surveys {
            whole.merge(survey);
        }
        Ok(surveys.iter().map(|survey| survey.decide_within(&whole)).collect())
    }

    fn close(&mut self, input: usize, mut account: InputAccount, books: Books) {
        account.read = books.read;
        account.quarantined = books.quarantined.len() as u64;
        account.repaired = books.repaired.values().sum();
        self.repaired.extend(books.repaired.iter().map(|(line, rows)| ((input, *line), *rows)));
        account.skipped = books.skipped;
        account.accepted = books.added;
        account.duplicate = books.merged;
        self.findings.merge(books.findings);
        if let Some(diagnostics) = &mut self.diagnostics {
            diagnostics.extend(books.diagnostics);
        }
        if books.read == 0 {
            let expected = "rows below the header".to_owned();
            self.findings.add(Code::EmptyFile, Place { file: account.path.clone(), expected, ..Place::default() });
        }
        for row in &books.quarantined {
            let column = Some(row.column.clone()).filter(|column| !column.is_empty());
            let place = Place {
                file: account.path.clone(),
                line: Some(row.line),
                column,
                found: row.found.clone(),
                expected: row.expected.clone(),
                raw: row.raw.clone(),
            };
            self.findings.add(row.code, place);
        }
        if !books.quarantined.is_empty() {
            let file = QuarantineFile { input: account.path.clone(), scan: input + 1, rows: books.quarantined };
            self.quarantine.insert(input, file);
        }
        self.inputs[input] = Some(account);
    }

    /// Joins the accounts across the tables when asked, sorts the tables, leaves out duplicates and closes the books.
    pub(super) fn finish(mut self, joins: bool) -> Read {
        let mut inputs: Vec<InputAccount> = self.inputs.into_iter().flatten().collect();
        let mut read = Read { quarantine: self.quarantine.into_values().collect(), ..Read::default() };
        for (key, table) in self.additions.unused() {
            let place = Place { found: key, expected: format!("a row of {}", table.name()), ..Place::default() };
            self.findings.add(Code::UnusedAddition, place);
        }
        if joins {
            read.joins = identity::join(&mut self.tables);
        }
        for (id, gathered) in self.tables {
            let (frame, duplicates) =
                gathered.finish().expect("the columns are made from the schema, all of one length");
            for duplicate in &duplicates {
                let input = &mut inputs[duplicate.input as usize];
                input.duplicate += 1;
                let place = (duplicate.input as usize, duplicate.line);
                if let Some(rows) = self.repaired.get_mut(&place).filter(|rows| **rows > 0) {
                    *rows -= 1;
                    input.repaired -= 1;
                }
                let file = input.path.clone();
                let place = place_of(duplicate, id, file);
                if let Some(diagnostics) = &mut self.diagnostics {
                    diagnostics.push(Diagnostic {
                        code: duplicate.code,
                        line: place.line,
                        column: None,
                        found: place.found.clone(),
                        expected: place.expected.clone(),
                        action: "counted once".into(),
                    });
                }
                self.findings.add(duplicate.code, place);
            }
            for (input, days) in accepted_days(&frame, id) {
                let account = &mut inputs[input as usize];
                account.accepted += 1;
                let Some(day) = days else { continue };
                let (first, last) = account.dates.unwrap_or((day, day));
                account.dates = Some((first.min(day), last.max(day)));
            }
            read.tables.frames.insert(id, frame);
        }
        read.inputs = inputs;
        read.findings = self.findings;
        read.diagnostics = self.diagnostics.unwrap_or_default();
        read.diagnostics.sort_by_key(|diagnostic| diagnostic.line);
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
        raw: String::new(),
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
        repaired: 0,
        skipped: 0,
        dates: None,
        unused_columns,
    }
}

fn quarantined(record: &Record, fault: Fault, headers: &[String]) -> QuarantinedRow {
    QuarantinedRow {
        line: record.line,
        byte: record.byte,
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

/// Opens a file and binds its columns.
fn bound<'p>(
    rules: &Rules,
    found: &Found,
    progress: &'p dyn Progress,
) -> Result<(Box<dyn Source + 'p>, Binding), IngestError> {
    let wanted = rules.wanted();
    let unfold = rules.preset.and_then(|preset| preset.unfold.as_ref());
    let mut source = source::open(found, &rules.text, &wanted, unfold, progress)?;
    let binding = match rules.bind(source.headers()) {
        Ok(binding) => binding,
        Err(missing) => {
            let explained = source.explains(&missing.wanted, rules.text.delimiter.is_some());
            let problem =
                explained.map_or_else(|| missing.problem.clone(), |why| format!("{why} ({})", missing.problem));
            return Err(IngestError::MissingColumn {
                path: found.name.clone(),
                column: missing.column.into(),
                problem,
            });
        }
    };
    source.select(&binding.places())?;
    Ok((source, binding))
}

/// What other files need of the rows of one file; taken over when the file is read to its end.
#[derive(Default)]
struct Stock {
    rates: Vec<(String, i32, f64)>,
    /// By list and id: the version and the name.
    names: BTreeMap<(String, String), (i64, String)>,
    additions: Additions,
}

impl Stock {
    fn take(&mut self, table: TableId, row: &[Value], version: i64) {
        let text = |value: &Value| if let Value::Text(text) = value { text.to_string() } else { String::new() };
        match (table, row) {
            (TableId::Fx, [currency, day, Value::Float(rate)]) => {
                let day = day_since_1970(day, Kind::Date);
                self.rates.extend(day.map(|day| (text(currency), day, *rate)));
            }
            (TableId::Names, [of, id, name]) => {
                let known = self.names.entry((text(of), text(id))).or_insert((i64::MIN, String::new()));
                if version >= known.0 {
                    *known = (version, text(name));
                }
            }
            _ => {}
        }
    }
}

impl Books {
    fn note(&mut self, file: &str, record: &Record, fault: &Fault, headers: &[String], action: &str) {
        self.diagnostics.push(Diagnostic::of(record, fault, headers, action.to_owned()));
        let place = Place {
            file: file.to_owned(),
            line: Some(record.line),
            column: fault.column.and_then(|place| headers.get(place)).cloned(),
            found: fault.found.clone(),
            expected: format!("{}; {action}", fault.expected),
            raw: record.as_written(),
        };
        self.findings.add(fault.code, place);
    }
}

fn is_undecided(code: Code) -> bool {
    matches!(code, Code::AmbiguousDate | Code::AmbiguousNumber)
}

/// What a survey decided, for people: `, day before month in opened_at`.
fn stated(conventions: Option<&[Conventions]>, rules: &Rules) -> String {
    let columns = rules.table.columns.iter().zip(conventions.unwrap_or_default());
    let is_time = |kind| matches!(kind, Kind::Date | Kind::Month | Kind::Timestamp);
    let is_number = |kind| matches!(kind, Kind::Count | Kind::Amount | Kind::Money | Kind::Duration(_));
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for (column, found) in columns {
        said.extend(
            found
                .day_first
                .filter(|_| is_time(column.kind))
                .map(|day_first| if day_first { ", day before month" } else { ", month before day" }),
        );
        said.extend(found.decimal_comma.filter(|comma| *comma && is_number(column.kind)).map(|_| ", decimal comma"));
    }
    said.into_iter().collect()
}

fn days_of(day: NaiveDate) -> Option<i32> {
    i32::try_from((day - NaiveDate::default()).num_days()).ok()
}
