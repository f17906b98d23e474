//! One broken integration, day by day: for how many accounts, how much of it in the dark, and what happened.

use chrono::{Days, NaiveDateTime};

use super::marks::{self, Form};
use super::place::Frame;
use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{Dash, GRID, INK, PALE, PAPER, SMALL, SOFT, VERMILION, WIDTH};
use super::timeline::Timeline;
use super::{Chart, DataTable, Subject};
use crate::integrations::{Detector, Story, StoryEvent, StoryEventKind};
use crate::units::{Money, format};

const BARS: i32 = 220;
const LEFT: i32 = 72;
const RIGHT: i32 = 930;
/// Height of one row of flags, and of one line of words.
const FLAG: i32 = 26;
const LINE: i32 = 26;
/// Accounts that left and are named one by one; the rest is summed in one line.
const NAMED: usize = 5;

/// A flag: its events, of which all but the last line have one.
struct Flag<'a> {
    event: &'a StoryEvent,
    words: String,
}

/// The story; `None` when none was worth telling.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let story = subject.integrations.story.as_ref()?;
    let (first, last) = (story.days.first()?, story.days.last()?);
    let flags = flags(subject, story);
    Some(Chart {
        id: "story",
        title: format!("{}: from the first failure to what it cost", subject.name(story.capability)),
        finding: finding(subject, story),
        note: format!(
            "One bar a day: accounts for which it was broken, below those of which nobody of ours knew. Days from {} to {}: a week about all that happened, not beyond the as-of date, at most 200 days. Failures of the same integration within a week of the worst one are told with it. Flags are numbered in order of time; a diamond is an account that left. What came after something need not have come from it.",
            first.day, last.day
        ),
        table: table(story, &flags),
        scene: draw(story, &flags)?,
    })
}

fn flags<'a>(subject: Subject, story: &'a Story) -> Vec<Flag<'a>> {
    let lost = |event: &&StoryEvent| event.kind == StoryEventKind::AccountLost;
    let left = story.events.iter().filter(lost).count();
    let named = if left > NAMED { NAMED - 1 } else { left };
    let mut flags: Vec<Flag> = Vec::new();
    let mut seen = 0;
    for event in &story.events {
        if event.kind == StoryEventKind::AccountLost {
            seen += 1;
            if seen > named + 1 {
                continue;
            }
            if seen > named {
                let rest: Vec<&StoryEvent> = story.events.iter().filter(lost).skip(named).collect();
                let arr = rest.iter().filter_map(|event| event.arr).reduce(|sum, arr| sum + arr);
                let worth = arr.map_or_else(String::new, |arr| format!(", ARR {}", subject.money(Some(arr))));
                let words = format!("from here on {} more left{worth}", format::counted(rest.len() as u64, "account"));
                flags.push(Flag { event, words });
                continue;
            }
        }
        flags.push(Flag { event, words: words(subject, story, event) });
    }
    flags
}

fn words(subject: Subject, story: &Story, event: &StoryEvent) -> String {
    let what = event.what.as_ref().map_or_else(String::new, |what| format!(": {what}"));
    let account = event.account.as_deref().map(|id| subject.account(id));
    let of = account.map_or_else(String::new, |account| format!(", {account}"));
    match event.kind {
        StoryEventKind::Announced => format!("announced by the vendor{what}"),
        StoryEventKind::Changed => format!("changed by the vendor{what}"),
        StoryEventKind::FirstFailure => format!("first failure{of}"),
        StoryEventKind::FirstContact => format!("a customer wrote first{of}{what}"),
        StoryEventKind::Detected => format!("known to us, {}{what}", detector(subject, story, event.at)),
        StoryEventKind::Acknowledged => format!("taken on by somebody{what}"),
        StoryEventKind::Restored => "works again for all".into(),
        StoryEventKind::AccountLost => {
            let arr = event.arr.map_or_else(String::new, |arr| format!(", ARR {}", subject.money(Some(arr))));
            format!("{} left{arr}", account.unwrap_or("an account"))
        }
    }
}

/// Who had the first sign, in words.
fn detector(subject: Subject, story: &Story, at: NaiveDateTime) -> &'static str {
    let mut failures = subject.integrations.failures.iter();
    let by = failures.find(|failure| failure.capability == story.capability && failure.detected_at == Some(at));
    match by.and_then(|failure| failure.detected_by) {
        Some(Detector::Monitor) => "through a monitor",
        Some(Detector::Customer) => "through a customer",
        Some(Detector::Vendor) => "through the vendor",
        Some(Detector::Employee) => "through one of us",
        None => "by whom is not said",
    }
}

