//! From a day of removal to the stages before and after it.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::notice::{Brownout, ClassPolicy};
use crate::units::definition;

definition! {
    /// The stages of a removal, from the day on which it is decided to the day on which its effect is held against the forecast, by the
    /// notice policy of its class.
    ///
    /// `decided` · `announced`: the last working day that leaves the months of notice · `closed-to-new-use` · `warnings` at use ·
    /// `brownout`: it does not work for some hours, each time longer and at another time of day, the last time one to three weeks before the
    /// end, never on a closed day · `read-only`: it can be read and exported · `removed` · `data-kept`: until its last day the data can be
    /// had · `verified`. Stages that would begin after the next are left out, and so is a brownout for which no working day is near.
    ///
    /// *The way back* is open up to the day before the removal: until then the removal can be called off and nothing is lost.
    ///
    /// *Working days* are no weekends and not closed (`plan.holidays`, `plan.blackout`). Moments of brownouts are UTC.
    pub STAGES, "stages", "Stages of a removal"
}

/// A stage on the way out, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StageKind {
    /// It is decided.
    Decided,
    /// Customers are told.
    Announced,
    /// Nobody new can take it up.
    ClosedToNewUse,
    /// Who uses it is warned at use.
    Warnings,
    /// It does not work for some hours.
    Brownout,
    /// It can be read or exported, and not used.
    ReadOnly,
    /// It is gone.
    Removed,
    /// Its data are kept until then.
    DataKept,
    /// What it brought is held against the forecast.
    Verified,
}

impl StageKind {
    /// All of them, in their order.
    pub const ALL: &'static [Self] = &[
        Self::Decided,
        Self::Announced,
        Self::ClosedToNewUse,
        Self::Warnings,
        Self::Brownout,
        Self::ReadOnly,
        Self::Removed,
        Self::DataKept,
        Self::Verified,
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Announced => "announced",
            Self::ClosedToNewUse => "closed-to-new-use",
            Self::Warnings => "warnings",
            Self::Brownout => "brownout",
            Self::ReadOnly => "read-only",
            Self::Removed => "removed",
            Self::DataKept => "data-kept",
            Self::Verified => "verified",
        }
    }

    /// Whether customers meet a change on its first day, so that it must not be a closed one.
    #[must_use]
    pub fn changes_something(self) -> bool {
        !matches!(self, Self::Decided | Self::DataKept | Self::Verified)
    }
}

/// One stage with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Which.
    pub kind: StageKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day, that one included: the day before the next stage for one that lasts, else the first.
    pub until: NaiveDate,
    /// First and last moment of a brownout, UTC; `None` of the others.
    pub window: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Whether the way back is open: until then the removal can be called off without loss.
    pub reversible: bool,
}

/// Days by which a brownout may move to find a working day.
const BROWNOUT_MOVES: i64 = 6;
/// Days before the removal between which the last brownout lies.
pub(super) const LAST_BROWNOUT: (i64, i64) = (7, 21);

/// The day on which a removal is announced: the last working day that leaves the months of notice, not before it is decided.
#[must_use]
pub fn announced_on(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let latest = removed.checked_sub_months(Months::new(policy.months)).unwrap_or(decided);
    calendar.working_until(latest).max(decided)
}

