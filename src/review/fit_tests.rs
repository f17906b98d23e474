use super::*;

/// Whether case `i` was removed: a fixed scatter about a known model.
fn removed(i: u32, x: f64, z: f64) -> bool {
    f64::from((i * 71) % 103) / 103.0 < 1.0 / (1.0 + (1.2 + 1.2 * x - 0.8 * z).exp())
}

/// Two hundred cases: level and trend of all, staleness of two in three.
fn names() -> Vec<String> {
    (0..200).map(|i| format!("c{i:03}")).collect()
}

fn cases(names: &[String]) -> Vec<PastCase<'_>> {
    (0..)
        .zip(names)
        .map(|(i, name): (u32, &String)| {
            let x = f64::from((i * 37) % 101) / 50.0 - 1.0;
            let z = f64::from((i * 53) % 97) / 48.0 - 1.0;
            let w = (i % 3 != 0).then(|| f64::from((i * 29) % 5));
            PastCase { id: name, features: [Some(x), Some(z), None, w, None, None], removed: removed(i, x, z) }
        })
        .collect()
}

fn settings() -> FitSettings {
    FitSettings { as_of: "2026-06-30".parse().unwrap(), within_months: 24, seed: 7, replicates: 200 }
}

#[test]
fn print_parts() {
    let names = names();
    let cases = cases(&names);
    let units: Vec<(&str, bool)> = cases.iter().map(|case| (case.id, case.removed)).collect();
    println!("OUTER {:?}", stats::stratified_folds(&units, 5, 8));
    println!("FIT {:?}", fit(&cases, settings()));
    let outer = stats::stratified_folds(&units, 5, 8);
    for part in 0..5 {
        let rest: Vec<(&str, bool)> =
            units.iter().zip(&outer).filter(|(_, p)| **p != part).map(|(unit, _)| *unit).collect();
        println!("INNER{part} {:?}", stats::stratified_folds(&rest, 5, 7));
    }
    println!("WHOLE {:?}", stats::stratified_folds(&units, 5, 7));
}
