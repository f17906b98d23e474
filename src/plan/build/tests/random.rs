//! What holds for any small company: every limit, counted anew from the plan alone.

use std::collections::BTreeMap;

use chrono::{Days, Months, Weekday};
use proptest::prelude::*;

use super::*;
use crate::config::NoticeClass;
use crate::metrics::AccountSet;

const TEAMS: [&str; 2] = ["core", "edge"];

/// One capability.
#[derive(Debug, Clone)]
struct Of {
    per_day: f64,
    uses: Vec<usize>,
    work: (usize, u32),
    arr: u32,
    /// 0: it needs the next one, 1: it is a part of that, 2: that takes its place.
    link: u8,
    /// 0: protected, 1: promised by contract, 2: demanded, 3: launched lately, 4: a vendor ends it; by days from the as-of date.
    term: (u8, u64),
    class: usize,
}

/// What holds for all.
#[derive(Debug, Clone)]
struct Shared {
    months: u32,
    waves: (u32, u32, u32),
    accounts: (f64, f64),
    arr: (f64, f64),
    hours: Option<f64>,
    owed: bool,
    closed: (u64, u64),
    decide: u32,
    renews: u64,
}

fn of(vendors: bool) -> impl Strategy<Value = Of> {
    let terms = if vendors { 5 } else { 4 };
    (
        (-1.0..5.0_f64, prop::collection::vec(0_usize..30, 0..9)),
        (0_usize..3, prop_oneof![Just(0), 1_u32..60], 0_u32..5_000),
        (0_u8..10, (0..terms + 5, 0_u64..500), 0_usize..10),
    )
        .prop_map(move |((per_day, uses), (team, hours, arr), (link, term, class))| Of {
            per_day,
            uses,
            work: (team, hours),
            arr,
            link,
            term: if term.0 < terms { term } else { (9, 0) },
            class,
        })
}

fn shared() -> impl Strategy<Value = Shared> {
    let part = |some: [f64; 2]| prop_oneof![Just(some[0]), Just(some[1]), Just(1.0)];
    (
        (2_u32..16, prop::sample::select(vec![1_u32, 2, 3, 4, 6, 12]), 1_u32..5, 1_u32..4),
        (part([0.03, 0.1]), part([0.05, 0.2]), part([0.002, 0.005]), part([0.003, 0.01])),
        (prop_oneof![Just(None), Just(Some(5.0)), Just(Some(20.0))], any::<bool>()),
        (0_u64..300, 0_u64..60, 0_u32..30, 0_u64..400),
    )
        .prop_map(|((months, wave, work, changes), (per_wave, overall, arr_wave, arr), (hours, owed), days)| {
            Shared {
                months,
                waves: (wave, work, changes),
                accounts: (per_wave, overall),
                arr: (arr_wave, arr),
                hours,
                owed,
                closed: (days.0, days.1),
                decide: days.2,
                renews: days.3,
            }
        })
}

fn world(all: &[Of], shared: &Shared) -> World {
    let on = |days: u64| (day("2026-09-30") + Days::new(days)).to_string();
    let named = |(place, of): (usize, &Of)| prime(&format!("c{place}"), of.per_day);
    let mut world = World::new(all.iter().enumerate().map(named).collect());
    for (place, of) in all.iter().enumerate() {
        let next = (place + 1) % all.len();
        world = world.used(place, of.uses.iter().copied().collect::<BTreeSet<_>>()).at_risk(place, f64::from(of.arr));
        if let Some(team) = TEAMS.get(of.work.0) {
            world = world.work(place, team, f64::from(of.work.1));
        }
        world = match of.link {
            0 => world.capability(place, |known| known.capability.depends_on = vec![format!("c{next}")]),
            1 => world.capability(place, |known| known.capability.parent = Some(format!("c{next}"))),
            2 => world.replaced(place, next),
            _ => world,
        };
        let term = on(of.term.1);
        world = match of.term.0 {
            0 => world.capability(place, |known| known.capability.protected_until = Some(day(&term))),
            1 => world.capability(place, |known| {
                known.commitments = vec![("a01".into(), day(&term), Some("contract".into()))];
            }),
            2 => world.demand(place, &term),
            3 => world.capability(place, |known| known.capability.launched_on = Some(day(&term))),
            4 => world.shutdown(place, &term),
            _ => world,
        };
        if let Some(class) = NoticeClass::ALL.get(of.class) {
            world.settings.plan.classes.insert(format!("c{place}"), *class);
        }
    }
    let world = world.key(0, &on(shared.renews)).blackout(&on(shared.closed.0), &on(shared.closed.0 + shared.closed.1));
    world.settings(|plan| {
        (plan.months, plan.decide_days) = (shared.months, shared.decide);
        (plan.wave_months, plan.work_months, plan.changes_per_account) = shared.waves;
        (plan.accounts_per_wave, plan.accounts_overall) = shared.accounts;
        (plan.arr_at_risk_per_wave, plan.arr_at_risk_overall) = shared.arr;
        plan.team_hours.extend(shared.hours.map(|hours| ("core".to_owned(), hours)));
        if shared.owed {
            plan.notice_months = NoticeMonths::default();
        }
    })
}

