//! Exposed against unexposed accounts.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::contracts::{Contract, Contracts};
use super::exposure::{Exposure, Look, Window, earlier};
use super::{Churn, Contrast};
use crate::config::ChurnSettings;
use crate::stats::{self, TwoGroups};
use crate::units::{Money, definition};

definition! {
    /// What exposure to a broken integration does to churn, as a risk ratio and a risk difference. The unit is the
    /// account-quarter. Landmarks lie `churn.within_days` apart, going back from that long before the end of the window, which is as
    /// long as `churn.months`. An account enters once at every landmark at which it was under contract during the whole
    /// span of `churn.within_days` before it. It is *exposed* when that span had a sustained episode of at least
    /// `churn.broken_hours_from` broken hours on an integration that carried at least `churn.dependence_from` of its active days
    /// (see functional churn). Accounts that rest on no integration cannot be exposed and are left out. *Churn*: it left in
    /// the `churn.within_days` after the landmark. *Contraction*: it stayed, and its ARR at the end of them is lower; an account that left
    /// is none, and after its first contraction it enters no more, so that each counts once. Contraction needs a history of ARR.
    ///
    /// Exposure lies before the landmark, the outcome after it, and who entered is settled at it. Comparing accounts that were
    /// ever exposed with those never exposed would be wrong: an account must stay to be exposed later, so the exposed
    /// look loyal (immortal-time bias; Suissa 2008, Am. J. Epidemiol. 167, 492–499; for landmarks Anderson et al. 1983, J. Clin. Oncol.
    /// 1, 710–719). The price is caution: an account that fails and leaves between two landmarks counts as left without
    /// exposure, which holds the ratio towards 1, the more the sooner accounts leave. In simulation a failure that tripled the
    /// chance to leave showed as 2.3 where accounts left 85 days after it, and as 1.6 where they left after 45.
    ///
    /// Large accounts integrate more, are exposed more often, and leave less often, so the crude ratio is wrong. The ratio over strata
    /// compares like with like: landmark × segment × class of ARR × number of integrations used (1,
    /// 2–3, 4 and more); Mantel–Haenszel with the interval of Greenland & Robins (1985), the difference with that of Sato et al.
    /// (1989). The classes of ARR are of equal size among those that entered at the landmark, one for a hundred accounts,
    /// five at least and twenty at most: five take away about nine tenths of what a continuous confounder does (Cochran
    /// 1968, Biometrics 24, 295–313), and the more accounts there are, the more the rest would count. What is unknown is a class
    /// of its own. An account leaves once, so its
    /// account-quarters are no repeated measures of one outcome. A ratio is unknown when no stratum with both groups has an
    /// event without exposure.
    ///
    /// *Negative controls* should show 1. Failures on integrations that carry at most `churn.control_dependence`, of accounts
    /// without any weightier failure, against accounts without any, should not move churn. And failures
    /// in the span after the outcome cannot have caused a contraction, for accounts still under contract then (of churn
    /// this could not be asked, since who left cannot fail later). A control whose interval leaves 1 out says that something
    /// hidden moves both, and that the other ratios are not to be trusted (Lipsitch et al. 2010, Epidemiology 21, 383–388).
    ///
    /// *By integration*: accounts that rest on it, exposed by it against exposed by none; given where a stratum has
    /// both groups. Many comparisons are made there, and one in twenty intervals leaves 1 out by chance.
    pub EXPOSURE, "exposure", "Exposed against unexposed accounts"
}

definition! {
    /// How strong a hidden cause would have to be to explain a ratio: the risk ratio by which it would have to be tied both to
    /// exposure and to the outcome, over and above the strata. E = RR + √(RR·(RR − 1)), of a ratio below 1 that of its inverse; 1 or
    /// more, without a unit. The same for the end of the interval that is nearer to 1; it is 1 where the interval holds 1,
    /// because there is nothing to explain.
    ///
    /// A ratio of 2 has 3.4: a hidden cause that makes exposure 3.4 times as likely and churn 3.4 times as likely could
    /// explain it, a weaker one could not. It says nothing on whether there is one; that is what the negative controls are for.
    /// Unknown where the ratio is unknown or 0. Source: `VanderWeele` & Ding 2017, Ann. Intern. Med. 167, 268–274.
    pub E_VALUE, "e_value", "E-value"
}

