//! The signs of life and death of one capability as text.

use super::figures::{Case, Shown};
use crate::units::format;

/// The tables behind releases, changes and findings.
pub(super) const RELEASES: &[&str] = &["releases"];
pub(super) const CHANGES: &[&str] = &["changes", "work_items"];
pub(super) const FINDINGS: &[&str] = &["findings"];

pub(super) fn use_now(case: &Case) -> Shown {
    Some((format::percent(case.of.signals.use_now?), "of the base, in the last months with data".into()))
}

pub(super) fn change_of_use(case: &Case) -> Shown {
    let signals = &case.of.signals;
    let spans = [(6, signals.change_6m), (12, signals.change_12m), (24, signals.change_24m)];
    let known = spans.iter().filter_map(|(months, change)| Some((months, (*change)?)));
    let known: Vec<String> = known.map(|(months, change)| format!("{} over {months}", format::ratio(change))).collect();
    (!known.is_empty()).then(|| (known.join(", "), "use now ÷ use so many months before".into()))
}

fn months(months: Option<f64>, working: &str) -> Shown {
    Some((format!("{} months", format::decimal(months?)), working.into()))
}

pub(super) fn months_since_release(case: &Case) -> Shown {
    let working =
        case.of.signals.releases_24m.map_or_else(String::new, |releases| {
            format!("{} that users took up in 24 months", format::decimal(releases))
        });
    months(case.of.signals.months_since_release, &working)
}

pub(super) fn months_since_change(case: &Case) -> Shown {
    months(case.of.signals.months_since_change, "since the last finished change")
}

pub(super) fn finished_changes(case: &Case) -> Shown {
    let working = case.of.signals.authors_12m.map_or_else(
        || "changes by weight; their people are not named".to_owned(),
        |people| format!("changes by weight; {} people behind those of 12 months", format::decimal(people)),
    );
    Some((format::decimal(case.of.signals.finished_changes_24m?), working))
}

pub(super) fn untaken_days(case: &Case) -> Shown {
    let oldest = case.of.signals.oldest_open_days;
    let working =
        oldest.map_or_else(String::new, |days| format!("the oldest open one waits {} days", format::decimal(days)));
    Some((format!("{} days", format::decimal(case.of.signals.untaken_days?)), working))
}

pub(super) fn unfixed_findings(case: &Case) -> Shown {
    Some((
        format::decimal(case.of.signals.unfixed_findings?),
        "published and not fixed on the day of the report".into(),
    ))
}

pub(super) fn maintainers(case: &Case) -> Shown {
    let home = match case.of.signals.has_home {
        Some(true) => "its source is known",
        Some(false) => "the place of its source is not known",
        None => "named by the catalogue",
    };
    Some((format::decimal(case.of.signals.maintainers?), home.into()))
}
