//! Triage of unlabelled support contacts: which capability, priority and layer they belong to, learnt from the labelled ones.
//!
//! Takes texts and labels; gives proposals, each with its confidence, and what they are worth, measured on texts that were held
//! back. Refuses to answer where the precision asked for cannot be shown. Nothing leaves the machine.
//!
//! Words come from `unicode-segmentation`; features and model are ours, because the learning libraries do not serve:
//! linfa-logistic 0.8, linfa-bayes 0.8 and smartcore 0.7 take dense matrices only (fifty thousand texts times twenty thousand
//! words are 8 GB), and the bindings of liblinear need a C++ compiler.

mod calibration;
mod features;
mod measure;
mod model;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{TriageSettings, TriageUse};
use crate::stats;
use crate::units::{Definition, Estimate, definition};

use measure::{Answered, Question, Texts};

definition! {
    /// Contacts without a label get a capability, a priority and a layer from a text model that runs on this machine: logistic
    /// regression over the words of subject and body (TF-IDF), trained on the labelled contacts. It answers only where its
    /// confidence is high enough, and else abstains. Precision is the share of right answers among those given, 0–1.
    ///
    /// It is measured by nested cross-validation. The labelled texts are put into `triage.folds` parts by a digest of their words,
    /// so that copies of one text never lie on both sides. A model of the other parts answers each part, above a threshold that
    /// was chosen without that part: the lowest at which the lower end of the 95 % interval of precision is at least
    /// `triage.precision`. So no answer that is counted had a say in the model or in the threshold. Proposals must reach the median
    /// of these thresholds. The interval is Wilson's, 95 %, with copies of one text counted as one observation (Kish's effective
    /// sample size, n = (Σm)² / Σm² for texts that came m times).
    ///
    /// Contacts of capabilities with fewer than `triage.min_examples` labelled texts are not learnt, and every answer to
    /// them counts as wrong. When the precision cannot be reached nothing is proposed. Read it beside the precision of always
    /// giving the most frequent answer.
    ///
    /// The interval takes the answers as independent, although the models of the parts have learnt from common texts. The measure
    /// holds for contacts like the labelled ones. Where only certain contacts are labelled, the others may be of another
    /// kind: compare the share answered among both.
    pub TRIAGE_PRECISION, "triage_precision", "Precision of triage"
}

definition! {
    /// The share of contacts to which triage gives an answer, measured on the labelled ones by the same nested
    /// cross-validation as its precision, 0–1, with Wilson's interval, 95 %. The rest is left unattributed: abstaining is an answer.
    pub TRIAGE_COVERAGE, "triage_coverage", "Coverage of triage"
}

definition! {
    /// How often answers with about the same score were right, 0–1: the scores of held-back contacts in steps of at least fifty,
    /// (right + 1) / (contacts + 2) in each, made nowhere falling by isotonic regression (Ayer et al. 1955). A model's own
    /// probability is not used, because it is trained to be sure.
    ///
    /// Single answers may lie below `triage.precision`, which holds for all answers together.
    pub TRIAGE_CONFIDENCE, "triage_confidence", "Confidence of a proposal"
}

/// What is measured of triage, in the order of the methodology page.
pub const TRIAGE_DEFINITIONS: &[Definition] = &[TRIAGE_PRECISION, TRIAGE_COVERAGE, TRIAGE_CONFIDENCE];

/// A support contact.
#[derive(Debug, Clone, Copy)]
pub struct Contact<'a> {
    /// Subject and body, with a line break between.
    pub text: &'a str,
    /// Index of the capability; `None`: not known, so it is asked for.
    pub capability: Option<usize>,
    /// Priority as the tickets spell it; `None`: not known.
    pub priority: Option<&'a str>,
    /// Layer as the tickets spell it; `None`: not known.
    pub layer: Option<&'a str>,
}

/// What triage proposes, and what that is worth.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Triage {
    /// In the order of the contacts; only those to which something is proposed.
    pub proposals: Vec<Proposal>,
    /// How capabilities went; `None` when there was no model.
    pub capability: Option<Measured>,
    /// How priorities went; `None` when there was no model.
    pub priority: Option<Measured>,
    /// How layers went; `None` when there was no model.
    pub layer: Option<Measured>,
    /// Contacts without a capability that have words and get no proposal.
    pub abstained: u64,
    /// Contacts without a capability and without any word.
    pub without_text: u64,
    /// Why no capability is proposed at all; `None` when some may be.
    pub refused: Option<Refusal>,
}

