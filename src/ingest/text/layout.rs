//! Where the table of a file begins, and what its columns look like.
//!
//! A report may stand under a title, its header may take several rows, or be absent. The header is the row that holds most of the
//! headers that are looked for; where none is known, the first full row that does not look like the rows below it.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Class, Shape};
use crate::ingest::normalised;

/// Records among which the header is looked for.
const DEEPEST: usize = 60;
/// Rows that a header may take.
const HIGHEST: usize = 15;

/// How the records of a file are arranged.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// Cells of an ordinary record; 0 in an empty file.
    pub(super) width: usize,
    /// Line of the first record of the table: the header, or the first row where there is none.
    pub(super) table_line: u64,
    /// Line of the first row below the header.
    pub(super) data_line: u64,
    /// Whether the quotes of the header pair.
    pub(super) is_header_sound: bool,
    /// The rows of the header; none in a file without one.
    pub(super) header: Vec<Vec<String>>,
    /// What the cells of each column look like.
    pub(super) shapes: Vec<Shape>,
    /// What the least likely of the sampled rows has, as [`Layout::likelihood`] gives it; `None` where too few rows were seen.
    pub(super) least: Option<f64>,
}

/// A sampled record.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    /// Whether its quotes pair.
    pub(super) is_sound: bool,
}

impl Sampled {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    fn known(&self, wanted: &BTreeSet<String>) -> usize {
        let found: BTreeSet<String> = self.cells.iter().map(|cell| normalised(cell)).collect();
        found.iter().filter(|cell| wanted.contains(*cell)).count()
    }
}

impl Layout {
    /// Arranges the first records of a file, the empty ones left out. `header_row` is the line that the configuration names: 0 for no header.
    pub(super) fn find(records: &[Sampled], wanted: &BTreeSet<String>, header_row: Option<u64>) -> Self {
        let width = usual_width(records);
        let Some(start) = table_start(records, width) else { return Self::default() };
        let (first, rows) = match header_row {
            Some(0) => (0, 0),
            Some(line) => (records.iter().position(|record| record.line >= line).unwrap_or(0), 1),
            None => known_header(records, wanted).map_or_else(|| unknown_header(records, start, width), |row| (row, 1)),
        };
        let header: Vec<Vec<String>> = records[first..first + rows].iter().map(|record| record.cells.clone()).collect();
        // A known header has the last word on how many columns there are.
        let body = &records[first + rows..];
        let has_width = |width: usize| body.iter().any(|row| row.cells.len() == width);
        let is_known =
            rows > 0 && header_row.is_none() && header[0].len() > 1 && known_header(records, wanted).is_some();
        let width = match header.first().map(Vec::len) {
            Some(own) if (is_known && has_width(own)) || !has_width(width) => own,
            _ => width,
        };
        let shapes = shapes(body, width);
        let mut layout = Self {
            width,
            table_line: records[first].line,
            data_line: body.first().map_or(u64::MAX, |record| record.line),
            is_header_sound: records[first..first + rows].iter().all(|record| record.is_sound),
            header,
            shapes,
            least: None,
        };
        let even = ordinary(body, width);
        if even.len() >= 5 {
            layout.least = even.iter().map(|row| layout.likelihood(&row.cells)).reduce(f64::min);
        }
        layout
    }

    /// How well cells stand in their columns.
    pub(super) fn likelihood<S: AsRef<str>>(&self, cells: &[S]) -> f64 {
        self.shapes.iter().zip(cells).map(|(shape, cell)| shape.likelihood(cell.as_ref())).sum()
    }

    /// One header per column: the rows of the header joined, identical ones once.
    pub(super) fn headers(&self, joins_same: bool) -> Vec<String> {
        let mut rows: Vec<&Vec<String>> = self.header.iter().collect();
        if !joins_same {
            rows.dedup_by(|a, b| a.iter().map(|cell| normalised(cell)).eq(b.iter().map(|cell| normalised(cell))));
        }
        if let [row] = rows.as_slice() {
            return (*row).clone();
        }
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).map(|cell| cell.trim().to_owned());
        let join = |column| {
            let cells = rows.iter().filter_map(|row| cell(row, column)).filter(|cell| !cell.is_empty());
            cells.collect::<Vec<_>>().join(" ")
        };
        (0..width).map(join).collect()
    }
}

/// The rows to learn from: of the usual width, and with quotes that pair where most rows have such.
fn ordinary(body: &[Sampled], width: usize) -> Vec<&Sampled> {
    let even: Vec<&Sampled> = body.iter().filter(|row| row.cells.len() == width).collect();
    let sound: Vec<&Sampled> = even.iter().copied().filter(|row| row.is_sound).collect();
    if sound.len() * 2 >= even.len() { sound } else { even }
}

fn shapes(body: &[Sampled], width: usize) -> Vec<Shape> {
    let mut shapes = vec![Shape::default(); width];
    for row in ordinary(body, width) {
        for (shape, cell) in shapes.iter_mut().zip(&row.cells) {
            shape.learn(cell);
        }
    }
    shapes
}

