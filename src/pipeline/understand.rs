//! The first half of the road: read, settle the period, map, roll up, triage, attribute, measure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Error, Request, decision_settings};
use crate::attribute::{Allocation, Catalogue, Costs, Ledger, LedgerInput, RateBook, TriagedTickets, triage_tickets};
use crate::config::{Settings, Stage};
use crate::decide::{self, Decisions};
use crate::diag::{Code, Findings, Place};
use crate::ingest::{self, MoneySettings, Progress, Read};
use crate::integrations::{self, IntegrationSettings, Integrations, LeftOut};
use crate::metrics::{self, CostSources, Evidence, Facts, MetricSettings, Signs};
use crate::rollup::{self, Rollup, Spans};
use crate::tables::rows::{
    Account, ApiChange, BaseTotal, CatalogueLine, Change, Charge, Commitment, Incident, KnownFinding, Release, Run,
    Ticket, UsageTotal, WorkItem,
};
use crate::tables::{Later, TableId, Tables};
use crate::units::{Month, Period, PeriodError, Share};

/// Everything that reading, mapping and counting gave.
pub(super) struct Known {
    pub read: Read,
    pub catalogue: Catalogue,
    pub rollup: Rollup,
    pub ledger: Ledger,
    pub spans: Spans,
    pub rows: Rows,
    /// The other ways of allocating cost under which the ledger could differ.
    pub alternatives: Vec<Allocation>,
    triaged: TriagedTickets,
    /// What was not known on the as-of date.
    pub later: Later,
    /// Runs and vendor changes that no figure can use.
    pub left_out: LeftOut,
    /// Use in the period by capability: what cost is shared by where the settings ask for it.
    usage: Vec<f64>,
}

/// The typed rows of the small tables.
pub(super) struct Rows {
    pub accounts: Vec<Account>,
    pub tickets: Vec<Ticket>,
    work_items: Vec<WorkItem>,
    charges: Vec<Charge>,
    incidents: Option<Vec<Incident>>,
    runs: Option<Vec<Run>>,
    api_changes: Option<Vec<ApiChange>>,
    releases: Option<Vec<Release>>,
    changes: Option<Vec<Change>>,
    findings: Option<Vec<KnownFinding>>,
    commitments: Vec<Commitment>,
    usage_totals: Vec<UsageTotal>,
    base_totals: Vec<BaseTotal>,
}

impl Rows {
    fn of(tables: &Tables) -> Self {
        Self {
            accounts: Account::all(tables),
            tickets: Ticket::all(tables),
            work_items: WorkItem::all(tables),
            charges: Charge::all(tables),
            incidents: tables.has(TableId::Incidents).then(|| Incident::all(tables)),
            runs: tables.has(TableId::Runs).then(|| Run::all(tables)),
            api_changes: tables.has(TableId::ApiChanges).then(|| ApiChange::all(tables)),
            releases: tables.has(TableId::Releases).then(|| Release::all(tables)),
            changes: tables.has(TableId::Changes).then(|| Change::all(tables)),
            findings: tables.has(TableId::Findings).then(|| KnownFinding::all(tables)),
            commitments: Commitment::all(tables),
            usage_totals: UsageTotal::all(tables),
            base_totals: BaseTotal::all(tables),
        }
    }
}

/// Whether the rows of usage are kept when they have been counted: they are most of the memory of a large company, and only
/// an explanation comes back to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawUsage {
    Keep,
    LetGo,
}

