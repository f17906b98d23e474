//! The road: from a configuration to a report folder, every stage named in order.
//!
//! Takes a [`Request`], gives an [`Outcome`]; [`check`] goes half the way and says what was understood. Refuses data
//! that are not good enough, and leaves earlier outputs as they were when it does.

mod allocation;
mod backtest;
mod compare;
mod plan;
mod plan_lint;
mod understand;
mod what_if;

pub use backtest::{BacktestRequest, backtest};

use std::path::PathBuf;

use chrono::NaiveDate;
use thiserror::Error;

use crate::attribute::Catalogue;
use crate::chart::{self, ChartSettings};
use crate::config::Settings;
use crate::decide::{self, DecisionSettings};
use crate::export::{self, Drawing, ManifestFacts};
use crate::ingest::{self, Cause, IngestError, Progress, Read};
use crate::integrations::Integrations;
use crate::metrics::{self, CostByType};
use crate::plan as planning;
use crate::report::{self, Condition, Explanation, Material, Report, TriageLine, Unavailable, UnmappedLine};
use crate::review::{self, Basis};
use crate::rollup;
use crate::units::{Money, Period, Share};
use understand::{Known, RawUsage, refuse_bad_data, understand};

pub use compare::compare;
pub use plan::plan;
pub use plan_lint::lint_plan;
pub use what_if::what_if;

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
    let templates = templates(request)?;
    let baseline = request.baseline.as_deref().map(ingest::read_candidates).transpose()?;
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let (facts, integrations, decisions) = known.decide(settings);
    let allocations = allocation::compare(&known, settings, &facts, &integrations, &decisions);
    let plan = planning::plan(plan_evidence(settings, &facts, &integrations, &decisions));
    let charts = chart::charts(&facts, &integrations, &decisions, Some(&plan), &chart_settings(settings));
    let drawings = draw(&charts, settings.output.png)?;
    let material = Material {
        settings,
        read: &known.read,
        rollup: &known.rollup,
        ledger: &known.ledger,
        left_out: &known.left_out,
        facts: &facts,
        integrations: &integrations,
        decisions: &decisions,
        plan: Some(&plan),
        allocations: &allocations,
        triage: known.triaged(),
        tickets: &known.rows.tickets,
        conditions: &conditions,
        baseline: baseline.as_deref(),
        source_date_epoch: request.source_date_epoch,
    };
    let report = report::compose(material, charts);
    let manifest = ManifestFacts { config_digest: request.config_digest.clone(), seed: settings.seed };
    let ledger = metrics::ledger_parquet(&known.ledger, &facts, &paths(&known.read))?;
    let basis = basis(&known, settings, &facts, &integrations, &decisions)?;
    let files = export::render(&report, &drawings, &known.read.quarantine, ledger, basis, &templates, &manifest)?;
    let folder = folder(request, facts.period.label());
    export::publish(&files, &folder)?;
    Ok(Outcome { report, folder })
}

