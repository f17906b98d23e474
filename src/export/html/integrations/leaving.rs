//! Who left, compared with who stayed.

use super::{Column, LISTED, Part, SHORT, Subject, Table, day, figure, listed, number, part, percent, text, unknown};
use crate::export::tables::integrations::churn_kind;
use crate::integrations::ChurnKind;
use crate::report::{ChurnLine, ContrastLine, EstimateLine, IntegrationsSection, ratio_with_interval, whole};
use crate::units::format::UNKNOWN;
use crate::units::{Money, format};

impl<'a> Subject<'a> {
    /// Who left, and whether it had to do with what was broken.
    pub(super) fn churn(&self) -> Option<Part<'a>> {
        let of = self.of;
        if of.churned.is_empty() && of.contrasts.is_empty() && of.retention.is_empty() {
            return None;
        }
        let tables = [self.churned(), contrasts(of, |id| self.name(id)), self.retention()];
        Some(Part {
            charts: self.chart("churn-ratios"),
            tables: tables.into_iter().filter(|table| !table.rows.is_empty()).collect(),
            ..part("churn", "Who left".into(), self.churn_sentences())
        })
    }

    fn churn_sentences(&self) -> Vec<String> {
        let of = self.of;
        let mut sentences = Vec::new();
        if let Some((from, until)) = of.churn_window {
            let arr = |kind: ChurnKind| {
                let those = || of.churned.iter().filter(move |line| line.kind == Some(kind));
                let sum: Option<Money> = those().filter_map(|line| line.arr).reduce(|sum, arr| sum + arr);
                let arr = sum.map_or_else(String::new, |arr| format!(" with {}", self.money(Some(arr))));
                format!("{}{arr}", those().count())
            };
            let last = until.pred_opt().unwrap_or(until);
            sentences.push(format!(
                "From {from} to {last} {} left: {} functional (an integration that carried their work was broken before), {} emotional (use had faded), {} for other reasons{}.",
                format::counted(of.churned.len() as u64, "account"),
                arr(ChurnKind::Functional),
                arr(ChurnKind::Emotional),
                arr(ChurnKind::Other),
                match of.churned.iter().filter(|line| line.kind.is_none()).count() {
                    0 => String::new(),
                    unknown => format!(", {unknown} unknown: the data do not say enough of their use"),
                }
            ));
        }
        if let Some(accounts) = of.exposed_accounts.filter(|accounts| *accounts > 0) {
            let arr = of.exposed_arr.map_or_else(String::new, |arr| format!(" with {} of ARR", self.money(Some(arr))));
            sentences.push(format!(
                "Exposed now: {}{arr} whose integration is broken and carries their work.",
                format::counted(accounts, "account")
            ));
        }
        let doubtful = of.contrasts.iter().filter(|line| line.control && excludes_one(line.ratio)).count();
        if doubtful > 0 {
            sentences.push("! A negative control does not show 1: something hidden moves both failure and leaving, so the ratios below are not to be trusted.".into());
        }
        sentences
    }

    fn churned(&self) -> Table {
        let of = self.of;
        let mut lines: Vec<&ChurnLine> = of.churned.iter().collect();
        lines.sort_by_key(|line| (line.kind.is_none(), line.kind, std::cmp::Reverse(line.arr), line.churned_on));
        let row = |line: &&ChurnLine| {
            let evidence = match (line.kind, &line.capability) {
                (Some(ChurnKind::Functional), Some(capability)) => format!(
                    "{} carried {} of its days and was broken for {} h from {}",
                    self.name(capability),
                    line.dependence.map_or_else(unknown, format::percent),
                    line.broken_hours.map_or_else(unknown, whole),
                    line.broken_from.as_deref().map_or_else(unknown, day)
                ),
                (Some(ChurnKind::Emotional), _) => {
                    format!("{} of its use was left", line.activity_left.map_or_else(unknown, format::percent))
                }
                _ => String::new(),
            };
            vec![
                line.account_name.clone().unwrap_or_else(|| line.account_id.clone()),
                line.segment.clone().unwrap_or_else(unknown),
                self.money(line.arr),
                line.churned_on.to_string(),
                line.kind.map_or_else(unknown, |kind| churn_kind(kind).to_owned()),
                evidence,
                format::count(line.tickets),
                line.stated_reason.clone().unwrap_or_else(unknown),
            ]
        };
        Table {
            caption: listed(lines.len(), SHORT, "accounts that left", "tables/churn.csv"),
            columns: vec![
                text("Account"),
                text("Segment"),
                number("ARR"),
                Column { class: "i", ..text("Left on") },
                Column { definition: "churn_kind", ..text("Kind") },
                text("Evidence"),
                number("Tickets before"),
                text("Stated reason"),
            ],
            rows: lines.iter().take(SHORT).map(row).collect(),
        }
    }

    fn retention(&self) -> Table {
        let row = |line: &crate::report::RetentionLine| {
            vec![
                line.cohort.to_owned(),
                format::count(line.accounts),
                self.money(line.opening_arr),
                self.money(line.expansion),
                self.money(line.contraction),
                self.money(line.churn),
                percent(line.nrr),
                percent(line.grr),
                percent(line.logo_retention),
            ]
        };
        let history = if self.of.has_arr_history {
            "Accounts that were there when the window opened; new ones are left out."
        } else {
            "Without a history of ARR expansion and contraction are unknown, and GRR is an upper bound."
        };
        Table {
            caption: format!(
                "Revenue retention of the window. {history} Whether exposure is a cause the ratios say, not this table."
            ),
            columns: vec![
                text("Cohort"),
                number("Accounts"),
                number("Opening ARR"),
                number("Expansion"),
                number("Contraction"),
                number("Churn"),
                figure("NRR (95 %)", "nrr_grr"),
                figure("GRR (95 %)", "nrr_grr"),
                number("Accounts kept (95 %)"),
            ],
            rows: self.of.retention.iter().map(row).collect(),
        }
    }
}

