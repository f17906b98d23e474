//! The planted truth of the sample company is found, and the committed sample is what `deadhead sample` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use crate::stage::{Stage, files, printed};

/// A table: its rows by their cells.
type Rows = Vec<BTreeMap<String, String>>;

/// What was planted, and what the report says of it.
struct Company {
    planted: BTreeMap<String, BTreeMap<String, String>>,
    /// Tickets without a product area, and what they are about.
    planted_tickets: BTreeMap<String, String>,
    /// What failed for whom, when and how.
    planted_failures: Rows,
    found: BTreeMap<String, BTreeMap<String, String>>,
    /// Tables and the report, by name: a table that the report lacks fails the test that needs it.
    files: BTreeMap<String, Vec<u8>>,
}

/// The company of the usual size: written and read once, because every test only looks.
static USUAL: LazyLock<Company> = LazyLock::new(|| Company::with(&[]));

impl Company {
    fn with(sizes: &[&str]) -> Self {
        let stage = Stage::empty();
        let sample = [&["sample", "demo"], sizes].concat();
        for arguments in [&sample[..], &["run", "demo"]] {
            let output = stage.run(arguments);
            assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        }
        let files: BTreeMap<_, _> = files(&stage.file("demo/reports/2026-Q3")).into_iter().collect();
        let by = |rows: Rows, key: &str| rows.into_iter().map(|row| (row[key].clone(), row)).collect();
        let planted = |name: &str| rows(&std::fs::read(stage.file(name)).unwrap());
        let tickets = planted("demo/planted_tickets.csv").into_iter();
        Self {
            planted: by(planted("demo/planted_truth.csv"), "capability"),
            planted_tickets: tickets.map(|row| (row["ticket_id"].clone(), row["capability"].clone())).collect(),
            planted_failures: planted("demo/planted_failures.csv"),
            found: by(rows(&files["tables/capabilities.csv"]), "id"),
            files,
        }
    }

    fn table(&self, name: &str) -> Rows {
        rows(self.files.get(name).unwrap_or_else(|| panic!("the report has no {name}")))
    }

    fn report(&self) -> serde_json::Value {
        serde_json::from_slice(&self.files["report.json"]).unwrap()
    }

    fn role(&self, id: &str) -> &str {
        &self.planted[id]["planted"]
    }

    /// The capabilities of a role, which are at least one; the figure that tells it must be the one that is looked at.
    fn of(&self, role: &str, figure: &str) -> Vec<Line<'_>> {
        let of_role = self.planted.iter().filter(|(_, row)| row["planted"] == role);
        let lines: Vec<Line> = of_role
            .map(|(id, row)| {
                assert_eq!(row["figure"], figure, "{id} is {role}");
                Line { id, cells: &self.found[id] }
            })
            .collect();
        assert!(!lines.is_empty(), "no {role}");
        lines
    }

    /// The capabilities of no role of these.
    fn others(&self, roles: &[&str]) -> Vec<Line<'_>> {
        let found = self.found.iter().filter(|(id, _)| !roles.contains(&self.role(id)));
        found.map(|(id, cells)| Line { id, cells }).collect()
    }

    /// Ids of a pair that was planted, in the order of the tables.
    fn pair(&self, role: &str, figure: &str) -> (String, String) {
        let id = self.of(role, figure)[0].id;
        let partner = &self.planted[id]["partner"];
        assert_eq!(self.planted[partner]["partner"], id, "partners know each other");
        (id.min(partner).to_owned(), id.max(partner).to_owned())
    }
}

fn rows(bytes: &[u8]) -> Rows {
    csv::Reader::from_reader(bytes).into_deserialize().map(Result::unwrap).collect()
}

/// One line of `tables/capabilities.csv`.
struct Line<'a> {
    id: &'a str,
    cells: &'a BTreeMap<String, String>,
}

