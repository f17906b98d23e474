//! Days on which nothing changes for customers.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::config::{Blackout, PlanSettings, span_of_year};

/// The days that are closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Dated spans.
    pub blackouts: Vec<Blackout>,
    /// Spans of the year, as (month, day) of their first and last day; one that begins after it ends goes over the turn of the year.
    pub holidays: Vec<((u32, u32), (u32, u32))>,
}

impl Calendar {
    /// Of the settings. A span of the year that cannot be read closes nothing; the check of the configuration refuses it.
    #[must_use]
    pub fn of(settings: &PlanSettings) -> Self {
        Self {
            blackouts: settings.blackout.clone(),
            holidays: settings.holidays.iter().filter_map(|text| span_of_year(text)).collect(),
        }
    }

    /// Why a day is closed; `None` when it is open. Weekends are open here: see [`Calendar::is_working`].
    #[must_use]
    pub fn closed(&self, day: NaiveDate) -> Option<String> {
        let of = (day.month(), day.day());
        let holds = |&(from, to): &((u32, u32), (u32, u32))| {
            if from <= to { (from..=to).contains(&of) } else { of >= from || of <= to }
        };
        if self.holidays.iter().any(holds) {
            return Some("holidays".to_owned());
        }
        let dated = self.blackouts.iter().find(|blackout| (blackout.from..=blackout.to).contains(&day))?;
        Some(if dated.reason.is_empty() { "blackout".to_owned() } else { dated.reason.clone() })
    }

    /// The closed spans from one day up to another, both included, as first and last day.
    #[must_use]
    pub fn closed_spans(&self, from: NaiveDate, until: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= until).collect();
        let runs = days.chunk_by(|a, b| self.closed(*a).is_some() == self.closed(*b).is_some());
        runs.filter(|run| self.closed(run[0]).is_some()).map(|run| (run[0], run[run.len() - 1])).collect()
    }

    /// Whether it is open and no weekend: people are there to mend what breaks.
    #[must_use]
    pub fn is_working(&self, day: NaiveDate) -> bool {
        !is_weekend(day) && self.closed(day).is_none()
    }

    /// The first working day from one on; the day itself where there is none within two years.
    #[must_use]
    pub fn working_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().take(LOOK).find(|day| self.is_working(*day)).unwrap_or(day)
    }

    /// The last working day up to one; the day itself where there is none within two years.
    #[must_use]
    pub fn working_until(&self, day: NaiveDate) -> NaiveDate {
        let back = (0..).map_while(|days| day.checked_sub_days(Days::new(days)));
        back.take(LOOK).find(|day| self.is_working(*day)).unwrap_or(day)
    }
}

/// Days that are looked at: no calendar that is meant closes two years.
const LOOK: usize = 731;

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        let peak = Blackout { from: day("2026-11-20"), to: day("2026-11-30"), reason: "peak season".into() };
        Calendar { blackouts: vec![peak], holidays: vec![((12, 18), (1, 4)), ((8, 1), (8, 15))] }
    }

    #[test]
    fn closed_days_say_why() {
        let of = |text| calendar().closed(day(text));
        for closed in ["2026-12-18", "2026-12-31", "2027-01-04", "2027-08-01", "2027-08-15"] {
            assert_eq!(of(closed).as_deref(), Some("holidays"), "{closed}");
        }
        assert_eq!(of("2026-11-20").as_deref(), Some("peak season"));
        for open in ["2026-12-17", "2027-01-05", "2026-11-19", "2026-12-01", "2027-07-31"] {
            assert_eq!(of(open), None, "{open}");
        }
    }

    #[test]
    fn working_days_are_no_weekends() {
        assert_eq!(calendar().working_from(day("2026-10-03")), day("2026-10-05"));
        assert_eq!(calendar().working_until(day("2026-10-04")), day("2026-10-02"));
        assert_eq!(calendar().working_from(day("2026-12-18")), day("2027-01-05"));
        assert_eq!(calendar().working_until(day("2026-11-30")), day("2026-11-19"));
        let always = Calendar { holidays: vec![((1, 1), (12, 31))], ..Calendar::default() };
        assert_eq!(always.working_from(day("2026-10-03")), day("2026-10-03"));
    }

    #[test]
    fn closed_spans_are_cut_to_what_is_asked_for() {
        let spans = |from, until| {
            let found = calendar().closed_spans(day(from), day(until));
            found.into_iter().map(|(from, until)| format!("{from}..{until}")).collect::<Vec<_>>()
        };
        let all = ["2026-11-20..2026-11-30", "2026-12-18..2027-01-04", "2027-08-01..2027-08-10"];
        assert_eq!(spans("2026-11-01", "2027-08-10"), all);
        assert_eq!(spans("2026-12-20", "2026-12-20"), ["2026-12-20..2026-12-20"]);
        assert!(spans("2026-10-01", "2026-11-19").is_empty() && spans("2026-12-20", "2026-12-19").is_empty());
    }
}
