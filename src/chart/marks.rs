//! Signs that are told apart by their form, so that no meaning hangs on colour alone.

use super::scene::{Point, Scene, Shape};
use super::theme::{Color, Dash, PAPER};

/// The form of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Circle,
    Diamond,
    Square,
    Triangle,
    /// A triangle on its head.
    Wedge,
    Cross,
}

/// Draws a sign of a radius: filled, or its outline on paper.
pub(super) fn mark(scene: &mut Scene, at: Point, (form, radius): (Form, i32), color: Color, filled: bool) {
    let (x, y) = at;
    let r = radius;
    let corners = match form {
        Form::Circle => {
            let fill = if filled { color } else { PAPER };
            scene.shapes.push(Shape::Circle { at, radius, color: fill, opacity: 1.0, outline: color });
            return;
        }
        Form::Cross => {
            let width = if filled { 4 } else { 2 };
            scene.line(vec![(x - r, y - r), (x + r, y + r)], color, width, Dash::Solid);
            scene.line(vec![(x - r, y + r), (x + r, y - r)], color, width, Dash::Solid);
            return;
        }
        Form::Diamond => vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)],
        Form::Square => vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
        Form::Triangle => vec![(x - r, y + r), (x, y - r), (x + r, y + r)],
        Form::Wedge => vec![(x - r, y - r), (x + r, y - r), (x, y + r)],
    };
    let fill = if filled { color } else { PAPER };
    let outline = corners.iter().chain(&corners[..1]).copied().collect();
    scene.shapes.push(Shape::Area { points: corners, color: fill, opacity: 1.0 });
    scene.line(outline, color, 2, Dash::Solid);
}
