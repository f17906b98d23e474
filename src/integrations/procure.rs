//! Build against procure, per integration.

use chrono::{Months, NaiveDate};

use super::{Evidence, Procure};
use crate::attribute::{CostType, Entry, Source};
use crate::config::ProcureSettings;
use crate::stats;
use crate::units::{Money, definition};

definition! {
    /// What an integration platform may cost in a year before keeping the connector in house is the cheaper way: the run cost of a
    /// year that the platform would take over. Of each type of cost a part moves (`procure.engineering`, `procure.incident`,
    /// `procure.support`, `procure.direct`): a platform carries the connector and the changes of its vendor, hardly the
    /// questions of customers. The year is the twelve months up to the end of the period where `run_cost_12m` is known, because cost has
    /// seasons; else the period, brought to a year by days.
    ///
    /// The interval says how far the cost of such a year is from its average, since the rows that came in came by chance: each work
    /// item, incident, ticket and bill is one event with the part of its amount that would move (Fay and Feuer 1997). It is of
    /// those parts and not of the whole run cost: many small tickets do not make a few large repairs sure. Rows that belong together,
    /// such as the days of one repair, are taken for independent, so it is rather too short. It is unknown where no row would move, and
    /// where one of them is a credit.
    ///
    /// Work for vendor changes to come is not added: past changes are in the engineering hours already, and adding the expected ones
    /// would count them twice. What the moving itself takes is not in it; the price of the platform (`platform_price` in the
    /// catalogue) should include what it costs to connect.
    ///
    /// *Saved* is break-even price less platform price. Unknown without cost, or without a price.
    pub PROCURE, "break_even_price", "Break-even price of procuring"
}

/// Of every capability. One pass over the ledger.
pub(super) fn by_capability(evidence: Evidence, settings: &ProcureSettings) -> Vec<Procure> {
    let capabilities = &evidence.facts.capabilities;
    let is_whole = capabilities.iter().all(|facts| facts.run_cost_12m.is_some());
    let ((start, end), per_year) = match year(evidence).filter(|_| is_whole) {
        Some(year) => (year, 1.0),
        None => (period(evidence), evidence.facts.per_year()),
    };
    let mut moved = vec![Moved::default(); capabilities.len()];
    for entry in evidence.ledger.entries.iter().filter(|entry| start <= entry.on && entry.on < end) {
        if let (Some(capability), Some(part)) = (entry.capability, part(entry.cost_type, settings)) {
            moved[capability].add(entry, part);
        }
    }
    let line = |(facts, moved): (&crate::metrics::CapabilityFacts, Moved)| {
        let break_even = facts.cost.run().map(|_| moved.sum.scaled(per_year));
        let interval =
            break_even.and_then(|_| stats::weighted_count(&moved.rows.iter().map(|row| row.1).collect::<Vec<_>>()));
        let at = |end: f64| Money::from_units(end * per_year);
        let platform_price = facts.capability.platform_price;
        Procure {
            break_even,
            break_even_range: interval.and_then(|interval| at(interval.low).zip(at(interval.high))),
            platform_price,
            saved: break_even.zip(platform_price).map(|(price, platform)| price - platform),
        }
    };
    capabilities.iter().zip(moved).map(line).collect()
}

/// What a platform would take over of one integration.
#[derive(Debug, Clone, Default)]
struct Moved {
    sum: Money,
    /// By row of the tables, in the order of the ledger, so that the entries of one row follow each other.
    rows: Vec<((Source, usize), f64)>,
}

impl Moved {
    fn add(&mut self, entry: &Entry, part: f64) {
        let amount = entry.amount.scaled(part);
        self.sum += amount;
        let row = (entry.source, entry.row);
        match self.rows.last_mut().filter(|last| last.0 == row) {
            Some(last) => last.1 += amount.units(),
            None => self.rows.push((row, amount.units())),
        }
    }
}

/// The part of a type of run cost that would move.
fn part(cost_type: CostType, settings: &ProcureSettings) -> Option<f64> {
    match cost_type {
        CostType::Engineering => Some(settings.engineering),
        CostType::Incident => Some(settings.incident),
        CostType::Support => Some(settings.support),
        CostType::Direct => Some(settings.direct),
        CostType::Build | CostType::Unclassified => None,
    }
}

