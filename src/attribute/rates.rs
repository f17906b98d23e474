//! What an hour and a contact cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::config::{DatedRate, Layer, LayerRates, RateOf, Rates, Settings};
use crate::tables::rows::{Incident, Ticket, WorkItem};

/// The rates of the configuration, those of certain days and rows before the general ones.
#[derive(Debug, Clone)]
pub struct RateBook<'a> {
    general: &'a Rates,
    dated: Vec<Dated<'a>>,
    currency: Arc<str>,
}

/// A `[[rate]]` with its amount in the report currency.
#[derive(Debug, Clone)]
struct Dated<'a> {
    rate: &'a DatedRate,
    amount: f64,
    currency: Arc<str>,
}

/// The rate of one row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rate {
    /// Report currency per hour, or per contact.
    pub amount: f64,
    /// The currency that it is stated in.
    pub currency: Arc<str>,
}

/// What a row says that a rate may depend on.
#[derive(Debug, Clone, Copy, Default)]
struct Keys<'r> {
    team: Option<&'r str>,
    role: Option<&'r str>,
    layer: Option<Layer>,
    priority: Option<&'r str>,
}

impl<'a> RateBook<'a> {
    /// The rates of a configuration.
    #[must_use]
    pub fn of(settings: &'a Settings) -> Self {
        Self::new(&settings.rates, &settings.rate, &settings.fx, &settings.currency)
    }

    /// From the general rates, the dated ones, and the fixed rates of currencies into the report currency. A rate in a
    /// currency without one is left out: the configuration was checked, so that none is.
    #[must_use]
    pub fn new(general: &'a Rates, dated: &'a [DatedRate], fx: &BTreeMap<String, f64>, currency: &str) -> Self {
        let currency: Arc<str> = currency.into();
        let settled = |rate: &'a DatedRate| {
            let own = rate.currency.as_deref().filter(|own| **own != *currency);
            let factor = own.map_or(Some(1.0), |own| fx.get(own).copied())?;
            let stated = own.map_or_else(|| Arc::clone(&currency), Arc::from);
            Some(Dated { rate, amount: rate.amount * factor, currency: stated })
        };
        Self { general, dated: dated.iter().filter_map(settled).collect(), currency: Arc::clone(&currency) }
    }

    /// ISO 4217 code of the report currency.
    pub(super) fn currency(&self) -> &Arc<str> {
        &self.currency
    }

    /// An hour of engineering: a dated rate, else that of the team, else the general one.
    pub(super) fn engineering(&self, item: &WorkItem, on: NaiveDate) -> Rate {
        let keys = Keys { team: item.team.as_deref(), role: item.role.as_deref(), ..Keys::default() };
        let of_team = || item.team.as_ref().and_then(|team| self.general.team.get(team)).copied();
        self.dated(RateOf::EngineeringHour, keys, on)
            .unwrap_or_else(|| self.general_rate(of_team().unwrap_or(self.general.engineering_hour)))
    }

    /// An hour of support where the minutes are known, else one contact.
    pub(super) fn support(&self, ticket: &Ticket, on: NaiveDate) -> Rate {
        let layer = layer_of(ticket);
        let keys = Keys {
            layer: Some(layer.unwrap_or(Layer::Human)),
            priority: ticket.priority.as_deref(),
            ..Keys::default()
        };
        let (of, general) = match ticket.handle_minutes {
            Some(_) => (RateOf::SupportHour, &self.general.support_hour),
            None => (RateOf::Contact, &self.general.contact),
        };
        self.dated(of, keys, on).unwrap_or_else(|| self.general_rate(of_layer(general, layer)))
    }

    /// An hour of those who respond to an incident: a dated rate of its own, else that of an engineering hour.
    pub(super) fn incident(&self, incident: &Incident, on: NaiveDate) -> Rate {
        let keys = Keys { priority: incident.severity.as_deref(), ..Keys::default() };
        self.dated(RateOf::IncidentHour, keys, on)
            .or_else(|| self.dated(RateOf::EngineeringHour, Keys::default(), on))
            .unwrap_or_else(|| self.general_rate(self.general.engineering_hour))
    }

    fn general_rate(&self, amount: f64) -> Rate {
        Rate { amount, currency: Arc::clone(&self.currency) }
    }

    /// Of the dated rates that fit: the one with the most keys, then the one that begins later, then the first.
    fn dated(&self, of: RateOf, keys: Keys, on: NaiveDate) -> Option<Rate> {
        let fitting = self.dated.iter().enumerate().filter(|(_, dated)| dated.rate.of == of && dated.fits(keys, on));
        let (_, best) =
            fitting.max_by_key(|(place, dated)| (dated.specificity(), dated.rate.from, std::cmp::Reverse(*place)))?;
        Some(Rate { amount: best.amount, currency: Arc::clone(&best.currency) })
    }
}

