//! Companies whose features are needed or not by construction: what rules that name dead features are compared on.
//!
//! Two years of use by day. Every feature has a kind with parameters of its own; whether it will be needed follows from these
//! and not from what was drawn. Only whole numbers are drawn, and chances are multiplied, so that every machine
//! gives the same company.

use chrono::{Datelike as _, Days, NaiveDate};

use super::draw::Draw;

/// Days of history before the as-of date.
const HISTORY: i64 = 730;
/// Days after it within which a needed feature is used again.
const AHEAD: i64 = 365;
/// What chances and shares are parts of.
const WHOLE: u32 = 10_000;
/// The line that a feature must reach to be needed: the share of customers who will use it in the year ahead.
const LINE: f64 = 0.10;
/// Segments, and how many of a hundred accounts are in each.
const SEGMENTS: [(&str, u32); 4] = [("Enterprise", 8), ("Mid-Market", 22), ("Small Business", 45), ("Solo", 25)];

/// How a feature is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeatureKind {
    /// By 11 to 70 % of the accounts, most weeks or every few weeks.
    Steady,
    /// In two or three months of the year.
    Seasonal,
    /// Around the end of the year.
    YearEnd,
    /// Launched one to five months ago, and growing to 15 to 50 %.
    Young,
    /// By 15 to 50 %, each about once a quarter.
    Infrequent,
    /// By most accounts of one segment.
    OneSegment,
    /// Weekly, by 2 to 9 %.
    RareRegular,
    /// Launched one to five months ago, and wanted by next to nobody.
    Flop,
    /// By 20 to 50 % once, who stop one by one.
    Dying,
    /// By nobody for months, or by a handful that looks in.
    Dead,
}

impl FeatureKind {
    /// Every kind, and how many features of it a company has.
    pub const MIX: [(Self, usize); 10] = [
        (Self::Steady, 8),
        (Self::Seasonal, 4),
        (Self::YearEnd, 3),
        (Self::Young, 4),
        (Self::Infrequent, 4),
        (Self::OneSegment, 3),
        (Self::RareRegular, 4),
        (Self::Flop, 2),
        (Self::Dying, 3),
        (Self::Dead, 5),
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Seasonal => "seasonal",
            Self::YearEnd => "year-end",
            Self::Young => "young",
            Self::Infrequent => "infrequent",
            Self::OneSegment => "one-segment",
            Self::RareRegular => "rare-regular",
            Self::Flop => "flop",
            Self::Dying => "dying",
            Self::Dead => "dead",
        }
    }
}

/// A feature with its truth.
#[derive(Debug, Clone, PartialEq)]
pub struct LeagueFeature {
    /// Stable id.
    pub id: String,
    /// How it is used.
    pub kind: FeatureKind,
    /// First day on offer.
    pub launched_on: NaiveDate,
    /// Share of the customers of the as-of date, those that stay, who use it in the twelve months after it; 0–1, expected from the
    /// parameters.
    pub share_ahead: f64,
}

impl LeagueFeature {
    /// Whether it will be used by at least a tenth of the customers within twelve months.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.share_ahead >= LINE
    }
}

/// An account under contract at some time of the two years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeagueAccount {
    /// Id.
    pub id: String,
    /// Segment.
    pub segment: &'static str,
    /// First day.
    pub started_on: NaiveDate,
    /// First day on which it is no customer any more; `None` while it stays.
    pub churned_on: Option<NaiveDate>,
}

impl LeagueAccount {
    /// Whether it is a customer on a day.
    #[must_use]
    pub fn is_customer_on(&self, day: NaiveDate) -> bool {
        self.started_on <= day && self.churned_on.is_none_or(|churned| day < churned)
    }
}

/// A day on which an account used a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeagueUse {
    /// Index of the feature.
    pub feature: usize,
    /// Index of the account.
    pub account: usize,
    /// The day.
    pub day: NaiveDate,
}

/// A company with two years of logs.
#[derive(Debug, Clone, PartialEq)]
pub struct LeagueCompany {
    /// The day on which it is judged: any day of 2026.
    pub as_of: NaiveDate,
    /// Accounts; about as many as asked for are customers on the as-of date.
    pub accounts: Vec<LeagueAccount>,
    /// Features, in the order of [`FeatureKind::MIX`].
    pub features: Vec<LeagueFeature>,
    /// Use up to the as-of date, by feature, account and day; distinct.
    pub usage: Vec<LeagueUse>,
}

