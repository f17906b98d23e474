use super::upkeep::{Fate, fate, is_open};
use super::*;
use crate::attribute::testing::Case;
use crate::attribute::{Catalogue, Ledger};
use crate::config::{CapabilityKind, CatalogueSettings, Unlisted};
use crate::diag::Findings;
use crate::metrics::CostSources;
use crate::rollup::{Rollup, Spans};
use crate::tables::rows::{BaseTotal, CatalogueLine, Ticket, UsageTotal};
use crate::units::{Month, Period};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn some(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// A store with counts for the thirty months up to June 2021.
#[derive(Default)]
struct Store {
    lines: Vec<CatalogueLine>,
    /// Capability, and its counts from January 2019 on; `None` is no row.
    counts: Vec<(&'static str, Vec<Option<i64>>)>,
    base: Vec<i64>,
    releases: Vec<Release>,
    changes: Vec<Change>,
    findings: Vec<KnownFinding>,
    api_changes: Vec<ApiChange>,
}

fn line(id: &str) -> CatalogueLine {
    CatalogueLine { id: Some(id.into()), kind: Some("integration".into()), ..CatalogueLine::default() }
}

fn month(number: usize) -> NaiveDate {
    Month::of(day("2019-01-01")).plus(i32::try_from(number).unwrap()).first_day()
}

impl Store {
    /// Two capabilities, `a` and `b`, used by ten accounts of a hundred each in every month.
    fn plain() -> Self {
        Self {
            lines: vec![line("a"), line("b")],
            counts: vec![("a", vec![Some(10); 30]), ("b", vec![Some(10); 30])],
            base: vec![100; 30],
            ..Self::default()
        }
    }

    fn signals_on(&self, as_of: &str) -> Vec<Signals> {
        let mut usage = Vec::new();
        for (name, counts) in &self.counts {
            for (number, count) in counts.iter().enumerate().filter(|(_, count)| count.is_some()) {
                let (month, active_accounts) = (Some(month(number)), *count);
                let capability = Some((*name).to_owned());
                usage.push(UsageTotal { month, capability, active_accounts, ..UsageTotal::default() });
            }
        }
        let base = self.base.iter().enumerate();
        let base: Vec<BaseTotal> = base
            .map(|(number, &accounts)| BaseTotal {
                month: Some(month(number)),
                active_accounts: Some(accounts),
                ..BaseTotal::default()
            })
            .collect();
        let settings = CatalogueSettings { unlisted: Unlisted::Unmapped, default_kind: CapabilityKind::Feature };
        let catalogue = Catalogue::build(&self.lines, &[], &settings, std::iter::empty(), &mut Findings::default());
        let period: Period = "2021-06".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: day(as_of) };
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup: &Rollup::default(),
            ledger: &Ledger::default(),
            tickets: &[],
            incidents: None,
            runs: None,
            sources: CostSources::default(),
            accounts: &[],
            commitments: &[],
            usage_totals: &usage,
            base_totals: &base,
            signs: Signs {
                releases: Some(&self.releases),
                changes: Some(&self.changes),
                findings: Some(&self.findings),
                api_changes: Some(&self.api_changes),
                work_items: None,
            },
            spans: &spans,
        };
        let over_time = use_over_time::UseOverTime::of(evidence);
        let upkeep = upkeep::Upkeep::of(evidence, &over_time);
        let neighbours = neighbours::Neighbours::of(evidence);
        let of = |index: usize| {
            let mut signals = Signals::default();
            over_time.fill(index, catalogue.capabilities()[index].launched_on, &mut signals);
            upkeep.fill(index, &mut signals);
            neighbours.fill(index, &mut signals);
            signals
        };
        (0..catalogue.capabilities().len()).map(of).collect()
    }

    fn signals(&self) -> Vec<Signals> {
        self.signals_on("2021-06-30")
    }
}

fn change(opened: &str, closed: &str, status: &str) -> Change {
    Change {
        capability: Some("a".into()),
        opened_on: some(opened),
        closed_on: some(closed),
        status: Some(status.to_owned()).filter(|status| !status.is_empty()),
        ..Change::default()
    }
}

fn release(on: &str, accounts: Option<i64>) -> Release {
    Release { capability: Some("a".into()), released_on: some(on), active_accounts: accounts, ..Release::default() }
}

