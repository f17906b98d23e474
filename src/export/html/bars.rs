//! Small bars in SVG beside the figures of a candidate. They repeat what stands in text next to them, so they are
//! hidden from screen readers; colours come from classes, because the page allows no style attributes.

use std::fmt::Write;

/// Width and height of a bar, in pixels.
const WIDTH: f64 = 132.0;
const HEIGHT: f64 = 10.0;
/// Half the width of the mark of a point.
const MARK: f64 = 1.5;

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The figure.
    pub point: f64,
    /// Lower end; the figure itself where no interval is known.
    pub low: f64,
    /// Upper end; infinite where the data set none.
    pub high: f64,
}

impl Interval {
    /// `None` when the figure is unknown.
    pub fn of(point: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        let point = point?;
        let open = if low.is_some() { f64::INFINITY } else { point };
        Some(Self { point, low: low.unwrap_or(point), high: high.unwrap_or(open) })
    }
}

/// A fraction on a scale from 0 to `top`: the bar to the figure, the interval over it.
pub fn fraction(value: Interval, top: f64) -> String {
    let x = |value: f64| if top > 0.0 { (value / top).clamp(0.0, 1.0) * WIDTH } else { 0.0 };
    let mut svg = open();
    rectangle(&mut svg, "track", 0.0, WIDTH, 0.0, HEIGHT);
    rectangle(&mut svg, "value", 0.0, x(value.point), 2.0, HEIGHT - 4.0);
    interval(&mut svg, x(value.low), x(value.high));
    svg + "</svg>"
}

/// A ratio on a logarithmic scale from 1/8 to 512, with a line at 1.
pub fn ratio(value: Interval) -> String {
    const LOW: f64 = -3.0;
    const HIGH: f64 = 9.0;
    let x = |value: f64| ((value.max(1e-9).log2().clamp(LOW, HIGH) - LOW) / (HIGH - LOW)) * WIDTH;
    let mut svg = open();
    rectangle(&mut svg, "track", 0.0, WIDTH, 0.0, HEIGHT);
    rectangle(&mut svg, "one", x(1.0) - 0.5, 1.0, 0.0, HEIGHT);
    interval(&mut svg, x(value.low), x(value.high));
    rectangle(&mut svg, "mark", x(value.point) - MARK, 2.0 * MARK, 0.0, HEIGHT);
    svg + "</svg>"
}

/// Parts of a sum side by side, the whole bar being `top`; parts below zero are left out.
pub fn stack(parts: &[f64], top: f64) -> String {
    let mut svg = open();
    rectangle(&mut svg, "track", 0.0, WIDTH, 0.0, HEIGHT);
    let mut left = 0.0;
    for (place, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0.0 && top > 0.0) {
        let width = (part / top).min(1.0) * WIDTH;
        rectangle(&mut svg, &format!("part{}", place + 1), left, (width - 0.75).max(0.25), 0.0, HEIGHT);
        left += width;
    }
    svg + "</svg>"
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen steps")]
/// Series over the same steps as lines from zero up, on one scale; the class of a line is its name.
pub fn lines(series: &[(&str, &[f64])]) -> String {
    const TALL: f64 = 72.0;
    const WIDE: f64 = 360.0;
    let top = series.iter().flat_map(|(_, values)| values.iter()).copied().fold(0.0, f64::max);
    let mut svg =
        format!(r#"<svg class="lines" viewBox="0 0 {WIDE} {TALL}" width="{WIDE}" height="{TALL}" aria-hidden="true">"#);
    let _ = write!(svg, r#"<path class="ground" d="M0 {0}H{WIDE}"/>"#, TALL - 1.0);
    for (class, values) in series {
        let step = WIDE / (values.len().max(2) - 1) as f64;
        let y =
            |value: f64| if top > 0.0 { TALL - 2.0 - (value / top).clamp(0.0, 1.0) * (TALL - 4.0) } else { TALL - 2.0 };
        let points: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(place, value)| format!("{} {}", tenths(place as f64 * step), tenths(y(*value))))
            .collect();
        let _ = write!(svg, r#"<path class="{class}" d="M{}"/>"#, points.join("L"));
    }
    svg + "</svg>"
}

fn open() -> String {
    format!(r#"<svg class="bar" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">"#)
}

fn interval(svg: &mut String, from: f64, to: f64) {
    rectangle(svg, "span", from, (to - from).max(1.0), HEIGHT / 2.0 - 1.0, 2.0);
}

fn rectangle(svg: &mut String, class: &str, x: f64, width: f64, y: f64, height: f64) {
    let (x, width) = (tenths(x), tenths(width));
    let _ = write!(svg, r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#);
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval_of(point: f64, low: f64, high: f64) -> Interval {
        Interval { point, low, high }
    }

    #[test]
    fn half_of_the_scale_is_half_of_the_bar() {
        let svg = fraction(interval_of(0.1, 0.05, 0.15), 0.2);
        assert!(svg.contains(r#"class="value" x="0" y="2" width="66""#), "{svg}");
        assert!(svg.contains(r#"class="span" x="33" y="4" width="66""#), "{svg}");
    }

    #[test]
    fn bars_stay_inside_whatever_the_figure() {
        for value in [0.0, 1e300, f64::MAX, 1e-300] {
            for svg in [fraction(interval_of(value, 0.0, f64::MAX), 0.2), ratio(interval_of(value, 0.0, f64::MAX))] {
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
        assert!(!stack(&[0.0, -1.0, 2.0], 0.0).contains("part"));
    }

    #[test]
    fn a_ratio_of_one_lies_on_the_line() {
        let svg = ratio(interval_of(1.0, 1.0, 1.0));
        assert!(svg.contains(r#"class="one" x="32.5""#) && svg.contains(r#"class="mark" x="31.5""#), "{svg}");
    }

    #[test]
    fn lines_share_a_scale_that_begins_at_zero() {
        let svg = lines(&[("offered", &[50.0, 100.0]), ("used", &[0.0, 50.0])]);
        assert!(svg.contains(r#"class="offered" d="M0 36L360 2""#), "{svg}");
        assert!(svg.contains(r#"class="used" d="M0 70L360 36""#), "{svg}");
        assert!(!lines(&[("offered", &[0.0, 0.0])]).contains("NaN"));
    }

    #[test]
    fn parts_follow_each_other() {
        let svg = stack(&[50.0, 25.0, 25.0], 100.0);
        assert!(svg.contains(r#"class="part2" x="66""#) && svg.contains(r#"class="part3" x="99""#), "{svg}");
    }
}
