//! The plan, as every format says it.

use std::collections::BTreeMap;

use super::{HOSTILE, agrees, fixture, json, rendered, schema, table, text};
use crate::export::text::slug;
use crate::plan::Constraint;
use crate::report::Report;
use crate::units::format;

fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

/// The section of the page on the plan.
fn section(files: &BTreeMap<String, Vec<u8>>) -> String {
    let page = text(files, "index.html");
    let (_, section) = page.split_once("<section aria-labelledby=\"plan\">").unwrap();
    section.split_once("</section>").unwrap().0.to_owned()
}

#[test]
fn page_summary_table_and_json_say_the_same() {
    let mut report = fixture::report(60);
    report.headlines.push(report.plan_headline().unwrap());
    let files = rendered(&report, &[]);
    let (page, summary, json) = (section(&files), text(&files, "summary.md"), json(&files));
    let rows = table(&files, "tables/plan.csv");
    let plan = report.plan.as_ref().unwrap();
    for (place, of) in plan.removals.iter().enumerate() {
        let day = of.removed_on().unwrap().to_string();
        assert!(page.contains(&format!("<b>{day}</b>")) && summary.contains(&format!("{day} {}", of.name)), "{day}");
        let mine: Vec<_> = rows.iter().filter(|row| row["capability"] == of.id).collect();
        assert_eq!(mine.len(), of.stages.len());
        for (row, stage) in mine.iter().zip(json["plan"]["removals"][place]["stages"].as_array().unwrap()) {
            assert!(["stage", "from", "until"].iter().all(|column| agrees(&row[*column], &stage[*column])), "{row:?}");
            assert_eq!(row["reversible"], stage["reversible"].to_string());
        }
        let in_json = &json["plan"]["removals"][place];
        for column in
            ["name", "class", "wave", "replacement", "replacement_on", "team", "hours", "arr_at_risk", "demanded_by"]
        {
            assert!(agrees(&mine[0][column], &in_json[column]), "{column}");
        }
        for (column, figure) in [
            ("net_benefit", &in_json["value"]),
            ("affected", &in_json["accounts"]),
            ("freed_a_year", in_json.pointer("/freed/mean").unwrap_or(&serde_json::Value::Null)),
        ] {
            assert!(agrees(&mine[0][column], figure), "{column}: {} and {figure}", mine[0][column]);
        }
        for amount in [of.value, of.arr_at_risk].into_iter().flatten() {
            assert!(page.contains(format::money(amount, "").trim()), "{amount:?}");
        }
    }
    // The promise: mean and interval, the same in all.
    let freed = &json["plan"]["yearly"]["freed"];
    assert_eq!(
        [&freed["mean"], &freed["low"], &freed["high"]].map(|end| end.as_f64().unwrap()),
        [28_000.0, 21_500.0, 34_750.0]
    );
    assert!(
        plain(&page).contains("EUR 28 000 of run cost a year ends (21 500 to 34 750 in eight of ten simulated runs)")
    );
    assert!(plain(&summary).contains("frees EUR 28 000 (21 500 to 34 750) of run cost a year"), "{summary}");
}

#[test]
fn the_sentences_are_those_that_somebody_would_say() {
    let report = fixture::report(60);
    let said: Vec<String> = report.plan_in_short().unwrap().iter().map(|sentence| plain(sentence)).collect();
    assert_eq!(
        said,
        [
            "The plan removes 3 of 12 capabilities considered, the first on 26 January 2027 and the last on 26 October 2027. Together that is worth EUR 80 750 over 3 years.",
            "Once all are gone, EUR 28 000 of run cost a year ends (21 500 to 34 750 in eight of ten simulated runs), 8.5 % of EUR 331 000. Of 1 removal the run cost is not known and not counted.",
            "18 of 400 accounts (4.5 %) lose something that they use, and EUR 7 050 of ARR a year may leave with them (the budget is EUR 188 000); there are 6 calls to make.",
            "9 stay for now, held back by: team hours (8), not worth it (1).",
            "10 % more hours of every team would bring EUR 8 250 more: Survey builder would go as well.",
        ]
    );
    assert_eq!(
        plain(&report.plan_headline().unwrap()),
        "The plan removes 3 capabilities by 26 October 2027 and frees EUR 28 000 (21 500 to 34 750) of run cost a year; it touches 18 of 400 accounts (4.5 %) and puts EUR 7 050 of ARR a year at risk. The plan cannot keep one date: SOAP webhook bridge by 31 December 2026."
    );
}

