use super::attempts::AccountRuns;
use super::sets::AccountSet;
use super::{Funnel, UseEvidence};
use crate::config::AdoptionSettings;
use crate::rollup::Cell;
use crate::stats;
use crate::units::{Estimate, definition};

definition! {
    /// The way from being entitled to repeated use, in accounts of the base over the period: *entitled* by plan or segment (or
    /// evidently so, because it tried), *shown* it, *tried* it, *succeeded* with it, and succeeded on at least
    /// `adoption.repeated_days` days, which is *came back*. Each step counts accounts of the step before, and each rate is over
    /// it, with Wilson's interval.
    ///
    /// Where the way narrows says what low adoption means: few entitled or few shown is a matter of sales or of the screen, few
    /// that try is lack of need, few that succeed is a fault, few that come back is disappointment. The adoption rate
    /// alone takes all of them for lack of need.
    ///
    /// *Shown* is known for a capability that the data show ever to have been shown to somebody (names mapped with
    /// `stage = "exposed"`); who tried it counts as shown. An attempt is an event of use or a run of an integration.
    /// Success is known where any attempt of a base account says how it ended; an attempt that does not say counts as a success
    /// there, because many systems record errors only, and a partial run does, because it brought something. Days of
    /// events and of runs may be the same days, so the larger number of the two counts.
    pub FUNNEL, "funnel", "From entitled to repeated use"
}

definition! {
    /// Accounts with an attempt that succeeded over accounts that tried, in the period; see the funnel. Wilson interval. An
    /// account that failed ten times and succeeded once counts as one that succeeded: whether attempts fail is what the failure
    /// share says. Unknown where no attempt says how it ended.
    pub SUCCESS_RATE, "success_rate", "Accounts that succeed"
}

definition! {
    /// Failed attempts over attempts whose end is known, in the period: events whose status is error, and failed runs.
    /// A fraction, 0–1. Accounts outside of the base count too; a failure is a failure. Unknown when no attempt says how it ended.
    ///
    /// The interval takes whole accounts as the sampling unit, as that of `adoption_users` does: a
    /// thousand failed runs of one account with an expired password are one observation, not a thousand. Attempts that
    /// name no account count as those of one further account.
    pub FAILURE_SHARE, "failure_share", "Failed attempts"
}

definition! {
    /// Part of the period's time in which an incident of the capability was open: the union of the intervals from start to end, cut
    /// to the period (to the as-of date where that comes first). Two outages at the same time count once. An incident
    /// belongs to the capabilities that the first of its columns capability, service and tags with a match names.
    ///
    /// An incident without an end counts as still open. Unknown without an incidents table, and when no incident in it states
    /// an end, because then the table does not record ends. It is the time that the product was broken, not that a customer
    /// noticed; how much of the use failed is what the failure share says.
    pub OUTAGE_SHARE, "outage_share", "Time with an open incident"
}

definition! {
    /// What low use would mean; the first of these that holds. *Never offered*: no account of the base is entitled to it, or
    /// none was shown it, so that no use says nothing. *Not counted*: no event of use stands anywhere in the data up to the
    /// as-of date, although it was launched before the period, yet at least `adoption.evidence_accounts` accounts
    /// speak of it in tickets or have runs of it: the instrumentation is missing, not the use. *Broken*: the
    /// failure share is at least `adoption.broken_from`, the lower end of its interval at least half of that, and
    /// attempts failed in at least `adoption.evidence_accounts` accounts, so that neither one customer's bad luck nor
    /// a handful of attempts is called a fault. *Never used*: on offer, counted, and no use ever. Else *used*: how little is what the
    /// rate says.
    ///
    /// For counts only *never used* and *used* can be told.
    pub USE_EVIDENCE, "use_evidence", "What low use means"
}

/// What one account attempted in the period, from events and runs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempts {
    /// Index into the customers; `None`: of no known account.
    pub customer: Option<usize>,
    /// Attempts whose end is known.
    pub known: u64,
    /// Of them those that failed.
    pub failed: u64,
    /// Days with an attempt that did not fail.
    pub succeeded_days: u64,
}

