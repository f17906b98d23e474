//! Parts for cross-validation.

/// The part, from 0, of every unit: units of each class are dealt out in an order that hangs on the seed and their own names alone, so
/// that every part has its share of each class and the order of the rows never matters. Names should differ.
#[must_use]
pub fn stratified_folds(units: &[(&str, bool)], folds: usize, seed: u64) -> Vec<usize> {
    let mut parts = vec![0; units.len()];
    let lot = |name: &str| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(b"fold");
        hasher.update(name.as_bytes());
        *hasher.finalize().as_bytes()
    };
    let mut dealt = 0;
    for class in [true, false] {
        let mut of_class: Vec<usize> = (0..units.len()).filter(|&unit| units[unit].1 == class).collect();
        of_class.sort_by_cached_key(|&unit| (lot(units[unit].0), units[unit].0));
        // The second class goes on where the first ended, so that the parts are of one size.
        for unit in of_class {
            parts[unit] = dealt % folds.max(1);
            dealt += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_of_one_size_in_each_class_and_the_order_never_matters(
            classes in prop::collection::vec(any::<bool>(), 0..60),
            folds in 2_usize..6,
        ) {
            let names: Vec<String> = (0..classes.len()).map(|n| format!("c{n}")).collect();
            let units: Vec<(&str, bool)> = names.iter().map(String::as_str).zip(classes.iter().copied()).collect();
            let parts = stratified_folds(&units, folds, 7);
            let size = |part: usize, class: Option<bool>| {
                let is_in = |unit: &usize| parts[*unit] == part && class.is_none_or(|class| units[*unit].1 == class);
                (0..units.len()).filter(is_in).count()
            };
            for class in [Some(true), Some(false), None] {
                let sizes: Vec<usize> = (0..folds).map(|part| size(part, class)).collect();
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{:?}", sizes);
            }
            let backwards: Vec<(&str, bool)> = units.iter().rev().copied().collect();
            let of_backwards = stratified_folds(&backwards, folds, 7);
            prop_assert!(parts.iter().eq(of_backwards.iter().rev()));
        }
    }

    #[test]
    fn another_seed_deals_otherwise() {
        let names: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
        let units: Vec<(&str, bool)> = names.iter().map(|name| (name.as_str(), false)).collect();
        assert_ne!(stratified_folds(&units, 5, 1), stratified_folds(&units, 5, 2));
        assert_eq!(stratified_folds(&[], 5, 1), Vec::<usize>::new());
    }
}
