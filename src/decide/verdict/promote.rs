use super::super::{Case, Reason, reasons, rule};
use crate::units::{definition, format};

definition! {
    /// Rare, but who finds it stays, and it costs little: worth showing to more accounts before it is judged again. Fires when
    ///
    /// - adoption lies below `rule.rare_below`, over the window of its rhythm,
    /// - the lower end of the 95 % interval of retention is at least `decision.promote_retention` (0.8), which asks for sixteen
    ///   accounts of the period before when all of them came back, and for more when some did not: a smaller sample says
    ///   nothing of that kind,
    /// - it is cheap: cost share over usage share surely not above `rule.disproportion_above`, or a cost share of at most
    ///   `rule.material_share`; where cost is not known this is not known,
    /// - and nothing speaks against it: adoption does not fall, attempts do not fail, the catalogue neither means to let it go
    ///   (intent `harvest` or `sunset`) nor names a replacement.
    ///
    /// Retention of a handful of enthusiasts says that they like it, not that others would. That is for a trial to show.
    pub PAGE, "promote", "Verdict: promote"
}

pub(super) const CODES: &[&str] = &["retained"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let (facts, rule) = (case.facts, case.settings.rule);
    let least = case.settings.policy.promote_retention;
    let Some(retention) = facts.retention.filter(|retention| retention.low >= least) else { return Vec::new() };
    let in_proportion = facts.disproportion.is_some_and(|d| d.high <= rule.disproportion_above);
    let immaterial = facts.cost_share.is_some_and(|share| share.value() <= rule.material_share);
    let leaving = matches!(facts.capability.intent.as_deref(), Some("harvest" | "sunset"))
        || facts.capability.replaced_by.is_some();
    let unhealthy = reasons::declining(case).is_some() || reasons::errors(case).is_some();
    if !rule::is_rare(facts, rule) || !(in_proportion || immaterial) || leaving || unhealthy {
        return Vec::new();
    }
    let cost =
        facts.cost_share.map_or_else(String::new, |share| format!(" ({} of run cost)", format::percent(share.value())));
    vec![Reason {
        code: "retained",
        sentence: format!(
            "Of {} that used it in the period before {} use it still, and it costs little{cost}: show it to more.",
            format::counted(retention.n, "account"),
            format::percent_with_interval(&retention)
        ),
    }]
}
