use super::super::{Case, Grade, Reason, rule};
use crate::metrics::SubstituteBy;
use crate::units::{definition, format};

definition! {
    /// A candidate, prime or possible, whose place another capability can take: the catalogue names it (`replaced_by`), accounts that
    /// gave the one up took up the other, or it is of the same category and surely at least `decision.co_use_from` of the accounts
    /// use it already, more than of all accounts (see *stakes*). Comes before `deprecate`, because who loses something should be told
    /// where to go, and does not ask for a net benefit: the work of moving and the customers that may be lost are in it and
    /// are stated beside the verdict.
    ///
    /// The reason names the target, what part of the accounts that use the capability use the target already (95 %: Wilson), and
    /// how many would have to move. A target that the catalogue does not name must be no candidate itself, prime or possible: two
    /// that few use are no home for each other. One that it names may be, since what is new is rare at first; but where
    /// the target is itself to be deprecated, or the two are to move in with each other, the verdict is `watch`
    /// (`replacement-leaves`).
    pub PAGE, "consolidate", "Verdict: consolidate"
}

pub(super) const CODES: &[&str] = &["replaced-by", "moved-to", "co-used"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let substitute = case.facts.substitute.as_ref().filter(|_| case.grade != Grade::None);
    let known = substitute.and_then(|found| Some((found, case.all.capabilities.get(found.capability)?)));
    let Some((found, target)) = known.filter(|(found, _)| found.capability != case.index) else { return Vec::new() };
    let name = &target.capability.name;
    let (code, how) = match found.by {
        SubstituteBy::Catalogue => ("replaced-by", format!("The catalogue names {name} as its replacement")),
        _ if rule::grade(target, case.settings.rule) != Grade::None => return Vec::new(),
        SubstituteBy::Switching => ("moved-to", format!("Accounts that gave it up took up {name}")),
        SubstituteBy::CoUse => (
            "co-used",
            format!("{name}, of the same category and used by its accounts more than by others, can take its place"),
        ),
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
                if moved == 0 { "none".to_owned() } else { format::count(moved) }
            )
        }
        (None, Some(0)) => "no account uses it, so none would have to move.".to_owned(),
        (None, _) => "how many of its accounts use that already is not known.".to_owned(),
    };
    vec![Reason { code, sentence: format!("{how}: {use_of_it}") }]
}
