use super::*;

const SMALL: SampleOptions = SampleOptions { accounts: 60, capabilities: 30, events: 2_000, seed: 3 };

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    assert_eq!(generate(&SMALL), generate(&SMALL));
    assert_ne!(generate(&SMALL), generate(&SampleOptions { seed: 4, ..SMALL }));
}

#[test]
fn dead_weight_is_always_planted_from_ten_capabilities_on() {
    for capabilities in [10, 11, 40, 85, 300] {
        let world = World::new(&SampleOptions { capabilities, ..SMALL });
        let dead = world.capabilities.iter().filter(|capability| capability.role == roles::Role::DeadWeight);
        assert!(dead.count() >= 1, "{capabilities}");
        assert_eq!(world.capabilities.len(), capabilities as usize);
        let mut ids: Vec<&str> = world.capabilities.iter().map(|capability| capability.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), capabilities as usize, "ids are unique");
    }
}

#[test]
fn planted_roles_are_used_as_they_promise() {
    let world = World::new(&SampleOptions::default());
    let base = world.accounts.len();
    for capability in &world.capabilities {
        let users = capability.adopters.len();
        match capability.role {
            roles::Role::DeadWeight => assert!((1..base / 20).contains(&users), "{} {users}", capability.id),
            roles::Role::BuiltForOne => assert_eq!(users, 1),
            roles::Role::SegmentCritical => {
                assert!(capability.adopters.iter().all(|index| world.accounts[index.account].segment == "Enterprise"));
            }
            _ => {}
        }
    }
}

#[test]
fn counts_are_about_their_mean() {
    let mut draw = draw::Draw::new(1, "test");
    let sum: u32 = (0..10_000).map(|_| draw.count(25)).sum();
    assert!((24_000..26_000).contains(&sum), "{sum}");
    assert_eq!(draw.count(0), 0);
    assert_eq!(draw.below(0), 0);
}

fn role(world: &World, role: roles::Role) -> &world::Capability {
    world.capabilities.iter().find(|capability| capability.role == role).unwrap()
}

/// Accounts that may use it in a month.
fn open_to(capability: &world::Capability, month_index: u32) -> std::collections::BTreeSet<usize> {
    capability.adopters.iter().filter(|a| !a.days(month_index).is_empty()).map(|a| a.account).collect()
}

#[test]
fn every_role_is_planted_at_the_usual_size_and_eighty_five_in_all() {
    let world = World::new(&SampleOptions::default());
    assert_eq!(world.capabilities.len(), 85);
    for wanted in roles::Role::PLANTED {
        role(&world, wanted);
    }
}

#[test]
fn what_is_not_offered_or_not_counted_has_no_use_and_is_named_for_no_plan_that_an_account_has() {
    let world = World::new(&SampleOptions::default());
    let (never, uncounted) = (role(&world, roles::Role::NeverOffered), role(&world, roles::Role::NotCounted));
    assert!(never.adopters.is_empty() && uncounted.adopters.is_empty());
    assert!(world.accounts.iter().all(|account| !never.is_offered_to(account) && uncounted.is_offered_to(account)));
}

#[test]
fn the_accounts_of_the_old_twin_are_those_of_the_new_one_later() {
    let world = World::new(&SampleOptions::default());
    let (old, new) = (role(&world, roles::Role::TwinOld), role(&world, roles::Role::TwinNew));
    let sizes: Vec<(usize, usize)> =
        (0..world::MONTHS).map(|m| (open_to(old, m).len(), open_to(new, m).len())).collect();
    assert!(sizes.windows(2).skip(2).all(|pair| pair[1].0 <= pair[0].0 + 3 && pair[1].1 + 3 >= pair[0].1), "{sizes:?}");
    let (first, last) = (open_to(old, 0), open_to(new, world::MONTHS - 1));
    assert!(first.intersection(&last).count() * 10 >= first.len() * 7, "{sizes:?}");
    assert_eq!(old.category, new.category);
}

#[test]
fn complements_share_nine_in_ten_of_their_accounts() {
    let world = World::new(&SampleOptions::default());
    let first = role(&world, roles::Role::Complement);
    let second = &world.capabilities[first.partner.unwrap()];
    let [a, b] = [first, second].map(|capability| open_to(capability, world::MONTHS - 1));
    let common = a.intersection(&b).count();
    assert!(common * 100 >= a.len().max(b.len()) * 88 && a != b, "{common} of {} and {}", a.len(), b.len());
    assert!((world.accounts.len() / 5..world.accounts.len() / 4).contains(&a.len()), "{}", a.len());
}

