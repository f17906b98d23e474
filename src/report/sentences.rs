//! Sentences that more than one format says.

use std::collections::BTreeSet;

use super::{AllocationLine, EstimateLine, Report, TriageLine};
use crate::integrations::StoryEventKind;
use crate::metrics::{Relation, RhythmKind, UseEvidence};
use crate::units::format;

/// The stable code of what the funnel says.
#[must_use]
pub fn evidence_code(evidence: UseEvidence) -> &'static str {
    match evidence {
        UseEvidence::NeverOffered => "never-offered",
        UseEvidence::NotCounted => "not-counted",
        UseEvidence::Broken => "broken",
        UseEvidence::NeverUsed => "never-used",
        UseEvidence::Used => "used",
    }
}

/// What the funnel says about low use.
#[must_use]
pub fn evidence_sentence(evidence: UseEvidence) -> &'static str {
    match evidence {
        UseEvidence::NeverOffered => "No account was entitled to it or shown it: that nobody uses it says nothing.",
        UseEvidence::NotCounted => {
            "No use stands in the data, yet tickets or runs speak of it: it is probably used and not counted."
        }
        UseEvidence::Broken => {
            "It is attempted, and mostly fails: low use says that it is broken, not that it is unwanted."
        }
        UseEvidence::NeverUsed => "It was on offer and its use is counted, and nobody ever used it.",
        UseEvidence::Used => "It is on offer, and its use is counted: how little it is used is what the rate says.",
    }
}

/// The stable code of a rhythm.
#[must_use]
pub fn rhythm_code(rhythm: RhythmKind) -> &'static str {
    match rhythm {
        RhythmKind::Monthly => "monthly",
        RhythmKind::Quarterly => "quarterly",
        RhythmKind::Yearly => "yearly",
    }
}

/// The stable code of what a pair is.
#[must_use]
pub fn relation_code(relation: Relation) -> &'static str {
    match relation {
        Relation::Substitutes => "substitutes",
        Relation::Complements => "complements",
        Relation::Unrelated => "unrelated",
    }
}

/// A share with its interval as text: `93 % (90–95 %)`.
#[must_use]
pub fn percent_with_interval(share: &EstimateLine) -> String {
    let (point, high) = (format::percent(share.point), share.high);
    match high {
        Some(high) => format!("{point} ({})", format::percent_range(share.low, high)),
        None => format!("{point} ({} or more)", format::percent(share.low)),
    }
}

/// A ratio with its interval as text: `2.4× (1.1×–5.0×)`.
#[must_use]
pub fn ratio_with_interval(ratio: &EstimateLine) -> String {
    let (point, low) = (format::ratio(ratio.point), format::ratio(ratio.low));
    match ratio.high {
        Some(high) => format!("{point} ({low}–{})", format::ratio(high)),
        None => format!("{point} ({low} or more)"),
    }
}

/// A number with its interval as text: `41.0 (33.0–57.0)`.
#[must_use]
pub fn decimal_with_interval(number: &EstimateLine) -> String {
    let (point, low) = (format::decimal(number.point), format::decimal(number.low));
    match number.high {
        Some(high) => format!("{point} ({low}–{})", format::decimal(high)),
        None => format!("{point} ({low} or more)"),
    }
}

/// How tickets without a label were read.
pub(super) fn triage(line: &TriageLine) -> String {
    if let Some(reason) = &line.refused {
        return format!("The text of tickets without a label places none of them: {}", ended(reason));
    }
    let measured = match (line.precision, line.coverage) {
        (Some(precision), Some(coverage)) => format!(
            ", right in {} of cases at a coverage of {} by cross-validation",
            percent_with_interval(&precision),
            percent_with_interval(&coverage)
        ),
        _ => String::new(),
    };
    let use_of_it = if line.used_in_ledger {
        "the proposals place cost, with lower confidence"
    } else {
        "the proposals stand in a table and place no cost"
    };
    let elsewhere = match line.elsewhere {
        0 => String::new(),
        some => format!(" {} read like tickets about none of them,", format::count(some)),
    };
    format!(
        "Of {} without a label, {} got a capability from their text{measured};{elsewhere} {} were left aside as too uncertain and {} have no text; {use_of_it}.",
        format::counted(line.proposed + line.elsewhere + line.abstained + line.without_text, "ticket"),
        format::count(line.proposed),
        format::count(line.abstained),
        format::count(line.without_text),
    )
}

