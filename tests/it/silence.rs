//! Silent failures: what our watch over runs finds of planted failures, and how often it is wrong, beside the fixed rules that are in
//! use elsewhere, all on the same runs.
//!
//! Short by default. The long run, whose table stands in docs/reliability.md:
//! `SILENCE_SEEDS=12 cargo test --release --test it silence -- --nocapture`.

use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};

use deadhead::attribute::{CapabilityKind, Catalogue, Ledger};
use deadhead::config::{self, CatalogueSettings, Settings, Unlisted};
use deadhead::diag::Findings;
use deadhead::integrations::{self, EpisodeKind, Evidence, hours_between};
use deadhead::metrics::{self, CostSources, MetricSettings, Signs};
use deadhead::rollup::{Rollup, Spans};
use deadhead::sample::{PlantedSync, SyncSeries, Syncs};
use deadhead::stats;
use deadhead::tables::rows::Run;
use deadhead::units::{Estimate, Period};

/// A year of runs of every cadence, two in five series with failures.
const SYNCS: Syncs = Syncs { series: 300, planted: 0.4 };
const KINDS: [EpisodeKind; 4] = [EpisodeKind::Failed, EpisodeKind::Partial, EpisodeKind::Empty, EpisodeKind::Overdue];

/// From when an alarm of a series is up, and until when.
type Raised = (NaiveDateTime, NaiveDateTime);

/// A way to watch.
struct Way {
    name: &'static str,
    alarms: Vec<Vec<Raised>>,
}

/// What is found of planted failures of some kinds.
#[derive(Default, Clone)]
struct Found {
    planted: u64,
    seen: u64,
    /// From the onset to the alarm, in cadences.
    delays: Vec<f64>,
}

/// What one way did over all samples.
#[derive(Default, Clone)]
struct Score {
    kinds: [Found; 4],
    false_alarms: u64,
    /// Of them those while people paused by choice.
    in_pauses: u64,
    months: f64,
}

impl Score {
    fn of(&self, kinds: &[EpisodeKind]) -> Found {
        let mut sum = Found::default();
        for (found, _) in self.kinds.iter().zip(KINDS).filter(|(_, kind)| kinds.contains(kind)) {
            sum.planted += found.planted;
            sum.seen += found.seen;
            sum.delays.extend(&found.delays);
        }
        sum
    }

    /// For 100 series-months.
    fn false_rate(&self) -> f64 {
        self.rate(self.false_alarms)
    }

    fn rate(&self, alarms: u64) -> f64 {
        100.0 * f64::from(u32::try_from(alarms).unwrap()) / self.months
    }
}

impl Found {
    fn interval(&self) -> Estimate {
        stats::wilson(self.seen, self.planted).unwrap()
    }

    fn shown(&self) -> String {
        let share = self.interval();
        format!("{:.0} % ({:.0}–{:.0})", 100.0 * share.point, 100.0 * share.low, 100.0 * share.high)
    }

    fn delay(&self) -> String {
        let middle = stats::median(&mut self.delays.clone(), (0.0, f64::INFINITY));
        middle.map_or("–".to_owned(), |middle| format!("{:.1}", middle.point))
    }
}

