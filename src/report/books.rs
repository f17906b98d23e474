//! The books: cost against its input, names that reach nothing, parts that lack their input.

use std::collections::BTreeMap;

use super::{LedgerLine, Unavailable, UnmappedLine};
use crate::attribute::Ledger;
use crate::ingest::Read;
use crate::metrics::{Basis, Facts};
use crate::rollup::Rollup;
use crate::tables::TableId;
use crate::units::Money;

/// Cost by table and type: `input = attributed + unattributed + outside_period`, by construction and by test.
pub(super) fn ledger_summary(ledger: &Ledger, facts: &Facts) -> Vec<LedgerLine> {
    let mut lines: BTreeMap<_, (LedgerLine, Option<usize>)> = BTreeMap::new();
    for entry in &ledger.entries {
        let (line, last_row) = lines.entry((entry.source, entry.cost_type)).or_insert_with(|| {
            let empty = LedgerLine {
                source_table: entry.source.table(),
                cost_type: entry.cost_type.as_str(),
                rows: 0,
                input: Money::ZERO,
                attributed: Money::ZERO,
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
            None => &mut line.unattributed,
        } += entry.amount;
    }
    lines.into_values().map(|(line, _)| line).collect()
}

/// Names that reach no capability, by descending volume, then table and name.
pub(crate) fn unmapped(rollup: &Rollup, ledger: &Ledger) -> Vec<UnmappedLine> {
    let usage = rollup.unmapped.iter().map(|(name, rows)| (TableId::UsageEvents.name(), name, *rows));
    let cost = ledger.unplaced.iter().map(|((table, name), rows)| (*table, name, *rows));
    let line = |(table, name, rows): (&'static str, &String, u64)| UnmappedLine { table, name: name.clone(), rows };
    let mut lines: Vec<UnmappedLine> = usage.chain(cost).map(line).collect();
    lines.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| (a.table, &a.name).cmp(&(b.table, &b.name))));
    lines
}

/// What the report cannot say, and the table that would let it.
pub(crate) fn unavailable(read: &Read, facts: &Facts) -> Vec<Unavailable> {
    let tables = &read.tables;
    let wanting: [(&'static str, TableId, bool, &str); 7] = [
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
            "promises to accounts",
            TableId::Commitments,
            facts.basis == Basis::Events,
            "Without commitments no capability is protected by a promise, whether or not one was made.",
        ),
    ];
    let missing = wanting.into_iter().filter(|(_, table, wanted, _)| *wanted && !tables.has(*table));
    missing
        .map(|(part, table, _, sentence)| Unavailable { part, wants: table.name(), sentence: sentence.to_owned() })
        .collect()
}
