//! Forecasts by hand, and what they promise.

use proptest::prelude::*;

use super::doubt::doubt;
use super::*;
use crate::config::{self, CapabilityKind, Settings};
use crate::decide::testing::{capability, decided, estimate, facts};
use crate::decide::{DecisionSettings, Decisions};
use crate::integrations::Integrations;
use crate::metrics::{CapabilityFacts, CostByType, Facts, Onboarding, StakeSums, Stakes};
use crate::units::{Estimate, Money};

/// Half of everything ends, without doubt.
const HALF: &str = r#"
[assumptions]
avoidable_support = { distribution = "fixed(0.5)" }
avoidable_engineering = { distribution = "fixed(0.5)" }
avoidable_incident = { distribution = "fixed(0.5)" }
avoidable_direct = { distribution = "fixed(0.5)" }
"#;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(text: &str) -> Settings {
    config::parse(&format!("[decision]\ndraws = 1000\n{text}")).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn of(facts: &Facts, removals: &[(usize, NaiveDate)], settings: &Settings) -> Forecast {
    let decisions: Decisions = decided(&self::facts(Vec::new()));
    let evidence = Evidence {
        facts,
        integrations: &Integrations::default(),
        decisions: &decisions,
        deciding: DecisionSettings {
            policy: &settings.decision,
            assumptions: &settings.assumptions,
            ..crate::decide::testing::settings()
        },
        settings: &settings.plan,
    };
    forecast(evidence, removals)
}

/// The lines of one measure by quarter.
fn lines(found: &Forecast, measure: ForecastMeasure) -> Vec<&ForecastLine> {
    found.lines.iter().filter(|line| line.measure == measure).collect()
}