impl Line<'_> {
    fn text(&self, column: &str) -> &str {
        self.cells.get(column).unwrap_or_else(|| panic!("capabilities.csv has no column {column}"))
    }

    /// The figure; `None` when the cell is empty, because it is not known.
    fn known(&self, column: &str) -> Option<f64> {
        number(self.text(column))
    }

    fn figure(&self, column: &str) -> f64 {
        self.known(column).unwrap_or_else(|| panic!("{column} of {} is not known", self.id))
    }

    fn has_reason(&self, code: &str) -> bool {
        self.text("reasons").split(';').any(|reason| reason == code)
    }
}

fn number(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap_or_else(|_| panic!("`{cell}` is no number")))
}

#[test]
fn the_dead_weight_is_graded_and_the_exceptions_have_their_own_verdict() {
    assert_eq!(USUAL.planted.len(), 85);
    for id in USUAL.planted.keys() {
        let line = Line { id, cells: &USUAL.found[id] };
        let role = USUAL.role(id);
        let expected: &[&str] = match role {
            "dead-weight" => &["deprecate"],
            // All of it rests on one account: whether its removal pays hangs on whether that account would leave.
            "built-for-one" => &["deprecate", "watch"],
            "broken" if id == "brightbooks" => &["procure"],
            "broken" | "needed" => &["watch"],
            "replaced" | "replaced-young" => &["consolidate"],
            "gem" => &["promote"],
            "seasonal" => &["seasonal"],
            "segment-critical" => &["segment-critical"],
            "new" => &["too-new"],
            "protected-commitment" | "protected-compliance" | "protected-core" => &["protected"],
            "cheap-rare" => &["keep"],
            // What failed for weeks, or what a platform would run for less, is no candidate either.
            "healthy" | "twin-new" | "complement" => &["keep", "watch", "repair", "procure", "promote"],
            // They have tests of their own.
            "never-offered" | "not-counted" | "exposed-unused" | "twin-old" => continue,
            other => panic!("{other} is not known"),
        };
        let (verdict, reasons) = (line.text("verdict"), line.text("reasons"));
        assert!(expected.contains(&verdict), "{id} is {role}, found {verdict} ({reasons})");
        if role == "dead-weight" {
            assert!(line.has_reason("net-benefit"), "{id}: {reasons}");
            assert_eq!(line.text("rule"), "prime", "{id}");
            assert!(line.figure("disproportion_low") > 1.0, "{id}");
        }
        assert_eq!(role == "built-for-one", line.has_reason("built-for-one"), "{id}: {reasons}");
    }
}

/// The head of the list is what was planted to be removed; what is only rare, dear or broken stands behind it.
#[test]
fn the_dead_weight_leads_the_list() {
    let mut list = USUAL.table("tables/candidates.csv");
    list.sort_by_key(|row| row["rank"].parse::<u32>().unwrap());
    let to_remove = ["dead-weight", "built-for-one", "exposed-unused", "replaced", "replaced-young", "twin-old"];
    let planted = USUAL.planted.values().filter(|row| to_remove.contains(&row["planted"].as_str())).count();
    let head: Vec<&str> = list.iter().take(planted - 1).map(|row| USUAL.role(&row["id"])).collect();
    assert!(head.iter().all(|role| to_remove.contains(role)), "{head:?}");
    let dead = head.iter().filter(|role| **role == "dead-weight").count();
    assert_eq!(dead, USUAL.of("dead-weight", "disproportion").len(), "{head:?}");
}

/// The sentences of a capability's reasons, by code.
fn sentences(id: &str) -> BTreeMap<String, String> {
    let report = USUAL.report();
    let line = report["capabilities"].as_array().unwrap().iter().find(|line| line["id"] == id).unwrap();
    let reason = |reason: &serde_json::Value| {
        let text = |key: &str| reason[key].as_str().unwrap().to_owned();
        (text("code"), text("sentence"))
    };
    line["reasons"].as_array().unwrap().iter().map(reason).collect()
}

