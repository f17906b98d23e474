//! `deadhead run`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::arguments::{Format, Global, RunArguments};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::decide::Grade;
use crate::pipeline::{self, Outcome};
use crate::report::{CapabilityLine, Report};
use crate::units::format;

/// How many candidates the terminal names.
const SHOWN: usize = 10;
/// How many annotations one step may make.
const ANNOTATIONS: usize = 10;

pub(super) fn execute(arguments: &RunArguments, global: &Global) -> Result<Exit, Failure> {
    let mut request = super::request(&arguments.config)?;
    request.out.clone_from(&arguments.out);
    request.baseline.clone_from(&arguments.baseline);
    request.fail_on.clone_from(&arguments.fail_on);
    let outcome = pipeline::run(&request, &Bar::new(global))?;
    match global.format {
        Format::Json => log::result(&json(&outcome)?)?,
        Format::Github => github(&outcome)?,
        Format::Human | Format::Gitlab => log::result(&human(&outcome, global.quiet))?,
    }
    let holds = outcome.report.gates.iter().any(|gate| gate.holds);
    Ok(if holds { Exit::Condition } else { Exit::Done })
}

fn human(outcome: &Outcome, quiet: bool) -> String {
    let report = &outcome.report;
    let mut text = String::new();
    if !quiet {
        for sentence in &report.headlines {
            let _ = writeln!(text, "{}", log::plain(sentence));
        }
        text += &candidates(report);
        for gap in &report.unavailable {
            let _ = writeln!(text, "missing {}: {}", gap.wants, gap.sentence);
        }
        for finding in &report.findings {
            let _ =
                writeln!(text, "{}: {} ({}×)", finding.code.as_str(), finding.message, format::count(finding.count));
        }
        for gate in &report.gates {
            let state = if gate.holds { "fails" } else { "passes" };
            let _ = writeln!(text, "--fail-on {} {state}: {}", gate.condition, log::plain(&gate.sentence));
        }
    }
    text + &format!("report: {}\n", page(&outcome.folder))
}

fn candidates(report: &Report) -> String {
    let candidates: Vec<&CapabilityLine> = report.candidates().collect();
    if candidates.is_empty() {
        return String::new();
    }
    let percent = |share: Option<f64>| share.map_or_else(|| format::UNKNOWN.to_owned(), format::percent);
    let row = |line: &&&CapabilityLine| {
        vec![
            line.rank.to_string(),
            log::plain(&line.name),
            line.verdict.as_str().to_owned(),
            percent(line.adoption),
            percent(line.cost_share),
            line.disproportion.map_or_else(|| format::UNKNOWN.to_owned(), format::ratio),
        ]
    };
    let rows: Vec<Vec<String>> = candidates.iter().take(SHOWN).map(|line| row(&line)).collect();
    let rest = candidates.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!("… and {rest} more in tables/candidates.csv\n") } else { String::new() };
    let head = ["rank", "name", "verdict", "adoption", "cost share", "cost/use"];
    format!("\n{}{more}\n", log::table(&head, 3, &rows))
}

/// Where the page is, as short as it can be said and still be opened from here.
fn page(folder: &Path) -> String {
    let page = folder.join("index.html");
    let full = page.canonicalize().unwrap_or(page);
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let inside = here.as_deref().and_then(|here| full.strip_prefix(here).ok());
    inside.unwrap_or(&full).display().to_string()
}

fn json(outcome: &Outcome) -> Result<String, Failure> {
    let report = &outcome.report;
    let candidate = |line: &CapabilityLine| {
        let CapabilityLine { rank, id, verdict, rule, .. } = line;
        serde_json::json!({ "rank": rank, "id": id, "verdict": verdict, "rule": rule })
    };
    let candidates: Vec<_> = report.candidates().map(candidate).collect();
    let object = serde_json::json!({
        "schema_version": report.schema_version,
        "folder": outcome.folder.display().to_string(),
        "page": page(&outcome.folder),
        "period": report.period,
        "as_of": report.as_of,
        "totals": report.totals,
        "candidates": candidates,
        "gates": report.gates,
        "findings": report.findings,
    });
    let text = serde_json::to_string(&object);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))
}

/// Workflow commands, and the summary appended to the job's.
fn github(outcome: &Outcome) -> Result<(), Failure> {
    let report = &outcome.report;
    let mut lines = Vec::new();
    for gate in report.gates.iter().filter(|gate| gate.holds) {
        lines.push(command("error", &format!("--fail-on {}", gate.condition), &gate.sentence));
    }
    for line in report.candidates() {
        let level = if line.rule == Grade::Prime { "warning" } else { "notice" };
        let worth = report.worth_in_a_sentence(line).map(|worth| worth + " ").unwrap_or_default();
        let title = format!("{}: {}", line.verdict.as_str(), line.name);
        lines.push(command(level, &title, &format!("{worth}{}", line.why)));
    }
    lines.truncate(ANNOTATIONS);
    if let Some(summary) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        append_summary(&outcome.folder, Path::new(&summary))
            .map_err(|error| Failure::new(Exit::Unfinished, format!("cannot write the job summary: {error}")))?;
    }
    log::result(&(lines.concat() + &format!("report: {}\n", page(&outcome.folder))))
}

fn append_summary(folder: &Path, summary: &Path) -> std::io::Result<()> {
    let text = std::fs::read(folder.join("summary.md"))?;
    OpenOptions::new().append(true).create(true).open(summary)?.write_all(&text)
}

/// A workflow command: what the runner reads is escaped as it asks.
fn command(level: &str, title: &str, text: &str) -> String {
    let data = |text: &str| log::plain(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"));
    let title = data(title).replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={title}::{}\n", data(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflow_commands_cannot_be_broken_out_of() {
        let found = command("warning", "a:b,c\n::error::x", "50 %\n::set-env::");
        assert_eq!(found, "::warning title=a%3Ab%2Cc%0A%3A%3Aerror%3A%3Ax::50 %25%0A::set-env::\n");
    }
}