type Checked = Result<(), TestCaseError>;

/// Accounts, ARR and changes of some removals against what the plan says and may.
fn budgets(
    world: &World,
    set: &[&Removal],
    found: BudgetUse,
    (accounts, arr): (f64, f64),
) -> Result<u64, TestCaseError> {
    let mut touched: BTreeMap<usize, u64> = BTreeMap::new();
    for removal in set {
        for account in AccountSet::iter(&world.facts.overlap.touched[removal.capability]) {
            *touched.entry(account).or_default() += 1;
        }
    }
    prop_assert_eq!(found.accounts, touched.len() as u64);
    prop_assert!(accounts >= 1.0 || touched.len() as f64 <= 100.0 * accounts + 1e-6);
    let risk = |removal: &&Removal| {
        world.facts.capabilities[removal.capability].stakes.as_ref().map_or(0.0, |stakes| stakes.data.arr_dependent)
    };
    let at_risk: f64 = set.iter().map(risk).sum();
    prop_assert!((found.arr_at_risk - at_risk).abs() < 1e-6);
    prop_assert!(arr >= 1.0 || at_risk <= 1e6 * arr + 1e-3);
    Ok(touched.into_values().max().unwrap_or(0))
}

fn shared_limits(world: &World, plan: &Plan) -> Checked {
    let settings = &world.settings.plan;
    for (place, wave) in plan.waves.iter().enumerate() {
        let is_in = |removal: &&Removal| (wave.from..=wave.until).contains(&removal.removed_on());
        let set: Vec<&Removal> = plan.chosen.iter().filter(is_in).collect();
        prop_assert!(set.iter().all(|removal| removal.wave == place));
        let limits = (settings.accounts_per_wave, settings.arr_at_risk_per_wave);
        let most = budgets(world, &set, wave.budget, limits)?;
        prop_assert_eq!(most, wave.most_per_account);
        prop_assert!(most <= u64::from(settings.changes_per_account));
    }
    let all: Vec<&Removal> = plan.chosen.iter().collect();
    prop_assert!(all.iter().all(|removal| removal.wave < plan.waves.len()));
    budgets(world, &all, plan.overall, (settings.accounts_overall, settings.arr_at_risk_overall))?;
    for team in &plan.teams {
        let mut hours = vec![0.0; plan.months];
        for removal in plan.chosen.iter().filter(|of| of.team.as_ref() == Some(&team.team) && of.hours > 0.0) {
            for back in 0..settings.work_months.cast_signed() {
                let month = Month::of(removal.removed_on()).plus(-back).since(plan.first);
                prop_assert!(month >= 0, "work before the first month");
                hours[usize::try_from(month).unwrap()] += removal.hours / f64::from(settings.work_months);
            }
        }
        let limit = settings.team_hours.get(&team.team);
        prop_assert_eq!(team.limit, limit.copied());
        for (found, hours) in team.hours.iter().zip(hours) {
            prop_assert!((found - hours).abs() < 1e-9 && limit.is_none_or(|limit| hours <= limit + 1e-6));
        }
    }
    Ok(())
}

fn order(world: &World, plan: &Plan) -> Checked {
    let goes: BTreeMap<usize, NaiveDate> = plan.chosen.iter().map(|of| (of.capability, of.removed_on())).collect();
    prop_assert_eq!(goes.len(), plan.chosen.len());
    let considered: BTreeSet<usize> = world.considered().iter().map(|of| of.capability).collect();
    for (index, day) in &goes {
        let of = &world.facts.capabilities[*index];
        for (other, known) in world.facts.capabilities.iter().enumerate().filter(|(other, _)| other != index) {
            let needs = known.capability.depends_on.contains(&of.capability.id);
            let part = known.capability.parent.as_ref() == Some(&of.capability.id) && considered.contains(&other);
            let first = goes.get(&other).is_some_and(|first| Month::of(*first) <= Month::of(*day));
            prop_assert!(!(needs || part) || first, "{index} goes without {other}");
        }
        let by = of.substitute.as_ref().map(|by| by.capability);
        prop_assert!(by.is_none_or(|by| by == *index || !goes.contains_key(&by)));
    }
    let left: BTreeSet<usize> = plan.left_out.iter().map(|left| left.capability).collect();
    prop_assert!(considered.iter().all(|index| goes.contains_key(index) != left.contains(index)));
    prop_assert!(goes.keys().all(|index| !left.contains(index)));
    Ok(())
}