/// First day of the period and the day after its last that is known.
fn period(evidence: Evidence) -> (NaiveDate, NaiveDate) {
    let (from, until) = evidence.period();
    (from.date(), until.date())
}

/// The twelve months of `run_cost_12m`.
fn year(evidence: Evidence) -> Option<(NaiveDate, NaiveDate)> {
    let (_, end) = period(evidence);
    Some((end.checked_sub_months(Months::new(12))?, end))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, account};
    use super::*;
    use crate::tables::rows::{Charge, Ticket, WorkItem};

    fn work(on: &str, hours: f64) -> WorkItem {
        WorkItem {
            capability: Some("a".into()),
            worked_on: on.parse().ok(),
            hours: Some(hours),
            kind: Some("maintain".into()),
            ..WorkItem::default()
        }
    }

    fn company() -> Company {
        let mut company = Company::new(&["a", "b"]);
        company.accounts = vec![account("u")];
        company.settings.rates.engineering_hour = 90.0;
        company.catalogue[0].platform_price = Money::from_units(20_000.0);
        company.work_items = vec![work("2026-08-03", 100.0)];
        company
    }

    fn found(company: &Company) -> Vec<Procure> {
        company.look(|evidence, settings| by_capability(evidence, settings.procure))
    }

    /// 100 hours of engineering at 90 and a bill of 50 in a quarter of 92 days: 0.8 · 9,000 · 365.25/92 = 28,585.
    #[test]
    fn by_hand_from_the_period() {
        let mut company = company();
        company.charges = vec![Charge {
            capability: Some("a".into()),
            charged_on: "2026-08-03".parse().ok(),
            amount: Money::from_units(50.0),
            ..Charge::default()
        }];
        let lines = found(&company);
        let expected = 0.8 * 9_000.0 * 365.25 / 92.0;
        assert!((lines[0].break_even.unwrap().units() - expected).abs() < 0.01);
        assert!((lines[0].saved.unwrap().units() - (expected - 20_000.0)).abs() < 0.01);
        // One row that moves: a fortieth of it to 5.57 times as much (Garwood 1936). The bill does not move and makes nothing surer.
        let (low, high) = lines[0].break_even_range.unwrap();
        assert!((low.units() / expected - 0.025_317_807_984).abs() < 1e-6);
        assert!((high.units() / expected - 5.571_643_390_94).abs() < 1e-6);
        // The other one costs nothing, which is known, and has no price, which is not.
        assert_eq!((lines[1].break_even, lines[1].break_even_range, lines[1].saved), (Some(Money::ZERO), None, None));
        company.work_items.clear();
        company.charges.clear();
        assert_eq!(found(&company)[0].break_even, None);
    }

    /// Work that reaches back a year is taken as it is: (100 + 20 + 4) hours, and not the eight before.
    #[test]
    fn by_hand_from_twelve_months() {
        let mut company = company();
        company.work_items.extend([work("2026-01-03", 20.0), work("2025-10-01", 4.0), work("2025-09-30", 8.0)]);
        let line = found(&company)[0];
        assert_eq!(line.break_even, Money::from_units(0.8 * 90.0 * 124.0));
        let range = line.break_even_range.map(|(low, high)| (low.units(), high.units())).unwrap();
        let expected = stats::weighted_count(&[7_200.0, 1_440.0, 288.0]).unwrap();
        assert!((range.0 - expected.low).abs() < 0.01 && (range.1 - expected.high).abs() < 0.01);
    }

    /// A ticket of both counts half for each, as one row of each.
    #[test]
    fn the_entries_of_a_row_are_one_row() {
        let mut company = Company::new(&["a", "b"]);
        company.settings.rates.contact.human = 10.0;
        company.tickets = vec![Ticket {
            tags: Some(vec!["a".into(), "b".into()]),
            opened_at: "2026-08-01T12:00:00".parse().ok(),
            layer: Some("human".into()),
            ..Ticket::default()
        }];
        let lines = found(&company);
        assert_eq!(lines[0].break_even, Some(Money::from_units(5.0).unwrap().scaled(0.2).scaled(365.25 / 92.0)));
        assert_eq!(lines[0], Procure { break_even: lines[1].break_even, ..lines[1] });
        let (low, _) = lines[0].break_even_range.unwrap();
        assert!((low.units() / lines[0].break_even.unwrap().units() - 0.025_317_807_984).abs() < 1e-5);
    }
}