#[test]
fn tables_by_hand() {
    let files = rendered(&fixture::report(60), &[]);
    let line = |path: &str, place: usize| text(&files, path).lines().nth(place).unwrap().to_owned();
    let lines = |path: &str| text(&files, path).lines().count();
    assert_eq!(
        line("tables/plan.csv", 0),
        "capability,name,stage,from,until,starts_at,ends_at,class,wave,replacement,replacement_on,affected,told,team,hours,deprecation,sunset,net_benefit,arr_at_risk,freed_a_year,demanded_by,reversible"
    );
    assert_eq!(
        line("tables/plan.csv", 2),
        "cap-0,Legacy PDF export,announced,2026-10-26,2026-11-08,,,user-interface,2027-Q1,,,15,15,Documents,161.6,,,40500.00,4100.00,16000.00,,true"
    );
    // Seven stages of the first, nine of the others with their brownouts.
    assert_eq!(
        line("tables/plan.csv", 7 + 5),
        "cap-1,FTP drop box,brownout,2027-03-15,2027-03-15,2027-03-15T09:00:00Z,2027-03-15T12:00:00Z,integration,2027-Q2,,,4,4,,161.6,,,31250.50,2050.00,12000.00,2027-05-31,true"
    );
    let last = line("tables/plan.csv", 7 + 9 + 9);
    assert_eq!(
        last,
        "cap-2,Fax gateway,verified,2028-01-26,2028-01-26,,,public-api,2027-Q4,cap-16,2022-05-01,1,1,Documents,161.6,2026-10-26,2027-10-26,9000.00,900.00,,,false"
    );
    assert_eq!(lines("tables/plan.csv"), 1 + 7 + 9 + 9);
    assert_eq!(
        line("tables/plan_left_out.csv", 2),
        "cap-4,SOAP webhook bridge,deprecate,5,team-hours,\"Growth would work 54 hours a month on removals, of at most 32.\",team-hours,8250.25"
    );
    assert_eq!(
        line("tables/plan_left_out.csv", 4),
        "cap-5,Desktop sync agent,deprecate,6,not-worth-it,Removing it is expected to cost more than it brings.,,"
    );
    assert_eq!(lines("tables/plan_left_out.csv"), 1 + 9 + 1);
    assert_eq!(
        line("tables/plan_forecast.csv", 4),
        "run-cost,2027-Q4,83000,-7000,-7900.25,-6099.75,0.375,avoidable_support;avoidable_direct,true,false,1"
    );
    assert_eq!(line("tables/plan_forecast.csv", 9), "capabilities,2027-Q1,60,-1,-1,-1,,,true,false,0");
    assert_eq!(lines("tables/plan_forecast.csv"), 1 + 3 * 8);
}

