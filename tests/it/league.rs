//! The league table: rules that name features for removal, on companies whose truth is known by construction. See docs/league.md.
//! `cargo test --test it league -- --nocapture` prints the table, `LEAGUE_SEEDS=100` takes a hundred companies of each size, and
//! `DEADHEAD_BLESS=1` writes the figures that the methodology shows.

use std::fmt::Write as _;
use std::path::Path;

use deadhead::sample::FeatureKind;
use deadhead::units::Estimate;

pub mod judging;

use judging::{Call, Judged, OURS, Standing};

/// Companies of each size, of which the committed figures are.
const SEEDS: u64 = 12;

fn seeds() -> u64 {
    std::env::var("LEAGUE_SEEDS").ok().map_or(SEEDS, |text| text.parse().unwrap())
}

fn find<'a>(all: &'a [Standing], rule: &str, kind: Option<FeatureKind>) -> &'a Standing {
    all.iter().find(|s| s.rule == rule && s.kind == kind && s.customers.is_none()).unwrap()
}

/// Two companies of three and two features: false 1 of 2 and 0 of 1, missed 1 of 1 (abstained) and 0 of 1.
#[test]
fn standings_by_hand() {
    let company = |truth: &[(FeatureKind, bool)], calls: &[Call]| Judged {
        customers: 60,
        truth: truth.to_vec(),
        calls: judging::rules().into_iter().map(|rule| (rule, calls.to_vec())).collect(),
    };
    let (steady, seasonal, dead) =
        ((FeatureKind::Steady, true), (FeatureKind::Seasonal, true), (FeatureKind::Dead, false));
    let first = company(&[steady, seasonal, dead], &[Call::Keep, Call::Remove, Call::Abstain]);
    let second = company(&[steady, dead], &[Call::Abstain, Call::Remove]);
    let standings = judging::standings(&[first, second]);
    let all = find(&standings, OURS, None);
    assert_eq!((all.needed, all.false_removals, all.abstained_needed), (3, 1, 1));
    assert_eq!((all.removable, all.missed, all.abstained_removable), (2, 1, 1));
    assert!((all.false_rate.unwrap().point - 1.0 / 3.0).abs() < 1e-12);
    assert!((all.missed_rate.unwrap().point - 0.5).abs() < 1e-12);
    // The mean of 100 · (4 · 1 + 1) / 3 and of 0 / 2.
    assert!((all.loss.unwrap().point - 250.0 / 3.0).abs() < 1e-9);
    let seasonal = find(&standings, OURS, Some(FeatureKind::Seasonal));
    assert_eq!((seasonal.needed, seasonal.false_removals, seasonal.missed_rate), (1, 1, None));
    assert!(standings.iter().filter(|s| s.customers == Some(400)).all(|s| s.companies == 0 && s.false_rate.is_none()));
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the table is what the comparison is for; a test that passes keeps it to itself"
)]
fn ours_removes_less_of_what_is_needed_than_any_window_without_use() {
    let seeds = seeds();
    let standings = judging::standings(&judging::league(seeds));
    println!("{}", judging::printed(&standings));
    if seeds == SEEDS {
        compare(&csv(&standings));
    }
    // A rule that never decides never errs: ours must be worth more than removing nothing, and find what is dead.
    let loss = |rule| find(&standings, rule, None).loss.unwrap();
    assert!(loss(OURS).high < loss(judging::NOTHING).low);
    assert!(find(&standings, OURS, Some(FeatureKind::Dead)).missed_rate.unwrap().point < 0.1);
    let kinds = [None, Some(FeatureKind::Seasonal), Some(FeatureKind::YearEnd), Some(FeatureKind::Young)];
    for kind in kinds {
        let ours = find(&standings, OURS, kind).false_rate.unwrap();
        for rule in judging::STALE_AFTER.map(judging::stale_name) {
            let window = find(&standings, &rule, kind).false_rate.unwrap();
            if kind == Some(FeatureKind::Young) {
                // A window longer than the feature is old cannot call it stale, so both may err never.
                assert!(ours.point <= window.point, "{kind:?} {rule}: {ours:?} against {window:?}");
            } else {
                // Not only lower on these companies: below the whole interval over companies of the window.
                assert!(ours.point < window.low, "{kind:?} {rule}: {ours:?} against {window:?}");
            }
        }
    }
}

fn compare(csv: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/league.csv");
    if std::env::var_os("DEADHEAD_BLESS").is_some() {
        std::fs::write(&path, csv).unwrap();
    } else {
        assert_eq!(csv, std::fs::read_to_string(&path).unwrap(), "the figures moved: DEADHEAD_BLESS=1 writes them");
    }
}

/// The standings as a CSV file.
fn csv(standings: &[Standing]) -> String {
    let mut text = String::from(
        "rule,customers,kind,companies,needed,false_removals,false_removal_rate,false_removal_low,false_removal_high,\
         abstained_needed,removable,missed_removals,missed_removal_rate,missed_removal_low,missed_removal_high,\
         abstained_removable,loss,loss_low,loss_high\n",
    );
    let estimate = |of: Option<Estimate>, digits: usize| {
        of.map_or_else(|| ",,".to_owned(), |e| format!("{:.digits$},{:.digits$},{:.digits$}", e.point, e.low, e.high))
    };
    for s in standings {
        let size = s.customers.map_or_else(|| "all".to_owned(), |size| size.to_string());
        let kind = s.kind.map_or("all", FeatureKind::as_str);
        writeln!(
            text,
            "{},{size},{kind},{},{},{},{},{},{},{},{},{},{}",
            s.rule,
            s.companies,
            s.needed,
            s.false_removals,
            estimate(s.false_rate, 4),
            s.abstained_needed,
            s.removable,
            s.missed,
            estimate(s.missed_rate, 4),
            s.abstained_removable,
            estimate(s.loss, 2)
        )
        .unwrap();
    }
    text
}
