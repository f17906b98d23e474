//! What a template may say, as text.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::Composer;
use crate::config::CapabilityKind;
use crate::metrics::{AccountUse, SubstituteBy};
use crate::plan::{Contact, ForecastMeasure, Removal, StageKind};
use crate::report::{day_in_words as day, whole};
use crate::units::{Money, Share, format};

/// What is known for one paper. Numbers, amounts and days are text as people read them; what is not known is `None`. What is about one
/// account is `None` in a paper to many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaperFacts {
    /// Name of the company.
    pub company: Option<String>,
    /// Name of what is removed.
    pub capability: String,
    /// `feature` or `integration`.
    pub kind: &'static str,
    /// The days that the figures are about: `1 July 2026 to 30 September 2026`.
    pub period: String,
    /// Accounts of the base that used it in the period: `22 of 400 customers`.
    pub used_by: Option<String>,
    /// Engineering hours that keeping it running took in the period: `310`; `None` also when it took none.
    pub engineering_hours: Option<String>,
    /// Support contacts about it in the period: `41 contacts`; `None` also when there were none.
    pub tickets: Option<String>,
    /// What all removals of the plan are forecast to free.
    pub freed: Option<FreedFacts>,
    /// Name of what takes its place.
    pub replacement: Option<String>,
    /// How that is known: `catalogue` (it is named as the replacement), `switching` (accounts moved to it), or `co-use` (accounts use it
    /// beside, for the same kind of work).
    pub replacement_by: Option<&'static str>,
    /// Whether the account already uses it.
    pub replacement_used: Option<bool>,
    /// The stages.
    pub dates: DateFacts,
    /// The vendor who ends what it rests on, and when.
    pub vendor_end: Option<VendorEndFacts>,
    /// Where the deprecation is documented.
    pub docs_url: Option<String>,
    /// Where the replacement is documented.
    pub successor_url: Option<String>,
    /// Where customers ask.
    pub contact: Option<String>,
    /// Who signs: the account's customer-success manager, else whom the settings name, else the company.
    pub signed_by: Option<String>,
    /// The account: its name, or its id.
    pub account: Option<String>,
    /// Its customer-success manager.
    pub owner: Option<String>,
    /// The segment that the paper is written for.
    pub segment: Option<String>,
    /// How many accounts the paper is for: `14 accounts`.
    pub accounts: Option<String>,
    /// Days of the period on which the account used it: `12 days`.
    pub active_days: Option<String>,
    /// Days of the period on which it used the product: `41`.
    pub product_days: Option<String>,
    /// Part of these days: `29 %`.
    pub dependence: Option<String>,
    /// Its users on it: `3 users`.
    pub users: Option<String>,
    /// Those who use nothing else of the product: `2 users`; `None` also when there are none.
    pub sole_users: Option<String>,
    /// Its last use.
    pub last_use: Option<String>,
    /// Why it is told the way it is.
    pub reason: Option<String>,
    /// Its ARR: for its manager, never for the letter.
    pub arr: Option<String>,
    /// Its next renewal: for its manager.
    pub renews_on: Option<String>,
}

/// The days of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateFacts {
    /// Customers are told.
    pub announced: Option<String>,
    /// Nobody new can take it up from this day.
    pub closed: Option<String>,
    /// Warnings are shown from this day.
    pub warnings: Option<String>,
    /// Windows in which it does not work: `30 June 2027, 09:00 to 13:00 UTC`.
    pub brownouts: Vec<String>,
    /// It can be read and exported only from this day.
    pub read_only: Option<String>,
    /// It is gone.
    pub removed: String,
    /// Its data are kept up to and with this day.
    pub data_kept_until: Option<String>,
    /// Up to and with this day the removal can be called off without loss; `None` also where it is a vendor who ends it.
    pub way_back_until: Option<String>,
}

/// Whose interface it rests on, and the day on which that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VendorEndFacts {
    /// Name of the vendor.
    pub vendor: String,
    /// The day: `31 March 2027`.
    pub on: String,
}

/// What the removals of the plan free together in one quarter, with the range that holds in eight of ten cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreedFacts {
    /// The quarter after the last removal: `2027-Q4`.
    pub quarter: String,
    /// Engineering hours, mean.
    pub hours: String,
    /// At least.
    pub low: String,
    /// At most.
    pub high: String,
}

