//! The renderer: the only user of plotters.

use std::sync::OnceLock;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, register_font};
use thiserror::Error;

use super::Chart;
use super::scene::{Anchor, Point, Scene, Shape};
use super::theme::{Color, Dash, PAPER};
use crate::units::visible::visible;

const FAMILY: &str = "DejaVu Sans";
/// What a page that lacks the font may use.
const FAMILIES: &str = "font-family=\"DejaVu Sans, Verdana, sans-serif\"";
/// Pixels of a PNG for one of the scene: slides are shown larger than pages.
const DENSITY: i32 = 2;

/// Why a chart could not be drawn; only a fault of this program can cause it.
#[derive(Debug, Error)]
#[error("cannot draw the chart `{chart}`: {problem}")]
pub struct ChartError {
    /// Which.
    pub chart: &'static str,
    /// What the backend said.
    pub problem: String,
}

fn fault(chart: &Chart, problem: &dyn std::fmt::Display) -> ChartError {
    ChartError { chart: chart.id, problem: problem.to_string() }
}

/// Makes the compiled-in font known, once. A second registration would change nothing.
fn font() {
    static REGISTERED: OnceLock<()> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        for (style, bytes) in [(FontStyle::Normal, dejavu::sans::regular()), (FontStyle::Bold, dejavu::sans::bold())] {
            // The font is a constant of the program; a test draws with it.
            let _ = register_font(FAMILY, style, bytes);
        }
    });
}

/// The width of a text in pixels.
pub(super) fn text_width(text: &str, size: i32) -> i32 {
    font();
    let measured = (FAMILY, f64::from(size)).into_font().box_size(text);
    measured.map_or(0, |(width, _)| i32::try_from(width).unwrap_or(i32::MAX))
}

/// The chart as SVG with a title and a description, sized by its view box.
///
/// # Errors
/// See [`ChartError`].
pub fn svg(chart: &Chart) -> Result<String, ChartError> {
    font();
    let Scene { width, height, .. } = chart.scene;
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        draw(&area, &chart.scene, 1).map_err(|problem| fault(chart, &problem))?;
        area.present().map_err(|problem| fault(chart, &problem))?;
    }
    let opening_end = text.find('>').ok_or_else(|| fault(chart, &"no root element"))?;
    let (id, title, finding) = (chart.id, escaped(&chart.title), escaped(&chart.finding));
    let opening = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"chart-{id}-title chart-{id}-desc\">\n<title id=\"chart-{id}-title\">{title}</title>\n<desc id=\"chart-{id}-desc\">{finding}</desc>"
    );
    let drawn = text[opening_end + 1..].replace(&format!("font-family=\"{FAMILY}\""), FAMILIES);
    Ok(opening + &drawn)
}

/// The chart as PNG, twice the size of the scene.
///
/// # Errors
/// See [`ChartError`].
pub fn png(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    font();
    let density = DENSITY.unsigned_abs();
    let (width, height) = (chart.scene.width * density, chart.scene.height * density);
    let mut pixels = vec![0; width as usize * height as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        draw(&area, &chart.scene, DENSITY).map_err(|problem| fault(chart, &problem))?;
        area.present().map_err(|problem| fault(chart, &problem))?;
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written.map_err(|problem| fault(chart, &problem))?;
    Ok(bytes)
}

fn escaped(text: &str) -> String {
    visible(text)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

type Area<B> = DrawingArea<B, plotters::coord::Shift>;
type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

fn rgb((red, green, blue): Color) -> RGBColor {
    RGBColor(red, green, blue)
}

fn draw<B: DrawingBackend>(area: &Area<B>, scene: &Scene, density: i32) -> Drawn<B> {
    area.fill(&rgb(PAPER))?;
    scene.shapes.iter().try_for_each(|shape| draw_shape(area, shape, density))
}

fn draw_shape<B: DrawingBackend>(area: &Area<B>, shape: &Shape, density: i32) -> Drawn<B> {
    let scaled = |(x, y): Point| (x * density, y * density);
    match shape {
        Shape::Line { points, color, width, dash } => {
            let points: Vec<Point> = points.iter().map(|&point| scaled(point)).collect();
            let style = rgb(*color).stroke_width(width * density.unsigned_abs());
            for piece in pieces(&points, *dash, density) {
                area.draw(&PathElement::new(piece, style))?;
            }
            Ok(())
        }
        Shape::Area { points, color, opacity } => {
            let points: Vec<Point> = points.iter().map(|&point| scaled(point)).collect();
            area.draw(&Polygon::new(points, rgb(*color).mix(*opacity).filled()))
        }
        Shape::Rect { from, to, color } => {
            area.draw(&Rectangle::new([scaled(*from), scaled(*to)], rgb(*color).filled()))
        }
        Shape::Circle { at, radius, color, opacity, outline } => {
            let radius = radius * density;
            area.draw(&Circle::new(scaled(*at), radius, rgb(*color).mix(*opacity).filled()))?;
            area.draw(&Circle::new(scaled(*at), radius, rgb(*outline).stroke_width(density.unsigned_abs())))
        }
        Shape::Diamond { at: (x, y), radius, color } => {
            let corners = [(x - radius, *y), (*x, y - radius), (x + radius, *y), (*x, y + radius)];
            area.draw(&Polygon::new(corners.map(scaled).to_vec(), rgb(*color).filled()))
        }
        Shape::Text { at, text, size, color, anchor, bold, upright } => {
            let style = if *bold { FontStyle::Bold } else { FontStyle::Normal };
            let font = FontDesc::new(FontFamily::Name(FAMILY), f64::from(size * density), style);
            let font = if *upright { font.transform(FontTransform::Rotate270) } else { font };
            let horizontal = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let color = rgb(*color);
            let style = TextStyle::from(font).color(&color).pos(Pos::new(horizontal, VPos::Center));
            area.draw(&Text::new(visible(text), scaled(*at), style))
        }
    }
}

/// The pieces of a broken line.
fn pieces(points: &[Point], dash: Dash, density: i32) -> Vec<Vec<Point>> {
    let Some((drawn, left_out)) = dash.pattern() else { return vec![points.to_vec()] };
    let (drawn, left_out) = (drawn * f64::from(density), left_out * f64::from(density));
    let mut pieces = Vec::new();
    let mut along = 0.0;
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = f64::from(x1 - x0).hypot(f64::from(y1 - y0));
        let mut start = 0.0;
        while start < length {
            let phase: f64 = along % (drawn + left_out);
            let step = if phase < drawn { drawn - phase } else { drawn + left_out - phase };
            let end = (start + step).min(length);
            #[expect(clippy::cast_possible_truncation, reason = "between two pixels")]
            let at = |way: f64| {
                let part = way / length;
                let between = |from: i32, to: i32| (f64::from(from) + part * f64::from(to - from)).round() as i32;
                (between(x0, x1), between(y0, y1))
            };
            if phase < drawn {
                pieces.push(vec![at(start), at(end)]);
            }
            along += end - start;
            start = end;
        }
    }
    pieces
}
