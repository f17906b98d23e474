//! The road of a back-test: the ranking of a past date, and what was really removed later.

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::Months;

use super::understand::{Known, RawUsage, refuse_bad_data, understand};
use super::{Error, Request, draw};
use crate::chart::Chart;
use crate::config::InputSettings;
use crate::export::{self, OutputFile};
use crate::ingest::{self, MoneySettings, Progress};
use crate::metrics::Facts;
use crate::review::{self, Backtest, BacktestSettings, FitSettings, LaterUse, Window};
use crate::rollup::{self, Spans};
use crate::tables::rows::{BaseTotal, Outcome, UsageTotal};
use crate::tables::{TableId, Tables};
use crate::units::{Period, format};

/// What a back-test is asked for besides the configuration.
#[derive(Debug, Clone)]
pub struct BacktestRequest {
    /// Lists of what was really removed, and of the use afterwards.
    pub truth: Vec<PathBuf>,
    /// Months after the as-of date whose removals count.
    pub within_months: u32,
    /// The cuts.
    pub cuts: Vec<u32>,
    /// Relative growth of use from which a removal would have been regretted.
    pub regret_above: f64,
    /// Whether a prior is learned from these removals.
    pub fit: bool,
}

/// Replicates of the bootstrap of every measure.
const REPLICATES: u32 = 1000;

/// Ranks as of the date of the request and compares with what was really removed. With `--out`, writes the result as a folder
/// of JSON and a page.
///
/// # Errors
/// See [`enum@Error`].
pub fn backtest(request: &Request, asked: &BacktestRequest, progress: &dyn Progress) -> Result<Backtest, Error> {
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    let settings = &request.settings;
    let (facts, _, decisions) = known.decide(settings);
    let (outcomes, unread) = outcomes(request, asked, progress)?;
    let window = Window { as_of: facts.as_of, months: asked.within_months };
    let later = later_use(&known, &facts, window)?;
    let mut cuts = asked.cuts.clone();
    cuts.sort_unstable();
    cuts.dedup();
    let shape = BacktestSettings {
        window,
        cuts,
        regret_above: asked.regret_above,
        replicates: REPLICATES,
        seed: settings.seed,
    };
    let mut result = review::backtest(&facts, &decisions, &known.catalogue, (&outcomes, &later), &shape);
    result.company.clone_from(&settings.company);
    result.truth_unread = unread;
    if result.positives == 0 {
        return Err(Error::Data(no_positives(&result, &outcomes)));
    }
    if asked.fit {
        let cases = review::past_cases(&facts, &known.catalogue, (&outcomes, &later), &shape);
        let Window { as_of, months } = window;
        let fitted = FitSettings { as_of, within_months: months, seed: settings.seed, replicates: REPLICATES };
        result.prior = Some(review::fit(&cases, fitted).map_err(|error| Error::Data(error.to_string()))?);
    }
    if let Some(out) = &request.out {
        let charts: Vec<Chart> = review::tenths_chart(&result).into_iter().collect();
        let drawings = draw(&charts, settings.output.png)?;
        let files: Vec<OutputFile> = export::render_backtest(&result, &charts, &drawings)?;
        export::publish(&files, &out.join(format!("backtest-{}", result.as_of)))?;
    }
    Ok(result)
}

fn no_positives(result: &Backtest, outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "none of the {} capabilities in use on {} was removed by {} according to the truth",
        result.population, result.as_of, result.until
    );
    let tells = |row: &Outcome| row.announced_on.is_some() || row.removed_on.is_some() || row.removed.is_some();
    if !outcomes.iter().any(tells) {
        text += "; no row of it says so or has a date: expected a column `removed`, `removed_on` or `announced_on`";
    }
    if result.gone_before > 0 {
        let _ = write!(text, "; {} had been removed by {} already", result.gone_before, result.as_of);
    }
    if result.truth_unread > 0 {
        let _ = write!(text, "; {} could not be read", format::counted(result.truth_unread, "row"));
    }
    if !result.unmatched.is_empty() {
        let shown: Vec<&str> = result.unmatched.iter().take(5).map(String::as_str).collect();
        let _ =
            write!(text, "; {} of its names reach no capability, such as {}", result.unmatched_count, shown.join(", "));
    }
    text
}

