use chrono::{Days, Months, NaiveDate};

use super::super::{Case, Reason};
use crate::units::definition;

definition! {
    /// Launched fewer than `guards.too_new_months` months before the end of the period: too recently to be judged by its use.
    ///
    /// A capability without a launch date counts as launched when it was first used, where the usage data reach back at
    /// least a quarter before that day and hold no use of it: what is growing must not be removed because nobody
    /// wrote down when it began. Where the data begin with its use, nothing excuses it.
    pub PAGE, "too-new", "Verdict: too new"
}

/// The codes of its reasons.
pub(super) const CODES: &[&str] = &["too-new", "first-used-lately"];

/// Days of data without use before the first use that make it a beginning.
const SILENT_BEFORE: u64 = 90;

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let months = case.settings.guards.too_new_months;
    let too_new = |launched: &NaiveDate| {
        case.all.period.end().checked_sub_months(Months::new(months)).is_some_and(|line| *launched > line)
    };
    let reason = match case.facts.capability.launched_on {
        Some(launched) => Some(launched).filter(too_new).map(|day| Reason {
            code: "too-new",
            sentence: if day >= case.all.period.end() {
                format!("It is on offer from {day} on, after the period ended.")
            } else {
                format!("Launched on {day}, less than {months} months before the period ended.")
            },
        }),
        None => first_use(case).filter(too_new).map(|day| Reason {
            code: "first-used-lately",
            sentence: format!(
                "When it was launched is not said; it was first used on {day}, less than {months} months before the period ended, and nobody used it in the data before."
            ),
        }),
    };
    reason.into_iter().collect()
}

/// The first use, where the data before it hold none.
fn first_use(case: &Case) -> Option<NaiveDate> {
    let (first, _) = case.facts.used?;
    let begun = case.all.months.first()?.first_day();
    (begun.checked_add_days(Days::new(SILENT_BEFORE))? <= first).then_some(first)
}
