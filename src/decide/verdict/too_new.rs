use chrono::Months;

use super::super::{Case, Reason};
use crate::units::definition;

definition! {
    /// Launched fewer than `guards.too_new_months` months before the end of the period: too recently to be judged by its use.
    /// A capability without a launch date is not excused by it.
    pub PAGE, "too-new", "Verdict: too new"
}

pub(super) const CODES: &[&str] = &["too-new"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let months = case.settings.guards.too_new_months;
    let too_new = |launched: &chrono::NaiveDate| {
        case.all.period.end().checked_sub_months(Months::new(months)).is_some_and(|line| *launched > line)
    };
    let launched = case.facts.capability.launched_on.filter(too_new);
    let reason = launched.map(|day| Reason {
        code: "too-new",
        sentence: format!("Launched on {day}, less than {months} months before the period ended."),
    });
    reason.into_iter().collect()
}
