use proptest::prelude::*;

use super::*;
use crate::decide::Decision;
use crate::decide::testing::{capability, estimate, facts, judged_as_worth};
use crate::integrations::Integrations;
use crate::metrics::{CostByType, Substitute, SubstituteBy};
use crate::units::{Money, Share};

/// Rare and dear, so that it would go.
fn goes(id: &str, needs: &[&str]) -> CapabilityFacts {
    let mut facts = capability(id);
    facts.active_accounts = Some(12);
    facts.adoption = Some(estimate((0.03, 0.017, 0.052)));
    facts.disproportion = Some(estimate((4.0, 2.0, 8.0)));
    (facts.cost_share, facts.usage_share) = (Share::of(0.02, 1.0), Share::of(0.005, 1.0));
    facts.cost = CostByType { support: Money::from_units(2_000.0), ..CostByType::default() };
    facts.capability.depends_on = needs.iter().map(|id| (*id).to_owned()).collect();
    facts
}

/// Common, so that it stays.
fn stays(id: &str, needs: &[&str]) -> CapabilityFacts {
    CapabilityFacts { adoption: Some(estimate((0.5, 0.45, 0.55))), ..goes(id, needs) }
}

fn part(of: &str, facts: CapabilityFacts) -> CapabilityFacts {
    let mut facts = facts;
    facts.capability.parent = Some(of.to_owned());
    facts
}

fn decided(capabilities: Vec<CapabilityFacts>) -> Vec<Decision> {
    judged_as_worth(&facts(capabilities), &Integrations::default())
}

fn verdicts(decisions: &[Decision]) -> Vec<Verdict> {
    decisions.iter().map(|decision| decision.verdict).collect()
}

fn sentence<'a>(decision: &'a Decision, code: &str) -> Option<&'a str> {
    decision.reasons.iter().find(|reason| reason.code == code).map(|reason| reason.sentence.as_str())
}

use Verdict::{Deprecate, Keep, Watch};

#[test]
fn of_a_chain_the_last_goes_first() {
    // c needs b needs a.
    let all = || vec![goes("a", &[]), goes("b", &["a"]), goes("c", &["b"])];
    let found = graph(&facts(all()));
    assert_eq!(found.of[0], Dependencies { needed_by: vec![2, 1], with: vec![], needs: vec![] });
    assert_eq!(found.of[1], Dependencies { needed_by: vec![2], with: vec![], needs: vec![0] });
    assert_eq!(found.of[2], Dependencies { needed_by: vec![], with: vec![], needs: vec![1] });
    assert!(found.cycles.is_empty() && found.unknown.is_empty());
    let decisions = decided(all());
    assert_eq!(verdicts(&decisions), [Deprecate, Deprecate, Deprecate]);
    assert_eq!(sentence(&decisions[0], "goes-after"), Some("What needs it must go first: c and b."));
    assert_eq!(sentence(&decisions[2], "goes-after"), None);
    assert_eq!(decisions[0].reasons[0].code, "prime", "what must go first stands beside the verdict");
}

#[test]
fn what_stays_holds_the_whole_chain_and_each_names_the_next() {
    let decisions = decided(vec![goes("a", &[]), goes("b", &["a"]), stays("c", &["b"])]);
    assert_eq!(verdicts(&decisions), [Watch, Watch, Keep]);
    assert_eq!(sentence(&decisions[0], "needed-by"), Some("b needs it and stays."));
    assert_eq!(sentence(&decisions[1], "needed-by"), Some("c needs it and stays."));
    assert_eq!(decisions[0].reasons[0].code, "needed-by", "it decides");
    assert!(decisions[0].why.ends_with("b needs it and stays."), "{}", decisions[0].why);
    assert!(sentence(&decisions[0], "prime").is_some(), "all reasons are kept");
    assert_eq!(sentence(&decisions[0], "goes-after"), None);
    // The other way round nothing holds: c, which goes, needs a, which stays.
    assert_eq!(verdicts(&decided(vec![stays("a", &[]), goes("c", &["a"])])), [Keep, Deprecate]);
}

