//! What vendors change, and build against procure.

use super::{Column, LISTED, Part, SHORT, Subject, Table, count, figure, listed, number, part, percent, text, unknown};
use crate::report::{CalendarLine, EstimateLine, IntegrationLine, VendorLine, decimal_with_interval};
use crate::units::format;
use crate::units::format::UNKNOWN;

impl<'a> Subject<'a> {
    /// What vendors change and will change.
    pub(super) fn vendors(&self) -> Option<Part<'a>> {
        let (calendar, vendors) = (&self.of.calendar, &self.of.vendors);
        if calendar.is_empty() && vendors.is_empty() {
            return None;
        }
        let mut sentences: Vec<String> = self
            .of
            .collisions
            .iter()
            .map(|of| {
                let owner = of.owner.as_deref().unwrap_or("nobody");
                format!("In {} {owner} would have to follow {} changes at once.", of.month, of.entries.len())
            })
            .collect();
        sentences.truncate(SHORT);
        let coming = Table {
            caption: listed(calendar.len(), LISTED, "dated and undated changes to come", "tables/api_calendar.csv"),
            columns: vec![
                Column { definition: "api_calendar", ..text("On") },
                number("Days left"),
                text("Vendor"),
                text("What"),
                text("Kind"),
                text("Integrations"),
                number("Accounts"),
                number("ARR"),
                text("Owner"),
            ],
            rows: calendar.iter().take(LISTED).map(|of| self.change(of)).collect(),
        };
        let mut frequent: Vec<&VendorLine> = vendors.iter().collect();
        let expected = |of: &VendorLine| of.next_year.map_or(0.0, |next| next.point);
        frequent.sort_by(|a, b| expected(b).total_cmp(&expected(a)).then_with(|| a.vendor.cmp(&b.vendor)));
        let past = Table {
            caption: listed(
                vendors.len(),
                SHORT,
                "vendors, those with most breaking changes to expect first",
                "tables/vendors.csv",
            ),
            columns: vec![
                text("Vendor"),
                figure("Breaking changes a year (95 %)", "volatility"),
                number("Next year (80 %)"),
                number("Seen"),
                number("Notice, days (median)"),
                number("Worst"),
                number("Unannounced"),
                figure("Hours a change", "expected_change_hours"),
                number("Hours next year"),
            ],
            rows: frequent.into_iter().take(SHORT).map(vendor).collect(),
        };
        let tables = [coming, past].into_iter().filter(|table| !table.rows.is_empty());
        Some(Part {
            charts: self.chart("api-calendar"),
            tables: tables.collect(),
            ..part("vendors", "What vendors change".into(), sentences)
        })
    }

    fn change(&self, of: &CalendarLine) -> Vec<String> {
        let on = of.effective_on.map(|day| day.to_string());
        let version = of.effective_version.as_ref().map(|version| format!("version {version}"));
        let what = [&of.api, &of.title].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(": ");
        let kind = of.change.as_deref().unwrap_or(UNKNOWN);
        vec![
            on.or(version).unwrap_or_else(|| "no day named".into()),
            of.days_left.map_or_else(unknown, |days| days.to_string()),
            of.vendor.clone(),
            what,
            if of.breaking == Some(true) { format!("▼ {kind}, breaking") } else { kind.to_owned() },
            self.names(&of.capabilities),
            count(of.accounts),
            self.money(of.arr),
            match (of.owners.is_empty(), of.unowned) {
                (true, _) => "? nobody".into(),
                (false, true) => format!("{}; ? nobody for some", of.owners.join(", ")),
                (false, false) => of.owners.join(", "),
            },
        ]
    }

    /// What one more integration takes, and build against procure.
    pub(super) fn procure(&self) -> Option<Part<'a>> {
        let of = self.of;
        let each = [
            (of.hours_per_integration, "hours of run work"),
            (of.contacts_per_integration, "contacts"),
            (of.changes_per_integration, "breaking vendor changes"),
        ];
        let mut takes: Vec<String> = each
            .iter()
            .filter_map(|(known, what)| Some(format!("{} {what}", decimal_with_interval(known.as_ref()?))))
            .collect();
        takes.extend(of.cost_per_integration.map(|cost| format!("{} of run cost", self.money_with_interval(&cost))));
        let mut sentences = Vec::new();
        if let Some(last) = of.surface.last().filter(|last| last.integrations > 0) {
            let auth = last.auth_schemes.map_or_else(String::new, |schemes| {
                format!(" and {}", format::counted(schemes, "way") + " of authentication")
            });
            sentences.push(format!(
                "In {} {} with {}{auth} were on offer, {} of them used.",
                last.month,
                format::counted(last.integrations, "integration"),
                format::counted(last.vendors, "vendor"),
                last.used
            ));
        }
        if !takes.is_empty() {
            sentences.push(format!(
                "The median integration takes in a year {}: what one more would cost.",
                takes.join(", ")
            ));
        }
        let mut priced: Vec<&IntegrationLine> = of.lines.iter().filter(|line| line.platform_price.is_some()).collect();
        priced.sort_by(|a, b| b.procure_saves.cmp(&a.procure_saves).then_with(|| a.id.cmp(&b.id)));
        let row = |line: &&IntegrationLine| {
            let ends = line
                .break_even_interval
                .map_or_else(unknown, |ends| format!("{} to {}", self.money(Some(ends.low)), self.money(ends.high)));
            vec![
                line.name.clone(),
                self.money(line.break_even_price),
                ends,
                self.money(line.platform_price),
                self.money(line.procure_saves),
            ]
        };
        let table = Table {
            caption: listed(priced.len(), LISTED, "integrations with a price of a platform", "tables/integrations.csv"),
            columns: vec![
                text("Integration"),
                figure("Break-even price a year", "break_even_price"),
                number("95 %"),
                number("Platform"),
                number("Procuring saves"),
            ],
            rows: priced.iter().take(LISTED).map(row).collect(),
        };
        let tables: Vec<Table> = Some(table).filter(|table| !table.rows.is_empty()).into_iter().collect();
        (!sentences.is_empty() || !tables.is_empty())
            .then(|| Part { tables, ..part("build-or-procure", "One more, or procured".into(), sentences) })
    }
}

fn vendor(of: &VendorLine) -> Vec<String> {
    let decimals = |known: Option<EstimateLine>| known.map_or_else(unknown, |known| decimal_with_interval(&known));
    let point = |known: Option<EstimateLine>| known.map_or_else(unknown, |known| format::decimal(known.point));
    vec![
        of.vendor.clone(),
        decimals(of.breaking_per_year),
        decimals(of.next_year),
        format!("{} in {} years", of.breaking, format::decimal(of.years)),
        point(of.notice_days),
        of.worst_notice_days.map_or_else(unknown, |days| days.to_string()),
        percent(of.unannounced),
        of.hours_per_change.map_or_else(unknown, |hours| {
            format!("{}{}", format::decimal(hours.point), if of.hours_are_own { "" } else { ", of all vendors" })
        }),
        decimals(of.expected_hours),
    ]
}
