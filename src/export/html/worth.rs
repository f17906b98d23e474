//! The section of the page on what removals are worth: each leading candidate on a line, what they hang on, what was assumed
//! and why, and how other orders would rank them.

use serde::Serialize;

use super::ChartView;
use crate::chart::Chart;
use crate::decide::{self, assumption_label, assumption_value, chance};
use crate::export::text::slug;
use crate::report::{
    AssumptionLine, CalibrationLine, CapabilityLine, NetBenefitLine, Report, percent_with_interval, spread_in_words,
};
use crate::units::format::{self, UNKNOWN};

/// How many candidates have a line; `tables/candidates.csv` has the others.
const LINES: usize = 15;
/// How many assumptions are listed; `tables/assumptions.csv` has the others.
const ASSUMPTIONS: usize = 40;
/// How many dependencies and cycles are named in a cell.
const NAMES: usize = 4;

/// The ids of the charts that stand in this section.
const CHARTS: [&str; 4] = ["net-benefit", "waterfall", "tornado", "rank-acceptability"];

/// Whether a chart stands in this section and not among the others.
pub(super) fn holds(chart: &Chart) -> bool {
    CHARTS.contains(&chart.id)
}

/// The section.
#[derive(Serialize)]
pub(super) struct Worth<'a> {
    /// Why nothing is known; everything else is empty then.
    missing: Option<String>,
    /// Over how many years, as text; empty when that is not known.
    horizon: String,
    lines: Vec<Line<'a>>,
    /// Candidates whose net benefit is known.
    all: usize,
    /// The first places that acceptability is about; 0 where no order is known.
    first_k: usize,
    charts: Vec<&'a ChartView<'a>>,
    assumptions: Vec<Assumption<'a>>,
    all_assumptions: usize,
    calibration: Option<String>,
    orders: Vec<Order<'a>>,
    cycles: Vec<String>,
}

/// A candidate on a line.
#[derive(Serialize)]
struct Line<'a> {
    rank: usize,
    name: &'a str,
    /// The anchor of its card, where it has one.
    anchor: String,
    median: String,
    range: String,
    chance: String,
    first_k: String,
    /// What would change the advice, and what it is now.
    flip: (String, String),
    substitute: Option<(&'a str, String)>,
    goes_with: Vec<(&'static str, String)>,
}

/// An assumption with its values as text.
#[derive(Serialize)]
struct Assumption<'a> {
    line: &'a AssumptionLine,
    label: &'static str,
    median: String,
    range: String,
    /// The capability that it is for; `None`: all.
    of: Option<&'a str>,
}

/// Where a candidate stands under other orders.
#[derive(Serialize)]
struct Order<'a> {
    rank: usize,
    name: &'a str,
    places: [Place; 3],
}

/// A place under another order, and whether it is far from ours.
#[derive(Serialize)]
struct Place {
    place: Option<usize>,
    far: bool,
}

