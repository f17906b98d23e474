//! One question put to the texts, such as "which capability?": trained, measured on what was held back, answered.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::calibration::{Calibration, Judged, threshold};
use super::model::{EFFORT, Example, Model, STRENGTH, Single};
use super::{Measured, Refusal, Share};
use crate::config::TriageSettings;

/// The distinct texts, in the order of their digests.
#[derive(Debug)]
pub(super) struct Texts {
    /// TF-IDF.
    pub(super) rows: Vec<Single>,
    /// Words that are told apart.
    pub(super) features: usize,
    /// The fold of every text.
    pub(super) folds: Vec<u64>,
}

/// What is known and what is asked, by text.
#[derive(Debug)]
pub(super) struct Question {
    /// Contacts by label.
    pub(super) known: Vec<BTreeMap<usize, u64>>,
    /// Contacts without a label.
    pub(super) asked: Vec<u64>,
}

/// What came of a question.
#[derive(Debug)]
pub(super) struct Answered {
    /// How well it went.
    pub(super) measured: Measured,
    /// Label and confidence by text; `None` when there is nothing to ask or no answer.
    pub(super) answers: Vec<Option<(usize, f64)>>,
}

/// An answer of a model to a text.
#[derive(Debug, Clone, Copy)]
struct Answer {
    text: usize,
    class: usize,
    score: f64,
}

/// Trains, measures and answers.
///
/// The measure is nested. For every fold k a model of all other folds answers k, and the threshold that it must reach is
/// chosen on answers of models that have seen neither k nor the fold they answer; the model without folds j and k serves
/// both ways round. The proposals must reach the median of these thresholds, so that what was measured is what is done: a threshold
/// chosen anew on all answers would rest on more of them, lie lower and give a lower precision than the one measured.
pub(super) fn answer(texts: &Texts, question: &Question, settings: &TriageSettings) -> Result<Answered, Refusal> {
    let task = Task::new(texts, question, settings)?;
    let folds = u64::from(settings.folds);
    let pairs = (0..folds).flat_map(|a| (a + 1..folds).map(move |b| vec![a, b]));
    let jobs: Vec<Vec<u64>> = pairs.chain((0..folds).map(|fold| vec![fold])).chain([Vec::new()]).collect();
    let results = in_parallel(&jobs, |held_back| task.answers_without(held_back));
    let without = |count: usize| jobs.iter().zip(&results).filter(move |(held_back, _)| held_back.len() == count);

    let (mut precision, mut coverage) = (Share::default(), Share::default());
    let mut thresholds = Vec::new();
    for (held_back, answers) in without(1) {
        let inner = without(2).filter(|(pair, _)| pair.contains(&held_back[0])).flat_map(|(_, answers)| answers);
        let inner = inner.filter(|answer| texts.folds[answer.text] != held_back[0]).map(|answer| task.judge(answer));
        let least = threshold(inner.collect(), settings.precision);
        thresholds.push(least.unwrap_or(f64::INFINITY));
        for judged in answers.iter().map(|answer| task.judge(answer)) {
            let is_answered = least.is_some_and(|least| judged.score >= least);
            coverage.count(if is_answered { judged.contacts } else { 0 }, judged.contacts);
            if is_answered {
                precision.count(judged.right, judged.contacts);
            }
        }
    }
    let precision = precision.estimate();
    let holds = precision.is_some_and(|precision| precision.point >= settings.precision);
    thresholds.sort_by(f64::total_cmp);
    let median = thresholds.get(thresholds.len() / 2).copied();
    let threshold = median.filter(|least| holds && least.is_finite());
    let held_back = without(1).flat_map(|(_, answers)| answers).map(|answer| task.judge(answer));
    let calibration = Calibration::of(held_back.collect());
    let mut answers = vec![None; texts.rows.len()];
    for answer in without(0).flat_map(|(_, answers)| answers) {
        if threshold.is_some_and(|least| answer.score >= least) {
            answers[answer.text] = Some((task.kept[answer.class], calibration.confidence(answer.score)));
        }
    }
    let proposed = answers.iter().zip(&question.asked).filter(|(answer, _)| answer.is_some()).map(|(_, asked)| asked);
    let measured = Measured {
        precision,
        coverage: coverage.estimate().ok_or(Refusal::TooFewLabelled)?,
        threshold,
        proposed: proposed.sum(),
        ..task.described()?
    };
    Ok(Answered { measured, answers })
}

/// Numbers that a model may hold for its examples, one for every text and class: 80 MB. Of more texts it learns from the first by
/// digest, which are as good as drawn by lot; all are still answered.
const MOST_CELLS: usize = 20_000_000;

/// A question with the classes that have enough examples.
struct Task<'a> {
    texts: &'a Texts,
    question: &'a Question,
    /// The label of every class, ascending.
    kept: Vec<usize>,
    /// Classes of every text with the part of each; empty where none is kept.
    targets: Vec<Vec<(usize, f32)>>,
}