impl PaperFacts {
    /// What is known of the capability as a whole.
    pub(super) fn of(composer: Composer, removal: &Removal) -> Self {
        let Composer { facts, settings, .. } = composer;
        let of = &facts.capabilities[removal.capability];
        let papers = &settings.plan.papers;
        let text = |setting: &String| Some(setting.trim().to_owned()).filter(|text| !text.is_empty());
        let (docs_url, successor_url) = composer.addresses(removal);
        let replacement = removal.replacement.map(|index| facts.capabilities[index].capability.name.clone());
        let how = of.substitute.as_ref().filter(|substitute| Some(substitute.capability) == removal.replacement);
        let last = facts.period.end().pred_opt().unwrap_or(facts.period.end());
        Self {
            company: settings.company.clone(),
            capability: of.capability.name.clone(),
            kind: match of.capability.kind {
                CapabilityKind::Feature => "feature",
                CapabilityKind::Integration => "integration",
            },
            period: format!("{} to {}", day(facts.period.start()), day(last)),
            used_by: of.active_accounts.map(|active| {
                format!("{} of {}", format::count(active), format::counted(facts.base.accounts, "customer"))
            }),
            engineering_hours: of.engineering_hours.filter(|hours| *hours >= 0.5).map(whole),
            tickets: of.tickets.filter(|tickets| *tickets > 0).map(|tickets| format::counted(tickets, "contact")),
            freed: freed(composer),
            replacement_by: replacement.is_some().then_some(match how.map(|how| how.by) {
                Some(SubstituteBy::Switching) => "switching",
                Some(SubstituteBy::CoUse) => "co-use",
                Some(SubstituteBy::Catalogue) | None => "catalogue",
            }),
            replacement,
            replacement_used: None,
            dates: DateFacts::of(removal),
            vendor_end: removal
                .vendor
                .clone()
                .zip(removal.demanded_by)
                .map(|(vendor, on)| VendorEndFacts { vendor, on: day(on) }),
            docs_url,
            successor_url,
            contact: text(&papers.contact),
            signed_by: text(&papers.signed_by).or_else(|| settings.company.clone()),
            account: None,
            owner: None,
            segment: None,
            accounts: None,
            active_days: None,
            product_days: None,
            dependence: None,
            users: None,
            sole_users: None,
            last_use: None,
            reason: None,
            arr: None,
            renews_on: None,
        }
    }

    /// With what is known of one account.
    pub(super) fn with_account(
        &self,
        composer: Composer,
        contact: &Contact,
        of: &AccountUse,
        used: Option<bool>,
    ) -> Self {
        let customer = &composer.facts.customers[contact.customer];
        let money = |amount: Money| format::money(amount, &composer.settings.currency);
        Self {
            replacement_used: used,
            signed_by: customer.owner.clone().or_else(|| self.signed_by.clone()),
            account: Some(customer.name.clone().unwrap_or_else(|| customer.id.clone())),
            owner: customer.owner.clone(),
            segment: customer.segment.clone(),
            active_days: Some(format::counted(of.active_days, "day")),
            product_days: (customer.active_days >= of.active_days).then(|| format::count(customer.active_days)),
            dependence: of.dependence.map(Share::value).map(format::percent),
            users: of.users.filter(|users| *users > 0).map(|users| format::counted(users, "user")),
            sole_users: of.sole_users.filter(|users| *users > 0).map(|users| format::counted(users, "user")),
            last_use: Some(day(of.last_use)),
            reason: Some(contact.reason.clone()),
            arr: customer.arr.map(money),
            renews_on: customer.renews_on.map(day),
            ..self.clone()
        }
    }

    /// For the accounts of one segment together.
    pub(super) fn with_segment(&self, segment: Option<&str>, accounts: u64) -> Self {
        Self {
            segment: segment.map(str::to_owned),
            accounts: Some(format::counted(accounts, "account")),
            ..self.clone()
        }
    }
}