fn days(world: &World, plan: &Plan) -> Checked {
    let settings = &world.settings.plan;
    for removal in &plan.chosen {
        let (on, of) = (removal.removed_on(), &world.facts.capabilities[removal.capability]);
        let ended = world.integrations.calendar.iter().filter(|entry| entry.capabilities.contains(&removal.capability));
        prop_assert!(ended.filter_map(|entry| entry.effective_on).all(|end| on <= end), "after its vendor");
        prop_assert!(!matches!(on.weekday(), Weekday::Sat | Weekday::Sun));
        prop_assert!(settings.blackout.iter().all(|closed| on < closed.from || on > closed.to));
        prop_assert!(
            Month::of(on).since(plan.first) >= 0 && Month::of(on).since(plan.first) < settings.months.cast_signed()
        );
        let announced = removal.starts(StageKind::Announced).unwrap();
        prop_assert!(announced >= world.facts.as_of + Days::new(u64::from(settings.decide_days)));
        if plan.conflicts.iter().any(|conflict| conflict.capability == removal.capability && conflict.kept) {
            continue;
        }
        let owed = plan.policy.class(removal.class).months;
        prop_assert!(announced + Months::new(owed) <= on, "short notice");
        prop_assert!(of.commitments.iter().all(|(_, until, _)| *until < on));
        prop_assert!(of.capability.protected_until.is_none_or(|until| until < on));
        let launched = removal.replacement.and_then(|by| world.facts.capabilities[by].capability.launched_on);
        prop_assert!(launched.is_none_or(|day| day + Days::new(90) <= on));
        let uses = world.facts.overlap.touched[removal.capability].contains(0);
        for year in (0..4).filter(|_| uses) {
            let renews = world.facts.customers[0].renews_on.unwrap() + Months::new(12 * year);
            prop_assert!(on < renews - Days::new(60) || on > renews + Days::new(14));
        }
    }
    for demand in &settings.demand {
        let index = world.facts.capabilities.iter().position(|of| of.capability.id == demand.capability).unwrap();
        let goes = plan.chosen.iter().find(|removal| removal.capability == index).map(Removal::removed_on);
        let is_kept = goes.is_some_and(|day| day <= demand.by);
        let is_said = plan.conflicts.iter().any(|conflict| conflict.capability == index);
        let is_far = Month::of(demand.by).since(plan.first) >= settings.months.cast_signed();
        prop_assert!(is_kept || is_said || is_far, "{} is not gone by {}", demand.capability, demand.by);
    }
    Ok(())
}

fn figures(world: &World, plan: &Plan) -> Checked {
    let mut sum = 0.0;
    for removal in &plan.chosen {
        let support = world.facts.capabilities[removal.capability].stakes.as_ref().unwrap().data.support;
        let value = worth(support / 365.25, &removal.removed_on().to_string());
        prop_assert!((removal.value - value).abs() < 1e-6, "{} is not {value}", removal.value);
        sum += value;
    }
    let search = plan.search;
    prop_assert!((search.objective - sum).abs() < 1e-6 && search.bound >= search.objective - 1e-6);
    prop_assert!((0.0..=1.0).contains(&search.gap));
    if world.settings.plan.demand.is_empty() && world.integrations.calendar.is_empty() {
        prop_assert!(search.objective >= -1e-6 && plan.greedy.objective <= search.objective + 1e-6);
        prop_assert!(plan.conflicts.is_empty());
    }
    prop_assert!(plan.relaxations.iter().all(|of| of.gain > 0.5));
    prop_assert!(plan.relaxations.windows(2).all(|two| two[0].gain >= two[1].gain));
    for left in &plan.left_out {
        prop_assert!(!search.proven || !left.bounds.is_empty(), "nothing stands against {}", left.capability);
        prop_assert!(left.bounds.iter().all(|bound| !bound.sentence.is_empty()));
        let enters = |of: &Relaxation| of.enters.contains(&left.capability);
        prop_assert_eq!(left.relaxed_by, plan.relaxations.iter().find(|of| enters(of)).map(|of| of.constraint));
    }
    for conflict in &plan.conflicts {
        prop_assert!(conflict.limits.iter().any(|limit| limit.constraint == Constraint::Deadline));
    }
    Ok(())
}

fn holds(all: &[Of], shared: &Shared) -> Checked {
    let world = world(all, shared);
    let plan = world.plan();
    shared_limits(&world, &plan)?;
    order(&world, &plan)?;
    days(&world, &plan)?;
    figures(&world, &plan)?;
    prop_assert!(!plan.conflicts.is_empty() || plan.lint.is_empty(), "{:?}", plan.lint);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A plan breaks no limit, by a count that knows nothing of the search.
    #[test]
    fn a_plan_keeps_every_limit(all in prop::collection::vec(of(false), 3..7), shared in shared()) {
        holds(&all, &shared)?;
    }

    /// And so where vendors end what it is about.
    #[test]
    fn a_plan_keeps_every_limit_and_the_days_of_vendors(all in prop::collection::vec(of(true), 3..7), shared in shared()) {
        holds(&all, &shared)?;
    }
}
