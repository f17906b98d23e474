//! Which incident explains which episode.

use std::cmp::Reverse;
use std::collections::VecDeque;

use chrono::{NaiveDateTime, TimeDelta};

use super::super::{Episode, Evidence};
use crate::attribute::Targets;

/// One incident as one capability met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    pub capability: usize,
    /// Row of the table.
    pub row: usize,
    pub from: NaiveDateTime,
    /// `None`: no end of it is known.
    pub ended: Option<NaiveDateTime>,
    /// Until when it may explain what breaks.
    pub until: NaiveDateTime,
}

/// Whether any incident that is known states an end, so that one without is open.
pub fn ends_are_recorded(evidence: Evidence) -> bool {
    let known = |at: Option<NaiveDateTime>| at.is_some_and(|at| at < evidence.now());
    evidence.incidents.unwrap_or_default().iter().any(|incident| known(incident.resolved_at))
}

/// Every incident that began before the end of the as-of date, once per capability that it reaches; by capability, start, id, row.
/// One whose end is not known lasts the window until [`outlast`] has looked at what broke with it.
pub fn outages(evidence: Evidence, within: TimeDelta) -> Vec<Outage> {
    let incidents = evidence.incidents.unwrap_or_default();
    let now = evidence.now();
    let mut targets = Targets::new(evidence.catalogue);
    let mut found = Vec::new();
    for (row, incident) in incidents.iter().enumerate() {
        let Some(from) = incident.started_at.filter(|from| *from < now) else { continue };
        let ended = incident.resolved_at.filter(|ended| *ended < now).map(|ended| ended.max(from));
        let until = ended.unwrap_or((from + within).min(now));
        let reached = targets.of_incident(incident).into_iter();
        found.extend(reached.map(|capability| Outage { capability, row, from, ended, until }));
    }
    let key = |outage: &Outage| (outage.capability, outage.from, &incidents[outage.row].incident_id, outage.row);
    found.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    found
}

/// Lets the incidents of one capability whose end is not known last as long as the longest of the sustained episodes that began
/// within the window around their start. An incident that somebody forgot to close would else explain whatever breaks for
/// years, and all of that would count as detected when it was opened.
pub fn outlast(
    outages: &mut [Outage],
    episodes: &[Episode],
    of_capability: &[usize],
    (now, within): (NaiveDateTime, TimeDelta),
) {
    let sustained = of_capability.iter().map(|&place| &episodes[place]).filter(|episode| episode.sustained);
    let span = |episode: &Episode| (episode.began.middle(), episode.ended.map_or(now, |ended| ended.latest));
    let mut spans: Vec<(NaiveDateTime, NaiveDateTime)> = sustained.map(span).collect();
    spans.sort_unstable();
    let mut spans = spans.into_iter().peekable();
    // Those that began near the incident at hand and that nothing later outlasts, the longest first.
    let mut near: VecDeque<(NaiveDateTime, NaiveDateTime)> = VecDeque::new();
    for outage in outages.iter_mut() {
        while let Some(next) = spans.next_if(|next| next.0 <= outage.from + within) {
            while near.pop_back_if(|last| last.1 <= next.1).is_some() {}
            near.push_back(next);
        }
        while near.pop_front_if(|first| first.0 < outage.from - within).is_some() {}
        if let (None, Some(longest)) = (outage.ended, near.front()) {
            outage.until = outage.until.max(longest.1).min(now);
        }
    }
}

/// For every episode of one capability, given by their places, the incident that explains it, as a place among `outages`, which are
/// those of the capability by start and id. See [`super::FAILURES`].
pub fn explain(
    episodes: &[Episode],
    of_capability: &[usize],
    outages: &[Outage],
    (now, within): (NaiveDateTime, TimeDelta),
) -> Vec<Option<usize>> {
    let index = Index::of(outages);
    let fit = |&place: &usize| {
        let episode = &episodes[place];
        // A single failed run is no news; it belongs to an outage that it fell into, not to one that it came near.
        let reach = if episode.sustained { within } else { TimeDelta::zero() };
        let until = episode.ended.map_or(now, |ended| ended.latest).max(episode.began.earliest);
        index.best(Window {
            from: millis(episode.began.earliest),
            until: millis(until),
            reach: reach.num_milliseconds(),
        })
    };
    let fits: Vec<Option<Fit>> = of_capability.iter().map(fit).collect();
    let mut takers = vec![Takers::default(); outages.len()];
    let ties: Vec<Option<Tie>> = fits
        .iter()
        .zip(of_capability)
        .map(|(fit, &place)| fit.map(|fit| Tie::of(fit, &episodes[place], &outages[fit.place], within)))
        .collect();
    for ((fit, tie), &place) in fits.iter().zip(&ties).zip(of_capability) {
        if let (Some(fit), Some(tie)) = (fit, tie)
            && episodes[place].sustained
        {
            takers[fit.place].count(*tie);
        }
    }
    let kept = |(fit, tie): (&Option<Fit>, &Option<Tie>)| {
        let place = (*fit)?.place;
        takers[place].keeps((*tie)?).then_some(place)
    };
    fits.iter().zip(&ties).map(kept).collect()
}