#[test]
fn what_is_replaced_names_its_replacement_and_who_uses_that_already() {
    for line in USUAL.of("replaced", "replaced_by") {
        let sentences = sentences(line.id);
        let sentence = sentences.get("replaced-by").unwrap_or_else(|| panic!("{}: {sentences:?}", line.id));
        assert!(sentence.contains("Work orders") && sentence.contains("would have to move"), "{sentence}");
        assert_eq!(USUAL.planted[line.id]["partner"], "work_orders");
    }
}

#[test]
fn what_something_that_stays_needs_is_not_removed() {
    for line in USUAL.of("needed", "depends_on") {
        assert_eq!((line.text("verdict"), line.text("rule")), ("watch", "prime"), "{}", line.text("reasons"));
        assert!(line.has_reason("net-benefit"), "it is the dependency that keeps it: {}", line.text("reasons"));
        assert_eq!(sentences(line.id)["needed-by"], "Customer records needs it and stays.");
    }
    for line in USUAL.others(&["needed"]) {
        assert!(!line.has_reason("needed-by"), "{}", line.id);
    }
}

#[test]
fn whoever_found_the_gem_stayed() {
    for line in USUAL.of("gem", "retention") {
        assert!(line.figure("retention") > 0.9 && line.figure("adoption") < 0.1, "{}", line.id);
        assert!(line.has_reason("retained"), "{}", line.text("reasons"));
    }
    for line in USUAL.others(&["gem", "healthy"]) {
        assert_ne!(line.text("verdict"), "promote", "{}", line.id);
    }
}

#[test]
fn what_a_platform_would_run_for_less_names_the_break_even_price() {
    let sentence = &sentences("brightbooks")["dearer-than-platform"];
    assert!(sentence.starts_with("The break-even price of a platform is EUR"), "{sentence}");
    assert!(sentence.contains("12\u{202f}000"), "what it charges: {sentence}");
}

#[test]
fn what_may_be_broken_is_watched_and_says_so() {
    let reasons = sentences("old_ledger_edi");
    assert!(reasons["prime-but-failing"].contains("broken, not that it is unwanted"), "{reasons:?}");
}

#[test]
fn what_no_account_is_entitled_to_is_never_offered_and_not_unused() {
    for line in USUAL.of("never-offered", "entitled") {
        assert_eq!(line.figure("entitled").to_bits(), 0, "{}", line.id);
        assert_eq!(line.text("use_evidence"), "never-offered", "{}", line.id);
        assert_eq!(line.text("verdict"), "insufficient-data", "{}: {}", line.id, line.text("reasons"));
        assert!(line.has_reason("never-offered"), "{}: {}", line.id, line.text("reasons"));
    }
    for line in USUAL.others(&["never-offered"]) {
        assert!(line.figure("entitled") > 100.0, "{}", line.id);
        assert_ne!(line.text("use_evidence"), "never-offered", "{}", line.id);
    }
}

#[test]
fn what_sends_tickets_and_no_event_is_not_counted_and_not_unused() {
    for line in USUAL.of("not-counted", "tickets") {
        assert!(line.figure("tickets") >= 10.0, "{}", line.id);
        assert_eq!(line.figure("active_accounts").to_bits(), 0, "{}", line.id);
        assert_eq!(line.text("use_evidence"), "not-counted", "{}", line.id);
        assert_eq!(line.text("verdict"), "insufficient-data", "{}: {}", line.id, line.text("reasons"));
        assert!(line.has_reason("not-counted"), "{}: {}", line.id, line.text("reasons"));
    }
    for line in USUAL.others(&["not-counted"]) {
        assert_ne!(line.text("use_evidence"), "not-counted", "{}", line.id);
    }
}

#[test]
fn what_is_tried_and_mostly_fails_is_broken() {
    for line in USUAL.of("broken", "failure_share") {
        assert!(line.figure("failure_share") > 0.5, "{}", line.id);
        assert!(line.figure("attempted") >= 10.0, "tried by many: {}", line.id);
        assert_eq!(line.text("use_evidence"), "broken", "{}", line.id);
    }
    for line in USUAL.others(&["broken"]) {
        // What failed for a part of the period is not broken as what hardly ever worked is.
        let most =
            if USUAL.planted_failures.iter().any(|planted| planted["integration"] == line.id) { 0.25 } else { 0.1 };
        assert!(line.known("failure_share").is_none_or(|share| share < most), "{}", line.id);
        assert_ne!(line.text("use_evidence"), "broken", "{}", line.id);
    }
}

