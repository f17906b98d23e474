//! Settings from the command line: `KEY=VALUE`, laid over the file before it is checked.
//!
//! Takes assignments as they were typed; gives them as a part of the document, with places behind the end of the file, so that
//! a fault in one of them is found by the same checks and told apart by its place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;

/// The file with the assignments behind it, each on a line of its own.
pub(super) struct Combined {
    /// The file, and below it the assignments as TOML.
    text: String,
    /// How much of it is the file, in bytes.
    file: usize,
    assignments: Vec<Assignment>,
    /// What is no assignment at all.
    faults: Vec<Fault>,
}

struct Assignment {
    typed: String,
    /// Its line in the text, from 1.
    line: usize,
    /// The assignment alone, with white space for all that stands before it: the places of what is read from it are those in
    /// the whole text.
    alone: String,
}

impl Combined {
    /// The text of the file with what was typed; without assignments the file alone.
    pub(super) fn new(file: &str, typed: &[String]) -> Self {
        let mut combined =
            Self { text: file.to_owned(), file: file.len(), assignments: Vec::new(), faults: Vec::new() };
        for typed in typed {
            match as_toml(typed) {
                Ok(line) => combined.add(typed, &line),
                Err(message) => combined.faults.push(fault(typed, message)),
            }
        }
        combined
    }

    fn add(&mut self, typed: &str, toml: &str) {
        self.text.push('\n');
        let line = self.text.matches('\n').count() + 1;
        let alone = " ".repeat(self.text.len()) + toml;
        self.assignments.push(Assignment { typed: typed.to_owned(), line, alone });
        self.text.push_str(toml);
    }

    /// The file alone.
    pub(super) fn file(&self) -> &str {
        &self.text[..self.file]
    }

    /// Everything, from which offsets become places.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Lays the assignments over the document of the file; the later of two for one key holds.
    pub(super) fn lay_over<'a>(&'a self, document: &mut DeTable<'a>) {
        for assignment in &self.assignments {
            let (assigned, _) = DeTable::parse_recoverable(&assignment.alone);
            over(document, assigned.into_inner());
        }
    }

    /// All faults in order, those of assignments with what was typed in place of a line of the file.
    pub(super) fn placed(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let placed = faults.into_iter().map(|found| {
            match self.assignments.iter().find(|assignment| assignment.line == found.line) {
                Some(assignment) => Fault { help: found.help, ..fault(&assignment.typed, &found.message) },
                None => found,
            }
        });
        let mut faults: Vec<Fault> = self.faults.iter().cloned().chain(placed).collect();
        faults.sort();
        faults.dedup();
        faults
    }
}

/// A fault that has no place in the file.
fn fault(typed: &str, message: &str) -> Fault {
    Fault { line: 0, column: 0, message: format!("in --set {typed}: {message}"), help: None }
}

/// `KEY=VALUE` as one line of TOML. A value that is no TOML is a text.
fn as_toml(typed: &str) -> Result<String, &'static str> {
    let (key, value) = typed.split_once('=').ok_or("expected KEY=VALUE, such as rule.rare_below=0.05")?;
    let (key, value) = (key.trim(), value.trim());
    if key.contains(['\n', '\r', '#', '=']) || DeTable::parse(&format!("{key} = 0")).is_err() {
        return Err("what stands before the `=` is no key; expected one such as rule.rare_below");
    }
    let line = format!("{key} = {value}");
    let is_toml = !value.contains(['\n', '\r']) && DeTable::parse(&line).is_ok();
    Ok(if is_toml { line } else { format!("{key} = {}", toml::Value::from(value.replace(['\n', '\r'], " "))) })
}