/// What is proposed for one contact: nothing that it already says.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Index of the contact.
    pub contact: usize,
    /// Index of the capability and the confidence, 0–1; `None`: known or abstained.
    pub capability: Option<(usize, f64)>,
    /// Priority and the confidence, 0–1; `None`: known or abstained.
    pub priority: Option<(String, f64)>,
    /// Layer and the confidence, 0–1; `None`: known or abstained.
    pub layer: Option<(String, f64)>,
}

/// How well one question is answered, measured on labelled contacts that were held back.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// See [`TRIAGE_PRECISION`]; `n` counts answered contacts. `None` when none was answered.
    pub precision: Option<Estimate>,
    /// See [`TRIAGE_COVERAGE`]; `n` counts labelled contacts.
    pub coverage: Estimate,
    /// The model's score from which on it answers, 0–1; `None` when the precision cannot be reached, so nothing is proposed.
    pub threshold: Option<f64>,
    /// Precision of always giving the most frequent label, at full coverage.
    pub most_frequent: Estimate,
    /// Contacts with words and a label.
    pub labelled: u64,
    /// Different texts among them.
    pub texts: u64,
    /// Labels that are learnt.
    pub classes: usize,
    /// Labels with too few texts to learn.
    pub left_out_classes: usize,
    /// Labelled contacts that bear one of those.
    pub left_out_contacts: u64,
    /// Contacts with words and without a label.
    pub asked: u64,
    /// Those of them that get a proposal. Over `asked`, far from the coverage: they are of another kind than the labelled ones.
    pub proposed: u64,
}

/// Why nothing is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Switched off by `triage.use`.
    Off,
    /// Fewer different labelled texts than `triage.min_labelled`.
    TooFewLabelled,
    /// Fewer than two labels with `triage.min_examples` texts.
    TooFewClasses,
    /// No score at which the precision asked for holds.
    PrecisionNotReached,
}

impl Refusal {
    /// The reason as the end of a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "`triage.use` is `off`",
            Self::TooFewLabelled => "fewer labelled texts than `triage.min_labelled`",
            Self::TooFewClasses => "fewer than two labels with `triage.min_examples` texts each",
            Self::PrecisionNotReached => "the precision of `triage.precision` holds at no confidence",
        }
    }
}

