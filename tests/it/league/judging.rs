//! Rules that name features for removal, and how they fare on companies whose truth is known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use deadhead::attribute::{Catalogue, Ledger};
use deadhead::config::{self, CatalogueSettings, Settings, Unlisted};
use deadhead::decide::{DecisionSettings, Line, Verdict, decide};
use deadhead::diag::Findings;
use deadhead::integrations::Integrations;
use deadhead::metrics::{CostSources, Evidence, MetricSettings, measure};
use deadhead::rollup::{Spans, roll_up};
use deadhead::sample::{FeatureKind, LeagueAccount, LeagueCompany, LeagueFeature, LeagueUse, league_company};
use deadhead::stats;
use deadhead::tables::rows::{Account, CatalogueLine};
use deadhead::tables::{INPUT, LINE, TableId, Tables};
use deadhead::units::{Estimate, Period};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};

/// Customers of the companies.
pub const SIZES: [u32; 3] = [60, 400, 2_000];
/// What a false removal costs in missed ones: removing at P ≥ 0.8 says that one in five may be false.
pub const FALSE_COSTS: f64 = 4.0;
/// What the others must beat.
pub const NOTHING: &str = "remove-nothing";
/// Our rule as it is.
pub const OURS: &str = "ours";
/// The same where the catalogue says no launch dates.
const OURS_UNDATED: &str = "ours-no-launch-dates";
/// The same where logs are kept for nine months only.
const OURS_SHORT: &str = "ours-nine-months-of-logs";
const NINE_MONTHS: u64 = 274;

/// What a rule says of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Take it out.
    Remove,
    /// Leave it.
    Keep,
    /// The evidence does not do.
    Abstain,
}

/// What every rule says of every feature of one company, with the truth.
pub struct Judged {
    pub customers: u32,
    /// Kind, and whether it is needed.
    pub truth: Vec<(FeatureKind, bool)>,
    /// By rule, in the order of the truth.
    pub calls: BTreeMap<String, Vec<Call>>,
}

/// Days without any use after which a feature is called stale.
pub const STALE_AFTER: [u64; 6] = [7, 14, 30, 40, 60, 90];

