use super::super::{Case, Reason};
use crate::units::{definition, format};

definition! {
    /// A promise to an account that holds on the as-of date, a `protected_until` that has not passed, or the intent
    /// `core`. What is promised is not up for removal, however little it is used; its cost stays visible.
    pub PAGE, "protected", "Verdict: protected"
}

pub(super) const CODES: &[&str] = &["committed", "protected-until", "core-intent"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let capability = &case.facts.capability;
    let until = capability.protected_until.filter(|day| *day >= case.all.as_of).map(|day| Reason {
        code: "protected-until",
        sentence: match &capability.protected_reason {
            Some(reason) => format!("Protected until {day}: {}.", reason.trim_end_matches('.')),
            None => format!("Protected until {day}."),
        },
    });
    [commitments(case), until, core(case)].into_iter().flatten().collect()
}

fn commitments(case: &Case) -> Option<Reason> {
    let last = case.facts.commitments.iter().map(|(_, until, _)| until).max()?;
    let mut accounts: Vec<&str> = case.facts.commitments.iter().map(|(account, ..)| account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let number = format::counted(accounts.len() as u64, "account");
    Some(Reason { code: "committed", sentence: format!("Promised to {number}, the last promise until {last}.") })
}

fn core(case: &Case) -> Option<Reason> {
    (case.facts.capability.intent.as_deref() == Some("core"))
        .then(|| Reason { code: "core-intent", sentence: "The catalogue calls it core to the product.".into() })
}
