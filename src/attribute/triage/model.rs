//! Multinomial logistic regression on sparse rows, without an intercept:
//!
//! minimise ½‖W‖² + C Σᵢ −Σₖ tᵢₖ ln pᵢₖ with pᵢ = softmax(W xᵢ),
//!
//! by ascent of the dual (Yu, Huang & Lin 2011, Mach. Learn. 85, 41–75), one example at a time. The dual variable of an
//! example is a distribution qᵢ over the classes, and W = C Σᵢ (tᵢ − qᵢ) xᵢᵀ throughout; at the optimum qᵢ = pᵢ. A step
//! moves qᵢ towards pᵢ. No step size is to be chosen, no line is searched, and a few passes are enough.
//!
//! Single precision: the weights of thirty thousand words for hundreds of classes pass through the processor millions of times, and
//! double precision takes twice as long for the same answers.

use super::features::Row;

/// A text in single precision: number of the word and its weight.
pub(super) type Single = Vec<(u32, f32)>;

/// The text as the model takes it.
pub(super) fn single(row: &Row) -> Single {
    row.iter().map(|&(word, weight)| (word, narrow(weight))).collect()
}

/// The nearest number of single precision.
#[expect(clippy::cast_possible_truncation, reason = "weights and parts lie within 0–1")]
fn narrow(number: f64) -> f32 {
    number as f32
}

/// C, the weight of the examples against the smallness of the weights. Ten serves short texts of unit length in a few
/// hundred classes; what the model believes too firmly or too little is put right by the calibration on held-back data.
pub(super) const STRENGTH: f32 = 10.0;

/// How far the model is trained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Passes over the examples at most.
    pub(super) passes: usize,
    /// A pass in which the mean total variation between qᵢ and pᵢ is below this is the last; 0–1.
    pub(super) close_enough: f64,
}

/// Effort of the report. From the fifth pass on, held-back accuracy and the share that can be answered no longer move.
pub(super) const EFFORT: Effort = Effort { passes: 6, close_enough: 0.01 };

/// A text and what it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Example<'a> {
    /// The text.
    pub(super) row: &'a Single,
    /// Class and part, the parts summing to 1: a template that came under two labels has both.
    pub(super) target: &'a [(usize, f32)],
}

/// Weights of every class for every feature.
#[derive(Debug, Clone)]
pub(super) struct Model {
    classes: usize,
    /// By feature, then class, so that a feature's weights lie side by side.
    weights: Vec<f32>,
}

