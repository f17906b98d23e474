//! The road: from a configuration to a report folder, every stage named in order.
//!
//! Takes a [`Request`], gives an [`Outcome`]; [`check`] goes half the way and says what was understood. Refuses data
//! that are not good enough, and leaves earlier outputs as they were when it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use thiserror::Error;

use crate::attribute::{Catalogue, Ledger, LedgerInput, RateBook};
use crate::chart::{self, ChartSettings};
use crate::config::Settings;
use crate::decide::{self, DecisionSettings};
use crate::diag::{Code, Findings, Place};
use crate::export::{self, Drawing, ManifestFacts};
use crate::ingest::{self, Cause, IngestError, MoneySettings, Progress, Read};
use crate::metrics::{self, CostByType, CostSources, Evidence, Facts, MetricSettings};
use crate::report::{self, Condition, Explanation, Material, Report, TriageLine, Unavailable, UnmappedLine};
use crate::rollup::{self, Rollup, Spans};
use crate::tables::rows::{
    Account, BaseTotal, CatalogueLine, Charge, Commitment, Incident, Run, Ticket, UsageTotal, WorkItem,
};
use crate::tables::{TableId, Tables};
use crate::units::{Money, Period, PeriodError, Share};

/// What a run is asked for: the settled configuration, and what the command line adds to it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The configuration with its defaults.
    pub settings: Settings,
    /// The folder that paths of the configuration are relative to.
    pub root: PathBuf,
    /// BLAKE3 of the configuration file, hex.
    pub config_digest: String,
    /// The day on which the program runs; used only where nothing else says the as-of date.
    pub today: NaiveDate,
    /// `--as-of`, over the configuration's.
    pub as_of: Option<NaiveDate>,
    /// `--period`, over the configuration's.
    pub period: Option<Period>,
    /// `--out`, over the configuration's; each period gets a folder of its own in it.
    pub out: Option<PathBuf>,
    /// `--baseline`: an earlier report folder.
    pub baseline: Option<PathBuf>,
    /// `--fail-on` conditions, as typed: `unmapped`, `unmapped=0.05`, `unattributed`, `unattributed=0.2`, `new-candidate`.
    pub fail_on: Vec<String>,
    /// `SOURCE_DATE_EPOCH`, seconds.
    pub source_date_epoch: Option<i64>,
}

/// What `deadhead run` made.
#[derive(Debug)]
pub struct Outcome {
    /// The report, as written.
    pub report: Report,
    /// Its folder.
    pub folder: PathBuf,
}

/// What `deadhead check` understood.
#[derive(Debug)]
pub struct Understanding {
    /// The period a run would report.
    pub period: Period,
    /// Its as-of date.
    pub as_of: NaiveDate,
    /// The books of reading, the findings and the quarantine.
    pub read: Read,
    /// Capabilities known.
    pub capabilities: usize,
    /// Names that map to none, by volume.
    pub unmapped: Vec<UnmappedLine>,
    /// Accounts of the usage that the accounts table lacks.
    pub unmatched_accounts: Vec<String>,
    /// Parts that a run could not give.
    pub unavailable: Vec<Unavailable>,
    /// Share of the period's run cost that is placed on no capability; `None` without cost.
    pub unattributed: Option<f64>,
    /// Share of the period's engineering cost that is neither burden nor investment by any rule; `None` without such cost.
    pub unclassified: Option<f64>,
    /// How tickets without a label were read; `None` when that was not asked for.
    pub triage: Option<TriageLine>,
    /// Why a run would refuse these data; `None` when it would not.
    pub refusal: Option<String>,
}

/// Why the job ended early.
#[derive(Debug, Error)]
pub enum Error {
    /// The request or the configuration is wrong: exit code 2.
    #[error("{0}")]
    Settings(String),
    /// The data are not good enough: exit code 3.
    #[error("{0}")]
    Data(String),
    /// Something outside failed: exit code 1.
    #[error("{0}")]
    Io(String),
}