#[test]
fn of_a_diamond_each_goes_once_and_the_top_first() {
    // d needs b and c, which need a.
    let all = || vec![goes("a", &[]), goes("b", &["a"]), goes("c", &["a"]), goes("d", &["c", "b"])];
    let found = graph(&facts(all()));
    let mut needed_by = found.of[0].needed_by.clone();
    assert_eq!(needed_by[0], 3);
    needed_by.sort_unstable();
    assert_eq!(needed_by, [1, 2, 3]);
    assert_eq!(found.of[3].needs, [1, 2]);
    let mut held = all();
    held[2] = stays("c", &["a"]);
    // c stays, so a does; b and d go.
    assert_eq!(verdicts(&decided(held)), [Watch, Deprecate, Keep, Deprecate]);
}

#[test]
fn a_circle_goes_together_or_not_at_all_and_is_reported() {
    let circle =
        |last: fn(&str, &[&str]) -> CapabilityFacts| vec![goes("a", &["c"]), goes("b", &["a"]), last("c", &["b"])];
    let found = graph(&facts(circle(goes)));
    assert_eq!(found.cycles, [vec![0, 1, 2]]);
    assert_eq!(found.of[1], Dependencies { needed_by: vec![], with: vec![0, 2], needs: vec![0] });
    let decisions = decided(circle(goes));
    assert_eq!(verdicts(&decisions), [Deprecate, Deprecate, Deprecate]);
    assert_eq!(
        sentence(&decisions[1], "goes-with"),
        Some("What goes along, as a part of it or in a circle with it: a and c.")
    );
    assert_eq!(verdicts(&decided(circle(stays))), [Watch, Watch, Keep]);
}

#[test]
fn one_that_needs_itself_is_reported_and_held_by_nothing() {
    let found = graph(&facts(vec![goes("a", &["a", "a"])]));
    assert_eq!((found.cycles.as_slice(), &found.of[0]), (&[vec![0]][..], &Dependencies::default()));
    assert_eq!(verdicts(&decided(vec![goes("a", &["a"])])), [Deprecate]);
}

#[test]
fn an_id_that_is_none_is_reported_and_a_display_name_will_do() {
    let mut named = goes("a", &[]);
    named.capability.name = "The first".into();
    let found = graph(&facts(vec![named, goes("b", &["The first", "nowhere", "nowhere"])]));
    assert_eq!(found.unknown, [(1, "nowhere".to_owned())]);
    assert_eq!(found.of[1].needs, [0]);
    let orphan = graph(&facts(vec![part("nowhere", goes("a", &[]))]));
    assert_eq!((orphan.unknown.len(), &orphan.of[0]), (0, &Dependencies::default()), "the catalogue reports parents");
}

#[test]
fn a_part_goes_with_its_whole_and_so_does_what_needs_the_part() {
    let all = |c: CapabilityFacts| vec![goes("a", &[]), part("a", goes("b", &[])), c];
    let found = graph(&facts(all(goes("c", &["b"]))));
    assert_eq!(found.of[0], Dependencies { needed_by: vec![2], with: vec![1], needs: vec![] });
    assert_eq!(verdicts(&decided(all(stays("c", &["b"])))), [Watch, Watch, Keep]);
    assert_eq!(sentence(&decided(all(stays("c", &["b"])))[0], "needed-by"), Some("Its part b stays."));
    // A part that is only rare and cheap is no reason to keep the whole; one that is common, or that a guard keeps, is.
    let with = |b: CapabilityFacts| verdicts(&decided(vec![goes("a", &[]), part("a", b)]));
    let cheap = CapabilityFacts { cost_share: Share::of(0.001, 1.0), ..goes("b", &[]) };
    assert_eq!(with(cheap), [Deprecate, Keep]);
    assert_eq!(with(stays("b", &[])), [Watch, Keep]);
    let mut core = goes("b", &[]);
    core.capability.intent = Some("core".into());
    assert_eq!(with(core), [Watch, Verdict::Protected]);
    // A whole that needs its own part is no circle to report.
    let found = graph(&facts(vec![goes("a", &["b"]), part("a", goes("b", &[]))]));
    assert_eq!((found.cycles.len(), found.of[0].with.as_slice()), (0, &[1][..]));
}