#[test]
fn silent_failures_are_found_more_often_and_with_fewer_false_alarms_than_by_fixed_rules() {
    let seeds: u64 = std::env::var("SILENCE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let mut scores: Vec<(&str, Score)> = Vec::new();
    // What is a convention in our rule was chosen on the seeds 1 to 4.
    for seed in 101..=100 + seeds {
        let sample = SYNCS.sample(seed);
        for (at, way) in ways(&sample).into_iter().enumerate() {
            if scores.len() <= at {
                scores.push((way.name, Score::default()));
            }
            count(&sample, &way.alarms, &mut scores[at].1);
        }
    }
    print(&scores, seeds);
    let silent = [EpisodeKind::Empty, EpisodeKind::Overdue];
    let (ours, rules) = (&scores[0].1, &scores[1..]);
    for (name, rule) in rules {
        for kinds in [&silent[..], &KINDS] {
            let (found, by_rule) = (ours.of(kinds).interval(), rule.of(kinds).interval());
            assert!(found.low > by_rule.high, "{name}: {found:?} against {by_rule:?} of {kinds:?}");
        }
    }
    // The three together are what sees something of every kind, and the last of them all that sees silence. A rule that hardly ever
    // speaks is hardly ever wrong, so the others are not compared.
    let [.., nothing, together] = rules else { panic!("three rules and all together") };
    for (name, rule) in [nothing, together] {
        assert!(ours.false_rate() < rule.false_rate(), "{name}: {} against {}", ours.false_rate(), rule.false_rate());
    }
    let unprovoked = |score: &Score| score.rate(score.false_alarms - score.in_pauses);
    for (name, rule) in [nothing, together] {
        assert!(2.0 * unprovoked(ours) < unprovoked(rule), "{name}: {} against {}", unprovoked(ours), unprovoked(rule));
    }
}

fn ways(sample: &[SyncSeries]) -> Vec<Way> {
    let by_rule = |rule: fn(&[Run]) -> Vec<Raised>| -> Vec<Vec<Raised>> {
        sample.iter().map(|series| rule(&series.runs)).collect()
    };
    let (half, most, nothing) = (by_rule(half_in_a_day), by_rule(most_in_a_week), by_rule(nothing_for_two_weeks));
    let together = (0..sample.len()).map(|at| [&half[at], &most[at], &nothing[at]].map(Vec::clone).concat()).collect();
    vec![
        Way { name: "ours: sustained episodes", alarms: ours(sample) },
        Way { name: "half of 5 calls or more failed in 24 h", alarms: half },
        Way { name: "95 % of 5 calls or more failed in 7 days", alarms: most },
        Way { name: "no successful run for 14 days", alarms: nothing },
        Way { name: "the three rules together", alarms: together },
    ]
}

/// An alarm that comes while a planted failure lasts, or within one cadence after, is of that failure; every other is false, a
/// second one that rises while another is up apart.
fn count(sample: &[SyncSeries], alarms: &[Vec<Raised>], score: &mut Score) {
    for (series, alarms) in sample.iter().zip(alarms) {
        let is_of = |planted: &PlantedSync, alarm: &Raised| {
            let late = Duration::from_secs_f64(planted.cadence_hours * 3600.0);
            (planted.from..planted.until + late).contains(&alarm.0)
        };
        for planted in &series.planted {
            let kind = KINDS.iter().position(|kind| *kind == planted.kind).unwrap();
            let found = &mut score.kinds[kind];
            found.planted += 1;
            if let Some(first) = alarms.iter().filter(|alarm| is_of(planted, alarm)).map(|alarm| alarm.0).min() {
                found.seen += 1;
                found.delays.push(hours_between(planted.from, first) / planted.cadence_hours);
            }
        }
        let mut wrong: Vec<Raised> = alarms
            .iter()
            .filter(|alarm| !series.planted.iter().any(|planted| is_of(planted, alarm)))
            .copied()
            .collect();
        wrong.sort_unstable();
        let mut up_to = NaiveDateTime::MIN;
        for (from, until) in wrong {
            let is_new = from >= up_to;
            score.false_alarms += u64::from(is_new);
            let in_pause = series.pauses.iter().any(|pause| pause.0 <= from && from < pause.1);
            score.in_pauses += u64::from(is_new && in_pause);
            up_to = up_to.max(until);
        }
        score.months += hours_between(series.from, Syncs::end()) / 730.5;
    }
}

#[expect(clippy::print_stdout, reason = "the table of the comparison")]
fn print(scores: &[(&str, Score)], seeds: u64) {
    println!("\n{seeds} seeds, {} series each, {:.0} series-months", SYNCS.series, scores[0].1.months);
    println!(
        "| way | failed | partial | empty | overdue | empty and overdue | all | false alarms | of them in pauses | delay |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (name, score) in scores {
        let of = |kinds: &[EpisodeKind]| score.of(kinds).shown();
        let single = KINDS.map(|kind| of(&[kind])).join(" | ");
        let silent = of(&[EpisodeKind::Empty, EpisodeKind::Overdue]);
        let (rate, paused) = (score.false_rate(), score.rate(score.in_pauses));
        let delay = score.of(&KINDS).delay();
        println!("| {name} | {single} | {silent} | {} | {rate:.1} | {paused:.1} | {delay} |", of(&KINDS));
    }
}

/// Through the public entry of the room.
fn ours(sample: &[SyncSeries]) -> Vec<Vec<Raised>> {
    let id = |series: usize| format!("a{series:05}");
    let runs: Vec<Run> = sample
        .iter()
        .enumerate()
        .flat_map(|(number, series)| {
            series.runs.iter().map(move |run| Run {
                capability: Some("sync".into()),
                account_id: Some(id(number)),
                ..run.clone()
            })
        })
        .collect();
    let mut raised = vec![Vec::new(); sample.len()];
    look(&runs, |evidence, settings| {
        for alarm in integrations::alarms(evidence, &settings.reliability) {
            let number: usize = alarm.account.unwrap()[1..].parse().unwrap();
            let until = alarm.episode.ended.map_or(Syncs::end(), |ended| ended.latest);
            raised[number].push((alarm.at, until.max(alarm.at)));
        }
    });
    raised
}

fn look(runs: &[Run], look: impl FnOnce(Evidence, &Settings)) {
    let settings = config::parse("").unwrap();
    let period: Period = "2026".parse().unwrap();
    let spans = Spans { previous: period.previous(), period, as_of: "2026-12-31".parse().unwrap() };
    let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Integration };
    let mut findings = Findings::default();
    let catalogue = Catalogue::build(&[], &[], &own, ["sync"].into_iter(), &mut findings);
    let (rollup, ledger) = (Rollup::default(), Ledger::default());
    let evidence = metrics::Evidence {
        catalogue: &catalogue,
        rollup: &rollup,
        ledger: &ledger,
        tickets: &[],
        incidents: None,
        runs: Some(runs),
        sources: CostSources::default(),
        accounts: &[],
        commitments: &[],
        usage_totals: &[],
        base_totals: &[],
        signs: Signs::default(),
        spans: &spans,
    };
    let shape = MetricSettings {
        adoption: &settings.adoption,
        overlap: &settings.overlap,
        cost: &settings.cost,
        co_use_from: 0.5,
        rare_below: settings.rule.rare_below,
        seed: settings.seed,
    };
    let facts = metrics::measure(evidence, shape, &mut findings);
    let evidence = Evidence {
        catalogue: &catalogue,
        rollup: &rollup,
        ledger: &ledger,
        facts: &facts,
        accounts: &[],
        tickets: &[],
        work_items: &[],
        incidents: None,
        runs: Some(runs),
        api_changes: None,
        spans: &spans,
    };
    look(evidence, &settings);
}