fn near(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} and not {expected}");
}

#[test]
fn what_became_of_a_change_on_a_day_it_was_not_yet_known() {
    let as_of = day("2021-06-30");
    for (opened, closed, status, expected) in [
        ("2021-07-01", "", "open", None),
        ("", "2021-01-01", "done", None),
        ("2021-06-30", "", "open", Some(Fate::Open)),
        ("2021-01-01", "", "", Some(Fate::Open)),
        ("2021-01-01", "2021-06-30", "done", Some(Fate::Done(as_of))),
        ("2021-01-01", "2021-02-01", "", Some(Fate::Done(day("2021-02-01")))),
        ("2021-01-01", "2021-07-01", "done", Some(Fate::Open)),
        ("2021-01-01", "2021-07-01", "dropped", Some(Fate::Open)),
        ("2021-01-01", "", "done", Some(Fate::Done(day("2021-01-01")))),
        ("2021-01-01", "2021-02-01", "dropped", Some(Fate::Gone)),
        ("2021-01-01", "", "dropped", Some(Fate::Gone)),
    ] {
        assert_eq!(fate(&change(opened, closed, status), as_of), expected, "{opened} {closed} {status}");
    }
}

#[test]
fn whether_a_finding_is_open() {
    for (found, fixed, status, expected) in [
        ("2021-07-01", "", "open", None),
        ("2021-06-30", "", "open", Some(true)),
        ("2021-06-01", "2021-06-30", "", Some(false)),
        ("2021-06-01", "2021-07-01", "fixed", Some(true)),
        ("2021-06-01", "", "fixed", Some(false)),
        ("2021-06-01", "", "", Some(true)),
    ] {
        let status = Some(status.to_owned()).filter(|status| !status.is_empty());
        let finding = KnownFinding { found_on: some(found), fixed_on: some(fixed), status, ..KnownFinding::default() };
        assert_eq!(is_open(&finding, day("2021-06-30")), expected, "{found} {fixed}");
    }
}

/// The figures are of pandas 2.3.3 with numpy 2.4.6: sums of the three months over the sums of the bases, both raised by five
/// accounts of the mean of the last three bases; the sixth month has no row.
#[test]
fn changes_of_use_as_pandas_has_them() {
    let falling: Vec<Option<i64>> = (0..30).map(|n| Some(40 - n).filter(|_| n != 5)).collect();
    let store = Store {
        lines: vec![line("a"), line("b")],
        counts: vec![("a", falling), ("b", vec![Some(1); 30])],
        base: (0..30).map(|n| 100 + 10 * n).collect(),
        ..Store::default()
    };
    let found = &store.signals()[0];
    near(found.use_now, 0.031_578_947_368_421_054);
    near(found.change_6m, 0.644_549_763_033_175_2);
    near(found.change_12m, 0.424_184_261_036_468_34);
    near(found.change_24m, 0.239_276_139_410_187_7);
    near(found.age_months, f64::from(911) / use_over_time::DAYS_PER_MONTH);
}

#[test]
fn too_short_a_record_has_no_change_and_no_count_has_no_use() {
    let short = Store { counts: vec![("a", vec![Some(3)])], base: vec![60], ..Store::plain() };
    let found = short.signals();
    near(found[0].use_now, 0.05);
    assert_eq!((found[0].change_6m, found[0].change_24m), (None, None));
    assert_eq!((found[1].use_now, found[1].age_months), (None, None));
    let nothing = Store { counts: Vec::new(), base: Vec::new(), ..Store::plain() };
    assert_eq!(nothing.signals()[0].use_now, None);
    // Without any base, the base is all use.
    let alone = Store { base: Vec::new(), ..Store::plain() };
    near(alone.signals()[0].use_now, 0.5);
}

#[test]
fn a_month_that_is_not_over_is_not_read_where_others_are() {
    let mut store = Store::plain();
    store.counts[0].1[29] = Some(0);
    near(store.signals_on("2021-06-15")[0].use_now, 0.1);
    near(store.signals_on("2021-06-30")[0].use_now, 20.0 / 300.0);
}

