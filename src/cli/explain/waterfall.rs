//! Net benefit from its first part to its sum, as bars of letters.

use super::super::log;
use crate::report::{MoneySpread, NetBenefitLine};
use crate::units::{Money, format};

/// Letters from the lowest sum to the highest.
const WIDTH: usize = 32;

/// The parts with their means, which add up, and where each moves the sum, without those that are nothing; empty where net benefit
/// is not known.
pub(super) fn text(net_benefit: Option<&NetBenefitLine>, currency: &str) -> String {
    let Some(of) = net_benefit else { return String::new() };
    let mut sums = vec![0.0];
    for part in &of.parts {
        sums.push(sums[sums.len() - 1] + part.spread.map_or(0.0, |spread| spread.mean.units()));
    }
    let total = of.total.mean.units();
    let ends = || sums.iter().copied().chain([total]);
    let scale = Scale { low: ends().fold(0.0, f64::min), high: ends().fold(0.0, f64::max) };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let is_nothing = |spread: &MoneySpread| [spread.p05, spread.mean, spread.p95] == [Money::ZERO; 3];
    for (part, sums) in of.parts.iter().zip(sums.windows(2)) {
        if part.spread.as_ref().is_some_and(is_nothing) {
            continue;
        }
        rows.push(row(part.part.label(), part.spread.as_ref(), scale.bar(sums[0], sums[1]), currency));
    }
    rows.push(row("net benefit", Some(&of.total), scale.bar(0.0, total), currency));
    let head = ["part", "mean", "in nine of ten runs", ""];
    format!("\nnet benefit of a removal\n{}", log::table(&head, 1, &rows))
}

fn row(label: &str, spread: Option<&MoneySpread>, bar: String, currency: &str) -> Vec<String> {
    let bare = |amount: Money| format::money(amount, "").trim_start().to_owned();
    let (mean, range) = spread.map_or_else(
        || ("not known".to_owned(), String::new()),
        |of| (format::money(of.mean, currency), format!("{} to {}", bare(of.p05), bare(of.p95))),
    );
    vec![label.to_owned(), mean, range, bar]
}

/// Amounts as places of letters.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a place between 0 and the width"
    )]
    fn at(&self, amount: f64) -> usize {
        let span = self.high - self.low;
        if span > 0.0 { ((amount - self.low) / span * WIDTH as f64).round() as usize } else { 0 }
    }

    /// Full where the sum rises, light where it falls; the line is zero.
    fn bar(&self, from: f64, to: f64) -> String {
        let (start, end) = (self.at(from.min(to)), self.at(from.max(to)));
        let fill = if to >= from { '█' } else { '░' };
        let zero = self.at(0.0);
        let letter = |place: usize| match place {
            place if (start..end).contains(&place) => fill,
            place if place == zero => '│',
            _ => ' ',
        };
        (0..=WIDTH).map(letter).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Part;
    use crate::report::BenefitPartLine;

    fn around(mean: f64) -> MoneySpread {
        let money = |units: f64| Money::from_units(units).unwrap();
        MoneySpread { mean: money(mean), p05: money(mean - 10.0), p50: money(mean), p95: money(mean + 10.0) }
    }

    #[test]
    fn gains_rise_losses_fall_and_what_is_not_known_moves_nothing() {
        let nothing = MoneySpread { mean: Money::ZERO, p05: Money::ZERO, p50: Money::ZERO, p95: Money::ZERO };
        let part = |part, mean: Option<f64>| BenefitPartLine { part, spread: mean.map(around) };
        let worth = NetBenefitLine {
            total: around(-400.0),
            p_positive: 0.2,
            parts: vec![
                part(Part::Support, Some(1_200.0)),
                part(Part::Incident, None),
                BenefitPartLine { part: Part::Direct, spread: Some(nothing) },
                part(Part::Removal, Some(-1_600.0)),
            ],
            arr_at_risk: around(0.0),
            arr_stated_share: None,
            tornado: Vec::new(),
            flips: Vec::new(),
            acceptability: Vec::new(),
        };
        // 1,600 over 32 letters: 50 each, zero after the eighth.
        let text = text(Some(&worth), "EUR");
        assert!(!text.contains("charges that end"), "{text}");
        let bars: Vec<String> = text.lines().skip(3).map(|line| line.replace('\u{202f}', " ")).collect();
        let line = |start: &str, amounts: [&str; 2], bar: &str| {
            let found = bars.iter().find(|line| line.starts_with(start)).unwrap();
            assert!(amounts.iter().all(|amount| found.contains(amount)), "{found}");
            assert!(found.ends_with(&format!("  {bar}")), "{found}");
        };
        let [eight, all] = [8, 32].map(|letters| "░".repeat(letters));
        let blank = " ".repeat(8);
        line("support that ends", ["EUR 1 200", "1 190 to 1 210"], &(blank.clone() + &"█".repeat(24)));
        line("incidents that end", ["not known", ""], &format!("{blank}│"));
        line("our work to remove it", ["EUR −1 600", "−1 610 to −1 590"], &all);
        line("net benefit", ["EUR −400", "−410 to −390"], &format!("{eight}│"));
        assert_eq!(super::text(None, "EUR"), "");
    }
}
