//! From a configuration and a set of capabilities to what removing the set does.

use std::collections::BTreeSet;

use super::understand::{Known, RawUsage, refuse_bad_data, understand};
use super::{Error, Request, decision_settings, plan_evidence, unknown_capability};
use crate::config::Settings;
use crate::decide::{self, SetEffect};
use crate::ingest::Progress;
use crate::plan;
use crate::report::{self, Considered, WhatIf};

/// What removing a set of capabilities together does, beside the choice of the plan, and beside the same set under
/// `unset`, the settings without those of the command line; `None`: there are none. Writes nothing.
///
/// # Errors
/// See [`enum@Error`]; a name that reaches no capability is of the settings.
pub fn what_if(
    request: &Request,
    unset: Option<&Settings>,
    names: &[String],
    progress: &dyn Progress,
) -> Result<WhatIf, Error> {
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    let set = resolve(&known, names)?;
    let (whole, planned) = considered(&mut known, &request.settings, &set);
    let before = match unset {
        None => None,
        Some(settings) if reads_alike(settings, &request.settings) => Some(considered(&mut known, settings, &set).0),
        Some(settings) => {
            let request = Request { settings: settings.clone(), ..request.clone() };
            let mut known = understand(&request, RawUsage::LetGo, progress)?;
            refuse_bad_data(&request, &known)?;
            let set = resolve(&known, names)?;
            Some(considered(&mut known, settings, &set).0)
        }
    };
    Ok(report::what_if(&request.settings.currency, &whole, &planned, before.as_ref()))
}

/// The set under some settings, and what the plan would remove.
fn considered(known: &mut Known, settings: &Settings, set: &[usize]) -> (Considered, Considered) {
    let facts = known.measure(settings);
    let integrations = known.assess(settings, &facts);
    let decisions = decide::decide(&facts, &integrations, decision_settings(settings));
    let effect =
        |set: &[usize]| -> SetEffect { decide::what_if(&facts, &integrations, decision_settings(settings), set) };
    let plan = plan::plan(plan_evidence(settings, &facts, &integrations, &decisions));
    let chosen: Vec<usize> = plan.chosen.iter().map(|removal| removal.capability).collect();
    let (ours, planned) = (effect(set), effect(&chosen));
    (report::considered(&facts, &decisions, &ours), report::considered(&facts, &decisions, &planned))
}

/// The capabilities by their ids, names, or raw names that reach them, each once.
fn resolve(known: &Known, names: &[String]) -> Result<Vec<usize>, Error> {
    let index = |name: &String| known.catalogue.resolve(name).ok_or_else(|| unknown_capability(&known.catalogue, name));
    let set: Result<BTreeSet<usize>, Error> = names.iter().map(index).collect();
    Ok(set?.into_iter().collect())
}

/// Whether two settings read the inputs alike, so that they differ only in what is made of them.
fn reads_alike(one: &Settings, other: &Settings) -> bool {
    let of_reading = |settings: &Settings| Settings {
        rule: other.rule.clone(),
        guards: other.guards.clone(),
        decision: other.decision.clone(),
        assumptions: other.assumptions.clone(),
        assume: other.assume.clone(),
        adoption: other.adoption.clone(),
        overlap: other.overlap.clone(),
        reliability: other.reliability.clone(),
        layers: other.layers.clone(),
        volatility: other.volatility.clone(),
        churn: other.churn.clone(),
        procure: other.procure.clone(),
        plan: other.plan.clone(),
        quality: other.quality.clone(),
        output: other.output.clone(),
        ..settings.clone()
    };
    of_reading(one) == *other
}