/// Lays one document over another: tables key by key, all else replaces.
fn over<'a>(lower: &mut DeTable<'a>, upper: DeTable<'a>) {
    for (key, value) in upper {
        let name = key.get_ref().clone();
        match (lower.get_mut(name.as_ref()).map(Spanned::get_mut), value) {
            (Some(DeValue::Table(inner)), value) if value.get_ref().is_table() => {
                if let DeValue::Table(table) = value.into_inner() {
                    over(inner, table);
                }
            }
            (_, value) => {
                lower.remove(name.as_ref());
                lower.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Fault, parse, parse_with, render_faults};

    fn with(text: &str, typed: &[&str]) -> Result<crate::config::Settings, Vec<Fault>> {
        parse_with(text, &typed.iter().map(|&typed| typed.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_typed_goes_before_the_file_and_the_file_before_the_defaults() {
        let file = "currency = \"USD\"\n[rule]\nrare_below = 0.2\nmaterial_share = 0.01";
        let settled = with(file, &["rule.rare_below=0.05", "seed=7"]).unwrap();
        assert_eq!((settled.rule.rare_below, settled.rule.material_share), (0.05, 0.01));
        assert_eq!((settled.seed, settled.currency.as_str()), (7, "USD"));
        assert_eq!(settled.rule.disproportion_above, parse("").unwrap().rule.disproportion_above);
        assert_eq!(with(file, &["rule.rare_below=0.05", "rule.rare_below = 0.07"]).unwrap().rule.rare_below, 0.07);
    }

    #[test]
    fn a_bare_word_is_a_text_and_toml_is_what_it_is() {
        let settled = with(
            "",
            &[
                "period=2026-Q3",
                "as_of=2026-09-30",
                "adoption.usage_share_of=events",
                "assumptions.margin.distribution=uniform(0.6, 0.8)",
                "assumptions.margin.reason=\"ours\"",
                "output.png=false",
                r#"assume=[{capability="fax", assumption="margin", distribution="fixed(0.5)"}]"#,
            ],
        );
        let settled = settled.unwrap();
        assert_eq!(settled.period.as_deref(), Some("2026-Q3"));
        assert_eq!(settled.as_of.map(|day| day.to_string()).as_deref(), Some("2026-09-30"));
        assert_eq!(settled.assumptions.margin.distribution, "uniform(0.6, 0.8)");
        assert_eq!(settled.assumptions.margin.reason, "ours");
        assert!(!settled.output.png);
        assert_eq!(settled.assume[0].capability, "fax");
    }

    #[test]
    fn a_wrong_one_is_refused_with_what_was_typed_and_advice() {
        let file = "seed = 1\n";
        for (typed, message, help) in [
            ("rule.rare_belw=0.1", "unknown key `rare_belw` in `rule`", Some("did you mean `rare_below`?")),
            ("rule.rare_below=2", "`rule.rare_below` is 2, must be between 0 and 1", Some("a fraction")),
            ("rule.rare_below=often", "`rule.rare_below` is a text, expected a number", Some("without quotes")),
            ("adoption.usage_share_of=evnts", "which it cannot be", Some("did you mean `events`?")),
            ("rare_below=0.1", "unknown key `rare_below`", Some("belongs in `[rule]`")),
            ("period=soon", "`soon` is not a period", None),
            ("rule=3", "`rule` is a whole number, expected a table", None),
            ("rule.rare_below", "expected KEY=VALUE", None),
            ("=3", "is no key", None),
            ("a b=3", "is no key", None),
            ("[rule]\nrare_below=0.2", "is no key", None),
        ] {
            let faults = with(file, &[typed]).unwrap_err();
            let text = render_faults("deadhead.toml", file, &faults);
            assert!(text.starts_with(&format!("in --set {}: ", typed.replace('\n', "·"))), "{text}");
            assert!(text.contains(message) && help.is_none_or(|help| text.contains(help)), "{text}");
            assert!(!text.contains("deadhead.toml"), "{text}");
        }
    }

    #[test]
    fn faults_of_the_file_keep_their_place_beside_those_of_the_command_line() {
        let file = "seed = \"x\"\n[rule]\nrare_belw = 1";
        let text = render_faults("f.toml", file, &with(file, &["rule.x=1", "no"]).unwrap_err());
        for part in ["f.toml:1:8: `seed` is a text", "f.toml:3:1: unknown key", "in --set rule.x=1:", "in --set no:"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        // What the command line replaces is not looked at in the file.
        assert!(with("seed = \"x\"", &["seed=1"]).is_ok());
    }

    #[test]
    fn a_line_break_adds_no_second_key() {
        let faults = with("", &["company=\"a\"\nseed = 5"]);
        assert!(faults.is_ok_and(|settled| settled.seed == parse("").unwrap().seed));
    }
}
