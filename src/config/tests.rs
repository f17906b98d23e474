//! The room as a whole: faulty files and exactly the faults that they give.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::declaration::{Declaration, Shape, joined};
use super::*;
use crate::tables::TableId;

/// `line:column message | help` for each fault.
fn faults(text: &str) -> Vec<String> {
    let faults = parse(text).expect_err(text);
    let line = |fault: &Fault| {
        let help = fault.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{}:{} {}{help}", fault.line, fault.column, fault.message)
    };
    faults.iter().map(line).collect()
}

#[test]
fn the_defaults_are_a_valid_file_and_equal_the_empty_one() {
    let settings = parse(DEFAULTS).unwrap();
    assert_eq!(settings, parse("").unwrap());
    assert_eq!((settings.schema, settings.seed, settings.currency.as_str()), (1, 1, "EUR"));
    assert!((settings.rule.rare_below - 0.1).abs() < 1e-12);
    assert_eq!(settings.cost.run_kinds, [WorkKind::Maintain, WorkKind::Incident, WorkKind::Support]);
    assert!(settings.input.is_empty() && settings.map.is_empty() && settings.as_of.is_none());
}

/// Every key of the schema with its path; items of lists carry the path of the list. Each node must have a shape.
fn keys(declaration: &Declaration<'static>, path: &str, node: &'static serde_json::Value) -> Vec<String> {
    let shape = declaration.shape(node);
    assert!(shape.is_some(), "no shape for `{path}`: {node}");
    match shape.unwrap() {
        Shape::Table { known, free, .. } => {
            let below = |(key, child): (&'static String, &'static serde_json::Value)| {
                [vec![joined(path, key)], keys(declaration, &joined(path, key), child)].concat()
            };
            let known = known.into_iter().flatten().flat_map(below);
            known.chain(free.into_iter().flat_map(|child| keys(declaration, path, child))).collect()
        }
        Shape::List(items) => keys(declaration, path, items),
        _ => Vec::new(),
    }
}

fn every_key() -> Vec<String> {
    let declaration = Declaration::of_settings();
    keys(&declaration, "", declaration.root())
}

#[test]
fn every_node_of_the_schema_is_understood() {
    let keys = every_key();
    for key in ["schema", "rates.support_hour.ai", "input.on_error", "map.match", "cost.run_kinds"] {
        assert!(keys.contains(&key.to_owned()), "{key} in {keys:?}");
    }
}

#[test]
fn the_reference_names_every_key() {
    for key in every_key() {
        let name = key.rsplit('.').next().unwrap();
        let written = |line: &str| {
            let line = line.trim_start_matches(['#', ' ', '[']);
            line.strip_prefix(name).or(line.strip_prefix(&key)).is_some_and(|rest| rest.starts_with([' ', ']']))
        };
        assert!(DEFAULTS.lines().any(written), "`{key}` is not in defaults.toml");
    }
}

#[test]
fn the_examples_of_the_reference_are_valid() {
    let uncomment = |line| match str::strip_prefix(line, "# ") {
        Some(rest) if rest.starts_with("[[") || is_assignment(rest) => rest,
        _ => line,
    };
    let uncommented = DEFAULTS.lines().map(uncomment).collect::<Vec<_>>().join(
        "
",
    );
    let settings = parse(&uncommented).map_err(|faults| render_faults("defaults", &uncommented, &faults)).unwrap();
    assert_eq!((settings.input.len(), settings.map.len()), (1, 3));
    assert_eq!((settings.rate.len(), settings.work.len(), settings.cost.share_weights.len()), (2, 1, 1));
    assert_eq!(settings.rates.team.len(), 1);
    assert_eq!(settings.as_of, NaiveDate::from_ymd_opt(2026, 9, 30));
}

fn is_assignment(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
}

