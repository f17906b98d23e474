//! What the plan says, in the words that every format shares.

use chrono::NaiveDate;

use super::{FreedRange, LeftOutLine, PlanSection, RelaxationLine, RemovalLine, Report, SearchLine, worth};
use crate::config::NoticeClass;
use crate::plan::{Constraint, ForecastMeasure, StageKind};
use crate::units::{Money, Share, format};

/// How many names a sentence holds.
const NAMES: usize = 4;

/// The part of the report that the plan is, as `unavailable` calls it.
pub(super) const PART: &str = "plan";

/// A limit as people read it: what stands in the way.
#[must_use]
pub fn constraint_label(constraint: Constraint) -> &'static str {
    match constraint {
        Constraint::Notice => "notice owed",
        Constraint::Replacement => "replacement not ready",
        Constraint::Commitment => "promise",
        Constraint::Renewal => "renewal of a key account",
        Constraint::Blackout => "closed days",
        Constraint::Deadline => "deadline",
        Constraint::Work => "time for the work",
        Constraint::Dependents => "dependents",
        Constraint::ReplacementStays => "replaces another",
        Constraint::AccountsPerWave => "accounts per wave",
        Constraint::AccountsOverall => "accounts in all",
        Constraint::ArrPerWave => "ARR at risk per wave",
        Constraint::ArrOverall => "ARR at risk in all",
        Constraint::TeamHours => "team hours",
        Constraint::ChangesPerAccount => "changes per account",
        Constraint::NotWorthIt => "not worth it",
        Constraint::Evidence => "too little evidence",
        Constraint::WorthUnknown => "worth not known",
    }
}

/// A notice class as people read it.
#[must_use]
pub fn class_label(class: NoticeClass) -> &'static str {
    match class {
        NoticeClass::Internal => "internal",
        NoticeClass::Beta => "beta",
        NoticeClass::UserInterface => "user interface",
        NoticeClass::Integration => "integration",
        NoticeClass::PublicApi => "public API",
        NoticeClass::Contractual => "contractual",
    }
}

/// A stage as people read it.
#[must_use]
pub fn stage_label(stage: StageKind) -> &'static str {
    match stage {
        StageKind::Decided => "decided",
        StageKind::Announced => "announced",
        StageKind::ClosedToNewUse => "closed to new use",
        StageKind::Warnings => "warnings at use",
        StageKind::Brownout => "brownout",
        StageKind::ReadOnly => "read only",
        StageKind::Removed => "removed",
        StageKind::DataKept => "data kept",
        StageKind::Verified => "verified",
    }
}

/// What is forecast, as people read it.
#[must_use]
pub fn measure_label(measure: ForecastMeasure) -> &'static str {
    match measure {
        ForecastMeasure::RunCost => "Run cost",
        ForecastMeasure::Contacts => "Support contacts",
        ForecastMeasure::EngineeringHours => "Engineering hours of run work",
        ForecastMeasure::Capabilities => "Capabilities on offer",
        ForecastMeasure::Integrations => "Integrations on offer",
        ForecastMeasure::Vendors => "Vendors to keep up with",
        ForecastMeasure::OnboardingDays => "Days to onboard",
        ForecastMeasure::ArrAtRisk => "ARR at risk, a year",
    }
}

/// `14 January 2027`.
#[must_use]
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

impl FreedRange {
    /// The mean, and between what eight runs in ten lie: `EUR 167 000 (146 000 to 189 000)`.
    #[must_use]
    pub fn in_words(&self, currency: &str) -> String {
        let bare = |amount| format::money(amount, "").trim_start().to_owned();
        format!("{} ({} to {})", format::money(self.mean, currency), bare(self.low), bare(self.high))
    }
}

impl LeftOutLine {
    /// The nearest of what stands against it.
    #[must_use]
    pub fn nearest(&self) -> Option<Constraint> {
        self.bounds.first().map(|bound| bound.constraint)
    }
}

impl RemovalLine {
    /// Who is told and how: `1 call, 2 mails, 3 notes`, the last by the release note.
    #[must_use]
    pub fn told_in_words(&self) -> String {
        let kinds = [
            (self.calls > 0).then(|| format::counted(self.calls as u64, "call")),
            (self.mails > 0).then(|| format::counted(self.mails as u64, "mail")),
            (self.release_notes > 0).then(|| format::counted(self.release_notes as u64, "note")),
        ];
        let kinds: Vec<String> = kinds.into_iter().flatten().collect();
        if kinds.is_empty() { "nobody to tell".to_owned() } else { kinds.join(", ") }
    }
}