/// The rows of every list, and how many could not be read. A file that the configuration maps as `outcomes` is read as it says there.
fn outcomes(request: &Request, asked: &BacktestRequest, progress: &dyn Progress) -> Result<(Vec<Outcome>, u64), Error> {
    let settings = &request.settings;
    let money = MoneySettings { report_currency: &settings.currency, fx: &settings.fx, as_of: None };
    let (mut all, mut unread) = (Vec::new(), 0);
    for path in &asked.truth {
        let is_it = |input: &&InputSettings| {
            input.table == Some(TableId::Outcomes) && request.root.join(&input.path).file_name() == path.file_name()
        };
        let read = ingest::read_outcomes(path, settings.input.iter().find(is_it), &money, progress)?;
        let quarantined: u64 = read.inputs.iter().map(|input| input.quarantined).sum();
        let rows = Outcome::all(&read.tables);
        if rows.is_empty() {
            return Err(Error::Data(format!(
                "{}: no row says what became of a capability ({quarantined} could not be read)",
                path.display()
            )));
        }
        all.extend(rows);
        unread += quarantined;
    }
    Ok((all, unread))
}

/// Share of use over the last quarter of the window, over the share on the date, where the usage tables reach that far.
fn later_use(known: &Known, facts: &Facts, window: Window) -> Result<LaterUse, Error> {
    let until = window.until();
    let from = until.checked_sub_months(Months::new(3)).unwrap_or(until);
    let Ok(period) = format!("{from}..{until}").parse::<Period>() else { return Ok(LaterUse::new()) };
    let now = facts.capabilities.iter().map(|of| of.signals.use_now.or(of.adoption.map(|share| share.point)));
    let then = if facts.basis == crate::metrics::Basis::Events {
        events_share(known, &known.later.tables, period)?
    } else {
        totals_share(known, &known.later.tables, &period)
    };
    let ratio = |(index, now): (usize, Option<f64>)| {
        let (now, then) = (now?, then.as_ref()?[index]);
        (now > 0.0).then_some((index, then / now))
    };
    Ok(now.enumerate().filter_map(ratio).collect())
}

/// By capability, the part of the accounts that were active at all which used it; `None` without use in the period.
#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn events_share(known: &Known, later: &Tables, period: Period) -> Result<Option<Vec<f64>>, Error> {
    let spans = Spans { previous: period.previous(), as_of: period.end(), period };
    let rollup = rollup::Events::read(later, &known.catalogue, &spans)?.roll_up(&spans);
    let all = rollup.activity.len();
    if all == 0 {
        return Ok(None);
    }
    let mut shares = vec![0.0; known.catalogue.capabilities().len()];
    for cell in rollup.period.iter().filter(|cell| cell.account.is_some()) {
        shares[cell.capability] += 1.0 / all as f64;
    }
    Ok(Some(shares))
}

/// The same of counts: the mean over the months of the period; `None` without a base in it.
#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn totals_share(known: &Known, later: &Tables, period: &Period) -> Option<Vec<f64>> {
    let bases = BaseTotal::all(later);
    let base = |month| bases.iter().find(|base| base.month == Some(month))?.active_accounts.filter(|all| *all > 0);
    let months: Vec<_> = bases.iter().filter_map(|base| base.month).filter(|month| period.contains(*month)).collect();
    if months.is_empty() {
        return None;
    }
    let mut shares = vec![0.0; known.catalogue.capabilities().len()];
    for total in UsageTotal::all(later) {
        let (Some(month), Some(name), Some(accounts)) = (total.month, &total.capability, total.active_accounts) else {
            continue;
        };
        let Some(all) = base(month).filter(|_| period.contains(month)) else { continue };
        for capability in known.catalogue.usage(name).map(|(reached, _)| reached).unwrap_or_default() {
            shares[capability] += accounts as f64 / all as f64 / months.len() as f64;
        }
    }
    Some(shares)
}