/// The attempts on a capability by account, from its cells of the period and its runs.
pub(super) fn attempts(cells: &[Cell], customer_of: impl Fn(usize) -> usize, runs: &[AccountRuns]) -> Vec<Attempts> {
    let events = cells.iter().map(|cell| Attempts {
        customer: cell.account.map(&customer_of),
        known: cell.measures.with_status,
        failed: cell.measures.errors,
        succeeded_days: cell.measures.succeeded_days,
    });
    let runs = runs.iter().map(|runs| Attempts {
        customer: runs.customer,
        known: runs.known,
        failed: runs.failed,
        succeeded_days: runs.succeeded_days,
    });
    let mut all: Vec<Attempts> = events.chain(runs).collect();
    all.sort_by_key(|attempts| attempts.customer);
    let mut merged: Vec<Attempts> = Vec::with_capacity(all.len());
    for next in all {
        match merged.last_mut().filter(|last| last.customer.is_some() && last.customer == next.customer) {
            Some(last) => {
                last.known += next.known;
                last.failed += next.failed;
                last.succeeded_days = last.succeeded_days.max(next.succeeded_days);
            }
            None => merged.push(next),
        }
    }
    merged
}

/// The funnel without incidents and without what it says; see [`FUNNEL`]. `entitled` by plan is a part of the base;
/// `shown` holds the accounts that were shown it in the period, `None`: not known.
pub(super) fn funnel(
    base: &AccountSet,
    entitled: &AccountSet,
    shown: Option<&AccountSet>,
    attempts: &[Attempts],
    repeated_days: u32,
) -> Funnel {
    let in_base = |attempts: &&Attempts| attempts.customer.is_some_and(|customer| base.contains(customer));
    let count = |which: &dyn Fn(&Attempts) -> bool| {
        attempts.iter().filter(in_base).filter(|attempts| which(attempts)).count() as u64
    };
    let attempted = count(&|_| true);
    let uninvited = count(&|attempts| attempts.customer.is_some_and(|customer| !entitled.contains(customer)));
    let entitled_or_tried = entitled.len() + uninvited;
    let exposed = shown.map(|shown| {
        let mut seen = shown.clone();
        seen.keep(entitled);
        attempted + seen.len() - count(&|attempts| attempts.customer.is_some_and(|customer| seen.contains(customer)))
    });
    let end_known = attempts.iter().filter(in_base).any(|attempts| attempts.known > 0);
    let succeeded = end_known.then(|| count(&|attempts| attempts.succeeded_days > 0));
    let repeated = count(&|attempts| attempts.succeeded_days >= u64::from(repeated_days));
    Funnel {
        entitled: Some(entitled_or_tried),
        exposed,
        attempted: Some(attempted),
        succeeded,
        repeated: Some(repeated),
        exposure_rate: exposed.and_then(|exposed| stats::wilson(exposed, entitled_or_tried)),
        attempt_rate: stats::wilson(attempted, exposed.unwrap_or(entitled_or_tried)),
        success_rate: succeeded.and_then(|succeeded| stats::wilson(succeeded, attempted)),
        repeat_rate: stats::wilson(repeated, succeeded.unwrap_or(attempted)),
        failure_share: failure_share(attempts),
        ..Funnel::default()
    }
}

/// Failed over known attempts; see [`FAILURE_SHARE`].
#[expect(clippy::cast_precision_loss, reason = "attempts of one account lie far below 2^53")]
fn failure_share(attempts: &[Attempts]) -> Option<Estimate> {
    stats::cluster_share(attempts.iter().map(|attempts| (attempts.failed as f64, attempts.known as f64)))
}

/// What besides the funnel says something about low use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    /// Whether any use of it stands in the data.
    pub ever_used: bool,
    /// Whether it was on offer before the period; an unknown launch counts so.
    pub launched_before: bool,
    /// Accounts that speak of it in tickets and runs.
    pub voices: u64,
    /// Accounts in which an attempt failed in the period.
    pub failing_accounts: u64,
}