impl PlanSection {
    /// Where a capability stands in the plan: what becomes of it, and why or how; `None` where the plan does not speak of it.
    #[must_use]
    pub fn place_of(&self, id: &str, currency: &str) -> Option<(String, String)> {
        if let Some(of) = self.removals.iter().find(|removal| removal.id == id) {
            let day = of.removed_on()?;
            let announced = of.stage(StageKind::Announced);
            let announced =
                announced.map_or_else(String::new, |stage| format!("Announced on {}; ", day_in_words(stage.from)));
            let worth = of.value.map_or_else(
                || ".".to_owned(),
                |worth| format!("; worth {} on that day.", format::money(worth, currency)),
            );
            let accounts = format::counted(of.accounts as u64, "account");
            let how = format!("{announced}{accounts} to tell ({}){worth}", of.told_in_words());
            return Some((format!("removed on {}", day_in_words(day)), how));
        }
        let of = self.left_out.iter().find(|left_out| left_out.id == id)?;
        let mut why: Vec<String> = of.bounds.iter().map(|bound| bound.sentence.clone()).collect();
        if let Some(step) = of.relaxed_by.and_then(|limit| self.step_of(limit)) {
            why.push(format!("It would go with {}.", step.step.trim_end_matches('.')));
        }
        Some(("stays for now".to_owned(), why.join(" ")))
    }

    /// What one step more of a limit would bring; `None` where it would bring nothing.
    #[must_use]
    pub fn step_of(&self, limit: Constraint) -> Option<&RelaxationLine> {
        self.relaxations.iter().find(|of| of.constraint == limit)
    }
}

impl SearchLine {
    /// How good the plan is, in a sentence.
    #[must_use]
    pub fn in_words(&self, currency: &str) -> String {
        let money =
            |amount: Option<Money>| amount.map_or_else(|| format::UNKNOWN.into(), |sum| format::money(sum, currency));
        let best = if self.proven {
            let nodes = if self.nodes == 0 {
                String::new()
            } else {
                format!(", after {}", format::counted(self.nodes, "node"))
            };
            format!("It is proven that no plan within these limits is worth more{nodes}.")
        } else {
            format!(
                "The search ended after {}, of at most {}: a better plan may exist, but none that is worth more than {} (a gap of {}).",
                format::counted(self.nodes, "node"),
                format::count(self.node_limit),
                money(self.bound),
                format::percent(self.gap)
            )
        };
        let removes = format::counted(self.greedy_removals as u64, "removal");
        let greedy = match self.greedy_gap {
            Some(gap) if gap > 0.0 => format!(
                " Going down the list and taking each candidate in the first month that fits would bring {} with {removes}: {} less.",
                money(self.greedy),
                format::percent(gap)
            ),
            Some(_) => format!(" Going down the list in its order would bring the same, with {removes}."),
            None => String::new(),
        };
        best + &greedy
    }
}