/// How an episode hangs on the incident that fits it best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// They overlap, and it began with the incident or during it.
    Fresh,
    /// They overlap, and it had been going on for longer than the window when the incident began.
    Stale,
    /// They only come near each other.
    Apart,
}

impl Tie {
    fn of(fit: Fit, episode: &Episode, outage: &Outage, within: TimeDelta) -> Self {
        if !fit.touches {
            Self::Apart
        } else if outage.from - episode.began.latest > within {
            Self::Stale
        } else {
            Self::Fresh
        }
    }
}

/// The sustained episodes that an incident fits best.
#[derive(Debug, Clone, Copy, Default)]
struct Takers {
    fresh: usize,
    stale: usize,
}

impl Takers {
    fn count(&mut self, tie: Tie) {
        match tie {
            Tie::Fresh => self.fresh += 1,
            Tie::Stale => self.stale += 1,
            Tie::Apart => {}
        }
    }

    /// Whether the incident explains episodes that hang on it so.
    fn keeps(self, tie: Tie) -> bool {
        match tie {
            Tie::Fresh => true,
            Tie::Stale => self.fresh == 0 || self.fresh < self.stale,
            Tie::Apart => self.fresh + self.stale == 0,
        }
    }
}

/// An episode on the scale of milliseconds, and how far around it an incident may lie.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: i64,
    until: i64,
    reach: i64,
}

/// How well an incident fits, or how well any of several could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fit {
    overlap: i64,
    distance: i64,
    place: usize,
    /// Whether they have a moment in common.
    touches: bool,
}

impl Fit {
    /// Smaller is better. Of equal distances the earlier start goes first, then the id: the order of the places.
    fn rank(self) -> (Reverse<i64>, i64, usize) {
        (Reverse(self.overlap), self.distance, self.place)
    }
}

/// Incidents of one capability in a binary tree over their starts, so that the best for an episode is found without looking at
/// all: of every branch the best that any in it could be is known, and what cannot win is not opened.
#[derive(Debug)]
struct Index {
    from: Vec<i64>,
    /// Latest end and greatest length of every branch; the children of branch `n` are `2n` and `2n + 1`.
    branches: Vec<(i64, i64)>,
}

impl Index {
    fn of(outages: &[Outage]) -> Self {
        let from: Vec<i64> = outages.iter().map(|outage| millis(outage.from)).collect();
        let mut index = Self { from, branches: vec![(i64::MIN, 0); 4 * outages.len().max(1)] };
        if !outages.is_empty() {
            index.grow(outages, 1, 0, outages.len());
        }
        index
    }

    fn grow(&mut self, outages: &[Outage], branch: usize, low: usize, high: usize) {
        self.branches[branch] = if high - low == 1 {
            (millis(outages[low].until), millis(outages[low].until) - self.from[low])
        } else {
            let middle = usize::midpoint(low, high);
            self.grow(outages, 2 * branch, low, middle);
            self.grow(outages, 2 * branch + 1, middle, high);
            let (left, right) = (self.branches[2 * branch], self.branches[2 * branch + 1]);
            (left.0.max(right.0), left.1.max(right.1))
        };
    }

    fn best(&self, window: Window) -> Option<Fit> {
        let mut best = None;
        if !self.from.is_empty() {
            self.descend((1, 0, self.from.len()), window, &mut best);
        }
        best
    }

    fn descend(&self, (branch, low, high): (usize, usize, usize), window: Window, best: &mut Option<Fit>) {
        let Some(bound) = self.bound((branch, low, high), window) else { return };
        if best.is_some_and(|best| best.rank() <= bound.rank()) {
            return;
        }
        if high - low == 1 {
            *best = Some(bound);
            return;
        }
        let middle = usize::midpoint(low, high);
        let mut children = [(2 * branch, low, middle), (2 * branch + 1, middle, high)];
        let promise = |child| self.bound(child, window).map(|bound: Fit| Reverse(bound.rank()));
        if promise(children[0]) < promise(children[1]) {
            children.reverse();
        }
        for child in children {
            self.descend(child, window, best);
        }
    }

