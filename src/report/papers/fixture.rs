//! A small plan made by hand, for the tests of the papers: a public interface with a replacement, a view without one, and one whose
//! names are hostile.

use chrono::NaiveDate;

use crate::config::{self, NoticeClass, Settings};
use crate::decide::{self, testing};
use crate::metrics::{AccountUse, CapabilityFacts, CustomerFacts, Facts, Substitute, SubstituteBy};
use crate::plan::{self, Forecast, ForecastLine, ForecastMeasure, Plan, Removal, Stage, StageKind};
use crate::units::{Money, Share};

/// A name that tries everything at once.
pub const HOSTILE: &str = "=cmd|'/c calc'!A0 <script>alert(1)</script> [x](http://evil.example) {{ 7*7 }} {% raw %}\r\nBEGIN:VEVENT, a;b\\n @all #1";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The settings of the tests.
pub fn settings() -> Settings {
    config::parse(
        r#"
company = "Marrowfield Logistics"
currency = "EUR"
[plan.papers]
docs_url = "https://docs.marrowfield.example/out/{id}"
successor_url = "https://docs.marrowfield.example/{id}"
contact = "help_desk@marrowfield.example"
"#,
    )
    .unwrap()
}

fn customer(n: usize, id: &str, name: Option<&str>, segment: Option<&str>) -> CustomerFacts {
    CustomerFacts {
        id: id.into(),
        name: name.map(str::to_owned),
        segment: segment.map(str::to_owned),
        owner: (n == 0).then(|| "R. Osei".to_owned()),
        arr: (n != 3).then(|| Money::from_units(10_000.0 + 1_111.0 * f64::from(u32::try_from(n).unwrap())).unwrap()),
        renews_on: (n == 0).then(|| day("2027-05-17")),
        is_key: Some(n == 0),
        in_base: true,
        active_days: 61,
    }
}

/// Use on so many of 61 days.
fn used(customer: usize, days: u32, users: Option<u64>) -> AccountUse {
    AccountUse {
        customer,
        active_days: days.into(),
        dependence: Share::of(days.into(), 61.0),
        users,
        sole_users: users.map(|users| users / 2),
        last_use: day("2026-09-28"),
        trend_per_month: None,
        trend_p: None,
    }
}

/// Facts on `fax`, `gantt`, `api` and the hostile one, used by seven accounts.
pub fn facts() -> Facts {
    let mut fax = testing::capability("fax");
    fax.capability.name = "Fax gateway".into();
    fax.capability.owner = Some("Messaging".into());
    fax.active_accounts = Some(22);
    fax.engineering_hours = Some(312.4);
    fax.tickets = Some(1_041);
    fax.substitute = Some(Substitute { capability: 2, by: SubstituteBy::Catalogue, already: None });
    fax.accounts = vec![
        used(0, 31, Some(5)),
        used(1, 19, None),
        used(4, 4, Some(1)),
        used(2, 2, None),
        used(3, 1, Some(0)),
        used(6, 1, None),
    ];
    let mut gantt = testing::capability("gantt");
    gantt.capability.name = "Gantt view (old)".into();
    gantt.accounts = vec![used(5, 4, Some(2))];
    let mut api = testing::capability("api");
    api.capability.name = "Messages API".into();
    let mut hostile: CapabilityFacts = testing::capability(HOSTILE);
    hostile.capability.name = HOSTILE.into();
    hostile.accounts = vec![used(5, 40, Some(4)), used(6, 1, None)];
    let mut facts = testing::facts(vec![fax, gantt, api, hostile]);
    facts.customers = vec![
        customer(0, "acme", Some("Acme Freight"), Some("enterprise")),
        customer(1, "ACME", Some("Acme Two"), Some("enterprise")),
        customer(2, "a3", None, Some("small")),
        customer(3, "a4", Some("Fourth & Sons"), None),
        customer(4, "../../etc/passwd", Some("Fifth"), Some("small")),
        customer(5, HOSTILE, Some(HOSTILE), Some(HOSTILE)),
        customer(6, "nul", Some("Null Ltd"), Some("Small")),
    ];
    facts.overlap.touched = vec![
        [0, 1, 2, 3, 4, 6].into_iter().collect(),
        [5].into_iter().collect(),
        [0].into_iter().collect(),
        [5, 6].into_iter().collect(),
    ];
    facts
}

fn stage(kind: StageKind, from: &str, until: &str) -> Stage {
    Stage { kind, from: day(from), until: day(until), window: None, reversible: kind < StageKind::ReadOnly }
}

fn brownout(from: &str, until: &str) -> Stage {
    let (from, until) = [from, until].map(|text| text.parse::<chrono::NaiveDateTime>().unwrap()).into();
    Stage {
        kind: StageKind::Brownout,
        from: from.date(),
        until: until.date(),
        window: Some((from, until)),
        reversible: true,
    }
}

/// The stages of the interface.
fn stages() -> Vec<Stage> {
    vec![
        stage(StageKind::Decided, "2026-10-14", "2026-10-31"),
        stage(StageKind::Announced, "2026-11-02", "2026-11-02"),
        stage(StageKind::ClosedToNewUse, "2026-11-02", "2026-12-01"),
        stage(StageKind::Warnings, "2026-12-02", "2027-08-31"),
        brownout("2027-09-01T09:00:00", "2027-09-01T13:00:00"),
        brownout("2027-10-13T15:00:00", "2027-10-14T03:00:00"),
        stage(StageKind::ReadOnly, "2027-10-19", "2027-11-01"),
        stage(StageKind::Removed, "2027-11-02", "2027-11-02"),
        stage(StageKind::DataKept, "2027-11-02", "2028-01-31"),
        stage(StageKind::Verified, "2028-02-01", "2028-02-01"),
    ]
}

/// The plan on these facts.
pub fn plan(facts: &Facts) -> Plan {
    let contact = settings().plan.contact;
    let removal = |capability: usize, class, stages| Removal {
        capability,
        class,
        replacement: (capability == 0).then_some(2),
        stages,
        wave: 0,
        hours: 80.25,
        team: facts.capabilities[capability].capability.owner.clone(),
        value: 1_000.0,
        arr_at_risk: 10.0,
        contacts: plan::contacts(facts, capability, &decide::key_accounts(facts), &contact),
        demanded_by: (capability == 0).then(|| day("2027-12-31")),
        vendor: None,
    };
    let short = || {
        vec![
            stage(StageKind::Announced, "2026-11-30", "2026-11-30"),
            stage(StageKind::Removed, "2027-02-08", "2027-02-08"),
        ]
    };
    let line = |change| ForecastLine {
        measure: ForecastMeasure::EngineeringHours,
        quarter: 0,
        without: 500.0,
        change,
        assumed: None,
        rests_on: Vec::new(),
        history: true,
        small: false,
        left_out: 0,
    };
    Plan {
        chosen: vec![
            removal(1, NoticeClass::UserInterface, short()),
            removal(3, NoticeClass::PublicApi, short()),
            removal(0, NoticeClass::PublicApi, stages()),
        ],
        forecast: Forecast {
            quarters: vec!["2028-Q1".into()],
            lines: vec![line((-123.4, -187.6, -58.7))],
            yearly: None,
        },
        ..Plan::nothing()
    }
}

/// The papers of the plan.
pub fn papers() -> super::Papers {
    let facts = facts();
    super::papers(&settings(), &facts, &plan(&facts))
}