impl Dated<'_> {
    fn fits(&self, keys: Keys, on: NaiveDate) -> bool {
        let DatedRate { team, role, layer, priority, from, until, .. } = self.rate;
        let same = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|w| found == Some(w));
        from.is_none_or(|from| from <= on)
            && until.is_none_or(|until| on <= until)
            && same(team, keys.team)
            && same(role, keys.role)
            && same(priority, keys.priority)
            && layer.is_none_or(|layer| keys.layer == Some(layer))
    }

    fn specificity(&self) -> usize {
        let DatedRate { team, role, layer, priority, .. } = self.rate;
        [team.is_some(), role.is_some(), layer.is_some(), priority.is_some()].into_iter().filter(|key| *key).count()
    }
}

/// The layer that ended a contact; `None` when it is not known.
pub(super) fn layer_of(ticket: &Ticket) -> Option<Layer> {
    match ticket.layer.as_deref() {
        Some("automated") => Some(Layer::Automated),
        Some("ai") => Some(Layer::Ai),
        Some("human") => Some(Layer::Human),
        _ => None,
    }
}

/// A contact whose layer is not known is taken to be human, which is where contacts end unless something else is
/// recorded.
fn of_layer(rates: &LayerRates, layer: Option<Layer>) -> f64 {
    match layer {
        Some(Layer::Automated) => rates.automated,
        Some(Layer::Ai) => rates.ai,
        Some(Layer::Human) | None => rates.human,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::testing::rates;

    fn dated(of: RateOf, amount: f64) -> DatedRate {
        DatedRate {
            of,
            team: None,
            role: None,
            layer: None,
            priority: None,
            from: None,
            until: None,
            amount,
            currency: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_most_specific_rate_of_the_day_wins_then_the_later_then_the_first() {
        let of = || dated(RateOf::EngineeringHour, 0.0);
        let list = [
            DatedRate { amount: 100.0, ..of() },
            DatedRate { amount: 101.0, from: Some(day("2026-07-01")), until: Some(day("2026-07-31")), ..of() },
            DatedRate { amount: 110.0, team: Some("core".into()), ..of() },
            DatedRate { amount: 111.0, team: Some("core".into()), role: Some("lead".into()), ..of() },
            DatedRate { amount: 112.0, role: Some("temp".into()), ..of() },
        ];
        let rates = rates();
        let fx = BTreeMap::new();
        let book = RateBook::new(&rates, &list, &fx, "EUR");
        let rate = |team: &str, role: &str, on: &str| {
            let item = WorkItem { team: Some(team.into()), role: Some(role.into()), ..WorkItem::default() };
            book.engineering(&item, day(on)).amount
        };
        for (team, role, on, expected) in [
            ("x", "", "2026-06-30", 100.0),
            ("x", "", "2026-07-01", 101.0),
            ("x", "", "2026-07-31", 101.0),
            ("x", "", "2026-08-01", 100.0),
            ("core", "", "2026-07-01", 110.0),
            ("core", "lead", "2026-07-01", 111.0),
            ("x", "temp", "2026-07-01", 112.0),
            ("core", "temp", "2026-07-01", 110.0),
        ] {
            assert!((rate(team, role, on) - expected).abs() < 1e-12, "{team} {role} {on}");
        }
        let none = RateBook::new(&rates, &[], &fx, "EUR");
        let item = |team: &str| WorkItem { team: Some(team.into()), ..WorkItem::default() };
        assert!((none.engineering(&item("core"), day("2026-07-01")).amount - 120.0).abs() < 1e-12, "of [rates.team]");
        assert!((none.engineering(&item("x"), day("2026-07-01")).amount - 90.0).abs() < 1e-12);
    }

    #[test]
    fn a_rate_in_another_currency_is_converted_and_keeps_its_name() {
        let list = [DatedRate { currency: Some("USD".into()), ..dated(RateOf::IncidentHour, 200.0) }];
        let rates = rates();
        let fx = [("USD".to_owned(), 0.9)].into();
        let book = RateBook::new(&rates, &list, &fx, "EUR");
        let rate = book.incident(&Incident::default(), day("2026-07-01"));
        assert!((rate.amount - 180.0).abs() < 1e-12);
        assert_eq!(&*rate.currency, "USD");
        let unknown = RateBook::new(&rates, &list, &BTreeMap::new(), "EUR");
        assert!((unknown.incident(&Incident::default(), day("2026-07-01")).amount - 90.0).abs() < 1e-12);
    }

    #[test]
    fn an_incident_hour_is_an_engineering_hour_unless_a_rate_says_otherwise() {
        let list = [
            DatedRate { team: Some("core".into()), ..dated(RateOf::EngineeringHour, 300.0) },
            DatedRate { from: Some(day("2026-07-01")), ..dated(RateOf::EngineeringHour, 95.0) },
            DatedRate { priority: Some("sev1".into()), ..dated(RateOf::IncidentHour, 150.0) },
        ];
        let rates = rates();
        let fx = BTreeMap::new();
        let book = RateBook::new(&rates, &list, &fx, "EUR");
        let incident = |severity: &str| Incident { severity: Some(severity.into()), ..Incident::default() };
        let amount = |severity, on| book.incident(&incident(severity), day(on)).amount;
        for (severity, on, expected) in
            [("sev1", "2026-06-01", 150.0), ("sev2", "2026-07-01", 95.0), ("sev2", "2026-06-30", 90.0)]
        {
            assert!((amount(severity, on) - expected).abs() < 1e-12, "{severity} {on}");
        }
    }

    #[test]
    fn support_has_a_rate_by_layer_and_one_for_contacts_without_minutes() {
        let list = [DatedRate {
            layer: Some(Layer::Human),
            priority: Some("urgent".into()),
            ..dated(RateOf::SupportHour, 80.0)
        }];
        let rates = rates();
        let fx = BTreeMap::new();
        let book = RateBook::new(&rates, &list, &fx, "EUR");
        for (minutes, layer, priority, expected) in [
            (Some(20.0), Some("human"), None, 45.0),
            (Some(20.0), Some("human"), Some("urgent"), 80.0),
            (Some(20.0), None, Some("urgent"), 80.0),
            (Some(20.0), Some("ai"), Some("urgent"), 6.0),
            (None, None, Some("urgent"), 12.0),
            (None, Some("automated"), None, 0.1),
        ] {
            let ticket = Ticket {
                handle_minutes: minutes,
                layer: layer.map(Into::into),
                priority: priority.map(Into::into),
                ..Ticket::default()
            };
            let rate = book.support(&ticket, day("2026-07-01"));
            assert!((rate.amount - expected).abs() < 1e-12, "{minutes:?} {layer:?} {priority:?}");
        }
    }
}
