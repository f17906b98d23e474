use super::super::{Case, Reason, rule};
use crate::units::{Money, Share, definition, format};

definition! {
    /// Rare overall (over the window of its rhythm), but used by at least `guards.segment_adoption` of the accounts of one segment that carries at least
    /// `guards.segment_arr_share` of the ARR of the base. Removing it would cost that segment. Where no ARR is known, the
    /// segment's part of the accounts counts instead.
    pub PAGE, "segment-critical", "Verdict: segment-critical"
}

pub(super) const CODES: &[&str] = &["segment-critical"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let rare = rule::is_rare(case.facts, case.settings.rule);
    if !rare {
        return Vec::new();
    }
    let segments = case.all.segments.iter().zip(&case.facts.segment_adoption);
    let critical = segments.filter_map(|(segment, adoption)| {
        let adoption = (*adoption)?;
        let weight = weight(case, segment.arr, segment.accounts)?;
        let enough = adoption.point >= case.settings.guards.segment_adoption
            && weight.value() >= case.settings.guards.segment_arr_share;
        enough.then(|| Reason {
            code: "segment-critical",
            sentence: format!(
                "{} of the {} of segment {} use it, which carries {} of the base's {}.",
                format::percent(adoption.point),
                format::counted(segment.accounts, "account"),
                segment.name,
                format::percent(weight.value()),
                if segment.arr.is_some() { "ARR" } else { "accounts" }
            ),
        })
    });
    critical.collect()
}

#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn weight(case: &Case, arr: Option<Money>, accounts: u64) -> Option<Share> {
    match (arr, case.all.base.arr) {
        (Some(part), Some(whole)) => Share::of(part.units(), whole.units()),
        _ => Share::of(accounts as f64, case.all.base.accounts as f64),
    }
}
