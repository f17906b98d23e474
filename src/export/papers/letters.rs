//! Letters: templates, filled in with text that cannot be markup.

use std::collections::BTreeMap;
use std::error::Error as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};

use super::names;
use crate::export::ExportError;
use crate::export::markdown::escaped;
use crate::ingest::TemplateText;
use crate::plan::ContactGrade;
use crate::report::{Addressee, Letter, PaperFacts, RemovalPapers, example_facts};
use crate::units::visible::visible;

/// The built-in templates by file name.
const BUILT_IN: [(&str, &str); 4] = [
    ("call.md.j2", include_str!("call.md.j2")),
    ("mail.md.j2", include_str!("mail.md.j2")),
    ("release-note.md.j2", include_str!("release-note.md.j2")),
    ("migration.md.j2", include_str!("migration.md.j2")),
];
/// The longest text of a name in a letter, characters.
const LONGEST: usize = 200;
/// Steps of the engine for one letter; the longest built-in one takes some hundred. Without an end a template with a loop could hold the
/// run for ever.
const FUEL: u64 = 200_000;

/// The templates of letters and pages: the built-in ones, and those of the user in their place.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    /// The files of the user by the name of the template, with their texts.
    own: BTreeMap<&'static str, TemplateText>,
}

impl Templates {
    /// With the templates of the user. Each is tried with everything known and with nothing known, so that a mistake shows before the
    /// data are read, and not at the one account of which something is unknown.
    ///
    /// # Errors
    /// [`ExportError::Template`] for one that is no template, names what there is not, or prints what may be unknown without asking.
    pub fn new(own: Vec<TemplateText>) -> Result<Self, ExportError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_formatter(formatter);
        environment.set_fuel(Some(FUEL));
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        for (name, text) in BUILT_IN {
            environment.add_template(name, text)?;
        }
        let own = own.into_iter().map(|text| (text.name, text)).collect();
        let mut templates = Self { environment, own };
        for text in templates.own.values() {
            let added = templates.environment.add_template_owned(text.name, text.text.clone());
            added.map_err(|error| fault(&templates.own, error))?;
        }
        if !templates.own.is_empty() {
            for (name, _) in BUILT_IN {
                for known in [true, false] {
                    templates.fill(name, &example_facts(known))?;
                }
            }
        }
        Ok(templates)
    }

    /// The bytes of a letter.
    ///
    /// # Errors
    /// When its template asks for what is not known.
    pub(super) fn letter(&self, letter: &Letter) -> Result<Vec<u8>, ExportError> {
        let name = match letter.grade {
            ContactGrade::Call => "call.md.j2",
            ContactGrade::Mail => "mail.md.j2",
            ContactGrade::ReleaseNote => "release-note.md.j2",
        };
        self.fill(name, &letter.facts)
    }

    /// A template filled in: single blank lines, one line end at the end.
    pub(super) fn fill(&self, name: &str, facts: &PaperFacts) -> Result<Vec<u8>, ExportError> {
        let template = self.environment.get_template(name)?;
        let text = template.render(values(facts)).map_err(|error| fault(&self.own, error))?;
        Ok(tidy(&text).into_bytes())
    }
}

/// The facts as values. The addresses are encoded already, and stand as they are; so does where customers ask, which comes from the
/// settings.
fn values(facts: &PaperFacts) -> Value {
    let all = Value::from(Serde(facts));
    let keys = all.try_iter().into_iter().flatten();
    let mut values: BTreeMap<String, Value> =
        keys.filter_map(|key| Some((key.as_str()?.to_owned(), all.get_item(&key).ok()?))).collect();
    let safe = |text: &Option<String>| text.clone().map_or(Value::from(()), Value::from_safe_string);
    values.insert("docs_url".to_owned(), safe(&facts.docs_url));
    values.insert("successor_url".to_owned(), safe(&facts.successor_url));
    values.insert("contact".to_owned(), safe(&facts.contact.as_deref().map(reachable)));
    Value::from(values)
}

/// Where customers ask: a mail or web address becomes a link, other text stays text.
fn reachable(contact: &str) -> String {
    let is_plain = contact.chars().all(|c| c.is_ascii_graphic() && !"<>()[]\\`\"".contains(c));
    let is_address =
        contact.starts_with("https://") || contact.starts_with("http://") || contact.matches('@').count() == 1;
    if is_plain && is_address { format!("<{contact}>") } else { inert(contact) }
}

/// How a template prints a value: text as text that is no markup; what is not known is a mistake of the template.
fn formatter(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        let problem = "this is not known for every account; put the sentence into {% if … %}";
        return Err(Error::new(ErrorKind::InvalidOperation, problem));
    }
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&inert(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// Text on one line that is no Markdown and no HTML, also at the head of a line.
pub(super) fn inert(text: &str) -> String {
    let text = escaped(text.trim(), LONGEST);
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < text.len()
        && [".", ")"]
            .iter()
            .any(|mark| digits.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    if text.starts_with(['-', '+', '=']) {
        format!("\\{text}")
    } else if numbered {
        let (number, rest) = text.split_at(text.len() - digits.len());
        format!("{number}\\{rest}")
    } else {
        text
    }
}

/// Without spaces at the ends of lines and without runs of blank lines.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if !(blank && line.is_empty()) {
            out.push_str(line);
            out.push('\n');
        }
        blank = line.is_empty();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The mistake with its place: in the file of the user where there is one.
fn fault(own: &BTreeMap<&'static str, TemplateText>, error: Error) -> ExportError {
    let mut inner = &error;
    while let Some(cause) = inner.source().and_then(|cause| cause.downcast_ref::<Error>()) {
        inner = cause;
    }
    let file = inner.name().and_then(|name| own.get(name));
    let (Some(file), Some(line)) = (file, inner.line()) else { return error.into() };
    let what = inner.detail().map_or_else(|| inner.kind().to_string(), str::to_owned);
    let text = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let problem = format!("{what}: `{}`; docs/papers.md lists what a template may say", visible(text.trim()));
    ExportError::Template { path: file.path.clone(), line, problem }
}

/// The paths of the letters of a removal, in their order. Those to segments begin with `_`, which no name of an account does.
pub(super) fn paths(of: &RemovalPapers, folder: &str) -> Vec<String> {
    let accounts = names::unique(of.letters.iter().filter_map(|letter| match &letter.to {
        Addressee::Account(id) => Some(id.as_str()),
        Addressee::Segment(_) => None,
    }));
    let segments = names::unique(of.letters.iter().filter_map(|letter| match &letter.to {
        Addressee::Segment(name) => name.as_deref(),
        Addressee::Account(_) => None,
    }));
    let (mut accounts, mut segments) = (accounts.into_iter(), segments.into_iter());
    let name = |letter: &Letter| match &letter.to {
        Addressee::Account(_) => accounts.next().expect("a name for every account"),
        Addressee::Segment(Some(_)) => format!("_{}", segments.next().expect("a name for every segment")),
        Addressee::Segment(None) => "__other-accounts".to_owned(),
    };
    let named: Vec<String> = of.letters.iter().map(name).collect();
    named.into_iter().map(|name| format!("plan/letters/{folder}/{name}.md")).collect()
}
