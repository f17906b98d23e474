//! Exposed against unexposed accounts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::contracts::{Contract, Contracts};
use super::exposure::{Exposure, Look, Window, earlier};
use super::{Churn, Contrast};
use crate::config::ChurnSettings;
use crate::stats::{self, TwoGroups};
use crate::units::{Money, Share, definition};

definition! {
    /// What exposure to a broken integration does to churn, as a risk ratio and a risk difference. The unit is the
    /// account-month. Landmarks lie 30 days apart, going back from 30 days before the end of the window, which is as
    /// long as `churn.months`. An account enters once at every landmark at which it had been under contract during the whole
    /// span of `churn.within_days` before it, so that all had the same time to be exposed. It is *exposed* when that span had
    /// a sustained episode of at least `churn.broken_hours_from` broken hours on an integration that carried at least
    /// `churn.dependence_from` of its active days (see functional churn; they are read from the months before the span). Accounts
    /// that rest on no integration cannot be exposed and are left out. *Churn*: it left in the 30 days after the landmark. So
    /// the ratio is that of the monthly risks to leave: a discrete-time hazard pooled over landmarks, a sequence of trials
    /// (D'Agostino et al. 1990, Stat. Med. 9, 1501–1515; Hernán et al. 2008, Epidemiology 19, 766–779).
    ///
    /// Exposure lies before the landmark, the outcome after it, and who entered is settled at it. Comparing accounts that were
    /// ever exposed with those never exposed would be wrong: an account must stay to be exposed later, so the exposed
    /// look loyal (immortal-time bias; Suissa 2008, Am. J. Epidemiol. 167, 492–499; for landmarks Anderson et al. 1983, J. Clin. Oncol.
    /// 1, 710–719). The price is caution: an account that fails and leaves between two landmarks counts as left without
    /// exposure, and one that leaves more than `churn.within_days` and a month after a failure does so too, which holds the ratio
    /// towards 1. In simulation a failure that tripled the chance to leave showed as 2.2 where accounts left 20 days after it,
    /// as 3.1 where they left after 45, and as 3.0 after 85.
    ///
    /// *Contraction*: it stayed, and its ARR at the end is lower; an account that left is none, and after its first
    /// contraction it enters no more, so that each counts once. It needs a history of ARR, which is mostly written by the
    /// quarter, so its landmarks lie `churn.within_days` apart and it is looked for as many days after each. What follows a failure
    /// sooner than the next of these landmarks is missed.
    ///
    /// Large accounts integrate more, are exposed more often, and leave less often, so the crude ratio is wrong. The ratio over strata
    /// compares like with like: landmark × segment × class of ARR × number of integrations used (1,
    /// 2–3, 4 and more); Mantel–Haenszel with the interval of Greenland & Robins (1985), the difference with that of Sato et al.
    /// (1989). The classes of ARR are of equal size among those that entered at the landmark, one for a hundred accounts,
    /// five at least and twenty at most: five take away about nine tenths of what a continuous confounder does (Cochran
    /// 1968, Biometrics 24, 295–313), and the more accounts there are, the more the rest would count. What is unknown is a class
    /// of its own. Mantel–Haenszel holds with many small strata, but those with one group say nothing. Where more than half of
    /// the exposed account-months stand in such strata, segments are put together, and where they still do the numbers of
    /// integrations too; who left has no say in that.
    ///
    /// An account leaves once, so its months are no repeated measures of one outcome: given that it is still there, each is a
    /// trial of its own, although one failure exposes up to three of them. The interval takes these as independent, which a
    /// chance to leave that is small by the month bears. It does not know of what hits many accounts at once (a renewal
    /// season within a landmark is shared by both groups; a competitor's offer to the users of one integration is not). A ratio is
    /// unknown when no stratum with both groups has an event without exposure.
    ///
    /// *Negative controls* should show 1. Failures on integrations that carry at most `churn.control_dependence`, of accounts
    /// without any weightier failure, against accounts without any, should not move churn. And failures
    /// in the span after the outcome cannot have caused a contraction, for accounts still under contract then (of churn
    /// this could not be asked, since who left cannot fail later). A control whose interval leaves 1 out says that something
    /// hidden moves both, and that the other ratios are not to be trusted (Lipsitch et al. 2010, Epidemiology 21, 383–388).
    ///
    /// *By integration*: accounts that were exposed by it against those that were exposed by none, whatever these rest on; given
    /// where a stratum has both groups. A failure mostly hits all users of an integration at once, so that among them nobody
    /// would be left to compare with. The price: if its users leave more often anyway, this shows here as well. Many comparisons
    /// are made, and one in twenty intervals leaves 1 out by chance.
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

/// Days from one landmark to the next for churn, and in which it is looked for after each.
const MONTH: u32 = 30;

/// One account at one landmark.
#[derive(Debug, Clone)]
struct Trial<'a> {
    account: &'a str,
    landmark: usize,
    segment: Option<&'a str>,
    arr: Option<Money>,
    /// Class of the number of integrations used.
    breadth: u8,
    /// Whether it rests on an integration at all, and could be exposed.
    rests: bool,
    exposed: bool,
    /// The largest part of its active days that one of the integrations that exposed it carried.
    dependence: Option<Share>,
    /// Whether the outcome came before the next landmark.
    event: bool,
    /// In the control by little-used integrations: exposed to them or not; `None`: it takes no part.
    light: Option<bool>,
    /// Exposed in the span after the outcome; `None`: it was not there for it, or this is not asked.
    later: Option<bool>,
    /// The integrations that it rests on, and whether that one failed.
    by_integration: Vec<(usize, bool)>,
}

