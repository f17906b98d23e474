//! How the net benefit of the leading candidate comes about: from what ends to what it costs.

use super::net_benefit::{around_zero, axis};
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GREEN, INK, ROW, SMALL, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::{BenefitPart, Decision, NetBenefit};
use crate::metrics::CapabilityFacts;
use crate::units::{Money, format};

const NAMES: i32 = 218;
const AREA: (i32, i32) = (232, 690);
const AMOUNTS: i32 = 930;
const TOP: i32 = 30;

/// The first candidate whose net benefit is known.
pub(super) fn leading(subject: Subject<'_>) -> Option<(&Decision, &CapabilityFacts, &NetBenefit)> {
    let mut candidates = subject.ranked().filter(|(decision, _)| decision.verdict.is_candidate());
    candidates.find_map(|(decision, facts)| Some((decision, facts, decision.net_benefit.as_ref()?)))
}

/// The waterfall; `None` without a candidate whose net benefit is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let (_, facts, of) = leading(subject)?;
    let mut parts: Vec<&BenefitPart> = of.parts.iter().collect();
    parts.sort_by_key(|part| part.part);
    let mut sums = vec![0.0];
    for part in &parts {
        sums.push(sums[sums.len() - 1] + part.spread.map_or(0.0, |spread| spread.mean));
    }
    let ends = [of.total.p05, of.total.p95, of.total.mean];
    let scale = around_zero(sums.iter().copied().chain(ends), AREA);
    let bottom = TOP + ROW * (i32::try_from(parts.len()).ok()? + 1);
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, (scale, i32::midpoint(AREA.0, AREA.1)), (TOP, bottom), subject.settings.currency);
    for ((row, part), sums) in (0..).zip(&parts).zip(sums.windows(2)) {
        let y = TOP + ROW * row + ROW / 2;
        scene.text((NAMES, y), part.part.label(), Anchor::End);
        let Some(spread) = part.spread else {
            scene.note((AMOUNTS, y), "not known", Anchor::End);
            scene.line(vec![(scale.at(sums[1]), y - 9), (scale.at(sums[1]), y + ROW - 9)], SOFT, 1, Dash::Dotted);
            continue;
        };
        let (from, to) = (scale.at(sums[0].min(sums[1])), scale.at(sums[0].max(sums[1])));
        scene.rect((from, y - 9), (to.max(from + 1), y + 9), if spread.mean >= 0.0 { BLUE } else { VERMILION });
        scene.line(vec![(scale.at(sums[1]), y + 9), (scale.at(sums[1]), y + ROW - 9)], SOFT, 1, Dash::Solid);
        scene.note((AMOUNTS, y), subject.money(Money::from_units(spread.mean)), Anchor::End);
    }
    let y = bottom - ROW / 2;
    scene.styled((NAMES, y), "net benefit", Anchor::End, (super::theme::TEXT, INK, true));
    let mean = of.total.mean;
    let (from, to) = (scale.at(mean.min(0.0)), scale.at(mean.max(0.0)));
    scene.rect((from, y - 9), (to.max(from + 1), y + 9), if mean >= 0.0 { GREEN } else { VERMILION });
    scene.line(vec![(scale.at(of.total.p05), y), (scale.at(of.total.p95), y)], INK, 2, Dash::Solid);
    for end in [of.total.p05, of.total.p95] {
        scene.line(vec![(scale.at(end), y - 5), (scale.at(end), y + 5)], INK, 2, Dash::Solid);
    }
    scene.styled((AMOUNTS, y), subject.money(Money::from_units(mean)), Anchor::End, (SMALL, INK, true));
    Some(Chart {
        id: "waterfall",
        title: format!("{}: how its net benefit comes about", facts.capability.name),
        finding: finding(subject, &facts.capability.name, of, &parts),
        note: "Means over the simulated runs, which add up; the whisker of the last bar reaches from the 5th to the 95th percentile. What is not known counts as nothing and is named.".into(),
        table: table(subject, of, &parts),
        scene,
    })
}

fn finding(subject: Subject, name: &str, of: &NetBenefit, parts: &[&BenefitPart]) -> String {
    let known = || parts.iter().filter_map(|part| Some((part.part, part.spread?.mean)));
    let gain = known().filter(|(_, mean)| *mean > 0.0).max_by(|a, b| a.1.total_cmp(&b.1));
    let loss = known().filter(|(_, mean)| *mean < 0.0).min_by(|a, b| a.1.total_cmp(&b.1));
    let said = |found: Option<(crate::decide::Part, f64)>, what: &str| {
        found.map_or_else(String::new, |(part, mean)| {
            format!("; {what} is {} ({})", part.label(), subject.money(Money::from_units(mean)))
        })
    };
    format!(
        "Removing {name} is worth {} on average{}{}.",
        subject.money(Money::from_units(of.total.mean)),
        said(gain, "the largest gain"),
        said(loss, "the largest loss")
    )
}

fn table(subject: Subject, of: &NetBenefit, parts: &[&BenefitPart]) -> DataTable {
    let row = |name: &str, spread: Option<crate::decide::Spread>| {
        let figure = |figure: fn(&crate::decide::Spread) -> f64| {
            spread
                .as_ref()
                .map_or_else(|| format::UNKNOWN.to_owned(), |spread| subject.money(Money::from_units(figure(spread))))
        };
        vec![name.to_owned(), figure(|of| of.mean), figure(|of| of.p05), figure(|of| of.p50), figure(|of| of.p95)]
    };
    let mut rows: Vec<Vec<String>> = parts.iter().map(|part| row(part.part.label(), part.spread)).collect();
    rows.push(row("net benefit", Some(of.total)));
    DataTable::new(&["Part", "Mean", "5 %", "Median", "95 %"], rows)
}