#[test]
fn a_file_goes_over_the_defaults() {
    let settings = parse(
        "as_of = 2026-09-30\nperiod = \"2026-Q3\"\n[rates]\nengineering_hour = 120\n[rates.contact]\nhuman = 20\n\
         [cost]\nrun_kinds = [\"maintain\"]\n[fx]\nUSD = 0.9\n\
         [[input]]\npath = \"a.csv\"\ntable = \"usage_events\"\ncolumns = { ts = \"Time\" }\n\
         [[map]]\nmatch = \"glob\"\npattern = \"a*\"\ncapability = \"a\"\n",
    )
    .unwrap();
    assert_eq!(settings.as_of, NaiveDate::from_ymd_opt(2026, 9, 30));
    assert!((settings.rates.engineering_hour - 120.0).abs() < 1e-12);
    assert!((settings.rates.contact.human - 20.0).abs() < 1e-12 && (settings.rates.contact.ai - 1.5).abs() < 1e-12);
    assert_eq!(settings.cost.run_kinds, [WorkKind::Maintain]);
    assert_eq!(settings.input[0].table, Some(TableId::UsageEvents));
    assert_eq!(settings.input[0].on_error, OnError::Quarantine);
    assert_eq!(settings.map[0].kind, MatchKind::Glob);
    assert_eq!(parse("as_of = \"2026-09-30\"").unwrap().as_of, settings.as_of);
}

#[test]
fn each_faulty_file_gives_exactly_its_faults() {
    let table: &[(&str, &[&str])] = &[
        ("[rule]\nrare_belw = 0.1", &["2:1 unknown key `rare_belw` in `rule` | did you mean `rare_below`?"]),
        ("rule.rare_belw = 0.1", &["1:6 unknown key `rare_belw` in `rule` | did you mean `rare_below`?"]),
        ("rare_below = 0.1", &["1:1 unknown key `rare_below` at the top level | `rare_below` belongs in `[rule]`"]),
        (
            "[rule]\nperiod = \"2026\"",
            &["2:1 unknown key `period` in `rule` | `period` belongs at the top of the file, before the first `[…]`"],
        ),
        (
            "[catalogue]\nzzzzzz = 1",
            &["2:1 unknown key `zzzzzz` in `catalogue` | the keys are `default_kind`, `unlisted`"],
        ),
        (
            "[rule]\nrare_below = \"0.1\"",
            &["2:14 `rule.rare_below` is a text, expected a number | write it without quotes"],
        ),
        (
            "[rule]\nrare_below = 10",
            &[
                "2:14 `rule.rare_below` is 10, must be between 0 and 1 | it is a fraction, not a percentage: 10 % is 0.1",
            ],
        ),
        ("[rule]\nrare_below = nan", &["2:14 `rule.rare_below` is nan, expected a finite number"]),
        ("[rates]\nengineering_hour = -inf", &["2:20 `rates.engineering_hour` is -inf, expected a finite number"]),
        ("[rates]\nengineering_hour = -1", &["2:20 `rates.engineering_hour` is -1, must be at least 0"]),
        ("[rates.team]\nCore = -2.5", &["2:1 `rates.team.Core` is -2.5, must be at least 0"]),
        ("[guards]\nmin_base_accounts = 0", &["2:21 `guards.min_base_accounts` is 0, must be at least 1"]),
        (
            "[guards]\ntoo_new_months = 6.5",
            &["2:18 `guards.too_new_months` is a number with decimals, expected a whole number"],
        ),
        ("seed = -1", &["1:8 `seed` is -1, must be at least 0"]),
        ("seed = 99999999999999999999", &["1:8 `seed` is too large for any setting"]),
        ("schema = 2", &["1:10 `schema` is 2, must be between 1 and 1"]),
        ("[output]\npng = 1", &["2:7 `output.png` is a whole number, expected true or false"]),
        ("output = 1", &["1:10 `output` is a whole number, expected a table"]),
        (
            "[catalogue]\nunlisted = \"owm\"",
            &["2:12 `catalogue.unlisted` is `owm`, which it cannot be | did you mean `own`?"],
        ),
        (
            "[cost]\nrun_kinds = [\"maintain\", \"meetings\"]",
            &[
                "2:26 `cost.run_kinds` is `meetings`, which it cannot be | it is one of `build`, `maintain`, `incident`, \
               `support`, `unclassified`",
            ],
        ),
        ("as_of = 2026-09-30T10:00:00", &["1:9 `as_of` is `2026-09-30T10:00:00`, expected a day such as 2026-09-30"]),
        ("as_of = \"30.9.2026\"", &["1:9 `as_of` is `30.9.2026`, expected a day such as 2026-09-30"]),
        ("as_of = \"2026-02-30\"", &["1:9 `as_of` is `2026-02-30`, expected a day such as 2026-09-30"]),
        (
            "currency = \"€\"",
            &["1:12 `currency` is `€`, expected a currency code of three capital letters such as `EUR`"],
        ),
        ("[fx]\nUSD = 0", &["2:1 `fx.USD` is 0, must be above 0"]),
        ("[fx]\nUSD = inf", &["2:7 `fx.USD` is inf, expected a finite number"]),
        ("[fx]\nusd = 0.9", &["2:1 `fx.usd` names no currency | use a code of three capital letters such as `USD`"]),
        (
            "[fx]\nEUR = 0.9",
            &["2:1 `fx.EUR` is 0.9, but EUR is the report currency | rates are units of the report currency for one \
               unit of another; leave this line out"],
        ),
        ("[output]\ndir = \" \"", &["2:7 `output.dir` is empty | name a folder, such as \"reports\""]),
        (
            "[input]\npath = \"a.csv\"",
            &["1:1 `input` is a table, expected a list | write its header with two brackets: `[[…]]`"],
        ),
    ];
    for (text, expected) in table {
        assert_eq!(faults(text), *expected, "{text}");
    }
}

