//! Every account on every capability, as indices.

use std::collections::BTreeMap;

use crate::decide::{Decision, Decisions};
use crate::metrics::{AccountUse, CapabilityFacts, Facts};
use crate::report::{AccountLine, CapabilityUses, Dependence, Promise, Use, rounded};

/// By rank of the capability, then as the facts order its accounts.
pub(super) fn dependence(facts: &Facts, decisions: &Decisions) -> Dependence {
    let account = |customer: &crate::metrics::CustomerFacts| AccountLine {
        id: customer.id.clone(),
        name: customer.name.clone(),
        segment: customer.segment.clone(),
        owner: customer.owner.clone(),
        arr: customer.arr,
    };
    let mut promises = Vec::new();
    let capabilities = decisions.ranked.iter().map(|decision| uses(decision, facts, &mut promises)).collect();
    Dependence { accounts: facts.customers.iter().map(account).collect(), promises, capabilities }
}

fn uses(decision: &Decision, facts: &Facts, promises: &mut Vec<Promise>) -> CapabilityUses {
    let of = &facts.capabilities[decision.capability];
    let first = promises.len();
    let by_account = longest_promises(of);
    promises.extend(by_account.values().map(|promise| (*promise).clone()));
    let place: BTreeMap<&str, usize> =
        by_account.keys().enumerate().map(|(place, account)| (*account, first + place)).collect();
    let one = |used: &AccountUse| Use {
        account: used.customer,
        active_days: saturated(used.active_days),
        dependence: used.dependence,
        users: used.users.map(saturated),
        sole_users: used.sole_users.map(saturated),
        last_use: used.last_use,
        trend_per_month: used.trend_per_month.map(|trend| rounded(trend.point)),
        trend_p: used.trend_p.map(rounded),
        promise: place.get(facts.customers[used.customer].id.as_str()).and_then(|place| u32::try_from(*place).ok()),
    };
    CapabilityUses {
        id: of.capability.id.clone(),
        candidate: decision.verdict.is_candidate(),
        uses: of.accounts.iter().map(one).collect(),
    }
}

/// Of every account the promise that lasts longest; of two that last alike, the one with the first source.
fn longest_promises(of: &CapabilityFacts) -> BTreeMap<&str, Promise> {
    let mut longest: BTreeMap<&str, Promise> = BTreeMap::new();
    for (account, until, source) in &of.commitments {
        let promise = Promise { until: *until, source: source.clone() };
        let kept = longest.entry(account).or_insert_with(|| promise.clone());
        if (promise.until, &kept.source) > (kept.until, &promise.source) {
            *kept = promise;
        }
    }
    longest
}

/// Days of a period and users of one account are far fewer than 2³².
fn saturated(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, decided, facts};
    use crate::metrics::CustomerFacts;
    use crate::units::Share;

    fn customer(id: &str) -> CustomerFacts {
        CustomerFacts {
            id: id.into(),
            name: None,
            segment: None,
            owner: None,
            arr: None,
            renews_on: None,
            is_key: None,
            in_base: true,
            active_days: 10,
        }
    }

    fn used(customer: usize, active_days: u64) -> AccountUse {
        AccountUse {
            customer,
            active_days,
            dependence: Share::of(f64::from(u32::try_from(active_days).unwrap()), 10.0),
            users: Some(3),
            sole_users: Some(1),
            last_use: "2026-09-01".parse().unwrap(),
            trend_per_month: None,
            trend_p: None,
        }
    }

    #[test]
    fn every_account_on_every_capability_and_the_longest_promise_to_it() {
        let (mut a, mut b) = (capability("a"), capability("b"));
        a.accounts = vec![used(1, 9), used(0, 2)];
        b.accounts = vec![used(1, 5)];
        let until = |day: &str| day.parse().unwrap();
        a.commitments = vec![
            ("y".into(), until("2027-01-01"), Some("mail".into())),
            ("y".into(), until("2028-01-01"), Some("order".into())),
            ("y".into(), until("2028-01-01"), Some("contract".into())),
            ("elsewhere".into(), until("2029-01-01"), None),
        ];
        let mut all = facts(vec![a, b]);
        all.customers = vec![customer("x"), customer("y")];
        let decisions = decided(&all);
        let found = dependence(&all, &decisions);
        let lines: Vec<_> = found.lines().map(|line| (line.capability, line.account_id, line.active_days)).collect();
        let mut expected = vec![("a", "y", 9), ("a", "x", 2), ("b", "y", 5)];
        if decisions.ranked[0].capability == 1 {
            expected.rotate_right(1);
        }
        assert_eq!(lines, expected);
        let promised: Vec<_> = found
            .lines()
            .filter_map(|line| Some((line.capability, line.account_id, line.committed_until?, line.commitment_source)))
            .collect();
        assert_eq!(promised, [("a", "y", until("2028-01-01"), Some("contract"))]);
        assert_eq!(found.lines().map(|line| line.sole_users).collect::<Vec<_>>(), [Some(1); 3]);
        assert_eq!(serde_json::to_value(&found).unwrap(), serde_json::json!([]), "none of them is a candidate");
    }
}
