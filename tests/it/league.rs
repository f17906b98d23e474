//! The league table: rules that name features for removal, on companies whose truth is known by construction. See docs/league.md.
//! `cargo test --test it league -- --nocapture` prints the table, `LEAGUE_SEEDS=100` takes a hundred companies of each size, and
//! `DEADHEAD_BLESS=1` writes the figures that the methodology shows.

use std::path::Path;

use deadhead::sample::FeatureKind;

pub mod judging;

use judging::{Judged, OURS, SIZES, Standing};

/// Companies of each size, of which the committed figures are.
const SEEDS: u64 = 12;

fn seeds() -> u64 {
    std::env::var("LEAGUE_SEEDS").ok().map_or(SEEDS, |text| text.parse().unwrap())
}

fn find<'a>(all: &'a [Standing], rule: &str, kind: Option<FeatureKind>) -> &'a Standing {
    all.iter().find(|s| s.rule == rule && s.kind == kind && s.customers.is_none()).unwrap()
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the table is what the comparison is for; a test that passes keeps it to itself"
)]
fn ours_removes_less_of_what_is_needed_than_any_window_without_use() {
    let seeds = seeds();
    let companies = SIZES.iter().flat_map(|&size| (0..seeds).map(move |seed| (size, seed)));
    let judged: Vec<Judged> = companies.map(|(size, seed)| judging::judged(size, seed)).collect();
    let standings = judging::standings(&judged);
    println!("{}", judging::printed(&standings));
    if seeds == SEEDS {
        compare(&judging::csv(&standings));
    }
    let kinds = [None, Some(FeatureKind::Seasonal), Some(FeatureKind::YearEnd), Some(FeatureKind::Young)];
    for kind in kinds {
        let ours = find(&standings, OURS, kind).false_rate.unwrap();
        for rule in judging::stale_rules() {
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