/// The whole job: reads, computes, decides, and writes the report folder.
///
/// # Errors
/// See [`enum@Error`]; the report folder is then as it was.
pub fn run(request: &Request, progress: &dyn Progress) -> Result<Outcome, Error> {
    let conditions = conditions(request)?;
    let baseline = request.baseline.as_deref().map(ingest::read_candidates).transpose()?;
    let mut known = understand(request, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let facts = known.measure(settings);
    let decisions = decide::decide(&facts, decision_settings(settings));
    let charts = chart::charts(&facts, &decisions, &chart_settings(settings));
    let drawings = draw(&charts, settings.output.png)?;
    let material = Material {
        settings,
        read: &known.read,
        rollup: &known.rollup,
        ledger: &known.ledger,
        facts: &facts,
        decisions: &decisions,
        allocations: &[],
        triage: None,
        conditions: &conditions,
        baseline: baseline.as_deref(),
        source_date_epoch: request.source_date_epoch,
    };
    let report = report::compose(material, charts);
    let manifest = ManifestFacts { config_digest: request.config_digest.clone(), seed: settings.seed };
    let ledger = metrics::ledger_parquet(&known.ledger, &facts, &paths(&known.read))?;
    let files = export::render(&report, &drawings, &known.read.quarantine, ledger, &manifest)?;
    let folder = folder(request, facts.period.label());
    export::publish(&files, &folder)?;
    Ok(Outcome { report, folder })
}

/// Reads everything and says what was understood, without writing anything.
///
/// # Errors
/// See [`enum@Error`].
pub fn check(request: &Request, progress: &dyn Progress) -> Result<Understanding, Error> {
    let mut known = understand(request, progress)?;
    let facts = known.measure(&request.settings);
    let books = facts.cost;
    let all: Money = [books.attributed, books.overhead, books.unattributed].iter().filter_map(CostByType::run).sum();
    let unattributed = books.unattributed.run().and_then(|lost| Share::of(lost.units(), all.units()));
    Ok(Understanding {
        period: facts.period.clone(),
        as_of: facts.as_of,
        capabilities: facts.capabilities.len(),
        unmapped: report::unmapped(&known.rollup, &known.ledger),
        unmatched_accounts: metrics::unmatched_accounts(&known.accounts, &known.rollup, facts.as_of),
        unavailable: report::unavailable(&known.read, &facts),
        unattributed: unattributed.map(Share::value),
        unclassified: None,
        triage: None,
        refusal: refuse_bad_data(request, &known).err().map(|error| error.to_string()),
        read: known.read,
    })
}

/// Explains one capability, by its id, its name, or a raw name that reaches it: every figure with its formula and the rows it
/// rests on. Writes nothing.
///
/// # Errors
/// See [`enum@Error`]; a name that reaches no capability is of the settings.
pub fn explain(request: &Request, name: &str, progress: &dyn Progress) -> Result<Explanation, Error> {
    let mut known = understand(request, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let capability = known.catalogue.resolve(name).ok_or_else(|| unknown_capability(&known.catalogue, name))?;
    let facts = known.measure(settings);
    let decisions = decide::decide(&facts, decision_settings(settings));
    let usage = rollup::rows_of(&known.read.tables, &known.catalogue, &known.spans, capability)?;
    let material = Material {
        settings,
        read: &known.read,
        rollup: &known.rollup,
        ledger: &known.ledger,
        facts: &facts,
        decisions: &decisions,
        allocations: &[],
        triage: None,
        conditions: &[],
        baseline: None,
        source_date_epoch: request.source_date_epoch,
    };
    report::explain(material, capability, &usage).ok_or_else(|| unknown_capability(&known.catalogue, name))
}

fn unknown_capability(catalogue: &Catalogue, name: &str) -> Error {
    let known = catalogue.capabilities();
    let ids = known.iter().flat_map(|capability| [capability.id.as_str(), capability.name.as_str()]);
    let near = ingest::nearest(name, ids).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Error::Settings(format!("`{name}` is none of the {} capabilities, and no name of one{near}", known.len()))
}

/// Everything that reading, mapping and counting gave.
struct Known {
    read: Read,
    catalogue: Catalogue,
    rollup: Rollup,
    ledger: Ledger,
    accounts: Vec<Account>,
    tickets: Vec<Ticket>,
    incidents: Option<Vec<Incident>>,
    runs: Option<Vec<Run>>,
    spans: Spans,
}

/// The first half of the road: read, settle the period, map, roll up, attribute.
fn understand(request: &Request, progress: &dyn Progress) -> Result<Known, Error> {
    let settings = &request.settings;
    let money = MoneySettings {
        report_currency: &settings.currency,
        fx: &settings.fx,
        as_of: request.as_of.or(settings.as_of),
    };
    let mut read = ingest::read(&request.root, &settings.input, &money, progress)?;
    let (tables, findings) = (&read.tables, &mut read.findings);
    let spans = settle_period(request, tables, findings)?;
    let names = rollup::usage_names(tables)?;
    let catalogue = Catalogue::build(
        &CatalogueLine::all(tables),
        &settings.map,
        &settings.catalogue,
        names.iter().map(String::as_str),
        findings,
    );
    let rollup = rollup::roll_up(tables, &catalogue, &spans)?;
    let tickets = Ticket::all(tables);
    let incidents = tables.has(TableId::Incidents).then(|| Incident::all(tables));
    let ledger = Ledger::build(&LedgerInput {
        catalogue: &catalogue,
        tickets: &tickets,
        work_items: &WorkItem::all(tables),
        charges: &Charge::all(tables),
        incidents: incidents.as_deref().unwrap_or_default(),
        proposals: &BTreeMap::new(),
        rates: RateBook::of(settings),
        work_rules: &settings.work,
        settings: &settings.cost,
        usage: &use_by_capability(&catalogue, &rollup, &UsageTotal::all(tables), &spans),
    });
    let files: Vec<&str> = read.inputs.iter().map(|input| input.path.as_str()).collect();
    ledger.report(&files, findings);
    for id in settings.cost.share_weights.keys().filter(|id| !catalogue.has(id)) {
        let expected = "the id of a capability (cost.share_weights)".to_owned();
        findings.add(Code::UnknownTarget, Place { found: id.clone(), expected, ..Place::default() });
    }
    let late = ledger.entries.iter().filter(|entry| entry.on > spans.as_of).map(|entry| (entry.source, entry.row));
    let late = late.collect::<BTreeSet<_>>().len() as u64;
    if late > 0 {
        findings.add_many(Code::AfterAsOf, late, Place { found: "cost rows".into(), ..Place::default() });
    }
    for (name, rows) in &rollup.unmapped {
        let expected = "the id or name of a capability, or a [[map]] rule".to_owned();
        findings.add_many(Code::UnmappedName, *rows, Place { found: name.clone(), expected, ..Place::default() });
    }
    let accounts = Account::all(tables);
    let runs = tables.has(TableId::Runs).then(|| Run::all(tables));
    Ok(Known { read, catalogue, rollup, ledger, accounts, tickets, incidents, runs, spans })
}

/// Use in the period by capability, in active days of accounts, of counts in active accounts: what cost is shared by where
/// the settings ask for it.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn use_by_capability(catalogue: &Catalogue, rollup: &Rollup, totals: &[UsageTotal], spans: &Spans) -> Vec<f64> {
    let mut used = vec![0.0; catalogue.capabilities().len()];
    for cell in &rollup.period {
        used[cell.capability] += cell.measures.active_days as f64;
    }
    if rollup.rows == 0 {
        for total in totals {
            let (Some(month), Some(name), Some(accounts)) = (total.month, &total.capability, total.active_accounts)
            else {
                continue;
            };
            for capability in catalogue.usage(name).filter(|_| spans.period.contains(month)).unwrap_or_default().0 {
                used[capability] += accounts as f64;
            }
        }
    }
    used
}

impl Known {
    /// The metrics of every capability.
    fn measure(&mut self, settings: &Settings) -> Facts {
        let tables = &self.read.tables;
        let evidence = Evidence {
            catalogue: &self.catalogue,
            rollup: &self.rollup,
            ledger: &self.ledger,
            tickets: &self.tickets,
            incidents: self.incidents.as_deref(),
            runs: self.runs.as_deref(),
            sources: CostSources::of(
                &self.ledger,
                tables.has(TableId::Tickets),
                tables.has(TableId::WorkItems),
                tables.has(TableId::Charges),
            ),
            accounts: &self.accounts,
            commitments: &Commitment::all(tables),
            usage_totals: &UsageTotal::all(tables),
            base_totals: &BaseTotal::all(tables),
            spans: &self.spans,
        };
        let shape = MetricSettings {
            adoption: &settings.adoption,
            overlap: &settings.overlap,
            cost: &settings.cost,
            rare_below: settings.rule.rare_below,
            seed: settings.seed,
        };
        let facts = metrics::measure(evidence, shape, &mut self.read.findings);
        let least = settings.guards.min_base_accounts;
        if facts.base.accounts < u64::from(least) {
            let found = format!("{} accounts", facts.base.accounts);
            let expected = format!("at least {least} (guards.min_base_accounts)");
            self.read.findings.add(Code::SmallBase, Place { found, expected, ..Place::default() });
        }
        facts
    }
}

/// The as-of date and the period: as asked, as configured, else the last complete quarter that holds usage.
fn settle_period(request: &Request, tables: &Tables, findings: &mut Findings) -> Result<Spans, Error> {
    let as_of = request.as_of.or(request.settings.as_of).unwrap_or(request.today);
    let configured = request.settings.period.as_deref().map(str::parse).transpose();
    let configured = configured.map_err(|error: PeriodError| Error::Settings(error.to_string()))?;
    let days = rollup::usage_days(tables)?;
    let last_day = days.iter().copied().filter(|day| *day <= as_of).max();
    let period = match request.period.clone().or(configured) {
        Some(period) => period,
        None => default_period(as_of, &days, findings),
    };
    let covered = last_day.is_some_and(|day| (period.end() - day).num_days() <= COVERED_WITHIN_DAYS);
    if let (Some(last), false) = (last_day, covered) {
        let found = format!("last usage on {last}");
        let expected = format!("usage up to the end of {}", period.label());
        findings.add(Code::PeriodNotCovered, Place { found, expected, ..Place::default() });
    }
    Ok(Spans { previous: period.previous(), period, as_of })
}

/// Usage may end this many days before the period does and still cover it: weekends and late exports.
const COVERED_WITHIN_DAYS: i64 = 8;

fn default_period(as_of: NaiveDate, days: &[NaiveDate], findings: &mut Findings) -> Period {
    let latest = Period::last_complete_quarter(as_of);
    let holds_usage = |period: &Period| days.iter().any(|day| period.contains(*day));
    let earliest = days.first().copied().unwrap_or(as_of);
    let quarters = std::iter::successors(Some(latest.clone()), |quarter| Some(quarter.previous()));
    let found = quarters.take_while(|quarter| quarter.end() > earliest).find(holds_usage);
    match found {
        Some(period) if period != latest => {
            let (found, expected) = (period.label().to_owned(), latest.label().to_owned());
            findings.add(Code::PeriodMoved, Place { found, expected, ..Place::default() });
            period
        }
        _ => latest,
    }
}

fn conditions(request: &Request) -> Result<Vec<Condition>, Error> {
    let parsed: Result<Vec<Condition>, _> = request.fail_on.iter().map(|text| text.parse()).collect();
    let conditions = parsed.map_err(|error: report::ConditionError| Error::Settings(error.to_string()))?;
    if conditions.contains(&Condition::NewCandidate) && request.baseline.is_none() {
        return Err(Error::Settings(
            "`--fail-on new-candidate` compares with an earlier report: name its folder with --baseline".into(),
        ));
    }
    Ok(conditions)
}

/// Data that no honest report can be made of.
fn refuse_bad_data(request: &Request, known: &Known) -> Result<(), Error> {
    let limit = request.settings.quality.max_quarantined;
    for input in &known.read.inputs {
        #[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
        let share = Share::of(input.quarantined as f64, input.read as f64).map_or(0.0, Share::value);
        if share > limit {
            return Err(Error::Data(format!(
                "{}: {} of {} rows could not be read, more than quality.max_quarantined = {limit} allows; `deadhead check` lists them with their reasons",
                input.path, input.quarantined, input.read
            )));
        }
    }
    let rates = known.read.findings.list().into_iter().find(|finding| finding.code == Code::UnknownCurrency);
    if let Some(finding) = rates
        && let Some(place) = finding.examples.first()
    {
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        return Err(Error::Data(format!(
            "{} amounts could not be converted: `{}`{line} wants {}",
            finding.count, place.file, place.expected
        )));
    }
    let tables = &known.read.tables;
    if !tables.has(TableId::UsageEvents) && !tables.has(TableId::UsageTotals) {
        return Err(Error::Data(
            "there is no usage to judge by: give `usage_events`, or `usage_totals` with `base_totals`, at least one row".into(),
        ));
    }
    let mapped = !known.rollup.ever.is_empty() || tables.has(TableId::UsageTotals);
    if !mapped || known.catalogue.capabilities().is_empty() {
        let names: Vec<&str> = known.rollup.unmapped.keys().take(5).map(String::as_str).collect();
        return Err(Error::Data(format!(
            "no name in the usage data maps to a capability (found: {}); add [[map]] rules, or lines to the catalogue",
            names.join(", ")
        )));
    }
    Ok(())
}

fn decision_settings(settings: &Settings) -> DecisionSettings<'_> {
    DecisionSettings { rule: &settings.rule, guards: &settings.guards, currency: &settings.currency }
}

