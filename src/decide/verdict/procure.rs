use super::super::{Case, Reason};
use crate::units::{definition, format};

definition! {
    /// An integration that a platform would surely run for less: what of its run cost a platform would take over in a year (the
    /// break-even price) is more than what the platform charges, and so is the lower end of its interval. Comes after `deprecate`,
    /// because what should go needs no new home, and before `watch`: that a capability may be a candidate does not make its
    /// connector cheaper. Without a `platform_price` in the catalogue, and where the interval is not known, it cannot be said.
    pub PAGE, "procure", "Verdict: procure"
}

pub(super) const CODES: &[&str] = &["dearer-than-platform"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let Some(procure) = case.integration.map(|integration| integration.procure) else { return Vec::new() };
    let (Some(break_even), Some(price), Some(saved)) = (procure.break_even, procure.platform_price, procure.saved)
    else {
        return Vec::new();
    };
    let Some((low, high)) = procure.break_even_range.filter(|(low, _)| *low > price) else { return Vec::new() };
    let currency = case.settings.currency;
    vec![Reason {
        code: "dearer-than-platform",
        sentence: format!(
            "The break-even price of a platform is {} a year (95 %: {}–{}), the cost that it would take over; it charges {} and would save {}.",
            format::money(break_even, currency),
            format::money(low, currency),
            format::money(high, currency),
            format::money(price, currency),
            format::money(saved, currency)
        ),
    }]
}
