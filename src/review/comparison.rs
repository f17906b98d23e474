//! Two reports side by side: what entered the list, left it and moved, and why.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::attribution::{Aspect, Attributed, Decide, Outcome, Recomputed};
use super::exchange::Part;
use super::{Basis, Decided};
use crate::config::Settings;
use crate::units::Money;

/// Version of the shape of a [`Comparison`].
const SCHEMA: &str = "1.0";

/// Why a capability stands elsewhere than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The report is of another period or day: what is judged by the calendar, such as age and protection.
    Period,
    /// Use and the customer base, with their trend, and the ARR that depends on it.
    Usage,
    /// Cost.
    Cost,
    /// Reliability, failures, vendors, churn.
    Integrations,
    /// The catalogue, and what is promised to customers.
    Catalogue,
    /// An assumption behind net benefit.
    Assumption,
    /// Another setting.
    Configuration,
    /// This program decides otherwise on the same figures than the one that made the report.
    ProgramVersion,
    /// The figures are the same but for the draws and digits that a report keeps of them; it stands close to a line.
    Sampling,
}

impl Cause {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Usage => "usage",
            Self::Cost => "cost",
            Self::Integrations => "integrations",
            Self::Catalogue => "catalogue",
            Self::Assumption => "assumption",
            Self::Configuration => "configuration",
            Self::ProgramVersion => "program version",
            Self::Sampling => "sampling",
        }
    }
}

/// Two reports compared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// The earlier report.
    pub old: Side,
    /// The later one.
    pub new: Side,
    /// Why no causes are given; `None`: they are.
    pub without_causes: Option<String>,
    /// Settings that differ, by key.
    pub settings: Vec<SettingChange>,
    /// Tables whose files differ, by name.
    pub tables: Vec<String>,
    /// What makes a cause less certain than its word.
    pub notes: Vec<String>,
    /// Candidates that were none, by their new rank.
    pub entered: Vec<Change>,
    /// Candidates that are none any more, by their old rank.
    pub left: Vec<Change>,
    /// Others whose verdict or rank is another; by new rank.
    pub moved: Vec<Change>,
    /// Capabilities that only the later report knows, by id.
    pub appeared: Vec<String>,
    /// Capabilities that only the earlier one knows, by id.
    pub vanished: Vec<String>,
}

/// One of the two reports.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Side {
    /// Its period.
    pub period: String,
    /// Its day.
    pub as_of: Option<NaiveDate>,
    /// Version of the program that made it.
    pub program_version: String,
    /// ISO 4217 code of its amounts.
    pub currency: String,
    /// Capabilities.
    pub capabilities: usize,
    /// Of them candidates.
    pub candidates: usize,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SettingChange {
    /// Its key, such as `rule.rare_below`.
    pub key: String,
    /// Its value before; `None`: it was not set, or it is a list of which only a digest is kept.
    pub old: Option<Value>,
    /// Its value now.
    pub new: Option<Value>,
    /// What it shapes.
    #[serde(skip)]
    shapes: &'static [Part],
}

/// Where a capability stands in one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Rank, from 1.
    pub rank: usize,
    /// Verdict.
    pub verdict: String,
    /// Whether it is a candidate.
    pub candidate: bool,
}

/// A figure in both reports; `None`: not known there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FigureChange {
    /// Before.
    pub old: Option<f64>,
    /// Now.
    pub new: Option<f64>,
}

/// What one exchange changed, after those before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// What was exchanged.
    pub cause: Cause,
    /// Verdict after it; `None`: the capability is not there.
    pub verdict: Option<String>,
    /// Rank after it.
    pub rank: Option<usize>,
}

/// One capability that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it stood; `None`: the earlier report does not know it.
    pub old: Option<Place>,
    /// Where it stands; `None`: the later report does not know it.
    pub new: Option<Place>,
    /// Why. Of a verdict: each of them alone made it, or, as `only_together` says, none without the others. Of a rank: all that
    /// moved it. Empty without causes.
    pub causes: Vec<Cause>,
    /// None of the causes alone made it.
    pub only_together: bool,
    /// The exchanges that changed its verdict, of a moved rank its rank, one after the other in the order of the causes.
    pub steps: Vec<Step>,
    /// Adoption, 0–1.
    pub adoption: FigureChange,
    /// Run cost of the period, report currency.
    pub run_cost: FigureChange,
    /// Median of net benefit, report currency.
    pub net_benefit: FigureChange,
}

