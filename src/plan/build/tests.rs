//! The builder on small companies, from evidence to plan, by hand.
//!
//! A hundred accounts `a00` …, a million of ARR, the report of 30 September 2026, and no doubt about anything: ten years, undiscounted; no
//! margin, so that ARR at risk is no part of the worth; an hour of ours costs nothing, so that hours are none either. What a capability brings is
//! given per day: removed on a day it is worth that times the days from then to the end of ten years. Nothing is limited, no notice is owed
//! and no day is closed but where a test says so.

mod beside;
mod considered;
mod days;
mod demands;
mod faults;
mod left_out;
mod random;
mod shared;

use chrono::NaiveDate;

use super::considered::{Considered, Frame};
use super::*;
use crate::config::{self, Blackout, Demand, NoticeMonths, Settings};
use crate::decide::testing::{self, GUARDS, RULE, estimate};
use crate::decide::{self, DecisionSettings};
use crate::integrations::{CalendarEntry, Integrations};
use crate::metrics::{
    AccountUse, CapabilityFacts, CustomerFacts, Facts, StakeSums, Stakes, Substitute, SubstituteBy, TeamHours,
};
use crate::plan::StageKind;
use crate::units::{Money, Share};

const SETTINGS: &str = r#"
seed = 7
[decision]
draws = 100
[rates]
engineering_hour = 0
[plan]
holidays = []
accounts_per_wave = 1
accounts_overall = 1
arr_at_risk_per_wave = 1
arr_at_risk_overall = 1
changes_per_account = 100
gap = 0
[assumptions]
avoidable_support = { distribution = "fixed(1)" }
avoidable_engineering = { distribution = "fixed(1)" }
avoidable_incident = { distribution = "fixed(1)" }
avoidable_direct = { distribution = "fixed(1)" }
vendor_work = { distribution = "fixed(0)" }
margin = { distribution = "fixed(0)" }
horizon_years = { distribution = "fixed(10)" }
discount_rate = { distribution = "fixed(0)" }
loss_at_full_dependence = { distribution = "fixed(1)" }
sole_user_weight = { distribution = "fixed(0)" }
replacement_relief = { distribution = "fixed(0)" }
removal_hours = { distribution = "fixed(0)" }
migration_hours = { distribution = "fixed(0)" }
customer_hours = { distribution = "fixed(0)" }
customer_hour = { distribution = "fixed(0)" }
"#;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A capability whose removal is advised where it brings something, with what it brings per day.
fn prime(id: &str, per_day: f64) -> CapabilityFacts {
    let mut of = testing::capability(id);
    of.active_accounts = Some(3);
    of.adoption = Some(estimate((0.03, 0.017, 0.052)));
    of.disproportion = Some(estimate((4.0, 2.0, 8.0)));
    of.cost_share = Share::of(0.02, 1.0);
    of.cost.support = Money::from_units(2_000.0);
    of.stakes = Some(Stakes {
        data: StakeSums { support: 365.25 * per_day, ..StakeSums::default() },
        replicates: Vec::new(),
        accounts: 3,
        accounts_with_arr: 3,
        already_replaced: None,
    });
    of
}

/// One that stays, since nothing is known of it.
fn bare(id: &str) -> CapabilityFacts {
    testing::capability(id)
}

struct World {
    facts: Facts,
    integrations: Integrations,
    settings: Settings,
}

impl World {
    /// Of some capabilities, by id, that nobody uses.
    fn new(capabilities: Vec<CapabilityFacts>) -> Self {
        let mut facts = testing::facts(capabilities);
        facts.base.accounts = 100;
        facts.segments.clear();
        facts.customers = (0..100).map(|place| customer(&format!("a{place:02}"))).collect();
        facts.overlap.touched = facts.capabilities.iter().map(|_| [].into_iter().collect()).collect();
        let mut settings = config::parse(SETTINGS).unwrap_or_else(|faults| panic!("{faults:?}"));
        let none = Some(0);
        settings.plan.notice_months = NoticeMonths {
            internal: none,
            beta: none,
            user_interface: none,
            integration: none,
            public_api: none,
            contractual: none,
        };
        Self { facts, integrations: Integrations::default(), settings }
    }

    fn capability(mut self, index: usize, change: impl FnOnce(&mut CapabilityFacts)) -> Self {
        change(&mut self.facts.capabilities[index]);
        self
    }

    fn settings(mut self, change: impl FnOnce(&mut config::PlanSettings)) -> Self {
        change(&mut self.settings.plan);
        self
    }

    /// Accounts that use a capability.
    fn used(mut self, index: usize, by: impl IntoIterator<Item = usize>) -> Self {
        let by: Vec<usize> = by.into_iter().collect();
        let use_of = |customer: &usize| AccountUse {
            customer: *customer,
            active_days: 2,
            dependence: Share::of(2.0, 10.0),
            users: None,
            sole_users: None,
            last_use: self.facts.as_of,
            trend_per_month: None,
            trend_p: None,
        };
        self.facts.capabilities[index].accounts = by.iter().map(use_of).collect();
        self.facts.overlap.touched[index] = by.into_iter().collect();
        self
    }

