use super::super::{Case, Reason, reasons};
use crate::metrics::RhythmKind;
use crate::units::{definition, format};

definition! {
    /// Below the line in the period, but with a month among the last twelve whose adoption reached it, or with a yearly rhythm and
    /// an adoption over the year that reaches it. A capability that is needed once a year must be judged by the year. Without a
    /// yearly rhythm it is not said of one that falls steadily (Mann–Kendall p < 0.05 with a negative slope): its better months
    /// are the past, not a season.
    pub PAGE, "seasonal", "Verdict: seasonal"
}

pub(super) const CODES: &[&str] = &["seasonal", "yearly-rhythm"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let line = case.settings.rule.rare_below;
    let below = case.facts.adoption.is_some_and(|adoption| adoption.point < line);
    let yearly_rhythm = case.facts.rhythm.kind == Some(RhythmKind::Yearly);
    if !below || (!yearly_rhythm && reasons::declining(case).is_some()) {
        return Vec::new();
    }
    [high_month(case, line), yearly(case, line)].into_iter().flatten().collect()
}

fn high_month(case: &Case, line: f64) -> Option<Reason> {
    let months = case.all.months.iter().zip(&case.facts.monthly_adoption).rev().take(12);
    let known = months.filter_map(|(month, adoption)| Some((*month, (*adoption)?)));
    let (month, adoption) = known.max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))?;
    (adoption >= line).then(|| Reason {
        code: "seasonal",
        sentence: format!("In {month}, {} of the base used it.", format::percent(adoption)),
    })
}

fn yearly(case: &Case, line: f64) -> Option<Reason> {
    let rhythm = &case.facts.rhythm;
    let adoption = rhythm.adoption.filter(|adoption| adoption.point >= line)?;
    (rhythm.kind == Some(RhythmKind::Yearly)).then(|| Reason {
        code: "yearly-rhythm",
        sentence: format!("Over twelve months, {} of the base used it.", format::percent_with_interval(&adoption)),
    })
}