impl Report {
    fn money_of(&self, amount: Option<Money>) -> String {
        amount.map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, &self.currency))
    }

    /// The first names of some ids, and how many more there are.
    #[must_use]
    pub fn names_of(&self, ids: &[String]) -> String {
        let names: Vec<&str> = ids.iter().take(NAMES).map(|id| self.name_of(id)).collect();
        let more = ids.len() - names.len();
        if more > 0 {
            format!("{} and {} more", names.join(", "), format::count(more as u64))
        } else {
            names.join(", ")
        }
    }

    /// The plan in the sentences that somebody would say aloud: how many go by when, what that frees, whom it touches, what
    /// holds back the rest, and what one step more would bring. `None` without a plan.
    #[must_use]
    pub fn plan_in_short(&self) -> Option<Vec<String>> {
        let plan = self.plan.as_ref()?;
        if plan.removals.is_empty() {
            return Some(vec![self.nothing_is_removed(plan)]);
        }
        let sentences = [
            Some(self.how_many_go(plan)),
            self.what_is_freed(plan),
            Some(self.whom_it_touches(plan)),
            held_back(plan),
            self.one_step_more(plan),
        ];
        Some(sentences.into_iter().flatten().collect())
    }

    /// The plan in a sentence or two: how much goes by when, what that frees, whom it touches, and the dates that conflict. `None`
    /// without a plan, and where it removes nothing and nothing was demanded.
    #[must_use]
    pub fn plan_headline(&self) -> Option<String> {
        let plan = self.plan.as_ref()?;
        let gone = plan.removals.last().and_then(RemovalLine::removed_on).map(|last| self.goes_by(plan, last));
        let (kept, missed): (Vec<_>, Vec<_>) = plan.conflicts.iter().partition(|of| of.kept);
        let missed = match missed.as_slice() {
            [] => None,
            [one] => Some(format!("The plan cannot keep one date: {} by {}.", one.name, day_in_words(one.by))),
            some => Some(format!("The plan cannot keep {} dates.", format::count(some.len() as u64))),
        };
        let kept = match kept.as_slice() {
            [] => None,
            [one] => Some(format!("{} ends by {} on less than its users are owed.", one.name, day_in_words(one.by))),
            some => Some(format!(
                "{} end with their vendors on less than their users are owed.",
                format::count(some.len() as u64)
            )),
        };
        gone.into_iter().chain(missed).chain(kept).reduce(|all, next| format!("{all} {next}"))
    }

    fn goes_by(&self, plan: &PlanSection, last: NaiveDate) -> String {
        let frees = plan.yearly.as_ref().map_or_else(String::new, |yearly| {
            format!(" and frees {} of run cost a year", yearly.freed.in_words(&self.currency))
        });
        let gone = match plan.removals.len() {
            1 => "one capability".to_owned(),
            some => format!("{} capabilities", format::count(some as u64)),
        };
        format!(
            "The plan removes {gone} by {}{frees}; it touches {} and puts {} of ARR a year at risk.",
            day_in_words(last),
            self.of_the_base(plan.overall.accounts),
            self.money_of(plan.overall.arr_at_risk)
        )
    }

    /// What holds back the rest, and what one step more would bring, in one line; `None` where nothing is held back.
    #[must_use]
    pub fn plan_held_back(&self) -> Option<String> {
        let plan = self.plan.as_ref()?;
        let sentences: Vec<String> = [held_back(plan), self.one_step_more(plan)].into_iter().flatten().collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn nothing_is_removed(&self, plan: &PlanSection) -> String {
        if let Some(missing) = self.unavailable.iter().find(|part| part.part == PART) {
            return missing.sentence.clone();
        }
        if plan.left_out.is_empty() {
            return "Nothing is advised to be removed, so there is nothing to plan.".to_owned();
        }
        let held = held_back(plan).unwrap_or_default();
        format!("Nothing is removed within the next {}. {held}", format::counted(plan.months as u64, "month"))
    }

    fn how_many_go(&self, plan: &PlanSection) -> String {
        let gone = plan.removals.len();
        let days: Vec<NaiveDate> = plan.removals.iter().filter_map(RemovalLine::removed_on).collect();
        let when = match (days.first(), days.last()) {
            (Some(first), Some(last)) if first == last => format!(", on {}", day_in_words(*first)),
            (Some(first), Some(last)) => {
                format!(", the first on {} and the last on {}", day_in_words(*first), day_in_words(*last))
            }
            _ => String::new(),
        };
        let worth = plan.search.objective.map_or_else(String::new, |worth| {
            format!(
                " {} is worth {}{}.",
                if gone == 1 { "That" } else { "Together that" },
                format::money(worth, &self.currency),
                self.over_the_horizon("")
            )
        });
        let considered = format::count((gone + plan.left_out.len()) as u64);
        format!("The plan removes {} of {considered} capabilities considered{when}.{worth}", format::count(gone as u64))
    }

    fn what_is_freed(&self, plan: &PlanSection) -> Option<String> {
        let yearly = plan.yearly.as_ref()?;
        let share = Share::of(yearly.freed.mean.units(), yearly.without.units());
        let share = share.map_or_else(String::new, |share| {
            format!(", {} of {}", format::percent(share.value()), format::money(yearly.without, &self.currency))
        });
        let unknown = match yearly.left_out {
            0 => String::new(),
            some => {
                format!(" Of {} the run cost is not known and not counted.", format::counted(some as u64, "removal"))
            }
        };
        let bare = |amount| format::money(amount, "").trim_start().to_owned();
        Some(format!(
            "Once {} gone, {} of run cost a year ends ({} to {} in eight of ten simulated runs){share}.{unknown}",
            if plan.removals.len() == 1 { "it is" } else { "all are" },
            format::money(yearly.freed.mean, &self.currency),
            bare(yearly.freed.low),
            bare(yearly.freed.high),
        ))
    }

    /// `55 of 364 accounts (15 %)`.
    fn of_the_base(&self, accounts: u64) -> String {
        let base = self.totals.base_accounts;
        #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
        let share = Share::of(accounts as f64, base as f64);
        let share = share.map_or_else(String::new, |share| format!(" ({})", format::percent(share.value())));
        format!("{} of {}{share}", format::count(accounts), format::counted(base, "account"))
    }

    fn whom_it_touches(&self, plan: &PlanSection) -> String {
        let calls: usize = plan.removals.iter().map(|removal| removal.calls).sum();
        let limit = plan
            .overall
            .arr_limit
            .map_or_else(String::new, |limit| format!(" (the budget is {})", format::money(limit, &self.currency)));
        format!(
            "{} lose something that they use, and {} of ARR a year may leave with them{limit}; {} to make.",
            self.of_the_base(plan.overall.accounts),
            self.money_of(plan.overall.arr_at_risk),
            if calls == 1 {
                "there is 1 call".to_owned()
            } else {
                format!("there are {} calls", format::count(calls as u64))
            },
        )
    }

    fn one_step_more(&self, plan: &PlanSection) -> Option<String> {
        let most: &RelaxationLine =
            plan.relaxations.iter().find(|of| of.gain.is_some_and(|gain| gain > Money::ZERO))?;
        let step = first_upper(most.step.trim_end_matches('.'));
        let enters = if most.enters.is_empty() {
            ", by removing the same sooner".to_owned()
        } else {
            format!(": {} would go as well", self.names_of(&most.enters))
        };
        Some(format!("{step} would bring {} more{enters}.", self.money_of(most.gain)))
    }
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What holds back those that stay, the most frequent first.
fn held_back(plan: &PlanSection) -> Option<String> {
    let mut limits: Vec<(Constraint, u64)> = Vec::new();
    for limit in plan.left_out.iter().filter_map(LeftOutLine::nearest) {
        match limits.iter_mut().find(|(known, _)| *known == limit) {
            Some((_, count)) => *count += 1,
            None => limits.push((limit, 1)),
        }
    }
    limits.sort_by_key(|&(limit, count)| (std::cmp::Reverse(count), limit));
    let words: Vec<String> = limits
        .iter()
        .map(|(limit, count)| format!("{} ({})", constraint_label(*limit), format::count(*count)))
        .collect();
    let stay = plan.left_out.len() as u64;
    let stay = if stay == 1 { "1 stays".to_owned() } else { format!("{} stay", format::count(stay)) };
    (!words.is_empty()).then(|| format!("{stay} for now, held back by: {}.", words.join(", ")))
}

/// What the plan lacks, as net benefit does: the first table that is wanted, and a sentence; `None` where nothing is missing.
pub(super) fn missing(by_account: bool, arr: bool, cost: bool) -> Option<(&'static str, String)> {
    let (table, words) = worth::lacking(by_account, arr, cost)?;
    Some((
        table,
        format!("A plan needs {words}: without, nobody knows what a removal is worth, and none can be chosen."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace('\u{202f}', " ")
    }

    fn euros(units: f64) -> Option<Money> {
        Money::from_units(units)
    }

    fn search() -> SearchLine {
        SearchLine {
            objective: euros(1_000.0),
            bound: euros(1_000.0),
            gap: 0.0,
            nodes: 0,
            node_limit: 500,
            proven: true,
            greedy: euros(1_000.0),
            greedy_gap: Some(0.0),
            greedy_removals: 1,
        }
    }

    #[test]
    fn the_search_says_whether_it_is_proven_and_how_far_from_it() {
        let said = |of: SearchLine| plain(&of.in_words("EUR"));
        assert_eq!(
            said(search()),
            "It is proven that no plan within these limits is worth more. Going down the list in its order would bring the same, with 1 removal."
        );
        let nodes = SearchLine { nodes: 312, greedy_gap: None, ..search() };
        assert_eq!(said(nodes), "It is proven that no plan within these limits is worth more, after 312 nodes.");
        let open =
            SearchLine { nodes: 500, proven: false, bound: euros(1_100.0), gap: 0.1, greedy_gap: None, ..search() };
        assert_eq!(
            said(open),
            "The search ended after 500 nodes, of at most 500: a better plan may exist, but none that is worth more than EUR 1 100 (a gap of 10 %)."
        );
    }

    #[test]
    fn what_is_missing_is_named_by_its_table() {
        assert_eq!(missing(true, true, true), None);
        let (table, sentence) = missing(true, false, false).unwrap();
        assert_eq!(table, "accounts");
        assert_eq!(
            sentence,
            "A plan needs accounts with ARR (accounts) and a table of cost (tickets, work_items, charges or incidents): without, nobody knows what a removal is worth, and none can be chosen."
        );
    }

    #[test]
    fn days_and_amounts_read_as_they_are_said() {
        assert_eq!(day_in_words("2027-01-04".parse().unwrap()), "4 January 2027");
        let range =
            FreedRange { mean: euros(41_000.0).unwrap(), low: euros(-50.5).unwrap(), high: euros(90_500.0).unwrap() };
        assert_eq!(plain(&range.in_words("EUR")), "EUR 41 000 (−50.50 to 90 500)");
    }

    #[test]
    fn every_limit_class_stage_and_measure_has_words_of_its_own() {
        let mut stages: Vec<&str> = [
            StageKind::Decided,
            StageKind::Announced,
            StageKind::ClosedToNewUse,
            StageKind::Warnings,
            StageKind::Brownout,
            StageKind::ReadOnly,
            StageKind::Removed,
            StageKind::DataKept,
            StageKind::Verified,
        ]
        .map(stage_label)
        .into();
        let mut classes: Vec<&str> = NoticeClass::ALL.iter().map(|class| class_label(*class)).collect();
        for labels in [&mut stages, &mut classes] {
            let all = labels.len();
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), all);
        }
    }
}
