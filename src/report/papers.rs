//! The papers of the plan as values: whom to write to and with which facts, what to do by when, what the calendar and the headers say.
//!
//! Takes facts, plan and settings; gives [`Papers`], in which every number for people is already text, so that a template can add none.
//! What is not known is `None`, and its sentence is left out.

mod address;
mod facts;
#[cfg(test)]
pub(crate) mod fixture;
mod letters;
mod tasks;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::config::{NoticeClass, Settings};
use crate::metrics::Facts;
use crate::plan::{ContactGrade, Plan, Removal, Stage, StageKind};
use crate::units::Money;

pub use facts::{DateFacts, FreedFacts, PaperFacts, example};
pub use tasks::Task;

/// Everything that the papers say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Papers {
    /// Name of the company.
    pub company: Option<String>,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// By day of removal, then id.
    pub removals: Vec<RemovalPapers>,
    /// Work items: those of whole removals first, then their parts, in the order of the removals.
    pub tasks: Vec<Task>,
}

/// The papers of one removal.
#[derive(Debug, Clone, PartialEq)]
pub struct RemovalPapers {
    /// Id of the capability.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its notice class.
    pub class: NoticeClass,
    /// The team that owns it; `None` when the catalogue names none.
    pub team: Option<String>,
    /// Its stages with their words, by first day.
    pub stages: Vec<PaperStage>,
    /// The day by which a vendor or a setting demands it.
    pub demanded_by: Option<NaiveDate>,
    /// What is known of the capability as a whole, for the page on how to move.
    pub facts: PaperFacts,
    /// Personal letters by grade and dependence, then those to segments by name, that without a segment last.
    pub letters: Vec<Letter>,
    /// Every account of the base that uses it, in the order of the letters.
    pub contacts: Vec<ContactLine>,
    /// What its HTTP responses say; `None` where programs of customers do not call it.
    pub headers: Option<HeaderFacts>,
}

/// One stage, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperStage {
    /// Its dates.
    pub stage: Stage,
    /// A few words: `closed to new use`.
    pub title: &'static str,
    /// What is done, as a sentence.
    pub work: &'static str,
    /// When it is done, as a sentence.
    pub exit: &'static str,
}

/// To whom a letter goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    /// One account, by id.
    Account(String),
    /// All accounts of a segment that get no letter of their own; `None`: those without a segment.
    Segment(Option<String>),
}

/// One letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Which template it is written with; letters to segments are release notes.
    pub grade: ContactGrade,
    /// To whom.
    pub to: Addressee,
    /// What it may say.
    pub facts: PaperFacts,
}

/// An affected account, for mail merges: raw values.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactLine {
    /// Account id.
    pub account: String,
    /// Its name; `None` when the data have none.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR as stated, report currency.
    pub arr: Option<Money>,
    /// Next renewal as stated.
    pub renews_on: Option<NaiveDate>,
    /// How it is told.
    pub grade: ContactGrade,
    /// Why so, in words.
    pub reason: String,
    /// Days of the period on which it used the capability.
    pub active_days: u64,
    /// Its users on it; `None` when users are not told apart.
    pub users: Option<u64>,
    /// Part of its active days, 0–1.
    pub dependence: Option<f64>,
    /// Last use.
    pub last_use: NaiveDate,
    /// Whether it already uses the replacement; `None` without one.
    pub replacement_used: Option<bool>,
    /// Index into [`RemovalPapers::letters`].
    pub letter: usize,
}

/// What the HTTP responses of a public interface say. All times are UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFacts {
    /// From when it is deprecated: the day of the announcement; also the day from which all of this is sent.
    pub deprecated: NaiveDateTime,
    /// From when it may be gone: the day of the removal, never before `deprecated`.
    pub sunset: NaiveDateTime,
    /// Relation and address of what is linked to.
    pub links: Vec<(&'static str, String)>,
    /// First and last moment of every brownout.
    pub brownouts: Vec<(NaiveDateTime, NaiveDateTime)>,
}

/// Composes the papers. Linear in the accounts of every removal.
#[must_use]
pub fn papers(settings: &Settings, facts: &Facts, plan: &Plan) -> Papers {
    let composer = Composer { facts, plan, settings };
    let removals: Vec<RemovalPapers> = plan.chosen.iter().map(|removal| composer.removal(removal)).collect();
    Papers { company: settings.company.clone(), as_of: facts.as_of, tasks: tasks::tasks(plan, &removals), removals }
}