/// Reads the inputs and understands them.
pub(super) fn understand(request: &Request, raw_usage: RawUsage, progress: &dyn Progress) -> Result<Known, Error> {
    let settings = &request.settings;
    let money = MoneySettings {
        report_currency: &settings.currency,
        fx: &settings.fx,
        as_of: request.as_of.or(settings.as_of),
    };
    let mut read = ingest::read(&request.root, &settings.input, &money, progress)?;
    let as_of = request.as_of.or(settings.as_of).unwrap_or(request.today);
    let later = forget_after(&mut read, as_of)?;
    let (tables, findings) = (&read.tables, &mut read.findings);
    let spans = settle_period(request, as_of, tables, findings)?;
    let names = rollup::usage_names(tables)?;
    let catalogue = Catalogue::build(
        &CatalogueLine::all(tables),
        &settings.map,
        &settings.catalogue,
        names.iter().map(String::as_str),
        findings,
    );
    let events = rollup::Events::read(tables, &catalogue, &spans)?;
    let rows = Rows::of(tables);
    if raw_usage == RawUsage::LetGo {
        read.tables.let_go(TableId::UsageEvents);
    }
    let rollup = events.roll_up(&spans);
    let usage = use_by_capability(&catalogue, &rollup, &rows.usage_totals, &spans);
    let triaged = triage_tickets(&catalogue, &rows.tickets, spans.as_of, &settings.triage);
    let left_out = LeftOut::of(
        &catalogue,
        rows.runs.as_deref().unwrap_or_default(),
        rows.api_changes.as_deref().unwrap_or_default(),
        spans.as_of,
    );
    let mut known = Known {
        later,
        left_out,
        read,
        catalogue,
        rollup,
        ledger: Ledger::default(),
        spans,
        rows,
        triaged,
        usage,
        alternatives: Vec::new(),
    };
    let (costs, configured) = (known.costs(settings), Allocation::of(&settings.cost));
    (known.ledger, known.alternatives) = (costs.ledger(configured), costs.alternatives(configured));
    known.find_trouble(settings);
    Ok(known)
}

impl Known {
    /// Every cost row, read, priced and placed.
    pub fn costs<'a>(&'a self, settings: &'a Settings) -> Costs<'a> {
        Costs::gather(&LedgerInput {
            catalogue: &self.catalogue,
            tickets: &self.rows.tickets,
            work_items: &self.rows.work_items,
            charges: &self.rows.charges,
            incidents: self.rows.incidents.as_deref().unwrap_or_default(),
            proposals: &self.triaged.placements,
            rates: RateBook::of(settings),
            work_rules: &settings.work,
            settings: &settings.cost,
            usage: &self.usage,
        })
    }

    /// What names and cost rows are found to be wanting.
    fn find_trouble(&mut self, settings: &Settings) {
        let files: Vec<&str> = self.read.inputs.iter().map(|input| input.path.as_str()).collect();
        let findings = &mut self.read.findings;
        self.ledger.report(&files, findings);
        for id in settings.cost.share_weights.keys().filter(|id| !self.catalogue.has(id)) {
            let expected = "the id of a capability (cost.share_weights)".to_owned();
            findings.add(Code::UnknownTarget, Place { found: id.clone(), expected, ..Place::default() });
        }
        for id in settings.assume.iter().map(|own| &own.capability).filter(|id| !self.catalogue.has(id)) {
            let expected = "the id of a capability ([[assume]])".to_owned();
            findings.add(Code::UnknownTarget, Place { found: id.clone(), expected, ..Place::default() });
        }
        let of_plan = settings.plan.classes.keys().map(|id| (id, "plan.classes"));
        let of_plan = of_plan.chain(settings.plan.demand.iter().map(|demand| (&demand.capability, "[[plan.demand]]")));
        for (id, key) in of_plan.filter(|(id, _)| !self.catalogue.has(id)) {
            let expected = format!("the id of a capability ({key})");
            findings.add(Code::UnknownTarget, Place { found: id.clone(), expected, ..Place::default() });
        }
        let owners: BTreeSet<&str> =
            self.catalogue.capabilities().iter().filter_map(|of| of.owner.as_deref()).collect();
        for team in settings.plan.team_hours.keys().filter(|team| !owners.contains(team.as_str())) {
            let expected = "the owner of a capability (plan.team_hours)".to_owned();
            findings.add(Code::UnknownTarget, Place { found: team.clone(), expected, ..Place::default() });
        }
        let of_others = self.left_out.unmapped.iter().map(|((_, name), rows)| (name, rows));
        for (name, rows) in self.rollup.unmapped.iter().chain(of_others) {
            let expected = "the id or name of a capability, or a [[map]] rule".to_owned();
            findings.add_many(Code::UnmappedName, *rows, Place { found: name.clone(), expected, ..Place::default() });
        }
    }

