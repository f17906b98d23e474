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
    /// had · `verified`. Stages that would begin after the next are left out, and so is a brownout for which no working day is within a week;
    /// where the last one finds none there are no brownouts at all, and another working day of the month is taken where one has room for it
    /// and for the time in which it can only be read.
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

/// Days by which a brownout, and the day from which it can only be read, may move to find a working day.
const MOVES: i64 = 7;
/// Days before the removal between which the last brownout lies.
pub(super) const LAST_BROWNOUT: (i64, i64) = (7, 21);

/// The day on which a removal is announced: the last working day that leaves the months of notice, not before it is decided.
#[must_use]
pub fn announced_on(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let latest = removed.checked_sub_months(Months::new(policy.months)).unwrap_or(decided);
    calendar.working_until(latest).max(decided)
}

/// The first days of the stages that last, before the removal; `None` where one is not owed or finds no room.
struct Before {
    announced: NaiveDate,
    closed: Option<NaiveDate>,
    warnings: Option<NaiveDate>,
    read_only: Option<NaiveDate>,
    /// The days between which, both left out, something may stop to work for some hours; `None`: at no time, where a warning was owed
    /// and found no room.
    brownouts: Option<(NaiveDate, NaiveDate)>,
}

impl Before {
    fn of(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> Self {
        let announced = announced_on(policy, decided, removed, calendar).min(removed);
        let read_only = read_only_on(policy.read_only_days, (announced, removed), calendar);
        let end = read_only.unwrap_or(removed);
        let after = |days: Option<u32>| {
            let day = calendar.working_from(later(announced, days?));
            (day < end).then_some(day)
        };
        let warnings = after(policy.warnings_after_days);
        let first = warnings.or(policy.warnings_after_days.is_none().then_some(announced));
        let brownouts = first.map(|first| (first, end));
        Self { announced, closed: after(policy.closed_after_days), warnings, read_only, brownouts }
    }
}

/// The day from which it can only be read: the working day nearest to the one that its days ask for, the earlier of two, within a week;
/// else the first working day after that which comes before the removal.
fn read_only_on(days: u32, (announced, removed): (NaiveDate, NaiveDate), calendar: &Calendar) -> Option<NaiveDate> {
    let wanted = (days > 0).then(|| before(removed, days))?;
    let is_open = |day: &NaiveDate| *day > announced && *day < removed && calendar.is_working(*day);
    nearest(wanted, MOVES, is_open).or_else(|| wanted.iter_days().take_while(|day| *day < removed).find(is_open))
}

/// The nearest day that fits, the earlier of two.
fn nearest(wanted: NaiveDate, moves: i64, fits: impl Fn(&NaiveDate) -> bool) -> Option<NaiveDate> {
    let near = (0..=moves).flat_map(|days| [-days, days]);
    near.filter_map(|days| wanted.checked_add_signed(TimeDelta::days(days))).find(fits)
}

/// Whether the last brownout that the policy owes finds a working day one to three weeks before a removal, or the policy owes none.
#[must_use]
pub fn brownouts_fit(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> bool {
    let Some(last) = policy.brownouts.last() else { return true };
    let room = Before::of(policy, decided, removed, calendar).brownouts;
    room.is_some_and(|room| last_brownout_on(last, room, removed, calendar).is_some())
}

/// Whether the day from which it can only be read finds a working day within a week of its own, or the policy owes none.
#[must_use]
pub fn read_only_fits(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> bool {
    let owed = before(removed, policy.read_only_days);
    let found = Before::of(policy, decided, removed, calendar).read_only;
    policy.read_only_days == 0 || found.is_some_and(|day| (day - owed).num_days().abs() <= MOVES)
}

/// The stages of a removal on one day, by their first day, then kind.
#[must_use]
pub fn stages(policy: &ClassPolicy, decided: NaiveDate, removed: NaiveDate, calendar: &Calendar) -> Vec<Stage> {
    let days = Before::of(policy, decided, removed, calendar);
    let lasting = [
        (StageKind::Decided, Some(decided.min(days.announced))),
        (StageKind::Announced, Some(days.announced)),
        (StageKind::ClosedToNewUse, days.closed),
        (StageKind::Warnings, days.warnings),
        (StageKind::ReadOnly, days.read_only),
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
    if let Some(room) = days.brownouts {
        stages.extend(brownouts(&policy.brownouts, room, removed, calendar));
    }
    let kept = later(removed, policy.data_kept_days);
    stages.push(Stage { kind: StageKind::DataKept, from: removed, until: kept, window: None, reversible: false });
    let verified = calendar.working_from(later(removed, policy.verified_after_days));
    stages.push(Stage { kind: StageKind::Verified, from: verified, until: verified, window: None, reversible: false });
    stages.sort_by_key(|stage| (stage.from, stage.kind));
    stages
}

/// The brownouts between two days, both left out. The last one is placed first, since its days are few, and each of the others on the
/// working day that is nearest to its own and before the one that follows. Without the last there are none: the others only lead up to
/// it.
fn brownouts(
    of: &[Brownout],
    (first, end): (NaiveDate, NaiveDate),
    removed: NaiveDate,
    calendar: &Calendar,
) -> Vec<Stage> {
    let Some((last, others)) = of.split_last() else { return Vec::new() };
    let Some(last_on) = last_brownout_on(last, (first, end), removed, calendar) else { return Vec::new() };
    let mut days = vec![(last_on, last)];
    let mut next = last_on;
    for brownout in others.iter().rev() {
        let fits = |day: &NaiveDate| *day > first && *day < next && calendar.is_working(*day);
        if let Some(day) = nearest(before(removed, brownout.days_before), MOVES, fits) {
            days.push((day, brownout));
            next = day;
        }
    }
    let stage = |(day, brownout): (NaiveDate, &Brownout)| {
        let from = day.and_hms_opt(brownout.hour, 0, 0).unwrap_or_default();
        let window = Some((from, from + TimeDelta::hours(i64::from(brownout.hours))));
        Stage { kind: StageKind::Brownout, from: day, until: day, window, reversible: true }
    };
    days.into_iter().rev().map(stage).collect()
}

/// The working day of the last brownout between two days, both left out: the one nearest to its own that lies one to three weeks before
/// the removal.
fn last_brownout_on(
    last: &Brownout,
    (first, end): (NaiveDate, NaiveDate),
    removed: NaiveDate,
    calendar: &Calendar,
) -> Option<NaiveDate> {
    let fits = |day: &NaiveDate| {
        let is_near = (LAST_BROWNOUT.0..=LAST_BROWNOUT.1).contains(&(removed - *day).num_days());
        is_near && *day > first && *day < end && calendar.is_working(*day)
    };
    nearest(before(removed, last.days_before), LAST_BROWNOUT.1 - LAST_BROWNOUT.0, fits)
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

    #[test]
    fn it_can_only_be_read_from_the_nearest_working_day_on() {
        let policy = ClassPolicy { read_only_days: 14, ..standard(NoticeClass::UserInterface) };
        let from = |closed: Option<(&str, &str)>| {
            let blackout = |(from, to): (&str, &str)| Blackout { from: day(from), to: day(to), reason: String::new() };
            let calendar = Calendar { blackouts: closed.map(blackout).into_iter().collect(), ..Calendar::default() };
            let stages = stages(&policy, day("2027-01-04"), day("2027-07-27"), &calendar);
            stages.iter().find(|stage| stage.kind == StageKind::ReadOnly).map(|stage| stage.from.to_string())
        };
        assert_eq!(from(None).as_deref(), Some("2027-07-13"));
        // Three weeks are closed up to its day: the day after them, and not the one before, which would stretch it to six weeks.
        assert_eq!(from(Some(("2027-06-18", "2027-07-13"))).as_deref(), Some("2027-07-14"));
        // Of two that are as near, the earlier.
        assert_eq!(from(Some(("2027-07-13", "2027-07-13"))).as_deref(), Some("2027-07-12"));
        // No day of the two weeks around its own: the first one after them; and none where nothing is left before the removal.
        assert_eq!(from(Some(("2027-07-01", "2027-07-20"))).as_deref(), Some("2027-07-21"));
        assert_eq!(from(Some(("2027-07-01", "2027-07-26"))), None);
        let fits = |closed: &str| {
            let blackout = Blackout { from: day("2027-07-01"), to: day(closed), reason: String::new() };
            let calendar = Calendar { blackouts: vec![blackout], ..Calendar::default() };
            read_only_fits(&policy, day("2027-01-04"), day("2027-07-27"), &calendar)
        };
        assert!(fits("2027-07-19") && !fits("2027-07-20") && !fits("2027-07-26"));
        let none = ClassPolicy { read_only_days: 0, ..policy.clone() };
        assert!(read_only_fits(&none, day("2027-01-04"), day("2027-07-27"), &Calendar::default()));
    }

    #[test]
    fn without_a_day_for_the_last_brownout_there_is_none() {
        let policy = standard(NoticeClass::Integration);
        let calendar = Calendar { holidays: vec![((12, 18), (1, 6)), ((8, 1), (8, 15))], ..Calendar::default() };
        let decided = day("2026-01-05");
        let brownouts = |removed: &str| {
            let stages = stages(&policy, decided, day(removed), &calendar);
            let all = stages.iter().filter(|stage| stage.kind == StageKind::Brownout);
            all.map(|stage| stage.from.to_string()).collect::<Vec<_>>()
        };
        // One to three weeks before: 17 to 31 December, 22 December to 5 January, 24 December to 7 January.
        assert_eq!(brownouts("2027-01-07"), ["2026-11-26", "2026-12-17"]);
        assert_eq!(brownouts("2027-01-12"), [""; 0]);
        assert_eq!(brownouts("2027-01-14"), ["2026-12-03", "2027-01-07"]);
        for (removed, fit) in [("2027-01-07", true), ("2027-01-12", false), ("2027-01-13", false), ("2027-01-14", true)]
        {
            assert_eq!(brownouts_fit(&policy, decided, day(removed), &calendar), fit, "{removed}");
        }
        // What owes none has room anywhere; what owes one has none before it is announced.
        assert!(brownouts_fit(&standard(NoticeClass::Internal), decided, day("2027-01-12"), &calendar));
        assert!(!brownouts_fit(&policy, day("2027-01-13"), day("2027-01-14"), &calendar));
    }

    #[test]
    fn an_earlier_brownout_does_not_take_the_day_of_the_last() {
        // All but one day of the two weeks of the last is closed, and all before it for six weeks.
        let blackout = |from, to| Blackout { from: day(from), to: day(to), reason: String::new() };
        let calendar = Calendar {
            blackouts: vec![blackout("2027-05-20", "2027-07-12"), blackout("2027-07-14", "2027-07-22")],
            ..Calendar::default()
        };
        let brownouts =
            vec![Brownout { days_before: 20, hour: 9, hours: 3 }, Brownout { days_before: 14, hour: 15, hours: 6 }];
        let policy = ClassPolicy { brownouts, ..standard(NoticeClass::Integration) };
        let stages = stages(&policy, day("2026-10-05"), day("2027-07-27"), &calendar);
        let windows: Vec<_> = stages.iter().filter_map(|stage| stage.window).collect();
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].0.to_string(), "2027-07-13 15:00:00", "the longer one");
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
            if let Some(last) = brownouts.last() {
                prop_assert!((7..=21).contains(&(removed - last.from).num_days()));
            }
        }
    }
}
