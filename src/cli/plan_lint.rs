//! `deadhead plan --lint FILE`.

use std::fmt::Write as _;
use std::path::Path;

use super::arguments::{ConfigArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::config;
use crate::pipeline;
use crate::report::{Linted, LintedLine};
use crate::units::format;

/// Judges a plan: with the data where there is a configuration, else by its dates alone. One that is named must be there.
pub(super) fn execute(file: &Path, arguments: &ConfigArguments, global: &Global) -> Result<Exit, Failure> {
    let is_named = arguments.config != Path::new(".");
    let has_data = is_named || super::configuration(&arguments.config).exists();
    let request = has_data.then(|| super::request(arguments)).transpose()?;
    let defaults = config::parse_with("", &arguments.set).map_err(|faults| {
        Failure::new(Exit::Usage, config::render_faults("the command line", "", &faults).trim_end().into())
    })?;
    let settings = request.as_ref().map_or(&defaults.plan, |request| &request.settings.plan);
    let linted = pipeline::lint_plan(file, request.as_ref(), settings, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => log::json(&linted)?,
        Format::Human | Format::Github | Format::Gitlab => human(&linted),
    })?;
    Ok(if linted.has_errors() { Exit::Condition } else { Exit::Done })
}

/// `error[short-notice] Fax: …`.
pub(super) fn finding_line(finding: &LintedLine) -> String {
    let (severity, rule) = (finding.severity.as_str(), finding.rule.as_str());
    format!("{severity}[{rule}] {}: {}", log::plain(&finding.capability), log::plain(&finding.sentence))
}

fn human(linted: &Linted) -> String {
    let mut text = format!(
        "{} with {} read\n",
        format::counted(linted.removals as u64, "removal"),
        format::counted(linted.stages as u64, "stage")
    );
    for finding in &linted.findings {
        let _ = writeln!(text, "{}", finding_line(finding));
    }
    let list = |names: &[String]| names.iter().map(|name| log::plain(name)).collect::<Vec<_>>().join(", ");
    if !linted.unknown.is_empty() {
        let _ = writeln!(text, "not in the data, and judged by their dates alone: {}", list(&linted.unknown));
    }
    if !linted.ignored_columns.is_empty() {
        let _ = writeln!(text, "columns that no rule reads: {}", list(&linted.ignored_columns));
    }
    for rule in &linted.unjudged {
        let _ = writeln!(text, "not judged: {}, which wants {}", rule.rule.as_str(), rule.wants);
    }
    if linted.findings.is_empty() { text + "clean\n" } else { text }
}
