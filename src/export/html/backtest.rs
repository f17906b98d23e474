//! The page of a back-test.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::{DefinitionView, ExportError, STYLE, definition_view, environment, policy};
use crate::report::EstimateLine;
use crate::review::{Backtest, DEFINITIONS};
use crate::units::format;

#[derive(Serialize)]
struct Page<'a> {
    result: &'a Backtest,
    policy: String,
    style: Value,
    prevalence: String,
    cuts: Vec<u32>,
    lists: Vec<List<'a>>,
    tenths: Vec<Tenth>,
    definitions: Vec<DefinitionView>,
}

#[derive(Serialize)]
struct List<'a> {
    title: &'a str,
    ours: bool,
    roc_auc: String,
    average_precision: String,
    recall_top_tenth: String,
    /// Precision, recall and regret by cut.
    at: Vec<[String; 3]>,
}

#[derive(Serialize)]
struct Tenth {
    tenth: u32,
    capabilities: u64,
    removed: u64,
    share: String,
}

/// The page.
///
/// # Errors
/// When the template cannot be filled in, which is a fault of the program.
pub fn page(result: &Backtest) -> Result<Vec<u8>, ExportError> {
    let lists = result.rankings.iter().map(|ranking| List {
        title: ranking.title,
        ours: ranking.ours,
        roc_auc: shown(ranking.roc_auc.as_ref()),
        average_precision: shown(ranking.average_precision.as_ref()),
        recall_top_tenth: shown(ranking.recall_top_tenth.as_ref()),
        at: (ranking.at.iter())
            .map(|cut| [&cut.precision, &cut.recall, &cut.regret].map(|figure| shown(figure.as_ref())))
            .collect(),
    });
    let tenths = result.tenths.iter().map(|tenth| Tenth {
        tenth: tenth.tenth,
        capabilities: tenth.capabilities,
        removed: tenth.removed,
        share: shown(tenth.share.as_ref()),
    });
    let page = Page {
        result,
        policy: policy(),
        style: Value::from_safe_string(STYLE.to_owned()),
        prevalence: share(result.positives, result.population),
        cuts: result.rankings.first().map(|ranking| ranking.at.iter().map(|cut| cut.k).collect()).unwrap_or_default(),
        lists: lists.collect(),
        tenths: tenths.collect(),
        definitions: DEFINITIONS.iter().map(definition_view).collect(),
    };
    let environment = environment("")?;
    Ok(environment.get_template("backtest.html")?.render(Serde(page))?.into_bytes())
}

fn shown(estimate: Option<&EstimateLine>) -> String {
    estimate.map_or_else(
        || format::UNKNOWN.to_owned(),
        |estimate| {
            let high = estimate.high.map_or_else(|| "∞".to_owned(), |high| format!("{high:.2}"));
            format!("{:.3} ({:.2}–{high})", estimate.point, estimate.low)
        },
    )
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn share(part: u64, whole: u64) -> String {
    if whole == 0 { format::UNKNOWN.to_owned() } else { format::percent(part as f64 / whole as f64) }
}
