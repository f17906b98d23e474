//! `index.html`: the page to present from. One file that needs nothing else: style and script stand in it and are named
//! by their digests in the content security policy, so that nothing else can run or load, whatever a customer's text
//! says. Without script everything is visible; the script sorts, filters and opens what a link points to.

mod backtest;
mod bars;
mod card;
mod escape;
mod integrations;
mod numbers;
mod plan;
mod portfolio;
mod prose;
mod usage;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::charts::Drawing;
use super::words::{VERDICTS, severity_label, verdict_label};
use super::{ExportError, cell};
use crate::chart::Chart;
use crate::diag::Finding;
use crate::report::{self, Definition, League, LedgerLine, Report, RowTotals};
use crate::units::{Money, format};
pub use backtest::page as backtest;
use card::{Card, Row};
use integrations::Integrations;
use plan::Plan;
use portfolio::{Placement, Surface, Together};
use worth::Worth;

/// The page, and its parts by the names under which it includes them.
const TEMPLATES: [(&str, &str); 9] = [
    ("backtest.html", include_str!("html/backtest.html.j2")),
    ("page.html", include_str!("html/page.html.j2")),
    ("usage.html", include_str!("html/usage.html.j2")),
    ("integrations.html", include_str!("html/integrations.html.j2")),
    ("league.html", include_str!("html/league.html.j2")),
    ("plan.html", include_str!("html/plan.html.j2")),
    ("portfolio.html", include_str!("html/portfolio.html.j2")),
    ("placement.html", include_str!("html/placement.html.j2")),
    ("worth.html", include_str!("html/worth.html.j2")),
];
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// How many candidates are shown in full; `tables/candidates.csv` has the others.
const CARDS: usize = 50;
/// How many lines are shown in full, from the head of the order, where there is no candidate.
const CARDS_WITHOUT_CANDIDATES: usize = 20;
/// How many unmapped names are listed; `tables/unmapped.csv` has the others.
const UNMAPPED: usize = 50;
/// How many rows of the table behind a chart are listed; `report.json` has the others.
const CHART_ROWS: usize = 200;

/// The sections that hold charts of their own; the others stand together.
const SECTIONS: [fn(&Chart) -> bool; 3] = [worth::holds, plan::holds, integrations::holds];

/// The page.
///
/// # Errors
/// When the template cannot be filled in, which is a fault of the program.
pub fn bytes(report: &Report, drawings: &[Drawing]) -> Result<Vec<u8>, ExportError> {
    let environment = environment(&report.currency)?;
    let views: Vec<ChartView> = report.charts.iter().map(|chart| chart_view(chart, drawings)).collect();
    let page = environment.get_template("page.html")?.render(Serde(Page::of(report, &views)))?;
    Ok(page.into_bytes())
}

/// What the template is given.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    title: String,
    policy: String,
    style: Value,
    script: Value,
    last_day: Option<NaiveDate>,
    cards: Vec<Card<'a>>,
    candidates: usize,
    rows: Vec<Row<'a>>,
    verdicts: Vec<(&'static str, &'static str)>,
    kinds: Vec<&'static str>,
    charts: Vec<&'a ChartView<'a>>,
    worth: Option<Worth<'a>>,
    plan: Option<Plan<'a>>,
    integrations: Option<Integrations<'a>>,
    together: Option<Together<'a>>,
    surface: Option<Surface<'a>>,
    placement: Option<Placement<'a>>,
    input_total: Option<RowTotals>,
    ledger_total: Option<LedgerTotal>,
    findings: Vec<FindingView<'a>>,
    unmapped_shown: usize,
    definitions: Vec<DefinitionView>,
    league: League,
    /// Title of each definition by id, for the links of heads.
    defined: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct ChartView<'a> {
    chart: &'a Chart,
    svg: Option<Value>,
    rows: &'a [Vec<String>],
}

#[derive(Serialize)]
struct FindingView<'a> {
    finding: &'a Finding,
    severity: &'static str,
}

#[derive(Serialize)]
struct DefinitionView {
    id: &'static str,
    title: &'static str,
    html: Value,
}

/// The last line of the ledger: sums of its lines, which are whole cents, so that what is shown adds up.
#[derive(Serialize)]
struct LedgerTotal {
    input: Money,
    attributed: Money,
    overhead: Money,
    unattributed: Money,
    outside_period: Money,
}

impl LedgerTotal {
    /// `None` for a ledger without lines.
    fn of(lines: &[LedgerLine]) -> Option<Self> {
        let sum = |amount: fn(&LedgerLine) -> Money| lines.iter().map(amount).sum();
        (!lines.is_empty()).then(|| Self {
            input: sum(|line| line.input),
            attributed: sum(|line| line.attributed),
            overhead: sum(|line| line.overhead),
            unattributed: sum(|line| line.unattributed),
            outside_period: sum(|line| line.outside_period),
        })
    }
}

