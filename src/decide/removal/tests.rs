use proptest::prelude::*;

use super::*;
use crate::decide::testing::{DEFAULTS, capability, estimate, facts};
use crate::metrics::{CapabilityFacts, Signals};

fn scored(capabilities: Vec<CapabilityFacts>) -> Vec<RemovalScore> {
    scores(&facts(capabilities), &DEFAULTS.removal)
}

fn with(id: &str, signals: Signals) -> CapabilityFacts {
    CapabilityFacts { signals, ..capability(id) }
}

fn is(score: &RemovalScore, expected: f64) {
    let found = score.score.unwrap();
    assert!((found - expected).abs() < 1e-12, "{found} and not {expected}");
}

#[test]
fn low_use_is_that_over_the_window_of_the_rhythm() {
    let of = |adoption: f64, in_rhythm: Option<f64>| {
        let mut facts = capability("c");
        facts.adoption = Some(estimate((adoption, 0.0, 1.0)));
        facts.rhythm.adoption = in_rhythm.map(|point| estimate((point, 0.0, 1.0)));
        facts
    };
    let found = scored(vec![of(0.0, Some(0.3)), of(0.1, None)]);
    assert_eq!(found.iter().map(|score| score.score).collect::<Vec<_>>(), [Some(0.0), Some(1.0)]);
}

#[test]
fn places_skip_the_unknown_and_break_ties_by_order() {
    let of = |score: Option<f64>| RemovalScore { score, parts: Vec::new() };
    let scores = [of(Some(0.2)), of(None), of(Some(0.9)), of(Some(0.9))];
    assert_eq!(places(&scores), [Some(3), None, Some(1), Some(2)]);
}

/// Level 1 of weight 1, age 24 of 60 months of weight ½, no maintainer and a known source of weight 1 together, two
/// findings of weight 1: (1·√1 + ½·√0.4 + ½·√1 + ½·√0 + 1·√0.75) / 3.5.
#[test]
fn a_score_by_hand() {
    let dying = Signals {
        use_now: Some(0.01),
        age_months: Some(24.0),
        maintainers: Some(0.0),
        has_home: Some(true),
        unfixed_findings: Some(2.0),
        ..Signals::default()
    };
    let found = scored(vec![with("a", dying), with("b", Signals { use_now: Some(0.2), ..Signals::default() })]);
    is(&found[0], (1.0 + 0.5 * 0.4_f64.sqrt() + 0.5 + 0.75_f64.sqrt()) / 3.5);
    is(&found[1], 0.0);
    let signals: Vec<&str> = found[0].parts.iter().map(|part| part.signal).collect();
    assert_eq!(signals, ["level", "age", "maintainers", "known_source", "unfixed_findings"]);
    let weights: Vec<f64> = found[0].parts.iter().map(|part| part.weight * 3.5).collect();
    for (found, expected) in weights.iter().zip([1.0, 0.5, 0.5, 0.5, 1.0]) {
        assert!((found - expected).abs() < 1e-12, "{weights:?}");
    }
}

