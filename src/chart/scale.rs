//! From values to pixels.

/// A linear or logarithmic scale between two pixel positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: i32,
    to: i32,
    logarithmic: bool,
}

impl Scale {
    pub fn linear((low, high): (f64, f64), (from, to): (i32, i32)) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, from, to, logarithmic: false }
    }

    /// Both ends above 0. What lies below the low end is drawn at it.
    pub fn logarithmic((low, high): (f64, f64), (from, to): (i32, i32)) -> Self {
        let high = if high > low { high } else { low * 10.0 };
        Self { low, high, from, to, logarithmic: true }
    }

    /// The pixel of a value, held to the ends.
    #[expect(clippy::cast_possible_truncation, reason = "held between two pixel positions")]
    pub fn at(self, value: f64) -> i32 {
        let value = value.clamp(self.low, self.high);
        let part = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        (f64::from(self.from) + part * f64::from(self.to - self.from)).round() as i32
    }

    /// Round values between the ends: powers of ten on a logarithmic scale, else about five even steps.
    pub fn ticks(self) -> Vec<f64> {
        if self.logarithmic { self.powers() } else { self.steps() }
    }

    fn powers(self) -> Vec<f64> {
        let mut ticks = Vec::new();
        for exponent in -12..=12 {
            let tick = 10_f64.powi(exponent);
            if tick >= self.low * 0.999 && tick <= self.high * 1.001 {
                ticks.push(tick);
            }
        }
        ticks
    }

    fn steps(self) -> Vec<f64> {
        let rough = (self.high - self.low) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.low / step).ceil();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "about five steps")]
        let count = ((self.high / step).floor() - first).clamp(0.0, 20.0) as u32;
        (0..=count).map(|n| (first + f64::from(n)) * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_pixels() {
        let linear = Scale::linear((0.0, 10.0), (100, 200));
        assert_eq!([linear.at(0.0), linear.at(2.5), linear.at(10.0), linear.at(99.0)], [100, 125, 200, 200]);
        let logarithmic = Scale::logarithmic((0.001, 1.0), (0, 300));
        assert_eq!([logarithmic.at(0.0), logarithmic.at(0.01), logarithmic.at(1.0)], [0, 100, 300]);
        assert_eq!(Scale::linear((3.0, 3.0), (0, 10)).at(3.0), 0);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(Scale::linear((0.0, 0.9), (0, 1)).ticks(), [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8]);
        assert_eq!(Scale::logarithmic((0.001, 1.0), (0, 1)).ticks().len(), 4);
    }
}