    /// What the metrics are computed from, with a ledger of one's choice.
    pub fn evidence<'a>(&'a self, ledger: &'a Ledger) -> Evidence<'a> {
        let tables = &self.read.tables;
        let has = |table| tables.has(table);
        Evidence {
            catalogue: &self.catalogue,
            rollup: &self.rollup,
            ledger,
            tickets: &self.rows.tickets,
            incidents: self.rows.incidents.as_deref(),
            runs: self.rows.runs.as_deref(),
            sources: CostSources::of(ledger, has(TableId::Tickets), has(TableId::WorkItems), has(TableId::Charges)),
            accounts: &self.rows.accounts,
            commitments: &self.rows.commitments,
            usage_totals: &self.rows.usage_totals,
            base_totals: &self.rows.base_totals,
            signs: Signs {
                releases: self.rows.releases.as_deref(),
                changes: self.rows.changes.as_deref(),
                findings: self.rows.findings.as_deref(),
                api_changes: self.rows.api_changes.as_deref(),
                work_items: has(TableId::WorkItems).then_some(self.rows.work_items.as_slice()),
            },
            spans: &self.spans,
        }
    }

    /// The metrics of every capability.
    pub fn measure(&mut self, settings: &Settings) -> Facts {
        let mut findings = Findings::default();
        let facts = metrics::measure(self.evidence(&self.ledger), metric_settings(settings), &mut findings);
        let least = settings.guards.min_base_accounts;
        if facts.base.accounts < u64::from(least) {
            let found = format!("{} accounts", facts.base.accounts);
            let expected = format!("at least {least} (guards.min_base_accounts)");
            findings.add(Code::SmallBase, Place { found, expected, ..Place::default() });
        }
        report_dependencies(&facts, &mut findings);
        self.read.findings.merge(findings);
        facts
    }

    /// What is known of integrations.
    pub fn assess(&self, settings: &Settings, facts: &Facts) -> Integrations {
        let evidence = integrations::Evidence {
            catalogue: &self.catalogue,
            rollup: &self.rollup,
            ledger: &self.ledger,
            facts,
            accounts: &self.rows.accounts,
            tickets: &self.rows.tickets,
            work_items: &self.rows.work_items,
            incidents: self.rows.incidents.as_deref(),
            runs: self.rows.runs.as_deref(),
            api_changes: self.rows.api_changes.as_deref(),
            spans: &self.spans,
        };
        let settings = IntegrationSettings {
            reliability: &settings.reliability,
            layers: &settings.layers,
            volatility: &settings.volatility,
            churn: &settings.churn,
            procure: &settings.procure,
            engineering_hour: settings.rates.engineering_hour,
        };
        integrations::assess(evidence, settings)
    }

    /// The metrics, what is known of integrations, and what follows from both.
    pub fn decide(&mut self, settings: &Settings) -> (Facts, Integrations, Decisions) {
        let facts = self.measure(settings);
        let integrations = self.assess(settings, &facts);
        let decisions = decide::decide(&facts, &integrations, decision_settings(settings));
        (facts, integrations, decisions)
    }

    /// What triage made of the tickets without a label; `None` without tickets.
    pub fn triaged(&self) -> Option<&TriagedTickets> {
        Some(&self.triaged).filter(|_| !self.rows.tickets.is_empty())
    }
}

/// Takes out what was not known on the as-of date, and counts it; gives it back, for who looks at what came of it.
fn forget_after(read: &mut Read, as_of: NaiveDate) -> Result<Later, Error> {
    let later = read.tables.forget_after(as_of).map_err(rollup::RollupError::from)?;
    for (table, rows) in later.rows() {
        let found = format!("rows of {}", table.name());
        read.findings.add_many(Code::AfterAsOf, rows, Place { found, ..Place::default() });
    }
    Ok(later)
}

/// Ids in `depends_on` that are none, and capabilities that need each other.
fn report_dependencies(facts: &Facts, findings: &mut Findings) {
    let graph = decide::graph(facts);
    let id = |index: &usize| facts.capabilities[*index].capability.id.clone();
    for (index, name) in &graph.unknown {
        let expected = format!("the id of a capability in the catalogue (depends_on of {})", id(index));
        findings.add(Code::UnknownTarget, Place { found: name.clone(), expected, ..Place::default() });
    }
    for cycle in &graph.cycles {
        let found = cycle.iter().chain(cycle.first()).map(id).collect::<Vec<_>>().join(", ");
        let expected = "capabilities of which one can go before the other".to_owned();
        findings.add(Code::DependencyCycle, Place { found, expected, ..Place::default() });
    }
}

