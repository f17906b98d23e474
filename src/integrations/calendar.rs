//! The calendar of vendor changes to come, with whom they touch.

use super::{CalendarEntry, Collision, Evidence};
use crate::config::VolatilitySettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub CALENDAR, "api_calendar", "Calendar of vendor changes"
}

/// Changes dated after the as-of date or not at all; by day, undated last, then vendor and title.
pub(super) fn calendar(_evidence: Evidence) -> Vec<CalendarEntry> {
    Vec::new()
}

/// Months in which a team has `volatility.collide_from` of them or more; by month, then owner.
pub(super) fn collisions(
    _calendar: &[CalendarEntry],
    _evidence: Evidence,
    _settings: &VolatilitySettings,
) -> Vec<Collision> {
    Vec::new()
}
