//! `deadhead compare`.

use std::fmt::Write as _;

use super::arguments::{CompareArguments, Format, Global};
use super::{Exit, Failure, log};
use crate::pipeline;
use crate::review::{Cause, Change, Comparison, FigureChange, Place, SettingChange, Side};
use crate::units::{Money, format};

/// How many changes of one kind are shown; the JSON has the others.
const SHOWN: usize = 20;

pub(super) fn execute(arguments: &CompareArguments, global: &Global) -> Result<Exit, Failure> {
    let comparison = pipeline::compare(&arguments.old, &arguments.new)?;
    log::result(&match global.format {
        Format::Json => log::json(&comparison)?,
        Format::Human | Format::Github | Format::Gitlab => human(&comparison, global.verbose),
    })?;
    Ok(Exit::Done)
}

fn human(comparison: &Comparison, verbose: bool) -> String {
    let Comparison { old, new, .. } = comparison;
    let mut text = format!("{} → {}\n", side(old), side(new));
    if let Some(why) = &comparison.without_causes {
        let _ = writeln!(text, "without causes: {}", log::plain(why));
    }
    if !comparison.tables.is_empty() {
        let _ = writeln!(text, "files that differ: {}", log::plain(&comparison.tables.join(", ")));
    }
    for setting in comparison.settings.iter().take(SHOWN) {
        let _ = writeln!(text, "setting {}", log::plain(&changed(setting)));
    }
    let shown = |change: &&Change| verbose || change.of_verdict() || is_candidate(change);
    let (moved, others): (Vec<&Change>, Vec<&Change>) = comparison.moved.iter().partition(shown);
    text += &changes("entered the list", &comparison.entered.iter().collect::<Vec<_>>(), comparison);
    text += &changes("left the list", &comparison.left.iter().collect::<Vec<_>>(), comparison);
    text += &changes("moved", &moved, comparison);
    if !others.is_empty() {
        let number = format::counted(others.len() as u64, "other");
        let _ = writeln!(text, "\n{number} off the list changed rank alone; --verbose shows them");
    }
    for (title, ids) in [("new capabilities", &comparison.appeared), ("gone", &comparison.vanished)] {
        if !ids.is_empty() {
            let _ = writeln!(text, "\n{title}: {}", log::plain(&ids.join(", ")));
        }
    }
    if comparison.entered.is_empty() && comparison.left.is_empty() && comparison.moved.is_empty() {
        text += "nothing entered, left or moved\n";
    }
    for note in &comparison.notes {
        let _ = writeln!(text, "\nnote: {}", log::plain(note));
    }
    text
}

fn side(side: &Side) -> String {
    let as_of = side.as_of.map(|day| format!(" as of {day}")).unwrap_or_default();
    let text = format!("{}{as_of}: {} of {} candidates", side.period, side.candidates, side.capabilities);
    log::plain(&text)
}

fn is_candidate(change: &Change) -> bool {
    [&change.old, &change.new].into_iter().flatten().any(|place| place.candidate)
}

fn changed(setting: &SettingChange) -> String {
    let value =
        |value: &Option<serde_json::Value>| value.as_ref().map_or_else(|| "unset".to_owned(), ToString::to_string);
    match (&setting.old, &setting.new) {
        (None, None) => format!("{}: changed", setting.key),
        (old, new) => format!("{}: {} → {}", setting.key, value(old), value(new)),
    }
}

fn changes(title: &str, changes: &[&Change], comparison: &Comparison) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{title}: {}\n", changes.len());
    for change in changes.iter().take(SHOWN) {
        text += &one(change, comparison);
    }
    if changes.len() > SHOWN {
        let _ = writeln!(text, "  … and {} more; --format json has all", changes.len() - SHOWN);
    }
    text
}

fn one(change: &Change, comparison: &Comparison) -> String {
    let name = if change.name == change.id { change.id.clone() } else { format!("{} ({})", change.name, change.id) };
    let place = |place: &Option<Place>| {
        place.as_ref().map_or_else(|| "not there".to_owned(), |place| format!("{} at {}", place.verdict, place.rank))
    };
    let mut text = format!("  {}: {} → {}\n", log::plain(&name), place(&change.old), place(&change.new));
    if comparison.without_causes.is_none() {
        let _ = writeln!(text, "    because of {}", because(change));
    }
    let money = |amount: f64| {
        Money::from_units(amount).map_or_else(unknown, |sum| format::money(sum, &comparison.new.currency))
    };
    let figures = [
        figure("adoption", change.adoption, &format::percent),
        figure("run cost", change.run_cost, &money),
        figure("net benefit", change.net_benefit, &money),
    ];
    let figures: Vec<String> = figures.into_iter().flatten().collect();
    if !figures.is_empty() {
        let _ = writeln!(text, "    {}", figures.join(", "));
    }
    text
}

/// The causes in words.
fn because(change: &Change) -> String {
    let words: Vec<&str> = change.causes.iter().copied().map(Cause::as_str).collect();
    match words.as_slice() {
        [] => "nothing that the two reports keep".to_owned(),
        [one] => (*one).to_owned(),
        several if change.only_together => format!("{}, only together", several.join(" and ")),
        [first, others @ ..] if change.of_verdict() => {
            format!("{first}; {} alone would have done it too", others.join(" or "))
        }
        several => several.join(" and "),
    }
}

/// A figure that is shown as another than before.
fn figure(name: &str, change: FigureChange, shown: &dyn Fn(f64) -> String) -> Option<String> {
    let text = |value: Option<f64>| value.map_or_else(unknown, shown);
    let (old, new) = (text(change.old), text(change.new));
    (old != new).then(|| format!("{name} {old} → {new}"))
}

fn unknown() -> String {
    format::UNKNOWN.to_owned()
}
