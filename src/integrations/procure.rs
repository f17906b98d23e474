//! Build against procure, per integration.

use super::{Evidence, Procure};
use crate::config::ProcureSettings;
use crate::units::{Money, definition};

definition! {
    /// What an integration platform may cost in a year before keeping the connector in house is the cheaper way: the run cost of a
    /// year that the platform would take over. Of each type of cost a part moves (`procure.engineering`, `procure.incident`,
    /// `procure.support`, `procure.direct`): a platform carries the connector and the changes of its vendor, hardly the
    /// questions of customers. Run cost is that of the period brought to a year by days.
    ///
    /// Work for vendor changes to come is not added: past changes are in the engineering hours already, and adding the expected ones
    /// would count them twice. The interval is that of the cost share, in proportion: how much the cost would move if other rows
    /// of the same kind had come in. What the moving itself takes is not in it; the price of the platform (`platform_price` in the
    /// catalogue) should include what it costs to connect.
    ///
    /// *Saved* is break-even price less platform price. Unknown without cost, or without a price.
    pub PROCURE, "break_even_price", "Break-even price of procuring"
}

/// Of one integration.
pub(super) fn procure(capability: usize, evidence: Evidence, settings: &ProcureSettings) -> Procure {
    let facts = &evidence.facts.capabilities[capability];
    let cost = facts.cost;
    let parts = [
        (cost.engineering, settings.engineering),
        (cost.incident, settings.incident),
        (cost.support, settings.support),
        (cost.direct, settings.direct),
    ];
    let taken_over = parts.into_iter().filter_map(|(cost, part)| Some(cost?.scaled(part))).sum::<Money>();
    let break_even = cost.run().map(|_| taken_over.scaled(evidence.facts.per_year()));
    let share = facts.cost_share.map(|share| share.value()).filter(|share| *share > 0.0);
    let range = break_even.zip(share).zip(facts.intervals.cost_share);
    let platform_price = facts.capability.platform_price;
    Procure {
        break_even,
        break_even_range: range
            .filter(|(_, (_, high))| high.is_finite())
            .map(|((price, share), (low, high))| (price.scaled(low / share), price.scaled(high / share))),
        platform_price,
        saved: break_even.zip(platform_price).map(|(price, platform)| price - platform),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, account};
    use super::*;
    use crate::tables::rows::{Charge, WorkItem};

    /// 100 hours of engineering at 90 and a bill of 50 in a quarter of 92 days: 0.8 · 9,000 · 365.25/92 = 28,585.
    #[test]
    fn by_hand() {
        let mut company = Company::new(&["a", "b"]);
        company.accounts = vec![account("u")];
        company.settings.rates.engineering_hour = 90.0;
        company.catalogue[0].platform_price = Money::from_units(20_000.0);
        company.work_items = vec![WorkItem {
            capability: Some("a".into()),
            worked_on: "2026-08-03".parse().ok(),
            hours: Some(100.0),
            kind: Some("maintain".into()),
            ..WorkItem::default()
        }];
        company.charges = vec![Charge {
            capability: Some("a".into()),
            charged_on: "2026-08-03".parse().ok(),
            amount: Money::from_units(50.0),
            ..Charge::default()
        }];
        company.look(|evidence, settings| {
            let found = procure(0, evidence, settings.procure);
            let expected = 0.8 * 9_000.0 * 365.25 / 92.0;
            assert!((found.break_even.unwrap().units() - expected).abs() < 0.01);
            assert!((found.saved.unwrap().units() - (expected - 20_000.0)).abs() < 0.01);
            // The other one costs nothing, which is known, and has no price, which is not.
            let other = procure(1, evidence, settings.procure);
            assert_eq!((other.break_even, other.saved), (Some(Money::ZERO), None));
        });
        company.work_items.clear();
        company.charges.clear();
        company.look(|evidence, settings| assert_eq!(procure(0, evidence, settings.procure).break_even, None));
    }
}
