//! A time axis: days and months to pixels.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{Dash, GRID};
use crate::integrations::hours_between;
use crate::units::Month;

/// Ticks that fit side by side with their dates.
const TICKS: usize = 9;

/// From one moment to another, between two pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeline {
    from: NaiveDateTime,
    until: NaiveDateTime,
    scale: Scale,
}

impl Timeline {
    pub fn new(from: NaiveDateTime, until: NaiveDateTime, pixels: (i32, i32)) -> Self {
        Self { from, until, scale: Scale::linear((0.0, hours_between(from, until)), pixels) }
    }

    /// From the beginning of a day to that of another.
    pub fn of_days(from: NaiveDate, until: NaiveDate, pixels: (i32, i32)) -> Self {
        Self::new(from.and_time(NaiveTime::MIN), until.and_time(NaiveTime::MIN), pixels)
    }

    /// The pixel of a moment, held to the ends.
    pub fn at(self, moment: NaiveDateTime) -> i32 {
        self.scale.at(hours_between(self.from, moment))
    }

    /// The pixel at which a day begins.
    pub fn day(self, day: NaiveDate) -> i32 {
        self.at(day.and_time(NaiveTime::MIN))
    }

    /// Beginnings of months; of what is shorter than three of them, days.
    fn ticks(self) -> Vec<(NaiveDate, String)> {
        let (first, last) = (self.from.date(), self.until.date());
        // Not the end itself, whose date would leave the drawing.
        let inside = |day: &NaiveDate| (self.from..self.until).contains(&day.and_time(NaiveTime::MIN));
        let months = Month::of(last).since(Month::of(first));
        if months >= 3 {
            let starts =
                (0..=months).map(|n| Month::of(first).plus(n)).map(|month| (month.first_day(), month.to_string()));
            let starts: Vec<_> = starts.filter(|(day, _)| inside(day)).collect();
            let every = starts.len().div_ceil(TICKS).max(1);
            return starts.into_iter().step_by(every).collect();
        }
        let days: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).filter(inside).collect();
        let every = days.len().div_ceil(TICKS).max(1);
        days.into_iter().step_by(every).map(|day| (day, day.to_string())).collect()
    }

    /// Upright lines at the ticks, with their dates under them.
    pub fn grid(self, scene: &mut Scene, (top, bottom): (i32, i32)) {
        for (day, text) in self.ticks() {
            let x = self.day(day);
            scene.line(vec![(x, top), (x, bottom)], GRID, 1, Dash::Solid);
            scene.note((x, bottom + 16), text, Anchor::Middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: &str, until: &str) -> Vec<String> {
        let timeline = Timeline::of_days(from.parse().unwrap(), until.parse().unwrap(), (0, 100));
        timeline.ticks().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_days_of_what_is_short_and_months_of_what_is_long() {
        assert_eq!(texts("2026-07-01", "2026-07-03"), ["2026-07-01", "2026-07-02"]);
        assert_eq!(texts("2026-06-15", "2026-09-30"), ["2026-07", "2026-08", "2026-09"]);
        assert_eq!(texts("2026-01-01", "2027-06-30").len(), 9);
        assert!(texts("2026-07-01", "2026-07-01").is_empty());
    }

    #[test]
    fn moments_are_held_to_the_ends() {
        let timeline = Timeline::of_days("2026-07-01".parse().unwrap(), "2026-07-11".parse().unwrap(), (100, 200));
        let x = ["2026-06-01", "2026-07-02", "2026-08-01"].map(|day| timeline.day(day.parse().unwrap()));
        assert_eq!(x, [100, 110, 200]);
    }
}
