//! Rules about the dates of one removal.

use chrono::{Days, Months, NaiveDate, Timelike};

use super::{LintContext, LintFinding, LintRule, Scheduled, finding};
use crate::config::NoticeClass;
use crate::plan::stages::{LAST_BROWNOUT, Stage, StageKind};
use crate::units::format;

/// Stages that stand in one order; warnings and closing to new use may come in either.
const ORDER: [StageKind; 5] =
    [StageKind::Decided, StageKind::Announced, StageKind::Brownout, StageKind::ReadOnly, StageKind::Removed];

pub(super) fn lint(removal: &Scheduled, context: LintContext) -> Vec<LintFinding> {
    let found = [
        announcement(removal),
        end(removal),
        order(removal),
        notice(removal, context),
        headers(removal),
        replacement(removal, context),
        delivery(removal),
    ];
    let name = &removal.capability;
    let one = |(rule, sentence): (LintRule, String)| finding(rule, name, sentence);
    let several = closed_days(removal, context).into_iter().chain(brownouts(removal));
    found.into_iter().flatten().chain(several).map(one).collect()
}

type Found = Option<(LintRule, String)>;

fn announcement(removal: &Scheduled) -> Found {
    removal
        .announced()
        .is_none()
        .then(|| (LintRule::NoAnnouncement, "No day is named on which customers are told.".to_owned()))
}

fn end(removal: &Scheduled) -> Found {
    removal.removed().is_none().then(|| (LintRule::NoRemoval, "No day is named on which it is gone.".to_owned()))
}

fn order(removal: &Scheduled) -> Found {
    let days: Vec<(StageKind, NaiveDate)> =
        ORDER.iter().filter_map(|kind| Some((*kind, removal.first(*kind)?))).collect();
    let wrong = days.windows(2).find(|pair| pair[0].1 > pair[1].1);
    if let Some(pair) = wrong {
        let ((first, on), (then, before)) = (pair[0], pair[1]);
        let sentence = format!("The stage {} begins on {on}, after {} on {before}.", first.as_str(), then.as_str());
        return Some((LintRule::StagesOutOfOrder, sentence));
    }
    let removed = removal.removed()?;
    let late = |kind: &StageKind| matches!(kind, StageKind::ClosedToNewUse | StageKind::Warnings | StageKind::Brownout);
    let after = removal.stages.iter().find(|stage| late(&stage.kind) && stage.from > removed)?;
    let sentence =
        format!("The stage {} begins on {}, after the removal on {removed}.", after.kind.as_str(), after.from);
    Some((LintRule::StagesOutOfOrder, sentence))
}

fn notice(removal: &Scheduled, context: LintContext) -> Found {
    let (announced, removed) = (removal.announced()?, removal.removed()?);
    let class = removal.class.unwrap_or(NoticeClass::UserInterface);
    let months = context.policy.class(class).months;
    let owed = announced.checked_add_months(Months::new(months))?;
    let said =
        if removal.class.is_some() { class.as_str() } else { "no class is said, so that a user interface is assumed" };
    let given = (removed - announced).num_days().max(0).cast_unsigned();
    (removed < owed).then(|| {
        let sentence = format!(
            "Announced on {announced} and gone on {removed}: {} of notice, where {} are owed ({said}), until {owed}.",
            format::counted(given, "day"),
            format::counted(u64::from(months), "month")
        );
        (LintRule::ShortNotice, sentence)
    })
}

fn headers(removal: &Scheduled) -> Found {
    let rule = LintRule::SunsetBeforeDeprecation;
    let sunset = removal.sunset?;
    if let Some(deprecation) = removal.deprecation.filter(|deprecation| sunset < *deprecation) {
        let sentence = format!("The Sunset header names {sunset}, before the Deprecation header's {deprecation}.");
        return Some((rule, sentence));
    }
    let removed = removal.first(StageKind::Removed).filter(|removed| *removed < sunset)?;
    Some((rule, format!("The Sunset header names {sunset}, and it is gone on {removed} already.")))
}

fn replacement(removal: &Scheduled, context: LintContext) -> Found {
    let (on, removed) = (removal.replacement_on?, removal.removed()?);
    let lead = context.settings.replacement_lead_days;
    let ready = on.checked_add_days(Days::new(u64::from(lead)))?;
    (removed < ready).then(|| {
        let sentence = format!(
            "Its replacement is on offer from {on}, and it is gone on {removed}: less than {lead} days to move."
        );
        (LintRule::ReplacementTooLate, sentence)
    })
}

fn delivery(removal: &Scheduled) -> Found {
    let (affected, told) = (removal.affected?, removal.told?);
    (told < affected).then(|| {
        let sentence =
            format!("{} use it, and {} were told.", format::counted(affected, "account"), format::count(told));
        (LintRule::NoticeNotDelivered, sentence)
    })
}

/// Changes that customers meet on closed days.
fn closed_days(removal: &Scheduled, context: LintContext) -> Vec<(LintRule, String)> {
    let closed = |stage: &Stage| {
        let why = stage.kind.changes_something().then(|| context.calendar.closed(stage.from))??;
        Some((
            LintRule::ClosedDay,
            format!("The stage {} begins on {}, a closed day: {why}.", stage.kind.as_str(), stage.from),
        ))
    };
    removal.stages.iter().filter_map(closed).collect()
}

/// Brownouts grow, at another hour each day, and the last one comes one to three weeks before the end. Those of one day are one.
fn brownouts(removal: &Scheduled) -> Vec<(LintRule, String)> {
    let mut found = Vec::new();
    let mut all: Vec<&Stage> = removal.stages.iter().filter(|stage| stage.kind == StageKind::Brownout).collect();
    all.sort_by_key(|stage| (stage.from, stage.window));
    let days: Vec<&[&Stage]> = all.chunk_by(|a, b| a.from == b.from).collect();
    for pair in days.windows(2) {
        let minutes = |day: &[&Stage]| -> Option<i64> {
            day.iter().map(|stage| stage.window.map(|(from, until)| (until - from).num_minutes())).sum()
        };
        let (before, day) = (pair[0][0].from, pair[1][0].from);
        if let (Some(first), Some(then)) = (minutes(pair[0]), minutes(pair[1]))
            && then < first
        {
            found.push((LintRule::BrownoutOrder, format!("The brownout on {day} is shorter than that on {before}.")));
        }
        let hour = |day: &[&Stage]| day[0].window.map(|(from, _)| from.hour());
        if pair[0].len() == 1 && pair[1].len() == 1 && hour(pair[0]).is_some() && hour(pair[0]) == hour(pair[1]) {
            let sentence = format!(
                "The brownouts on {before} and {day} begin at the same hour: who works at another never meets one."
            );
            found.push((LintRule::BrownoutOrder, sentence));
        }
    }
    if let (Some(last), Some(removed)) = (all.last(), removal.removed()) {
        let left = (removed - last.from).num_days();
        if !(LAST_BROWNOUT.0..=LAST_BROWNOUT.1).contains(&left) {
            let sentence = format!(
                "The last brownout, on {}, lies {left} days before the end on {removed}, not one to three weeks.",
                last.from
            );
            found.push((LintRule::LastBrownout, sentence));
        }
    }
    found
}
