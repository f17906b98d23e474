use chrono::{Days, Months, NaiveDate};

use super::SampleOptions;
use super::draw::Draw;
use super::names;

/// Months of history; the last is the last of the report period.
pub(super) const MONTHS: u32 = 15;

/// What was planted in a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Healthy,
    CheapRare,
    DeadWeight,
    BuiltForOne,
    Seasonal,
    SegmentCritical,
    Broken,
    New,
    Committed,
    Compliance,
    Core,
}

impl Role {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::CheapRare => "cheap-rare",
            Self::DeadWeight => "dead-weight",
            Self::BuiltForOne => "built-for-one",
            Self::Seasonal => "seasonal",
            Self::SegmentCritical => "segment-critical",
            Self::Broken => "broken",
            Self::New => "new",
            Self::Committed => "protected-commitment",
            Self::Compliance => "protected-compliance",
            Self::Core => "protected-core",
        }
    }

    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Healthy => "used and paid for in proportion",
            Self::CheapRare => "rare, and costs next to nothing",
            Self::DeadWeight => "used by a handful of accounts, costs many times its part",
            Self::BuiltForOne => "built for one account, which uses it daily",
            Self::Seasonal => "needed once a year, hardly used in the report period",
            Self::SegmentCritical => "rare overall, used by most of the enterprise segment",
            Self::Broken => "tried by many, and mostly fails: broken, not unwanted",
            Self::New => "launched within six months of the end of the report period",
            Self::Committed => "as dear as dead weight, but promised to an account by contract",
            Self::Compliance => "as dear as dead weight, but required by law",
            Self::Core => "as dear as dead weight, but core to the strategy",
        }
    }

    /// Whether it costs many times its part.
    pub(super) fn is_dear(self) -> bool {
        !matches!(self, Self::Healthy | Self::CheapRare | Self::New)
    }
}

/// How many of 85 capabilities have a role other than healthy, and whether they are integrations.
const PLANTED: [(Role, u32, bool); 14] = [
    (Role::DeadWeight, 5, false),
    (Role::DeadWeight, 3, true),
    (Role::BuiltForOne, 1, false),
    (Role::BuiltForOne, 1, true),
    (Role::Seasonal, 2, false),
    (Role::SegmentCritical, 1, false),
    (Role::SegmentCritical, 1, true),
    (Role::Broken, 2, true),
    (Role::New, 2, false),
    (Role::New, 1, true),
    (Role::Committed, 1, false),
    (Role::Compliance, 1, false),
    (Role::Core, 1, true),
    (Role::CheapRare, 9, false),
];

/// The size that the counts of [`PLANTED`] are of.
const OF: u32 = 85;

#[derive(Debug)]
pub(super) struct Account {
    pub id: String,
    pub name: String,
    pub segment: &'static str,
    pub plan: &'static str,
    pub region: &'static str,
    pub owner: &'static str,
    /// Whole units of the report currency.
    pub arr: u32,
    pub started_on: NaiveDate,
    pub renews_on: NaiveDate,
    pub churned_on: Option<NaiveDate>,
}

impl Account {
    pub(super) fn is_customer_on(&self, day: NaiveDate) -> bool {
        self.started_on <= day && self.churned_on.is_none_or(|churned| day < churned)
    }
}

#[derive(Debug)]
pub(super) struct Capability {
    pub id: String,
    pub name: String,
    pub integration: bool,
    pub vendor: &'static str,
    pub category: &'static str,
    pub team: &'static str,
    pub role: Role,
    pub launched_on: NaiveDate,
    /// Accounts that use it at all, as indices.
    pub adopters: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct World {
    pub options: SampleOptions,
    pub accounts: Vec<Account>,
    pub capabilities: Vec<Capability>,
}

/// First day of the month so many months after the first of the history.
pub(super) fn month(index: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).and_then(|day| day.checked_add_months(Months::new(index))).unwrap_or_default()
}

/// A day of a month, 0–27 days after its first.
pub(super) fn day(month_index: u32, day: u32) -> NaiveDate {
    month(month_index).checked_add_days(Days::new(u64::from(day.min(27)))).unwrap_or_default()
}

impl World {
    pub(super) fn new(options: &SampleOptions) -> Self {
        let accounts = accounts(options);
        let mut capabilities = capabilities(options);
        let mut draw = Draw::new(options.seed, "adopters");
        let healthy = capabilities.iter().filter(|capability| capability.role == Role::Healthy).count();
        let mut place = 0;
        for capability in &mut capabilities {
            capability.adopters = adopters(capability.role, place, healthy, &accounts, &mut draw);
            place += usize::from(capability.role == Role::Healthy);
        }
        Self { options: *options, accounts, capabilities }
    }
}