#[test]
fn what_is_shown_to_many_and_tried_by_few_is_unwanted() {
    for line in USUAL.of("exposed-unused", "exposure_rate") {
        assert!(line.figure("exposed") / line.figure("entitled") > 0.5, "{}", line.id);
        assert!(line.figure("attempted") / line.figure("exposed") < 0.1, "{}", line.id);
        assert!(line.figure("adoption_high") < 0.1, "to be shown something is not to use it: {}", line.id);
        assert_eq!(line.text("use_evidence"), "used", "{}", line.id);
        assert_eq!(line.text("verdict"), "deprecate", "{}: {}", line.id, line.text("reasons"));
    }
    for line in USUAL.others(&["exposed-unused"]) {
        assert_eq!(line.known("exposed"), None, "no event says whether {} was shown", line.id);
    }
}

#[test]
fn what_is_needed_once_a_year_is_judged_by_the_year() {
    for line in USUAL.of("seasonal", "peak_share") {
        assert!(line.figure("peak_share") > 0.7, "{}", line.id);
        assert_eq!(line.text("rhythm"), "yearly", "{}", line.id);
        assert!(["2025-12", "2026-01"].contains(&line.text("peak_month")), "{}", line.id);
        assert!(line.figure("peak_adoption") > 0.1 && line.figure("adoption") < 0.1, "{}", line.id);
        assert!(line.figure("adoption_in_rhythm") > 0.2, "{}", line.id);
    }
    // What is new has all its use in the last months, what its accounts leave in the first: neither is a season.
    for line in USUAL.others(&["seasonal", "new", "twin-old"]) {
        assert!(line.known("peak_share").is_none_or(|share| share < 0.45), "{}", line.id);
    }
    for line in USUAL.others(&["seasonal"]) {
        assert_ne!(line.text("rhythm"), "yearly", "{}", line.id);
    }
}

#[test]
fn what_was_built_for_one_has_fewer_than_two_effective_accounts() {
    for line in USUAL.of("built-for-one", "effective_accounts") {
        assert!(line.figure("effective_accounts") < 2.0, "{}", line.id);
    }
    for line in USUAL.others(&["built-for-one"]) {
        assert!(line.known("effective_accounts").is_none_or(|accounts| accounts > 2.0), "{}", line.id);
    }
}

#[test]
fn what_one_segment_cannot_do_without_is_told_by_the_adoption_in_it() {
    let report = USUAL.report();
    for planted in USUAL.of("segment-critical", "segment_adoption") {
        let lines = report["capabilities"].as_array().unwrap();
        let line = lines.iter().find(|line| line["id"] == planted.id).unwrap();
        let reasons = line["reasons"].as_array().unwrap();
        let reason = reasons.iter().find(|reason| reason["code"] == "segment-critical").unwrap();
        let sentence = reason["sentence"].as_str().unwrap();
        let adoption = number(sentence.split_whitespace().next().unwrap()).unwrap();
        assert!(adoption > 50.0 && sentence.contains("segment Enterprise"), "{sentence}");
        assert!(planted.figure("adoption") < 0.1, "{}", planted.id);
    }
    for line in USUAL.others(&["segment-critical"]) {
        assert!(!line.has_reason("segment-critical"), "{}", line.id);
    }
}

/// The pairs of a relation.
fn related(company: &Company, relation: &str) -> BTreeSet<(String, String)> {
    let pairs = company.table("tables/overlap.csv").into_iter().filter(|row| row["relation"] == relation);
    pairs
        .map(|row| (row["first"].clone().min(row["second"].clone()), row["first"].clone().max(row["second"].clone())))
        .collect()
}

