//! The three layers of support: who ended what, what it cost, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Evidence, Failure, Gaps, LayerFacts, LayerMove, Layers};
use crate::attribute::{Entry, Source};
use crate::config::{Layer, LayerSettings};
use crate::stats;
use crate::units::{Estimate, Money, definition};

definition! {
    /// Which of the three layers ended what in the period: *automated* (monitoring that heals by itself, answers without a person), *AI*
    /// (assisted triage and answers) and *human*. Shares are over the contacts, and over the failures, whose layer is known, with
    /// Wilson's interval; the contacts whose layer is not known are counted apart. Of a failure the layer is known when its runs or
    /// its incident say that it mended itself, or who resolved it.
    ///
    /// *Reopened* and *escalated* are over the contacts that say so at all. Both belong to the layer that ended the contact: a layer that
    /// hands on what it cannot do is cheap only as far as the next layer is not.
    ///
    /// The cost of a contact is what the ledger says: minutes at the rate of the layer, or the flat cost of a contact. A contact
    /// that two capabilities share counts once for each of them, half its cost for each, and once in the line of all.
    ///
    /// A capability is *covered* by a layer that ended at least one of its contacts or failures. Three gaps are named apart: no
    /// failure of it was ever first seen by a monitor, nobody owns it, no failure of it was ever ended by a machine. What no layer
    /// ever ended may still have one: that nobody needed it yet and that it is missing look alike.
    pub LAYER_COVERAGE, "layer_coverage", "Who ended what"
}

definition! {
    /// What moving a part of the contacts (`layers.moved_share`) from one layer to the one below would save in a year:
    /// contacts of the year × the part × (cost of a contact here − cost there − reopen rate there × cost here). A contact that
    /// comes back has been paid for there and is paid for here as well.
    ///
    /// The reopen rate of the lower layer is held at what it is. That is an assumption: the contacts that a layer does not
    /// have today are harder than those that it has, so the saving is an upper bound, and the smaller the part the nearer it
    /// is. Where the lower layer states no reopening, the rate of all contacts stands in; without any, there is no line,
    /// because a move that is taken never to fail would always pay.
    ///
    /// The interval puts together those of both costs and of the reopen rate, each taken for independent (Zou and Donner
    /// 2008, the rate to the first order). That the moved contacts are harder is not in it.
    pub LAYER_MOVE, "layer_move", "Moving contacts down a layer"
}

/// The layers from the cheapest on.
const LAYERS: [Layer; 3] = [Layer::Automated, Layer::Ai, Layer::Human];

/// A contact of the period.
struct Contact {
    layer: Option<Layer>,
    cost: Money,
    reopened: Option<bool>,
    escalated: Option<bool>,
}

/// Who ended the contacts and failures of the period.
pub(super) fn layers(failures: &[Failure], evidence: Evidence, settings: &LayerSettings) -> Layers {
    let (start, end) = evidence.period();
    let began = |failure: &&Failure| failure.counts && (start..end).contains(&failure.began.middle());
    let failures: Vec<&Failure> = failures.iter().filter(began).collect();
    let by_capability = contacts(evidence, true);
    let all: Vec<Contact> = contacts(evidence, false).into_values().flatten().collect();
    let mut lines = lines(None, &all, &failures);
    let touched = by_capability.keys().flatten().copied();
    let touched: BTreeSet<usize> = touched.chain(failures.iter().map(|failure| failure.capability)).collect();
    let mut failures_of: BTreeMap<usize, Vec<&Failure>> = BTreeMap::new();
    for failure in &failures {
        failures_of.entry(failure.capability).or_default().push(failure);
    }
    for capability in touched {
        let contacts = by_capability.get(&Some(capability)).map_or(&[][..], Vec::as_slice);
        let failures = failures_of.get(&capability).map_or(&[][..], Vec::as_slice);
        lines.extend(self::lines(Some(capability), contacts, failures));
    }
    Layers {
        what_if: moves(&all, evidence.facts.per_year(), settings),
        unknown_contacts: all.iter().filter(|contact| contact.layer.is_none()).count() as u64,
        lines: if all.is_empty() && failures.is_empty() { Vec::new() } else { lines },
    }
}