/// A number of hours as people read it: whole from ten on.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and far below 2^53")]
pub fn whole(hours: f64) -> String {
    if hours < 10.0 { format::decimal(hours) } else { format::count(hours.round() as u64) }
}

fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

impl Report {
    /// The story of one failure in a sentence; `None` without one.
    #[must_use]
    pub fn story_in_short(&self) -> Option<String> {
        let story = self.integrations.story.as_ref()?;
        let left = story.events.iter().filter(|event| event.kind == StoryEventKind::AccountLost).count() as u64;
        let lost = story
            .lost_arr
            .map_or_else(String::new, |arr| format!(" with {} of ARR", format::money(arr, &self.currency)));
        let left = match left {
            0 => String::new(),
            accounts => format!("; {} that rested on it left{lost}", format::counted(accounts, "account")),
        };
        Some(format!(
            "{} was broken for up to {} at a time, of which nobody of ours knew for {} account-hours{left}.",
            story.name,
            format::counted(story.accounts, "account"),
            whole(story.dark_hours)
        ))
    }

    /// How far the list hangs on the way in which cost was placed; `None` when no other way was tried.
    #[must_use]
    pub fn allocation_in_short(&self) -> Option<String> {
        let ways = self.allocation.len() as u64;
        let distinct = |ids: fn(&AllocationLine) -> &[String]| {
            self.allocation.iter().flat_map(ids).collect::<BTreeSet<_>>().len() as u64
        };
        let (entered, left) = (distinct(|way| &way.entered), distinct(|way| &way.left));
        let least = self.allocation.iter().filter_map(|way| way.kendall_tau).reduce(f64::min);
        // Rounded down, so that only the very same order is called one.
        let order = least.map(|tau| match tau {
            1.0.. => ", in the same order".to_owned(),
            tau => format!(" (Kendall’s τ of the order at least {:.2})", (tau * 100.0).floor() / 100.0),
        });
        let order = order.unwrap_or_default();
        let moves = match (entered, left) {
            (0, 0) => "the same candidates would stand on the list".to_owned(),
            _ => format!("{} would enter the list and {} would leave it", format::count(entered), format::count(left)),
        };
        (ways > 0).then(|| format!("With cost placed in {}, {moves}{order}.", format::counted(ways, "other way")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_serialised_form() {
        for evidence in [
            UseEvidence::NeverOffered,
            UseEvidence::NotCounted,
            UseEvidence::Broken,
            UseEvidence::NeverUsed,
            UseEvidence::Used,
        ] {
            assert_eq!(serde_json::to_value(evidence).unwrap(), evidence_code(evidence));
            assert!(evidence_sentence(evidence).ends_with('.'));
        }
        for rhythm in [RhythmKind::Monthly, RhythmKind::Quarterly, RhythmKind::Yearly] {
            assert_eq!(serde_json::to_value(rhythm).unwrap(), rhythm_code(rhythm));
        }
        for relation in [Relation::Substitutes, Relation::Complements, Relation::Unrelated] {
            assert_eq!(serde_json::to_value(relation).unwrap(), relation_code(relation));
        }
    }

    #[test]
    fn the_sentence_on_triage_adds_up_and_says_what_it_is_worth() {
        let share = |point| Some(EstimateLine { point, low: point - 0.03, high: Some(point + 0.03), n: 600 });
        let mut line = TriageLine {
            precision: share(0.93),
            coverage: share(0.71),
            threshold: None,
            most_frequent: None,
            labelled: 600,
            classes: 12,
            proposed: 70,
            elsewhere: 0,
            abstained: 25,
            without_text: 5,
            used_in_ledger: true,
            refused: None,
            priority_precision: None,
            priority_coverage: None,
            layer_precision: None,
            layer_coverage: None,
            sentence: String::new(),
        };
        assert_eq!(
            triage(&line),
            "Of 100 tickets without a label, 70 got a capability from their text, right in 93\u{202f}% (90–96\u{202f}%) of \
             cases at a coverage of 71\u{202f}% (68–74\u{202f}%) by cross-validation; 25 were left aside as too uncertain \
             and 5 have no text; the proposals place cost, with lower confidence."
        );
        (line.elsewhere, line.proposed) = (4, 66);
        assert!(triage(&line).contains("cross-validation; 4 read like tickets about none of them, 25 were"));
        line.refused = Some("12 labelled tickets are too few".into());
        assert_eq!(
            triage(&line),
            "The text of tickets without a label places none of them: 12 labelled tickets are too few."
        );
    }
}