/// The company of a seed with about so many customers.
#[must_use]
pub fn league_company(customers: u32, seed: u64) -> LeagueCompany {
    let mut draw = Draw::new(seed, "league");
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let as_of = later(first, i64::from(draw.below(365)));
    let accounts = accounts(customers, as_of, &mut draw);
    let habits: Vec<Habit> = accounts.iter().map(|account| Habit::new(account, as_of, &mut draw)).collect();
    let lost = lost_days(as_of, &mut draw);
    let kinds = FeatureKind::MIX.iter().flat_map(|&(kind, count)| std::iter::repeat_n(kind, count));
    let plans: Vec<Plan> = kinds.map(|kind| Plan::new(kind, as_of, &mut draw)).collect();
    let half_weeks: Vec<Vec<(NaiveDate, u32)>> = plans.iter().map(|plan| plan.half_weeks(as_of)).collect();
    let mut usage = Vec::new();
    for (feature, plan) in plans.iter().enumerate() {
        let mut draw = Draw::new(seed, &format!("league feature {feature}"));
        for account in plan.adopters(&accounts, &mut draw) {
            let days = plan.days(&habits[account], &half_weeks[feature], &mut draw);
            let kept = days.into_iter().filter(|day| !lost.contains(day));
            usage.extend(kept.map(|day| LeagueUse { feature, account, day }));
        }
    }
    usage.sort_unstable();
    usage.dedup();
    let feature = |(n, plan): (usize, &Plan)| LeagueFeature {
        id: format!("{}-{n:02}", plan.kind.as_str()),
        kind: plan.kind,
        launched_on: plan.launched_on,
        share_ahead: plan.share_ahead(as_of),
    };
    let features = plans.iter().enumerate().map(feature).collect();
    LeagueCompany { as_of, accounts, features, usage }
}

/// A day so many days later, or earlier when below 0.
fn later(day: NaiveDate, days: i64) -> NaiveDate {
    let moved = if days < 0 {
        day.checked_sub_days(Days::new(days.unsigned_abs()))
    } else {
        day.checked_add_days(Days::new(days.unsigned_abs()))
    };
    moved.unwrap_or_default()
}

/// A whole number from `low` to `high`, both included.
fn between(draw: &mut Draw, low: u32, high: u32) -> u32 {
    low + draw.below(high + 1 - low)
}

/// The same with small ones more often: the product of two uniform draws spreads over the range.
fn mostly_low(draw: &mut Draw, low: u32, high: u32) -> u32 {
    let (first, second) = (u64::from(draw.below(WHOLE)), u64::from(draw.below(WHOLE)));
    let wide = u64::from(high - low) * first * second / u64::from(WHOLE) / u64::from(WHOLE);
    low + u32::try_from(wide).unwrap_or_default()
}

/// A sixth of those who ever were customers came within the two years, a fifth left.
fn accounts(customers: u32, as_of: NaiveDate, draw: &mut Draw) -> Vec<LeagueAccount> {
    let total = customers * 5 / 4;
    let account = |n: u32| {
        let place = u64::from(n) * 100 / u64::from(total.max(1));
        let mut upper = 0;
        let found = SEGMENTS.iter().find(|(_, share)| {
            upper += u64::from(*share);
            place < upper
        });
        let back = if draw.chance(170) { between(draw, 30, 700) } else { between(draw, 760, 2_200) };
        let started_on = later(as_of, -i64::from(back));
        let churned_on = draw.chance(200).then(|| later(as_of, -i64::from(draw.below(690))));
        LeagueAccount {
            id: format!("account {n:05}"),
            segment: found.unwrap_or(&SEGMENTS[3]).0,
            started_on,
            churned_on: churned_on.filter(|churned| *churned > started_on),
        }
    };
    (0..total).map(account).collect()
}

/// How busy an account is, when it is a customer, and when it pauses.
#[derive(Debug)]
struct Habit {
    from: NaiveDate,
    until: NaiveDate,
    pauses: Vec<(NaiveDate, NaiveDate)>,
    /// Percent of the chances of a feature: 40 to 160.
    busy: u32,
}

