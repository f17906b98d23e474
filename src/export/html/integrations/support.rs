//! The three layers and recurring errors.

use super::{Column, Part, SHORT, Subject, Table, figure, listed, number, part, percent, text, unknown};
use crate::config::Layer;
use crate::report::{LayerMoveLine, whole};
use crate::units::format::UNKNOWN;
use crate::units::{Money, format};

impl<'a> Subject<'a> {
    /// The three layers, what a move would do, and recurring errors.
    pub(super) fn layers(&self) -> Option<Part<'a>> {
        let all: Vec<_> = self.of.layers.iter().filter(|line| line.capability.is_none()).collect();
        if all.is_empty() && self.of.signatures.is_empty() {
            return None;
        }
        let mut sentences: Vec<String> = self.of.layer_moves.iter().map(|of| self.layer_move(of)).collect();
        if self.of.contacts_without_layer > 0 {
            let contacts = format::counted(self.of.contacts_without_layer, "contact");
            sentences.push(format!("{contacts} of the period state no layer and are left out of the shares."));
        }
        let row = |line: &&crate::report::LayerLine| {
            vec![
                layer_name(line.layer).to_owned(),
                format::count(line.contacts),
                percent(line.contact_share),
                format::count(line.failures),
                percent(line.failure_share),
                percent(line.reopen_rate),
                percent(line.escalation_rate),
                self.money(line.cost),
                line.cost_per_contact.map_or_else(unknown, |cost| self.money_with_interval(&cost)),
            ]
        };
        let layers = Table {
            caption: "Who ended the contacts and failures of the period, all capabilities together; by capability in tables/support_layers.csv.".into(),
            columns: vec![
                text("Layer"),
                number("Contacts"),
                figure("of them (95 %)", "layer_coverage"),
                number("Failures"),
                number("of them (95 %)"),
                number("Reopened"),
                number("Escalated"),
                number("Cost"),
                number("a contact (95 %)"),
            ],
            rows: all.iter().map(row).collect(),
        };
        let tables = [layers, self.errors()].into_iter().filter(|table| !table.rows.is_empty());
        Some(Part {
            charts: self.chart("support-layers"),
            tables: tables.collect(),
            ..part("layers", "Three layers of support".into(), sentences)
        })
    }

    fn layer_move(&self, of: &LayerMoveLine) -> String {
        let (gain, amount) =
            if of.saved < Money::ZERO { ("would cost", Money::ZERO - of.saved) } else { ("would save", of.saved) };
        format!(
            "Moving {} of the contacts from {} to {} {gain} {} a year: {} contacts at {} instead of {}, with {} of them coming back as today.",
            format::percent(of.share),
            in_a_sentence(of.from),
            in_a_sentence(of.to),
            self.money(Some(amount)),
            whole(of.contacts),
            self.money(Some(of.cost_to)),
            self.money(Some(of.cost_from)),
            format::percent(of.reopen_rate)
        )
    }

    fn errors(&self) -> Table {
        let signatures = &self.of.signatures;
        let row = |of: &crate::report::SignatureLine| {
            vec![
                of.name.clone(),
                of.error.clone(),
                format::count(of.failures),
                format::count(of.runs),
                format::count(of.accounts),
                of.hours.map_or_else(unknown, format::decimal),
                self.money(of.cost),
                match (of.payback_months, of.pays) {
                    (Some(months), _) => format!("{} months", format::decimal(months)),
                    (None, Some(_)) => "never".to_owned(),
                    (None, None) => unknown(),
                },
                match of.pays {
                    Some(true) => "▲ pays within a year".to_owned(),
                    Some(false) => "= does not pay".to_owned(),
                    None => unknown(),
                },
            ]
        };
        Table {
            caption: listed(
                signatures.len(),
                SHORT,
                "recurring errors of twelve months",
                "tables/error_signatures.csv",
            ),
            columns: vec![
                text("Integration"),
                Column { definition: "error_signatures", ..text("Error") },
                number("Failures"),
                number("Bad runs"),
                number("Accounts"),
                number("Hours of people"),
                number("Cost"),
                number("Automation paid after"),
                text("Automating"),
            ],
            rows: signatures.iter().take(SHORT).map(row).collect(),
        }
    }
}

/// The layer within a sentence.
fn in_a_sentence(layer: &str) -> String {
    let name = layer_name(layer);
    if name == "AI" { name.to_owned() } else { name.to_lowercase() }
}

/// The layer as people read it.
fn layer_name(layer: &str) -> &'static str {
    [(Layer::Automated, "Automated"), (Layer::Ai, "AI"), (Layer::Human, "Human")]
        .into_iter()
        .find(|(known, _)| known.as_str() == layer)
        .map_or(UNKNOWN, |(_, name)| name)
}
