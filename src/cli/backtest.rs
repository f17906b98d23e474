//! `deadhead backtest`.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::arguments::{BacktestArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::config::{Prior, PriorEstimate, PriorTerm};
use crate::pipeline::{self, BacktestRequest};
use crate::report::EstimateLine;
use crate::review::{Backtest, CutLine, RankingLine};
use crate::units::format;

pub(super) fn execute(arguments: &BacktestArguments, global: &Global) -> Result<Exit, Failure> {
    let mut request = super::request(&arguments.config)?;
    if arguments.config.as_of.is_none() {
        return Err(Failure::new(Exit::Usage, "a back-test ranks as of a past date: name it with --as-of".into()));
    }
    if let Some(path) = &arguments.fit {
        may_keep(path)?;
    }
    request.out.clone_from(&arguments.out);
    let asked = BacktestRequest {
        truth: arguments.truth.clone(),
        within_months: arguments.within_months,
        cuts: arguments.k.clone(),
        regret_above: arguments.regret_above,
        fit: arguments.fit.is_some(),
    };
    let result = pipeline::backtest(&request, &asked, &Bar::new(global))?;
    if let (Some(path), Some(prior)) = (&arguments.fit, &result.prior) {
        keep(prior, path)?;
    }
    log::result(&match global.format {
        Format::Json => log::json(&result)?,
        Format::Human | Format::Github | Format::Gitlab => human(&result),
    })?;
    Ok(Exit::Done)
}

fn human(result: &Backtest) -> String {
    let mut text = format!(
        "back-test as of {}, against what was removed by {}\n{} capabilities in use, {} of them removed afterwards ({}); later use known of {}, {} grew by more than {}\n",
        result.as_of,
        result.until,
        format::count(result.population),
        format::count(result.positives),
        share(result.positives, result.population),
        format::count(result.later_use_known),
        format::count(result.grew),
        format::percent(result.regret_above)
    );
    if result.unmatched_count > 0 {
        let shown: Vec<String> = result.unmatched.iter().take(5).map(|name| log::plain(name)).collect();
        let _ = writeln!(
            text,
            "{} of the truth reach no capability, such as {}",
            format::counted(result.unmatched_count, "name"),
            shown.join(", ")
        );
    }
    if result.truth_unread > 0 {
        let rows = format::counted(result.truth_unread, "row");
        let _ = writeln!(text, "{rows} of the truth could not be read; `deadhead read` says why");
    }
    if result.dated_later > 0 {
        let late = format::count(result.dated_later);
        let _ = writeln!(
            text,
            "{late} of the removed are dated after {}; they count because the truth says so",
            result.until
        );
    }
    if result.gone_before + result.not_in_use > 0 {
        let _ = writeln!(
            text,
            "left out: {} removed by then, {} not in use",
            format::count(result.gone_before),
            format::count(result.not_in_use)
        );
    }
    text += "\nsingle figures with their 95 % intervals\n";
    let rows: Vec<Vec<String>> = result.rankings.iter().map(whole_list).collect();
    text += &log::table(&["order", "ROC-AUC", "average precision", "recall in the first tenth"], 4, &rows);
    for (place, cut) in result.rankings.first().map(|ours| ours.at.as_slice()).unwrap_or_default().iter().enumerate() {
        let _ = writeln!(text, "\namong the first {}", cut.k);
        let rows: Vec<Vec<String>> =
            result.rankings.iter().map(|ranking| at_cut(ranking, &ranking.at[place])).collect();
        text += &log::table(&["order", "precision", "recall", "regret"], 4, &rows);
    }
    if let Some(prior) = &result.prior {
        text += &learned(prior);
    }
    for missing in &result.missing {
        let _ = writeln!(text, "not compared: {} (wants {})", missing.title, missing.wants);
    }
    text += "\nours by tenths of the list, removed\n";
    for tenth in &result.tenths {
        let removed = tenth.share.as_ref().map_or_else(|| "unknown".to_owned(), of);
        let _ = writeln!(text, "  {:>2}  {} of {}  {removed}", tenth.tenth, tenth.removed, tenth.capabilities);
    }
    text += "\nA truth is never complete: what is dead and was not removed yet counts against every order alike.\n";
    text
}

fn learned(prior: &Prior) -> String {
    let PriorEstimate { point, low, high } = prior.roc_auc;
    let mut text = format!(
        "\nlearned prior, on capabilities that it had not seen: ROC-AUC {point:.3} ({low:.3}–{high:.3}), Brier score {:.4} against {:.4} of the share alone; penalty {}\n",
        prior.brier, prior.brier_of_share, prior.penalty
    );
    let row = |term: &PriorTerm| {
        vec![term.name.as_str().to_owned(), format!("{:+.3}", term.coefficient), format!("{:+.3}", term.missing)]
    };
    let rows: Vec<Vec<String>> = prior.feature.iter().map(row).collect();
    text += &log::table(&["feature", "log odds per standard deviation", "where not known"], 1, &rows);
    if !prior.given_up.is_empty() {
        let names: Vec<&str> = prior.given_up.iter().map(|feature| feature.as_str()).collect();
        let _ = writeln!(
            text,
            "given up, because nothing is known of it or there are too few removals: {}",
            names.join(", ")
        );
    }
    text
}

/// Whether a prior can be written there; asked before anything else is written.
fn may_keep(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        let problem = format!("cannot write {}: there is no folder {}", path.display(), folder.display());
        return Err(Failure::new(Exit::Unfinished, problem));
    }
    match fs::read_to_string(path) {
        Ok(found) if Prior::parse(&found).is_err() => {
            let problem =
                format!("{} is left as it is, because it is no prior of ours; choose another name", path.display());
            Err(Failure::new(Exit::Usage, problem))
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritten(path, &error)),
        _ => Ok(()),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Unfinished, format!("cannot write {}: {error}", path.display()))
}

/// Writes the prior, whole or not at all.
fn keep(prior: &Prior, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| unwritten(path, &error);
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    file.write_all(prior.text().as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn whole_list(ranking: &RankingLine) -> Vec<String> {
    vec![
        ranking.title.to_owned(),
        known(ranking.roc_auc.as_ref()),
        known(ranking.average_precision.as_ref()),
        known(ranking.recall_top_tenth.as_ref()),
    ]
}

fn at_cut(ranking: &RankingLine, cut: &CutLine) -> Vec<String> {
    let figures = [cut.precision.as_ref(), cut.recall.as_ref(), cut.regret.as_ref()];
    [ranking.title.to_owned()].into_iter().chain(figures.map(known)).collect()
}

fn known(estimate: Option<&EstimateLine>) -> String {
    estimate.map_or_else(|| "unknown".to_owned(), of)
}

fn of(estimate: &EstimateLine) -> String {
    let high = estimate.high.map_or_else(|| "∞".to_owned(), |high| format!("{high:.3}"));
    format!("{:.3} ({:.3}–{high})", estimate.point, estimate.low)
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "unknown".to_owned() } else { format::percent(part as f64 / whole as f64) }
}
