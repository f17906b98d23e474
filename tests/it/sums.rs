//! What must add up in a whole run, whatever the figures are: parts and wholes, the order of the steps of the funnel, points
//! within their intervals, the books of the ledger to the cent.

use std::collections::BTreeMap;

use crate::stage::{Stage, printed};

/// The report of an invented company.
struct Run {
    capabilities: Vec<BTreeMap<String, String>>,
    ledger: Vec<BTreeMap<String, String>>,
    report: serde_json::Value,
}

impl Run {
    /// Invents a company of accounts, capabilities and events, adds to its configuration, and runs it.
    fn of([accounts, capabilities, events, seed]: [&str; 4], added: &str) -> Self {
        let stage = Stage::empty();
        let sizes = ["--accounts", accounts, "--capabilities", capabilities, "--events", events, "--seed", seed];
        let output = stage.run(&[&["sample", "demo"], &sizes[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        stage.write("demo/deadhead.toml", &format!("{}\n{added}", stage.read("demo/deadhead.toml")));
        let output = stage.run(&["run", "demo"]);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        let table = |name: &str| {
            let text = stage.read(&format!("demo/reports/2026-Q3/tables/{name}.csv"));
            csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(Result::unwrap).collect()
        };
        let report = serde_json::from_str(&stage.read("demo/reports/2026-Q3/report.json")).unwrap();
        Self { capabilities: table("capabilities"), ledger: table("ledger_summary"), report }
    }

    fn check(&self) {
        self.shares_sum_to_one();
        self.books_close();
        for line in &self.capabilities {
            funnel_narrows(line);
            accounts_come_from_somewhere(line);
            points_lie_in_their_intervals(line);
        }
        self.the_union_is_at_most_the_sum();
    }

    fn shares_sum_to_one(&self) {
        let of = ["active_days", "active_users", "events", "arr"].map(|base| format!("usage_share_{base}"));
        for column in of.iter().map(String::as_str).chain(["usage_share", "cost_share"]) {
            let known: Vec<f64> = self.capabilities.iter().filter_map(|line| figure(line, column)).collect();
            let sum: f64 = known.iter().sum();
            // Six digits are written of each.
            assert!(known.is_empty() || (sum - 1.0).abs() < 1e-5, "{column} sums to {sum}");
        }
    }

    /// To the cent, line by line, so in every currency and in total.
    fn books_close(&self) {
        for line in &self.ledger {
            let parts = ["attributed", "unattributed", "outside_period", "overhead"].map(|column| cents(&line[column]));
            assert_eq!(cents(&line["input"]), parts.iter().sum::<i64>(), "{line:?}");
        }
        let run_cost: i64 = self.capabilities.iter().map(|line| cents(&line["run_cost"])).sum();
        let run = |line: &&BTreeMap<String, String>| !["build", "unclassified"].contains(&line["cost_type"].as_str());
        let attributed: i64 = self.ledger.iter().filter(run).map(|line| cents(&line["attributed"])).sum();
        let most = i64::try_from(self.capabilities.len()).unwrap();
        assert!((run_cost - attributed).abs() <= most, "{run_cost} of {attributed} cents: more than rounding of each");
    }

    fn the_union_is_at_most_the_sum(&self) {
        let Some(union) = self.report["totals"]["candidate_accounts"].as_u64() else { return };
        let lines = self.report["capabilities"].as_array().unwrap().iter();
        let candidates = lines.filter(|line| line["candidate"] == true);
        let each: Vec<u64> = candidates.filter_map(|line| line["active_accounts"].as_u64()).collect();
        let (largest, sum) = (each.iter().max().copied().unwrap_or(0), each.iter().sum());
        assert!((largest..=sum).contains(&union), "{union} accounts, {largest} by one and {sum} one by one");
    }
}

fn figure(line: &BTreeMap<String, String>, column: &str) -> Option<f64> {
    let cell = line.get(column).unwrap_or_else(|| panic!("no column {column}"));
    (!cell.is_empty()).then(|| cell.parse().unwrap_or_else(|_| panic!("{column} is `{cell}`")))
}

/// An amount with two decimals; 0 where it is not known.
fn cents(cell: &str) -> i64 {
    let digits = cell.replace('.', "");
    assert!(cell.is_empty() || cell.len() - cell.find('.').unwrap() == 3, "`{cell}` has two decimals");
    if cell.is_empty() { 0 } else { digits.parse().unwrap() }
}

/// Entitled, shown, tried, succeeded, came back: each step counts accounts of the one before.
fn funnel_narrows(line: &BTreeMap<String, String>) {
    let steps = ["entitled", "exposed", "attempted", "succeeded", "repeated"].map(|step| figure(line, step));
    assert!(steps.iter().flatten().is_sorted_by(|wide, narrow| wide >= narrow), "{}: {steps:?}", line["id"]);
    let (active, tried) = (figure(line, "active_accounts"), figure(line, "attempted"));
    assert!(active.zip(tried).is_none_or(|(active, tried)| active <= tried), "{}: who used it tried it", line["id"]);
}

/// New, retained and resurrected are the active accounts; of the retained and the dormant the retained are kept.
fn accounts_come_from_somewhere(line: &BTreeMap<String, String>) {
    let [new, retained, resurrected, dormant] =
        ["new", "retained", "resurrected", "dormant"].map(|kind| figure(line, &format!("accounts_{kind}")));
    let now = new.zip(retained).zip(resurrected).map(|((new, retained), resurrected)| new + retained + resurrected);
    if let Some((now, active)) = now.zip(figure(line, "active_accounts")) {
        assert!((now - active).abs() < 0.5, "{}: {now} of {active}", line["id"]);
    }
    if let Some(((retained, dormant), retention)) = retained.zip(dormant).zip(figure(line, "retention")) {
        let kept = retained / (retained + dormant);
        assert!((retention - kept).abs() < 1e-5, "{}: {retention} and {kept}", line["id"]);
    }
}

/// Every `…_low` and `…_high` stands around a point that is known, as far as six digits, or two decimals of money, say.
fn points_lie_in_their_intervals(line: &BTreeMap<String, String>) {
    for column in line.keys().filter_map(|column| column.strip_suffix("_low")) {
        let point = figure(line, if column == "trend" { "trend_per_month" } else { column });
        let (low, high) = (figure(line, &format!("{column}_low")), figure(line, &format!("{column}_high")));
        let Some(point) = point else {
            assert_eq!((low, high), (None, None), "{}: an interval of no {column}", line["id"]);
            continue;
        };
        let slack = if column.starts_with("cost_per") { 0.011 } else { 1e-5 * point.abs() + 1e-9 };
        assert!(low.is_none_or(|low| low <= point + slack), "{}: {column} {point} below {low:?}", line["id"]);
        assert!(high.is_none_or(|high| point <= high + slack), "{}: {column} {point} above {high:?}", line["id"]);
        let is_fraction = ["adoption_change", "trend", "contact_rate"].iter().all(|other| *other != column)
            && !["cost_per", "disproportion"].iter().any(|start| column.starts_with(start));
        let known = [Some(point), low, high].into_iter().flatten();
        assert!(!is_fraction || known.clone().all(|value| (0.0..=1.0).contains(&value)), "{}: {column}", line["id"]);
    }
}

#[test]
fn an_invented_company_adds_up() {
    Run::of(["60", "30", "3000", "3"], "").check();
}

/// Capabilities that hand their cost on, labels that share it, and users as the base of use.
#[test]
fn so_it_does_where_cost_is_shared_out() {
    let added =
        "[adoption]\nusage_share_of = \"active-users\"\n[cost]\nshare_out = \"usage\"\nseveral_labels = \"usage\"\n";
    Run::of(["150", "40", "6000", "8"], added).check();
}

#[test]
fn so_it_does_where_there_is_next_to_nothing() {
    Run::of(["1", "1", "0", "1"], "").check();
    Run::of(["2", "3", "40", "4"], "[adoption]\nmin_active_days = 2\n").check();
}