/// What low use would mean; see [`USE_EVIDENCE`].
pub(super) fn evidence(funnel: &Funnel, signs: Signs, settings: &AdoptionSettings) -> UseEvidence {
    let enough = u64::from(settings.evidence_accounts);
    let broken = |share: Estimate| {
        share.point >= settings.broken_from
            && share.low >= settings.broken_from / 2.0
            && signs.failing_accounts >= enough
    };
    if funnel.entitled == Some(0) || funnel.exposed == Some(0) {
        UseEvidence::NeverOffered
    } else if !signs.ever_used && signs.launched_before && signs.voices >= enough {
        UseEvidence::NotCounted
    } else if funnel.failure_share.is_some_and(broken) {
        UseEvidence::Broken
    } else if !signs.ever_used && funnel.attempted.unwrap_or_default() == 0 {
        UseEvidence::NeverUsed
    } else {
        UseEvidence::Used
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::ADOPTION;
    use proptest::prelude::*;

    fn tried(customer: usize, known: u64, failed: u64, succeeded_days: u64) -> Attempts {
        Attempts { customer: Some(customer), known, failed, succeeded_days }
    }

    fn set(members: impl IntoIterator<Item = usize>) -> AccountSet {
        members.into_iter().collect()
    }

    fn steps(funnel: &Funnel) -> [Option<u64>; 5] {
        [funnel.entitled, funnel.exposed, funnel.attempted, funnel.succeeded, funnel.repeated]
    }

    /// Twenty accounts, 0–9 entitled; shown to 0–4 and to 15; tried by 0 (came back), 1 (once), 2 (failed), 7 (never
    /// shown, yet tried), 12 (not entitled, yet tried) and by 50, which is not in the base.
    #[test]
    fn every_step_by_hand() {
        let (base, entitled, shown) = (set(0..20), set(0..10), set([0, 1, 2, 3, 4, 15]));
        let attempts = [
            tried(0, 5, 1, 3),
            tried(1, 1, 0, 1),
            tried(2, 4, 4, 0),
            tried(7, 0, 0, 2),
            tried(12, 2, 1, 1),
            tried(50, 8, 8, 0),
        ];
        let found = funnel(&base, &entitled, Some(&shown), &attempts, 2);
        // Shown: 0–4 are entitled, 7 and 12 tried it.
        assert_eq!(steps(&found), [Some(11), Some(7), Some(5), Some(4), Some(2)]);
        let rates = [found.exposure_rate, found.attempt_rate, found.success_rate, found.repeat_rate];
        let rates = rates.map(|rate| rate.map(|rate| (rate.point, rate.n)));
        let (e, a, s, r) = (7.0 / 11.0, 5.0 / 7.0, 4.0 / 5.0, 2.0 / 4.0);
        assert_eq!(rates, [Some((e, 11)), Some((a, 7)), Some((s, 5)), Some((r, 4))]);
        let failed = found.failure_share.unwrap();
        assert_eq!(
            (failed.point, failed.n),
            (14.0 / 20.0, 5),
            "that of the stranger counts, the attempts without an end do not"
        );
    }

    #[test]
    fn what_is_not_known_is_none() {
        let found = funnel(&set(0..20), &set(0..20), None, &[tried(0, 0, 0, 3), tried(1, 0, 0, 1)], 2);
        assert_eq!(steps(&found), [Some(20), None, Some(2), None, Some(1)]);
        assert_eq!((found.exposure_rate, found.success_rate, found.failure_share), (None, None, None));
        assert_eq!(found.attempt_rate.map(|rate| rate.n), Some(20), "over entitled where exposure is not known");
        assert_eq!(found.repeat_rate.map(|rate| rate.n), Some(2), "over attempted where success is not known");
        let nobody = funnel(&set([]), &set([]), None, &[], 2);
        assert_eq!(steps(&nobody), [Some(0), None, Some(0), None, Some(0)]);
        assert_eq!((nobody.attempt_rate, nobody.repeat_rate), (None, None));
    }

    /// An interval over attempts would say that more than four of five attempts fail; it is one customer.
    #[test]
    fn one_account_with_many_failures_is_one_observation() {
        let mut attempts: Vec<Attempts> = (0..20).map(|n| tried(n, 10, 0, 5)).collect();
        attempts[0] = tried(0, 1_000, 1_000, 0);
        let found = funnel(&set(0..20), &set(0..20), None, &attempts, 2).failure_share.unwrap();
        let naive = stats::wilson(1_000, 1_190).unwrap();
        assert!(found.point > 0.8 && found.low < 0.45 && naive.low > 0.8, "{found:?}");
    }

    fn signs(ever_used: bool, voices: u64, failing_accounts: u64) -> Signs {
        Signs { ever_used, launched_before: true, voices, failing_accounts }
    }

    #[test]
    fn what_low_use_means_in_order() {
        let share = |(point, low): (f64, f64)| Some(Estimate { point, low, high: 1.0, n: 9 });
        let on_offer = Funnel { entitled: Some(10), attempted: Some(0), ..Funnel::default() };
        let failing = Funnel { failure_share: share((0.6, 0.4)), attempted: Some(9), ..on_offer };
        for (funnel, signs, expected) in [
            (Funnel { entitled: Some(0), ..failing }, signs(true, 9, 9), UseEvidence::NeverOffered),
            (Funnel { exposed: Some(0), ..on_offer }, signs(false, 9, 0), UseEvidence::NeverOffered),
            (Funnel { exposed: Some(4), ..on_offer }, signs(false, 3, 0), UseEvidence::NotCounted),
            (on_offer, signs(false, 2, 0), UseEvidence::NeverUsed),
            (on_offer, Signs { launched_before: false, ..signs(false, 3, 0) }, UseEvidence::NeverUsed),
            (failing, signs(true, 9, 3), UseEvidence::Broken),
            (failing, signs(true, 9, 2), UseEvidence::Used),
            (Funnel { failure_share: share((0.6, 0.09)), ..failing }, signs(true, 9, 9), UseEvidence::Used),
            (Funnel { failure_share: share((0.19, 0.15)), ..failing }, signs(true, 9, 9), UseEvidence::Used),
            (on_offer, signs(true, 0, 0), UseEvidence::Used),
        ] {
            assert_eq!(evidence(&funnel, signs, &ADOPTION), expected, "{funnel:?} {signs:?}");
        }
    }

    #[test]
    fn a_few_failures_are_not_called_broken() {
        let (base, all) = (set(0..40), set(0..40));
        let judged = |attempts: &[Attempts]| {
            let failing_accounts = attempts.iter().filter(|attempts| attempts.failed > 0).count() as u64;
            evidence(&funnel(&base, &all, None, attempts, 2), signs(true, 0, failing_accounts), &ADOPTION)
        };
        assert_eq!(judged(&[tried(0, 1, 1, 0), tried(1, 1, 1, 0)]), UseEvidence::Used);
        assert_eq!(judged(&[tried(0, 500, 450, 3)]), UseEvidence::Used, "one account");
        let one_bad: Vec<Attempts> = (0..30).map(|n| tried(n, 10, if n == 0 { 10 } else { 0 }, 5)).collect();
        assert_eq!(judged(&one_bad), UseEvidence::Used);
        let most: Vec<Attempts> = (0..30).map(|n| tried(n, 4, if n % 3 == 0 { 1 } else { 3 }, 1)).collect();
        assert_eq!(judged(&most), UseEvidence::Broken);
    }

    /// Entitled, shown, tried; failed and other known attempts, days with success.
    type Drawn = (bool, bool, bool, u64, u64, u64);

    proptest! {
        #[test]
        fn every_step_is_a_part_of_the_one_before(
            accounts in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>(), 0_u64..4, 0_u64..4, 0_u64..4), 0..40),
            exposure_known in any::<bool>(),
        ) {
            let of = |which: fn(&Drawn) -> bool| {
                set(accounts.iter().enumerate().filter(|(_, account)| which(account)).map(|(index, _)| index))
            };
            let shown = of(|account| account.1);
            let attempts: Vec<Attempts> = accounts
                .iter()
                .enumerate()
                .filter(|(_, account)| account.2)
                .map(|(index, account)| tried(index, account.3 + account.4, account.3, account.5))
                .collect();
            let base = set(0..accounts.len());
            let found = funnel(&base, &of(|account| account.0), exposure_known.then_some(&shown), &attempts, 2);
            let known: Vec<u64> = steps(&found).into_iter().flatten().collect();
            prop_assert!(known.windows(2).all(|two| two[0] >= two[1]), "{known:?}");
            prop_assert!(known.iter().all(|count| *count <= accounts.len() as u64));
        }
    }
}