fn accounts(options: &SampleOptions) -> Vec<Account> {
    // Segment, share of accounts in thousandths, smallest and largest ARR, plan.
    const SEGMENTS: [(&str, u32, u32, u32, &str); 4] = [
        ("Enterprise", 80, 90_000, 320_000, "Scale"),
        ("Mid-Market", 220, 18_000, 80_000, "Business"),
        ("Small Business", 450, 3_000, 15_000, "Team"),
        ("Solo", 250, 400, 2_400, "Starter"),
    ];
    let mut draw = Draw::new(options.seed, "accounts");
    let total = options.accounts.max(1);
    (0..total)
        .map(|n| {
            // Segments are dealt by place, so that their shares are exact at any size.
            let place = u64::from(n) * 1000 / u64::from(total);
            let mut upper = 0;
            let found = SEGMENTS.iter().find(|segment| {
                upper += u64::from(segment.1);
                place < upper
            });
            let (segment, _, low, high, plan) = *found.unwrap_or(&SEGMENTS[3]);
            // The smaller of two draws: most accounts are small within their segment.
            let arr = low + draw.below(high - low).min(draw.below(high - low));
            let started_on = day(0, draw.below(28)).checked_sub_months(Months::new(draw.below(48))).unwrap_or_default();
            let name = format!("{} {}", draw.one_of(&names::FIRST), draw.one_of(&names::SECOND));
            let churned_on = draw.chance(90).then(|| day(3 + draw.below(MONTHS - 3), draw.below(28)));
            Account {
                id: format!("0015g00000{n:05X}QAA"),
                name,
                segment,
                plan,
                region: draw.one_of(&["DACH", "Nordics", "UK & Ireland", "France"]),
                owner: draw.one_of(&names::OWNERS),
                arr: arr / 100 * 100,
                renews_on: day(MONTHS + draw.below(12), draw.below(28)),
                churned_on: churned_on.filter(|churned| *churned > started_on),
                started_on,
            }
        })
        .collect()
}

fn capabilities(options: &SampleOptions) -> Vec<Capability> {
    let total = options.capabilities.max(1) as usize;
    let integrations = total * names::INTEGRATIONS.len() / OF as usize;
    let mut made: Vec<Capability> = (0..total).map(|n| named(n, total - integrations)).collect();
    let mut draw = Draw::new(options.seed, "capabilities");
    for capability in &mut made {
        capability.launched_on =
            day(0, draw.below(28)).checked_sub_months(Months::new(14 + draw.below(60))).unwrap_or_default();
        capability.team = if capability.integration { "Connect" } else { draw.one_of(&names::TEAMS) };
        capability.category = if capability.integration { "connectivity" } else { draw.one_of(&names::CATEGORIES) };
    }
    plant(&mut made, options.capabilities, &mut draw);
    made
}

fn named(n: usize, features: usize) -> Capability {
    let integration = n >= features;
    let (place, known) =
        if integration { (n - features, names::INTEGRATIONS.len()) } else { (n, names::FEATURES.len()) };
    let (name, vendor) =
        if integration { names::INTEGRATIONS[place % known] } else { (names::FEATURES[place % known], "") };
    let name = if place < known { name.to_owned() } else { format!("{name} {}", place / known + 1) };
    Capability {
        id: names::id(&name),
        name,
        integration,
        vendor,
        category: "",
        team: "",
        role: Role::Healthy,
        launched_on: month(0),
        adopters: Vec::new(),
    }
}

/// Deals the planted roles, from the last of the features and of the integrations upwards: the first are the heart of the
/// product and stay healthy. Dead weight is never left out from ten capabilities on.
fn plant(capabilities: &mut [Capability], total: u32, draw: &mut Draw) {
    for (role, of_85, integration) in PLANTED {
        let mut wanted = of_85 * total / OF;
        if role == Role::DeadWeight && !integration && total >= 10 {
            wanted = wanted.max(1);
        }
        let free = capabilities.iter_mut().rev().filter(|c| c.integration == integration && c.role == Role::Healthy);
        for capability in free.take(wanted as usize) {
            capability.role = role;
            if role == Role::New {
                capability.launched_on = day(MONTHS - 5 + draw.below(3), draw.below(28));
            }
        }
    }
}

/// Which accounts use it at all.
fn adopters(role: Role, place: usize, healthy: usize, accounts: &[Account], draw: &mut Draw) -> Vec<usize> {
    let total = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
    let enterprise = |index: &usize| accounts[*index].segment == "Enterprise";
    match role {
        Role::Healthy => {
            // From 92 % for the first down to 3 % for the last, falling fast at first: a long tail.
            let left = u32::try_from((healthy - place) * 1000 / healthy).unwrap_or(0);
            let per_mille = 30 + 890 * left / 1000 * left / 1000;
            (0..accounts.len()).filter(|_| draw.chance(per_mille)).collect()
        }
        Role::SegmentCritical => (0..accounts.len()).filter(enterprise).filter(|_| draw.chance(720)).collect(),
        Role::BuiltForOne => (0..accounts.len()).filter(enterprise).skip(2).take(1).collect(),
        Role::CheapRare => some(total * (20 + draw.below(50)) / 1000, accounts, draw),
        Role::Seasonal => some(total * 300 / 1000, accounts, draw),
        Role::Broken => some(total * 50 / 1000, accounts, draw),
        Role::New => some(total * 60 / 1000, accounts, draw),
        Role::DeadWeight | Role::Committed | Role::Compliance | Role::Core => {
            some((total * (12 + draw.below(20)) / 1000).max(1), accounts, draw)
        }
    }
}

/// So many different customers that have not left, in order.
fn some(wanted: u32, accounts: &[Account], draw: &mut Draw) -> Vec<usize> {
    let mut staying: Vec<usize> = (0..accounts.len()).filter(|&index| accounts[index].churned_on.is_none()).collect();
    let mut chosen = Vec::new();
    for _ in 0..wanted {
        if staying.is_empty() {
            break;
        }
        let index = draw.below(u32::try_from(staying.len()).unwrap_or(u32::MAX)) as usize;
        chosen.push(staying.swap_remove(index));
    }
    chosen.sort_unstable();
    chosen
}
