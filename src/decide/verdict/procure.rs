use super::super::{Case, Grade, Reason};
use crate::units::{definition, format};

definition! {
    /// An integration that a platform would run for less: what of its run cost a platform would take over in a year (the break-even
    /// price) is more than what the platform charges, and so is the lower end of its interval where that is known. Comes after
    /// `deprecate`: what should go needs no new home. Without a `platform_price` in the catalogue it cannot be said.
    pub PAGE, "procure", "Verdict: procure"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let Some(procure) = case.integration.map(|integration| integration.procure) else { return Vec::new() };
    let (Some(break_even), Some(price), Some(saved)) = (procure.break_even, procure.platform_price, procure.saved)
    else {
        return Vec::new();
    };
    let surely = procure.break_even_range.is_none_or(|(low, _)| low > price);
    if case.grade != Grade::None || saved <= crate::units::Money::ZERO || !surely {
        return Vec::new();
    }
    let currency = case.settings.currency;
    vec![Reason {
        code: "dearer-than-platform",
        sentence: format!(
            "A platform would take over {} of cost a year and charges {}: it would save {}.",
            format::money(break_even, currency),
            format::money(price, currency),
            format::money(saved, currency)
        ),
    }]
}