#[test]
fn the_whale_is_ten_times_its_neighbours_and_keeps_out_of_what_is_rare() {
    let world = World::new(&SampleOptions::default());
    let whale = &world.accounts[world::WHALE];
    let others: Vec<u32> =
        world.accounts.iter().skip(1).filter(|a| a.segment == whale.segment).map(|account| account.arr).collect();
    let mean = others.iter().sum::<u32>() / u32::try_from(others.len()).unwrap();
    assert!((8..13).contains(&(whale.arr / mean)) && whale.churned_on.is_none(), "{} {mean}", whale.arr);
    let used = world.capabilities.iter().filter(|c| c.adopters.iter().any(|a| a.account == world::WHALE));
    assert!(used.clone().count() > 20);
    assert!(used.clone().all(|c| matches!(c.role, roles::Role::Healthy | roles::Role::SegmentCritical)));
}

#[test]
fn some_accounts_start_within_the_history_and_use_nothing_before() {
    let world = World::new(&SampleOptions::default());
    let late: Vec<usize> =
        (0..world.accounts.len()).filter(|&index| world.accounts[index].started_on > world::month(1)).collect();
    assert!((world.accounts.len() / 20..world.accounts.len() / 5).contains(&late.len()), "{}", late.len());
    let adopters = world.capabilities.iter().flat_map(|capability| &capability.adopters);
    assert!(adopters.clone().all(|adopter| adopter.from >= world.accounts[adopter.account].started_on));
}

#[test]
fn every_capability_has_words_of_its_own_and_a_second_of_its_name_has_the_same() {
    let words = words::Words::of_sample();
    let mut draw = draw::Draw::new(1, "words");
    let names = names::FEATURES.iter().copied().chain(names::INTEGRATIONS.iter().map(|(name, _)| *name));
    for name in names {
        assert_ne!(words.noun(name, &mut draw), "this function", "{name}");
        assert_ne!(words.noun(&format!("{name} 2"), &mut draw), "this function", "{name} 2");
    }
    assert_eq!(words.noun("no such thing", &mut draw), "this function");
}

#[test]
fn one_ticket_in_eight_has_no_area_and_each_of_them_is_planted() {
    let world = World::new(&SampleOptions::default());
    let (export, planted) = tickets::tickets(&world);
    let records = |bytes: &[u8]| csv::Reader::from_reader(bytes).into_records().map(Result::unwrap).collect::<Vec<_>>();
    let place = |name: &str| tickets::TICKETS.iter().position(|known| *known == name).unwrap();
    let (id, area) = (place("Id"), place("Product area [list]"));
    let (all, planted) = (records(&export), records(&planted));
    let without: Vec<&str> = all.iter().filter(|ticket| ticket[area].is_empty()).map(|ticket| &ticket[id]).collect();
    assert_eq!(without, planted.iter().map(|line| &line[0]).collect::<Vec<_>>());
    assert!((all.len() / 10..all.len() / 7).contains(&without.len()), "{} of {}", without.len(), all.len());
    let of = |told: &str| planted.iter().filter(|line| &line[2] == told).count();
    assert!((planted.len() / 7..planted.len() / 4).contains(&of("generic")), "{}", of("generic"));
    assert!((1..planted.len() / 20).contains(&of("misleading")), "{}", of("misleading"));
}

#[test]
fn runs_of_broken_integrations_mostly_fail_and_others_seldom() {
    let world = World::new(&SampleOptions::default());
    let (runs, _) = runs::runs(&world);
    let mut failed: std::collections::BTreeMap<bool, [u32; 2]> = std::collections::BTreeMap::new();
    for run in csv::Reader::from_reader(runs.as_slice()).into_records().map(Result::unwrap) {
        let of = world.capabilities.iter().find(|capability| capability.id == run[1]).unwrap();
        let counts = failed.entry(of.role == roles::Role::Broken).or_default();
        counts[0] += u32::from(&run[5] == "failed");
        counts[1] += 1;
    }
    let [broken, sound] = [failed[&true], failed[&false]];
    assert!(broken[0] * 100 > broken[1] * 70 && broken[0] * 100 < broken[1] * 75, "{broken:?}");
    assert!(sound[0] * 20 < sound[1], "{sound:?}");
    assert!((30_000..60_000).contains(&(broken[1] + sound[1])), "{broken:?} {sound:?}");
    assert!(files::gz(&runs).len() <= 700_000);
}

/// Rows of a file by the names of its columns.
fn lines(bytes: &[u8]) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).into_deserialize().map(Result::unwrap).collect()
}

