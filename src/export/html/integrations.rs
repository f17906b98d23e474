//! The section of the page on integrations: what broke and who knew, what vendors change, who left, and what it costs.
//!
//! Every part is sentences, charts and tables of text, so that the template only sets them; customer text is escaped there.

mod broken;
mod leaving;
mod support;
mod vendors;

use serde::Serialize;

use super::ChartView;
use crate::chart::Chart;
use crate::report::{EstimateLine, IntegrationsSection, Report, percent_with_interval};
use crate::units::Money;
use crate::units::format::{self, UNKNOWN};

/// How many lines of a table are listed; the file that the caption names has the others.
const LISTED: usize = 30;
/// How many failures, churned accounts and errors are.
const SHORT: usize = 12;

/// The ids of the charts that stand in this section.
const CHARTS: [&str; 6] =
    ["story", "reliability-against-use", "detection-gap", "support-layers", "api-calendar", "churn-ratios"];

/// Whether a chart stands in this section and not among the others.
pub(super) fn holds(chart: &Chart) -> bool {
    CHARTS.contains(&chart.id)
}

/// The section.
#[derive(Serialize)]
pub(super) struct Integrations<'a> {
    parts: Vec<Part<'a>>,
}

/// One part under its head.
#[derive(Serialize)]
struct Part<'a> {
    id: &'static str,
    title: String,
    sentences: Vec<String>,
    /// What happened, by day: the day and the sentence.
    events: Vec<(String, String)>,
    charts: Vec<&'a ChartView<'a>>,
    tables: Vec<Table>,
}

/// A table of text.
#[derive(Serialize)]
struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// The head of a column: the id of its definition, if it has one, and the class of its cells.
#[derive(Serialize)]
struct Column {
    label: &'static str,
    definition: &'static str,
    class: &'static str,
}

/// A column of text.
const fn text(label: &'static str) -> Column {
    Column { label, definition: "", class: "" }
}

/// A column of numbers.
const fn number(label: &'static str) -> Column {
    Column { label, definition: "", class: "n" }
}

/// A column of numbers that a page of the method explains.
const fn figure(label: &'static str, definition: &'static str) -> Column {
    Column { label, definition, class: "n" }
}

/// What the parts are made of.
struct Subject<'a> {
    report: &'a Report,
    of: &'a IntegrationsSection,
    charts: &'a [ChartView<'a>],
}

impl<'a> Integrations<'a> {
    /// `None` when nothing is known of integrations.
    pub(super) fn of(report: &'a Report, charts: &'a [ChartView<'a>]) -> Option<Self> {
        let subject = Subject { report, of: &report.integrations, charts };
        let parts = [
            subject.story(),
            subject.reliability(),
            subject.failures(),
            subject.layers(),
            subject.vendors(),
            subject.churn(),
            subject.procure(),
        ];
        let parts: Vec<Part> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then_some(Self { parts })
    }
}

impl<'a> Subject<'a> {
    fn chart(&self, id: &str) -> Vec<&'a ChartView<'a>> {
        self.charts.iter().filter(|view| view.chart.id == id).collect()
    }

    fn money(&self, amount: Option<Money>) -> String {
        amount.map_or_else(|| UNKNOWN.to_owned(), |amount| format::money(amount, &self.report.currency))
    }

    /// An amount with its interval.
    fn money_with_interval(&self, amount: &EstimateLine) -> String {
        let money = |units: f64| self.money(Money::from_units(units));
        match amount.high {
            Some(high) => format!("{} ({} to {})", money(amount.point), money(amount.low), money(high)),
            None => format!("{} ({} or more)", money(amount.point), money(amount.low)),
        }
    }

    /// The name of an integration by its id, which stands in for it.
    fn name(&self, id: &str) -> String {
        let line = self.of.lines.iter().find(|line| line.id == id);
        line.map_or_else(|| id.to_owned(), |line| line.name.clone())
    }

    fn names(&self, ids: &[String]) -> String {
        if ids.is_empty() {
            UNKNOWN.to_owned()
        } else {
            ids.iter().map(|id| self.name(id)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn part<'a>(id: &'static str, title: String, sentences: Vec<String>) -> Part<'a> {
    Part { id, title, sentences, events: Vec::new(), charts: Vec::new(), tables: Vec::new() }
}

fn listed(all: usize, shown: usize, what: &str, file: &str) -> String {
    if all > shown {
        format!("The first {shown} of {all} {what}; all are in {file}.")
    } else {
        format!("{all} {what}; as in {file}.")
    }
}

fn unknown() -> String {
    UNKNOWN.to_owned()
}

fn count(number: Option<u64>) -> String {
    number.map_or_else(unknown, format::count)
}

fn percent(share: Option<EstimateLine>) -> String {
    share.map_or_else(unknown, |share| percent_with_interval(&share))
}

/// The day of a moment.
fn day(moment: &str) -> String {
    moment.chars().take(10).collect()
}