/// As pandas 2.3.3, numpy 2.4.6 and scipy 1.17.1 (`rankdata`) have it: places `(rank − 1) / (n − 1)`, their square
/// roots, means within groups over what is known, means of groups by weight over what is known.
#[test]
fn scores_as_scipy_and_pandas_have_them() {
    type Row = ([Option<f64>; 9], [f64; 3]);
    let n = None;
    let rows: [Row; 6] = [
        ([Some(0.8), Some(0.6), n, n, n, n, Some(0.0), Some(0.0), Some(1.0)], [0.02, 70.0, 20.5]),
        (
            [Some(1.1), Some(1.3), Some(0.1), Some(44.0), Some(7.0), Some(0.0), Some(4.0), Some(1.0), Some(0.0)],
            [0.5, 12.0, 0.3],
        ),
        (
            [Some(0.9), Some(0.9), Some(18.0), Some(0.0), Some(0.0), Some(410.0), Some(1.0), Some(1.0), Some(2.0)],
            [0.02, 33.0, 20.5],
        ),
        (
            [n, Some(1.0), Some(3.5), Some(3.0), Some(2.0), Some(0.0), Some(1.0), Some(1.0), Some(0.0)],
            [0.31, 60.0, 7.0],
        ),
        (
            [Some(1.0), Some(1.0), Some(18.0), Some(0.0), Some(0.0), Some(90.0), n, Some(1.0), Some(0.0)],
            [0.0, 90.0, 28.0],
        ),
        ([Some(0.7), n, Some(2.0), Some(1.5), Some(1.0), Some(0.0), Some(2.0), Some(1.0), Some(0.0)], [0.11, 5.0, 1.0]),
    ];
    let of =
        |([c6, c12, since, done, people, untaken, maintainers, home, findings], [used, age, release]): Row| Signals {
            use_now: Some(used),
            change_6m: c6,
            change_12m: c12,
            age_months: Some(age),
            months_since_release: Some(release),
            months_since_change: since,
            finished_changes_24m: done,
            authors_12m: people,
            untaken_days: untaken,
            maintainers,
            has_home: home.map(|home| home > 0.5),
            unfixed_findings: findings,
            ..Signals::default()
        };
    let expected = [
        0.877_748_301_943_095,
        0.069_721_359_549_995_78,
        0.814_308_399_685_208_7,
        0.511_507_417_070_504_4,
        0.685_162_817_766_847,
        0.567_689_539_179_894_8,
    ];
    for (found, expected) in all(&rows.map(of)).iter().zip(expected) {
        assert!((found.score.unwrap() - expected).abs() < 1e-9, "{found:?} and not {expected}");
    }
}

#[test]
fn nothing_known_is_no_score_and_one_capability_has_one() {
    assert_eq!(scored(vec![capability("a")]), [RemovalScore::default()]);
    assert_eq!(scored(Vec::new()), []);
    is(&scored(vec![with("a", Signals { use_now: Some(0.3), ..Signals::default() })])[0], 0.5_f64.sqrt());
    assert_eq!(scored(vec![with("a", Signals { age_months: Some(50.0), ..Signals::default() })])[0].score, None);
    let nothing_weighs = RemovalSettings { level: 0.0, ..DEFAULTS.removal.clone() };
    let one = facts(vec![with("a", Signals { use_now: Some(0.3), ..Signals::default() })]);
    assert_eq!(scores(&one, &nothing_weighs)[0].score, None);
}

#[test]
fn what_stands_on_the_dying_is_dying_and_sound_ground_saves_nobody() {
    let used = |use_now: f64, depends_on: &[usize], family: &[usize]| Signals {
        use_now: Some(use_now),
        depends_on: depends_on.to_vec(),
        family: family.to_vec(),
        ..Signals::default()
    };
    // Places alone: a 1, b ½, c 0.
    let found = scored(vec![
        with("a", used(0.0, &[2], &[])),
        with("b", used(0.1, &[0], &[])),
        with("c", used(0.2, &[], &[0, 1])),
    ]);
    is(&found[0], 1.0);
    is(&found[1], f64::midpoint(0.5_f64.sqrt(), 1.0));
    is(&found[2], f64::midpoint(0.0, 0.75_f64.sqrt()));
    let last = found[2].parts.last().unwrap();
    assert_eq!((last.signal, last.value), ("family", 0.75));
}

#[test]
fn a_yearly_season_is_compared_with_itself_alone() {
    let of = |kind| {
        let signals = Signals { change_6m: Some(0.1), change_12m: Some(1.0), ..Signals::default() };
        let mut facts = with("a", signals);
        facts.rhythm.kind = kind;
        let found = scored(vec![facts]);
        found[0].parts.iter().map(|part| part.signal).collect::<Vec<_>>()
    };
    assert_eq!(of(None), ["change_6m", "change_12m"]);
    assert_eq!(of(Some(crate::metrics::RhythmKind::Yearly)), ["change_12m"]);
}

fn known() -> impl Strategy<Value = Option<f64>> {
    prop::option::weighted(0.8, (0_u8..40).prop_map(f64::from))
}

