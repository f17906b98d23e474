//! What the reasons say of the evidence.

use super::*;

fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

#[test]
fn what_is_to_move_says_where_to_and_how_many() {
    let decision = with(replaced);
    assert_eq!(
        plain(&decision.reasons[0].sentence),
        "The catalogue names b as its replacement: 75 % (47–91 %) of its 12 active accounts use that already, 3 would have to move."
    );
    assert!(plain(&decision.why).ends_with("3 would have to move."), "{}", decision.why);
    let unused = with(|scene| {
        replaced(scene);
        scene.it().substitute.as_mut().unwrap().already = None;
        scene.it().active_accounts = Some(0);
    });
    assert!(unused.reasons[0].sentence.ends_with("no account uses it, so none would have to move."));
}

#[test]
fn what_is_watched_says_which_evidence_is_missing() {
    let unknown = with(|scene| {
        scene.benefit = None;
        scene.facts.base.arr = None;
    });
    assert_eq!(
        unknown.reasons[0].sentence,
        "Whether removing it pays is not known; wanted: use by account (usage_events.account_id) and ARR (accounts.arr)."
    );
    let doubt = with(in_doubt);
    assert_eq!(plain(&doubt.reasons[0].sentence), "Removing it pays in 50 % of simulated runs; the line is 80 %.");
    let possible = with(|scene| {
        unsettled(scene);
        scene.it().adoption = Some(estimate((0.08, 0.05, 0.12)));
    });
    assert_eq!(
        plain(&possible.reasons[0].sentence),
        "Rare and disproportionately costly in point estimate; the intervals do not settle it: adoption, 8.0 % (5.0–12 %), may reach 10 %, and cost share over usage share, 1.5× (0.80×–3.0×), may not exceed 1.0×."
    );
}

#[test]
fn of_a_capability_with_nothing_but_a_name_nothing_is_said_but_that() {
    let decision = judged_with(&facts(vec![capability("c")]), &Integrations::default(), Vec::new()).remove(0);
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::InsufficientData, vec!["adoption-unknown"]));
}