#[test]
fn a_build_that_nobody_took_is_no_release() {
    let mut store = Store::plain();
    store.counts[0].1[3] = Some(90);
    // One in fifty of the best month is 1.8.
    store.releases =
        vec![release("2020-05-01", Some(2)), release("2021-05-01", Some(1)), release("2021-07-01", Some(50))];
    let found = store.signals();
    near(found[0].months_since_release, 425.0 / use_over_time::DAYS_PER_MONTH);
    assert_eq!((found[0].releases_24m, found[1].releases_24m), (Some(1.0), Some(0.0)));
    // Of one that never was released it is known only since when releases are.
    assert_eq!(found[1].months_since_release, found[0].months_since_release);
    store.releases.push(release("2021-06-01", None));
    near(store.signals()[0].months_since_release, 29.0 / use_over_time::DAYS_PER_MONTH);
    store.releases = vec![release("2021-07-01", None)];
    assert_eq!(store.signals()[0].months_since_release, None);
}

#[test]
fn work_that_waits_beside_work_that_is_done_is_no_neglect() {
    let mut store = Store::plain();
    store.changes = vec![
        Change { weight: Some(0.5), ..change("2021-01-01", "", "open") },
        change("2021-03-02", "", "open"),
        change("2020-01-01", "", "dropped"),
    ];
    let found = store.signals();
    assert_eq!((found[0].open_work, found[0].oldest_open_days), (Some(1.5), Some(180.0)));
    assert_eq!((found[0].untaken_days, found[0].finished_changes_24m), (Some(180.0), Some(0.0)));
    near(found[0].months_since_change, 546.0 / use_over_time::DAYS_PER_MONTH);
    assert_eq!((found[1].open_work, found[1].untaken_days, found[0].authors_12m), (Some(0.0), Some(0.0), None));
    let done = |closed: &str, person: &str, weight| Change {
        person: Some(person.into()),
        weight,
        ..change("2019-01-01", closed, "done")
    };
    store.changes.extend([done("2021-05-31", "x", Some(0.25)), done("2021-05-01", "x", None)]);
    store.changes.extend([done("2020-01-01", "y", None), done("2019-06-30", "z", None)]);
    let found = &store.signals()[0];
    assert_eq!((found.untaken_days, found.oldest_open_days), (Some(0.0), Some(180.0)));
    assert_eq!((found.finished_changes_24m, found.authors_12m), (Some(2.25), Some(1.0)));
    near(found.months_since_change, 30.0 / use_over_time::DAYS_PER_MONTH);
}

#[test]
fn where_nobody_could_look_changes_are_not_known() {
    let mut store = Store::plain();
    store.changes = vec![change("2021-01-01", "", "open")];
    store.lines[1].repository = Some("r".into());
    let found = store.signals();
    // `a` has rows, so that somebody did.
    assert!(found[0].finished_changes_24m.is_some() && found[1].finished_changes_24m.is_some());
    assert_eq!((found[0].has_home, found[1].has_home), (Some(false), Some(true)));
    store.changes[0].capability = Some("b".into());
    let found = store.signals();
    assert_eq!((found[0].finished_changes_24m, found[0].open_work), (None, None));
    assert_eq!(found[1].open_work, Some(1.0));
    // A catalogue that names few repositories does not look for them.
    store.lines.extend([line("c"), line("d")]);
    assert_eq!(store.signals()[0].has_home, None);
}

#[test]
fn findings_count_where_their_state_is_told() {
    let finding = |status: &str| KnownFinding {
        capability: Some("a".into()),
        found_on: some("2020-01-01"),
        status: Some(status.to_owned()).filter(|status| !status.is_empty()),
        ..KnownFinding::default()
    };
    let mut store = Store::plain();
    store.findings = vec![finding("")];
    assert_eq!(store.signals()[0].unfixed_findings, None);
    store.findings.extend([finding("open"), finding("open"), finding("fixed")]);
    let found = store.signals();
    assert_eq!((found[0].unfixed_findings, found[1].unfixed_findings), (Some(3.0), Some(0.0)));
}

