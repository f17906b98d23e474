use super::super::{Case, Reason};
use crate::units::{definition, format};

definition! {
    /// Below the line in the period, but with a month among the last twelve whose adoption reached it. A capability that is
    /// needed once a year must be judged by the year. Not said of one that falls steadily (Mann–Kendall p < 0.05 with a
    /// negative slope): its better months are the past, not a season.
    pub PAGE, "seasonal", "Verdict: seasonal"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let line = case.settings.rule.rare_below;
    let below = case.facts.adoption.is_some_and(|adoption| adoption.point < line);
    let falling = case.facts.trend_p.is_some_and(|p| p < 0.05)
        && case.facts.trend_per_month.is_some_and(|trend| trend.point < 0.0);
    if !below || falling {
        return Vec::new();
    }
    let months = case.all.months.iter().zip(&case.facts.monthly_adoption).rev().take(12);
    let known = months.filter_map(|(month, adoption)| Some((*month, (*adoption)?)));
    let highest = known.max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let reason = highest.filter(|(_, adoption)| *adoption >= line).map(|(month, adoption)| Reason {
        code: "seasonal",
        sentence: format!("In {month} {} of the base used it.", format::percent(adoption)),
    });
    reason.into_iter().collect()
}