#[test]
fn planted_failures_are_borne_out_by_the_runs() {
    let world = World::new(&SampleOptions::default());
    let (runs, planted) = runs::runs(&world);
    let (runs, planted) = (lines(&runs), lines(&planted));
    assert_eq!(planted.len(), world.failures.len());
    let mut kinds = std::collections::BTreeMap::new();
    for failure in &planted {
        *kinds.entry(failure["kind"].as_str()).or_insert(0) += 1;
        let of_it = |run: &&std::collections::BTreeMap<String, String>| {
            run["integration"] == failure["integration"] && run["account"] == failure["account"]
        };
        let end = if failure["until"].is_empty() { "9999" } else { &failure["until"] };
        let inside: Vec<_> = runs
            .iter()
            .filter(of_it)
            .filter(|run| run["started"] >= failure["from"] && run["started"].as_str() < end)
            .collect();
        match failure["kind"].as_str() {
            "overdue" => assert_eq!(inside.len(), 1, "the last before the silence: {failure:?}"),
            "empty" => assert!(inside.iter().all(|run| run["outcome"] == "ok" && run["records"] == "0")),
            kind => assert!(inside.iter().all(|run| run["outcome"] == kind), "{failure:?}"),
        }
        if failure["note"].starts_with("60 failed") {
            assert_eq!(inside.len(), 60);
        }
        if failure["note"].starts_with("0 uses") {
            assert!(inside.len() > 90 && runs.iter().filter(of_it).count() == inside.len());
        }
    }
    assert_eq!((kinds["overdue"], kinds["partial"]), (4, 1), "{kinds:?}");
    assert!(kinds["failed"] > 20 && kinds["empty"] > 15, "{kinds:?}");
}

#[test]
fn whoever_leaves_for_the_story_depended_on_it_and_who_fades_had_no_connection() {
    for seed in [7, 2] {
        let world = World::new(&SampleOptions { seed, ..SampleOptions::default() });
        let accounts = &world.accounts;
        let left = |departure| (0..accounts.len()).filter(move |&index| accounts[index].departure == departure);
        assert_eq!(left(world::Departure::Broken).count(), 7);
        for index in left(world::Departure::Broken) {
            assert!(world.failures.iter().any(|failure| failure.account == index && failure.note.starts_with("story")));
            let churned = world.accounts[index].churned_on.unwrap();
            assert!((1..90).contains(&(churned - story::changed_on()).num_days()), "{churned}");
        }
        assert_eq!(left(world::Departure::Faded).count(), 2);
        let connected = |index: usize| {
            world.capabilities.iter().any(|c| c.integration && c.adopters.iter().any(|a| a.account == index))
        };
        assert!(!left(world::Departure::Faded).any(connected));
    }
}

#[test]
fn large_accounts_integrate_more_and_leave_less() {
    let world = World::new(&SampleOptions { accounts: 4_000, ..SampleOptions::default() });
    let per_thousand = |large: bool, of: &dyn Fn(usize) -> usize| {
        let of_size = (0..world.accounts.len())
            .filter(|&index| matches!(world.accounts[index].segment, "Enterprise" | "Mid-Market") == large);
        of_size.clone().map(of).sum::<usize>() * 1000 / of_size.count()
    };
    let connections = |index: usize| {
        let of = |c: &&world::Capability| c.integration && c.adopters.iter().any(|a| a.account == index);
        world.capabilities.iter().filter(of).count()
    };
    // Apart from what a failure caused, which is the effect and not the confounder.
    let left = |index: usize| usize::from(world.accounts[index].departure == world::Departure::Other);
    assert!(per_thousand(true, &connections) * 10 > per_thousand(false, &connections) * 12);
    assert!(per_thousand(true, &left) * 10 < per_thousand(false, &left) * 8);
}

#[test]
fn the_history_ends_with_what_the_accounts_file_says_and_has_both_directions() {
    let world = World::new(&SampleOptions::default());
    let history = lines(&revenue::history(&world));
    let mut last: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
    let (mut up, mut down) = (0, 0);
    for row in &history {
        let arr: u32 = row["arr"].strip_suffix(".0").unwrap().parse().unwrap();
        if let Some(before) = last.insert(&row["account_id"], arr) {
            up += u32::from(arr > before);
            down += u32::from(arr < before);
        }
        assert!(row["churned_on"].is_empty() || row["churned_on"] <= row["as_of"]);
    }
    assert!(up > 40 && (5..up).contains(&down), "{up} up, {down} down");
    assert_eq!(last.len(), world.accounts.len());
    assert!(world.accounts.iter().all(|account| last[account.id.as_str()] == account.arr));
}