/// What accounts are compared within: landmark, segment, class of ARR, class of breadth.
type Stratum<'a> = (usize, Option<&'a str>, Option<u8>, u8);

/// One unit: its stratum, whether it was exposed, whether it happened to it.
type Unit<'a> = (Stratum<'a>, (bool, bool));

/// One account at one landmark.
#[derive(Debug, Clone)]
struct Quarter<'a> {
    landmark: usize,
    segment: Option<&'a str>,
    arr: Option<Money>,
    /// Class of the number of integrations used.
    breadth: u8,
    /// Whether it rests on an integration at all, and could be exposed.
    rests: bool,
    exposed: bool,
    /// In the control by little-used integrations: exposed to them or not; `None`: it takes no part.
    light: Option<bool>,
    churned: bool,
    /// `None`: not known, or it contracted before.
    contracted: Option<bool>,
    /// Exposed in the span after the outcome; `None`: it was not there for it.
    later: Option<bool>,
    /// The integrations that it rests on, and whether that one failed.
    by_integration: Vec<(usize, bool)>,
}

/// Every account at every landmark.
#[derive(Debug, Clone)]
pub(super) struct AccountQuarters<'a> {
    quarters: Vec<Quarter<'a>>,
    /// By account of the contracts, whether it was exposed at any time of the window.
    pub ever_exposed: Vec<bool>,
}

/// Looks at every account at every landmark of the window.
pub(super) fn account_quarters<'a>(
    contracts: &Contracts<'a>,
    exposure: &Exposure,
    window: Window,
    settings: &ChurnSettings,
) -> AccountQuarters<'a> {
    let calendar = Calendar::new(contracts, exposure, window, settings);
    let mut found = AccountQuarters { quarters: Vec::new(), ever_exposed: Vec::with_capacity(contracts.list.len()) };
    for (account, contract) in contracts.list.iter().enumerate() {
        let looks: Vec<Look> = calendar.spans().map(|span| exposure.look(account, span)).collect();
        let is_exposed = |look: &Look| look.failures(settings).next().is_some();
        let rest = calendar.rest.map(|rest| exposure.look(account, rest));
        found.ever_exposed.push(looks.iter().skip(1).chain(&rest).any(is_exposed));
        calendar.enter(contract, &looks, &mut found.quarters);
    }
    found
}

/// The days that divide the window.
struct Calendar<'a> {
    /// The landmarks, oldest first, and the end of the window after them.
    marks: Vec<NaiveDate>,
    /// What of the window lies before the first landmark; `None`: nothing.
    rest: Option<Window>,
    /// The first landmark before whose span runs are known.
    watched: usize,
    /// The first landmark from which a history of ARR is known.
    told: usize,
    settings: &'a ChurnSettings,
}

impl<'a> Calendar<'a> {
    fn new(contracts: &Contracts, exposure: &Exposure, (start, end): Window, settings: &'a ChurnSettings) -> Self {
        let mut marks = vec![end];
        while let Some(mark) = marks.last().map(|last| earlier(*last, settings.within_days)) {
            if mark < start || marks.last() == Some(&mark) {
                break;
            }
            marks.push(mark);
        }
        marks.reverse();
        let first = marks[0];
        // Half of a span without runs is more than can be passed over.
        let half = settings.within_days / 2;
        let is_watched = |mark: &NaiveDate| exposure.watched_from.is_none_or(|from| from <= earlier(*mark, half));
        let is_told = |mark: &NaiveDate| contracts.dated_from.is_none_or(|from| from < *mark);
        let since = |known: &dyn Fn(&NaiveDate) -> bool| marks.iter().position(known).unwrap_or(marks.len());
        Self {
            rest: (start < first).then_some((start, first)),
            watched: since(&is_watched),
            told: if contracts.has_history { since(&is_told) } else { marks.len() },
            marks,
            settings,
        }
    }

