//! `deadhead plan`.

use std::fmt::Write as _;

use super::arguments::{Format, Global, PlanArguments};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::pipeline;
use crate::plan::StageKind;
use crate::report::{ConflictLine, LeftOutLine, PlanSection, Planned, RemovalLine, WaveLine};
use crate::units::{Money, format};

pub(super) fn execute(arguments: &PlanArguments, global: &Global) -> Result<Exit, Failure> {
    if let Some(file) = &arguments.lint {
        return super::plan_lint::execute(file, &arguments.config, global);
    }
    let request = super::request(&arguments.config)?;
    let planned = pipeline::plan(&request, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => log::json(&planned)?,
        Format::Human | Format::Github | Format::Gitlab => human(&planned),
    })?;
    Ok(Exit::Done)
}

fn human(planned: &Planned) -> String {
    let plan = &planned.plan;
    let money = |amount: Option<Money>| amount.map_or_else(unknown, |sum| format::money(sum, &planned.currency));
    let worth = if plan.removals.is_empty() {
        String::new()
    } else {
        format!(", worth {} as expected", money(plan.search.objective))
    };
    let mut text = format!(
        "The plan of {} ({}): {} over {} months from {}{worth}\n",
        planned.period,
        planned.as_of,
        format::counted(plan.removals.len() as u64, "removal"),
        plan.months,
        plan.from
    );
    text += &conflicts(&plan.conflicts);
    text += &removals(&plan.removals, &money);
    text += &budgets(plan, planned.base_accounts, &money);
    text += &left_out(&plan.left_out);
    for finding in &plan.lint {
        let _ = writeln!(text, "{}", super::plan_lint::finding_line(finding));
    }
    for relaxation in &plan.relaxations {
        let enters = if relaxation.enters.is_empty() {
            String::new()
        } else {
            let enters: Vec<String> = relaxation.enters.iter().map(|id| log::plain(id)).collect();
            format!(", with {}", enters.join(", "))
        };
        let _ = writeln!(text, "{} would bring {} more{enters}", relaxation.step, money(relaxation.gain));
    }
    // Where nothing may go there is no other plan to be better.
    if plan.removals.is_empty() && plan.relaxations.is_empty() { text } else { text + &search(plan, &money) }
}

fn conflicts(conflicts: &[ConflictLine]) -> String {
    let mut text = String::new();
    for conflict in conflicts {
        let (name, by) = (log::plain(&conflict.name), conflict.by);
        let head = if conflict.kept {
            format!(
                "{name} ends by {by} with its vendor, and what its users are owed gives way. Together these are impossible:"
            )
        } else {
            format!("cannot be kept: {name} by {by}. Together these are impossible:")
        };
        let _ = writeln!(text, "\n{head}");
        for limit in &conflict.limits {
            let _ = writeln!(text, "  - {}", log::plain(&limit.sentence));
        }
    }
    text
}

fn removals(removals: &[RemovalLine], money: &dyn Fn(Option<Money>) -> String) -> String {
    if removals.is_empty() {
        return "\nnothing is removed\n".to_owned();
    }
    let day = |of: &RemovalLine, kind| of.stage(kind).map_or_else(|| "–".to_owned(), |stage| stage.from.to_string());
    let row = |of: &RemovalLine| {
        vec![
            log::plain(&of.name),
            of.class.as_str().to_owned(),
            day(of, StageKind::Announced),
            day(of, StageKind::ClosedToNewUse),
            day(of, StageKind::Removed),
            of.accounts.to_string(),
            of.calls.to_string(),
            format::decimal(of.hours),
            money(of.arr_at_risk),
            money(of.value),
        ]
    };
    let head = [
        "removed",
        "class",
        "announced",
        "closed to new",
        "gone",
        "accounts",
        "calls",
        "hours",
        "ARR at risk",
        "worth",
    ];
    let rows: Vec<Vec<String>> = removals.iter().map(row).collect();
    format!("\n{}", log::table(&head, 5, &rows))
}

fn budgets(plan: &PlanSection, base: u64, money: &dyn Fn(Option<Money>) -> String) -> String {
    let row = |wave: &WaveLine| {
        vec![
            wave.wave.clone(),
            wave.removals.to_string(),
            format!("{} of {}", format::count(wave.budget.accounts), format::limit(wave.budget.accounts_limit)),
            format!("{} of {}", money(wave.budget.arr_at_risk), money(wave.budget.arr_limit)),
        ]
    };
    let mut rows: Vec<Vec<String>> = plan.waves.iter().filter(|wave| wave.removals > 0).map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    rows.push(vec![
        format!("all, base of {}", format::count(base)),
        plan.removals.len().to_string(),
        format!("{} of {}", format::count(plan.overall.accounts), format::limit(plan.overall.accounts_limit)),
        format!("{} of {}", money(plan.overall.arr_at_risk), money(plan.overall.arr_limit)),
    ]);
    format!("\n{}", log::table(&["wave", "removals", "accounts touched", "ARR at risk"], 1, &rows))
}

fn left_out(left_out: &[LeftOutLine]) -> String {
    let mut text = String::new();
    if !left_out.is_empty() {
        text += "\nstays for now:\n";
    }
    for of in left_out {
        let bounds: Vec<String> = of.bounds.iter().map(|bound| log::plain(&bound.sentence)).collect();
        let _ = writeln!(text, "  {}: {}", log::plain(&of.name), bounds.join(" "));
    }
    if left_out.is_empty() { text } else { text + "\n" }
}

fn search(plan: &PlanSection, money: &dyn Fn(Option<Money>) -> String) -> String {
    let search = &plan.search;
    let proven = if search.proven {
        "the best plan there is".to_owned()
    } else {
        format!("at most {} below the best plan there is ({} nodes)", format::percent(search.gap), search.nodes)
    };
    let greedy = search.greedy_gap.filter(|gap| *gap > 0.0).map_or_else(String::new, |gap| {
        format!("; in the order of the list it would be worth {}, {} less", money(search.greedy), format::percent(gap))
    });
    format!("{proven}{greedy}\n")
}

fn unknown() -> String {
    format::UNKNOWN.to_owned()
}