#[test]
fn families_needs_and_notices() {
    let mut store = Store::plain();
    store.lines.push(line("c"));
    for (line, vendor) in store.lines.iter_mut().zip(["V", "", ""]) {
        line.vendor = Some(vendor.to_owned()).filter(|vendor| !vendor.is_empty());
        line.repository = Some("one".into());
    }
    store.lines[2].intent = Some("sunset".into());
    store.lines[1].depends_on = Some(vec!["c".into(), "b".into(), "nobody".into()]);
    let notice = |announced: &str, effective: &str| ApiChange {
        vendor: Some("v ".into()),
        change: Some("shutdown".into()),
        announced_on: some(announced),
        effective_on: some(effective),
        ..ApiChange::default()
    };
    store.api_changes = vec![notice("2021-01-01", "2022-01-01"), notice("", "2022-01-01"), notice("2021-07-01", "")];
    let found = store.signals();
    assert_eq!((found[0].shutdowns, found[1].shutdowns, found[2].shutdowns), (Some(1.0), None, Some(1.0)));
    assert_eq!((found[1].depends_on.as_slice(), found[1].family.as_slice()), (&[2][..], &[0, 2][..]));
}

/// A planted future changes nothing: the signals of a day are those of the tables cut off at that day.
#[test]
fn nothing_dated_later_is_looked_at() {
    let mut store = Store::plain();
    store.changes = vec![change("2020-12-01", "", "open"), change("2020-10-01", "2020-11-01", "done")];
    store.releases = vec![release("2020-03-01", Some(5))];
    let expected = store.signals_on("2020-12-31");
    for count in &mut store.counts[0].1[24..] {
        *count = Some(99);
    }
    store.base[25] = 7;
    store.changes[0] = change("2020-12-01", "2021-02-01", "done");
    store.changes.push(change("2021-01-01", "2021-01-02", "done"));
    store.releases.push(release("2021-01-01", Some(99)));
    store.findings.push(KnownFinding {
        capability: Some("a".into()),
        found_on: some("2021-01-01"),
        status: Some("open".into()),
        ..KnownFinding::default()
    });
    assert_eq!(store.signals_on("2020-12-31"), expected);
}

/// Work and contacts come where the ledger placed them, each part once.
#[test]
fn work_and_contacts_follow_the_ledger() {
    let mut case = Case::new(&[("a", ""), ("b", "")], &[]);
    let work = |on: &str, person: &str| WorkItem {
        capability: Some("a".into()),
        worked_on: some(on),
        hours: Some(3.0),
        person: Some(person.into()),
        ..WorkItem::default()
    };
    case.work_items = vec![work("2021-06-01", "x"), work("2021-05-01", "y"), work("2021-07-02", "z")];
    let ticket = |opened: &str, solved: &str| Ticket {
        capability: Some("b".into()),
        opened_at: format!("{opened}T00:00:00").parse().ok(),
        solved_at: format!("{solved}T00:00:00").parse().ok(),
        ..Ticket::default()
    };
    case.tickets = vec![
        ticket("2021-01-01", ""),
        ticket("2021-01-01", "2021-07-01"),
        ticket("2021-01-01", "2021-01-02"),
        ticket("2021-07-01", ""),
    ];
    let period: Period = "2021-Q2".parse().unwrap();
    let spans = Spans { previous: period.previous(), period, as_of: day("2021-06-30") };
    let evidence = Evidence {
        catalogue: &case.catalogue,
        rollup: &Rollup::default(),
        ledger: &case.ledger(),
        tickets: &case.tickets,
        incidents: None,
        runs: None,
        sources: CostSources::default(),
        accounts: &[],
        commitments: &[],
        usage_totals: &[],
        base_totals: &[],
        signs: Signs { work_items: Some(&case.work_items), ..Signs::default() },
        spans: &spans,
    };
    let upkeep = upkeep::Upkeep::of(evidence, &use_over_time::UseOverTime::of(evidence));
    let mut found = [Signals::default(), Signals::default()];
    found.iter_mut().enumerate().for_each(|(index, signals)| upkeep.fill(index, signals));
    assert_eq!((found[0].finished_changes_24m, found[0].authors_12m), (Some(2.0), Some(2.0)));
    assert_eq!((found[1].finished_changes_24m, found[1].open_work), (Some(0.0), None));
    near(found[0].months_since_change, 29.0 / use_over_time::DAYS_PER_MONTH);
    assert_eq!((upkeep.unsolved(0), upkeep.unsolved(1)), (Some(0.0), Some(2.0)));
}