impl Model {
    /// Trains on the examples in their order, which must not be that of the classes.
    pub(super) fn train(
        examples: &[Example<'_>],
        (features, classes): (usize, usize),
        strength: f32,
        effort: Effort,
    ) -> Self {
        let mut model = Self { classes, weights: vec![0.0; features * classes] };
        let mut duals = vec![0.0; examples.len() * classes];
        let (mut believed, mut step) = (vec![0.0; classes], vec![0.0; classes]);
        for (example, dual) in examples.iter().zip(duals.chunks_exact_mut(classes.max(1))) {
            begin(dual, example.target);
            step.copy_from_slice(dual);
            for &(class, part) in example.target {
                step[class] -= part;
            }
            model.add(example.row, &step, -strength);
        }
        for _ in 0..effort.passes {
            let mut apart = 0.0;
            for (example, dual) in examples.iter().zip(duals.chunks_exact_mut(classes.max(1))) {
                model.probabilities(example.row, &mut believed);
                let squared: f32 = example.row.iter().map(|&(_, value)| value * value).sum();
                apart += toward(dual, &believed, strength * squared, &mut step);
                model.add(example.row, &step, -strength);
            }
            #[expect(clippy::cast_precision_loss, reason = "examples lie far below 2^53")]
            if apart <= effort.close_enough * examples.len() as f64 {
                break;
            }
        }
        model
    }

    /// The likeliest class and its probability, 0–1; of equally likely ones the first. `believed` is room for one number a class.
    pub(super) fn best(&self, row: &Single, believed: &mut [f32]) -> (usize, f64) {
        self.probabilities(row, believed);
        let first_highest = |best: (usize, f32), next: (usize, f32)| if next.1 > best.1 { next } else { best };
        let (class, probability) = believed.iter().copied().enumerate().fold((0, 0.0), first_highest);
        (class, f64::from(probability))
    }

    /// softmax(W x), one number a class.
    pub(super) fn probabilities(&self, row: &Single, into: &mut [f32]) {
        into.fill(0.0);
        for &(feature, value) in row {
            let weights = &self.weights[feature as usize * self.classes..][..self.classes];
            for (sum, weight) in into.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        let highest = into.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut total = 0.0;
        for sum in into.iter_mut() {
            *sum = (*sum - highest).exp();
            total += *sum;
        }
        for sum in into.iter_mut() {
            *sum /= total;
        }
    }

    /// W += factor · step xᵀ.
    fn add(&mut self, row: &Single, step: &[f32], factor: f32) {
        for &(feature, value) in row {
            let weights = &mut self.weights[feature as usize * self.classes..][..self.classes];
            let factor = factor * value;
            for (weight, step) in weights.iter_mut().zip(step) {
                *weight += factor * step;
            }
        }
    }
}

/// Mass that every example begins with spread over all classes: the target itself lies on the edge, where a logarithm
/// has no end.
const SPREAD: f32 = 0.01;

fn begin(dual: &mut [f32], target: &[(usize, f32)]) {
    #[expect(clippy::cast_precision_loss, reason = "classes lie far below 2^24")]
    let even = SPREAD / dual.len() as f32;
    dual.fill(even);
    for &(class, part) in target {
        dual[class] += (1.0 - SPREAD) * part;
    }
}

/// Moves q by s (p − q) and gives the total variation between the two before. The step made is left in `step`.
///
/// Along d = p − q the dual falls by s J at first, J = Σ dₖ (ln pₖ − ln qₖ), and its quadratic part costs ½ s² C‖x‖² ‖d‖².
/// With the entropy's slope taken to end evenly at s = 1, where it is zero, the best s is J / (J + C‖x‖² ‖d‖²).
fn toward(q: &mut [f32], p: &[f32], strength: f32, step: &mut [f32]) -> f64 {
    let (mut slope, mut squared, mut apart) = (0.0, 0.0, 0.0);
    for ((step, &q), &p) in step.iter_mut().zip(&*q).zip(p) {
        let d = p - q;
        *step = d;
        slope += d * (p.max(f32::MIN_POSITIVE) / q.max(f32::MIN_POSITIVE)).ln();
        squared += d * d;
        apart += d.abs();
    }
    let s = if squared > 0.0 { slope / (slope + strength * squared) } else { 0.0 };
    for (q, step) in q.iter_mut().zip(step.iter_mut()) {
        *step *= s;
        *q += *step;
    }
    f64::from(apart / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::features::tests::{CORPUS, texts};
    use super::super::features::tf_idf;
    use super::*;

    const TO_THE_END: Effort = Effort { passes: 2_000, close_enough: 1e-8 };

    /// `LogisticRegression(C=10, fit_intercept=False, tol=1e-14).predict_proba` of the texts it was trained on, scikit-learn 1.9.1.
    /// Its own solvers `lbfgs` and `newton-cg` differ by 2e-8.
    #[test]
    fn agrees_with_scikit_learn() {
        let (rows, features) = tf_idf(&texts(&CORPUS));
        let rows: Vec<Single> = rows.iter().map(single).collect();
        let targets = [0, 0, 1, 1, 2, 2, 0, 1].map(|class| [(class, 1.0)]);
        let examples: Vec<Example<'_>> =
            rows.iter().zip(&targets).map(|(row, target)| Example { row, target }).collect();
        let model = Model::train(&examples, (features, 3), 10.0, TO_THE_END);
        let mut believed = [0.0_f32; 3];
        for (row, expected) in rows.iter().zip(SCIKIT_LEARN) {
            model.probabilities(row, &mut believed);
            for (is, ought) in believed.iter().zip(expected) {
                assert!((f64::from(*is) - ought).abs() < 1e-6, "{believed:?} {expected:?}");
            }
        }
    }

    const SCIKIT_LEARN: [[f64; 3]; 8] = [
        [0.920_254_537_336_322_5, 0.047_697_077_482_016, 0.032_048_385_181_661_4],
        [0.892_186_866_180_466, 0.073_723_912_909_257_48, 0.034_089_220_910_276_476],
        [0.055_110_267_625_874_274, 0.899_523_109_810_476_8, 0.045_366_622_563_649_02],
        [0.034_763_694_805_203_776, 0.925_201_823_573_329_1, 0.040_034_481_621_467_145],
        [0.061_737_023_935_082_46, 0.047_460_708_559_934_735, 0.890_802_267_504_982_9],
        [0.061_737_023_935_082_46, 0.047_460_708_559_934_735, 0.890_802_267_504_982_9],
        [0.885_294_587_027_480_2, 0.030_714_979_380_561_485, 0.083_990_433_591_958_32],
        [0.082_905_375_952_663_77, 0.861_412_440_108_784, 0.055_682_183_938_552_2],
    ];

    /// Two texts without a common word, one in each of two classes. W = C (t − q) xᵀ gives the first a lead of 2 C a, where a is what
    /// it leaves to the other class, so a = 1 / (1 + exp(2 C a)).
    #[test]
    fn by_hand() {
        let (rows, targets) = ([vec![(0, 1.0)], vec![(1, 1.0)]], [[(0, 1.0)], [(1, 1.0)]]);
        let examples: Vec<Example<'_>> =
            rows.iter().zip(&targets).map(|(row, target)| Example { row, target }).collect();
        let model = Model::train(&examples, (2, 2), 10.0, TO_THE_END);
        let mut believed = [0.0; 2];
        let (class, score) = model.best(&rows[1], &mut believed);
        let a = 1.0 - score;
        assert_eq!(class, 1);
        assert!((a - 1.0 / (1.0 + (20.0 * a).exp())).abs() < 1e-6, "{a}");
    }

    /// One text under two labels: the optimum shrinks its parts towards each other and keeps their order.
    #[test]
    fn a_text_under_two_labels() {
        let (row, target) = (vec![(0, 1.0)], [(0, 0.75), (1, 0.25)]);
        let model = Model::train(&[Example { row: &row, target: &target }], (1, 2), 1e6, TO_THE_END);
        let mut believed = [0.0; 2];
        model.probabilities(&row, &mut believed);
        assert!((believed[0] - 0.75).abs() < 1e-5, "{believed:?}");
    }

    #[test]
    fn of_nothing_everything_is_as_likely() {
        let model = Model::train(&[], (3, 4), STRENGTH, EFFORT);
        assert_eq!(model.best(&vec![(1, 1.0)], &mut [0.0; 4]), (0, 0.25));
        assert_eq!(model.best(&vec![], &mut [0.0; 4]), (0, 0.25));
    }
}