/// A pair of `tables/overlap.csv`.
fn overlap((one, other): &(String, String)) -> BTreeMap<String, String> {
    let is_it = |row: &BTreeMap<String, String>| {
        [&row["first"], &row["second"]] == [one, other] || [&row["first"], &row["second"]] == [other, one]
    };
    USUAL.table("tables/overlap.csv").into_iter().find(is_it).unwrap_or_else(|| panic!("no line of {one} and {other}"))
}

#[test]
fn of_twins_the_accounts_of_one_move_to_the_other() {
    let pair = USUAL.pair("twin-old", "switch_p");
    let row = overlap(&pair);
    assert_eq!(row["relation"], "substitutes");
    assert!(number(&row["switch_p"]).unwrap() < 0.001, "{row:?}");
    let old = USUAL.of("twin-old", "switch_p")[0].id;
    let [gone, back] = if row["first"] == old {
        ["first_to_second", "second_to_first"]
    } else {
        ["second_to_first", "first_to_second"]
    };
    assert!(number(&row[gone]).unwrap() > 10.0 * number(&row[back]).unwrap().max(1.0), "{row:?}");
    assert_eq!(related(&USUAL, "substitutes"), BTreeSet::from([pair]));
    let change = |role: &str| USUAL.of(role, "switch_p")[0].figure("trend_per_month");
    assert!(change("twin-old") < 0.0 && change("twin-new") > 0.0);
}

#[test]
fn complements_are_used_by_the_same_accounts() {
    let pair = USUAL.pair("complement", "lift");
    let row = overlap(&pair);
    assert_eq!(row["relation"], "complements");
    let figure = |column: &str| number(&row[column]).unwrap();
    assert!(figure("lift_low") > 2.0 && figure("jaccard") > 0.7, "{row:?}");
    assert!(figure("first_in_second") > 0.8 && figure("second_in_first") > 0.8, "{row:?}");
    assert_eq!(related(&USUAL, "complements"), BTreeSet::from([pair]));
}

/// What chance draws otherwise tells no other pairs apart.
#[test]
fn another_company_has_the_same_pairs_and_seasons() {
    let other = Company::with(&["--seed", "2"]);
    assert_eq!(related(&other, "substitutes"), BTreeSet::from([other.pair("twin-old", "switch_p")]));
    assert_eq!(related(&other, "complements"), BTreeSet::from([other.pair("complement", "lift")]));
    for seasonal in other.planted.iter().filter(|(_, row)| row["planted"] == "seasonal") {
        assert_eq!(other.found[seasonal.0]["verdict"], "seasonal", "{}", seasonal.0);
    }
}

#[test]
fn triage_is_as_good_as_it_says_and_reads_only_tickets_without_a_label() {
    let report = USUAL.report();
    let triage = &report["triage"];
    let proposals: Vec<(String, String)> = USUAL
        .table("tables/triage.csv")
        .into_iter()
        .filter(|row| !row["capability"].is_empty())
        .map(|row| (row["ticket_id"].clone(), row["capability"].clone()))
        .collect();
    let truth = |ticket: &String| USUAL.planted_tickets.get(ticket).unwrap_or_else(|| panic!("{ticket} has a label"));
    let right = proposals.iter().filter(|(ticket, capability)| truth(ticket) == capability).count();
    assert!(!proposals.is_empty());
    assert!(right * 10 >= proposals.len() * 9, "{right} of {} are right", proposals.len());
    let count = |key: &str| triage[key].as_f64().unwrap();
    assert_eq!(triage["proposed"], proposals.len());
    // What is stated was measured on the tickets with a label; these are others of the same kind.
    let of = count("proposed") + count("abstained") + count("without_text");
    let coverage = count("proposed") / of;
    let (low, high) = (triage["coverage"]["low"].as_f64().unwrap(), triage["coverage"]["high"].as_f64().unwrap());
    assert!((low - 0.05..=high + 0.05).contains(&coverage), "{coverage} of {of}, said to be {low} to {high}");
    assert!(triage["precision"]["low"].as_f64().unwrap() >= 0.85, "{}", triage["precision"]);
}

