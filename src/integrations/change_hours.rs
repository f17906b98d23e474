//! What past vendor changes took: the work around them, above what the same integrations take otherwise.

use super::Evidence;
use super::vendor_changes::Known;
use crate::attribute::Source;
use crate::config::VolatilitySettings;

/// A day, counted from the first of the common era.
type Day = i64;

/// Hours of work for every breaking change up to the as-of date, aligned with [`Known::changes`]; `None`: it is none of those, or
/// its hours cannot be measured. See [`super::volatility::EXPECTED_CHANGE_HOURS`].
pub(super) fn by_change(known: &Known, evidence: Evidence, settings: &VolatilitySettings) -> Vec<Option<f64>> {
    let mut hours = vec![None; known.changes.len()];
    let Some(work) = Work::of(evidence) else { return hours };
    let mut windows: Vec<Vec<Window>> = vec![Vec::new(); work.by_capability.len()];
    for (index, change) in known.changes.iter().enumerate() {
        let Some(day) = change.row.effective_on.map(day_of).filter(|_| change.breaking() == Some(true)) else {
            continue;
        };
        let window = Window {
            change: index,
            from: day - Day::from(settings.work_before_days),
            until: day + Day::from(settings.work_after_days) + 1,
        };
        for &capability in &change.capabilities {
            windows[capability].push(window);
        }
        // A window that reaches beyond the days that are known was only seen in part.
        let is_seen = window.from >= work.from && window.until <= work.until && !change.capabilities.is_empty();
        hours[index] = is_seen.then_some(0.0);
    }
    for (windows, work_days) in windows.iter().zip(&work.by_capability).filter(|(windows, _)| !windows.is_empty()) {
        let excess = Excess::of(windows, work_days, (work.from, work.until));
        for window in windows {
            let more = excess.as_ref().map(|excess| excess.of_window(*window));
            hours[window.change] = hours[window.change].zip(more).map(|(sum, more)| sum + more);
        }
    }
    hours.into_iter().map(|hours| hours.map(|hours| hours.max(0.0))).collect()
}

/// Engineering run work by capability.
struct Work {
    /// The first day with a work item of any kind.
    from: Day,
    /// The day after the as-of date.
    until: Day,
    /// Day and hours, by day.
    by_capability: Vec<Vec<(Day, f64)>>,
}

impl Work {
    /// `None` when no work item states hours.
    fn of(evidence: Evidence) -> Option<Self> {
        let as_of = evidence.spans.as_of;
        let entries =
            || evidence.ledger.entries.iter().filter(|entry| entry.source == Source::WorkItems && entry.on <= as_of);
        let from = entries().filter(|entry| entry.hours > 0.0).map(|entry| day_of(entry.on)).min()?;
        let mut by_capability = vec![Vec::new(); evidence.catalogue.capabilities().len()];
        for entry in entries().filter(|entry| entry.cost_type.is_run()) {
            if let Some(capability) = entry.capability {
                by_capability[capability].push((day_of(entry.on), entry.hours));
            }
        }
        for days in &mut by_capability {
            days.sort_by(|a: &(Day, f64), b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        }
        Some(Self { from, until: day_of(as_of) + 1, by_capability })
    }
}

/// The days around a change.
#[derive(Clone, Copy)]
struct Window {
    change: usize,
    from: Day,
    /// The day after its last.
    until: Day,
}

/// Work on one capability above its usual one, as a running sum over the windows in which it was done: what lies within
/// several of them at a time is shared evenly.
struct Excess {
    /// A day on which a window begins or ends, and the sum before it.
    sums: Vec<(Day, f64)>,
}

impl Excess {
    /// `None` when fewer days lie outside of all windows than within one, so that what is usual is not known.
    #[expect(clippy::cast_precision_loss, reason = "days and numbers of windows lie far below 2^53")]
    fn of(windows: &[Window], work: &[(Day, f64)], (from, until): (Day, Day)) -> Option<Self> {
        let within = |day: Day| day.clamp(from, until);
        let mut turns: Vec<(Day, i64)> =
            windows.iter().flat_map(|window| [(within(window.from), 1), (within(window.until), -1)]).collect();
        turns.extend([(from, 0), (until, 0)]);
        turns.sort_unstable();
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut open, mut next) = (0_i64, 0);
        for pair in turns.windows(2) {
            let ((first, step), (end, _)) = (pair[0], pair[1]);
            open += step;
            let done = work[next..].partition_point(|entry| entry.0 < end);
            let hours = work[next..next + done].iter().map(|entry| entry.1).sum();
            next += done;
            stretches.push(Stretch { from: first, days: (end - first) as f64, hours, open: open as f64 });
        }
        let outside = || stretches.iter().filter(|stretch| stretch.open <= 0.0);
        let days: f64 = outside().map(|stretch| stretch.days).sum();
        let longest = windows.iter().map(|window| window.until - window.from).max()? as f64;
        if days < longest {
            return None;
        }
        let usual = outside().map(|stretch| stretch.hours).sum::<f64>() / days;
        let mut sum = 0.0;
        let mut sums: Vec<(Day, f64)> = Vec::with_capacity(stretches.len() + 1);
        for stretch in &stretches {
            sums.push((stretch.from, sum));
            if stretch.open > 0.0 {
                sum += (stretch.hours - usual * stretch.days) / stretch.open;
            }
        }
        sums.push((until, sum));
        Some(Self { sums })
    }

    fn of_window(&self, window: Window) -> f64 {
        self.before(window.until) - self.before(window.from)
    }

    /// The sum before a day; a day before all is the first, one after all the last. Of several stretches that begin on
    /// one day all but the last are empty.
    fn before(&self, day: Day) -> f64 {
        let after = self.sums.partition_point(|&(from, _)| from <= day);
        self.sums[after.max(1) - 1].1
    }
}

/// Days between two turns.
struct Stretch {
    from: Day,
    days: f64,
    hours: f64,
    /// Windows that are open in it.
    open: f64,
}

fn day_of(date: chrono::NaiveDate) -> Day {
    use chrono::Datelike as _;
    Day::from(date.num_days_from_ce())
}
