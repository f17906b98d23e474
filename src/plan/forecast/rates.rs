//! What runs by the day: cost, contacts and hours; and the ARR at risk of what is gone.

use super::doubt::{Doubt, doubt};
use super::{Case, ForecastLine, ForecastMeasure, Quarter, Yearly};
use crate::config::Assumed;
use crate::decide;
use crate::metrics::{CapabilityFacts, Facts, StakeSums};
use crate::stats;
use crate::units::Money;

/// Units of the bootstrap below which a rate counts as resting on few.
const FEW: f64 = 20.0;

/// The same in contacts, and in accounts.
const FEW_CONTACTS: u64 = 20;
const FEW_ACCOUNTS: u64 = 20;

/// Days of a year, on average.
const DAYS_OF_A_YEAR: f64 = 365.25;

/// Months of use from which there is a year behind a rate.
const YEAR: usize = 12;

const BY_THE_DAY: [ForecastMeasure; 3] =
    [ForecastMeasure::RunCost, ForecastMeasure::Contacts, ForecastMeasure::EngineeringHours];

/// The avoidable parts of cost by type, as [`decide::avoidable_parts`] orders them.
const PARTS: [Assumed; 4] =
    [Assumed::AvoidableSupport, Assumed::AvoidableEngineering, Assumed::AvoidableIncident, Assumed::AvoidableDirect];

/// What one removal frees of one measure, a day.
struct Freed {
    /// Draw by draw, with the data of the draw and with those that are.
    drawn: Vec<f64>,
    held: Vec<f64>,
    /// The assumptions that move it.
    rests_on: [bool; 4],
}

/// The lines of what runs by the day, and the run cost of a year.
pub(super) fn lines(case: Case) -> (Vec<ForecastLine>, Option<Yearly>) {
    let evidence = case.evidence;
    let set: Vec<usize> = case.removals.iter().map(|(index, _)| *index).collect();
    let parts = decide::avoidable_parts(evidence.facts, evidence.integrations, evidence.deciding, &set);
    let (mut lines, mut yearly) = (Vec::new(), None);
    for measure in BY_THE_DAY {
        let freed = stats::in_parallel(set.len(), |place| {
            freed(measure, evidence.facts, &evidence.facts.capabilities[set[place]], &parts[place])
        });
        let Some(rate) = rate(measure, evidence.facts).filter(|_| freed.iter().any(Option::is_some)) else { continue };
        lines.extend(stats::in_parallel(case.quarters.len(), |quarter| line(case, measure, quarter, rate, &freed)));
        if measure == ForecastMeasure::RunCost {
            yearly = Some(a_year(case, rate, &freed));
        }
    }
    (lines, yearly)
}

/// Run cost of a year with everything gone: all together, and one by one.
fn a_year(case: Case, rate: f64, freed: &[Option<Freed>]) -> Yearly {
    let draws = case.evidence.deciding.policy.draws as usize;
    let of = |freed: &mut dyn Iterator<Item = &Freed>| {
        let (mut drawn, mut held) = (vec![0.0; draws], vec![0.0; draws]);
        for one in freed {
            for (sums, of) in [(&mut drawn, &one.drawn), (&mut held, &one.held)] {
                sums.iter_mut().zip(of).for_each(|(sum, a_day)| *sum -= a_day * DAYS_OF_A_YEAR);
            }
        }
        change(doubt(&drawn, &held))
    };
    let each = freed.iter().zip(case.removals).map(|(freed, (index, _))| {
        let known = freed.as_ref().map(|freed| of(&mut std::iter::once(freed)));
        (*index, known)
    });
    Yearly { without: rate * DAYS_OF_A_YEAR, change: of(&mut freed.iter().flatten()), by_removal: each.collect() }
}

/// What is placed on capabilities a day in the period; `None`: not known.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn rate(measure: ForecastMeasure, facts: &Facts) -> Option<f64> {
    let all = || facts.capabilities.iter();
    let known: Vec<f64> = match measure {
        ForecastMeasure::RunCost => facts.cost.attributed.run().into_iter().map(Money::units).collect(),
        ForecastMeasure::Contacts => all().filter_map(|known| known.tickets).map(|count| count as f64).collect(),
        _ => all().filter_map(|known| known.engineering_hours).collect(),
    };
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / days(facts))
}

