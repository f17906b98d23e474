use super::fixture::{day, facts, papers, plan, settings};
use super::*;

/// The papers on the interface.
fn fax() -> RemovalPapers {
    papers().removals.pop().unwrap()
}

#[test]
fn no_plan_no_papers() {
    let facts = facts();
    let empty = Plan { chosen: Vec::new(), ..plan(&facts) };
    let papers = papers_of(&facts, &empty, &settings());
    assert_eq!((papers.removals.len(), papers.tasks.len()), (0, 0));
}

fn papers_of(facts: &Facts, plan: &Plan, settings: &Settings) -> Papers {
    super::papers(settings, facts, plan)
}

#[test]
fn facts_of_an_account_are_what_the_data_say() {
    let of = fax();
    let letter = &of.letters[0];
    assert_eq!(letter.to, Addressee::Account("acme".into()));
    let facts = &letter.facts;
    let said = [
        (&facts.period, "1 July 2026 to 30 September 2026"),
        (facts.used_by.as_ref().unwrap(), "22 of 400 customers"),
        (facts.engineering_hours.as_ref().unwrap(), "312"),
        (facts.tickets.as_ref().unwrap(), "1\u{202f}041 contacts"),
        (facts.account.as_ref().unwrap(), "Acme Freight"),
        (facts.active_days.as_ref().unwrap(), "31 days"),
        (facts.product_days.as_ref().unwrap(), "61"),
        (facts.dependence.as_ref().unwrap(), "51\u{202f}%"),
        (facts.users.as_ref().unwrap(), "5 users"),
        (facts.sole_users.as_ref().unwrap(), "2 users"),
        (facts.last_use.as_ref().unwrap(), "28 September 2026"),
        (facts.arr.as_ref().unwrap(), "EUR\u{202f}10\u{202f}000"),
        (facts.renews_on.as_ref().unwrap(), "17 May 2027"),
        (facts.signed_by.as_ref().unwrap(), "R. Osei"),
        (facts.docs_url.as_ref().unwrap(), "https://docs.marrowfield.example/out/fax"),
        (facts.successor_url.as_ref().unwrap(), "https://docs.marrowfield.example/api"),
    ];
    for (found, expected) in said {
        assert_eq!(found, expected);
    }
    let freed = facts.freed.as_ref().unwrap();
    assert_eq!([&freed.quarter, &freed.hours, &freed.low, &freed.high], ["2028-Q1", "123", "59", "188"]);
    assert_eq!((facts.replacement.as_deref(), facts.replacement_by), (Some("Messages API"), Some("catalogue")));
    assert_eq!(facts.replacement_used, Some(true));
    let dates = &facts.dates;
    assert_eq!(dates.brownouts[0], "1 September 2027, 09:00 to 13:00 UTC");
    assert_eq!(dates.brownouts[1], "13 October 2027, 15:00 to 14 October 2027, 03:00 UTC");
    assert_eq!(dates.data_kept_until.as_deref(), Some("31 January 2028"));
    assert_eq!(dates.way_back_until.as_deref(), Some("18 October 2027"), "the day before read-only");
}

#[test]
fn what_a_vendor_ends_has_no_way_back() {
    let facts = facts();
    let mut plan = plan(&facts);
    for removal in &mut plan.chosen {
        (removal.vendor, removal.demanded_by) = (Some("Tideline".to_owned()), Some(day("2027-12-31")));
    }
    for removal in papers_of(&facts, &plan, &settings()).removals {
        let end = removal.facts.vendor_end.unwrap();
        assert_eq!((end.vendor.as_str(), end.on.as_str()), ("Tideline", "31 December 2027"));
        assert_eq!(removal.facts.dates.way_back_until, None);
    }
    assert_eq!(fax().facts.vendor_end, None, "a setting demands it");
}

#[test]
fn what_is_not_known_is_left_out_and_not_zero() {
    let of = fax();
    let second = &of.letters[1].facts;
    assert_eq!((second.users.as_ref(), second.sole_users.as_ref(), second.owner.as_ref()), (None, None, None));
    assert_eq!(second.signed_by.as_deref(), Some("Marrowfield Logistics"));
    assert_eq!(second.replacement_used, Some(false));
    let gantt = &papers().removals[0].facts;
    let unknown = [&gantt.used_by, &gantt.engineering_hours, &gantt.tickets, &gantt.replacement, &gantt.dates.closed];
    assert!(unknown.iter().all(|fact| fact.is_none()));
    assert_eq!(gantt.replacement_by, None);
}

#[test]
fn hours_that_may_not_be_freed_are_not_promised() {
    let facts = facts();
    let freed = |change| {
        let mut plan = plan(&facts);
        plan.forecast.lines[0].change = change;
        papers_of(&facts, &plan, &settings()).removals[0].facts.freed.clone()
    };
    assert_eq!(freed((-10.0, -30.0, 4.0)), None, "it may as well cost hours");
    assert_eq!(freed((0.0, 0.0, 0.0)), None);
    assert_eq!(freed((-10.0, -30.0, 0.0)).unwrap().low, "0.0");
    let mut plan = plan(&facts);
    plan.forecast.lines[0].small = true;
    assert_eq!(papers_of(&facts, &plan, &settings()).removals[0].facts.freed, None, "few data are no promise");
}