impl Habit {
    /// In each of the two years a third of the accounts pause for two to eight weeks.
    fn new(account: &LeagueAccount, as_of: NaiveDate, draw: &mut Draw) -> Self {
        let mut pauses = Vec::new();
        for year in 0..2 {
            if draw.chance(330) {
                let start = later(as_of, -i64::from(draw.below(365)) - 365 * year);
                pauses.push((start, later(start, i64::from(between(draw, 14, 56)))));
            }
        }
        let until = account.churned_on.unwrap_or_else(|| later(as_of, 1));
        Self { from: account.started_on, until, pauses, busy: between(draw, 40, 160) }
    }

    fn is_at_work(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.until && !self.pauses.iter().any(|(from, until)| *from <= day && day < *until)
    }
}

/// Days whose logs are lost: one in a hundred, and in half of the companies a gap of three to ten days.
fn lost_days(as_of: NaiveDate, draw: &mut Draw) -> std::collections::BTreeSet<NaiveDate> {
    let mut lost: std::collections::BTreeSet<NaiveDate> =
        (0..HISTORY).filter(|_| draw.chance(10)).map(|back| later(as_of, -back)).collect();
    if draw.chance(500) {
        let start = later(as_of, -i64::from(draw.below(700)));
        lost.extend((0..i64::from(between(draw, 3, 10))).map(|n| later(start, n)));
    }
    lost
}

/// When a feature is used.
#[derive(Debug, Clone, Copy)]
enum Season {
    All,
    /// First month, from 0, and number of months; the chance in other months.
    Months(u32, u32, u32),
    /// 8 December to 31 January.
    TurnOfYear,
}

/// What is planted in one feature.
#[derive(Debug)]
struct Plan {
    kind: FeatureKind,
    launched_on: NaiveDate,
    /// Part of the accounts, or of those of the segment, who ever take it up.
    share: u32,
    segment: Option<usize>,
    /// Chance of a use in half a week by an account of middling diligence.
    chance: u32,
    season: Season,
    /// Days over which the accounts take it up, one by one, from the launch.
    growth: i64,
    /// When the first stops, and how many days later the last.
    fading: Option<(NaiveDate, i64)>,
}

impl Plan {
    fn new(kind: FeatureKind, as_of: NaiveDate, draw: &mut Draw) -> Self {
        let old = later(as_of, -HISTORY - i64::from(between(draw, 100, 2_000)));
        let young = later(as_of, -i64::from(between(draw, 30, 150)));
        let mut plan = Self {
            kind,
            launched_on: old,
            share: between(draw, 1_500, 5_000),
            segment: None,
            chance: between(draw, 1_000, 4_500),
            season: Season::All,
            growth: 1,
            fading: None,
        };
        match kind {
            FeatureKind::Steady => plan.share = mostly_low(draw, 1_100, 7_000),
            FeatureKind::Seasonal => {
                let stray = if draw.chance(500) { between(draw, 2, 15) } else { 0 };
                plan.season = Season::Months(draw.below(12), between(draw, 2, 3), stray);
            }
            FeatureKind::YearEnd => {
                plan.season = Season::TurnOfYear;
                plan.chance = between(draw, 800, 2_500);
            }
            FeatureKind::Young => (plan.launched_on, plan.growth) = (young, i64::from(between(draw, 180, 360))),
            FeatureKind::Infrequent => plan.chance = between(draw, 250, 550),
            FeatureKind::OneSegment => {
                (plan.segment, plan.share) = (Some(draw.below(2) as usize), between(draw, 6_000, 9_500));
            }
            FeatureKind::RareRegular => {
                (plan.share, plan.chance) = (between(draw, 200, 900), between(draw, 3_000, 6_000));
            }
            FeatureKind::Flop => {
                (plan.launched_on, plan.share) = (young, between(draw, 50, 300));
                plan.growth = i64::from(between(draw, 20, 120));
            }
            FeatureKind::Dying => {
                plan.share = between(draw, 2_000, 5_000);
                let start = later(as_of, -i64::from(between(draw, 300, 600)));
                plan.fading = Some((start, i64::from(between(draw, 300, 900))));
            }
            FeatureKind::Dead if draw.chance(500) => {
                let (over, span) = (i64::from(between(draw, 100, 600)), i64::from(between(draw, 60, 400)));
                plan.share = between(draw, 200, 3_000);
                plan.fading = Some((later(as_of, -over - span), span));
            }
            FeatureKind::Dead => (plan.share, plan.chance) = (between(draw, 20, 100), between(draw, 200, 800)),
        }
        plan
    }

