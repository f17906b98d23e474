use std::ops::Range;

use chrono::{Days, Months, NaiveDate};

use super::draw::Draw;
use super::failures::{self, Outage, PlannedFailure};
use super::roles::{DEALT, NAMED, PAIRED, Role, TIED, YOUNG};
use super::{SampleOptions, adopters, names, removals, story};

/// Months of history; the last is the last of the report period.
pub(super) const MONTHS: u32 = 15;

/// The account that is ten times as large as others of its segment and uses the heart of the product on most days. It keeps
/// out of what is planted as rare, so that it moves no planted figure but those of money and concentration.
pub(super) const WHALE: usize = 0;

/// The account that two capabilities were built for.
pub(super) const PATRON: usize = 2;

/// The plan that a capability is offered to and that no account has.
pub(super) const NOBODYS_PLAN: &str = "Pilot";

/// The size that the counts of [`DEALT`] are of.
const OF: u32 = 85;

/// Why an account leaves, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Departure {
    Stays,
    /// The integration of the story failed it.
    Broken,
    /// An earlier change of another vendor failed it.
    BrokenBefore,
    /// It lost interest.
    Faded,
    /// For reasons of its own.
    Other,
}

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
    /// Whether sales counts it among the key accounts.
    pub is_key: bool,
    pub departure: Departure,
    /// What was written down; empty for nothing.
    pub churn_reason: &'static str,
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
    /// The capability that it is planted together with, or tied to, as an index.
    pub partner: Option<usize>,
    /// Id of the capability that it is a part of; empty for none.
    pub parent: &'static str,
    /// Plans that it is offered to; all when empty.
    pub available_to: &'static [&'static str],
    pub launched_on: NaiveDate,
    /// Accounts that use it at all.
    pub adopters: Vec<Adopter>,
}

impl Capability {
    pub(super) fn is_offered_to(&self, account: &Account) -> bool {
        self.available_to.is_empty() || self.available_to.contains(&account.plan)
    }

    /// How many accounts use it at all; at most two thousand, because cost grows with them.
    pub(super) fn reach(&self) -> u32 {
        u32::try_from(self.adopters.len()).unwrap_or(u32::MAX).min(2_000)
    }
}

/// An account that uses a capability, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Adopter {
    /// Index of the account.
    pub account: usize,
    /// First day.
    pub from: NaiveDate,
    /// First day on which it does not any more.
    pub until: NaiveDate,
}

impl Adopter {
    /// The days of a month, 0 to before 28, on which it may use the capability.
    pub(super) fn days(&self, month_index: u32) -> Range<u32> {
        let place = |on: NaiveDate| u32::try_from((on - month(month_index)).num_days().clamp(0, 28)).unwrap_or(0);
        place(self.from)..place(self.until)
    }
}