fn means(found: &Forecast, measure: ForecastMeasure) -> Vec<f64> {
    lines(found, measure).iter().map(|line| line.change.0).collect()
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

/// Costs that are 10 of support and 20 of engineering a day, with one contact and half an hour, over the 92 days of the period.
fn running(id: &str) -> CapabilityFacts {
    let mut one = capability(id);
    let cost = CostByType {
        support: Money::from_units(920.0),
        engineering: Money::from_units(1_840.0),
        ..CostByType::default()
    };
    (one.cost, one.tickets, one.engineering_hours) = (cost, Some(92), Some(46.0));
    one.run_cost_12m = Money::from_units(11_000.0);
    one
}

fn integration(id: &str, vendor: &str) -> CapabilityFacts {
    let mut one = running(id);
    (one.capability.kind, one.capability.vendor) = (CapabilityKind::Integration, Some(vendor.to_owned()));
    one
}

fn company() -> Facts {
    let mut all = facts(vec![integration("a", "v"), running("b"), integration("c", "v"), running("d")]);
    all.cost.attributed.support = Money::from_units(3_680.0);
    all.cost.attributed.engineering = Money::from_units(7_360.0);
    all
}

#[test]
fn a_year_is_that_of_everything_gone_and_its_parts_add_up() {
    // 30 a day of each, of which half ends; the second costs nothing that is known.
    let all = facts(vec![running("a"), capability("b"), running("c")]);
    let mut all = all;
    all.cost.attributed.support = Money::from_units(9_200.0);
    let settings = read(HALF);
    let found = of(&all, &[(0, day("2026-11-10")), (1, day("2026-12-01")), (2, day("2027-02-01"))], &settings);
    let yearly = found.yearly.clone().unwrap();
    near(&[yearly.without, yearly.change.0], &[100.0 * 365.25, -30.0 * 365.25]);
    let each: Vec<Option<f64>> = yearly.by_removal.iter().map(|(_, change)| change.map(|change| change.0)).collect();
    assert_eq!(yearly.by_removal.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(each[1], None);
    near(&[each[0].unwrap() + each[2].unwrap()], &[yearly.change.0]);
    // As the last quarter says, a day at a time.
    let last = lines(&found, ForecastMeasure::RunCost).last().map(|line| line.change.0).unwrap();
    let days = 92.0;
    assert_eq!(found.quarters.last().map(String::as_str), Some("2028-Q1"));
    near(&[last / (days - 1.0)], &[yearly.change.0 / 365.25]);
    assert_eq!(of(&facts(vec![capability("a")]), &[(0, day("2026-11-10"))], &settings).yearly, None);
}

#[test]
fn hand_computed() {
    let mut all = company();
    let median_days = Some(Estimate { n: 40, ..estimate((20.0, 15.0, 30.0)) });
    let cohort =
        |cohort: &str, median_days| Onboarding { cohort: cohort.into(), accounts: 40, reached: 30, median_days };
    all.surface.onboarding = vec![cohort("2026-Q2", median_days), cohort("2026-Q3", None)];
    let found = of(&all, &[(2, day("2027-02-01")), (0, day("2026-11-15"))], &read(HALF));
    assert_eq!(found.quarters, ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4", "2028-Q1"]);
    // 47 days of the first; then all of it and 59 days of the second.
    let days = [47.0, 90.0 + 59.0, 182.0, 184.0, 184.0, 182.0];
    near(&means(&found, ForecastMeasure::RunCost), &days.map(|days| -15.0 * days));
    near(&means(&found, ForecastMeasure::Contacts), &days.map(|days| -0.5 * days));
    near(&means(&found, ForecastMeasure::EngineeringHours), &days.map(|days| -0.25 * days));
    let line = lines(&found, ForecastMeasure::RunCost)[1];
    near(&[line.without], &[120.0 * 90.0]);
    assert_eq!(line.rests_on, [Assumed::AvoidableSupport, Assumed::AvoidableEngineering]);
    assert_eq!((line.assumed, line.history, line.small, line.left_out), (None, true, true, 0));
    assert!(line.change.1.to_bits() == line.change.0.to_bits() && line.change.2.to_bits() == line.change.0.to_bits());
    near(&[lines(&found, ForecastMeasure::Contacts)[5].without], &[4.0 * 91.0]);
    // Both connect to the same vendor, which stays until the second is gone.
    assert_eq!(means(&found, ForecastMeasure::Capabilities), [-1.0, -2.0, -2.0, -2.0, -2.0, -2.0]);
    assert_eq!(means(&found, ForecastMeasure::Integrations), [-1.0, -2.0, -2.0, -2.0, -2.0, -2.0]);
    assert_eq!(means(&found, ForecastMeasure::Vendors), [0.0, -1.0, -1.0, -1.0, -1.0, -1.0]);
    let line = lines(&found, ForecastMeasure::Integrations)[0];
    assert_eq!((line.without, line.assumed, line.history, line.small), (2.0, None, true, false));
    // A quarter of 20 days × a quarter; triangular(0, 0.25, 0.5) has its 10 % point at √(0.1 × 0.5 × 0.25).
    let line = lines(&found, ForecastMeasure::OnboardingDays)[0];
    let tenth = (0.1_f64 * 0.5 * 0.25).sqrt();
    near(
        &[line.without, line.change.0, line.change.1, line.change.2],
        &[20.0, -5.0 * 0.25, -5.0 * (0.5 - tenth), -5.0 * tenth],
    );
    assert_eq!((line.assumed, line.small), (Some(1.0), false));
    // Nobody's use is known, so that nothing is known to be at risk.
    assert_eq!(lines(&found, ForecastMeasure::ArrAtRisk).len(), 0);
}

#[test]
fn nothing_removed_is_nothing_forecast() {
    assert_eq!(of(&company(), &[], &read("")), Forecast::default());
    assert_eq!(of(&company(), &[(9, day("2027-01-01"))], &read("")), Forecast::default());
}

#[test]
fn quarters_end_a_year_after_the_last_removal() {
    let of = |days: &[&str]| {
        let removals: Vec<(usize, NaiveDate)> = days.iter().map(|text| day(text)).enumerate().collect();
        quarters(&removals).iter().map(|quarter| quarter.label()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["2026-12-31"]), ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]);
    assert_eq!(of(&["2027-01-01"])[..2], ["2027-Q1", "2027-Q2"]);
    assert_eq!(of(&["2026-10-01", "2027-04-01"]).len(), 7);
    assert!(of(&[]).is_empty());
}

#[test]
fn one_named_twice_goes_on_the_first_of_its_days() {
    let (all, settings) = (company(), read(""));
    let once = of(&all, &[(0, day("2026-11-15")), (1, day("2027-02-01"))], &settings);
    let twice = of(
        &all,
        &[(1, day("2027-02-01")), (0, day("2027-08-01")), (0, day("2026-11-15")), (7, day("2026-10-01"))],
        &settings,
    );
    assert_eq!(once, twice);
}

#[test]
fn what_is_not_known_is_left_out_and_counted() {
    let mut all = company();
    (all.capabilities[0].tickets, all.capabilities[0].run_cost_12m) = (None, None);
    for known in &mut all.capabilities {
        known.engineering_hours = None;
    }
    let settings = read(HALF);
    let found = of(&all, &[(0, day("2026-10-01")), (1, day("2027-01-01"))], &settings);
    let contacts = lines(&found, ForecastMeasure::Contacts);
    near(&[contacts[0].change.0, contacts[1].change.0], &[0.0, -45.0]);
    assert_eq!([contacts[0].left_out, contacts[1].left_out], [1, 1]);
    assert!(contacts.iter().all(|line| !line.history), "not all of them have a year behind them");
    assert!(contacts[0].change.0.is_sign_positive(), "nothing is 0 and not −0");
    assert_eq!(lines(&found, ForecastMeasure::EngineeringHours).len(), 0);
    // Of the only one removed it is not known, whatever is known of others.
    assert_eq!(lines(&of(&all, &[(0, day("2026-10-01"))], &settings), ForecastMeasure::Contacts).len(), 0);
}

/// Stakes whose cost moves between two replicates, and contacts that move with it.
fn moving(id: &str, support: [f64; 2]) -> CapabilityFacts {
    let mut one = running(id);
    let data = StakeSums { support: 3_652.5, ..StakeSums::default() };
    let replicates = support.map(|factor| StakeSums { support: factor * data.support, ..data });
    one.stakes = Some(Stakes {
        data,
        replicates: replicates.to_vec(),
        accounts: 50,
        accounts_with_arr: 50,
        already_replaced: None,
    });
    one.tickets_drawn = support.map(|factor| factor * 92.0).to_vec();
    one
}

/// What one replicate takes from one capability it gives to the other: together they are not in doubt.
#[test]
fn a_draw_moves_all_capabilities_together() {
    let settings = read(HALF);
    let both = [(0, day("2027-01-01")), (1, day("2027-01-01"))];
    for (second, is_in_doubt) in [([1.5, 0.5], false), ([0.5, 1.5], true)] {
        let all = facts(vec![moving("a", [0.5, 1.5]), moving("b", second)]);
        let mut all = all;
        all.cost.attributed.support = Money::from_units(1_840.0);
        let found = of(&all, &both, &settings);
        for measure in [ForecastMeasure::RunCost, ForecastMeasure::Contacts] {
            let line = lines(&found, measure)[0];
            assert_eq!(line.assumed.is_some(), is_in_doubt, "{measure:?}");
            assert_eq!(line.change.1 < line.change.2, is_in_doubt);
            let a_day = if measure == ForecastMeasure::RunCost { 20.0 } else { 2.0 };
            near(&[line.change.0], &[-0.5 * a_day * 90.0]);
        }
    }
}

#[test]
fn few_contacts_and_few_units_are_small() {
    let small = |all: &Facts| lines(&of(all, &[(0, day("2027-01-01"))], &read("")), ForecastMeasure::Contacts)[0].small;
    let mut all = facts(vec![moving("a", [0.5, 1.5])]);
    assert!(!small(&all), "92 contacts, and draws that are not skewed");
    all.capabilities[0].tickets = Some(19);
    assert!(small(&all));
    // One draw in a hundred is ten times the others: as skewed as one contact.
    all.capabilities[0].tickets = Some(92);
    all.capabilities[0].tickets_drawn = (0..100).map(|at| if at == 0 { 920.0 } else { 92.0 }).collect();
    assert!(small(&all));
}

#[test]
fn doubt_is_split_between_data_and_assumptions() {
    let removal = [(0, day("2027-01-01"))];
    let all = facts(vec![moving("a", [0.5, 1.5])]);
    let assumed =
        |all: &Facts, text: &str| lines(&of(all, &removal, &read(text)), ForecastMeasure::Contacts)[0].assumed;
    assert!(assumed(&all, HALF).unwrap() < 1e-12, "all of it is in the data");
    let both = assumed(&all, "").unwrap();
    // triangular(0.6, 0.9, 1): variance 0.0072, mean 5/6; the data have the variance 0.25.
    let expected = 0.007_222 / (0.007_222 * 1.25 + 0.25 * 0.694_444);
    assert!((both - expected).abs() < 0.004, "{both} is not {expected}");
    let mut without = all;
    (without.capabilities[0].stakes, without.capabilities[0].tickets_drawn) = (None, Vec::new());
    assert_eq!(assumed(&without, ""), Some(1.0));
}

const NUMPY: [f64; 5] =
    [4.122_307_317_066_216, -90.109_375, -140.165_183_666_055_64, -48.978_463_672_654_88, 0.070_851_954_364_536_56];

/// numpy 2.4.6 and scipy 1.17.1: `scipy.stats.skew`, `scipy.stats.t.ppf`, `numpy.quantile` of held × (drawn / held) ** (t / z).
#[test]
fn doubt_agrees_with_numpy() {
    let held = [-80.0, -100.0, -90.0, -85.0, -95.0, -100.0, -70.0, -88.0];
    let ratios = [0.75, 0.875, 1.0, 1.125, 1.25, 1.625, 0.5, 0.8125];
    let drawn: Vec<f64> = held.iter().zip(ratios).map(|(held, ratio)| held * ratio).collect();
    let found = doubt(&drawn, &held);
    near(&[found.units, found.mean, found.low, found.high, found.assumed.unwrap()], &NUMPY);
    // Through zero there is no logarithm: the distance itself is stretched.
    let credit = doubt(&[-3.0, 1.0, -2.0, -1.0], &[-1.0, -1.0, -1.0, -1.0]);
    assert!(credit.low < -2.0 && credit.high > 0.0);
    let nothing = doubt(&[], &[]);
    assert_eq!((nothing.mean, nothing.low, nothing.high, nothing.assumed), (0.0, 0.0, 0.0, None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Removing one earlier never changes less in any quarter, and never more than there is.
    #[test]
    fn earlier_is_never_less(first in 0_i64..400, second in 0_i64..400, sooner in 0_i64..200) {
        let (all, settings) = (company(), read("[plan]\nmonths = 24\n"));
        let at = |days: i64| day("2027-01-01") + chrono::TimeDelta::days(days);
        let late = of(&all, &[(0, at(first)), (1, at(second))], &settings);
        let early = of(&all, &[(0, at(first - sooner)), (1, at(second))], &settings);
        for line in &late.lines {
            let label = &late.quarters[line.quarter];
            let same = early.lines.iter().find(|of| of.measure == line.measure && early.quarters[of.quarter] == *label);
            let Some(same) = same else { continue };
            prop_assert!(same.change.0 <= line.change.0 + 1e-9);
            prop_assert!(same.change.1 <= same.change.0 && same.change.0 <= same.change.2);
            prop_assert!(same.without + same.change.1 >= -1e-9);
        }
    }
}
