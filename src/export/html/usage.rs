//! How a candidate is used, as its card shows it: the funnel, who came and left, the rhythm, and cost against every base
//! of use.

use minijinja::Value;
use serde::Serialize;

use super::bars::{self, Interval};
use super::safe;
use crate::export::text::first_upper;
use crate::metrics::UseEvidence;
use crate::report::{
    BaseLine, CapabilityLine, EstimateLine, FunnelLine, LifecycleLine, RhythmLine, evidence_sentence,
    percent_with_interval, ratio_with_interval, rhythm_code,
};
use crate::units::format;

/// What the card says of use.
#[derive(Debug, Serialize)]
pub struct Usage {
    /// Empty when no step is known.
    funnel: Vec<Step>,
    /// What the funnel says, and what fails, a sentence each.
    evidence: Vec<String>,
    lifecycle: Option<String>,
    rhythm: Option<String>,
    bases: Vec<Base>,
    bases_disagree: bool,
}

/// A step of the funnel.
#[derive(Debug, Serialize)]
struct Step {
    name: String,
    accounts: Option<u64>,
    rate: Option<String>,
    bar: Option<Value>,
}

/// Disproportion against one base of use.
#[derive(Debug, Serialize)]
struct Base {
    name: String,
    usage_share: Option<String>,
    disproportion: Option<String>,
    bar: Option<Value>,
    /// Which side of proportion it lies on; `None` when that is not known.
    side: Option<&'static str>,
}

impl Usage {
    pub fn of(line: &CapabilityLine) -> Self {
        Self {
            funnel: funnel(&line.funnel),
            evidence: evidence(&line.funnel),
            lifecycle: lifecycle(&line.lifecycle),
            rhythm: rhythm(&line.rhythm, line.days_to_settle),
            bases: line.bases.iter().map(base).collect(),
            bases_disagree: line.bases_disagree == Some(true),
        }
    }
}

/// The bars of one funnel share its widest step as their scale.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn funnel(funnel: &FunnelLine) -> Vec<Step> {
    let steps = funnel.steps();
    let Some(widest) = steps.iter().filter_map(|(_, accounts, _)| *accounts).max() else { return Vec::new() };
    let step = |(name, accounts, rate): (&'static str, Option<u64>, Option<EstimateLine>)| Step {
        name: first_upper(name),
        accounts,
        rate: rate.map(|rate| percent_with_interval(&rate)),
        bar: accounts.map(|accounts| {
            let accounts = accounts as f64;
            safe(bars::fraction(Interval { point: accounts, low: accounts, high: accounts }, widest as f64))
        }),
    };
    steps.map(step).into()
}

fn evidence(funnel: &FunnelLine) -> Vec<String> {
    let failures = funnel
        .failure_share
        .map(|share| format!("{} of the attempts whose end is known failed.", percent_with_interval(&share)));
    let incidents = funnel.incidents.map(|count| {
        let outage = funnel.outage_share.filter(|_| count > 0).map(format::percent);
        let outage = outage.map(|share| format!(", open for {share} of its time")).unwrap_or_default();
        format!("{} began in the period{outage}.", format::counted(count, "incident"))
    });
    // That it is used as counted is what every card says anyway.
    let says = funnel.evidence.filter(|evidence| *evidence != UseEvidence::Used);
    let says = says.map(|evidence| evidence_sentence(evidence).to_owned());
    [says, failures, incidents].into_iter().flatten().collect()
}

fn lifecycle(of: &LifecycleLine) -> Option<String> {
    let parts =
        [(of.new, "new"), (of.retained, "retained"), (of.resurrected, "resurrected"), (of.dormant, "gone dormant")];
    let known: Vec<String> = parts
        .iter()
        .filter_map(|(accounts, what)| accounts.map(|accounts| format!("{} {what}", format::count(accounts))))
        .collect();
    let change = of.change.map(|change| {
        let high = change.high.map_or_else(|| format::UNKNOWN.to_owned(), format::percent);
        let p = of.change_p.map(|p| format!(", p {} by McNemar’s test", format::score(p))).unwrap_or_default();
        format!(
            "adoption moved by {} of the base ({} to {high}{p})",
            format::percent(change.point),
            format::percent(change.low)
        )
    });
    let sentence: Vec<String> = [(!known.is_empty()).then(|| known.join(", ")), change].into_iter().flatten().collect();
    (!sentence.is_empty()).then(|| format!("Accounts against the period before: {}.", sentence.join("; ")))
}

