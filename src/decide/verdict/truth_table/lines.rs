//! Every threshold from both sides.

use super::*;

/// On which side of a line.
#[derive(Debug, Clone, Copy)]
enum Side {
    Below,
    At,
    Above,
}

impl Side {
    /// The nearest number on this side.
    fn of(self, line: f64) -> f64 {
        match self {
            Self::Below => line.next_down(),
            Self::At => line,
            Self::Above => line.next_up(),
        }
    }

    fn whole(self, line: i64) -> i64 {
        match self {
            Self::Below => line - 1,
            Self::At => line,
            Self::Above => line + 1,
        }
    }
}

/// A threshold: its setting, how a figure is put there, and the verdicts just below it, at it and just above.
type Line = (&'static str, fn(&mut Scene, Side), [Verdict; 3]);

use Verdict::{
    Deprecate, InsufficientData, Keep, Promote, Protected, Repair, Seasonal, SegmentCritical, TooNew, Watch,
};

const LINES: &[Line] = &[
    (
        "rule.rare_below, upper end",
        |scene, side| scene.it().adoption = Some(estimate((0.05, 0.03, side.of(0.10)))),
        [Deprecate, Watch, Watch],
    ),
    (
        "rule.rare_below, point",
        |scene, side| scene.it().adoption = Some(estimate((side.of(0.10), 0.05, 0.15))),
        [Watch, Keep, Keep],
    ),
    (
        "rule.disproportion_above, lower end",
        |scene, side| scene.it().disproportion = Some(estimate((2.0, side.of(1.0), 3.0))),
        [Watch, Watch, Deprecate],
    ),
    (
        "rule.disproportion_above, point",
        |scene, side| scene.it().disproportion = Some(estimate((side.of(1.0), 0.5, 3.0))),
        [Keep, Keep, Watch],
    ),
    (
        "rule.material_share",
        |scene, side| scene.it().cost_share = Share::of(side.of(0.0025), 1.0),
        [Keep, Keep, Deprecate],
    ),
    (
        // Six months before the end of the period, 1 October.
        "guards.too_new_months",
        |scene, side| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
            scene.it().capability.launched_on = Some(day + chrono::TimeDelta::days(side.whole(0)));
        },
        [Deprecate, Deprecate, TooNew],
    ),
    (
        "guards.min_base_accounts",
        |scene, side| scene.facts.base.accounts = side.whole(30).unsigned_abs(),
        [InsufficientData, Deprecate, Deprecate],
    ),
    (
        "guards.min_days_observed",
        |scene, side| {
            let last = chrono::NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();
            scene.facts.base.observed = Some((last - chrono::TimeDelta::days(side.whole(28) - 1), last));
        },
        [InsufficientData, Deprecate, Deprecate],
    ),
    (
        "guards.segment_adoption",
        |scene, side| scene.it().segment_adoption[0] = Some(estimate((side.of(0.30), 0.2, 0.6))),
        [Deprecate, SegmentCritical, SegmentCritical],
    ),
    (
        // Of 400 accounts, where no ARR is known.
        "guards.segment_arr_share",
        |scene, side| {
            wanted_by_a_segment(scene);
            scene.facts.segments[0].arr = None;
            scene.facts.segments[0].accounts = side.whole(20).unsigned_abs();
        },
        [Deprecate, SegmentCritical, SegmentCritical],
    ),
    (
        "guards.error_share",
        |scene, side| scene.it().error_share = Share::of(side.of(0.2), 1.0),
        [Deprecate, Watch, Watch],
    ),
    ("decision.remove_from", |scene, side| scene.benefit = Some(benefit(side.of(0.8))), [Watch, Deprecate, Deprecate]),
    (
        "decision.promote_retention, lower end",
        |scene, side| {
            loved(scene);
            scene.it().retention = Some(estimate((0.97, side.of(0.8), 1.0)));
        },
        [Keep, Promote, Promote],
    ),
    (
        "rule.disproportion_above, upper end, for promoting",
        |scene, side| {
            loved(scene);
            scene.it().disproportion = Some(estimate((0.5, 0.2, side.of(1.0))));
        },
        [Promote, Promote, Keep],
    ),
    (
        "rule.material_share, for promoting",
        |scene, side| {
            loved(scene);
            scene.it().disproportion = Some(estimate((0.9, 0.2, 3.0)));
            scene.it().cost_share = Share::of(side.of(0.0025), 1.0);
        },
        [Promote, Promote, Keep],
    ),
    (
        "rule.rare_below, for repair",
        |scene, side| {
            unreliable(scene);
            cheap(scene);
            scene.it().adoption = Some(estimate((side.of(0.10), 0.05, 0.15)));
        },
        [Keep, Repair, Repair],
    ),
    (
        "rule.rare_below, of the best month",
        |scene, side| scene.it().monthly_adoption[3] = Some(side.of(0.10)),
        [Deprecate, Seasonal, Seasonal],
    ),
    (
        "the day protected_until, against the as-of date",
        |scene, side| {
            scene.it().capability.protected_until = Some(SOME_DAY + chrono::TimeDelta::days(side.whole(0)));
        },
        [Deprecate, Protected, Protected],
    ),
    (
        "the lower end of the break-even price, against the platform's",
        |scene, side| {
            dearer_than_platform(scene);
            common(scene);
            let low = Money::from_micros(i128::from(side.whole(10_000_000_000)));
            scene.connects().procure.break_even_range = Some(low).zip(money(30_000.0));
        },
        [Keep, Keep, Verdict::Procure],
    ),
];

#[test]
fn every_line_is_drawn_where_the_page_says() {
    for (setting, put, verdicts) in LINES {
        for (side, verdict) in [Side::Below, Side::At, Side::Above].into_iter().zip(verdicts) {
            let decision = with(|scene| put(scene, side));
            assert_eq!(decision.verdict, *verdict, "{setting}, {side:?}: {:?}", codes(&decision));
        }
    }
}

#[test]
fn sixteen_that_all_came_back_are_the_fewest_that_say_something() {
    for (accounts, verdict) in [(15, Keep), (16, Promote)] {
        let decision = with(|scene| {
            loved(scene);
            scene.it().retention = stats::wilson(accounts, accounts);
        });
        assert_eq!(decision.verdict, verdict, "{accounts}");
    }
}
