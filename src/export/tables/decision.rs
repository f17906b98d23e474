//! The tables about what a removal is worth: its parts, what moves it, what would turn it, and what it drags along.

use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::report::{CapabilityLine, MoneySpread, NetBenefitLine, Report};

/// Every table of this file, by its name.
pub(super) fn files(report: &Report) -> Result<[(&'static str, Vec<u8>); 6], ExportError> {
    Ok([
        ("assumptions", assumptions(report)?),
        ("net_benefit", net_benefit(report)?),
        ("tornado", tornado(report)?),
        ("flip_points", flip_points(report)?),
        ("rank_acceptability", rank_acceptability(report)?),
        ("dependencies", dependencies(report)?),
    ])
}

/// The assumptions as they were used.
fn assumptions(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = ["name", "capability", "distribution", "p05", "p50", "p95", "mean", "unit", "reason", "source"];
    let rows = report.assumptions.iter().map(|line| {
        vec![
            line.name.as_str().into(),
            line.capability.as_ref().into(),
            (&line.distribution).into(),
            line.p05.into(),
            line.p50.into(),
            line.p95.into(),
            line.mean.into(),
            (&line.unit).into(),
            (&line.reason).into(),
            (&line.source).into(),
        ]
    });
    csv_file(&head, rows)
}

/// What is known of the net benefit of capabilities, in rank order.
fn known(report: &Report) -> impl Iterator<Item = (&CapabilityLine, &NetBenefitLine)> {
    report.capabilities.iter().filter_map(|line| Some((line, line.net_benefit.as_ref()?)))
}

/// One part a line, and no line of totals: whoever sums the means gets the mean of the capability. The totals stand in
/// `capabilities.csv`.
fn net_benefit(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = known(report).flat_map(|(line, of)| {
        of.parts.iter().map(|part| {
            let amount = |figure: fn(&MoneySpread) -> crate::units::Money| Cell::from(part.spread.as_ref().map(figure));
            vec![
                (&line.id).into(),
                part.part.as_str().into(),
                amount(|spread| spread.p05),
                amount(|spread| spread.p50),
                amount(|spread| spread.p95),
                amount(|spread| spread.mean),
            ]
        })
    });
    csv_file(&["capability", "part", "p05", "p50", "p95", "mean"], rows)
}

/// One assumption a line, the widest first; `data` is the doubt in the data with every assumption at its median.
fn tornado(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = known(report).flat_map(|(line, of)| {
        of.tornado.iter().map(|swing| {
            vec![
                (&line.id).into(),
                swing.assumption.map_or("data", crate::config::Assumed::as_str).into(),
                swing.low.into(),
                swing.high.into(),
                swing.net_benefit_low.into(),
                swing.net_benefit_high.into(),
            ]
        })
    });
    csv_file(&["capability", "assumption", "low", "high", "net_benefit_low", "net_benefit_high"], rows)
}

/// The values at which advice would change, the nearest first.
fn flip_points(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = known(report).flat_map(|(line, of)| {
        of.flips.iter().map(|flip| {
            vec![
                (&line.id).into(),
                flip.assumption.as_str().into(),
                flip.now.into(),
                flip.at.into(),
                if flip.within_range { "true" } else { "false" }.into(),
            ]
        })
    });
    csv_file(&["capability", "assumption", "now", "at", "within_range"], rows)
}

/// Part of the draws in which a candidate takes a place.
fn rank_acceptability(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = known(report).flat_map(|(line, of)| {
        let places = (1_usize..).zip(&of.acceptability);
        places.map(|(place, part)| vec![(&line.id).into(), place.into(), (*part).into()])
    });
    csv_file(&["capability", "place", "acceptability"], rows)
}

/// What must go before, what goes with it, and what it needs; in the order in which they must go.
fn dependencies(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = report.capabilities.iter().flat_map(|line| {
        line.dependencies.kinds().into_iter().flat_map(move |(kind, others)| {
            others.iter().map(move |other| vec![(&line.id).into(), kind.into(), other.into()])
        })
    });
    csv_file(&["capability", "relation", "other"], rows)
}