/// Every account at every landmark.
#[derive(Debug, Clone)]
pub(super) struct Trials<'a> {
    /// Whether it left, month by month.
    churn: Vec<Trial<'a>>,
    /// Whether it shrank, span by span; empty without a history of ARR.
    contraction: Vec<Trial<'a>>,
    /// By account of the contracts, whether it was exposed at any time of the window.
    pub ever_exposed: Vec<bool>,
}

/// Looks at every account at every landmark of the window.
pub(super) fn trials<'a>(
    contracts: &Contracts<'a>,
    exposure: &Exposure,
    window: Window,
    settings: &ChurnSettings,
) -> Trials<'a> {
    let months = Calendar::new(MONTH, exposure, window, settings);
    let spans = Calendar::new(settings.within_days, exposure, window, settings);
    let spans = contracts.has_history.then(|| spans.told_from(contracts));
    // Every day of the window lies in one of them.
    let opening = (window.0, later(window.0, settings.within_days).min(window.1));
    let within = months.marks.iter().map(|mark| months.before(*mark)).filter(|span| span.0 >= window.0);
    let within: Vec<Window> = within.chain([opening]).collect();
    let mut found =
        Trials { churn: Vec::new(), contraction: Vec::new(), ever_exposed: Vec::with_capacity(contracts.list.len()) };
    for (account, contract) in contracts.list.iter().enumerate() {
        let look = |span: Window| exposure.look(account, span);
        let is_exposed = |span: &Window| look(*span).failures(settings).next().is_some();
        found.ever_exposed.push(exposure.was_broken(account) && within.iter().any(is_exposed));
        months.enter_churn(contract, &look, &mut found.churn);
        if let Some(spans) = &spans {
            spans.enter_contraction(contract, &look, &mut found.contraction);
        }
    }
    found
}

fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The days that divide the window.
struct Calendar<'a> {
    /// The landmarks, oldest first, and the end of the window after them.
    marks: Vec<NaiveDate>,
    /// The first landmark that can be judged.
    first: usize,
    settings: &'a ChurnSettings,
}

impl<'a> Calendar<'a> {
    /// Landmarks so many days apart, from the first before which runs are known.
    fn new(step: u32, exposure: &Exposure, (start, end): Window, settings: &'a ChurnSettings) -> Self {
        let mut marks = vec![end];
        while let Some(mark) = marks.last().map(|last| earlier(*last, step)) {
            if mark < start || marks.last() == Some(&mark) {
                break;
            }
            marks.push(mark);
        }
        marks.reverse();
        // Half of a span without runs is more than can be passed over.
        let half = settings.within_days / 2;
        let is_watched = |mark: &NaiveDate| exposure.watched_from.is_none_or(|from| from <= earlier(*mark, half));
        Self { first: marks.iter().position(is_watched).unwrap_or(marks.len()), marks, settings }
    }

    /// Only the landmarks before which a history of ARR is known.
    fn told_from(mut self, contracts: &Contracts) -> Self {
        let is_told = |mark: &NaiveDate| contracts.dated_from.is_none_or(|from| from < *mark);
        self.first = self.first.max(self.marks.iter().position(is_told).unwrap_or(self.marks.len()));
        self
    }

    /// The span in which exposure is looked for.
    fn before(&self, mark: NaiveDate) -> Window {
        (earlier(mark, self.settings.within_days), mark)
    }

    /// The landmarks, each with the next, at which an account had been under contract for the whole span before.
    fn landmarks(&self, contract: &Contract) -> impl Iterator<Item = (usize, NaiveDate, NaiveDate)> {
        let pairs = self.marks.windows(2).enumerate().skip(self.first);
        pairs.map(|(landmark, pair)| (landmark, pair[0], pair[1])).filter(|&(_, mark, _)| {
            let (from, until) = self.before(mark);
            contract.holds(from, until)
        })
    }

