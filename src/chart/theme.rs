//! Colours and sizes, here and nowhere else. The palette is that of Okabe and Ito (2008), made for readers who tell few
//! colours apart; shape, dash or a label always says the same as the colour.

/// Red, green, blue.
pub(super) type Color = (u8, u8, u8);

pub(super) const PAPER: Color = (255, 255, 255);
pub(super) const INK: Color = (33, 37, 41);
pub(super) const SOFT: Color = (96, 103, 112);
pub(super) const GRID: Color = (226, 230, 234);
pub(super) const MUTED: Color = (148, 156, 165);
pub(super) const VERMILION: Color = (213, 94, 0);
pub(super) const BLUE: Color = (0, 114, 178);
pub(super) const GREEN: Color = (0, 128, 96);
pub(super) const PURPLE: Color = (170, 80, 130);
pub(super) const AMBER: Color = (176, 120, 0);
pub(super) const SKY: Color = (50, 140, 190);
/// Beside vermilion: the same thing, less grave.
pub(super) const PALE: Color = (246, 197, 160);
/// A ground on which ink and marks are read.
pub(super) const SHADE: Color = (253, 240, 214);

/// Lines that must be told apart: colour and dash together.
pub(super) const LINES: [(Color, Dash); 6] = [
    (VERMILION, Dash::Solid),
    (BLUE, Dash::Long),
    (GREEN, Dash::Short),
    (PURPLE, Dash::Dotted),
    (AMBER, Dash::Solid),
    (SKY, Dash::Long),
];

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dash {
    Solid,
    Long,
    Short,
    Dotted,
}

impl Dash {
    /// Drawn and left out, in pixels; `None` for an unbroken line.
    pub fn pattern(self) -> Option<(f64, f64)> {
        match self {
            Self::Solid => None,
            Self::Long => Some((12.0, 5.0)),
            Self::Short => Some((6.0, 4.0)),
            Self::Dotted => Some((2.0, 4.0)),
        }
    }
}

pub(super) const WIDTH: i32 = 960;
pub(super) const TEXT: i32 = 14;
pub(super) const SMALL: i32 = 13;
pub(super) const ROW: i32 = 30;