impl DateFacts {
    fn of(removal: &Removal) -> Self {
        let from = |kind| removal.starts(kind).map(day);
        let kept = removal.stages.iter().find(|stage| stage.kind == StageKind::DataKept);
        // The way back ends with the day before the first stage that has none.
        let closes = removal.stages.iter().find(|stage| !stage.reversible).and_then(|stage| stage.from.pred_opt());
        let opened = removal.vendor.is_none() && removal.stages.iter().any(|stage| stage.reversible);
        Self {
            announced: from(StageKind::Announced),
            closed: from(StageKind::ClosedToNewUse),
            warnings: from(StageKind::Warnings),
            brownouts: removal.stages.iter().filter_map(|stage| stage.window).map(window).collect(),
            read_only: from(StageKind::ReadOnly),
            removed: day(removal.removed_on()),
            data_kept_until: kept.map(|stage| day(stage.until)),
            way_back_until: closes.filter(|_| opened).map(day),
        }
    }
}

/// The engineering hours that the plan frees in the last quarter of its forecast; `None` when it is not forecast from enough history, or it
/// may be that nothing is freed: a letter is no place for what is not sure.
fn freed(composer: Composer) -> Option<FreedFacts> {
    let forecast = &composer.plan.forecast;
    let of_hours = forecast.lines.iter().filter(|line| line.measure == ForecastMeasure::EngineeringHours);
    let line = of_hours.max_by_key(|line| line.quarter)?;
    let (mean, low, high) = line.change;
    // What changes is negative where it is freed: the most that is freed is the lowest change.
    let is_freed = mean <= -0.5 && high <= 0.0 && line.history && !line.small;
    is_freed.then(|| FreedFacts {
        quarter: forecast.quarters[line.quarter].clone(),
        hours: whole(-mean),
        low: whole(-high),
        high: whole(-low),
    })
}

/// `30 June 2027, 09:00 to 13:00 UTC`, with both days where it goes over midnight.
fn window((from, until): (NaiveDateTime, NaiveDateTime)) -> String {
    let last = if from.date() == until.date() { String::new() } else { format!("{}, ", day(until.date())) };
    format!("{}, {} to {last}{} UTC", day(from.date()), from.format("%H:%M"), until.format("%H:%M"))
}

/// Facts made up for trying a template: with everything known, or with nothing that may be unknown.
#[must_use]
pub fn example(known: bool) -> PaperFacts {
    let text = |text: &str| known.then(|| text.to_owned());
    PaperFacts {
        company: text("Company"),
        capability: "Capability".to_owned(),
        kind: "feature",
        period: "1 July 2026 to 30 September 2026".to_owned(),
        used_by: text("22 of 400 customers"),
        engineering_hours: text("310"),
        tickets: text("41 contacts"),
        freed: known.then(|| FreedFacts {
            quarter: "2027-Q4".to_owned(),
            hours: "120".to_owned(),
            low: "60".to_owned(),
            high: "180".to_owned(),
        }),
        replacement: text("Replacement"),
        replacement_by: known.then_some("catalogue"),
        replacement_used: known.then_some(true),
        dates: DateFacts {
            announced: text("1 October 2026"),
            closed: text("1 October 2026"),
            warnings: text("1 November 2026"),
            brownouts: text("1 February 2027, 09:00 to 13:00 UTC").into_iter().collect(),
            read_only: text("15 February 2027"),
            removed: "1 March 2027".to_owned(),
            data_kept_until: text("31 May 2027"),
            way_back_until: text("14 February 2027"),
        },
        vendor_end: known.then(|| VendorEndFacts { vendor: "Vendor".to_owned(), on: "1 March 2027".to_owned() }),
        docs_url: text("https://docs.example/capability"),
        successor_url: text("https://docs.example/replacement"),
        contact: text("help@company.example"),
        signed_by: text("Manager"),
        account: text("Account"),
        owner: text("Manager"),
        segment: text("Segment"),
        accounts: text("14 accounts"),
        active_days: text("12 days"),
        product_days: text("41"),
        dependence: text("29 %"),
        users: text("3 users"),
        sole_users: text("2 users"),
        last_use: text("28 September 2026"),
        reason: text("it is a key account"),
        arr: text("EUR 12 000"),
        renews_on: text("1 January 2027"),
    }
}
