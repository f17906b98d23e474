//! Back-tests on companies of a few capabilities.

use super::*;
use crate::attribute::Catalogue;
use crate::decide::testing::{capability, decided, estimate, facts};
use crate::metrics::CapabilityFacts;

fn settings() -> BacktestSettings {
    BacktestSettings {
        window: Window { as_of: "2026-09-30".parse().unwrap(), months: 24 },
        cuts: vec![1, 2],
        regret_above: 0.2,
        replicates: 200,
        seed: 1,
    }
}

/// Capabilities with the adoption of each, in use throughout.
fn company(adoptions: &[(&str, f64)]) -> Facts {
    let of = |&(id, adoption): &(&str, f64)| CapabilityFacts {
        adoption: Some(estimate((adoption, adoption, adoption))),
        active_accounts: Some(10),
        ..capability(id)
    };
    facts(adoptions.iter().map(of).collect())
}

fn looked_back(facts: &Facts, outcomes: &[Outcome], later: &LaterUse) -> Backtest {
    let lines: Vec<crate::tables::rows::CatalogueLine> = facts
        .capabilities
        .iter()
        .map(|known| crate::tables::rows::CatalogueLine {
            id: Some(known.capability.id.clone()),
            kind: Some("feature".into()),
            ..Default::default()
        })
        .collect();
    let defaults = crate::config::parse("").unwrap();
    let catalogue =
        Catalogue::build(&lines, &[], &defaults.catalogue, std::iter::empty(), &mut crate::diag::Findings::default());
    backtest(facts, &decided(facts), &catalogue, (outcomes, later), &settings())
}

fn removed(name: &str, on: &str) -> Outcome {
    Outcome { capability: Some(name.into()), removed_on: on.parse().ok(), ..Outcome::default() }
}

fn ranking<'a>(result: &'a Backtest, code: &str) -> &'a RankingLine {
    result.rankings.iter().find(|ranking| ranking.code == code).unwrap()
}

#[test]
fn a_perfect_list_and_its_reverse() {
    let facts = company(&[("a", 0.01), ("b", 0.2), ("c", 0.5), ("d", 0.9)]);
    let result = looked_back(&facts, &[removed("a", "2027-01-01")], &LaterUse::new());
    let least = ranking(&result, "least-used");
    assert_eq!(least.roc_auc.unwrap().point, 1.0);
    assert_eq!(least.at[0].precision.unwrap().point, 1.0);
    assert_eq!((least.at[1].precision.unwrap().point, least.at[1].recall.unwrap().point), (0.5, 1.0));
    let result = looked_back(&facts, &[removed("d", "2027-01-01")], &LaterUse::new());
    assert_eq!(ranking(&result, "least-used").roc_auc.unwrap().point, 0.0);
    assert_eq!((result.population, result.positives), (4, 1));
}

#[test]
fn what_was_gone_or_not_in_use_is_not_ranked() {
    let mut facts = company(&[("a", 0.01), ("b", 0.2), ("c", 0.5)]);
    facts.capabilities[2].active_accounts = Some(0);
    let outcomes = [removed("a", "2026-09-30"), removed("b", "2026-10-01"), removed("nobody", "2027-01-01")];
    let result = looked_back(&facts, &outcomes, &LaterUse::new());
    assert_eq!((result.population, result.positives, result.gone_before, result.not_in_use), (1, 1, 1, 1));
    assert_eq!((result.unmatched.as_slice(), result.unmatched_count), (["nobody".to_owned()].as_slice(), 1));
    assert_eq!(ranking(&result, "least-used").roc_auc, None, "all that is left was removed");
}

#[test]
fn a_list_that_says_so_itself_counts_beyond_the_window_and_that_is_said() {
    let facts = company(&[("a", 0.01), ("b", 0.2), ("c", 0.5)]);
    let said = |on| Outcome { removed: Some(true), ..removed("a", on) };
    let outcomes = [said("2031-01-01"), removed("b", "2031-01-01"), removed("c", "2027-01-01")];
    let result = looked_back(&facts, &outcomes, &LaterUse::new());
    assert_eq!((result.positives, result.dated_later), (2, 1));
    // Of two dates of one capability the earlier counts, in any order, also where one row has none.
    for rows in [
        [said("2027-01-01"), said("2031-01-01")],
        [said("2031-01-01"), said("2027-01-01")],
        [said("2027-01-01"), said("")],
    ] {
        let result = looked_back(&facts, &rows, &LaterUse::new());
        assert_eq!((result.positives, result.dated_later), (1, 0));
        assert_eq!(result.first.iter().find(|line| line.id == "a").unwrap().on, "2027-01-01".parse().ok());
    }
}

#[test]
fn regret_counts_what_grew_among_those_whose_later_use_is_known() {
    let facts = company(&[("a", 0.01), ("b", 0.2), ("c", 0.5)]);
    let later = LaterUse::from([(0, 1.21), (2, 0.5)]);
    let result = looked_back(&facts, &[removed("b", "2027-01-01")], &later);
    let at = &ranking(&result, "least-used").at;
    assert_eq!((at[0].regret.unwrap().point, at[1].regret.unwrap().point), (1.0, 0.5));
    assert_eq!((result.later_use_known, result.grew), (2, 1));
}

#[test]
fn an_order_whose_figures_are_not_there_is_named() {
    let facts = company(&[("a", 0.01), ("b", 0.2)]);
    let result = looked_back(&facts, &[removed("a", "2027-01-01")], &LaterUse::new());
    let missing: Vec<&str> = result.missing.iter().map(|missing| missing.code).collect();
    assert!(missing.contains(&"worth-removing") && missing.contains(&"longest-without-release"), "{missing:?}");
    assert!(result.rankings.iter().all(|ranking| ranking.known > 0));
}

#[test]
fn tenths_hold_everything_once() {
    let many: Vec<(String, f64)> = (0..25).map(|n| (format!("c{n:02}"), f64::from(n) / 25.0)).collect();
    let many: Vec<(&str, f64)> = many.iter().map(|(id, adoption)| (id.as_str(), *adoption)).collect();
    let result = looked_back(&company(&many), &[removed("c00", "2027-01-01")], &LaterUse::new());
    assert_eq!(result.tenths.iter().map(|tenth| tenth.capabilities).sum::<u64>(), 25);
    assert_eq!(result.tenths.iter().map(|tenth| tenth.removed).sum::<u64>(), 1);
    assert_eq!(result.tenths[0].removed, 1, "it is the least used");
    assert_eq!((result.first.len(), result.first[0].id.as_str(), result.first[0].removed), (25, "c00", true));
}