impl Change {
    /// Whether the verdict is another, or the capability new or gone.
    #[must_use]
    pub fn of_verdict(&self) -> bool {
        let verdict = |place: &Option<Place>| place.as_ref().map(|place| place.verdict.clone());
        verdict(&self.old) != verdict(&self.new)
    }
}

/// JSON Schema (2020-12) of a [`Comparison`], as `deadhead schema compare` prints it.
#[must_use]
pub fn schema() -> Schema {
    crate::report::schema_of::<Comparison>()
}

/// Compares two reports and finds the cause of every change by deciding again, with `decide`, on the old basis with one part of
/// the new one at a time.
#[must_use]
pub fn compare(old: &Basis, new: &Basis, decide: Decide) -> Comparison {
    let mut comparison = compare_lists((side(old), &old.decided), (side(new), &new.decided), String::new());
    comparison.without_causes = None;
    comparison.settings = setting_changes(old, new);
    comparison.tables = tables(old, new).into_iter().collect();
    let causes = Causes { old, new, settings: comparison.settings.clone(), tables: comparison.tables.clone() };
    let mut recomputed = Recomputed::new(old, new, decide);
    let changes = [&mut comparison.entered, &mut comparison.left, &mut comparison.moved];
    for change in changes.into_iter().flatten() {
        causes.explain(change, &mut recomputed);
    }
    comparison.notes = causes.notes(&recomputed.parts);
    comparison
}

/// Compares two lists without causes; `why` says why there are none.
#[must_use]
pub fn compare_lists(old: (Side, &[Decided]), new: (Side, &[Decided]), why: String) -> Comparison {
    let by_id = |list: &'_ [Decided]| -> BTreeMap<String, Decided> {
        list.iter().map(|decided| (decided.id.clone(), decided.clone())).collect()
    };
    let (before, after) = (by_id(old.1), by_id(new.1));
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let (mut entered, mut left, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        let (was, is) = (before.get(id), after.get(id));
        let candidate = |of: Option<&Decided>| of.is_some_and(|of| of.candidate);
        let list = match (candidate(was), candidate(is)) {
            (false, true) => &mut entered,
            (true, false) => &mut left,
            _ if stands_alike(was, is) => continue,
            _ => &mut moved,
        };
        list.push(change(was, is));
    }
    let rank = |place: &Option<Place>| place.as_ref().map_or(usize::MAX, |place| place.rank);
    entered.sort_by_key(|change: &Change| rank(&change.new));
    left.sort_by_key(|change: &Change| rank(&change.old));
    moved.sort_by_key(|change: &Change| (rank(&change.new), rank(&change.old)));
    let only = |of: &BTreeMap<String, Decided>, other: &BTreeMap<String, Decided>| {
        of.keys().filter(|id| !other.contains_key(*id)).cloned().collect::<Vec<_>>()
    };
    Comparison {
        schema_version: SCHEMA,
        appeared: only(&after, &before),
        vanished: only(&before, &after),
        old: old.0,
        new: new.0,
        without_causes: Some(why),
        settings: Vec::new(),
        tables: Vec::new(),
        notes: Vec::new(),
        entered,
        left,
        moved,
    }
}

fn stands_alike(was: Option<&Decided>, is: Option<&Decided>) -> bool {
    was.zip(is).is_some_and(|(was, is)| (&was.verdict, was.rank) == (&is.verdict, is.rank))
}

fn change(was: Option<&Decided>, is: Option<&Decided>) -> Change {
    let place = |of: &Decided| Place { rank: of.rank, verdict: of.verdict.clone(), candidate: of.candidate };
    let figure = |of: fn(&Decided) -> Option<f64>| FigureChange { old: was.and_then(of), new: is.and_then(of) };
    let named = is.or(was);
    Change {
        id: named.map(|of| of.id.clone()).unwrap_or_default(),
        name: named.map(|of| of.name.clone()).unwrap_or_default(),
        old: was.map(place),
        new: is.map(place),
        causes: Vec::new(),
        only_together: false,
        steps: Vec::new(),
        adoption: figure(|of| of.adoption),
        run_cost: figure(|of| of.run_cost.map(Money::units)),
        net_benefit: figure(|of| of.net_benefit),
    }
}