fn signals() -> impl Strategy<Value = Signals> {
    let counts = (known(), known(), known(), known(), known());
    let changes = (known(), known(), known(), known(), known(), known());
    (counts, changes, prop::option::of(any::<bool>())).prop_map(|(counts, changes, has_home)| Signals {
        use_now: counts.0.map(|share| share / 40.0),
        change_6m: counts.1.map(|change| change / 20.0),
        change_12m: counts.2.map(|change| change / 20.0),
        age_months: counts.3,
        unfixed_findings: counts.4,
        months_since_change: changes.0,
        finished_changes_24m: changes.1,
        authors_12m: changes.2,
        untaken_days: changes.3,
        maintainers: changes.4,
        months_since_release: changes.5,
        has_home,
        ..Signals::default()
    })
}

fn several() -> impl Strategy<Value = Vec<Signals>> {
    prop::collection::vec(signals(), 1..12)
}

fn all(signals: &[Signals]) -> Vec<RemovalScore> {
    scored(signals.iter().enumerate().map(|(n, signals)| with(&n.to_string(), signals.clone())).collect())
}

/// The score of the first, before and after something happened to it.
fn before_and_after(signals: &[Signals], happens: impl Fn(&mut Signals)) -> (Option<f64>, Option<f64>) {
    let mut after = signals.to_vec();
    happens(&mut after[0]);
    (all(signals)[0].score, all(&after)[0].score)
}

proptest! {
    #[test]
    fn contributions_and_weights_sum_and_scores_lie_between_0_and_1(signals in several()) {
        for RemovalScore { score, parts } in all(&signals) {
            let Some(score) = score else { continue };
            prop_assert!((0.0..=1.0).contains(&score));
            prop_assert!((parts.iter().map(|part| part.contribution).sum::<f64>() - score).abs() < 1e-12);
            prop_assert!((parts.iter().map(|part| part.weight).sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(parts.iter().all(|part| (0.0..=1.0).contains(&part.place)));
        }
    }

    #[test]
    fn the_order_of_capabilities_does_not_matter(signals in several(), turn in 0_usize..12) {
        let turn = turn % signals.len();
        let mut turned = signals.clone();
        turned.rotate_left(turn);
        let mut expected = all(&signals);
        expected.rotate_left(turn);
        prop_assert_eq!(all(&turned), expected);
    }

    #[test]
    fn more_use_never_raises_the_score(signals in several(), more in 0.0_f64..2.0) {
        let (before, after) = before_and_after(&signals, |signals| {
            for figure in [&mut signals.use_now, &mut signals.change_6m, &mut signals.change_12m].into_iter().flatten() {
                *figure += more;
            }
        });
        prop_assert!(after <= before.map(|score| score + 1e-12));
    }

    #[test]
    fn a_finished_change_never_raises_the_score(signals in several()) {
        let (before, after) = before_and_after(&signals, |signals| {
            signals.finished_changes_24m.iter_mut().chain(&mut signals.authors_12m).for_each(|figure| *figure += 1.0);
            signals.months_since_change.iter_mut().chain(&mut signals.untaken_days).for_each(|figure| *figure = 0.0);
        });
        prop_assert!(after <= before.map(|score| score + 1e-12));
    }

    #[test]
    fn a_new_unfixed_finding_never_lowers_the_score(signals in several()) {
        let (before, after) = before_and_after(&signals, |signals| {
            signals.unfixed_findings.iter_mut().for_each(|findings| *findings += 1.0);
        });
        prop_assert!(after >= before.map(|score| score - 1e-12));
    }

    /// A signal that nobody has is one whose weight is spread over the others.
    #[test]
    fn a_signal_unknown_for_all_is_absent(signals in several()) {
        let without: Vec<Signals> =
            signals.iter().map(|signals| Signals { unfixed_findings: None, ..signals.clone() }).collect();
        let weightless = RemovalSettings { findings: 0.0, ..DEFAULTS.removal.clone() };
        let capabilities = signals.iter().map(|signals| with("c", signals.clone())).collect();
        for (absent, unweighed) in all(&without).iter().zip(scores(&facts(capabilities), &weightless)) {
            match (absent.score, unweighed.score) {
                (Some(absent), Some(unweighed)) => prop_assert!((absent - unweighed).abs() < 1e-12),
                (absent, unweighed) => prop_assert_eq!(absent, unweighed),
            }
        }
    }
}