#[test]
fn nobody_vanishes_and_the_least_dependent_share_a_letter() {
    let of = fax();
    let told = |of: &RemovalPapers| -> Vec<(String, ContactGrade, Addressee)> {
        let line = |line: &ContactLine| (line.account.clone(), line.grade, of.letters[line.letter].to.clone());
        of.contacts.iter().map(line).collect()
    };
    let account = |id: &str| Addressee::Account(id.to_owned());
    let segment = |name: &str| Addressee::Segment(Some(name.to_owned()));
    let (call, mail, note) = (ContactGrade::Call, ContactGrade::Mail, ContactGrade::ReleaseNote);
    assert_eq!(
        told(&of),
        [
            ("acme".to_owned(), call, account("acme")),
            ("ACME".to_owned(), call, account("ACME")),
            ("../../etc/passwd".to_owned(), mail, account("../../etc/passwd")),
            ("a3".to_owned(), note, segment("small")),
            ("a4".to_owned(), note, Addressee::Segment(None)),
            ("nul".to_owned(), note, segment("Small")),
        ]
    );
    let mut settings = settings();
    settings.plan.contact.max_letters = 1;
    let facts = facts();
    let fewer = papers_of(&facts, &plan(&facts), &settings).removals.pop().unwrap();
    let told = told(&fewer);
    assert_eq!(told[1], ("ACME".to_owned(), call, segment("enterprise")), "still called");
    assert_eq!(told[2], ("../../etc/passwd".to_owned(), mail, segment("small")), "still written to");
    let of_small = fewer.letters.iter().find(|letter| letter.to == segment("small")).unwrap();
    assert_eq!(of_small.facts.accounts.as_deref(), Some("2 accounts"));
}

#[test]
fn headers_are_for_public_interfaces_only() {
    let papers = papers();
    assert_eq!(papers.removals[0].headers, None);
    let headers = papers.removals[2].headers.as_ref().unwrap();
    assert_eq!(headers.deprecated, day("2026-11-02").and_time(NaiveTime::MIN));
    assert_eq!(headers.sunset, day("2027-11-02").and_time(NaiveTime::MIN));
    assert_eq!(headers.brownouts.len(), 2);
    let rels: Vec<&str> = headers.links.iter().map(|(rel, _)| *rel).collect();
    assert_eq!(rels, ["deprecation", "sunset", "successor-version"]);
}

#[test]
fn a_sunset_is_never_before_the_deprecation() {
    let facts = facts();
    let mut plan = plan(&facts);
    for stage in &mut plan.chosen[1].stages {
        if stage.kind == StageKind::Announced {
            stage.from = day("2027-03-01");
        }
    }
    let papers = papers_of(&facts, &plan, &settings());
    let headers = papers.removals[1].headers.as_ref().unwrap();
    assert_eq!(headers.deprecated, headers.sunset);
}

#[test]
fn without_addresses_there_are_no_links() {
    let facts = facts();
    let mut settings = settings();
    settings.plan.papers.docs_url = String::new();
    settings.plan.papers.successor_url = " ".into();
    let papers = papers_of(&facts, &plan(&facts), &settings);
    assert_eq!(papers.removals[2].headers.as_ref().unwrap().links, []);
    assert_eq!(papers.removals[2].facts.docs_url, None);
}

#[test]
fn tasks_stand_below_their_removals() {
    let tasks = papers().tasks;
    let whole: Vec<&Task> = tasks.iter().filter(|task| task.parent.is_none()).collect();
    assert_eq!(whole.iter().map(|task| task.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(tasks.iter().map(|task| task.id).collect::<Vec<_>>(), (1..=17).collect::<Vec<_>>());
    assert!(tasks[3..].iter().all(|task| task.parent.is_some_and(|parent| parent < 4)));
    let of_fax: Vec<&Task> = tasks.iter().filter(|task| task.parent == Some(3)).collect();
    assert_eq!(of_fax.len(), 10);
    let removed = of_fax.iter().find(|task| task.title == "Fax gateway: removed").unwrap();
    assert_eq!((removed.due, removed.hours, removed.priority), (day("2027-11-02"), Some(80.25), "High"));
    assert_eq!(removed.team.as_deref(), Some("Messaging"));
    let hours: f64 = of_fax.iter().filter_map(|task| task.hours).sum();
    assert!((hours - 80.25).abs() < 1e-12, "the hours of a removal are counted once");
    let kept = of_fax.iter().find(|task| task.title.ends_with("end of data retention")).unwrap();
    assert_eq!((kept.due, kept.priority), (day("2028-01-31"), "Low"));
    let announced = of_fax.iter().find(|task| task.title.ends_with("announced")).unwrap();
    assert!(announced.description.contains("Accounts to call: 2; to write to: 1; told by the release note: 3."));
    assert_eq!(whole[2].due, day("2028-02-01"));
}

#[test]
fn every_template_fact_has_an_example() {
    let keys = |facts: &PaperFacts| match serde_json::to_value(facts).unwrap() {
        serde_json::Value::Object(fields) => fields,
        other => panic!("{other}"),
    };
    assert!(keys(&example(true)).values().all(|value| !value.is_null()));
    let always = ["capability", "kind", "period", "dates"];
    let unknown = keys(&example(false));
    assert!(unknown.iter().all(|(key, value)| value.is_null() != always.contains(&key.as_str())), "{unknown:?}");
}