#[test]
fn a_period_that_is_none_is_named_with_its_forms() {
    let found = faults("\nperiod = \"Q3\"");
    assert!(
        found.len() == 1 && found[0].starts_with("2:10 `Q3` is not a period; write a quarter (2026-Q3)"),
        "{found:?}"
    );
}

#[test]
fn faulty_inputs() {
    let lacks = faults("[[input]]\ntable = \"tickets\"\n[[input]]\npath = \"b.csv\"\n");
    assert_eq!(lacks.len(), 2);
    assert_eq!(lacks[0], "1:1 this `input` lacks `path`");
    assert!(lacks[1].starts_with("3:1 this `input` names neither a `table` nor a `preset` | "), "{lacks:?}");
    let of = |rest: &str| faults(&format!("[[input]]\npath = \"a.csv\"\ntable = \"usage_events\"\n{rest}"));
    assert_eq!(
        of("columns = { time = \"T\", acount_id = \"Org\" }"),
        [
            "4:13 `input.columns.time` is no column of `usage_events` | its columns are `ts`, `account_id`, `account_domain`, `account_name`, `capability`, \
             `user_id`, `event_id`, `count`, `duration_s`, `status`",
            "4:25 `input.columns.acount_id` is no column of `usage_events` | did you mean `account_id`?",
        ]
    );
    assert_eq!(
        of("[input.constants]\nStatus = \"ok\"\n[input.values.cout]\na = \"1\""),
        [
            "5:1 `input.constants.Status` is no column of `usage_events` | did you mean `status`?",
            "6:15 `input.values.cout` is no column of `usage_events` | did you mean `count`?",
        ]
    );
    assert!(of("delimiter = \";;\"")[0].starts_with("4:13 `input.delimiter` is `;;`, expected one character"));
    assert_eq!(
        of("time_zone = \"CET\""),
        [
            "4:13 `input.time_zone` is `CET`, which is no time zone | write a place such as \"Europe/Berlin\", an offset such as \"+02:00\", or \"Z\" for UTC"
        ]
    );
    assert!(of("date_format = \"%d/%m/%!\"")[0].contains("no strftime notation"));
    assert!(of("on_error = \"fial\"")[0].ends_with("| did you mean `fail`?"));
    let glob = faults("[[input]]\npath = \"a[.csv\"\npreset = \"p\"\n");
    assert!(glob.len() == 1 && glob[0].starts_with("2:8 `input.path` is no glob: "), "{glob:?}");
}

#[test]
fn a_preset_alone_names_the_table_so_columns_wait_for_reading() {
    let text = "[[input]]\npath = \"a.csv\"\npreset = \"p\"\ncolumns = { anything = \"x\" }";
    assert_eq!(parse(text).unwrap().input[0].table, None);
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    assert_eq!(parse("\u{feff}seed = 7").unwrap().seed, 7);
}

#[test]
fn faulty_rules() {
    let of = |kind: &str, pattern: &str| {
        faults(&format!("[[map]]\nmatch = \"{kind}\"\npattern = '{pattern}'\ncapability = \"c\"\n"))
    };
    assert_eq!(of("regex", "a(b"), ["3:11 `map.pattern` is no regular expression: unclosed group"]);
    assert!(of("glob", "a[")[0].starts_with("3:11 `map.pattern` is no glob: "));
    assert!(of("exact", "")[0].starts_with("3:11 `map.pattern` is empty"));
    assert_eq!(of("prefx", "a"), ["2:9 `map.match` is `prefx`, which it cannot be | did you mean `prefix`?"]);
    assert_eq!(
        faults("[[map]]\npattern = \"a\"\ncapability = \"  \"\n"),
        ["1:1 this `map` lacks `match`", "3:14 `map.capability` is empty"]
    );
}

