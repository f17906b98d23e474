//! Letters from templates, ours or the user's.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use thiserror::Error;

use crate::export::markdown::escaped;
use crate::plan::ContactGrade;
use crate::report::{About, Letter};

/// The built-in templates, by the names under which a user may replace them.
const BUILT_IN: [(&str, &str); 4] = [
    ("call.md", include_str!("call.md.j2")),
    ("mail.md", include_str!("mail.md.j2")),
    ("release-note.md", include_str!("release-note.md.j2")),
    ("migration.md", include_str!("migration.md.j2")),
];
/// Steps that a template may take: a loop without end is no letter.
const FUEL: u64 = 100_000;
/// Characters of a text in a letter.
const LONGEST: usize = 200;

/// Templates that letters are made from.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

/// A template that is none.
#[derive(Debug, Error)]
#[error("the template {name} cannot be used: {source:#}")]
pub struct TemplatesError {
    name: String,
    source: minijinja::Error,
}

impl Templates {
    /// The built-in templates, and those of the user over them, by file name without `.j2`.
    ///
    /// # Errors
    /// The first template that does not parse, with its line.
    pub fn new(own: BTreeMap<String, String>) -> Result<Self, TemplatesError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        let built_in = BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned()));
        for (name, text) in built_in.into_iter().chain(own) {
            let added = environment.add_template_owned(name.clone(), text);
            added.map_err(|source| TemplatesError { name, source })?;
        }
        Ok(Self(environment))
    }

    /// One letter.
    pub(super) fn letter(&self, about: &About, letter: &Letter) -> Result<String, minijinja::Error> {
        let template = match letter.grade {
            ContactGrade::Call if letter.is_personal => "call.md",
            ContactGrade::Call | ContactGrade::Mail if letter.is_personal => "mail.md",
            _ => "release-note.md",
        };
        let said = Said { about: inert(about), letter: inert(letter) };
        Ok(self.0.get_template(template)?.render(Serde(said))? + "\n")
    }

    /// The skeleton of a migration page.
    pub(super) fn migration(&self, about: &About) -> Result<String, minijinja::Error> {
        Ok(self.0.get_template("migration.md")?.render(Serde(inert(about)))? + "\n")
    }
}

/// What a letter is made from.
#[derive(Serialize)]
struct Said {
    #[serde(flatten)]
    about: serde_json::Value,
    #[serde(flatten)]
    letter: serde_json::Value,
}

/// The value with every text as a line in which nothing is markup; addresses stay what they are where they are addresses.
fn inert(value: &impl Serialize) -> serde_json::Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let serde_json::Value::Object(fields) = &mut value {
        for (name, field) in fields {
            if !(name.ends_with("_url") && field.as_str().is_some_and(is_address)) {
                make_inert(field);
            }
        }
    }
    value
}

fn make_inert(value: &mut serde_json::Value) {
    match value {
        // An ampersand before a space begins nothing, and reads better in a mail.
        serde_json::Value::String(text) => *text = escaped(text, LONGEST).replace("&amp; ", "& "),
        serde_json::Value::Array(items) => items.iter_mut().for_each(make_inert),
        _ => {}
    }
}

/// Whether a text is a plain web address: nothing in it can end the address or begin markup.
fn is_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    (text.starts_with("https://") || text.starts_with("http://")) && text.chars().all(plain)
}
