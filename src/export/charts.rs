//! `charts/*`: every chart of the page on its own, for slides. Takes drawings that are finished; draws nothing.

use super::OutputFile;
use super::text::slug;

/// A chart as drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Id of the [`crate::chart::Chart`].
    pub id: String,
    /// The SVG document, self-contained, all its text escaped.
    pub svg: String,
    /// The same as PNG; `None` when the configuration asks for none.
    pub png: Option<Vec<u8>>,
}

/// The files of the drawings.
#[must_use]
pub fn files(drawings: &[Drawing]) -> Vec<OutputFile> {
    drawings.iter().flat_map(drawing_files).collect()
}

fn drawing_files(drawing: &Drawing) -> impl Iterator<Item = OutputFile> {
    let name = slug(&drawing.id);
    let svg = OutputFile { path: format!("charts/{name}.svg"), bytes: drawing.svg.clone().into_bytes() };
    let png = drawing.png.as_ref().map(|bytes| OutputFile { path: format!("charts/{name}.png"), bytes: bytes.clone() });
    std::iter::once(svg).chain(png)
}