#[test]
fn the_table_of_the_plan_is_read_by_the_linter_as_it_was_meant() {
    let report = fixture::report(60);
    let files = rendered(&report, &[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.csv");
    std::fs::write(&path, &files["tables/plan.csv"]).unwrap();
    let stages: Vec<&str> = crate::plan::StageKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let read = crate::ingest::read_plan(&path, &stages).unwrap();
    assert_eq!(read.ignored, ["wave", "net_benefit", "arr_at_risk", "freed_a_year", "reversible"]);
    let removals = &report.plan.as_ref().unwrap().removals;
    let meant = removals.iter().flat_map(|of| of.stages.iter().map(move |stage| (of, stage)));
    assert_eq!(read.rows.len(), meant.clone().count());
    for (row, (of, stage)) in read.rows.iter().zip(meant) {
        assert_eq!((&row.capability, row.stage.as_str()), (&of.id, stage.stage.as_str()));
        assert_eq!((row.from, row.until), (stage.from, Some(stage.until)));
        assert_eq!((row.starts_at, row.ends_at), (stage.starts_at, stage.ends_at));
        assert_eq!(
            (row.class, &row.replacement, row.replacement_on),
            (Some(of.class), &of.replacement, of.replacement_on)
        );
        assert_eq!(
            (row.affected, row.told),
            (Some(of.accounts as u64), Some(of.accounts as u64)),
            "all of them are told"
        );
        assert_eq!((&row.team, row.hours), (&of.team, Some(16_160)));
        let headers = (of.class == crate::config::NoticeClass::PublicApi).then_some(of);
        assert_eq!(row.sunset, headers.and_then(crate::report::RemovalLine::removed_on));
    }
}

#[test]
fn the_page_warns_first_and_says_what_is_assumption() {
    let page = section(&rendered(&fixture::report(60), &[]));
    let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(at("class=\"alarm\"") < at("The plan removes"), "what cannot be kept comes first");
    assert!(at("<li><bdi>It is owed 6 months of notice.</bdi></li>") < at("id=\"plan-removals\""));
    for part in [
        "<small>integration</small>",
        "<small>2027-03-15, 09:00–12:00</small>",
        "<small class=\"far\">must be gone by 2027-05-31</small>",
        "<small>way back until 2027-04-26</small>",
        "15<small>2 calls, 5 mails, 8 notes</small>",
        "<bdi>Public API</bdi> takes its place",
        "<td class=\"n\">–</td>",
        "team hours; promise",
        "10 % more hours of every team<small>",
        "38\u{202f}% of its doubt is assumption: part of support cost that ends, part of charges that ends; not known of 1 removal",
        "assumption alone",
        "few cases, so the range is rough",
        "counted, without doubt",
        "−25\u{202f}750",
        "a gap of 1.5\u{202f}%",
        "71\u{202f}060 with 2 removals: 12\u{202f}% less",
        "<code>short-notice</code> <bdi>cap-0</bdi>",
        "The linter of plans objects to 1 point:",
        "<code>plan/plan.ics</code>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    // Only waves in which something goes have a row.
    assert!(page.contains("2027-Q4") && !page.contains("<th scope=\"row\">2026-Q4</th>"));
    assert!(!page.contains(">Growth<"), "a team without work has no row");
}

#[test]
fn cards_say_what_becomes_of_the_candidate() {
    let page = plain(&text(&rendered(&fixture::report(60), &[]), "index.html"));
    let gone = "<b>removed on 26 January 2027</b>. Announced on 26 October 2026; 15 accounts to tell (2 calls, 5 mails, 8 notes); worth EUR 40 500 on that day.";
    assert!(page.contains(gone));
    assert_eq!(page.matches("<b>stays for now</b>").count(), 9);
    assert!(page.contains("of at most 32. It would go with 10 % more hours of every team."));
}

#[test]
fn without_a_plan_nothing_is_said_of_one() {
    let mut report = fixture::report(60);
    report.plan = None;
    let files = rendered(&report, &[]);
    let (page, summary) = (text(&files, "index.html"), text(&files, "summary.md"));
    assert!(!page.contains("id=\"plan\"") && !page.contains("In the plan") && !summary.contains("### Plan"));
    for name in ["plan", "plan_left_out", "plan_forecast"] {
        assert_eq!(text(&files, &format!("tables/{name}.csv")).lines().count(), 1, "{name}");
    }
    assert_eq!((report.plan_in_short(), report.plan_headline()), (None, None));
    assert_eq!(schema::faults(&json(&files)), Vec::<String>::new());
}

/// The report with a plan that removes nothing.
fn nothing_goes() -> Report {
    let mut report = fixture::report(60);
    let plan = report.plan.as_mut().unwrap();
    (plan.removals, plan.forecast, plan.yearly) = (Vec::new(), Vec::new(), None);
    (plan.conflicts, plan.lint) = (Vec::new(), Vec::new());
    plan.waves.iter_mut().for_each(|wave| wave.removals = 0);
    report
}

#[test]
fn where_nothing_goes_the_section_says_why() {
    let mut report = nothing_goes();
    let said = |report: &Report| section(&rendered(report, &[]));
    assert!(said(&report).contains(
        "Nothing is removed within the next 24 months. 9 stay for now, held back by: team hours (8), not worth it (1)."
    ));
    assert!(!said(&report).contains("id=\"plan-removals\"") && !said(&report).contains("id=\"plan-budgets\""));
    assert!(text(&rendered(&report, &[]), "summary.md").contains("### Plan\n\n- Nothing is removed within"));
    assert_eq!(report.plan_headline(), None);
    let wanted = "A plan needs accounts with ARR (accounts): without, nobody knows what a removal is worth, and none can be chosen.";
    report.unavailable.push(crate::report::Unavailable { part: "plan", wants: "accounts", sentence: wanted.into() });
    assert!(said(&report).contains(wanted));
    for of in &mut report.plan.as_mut().unwrap().left_out {
        of.bounds.truncate(1);
        of.bounds[0].constraint = Constraint::WorthUnknown;
    }
    let blind = said(&report);
    assert!(blind.contains(wanted) && !blind.contains("id=\"plan-left-out\"") && !blind.contains("id=\"plan-notice\""));
    report.unavailable.clear();
    report.plan.as_mut().unwrap().left_out.clear();
    assert!(said(&report).contains("Nothing is advised to be removed, so there is nothing to plan."));
}

#[test]
fn many_removals_are_cut_on_the_page_and_not_in_the_table() {
    let mut report = fixture::report(200);
    report.capabilities.iter_mut().for_each(|line| line.candidate = true);
    let plan = report.plan.as_mut().unwrap();
    let (one, stays) = (plan.removals[1].clone(), plan.left_out[0].clone());
    plan.removals = vec![one; 80];
    plan.left_out = vec![stays; 90];
    let files = rendered(&report, &[]);
    let page = section(&files);
    assert!(page.contains("The first 60 of 80 removals, by day; all are in <code>tables/plan.csv</code>."));
    assert!(page.contains("The first 40 of 90 by rank; all are in <code>tables/plan_left_out.csv</code>."));
    assert_eq!(text(&files, "tables/plan.csv").lines().count(), 1 + 80 * 9);
    assert!(text(&files, "summary.md").lines().count() < 60);
}

#[test]
fn hostile_names_stay_in_their_cells() {
    for hostile in HOSTILE {
        let files = rendered(&fixture::with_text(60, hostile), &[]);
        for name in ["plan", "plan_left_out", "plan_forecast"] {
            let usual = table(&rendered(&fixture::report(60), &[]), &format!("tables/{name}.csv"));
            assert_eq!(table(&files, &format!("tables/{name}.csv")).len(), usual.len(), "{name} {hostile}");
        }
        let page = text(&files, "index.html");
        let links = page.split("href=\"#capability-").skip(1).map(|rest| rest.split_once('"').unwrap().0);
        for link in links {
            assert!(page.contains(&format!("id=\"capability-{link}\"")), "{link} leads somewhere");
        }
        assert!(page.contains(&format!("capability-{}", slug(&format!("{hostile}1")))));
    }
}