/// The contacts of the period, by capability or all under `None`: entries of one ticket are one contact.
fn contacts(evidence: Evidence, by_capability: bool) -> BTreeMap<Option<usize>, Vec<Contact>> {
    let mut found: BTreeMap<(Option<usize>, usize), (Option<Layer>, Money)> = BTreeMap::new();
    let within = evidence.ledger.within(&evidence.spans.period, evidence.spans.as_of);
    for entry in within.filter(|entry: &&Entry| entry.source == Source::Tickets) {
        let capability = if by_capability { entry.placed_on() } else { None };
        if by_capability && capability.is_none() {
            continue;
        }
        let contact = found.entry((capability, entry.row)).or_insert((entry.layer, Money::ZERO));
        contact.1 += entry.amount;
    }
    let mut contacts: BTreeMap<Option<usize>, Vec<Contact>> = BTreeMap::new();
    for ((capability, row), (layer, cost)) in found {
        let ticket = evidence.tickets.get(row);
        let (reopened, escalated) = (ticket.and_then(|of| of.reopened), ticket.and_then(|of| of.escalated));
        contacts.entry(capability).or_default().push(Contact { layer, cost, reopened, escalated });
    }
    contacts
}

fn lines(capability: Option<usize>, contacts: &[Contact], failures: &[&Failure]) -> Vec<LayerFacts> {
    let known = contacts.iter().filter(|contact| contact.layer.is_some()).count() as u64;
    let ended = failures.iter().filter(|failure| failure.ended_by.is_some()).count() as u64;
    let line = |layer: Layer| {
        let own: Vec<&Contact> = contacts.iter().filter(|contact| contact.layer == Some(layer)).collect();
        let failures = failures.iter().filter(|failure| failure.ended_by == Some(layer)).count() as u64;
        let costs: Vec<f64> = own.iter().map(|contact| contact.cost.units()).collect();
        LayerFacts {
            capability,
            layer,
            contacts: own.len() as u64,
            contact_share: stats::wilson(own.len() as u64, known),
            failures,
            failure_share: stats::wilson(failures, ended),
            reopen_rate: rate(own.iter().map(|contact| contact.reopened)),
            escalation_rate: rate(own.iter().map(|contact| contact.escalated)),
            cost: own.iter().map(|contact| contact.cost).reduce(|sum, cost| sum + cost),
            cost_per_contact: stats::mean(&costs, (0.0, f64::INFINITY)),
            covered: !own.is_empty() || failures > 0,
        }
    };
    LAYERS.into_iter().map(line).collect()
}

/// Yes over yes and no; what does not say is left out.
fn rate(said: impl Iterator<Item = Option<bool>>) -> Option<Estimate> {
    let said: Vec<bool> = said.flatten().collect();
    stats::wilson(said.iter().filter(|&&yes| yes).count() as u64, said.len() as u64)
}

/// From human to AI and from AI to automated, as far as both have contacts; see [`LAYER_MOVE`].
#[expect(clippy::cast_precision_loss, reason = "contacts lie far below 2^53")]
fn moves(contacts: &[Contact], per_year: f64, settings: &LayerSettings) -> Vec<LayerMove> {
    let of = |layer: Layer| contacts.iter().filter(move |contact| contact.layer == Some(layer));
    let mean = |layer: Layer| {
        let costs: Vec<f64> = of(layer).map(|contact| contact.cost.units()).collect();
        stats::mean(&costs, (0.0, f64::INFINITY))
    };
    let all = rate(contacts.iter().map(|contact| contact.reopened));
    let moved = |(from, to): (Layer, Layer)| {
        let (cost_from, cost_to) = (mean(from)?, mean(to)?);
        let reopen_rate = rate(of(to).map(|contact| contact.reopened)).or(all)?;
        let contacts = of(from).count() as f64 * per_year * settings.moved_share;
        let gain = gain(cost_from, cost_to, reopen_rate);
        let saved = |one: f64| Money::from_units(contacts * one);
        Some(LayerMove {
            from,
            to,
            share: settings.moved_share,
            contacts,
            cost_from: Money::from_units(cost_from.point)?,
            cost_to: Money::from_units(cost_to.point)?,
            reopen_rate: reopen_rate.point,
            saved: saved(gain.point)?,
            saved_range: saved(gain.low).zip(saved(gain.high)),
        })
    };
    [(Layer::Human, Layer::Ai), (Layer::Ai, Layer::Automated)].into_iter().filter_map(moved).collect()
}