fn contrasts(of: &IntegrationsSection, name: impl Fn(&str) -> String) -> Table {
    let ratio = |known: Option<EstimateLine>| known.map_or_else(unknown, |known| ratio_with_interval(&known));
    let row = |line: &ContrastLine| {
        let what = line
            .capability
            .as_deref()
            .map_or_else(|| line.outcome.clone(), |id| format!("{}, by {}", line.outcome, name(id)));
        let hidden = match (line.control, line.e_value_limit) {
            (true, _) => "a control: 1 is what it should show".to_owned(),
            (false, Some(limit)) if limit > 1.0 => {
                format!(
                    "a hidden cause would have to be tied {} to both to bring the interval to 1",
                    format::ratio(limit)
                )
            }
            (false, Some(_)) => "the interval holds 1: nothing is shown".into(),
            (false, None) => UNKNOWN.to_owned(),
        };
        vec![
            if line.control { format!("○ {what}") } else { what },
            format!("{} of {}", format::count(line.exposed_events), format::count(line.exposed)),
            format!("{} of {}", format::count(line.unexposed_events), format::count(line.unexposed)),
            ratio(line.crude_ratio),
            ratio(line.ratio),
            hidden,
        ]
    };
    Table {
        caption: listed(
            of.contrasts.len(),
            LISTED,
            "comparisons of accounts that met a failure with those that did not",
            "tables/exposure.csv",
        ),
        columns: vec![
            Column { definition: "exposure", ..text("Outcome") },
            number("Exposed"),
            number("Not exposed"),
            number("Crude ratio (95 %)"),
            figure("Like with like (95 %)", "exposure"),
            Column { definition: "e_value", ..text("Hidden causes") },
        ],
        rows: of.contrasts.iter().take(LISTED).map(row).collect(),
    }
}

fn excludes_one(ratio: Option<EstimateLine>) -> bool {
    ratio.is_some_and(|ratio| ratio.low > 1.0 || ratio.high.is_some_and(|high| high < 1.0))
}