#[test]
fn a_rule_names_one_target_and_weights_that_sum_to_one() {
    let of = |rest: &str| faults(&format!("[[map]]\nmatch = \"exact\"\npattern = \"a\"\n{rest}\n"));
    for good in [
        "capability = \"a\"",
        "overhead = true",
        "overhead = false\ncapability = \"a\"",
        "split = { a = 0.7, b = 0.3 }",
        "split = { a = 0.3333333333, b = 0.3333333333, c = 0.3333333334 }",
        "split = { a = 1 }\ncolumn = \"tags\"",
    ] {
        let text = format!("[[map]]\nmatch = \"exact\"\npattern = \"a\"\n{good}\n");
        assert!(parse(&text).is_ok(), "{good}");
    }
    assert!(of("")[0].starts_with("1:1 this `map` names no target | write `capability"));
    assert!(of("overhead = false")[0].starts_with("1:1 this `map` names no target"));
    assert_eq!(
        of("capability = \"a\"\noverhead = true"),
        ["1:1 this `map` names more than one of `capability`, `split` and `overhead`"]
    );
    assert_eq!(of("split = { a = 0.7, b = 0.2 }")[0].split(" sum to ").next(), Some("4:9 the weights of `map.split`"));
    assert!(of("split = { }")[0].starts_with("4:9 the weights of `map.split` sum to 0, must"));
    assert_eq!(of("split = { a = 1.5, b = -0.5 }"), ["4:20 `map.split.b` is -0.5, must be at least 0"]);
    let column = of("capability = \"a\"\ncolumn = \"tag\"");
    assert_eq!(column, ["5:10 `map.column` is `tag`, which it cannot be | did you mean `tags`?"]);
    let keyword = faults("[[map]]\nmatch = \"keyword\"\npattern = \"++\"\ncapability = \"a\"\n");
    assert_eq!(keyword, ["3:11 `map.pattern` is `++`, and a keyword has a letter or a digit"]);
}

#[test]
fn a_rule_that_can_never_count_is_a_fault() {
    let rule = |rest: &str| format!("[[map]]\nmatch = \"exact\"\npattern = \"a\"\n{rest}\n");
    let twice = |a: &str, b: &str| faults(&(rule(a) + &rule(b)));
    assert_eq!(
        twice("capability = \"a\"", "capability = \"b\""),
        ["5:1 this `map` is never reached: rule 1 compares with the same pattern"]
    );
    assert!(twice("capability = \"a\"", "capability = \"b\"\ncolumn = \"tags\"")[0].starts_with("5:1 this `map` is"));
    for (first, second) in [
        ("capability = \"a\"\ncolumn = \"tags\"", "capability = \"b\""),
        ("capability = \"a\"\ncolumn = \"tags\"", "capability = \"b\"\ncolumn = \"epic\""),
        ("capability = \"a\"\nignore_case = true", "capability = \"b\""),
        ("overhead = true", "capability = \"b\""),
    ] {
        assert!(parse(&(rule(first) + &rule(second))).is_ok(), "{first} {second}");
    }
    let work = |kind: &str| format!("[[work]]\nmatch = \"exact\"\npattern = \"a\"\nkind = \"{kind}\"\n");
    assert_eq!(
        faults(&(work("build") + &work("maintain"))),
        ["5:1 this `work` is never reached: rule 1 compares with the same pattern"]
    );
    let exposed = faults(&rule("overhead = true\nstage = \"exposed\""));
    assert_eq!(exposed, ["5:9 `map.stage` is about names of usage, which `overhead` is not"]);
    let exposed = faults(&rule("capability = \"a\"\ncolumn = \"tags\"\nstage = \"exposed\""));
    assert_eq!(exposed, ["6:9 `map.stage` is about names of usage, which stand in no column `tags`"]);
}