/// What shapes the metrics.
pub(super) fn metric_settings(settings: &Settings) -> MetricSettings<'_> {
    MetricSettings {
        adoption: &settings.adoption,
        overlap: &settings.overlap,
        cost: &settings.cost,
        rare_below: settings.rule.rare_below,
        co_use_from: settings.decision.co_use_from,
        seed: settings.seed,
    }
}

/// Use in the period up to the as-of date by capability, in active days of accounts, of counts in active accounts: what cost
/// is shared by where the settings ask for it. What was only shown is no use.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn use_by_capability(catalogue: &Catalogue, rollup: &Rollup, totals: &[UsageTotal], spans: &Spans) -> Vec<f64> {
    let mut used = vec![0.0; catalogue.capabilities().len()];
    for cell in &rollup.period {
        used[cell.capability] += cell.measures.active_days as f64;
    }
    if rollup.rows == 0 {
        for total in totals {
            let (Some(month), Some(name), Some(accounts)) = (total.month, &total.capability, total.active_accounts)
            else {
                continue;
            };
            let is_in = spans.period.contains(month) && month <= spans.as_of;
            let Some((reached, Stage::Attempted)) = catalogue.usage(name).filter(|_| is_in) else { continue };
            for capability in reached {
                used[capability] += accounts as f64;
            }
        }
    }
    used
}

/// The period: as asked, as configured, else the last complete quarter that holds usage; see [`default_period`].
fn settle_period(
    request: &Request,
    as_of: NaiveDate,
    tables: &Tables,
    findings: &mut Findings,
) -> Result<Spans, Error> {
    let configured = request.settings.period.as_deref().map(str::parse).transpose();
    let configured = configured.map_err(|error: PeriodError| Error::Settings(error.to_string()))?;
    let days = rollup::usage_days(tables)?;
    let last_day = days.iter().copied().filter(|day| *day <= as_of).max();
    let period = match request.period.clone().or(configured) {
        Some(period) => period,
        None => default_period(as_of, &days, findings),
    };
    let covered = last_day.is_some_and(|day| (period.end() - day).num_days() <= COVERED_WITHIN_DAYS);
    if let (Some(last), false) = (last_day, covered) {
        let found = format!("last usage on {last}");
        let expected = format!("usage up to the end of {}", period.label());
        findings.add(Code::PeriodNotCovered, Place { found, expected, ..Place::default() });
    }
    Ok(Spans { previous: period.previous(), period, as_of })
}

/// Usage may end this many days before the period does and still cover it: weekends and late exports.
const COVERED_WITHIN_DAYS: i64 = 8;

/// The last complete quarter that holds usage. Where none does, because the usage began after it, the last month that does: one
/// that is over if there is one, else the running one, as of a single snapshot.
fn default_period(as_of: NaiveDate, days: &[NaiveDate], findings: &mut Findings) -> Period {
    let latest = Period::last_complete_quarter(as_of);
    let holds_usage = |period: &Period| days.iter().any(|day| period.contains(*day));
    let earliest = days.first().copied().unwrap_or(as_of);
    let quarters = std::iter::successors(Some(latest.clone()), |quarter| Some(quarter.previous()));
    let found = quarters.take_while(|quarter| quarter.end() > earliest).find(holds_usage);
    match found.or_else(|| month_with_usage(as_of, days)) {
        Some(period) if period != latest => {
            let (found, expected) = (period.label().to_owned(), latest.label().to_owned());
            findings.add(Code::PeriodMoved, Place { found, expected, ..Place::default() });
            period
        }
        _ => latest,
    }
}

fn month_with_usage(as_of: NaiveDate, days: &[NaiveDate]) -> Option<Period> {
    let begun = || days.iter().rev().map(|day| Month::of(*day)).filter(|month| month.first_day() <= as_of);
    let is_over = |month: &Month| month.plus(1).first_day().pred_opt().is_some_and(|last| last <= as_of);
    begun().find(is_over).or_else(|| begun().next())?.to_string().parse().ok()
}