/// Every rule on so many companies of each size, in the order of sizes and seeds. One thread for each core: what a company gives
/// depends on nothing but its size and seed.
pub fn league(seeds: u64) -> Vec<Judged> {
    let companies: Vec<(u32, u64)> = SIZES.iter().flat_map(|&size| (0..seeds).map(move |seed| (size, seed))).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut judged: Vec<(usize, Judged)> = std::thread::scope(|scope| {
        let share = |first: usize| {
            let own = companies.iter().enumerate().skip(first).step_by(threads);
            scope.spawn(move || own.map(|(place, &(size, seed))| (place, self::judged(size, seed))).collect::<Vec<_>>())
        };
        let started: Vec<_> = (0..threads).map(share).collect();
        started.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    judged.sort_by_key(|(place, _)| *place);
    judged.into_iter().map(|(_, judged)| judged).collect()
}

/// The names of the rules, in the order of the table.
pub fn rules() -> Vec<String> {
    let stale = STALE_AFTER.iter().map(|days| stale_name(*days));
    let rare = [30, 90].iter().map(|days| rare_name(*days));
    stale.chain(rare).chain([NOTHING, OURS, OURS_UNDATED, OURS_SHORT].map(str::to_owned)).collect()
}

/// The rule of so many days without any use.
pub fn stale_name(days: u64) -> String {
    format!("no-use-{days}-days")
}

fn rare_name(days: u64) -> String {
    format!("below-10-percent-{days}-days")
}

/// Every rule on the company of a seed.
pub fn judged(customers: u32, seed: u64) -> Judged {
    let company = league_company(customers, seed);
    let (whole, short) = (Ready::new(&company, None), Ready::new(&company, Some(NINE_MONTHS)));
    let mut calls = BTreeMap::new();
    for days in STALE_AFTER {
        calls.insert(stale_name(days), by_window(&company, days, |active, _| active == 0));
    }
    for days in [30, 90] {
        calls.insert(rare_name(days), by_window(&company, days, |active, base| active * 10 < base));
    }
    calls.insert(NOTHING.to_owned(), vec![Call::Keep; company.features.len()]);
    calls.insert(OURS.to_owned(), whole.judge(true));
    calls.insert(OURS_UNDATED.to_owned(), whole.judge(false));
    calls.insert(OURS_SHORT.to_owned(), short.judge(true));
    let truth = company.features.iter().map(|feature| (feature.kind, feature.is_needed())).collect();
    Judged { customers, truth, calls }
}

/// A rule on the active accounts of the last so many days. What has not been on offer for so long cannot have been idle for so
/// long: it is kept, which is kind to these rules.
fn by_window(company: &LeagueCompany, days: u64, removes: impl Fn(usize, usize) -> bool) -> Vec<Call> {
    let since = company.as_of.checked_sub_days(Days::new(days)).unwrap();
    let customer: Vec<bool> = company.accounts.iter().map(|account| account.is_customer_on(company.as_of)).collect();
    let base = customer.iter().filter(|is| **is).count();
    let mut active = vec![BTreeSet::new(); company.features.len()];
    for row in company.usage.iter().filter(|row| row.day > since && customer[row.account]) {
        active[row.feature].insert(row.account);
    }
    let call = |(feature, active): (&LeagueFeature, &BTreeSet<usize>)| {
        if feature.launched_on <= since && removes(active.len(), base) { Call::Remove } else { Call::Keep }
    };
    company.features.iter().zip(&active).map(call).collect()
}

/// A company as the program takes it: tables, accounts, settings.
pub struct Ready<'a> {
    company: &'a LeagueCompany,
    tables: Tables,
    accounts: Vec<Account>,
    spans: Spans,
    settings: Settings,
}

impl<'a> Ready<'a> {
    /// With the settings as shipped; the period is the last complete quarter, as without any setting. `log_days`: how far
    /// the logs reach back; `None`: two years.
    pub fn new(company: &'a LeagueCompany, log_days: Option<u64>) -> Self {
        let since = log_days.and_then(|days| company.as_of.checked_sub_days(Days::new(days)));
        let account = |account: &LeagueAccount| Account {
            account_id: Some(account.id.clone()),
            segment: Some(account.segment.to_owned()),
            started_on: Some(account.started_on),
            churned_on: account.churned_on,
            ..Account::default()
        };
        let period = Period::last_complete_quarter(company.as_of);
        let mut settings = config::parse("").unwrap();
        // Intervals of cost; no cost is given, and the line does not look at them.
        settings.cost.bootstrap_replicates = 2;
        Self {
            company,
            tables: tables(company, since),
            accounts: company.accounts.iter().map(account).collect(),
            spans: Spans { previous: period.previous(), as_of: company.as_of, period },
            settings,
        }
    }

    /// Rollup, metrics, decision; with or without launch dates in the catalogue.
    pub fn judge(&self, dated: bool) -> Vec<Call> {
        let settings = &self.settings;
        let line = |feature: &LeagueFeature| CatalogueLine {
            id: Some(feature.id.clone()),
            launched_on: Some(feature.launched_on).filter(|_| dated),
            ..CatalogueLine::default()
        };
        let lines: Vec<CatalogueLine> = self.company.features.iter().map(line).collect();
        let own = CatalogueSettings { unlisted: Unlisted::Auto, default_kind: settings.catalogue.default_kind };
        let mut findings = Findings::default();
        let catalogue = Catalogue::build(&lines, &[], &own, std::iter::empty(), &mut findings);
        let rollup = roll_up(&self.tables, &catalogue, &self.spans).unwrap();
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup: &rollup,
            ledger: &Ledger::default(),
            tickets: &[],
            incidents: None,
            runs: None,
            sources: CostSources::default(),
            accounts: &self.accounts,
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: deadhead::metrics::Signs::default(),
            spans: &self.spans,
        };
        let how = MetricSettings {
            adoption: &settings.adoption,
            overlap: &settings.overlap,
            cost: &settings.cost,
            rare_below: settings.rule.rare_below,
            co_use_from: settings.decision.co_use_from,
            seed: settings.seed,
        };
        let facts = measure(evidence, how, &mut findings);
        let decide_by = DecisionSettings {
            rule: &settings.rule,
            guards: &settings.guards,
            policy: &settings.decision,
            assumptions: &settings.assumptions,
            overrides: &settings.assume,
            removal: &settings.removal,
            prior: None,
            engineering_hour: settings.rates.engineering_hour,
            seed: settings.seed,
            currency: &settings.currency,
        };
        let decisions = decide(&facts, &Integrations::default(), decide_by);
        let mut calls = BTreeMap::new();
        for decision in &decisions.ranked {
            let id = facts.capabilities[decision.capability].capability.id.as_str();
            calls.insert(id, call(decision.verdict, decision.line));
        }
        self.company.features.iter().map(|feature| calls[feature.id.as_str()]).collect()
    }
}