#[test]
fn rules_of_work_look_at_columns_of_work() {
    let text = |column: &str| {
        format!("[[work]]\nmatch = \"exact\"\npattern = \"a\"\ncolumn = \"{column}\"\nkind = \"build\"\n")
    };
    for good in ["type", "labels", "title", "epic", "component", "paths", "team"] {
        assert!(parse(&text(good)).is_ok(), "{good}");
    }
    assert_eq!(faults(&text("body")), ["4:10 `work.column` is `body`, which is no column of `work_items`"]);
    assert_eq!(
        faults("[[work]]\nmatch = \"regex\"\npattern = \"a(\"\nkind = \"build\"\n"),
        ["3:11 `work.pattern` is no regular expression: unclosed group"]
    );
}

#[test]
fn dated_rates_fit_their_rows_and_do_not_overlap() {
    let one = |rest: &&str| format!("[[rate]]\nof = \"engineering-hour\"\namount = 90\n{rest}\n");
    let text = |rates: &[&str]| rates.iter().map(one).collect::<Vec<_>>().concat();
    let of = |rates: &[&str]| faults(&text(rates));
    let apart = text(&["until = 2026-06-30", "from = 2026-07-01", "from = 2026-07-01\nteam = \"x\""]);
    assert!(parse(&apart).is_ok());
    assert_eq!(
        of(&["", "from = 2026-07-01"]),
        [
            "5:1 this `rate` holds on days of rate 1, which has the same keys | give one of them a last day before the other \
          begins"
        ]
    );
    assert!(of(&["until = \"2026-07-01\"", "from = 2026-07-01"])[0].starts_with("5:1 this `rate` holds on days"));
    assert_eq!(
        of(&["from = 2026-07-01\nuntil = 2026-06-30"]),
        ["1:1 this `rate` begins on 2026-07-01 and ends before, on 2026-06-30"]
    );
    assert_eq!(of(&["layer = \"human\""]), ["4:9 a rate of `engineering-hour` has no `layer`"]);
    assert!(of(&["currency = \"USD\""])[0].starts_with("4:12 `rate.currency` is `USD`, for which there is no rate"));
    let given = "[[rate]]\nof = \"contact\"\namount = 9\ncurrency = \"USD\"\n[fx]\nUSD = 0.9\n";
    assert!(parse(given).is_ok());
    assert!(parse(&text(&["currency = \"EUR\""])).is_ok(), "the report currency");
    assert_eq!(faults("[[rate]]\nof = \"contact\"\n"), ["1:1 this `rate` lacks `amount`"]);
    assert!(faults("[[rate]]\nof = \"contact\"\namount = -1\n")[0].starts_with("3:10 `rate.amount` is -1"));
}

#[test]
fn given_weights_are_given() {
    let none = faults("[cost]\nshare_out = \"given\"\n");
    assert_eq!(none, ["2:13 `cost.share_out` is `given`, but no weight is | write them below [cost.share_weights]"]);
    assert!(parse("[cost]\nshare_out = \"given\"\n[cost.share_weights]\na = 2\n").is_ok());
    assert_eq!(faults("[cost.share_weights]\na = -2\n"), ["2:1 `cost.share_weights.a` is -2, must be at least 0"]);
}

#[test]
fn all_faults_come_at_once_in_the_order_of_the_file() {
    let found = faults("seed = \"x\"\nperiod = \"soon\"\n[rule]\nrare_belw = 1\nmaterial_share = 2\n[[input]]\n");
    let places: Vec<&str> = found.iter().filter_map(|fault| fault.split(' ').next()).collect();
    assert_eq!(places, ["1:8", "2:10", "4:1", "5:18", "6:1", "6:1"], "{found:?}");
}

#[test]
fn what_is_no_toml_is_named_beside_the_rest() {
    let found = faults("[rule]\nrare_below = = 3\nmaterial_shre = 0.1\n");
    assert!(found.iter().any(|fault| fault.starts_with("2:") && fault.contains("not valid TOML")), "{found:?}");
    assert!(found.iter().any(|fault| fault.starts_with("3:1 unknown key `material_shre`")), "{found:?}");
    assert!(!found.iter().any(|fault| fault.starts_with("2:") && !fault.contains("not valid TOML")), "{found:?}");
    assert!(faults("seed = 1\nseed = 2")[0].starts_with("2:1 not valid TOML: duplicate key"));
    assert!(faults("a = \"open").iter().any(|fault| fault.contains("not valid TOML")));
}

