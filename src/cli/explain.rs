//! `deadhead explain`.

use std::fmt::Write as _;

use super::arguments::{ExplainArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::pipeline;
use crate::report::{Explanation, Figure, RowsLine};
use crate::units::format;

pub(super) fn execute(arguments: &ExplainArguments, global: &Global) -> Result<Exit, Failure> {
    let request = super::request(&arguments.config)?;
    let explanation = pipeline::explain(&request, &arguments.capability, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => json(&explanation)?,
        Format::Human | Format::Github | Format::Gitlab => human(&explanation, global.verbose),
    })?;
    Ok(Exit::Done)
}

fn json(explanation: &Explanation) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(explanation);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))
}

fn human(explanation: &Explanation, verbose: bool) -> String {
    let line = &explanation.capability;
    let name = if line.name == line.id { line.id.clone() } else { format!("{} ({})", line.name, line.id) };
    let mut text = format!(
        "{}, {}, {}: verdict {}, rule {}, rank {}\n{}\n",
        log::plain(&name),
        line.kind,
        explanation.period,
        line.verdict.as_str(),
        line.rule.as_str(),
        line.rank,
        log::plain(&line.why)
    );
    text += "\nreasons\n";
    for reason in explanation.reasons() {
        let _ = writeln!(text, "  {}: {}", reason.code, log::plain(&reason.sentence));
    }
    text += "\nfigures\n";
    text += &log::table(&["figure", "value", "from"], 3, &explanation.figures.iter().map(figure).collect::<Vec<_>>());
    if verbose {
        for figure in &explanation.figures {
            let _ = writeln!(text, "\n{} ({})\n{}", figure.title, figure.id, figure.definition.trim_end());
        }
    }
    text += "\nrows\n";
    let rows: Vec<Vec<String>> = explanation.rows.iter().map(|rows| row(rows, &explanation.currency)).collect();
    text += &log::table(&["table", "file", "by", "lines", "rows", "cost"], 4, &rows);
    text += "\nwhat would change it\n";
    for flip in &explanation.flips {
        let _ = writeln!(text, "  {flip}");
    }
    if explanation.flips.is_empty() {
        text += "  no single figure: what it costs or who uses it is not known\n";
    }
    text
}

fn figure(figure: &Figure) -> Vec<String> {
    let unknown = || (format::UNKNOWN.to_owned(), format!("unknown; would rest on {}", figure.from.join(", ")));
    let known = |value: &String| (value.clone(), log::plain(&figure.working));
    let (value, working) = figure.value.as_ref().map_or_else(unknown, known);
    vec![figure.title.to_owned(), value, working]
}

/// The first lines stand as `file:line` does elsewhere; the dots say that there are more.
fn row(rows: &RowsLine, currency: &str) -> Vec<String> {
    let mut lines = rows.lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if rows.rows > rows.lines.len() as u64 {
        lines += ", …";
    }
    vec![
        rows.table.to_owned(),
        log::plain(&rows.path),
        log::plain(&rows.by),
        lines,
        format::count(rows.rows),
        rows.amount.map_or_else(String::new, |amount| format::money(amount, currency)),
    ]
}