/// Remove what surely lies below the line and has no guard before it.
fn call(verdict: Verdict, line: Option<Line>) -> Call {
    match (verdict, line) {
        (Verdict::TooNew | Verdict::InsufficientData, _) => Call::Abstain,
        (Verdict::Protected | Verdict::SegmentCritical | Verdict::Seasonal, _) | (_, Some(Line::Above)) => Call::Keep,
        (_, Some(Line::Below)) => Call::Remove,
        (_, Some(Line::Undecided) | None) => Call::Abstain,
    }
}

fn tables(company: &LeagueCompany, since: Option<NaiveDate>) -> Tables {
    let rows: Vec<&LeagueUse> = company.usage.iter().filter(|row| since.is_none_or(|since| row.day > since)).collect();
    let column = |name: &str, series: Series| -> Column { series.with_name(name.into()).into() };
    let accounts: Vec<&str> = rows.iter().map(|row| company.accounts[row.account].id.as_str()).collect();
    let features: Vec<&str> = rows.iter().map(|row| company.features[row.feature].id.as_str()).collect();
    let nothing: Vec<Option<&str>> = vec![None; rows.len()];
    let moments: Vec<i64> = rows.iter().map(|row| noon(row.day)).collect();
    let kind = TableId::UsageEvents.table().column("ts").unwrap().kind;
    let columns = vec![
        column("ts", Series::new("ts".into(), moments).cast(&kind.dtype()).unwrap()),
        column("account_id", Series::new("a".into(), accounts)),
        column("capability", Series::new("c".into(), features)),
        column("user_id", Series::new("u".into(), nothing.clone())),
        column("count", Series::new("n".into(), vec![1_i64; rows.len()]).cast(&DataType::Int64).unwrap()),
        column("status", Series::new("s".into(), nothing)),
        column(INPUT, Series::new("i".into(), vec![0_u32; rows.len()])),
        column(LINE, Series::new("l".into(), (2..).take(rows.len()).collect::<Vec<u64>>())),
    ];
    let mut tables = Tables::default();
    tables.frames.insert(TableId::UsageEvents, DataFrame::new(rows.len(), columns).unwrap());
    tables
}

fn noon(day: NaiveDate) -> i64 {
    day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp_millis()
}

/// How a rule fared on a part of the companies or of the features.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub rule: String,
    /// `None`: all sizes.
    pub customers: Option<u32>,
    /// `None`: all kinds.
    pub kind: Option<FeatureKind>,
    pub companies: usize,
    pub needed: usize,
    pub false_removals: usize,
    /// Share of the needed; companies as sampling units. `None` without needed ones.
    pub false_rate: Option<Estimate>,
    pub abstained_needed: usize,
    pub removable: usize,
    pub missed: usize,
    /// Share of the removable; abstained ones are missed.
    pub missed_rate: Option<Estimate>,
    pub abstained_removable: usize,
    /// Missed plus four times false removals, per hundred features; mean over companies. `None` for single kinds.
    pub loss: Option<Estimate>,
}

