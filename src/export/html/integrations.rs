//! The section of the page on integrations: what broke and who knew, what vendors change, who left, and what it costs.
//!
//! Every part is sentences, charts and tables of text, so that the template only sets them; customer text is escaped there.

use serde::Serialize;

use super::ChartView;
use crate::chart::Chart;
use crate::config::Layer;
use crate::export::tables::integrations::{churn_kind, detector, standing};
use crate::integrations::{ChurnKind, Standing};
use crate::report::{
    CalendarLine, ChurnLine, ContrastLine, DetectionLine, DurationsLine, EstimateLine, FailureLine, IntegrationLine,
    IntegrationsSection, LayerMoveLine, Report, VendorLine, decimal_with_interval, percent_with_interval,
    ratio_with_interval,
};
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

    /// One failure from its first day to what it cost.
    fn story(&self) -> Option<Part<'a>> {
        let story = self.of.story.as_ref()?;
        let lost = story.events.iter().filter(|event| event.arr.is_some() || event.sentence.contains(" left")).count();
        let lost = story.lost_arr.map_or_else(String::new, |arr| {
            let accounts = format::counted(lost as u64, "account");
            format!(" {accounts} that rested on it left, with {} of ARR.", format::money(arr, &self.report.currency))
        });
        let sentence = format!(
            "{} was broken for up to {} at a time; {} account-hours passed before anybody of ours knew.{lost}",
            story.name,
            format::counted(story.accounts, "account"),
            hours(story.dark_hours)
        );
        let events = story.events.iter().map(|event| (day(&event.at), event.sentence.clone()));
        let charts = self.chart("story");
        // The chart says it all in its own words.
        let (events, sentences) =
            if charts.is_empty() { (events.collect(), vec![sentence]) } else { (Vec::new(), Vec::new()) };
        Some(Part {
            events,
            charts,
            ..part("story", "One failure, from the first day to what it cost".into(), sentences)
        })
    }

    /// Integrations by what to expect of them.
    fn reliability(&self) -> Option<Part<'a>> {
        let lines = &self.of.lines;
        let known = lines.iter().any(|line| line.reliability.is_some() || line.detection.is_some());
        if !known {
            return None;
        }
        let judged = |wanted: Standing| {
            let of = lines.iter().filter_map(|line| line.reliability.as_ref());
            of.filter(|of| of.standing == wanted).count() as u64
        };
        let sentence = format!(
            "{} of {} integrations with runs surely miss their target, {} surely meet it; of the others the runs are too few to say. They stand by the broken account-hours to expect in the next quarter.",
            judged(Standing::Misses),
            lines.iter().filter(|line| line.reliability.is_some()).count(),
            judged(Standing::Meets)
        );
        let table = Table {
            caption: listed(lines.len(), LISTED, "integrations", "tables/integrations.csv"),
            columns: vec![
                text("Integration"),
                text("Verdict"),
                number("Accounts"),
                figure("Reliability (95 %)", "reliability"),
                Column { class: "i", ..text("Against target") },
                figure("Broken hours to expect", "expected_broken_hours"),
                figure("Silent of failures", "silent_rate"),
                figure("Hours to detect", "mttd"),
                figure("to restore", "mttr"),
                figure("Accounts in the dark", "dark_hours"),
                number("their ARR"),
                text("Missing"),
            ],
            rows: lines.iter().take(LISTED).map(|line| self.integration(line)).collect(),
        };
        Some(Part {
            charts: self.chart("reliability-against-use"),
            tables: vec![table],
            ..part("reliability", "Reliability".into(), vec![sentence])
        })
    }

    fn integration(&self, line: &IntegrationLine) -> Vec<String> {
        let of = line.reliability.as_ref();
        let found = line.detection.as_ref();
        let with = |show: &dyn Fn(&DetectionLine) -> String| found.map_or_else(unknown, show);
        let missing = [
            (line.no_monitor == Some(true), "no monitor"),
            (line.no_owner, "no owner"),
            (line.no_automated_recovery == Some(true), "no automated recovery"),
        ];
        let missing: Vec<&str> = missing.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
        vec![
            line.name.clone(),
            line.verdict.to_owned(),
            count(line.active_accounts),
            of.map_or_else(unknown, |of| fine_percent(&of.score)),
            of.map_or_else(unknown, |of| {
                format!("{} {} {}", sign(of.standing), standing(of.standing), format::percent(of.target))
            }),
            of.map_or_else(unknown, |of| hours(of.expected_broken_hours.point)),
            with(&|found| format!("{} of {}", found.silent, found.failures)),
            with(&|found| median(&found.detect)),
            with(&|found| median(&found.restore)),
            with(&|found| count(found.accounts_in_the_dark)),
            with(&|found| self.money(found.arr_in_the_dark)),
            missing.join(", "),
        ]
    }

    /// Who saw it first, and how long that took.
    fn failures(&self) -> Option<Part<'a>> {
        let worst = &self.of.failures;
        if worst.is_empty() {
            return None;
        }
        let by = |name: &str| worst.iter().filter(|line| line.detected_by.map(detector) == Some(name)).count();
        let nobody = worst.iter().filter(|line| line.detected_at.is_none()).count();
        let not_said = worst.iter().filter(|line| line.detected_at.is_some() && line.detected_by.is_none()).count();
        let sentences = vec![
            format!(
                "Of {} that began in the period, {} were first seen by a monitor, {} by a customer, {} by one of ours, {} by the vendor, {} by nobody; of {} the data do not say who.",
                format::counted(worst.len() as u64, "failure"),
                by("monitor"),
                by("customer"),
                by("employee"),
                by("vendor"),
                nobody,
                not_said
            ),
            "MTTR is used of two times, so both are given: to restore, from the onset to the end, and to repair, from the first sign to the end. The onset is known to an interval only, between the last good run and the first bad one.".into(),
        ];
        let table = Table {
            caption: listed(
                worst.len(),
                SHORT,
                "failures, those with most account-hours in the dark first",
                "tables/failures.csv",
            ),
            columns: vec![
                text("Integration"),
                text("Began between"),
                Column { class: "i", ..text("First seen") },
                text("by"),
                Column { class: "i", ..text("Over") },
                number("Accounts"),
                figure("Hours in the dark", "dark_hours"),
                number("Hours broken"),
                text("Error"),
                text("Incident, tickets"),
            ],
            rows: worst.iter().take(SHORT).map(failure).collect(),
        };
        Some(Part {
            charts: self.chart("detection-gap"),
            tables: vec![table],
            ..part("detection", "Who knew, and when".into(), sentences)
        })
    }

    /// The three layers, what a move would do, and recurring errors.
    fn layers(&self) -> Option<Part<'a>> {
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
                line.cost_per_contact.map_or_else(unknown, |cost| decimal_with_interval(&cost)),
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
            hours(of.contacts),
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

    /// What vendors change and will change.
    fn vendors(&self) -> Option<Part<'a>> {
        let (calendar, vendors) = (&self.of.calendar, &self.of.vendors);
        if calendar.is_empty() && vendors.is_empty() {
            return None;
        }
        let mut sentences: Vec<String> = self
            .of
            .collisions
            .iter()
            .map(|of| {
                let owner = of.owner.as_deref().unwrap_or("nobody");
                format!("In {} {owner} would have to follow {} changes at once.", of.month, of.entries.len())
            })
            .collect();
        sentences.truncate(SHORT);
        let coming = Table {
            caption: listed(calendar.len(), LISTED, "dated and undated changes to come", "tables/api_calendar.csv"),
            columns: vec![
                Column { definition: "api_calendar", ..text("On") },
                number("Days left"),
                text("Vendor"),
                text("What"),
                text("Kind"),
                text("Integrations"),
                number("Accounts"),
                number("ARR"),
                text("Owner"),
            ],
            rows: calendar.iter().take(LISTED).map(|of| self.change(of)).collect(),
        };
        let mut frequent: Vec<&VendorLine> = vendors.iter().collect();
        let expected = |of: &VendorLine| of.next_year.map_or(0.0, |next| next.point);
        frequent.sort_by(|a, b| expected(b).total_cmp(&expected(a)).then_with(|| a.vendor.cmp(&b.vendor)));
        let past = Table {
            caption: listed(
                vendors.len(),
                SHORT,
                "vendors, those with most breaking changes to expect first",
                "tables/vendors.csv",
            ),
            columns: vec![
                text("Vendor"),
                figure("Breaking changes a year (95 %)", "volatility"),
                number("Next year (80 %)"),
                number("Seen"),
                number("Notice, days (median)"),
                number("Worst"),
                number("Unannounced"),
                figure("Hours a change", "expected_change_hours"),
                number("Hours next year"),
            ],
            rows: frequent.into_iter().take(SHORT).map(vendor).collect(),
        };
        let tables = [coming, past].into_iter().filter(|table| !table.rows.is_empty());
        Some(Part {
            charts: self.chart("api-calendar"),
            tables: tables.collect(),
            ..part("vendors", "What vendors change".into(), sentences)
        })
    }

    fn change(&self, of: &CalendarLine) -> Vec<String> {
        let on = of.effective_on.map(|day| day.to_string());
        let version = of.effective_version.as_ref().map(|version| format!("version {version}"));
        let what = [&of.api, &of.title].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(": ");
        let kind = of.change.as_deref().unwrap_or(UNKNOWN);
        vec![
            on.or(version).unwrap_or_else(|| "no day named".into()),
            of.days_left.map_or_else(unknown, |days| days.to_string()),
            of.vendor.clone(),
            what,
            if of.breaking == Some(true) { format!("▼ {kind}, breaking") } else { kind.to_owned() },
            self.names(&of.capabilities),
            count(of.accounts),
            self.money(of.arr),
            match (of.owners.is_empty(), of.unowned) {
                (true, _) => "? nobody".into(),
                (false, true) => format!("{}; ? nobody for some", of.owners.join(", ")),
                (false, false) => of.owners.join(", "),
            },
        ]
    }

    /// Who left, and whether it had to do with what was broken.
    fn churn(&self) -> Option<Part<'a>> {
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
                "From {from} to {last} {} left: {} functional (an integration that carried their work was broken before), {} emotional (use had faded), {} for other reasons.",
                format::counted(of.churned.len() as u64, "account"),
                arr(ChurnKind::Functional),
                arr(ChurnKind::Emotional),
                arr(ChurnKind::Other)
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
                    line.broken_hours.map_or_else(unknown, hours),
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
                text("Left on"),
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

    /// What one more integration takes, and build against procure.
    fn procure(&self) -> Option<Part<'a>> {
        let of = self.of;
        let each = [
            (of.hours_per_integration, "hours of run work"),
            (of.contacts_per_integration, "contacts"),
            (of.changes_per_integration, "breaking vendor changes"),
        ];
        let mut takes: Vec<String> = each
            .iter()
            .filter_map(|(known, what)| Some(format!("{} {what}", decimal_with_interval(known.as_ref()?))))
            .collect();
        takes.extend(
            of.cost_per_integration
                .map(|cost| format!("{} {} of run cost", decimal_with_interval(&cost), self.report.currency)),
        );
        let mut sentences = Vec::new();
        if let Some(last) = of.surface.last().filter(|last| last.integrations > 0) {
            let auth = last.auth_schemes.map_or_else(String::new, |schemes| {
                format!(" and {}", format::counted(schemes, "way") + " of authentication")
            });
            sentences.push(format!(
                "In {} {} with {}{auth} were on offer, {} of them used.",
                last.month,
                format::counted(last.integrations, "integration"),
                format::counted(last.vendors, "vendor"),
                last.used
            ));
        }
        if !takes.is_empty() {
            sentences.push(format!(
                "The median integration takes in a year {}: what one more would cost.",
                takes.join(", ")
            ));
        }
        let mut priced: Vec<&IntegrationLine> = of.lines.iter().filter(|line| line.platform_price.is_some()).collect();
        priced.sort_by(|a, b| b.procure_saves.cmp(&a.procure_saves).then_with(|| a.id.cmp(&b.id)));
        let row = |line: &&IntegrationLine| {
            let ends = line
                .break_even_interval
                .map_or_else(unknown, |ends| format!("{} to {}", self.money(Some(ends.low)), self.money(ends.high)));
            vec![
                line.name.clone(),
                self.money(line.break_even_price),
                ends,
                self.money(line.platform_price),
                self.money(line.procure_saves),
            ]
        };
        let table = Table {
            caption: listed(priced.len(), LISTED, "integrations with a price of a platform", "tables/integrations.csv"),
            columns: vec![
                text("Integration"),
                figure("Break-even price a year", "break_even_price"),
                number("95 %"),
                number("Platform"),
                number("Procuring saves"),
            ],
            rows: priced.iter().take(LISTED).map(row).collect(),
        };
        let tables: Vec<Table> = Some(table).filter(|table| !table.rows.is_empty()).into_iter().collect();
        (!sentences.is_empty() || !tables.is_empty())
            .then(|| Part { tables, ..part("build-or-procure", "One more, or procured".into(), sentences) })
    }
}