/// Looked at after every call.
fn half_in_a_day(runs: &[Run]) -> Vec<Raised> {
    failed_share(runs, TimeDelta::hours(24), 0.5)
}

/// The rule as published names no least number of calls; without one a single failure of a weekly sync would be 100 %.
fn most_in_a_week(runs: &[Run]) -> Vec<Raised> {
    failed_share(runs, TimeDelta::days(7), 0.95)
}

fn failed_share(runs: &[Run], within: TimeDelta, share: f64) -> Vec<Raised> {
    let (mut raised, mut up) = (Vec::new(), None);
    let (mut from, mut failed) = (0, 0_u32);
    let is_failed = |run: &Run| u32::from(run.status.as_deref() == Some("failed"));
    for (at, run) in runs.iter().enumerate() {
        failed += is_failed(run);
        while started(&runs[from]) <= started(run) - within {
            failed -= is_failed(&runs[from]);
            from += 1;
        }
        let calls = u32::try_from(at + 1 - from).unwrap();
        let is_up = calls >= 5 && f64::from(failed) >= share * f64::from(calls);
        match (is_up, up) {
            (true, None) => up = run.ended_at,
            (false, Some(since)) => {
                raised.push((since, started(run)));
                up = None;
            }
            _ => {}
        }
    }
    raised.extend(up.map(|since| (since, Syncs::end())));
    raised
}

/// From the last run that ended well, or from the first run.
fn nothing_for_two_weeks(runs: &[Run]) -> Vec<Raised> {
    let patience = TimeDelta::days(14);
    let mut raised = Vec::new();
    let Some(mut last) = runs.first().map(started) else { return raised };
    let ok = runs.iter().filter(|run| run.status.as_deref() == Some("ok")).map(started);
    for next in ok.chain([Syncs::end()]) {
        if next - last > patience {
            raised.push((last + patience, next));
        }
        last = next;
    }
    raised
}

fn started(run: &Run) -> NaiveDateTime {
    run.started_at.unwrap()
}