#[test]
fn what_goes_has_the_notice_class_that_follows_from_what_it_is() {
    let world = World::new(&SampleOptions::default());
    let planted: Vec<_> = world.capabilities.iter().filter_map(|c| Some((c, removals::of(c)?))).collect();
    assert_eq!(planted.len(), removals::REMOVALS.len(), "each of them is in the usual company");
    for (capability, removal) in &planted {
        let class = match capability.role {
            roles::Role::Committed => "contractual",
            roles::Role::ExposedUnused => "beta",
            _ if removals::is_public_api(capability) => "public-api",
            _ if capability.integration => "integration",
            _ => "user-interface",
        };
        assert_eq!(removal.class, class, "{}", capability.id);
        assert_eq!(removal.hours.is_empty(), capability.role == roles::Role::Compliance, "{}", capability.id);
    }
    let classes = planted.iter().map(|(_, removal)| removal.class).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(classes.len(), 5, "{classes:?}");
    let young = role(&world, roles::Role::ReplacedYoung);
    let successor = &world.capabilities[young.partner.unwrap()];
    assert_eq!(successor.role, roles::Role::New);
}

#[test]
fn the_catalogue_says_of_what_goes_what_the_truth_says() {
    let world = World::new(&SampleOptions::default());
    let by_id = |bytes: &[u8], id: &str| {
        lines(bytes).into_iter().map(|l| (l[id].clone(), l)).collect::<std::collections::BTreeMap<_, _>>()
    };
    let catalogue = by_id(&papers::catalogue(&world), "id");
    let truth = by_id(&papers::truth(&world), "capability");
    assert_eq!(catalogue.len(), truth.len());
    let planted = truth.iter().filter(|(_, line)| !line["plan_binds"].is_empty());
    for (id, truth) in planted.clone() {
        let line = &catalogue[id];
        assert_eq!(truth["notice_class"] == "public-api", line["public_api"] == "true", "{id}");
        assert!(line["removal_hours"].is_empty() || line["removal_hours"].parse::<u32>().is_ok_and(|h| h > 0), "{id}");
        assert!(!line["owner"].is_empty(), "{id}: whose hours");
        if truth["plan_binds"] == "replacement" {
            let launched = &catalogue[&line["replaced_by"]]["launched_on"];
            assert!(launched.as_str() > "2026-05" && launched.as_str() < "2026-10", "{launched}");
        }
        if truth["plan_binds"] == "dependents" {
            let needs_it =
                |line: &&std::collections::BTreeMap<String, String>| line["depends_on"].split(';').any(|on| on == id);
            let dependents: Vec<&str> = catalogue.values().filter(needs_it).map(|line| line["id"].as_str()).collect();
            let goes = |on: &&str| !catalogue[*on]["removal_hours"].is_empty();
            assert!(!dependents.is_empty() && dependents.iter().all(goes), "{dependents:?}");
        }
    }
    let hours = catalogue.values().filter(|line| !line["removal_hours"].is_empty()).count();
    assert_eq!(hours, planted.count() - 1, "what the law keeps is not estimated");
}

#[test]
fn every_team_of_the_catalogue_logs_hours() {
    let world = World::new(&SampleOptions::default());
    let logged: std::collections::BTreeSet<String> = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(work::worklogs(&world).as_slice())
        .into_records()
        .map(|row| row.unwrap()[29].to_owned())
        .collect();
    let owners = lines(&papers::catalogue(&world)).into_iter().map(|line| line["owner"].clone());
    assert!(owners.filter(|owner| !owner.is_empty()).all(|owner| logged.contains(&owner)), "{logged:?}");
}

#[test]
fn every_account_renews_within_a_year_and_a_few_are_key_accounts() {
    let world = World::new(&SampleOptions::default());
    let accounts = lines(&papers::accounts(&world));
    let renewals: std::collections::BTreeSet<String> =
        accounts.iter().map(|account| account["Renewal_Date__c"][..7].to_owned()).collect();
    assert_eq!(renewals.len(), 12, "{renewals:?}");
    assert!(renewals.iter().all(|month| ("2026-10".."2027-10").contains(&month.as_str())), "{renewals:?}");
    let keys: Vec<_> = accounts.iter().filter(|account| account["Key_Account__c"] == "true").collect();
    assert!((accounts.len() / 33..accounts.len() / 16).contains(&keys.len()), "{}", keys.len());
    assert!(keys.iter().all(|account| account["Churn_Date__c"].is_empty() && !account["CSM__c"].is_empty()));
    let waits = world.capabilities.iter().filter(|c| removals::of(c).is_some_and(|of| of.binds == "renewal"));
    for capability in waits {
        let is_key = |adopter: &world::Adopter| world.accounts[adopter.account].is_key;
        assert!(capability.adopters.iter().any(is_key), "{}", capability.id);
    }
}
