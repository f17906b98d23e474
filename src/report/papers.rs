//! What the papers of a plan say: letters, work items, calendar, headers. Every figure that a paper shows is written here, once.
//!
//! Takes facts, the plan and what the settings say about papers; gives [`Papers`]. What is not known is left empty, and a template leaves
//! out its sentence.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::compose::plan::line;
use super::{RemovalLine, class_label, day_in_words};
use crate::config::{NoticeClass, Settings};
use crate::metrics::{AccountUse, CustomerFacts, Facts};
use crate::plan::{Contact, ContactGrade, Plan, Removal, StageKind};
use crate::units::{Share, format};

/// Segment of accounts that name none.
const NO_SEGMENT: &str = "all";

/// The papers of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Papers {
    /// Name of the company; empty when not said.
    pub company: String,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// By removal, in the order of the plan.
    pub removals: Vec<PaperRemoval>,
}

/// The papers of one removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRemoval {
    /// Capability id.
    pub id: String,
    /// What every paper of it says.
    pub about: About,
    /// Stages with their days.
    pub stages: Vec<PaperStage>,
    /// Whether programs of customers call it, so that headers announce its end.
    pub is_public_api: bool,
    /// Whose work it is; empty when nobody owns it.
    pub team: String,
    /// Seconds of that work.
    pub seconds: u64,
    /// Letters, each with the account or the segment that it is for.
    pub letters: Vec<Letter>,
    /// Every account that uses it.
    pub contacts: Vec<ContactPaper>,
}

/// A stage for papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperStage {
    /// Which.
    pub kind: StageKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// First and last moment of a brownout, UTC.
    pub window: Option<(chrono::NaiveDateTime, chrono::NaiveDateTime)>,
}

/// What is said to all: texts, empty where not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct About {
    /// Name of the capability.
    pub name: String,
    /// What it is, by its notice class.
    pub class: String,
    /// Name of what takes its place.
    pub replacement: String,
    /// Part of the customer base that uses it.
    pub adoption: String,
    /// Day of the announcement.
    pub announced: String,
    /// Day from which nobody new can take it up.
    pub closed: String,
    /// Day from which users are warned.
    pub warnings: String,
    /// Brownouts: day and hours, UTC.
    pub brownouts: Vec<String>,
    /// Day from which it can be read and exported only.
    pub read_only: String,
    /// Day of the removal.
    pub removed: String,
    /// Last day on which its data are kept.
    pub data_kept: String,
    /// Page on the deprecation.
    pub docs_url: String,
    /// Documentation of the replacement.
    pub successor_url: String,
    /// Name of the company.
    pub company: String,
    /// Where customers ask.
    pub contact: String,
}

/// One letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Id of the account, or name of the segment.
    #[serde(skip)]
    pub id: String,
    /// Whether it is for one account and not for a segment.
    #[serde(skip)]
    pub is_personal: bool,
    /// How it is told.
    #[serde(skip)]
    pub grade: ContactGrade,
    /// Name of the account or segment.
    pub to: String,
    /// Who signs.
    pub signed_by: String,
    /// Accounts that it reaches.
    pub accounts: usize,
    /// Active days on it in the period; empty for a segment.
    pub active_days: String,
    /// Users of the account on it; empty when not known.
    pub users: String,
    /// Those who use nothing else.
    pub sole_users: String,
    /// Share of the account's active days.
    pub dependence: String,
    /// Last day of use.
    pub last_use: String,
    /// Whether the account uses the replacement already.
    pub already: bool,
    /// Why this grade.
    pub reason: String,
    /// The period that the figures are of.
    pub period: String,
}

/// One account that uses what is removed.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactPaper {
    /// Account id.
    pub account: String,
    /// Its name; `None` when not known.
    pub name: Option<String>,
    /// Its segment.
    pub segment: Option<String>,
    /// Its customer-success manager.
    pub owner: Option<String>,
    /// How it is told.
    pub grade: ContactGrade,
    /// Why.
    pub reason: String,
    /// Active days on it in the period.
    pub active_days: u64,
    /// Share of its active days.
    pub dependence: Option<f64>,
    /// Last day of use.
    pub last_use: NaiveDate,
    /// Place of its letter among the letters of the removal.
    pub letter: usize,
}

impl Eq for ContactPaper {}

/// The papers of a plan.
pub(super) fn papers(settings: &Settings, facts: &Facts, plan: &Plan) -> Papers {
    let removal = |of: &Removal| paper(settings, facts, of, &line(of, plan, facts));
    Papers {
        company: settings.company.clone().unwrap_or_default(),
        as_of: facts.as_of,
        removals: plan.chosen.iter().map(removal).collect(),
    }
}

fn paper(settings: &Settings, facts: &Facts, of: &Removal, line: &RemovalLine) -> PaperRemoval {
    let (letters, contacts) = letters(settings, facts, of);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of one removal")]
    let seconds = (of.hours.max(0.0) * 3600.0).round() as u64;
    PaperRemoval {
        id: line.id.clone(),
        about: about(settings, facts, of, line),
        stages: of
            .stages
            .iter()
            .map(|stage| PaperStage { kind: stage.kind, from: stage.from, until: stage.until, window: stage.window })
            .collect(),
        is_public_api: of.class == NoticeClass::PublicApi,
        team: of.team.clone().unwrap_or_default(),
        seconds,
        letters,
        contacts,
    }
}