    /// The best that any of a branch could be, and of a single one what it is; `None` when none of them is near enough.
    fn bound(&self, (branch, low, high): (usize, usize, usize), window: Window) -> Option<Fit> {
        let (until, length) = self.branches[branch];
        let (first, last) = (self.from[low], self.from[high - 1]);
        if until < window.from - window.reach || first > window.until + window.reach {
            return None;
        }
        let overlap = until.min(window.until) - first.max(window.from);
        let distance = (first - window.from).max(window.from - last).max(0);
        Some(Fit { overlap: overlap.clamp(0, length), distance, place: low, touches: overlap >= 0 })
    }
}

fn millis(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::super::super::Moment;
    use super::super::super::testing::at;
    use super::super::testing::episode;
    use super::*;
    use proptest::prelude::*;

    fn hour(hour: i64) -> NaiveDateTime {
        at("07-01T00:00") + TimeDelta::hours(hour)
    }

    fn outage(row: usize, from: i64, until: i64) -> Outage {
        Outage { capability: 0, row, from: hour(from), ended: Some(hour(until)), until: hour(until) }
    }

    /// Which of the outages explains each stretch; the window is 72 hours.
    fn explained(episodes: &[Episode], outages: &[Outage]) -> Vec<Option<usize>> {
        let all: Vec<usize> = (0..episodes.len()).collect();
        explain(episodes, &all, outages, (hour(2_000), TimeDelta::hours(72)))
    }

    fn stretch(from: i64, until: i64) -> Episode {
        episode(0, "u", hour(from), Some(hour(until)))
    }

    fn single(from: i64, until: i64) -> Episode {
        Episode { sustained: false, ..stretch(from, until) }
    }

    #[test]
    fn the_rule_by_hand() {
        assert_eq!(explained(&[stretch(0, 5)], &[]), [None]);
        assert_eq!(explained(&[], &[outage(0, 0, 5)]), []);
        for (what, from, until, expected) in [
            ("inside", 1, 4, Some(0)),
            ("touching the window before", -100, -72, Some(0)),
            ("before it", -100, -73, None),
            ("touching the window after", 77, 99, Some(0)),
            ("after it", 78, 99, None),
        ] {
            assert_eq!(explained(&[stretch(0, 5)], &[outage(0, from, until)]), [expected], "{what}");
        }
        // Four hours against three; then the nearer start; then the earlier; then the id, which is the order they stand in.
        assert_eq!(explained(&[stretch(0, 10)], &[outage(0, -50, 3), outage(1, 6, 20)]), [Some(1)]);
        assert_eq!(explained(&[stretch(0, 10)], &[outage(0, -5, 20), outage(1, -1, 20)]), [Some(1)]);
        assert_eq!(explained(&[stretch(0, 10)], &[outage(0, -3, 4), outage(1, 3, 7)]), [Some(0)]);
        assert_eq!(explained(&[stretch(0, 10)], &[outage(0, 1, 2), outage(1, 1, 2)]), [Some(0)]);
        // An open episode runs to now.
        let open = Episode { ended: None, ..stretch(0, 0) };
        assert_eq!(explained(&[open], &[outage(0, 1_500, 1_501)]), [Some(0)]);
        // Of an onset that lies anywhere in ten hours, the last good run counts.
        let vague = Episode { began: Moment { earliest: hour(-10), latest: hour(0) }, ..stretch(0, 5) };
        assert_eq!(explained(&[vague], &[outage(0, -90, -80)]), [Some(0)]);
    }

    #[test]
    fn a_single_failed_run_belongs_to_what_it_fell_into() {
        let outages = [outage(0, 10, 20)];
        assert_eq!(explained(&[single(8, 9), single(9, 10), single(12, 13)], &outages), [None, Some(0), Some(0)]);
    }

    #[test]
    fn an_outage_that_overlaps_some_does_not_take_what_it_comes_near() {
        let near = [stretch(-40, -30), single(12, 13)];
        assert_eq!(
            explained(&near, &[outage(0, 10, 20)]),
            [Some(0), Some(0)],
            "a single run is no episode to hold on to"
        );
        let both = [stretch(-40, -30), stretch(11, 25)];
        assert_eq!(explained(&both, &[outage(0, 10, 20)]), [None, Some(0)]);
    }

    #[test]
    fn one_account_that_was_broken_for_weeks_does_not_move_an_outage() {
        let outages = [outage(0, 500, 520)];
        let chronic = [stretch(0, 900), stretch(499, 520), stretch(501, 515)];
        assert_eq!(explained(&chronic, &outages), [None, Some(0), Some(0)]);
        // As many: what began with it is explained by it.
        assert_eq!(explained(&chronic[..2], &outages), [None, Some(0)]);
        // Opened late: most of what it found had long been broken.
        let late = [stretch(0, 900), stretch(5, 900), stretch(499, 520)];
        assert_eq!(explained(&late, &outages), [Some(0); 3]);
        assert_eq!(explained(&chronic[..1], &outages), [Some(0)]);
        let noise = [stretch(0, 900), single(499, 501)];
        assert_eq!(explained(&noise, &outages), [Some(0), Some(0)], "a single failed run is no sign of an onset");
    }

    #[test]
    fn an_incident_that_nobody_closed_lasts_as_long_as_what_broke_with_it() {
        let unclosed = |from| Outage { ended: None, until: hour(from + 72), ..outage(0, from, from) };
        let until = |episodes: &[Episode], from| {
            let all: Vec<usize> = (0..episodes.len()).collect();
            let mut outages = [outage(0, from - 1, from + 1), unclosed(from)];
            outlast(&mut outages, episodes, &all, (hour(2_000), TimeDelta::hours(72)));
            assert_eq!(outages[0].until, hour(from + 1), "what is stated stays");
            (outages[1].until - hour(0)).num_hours()
        };
        assert_eq!(until(&[], 100), 172);
        assert_eq!(until(&[stretch(28, 300), stretch(90, 200), stretch(172, 250)], 100), 300);
        assert_eq!(until(&[stretch(27, 300), stretch(173, 400), single(100, 500)], 100), 172);
        assert_eq!(until(&[Episode { ended: None, ..stretch(90, 0) }], 100), 2_000);
        assert_eq!(until(&[stretch(90, 5_000)], 100), 2_000);
    }

    proptest! {
        #[test]
        fn the_queue_finds_what_looking_at_every_pair_does(
            starts in prop::collection::vec(0_i64..400, 1..12),
            stretches in prop::collection::vec((0_i64..500, 0_i64..300, any::<bool>()), 0..20),
        ) {
            let mut starts = starts;
            starts.sort_unstable();
            let unclosed = |&from: &i64| Outage { ended: None, until: hour(from + 72), ..outage(0, from, from) };
            let mut outages: Vec<Outage> = starts.iter().map(unclosed).collect();
            let episodes: Vec<Episode> = stretches
                .iter()
                .map(|&(from, length, sustained)| Episode { sustained, ..stretch(from, from + length) })
                .collect();
            let all: Vec<usize> = (0..episodes.len()).collect();
            outlast(&mut outages, &episodes, &all, (hour(2_000), TimeDelta::hours(72)));
            for (outage, from) in outages.iter().zip(starts) {
                let near = stretches.iter().filter(|near| near.2 && (near.0 - from).abs() <= 72);
                let longest = near.map(|near| near.0 + near.1).max().unwrap_or(0);
                prop_assert_eq!(outage.until, hour(longest.max(from + 72)));
            }
        }

        /// Against a look at every pair.
        #[test]
        fn the_tree_finds_what_looking_at_every_pair_does(
            outages in prop::collection::vec((0_i64..100, 0_i64..60), 0..25),
            windows in prop::collection::vec((0_i64..120, 0_i64..40, 0_i64..20), 1..10),
        ) {
            let mut outages: Vec<Outage> = outages.iter().map(|&(from, length)| outage(0, from, from + length)).collect();
            outages.sort_unstable_by_key(|outage| outage.from);
            let index = Index::of(&outages);
            for (from, length, reach) in windows {
                let [from, length, reach] = [hour(from), hour(from + length), hour(reach)].map(millis);
                let window = Window { from, until: length, reach: reach - millis(hour(0)) };
                let fit = |(place, outage): (usize, &Outage)| {
                    let (from, until) = (millis(outage.from), millis(outage.until));
                    let near = until >= window.from - window.reach && from <= window.until + window.reach;
                    let overlap = (until.min(window.until) - from.max(window.from)).max(0);
                    near.then_some((Reverse(overlap), (from - window.from).abs(), place))
                };
                let expected = outages.iter().enumerate().filter_map(fit).min();
                prop_assert_eq!(index.best(window).map(Fit::rank), expected);
            }
        }
    }
}
