//! `deadhead what-if`.

use std::fmt::Write as _;

use super::arguments::{Format, Global, WhatIfArguments};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::decide::{Part, Spread, chance};
use crate::pipeline;
use crate::report::{AffectedLine, MemberLine, SetColumn, WhatIf};
use crate::units::{Money, format};

/// How many accounts are shown; the JSON has the others.
const ACCOUNTS: usize = 12;
/// How many capabilities or promises a line names.
const NAMED: usize = 8;

pub(super) fn execute(arguments: &WhatIfArguments, global: &Global) -> Result<Exit, Failure> {
    let request = super::request(&arguments.config)?;
    let unset = match arguments.config.set.as_slice() {
        [] => None,
        _ => Some(super::request(&arguments.config.without_set())?.settings),
    };
    let effect = pipeline::what_if(&request, unset.as_ref(), &arguments.remove, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => log::json(&effect)?,
        Format::Human | Format::Github | Format::Gitlab => human(&effect, &arguments.config.set),
    })?;
    Ok(Exit::Done)
}

fn human(effect: &WhatIf, set: &[String]) -> String {
    let mut text = format!("If these go together, {} ({}):\n", effect.period, effect.as_of);
    for member in &effect.set.members {
        let _ = writeln!(text, "  {}: verdict {}, rank {}", named(member), member.verdict.as_str(), member.rank);
    }
    for assignment in set {
        let _ = writeln!(text, "with {}", log::plain(assignment));
    }
    if !effect.set.dragged_along.is_empty() {
        let along = effect.set.dragged_along.iter().map(named);
        let _ = writeln!(
            text,
            "dragged along, as they need one of these or are a part of one: {}",
            format::first_of(along, NAMED)
        );
    }
    let promises = effect.set.promises_broken.iter().map(|promise| {
        format!("{} to {} until {}", log::plain(&promise.capability), log::plain(&promise.account), promise.until)
    });
    if promises.len() > 0 {
        let _ = writeln!(text, "promises broken: {}", format::first_of(promises, NAMED));
    }
    if !effect.set.without_money.is_empty() {
        let missing = effect.set.without_money.iter().map(|id| log::plain(id));
        let _ = writeln!(
            text,
            "not in the sums of money, as use by account, ARR or run cost is not known: {}",
            format::first_of(missing, NAMED)
        );
    }
    text + "\n" + &columns(effect) + "\n" + &accounts(effect)
}

fn named(member: &MemberLine) -> String {
    let MemberLine { id, name, .. } = member;
    log::plain(&if name == id { id.clone() } else { format!("{name} ({id})") })
}

/// The figures of each set side by side.
fn columns(effect: &WhatIf) -> String {
    let mut head = vec!["", "this set"];
    let mut sets = vec![&effect.set];
    if let Some(without) = &effect.without_set {
        head.push("without --set");
        sets.push(without);
    }
    head.push("the plan's own");
    sets.push(&effect.plan);
    let money =
        |amount: f64| Money::from_units(amount).map_or_else(unknown, |sum| format::money(sum, &effect.currency));
    let range = |spread: Option<Spread>| {
        spread.map_or_else(unknown, |Spread { p05, p50, p95, .. }| {
            let bare = |amount: f64| money(amount).trim_start_matches(&effect.currency).trim_start().to_owned();
            format!("{} ({} to {})", money(p50), bare(p05), bare(p95))
        })
    };
    let count = |number: u64| format::count(number);
    let of = |label: &str, figure: &dyn Fn(&SetColumn) -> String| {
        std::iter::once(label.to_owned()).chain(sets.iter().map(|set| figure(set))).collect::<Vec<String>>()
    };
    let mut rows = vec![
        of("capabilities", &|set| count(set.members.len() as u64)),
        of("dragged along", &|set| count(set.dragged_along.len() as u64)),
        of("promises broken", &|set| count(set.promises_broken.len() as u64)),
        of("accounts", &|set| {
            let share = set.account_share.map(|share| format!(" ({} of the base)", format::percent(share)));
            set.accounts.map_or_else(unknown, |accounts| count(accounts) + &share.unwrap_or_default())
        }),
        of("of them key accounts", &|set| set.accounts.map_or_else(unknown, |_| count(set.key_accounts))),
        of("their ARR", &|set| set.arr_touched.map_or_else(unknown, |arr| money(arr.units()))),
        of("ARR at risk a year", &|set| range(set.arr_at_risk)),
    ];
    for (place, line) in effect.set.freed.iter().enumerate().filter(|(_, line)| line.a_year.is_some()) {
        let label = format!("{} freed a year", words(line.part));
        rows.push(of(&label, &|set| {
            let spread = set.freed.get(place).and_then(|line| line.a_year);
            spread.map_or_else(unknown, |spread| money(spread.mean))
        }));
    }
    rows.push(of("cost freed a year", &|set| set.freed_mean.map_or_else(unknown, money)));
    rows.push(of("net benefit over the horizon", &|set| range(set.net_benefit)));
    rows.push(of("probability of a net benefit", &|set| set.p_positive.map_or_else(unknown, chance)));
    log::table(&head, 1, &rows) + "in brackets: nine of ten simulated runs\n"
}

fn words(part: Part) -> &'static str {
    match part {
        Part::Support => "  support",
        Part::Engineering => "  engineering",
        Part::Incident => "  incidents",
        Part::Direct => "  charges",
        Part::VendorWork => "  work for vendors",
        Part::RevenueAtRisk => "  revenue",
        Part::Removal => "  removal",
        Part::Migration | Part::CustomerMigration => "  migration",
    }
}

fn unknown() -> String {
    format::UNKNOWN.to_owned()
}

/// The accounts with the most at risk.
fn accounts(effect: &WhatIf) -> String {
    if effect.accounts.is_empty() {
        return "no account of the base uses any of them, as far as is known\n".to_owned();
    }
    let text = |value: Option<&String>| value.map_or_else(unknown, |value| log::plain(value));
    let money = |amount: Option<Money>| amount.map_or_else(unknown, |sum| format::money(sum, &effect.currency));
    let row = |account: &AffectedLine| {
        let name = account.name.as_ref().unwrap_or(&account.id);
        let mark = if account.is_key { " *" } else { "" };
        vec![
            log::plain(name) + mark,
            text(account.segment.as_ref()),
            text(account.owner.as_ref()),
            money(account.arr),
            format::percent(account.dependence),
            format::percent(account.leaves.p50),
            money(account.arr_at_risk.and_then(|risk| Money::from_units(risk.mean))),
        ]
    };
    let rows: Vec<Vec<String>> = effect.accounts.iter().take(ACCOUNTS).map(row).collect();
    let head = ["account", "segment", "CSM owner", "ARR", "dependence", "may leave", "ARR at risk"];
    let rest = effect.accounts.get(ACCOUNTS..).unwrap_or_default();
    let of_rest: Money = rest.iter().filter_map(|account| account.arr).sum();
    let more = match rest.len() {
        0 => String::new(),
        n => format!("… and {} with {} of ARR\n", format::counted(n as u64, "more account"), money(Some(of_rest))),
    };
    let key = effect.accounts.iter().take(ACCOUNTS).any(|account| account.is_key);
    let legend = if key { "* key account\n" } else { "" };
    log::table(&head, 3, &rows) + &more + legend
}