/// Reads everything, the templates of letters among it, and says what was understood, without writing anything.
///
/// # Errors
/// See [`enum@Error`].
pub fn check(request: &Request, progress: &dyn Progress) -> Result<Understanding, Error> {
    templates(request)?;
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    let facts = known.measure(&request.settings);
    let books = facts.cost;
    let all: Money = [books.attributed, books.overhead, books.unattributed].iter().filter_map(CostByType::run).sum();
    let unattributed = books.unattributed.run().and_then(|lost| Share::of(lost.units(), all.units()));
    Ok(Understanding {
        period: facts.period.clone(),
        as_of: facts.as_of,
        capabilities: facts.capabilities.len(),
        unmapped: report::unmapped(&known.rollup, &known.ledger, &known.left_out),
        unmatched_accounts: metrics::unmatched_accounts(&known.rows.accounts, &known.rollup, facts.as_of),
        unavailable: report::unavailable(&known.read, &facts),
        unattributed: unattributed.map(Share::value),
        unclassified: unclassified(&facts),
        triage: known.triaged().map(report::triage_line),
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
    let mut known = understand(request, RawUsage::Keep, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let capability = known.catalogue.resolve(name).ok_or_else(|| unknown_capability(&known.catalogue, name))?;
    let (facts, integrations, decisions) = known.decide(settings);
    let plan = planning::plan(plan_evidence(settings, &facts, &integrations, &decisions));
    let usage = rollup::rows_of(&known.read.tables, &known.catalogue, &known.spans, capability)?;
    let material = Material {
        settings,
        read: &known.read,
        rollup: &known.rollup,
        ledger: &known.ledger,
        left_out: &known.left_out,
        facts: &facts,
        integrations: &integrations,
        decisions: &decisions,
        plan: Some(&plan),
        allocations: &[],
        triage: known.triaged(),
        tickets: &known.rows.tickets,
        conditions: &[],
        baseline: None,
        source_date_epoch: request.source_date_epoch,
    };
    report::explain(material, capability, &usage).ok_or_else(|| unknown_capability(&known.catalogue, name))
}

/// Part of the engineering cost of the period whose kind is not known; `None` without any.
fn unclassified(facts: &metrics::Facts) -> Option<f64> {
    let books = [facts.cost.attributed, facts.cost.overhead, facts.cost.unattributed];
    let sum = |of: fn(&CostByType) -> Option<Money>| books.iter().filter_map(of).sum::<Money>();
    let unknown = sum(|cost| cost.unclassified);
    let all = unknown + sum(|cost| cost.engineering) + sum(|cost| cost.build);
    Share::of(unknown.units(), all.units()).map(Share::value)
}

fn unknown_capability(catalogue: &Catalogue, name: &str) -> Error {
    let known = catalogue.capabilities();
    let ids = known.iter().flat_map(|capability| [capability.id.as_str(), capability.name.as_str()]);
    let near = ingest::nearest(name, ids).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Error::Settings(format!("`{name}` is none of the {} capabilities, and no name of one{near}", known.len()))
}

/// What the decisions read, for a later comparison.
fn basis(
    known: &Known,
    settings: &Settings,
    facts: &metrics::Facts,
    integrations: &Integrations,
    decisions: &decide::Decisions,
) -> Result<Vec<u8>, Error> {
    let input = |input: &ingest::InputAccount| review::InputDigest {
        table: Some(input.table.name().to_owned()),
        blake3: input.blake3.clone(),
    };
    let inputs = known.read.inputs.iter().map(input).collect();
    let basis = Basis::of((env!("CARGO_PKG_VERSION"), inputs), settings, facts, integrations, decisions);
    review::write(&basis).map_err(|error| Error::Io(format!("cannot write basis.json: {error}")))
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

/// The templates of letters: ours, and those of the folder that the settings name over them.
fn templates(request: &Request) -> Result<export::Templates, Error> {
    let own = ingest::read_templates(&request.root, &request.settings.plan.papers.templates)?;
    Ok(export::Templates::new(own)?)
}

fn plan_evidence<'a>(
    settings: &'a Settings,
    facts: &'a metrics::Facts,
    integrations: &'a Integrations,
    decisions: &'a decide::Decisions,
) -> planning::Evidence<'a> {
    planning::Evidence {
        facts,
        integrations,
        decisions,
        deciding: decision_settings(settings),
        settings: &settings.plan,
    }
}

fn decision_settings(settings: &Settings) -> DecisionSettings<'_> {
    DecisionSettings {
        rule: &settings.rule,
        guards: &settings.guards,
        policy: &settings.decision,
        removal: &settings.removal,
        prior: settings.prior.learned.as_ref(),
        assumptions: &settings.assumptions,
        overrides: &settings.assume,
        engineering_hour: settings.rates.engineering_hour,
        currency: &settings.currency,
        seed: settings.seed,
    }
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
            export::ExportError::NotOurs { .. } | export::ExportError::Template { .. } => Self::Settings(chain(&error)),
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