    /// The span before every landmark, and that before the end.
    fn spans(&self) -> impl Iterator<Item = Window> {
        self.marks.iter().map(|mark| (earlier(*mark, self.settings.within_days), *mark))
    }

    /// Enters an account at every landmark at which it takes part.
    fn enter<'c>(&self, contract: &Contract<'c>, looks: &[Look], quarters: &mut Vec<Quarter<'c>>) {
        let mut contracted_before = false;
        for (landmark, pair) in self.marks.windows(2).enumerate().skip(self.watched) {
            let (mark, next) = (pair[0], pair[1]);
            let look = &looks[landmark];
            if look.used.is_empty() || !contract.holds(earlier(mark, self.settings.within_days), mark) {
                continue;
            }
            let churned = contract.churned_on().is_some_and(|day| day < next);
            let told = landmark >= self.told && contract.is_known_before(mark) && !contracted_before;
            let contracted = told.then(|| !churned && contract.arr_before(next) < contract.arr_before(mark));
            contracted_before |= contracted == Some(true);
            let by_integration: Vec<(usize, bool)> = look
                .rests_on(self.settings)
                .map(|capability| {
                    (capability, look.failures(self.settings).any(|broken| broken.capability == capability))
                })
                .collect();
            quarters.push(Quarter {
                landmark,
                segment: contract.segment_before(mark),
                arr: contract.arr_before(mark),
                breadth: match look.used.len() {
                    0..=1 => 0,
                    2..=3 => 1,
                    _ => 2,
                },
                rests: !by_integration.is_empty(),
                exposed: by_integration.iter().any(|(_, failed)| *failed),
                light: self.light(look),
                churned,
                contracted,
                later: self.later(contract, looks, landmark),
                by_integration,
            });
        }
    }

    /// See the negative controls of [`EXPOSURE`].
    fn light(&self, look: &Look) -> Option<bool> {
        let is_light = |share: f64| share <= self.settings.control_dependence && share < self.settings.dependence_from;
        let carries_little = look.used.iter().any(|(_, share)| is_light(share.value()));
        let mut long = look.broken.iter().filter(|broken| broken.is_long(self.settings)).peekable();
        let exposed = long.peek().is_some();
        let only_light = long.all(|broken| broken.dependence.is_some_and(|share| is_light(share.value())));
        (carries_little && only_light).then_some(exposed)
    }

    /// Exposed in the span after the one in which the outcome is looked for.
    fn later(&self, contract: &Contract, looks: &[Look], landmark: usize) -> Option<bool> {
        let (began, look) = (self.marks.get(landmark + 1)?, looks.get(landmark + 2)?);
        let stays = contract.churned_on().is_none_or(|day| day > *began);
        let rests = look.rests_on(self.settings).next().is_some();
        (stays && rests).then(|| look.failures(self.settings).next().is_some())
    }
}

/// Every comparison: churn and contraction, the negative controls, then churn by integration.
pub(super) fn contrasts(found: &AccountQuarters) -> Vec<Contrast> {
    let quarters = &found.quarters;
    let classes = Classes::new(quarters);
    let all = |takes_part: &dyn Fn(&Quarter) -> Option<(bool, bool)>| {
        let units = quarters.iter().filter_map(|quarter| Some((classes.stratum(quarter), takes_part(quarter)?)));
        strata(units)
    };
    let resting = |quarter: &Quarter| quarter.rests;
    let churn = all(&|quarter| resting(quarter).then_some((quarter.exposed, quarter.churned)));
    let contraction = all(&|quarter| Some((quarter.exposed, quarter.contracted.filter(|_| resting(quarter))?)));
    let light = all(&|quarter| Some((quarter.light?, quarter.churned)));
    let later = all(&|quarter| Some((quarter.later?, quarter.contracted.filter(|_| resting(quarter))?)));
    let mut contrasts: Vec<Contrast> = [
        ("churn", false, &churn),
        ("contraction", false, &contraction),
        ("churn after failures of hardly used integrations", true, &light),
        ("contraction before the failure", true, &later),
    ]
    .into_iter()
    .filter(|(.., strata)| !strata.is_empty())
    .map(|(outcome, control, strata)| contrast(outcome, control, None, strata))
    .collect();
    contrasts.extend(by_integration(quarters, &classes));
    contrasts
}