fn rhythm(of: &RhythmLine, days_to_settle: Option<u64>) -> Option<String> {
    let kind = of.kind.map(|kind| {
        let window = of.window_months.map(|months| {
            let adoption = of.adoption.map(|adoption| format!(" and is {}", percent_with_interval(&adoption)));
            let months = format::counted(u64::from(months), "month");
            format!(", so adoption is judged over {months}{}", adoption.unwrap_or_default())
        });
        format!("Its rhythm is {}{}.", rhythm_code(kind), window.unwrap_or_default())
    });
    let peak = of.peak_month.as_ref().zip(of.peak_adoption).map(|(month, adoption)| {
        let season = of
            .peak_share
            .map(|share| format!("; {} of a year’s use lies in its three strongest months", format::percent(share)));
        format!("Highest in {month} with {} of the base{}.", format::percent(adoption), season.unwrap_or_default())
    });
    let settle = days_to_settle.filter(|days| *days > 0).map(|days| {
        let days = format::counted(days, "more day");
        format!("At this rate {days} of data would settle on which side of the line of rarity it lies.")
    });
    let sentences: Vec<String> = [kind, peak, settle].into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn base(base: &BaseLine) -> Base {
    let ratio = base.disproportion;
    let interval = ratio.and_then(|ratio| Interval::of(Some(ratio.point), Some(ratio.low), ratio.high));
    Base {
        name: first_upper(base.of.label()),
        usage_share: base.usage_share.map(|share| percent_with_interval(&share)),
        disproportion: ratio.map(|ratio| ratio_with_interval(&ratio)),
        bar: interval.map(|interval| safe(bars::ratio(interval))),
        side: ratio.map(|ratio| if ratio.point > 1.0 { "above" } else { "not above" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_left_out() {
        assert!(funnel(&FunnelLine::default()).is_empty());
        assert_eq!(evidence(&FunnelLine::default()), Vec::<String>::new());
        assert_eq!(lifecycle(&LifecycleLine::default()), None);
        assert_eq!(rhythm(&RhythmLine::default(), None), None);
        assert_eq!(rhythm(&RhythmLine::default(), Some(0)), None);
    }

    #[test]
    fn sentences_by_hand() {
        let life = LifecycleLine { new: Some(3), dormant: Some(1_200), ..LifecycleLine::default() };
        assert_eq!(lifecycle(&life).unwrap(), "Accounts against the period before: 3 new, 1\u{202f}200 gone dormant.");
        let seasonal = RhythmLine {
            kind: Some(crate::metrics::RhythmKind::Yearly),
            window_months: Some(12),
            peak_month: Some("2026-01".into()),
            peak_adoption: Some(0.31),
            peak_share: Some(0.88),
            ..RhythmLine::default()
        };
        assert_eq!(
            rhythm(&seasonal, Some(1)).unwrap(),
            "Its rhythm is yearly, so adoption is judged over 12 months. Highest in 2026-01 with 31\u{202f}% of the base; \
             88\u{202f}% of a year’s use lies in its three strongest months. At this rate 1 more day of data would settle on \
             which side of the line of rarity it lies."
        );
        let broken = FunnelLine { incidents: Some(1), outage_share: Some(0.12), ..FunnelLine::default() };
        assert_eq!(evidence(&broken), ["1 incident began in the period, open for 12\u{202f}% of its time."]);
    }

    #[test]
    fn the_bars_of_a_funnel_share_a_scale() {
        let steps = funnel(&FunnelLine { entitled: Some(200), attempted: Some(50), ..FunnelLine::default() });
        let bar = |place: usize| steps[place].bar.as_ref().map(ToString::to_string).unwrap();
        assert!(bar(0).contains(r#"class="value" x="0" y="2" width="132""#), "{}", bar(0));
        assert!(bar(2).contains(r#"class="value" x="0" y="2" width="33""#), "{}", bar(2));
        assert!(steps[1].bar.is_none() && steps[1].accounts.is_none());
    }
}
