//! The books: cost against its input, names that reach nothing, parts that lack their input.

use std::collections::BTreeMap;

use super::{LedgerLine, Unavailable, UnmappedLine, plan_words, worth};
use crate::attribute::Ledger;
use crate::ingest::Read;
use crate::integrations::LeftOut;
use crate::metrics::{Basis, Facts};
use crate::rollup::Rollup;
use crate::tables::TableId;
use crate::units::Money;

/// Cost by table, type and the currency it arose in: `input = attributed + overhead + unattributed + outside_period`, to the
/// millionth by construction and to the cent as shown.
pub(super) fn ledger_summary(ledger: &Ledger, facts: &Facts) -> Vec<LedgerLine> {
    let mut lines: BTreeMap<_, (LedgerLine, Option<usize>)> = BTreeMap::new();
    for entry in &ledger.entries {
        let (line, last_row) = lines.entry((entry.source, entry.cost_type, &entry.currency)).or_insert_with(|| {
            let empty = LedgerLine {
                source_table: entry.source.table(),
                cost_type: entry.cost_type.as_str(),
                currency: entry.currency.to_string(),
                rows: 0,
                input: Money::ZERO,
                attributed: Money::ZERO,
                overhead: Money::ZERO,
                unattributed: Money::ZERO,
                outside_period: Money::ZERO,
            };
            (empty, None)
        });
        // The parts of a row stand together.
        line.rows += u64::from(*last_row != Some(entry.row));
        *last_row = Some(entry.row);
        line.input += entry.amount;
        *match entry.capability {
            _ if !entry.is_within(&facts.period, facts.as_of) => &mut line.outside_period,
            Some(_) => &mut line.attributed,
            None if entry.overhead => &mut line.overhead,
            None => &mut line.unattributed,
        } += entry.amount;
    }
    lines.into_values().map(|(line, _)| in_cents(line)).collect()
}

/// The line in whole cents: its input to the nearest one, its parts by largest remainder. So every line adds up as it is
/// shown, and so do the sums of lines below a table. No part is off by a whole cent, and a part of nothing stays nothing.
fn in_cents(line: LedgerLine) -> LedgerLine {
    const CENT: i128 = 10_000;
    let input = (2 * line.input.micros() + CENT).div_euclid(2 * CENT);
    let exact = [line.attributed, line.overhead, line.unattributed, line.outside_period].map(Money::micros);
    let mut cents = exact.map(|micros| micros.div_euclid(CENT));
    let mut order = [0, 1, 2, 3];
    order.sort_by_key(|&part| (std::cmp::Reverse(exact[part].rem_euclid(CENT)), part));
    // Between 0 and the number of parts that have a remainder: at most one cent each.
    for &part in order.iter().take(usize::try_from(input - cents.iter().sum::<i128>()).unwrap_or(0)) {
        cents[part] += 1;
    }
    let [attributed, overhead, unattributed, outside_period] = cents.map(|cents| Money::from_micros(cents * CENT));
    LedgerLine { input: Money::from_micros(input * CENT), attributed, overhead, unattributed, outside_period, ..line }
}

/// Names that reach no capability, by descending volume, then table and name.
pub(crate) fn unmapped(rollup: &Rollup, ledger: &Ledger, left_out: &LeftOut) -> Vec<UnmappedLine> {
    let usage = rollup.unmapped.iter().map(|(name, rows)| (TableId::UsageEvents.name(), name, *rows));
    let cost = ledger.unplaced.iter().map(|((table, name), rows)| (*table, name, *rows));
    let others = left_out.unmapped.iter().map(|((table, name), rows)| (table.name(), name, *rows));
    let line = |(table, name, rows): (&'static str, &String, u64)| UnmappedLine { table, name: name.clone(), rows };
    let mut lines: Vec<UnmappedLine> = usage.chain(cost).chain(others).map(line).collect();
    lines.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| (a.table, &a.name).cmp(&(b.table, &b.name))));
    lines
}