/// The width that most records have; of two equally frequent ones the greater.
fn usual_width(records: &[Sampled]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for record in records {
        *counts.entry(record.cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(0, |(width, _)| width)
}

/// The first record that is no title: it has about the width of the table, and more than one of its cells is filled.
fn table_start(records: &[Sampled], width: usize) -> Option<usize> {
    let is_title = |record: &Sampled| {
        let is_near = record.cells.len().abs_diff(width) <= 1 || record.filled() * 3 >= width * 2;
        let has_other_width = if width < 3 { record.cells.len() != width } else { !is_near };
        has_other_width || (width > 1 && record.filled() <= 1)
    };
    let start = records.iter().position(|record| !is_title(record));
    start.or((!records.is_empty()).then_some(0))
}

/// The row that holds most of the wanted headers: at least two, or all that it has.
fn known_header(records: &[Sampled], wanted: &BTreeSet<String>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (row, record) in records.iter().take(DEEPEST).enumerate() {
        let known = record.known(wanted);
        let is_enough =
            known >= 3 || (known >= 2 && known * 3 >= record.filled()) || (known > 0 && known == record.filled());
        if is_enough && best.is_none_or(|(_, most)| known > most) {
            best = Some((row, known));
        }
    }
    best.map(|(row, _)| row)
}

/// Where the header is and how many rows it takes, when no header is known.
fn unknown_header(records: &[Sampled], start: usize, width: usize) -> (usize, usize) {
    let body = &records[start + 1..];
    let usual: Vec<Option<Class>> = shapes(body, width).iter().map(Shape::usual).collect();
    let typed = usual.iter().filter(|class| class.is_some_and(Class::is_typed)).count();
    let first = &records[start];
    if !is_header(first, &usual, typed, body) {
        return (start, 0);
    }
    let is_more = |record: &&Sampled| {
        let (unlike, like) = against(record, &usual);
        typed >= 2
            && record.cells.len() == width
            && like == 0
            && unlike >= 2.min(typed)
            && unlike * 2 >= typed.min(record.filled())
    };
    (start, 1 + body.iter().take(HIGHEST - 1).take_while(is_more).count().min(body.len().saturating_sub(1)))
}

fn is_header(record: &Sampled, usual: &[Option<Class>], typed: usize, body: &[Sampled]) -> bool {
    let has_figures = record.cells.iter().any(|cell| Class::of(cell).is_typed());
    if typed == 0 {
        let occurs_again = |(column, cell): (usize, &String)| {
            !cell.trim().is_empty() && body.iter().any(|row| row.cells.get(column) == Some(cell))
        };
        let is_repeated =
            body.len() >= 3 && record.cells.iter().enumerate().any(occurs_again) && !is_same(record, body);
        return !has_figures && !is_repeated;
    }
    let (unlike, like) = against(record, usual);
    unlike > like
}

/// Whether the row below is the same: a header written twice.
fn is_same(record: &Sampled, body: &[Sampled]) -> bool {
    body.first().is_some_and(|next| next.cells == record.cells)
}

/// In how many columns of figures and times a row has something else, and in how many it has the like.
fn against(record: &Sampled, usual: &[Option<Class>]) -> (usize, usize) {
    let typed = usual.iter().zip(&record.cells).filter_map(|(usual, cell)| {
        let class = Class::of(cell);
        usual.filter(|usual| usual.is_typed() && class != Class::Empty).map(|usual| class.is_like(usual))
    });
    typed.fold((0, 0), |(unlike, like), is_like| if is_like { (unlike, like + 1) } else { (unlike + 1, like) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(text: &str) -> Vec<Sampled> {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim_matches(',').is_empty());
        lines
            .map(|(line, number)| Sampled {
                line: number,
                cells: line.split(',').map(str::to_owned).collect(),
                is_sound: true,
            })
            .collect()
    }

    fn find(text: &str, wanted: &[&str]) -> (Vec<String>, u64) {
        let layout = Layout::find(&sampled(text), &wanted.iter().map(|name| normalised(name)).collect(), None);
        (layout.headers(true), layout.data_line)
    }

    #[test]
    fn a_header_is_what_does_not_look_like_its_column() {
        assert_eq!(find("day,hits\n2026-01-01,4\n2026-01-02,5\n", &[]), (vec!["day".into(), "hits".into()], 2));
        assert_eq!(find("2026-01-01,4\n2026-01-02,5\n", &[]), (vec![], 1));
        assert_eq!(find("name,town\nann,york\nbob,rome\nann,oslo\n", &[]).1, 2);
        assert_eq!(find("ann,york\nbob,rome\nann,oslo\ncid,bern\n", &[]), (vec![], 1));
        assert_eq!(find("", &[]), (vec![], 0));
        assert_eq!(find("only,header\n", &[]).0, ["only", "header"]);
    }

    #[test]
    fn titles_stand_above_the_table() {
        let text = "Summary of costs,,\n,,\nday,what,sum\n2026-01-01,a,4\n2026-01-02,b,5\n";
        assert_eq!(find(text, &[]), (vec!["day".into(), "what".into(), "sum".into()], 4));
    }

    #[test]
    fn a_header_of_several_rows_is_joined() {
        let text = "day,hits,sum\nUTC,all,EUR\n2026-01-01,4,1.5\n2026-01-02,5,2.5\n2026-01-03,5,2.5\n";
        assert_eq!(find(text, &[]), (vec!["day UTC".into(), "hits all".into(), "sum EUR".into()], 3));
        let twice = "day,hits,sum\nday,hits,sum\n2026-01-01,4,1.5\n2026-01-02,5,2.5\n2026-01-03,6,2.5\n";
        let layout = Layout::find(&sampled(twice), &BTreeSet::new(), None);
        assert_eq!(layout.headers(false), ["day", "hits", "sum"]);
    }

    #[test]
    fn known_headers_are_found_wherever_they_stand() {
        let text = "Exported by,ann\nat,noon\nIssue key,Summary,Created,x\nA-1,b,c,d\n";
        assert_eq!(find(text, &["issue_key", "summary", "created"]).1, 4);
        let layout = Layout::find(&sampled(text), &BTreeSet::new(), Some(0));
        assert_eq!((layout.headers(true), layout.data_line), (vec![], 1));
    }
}