#[test]
fn too_little_data_is_a_verdict_of_its_own() {
    let small = Company::with(&["--accounts", "20"]);
    let unsure = small.found.values().filter(|row| row["verdict"] == "insufficient-data").count();
    assert!(unsure > 70, "{unsure} of {}", small.found.len());
    assert!(small.found.values().all(|row| row["verdict"] != "deprecate"));
}

#[test]
fn the_committed_sample_is_what_the_program_writes() {
    let stage = Stage::empty();
    let output = stage.run(&["sample", "demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/fernwick-dispatch");
    let mut committed = files(&committed);
    committed.retain(|(name, _)| !name.starts_with("reports/"));
    let written = files(&stage.file("demo"));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&written));
    for ((name, committed), (_, written)) in committed.iter().zip(&written) {
        assert!(committed == written, "{name} differs: run `deadhead sample` again");
    }
}

#[test]
fn a_sample_of_any_size_can_be_written_and_never_over_something() {
    for sizes in [["1", "1", "0"], ["3", "200", "10"], ["0", "0", "0"]] {
        let stage = Stage::empty();
        let [accounts, capabilities, events] = sizes;
        let sized = ["sample", "demo", "--accounts", accounts, "--capabilities", capabilities, "--events", events];
        let output = stage.run(&sized);
        assert_eq!(output.status.code(), Some(0), "{sizes:?}: {}", printed(&output));
        assert_eq!(stage.run(&sized).status.code(), Some(2), "a second time");
    }
}

/// Integrations of which nothing is planted but that they are broken all the time.
const ALWAYS_BROKEN: [&str; 2] = ["brightbooks", "old_ledger_edi"];

#[test]
fn every_planted_failure_is_found_and_hardly_anything_else() {
    let episodes = USUAL.table("tables/episodes.csv");
    // Times are ISO 8601 in UTC, so that they are ordered as texts; an empty end is open.
    let meets = |episode: &BTreeMap<String, String>, planted: &BTreeMap<String, String>| {
        let open = "9999";
        let until = |text: &str| if text.is_empty() { open.to_owned() } else { text.to_owned() };
        episode["integration"] == planted["integration"]
            && episode["account_id"] == planted["account"]
            && episode["began_earliest"] <= until(&planted["until"])
            && until(&episode["ended_latest"]) >= planted["from"]
    };
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for planted in &USUAL.planted_failures {
        let found = episodes.iter().find(|episode| meets(episode, planted));
        let found = found.unwrap_or_else(|| panic!("nobody saw {planted:?}"));
        assert_eq!(found["kind"], planted["kind"], "{planted:?}");
        *kinds.entry(planted["kind"].as_str()).or_default() += 1;
    }
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), ["empty", "failed", "overdue", "partial"]);
    let others = episodes.iter().filter(|episode| {
        !ALWAYS_BROKEN.contains(&episode["integration"].as_str())
            && !USUAL.planted_failures.iter().any(|planted| meets(episode, planted))
    });
    let others: Vec<_> = others.collect();
    assert!(others.len() <= USUAL.planted_failures.len() / 10, "{others:#?}");
}