fn finding(subject: Subject, story: &Story) -> String {
    let most = story.days.iter().map(|day| day.broken).max().unwrap_or(0);
    let mut broken = story.days.iter().filter(|day| day.broken > 0).map(|day| day.day);
    let from = broken.next().map_or_else(String::new, |first| {
        let last = broken.next_back().unwrap_or(first);
        format!(" between {first} and {last}")
    });
    let left = story.events.iter().filter(|event| event.kind == StoryEventKind::AccountLost).count();
    let arr =
        story.lost_arr.map_or_else(String::new, |arr: Money| format!(" with an ARR of {}", subject.money(Some(arr))));
    let lost = match left {
        0 => "no account is known to have left over it".to_owned(),
        left => format!("{} left over it{arr}", format::counted(left as u64, "account")),
    };
    format!(
        "{} was broken for up to {} a day{from}; {} account-hours passed before anybody of ours knew; {lost}.",
        subject.name(story.capability),
        format::counted(most, "account"),
        format::decimal(story.dark_hours)
    )
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn draw(story: &Story, flags: &[Flag]) -> Option<Scene> {
    let (first, last) = (story.days.first()?.day, story.days.last()?.day);
    let time = Timeline::of_days(first, last + Days::new(1), (LEFT, RIGHT));
    let places: Vec<i32> = flags.iter().map(|flag| time.at(flag.event.at)).collect();
    let rows = rows(&places);
    let top = 48 + FLAG * (rows.iter().max().copied().unwrap_or(0) + 1);
    let area = Frame { left: LEFT, top, right: RIGHT, bottom: top + BARS };
    let words = area.bottom + 52;
    let mut scene = Scene::new(WIDTH, words + LINE * i32::try_from(flags.len()).ok()? + 12);
    legend(&mut scene);
    let most = story.days.iter().map(|day| day.broken).max().unwrap_or(0).max(1);
    let y = Scale::linear((0.0, most as f64 * 1.05), (area.bottom, area.top));
    for tick in y.ticks().into_iter().filter(|tick| tick.fract().abs() < 1e-9) {
        scene.line(vec![(area.left, y.at(tick)), (area.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((area.left - 8, y.at(tick)), format!("{tick:.0}"), Anchor::End);
    }
    scene.upright((16, i32::midpoint(area.top, area.bottom)), "accounts broken");
    time.grid(&mut scene, (area.bottom, area.bottom + 4));
    for day in story.days.iter().filter(|day| day.broken > 0) {
        let (from, to) = (time.day(day.day), time.day(day.day + Days::new(1)));
        let to = (to - i32::from(to - from > 3)).max(from + 1);
        let dark = y.at(day.dark as f64);
        scene.rect((from, y.at(day.broken as f64)), (to, dark), PALE);
        if day.dark > 0 {
            scene.rect((from, dark), (to, area.bottom), VERMILION);
        }
    }
    scene.line(vec![(area.left, area.bottom), (area.right, area.bottom)], INK, 1, Dash::Solid);
    let onset = flags.iter().find(|flag| flag.event.kind == StoryEventKind::FirstFailure).map(|flag| flag.event.at);
    let rows = places.iter().zip(rows).map(|(x, row)| (*x, area.top - 18 - FLAG * row));
    let rows: Vec<(i32, i32)> = rows.collect();
    for &(x, y) in &rows {
        scene.line(vec![(x, y), (x, area.bottom)], SOFT, 1, Dash::Short);
    }
    for ((number, flag), at) in (1_usize..).zip(flags).zip(rows) {
        let line = words + LINE * i32::try_from(number - 1).ok()?;
        sign(&mut scene, at, number, flag.event.kind);
        sign(&mut scene, (LEFT - 46, line), number, flag.event.kind);
        scene.note((LEFT - 24, line), flag.event.at.date().to_string(), Anchor::Start);
        let after = onset.map(|onset| (flag.event.at.date() - onset.date()).num_days());
        scene.note((LEFT + 106, line), after.map_or_else(String::new, since), Anchor::End);
        let bold = matches!(flag.event.kind, StoryEventKind::AccountLost | StoryEventKind::FirstFailure);
        scene.styled((LEFT + 122, line), cut(&flag.words, 84), Anchor::Start, (SMALL + 1, INK, bold));
    }
    Some(scene)
}

/// Days since the first failure, in words.
fn since(days: i64) -> String {
    if days == 0 { "day 0".into() } else { format!("day {days:+}") }
}

fn legend(scene: &mut Scene) {
    scene.rect((LEFT, 14), (LEFT + 14, 28), VERMILION);
    scene.note((LEFT + 20, 21), "in the dark: nobody of ours knew", Anchor::Start);
    scene.rect((LEFT + 270, 14), (LEFT + 284, 28), PALE);
    scene.note((LEFT + 290, 21), "broken, and known", Anchor::Start);
}

/// A flag with its number: a disc, or a diamond where an account left.
fn sign(scene: &mut Scene, at: (i32, i32), number: usize, kind: StoryEventKind) {
    let (form, color) =
        if kind == StoryEventKind::AccountLost { ((Form::Diamond, 12), VERMILION) } else { ((Form::Circle, 10), INK) };
    marks::mark(scene, at, form, color, true);
    scene.styled(at, number.to_string(), Anchor::Middle, (12, PAPER, true));
}

/// The lowest row for every flag in which it touches none before it.
fn rows(places: &[i32]) -> Vec<i32> {
    let mut ends: Vec<i32> = Vec::new();
    let row = |x: &i32| {
        let free = ends.iter().position(|end| x - end >= FLAG).unwrap_or(ends.len());
        if free == ends.len() {
            ends.push(*x);
        } else {
            ends[free] = *x;
        }
        i32::try_from(free).unwrap_or(0)
    };
    places.iter().map(row).collect()
}

/// Every day with its counts and what happened on it; of the accounts that left, each.
fn table(story: &Story, flags: &[Flag]) -> DataTable {
    let row = |day: &crate::integrations::StoryDay| {
        let on = (1_usize..).zip(flags).filter(|(_, flag)| flag.event.at.date() == day.day);
        let events: Vec<String> = on.map(|(number, flag)| format!("{number} {}", flag.words)).collect();
        vec![day.day.to_string(), format::count(day.broken), format::count(day.dark), events.join("; ")]
    };
    DataTable::new(
        &["Day", "Accounts broken", "Of them in the dark", "What happened"],
        story.days.iter().map(row).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn flags_that_would_touch_stand_in_rows() {
        assert_eq!(rows(&[100, 100, 110, 130, 200]), [0, 1, 2, 0, 0]);
        assert!(rows(&[]).is_empty());
    }
}