/// Proposes capability, priority and layer for the contacts that lack them.
///
/// The result hangs on the contacts alone and not on their order: texts are taken in the order of their digests.
#[must_use]
pub fn triage(contacts: &[Contact<'_>], settings: &TriageSettings) -> Triage {
    if settings.mode == TriageUse::Off {
        return Triage { refused: Some(Refusal::Off), ..Triage::default() };
    }
    let (texts, text_of) = distinct(contacts, u64::from(settings.folds));
    let answered = |label: &dyn Fn(&Contact<'_>) -> Option<usize>| {
        measure::answer(&texts, &question(contacts, &text_of, texts.rows.len(), label), settings)
    };
    let (priorities, layers) = (Words::of(contacts, |c| c.priority), Words::of(contacts, |c| c.layer));
    let capability = answered(&|contact| contact.capability);
    let priority = answered(&|contact| priorities.number(contact.priority)).ok();
    let layer = answered(&|contact| layers.number(contact.layer)).ok();

    let found = |answered: Option<&Answered>, contact: usize| answered?.answers[text_of[contact]?];
    let (mut proposals, mut abstained, mut without_text) = (Vec::new(), 0, 0);
    for (index, contact) in contacts.iter().enumerate() {
        let proposal = Proposal {
            contact: index,
            capability: found(capability.as_ref().ok(), index).filter(|_| contact.capability.is_none()),
            priority: priorities.spelt(found(priority.as_ref(), index).filter(|_| contact.priority.is_none())),
            layer: layers.spelt(found(layer.as_ref(), index).filter(|_| contact.layer.is_none())),
        };
        if contact.capability.is_none() {
            without_text += u64::from(text_of[index].is_none());
            abstained += u64::from(text_of[index].is_some() && proposal.capability.is_none());
        }
        if proposal.capability.is_some() || proposal.priority.is_some() || proposal.layer.is_some() {
            proposals.push(proposal);
        }
    }
    let refused = match &capability {
        Ok(answered) => answered.measured.threshold.is_none().then_some(Refusal::PrecisionNotReached),
        Err(refusal) => Some(*refusal),
    };
    let measured = |answered: Answered| answered.measured;
    let (priority, layer) = (priority.map(measured), layer.map(measured));
    Triage { proposals, capability: capability.ok().map(measured), priority, layer, abstained, without_text, refused }
}

/// The distinct texts in the order of their digests, and the text of every contact; `None` where it has no words.
fn distinct(contacts: &[Contact<'_>], folds: u64) -> (Texts, Vec<Option<usize>>) {
    let mut by_digest: BTreeMap<[u8; 32], Vec<String>> = BTreeMap::new();
    let mut digests = Vec::with_capacity(contacts.len());
    for contact in contacts {
        let words = text::words(contact.text);
        let digest = *blake3::hash(words.join(" ").as_bytes()).as_bytes();
        digests.push((!words.is_empty()).then_some(digest));
        if !words.is_empty() {
            by_digest.entry(digest).or_insert(words);
        }
    }
    let (keys, words): (Vec<[u8; 32]>, Vec<Vec<String>>) = by_digest.into_iter().unzip();
    let text_of = digests.iter().map(|digest| keys.binary_search(digest.as_ref()?).ok()).collect();
    let (rows, features) = features::tf_idf(&words);
    // The last bytes: the texts are trained in the order of the first, and a fold is to be no stretch of it.
    let fold =
        |digest: &[u8; 32]| digest[24..].iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)) % folds.max(1);
    let rows = rows.iter().map(model::single).collect();
    (Texts { rows, features, folds: keys.iter().map(fold).collect() }, text_of)
}

fn question(
    contacts: &[Contact<'_>],
    text_of: &[Option<usize>],
    texts: usize,
    label: &dyn Fn(&Contact<'_>) -> Option<usize>,
) -> Question {
    let mut question = Question { known: vec![BTreeMap::new(); texts], asked: vec![0; texts] };
    for (contact, text) in contacts.iter().zip(text_of) {
        match (text, label(contact)) {
            (Some(text), Some(label)) => *question.known[*text].entry(label).or_default() += 1,
            (Some(text), None) => question.asked[*text] += 1,
            (None, _) => {}
        }
    }
    question
}

/// Labels that are words, numbered in their order.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn of(contacts: &[Contact<'a>], word: impl Fn(&Contact<'a>) -> Option<&'a str>) -> Self {
        Self(contacts.iter().filter_map(word).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn number(&self, word: Option<&str>) -> Option<usize> {
        self.0.binary_search(&word?).ok()
    }

    fn spelt(&self, found: Option<(usize, f64)>) -> Option<(String, f64)> {
        found.map(|(number, confidence)| (self.0[number].to_owned(), confidence))
    }
}

/// A share of contacts that come in texts: copies of one text are one observation.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    hits: u64,
    contacts: u64,
    squares: u128,
}

impl Share {
    /// Adds a text that came with so many contacts, of which so many hit.
    fn count(&mut self, hits: u64, contacts: u64) {
        self.hits += hits;
        self.contacts += contacts;
        self.squares += u128::from(contacts) * u128::from(contacts);
    }

    /// The share of hits with Wilson's interval, 95 %, for Kish's effective number of observations (Σm)² / Σm², rounded.
    /// `None` without contacts.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "contacts lie far below 2^53, and shares of them are no less than 0"
    )]
    fn estimate(&self) -> Option<Estimate> {
        if self.contacts == 0 {
            return None;
        }
        let point = self.hits as f64 / self.contacts as f64;
        let effective = (self.contacts as f64 / self.squares as f64 * self.contacts as f64).round();
        let interval = stats::wilson((point * effective).round() as u64, effective as u64)?;
        let (low, high) = (interval.low.min(point), interval.high.max(point));
        Some(Estimate { point, low, high, n: self.contacts })
    }
}
