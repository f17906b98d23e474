//! The league table of the methodology: how the line fares against fixed windows on companies whose truth is known. The figures
//! are those of the test `league`, which compares them; docs/league.md says how they come about.

use serde::Serialize;

/// Figures of every rule over all companies, by size and by kind of feature.
const FIGURES: &str = include_str!("league.csv");

/// The rules in the order of the table, with what the page calls them.
const RULES: [(&str, &str); 12] = [
    ("no-use-7-days", "No use in 7 days"),
    ("no-use-14-days", "No use in 14 days"),
    ("no-use-30-days", "No use in 30 days"),
    ("no-use-40-days", "No use in 40 days"),
    ("no-use-60-days", "No use in 60 days"),
    ("no-use-90-days", "No use in 90 days"),
    ("below-10-percent-30-days", "Below 10 % of customers in 30 days"),
    ("below-10-percent-90-days", "Below 10 % of customers in 90 days"),
    ("remove-nothing", "Remove nothing"),
    ("ours", "This report: below the line, and no guard"),
    ("ours-no-launch-dates", "The same, launch dates not known"),
    ("ours-nine-months-of-logs", "The same, nine months of logs"),
];

/// A rate or a mean of the table with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LeagueFigure {
    /// The figure.
    pub point: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One rule of the league table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeagueLine {
    /// What the rule says.
    pub rule: &'static str,
    /// Removed among the needed features, 0–1.
    pub false_removals: LeagueFigure,
    /// The same among the seasonal, the year-end and the young ones.
    pub false_by_kind: [f64; 3],
    /// Not removed among the removable, 0–1; what it abstains from counts.
    pub missed_removals: LeagueFigure,
    /// The same in companies of 60 customers.
    pub missed_of_small: f64,
    /// Features that it abstains from over all features, 0–1.
    pub abstained: f64,
    /// Missed removals plus four times the false ones, per hundred features.
    pub loss: LeagueFigure,
}

/// The league table, and what it is of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct League {
    /// Companies.
    pub companies: u64,
    /// Features that will be needed.
    pub needed: u64,
    /// Features that will not.
    pub removable: u64,
    /// By rule.
    pub lines: Vec<LeagueLine>,
}

/// One line of the file of figures.
struct Cells(Vec<&'static str>);

impl Cells {
    /// The line of a rule over companies of a size and features of a kind; `all` for either.
    fn of(rule: &str, customers: &str, kind: &str) -> Option<Self> {
        let lines = FIGURES.lines().map(|line| line.split(',').collect::<Vec<_>>());
        lines.into_iter().find(|cells| cells.starts_with(&[rule, customers, kind])).map(Self)
    }

    fn number(&self, column: &str) -> Option<f64> {
        let place = FIGURES.lines().next()?.split(',').position(|name| name == column)?;
        self.0.get(place)?.parse().ok()
    }

    fn count(&self, column: &str) -> Option<u64> {
        let place = FIGURES.lines().next()?.split(',').position(|name| name == column)?;
        self.0.get(place)?.parse().ok()
    }

    fn figure(&self, point: &str, stem: &str) -> Option<LeagueFigure> {
        let end = |end: &str| self.number(&format!("{stem}_{end}"));
        Some(LeagueFigure { point: self.number(point)?, low: end("low")?, high: end("high")? })
    }
}

/// The league table.
#[must_use]
pub fn league() -> League {
    let all = Cells::of("ours", "all", "all");
    let count = |column| all.as_ref().and_then(|all| all.count(column)).unwrap_or_default();
    League {
        companies: count("companies"),
        needed: count("needed"),
        removable: count("removable"),
        lines: RULES.iter().filter_map(|(rule, label)| line(rule, label)).collect(),
    }
}

fn line(rule: &str, label: &'static str) -> Option<LeagueLine> {
    let all = Cells::of(rule, "all", "all")?;
    let of_kind = |kind: &str| Cells::of(rule, "all", kind)?.number("false_removal_rate");
    let abstained = all.number("abstained_needed")? + all.number("abstained_removable")?;
    Some(LeagueLine {
        rule: label,
        false_removals: all.figure("false_removal_rate", "false_removal")?,
        false_by_kind: [of_kind("seasonal")?, of_kind("year-end")?, of_kind("young")?],
        missed_removals: all.figure("missed_removal_rate", "missed_removal")?,
        missed_of_small: Cells::of(rule, "60", "all")?.number("missed_removal_rate")?,
        abstained: abstained / (all.number("needed")? + all.number("removable")?),
        loss: all.figure("loss", "loss")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_figures_stands_in_the_table() {
        let league = league();
        assert_eq!(league.lines.len(), RULES.len(), "a line of the table lacks a figure");
        let mut rules: Vec<&str> = FIGURES.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(rules.len(), RULES.len());
        assert!(league.needed > 0 && league.removable > 0 && league.companies > 0);
    }

    #[test]
    fn rates_are_their_counts() {
        for (rule, _) in RULES {
            let all = Cells::of(rule, "all", "all").unwrap();
            let rate = all.number("false_removals").unwrap() / all.number("needed").unwrap();
            assert!((rate - all.number("false_removal_rate").unwrap()).abs() < 6e-5, "{rule}");
            let found = all.figure("false_removal_rate", "false_removal").unwrap();
            assert!(found.low <= found.point && found.point <= found.high, "{rule}");
        }
    }
}