impl<'a> Page<'a> {
    fn of(report: &'a Report, views: &'a [ChartView<'a>]) -> Self {
        let cards = card::cards(report, CARDS, CARDS_WITHOUT_CANDIDATES);
        let company = report.company.as_deref().unwrap_or("Portfolio");
        let kinds = report.capabilities.iter().map(|line| line.kind).collect::<BTreeSet<_>>();
        Self {
            title: format!("{company}: deprecation report {}", report.period.label),
            policy: policy(),
            style: Value::from_safe_string(STYLE.to_owned()),
            script: Value::from_safe_string(SCRIPT.to_owned()),
            last_day: report.period.end.pred_opt(),
            candidates: report.candidates().count(),
            rows: card::rows(report, &cards),
            worth: Worth::of(report, views, cards.len()),
            cards,
            verdicts: VERDICTS.map(|verdict| (verdict.as_str(), verdict_label(verdict))).into(),
            kinds: kinds.into_iter().collect(),
            plan: Plan::of(report, views),
            charts: views.iter().filter(|view| !SECTIONS.iter().any(|holds| holds(view.chart))).collect(),
            integrations: Integrations::of(report, views),
            together: Together::of(report),
            surface: Surface::of(report),
            placement: Placement::of(report),
            input_total: (!report.inputs.is_empty()).then(|| report.row_totals()),
            ledger_total: LedgerTotal::of(&report.ledger_summary),
            findings: report
                .findings
                .iter()
                .map(|finding| FindingView { finding, severity: severity_label(finding.severity) })
                .collect(),
            unmapped_shown: UNMAPPED,
            definitions: report.method.iter().map(definition_view).collect(),
            league: report::league(),
            defined: report.method.iter().map(|definition| (definition.id, definition.title)).collect(),
            report,
        }
    }
}

fn chart_view<'a>(chart: &'a Chart, drawings: &[Drawing]) -> ChartView<'a> {
    let drawing = drawings.iter().find(|drawing| drawing.id == chart.id);
    ChartView {
        chart,
        svg: drawing.map(|drawing| Value::from_safe_string(inline_svg(&drawing.svg).to_owned())),
        rows: &chart.table.rows[..chart.table.rows.len().min(CHART_ROWS)],
    }
}

/// Markup of this module, which the template prints as it is.
fn safe(markup: String) -> Value {
    Value::from_safe_string(markup)
}

/// The element without the prolog of the document, which has no place inside a page.
fn inline_svg(document: &str) -> &str {
    document.find("<svg").map_or(document, |start| document[start..].trim_end())
}

fn definition_view(definition: &Definition) -> DefinitionView {
    DefinitionView {
        id: definition.id,
        title: definition.title,
        html: Value::from_safe_string(prose::html(definition.text)),
    }
}

/// Nothing may load; the one style and the one script are known by their digests.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE)),
        base64(&Sha256::digest(SCRIPT))
    )
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let octet = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let known = place <= chunk.len();
            text.push(if known { char::from(ALPHABET[index as usize]) } else { '=' });
        }
    }
    text
}

/// The template with its filters. Everything printed is escaped, and a name that is not there is an error.
fn environment(currency: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escape::formatter);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    let currency = currency.to_owned();
    environment.add_filter("money", move |value: &Value| money(value, &currency));
    environment.add_filter("amount", |value: &Value| money(value, "").map(|text| text.trim_start().to_owned()));
    environment.add_filter("percent", |value: &Value| figure(value, format::percent));
    environment.add_filter("ratio", |value: &Value| figure(value, format::ratio));
    environment.add_filter("decimal", |value: &Value| figure(value, format::decimal));
    environment.add_filter("score", |value: &Value| figure(value, format::score));
    environment.add_filter("tau", |value: &Value| figure(value, |tau| format!("{tau:.2}")));
    environment.add_filter("count", count);
    environment.add_filter("definition", |column: &str| super::tables::definition_of(column).to_owned());
    environment.add_filter("sort_key", sort_key);
    for (name, template) in TEMPLATES {
        environment.add_template(name, template)?;
    }
    Ok(environment)
}

/// A number as people read it, or the dash of the unknown.
fn figure(value: &Value, write: impl Fn(f64) -> String) -> Result<String, Error> {
    if value.is_none() { Ok(format::UNKNOWN.to_owned()) } else { f64::try_from(value.clone()).map(write) }
}

/// An amount with its currency; without one in front where the head of the column names it.
fn money(value: &Value, currency: &str) -> Result<String, Error> {
    figure(value, |units| Money::from_units(units).map_or(units.to_string(), |amount| format::money(amount, currency)))
}

fn count(value: &Value) -> Result<String, Error> {
    if value.is_none() {
        return Ok(format::UNKNOWN.to_owned());
    }
    u64::try_from(value.clone()).map(format::count)
}

/// What a column is sorted by: the number as it is; nothing where it is unknown.
fn sort_key(value: &Value) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        return Ok(String::new());
    }
    Ok(cell::plain_number(f64::try_from(value.clone())?).unwrap_or_default())
}

#[cfg(test)]
mod tests;
