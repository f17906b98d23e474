//! What the renderer draws: shapes in pixels, later ones over earlier ones.

use super::theme::{Color, Dash, INK, SMALL, SOFT, TEXT};

pub(super) type Point = (i32, i32);

/// Where a text lies about its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Line {
        points: Vec<Point>,
        color: Color,
        width: u32,
        dash: Dash,
    },
    Area {
        points: Vec<Point>,
        color: Color,
        opacity: f64,
    },
    Rect {
        from: Point,
        to: Point,
        color: Color,
    },
    Circle {
        at: Point,
        radius: i32,
        color: Color,
        opacity: f64,
        outline: Color,
    },
    /// A square on its corner, where a circle would say the same as another.
    Diamond {
        at: Point,
        radius: i32,
        color: Color,
    },
    Text {
        at: Point,
        text: String,
        size: i32,
        color: Color,
        anchor: Anchor,
        bold: bool,
        upright: bool,
    },
}

/// A drawing of a size.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scene {
    pub width: u32,
    pub height: u32,
    pub shapes: Vec<Shape>,
}

impl Scene {
    pub fn new(width: i32, height: i32) -> Self {
        Self { width: width.unsigned_abs(), height: height.unsigned_abs(), shapes: Vec::new() }
    }

    pub fn line(&mut self, points: Vec<Point>, color: Color, width: u32, dash: Dash) {
        self.shapes.push(Shape::Line { points, color, width, dash });
    }

    pub fn rect(&mut self, from: Point, to: Point, color: Color) {
        self.shapes.push(Shape::Rect { from, to, color });
    }

    /// Text in the common size and ink, its middle at the height of the point.
    pub fn text(&mut self, at: Point, text: impl Into<String>, anchor: Anchor) {
        self.styled(at, text, anchor, (TEXT, INK, false));
    }

    /// Small soft text: ticks and notes.
    pub fn note(&mut self, at: Point, text: impl Into<String>, anchor: Anchor) {
        self.styled(at, text, anchor, (SMALL, SOFT, false));
    }

    pub fn styled(
        &mut self,
        at: Point,
        text: impl Into<String>,
        anchor: Anchor,
        (size, color, bold): (i32, Color, bool),
    ) {
        self.shapes.push(Shape::Text { at, text: text.into(), size, color, anchor, bold, upright: false });
    }

    /// Soft text that runs upwards: the name of a vertical axis.
    pub fn upright(&mut self, at: Point, text: impl Into<String>) {
        let text = text.into();
        self.shapes.push(Shape::Text {
            at,
            text,
            size: SMALL,
            color: SOFT,
            anchor: Anchor::Middle,
            bold: false,
            upright: true,
        });
    }
}

/// A name cut to a width in letters, with an ellipsis.
pub(super) fn cut(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    name.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}
