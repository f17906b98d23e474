//! How many customers the candidates touch together: small shares of different accounts add up.

use super::place::Frame;
use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape};
use super::theme::{BLUE, Dash, GRID, SMALL, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::metrics::AccountSet;
use crate::units::{Money, format};

const HEIGHT: i32 = 500;
const AREA: Frame = Frame { left: 92, top: 30, right: 760, bottom: 420 };

/// What the first candidates touch together.
struct Sum<'a> {
    name: &'a str,
    alone: f64,
    accounts: u64,
    share: f64,
    arr: Option<f64>,
}

/// The curve; `None` with fewer than two candidates of which it is known who uses them.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let facts = subject.facts;
    let base = facts.base.accounts;
    let mut touched = AccountSet::default();
    let sums: Vec<Sum> = subject
        .ranked()
        .filter(|(decision, _)| decision.verdict.is_candidate())
        .filter_map(|(decision, one)| {
            let set = facts.overlap.touched.get(decision.capability)?;
            touched.unite(set);
            let arr: Option<Money> =
                touched.iter().filter_map(|account| facts.customers[account].arr).reduce(|sum, arr| sum + arr);
            Some(Sum {
                name: &one.capability.name,
                alone: share(set.len(), base),
                accounts: touched.len(),
                share: share(touched.len(), base),
                arr: facts
                    .base
                    .arr
                    .filter(|whole| *whole > Money::ZERO)
                    .map(|whole| arr.unwrap_or_default().units() / whole.units()),
            })
        })
        .collect();
    let last = sums.last().filter(|_| sums.len() >= 2 && base > 0)?;
    let most_alone = sums.iter().map(|sum| sum.alone).fold(0.0, f64::max);
    let of_arr = last.arr.map_or_else(String::new, |arr| format!(" with {} of its ARR", format::percent(arr)));
    Some(Chart {
        id: "together",
        title: "Whom the candidates touch together".into(),
        finding: format!(
            "No candidate alone touches more than {} of the base; all {} together touch {}, {} of it{of_arr}.",
            format::percent(most_alone),
            format::count(sums.len() as u64),
            format::counted(last.accounts, "account"),
            format::percent(last.share)
        ),
        note: "From left to right the candidates are added by rank; an account that uses several counts once. A portfolio of removals is judged by this union and not by its parts.".into(),
        table: table(&sums),
        scene: draw(&sums),
    })
}

#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn share(accounts: u64, base: u64) -> f64 {
    if base == 0 { 0.0 } else { accounts as f64 / base as f64 }
}

fn draw(sums: &[Sum]) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let highest = sums.iter().flat_map(|sum| [sum.share, sum.arr.unwrap_or(0.0)]).fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "candidates are few")]
    let x = Scale::linear((0.0, sums.len() as f64), (AREA.left, AREA.right));
    let y = Scale::linear((0.0, (highest * 1.15).min(1.0)), (AREA.bottom, AREA.top));
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    let every = sums.len().div_ceil(12);
    for place in (1_u32..).take(sums.len()).step_by(every) {
        scene.note((x.at(f64::from(place)), AREA.bottom + 18), place.to_string(), Anchor::Middle);
    }
    scene.note((AREA.right, AREA.bottom + 44), "candidates taken together, by rank →", Anchor::End);
    scene.upright((16, i32::midpoint(AREA.top, AREA.bottom)), "share of the base");
    let curve = |of: fn(&Sum) -> Option<f64>| {
        let points = (1_u32..).zip(sums).filter_map(|(place, sum)| Some((x.at(f64::from(place)), y.at(of(sum)?))));
        std::iter::once((x.at(0.0), y.at(0.0))).chain(points).collect::<Vec<_>>()
    };
    let accounts = curve(|sum| Some(sum.share));
    let arr = curve(|sum| sum.arr);
    for (place, sum) in (1_u32..).zip(sums) {
        let at = (x.at(f64::from(place)), y.at(sum.alone));
        scene.shapes.push(Shape::Circle { at, radius: 4, color: BLUE, opacity: 0.35, outline: BLUE });
    }
    let ends = [(&accounts, "accounts", BLUE), (&arr, "their ARR", VERMILION)];
    let known: Vec<_> = ends.into_iter().filter(|(points, ..)| points.len() > 1).collect();
    let mut heights: Vec<i32> = known.iter().map(|(points, ..)| points[points.len() - 1].1).collect();
    heights.extend(sums.last().map(|sum| y.at(sum.alone)));
    let labels = super::place::spread(&heights, SMALL + 8, (AREA.top, AREA.bottom));
    if let Some(label) = labels.last() {
        scene.styled((AREA.right + 12, *label), "each candidate alone", Anchor::Start, (SMALL, BLUE, false));
    }
    for ((points, name, color), label) in known.into_iter().zip(labels) {
        let dash = if color == BLUE { Dash::Solid } else { Dash::Long };
        scene.line(points.clone(), color, 3, dash);
        scene.styled((AREA.right + 12, label), name, Anchor::Start, (SMALL, color, true));
    }
    scene
}

fn table(sums: &[Sum]) -> DataTable {
    let row = |(place, sum): (usize, &Sum)| {
        vec![
            (place + 1).to_string(),
            sum.name.to_owned(),
            format::percent(sum.alone),
            format::count(sum.accounts),
            format::percent(sum.share),
            sum.arr.map_or_else(|| format::UNKNOWN.to_owned(), format::percent),
        ]
    };
    DataTable::new(
        &["Candidates", "Added", "Alone", "Accounts together", "Share of the base", "Share of ARR"],
        sums.iter().enumerate().map(row).collect(),
    )
}