/// Data that no honest report can be made of.
pub(super) fn refuse_bad_data(request: &Request, known: &Known) -> Result<(), Error> {
    let limit = request.settings.quality.max_quarantined;
    for input in &known.read.inputs {
        #[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
        let share = Share::of(input.quarantined as f64, input.read as f64).map_or(0.0, Share::value);
        if share > limit {
            return Err(Error::Data(format!(
                "{}: {} of {} rows could not be read, more than quality.max_quarantined = {limit} allows; `deadhead check` lists them with their reasons",
                input.path, input.quarantined, input.read
            )));
        }
    }
    let rates = known.read.findings.list().into_iter().find(|finding| finding.code == Code::UnknownCurrency);
    if let Some(finding) = rates
        && let Some(place) = finding.examples.first()
    {
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        return Err(Error::Data(format!(
            "{} amounts could not be converted: `{}`{line} wants {}",
            finding.count, place.file, place.expected
        )));
    }
    let tables = &known.read.tables;
    if !tables.has(TableId::UsageEvents) && !tables.has(TableId::UsageTotals) {
        return Err(Error::Data(
            "there is no usage to judge by: give `usage_events`, or `usage_totals` with `base_totals`, at least one row".into(),
        ));
    }
    let mapped = !known.rollup.ever.is_empty() || tables.has(TableId::UsageTotals);
    if !mapped || known.catalogue.capabilities().is_empty() {
        let names: Vec<&str> = known.rollup.unmapped.keys().take(5).map(String::as_str).collect();
        return Err(Error::Data(format!(
            "no name in the usage data maps to a capability (found: {}); add [[map]] rules, or lines to the catalogue",
            names.join(", ")
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::CapabilityKind;
    use crate::config::{CatalogueSettings, MapRule, MatchKind, Stage, Unlisted};

    #[test]
    fn without_a_setting_the_period_is_the_last_that_holds_usage() {
        for (as_of, days, expected, is_moved) in [
            ("2026-08-15", ["2026-04-01", "2026-08-01"].as_slice(), "2026-Q2", false),
            ("2026-08-15", &["2025-12-31", "2026-08-01"], "2025-Q4", true),
            ("2026-09-30", &["2026-08-01"], "2026-Q3", false),
            // Usage that began in the running quarter: its last month that is over, else the running one.
            ("2026-09-15", &["2026-07-09", "2026-08-09", "2026-09-01"], "2026-08", true),
            ("2026-08-31", &["2026-08-09"], "2026-08", true),
            // Counts of a month stand under its last day.
            ("2026-08-15", &["2026-08-31"], "2026-08", true),
            ("2026-08-15", &["2026-09-30"], "2026-Q2", false),
            ("2026-08-15", &[], "2026-Q2", false),
        ] {
            let days: Vec<NaiveDate> = days.iter().map(|day| day.parse().unwrap()).collect();
            let mut findings = Findings::default();
            let found = default_period(as_of.parse().unwrap(), &days, &mut findings);
            assert_eq!((found.label(), findings.list().len()), (expected, usize::from(is_moved)), "{as_of} {days:?}");
        }
    }

    #[test]
    fn what_is_only_shown_or_not_yet_over_is_no_use_to_share_cost_by() {
        let shown = MapRule { stage: Stage::Exposed, ..MapRule::new(MatchKind::Exact, "a banner", "a") };
        let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
        let mut findings = Findings::default();
        let catalogue = Catalogue::build(&[], &[shown], &own, ["a"].into_iter(), &mut findings);
        let period: Period = "2026-Q3".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: "2026-08-31".parse().unwrap() };
        let total = |month: &str, name: &str, accounts| UsageTotal {
            month: month.parse().ok(),
            capability: Some(name.into()),
            active_accounts: Some(accounts),
            ..UsageTotal::default()
        };
        let totals = [
            total("2026-06-01", "a", 1),
            total("2026-07-01", "a", 2),
            total("2026-08-01", "a banner", 4),
            total("2026-09-01", "a", 8),
        ];
        let used = use_by_capability(&catalogue, &Rollup::default(), &totals, &spans);
        assert!(used.len() == 1 && (used[0] - 2.0).abs() < 1e-12, "{used:?}");
    }
}