#[test]
fn the_story_goes_from_what_the_vendor_announced_to_the_accounts_that_left() {
    let report = USUAL.report();
    let story = &report["integrations"]["story"];
    assert_eq!(story["capability"], "ledgerly_sync");
    let kinds: Vec<&str> =
        story["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    let once = ["announced", "changed", "first-failure", "first-contact", "detected", "acknowledged", "restored"];
    for kind in once {
        assert_eq!(kinds.iter().filter(|found| **found == kind).count(), 1, "{kind} in {kinds:?}");
    }
    assert_eq!(kinds[kinds.len() - 7..], ["account-lost"; 7], "{kinds:?}");
    assert!(story["dark_hours"].as_f64().unwrap() > 1_000.0 && story["lost_arr"].as_f64().unwrap() > 100_000.0);
}

#[test]
fn who_left_after_a_failure_is_told_from_who_faded() {
    let churn = USUAL.table("tables/churn.csv");
    let of = |kind: &str| churn.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
    let story: Vec<&str> = of("functional")
        .into_iter()
        .filter(|line| line["integration"] == "ledgerly_sync")
        .map(|line| line["account_id"].as_str())
        .collect();
    let planted: BTreeSet<&str> = USUAL
        .planted_failures
        .iter()
        .filter(|line| line["integration"] == "ledgerly_sync" && line["note"].contains("left"))
        .map(|line| line["account"].as_str())
        .collect();
    assert!(planted.len() >= 5);
    assert_eq!(story.iter().copied().collect::<BTreeSet<_>>(), planted);
    assert_eq!(of("emotional").len(), 2);
    assert!(of("functional").iter().all(|line| number(&line["dependence"]).unwrap() >= 0.2));
}

#[test]
fn failures_are_seen_by_whom_they_were_planted_to_be() {
    let line = |id: &str| {
        let found = USUAL.table("tables/integrations.csv").into_iter().find(|line| line["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let figure = |id: &str, column: &str| number(&line(id)[column]).unwrap_or_else(|| panic!("{column} of {id}"));
    let is_one = |what: &str| (figure("ledgerly_sync", what) - 1.0).abs() < 1e-9;
    assert!(is_one("detected_by_customer") && is_one("silent"));
    assert_eq!(line("ledgerly_sync")["verdict"], "repair");
    assert!(figure("mapwright", "detected_by_monitor") >= 3.0);
    // Sixty failed runs in eight days, and a schedule that stopped: nobody was told.
    for id in ["telematica", "paystream"] {
        assert!(figure(id, "never_detected") >= 1.0, "{id}");
    }
    assert!(figure("brightbooks", "procure_saves") > 0.0 && figure("calendo_sync", "procure_saves") < 0.0);
    for line in USUAL.table("tables/integrations.csv") {
        let [score, frequency, detect, repair] =
            ["reliability", "episodes_per_account_hour", "episode_hours_to_detect", "episode_hours_to_repair"]
                .map(|column| number(&line[column]).unwrap());
        // Printed with six digits.
        assert!((1.0 - score - frequency * (detect + repair)).abs() < 1e-5, "{line:?}");
    }
}

#[test]
fn what_vendors_will_change_has_its_accounts_and_its_owner_or_none() {
    let calendar = USUAL.table("tables/api_calendar.csv");
    assert!(calendar.iter().all(|line| number(&line["accounts"]).unwrap() > 0.0));
    let unowned: Vec<&str> =
        calendar.iter().filter(|line| line["unowned"] == "true").map(|line| line["integrations"].as_str()).collect();
    assert_eq!(unowned, ["weatherline"]);
    assert!(calendar.iter().any(|line| line["effective_on"].is_empty() && !line["effective_version"].is_empty()));
    let collisions = USUAL.report()["integrations"]["collisions"].clone();
    assert_eq!((collisions[0]["month"].as_str(), collisions[0]["owner"].as_str()), (Some("2026-12"), Some("Connect")));
}

#[test]
fn every_contact_of_the_period_is_in_a_layer_or_in_none() {
    let layers = USUAL.table("tables/support_layers.csv");
    let all: f64 =
        layers.iter().filter(|line| line["capability"].is_empty()).map(|line| number(&line["contacts"]).unwrap()).sum();
    let without = USUAL.report()["integrations"]["contacts_without_layer"].as_f64().unwrap();
    let tickets =
        USUAL.table("tables/ledger_summary.csv").into_iter().find(|line| line["source_table"] == "tickets").unwrap();
    assert!(all > 0.0 && all + without <= number(&tickets["rows"]).unwrap());
    let shares: f64 = layers
        .iter()
        .filter(|line| line["capability"].is_empty())
        .map(|line| number(&line["contact_share"]).unwrap())
        .sum();
    assert!((shares - 1.0).abs() < 1e-5);
}