    fn enter_churn<'c>(&self, contract: &Contract<'c>, look: &dyn Fn(Window) -> Look, trials: &mut Vec<Trial<'c>>) {
        for (landmark, mark, next) in self.landmarks(contract) {
            let left = contract.churned_on().is_some_and(|day| day < next);
            trials.extend(self.trial(contract, &look(self.before(mark)), (landmark, mark), left));
        }
    }

    /// Until the first contraction.
    fn enter_contraction<'c>(
        &self,
        contract: &Contract<'c>,
        look: &dyn Fn(Window) -> Look,
        trials: &mut Vec<Trial<'c>>,
    ) {
        for (landmark, mark, next) in self.landmarks(contract) {
            if !contract.is_known_before(mark) {
                continue;
            }
            let left = contract.churned_on().is_some_and(|day| day < next);
            let shrank = !left && contract.arr_before(next) < contract.arr_before(mark);
            let Some(trial) = self.trial(contract, &look(self.before(mark)), (landmark, mark), shrank) else {
                continue;
            };
            trials.push(Trial { later: self.later(contract, look, landmark), ..trial });
            if shrank {
                break;
            }
        }
    }

    /// `None`: it used no integration.
    fn trial<'c>(
        &self,
        contract: &Contract<'c>,
        look: &Look,
        (landmark, mark): (usize, NaiveDate),
        event: bool,
    ) -> Option<Trial<'c>> {
        let failed = |capability| look.failures(self.settings).any(|broken| broken.capability == capability);
        let by_integration: Vec<(usize, bool)> =
            look.rests_on(self.settings).map(|capability| (capability, failed(capability))).collect();
        let breadth = match look.used.len() {
            0 => return None,
            1 => 0,
            2..=3 => 1,
            _ => 2,
        };
        let exposed_by = look.failures(self.settings).filter_map(|broken| broken.dependence);
        Some(Trial {
            account: contract.id,
            landmark,
            segment: contract.segment_before(mark),
            arr: contract.arr_before(mark),
            breadth,
            rests: !by_integration.is_empty(),
            exposed: by_integration.iter().any(|(_, failed)| *failed),
            dependence: exposed_by.max_by(|a, b| a.value().total_cmp(&b.value())),
            event,
            light: self.light(look),
            later: None,
            by_integration,
        })
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
    fn later(&self, contract: &Contract, look: &dyn Fn(Window) -> Look, landmark: usize) -> Option<bool> {
        let (began, ends) = (self.marks.get(landmark + 1)?, self.marks.get(landmark + 2)?);
        if contract.churned_on().is_some_and(|day| day <= *began) {
            return None;
        }
        let look = look((*began, *ends));
        look.rests_on(self.settings).next()?;
        Some(look.failures(self.settings).next().is_some())
    }
}

/// Every comparison: churn and contraction, the negative controls, then churn by integration.
pub(super) fn contrasts(found: &Trials) -> Vec<Contrast> {
    let churn = Classes::new(&found.churn);
    let contraction = Classes::new(&found.contraction);
    let rests = |trial: &Trial| trial.rests.then_some(trial.exposed);
    let mut contrasts: Vec<Contrast> = [
        ("churn", false, churn.strata(&found.churn, rests)),
        ("contraction", false, contraction.strata(&found.contraction, rests)),
        ("churn after failures of hardly used integrations", true, churn.strata(&found.churn, |trial| trial.light)),
        (
            "contraction before the failure",
            true,
            contraction.strata(&found.contraction, |trial| trial.later.filter(|_| trial.rests)),
        ),
    ]
    .into_iter()
    .filter(|(.., strata)| !strata.is_empty())
    .map(|(outcome, control, strata)| contrast(outcome, control, None, &strata))
    .collect();
    if let Some(churn) = contrasts.iter_mut().find(|contrast| contrast.outcome == "churn") {
        (churn.exposed_accounts, churn.exposed_dependence) = exposed(&found.churn);
    }
    contrasts.extend(by_integration(&found.churn, &churn));
    contrasts
}

/// The accounts that were exposed, and how much of their active days what failed had carried, in the mean over trials.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn exposed(trials: &[Trial]) -> (Option<u64>, Option<f64>) {
    let exposed = || trials.iter().filter(|trial| trial.rests && trial.exposed);
    let accounts: BTreeSet<&str> = exposed().map(|trial| trial.account).collect();
    let carried: Vec<f64> = exposed().filter_map(|trial| trial.dependence).map(Share::value).collect();
    let mean = (!carried.is_empty()).then(|| carried.iter().sum::<f64>() / carried.len() as f64);
    (Some(accounts.len() as u64), mean)
}

