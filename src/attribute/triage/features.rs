//! Words as numbers: TF-IDF (Salton & Buckley 1988, Inf. Process. Manag. 24, 513–523) of texts, sparse.

use std::collections::BTreeMap;

/// A text: number of the word and its weight, by ascending number.
pub(super) type Row = Vec<(u32, f64)>;

/// Words that are told apart at most; the more frequent ones go first. It bounds the weights of the model.
const MOST_FEATURES: usize = 30_000;

/// Texts in which a word must occur: what occurs in one only cannot say anything of another.
const FEWEST_TEXTS: usize = 2;

/// The weights of all texts, and how many words are told apart.
///
/// A word's weight in a text is (1 + ln tf) · idf, tf its number there, idf = ln((1 + n) / (1 + df)) + 1 with n texts, df of which
/// contain it; each row is then divided by its Euclidean length. A text without any frequent enough word has an empty row.
pub(super) fn tf_idf(texts: &[Vec<String>]) -> (Vec<Row>, usize) {
    let counted: Vec<BTreeMap<&str, u32>> = texts.iter().map(|words| count(words)).collect();
    let mut documents: BTreeMap<&str, usize> = BTreeMap::new();
    for word in counted.iter().flat_map(BTreeMap::keys) {
        *documents.entry(word).or_default() += 1;
    }
    let mut kept: Vec<(&str, usize)> = documents.into_iter().filter(|&(_, texts)| texts >= FEWEST_TEXTS).collect();
    kept.sort_by_key(|&(_, texts)| std::cmp::Reverse(texts));
    kept.truncate(MOST_FEATURES);
    #[expect(clippy::cast_precision_loss, reason = "texts lie far below 2^53")]
    let idf = |df: usize| ((1 + texts.len()) as f64 / (1 + df) as f64).ln() + 1.0;
    let known: BTreeMap<&str, (u32, f64)> =
        (0..).zip(&kept).map(|(number, &(word, df))| (word, (number, idf(df)))).collect();
    (counted.iter().map(|words| row(words, &known)).collect(), kept.len())
}

fn count(words: &[String]) -> BTreeMap<&str, u32> {
    let mut counted = BTreeMap::new();
    for word in words {
        *counted.entry(word.as_str()).or_default() += 1;
    }
    counted
}

fn row(words: &BTreeMap<&str, u32>, known: &BTreeMap<&str, (u32, f64)>) -> Row {
    let weight = |(word, &times): (&&str, &u32)| {
        known.get(word).map(|&(number, idf)| (number, (1.0 + f64::from(times).ln()) * idf))
    };
    let mut row: Row = words.iter().filter_map(weight).collect();
    row.sort_unstable_by_key(|&(number, _)| number);
    let length = row.iter().map(|&(_, weight)| weight * weight).sum::<f64>().sqrt();
    for (_, weight) in &mut row {
        *weight /= length;
    }
    row
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn texts(written: &[&str]) -> Vec<Vec<String>> {
        written
            .iter()
            .map(|text| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
            .collect()
    }

    /// n = 3; a and b are in two texts each, so idf = ln(4/3) + 1 for both; c is in one and dropped.
    #[test]
    fn by_hand() {
        let (rows, features) = tf_idf(&texts(&["a b", "a a", "b c"]));
        assert_eq!(features, 2);
        let half = 0.5_f64.sqrt();
        assert!(
            rows[0]
                .iter()
                .zip([(0, half), (1, half)])
                .all(|(is, ought)| is.0 == ought.0 && (is.1 - ought.1).abs() < 1e-15)
        );
        assert_eq!(rows[1..], [vec![(0, 1.0)], vec![(1, 1.0)]]);

        // Twice in one text: 1 + ln 2 against 1, before the length is divided out.
        let (rows, _) = tf_idf(&texts(&["a a b", "a b"]));
        let ratio = rows[0][0].1 / rows[0][1].1;
        assert!((ratio - (1.0 + 2.0_f64.ln())).abs() < 1e-15, "{ratio}");
    }

    #[test]
    fn nothing_and_nothing_in_common() {
        assert_eq!(tf_idf(&[]), (vec![], 0));
        assert_eq!(tf_idf(&texts(&["a b", ""])), (vec![vec![], vec![]], 0));
    }

    /// `TfidfVectorizer(sublinear_tf=True, min_df=2, token_pattern=r"\S+")`, scikit-learn 1.9.1.
    #[test]
    fn agrees_with_scikit_learn() {
        let (rows, features) = tf_idf(&texts(&CORPUS));
        assert_eq!(features, 8);
        for (row, expected) in rows.iter().zip(SCIKIT_LEARN) {
            let mut weights: Vec<f64> = row.iter().map(|&(_, weight)| weight).collect();
            weights.sort_by(f64::total_cmp);
            assert_eq!(weights.len(), expected.len());
            for (is, ought) in weights.iter().zip(expected) {
                assert!((is - ought).abs() < 1e-14, "{is} {ought}");
            }
        }
    }

    pub(in super::super) const CORPUS: [&str; 8] = [
        "export fails export csv",
        "csv export slow",
        "calendar sync fails",
        "sync calendar twice twice twice",
        "invoice tax wrong",
        "tax on invoice",
        "export invoice csv",
        "sync slow",
    ];

    /// Weights of every text, ascending.
    const SCIKIT_LEARN: [&[f64]; 8] = [
        &[0.438_120_529_300_649_26, 0.507_719_799_733_180_3, 0.741_802_538_930_825_3],
        &[0.546_933_882_459_881_8, 0.546_933_882_459_881_8, 0.633_819_103_873_274],
        &[0.520_868_156_001_036_8, 0.603_612_609_238_773_1, 0.603_612_609_238_773_1],
        &[0.653_308_276_821_670_7, 0.757_091_999_321_284],
        &[0.653_308_276_821_670_7, 0.757_091_999_321_284],
        &[0.653_308_276_821_670_7, 0.757_091_999_321_284],
        &[0.577_350_269_189_625_7, 0.577_350_269_189_625_7, 0.577_350_269_189_625_7],
        &[0.653_308_276_821_670_7, 0.757_091_999_321_284],
    ];
}