/// What the report cannot say, and the table that would let it.
pub(crate) fn unavailable(read: &Read, facts: &Facts) -> Vec<Unavailable> {
    let tables = &read.tables;
    let integrations =
        facts.capabilities.iter().any(|of| of.capability.kind == crate::attribute::CapabilityKind::Integration);
    let wanting: [(&'static str, TableId, bool, &str); 10] = [
        (
            "adoption by account",
            TableId::UsageEvents,
            facts.basis == Basis::Totals,
            "Only counts were given: ARR, segments, retention, concentration and the accounts affected are unknown.",
        ),
        (
            "revenue and segments",
            TableId::Accounts,
            facts.basis == Basis::Events,
            "Without accounts there is no ARR, no segment, and no base beyond those who used something.",
        ),
        (
            "the base of the counts",
            TableId::BaseTotals,
            facts.basis == Basis::Totals,
            "Without base totals a count is no share: adoption is unknown.",
        ),
        ("support cost", TableId::Tickets, true, "Without tickets the cost of support is unknown, not zero."),
        (
            "engineering cost",
            TableId::WorkItems,
            true,
            "Without work items the cost of engineering is unknown, not zero.",
        ),
        (
            "direct cost",
            TableId::Charges,
            true,
            "Without charges licences, infrastructure and vendor fees are unknown, not zero.",
        ),
        (
            "incident cost",
            TableId::Incidents,
            true,
            "Without incidents the hours of those who responded and the credits are unknown, not zero.",
        ),
        (
            "reliability of integrations",
            TableId::Runs,
            integrations,
            "Without runs of the integrations nothing is known of failures that customers met first.",
        ),
        (
            "vendor changes",
            TableId::ApiChanges,
            integrations,
            "Without a calendar of vendor changes no deadline is known, nor what the next year will ask for.",
        ),
        (
            "promises to accounts",
            TableId::Commitments,
            facts.basis == Basis::Events,
            "Without commitments no capability is protected by a promise, whether or not one was made.",
        ),
    ];
    let missing = wanting.into_iter().filter(|(_, table, wanted, _)| *wanted && !tables.has(*table));
    let missing = missing.map(|(part, table, _, sentence)| Unavailable {
        part,
        wants: table.name(),
        sentence: sentence.to_owned(),
    });
    let known = (facts.basis == Basis::Events, facts.base.arr.is_some(), facts.cost.attributed.run().is_some());
    let worth = worth::missing(known.0, known.1, known.2);
    let plan = plan_words::missing(known.0, known.1, known.2);
    let worth = worth.map(|(wants, sentence)| Unavailable { part: worth::PART, wants, sentence });
    let plan = plan.map(|(wants, sentence)| Unavailable { part: plan_words::PART, wants, sentence });
    missing.chain(worth).chain(plan).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(parts: [i64; 4]) -> LedgerLine {
        let [attributed, overhead, unattributed, outside_period] =
            parts.map(|micros| Money::from_micros(micros.into()));
        LedgerLine {
            source_table: "charges",
            cost_type: "direct",
            currency: "EUR".into(),
            rows: 1,
            input: attributed + overhead + unattributed + outside_period,
            attributed,
            overhead,
            unattributed,
            outside_period,
        }
    }

    fn shown(line: &LedgerLine) -> [String; 5] {
        [line.input, line.attributed, line.overhead, line.unattributed, line.outside_period].map(Money::to_decimal)
    }

    #[test]
    fn a_line_adds_up_as_it_is_shown() {
        // 0.004 + 0.004 + 0.004 = 0.012: one cent in all, and none of the parts would round to it.
        assert_eq!(shown(&in_cents(line([4_000, 0, 4_000, 4_000]))), ["0.01", "0.01", "0.00", "0.00", "0.00"]);
        assert_eq!(shown(&in_cents(line([-4_000, 0, 14_000, 0]))), ["0.01", "0.00", "0.00", "0.01", "0.00"]);
        assert_eq!(shown(&in_cents(line([0; 4]))), ["0.00"; 5]);
    }

    proptest! {
        #[test]
        fn shown_parts_sum_to_the_shown_input(
            parts in prop::array::uniform4(prop_oneof![Just(0_i64), -1_000_000_000_000..1_000_000_000_000_i64]),
        ) {
            let exact = line(parts);
            let cents = in_cents(exact.clone());
            prop_assert_eq!(cents.input, cents.attributed + cents.overhead + cents.unattributed + cents.outside_period);
            let pairs = [
                (exact.input, cents.input),
                (exact.attributed, cents.attributed),
                (exact.overhead, cents.overhead),
                (exact.unattributed, cents.unattributed),
                (exact.outside_period, cents.outside_period),
            ];
            for (exact, cents) in pairs {
                prop_assert_eq!(cents.micros() % 10_000, 0);
                prop_assert!((exact.micros() - cents.micros()).abs() < 10_000);
            }
        }
    }
}