    /// A key account with its renewal.
    fn key(mut self, account: usize, renews_on: &str) -> Self {
        let of = &mut self.facts.customers[account];
        (of.is_key, of.renews_on) = (Some(true), Some(day(renews_on)));
        self
    }

    /// One takes the place of another.
    fn replaced(self, index: usize, by: usize) -> Self {
        self.capability(index, |of| {
            of.substitute = Some(Substitute { capability: by, by: SubstituteBy::Catalogue, already: None });
        })
    }

    fn at_risk(self, index: usize, arr: f64) -> Self {
        self.capability(index, |of| of.stakes.as_mut().unwrap().data.arr_dependent = arr)
    }

    /// Hours of a team that its removal takes.
    fn work(self, index: usize, team: &str, hours: f64) -> Self {
        self.capability(index, |of| {
            (of.capability.owner, of.capability.removal_hours) = (Some(team.into()), Some(hours));
        })
    }

    fn blackout(self, from: &str, to: &str) -> Self {
        let closed = Blackout { from: day(from), to: day(to), reason: String::new() };
        self.settings(|plan| plan.blackout.push(closed))
    }

    fn demand(mut self, index: usize, by: &str) -> Self {
        let capability = self.facts.capabilities[index].capability.id.clone();
        self.settings.plan.demand.push(Demand { capability, by: day(by), reason: String::new() });
        self
    }

    /// Acme ends what a capability rests on.
    fn shutdown(mut self, index: usize, on: &str) -> Self {
        self.integrations.calendar.push(CalendarEntry {
            vendor: "Acme".into(),
            api: None,
            title: None,
            change: Some("shutdown".into()),
            breaking: None,
            announced_on: None,
            effective_on: Some(day(on)),
            effective_version: None,
            days_left: None,
            capabilities: vec![index],
            accounts: None,
            arr: None,
            owners: Vec::new(),
            unowned: false,
            url: None,
        });
        self
    }

    fn look<T>(&self, look: impl FnOnce(Evidence) -> T) -> T {
        let settings = &self.settings;
        let deciding = DecisionSettings {
            rule: &RULE,
            guards: &GUARDS,
            policy: &settings.decision,
            removal: &settings.removal,
            prior: None,
            assumptions: &settings.assumptions,
            overrides: &settings.assume,
            engineering_hour: settings.rates.engineering_hour,
            currency: "EUR",
            seed: settings.seed,
        };
        let decisions = decide::decide(&self.facts, &self.integrations, deciding);
        look(Evidence {
            facts: &self.facts,
            integrations: &self.integrations,
            decisions: &decisions,
            deciding,
            settings: &settings.plan,
        })
    }

    fn plan(&self) -> Plan {
        self.look(plan)
    }

    fn considered(&self) -> Vec<Considered> {
        self.look(|evidence| Frame::new(evidence).considered(&notice::policy(evidence.settings)))
    }

    fn model(&self) -> Model {
        self.look(|evidence| {
            let frame = Frame::new(evidence);
            program::model(&frame, &frame.considered(&notice::policy(evidence.settings)))
        })
    }

    /// Day and bars by month of the first that is considered: `2026-10-14`, or with what stands against it.
    fn days(&self) -> Vec<String> {
        let considered = self.considered();
        let of = considered.first().expect("something is considered");
        let line = |(day, bars): (&NaiveDate, &Vec<Constraint>)| {
            let bars = bars.iter().map(|bar| format!(" {}", bar.as_str()));
            format!("{day}{}", bars.collect::<String>())
        };
        of.days.iter().zip(&of.barred).map(line).collect()
    }
}

fn customer(id: &str) -> CustomerFacts {
    CustomerFacts {
        id: id.to_owned(),
        name: None,
        segment: None,
        owner: None,
        arr: Money::from_units(10_000.0),
        renews_on: None,
        is_key: Some(false),
        in_base: true,
        active_days: 10,
    }
}

/// What so much a day is worth from a day on.
fn worth(per_day: f64, on: &str) -> f64 {
    per_day * (3_652.5 - (day(on) - day("2026-09-30")).num_days() as f64)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Capability and day of what goes.
fn gone(plan: &Plan) -> Vec<(usize, String)> {
    plan.chosen.iter().map(|removal| (removal.capability, removal.removed_on().to_string())).collect()
}

/// Capability of what stays, with what stands against it.
fn staying(plan: &Plan) -> Vec<(usize, Vec<Constraint>)> {
    let of = |left: &LeftOut| (left.capability, left.bounds.iter().map(|bound| bound.constraint).collect());
    plan.left_out.iter().map(of).collect()
}

fn kinds(bounds: &[Bound]) -> Vec<Constraint> {
    bounds.iter().map(|bound| bound.constraint).collect()
}