fn part<'a>(id: &'static str, title: String, sentences: Vec<String>) -> Part<'a> {
    Part { id, title, sentences, events: Vec::new(), charts: Vec::new(), tables: Vec::new() }
}

fn failure(line: &FailureLine) -> Vec<String> {
    let told = line.incident.iter().cloned().chain(line.tickets.iter().take(3).map(|ticket| format!("#{ticket}")));
    let more = line.tickets.len().saturating_sub(3);
    let mut told: Vec<String> = told.collect();
    told.extend((more > 0).then(|| format!("{more} more")));
    vec![
        line.name.clone(),
        if day(&line.began_earliest) == day(&line.began_latest) {
            day(&line.began_earliest)
        } else {
            format!("{} and {}", day(&line.began_earliest), day(&line.began_latest))
        },
        line.detected_at.as_deref().map_or_else(|| "never".into(), day),
        line.detected_by.map_or_else(unknown, |by| detector(by).to_owned()),
        line.resolved_at.as_deref().map_or_else(|| "still open".into(), day),
        count(line.accounts),
        hours(line.dark_hours),
        hours(line.broken_hours),
        line.error.clone().unwrap_or_else(unknown),
        told.join(", "),
    ]
}

fn vendor(of: &VendorLine) -> Vec<String> {
    let decimals = |known: Option<EstimateLine>| known.map_or_else(unknown, |known| decimal_with_interval(&known));
    let point = |known: Option<EstimateLine>| known.map_or_else(unknown, |known| format::decimal(known.point));
    vec![
        of.vendor.clone(),
        decimals(of.breaking_per_year),
        decimals(of.next_year),
        format!("{} in {} years", of.breaking, format::decimal(of.years)),
        point(of.notice_days),
        of.worst_notice_days.map_or_else(unknown, |days| days.to_string()),
        percent(of.unannounced),
        of.hours_per_change.map_or_else(unknown, |hours| {
            format!("{}{}", format::decimal(hours.point), if of.hours_are_own { "" } else { ", of all vendors" })
        }),
        decimals(of.expected_hours),
    ]
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

/// Hours as people read them: whole ones from ten on.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and far below 2^53")]
fn hours(hours: f64) -> String {
    if hours < 10.0 { format::decimal(hours) } else { format::count(hours.round() as u64) }
}

/// A share near 1 with the digits that tell it from 1.
fn fine_percent(share: &EstimateLine) -> String {
    let fine = |share: f64| format!("{:.2}", 100.0 * share);
    match share.high {
        Some(high) => format!("{}\u{202f}% ({}–{}\u{202f}%)", fine(share.point), fine(share.low), fine(high)),
        None => format!("{}\u{202f}%", fine(share.point)),
    }
}

fn median(times: &DurationsLine) -> String {
    times.median.map_or_else(unknown, |median| format!("{} (n = {})", hours(median.point), times.n))
}

/// The day of a moment.
fn day(moment: &str) -> String {
    moment.chars().take(10).collect()
}

fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Meets => "▲",
        Standing::Misses => "▼",
        Standing::Undecided => "?",
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
