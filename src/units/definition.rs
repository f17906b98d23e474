use schemars::JsonSchema;
use serde::Serialize;

/// What one figure or verdict means: its manual page, made from the documentation comment beside its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Definition {
    /// Anchor on the page, and the column or verdict it explains.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it measures, formula, inputs, units, edge cases, source. Paragraphs are separated by an empty line.
    pub text: &'static str,
}

/// Declares a [`Definition`] constant whose text is the documentation comment itself.
macro_rules! definition {
    ($(#[doc = $doc:literal])+ $visibility:vis $name:ident, $id:literal, $title:literal) => {
        $(#[doc = $doc])+
        $visibility const $name: $crate::units::Definition =
            $crate::units::Definition { id: $id, title: $title, text: concat!($($doc, "\n"),+) };
    };
}
pub(crate) use definition;
