//! Disproportion, its bases and the intervals of ratios of small companies, through the whole of `measure`.

use proptest::prelude::*;

use super::*;
use crate::attribute::testing::cost_settings;
use crate::attribute::{CapabilityKind, Catalogue, CostType, Entry, Ledger, Source};
use crate::config::{AdoptionSettings, CatalogueSettings, CostSettings, Unlisted};
use crate::diag::Findings;
use crate::metrics::testing::ADOPTION;
use crate::metrics::{CostSources, MetricSettings, Signs, measure, recost};
use crate::rollup::{Activity, Cell, Measures, Rollup, Spans};
use crate::tables::rows::{Account, BaseTotal, Ticket, UsageTotal};
use crate::units::{Money, Period, Share};

/// An account that used a capability: account, capability, active days, users, events.
type Use = (&'static str, usize, u64, u64, u64);
/// A cost row: table, row, capability, account of the ticket, amount.
type Cost = (Source, usize, usize, Option<&'static str>, f64);

#[derive(Clone)]
struct Company {
    /// Account and ARR.
    accounts: Vec<(&'static str, Option<f64>)>,
    uses: Vec<Use>,
    costs: Vec<Cost>,
    capabilities: usize,
    /// What every cost was placed on and handed on by.
    shared_from: Option<usize>,
    of: UsageShareOf,
    replicates: u32,
    seed: u64,
}

const COMPANY: Company = Company {
    accounts: Vec::new(),
    uses: Vec::new(),
    costs: Vec::new(),
    capabilities: 2,
    shared_from: None,
    of: UsageShareOf::ActiveDays,
    replicates: 400,
    seed: 1,
};

/// `a00` … `a99`, to be had for `'static`.
fn name(index: usize) -> &'static str {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    &NAMES.get_or_init(|| (0..500).map(|n| format!("a{n:03}")).collect())[index]
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

impl Company {
    fn rollup(&self) -> Rollup {
        let mut accounts: Vec<String> = self.uses.iter().map(|used| used.0.to_owned()).collect();
        accounts.sort();
        accounts.dedup();
        let cell = |&(account, capability, active_days, active_users, events): &Use| Cell {
            capability,
            account: accounts.iter().position(|known| known == account),
            measures: Measures {
                events,
                with_status: 0,
                errors: 0,
                active_days,
                active_users,
                user_days: active_days * active_users,
                succeeded_days: active_days,
                sole_users: 0,
                first: day("2026-07-01"),
                last: day("2026-07-31"),
            },
        };
        let mut period: Vec<Cell> = self.uses.iter().map(cell).collect();
        period.sort_by_key(|cell| (cell.capability, cell.account));
        Rollup {
            activity: (0..accounts.len()).map(|account| (account, Activity::default())).collect(),
            monthly: [(crate::units::Month::of(day("2026-07-01")), period.clone())].into(),
            accounts,
            period,
            observed: Some((day("2026-01-01"), day("2026-09-30"))),
            rows: 1,
            ..Rollup::default()
        }
    }

    /// The ledger in canonical order, and the tickets that its rows stand for.
    fn ledger(&self) -> (Ledger, Vec<Ticket>) {
        let mut costs = self.costs.clone();
        costs.sort_by_key(|cost| (cost.0, cost.1, cost.2));
        let rows = costs.iter().map(|cost| cost.1 + 1).max().unwrap_or(0);
        let mut tickets = vec![Ticket::default(); rows];
        for (_, row, _, account, _) in costs.iter().filter(|cost| cost.0 == Source::Tickets) {
            tickets[*row].account_id = account.map(str::to_owned);
        }
        let entry = |&(source, row, capability, _, amount): &Cost| {
            let cost_type = if source == Source::Tickets { CostType::Support } else { CostType::Direct };
            let amount = Money::from_units(amount).unwrap();
            let entry = Entry::whole((source, row), capability, cost_type, amount, day("2026-08-01"));
            Entry { shared_from: self.shared_from, ..entry }
        };
        (Ledger { entries: costs.iter().map(entry).collect(), ..Ledger::default() }, tickets)
    }

    fn facts(&self) -> Facts {
        self.facts_with(&self.rollup(), &[], &[])
    }

    fn facts_with(&self, rollup: &Rollup, usage_totals: &[UsageTotal], base_totals: &[BaseTotal]) -> Facts {
        self.with_evidence((rollup, usage_totals, base_totals), |evidence, settings| {
            measure(evidence, settings, &mut Findings::default())
        })
    }

    fn with_evidence(
        &self,
        (rollup, usage_totals, base_totals): (&Rollup, &[UsageTotal], &[BaseTotal]),
        facts: impl FnOnce(Evidence, MetricSettings) -> Facts,
    ) -> Facts {
        let names: Vec<String> = (0..self.capabilities).map(|n| format!("c{n}")).collect();
        let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
        let mut findings = Findings::default();
        let catalogue = Catalogue::build(&[], &[], &own, names.iter().map(String::as_str), &mut findings);
        let (ledger, tickets) = self.ledger();
        let period: Period = "2026-Q3".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: day("2026-09-30") };
        let account = |&(id, arr): &(&str, Option<f64>)| Account {
            account_id: Some(id.to_owned()),
            arr: arr.and_then(Money::from_units),
            ..Account::default()
        };
        let accounts: Vec<Account> = self.accounts.iter().map(account).collect();
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup,
            ledger: &ledger,
            tickets: &tickets,
            incidents: None,
            runs: None,
            sources: CostSources { tickets: true, charges: true, ..CostSources::default() },
            accounts: &accounts,
            commitments: &[],
            usage_totals,
            base_totals,
            signs: Signs::default(),
            spans: &spans,
        };
        let adoption = AdoptionSettings { usage_share_of: self.of, ..ADOPTION };
        let cost = CostSettings { bootstrap_replicates: self.replicates, ..cost_settings() };
        let settings = MetricSettings {
            adoption: &adoption,
            overlap: &super::super::overlap::testing::SETTINGS,
            cost: &cost,
            co_use_from: 0.5,
            rare_below: 0.1,
            seed: self.seed,
        };
        facts(evidence, settings)
    }

    fn disproportion(&self, capability: usize) -> Option<Estimate> {
        self.facts().capabilities[capability].disproportion
    }
}

/// One day of use by each account of a range.
fn used(capability: usize, accounts: std::ops::Range<usize>, days: u64) -> Vec<Use> {
    accounts.map(|account| (name(account), capability, days, 1, days)).collect()
}

/// One charge each.
fn charged(capability: usize, rows: std::ops::Range<usize>, amount: f64) -> Vec<Cost> {
    rows.map(|row| (Source::Charges, row, capability, None, amount)).collect()
}

#[test]
fn hand_computed_point_and_a_sane_interval() {
    // Capability 0: 100 of 400 units of use, 60 of 120 of cost: (60/120)/(100/400) = 2.
    let company = Company {
        uses: [used(0, 0..100, 1), used(1, 100..400, 1)].concat(),
        costs: [charged(0, 0..60, 1.0), charged(1, 60..120, 1.0)].concat(),
        capabilities: 3,
        replicates: 2000,
        ..COMPANY
    };
    let facts = company.facts();
    let first = facts.capabilities[0].disproportion.unwrap();
    assert!((first.point - 2.0).abs() < 1e-12);
    assert_eq!(first.n, 60);
    // NumPy 2.4, 40,000 multinomial resamples of the 400 accounts and the 120 rows: 1.558 … 2.561; with hundreds of units
    // Student's correction adds less than one part in a hundred.
    assert!((first.low - 1.558).abs() < 0.06 && (first.high - 2.561).abs() < 0.1, "{first:?}");
    assert_eq!(facts.capabilities[2].disproportion, None, "neither used nor paid for");
}

#[test]
fn no_cost_no_use() {
    assert_eq!(Company { costs: charged(0, 0..5, 1.0), ..COMPANY }.disproportion(0), None);
    assert_eq!(Company { uses: used(0, 0..5, 1), ..COMPANY }.disproportion(0), None);
    let credits = Company { uses: used(0, 0..5, 1), costs: charged(0, 0..5, -1.0), ..COMPANY };
    assert_eq!(credits.disproportion(0), None, "nothing but credits");
    let unused = Company { uses: used(1, 0..5, 1), costs: charged(0, 0..5, 1.0), ..COMPANY }.facts();
    assert_eq!(unused.capabilities[0].disproportion, None);
    // Nobody of five: up to 3.69 would not have been seen.
    let none = unused.capabilities[0].intervals.usage_share.unwrap();
    assert!(none.0 == 0.0 && (none.1 - UNSEEN / 5.0).abs() < 1e-12, "{none:?}");
    let free = unused.capabilities[1].disproportion.unwrap();
    assert_eq!((free.point, free.low, free.n), (0.0, 0.0, 0));
    // None of five cost rows: up to 3.69 of five, over the whole of use.
    assert!((free.high - UNSEEN / 5.0).abs() < 1e-12, "{free:?}");
}

#[test]
fn up_to_three_users_set_no_upper_bound_and_a_low_lower_one() {
    for users in 1..=3 {
        let company = Company {
            uses: [used(0, 0..users, 1), used(1, 3..53, 1)].concat(),
            costs: [charged(0, 0..50, 1.0), charged(1, 50..100, 1.0)].concat(),
            replicates: 1000,
            ..COMPANY
        };
        let found = company.disproportion(0).unwrap();
        assert_eq!(found.high, f64::INFINITY, "{users}");
        assert!(found.low < 0.4 * found.point, "{users}: {found:?}");
    }
}

#[test]
fn what_a_single_capability_costs_and_is_used_is_in_no_doubt() {
    let company = Company { uses: used(0, 0..9, 2), costs: charged(0, 0..9, 3.0), capabilities: 1, ..COMPANY };
    let facts = company.facts();
    let only = facts.capabilities[0].disproportion.unwrap();
    assert!([only.low, only.point, only.high].iter().all(|end| (end - 1.0).abs() < 1e-9), "{only:?}");
    assert_eq!(facts.capabilities[0].intervals.usage_share, Some((1.0, 1.0)));
    assert_eq!(facts.capabilities[0].intervals.cost_share, Some((1.0, 1.0)));
}

/// Everybody has as many tickets as days of use, so that cost and use rise and fall together when an account is drawn; when
/// the tickets name nobody, they do not.
#[test]
fn the_tickets_of_an_account_are_drawn_with_its_use() {
    let tickets = |named: bool| -> Vec<Cost> {
        let of = |account: usize| {
            (0..=account % 7).map(move |n| {
                let row = account * 7 + n;
                (Source::Tickets, row, usize::from(account >= 20), named.then(|| name(account)), 10.0)
            })
        };
        (0..60).flat_map(of).collect()
    };
    let uses: Vec<Use> = (0..60).map(|n| (name(n), usize::from(n >= 20), n as u64 % 7 + 1, 1, 1)).collect();
    let width = |named: bool| {
        let found = Company { uses: uses.clone(), costs: tickets(named), ..COMPANY }.disproportion(0).unwrap();
        assert!((found.point - 1.0).abs() < 1e-12);
        found.high / found.low
    };
    assert!((width(true) - 1.0).abs() < 1e-9, "{}", width(true));
    assert!(width(false) > 1.5, "{}", width(false));
}

#[test]
fn counted_use_is_not_drawn() {
    let month = "2026-09-01".parse().ok();
    let counted = |name: &str, active_accounts| UsageTotal {
        month,
        capability: Some(name.into()),
        active_accounts: Some(active_accounts),
        ..UsageTotal::default()
    };
    let base = [BaseTotal { month, active_accounts: Some(100), ..BaseTotal::default() }];
    let costs = [charged(0, 0..40, 1.0), charged(1, 40..80, 1.0)].concat();
    let company = Company { costs, replicates: 1000, ..COMPANY };
    let facts = company.facts_with(&Rollup::default(), &[counted("c0", 2), counted("c1", 38)], &base);
    let first = &facts.capabilities[0];
    let found = first.disproportion.unwrap();
    assert!((found.point - 10.0).abs() < 1e-12);
    // Two accounts would leave no upper bound if they were drawn.
    assert!(found.high < 14.0 && found.low > 7.0, "{found:?}");
    assert_eq!(first.intervals.usage_share, None);
    assert!(first.intervals.cost_share.is_some() && first.intervals.cost_per_active_account.is_some());
    assert!(first.bases.is_empty());
}

#[test]
fn bases_by_hand() {
    use UsageShareOf::{ActiveDays, ActiveUsers, Arr, Events};
    // Capability 0: days 2 of 10, users 3 of 8, events 100 of 130, ARR 500 of 500 + (500 + 100).
    let company = Company {
        accounts: vec![("a", Some(500.0)), ("b", Some(100.0)), ("idle", Some(9000.0))],
        uses: vec![("a", 0, 2, 3, 100), ("a", 1, 4, 4, 10), ("b", 1, 4, 1, 20), ("stranger", 1, 0, 0, 0)],
        costs: [charged(0, 0..3, 1.0), charged(1, 3..5, 1.0)].concat(),
        ..COMPANY
    };
    let facts = company.facts();
    let found = &facts.capabilities[0].bases;
    let order: Vec<UsageShareOf> = found.iter().map(|base| base.of).collect();
    assert_eq!(order, [ActiveDays, ActiveUsers, Events, Arr]);
    for (base, share) in found.iter().zip([0.2, 3.0 / 8.0, 100.0 / 130.0, 500.0 / 1100.0]) {
        assert!((base.usage_share.unwrap().point - share).abs() < 1e-12, "{base:?}");
        assert!((base.disproportion.unwrap().point - 0.6 / share).abs() < 1e-12, "{base:?}");
        assert_eq!(base.usage_share.unwrap().n, 1);
    }
    let unknown = Company {
        accounts: vec![("a", None), ("b", None)],
        uses: vec![("a", 0, 2, 0, 100), ("b", 1, 4, 0, 20)],
        ..company
    };
    let left: Vec<UsageShareOf> = unknown.facts().capabilities[0].bases.iter().map(|base| base.of).collect();
    assert_eq!(left, [ActiveDays, Events], "users are not told apart, no account states an ARR");
}

#[test]
fn the_chosen_base_is_the_one_among_the_bases() {
    for of in [UsageShareOf::ActiveDays, UsageShareOf::ActiveUsers, UsageShareOf::Events, UsageShareOf::Arr] {
        let facts = Company { of, ..mixed() }.facts();
        for known in &facts.capabilities {
            let base = known.bases.iter().find(|base| base.of == of).unwrap();
            assert_eq!(base.disproportion, known.disproportion);
            assert_eq!(base.usage_share.map(|share| share.point), known.usage_share.map(Share::value));
            let (low, high) = known.intervals.usage_share.unwrap();
            assert_eq!(base.usage_share.map(|share| (share.low, share.high)), Some((low, high)));
        }
    }
}

/// Tickets of capability 0, the cost of each borne by its two parts: the rate of contacts is that of 0, and its interval is of
/// the same tickets.
#[test]
fn tickets_whose_cost_is_handed_on_are_drawn_where_they_count() {
    let uses = [used(0, 0..20, 3), used(1, 0..20, 3), used(2, 0..20, 3)].concat();
    let of_row = |row: usize| [1, 2].map(|part| (Source::Tickets, row, part, Some(name(row / 2)), 6.0));
    let accounts = (0..20).map(|n| (name(n), None)).collect();
    let costs = (0..20).flat_map(of_row).collect();
    let facts = Company { accounts, uses, costs, capabilities: 3, shared_from: Some(0), ..COMPANY }.facts();
    let rate = |index: usize| facts.capabilities[index].contact_rate.unwrap();
    let interval = |index: usize| facts.capabilities[index].intervals.contact_rate.unwrap();
    // 20 tickets over 20 accounts × 92 days.
    assert!((rate(0) - 1000.0 / 92.0).abs() < 1e-9);
    assert!(interval(0).0 < rate(0) && rate(0) < interval(0).1, "{:?}", interval(0));
    for part in [1, 2] {
        assert_eq!((facts.capabilities[part].tickets, rate(part).to_bits()), (Some(0), 0));
        assert_eq!(interval(part).0.to_bits(), 0);
        assert!((interval(part).1 - rate(0) * 3.688_879 / 20.0).abs() < 1e-6, "{:?}", interval(part));
    }
}

/// One account draws as itself alone: a ratio of its own sums never moves, and an interval of no width would be a lie.
#[test]
fn where_nothing_scatters_there_is_no_interval() {
    let company = Company {
        accounts: vec![("a", None), ("b", None)],
        uses: vec![("a", 0, 3, 2, 3), ("b", 1, 3, 2, 3)],
        costs: vec![(Source::Tickets, 0, 0, Some("a"), 6.0)],
        ..COMPANY
    };
    let facts = company.facts();
    let known = &facts.capabilities[0];
    assert!(known.contact_rate.is_some() && known.stickiness.is_some() && known.cost_per_active_account.is_some());
    let intervals = known.intervals;
    assert_eq!((intervals.contact_rate, intervals.stickiness, intervals.cost_per_active_account), (None, None, None));
}

/// With four users in every account a user costs a quarter of what an account does, ends included.
#[test]
fn cost_per_user_is_cost_per_account_where_accounts_have_equally_many() {
    let mut company = mixed();
    company.uses.iter_mut().for_each(|(.., users, _)| *users = 4);
    let facts = company.facts();
    for known in &facts.capabilities {
        let (of_account, of_user) =
            (known.intervals.cost_per_active_account.unwrap(), known.intervals.cost_per_active_user.unwrap());
        assert!((of_user.0 * 4.0 / of_account.0 - 1.0).abs() < 1e-12, "{of_user:?} against {of_account:?}");
        assert!((of_user.1 * 4.0 / of_account.1 - 1.0).abs() < 1e-12, "{of_user:?} against {of_account:?}");
    }
    // Where the accounts with many users bear little of the cost, the interval is another.
    let unequal = mixed().facts();
    assert_ne!(
        unequal.capabilities[0].intervals.cost_per_active_user,
        facts.capabilities[0].intervals.cost_per_active_user
    );
}

/// Forty accounts of unequal size, two capabilities, charges, tickets of accounts and of nobody.
fn mixed() -> Company {
    let size = |n: usize| if n == 7 { 60 } else { n as u64 % 5 + 1 };
    let mut uses: Vec<Use> = (0..40).map(|n| (name(n), 1, size(n), n as u64 % 3 + 1, 3 * size(n))).collect();
    uses.extend((0..40).step_by(4).chain([7]).map(|n| (name(n), 0, size(n), 1, 2 * size(n) + 1)));
    let mut costs = charged(0, 0..6, 11.5);
    costs.extend(charged(1, 6..20, 7.25));
    costs.extend((0..25).map(|n| {
        let account = if n % 5 == 4 { None } else { Some(name(n * 3 % 40)) };
        (Source::Tickets, n, usize::from(n % 3 > 0), account, 1.0 + n as f64)
    }));
    let accounts = (0..50).map(|n| (name(n), Some(100.0 * size(n) as f64))).collect();
    Company { accounts, uses, costs, replicates: 300, seed: 7, ..COMPANY }
}

#[test]
fn another_ledger_gives_what_measuring_with_it_gives() {
    let company = mixed();
    let mut costs = charged(1, 0..6, 3.5);
    costs.extend(charged(0, 6..9, 40.0));
    let before = Company { costs, ..company.clone() }.facts();
    let rollup = company.rollup();
    let found = company.with_evidence((&rollup, &[], &[]), |evidence, settings| recost(&before, evidence, settings));
    for (found, expected) in found.capabilities.iter().zip(company.facts().capabilities) {
        assert!(found.disproportion.is_some());
        assert_eq!((found.disproportion, &found.bases), (expected.disproportion, &expected.bases));
        assert_eq!((found.cost_share, found.cost.run()), (expected.cost_share, expected.cost.run()));
        assert_eq!(found.intervals.usage_share, expected.intervals.usage_share);
        assert_eq!((found.intervals.cost_share, found.intervals.contact_rate), (None, None));
    }
}

/// Capability 0 of [`mixed`] against the same interval written with `numpy` 2.4.6 and `scipy` 1.17.1: the weights of this crate's
/// generator for seed 7, whole accounts with their tickets as rows of matrices, `numpy.quantile` and `scipy.stats.t.ppf`.
#[test]
fn agrees_with_numpy() {
    let facts = mixed().facts();
    let known = &facts.capabilities[0];
    let close = |what: &str, found: f64, expected: f64| {
        assert!((found - expected).abs() <= 1e-9 * expected, "{what}: {found} against {expected}");
    };
    for (base, (share, ratio)) in known.bases.iter().zip(NUMPY_BASES) {
        for (estimate, [point, low, high]) in [(base.usage_share, share), (base.disproportion, ratio)] {
            let estimate = estimate.unwrap();
            close("point", estimate.point, point);
            close("low", estimate.low, low);
            close("high", estimate.high, high);
        }
    }
    let (share, intervals) = (|share: Option<Share>| share.map(Share::value), known.intervals);
    let found = [
        (share(known.cost_share), intervals.cost_share),
        (share(known.adoption_arr), intervals.adoption_arr),
        (known.cost_per_active_account.map(Money::units), intervals.cost_per_active_account),
        (known.contact_rate, intervals.contact_rate),
        (share(known.stickiness), intervals.stickiness),
        (share(known.top_account_share), intervals.top_account_share),
    ];
    for (number, ((point, interval), expected)) in found.into_iter().zip(NUMPY_RATIOS).enumerate() {
        let (low, high) = interval.unwrap();
        // Money is exact to a millionth.
        assert!((point.unwrap() - expected[0]).abs() < 1e-6, "{number}");
        close("low", low, expected[1]);
        close("high", high, expected[2]);
    }
}

/// Usage share and disproportion by active days, users, events and ARR: point, low, high.
const NUMPY_BASES: [([f64; 3], [f64; 3]); 4] = [
    (
        [0.337_078_651_685_393_25, 0.035_667_117_178_833_245, 0.553_636_882_485_533_2],
        [1.113_622_603_430_878, 0.492_165_475_728_880_4, 4.801_819_745_633_188],
    ),
    (
        [0.122_222_222_222_222_22, 0.072_220_677_110_866_63, 0.185_189_666_693_208_22],
        [3.071_277_864_416_108_7, 1.274_025_950_388_12, 6.316_479_504_971_544],
    ),
    (
        [0.264_542_936_288_088_67, 0.034_308_670_647_060_23, 0.448_685_883_744_782_3],
        [1.418_969_679_999_577_2, 0.611_721_965_273_018, 5.459_952_091_202_605],
    ),
    (
        [0.337_078_651_685_393_25, 0.035_667_117_178_833_245, 0.553_636_882_485_533_2],
        [1.113_622_603_430_878, 0.492_165_475_728_880_4, 4.801_819_745_633_188],
    ),
];

/// Cost share, adoption by ARR, cost per active account, contact rate, stickiness, share of the top account.
const NUMPY_RATIOS: [[f64; 3]; 6] = [
    [0.375_378_405_650_857_7, 0.201_106_237_836_316_9, 0.565_570_888_806_097_4],
    [0.434_782_608_695_652_16, 0.017_097_612_092_586_17, 0.884_016_513_144_806_1],
    [16.909_090_909_090_91, 5.984_793_359_244_128_5, 42.718_849_800_783_47],
    [8.893_280_632_411_068, 3.258_605_225_999_768_4, 22.578_839_457_448_073],
    [0.263_929_618_768_328_43, 0.014_780_305_759_279_626, 1.0],
    [0.666_666_666_666_666_6, 0.517_951_815_593_471, 0.861_650_828_436_076_5],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn more_use_never_raises_disproportion(base in 1_u64..50, more in 1_u64..50, cost in 1_u32..50) {
        let of = |amount: u64| {
            let uses = [used(0, 0..1, amount), used(1, 1..9, 10)].concat();
            let costs = [charged(0, 0..1, f64::from(cost)), charged(1, 1..9, 3.0)].concat();
            Company { uses, costs, replicates: 100, ..COMPANY }.disproportion(0).unwrap().point
        };
        prop_assert!(of(base + more) <= of(base));
    }

    #[test]
    fn the_order_of_rows_never_matters(mixing in any::<u64>()) {
        let company = mixed();
        let mut shuffled = company.clone();
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
        prop_assert_eq!(company.facts(), shuffled.facts());
    }

    #[test]
    fn the_unit_of_money_and_of_use_changes_nothing(money in 2_u32..40, units in 2_u64..40) {
        let company = mixed();
        let mut scaled = company.clone();
        scaled.costs.iter_mut().for_each(|cost| cost.4 *= f64::from(money));
        scaled.uses.iter_mut().for_each(|used| used.4 *= units);
        let (before, after) = (company.facts(), scaled.facts());
        for (before, after) in before.capabilities.iter().zip(&after.capabilities) {
            let ends = |estimate: Option<Estimate>| estimate.map_or([0.0; 3], |e| [e.low, e.point, e.high]);
            let pairs = before.bases.iter().zip(&after.bases);
            let of_bases = pairs.map(|(before, after)| (before.disproportion, after.disproportion));
            for (before, after) in of_bases.chain([(before.disproportion, after.disproportion)]) {
                for (before, after) in ends(before).into_iter().zip(ends(after)) {
                    prop_assert!((after - before).abs() <= 1e-9 * before, "{} {}", before, after);
                }
            }
        }
    }
}