    /// The accounts that ever take it up: exactly the planned part of those it is for, at least one.
    fn adopters(&self, accounts: &[LeagueAccount], draw: &mut Draw) -> Vec<usize> {
        let meant = |account: &LeagueAccount| self.segment.is_none_or(|place| account.segment == SEGMENTS[place].0);
        let mut pool: Vec<usize> = (0..accounts.len()).filter(|&index| meant(&accounts[index])).collect();
        let wanted = (pool.len() * self.share as usize + WHOLE as usize / 2) / WHOLE as usize;
        let wanted = wanted.clamp(1, pool.len().max(1)).min(pool.len());
        for place in 0..wanted {
            let rest = u32::try_from(pool.len() - place).unwrap_or(u32::MAX);
            pool.swap(place, place + draw.below(rest) as usize);
        }
        pool.truncate(wanted);
        pool
    }

    /// When an adopter takes it up and stops, for a place among the adopters in 0–[`WHOLE`]. Most of a fading feature stop
    /// early: their places are squared.
    fn span(&self, start: u32, end: u32) -> (NaiveDate, Option<NaiveDate>) {
        let part = |of: i64, place: u32| of * i64::from(place) / i64::from(WHOLE);
        let from = later(self.launched_on, part(self.growth, start));
        let until = self.fading.map(|(first, span)| later(first, part(part(span, end), end)));
        (from, until)
    }

    /// Chance of a use in the half week that begins on a day.
    fn chance_on(&self, day: NaiveDate) -> u32 {
        match self.season {
            Season::All => self.chance,
            Season::Months(first, months, stray) => {
                if (day.month0() + 12 - first) % 12 < months {
                    self.chance
                } else {
                    stray
                }
            }
            Season::TurnOfYear => {
                if day.month() == 1 || (day.month() == 12 && day.day() >= 8) {
                    self.chance
                } else {
                    0
                }
            }
        }
    }

    /// The half weeks of the history up to the as-of date in which somebody may use it: first day and chance.
    fn half_weeks(&self, as_of: NaiveDate) -> Vec<(NaiveDate, u32)> {
        let all = (0..HISTORY * 2 / 7).map(|half_week| later(as_of, -HISTORY + half_week * 7 / 2));
        let open = all.filter(|day| later(*day, 4) > self.launched_on);
        open.map(|day| (day, self.chance_on(day))).filter(|(_, chance)| *chance > 0).collect()
    }

    /// Days of use of one adopter: in every half week at most one, which for these chances is nearly a Poisson process.
    fn days(&self, habit: &Habit, half_weeks: &[(NaiveDate, u32)], draw: &mut Draw) -> Vec<NaiveDate> {
        let (from, until) = self.span(draw.below(WHOLE), draw.below(WHOLE));
        let mut days = Vec::new();
        for (start, chance) in half_weeks {
            if draw.below(WHOLE) >= chance * habit.busy / 100 {
                continue;
            }
            let day = later(*start, i64::from(draw.below(4)));
            let open = from <= day && until.is_none_or(|until| day < until);
            if open && habit.is_at_work(day) {
                days.push(day);
            }
        }
        days
    }