#[test]
fn two_cannot_move_in_with_each_other_nor_one_with_what_goes() {
    let to = |target: usize, facts: CapabilityFacts| CapabilityFacts {
        substitute: Some(Substitute { capability: target, by: SubstituteBy::Catalogue, already: None }),
        ..facts
    };
    let each_other = decided(vec![to(1, goes("a", &[])), to(0, goes("b", &[]))]);
    assert_eq!(verdicts(&each_other), [Watch, Watch]);
    assert_eq!(each_other[0].reasons[0].code, "replacement-leaves");
    assert_eq!(verdicts(&decided(vec![to(1, goes("a", &[])), goes("b", &[])])), [Watch, Deprecate]);
    assert_eq!(verdicts(&decided(vec![to(1, goes("a", &[])), stays("b", &[])])), [Verdict::Consolidate, Keep]);
    // Nor does what is to be moved go while something that stays needs it.
    let needed = decided(vec![to(1, goes("a", &[])), stays("b", &[]), stays("c", &["a"])]);
    assert_eq!(verdicts(&needed), [Watch, Keep, Keep]);
}

#[test]
fn a_long_chain_needs_no_long_stack() {
    let all: Vec<CapabilityFacts> = (0..2_000)
        .map(|n| {
            let before = format!("c{:05}", n - 1);
            let needs: &[&str] = if n == 0 { &[] } else { &[&before] };
            if n == 1_999 { stays(&format!("c{n:05}"), needs) } else { goes(&format!("c{n:05}"), needs) }
        })
        .collect();
    let decisions = decided(all);
    assert!(decisions[..1_999].iter().all(|decision| decision.verdict == Watch));
}

proptest! {
    #[test]
    fn nothing_goes_that_something_needs_which_stays(
        kinds in proptest::collection::vec(0..3_u8, 1..12),
        edges in proptest::collection::vec((0..12_usize, 0..12_usize), 0..24),
        parents in proptest::collection::vec(proptest::option::of(0..12_usize), 12),
    ) {
        let count = kinds.len();
        let id = |index: usize| format!("c{index:02}");
        let mut all: Vec<CapabilityFacts> = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| if *kind == 0 { stays(&id(index), &[]) } else { goes(&id(index), &[]) })
            .collect();
        for (from, to) in edges {
            if from < count {
                all[from].capability.depends_on.push(id(to % count));
            }
        }
        for (index, parent) in parents.iter().take(count).enumerate() {
            // As the catalogue has them: never in a ring.
            all[index].capability.parent = parent.filter(|parent| *parent < index).map(id);
        }
        let found = graph(&facts(all.clone()));
        let before: Vec<bool> = kinds.iter().map(|kind| *kind != 0).collect();
        let decisions = decided(all.clone());
        let leaves: Vec<bool> = decisions.iter().map(|decision| decision.verdict == Deprecate).collect();
        for index in 0..count {
            for &needed in &found.of[index].needs {
                prop_assert!(leaves[index] || !leaves[needed], "{index} stays and needs {needed}");
            }
            // All that hangs on what goes goes too, because here every part is one that would go or that stays for its own sake.
            if leaves[index] {
                let hanging = found.of[index].needed_by.iter().chain(&found.of[index].with);
                for other in hanging {
                    prop_assert!(leaves[*other], "{index} goes and {other} hangs on it");
                }
            }
            // Nothing is held without a reason: where all that hangs on it would go, it goes.
            let free = found.of[index].needed_by.iter().chain(&found.of[index].with).all(|other| before[*other]);
            prop_assert!(!(before[index] && free) || leaves[index], "{index} is held by nothing");
            // Each stands after what must go before it.
            let needed_by = &found.of[index].needed_by;
            for (place, earlier) in needed_by.iter().enumerate() {
                let later = &needed_by[place + 1..];
                let hangs = |other: &usize| found.of[*earlier].needed_by.contains(other);
                prop_assert!(!later.iter().any(hangs), "{earlier} stands before what must go first");
            }
        }
    }
}