/// The stages of a removal on one day, by their first day, then kind.
#[must_use]
pub fn stages(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> Vec<Stage> {
    let announced = announced_on(policy, decided, removed, calendar).min(removed);
    let read_only = before(removed, policy.read_only_days);
    let read_only =
        (policy.read_only_days > 0).then(|| calendar.working_until(read_only)).filter(|day| *day > announced);
    let end = read_only.unwrap_or(removed);
    let after = |days: Option<u32>| {
        let day = calendar.working_from(later(announced, days?));
        (day < end).then_some(day)
    };
    let (closed, warnings) = (after(policy.closed_after_days), after(policy.warnings_after_days));
    let lasting = [
        (StageKind::Decided, Some(decided.min(announced))),
        (StageKind::Announced, Some(announced)),
        (StageKind::ClosedToNewUse, closed),
        (StageKind::Warnings, warnings),
        (StageKind::ReadOnly, read_only),
        (StageKind::Removed, Some(removed)),
    ];
    let mut lasting: Vec<(NaiveDate, StageKind)> =
        lasting.into_iter().filter_map(|(kind, day)| Some((day?, kind))).collect();
    lasting.sort();
    let mut stages = Vec::new();
    for (place, &(from, kind)) in lasting.iter().enumerate() {
        let next = lasting.get(place + 1).map_or(from, |(next, _)| before(*next, 1));
        stages.push(Stage { kind, from, until: next.max(from), window: None, reversible: kind < StageKind::Removed });
    }
    // Nothing stops to work, not even for an hour, where a warning was owed and found no room.
    if let Some(first) = warnings.or(policy.warnings_after_days.is_none().then_some(announced)) {
        stages.extend(brownouts(&policy.brownouts, (first, end), removed, calendar));
    }
    let kept = later(removed, policy.data_kept_days);
    stages.push(Stage { kind: StageKind::DataKept, from: removed, until: kept, window: None, reversible: false });
    let verified = calendar.working_from(later(removed, policy.verified_after_days));
    stages.push(Stage { kind: StageKind::Verified, from: verified, until: verified, window: None, reversible: false });
    stages.sort_by_key(|stage| (stage.from, stage.kind));
    stages
}

/// The brownouts between two days, both left out, each on the working day that is nearest to its own and after the one before.
fn brownouts(
    of: &[Brownout],
    (first, end): (NaiveDate, NaiveDate),
    removed: NaiveDate,
    calendar: &Calendar,
) -> Vec<Stage> {
    let mut found: Vec<Stage> = Vec::new();
    let mut earliest = first;
    for (place, brownout) in of.iter().enumerate() {
        let is_last = place + 1 == of.len();
        let wanted = before(removed, brownout.days_before);
        let fits = |day: &NaiveDate| {
            let left = (removed - *day).num_days();
            *day > earliest
                && *day < end
                && calendar.is_working(*day)
                && (!is_last || (LAST_BROWNOUT.0..=LAST_BROWNOUT.1).contains(&left))
        };
        let near = (0..=BROWNOUT_MOVES).flat_map(|days| [-days, days]);
        let day = near.filter_map(|days| wanted.checked_add_signed(TimeDelta::days(days))).find(fits);
        let Some(day) = day else { continue };
        let from = day.and_hms_opt(brownout.hour, 0, 0).unwrap_or_default();
        let window = Some((from, from + TimeDelta::hours(i64::from(brownout.hours))));
        found.push(Stage { kind: StageKind::Brownout, from: day, until: day, window, reversible: true });
        earliest = day;
    }
    found
}

fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Blackout, NoticeClass};
    use crate::plan::notice::policies;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn standard(class: NoticeClass) -> ClassPolicy {
        policies().iter().find(|policy| policy.name == "standard").unwrap().class(class).clone()
    }

    fn calendar() -> Calendar {
        let peak = Blackout { from: day("2027-09-20"), to: day("2027-09-30"), reason: String::new() };
        Calendar { blackouts: vec![peak], holidays: vec![((12, 18), (1, 4))] }
    }

    fn starts(stages: &[Stage]) -> Vec<(&'static str, String)> {
        stages.iter().map(|stage| (stage.kind.as_str(), stage.from.to_string())).collect()
    }

    #[test]
    fn an_interface_has_every_stage() {
        let stages = stages(&standard(NoticeClass::PublicApi), day("2026-10-14"), day("2027-11-09"), &calendar());
        let expected = [
            ("decided", "2026-10-14"),
            ("announced", "2026-11-09"),
            ("closed-to-new-use", "2026-12-09"),
            ("warnings", "2027-01-08"),
            ("brownout", "2027-10-01"), // 28 September is closed, and so are the days around it
            ("brownout", "2027-10-12"),
            ("brownout", "2027-10-26"),
            ("removed", "2027-11-09"),
            ("data-kept", "2027-11-09"),
            ("verified", "2028-02-07"),
        ];
        let expected: Vec<(&str, String)> = expected.map(|(kind, day)| (kind, day.to_owned())).to_vec();
        assert_eq!(starts(&stages), expected);
        let lasts: Vec<String> = stages[..4].iter().map(|stage| stage.until.to_string()).collect();
        assert_eq!(lasts, ["2026-11-08", "2026-12-08", "2027-01-07", "2027-11-08"]);
        let (from, until) = stages[6].window.unwrap();
        assert_eq!((from.to_string(), until.to_string()), ("2027-10-26 12:00:00".into(), "2027-10-27 00:00:00".into()));
        assert!(stages[..7].iter().all(|stage| stage.reversible) && stages[7..].iter().all(|stage| !stage.reversible));
        assert_eq!(stages[8].until, day("2028-02-07"));
    }

    #[test]
    fn what_has_no_room_is_left_out() {
        let policy = ClassPolicy { months: 0, ..standard(NoticeClass::PublicApi) };
        let stages = stages(&policy, day("2027-11-09"), day("2027-11-09"), &Calendar::default());
        let kinds: Vec<&str> = stages.iter().map(|stage| stage.kind.as_str()).collect();
        let expected = ["decided", "announced", "removed", "data-kept", "verified"];
        assert_eq!(kinds, expected);
    }

    proptest! {
        #[test]
        fn stages_stand_in_order_and_keep_the_notice(ahead in 0_u64..900, start in 0_u64..400, which in 0_usize..30) {
            let all: Vec<&ClassPolicy> = policies().iter().flat_map(|policy| &policy.classes).collect();
            let (policy, calendar) = (all[which], calendar());
            let decided = calendar.working_from(day("2026-10-01") + Days::new(start));
            let earliest = calendar.working_from(decided.checked_add_months(Months::new(policy.months)).unwrap());
            let removed = calendar.working_from(earliest + Days::new(ahead));
            let stages = stages(policy, decided, removed, &calendar);
            let first = |kind| stages.iter().find(|stage| stage.kind == kind).map(|stage| stage.from);
            let announced = first(StageKind::Announced).unwrap();
            prop_assert!(announced >= decided);
            prop_assert!(announced.checked_add_months(Months::new(policy.months)).unwrap() <= removed);
            prop_assert!(stages.iter().all(|stage| stage.from <= stage.until));
            let order: Vec<NaiveDate> = StageKind::ALL.iter().filter_map(|kind| first(*kind)).collect();
            // Closing to new use and warnings may come in either order.
            let ends = [first(StageKind::Decided), Some(announced), first(StageKind::ReadOnly), Some(removed)];
            let ends: Vec<NaiveDate> = ends.into_iter().flatten().collect();
            prop_assert!(ends.is_sorted() && order.iter().all(|day| *day >= ends[0]));
            for stage in stages.iter().filter(|stage| stage.kind.changes_something() && stage.from != decided) {
                prop_assert!(calendar.is_working(stage.from), "{stage:?}");
            }
            let brownouts: Vec<&Stage> = stages.iter().filter(|stage| stage.kind == StageKind::Brownout).collect();
            for pair in brownouts.windows(2) {
                let length = |stage: &Stage| stage.window.map(|(from, until)| until - from);
                prop_assert!(pair[0].from < pair[1].from && length(pair[0]) < length(pair[1]));
            }
            if let Some(last) = brownouts.last().filter(|_| brownouts.len() == policy.brownouts.len()) {
                prop_assert!((7..=21).contains(&(removed - last.from).num_days()));
            }
        }
    }
}
