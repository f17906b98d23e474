//! Who ends contacts and failures: machines, assisted triage, people.

use super::scene::{Anchor, Scene, cut};
use super::theme::{AMBER, BLUE, Color, Dash, GREEN, GRID, INK, PAPER, SMALL, TEXT, WIDTH};
use super::{Chart, DataTable, Subject, render};
use crate::attribute::CapabilityKind;
use crate::integrations::LayerFacts;
use crate::units::{Estimate, format};

const NAMES: i32 = 224;
const KIND: i32 = 300;
const BARS: (i32, i32) = (310, 830);
const TOP: i32 = 64;
const ROW: i32 = 62;
/// Integrations that are drawn at most.
const SHOWN: usize = 8;
const LAYERS: [(&str, Color); 3] = [("automated", GREEN), ("AI-assisted", BLUE), ("human", AMBER)];

/// The three lines of one capability, or of all.
type Group<'a> = &'a [LayerFacts];

/// The bars; `None` without a contact or failure whose layer is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let layers = &subject.integrations.layers;
    let groups = layers.lines.chunk_by(|a, b| a.capability == b.capability).filter(|group| group.len() == LAYERS.len());
    let (all, mut single): (Vec<Group>, Vec<Group>) = groups.partition(|group| group[0].capability.is_none());
    single.retain(|group| is_integration(subject, group) && contacts(group) + failures(group) > 0);
    single.sort_by_key(|group| (std::cmp::Reverse((contacts(group), failures(group))), group[0].capability));
    single.truncate(SHOWN.min(subject.settings.top));
    let rows: Vec<Group> = all.into_iter().take(1).chain(single).collect();
    if rows.iter().all(|group| contacts(group) + failures(group) == 0) {
        return None;
    }
    let mut scene = Scene::new(WIDTH, TOP + ROW * i32::try_from(rows.len()).ok()? + 16);
    legend(&mut scene);
    for (row, group) in (0..).zip(&rows) {
        let y = TOP + ROW * row;
        scene.line(vec![(16, y), (WIDTH - 16, y)], GRID, 1, Dash::Solid);
        let style = (TEXT, INK, row == 0);
        scene.styled((NAMES, y + ROW / 2), cut(title(subject, group), 26), Anchor::End, style);
        bar(
            &mut scene,
            y + 18,
            ("contacts", contacts(group)),
            &group.iter().map(|layer| layer.contacts).collect::<Vec<_>>(),
        );
        bar(
            &mut scene,
            y + 44,
            ("failures", failures(group)),
            &group.iter().map(|layer| layer.failures).collect::<Vec<_>>(),
        );
    }
    let unknown = match layers.unknown_contacts {
        0 => String::new(),
        unknown => format!(" Of {} the layer is not known; they are left out.", format::counted(unknown, "contact")),
    };
    Some(Chart {
        id: "support-layers",
        title: "Who ends contacts and failures".into(),
        finding: finding(&rows),
        note: format!(
            "Shares of the contacts and failures of the period whose layer is known, always in the order automated, AI-assisted, human; their number stands at the right. First all capabilities, then the integrations with most contacts. The table has the intervals.{unknown}"
        ),
        table: table(subject, &rows),
        scene,
    })
}

fn is_integration(subject: Subject, group: Group) -> bool {
    let capability = group[0].capability.and_then(|capability| subject.facts.capabilities.get(capability));
    capability.is_some_and(|facts| facts.capability.kind == CapabilityKind::Integration)
}

fn title<'a>(subject: Subject<'a>, group: Group) -> &'a str {
    group[0].capability.map_or("All together", |capability| subject.name(capability))
}

fn contacts(group: Group) -> u64 {
    group.iter().map(|layer| layer.contacts).sum()
}

fn failures(group: Group) -> u64 {
    group.iter().map(|layer| layer.failures).sum()
}

fn legend(scene: &mut Scene) {
    let mut x = BARS.0;
    for (name, color) in LAYERS {
        scene.rect((x, 20), (x + 14, 34), color);
        scene.note((x + 20, 27), name, Anchor::Start);
        x += 130;
    }
}

fn bar(scene: &mut Scene, y: i32, (kind, all): (&str, u64), parts: &[u64]) {
    scene.note((KIND, y), kind, Anchor::End);
    if all == 0 {
        scene.note((BARS.0, y), "none", Anchor::Start);
        return;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place in a bar")]
    let at = |sum: u64| BARS.0 + (sum as f64 / all as f64 * f64::from(BARS.1 - BARS.0)).round() as i32;
    let mut sum = 0;
    for (part, (name, color)) in parts.iter().zip(LAYERS) {
        let from = at(sum);
        sum += part;
        let to = at(sum);
        if to <= from {
            continue;
        }
        scene.rect((from, y - 11), (to, y + 11), color);
        // A white edge parts the layers for those who see no colour.
        scene.line(vec![(to, y - 11), (to, y + 11)], PAPER, 2, Dash::Solid);
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let share = format::percent(*part as f64 / all as f64);
        let texts = [format!("{name} {share}"), share];
        let fits = texts.into_iter().find(|text| render::text_width(text, SMALL) + 12 <= to - from);
        if let Some(text) = fits {
            scene.styled((i32::midpoint(from, to), y), text, Anchor::Middle, (SMALL, PAPER, true));
        }
    }
    scene.note((BARS.1 + 12, y), format::count(all), Anchor::Start);
}

fn finding(rows: &[Group]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let share = |found: Option<Estimate>| found.map(|found| format::percent(found.point));
    let of = |what: &str, all: u64, share: [Option<String>; 3]| {
        let parts: Vec<String> =
            share.into_iter().zip(LAYERS).filter_map(|(share, (name, _))| Some(format!("{} {name}", share?))).collect();
        (all > 0).then(|| format!("{}: {}", format::counted(all, what), parts.join(", ")))
    };
    let shares = |of: fn(&LayerFacts) -> Option<Estimate>| [0, 1, 2].map(|layer: usize| share(of(&first[layer])));
    let said = [
        of("contact", contacts(first), shares(|layer| layer.contact_share)),
        of("failure", failures(first), shares(|layer| layer.failure_share)),
    ];
    format!("Ended by which layer, {}.", said.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

fn table(subject: Subject, rows: &[Group]) -> DataTable {
    let share = |found: Option<Estimate>| {
        found.map_or_else(|| format::UNKNOWN.to_owned(), |found| format::percent_with_interval(&found))
    };
    let lines =
        rows.iter().flat_map(|group| group.iter().zip(LAYERS).map(move |(layer, (name, _))| (group, layer, name)));
    let row = |(group, layer, name): (&Group, &LayerFacts, &str)| {
        vec![
            title(subject, group).to_owned(),
            name.to_owned(),
            format::count(layer.contacts),
            share(layer.contact_share),
            format::count(layer.failures),
            share(layer.failure_share),
        ]
    };
    DataTable::new(
        &["Capability", "Layer", "Contacts", "Share of contacts", "Failures", "Share of failures"],
        lines.map(row).collect(),
    )
}