fn side(basis: &Basis) -> Side {
    Side {
        period: basis.facts.period.label().to_owned(),
        as_of: Some(basis.facts.as_of),
        program_version: basis.origin.program_version.clone(),
        currency: basis.settings.currency.clone(),
        capabilities: basis.decided.len(),
        candidates: basis.decided.iter().filter(|decided| decided.candidate).count(),
    }
}

/// What two reports were made from, to tell a changed file from a changed setting.
struct Causes<'a> {
    old: &'a Basis,
    new: &'a Basis,
    settings: Vec<SettingChange>,
    tables: Vec<String>,
}

impl Causes<'_> {
    fn explain(&self, change: &mut Change, recomputed: &mut Recomputed) {
        let aspect = if change.of_verdict() { Aspect::Verdict } else { Aspect::Rank };
        let Attributed { parts, only_together, steps } = recomputed.attribute(&change.id, aspect);
        change.causes = parts.into_iter().map(|part| self.cause(part)).collect();
        let step = |(part, outcome): (Part, Option<Outcome>)| Step {
            cause: self.cause(part),
            verdict: outcome.map(|outcome| outcome.verdict.as_str().to_owned()),
            rank: outcome.map(|outcome| outcome.rank),
        };
        change.steps = steps.into_iter().map(step).collect();
        let (before, after) = (recomputed.before(&change.id), recomputed.after(&change.id));
        if !reproduces(aspect, change.old.as_ref(), before) || !reproduces(aspect, change.new.as_ref(), after) {
            change.causes.push(self.unreproduced());
        }
        let mut seen = BTreeSet::new();
        change.causes.retain(|cause| seen.insert(*cause));
        change.only_together = only_together && change.causes.len() > 1;
    }

    /// Why this program does not find what a report says, from what the report read.
    fn unreproduced(&self) -> Cause {
        let this = env!("CARGO_PKG_VERSION");
        let versions = [&self.old.origin.program_version, &self.new.origin.program_version];
        if versions.iter().any(|version| *version != this) { Cause::ProgramVersion } else { Cause::Sampling }
    }

    /// The cause that an exchanged part stands for. What was measured also hangs on settings and on the program: where
    /// none of the files behind it changed, it is they.
    fn cause(&self, part: Part) -> Cause {
        let measured = match part {
            Part::Period => return Cause::Period,
            Part::Assumptions => return Cause::Assumption,
            Part::Configuration => return Cause::Configuration,
            Part::Usage => Cause::Usage,
            Part::Cost => Cause::Cost,
            Part::Integrations => Cause::Integrations,
            Part::Catalogue => Cause::Catalogue,
        };
        let (old, new) = (&self.old, &self.new);
        if self.tables.iter().any(|table| feeds(table, part)) {
            measured
        } else if old.facts.period != new.facts.period || old.facts.as_of != new.facts.as_of {
            if part == Part::Catalogue { measured } else { self.of_another_period(measured) }
        } else if self.settings.iter().any(|setting| setting.shapes.contains(&part)) {
            Cause::Configuration
        } else if old.origin.program_version != new.origin.program_version {
            Cause::ProgramVersion
        } else {
            measured
        }
    }

    /// The same files, looked at in another period.
    fn of_another_period(&self, measured: Cause) -> Cause {
        if self.tables.is_empty() { Cause::Period } else { measured }
    }

    /// Where a cause could be another.
    fn notes(&self, parts: &[Part]) -> Vec<String> {
        let mut notes = Vec::new();
        for &part in parts {
            let shaping = self.settings.iter().filter(|setting| setting.shapes.contains(&part));
            let keys: Vec<String> = shaping.map(|setting| format!("`{}`", setting.key)).collect();
            let cause = self.cause(part);
            if !keys.is_empty() && !matches!(cause, Cause::Configuration | Cause::Assumption) {
                notes.push(format!(
                    "{} was measured under other settings too ({}): what is put down to {} may be theirs.",
                    capitalised(cause.as_str()),
                    keys.join(", "),
                    cause.as_str()
                ));
            }
        }
        if self.old.origin.program_version != self.new.origin.program_version {
            notes.push(format!(
                "The reports were made by versions {} and {} of the program, which may also measure otherwise.",
                self.old.origin.program_version, self.new.origin.program_version
            ));
        }
        if self.old.settings.currency != self.new.settings.currency {
            notes.push("The reports are in different currencies: amounts cannot be compared.".to_owned());
        }
        notes
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

fn reproduces(aspect: Aspect, place: Option<&Place>, outcome: Option<Outcome>) -> bool {
    match (place, outcome) {
        (Some(place), Some(outcome)) => match aspect {
            Aspect::Verdict => place.verdict == outcome.verdict.as_str(),
            Aspect::Rank => place.rank == outcome.rank,
        },
        (place, outcome) => place.is_none() && outcome.is_none(),
    }
}

/// Whether the files of a table are behind a part. Contacts and runs speak of use too: of attempts that fail.
fn feeds(table: &str, part: Part) -> bool {
    let tables: &[&str] = match part {
        Part::Cost => &["tickets", "work_items", "charges", "incidents", "fx", "catalogue"],
        Part::Catalogue => &["catalogue", "commitments", "usage_events", "usage_totals"],
        Part::Usage => return !["work_items", "charges", "api_changes", "commitments", "fx"].contains(&table),
        _ => return true,
    };
    tables.contains(&table)
}

/// Tables whose files differ.
fn tables(old: &Basis, new: &Basis) -> BTreeSet<String> {
    let of = |basis: &Basis| basis.origin.inputs.iter().cloned().collect::<BTreeSet<_>>();
    let (old, new) = (of(old), of(new));
    old.symmetric_difference(&new).map(|input| input.table.clone().unwrap_or_default()).collect()
}

/// The settings that differ, with what they shape.
fn setting_changes(old: &Basis, new: &Basis) -> Vec<SettingChange> {
    let flat = |settings: &Settings| {
        let mut found = BTreeMap::new();
        flatten(String::new(), &serde_json::to_value(settings).unwrap_or_default(), &mut found);
        found
    };
    let (before, after) = (flat(&old.settings), flat(&new.settings));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    let of_values = differ.map(|key| SettingChange {
        key: key.clone(),
        old: before.get(key).cloned(),
        new: after.get(key).cloned(),
        shapes: shapes(key),
    });
    let lists = new.origin.lists.iter().filter(|(name, digest)| old.origin.lists.get(*name) != Some(*digest));
    let of_lists =
        lists.map(|(name, _)| SettingChange { key: name.clone(), old: None, new: None, shapes: shapes(name) });
    let mut changes: Vec<SettingChange> = of_values.chain(of_lists).collect();
    changes.retain(|change| !change.shapes.is_empty());
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    changes
}

/// Every value that is no table, by its dotted key; what is not set is left out.
fn flatten(path: String, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(path, value, found);
            }
        }
        Value::Null => {}
        value => {
            found.insert(path, value.clone());
        }
    }
}

/// Which parts a setting shapes; none: it changes nothing that is decided.
fn shapes(key: &str) -> &'static [Part] {
    use Part::{Assumptions, Catalogue, Configuration, Cost, Integrations, Usage};
    match key {
        "rule.rare_below" | "decision.co_use_from" => return &[Usage, Configuration],
        "rates.engineering_hour" => return &[Cost, Integrations, Configuration],
        "seed" | "currency" => return &[Usage, Cost, Integrations, Configuration],
        "schema" | "period" | "as_of" => return &[],
        _ => {}
    }
    match key.split('.').next().unwrap_or_default() {
        "assumptions" if key.ends_with(".distribution") => &[Assumptions],
        "assume" => &[Assumptions],
        "assumptions" | "company" | "quality" | "output" => &[],
        "adoption" | "overlap" => &[Usage],
        "catalogue" | "map" | "input" => &[Usage, Cost, Integrations, Catalogue],
        "cost" | "rates" | "rate" | "work" | "fx" | "triage" => &[Cost, Integrations],
        "reliability" | "layers" | "volatility" | "churn" | "procure" => &[Integrations],
        _ => &[Configuration],
    }
}