#[expect(clippy::cast_precision_loss, reason = "days of a period are few")]
fn days(facts: &Facts) -> f64 {
    facts.days() as f64
}

/// What a removal frees of a measure; `None` where that is not known.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn freed(measure: ForecastMeasure, facts: &Facts, known: &CapabilityFacts, parts: &[Vec<f64>; 4]) -> Option<Freed> {
    let sums = Sums::of(facts, known);
    let count = parts[0].len();
    let by_type = |draw: usize, of: [f64; 4]| (0..4).map(|at| parts[at][draw] * of[at]).sum::<f64>();
    // What moves with one type of cost: what it is in the period, and in a draw.
    let of_type = |at: usize, period: f64, drawn: &dyn Fn(usize) -> f64| Freed {
        drawn: (0..count).map(|draw| parts[at][draw] * drawn(draw) / days(facts)).collect(),
        held: (0..count).map(|draw| parts[at][draw] * period / days(facts)).collect(),
        rests_on: std::array::from_fn(|of| of == at && period > 0.0),
    };
    match measure {
        ForecastMeasure::RunCost => known.cost.run().map(|_| Freed {
            drawn: (0..count).map(|draw| by_type(draw, sums.at(draw)) / DAYS_OF_A_YEAR).collect(),
            held: (0..count).map(|draw| by_type(draw, sums.data) / DAYS_OF_A_YEAR).collect(),
            rests_on: sums.data.map(|sum| sum.abs() > 0.0),
        }),
        ForecastMeasure::Contacts => known.tickets.map(|tickets| {
            let replicates = &known.tickets_drawn;
            let drawn =
                |draw: usize| draw.checked_rem(replicates.len()).map_or(tickets as f64, |turn| replicates[turn]);
            of_type(0, tickets as f64, &drawn)
        }),
        _ => known.engineering_hours.map(|hours| {
            let cost = sums.data[1];
            of_type(1, hours, &|draw| if cost > 0.0 { hours * (sums.at(draw)[1] / cost) } else { hours })
        }),
    }
}

/// Cost of a year by type, in the data and in the replicates.
struct Sums<'a> {
    data: [f64; 4],
    replicates: &'a [StakeSums],
}

impl<'a> Sums<'a> {
    /// Without stakes the cost of the period, without replicates.
    fn of(facts: &Facts, known: &'a CapabilityFacts) -> Self {
        let Some(stakes) = &known.stakes else {
            let cost = [known.cost.support, known.cost.engineering, known.cost.incident, known.cost.direct];
            let a_year = |cost: Option<Money>| cost.map_or(0.0, |cost| cost.units() * facts.per_year());
            return Self { data: cost.map(a_year), replicates: &[] };
        };
        Self { data: by_type(&stakes.data), replicates: &stakes.replicates }
    }

    fn at(&self, draw: usize) -> [f64; 4] {
        draw.checked_rem(self.replicates.len()).map_or(self.data, |turn| by_type(&self.replicates[turn]))
    }
}

fn by_type(sums: &StakeSums) -> [f64; 4] {
    [sums.support, sums.engineering, sums.incident, sums.direct]
}