/// What one moved contact saves, a·(1 − r) − b: each end is as far from it as the root of the squares of what the ends of the
/// three that pull it there add (Zou & Donner 2008, Stat. Med. 27, 1693–1702).
fn gain(from: Estimate, to: Estimate, reopened: Estimate) -> Estimate {
    let kept = 1.0 - reopened.point;
    let away = |cost: f64, other: f64, rate: f64| {
        let parts = [kept * (cost - from.point), other - to.point, from.point * (rate - reopened.point)];
        parts.iter().map(|part| part * part).sum::<f64>().sqrt()
    };
    let point = from.point * kept - to.point;
    Estimate {
        point,
        low: point - away(from.low, to.high, reopened.high),
        high: point + away(from.high, to.low, reopened.low),
        n: from.n.min(to.n),
    }
}

/// What is missing to see and mend the failures of every capability.
pub(super) fn gaps(failures: &[Failure], evidence: Evidence) -> Vec<Gaps> {
    let capabilities = evidence.facts.capabilities.iter();
    let mut gaps: Vec<Gaps> =
        capabilities.map(|facts| Gaps { no_owner: facts.capability.owner.is_none(), ..Gaps::default() }).collect();
    for failure in failures.iter().filter(|failure| failure.counts) {
        let gap = &mut gaps[failure.capability];
        // Only incidents say what a monitor saw.
        if evidence.incidents.is_none() {
            gap.no_monitor = None;
        } else if failure.detected_by.is_some() {
            let by_monitor = failure.detected_by == Some(Detector::Monitor);
            gap.no_monitor = Some(gap.no_monitor.unwrap_or(true) && !by_monitor);
        } else if failure.detected_at.is_none() && failure.silent {
            gap.no_monitor.get_or_insert(true);
        }
        if let Some(layer) = failure.ended_by {
            gap.no_automated_recovery = Some(gap.no_automated_recovery.unwrap_or(true) && layer != Layer::Automated);
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::super::detection::testing::failure as bare;
    use super::super::testing::{Company, at};
    use super::*;
    use crate::tables::rows::Ticket;

    fn ticket(id: u32, capability: &str, layer: &str, reopened: Option<bool>) -> Ticket {
        Ticket {
            ticket_id: Some(id.to_string()),
            capability: Some(capability.into()),
            opened_at: Some(at("08-01T12:00")),
            layer: Some(layer.into()).filter(|text: &String| !text.is_empty()),
            reopened,
            escalated: reopened.map(|reopened| !reopened),
            ..Ticket::default()
        }
    }

    fn failure(capability: usize, ended_by: Option<Layer>, detected_by: Option<Detector>) -> Failure {
        Failure {
            detected_at: detected_by.map(|_| at("08-01T10:00")),
            detected_by,
            ended_by,
            silent: detected_by.is_none(),
            ..bare(capability, at("08-01T09:00"))
        }
    }

    /// Four contacts of people at 12, two of AI at 2, one of which comes back, one automated at 0.1, and one of no known layer.
    fn company() -> Company {
        let mut company = Company::new(&["a", "b"]);
        let contact = &mut company.settings.rates.contact;
        (contact.human, contact.ai, contact.automated) = (12.0, 2.0, 0.1);
        company.tickets = vec![
            ticket(1, "a", "human", Some(false)),
            ticket(2, "a", "human", None),
            ticket(3, "a", "human", Some(true)),
            ticket(4, "b", "human", None),
            ticket(5, "a", "ai", Some(true)),
            ticket(6, "b", "ai", Some(false)),
            ticket(7, "b", "automated", None),
            ticket(8, "b", "", None),
        ];
        company
    }

    #[test]
    fn shares_rates_and_cost_by_hand() {
        let company = company();
        company.look(|evidence, settings| {
            let failures = [
                failure(0, Some(Layer::Human), None),
                failure(0, Some(Layer::Automated), None),
                failure(1, None, None),
            ];
            let found = layers(&failures, evidence, settings.layers);
            let order: Vec<_> =
                found.lines.iter().map(|line| (line.capability, line.contacts, line.failures)).collect();
            let expected = [
                (None, 1, 1),
                (None, 2, 0),
                (None, 4, 1),
                (Some(0), 0, 1),
                (Some(0), 1, 0),
                (Some(0), 3, 1),
                (Some(1), 1, 0),
                (Some(1), 1, 0),
                (Some(1), 1, 0),
            ];
            assert_eq!(order, expected);
            let human = &found.lines[2];
            assert_eq!((human.contact_share, human.failure_share), (stats::wilson(4, 7), stats::wilson(1, 2)));
            assert_eq!((human.reopen_rate, human.escalation_rate), (stats::wilson(1, 2), stats::wilson(1, 2)));
            assert_eq!(human.cost, Money::from_units(48.0));
            assert_eq!(human.cost_per_contact.unwrap().point, 12.0);
            assert_eq!(found.unknown_contacts, 1);
            // Nothing automated of the first capability: no cost, which is not a cost of nothing.
            assert_eq!((found.lines[3].cost, found.lines[3].covered), (None, true));
            assert!(found.lines[8].failure_share.is_none());
        });
    }

    /// From people to AI: 4 contacts in 92 days, a fifth of them, (12 − 2 − 0.5 · 12) each.
    #[test]
    fn a_move_pays_what_comes_back_twice() {
        company().look(|evidence, settings| {
            let found = layers(&[], evidence, settings.layers).what_if;
            let per_year = 365.25 / 92.0;
            assert_eq!(found.len(), 2);
            assert!((found[0].saved.units() - 4.0 * per_year * 0.2 * 4.0).abs() < 0.01);
            // All costs are alike, so that only the rate is uncertain: half of two, Wilson.
            let half = stats::wilson(1, 2).unwrap();
            let range = found[0].saved_range.map(|(low, high)| (low.units(), high.units())).unwrap();
            let moved = 4.0 * per_year * 0.2;
            assert!((range.0 - moved * (12.0 * (1.0 - half.high) - 2.0)).abs() < 0.01);
            assert!((range.1 - moved * (12.0 * (1.0 - half.low) - 2.0)).abs() < 0.01);
            // One automated contact has no scatter.
            assert_eq!(found[1].saved_range, None);
            // The automated layer states no reopening: that of all, 2 of 4, stands in. (2 − 0.1 − 0.5 · 2) · 2 · 0.2.
            assert_eq!(found[1].reopen_rate, 0.5);
            assert!((found[1].saved.units() - 2.0 * per_year * 0.2 * 0.9).abs() < 0.01);
        });
    }

    /// Of normal and binomial figures the interval is the one that the delta method gives, ±1.96 · √(((1−r)·s₁)² + s₂² + (a·s₃)²):
    /// 7.640 304 034 19 to 9.959 695 965 81 by Python. Drawn with numpy 2.4.6 (4,000,000 of a ~ N(12, 0.5), b ~ N(2, 0.3),
    /// r ~ N(0.1, 0.02), seed 7), the 2.5 and 97.5 % points are 7.648 and 9.970.
    #[test]
    fn a_gain_joins_its_three_uncertainties() {
        let around = |point: f64, deviation: f64| Estimate {
            point,
            low: point - stats::Z95 * deviation,
            high: point + stats::Z95 * deviation,
            n: 9,
        };
        let found = gain(around(12.0, 0.5), around(2.0, 0.3), around(0.1, 0.02));
        assert!((found.point - 8.8).abs() < 1e-12);
        assert!(
            (found.low - 7.640_304_034_19).abs() < 1e-9 && (found.high - 9.959_695_965_81).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.low - 7.648).abs() < 0.02 && (found.high - 9.970).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn without_contacts_and_failures_there_is_nothing_to_say() {
        Company::new(&["a"]).look(|evidence, settings| {
            assert_eq!(layers(&[], evidence, settings.layers), Layers::default());
        });
    }

    #[test]
    fn a_gap_is_what_never_happened_and_unknown_where_nothing_did() {
        let mut company = Company::new(&["a", "b", "c"]);
        company.catalogue[1].owner = Some("Connect".into());
        company.incidents = Some(Vec::new());
        company.look(|evidence, _| {
            let failures = [
                failure(0, Some(Layer::Human), Some(Detector::Customer)),
                failure(0, None, None),
                failure(1, Some(Layer::Human), Some(Detector::Customer)),
                failure(1, Some(Layer::Automated), Some(Detector::Monitor)),
            ];
            let gap =
                |no_monitor, no_owner, no_automated_recovery| Gaps { no_monitor, no_owner, no_automated_recovery };
            let expected =
                [gap(Some(true), true, Some(true)), gap(Some(false), false, Some(false)), gap(None, true, None)];
            assert_eq!(gaps(&failures, evidence), expected);
            let unsaid = gaps(&failures, Evidence { incidents: None, ..evidence });
            assert!(
                unsaid.iter().all(|gap| gap.no_monitor.is_none()),
                "without incidents nobody says what a monitor saw"
            );
        });
    }
}