/// Texts that look like a configuration, so that the random ones reach beyond the parser.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[a-z_]{1,12} = [-0-9.einfa\"\\[\\]{}]{0,12}",
        "\\[{1,2}(rule|input|map|work|rate|rates|rates.team|cost|fx|output)\\]{1,2}",
        "(path|table|preset|delimiter|pattern|match|capability|split|overhead|of|from|until|share_out|seed|period|as_of|rare_below) = (\"[^\"]{0,8}\"|[0-9.-]{1,8}|nan|true|\\[\\]|\\{\\})",
        "\\PC{0,20}",
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_place_lies_in_the_text(text in lines()) {
        if let Err(faults) = parse(&text) {
            prop_assert!(!faults.is_empty());
            let count = text.matches('\n').count() + 1;
            for fault in &faults {
                prop_assert!((1..=count).contains(&fault.line) && fault.column >= 1);
            }
            let rendered = render_faults("deadhead.toml", &text, &faults);
            prop_assert!(rendered.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}

#[test]
fn assumptions_are_distributions_within_their_range() {
    let text = concat!(
        "[assumptions.margin]\ndistribution = \"normal(0.7, 0.1)\"\n",
        "[assumptions.horizon_years]\ndistribution = \"uniform(0, 3)\"\n",
        "[assumptions.removal_hours]\ndistribution = \"fixed(-1)\"\n",
        "[assumptions.discount_rate]\ndistribution = \"fixed(10)\"\n",
    );
    assert_eq!(
        faults(text),
        [
            format!(
                "2:16 `assumptions.margin.distribution` is `normal(0.7, 0.1)`, and `normal` is no distribution that is known | {}",
                crate::stats::NOTATIONS
            ),
            "4:16 `assumptions.horizon_years.distribution` is `uniform(0, 3)`, must lie above 0 | its unit: years".into(),
            "6:16 `assumptions.removal_hours.distribution` is `fixed(-1)`, must not lie below 0 | its unit: hours".into(),
            "8:16 `assumptions.discount_rate.distribution` is `fixed(10)`, must lie between 0 and 1 | its unit: fraction a year"
                .into(),
        ]
    );
    // One value of an assumption may be changed without the other texts.
    let changed = parse("[assumptions.margin]\ndistribution = \"fixed(0.5)\"").unwrap();
    assert_eq!(changed.assumptions.margin.distribution, "fixed(0.5)");
    assert_eq!(changed.assumptions.margin.unit, "fraction of ARR");
}

#[test]
fn the_assumption_of_the_plan_is_a_part() {
    let text = |distribution: &str| format!("[plan.onboarding_elasticity]\ndistribution = \"{distribution}\"\n");
    let key = "2:16 `plan.onboarding_elasticity.distribution`";
    assert_eq!(faults(&text("uniform(0, 2)")), [format!("{key} is `uniform(0, 2)`, must lie between 0 and 1")]);
    assert!(faults(&text("often"))[0].starts_with(key));
    assert_eq!(parse(&text("fixed(1)")).unwrap().plan.onboarding_elasticity.source, "convention");
}

#[test]
fn an_assumption_for_one_capability_is_known_and_complete_and_stands_once() {
    let assume = |assumption: &str, distribution: &str| {
        format!("[[assume]]\ncapability = \"c\"\nassumption = \"{assumption}\"\ndistribution = \"{distribution}\"\n")
    };
    let found = faults(&assume("removal_hors", "fixed(1)"));
    assert_eq!(
        found,
        ["3:14 `assume.assumption` is `removal_hors`, which it cannot be | did you mean `removal_hours`?"]
    );
    let found = faults(&assume("removal_hours", ""));
    assert_eq!(found, [format!("4:16 `assume.distribution` is empty | {}", crate::stats::NOTATIONS)]);
    let found = faults("[[assume]]\ncapability = \"c\"\nassumption = \"margin\"\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("1:1 ") && found[0].contains("distribution"), "{found:?}");
    let twice = format!("{}{}", assume("margin", "fixed(1)"), assume("margin", "fixed(0.5)"));
    assert_eq!(faults(&twice), ["5:1 this `assume` is about `margin` of `c`, as number 1 is"]);
    let two = format!("{}{}", assume("margin", "fixed(1)"), assume("removal_hours", "fixed(5)"));
    assert_eq!(parse(&two).unwrap().assume.len(), 2);
}
