//! Rules about the dates of one removal.

use chrono::{Days, Months, NaiveDate, Timelike};

use super::{LintContext, LintFinding, LintRule, LintSeverity, Scheduled, finding};
use crate::config::NoticeClass;
use crate::plan::limits::vendor_end;
use crate::plan::stages::{LAST_BROWNOUT, Stage, StageKind};
use crate::units::format;

/// What does not come after what; closing to new use may come before or after anything but its ends.
const ORDER: [(StageKind, &[StageKind]); 7] = [
    (StageKind::Decided, &[StageKind::Announced, StageKind::Removed]),
    (
        StageKind::Announced,
        &[StageKind::ClosedToNewUse, StageKind::Warnings, StageKind::Brownout, StageKind::ReadOnly, StageKind::Removed],
    ),
    (StageKind::ClosedToNewUse, &[StageKind::Removed]),
    (StageKind::Warnings, &[StageKind::Brownout, StageKind::ReadOnly, StageKind::Removed]),
    (StageKind::Brownout, &[StageKind::ReadOnly, StageKind::Removed]),
    (StageKind::ReadOnly, &[StageKind::Removed]),
    (StageKind::Removed, &[StageKind::Verified]),
];

pub(super) fn lint(removal: &Scheduled, context: LintContext) -> Vec<LintFinding> {
    let found = [
        announcement(removal),
        end(removal),
        notice(removal, context),
        headers(removal),
        replacement(removal, context),
        deadline(removal),
        delivery(removal),
    ];
    let name = &removal.capability;
    let one = |(rule, sentence): (LintRule, String)| finding(rule, name, sentence);
    let several = found.into_iter().flatten().chain(order(removal)).chain(brownouts(removal));
    let mut found: Vec<LintFinding> = several.map(one).collect();
    found.extend(closed_days(removal, context));
    found.sort_by_key(|finding| finding.rule);
    found
}

/// Minutes of a day.
const DAY: i64 = 24 * 60;

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

/// Each stage that comes too late for another, and each that ends before it begins.
fn order(removal: &Scheduled) -> Vec<(LintRule, String)> {
    let first = |kind: StageKind| match kind {
        StageKind::Announced => removal.announced(),
        StageKind::Removed => removal.removed(),
        _ => removal.first(kind),
    };
    // What is said again stays where it was first said. What stops to work, stops to work each time; and nothing comes after the end.
    let last = |kind: StageKind, then: StageKind| {
        let each = kind == StageKind::Brownout && then == StageKind::ReadOnly;
        let is_over = then == StageKind::Removed && !matches!(kind, StageKind::Decided | StageKind::Announced);
        // Of a header alone the rule of the headers speaks.
        let is_told = kind == StageKind::Announced && then == StageKind::Removed;
        if each || is_over {
            removal.last(kind)
        } else if is_told {
            removal.first(kind)
        } else {
            first(kind)
        }
    };
    let late = |(kind, others): &(StageKind, &[StageKind])| {
        let earlier = others.iter().filter_map(|then| {
            let (day, before) = (last(*kind, *then)?, first(*then)?);
            (before < day).then_some((before, *then, day))
        });
        let (before, then, day) = earlier.min()?;
        let (kind, then) = (kind.as_str(), then.as_str());
        Some(format!("The stage {kind} begins on {day}, after {then} on {before}."))
    };
    let turned = |stage: &Stage| {
        let kind = stage.kind.as_str();
        if stage.until < stage.from {
            return Some(format!("The stage {kind} ends on {}, before it begins on {}.", stage.until, stage.from));
        }
        let (from, until) = stage.window.filter(|(from, until)| until <= from)?;
        Some(format!("The stage {kind} ends at {until}, and begins at {from}."))
    };
    let late = ORDER.iter().filter_map(late);
    late.chain(removal.stages.iter().filter_map(turned)).map(|said| (LintRule::StagesOutOfOrder, said)).collect()
}

fn notice(removal: &Scheduled, context: LintContext) -> Found {
    let (announced, removed) = (removal.announced()?, removal.removed()?);
    let class = removal.class.unwrap_or(NoticeClass::UserInterface);
    let months = context.policy.class(class).months;
    let owed = announced.checked_add_months(Months::new(months))?;
    // A vendor ends it whatever is owed: up to then it is kept.
    let ended = context.integrations.zip(removal.index).and_then(|(known, index)| vendor_end(index, known));
    let until = ended.map_or(owed, |(by, _)| owed.min(context.calendar.working_until(by)));
    let said =
        if removal.class.is_some() { class.as_str() } else { "no class is said, so that a user interface is assumed" };
    let given = (removed - announced).num_days().max(0).cast_unsigned();
    (removed < until).then(|| {
        let sentence = format!(
            "Announced on {announced} and gone on {removed}: {} of notice, where {} are owed ({said}), until {until}.",
            format::counted(given, "day"),
            format::counted(u64::from(months), "month")
        );
        (LintRule::ShortNotice, sentence)
    })
}

fn headers(removal: &Scheduled) -> Found {
    let rule = LintRule::SunsetBeforeDeprecation;
    let removed = removal.first(StageKind::Removed);
    let after = |header: &str, day: NaiveDate| {
        let removed = removed.filter(|removed| *removed < day)?;
        Some((rule, format!("The {header} header names {day}, and it is gone on {removed} already.")))
    };
    match (removal.sunset, removal.deprecation) {
        (Some(sunset), Some(deprecation)) if sunset < deprecation => {
            Some((rule, format!("The Sunset header names {sunset}, before the Deprecation header's {deprecation}.")))
        }
        (Some(sunset), _) => after("Sunset", sunset),
        (None, deprecation) => after("Deprecation", deprecation?),
    }
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

/// The day that the plan itself names; those of vendors and of the settings are held against it with the data.
fn deadline(removal: &Scheduled) -> Found {
    let (by, removed) = (removal.demanded_by?, removal.removed()?);
    (by < removed).then(|| {
        (LintRule::VendorDeadline, format!("It is gone on {removed}, and the plan says that it must go by {by}."))
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

/// Changes that customers meet on closed days: where it stops to work an error, where something is only said a warning.
fn closed_days(removal: &Scheduled, context: LintContext) -> Vec<LintFinding> {
    let closed = |stage: &Stage| {
        let why = stage.kind.changes_something().then(|| context.calendar.closed(stage.from))??;
        let sentence = format!("The stage {} begins on {}, a closed day: {why}.", stage.kind.as_str(), stage.from);
        let stops = matches!(stage.kind, StageKind::Brownout | StageKind::ReadOnly | StageKind::Removed);
        let severity = if stops { LintSeverity::Error } else { LintSeverity::Warning };
        Some(LintFinding { severity, ..finding(LintRule::ClosedDay, &removal.capability, sentence) })
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
        // Who works at other hours never meets the two, unless one of them goes round the clock.
        let is_short = |day: &[&Stage]| minutes(day).is_some_and(|minutes| minutes < DAY);
        let hour = |day: &[&Stage]| day[0].window.filter(|_| is_short(day)).map(|(from, _)| from.hour());
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
