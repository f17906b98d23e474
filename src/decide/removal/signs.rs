//! The signals of the score: what is measured, on what scale, in which group.

use crate::config::RemovalSettings;
use crate::metrics::{CapabilityFacts, RhythmKind};

/// What a signal speaks of; each has its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Level,
    Trend,
    Retention,
    Age,
    Staleness,
    Investment,
    Ownership,
    Findings,
    Backlog,
    Support,
    Notices,
    Fate,
}

impl Group {
    pub(super) fn weight(self, settings: &RemovalSettings) -> f64 {
        match self {
            Self::Level => settings.level,
            Self::Trend => settings.trend,
            Self::Retention => settings.retention,
            Self::Age => settings.age,
            Self::Staleness => settings.staleness,
            Self::Investment => settings.investment,
            Self::Ownership => settings.ownership,
            Self::Findings => settings.findings,
            Self::Backlog => settings.backlog,
            Self::Support => settings.support,
            Self::Notices => settings.notices,
            Self::Fate => settings.fate,
        }
    }
}

/// How a value becomes a place from 0, most alive, to 1, most dead.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scale {
    /// Its place among the others: the highest is the most dead.
    High,
    /// … the lowest is.
    Low,
    /// A scale of its own.
    Own(fn(f64) -> f64),
    /// From the score of others.
    Fate,
}

/// One signal.
#[derive(Debug)]
pub(super) struct Sign {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) group: Group,
    pub(super) scale: Scale,
    /// `None`: not known.
    pub(super) value: fn(&CapabilityFacts) -> Option<f64>,
}

/// Id of the fate of what a capability needs.
pub(super) const NEEDS: &str = "needed";

/// Id of the fate of its family.
pub(super) const FAMILY: &str = "family";

/// Months after which age says nothing more: who uses it has found it by then.
const GROWN_UP_MONTHS: f64 = 60.0;

const fn sign(
    (id, title, unit): (&'static str, &'static str, &'static str),
    group: Group,
    scale: Scale,
    value: fn(&CapabilityFacts) -> Option<f64>,
) -> Sign {
    Sign { id, title, unit, group, scale, value }
}

/// Every signal, in the order in which parts are listed.
pub(super) static SIGNS: &[Sign] = &[
    sign(("level", "Use", "share of the base"), Group::Level, Scale::Low, level),
    sign(("change_6m", "Change of use over 6 months", "×"), Group::Trend, Scale::Low, change_6m),
    sign(("change_12m", "Change of use over 12 months", "×"), Group::Trend, Scale::Low, |c| c.signals.change_12m),
    sign(("change_24m", "Change of use over 24 months", "×"), Group::Trend, Scale::Low, |c| c.signals.change_24m),
    sign(("slope", "Change of use a month, of its mean", "×"), Group::Trend, Scale::Low, slope),
    sign(("retention", "Accounts that came back", "share"), Group::Retention, Scale::Low, |c| {
        c.retention.map(|retention| retention.point)
    }),
    sign(("age", "Age", "months"), Group::Age, Scale::Own(|months| months / GROWN_UP_MONTHS), |c| c.signals.age_months),
    sign(("months_since_release", "Since the last release", "months"), Group::Staleness, Scale::High, |c| {
        c.signals.months_since_release
    }),
    sign(("months_since_change", "Since the last finished change", "months"), Group::Staleness, Scale::High, |c| {
        c.signals.months_since_change
    }),
    sign(("finished_changes_24m", "Finished changes in 24 months", "changes"), Group::Investment, Scale::Low, |c| {
        c.signals.finished_changes_24m
    }),
    sign(("authors_12m", "People behind them in 12 months", "people"), Group::Investment, Scale::Low, |c| {
        c.signals.authors_12m
    }),
    sign(("releases_24m", "Releases in 24 months", "releases"), Group::Investment, Scale::Low, |c| {
        c.signals.releases_24m
    }),
    sign(("maintainers", "Maintainers", "people"), Group::Ownership, Scale::Own(|people| 1.0 / (1.0 + people)), |c| {
        c.signals.maintainers
    }),
    sign(
        ("known_source", "Its source is known", "1 yes, 0 no"),
        Group::Ownership,
        Scale::Own(|known| 1.0 - known),
        |c| c.signals.has_home.map(|known| f64::from(u8::from(known))),
    ),
    sign(
        ("unfixed_findings", "Unfixed findings", "findings"),
        Group::Findings,
        Scale::Own(|findings| 1.0 - (-findings).exp2()),
        |c| c.signals.unfixed_findings,
    ),
    sign(("untaken_days", "Open work that nobody takes", "days"), Group::Backlog, Scale::High, |c| {
        c.signals.untaken_days
    }),
    sign(("unsolved_per_account", "Unsolved contacts per account", "contacts"), Group::Support, Scale::High, |c| {
        c.signals.unsolved_per_account
    }),
    sign(
        ("shutdowns", "Announced shutdowns", "notices"),
        Group::Notices,
        Scale::Own(|notices| notices.min(1.0)),
        |c| c.signals.shutdowns,
    ),
    sign((NEEDS, "Worst place of what it needs", "place, 0–1"), Group::Fate, Scale::Fate, |_| None),
    sign((FAMILY, "Mean place of its family", "place, 0–1"), Group::Fate, Scale::Fate, |_| None),
];

/// Adoption over the window of its rhythm, else use now.
fn level(facts: &CapabilityFacts) -> Option<f64> {
    facts.judged_adoption().map(|adoption| adoption.point).or(facts.signals.use_now)
}

/// What has its season once a year is not compared with another season.
fn change_6m(facts: &CapabilityFacts) -> Option<f64> {
    facts.signals.change_6m.filter(|_| facts.rhythm.kind != Some(RhythmKind::Yearly))
}

/// The trend of months, where the data do not reach back half a year.
fn slope(facts: &CapabilityFacts) -> Option<f64> {
    let known: Vec<f64> = facts.monthly_adoption.iter().copied().flatten().collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let is_needed = facts.signals.change_6m.is_none() && mean > 0.0;
    facts.trend_per_month.filter(|_| is_needed).map(|trend| trend.point / mean)
}