    /// The expected share of customers who use it in the year ahead; see [`LeagueFeature::share_ahead`]. Over a hundred
    /// evenly spread adopters.
    fn share_ahead(&self, as_of: NaiveDate) -> f64 {
        let segment = self.segment.map_or(1.0, |place| f64::from(SEGMENTS[place].1) / 100.0);
        let used = (0..100).map(|n| {
            let place = n * WHOLE / 100 + WHOLE / 200;
            let (from, until) = self.span(place, place);
            let mut none = 1.0;
            for half_week in 0..AHEAD * 2 / 7 {
                let day = later(as_of, 1 + half_week * 7 / 2);
                if from <= day && until.is_none_or(|until| day < until) {
                    none *= 1.0 - f64::from(self.chance_on(day)) / f64::from(WHOLE);
                }
            }
            1.0 - none
        });
        segment * f64::from(self.share) / f64::from(WHOLE) * used.sum::<f64>() / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_company_and_another_seed_another() {
        assert_eq!(league_company(60, 1), league_company(60, 1));
        assert_ne!(league_company(60, 1), league_company(60, 2));
    }

    #[test]
    fn kinds_are_needed_as_they_are_meant() {
        for seed in 0..30 {
            for feature in league_company(60, seed).features {
                let needed = match feature.kind {
                    FeatureKind::Steady
                    | FeatureKind::Seasonal
                    | FeatureKind::YearEnd
                    | FeatureKind::Young
                    | FeatureKind::Infrequent => true,
                    FeatureKind::RareRegular | FeatureKind::Flop | FeatureKind::Dead => false,
                    // Their parameters say.
                    FeatureKind::OneSegment | FeatureKind::Dying => continue,
                };
                assert_eq!(feature.is_needed(), needed, "{seed}: {feature:?}");
            }
        }
    }

    /// 104 half weeks of a year: share · (1 − (1 − chance)^104), a segment of 8 %, and forty in a hundred who stop one by one, which a
    /// loop of a dozen lines in Python 3.11 puts at 0.19125672548282777.
    #[test]
    fn the_share_ahead_by_hand() {
        let as_of = NaiveDate::from_ymd_opt(2026, 5, 20).unwrap();
        let plan = |share: u32, chance: u32| Plan {
            kind: FeatureKind::Steady,
            launched_on: later(as_of, -2_000),
            share,
            segment: None,
            chance,
            season: Season::All,
            growth: 1,
            fading: None,
        };
        let segment = Plan { segment: Some(0), ..plan(9_000, 3_000) };
        let fading = Plan { fading: Some((later(as_of, -100), 400)), ..plan(4_000, 3_000) };
        for (plan, expected) in [
            (plan(5_000, 2_500), 0.499_999_999_999_949_26),
            (plan(3_000, 250), 0.278_442_356_416_963_47),
            (segment, 0.072),
            (fading, 0.191_256_725_482_827_77),
            (plan(3_000, 0), 0.0),
        ] {
            let found = plan.share_ahead(as_of);
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }

    /// The truth is what comes: of the accounts of a company that is judged a year earlier, the share that uses a feature in
    /// the year after it is the planned one, within the noise of adopters and of accounts that come and go.
    #[test]
    fn use_within_a_year_is_near_the_planned_share() {
        for seed in 0..3 {
            let company = league_company(2_000, seed);
            let start = later(company.as_of, -365);
            let there = |account: &LeagueAccount| account.started_on <= start && account.churned_on.is_none();
            let stayed: Vec<bool> = company.accounts.iter().map(there).collect();
            let all = stayed.iter().filter(|stayed| **stayed).count();
            for (index, feature) in company.features.iter().enumerate() {
                if !matches!(
                    feature.kind,
                    FeatureKind::Steady | FeatureKind::Seasonal | FeatureKind::Infrequent | FeatureKind::RareRegular
                ) {
                    continue;
                }
                let of_year = company.usage.iter().filter(|row| row.feature == index && row.day > start);
                let users: std::collections::BTreeSet<usize> =
                    of_year.map(|row| row.account).filter(|&account| stayed[account]).collect();
                let share = users.len() as f64 / all as f64;
                assert!((share - feature.share_ahead).abs() < 0.04, "{share} {feature:?}");
            }
        }
    }

    #[test]
    fn young_features_have_no_use_before_their_launch_and_accounts_none_outside_their_contract() {
        let company = league_company(400, 5);
        assert!(!company.usage.is_empty());
        for row in &company.usage {
            assert!(row.day >= company.features[row.feature].launched_on && row.day <= company.as_of);
            assert!(company.accounts[row.account].is_customer_on(row.day));
        }
        let customers = company.accounts.iter().filter(|account| account.is_customer_on(company.as_of)).count();
        assert!((360..=440).contains(&customers), "{customers}");
    }
}