fn line(case: Case, measure: ForecastMeasure, at: usize, rate: f64, freed: &[Option<Freed>]) -> ForecastLine {
    let quarter = case.quarters[at];
    let removed = case.removed_by(quarter);
    let draws = case.evidence.deciding.policy.draws as usize;
    let (mut drawn, mut held) = (vec![0.0; draws], vec![0.0; draws]);
    let mut rests_on = [false; 4];
    for (freed, (_, day)) in freed.iter().zip(&case.removals[..removed]) {
        let Some(freed) = freed else { continue };
        let days = quarter.days_from(*day);
        for (sums, of) in [(&mut drawn, &freed.drawn), (&mut held, &freed.held)] {
            sums.iter_mut().zip(of).for_each(|(sum, a_day)| *sum -= a_day * days);
        }
        rests_on.iter_mut().zip(freed.rests_on).for_each(|(any, one)| *any |= one);
    }
    let found = doubt(&drawn, &held);
    let known = || case.removals[..removed].iter().map(|(index, _)| &case.evidence.facts.capabilities[*index]);
    let contacts: u64 = known().filter_map(|known| known.tickets).sum();
    let few_contacts = measure == ForecastMeasure::Contacts && contacts < FEW_CONTACTS;
    let no_replicates = known().all(|known| known.stakes.as_ref().is_none_or(|stakes| stakes.replicates.is_empty()));
    ForecastLine {
        measure,
        quarter: at,
        without: rate * quarter.days(),
        change: change(found),
        assumed: found.assumed,
        rests_on: PARTS.into_iter().zip(rests_on).filter_map(|(name, is)| is.then_some(name)).collect(),
        history: known().all(|known| known.run_cost_12m.is_some()),
        small: few_contacts || found.units < FEW || no_replicates || found.assumed.is_none(),
        left_out: freed[..removed].iter().filter(|freed| freed.is_none()).count(),
    }
}

/// Nothing that is taken off is 0 and not −0.
fn change(found: Doubt) -> (f64, f64, f64) {
    (found.mean + 0.0, found.low + 0.0, found.high + 0.0)
}

/// The lines of ARR at risk: by the end of every quarter as one set. `None` of it is known: no lines.
pub(super) fn at_risk(case: Case) -> Vec<ForecastLine> {
    let evidence = case.evidence;
    let mut steps: Vec<usize> = case.quarters.iter().map(|quarter| case.removed_by(*quarter)).collect();
    steps.dedup();
    let index = |removals: &[(usize, _)]| removals.iter().map(|(index, _)| *index).collect::<Vec<usize>>();
    let sets: Vec<Vec<usize>> = steps.iter().map(|&removed| index(&case.removals[..removed])).collect();
    let found = decide::at_risk_of(evidence.facts, evidence.integrations, evidence.deciding, &sets);
    if found.iter().all(Option::is_none) {
        return Vec::new();
    }
    let found: Vec<Doubt> =
        found.into_iter().map(|of| of.map_or_else(|| doubt(&[], &[]), |of| doubt(&of.drawn, &of.held))).collect();
    let line = |(at, quarter): (usize, &Quarter)| {
        let removed = case.removed_by(*quarter);
        let found = found[steps.partition_point(|&step| step < removed)];
        let stakes: Vec<_> = case.removals[..removed]
            .iter()
            .map(|(index, _)| evidence.facts.capabilities[*index].stakes.as_ref())
            .collect();
        let any = |of: fn(&StakeSums) -> f64| stakes.iter().flatten().any(|stakes| of(&stakes.data) > 0.0);
        let accounts: u64 = stakes.iter().flatten().map(|stakes| stakes.accounts).sum();
        let is_at_stake = any(|sums| sums.arr_dependent + sums.arr_sole);
        let rests_on = [
            (Assumed::LossAtFullDependence, is_at_stake),
            (Assumed::SoleUserWeight, any(|sums| sums.arr_sole)),
            (Assumed::ReplacementRelief, any(|sums| sums.arr_dependent_replaced + sums.arr_sole_replaced)),
        ];
        ForecastLine {
            measure: ForecastMeasure::ArrAtRisk,
            quarter: at,
            without: 0.0,
            change: change(found),
            assumed: found.assumed,
            rests_on: rests_on.into_iter().filter_map(|(name, is)| is.then_some(name)).collect(),
            history: evidence.facts.months.len() >= YEAR,
            small: found.assumed.is_some() && (found.units < FEW || accounts < FEW_ACCOUNTS),
            left_out: stakes.iter().filter(|stakes| stakes.is_none()).count(),
        }
    };
    case.quarters.iter().enumerate().map(line).collect()
}
