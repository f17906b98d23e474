//! Patterns of `[[map]]` and `[[work]]` rules, compiled.

use regex::{Regex, RegexBuilder};

use crate::config::MatchKind;

/// A compiled pattern.
#[derive(Debug)]
pub(super) enum Pattern {
    Exact { text: String, ignore_case: bool },
    Prefix { text: String, ignore_case: bool },
    Glob { glob: glob::Pattern, ignore_case: bool },
    Regex(Regex),
    Keyword(Words),
}

impl Pattern {
    /// `None` for a pattern that does not compile; the configuration was checked, so none reaches this point.
    pub(super) fn new(kind: MatchKind, text: &str, ignore_case: bool) -> Option<Self> {
        Some(match kind {
            MatchKind::Exact => Self::Exact { text: text.to_owned(), ignore_case },
            MatchKind::Prefix => Self::Prefix { text: text.to_owned(), ignore_case },
            MatchKind::Glob => Self::Glob { glob: glob::Pattern::new(text).ok()?, ignore_case },
            MatchKind::Regex => Self::Regex(RegexBuilder::new(text).case_insensitive(ignore_case).build().ok()?),
            MatchKind::Keyword => Self::Keyword(Some(Words::of(text)).filter(|words| !words.is_empty())?),
        })
    }

    pub(super) fn is_keyword(&self) -> bool {
        matches!(self, Self::Keyword(_))
    }

    /// Whether a cell matches; `words` are those of `raw`.
    pub(super) fn matches(&self, raw: &str, words: &Words) -> bool {
        let same = |a: &str, b: &str, ignore_case: bool| {
            if ignore_case { a.to_lowercase() == b.to_lowercase() } else { a == b }
        };
        match self {
            Self::Exact { text, ignore_case } => same(text, raw, *ignore_case),
            Self::Prefix { text, ignore_case } if *ignore_case => raw.to_lowercase().starts_with(&text.to_lowercase()),
            Self::Prefix { text, .. } => raw.starts_with(text.as_str()),
            Self::Glob { glob, ignore_case } => {
                let case_sensitive = !ignore_case;
                let options = glob::MatchOptions { case_sensitive, ..glob::MatchOptions::default() };
                glob.matches_with(raw, options)
            }
            Self::Regex(regex) => regex.is_match(raw),
            Self::Keyword(wanted) => words.contain(wanted),
        }
    }
}

/// The words of a text: runs of letters and digits in lower case, each between two blanks, so that a phrase is found by
/// plain search and only whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words = String::with_capacity(text.len() + 2);
        words.push(' ');
        for sign in text.chars() {
            if sign.is_alphanumeric() {
                words.extend(sign.to_lowercase());
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
        Self(words)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == " "
    }

    pub(super) fn contain(&self, phrase: &Self) -> bool {
        self.0.contains(&phrase.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_found_whole_in_any_case_and_punctuation() {
        let keyword = Pattern::new(MatchKind::Keyword, "Single sign-on", false).unwrap();
        for (text, expected) in [
            ("single SIGN on fails", true),
            ("Our (single/sign_on) page", true),
            ("single sign-on", true),
            ("single sign-ons", false),
            ("a single design on paper", false),
            ("sign single on", false),
            ("", false),
        ] {
            assert_eq!(keyword.matches(text, &Words::of(text)), expected, "{text}");
        }
        assert!(Pattern::new(MatchKind::Keyword, "++", false).is_none(), "no word at all");
        let umlaut = Pattern::new(MatchKind::Keyword, "störung", false).unwrap();
        assert!(umlaut.matches("STÖRUNG!", &Words::of("STÖRUNG!")));
    }
}
