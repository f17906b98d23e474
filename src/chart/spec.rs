use schemars::JsonSchema;
use serde::Serialize;

use super::scene::Scene;

/// A chart: what it shows, the one-sentence finding, and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chart {
    /// Stable id: the file name in `charts/` and the anchor on the page.
    pub id: &'static str,
    /// Title.
    pub title: String,
    /// What the chart shows, in one or two sentences with numbers: its text alternative.
    pub finding: String,
    /// How to read it.
    pub note: String,
    /// Every number that is drawn.
    pub table: DataTable,
    /// What is drawn.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) scene: Scene,
}

#[cfg(test)]
impl Chart {
    /// A chart of which nothing is drawn, for tests of what is written about charts.
    pub(crate) fn undrawn(id: &'static str, title: &str, finding: &str, note: &str, table: DataTable) -> Self {
        let [title, finding, note] = [title, finding, note].map(str::to_owned);
        Self { id, title, finding, note, table, scene: Scene::default() }
    }
}

/// The table behind a chart, formatted for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DataTable {
    /// Column heads.
    pub columns: Vec<String>,
    /// Rows of cells, as many as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl DataTable {
    pub(super) fn new(columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { columns: columns.iter().map(|&column| column.to_owned()).collect(), rows }
    }
}