/// Churn by integration: accounts that were exposed by it against those that were exposed by none, where a stratum has both.
fn by_integration(trials: &[Trial], classes: &Classes) -> Vec<Contrast> {
    let unexposed =
        classes.count(trials.iter().filter(|trial| trial.rests && !trial.exposed).map(|trial| (trial, false)));
    let mut failed: BTreeMap<usize, Vec<&Trial>> = BTreeMap::new();
    for trial in trials {
        for (capability, _) in trial.by_integration.iter().filter(|(_, failed)| *failed) {
            failed.entry(*capability).or_default().push(trial);
        }
    }
    let compare = |(capability, exposed): (usize, Vec<&Trial>)| {
        let mut strata = unexposed.clone();
        for (stratum, groups) in classes.count(exposed.into_iter().map(|trial| (trial, true))) {
            let both = strata.entry(stratum).or_default();
            *both = TwoGroups::together(&[*both, groups]);
        }
        contrast("churn", false, Some(capability), &strata.into_values().collect::<Vec<_>>())
    };
    failed.into_iter().map(compare).filter(|contrast| contrast.strata > 0).collect()
}

fn contrast(outcome: &str, control: bool, capability: Option<usize>, strata: &[TwoGroups]) -> Contrast {
    let together = TwoGroups::together(strata);
    let pooled = stats::pooled_risk(strata);
    Contrast {
        outcome: outcome.to_owned(),
        control,
        capability,
        exposed: together.exposed,
        exposed_accounts: None,
        exposed_dependence: None,
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

/// What is compared with what: where the classes of ARR begin, by landmark, and which of the rest parts the accounts.
struct Classes {
    cuts: BTreeMap<usize, Vec<Money>>,
    detail: Detail,
}

/// How finely accounts are parted, beside landmark and class of ARR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    Neither,
    Breadth,
    SegmentAndBreadth,
}

impl Classes {
    /// Accounts for which there is one more class: with more of them the interval narrows, and what coarse classes leave of a
    /// confounder would come to dominate it.
    const ACCOUNTS: usize = 100;
    const FEWEST: usize = 5;
    const MOST: usize = 20;

    /// The finest in which half of the exposed have somebody to be compared with. Outcomes have no say in it.
    fn new(trials: &[Trial]) -> Self {
        let mut known: BTreeMap<usize, Vec<Money>> = BTreeMap::new();
        for trial in trials {
            known.entry(trial.landmark).or_default().extend(trial.arr);
        }
        for arr in known.values_mut() {
            arr.sort_unstable();
            let classes = (arr.len() / Self::ACCOUNTS).clamp(Self::FEWEST, Self::MOST);
            let cuts = (1..classes).filter_map(|class| arr.get(class * arr.len() / classes).copied());
            *arr = cuts.collect();
        }
        let mut classes = Self { cuts: known, detail: Detail::SegmentAndBreadth };
        for detail in [Detail::SegmentAndBreadth, Detail::Breadth, Detail::Neither] {
            classes.detail = detail;
            let strata = classes.strata(trials, |trial| trial.rests.then_some(trial.exposed));
            let compared = strata.iter().filter(|stratum| stratum.unexposed > 0).map(|stratum| stratum.exposed);
            if compared.sum::<u64>() * 2 >= TwoGroups::together(&strata).exposed {
                break;
            }
        }
        classes
    }

    fn stratum<'a>(&self, trial: &Trial<'a>) -> Stratum<'a> {
        let cuts = &self.cuts[&trial.landmark];
        #[expect(clippy::cast_possible_truncation, reason = "a handful of classes")]
        let class = trial.arr.map(|arr| cuts.partition_point(|cut| *cut <= arr) as u8);
        let segment = trial.segment.filter(|_| self.detail == Detail::SegmentAndBreadth);
        let breadth = if self.detail == Detail::Neither { 0 } else { trial.breadth };
        (trial.landmark, segment, class, breadth)
    }

    /// Counts trials, each exposed or not and with the event or not, by stratum.
    fn count<'a, 't>(&self, trials: impl Iterator<Item = (&'t Trial<'a>, bool)>) -> BTreeMap<Stratum<'a>, TwoGroups>
    where
        'a: 't,
    {
        let mut strata: BTreeMap<Stratum, TwoGroups> = BTreeMap::new();
        for (trial, exposed) in trials {
            strata.entry(self.stratum(trial)).or_default().add(exposed, trial.event);
        }
        strata
    }

    /// The strata of the trials that take part, each exposed or not.
    fn strata(&self, trials: &[Trial], exposed: impl Fn(&Trial) -> Option<bool>) -> Vec<TwoGroups> {
        let taking_part = trials.iter().filter_map(|trial| Some((trial, exposed(trial)?)));
        self.count(taking_part).into_values().collect()
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