impl<'a> Worth<'a> {
    /// `None` for a report without capabilities.
    pub(super) fn of(report: &'a Report, charts: &'a [ChartView<'a>], cards: usize) -> Option<Self> {
        if report.capabilities.is_empty() {
            return None;
        }
        let known = || report.candidates().filter_map(|line| Some((line, line.net_benefit.as_ref()?)));
        let ranks: Vec<usize> = report.candidates().take(cards).map(|line| line.rank).collect();
        let line = |(line, worth): (&'a CapabilityLine, &'a NetBenefitLine)| Self::line(report, line, worth, &ranks);
        let has_order = |line: &&CapabilityLine| line.orders != crate::report::OrdersLine::default();
        Some(Self {
            missing: report.without_net_benefit(),
            horizon: report.horizon_years().map_or_else(String::new, decide::years),
            lines: known().take(LINES).map(line).collect(),
            all: known().count(),
            first_k: known().map(|(_, worth)| worth.acceptability.len()).max().unwrap_or(0),
            charts: charts.iter().filter(|view| holds(view.chart)).collect(),
            assumptions: report.assumptions.iter().take(ASSUMPTIONS).map(|line| assumption(report, line)).collect(),
            all_assumptions: report.assumptions.len(),
            calibration: report.calibration.as_ref().map(calibration),
            orders: report.candidates().filter(has_order).take(LINES).map(order).collect(),
            cycles: report.cycles.iter().map(|cycle| names(report, cycle)).collect(),
        })
    }

    fn line(report: &'a Report, of: &'a CapabilityLine, worth: &'a NetBenefitLine, with_card: &[usize]) -> Line<'a> {
        let total = spread_in_words(&worth.total, &report.currency);
        let (median, range) = total.split_once(" (").unwrap_or((&total, ""));
        let depend = [("after", &of.dependencies.needed_by), ("with it", &of.dependencies.with)];
        let goes_with = depend.iter().filter(|(_, ids)| !ids.is_empty());
        Line {
            rank: of.rank,
            name: &of.name,
            anchor: if with_card.contains(&of.rank) { format!("capability-{}", slug(&of.id)) } else { String::new() },
            median: median.to_owned(),
            range: range.trim_end_matches(')').to_owned(),
            chance: chance(worth.p_positive),
            first_k: of.rank_acceptability.map_or_else(|| UNKNOWN.to_owned(), chance),
            flip: flip(worth, &report.currency),
            substitute: of.substitute.as_ref().map(|found| (found.name.as_str(), found.in_words())),
            goes_with: goes_with.map(|(kind, ids)| (*kind, names(report, ids))).collect(),
        }
    }
}

/// What would change the advice: the nearest value within what is assumed possible; else that there is none, and the nearest at all.
fn flip(worth: &NetBenefitLine, currency: &str) -> (String, String) {
    match worth.nearest_flip() {
        Some(flip) if flip.within_range => (flip.value_in_words(currency), flip.now_in_words(currency)),
        Some(flip) => {
            let nearest = format!("nearest, {}, {}", flip.value_in_words(currency), flip.now_in_words(currency));
            ("nothing within its range".into(), nearest)
        }
        None => ("nothing alone".into(), String::new()),
    }
}

/// The first names of some ids, and how many more there are.
fn names(report: &Report, ids: &[String]) -> String {
    format::first_of(ids.iter().map(|id| report.name_of(id)), NAMES)
}

fn assumption<'a>(report: &'a Report, line: &'a AssumptionLine) -> Assumption<'a> {
    let value = |value: f64| assumption_value(line.name, value, &report.currency);
    #[expect(clippy::float_cmp, reason = "what is fixed has one value")]
    let fixed = line.p05 == line.p95;
    Assumption {
        line,
        label: assumption_label(line.name),
        median: value(line.p50),
        range: if fixed { "fixed".to_owned() } else { format!("{} to {}", value(line.p05), value(line.p95)) },
        of: line.capability.as_ref().map(|id| report.name_of(id)),
    }
}

/// What past breakages changed, with the shrinkage, in words.
fn calibration(of: &CalibrationLine) -> String {
    let used = if of.weight > 0.0 {
        format!(
            "The simulation uses {}, in which the data weigh {} and the assumption {}.",
            format::percent(of.used_mean),
            format::percent(of.weight),
            format::percent(1.0 - of.weight)
        )
    } else {
        "The simulation keeps to the assumption: it is fixed, or accounts that no failure can have moved left as well, so that \
         what was seen is not to be trusted."
            .to_owned()
    };
    format!(
        "Past breakages test one of these: an account whose integration broke lived through a removal that nobody planned. It was \
         assumed that {} of accounts leave when all their use is taken away; the {} that lived through a breakage say {}. {used}",
        format::percent(of.prior_mean),
        format::counted(of.seen.n, "account"),
        percent_with_interval(&of.seen),
    )
}

fn order(line: &CapabilityLine) -> Order<'_> {
    let place = |place: Option<usize>| Place {
        place,
        far: place.is_some_and(|place| place > 2 * line.rank.max(5) || 2 * place.max(5) < line.rank),
    };
    let of = line.orders;
    Order { rank: line.rank, name: &line.name, places: [of.rice, of.cost_per_use, of.least_used].map(place) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixture;

    #[test]
    fn the_calibration_says_what_was_assumed_seen_and_used() {
        let said = calibration(&fixture::worth::calibration()).replace('\u{202f}', " ");
        assert!(said.contains("that 30 % of accounts leave"), "{said}");
        assert!(said.contains("the 61 accounts that lived through a breakage say 12 % (2.0–24 %)."), "{said}");
        assert!(said.ends_with("uses 18 %, in which the data weigh 64 % and the assumption 36 %."), "{said}");
        let unused = CalibrationLine { weight: 0.0, ..fixture::worth::calibration() };
        assert!(calibration(&unused).ends_with("is not to be trusted."));
    }

    #[test]
    fn a_line_holds_all_that_is_asked_of_a_candidate() {
        let report = fixture::report(20);
        let worth = Worth::of(&report, &[], 3).unwrap();
        assert_eq!((worth.lines.len(), worth.all, worth.first_k, worth.missing.is_none()), (11, 11, 3, true));
        let first = &worth.lines[0];
        let plain = |text: &str| text.replace('\u{202f}', " ");
        assert_eq!(plain(&first.median), "EUR 61 000");
        assert_eq!(plain(&first.range), "40 667 to 81 334");
        assert_eq!((plain(&first.chance), plain(&first.first_k)), ("99 %".into(), "78 %".into()));
        assert_eq!(plain(&first.flip.0), "hours to remove it: 390 h or more");
        assert_eq!(plain(&first.flip.1), "instead of 126 h");
        let mut beyond = report.capabilities[0].net_benefit.clone().unwrap();
        beyond.flips.remove(0);
        let (advice, nearest) = flip(&beyond, "EUR");
        assert_eq!(advice, "nothing within its range");
        assert_eq!(plain(&nearest), "nearest, gross margin: 190 % or more, instead of 75 %");
        assert_eq!(first.substitute.as_ref().unwrap().0, "Public API");
        assert_eq!(first.goes_with, [("after", "Survey builder".to_owned())]);
        assert_eq!(first.anchor, "capability-cap-0");
        assert_eq!(worth.lines[5].anchor, "", "it has no card");
    }

    #[test]
    fn a_place_far_from_ours_is_marked() {
        let mut line = fixture::capability(9);
        (line.orders.rice, line.orders.cost_per_use, line.orders.least_used) = (Some(4), Some(21), Some(12));
        assert_eq!(order(&line).places.map(|place| place.far), [false, true, false]);
        line.orders.rice = None;
        assert!(!order(&line).places[0].far);
    }
}