fn about(settings: &Settings, facts: &Facts, of: &Removal, line: &RemovalLine) -> About {
    let day = |kind| of.starts(kind).map(day_in_words).unwrap_or_default();
    let brownouts = of.stages.iter().filter_map(|stage| stage.window).map(|(from, until)| {
        format!("{}, {} to {} UTC", day_in_words(from.date()), from.format("%H:%M"), until.format("%H:%M"))
    });
    let url = |template: &str, id: &str| template.replace("{id}", &percent_encoded(id));
    let papers = &settings.plan.papers;
    let kept = of.stages.iter().find(|stage| stage.kind == StageKind::DataKept);
    About {
        name: line.name.clone(),
        class: class_label(of.class).to_owned(),
        replacement: line.replacement_name.clone().unwrap_or_default(),
        adoption: facts.capabilities[of.capability].adoption.map(|of| format::percent(of.point)).unwrap_or_default(),
        announced: day(StageKind::Announced),
        closed: day(StageKind::ClosedToNewUse),
        warnings: day(StageKind::Warnings),
        brownouts: brownouts.collect(),
        read_only: day(StageKind::ReadOnly),
        removed: day(StageKind::Removed),
        data_kept: kept.map(|stage| day_in_words(stage.until)).unwrap_or_default(),
        docs_url: url(&papers.docs_url, &line.id),
        successor_url: line.replacement.as_ref().map(|by| url(&papers.successor_url, by)).unwrap_or_default(),
        company: settings.company.clone().unwrap_or_default(),
        contact: papers.contact.clone(),
    }
}

/// Every byte that is no letter, digit or `-._~` as `%XX` (RFC 3986).
fn percent_encoded(id: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    id.bytes().map(encoded).collect()
}

/// Personal letters for calls and mails, as many as `plan.contact.max_letters`; one for each segment of the others.
fn letters(settings: &Settings, facts: &Facts, of: &Removal) -> (Vec<Letter>, Vec<ContactPaper>) {
    let (mut letters, mut contacts): (Vec<Letter>, Vec<ContactPaper>) = (Vec::new(), Vec::new());
    let mut of_segment: BTreeMap<(ContactGrade, &str), usize> = BTreeMap::new();
    let most = settings.plan.contact.max_letters as usize;
    let known = &facts.capabilities[of.capability];
    let replaced = of.replacement.and_then(|by| facts.overlap.touched.get(by));
    for contact in &of.contacts {
        let (customer, uses) = (&facts.customers[contact.customer], &known.accounts[contact.place]);
        let is_personal = contact.grade != ContactGrade::ReleaseNote && letters.len() < most;
        let already = replaced.is_some_and(|set| set.contains(contact.customer));
        let at = if is_personal {
            letters.push(personal(settings, facts, contact, (customer, uses), already));
            letters.len() - 1
        } else {
            let segment = customer.segment.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(NO_SEGMENT);
            let at = *of_segment.entry((contact.grade, segment)).or_insert_with(|| {
                letters.push(for_segment(settings, facts, contact.grade, segment));
                letters.len() - 1
            });
            letters[at].accounts += 1;
            at
        };
        contacts.push(ContactPaper {
            account: customer.id.clone(),
            name: customer.name.clone(),
            segment: customer.segment.clone(),
            owner: customer.owner.clone(),
            grade: contact.grade,
            reason: contact.reason.clone(),
            active_days: uses.active_days,
            dependence: uses.dependence.map(Share::value),
            last_use: uses.last_use,
            letter: at,
        });
    }
    (letters, contacts)
}

fn signed_by(settings: &Settings, owner: Option<&str>) -> String {
    let named =
        [owner.unwrap_or_default(), &settings.plan.papers.signed_by, settings.company.as_deref().unwrap_or_default()];
    named.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default().to_owned()
}

fn personal(
    settings: &Settings,
    facts: &Facts,
    contact: &Contact,
    (customer, uses): (&CustomerFacts, &AccountUse),
    already: bool,
) -> Letter {
    Letter {
        id: customer.id.clone(),
        is_personal: true,
        grade: contact.grade,
        to: customer.name.clone().unwrap_or_else(|| customer.id.clone()),
        signed_by: signed_by(settings, customer.owner.as_deref()),
        accounts: 1,
        active_days: format::counted(uses.active_days, "day"),
        users: uses.users.filter(|users| *users > 0).map(|users| format::counted(users, "user")).unwrap_or_default(),
        sole_users: uses.sole_users.filter(|users| *users > 0).map(format::count).unwrap_or_default(),
        dependence: uses.dependence.map(|share| format::percent(share.value())).unwrap_or_default(),
        last_use: day_in_words(uses.last_use),
        already,
        reason: contact.reason.clone(),
        period: facts.period.label().to_owned(),
    }
}

fn for_segment(settings: &Settings, facts: &Facts, grade: ContactGrade, segment: &str) -> Letter {
    Letter {
        id: format!("segment-{segment}"),
        is_personal: false,
        grade,
        to: if segment == NO_SEGMENT { String::new() } else { segment.to_owned() },
        signed_by: signed_by(settings, None),
        accounts: 0,
        active_days: String::new(),
        users: String::new(),
        sole_users: String::new(),
        dependence: String::new(),
        last_use: String::new(),
        already: false,
        reason: String::new(),
        period: facts.period.label().to_owned(),
    }
}