fn chart_settings(settings: &Settings) -> ChartSettings<'_> {
    ChartSettings {
        currency: &settings.currency,
        top: settings.output.chart_top as usize,
        rare_below: settings.rule.rare_below,
        disproportion_above: settings.rule.disproportion_above,
    }
}

fn draw(charts: &[chart::Chart], png: bool) -> Result<Vec<Drawing>, Error> {
    let drawing = |chart: &chart::Chart| {
        let svg = chart::svg(chart)?;
        let png = if png { Some(chart::png(chart)?) } else { None };
        Ok(Drawing { id: chart.id.to_owned(), svg, png })
    };
    let drawn: Result<Vec<Drawing>, chart::ChartError> = charts.iter().map(drawing).collect();
    drawn.map_err(|error| Error::Io(error.to_string()))
}

/// The files that were read, as the report names them.
fn paths(read: &Read) -> Vec<&str> {
    read.inputs.iter().map(|input| input.path.as_str()).collect()
}

/// `<out>/<period>`, the out folder relative to the configuration unless it was typed.
fn folder(request: &Request, label: &str) -> PathBuf {
    let out = request.out.clone().unwrap_or_else(|| request.root.join(&request.settings.output.dir));
    out.join(label)
}

impl From<IngestError> for Error {
    fn from(error: IngestError) -> Self {
        let text = chain(&error);
        match error.cause() {
            Cause::Settings => Self::Settings(text),
            Cause::Data => Self::Data(text),
            Cause::Io => Self::Io(text),
        }
    }
}

impl From<export::ExportError> for Error {
    fn from(error: export::ExportError) -> Self {
        match error {
            export::ExportError::NotOurs { .. } => Self::Settings(chain(&error)),
            _ => Self::Io(chain(&error)),
        }
    }
}

impl From<rollup::RollupError> for Error {
    fn from(error: rollup::RollupError) -> Self {
        Self::Io(chain(&error))
    }
}

impl From<metrics::LedgerFileError> for Error {
    fn from(error: metrics::LedgerFileError) -> Self {
        Self::Io(chain(&error))
    }
}

/// The error with its causes, outermost first.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}
