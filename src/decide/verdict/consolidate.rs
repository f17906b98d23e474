use super::super::{Case, Grade, Reason, rule};
use crate::metrics::{CapabilityFacts, Relation, Substitute, SubstituteBy};
use crate::units::{Estimate, definition, format};

definition! {
    /// A candidate, prime or possible, whose place another capability can take: the catalogue names it (`replaced_by`), or it is of the
    /// same category and surely at least `decision.co_use_from` of the accounts use it already, by the lower end of the
    /// interval, which takes four accounts of four. Comes before `deprecate`, because who loses
    /// something should be told where to go, and does not ask for a net benefit: the work of moving and the customers that may be
    /// lost are in it and are stated beside the verdict.
    ///
    /// The reason names the target, what part of the accounts that use the capability use the target already (95 %: Wilson), and
    /// how many would have to move. A target that was only found by co-use must be used by those accounts more than by others, the two
    /// 95 % intervals apart: the heart of the product is used along with everything and takes the place of nothing. Nor may it be a
    /// complement, which is used together with the capability and not in its place; and it must be no candidate itself, prime or
    /// possible: two that few use are no home for each other. One that the catalogue names may be, since what is new is rare at first; but where
    /// the target is itself to be deprecated, or the two are to move in with each other, the verdict is `watch`
    /// (`replacement-leaves`).
    pub PAGE, "consolidate", "Verdict: consolidate"
}

pub(super) const CODES: &[&str] = &["replaced-by", "co-used"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let substitute = case.facts.substitute.as_ref().filter(|_| case.grade != Grade::None);
    let known = substitute.and_then(|found| Some((found, case.all.capabilities.get(found.capability)?)));
    let Some((found, target)) = known.filter(|(found, _)| found.capability != case.index) else { return Vec::new() };
    let name = &target.capability.name;
    let (code, how) = match found.by {
        SubstituteBy::Catalogue => ("replaced-by", format!("The catalogue names {name} as its replacement")),
        SubstituteBy::CoUse if is_home(case, found, target) => (
            "co-used",
            format!("{name}, of the same category and used by its accounts more than by others, can take its place"),
        ),
        SubstituteBy::CoUse => return Vec::new(),
    };
    let use_of_it = match (found.already, case.facts.active_accounts) {
        (Some(already), _) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "a share of whole accounts times their number is their count"
            )]
            let moved = already.n.saturating_sub((already.point * already.n as f64).round() as u64);
            format!(
                "{} of its {} use that already, {} would have to move.",
                format::percent_with_interval(&already),
                format::counted(already.n, "active account"),
                format::count(moved)
            )
        }
        (None, Some(0)) => "no account uses it, so none would have to move.".to_owned(),
        (None, _) => "how many of its accounts use that already is not known.".to_owned(),
    };
    vec![Reason { code, sentence: format!("{how}: {use_of_it}") }]
}

/// Whether what the accounts also use can take the place of it.
fn is_home(case: &Case, found: &Substitute, target: &CapabilityFacts) -> bool {
    let least = case.settings.policy.co_use_from;
    let beyond = |(already, adoption): (Estimate, Estimate)| already.low >= least && already.low > adoption.high;
    let beyond = found.already.zip(target.adoption).is_some_and(beyond);
    let (one, other) = (case.index.min(found.capability), case.index.max(found.capability));
    let complement = case.all.overlap.pairs.iter().any(|pair| {
        let ends = (pair.first.min(pair.second), pair.first.max(pair.second));
        pair.relation == Relation::Complements && ends == (one, other)
    });
    beyond && !complement && rule::grade(target, case.settings.rule) == Grade::None
}