#[derive(Debug)]
pub(super) struct World {
    pub options: SampleOptions,
    pub accounts: Vec<Account>,
    pub capabilities: Vec<Capability>,
    /// What is planted in the runs of integrations.
    pub failures: Vec<PlannedFailure>,
    /// By start.
    pub outages: Vec<Outage>,
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
        let mut accounts = accounts(options);
        let mut capabilities = capabilities(options);
        adopters::choose(&mut capabilities, &accounts, options.seed);
        removals::renewals(&capabilities, &mut accounts);
        let failures = failures::plan(&capabilities, &accounts, options.seed);
        let outages = failures::outages(&capabilities);
        Self { options: *options, accounts, capabilities, failures, outages }
    }

    /// The capabilities that are launched by the first of a month.
    pub(super) fn offered(&self, month_index: u32) -> impl Iterator<Item = &Capability> {
        self.capabilities.iter().filter(move |capability| capability.launched_on <= month(month_index))
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
    let mut accounts: Vec<Account> = (0..total)
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
            let known = n as usize <= PATRON;
            // Ten times what an account of its segment pays on average.
            let arr = if n as usize == WHALE { 10 * (low + (high - low) / 3) } else { arr };
            let before = day(0, draw.below(28)).checked_sub_months(Months::new(draw.below(48))).unwrap_or_default();
            // One in eight starts within the history, so that there are cohorts to follow.
            let within = day(1 + draw.below(MONTHS - 3), draw.below(28));
            let started_on = if draw.chance(125) && !known { within } else { before };
            let name = format!("{} {}", draw.one_of(&names::FIRST), draw.one_of(&names::SECOND));
            let churned_on =
                draw.chance(story::restlessness(segment)).then(|| day(3 + draw.below(MONTHS - 3), draw.below(28)));
            Account {
                id: format!("0015g00000{n:05X}QAA"),
                name,
                segment,
                plan,
                region: draw.one_of(&["DACH", "Nordics", "UK & Ireland", "France"]),
                owner: draw.one_of(&names::OWNERS),
                arr: arr / 100 * 100,
                renews_on: day(MONTHS + draw.below(12), draw.below(28)),
                churned_on: churned_on.filter(|churned| *churned > started_on && !known),
                started_on,
                is_key: false,
                departure: Departure::Stays,
                churn_reason: "",
            }
        })
        .collect();
    story::depart(&mut accounts, options.seed);
    removals::key_accounts(&mut accounts, options.seed);
    accounts
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
    deal(&mut made, options.capabilities, &mut draw);
    name(&mut made);
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
        partner: None,
        parent: "",
        available_to: &[],
        launched_on: month(0),
        adopters: Vec::new(),
    }
}

/// Deals the planted roles, from the last of the features and of the integrations upwards: the first are the heart of the
/// product and stay healthy. Dead weight is never left out from ten capabilities on.
fn deal(capabilities: &mut [Capability], total: u32, draw: &mut Draw) {
    for (role, of_85, integration) in DEALT {
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

/// Gives the roles that go by name to capabilities that nothing else is planted in, and what the catalogue says of some.
fn name(capabilities: &mut [Capability]) {
    let place = |capabilities: &[Capability], id: &str| {
        let free = |c: &Capability| c.id == id && matches!(c.role, Role::Healthy | Role::CheapRare);
        capabilities.iter().position(free)
    };
    for (role, id) in NAMED {
        if let Some(found) = place(capabilities, id) {
            capabilities[found].role = role;
        }
    }
    for (roles, ids) in PAIRED {
        let [Some(first), Some(second)] = ids.map(|id| place(capabilities, id)) else { continue };
        for ((index, partner), role) in [(first, second), (second, first)].into_iter().zip(roles) {
            capabilities[index].role = role;
            capabilities[index].partner = Some(partner);
            capabilities[index].category = "billing";
        }
    }
    for (role, id, other) in TIED {
        let healthy = |c: &Capability| c.id == other && c.role == Role::Healthy;
        let (found, other) = (place(capabilities, id), capabilities.iter().position(healthy));
        if let (Some(found), Some(other)) = (found, other) {
            (capabilities[found].role, capabilities[found].partner) = (role, Some(other));
        }
    }
    let (role, id, other) = YOUNG;
    let [found, other] = [(id, Role::DeadWeight), (other, Role::New)]
        .map(|(id, role)| capabilities.iter().position(|c| c.id == id && c.role == role));
    if let (Some(found), Some(other)) = (found, other) {
        (capabilities[found].role, capabilities[found].partner) = (role, Some(other));
    }
    for capability in capabilities {
        match capability.id.as_str() {
            "photo_proof" | "checklists" | "signature_capture" => capability.parent = "technician_app",
            "dashboards" | "customer_portal" => capability.available_to = &["Team", "Business", "Scale"],
            _ => {}
        }
        if capability.role == Role::NeverOffered {
            capability.available_to = &[NOBODYS_PLAN];
        }
    }
}