/// Churn by integration, where a stratum has accounts that were exposed by it and such as were exposed by none.
fn by_integration(quarters: &[Quarter], classes: &Classes) -> Vec<Contrast> {
    let mut units: BTreeMap<usize, Vec<Unit>> = BTreeMap::new();
    for quarter in quarters {
        for &(capability, failed) in &quarter.by_integration {
            if failed || !quarter.exposed {
                let unit = (classes.stratum(quarter), (failed, quarter.churned));
                units.entry(capability).or_default().push(unit);
            }
        }
    }
    units
        .into_iter()
        .map(|(capability, units)| contrast("churn", false, Some(capability), &strata(units.into_iter())))
        .filter(|contrast| contrast.strata > 0)
        .collect()
}

/// Counts units, each exposed or not and with the event or not, by stratum.
fn strata<'a>(units: impl Iterator<Item = Unit<'a>>) -> Vec<TwoGroups> {
    let mut strata: BTreeMap<Stratum, TwoGroups> = BTreeMap::new();
    for (stratum, (exposed, event)) in units {
        strata.entry(stratum).or_default().add(exposed, event);
    }
    strata.into_values().collect()
}

fn contrast(outcome: &str, control: bool, capability: Option<usize>, strata: &[TwoGroups]) -> Contrast {
    let together = TwoGroups::together(strata);
    let pooled = stats::pooled_risk(strata);
    Contrast {
        outcome: outcome.to_owned(),
        control,
        capability,
        exposed: together.exposed,
        exposed_events: together.exposed_events,
        unexposed: together.unexposed,
        unexposed_events: together.unexposed_events,
        crude_ratio: stats::risk_ratio(together),
        ratio: pooled.ratio,
        difference: pooled.difference,
        strata: pooled.strata,
        e_value: pooled.ratio.and_then(|ratio| stats::e_value(ratio.point)),
        e_value_limit: pooled.ratio.and_then(stats::e_value_of_limit),
    }
}

/// Where the classes of ARR begin, by landmark.
struct Classes(BTreeMap<usize, Vec<Money>>);

impl Classes {
    /// Accounts for which there is one more class: with more of them the interval narrows, and what coarse classes leave of a
    /// confounder would come to dominate it.
    const ACCOUNTS: usize = 100;
    const FEWEST: usize = 5;
    const MOST: usize = 20;

    fn new(quarters: &[Quarter]) -> Self {
        let mut known: BTreeMap<usize, Vec<Money>> = BTreeMap::new();
        for quarter in quarters {
            known.entry(quarter.landmark).or_default().extend(quarter.arr);
        }
        for arr in known.values_mut() {
            arr.sort_unstable();
            let classes = (arr.len() / Self::ACCOUNTS).clamp(Self::FEWEST, Self::MOST);
            let cuts = (1..classes).filter_map(|class| arr.get(class * arr.len() / classes).copied());
            *arr = cuts.collect();
        }
        Self(known)
    }

    fn stratum<'a>(&self, quarter: &Quarter<'a>) -> Stratum<'a> {
        let cuts = &self.0[&quarter.landmark];
        #[expect(clippy::cast_possible_truncation, reason = "a handful of classes")]
        let class = quarter.arr.map(|arr| cuts.partition_point(|cut| *cut <= arr) as u8);
        (quarter.landmark, quarter.segment, class, quarter.breadth)
    }
}

impl Churn {
    /// Whether a negative control says that something hidden moves both exposure and outcome: the interval of one leaves 1 out.
    /// `None` when no control has an interval.
    #[must_use]
    pub fn hidden_confounding(&self) -> Option<bool> {
        let controls = self.contrasts.iter().filter(|contrast| contrast.control);
        controls
            .filter_map(|control| control.ratio)
            .map(|ratio| ratio.low > 1.0 || ratio.high < 1.0)
            .reduce(|a, b| a || b)
    }
}

#[cfg(test)]
#[path = "contrast_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "confounding_tests.rs"]
mod confounding;