/// What every paper is made from.
#[derive(Clone, Copy)]
struct Composer<'a> {
    facts: &'a Facts,
    plan: &'a Plan,
    settings: &'a Settings,
}

impl Composer<'_> {
    fn removal(self, removal: &Removal) -> RemovalPapers {
        let capability = &self.facts.capabilities[removal.capability].capability;
        let facts = PaperFacts::of(self, removal);
        let (letters, contacts) = letters::letters(self, removal, &facts);
        RemovalPapers {
            id: capability.id.clone(),
            name: capability.name.clone(),
            class: removal.class,
            team: removal.team.clone(),
            stages: removal.stages.iter().cloned().map(stage_line).collect(),
            demanded_by: removal.demanded_by,
            facts,
            letters,
            contacts,
            headers: (removal.class == NoticeClass::PublicApi).then(|| self.headers(removal)),
        }
    }

    fn headers(self, removal: &Removal) -> HeaderFacts {
        let removed = removal.removed_on();
        let announced = removal.starts(StageKind::Announced).map_or(removed, |day| day.min(removed));
        let (docs, successor) = self.addresses(removal);
        let docs = docs.into_iter().flat_map(|docs| [("deprecation", docs.clone()), ("sunset", docs)]);
        HeaderFacts {
            deprecated: announced.and_time(NaiveTime::MIN),
            sunset: removed.and_time(NaiveTime::MIN),
            links: docs.chain(successor.map(|successor| ("successor-version", successor))).collect(),
            brownouts: removal.stages.iter().filter_map(|stage| stage.window).collect(),
        }
    }

    /// The page on the deprecation, and the documentation of the replacement.
    fn addresses(self, removal: &Removal) -> (Option<String>, Option<String>) {
        let papers = &self.settings.plan.papers;
        let id = |index: usize| self.facts.capabilities[index].capability.id.as_str();
        let docs = address::address(&papers.docs_url, id(removal.capability));
        (docs, removal.replacement.and_then(|index| address::address(&papers.successor_url, id(index))))
    }
}

/// A stage with its words.
fn stage_line(stage: Stage) -> PaperStage {
    let (title, work, exit) = match stage.kind {
        StageKind::Decided => (
            "decided",
            "Settle the removal, its dates and who answers for it, and write the page on how to move.",
            "Whoever is affected inside the company has been heard, and the page on how to move has no open part.",
        ),
        StageKind::Announced => (
            "announced",
            "Tell every affected account in the way that contacts.csv names, and publish the page on how to move.",
            "Every line of contacts.csv is marked as told, and what came back undelivered has been told another way.",
        ),
        StageKind::ClosedToNewUse => (
            "closed to new use",
            "Close it to those who do not use it yet; nothing changes for those who do.",
            "Nobody can start to use it, and those who use it still can.",
        ),
        StageKind::Warnings => (
            "warnings at use",
            "Show whoever uses it the day of the removal and what replaces it.",
            "Every way of using it shows the warning, and the warnings are counted by account.",
        ),
        StageKind::Brownout => (
            "brownout",
            "Switch it off for the window, and on again after it.",
            "It was off in the whole window and worked after it; whoever called in it is known and has been written to.",
        ),
        StageKind::ReadOnly => (
            "read-only",
            "Leave reading and exporting open, and close everything else.",
            "Nothing can be changed by it any more, and an export of everything works.",
        ),
        StageKind::Removed => (
            "removed",
            "Remove it: interface, code, configuration, documentation, monitoring, and what runs for it alone.",
            "Nothing calls it, nothing of it is deployed, and its vendors and secrets are given up.",
        ),
        StageKind::DataKept => (
            "end of data retention",
            "Delete the data that were kept.",
            "The data are deleted, also in backups as far as the policy asks, and that is on record.",
        ),
        StageKind::Verified => (
            "verified",
            "Run the report again and hold the forecast against what happened.",
            "Cost, contacts and accounts lost are compared with the forecast, and the differences are explained.",
        ),
    };
    PaperStage { stage, title, work, exit }
}

#[cfg(test)]
mod tests;