/// The league table: every rule over all, by size and by kind.
pub fn standings(all: &[Judged]) -> Vec<Standing> {
    let mut groups: Vec<(Option<u32>, Option<FeatureKind>)> = vec![(None, None)];
    groups.extend(SIZES.iter().map(|&size| (Some(size), None)));
    groups.extend(FeatureKind::MIX.iter().map(|&(kind, _)| (None, Some(kind))));
    let rules = rules();
    groups.into_iter().flat_map(|group| rules.iter().map(move |rule| standing(all, rule, group))).collect()
}

/// Of one company and group: needed, false, abstained of them; removable, missed, abstained of them.
type Count = [usize; 6];

fn count(company: &Judged, rule: &str, kind: Option<FeatureKind>) -> Count {
    let mut count = [0; 6];
    for ((of, needed), call) in company.truth.iter().zip(&company.calls[rule]) {
        if kind.is_some_and(|kind| kind != *of) {
            continue;
        }
        let (place, wrong) = if *needed { (0, *call == Call::Remove) } else { (3, *call != Call::Remove) };
        count[place] += 1;
        count[place + 1] += usize::from(wrong);
        count[place + 2] += usize::from(*call == Call::Abstain);
    }
    count
}

#[expect(clippy::cast_precision_loss, reason = "features of a few companies")]
fn standing(all: &[Judged], rule: &str, (customers, kind): (Option<u32>, Option<FeatureKind>)) -> Standing {
    let inside = all.iter().filter(|company| customers.is_none_or(|size| size == company.customers));
    let counts: Vec<Count> = inside.map(|company| count(company, rule, kind)).collect();
    let sum = |place: usize| counts.iter().map(|count| count[place]).sum::<usize>();
    let rate =
        |place: usize| stats::cluster_share(counts.iter().map(|count| (count[place + 1] as f64, count[place] as f64)));
    let losses: Vec<f64> = counts
        .iter()
        .map(|count| 100.0 * (FALSE_COSTS * count[1] as f64 + count[4] as f64) / (count[0] + count[3]).max(1) as f64)
        .collect();
    Standing {
        rule: rule.to_owned(),
        customers,
        kind,
        companies: counts.len(),
        needed: sum(0),
        false_removals: sum(1),
        abstained_needed: sum(2),
        false_rate: rate(0),
        removable: sum(3),
        missed: sum(4),
        abstained_removable: sum(5),
        missed_rate: rate(3),
        loss: stats::mean(&losses, (0.0, 100.0 * FALSE_COSTS)).filter(|_| kind.is_none()),
    }
}

/// The standings for people.
pub fn printed(standings: &[Standing]) -> String {
    let mut text = String::new();
    let mut last = None;
    for s in standings {
        let group = (s.customers, s.kind);
        if last != Some(group) {
            let size = s.customers.map_or_else(|| "all sizes".to_owned(), |size| format!("{size} customers"));
            let kind = s.kind.map_or("all kinds", FeatureKind::as_str);
            writeln!(
                text,
                "\n{size}, {kind}: {} companies, {} needed, {} removable",
                s.companies, s.needed, s.removable
            )
            .unwrap();
            writeln!(
                text,
                "{:<26} {:<28} {:<28} {:>9} {:<18}",
                "", "false removals", "missed removals", "abstained", "loss"
            )
            .unwrap();
            last = Some(group);
        }
        let rate = |count: usize, of: Option<Estimate>| {
            of.map_or_else(String::new, |e| format!("{count:>4} {:.3} ({:.3}-{:.3})", e.point, e.low, e.high))
        };
        let loss = s.loss.map_or_else(String::new, |e| format!("{:.1} ({:.1}-{:.1})", e.point, e.low, e.high));
        writeln!(
            text,
            "{:<26} {:<28} {:<28} {:>4}+{:<4} {loss}",
            s.rule,
            rate(s.false_removals, s.false_rate),
            rate(s.missed, s.missed_rate),
            s.abstained_needed,
            s.abstained_removable,
        )
        .unwrap();
    }
    text
}
