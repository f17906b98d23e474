//! Stakes and substitutes of small companies, through the whole of `measure`.

use proptest::prelude::*;

use super::*;
use crate::attribute::testing::cost_settings;
use crate::attribute::{CapabilityKind, Catalogue, CostType, Entry, Ledger, Source};
use crate::config::{CatalogueSettings, CostSettings, Unlisted};
use crate::diag::Findings;
use crate::metrics::testing::ADOPTION;
use crate::metrics::{CostSources, MetricSettings, measure, recost};
use crate::rollup::{Activity, Cell, Measures, Rollup, Spans};
use crate::tables::rows::{Account, CatalogueLine, Ticket};
use crate::units::Estimate;

/// Account, capability, active days, users, users who use nothing else.
type Use = (&'static str, usize, u64, u64, u64);
/// Table, row, capability, account of the ticket, type, amount.
type Cost = (Source, usize, usize, Option<&'static str>, CostType, f64);

#[derive(Clone)]
struct Firm {
    /// Account and ARR.
    accounts: Vec<(&'static str, Option<f64>)>,
    /// Days of every account in the product; 0: not known.
    days: u64,
    uses: Vec<Use>,
    costs: Vec<Cost>,
    /// Id, category, what replaces it, what it is a part of; by id, and empty: none.
    catalogue: Vec<[&'static str; 4]>,
    replicates: u32,
    co_use_from: f64,
}

fn firm() -> Firm {
    Firm {
        accounts: Vec::new(),
        days: 10,
        uses: Vec::new(),
        costs: Vec::new(),
        catalogue: vec![["c0", "", "", ""], ["c1", "", "", ""]],
        replicates: 50,
        co_use_from: 0.5,
    }
}

/// From the period to a year: 365.25 over 92 days.
const YEARLY: f64 = 365.25 / 92.0;
const SEED: u64 = 7;

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

impl Firm {
    fn rollup(&self) -> Rollup {
        let mut accounts: Vec<String> = self.uses.iter().map(|used| used.0.to_owned()).collect();
        accounts.sort();
        accounts.dedup();
        let cell = |&(account, capability, active_days, active_users, sole_users): &Use| Cell {
            capability,
            account: accounts.iter().position(|known| known == account),
            measures: Measures {
                events: active_days,
                with_status: 0,
                errors: 0,
                active_days,
                active_users,
                user_days: active_days * active_users,
                succeeded_days: active_days,
                sole_users,
                first: day("2026-07-01"),
                last: day("2026-07-31"),
            },
        };
        let mut period: Vec<Cell> = self.uses.iter().map(cell).collect();
        period.sort_by_key(|cell| (cell.capability, cell.account));
        let activity = Activity { active_days: self.days, active_users: 9 };
        Rollup {
            activity: (0..accounts.len()).map(|account| (account, activity)).collect(),
            accounts,
            period,
            observed: Some((day("2026-01-01"), day("2026-09-30"))),
            rows: 1,
            ..Rollup::default()
        }
    }

    fn ledger(&self) -> (Ledger, Vec<Ticket>) {
        let mut costs = self.costs.clone();
        costs.sort_by_key(|cost| (cost.0, cost.1, cost.2));
        let rows = costs.iter().map(|cost| cost.1 + 1).max().unwrap_or(0);
        let mut tickets = vec![Ticket::default(); rows];
        for cost in costs.iter().filter(|cost| cost.0 == Source::Tickets) {
            tickets[cost.1].account_id = cost.3.map(str::to_owned);
        }
        let entry = |&(source, row, capability, _, cost_type, amount): &Cost| {
            let amount = Money::from_units(amount).unwrap();
            Entry::whole((source, row), capability, cost_type, amount, day("2026-08-01"))
        };
        (Ledger { entries: costs.iter().map(entry).collect(), ..Ledger::default() }, tickets)
    }

    fn facts(&self) -> Facts {
        self.with(|evidence, settings| measure(evidence, settings, &mut Findings::default()))
    }

    fn with<T>(&self, look: impl FnOnce(Evidence, MetricSettings) -> T) -> T {
        let line = |[id, category, replaced_by, parent]: &[&str; 4]| CatalogueLine {
            id: text(id),
            name: text(&format!("Name of {id}")),
            category: text(category),
            replaced_by: text(replaced_by),
            parent: text(parent),
            ..CatalogueLine::default()
        };
        let lines: Vec<CatalogueLine> = self.catalogue.iter().map(line).collect();
        let listed = CatalogueSettings { unlisted: Unlisted::Unmapped, default_kind: CapabilityKind::Feature };
        let catalogue = Catalogue::build(&lines, &[], &listed, std::iter::empty(), &mut Findings::default());
        let (rollup, (ledger, tickets)) = (self.rollup(), self.ledger());
        let period: crate::units::Period = "2026-Q3".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: day("2026-09-30") };
        let account = |&(id, arr): &(&str, Option<f64>)| Account {
            account_id: text(id),
            arr: arr.and_then(Money::from_units),
            ..Account::default()
        };
        let accounts: Vec<Account> = self.accounts.iter().map(account).collect();
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup: &rollup,
            ledger: &ledger,
            tickets: &tickets,
            incidents: None,
            runs: None,
            sources: CostSources { tickets: !self.costs.is_empty(), ..CostSources::default() },
            accounts: &accounts,
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: crate::metrics::Signs::default(),
            spans: &spans,
        };
        let cost = CostSettings { bootstrap_replicates: self.replicates, ..cost_settings() };
        let settings = MetricSettings {
            adoption: &ADOPTION,
            overlap: &crate::metrics::overlap::testing::SETTINGS,
            cost: &cost,
            co_use_from: self.co_use_from,
            rare_below: 0.1,
            seed: SEED,
        };
        look(evidence, settings)
    }

    fn stakes(&self, capability: usize) -> Option<Stakes> {
        self.facts().capabilities[capability].stakes.clone()
    }

    fn substitute(&self, capability: usize) -> Option<(usize, SubstituteBy, Option<f64>)> {
        let found = self.facts().capabilities[capability].substitute.clone()?;
        Some((found.capability, found.by, found.already.map(|share| share.point)))
    }
}

fn charge(row: usize, capability: usize, amount: f64) -> Cost {
    (Source::Charges, row, capability, None, CostType::Direct, amount)
}

fn ticket(row: usize, capability: usize, account: Option<&'static str>, amount: f64) -> Cost {
    (Source::Tickets, row, capability, account, CostType::Support, amount)
}

fn near(found: StakeSums, expected: StakeSums) {
    for (place, (found, expected)) in found.array().into_iter().zip(expected.array()).enumerate() {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{place}: {found} against {expected}");
    }
}

/// One account with ARR 1,000, active on 4 of 10 days, one of its five users on nothing else: 400 depend, and a fifth of the other
/// 600 is of the sole user.
#[test]
fn one_account_by_hand() {
    let costs = vec![
        ticket(0, 0, Some("a"), 9.2),
        (Source::WorkItems, 0, 0, None, CostType::Engineering, 18.4),
        (Source::WorkItems, 1, 0, None, CostType::Build, 1e6),
        (Source::Incidents, 0, 0, None, CostType::Incident, 4.6),
        charge(0, 0, -0.92),
    ];
    let firm = Firm { accounts: vec![("a", Some(1000.0))], uses: vec![("a", 0, 4, 5, 1)], costs, ..firm() };
    let stakes = firm.stakes(0).unwrap();
    near(
        stakes.data,
        StakeSums {
            support: 36.525,
            engineering: 73.05,
            incident: 18.2625,
            direct: -3.6525,
            to_migrate: 1.0,
            arr_dependent: 400.0,
            arr_sole: 120.0,
            ..StakeSums::default()
        },
    );
    assert_eq!((stakes.accounts, stakes.accounts_with_arr, stakes.already_replaced), (1, 1, None));
    // The account's weight moves its ARR and its ticket together; every row has its own.
    let weights = PoissonWeights::new(SEED, 50);
    let drawn = |kind: &str, name: &str| weights.of(kind, name).into_iter().map(f64::from).collect::<Vec<_>>();
    let [of_a, work, incident, bill] = [
        drawn("account", "a"),
        drawn("cost row", "work_items 2026-08-01 c0 1"),
        drawn("cost row", "incidents 2026-08-01 c0 1"),
        drawn("cost row", "charges 2026-08-01 c0 1"),
    ];
    assert_eq!(stakes.replicates.len(), 50);
    for (b, sums) in stakes.replicates.iter().enumerate() {
        near(
            *sums,
            StakeSums {
                support: 36.525 * of_a[b],
                engineering: 73.05 * work[b],
                incident: 18.2625 * incident[b],
                direct: -3.6525 * bill[b],
                to_migrate: of_a[b],
                arr_dependent: 400.0 * of_a[b],
                arr_sole: 120.0 * of_a[b],
                ..StakeSums::default()
            },
        );
        if [of_a[b], work[b], incident[b], bill[b]] == [1.0; 4] {
            assert_eq!(*sums, stakes.data, "all weights are one");
        }
    }
    // Nobody uses the other, and it costs nothing: that is known.
    let other = firm.stakes(1).unwrap();
    assert_eq!((other.data, other.accounts), (StakeSums::default(), 0));
    assert!(other.replicates.iter().all(|sums| *sums == StakeSums::default()));
}

#[test]
fn what_is_not_known_has_no_stakes() {
    let known = Firm {
        accounts: vec![("a", Some(10.0))],
        uses: vec![("a", 0, 1, 1, 0)],
        costs: vec![charge(0, 0, 1.0)],
        ..firm()
    };
    assert!(known.stakes(0).is_some());
    assert_eq!(Firm { costs: Vec::new(), ..known.clone() }.stakes(0), None, "no source of cost");
    assert_eq!(Firm { accounts: vec![("a", None)], ..known.clone() }.stakes(0), None, "no account states an ARR");
    assert_eq!(Firm { accounts: Vec::new(), ..known.clone() }.stakes(0), None, "no accounts table");
    assert!(Firm { uses: Vec::new(), accounts: vec![("a", Some(0.0))], ..known }.stakes(0).is_some(), "nobody uses it");
}

/// Who is not of the base, and who is too seldom there, adds nothing; a ticket of a stranger is drawn with the stranger.
#[test]
fn only_active_accounts_of_the_base_count() {
    let firm = Firm {
        accounts: vec![("a", Some(100.0)), ("b", Some(300.0)), ("zero", Some(50.0))],
        uses: vec![("a", 0, 10, 1, 0), ("stranger", 0, 10, 1, 1), ("zero", 0, 0, 1, 1)],
        costs: vec![ticket(0, 0, None, 1.0), ticket(1, 0, Some("never seen"), 2.0)],
        ..firm()
    };
    let stakes = firm.stakes(0).unwrap();
    near(
        stakes.data,
        StakeSums { support: 3.0 * YEARLY, to_migrate: 1.0, arr_dependent: 100.0, ..StakeSums::default() },
    );
    let weights = PoissonWeights::new(SEED, 50);
    let (row, payer) = (weights.of("cost row", "tickets 2026-08-01 c0 1"), weights.of("account", "never seen"));
    for (b, sums) in stakes.replicates.iter().enumerate() {
        let support = (f64::from(row[b]) + 2.0 * f64::from(payer[b])) * YEARLY;
        assert!((sums.support - support).abs() < 1e-12);
    }
}

/// Tickets that name an account are drawn for as many accounts as there are, the others by their row.
#[test]
fn tickets_are_drawn_for_the_accounts_there_are() {
    let firm = Firm {
        accounts: vec![("a", Some(100.0)), ("b", Some(300.0)), ("idle", Some(50.0))],
        uses: vec![("a", 0, 10, 1, 0), ("b", 1, 1, 1, 0)],
        costs: vec![ticket(0, 0, Some("a"), 1.0), ticket(1, 0, Some("a"), 9.0), ticket(2, 0, None, 2.0)],
        ..firm()
    };
    let facts = firm.facts();
    let weights = PoissonWeights::new(SEED, 50);
    let [a, b, idle] = ["a", "b", "idle"].map(|name| weights.of("account", name));
    let row = weights.of("cost row", "tickets 2026-08-01 c0 1");
    let drawn = &facts.capabilities[0].tickets_drawn;
    assert_eq!(drawn.len(), 50);
    for (at, &tickets) in drawn.iter().enumerate() {
        let [of_a, all] = [f64::from(a[at]), f64::from(a[at]) + f64::from(b[at]) + f64::from(idle[at])];
        let expected = if all > 0.0 { 2.0 * of_a * 3.0 / all } else { 0.0 } + f64::from(row[at]);
        assert!((tickets - expected).abs() < 1e-12, "{tickets} is not {expected}");
    }
    assert!(facts.capabilities[1].tickets_drawn.is_empty(), "it has none");
}

/// Mean of the stated: (100 + 300) / 2. Users who are not told apart add no sole use, and days that are not known count as all.
#[test]
fn what_an_account_does_not_state_is_the_mean_and_caution() {
    let firm = Firm {
        accounts: vec![("a", Some(100.0)), ("b", None), ("idle", Some(300.0))],
        uses: vec![("a", 0, 5, 2, 2), ("b", 0, 5, 0, 0)],
        costs: vec![charge(0, 0, 1.0)],
        ..firm()
    };
    let stakes = firm.stakes(0).unwrap();
    assert_eq!((stakes.accounts, stakes.accounts_with_arr), (2, 1));
    assert!((stakes.data.arr_dependent - (50.0 + 100.0)).abs() < 1e-9);
    assert!((stakes.data.arr_sole - 50.0).abs() < 1e-9);
    let unknown = Firm { days: 0, ..firm }.stakes(0).unwrap();
    assert!((unknown.data.arr_dependent - 300.0).abs() < 1e-9);
    assert!(unknown.data.arr_sole.abs() < 1e-9, "nothing is left to depend");
}

/// One of two uses the replacement, by its name.
#[test]
fn who_already_uses_the_replacement_stands_apart() {
    let firm = Firm {
        accounts: vec![("a", Some(100.0)), ("b", Some(200.0))],
        uses: vec![("a", 0, 5, 2, 1), ("b", 0, 2, 4, 1), ("b", 1, 9, 1, 0)],
        costs: vec![charge(0, 0, 1.0)],
        catalogue: vec![["c0", "", "Name of c1", ""], ["c1", "", "", ""]],
        ..firm()
    };
    assert_eq!(firm.substitute(0), Some((1, SubstituteBy::Catalogue, Some(0.5))));
    let stakes = firm.stakes(0).unwrap();
    assert_eq!(stakes.already_replaced, Some(1));
    let sums = StakeSums {
        direct: YEARLY,
        to_migrate: 1.0,
        arr_dependent: 50.0 + 40.0,
        arr_sole: 25.0 + 40.0,
        arr_dependent_replaced: 40.0,
        arr_sole_replaced: 40.0,
        ..StakeSums::default()
    };
    near(stakes.data, sums);
    assert_eq!(firm.stakes(1).unwrap().already_replaced, None);
}

#[test]
fn the_catalogue_names_a_substitute() {
    let of = |replaced_by: &'static str| {
        let catalogue = vec![["c0", "", replaced_by, ""], ["c1", "", "", ""], ["part", "", "", "c0"]];
        Firm { catalogue, ..firm() }.substitute(0)
    };
    assert_eq!(of("c1"), Some((1, SubstituteBy::Catalogue, None)), "nobody uses it, so nothing is known of a share");
    assert_eq!(of("Name of c1").map(|found| found.0), Some(1));
    for other in ["", "nowhere", "c0", "Name of c0", "part"] {
        assert_eq!(of(other), None, "{other}");
    }
    // An id goes before another one's name.
    let catalogue = vec![["Name of b", "", "", ""], ["a", "", "Name of b", ""], ["b", "", "", ""]];
    assert_eq!(Firm { catalogue, ..firm() }.substitute(1).map(|found| found.0), Some(0));
}

/// Four accounts that use capability 1, among a hundred that use something else.
fn crowd(also: &[(&'static str, usize)], everyone_uses: usize) -> Firm {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| (0..100).map(|n| format!("z{n:02}")).collect());
    let own = ["a", "b", "c", "d"];
    let uses = own.map(|account| (account, 1, 1, 1, 0)).into_iter();
    let uses = uses.chain(also.iter().map(|&(account, other)| (account, other, 1, 1, 0)));
    let uses = uses.chain(names.iter().map(|name| (name.as_str(), everyone_uses, 1, 1, 0)));
    Firm {
        uses: uses.collect(),
        accounts: own.into_iter().chain(names.iter().map(String::as_str)).map(|name| (name, Some(1.0))).collect(),
        catalogue: vec![
            ["c0", "x", "", ""],
            ["c1", "x", "", ""],
            ["c2", "x", "", ""],
            ["c3", "y", "", ""],
            ["c4", "x", "", "c1"],
        ],
        ..firm()
    }
}

#[test]
fn co_use_within_the_category_names_a_substitute() {
    let of = |also: &[(&'static str, usize)], co_use_from, everyone_uses| {
        Firm { co_use_from, ..crowd(also, everyone_uses) }.substitute(1)
    };
    let by_use = |other, share| Some((other, SubstituteBy::CoUse, Some(share)));
    let four = |other| ["a", "b", "c", "d"].map(|account| (account, other));
    // Wilson, 95 %: four of four from 51 %, three of four from 30 %.
    assert_eq!(of(&four(0), 0.5, 3), by_use(0, 1.0), "above the line");
    assert_eq!(of(&four(0)[..3], 0.5, 3), None, "not surely");
    assert_eq!(of(&four(0)[..3], 0.3, 3), by_use(0, 0.75));
    assert_eq!(of(&four(0), 0.5, 0), None, "everybody uses it");
    assert_eq!(of(&[four(0), four(2)].concat(), 0.5, 3), by_use(0, 1.0), "ties by id");
    assert_eq!(of(&[&four(0)[..3], &four(2)].concat(), 0.3, 3), by_use(2, 1.0), "the most");
    assert_eq!(of(&[four(3), four(4)].concat(), 0.5, 0), None, "another category, its own part");
    assert_eq!(of(&[], 0.0, 3), None, "a share of nobody is none");
    assert_eq!(crowd(&[("a", 4)], 3).substitute(4), None, "what it is a part of");
    assert_eq!(crowd(&[], 3).substitute(0), None, "nobody uses it");
}

#[test]
fn where_accounts_went_goes_before_what_they_also_use() {
    let mut facts = crowd(&[("a", 0), ("b", 0), ("c", 0), ("d", 0)], 3).facts();
    let estimate = |point| Estimate { point, low: point, high: point, n: 4 };
    let pair = |first, second, there, back| CoUse {
        first,
        second,
        both: 1,
        either: 4,
        jaccard: estimate(0.25),
        first_in_second: estimate(0.25),
        second_in_first: estimate(0.25),
        lift: None,
        adjusted_lift: None,
        co_use_p: None,
        first_to_second: Some(there),
        second_to_first: Some(back),
        switch_p: Some(0.01),
        relation: Relation::Substitutes,
    };
    facts.overlap.pairs = vec![pair(0, 1, 2, 9), pair(1, 2, 9, 1), pair(1, 3, 3, 20)];
    assert_eq!(moved_to(&facts, 1), Some(0), "nine each: the first by id");
    assert_eq!(moved_to(&facts, 0), None, "more came than went");
    assert_eq!(moved_to(&facts, 3), Some(1));
    facts.overlap.pairs[0].relation = Relation::Complements;
    assert_eq!(moved_to(&facts, 1), Some(2));
    assert!(complements(&facts, 1, 0) && !complements(&facts, 1, 2));
}

/// Forty accounts, three capabilities, tickets of accounts and of nobody, one in five without ARR.
fn mixed() -> Firm {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let name = |n: usize| NAMES.get_or_init(|| (0..40).map(|n| format!("a{n:02}")).collect())[n].as_str();
    let uses = (0..40).flat_map(|n| {
        let on = |capability: usize, every: usize| {
            let days = (n * 7 + capability * 3) as u64 % 10 + 1;
            (n % every == 0).then_some((name(n), capability, days, 4, n as u64 % 5))
        };
        [on(0, 2), on(1, 3), on(2, 1)].into_iter().flatten()
    });
    let tickets = (0..30).map(|n| ticket(n, n % 3, (n % 4 > 0).then(|| name(n)), 3.0 + n as f64));
    Firm {
        accounts: (0..40).map(|n| (name(n), (n % 5 > 0).then_some(100.0 + 17.0 * n as f64))).collect(),
        uses: uses.collect(),
        costs: tickets.chain((0..9).map(|n| charge(n, n % 2, 11.5 * (n + 1) as f64))).collect(),
        catalogue: vec![["c0", "x", "", ""], ["c1", "x", "c0", ""], ["c2", "x", "", ""]],
        replicates: 300,
        ..firm()
    }
}

/// Capability 1 of [`mixed`], whose replacement every other of its accounts uses: `numpy` 2.4.6, the weights of this crate's
/// generator for seed 7 as a matrix of accounts and one of rows, ARR × dependence and the rest as vectors before it. The sums of the data,
/// of the first replicate and of the 138th, and the mean of all.
#[test]
fn agrees_with_numpy() {
    let facts = mixed().facts();
    let stakes = facts.capabilities[1].stakes.as_ref().unwrap();
    let mut mean = [0.0; 9];
    for sums in &stakes.replicates {
        mean.iter_mut().zip(sums.array()).for_each(|(mean, sum)| *mean += sum / 300.0);
    }
    assert_eq!((stakes.accounts, stakes.accounts_with_arr, stakes.already_replaced), (14, 11, Some(7)));
    let found = [stakes.data, stakes.replicates[0], stakes.replicates[137], StakeSums::of(mean)];
    for (found, expected) in found.into_iter().zip(NUMPY) {
        near(found, StakeSums::of(expected));
    }
}

/// In the order of the fields of [`StakeSums`].
const NUMPY: [Sums; 4] = [
    [694.769_021_739_130_4, 0.0, 0.0, 913.125, 7.0, 3377.8, 1435.975, 1_651.199_999_999_999_8, 528.2],
    [794.021_739_130_434_8, 0.0, 0.0, 913.125, 8.0, 2510.2, 1928.25, 650.0, 497.8],
    [663.008_152_173_913, 0.0, 0.0, 730.5, 7.0, 2153.5, 1069.05, 879.2, 20.200_000_000_000_003],
    [
        709.484_891_304_347_8,
        0.0,
        0.0,
        935.953_125,
        7.333_333_333_333_333,
        3_451.223_333_333_333_4,
        1_480.139_333_333_333_5,
        1_629.922_666_666_666_8,
        526.690_666_666_666_9,
    ],
];

/// A weight has mean 1, so that the mean of the replicates is the sum of the data within five standard errors.
#[test]
fn replicates_scatter_about_the_data() {
    let facts = mixed().facts();
    for stakes in facts.capabilities.iter().map(|capability| capability.stakes.as_ref().unwrap()) {
        let data = stakes.data.array();
        for (place, data) in data.into_iter().enumerate().filter(|(_, data)| *data > 0.0) {
            let drawn: Vec<f64> = stakes.replicates.iter().map(|sums| sums.array()[place]).collect();
            let mean = drawn.iter().sum::<f64>() / 300.0;
            let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 299.0;
            assert!(variance > 0.0 && (mean - data).abs() < 5.0 * (variance / 300.0).sqrt(), "{place}: {mean}, {data}");
        }
    }
}

#[test]
fn another_ledger_gives_what_measuring_with_it_gives() {
    let firm = mixed();
    let before = Firm { costs: vec![charge(0, 1, 5.0)], ..firm.clone() }.facts();
    let found = firm.with(|evidence, settings| recost(&before, evidence, settings));
    for (found, expected) in found.capabilities.iter().zip(firm.facts().capabilities) {
        assert!(found.stakes.is_some());
        assert_eq!((&found.stakes, &found.substitute), (&expected.stakes, &expected.substitute));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_order_of_rows_never_matters(mixing in any::<u64>()) {
        let firm = mixed();
        let mut shuffled = firm.clone();
        let mut state = mixing | 1;
        let mut below = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % end
        };
        for last in (1..shuffled.uses.len()).rev() {
            shuffled.uses.swap(last, below(last + 1));
        }
        for last in (1..shuffled.costs.len()).rev() {
            shuffled.costs.swap(last, below(last + 1));
        }
        for last in (1..shuffled.accounts.len()).rev() {
            shuffled.accounts.swap(last, below(last + 1));
        }
        prop_assert_eq!(firm.facts(), shuffled.facts());
    }

    /// More days of use on it, on days on which the account was there anyway, or of one more account.
    #[test]
    fn more_use_never_lowers_the_arr_that_depends(row in 0_usize..20, more in 1_u64..5) {
        let firm = mixed();
        let depends = |firm: &Firm| {
            let stakes = firm.stakes(0).unwrap();
            (stakes.data.arr_dependent, stakes.replicates.iter().map(|sums| sums.arr_dependent).collect::<Vec<_>>())
        };
        let (before, drawn) = depends(&firm);
        let mut longer = firm.clone();
        let place = longer.uses.iter().enumerate().filter(|(_, used)| used.1 == 0).nth(row).unwrap().0;
        longer.uses[place].2 = (longer.uses[place].2 + more).min(10);
        let mut wider = firm.clone();
        wider.uses.push((firm.accounts[2 * row + 1].0, 0, more, 1, 0));
        for firm in [longer, wider] {
            let (after, drawn_after) = depends(&firm);
            prop_assert!(after >= before);
            // Sums are added in the order of dependence, so that rounding may differ.
            prop_assert!(drawn_after.iter().zip(&drawn).all(|(after, before)| *after >= before * (1.0 - 1e-12)));
        }
    }
}