impl<'a> Task<'a> {
    fn new(texts: &'a Texts, question: &'a Question, settings: &TriageSettings) -> Result<Self, Refusal> {
        let labelled = question.known.iter().filter(|labels| !labels.is_empty()).count();
        if labelled < settings.min_labelled as usize {
            return Err(Refusal::TooFewLabelled);
        }
        let mut examples: BTreeMap<usize, usize> = BTreeMap::new();
        question.known.iter().flat_map(BTreeMap::keys).for_each(|&label| *examples.entry(label).or_default() += 1);
        examples.retain(|_, &mut count| count >= settings.min_examples as usize);
        let kept: Vec<usize> = examples.into_keys().collect();
        if kept.len() < 2 {
            return Err(Refusal::TooFewClasses);
        }
        let targets = question.known.iter().map(|labels| target(labels, &kept)).collect();
        Ok(Self { texts, question, kept, targets })
    }

    /// A model of what is not held back, and its answers to the labelled texts that are; with nothing held back, to the
    /// texts that are asked about.
    fn answers_without(&self, held_back: &[u64]) -> Vec<Answer> {
        let is_held_back = |text: usize| held_back.contains(&self.texts.folds[text]);
        let (all, classes) = (0..self.texts.rows.len(), self.kept.len());
        let examples: Vec<Example<'_>> = all
            .clone()
            .filter(|&text| !self.targets[text].is_empty() && !is_held_back(text))
            .map(|text| Example { row: &self.texts.rows[text], target: &self.targets[text] })
            .collect();
        let examples = &examples[..examples.len().min(MOST_CELLS / classes)];
        let model = Model::train(examples, (self.texts.features, classes), STRENGTH, EFFORT);
        let is_put = |text: usize| {
            if held_back.is_empty() {
                self.question.asked[text] > 0
            } else {
                is_held_back(text) && !self.question.known[text].is_empty()
            }
        };
        let mut room = vec![0.0; classes];
        let mut put = |text: usize| {
            let (class, score) = model.best(&self.texts.rows[text], &mut room);
            Answer { text, class, score }
        };
        all.filter(|&text| is_put(text)).map(&mut put).collect()
    }

    /// Contacts of classes that are left out count: to them every answer is wrong.
    fn judge(&self, answer: &Answer) -> Judged {
        let labels = &self.question.known[answer.text];
        let right = labels.get(&self.kept[answer.class]).copied().unwrap_or(0);
        Judged { score: answer.score, contacts: labels.values().sum(), right }
    }

    /// What there is to learn from, before anything is learnt.
    fn described(&self) -> Result<Measured, Refusal> {
        let mut by_label: BTreeMap<usize, u64> = BTreeMap::new();
        for (&label, &contacts) in self.question.known.iter().flatten() {
            *by_label.entry(label).or_default() += contacts;
        }
        let most = by_label.iter().max_by_key(|&(&label, &contacts)| (contacts, std::cmp::Reverse(label)));
        let most = most.map(|(&label, _)| label).ok_or(Refusal::TooFewLabelled)?;
        let mut most_frequent = Share::default();
        for labels in self.question.known.iter().filter(|labels| !labels.is_empty()) {
            most_frequent.count(labels.get(&most).copied().unwrap_or(0), labels.values().sum());
        }
        let most_frequent = most_frequent.estimate().ok_or(Refusal::TooFewLabelled)?;
        let left_out = by_label.iter().filter(|(label, _)| self.kept.binary_search(label).is_err());
        Ok(Measured {
            precision: None,
            coverage: most_frequent,
            threshold: None,
            most_frequent,
            labelled: by_label.values().sum(),
            texts: self.question.known.iter().filter(|labels| !labels.is_empty()).count() as u64,
            classes: self.kept.len(),
            left_out_classes: left_out.clone().count(),
            left_out_contacts: left_out.map(|(_, &contacts)| contacts).sum(),
            asked: self.question.asked.iter().sum(),
            proposed: 0,
        })
    }
}

/// The parts of the kept labels among the contacts of one text: a template counts as much as any other text, however often it came.
#[expect(clippy::cast_precision_loss, reason = "parts need no more digits than the weights they are learnt with")]
fn target(labels: &BTreeMap<usize, u64>, kept: &[usize]) -> Vec<(usize, f32)> {
    let classes =
        labels.iter().filter_map(|(label, &contacts)| Some((kept.binary_search(label).ok()?, contacts as f32)));
    let total: f32 = classes.clone().map(|(_, contacts)| contacts).sum();
    classes.map(|(class, contacts)| (class, contacts / total)).collect()
}

/// Models that are trained at once: each holds a number for every text and class.
const MOST_AT_ONCE: usize = 4;

/// The results of all jobs in the order of the jobs. Which thread did which does not show.
fn in_parallel<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take_part = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number) else { return done };
            done.push((number, work(job)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_AT_ONCE);
    let mut done = thread::scope(|scope| {
        // A thread that cannot be had is not missed: this one does what is left.
        let others: Vec<_> =
            (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, take_part).ok()).collect();
        let mut done = take_part();
        for other in others {
            done.extend(other.join().expect("work does not panic"));
        }
        done
    });
    done.sort_unstable_by_key(|&(number, _)| number);
    done.into_iter().map(|(_, result)| result).collect()
}
