//! How the parts of net benefit and its assumptions are called, for every chart, page and table that shows them.

use super::Part;
use crate::config::Assumed;
use crate::units::{Money, format};

impl Part {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Engineering => "engineering",
            Self::Incident => "incident",
            Self::Direct => "direct",
            Self::VendorWork => "vendor-work",
            Self::RevenueAtRisk => "revenue-at-risk",
            Self::Removal => "removal",
            Self::Migration => "migration",
            Self::CustomerMigration => "customer-migration",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Support => "support that ends",
            Self::Engineering => "engineering that ends",
            Self::Incident => "incidents that end",
            Self::Direct => "charges that end",
            Self::VendorWork => "vendor changes avoided",
            Self::RevenueAtRisk => "revenue that may leave",
            Self::Removal => "our work to remove it",
            Self::Migration => "our work to move accounts",
            Self::CustomerMigration => "customers’ work to move",
        }
    }
}

/// An assumption as people read it: a noun phrase that a value can follow.
#[must_use]
pub fn assumption_label(name: Assumed) -> &'static str {
    match name {
        Assumed::AvoidableSupport => "part of support cost that ends",
        Assumed::AvoidableEngineering => "part of engineering cost that ends",
        Assumed::AvoidableIncident => "part of incident cost that ends",
        Assumed::AvoidableDirect => "part of charges that ends",
        Assumed::VendorWork => "factor on work for vendor changes",
        Assumed::Margin => "gross margin",
        Assumed::HorizonYears => "years looked ahead",
        Assumed::DiscountRate => "discount a year",
        Assumed::LossAtFullDependence => "chance that a fully dependent account leaves",
        Assumed::SoleUserWeight => "weight of users who use nothing else",
        Assumed::ReplacementRelief => "relief by a replacement already in use",
        Assumed::RemovalHours => "hours to remove it",
        Assumed::MigrationHours => "our hours to move an account",
        Assumed::CustomerHours => "a customer’s hours to move",
        Assumed::CustomerHour => "cost of a customer’s hour",
    }
}

/// An assumption within a sentence.
#[must_use]
pub fn assumption_phrase(name: Assumed) -> String {
    let label = assumption_label(name);
    let determined = label.starts_with("our ") || label.starts_with("a ");
    if determined { label.to_owned() } else { format!("the {label}") }
}

/// A value of an assumption in its unit.
#[must_use]
pub fn assumption_value(name: Assumed, value: f64, currency: &str) -> String {
    match name {
        Assumed::AvoidableSupport
        | Assumed::AvoidableEngineering
        | Assumed::AvoidableIncident
        | Assumed::AvoidableDirect
        | Assumed::Margin
        | Assumed::DiscountRate
        | Assumed::LossAtFullDependence
        | Assumed::SoleUserWeight
        | Assumed::ReplacementRelief => format::percent(value),
        Assumed::VendorWork => format::ratio(value),
        Assumed::HorizonYears => years(value),
        Assumed::RemovalHours | Assumed::MigrationHours | Assumed::CustomerHours => {
            format!("{}\u{202f}h", short(value))
        }
        Assumed::CustomerHour => Money::from_units(value)
            .map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, currency)),
    }
}

/// A span of years: `3 years`, `2.5 years`.
#[must_use]
pub fn years(value: f64) -> String {
    format!("{} {}", short(value), if short(value) == "1" { "year" } else { "years" })
}

/// A number in no more digits than it is worth: whole where it is whole or from ten on, else with one decimal.
#[must_use]
pub fn short(value: f64) -> String {
    let whole = value.fract() == 0.0 || (9.95..100.0).contains(&value.abs());
    if whole && value.abs() < 100.0 { format!("{value:.0}") } else { format::decimal(value) }
}

/// A chance, which is 0 or 1 only when it is exactly that: the draws are finitely many.
#[must_use]
pub fn chance(probability: f64) -> String {
    if probability > 0.995 && probability < 1.0 {
        "> 99\u{202f}%".into()
    } else if probability > 0.0 && probability < 0.005 {
        "< 1\u{202f}%".into()
    } else {
        format!("{:.0}\u{202f}%", probability * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_the_serialised_form_and_labels_differ() {
        for part in Part::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.as_str());
        }
        for name in Assumed::ALL {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
        let labels: BTreeSet<&str> = Assumed::ALL.iter().map(|name| assumption_label(*name)).collect();
        assert_eq!(labels.len(), Assumed::ALL.len());
        assert_eq!(Part::ALL.iter().map(|part| part.label()).collect::<BTreeSet<_>>().len(), Part::ALL.len());
    }

    #[test]
    fn a_label_takes_an_article_where_it_has_none() {
        for (name, phrase) in [
            (Assumed::RemovalHours, "the hours to remove it"),
            (Assumed::MigrationHours, "our hours to move an account"),
            (Assumed::CustomerHours, "a customer’s hours to move"),
            (Assumed::AvoidableSupport, "the part of support cost that ends"),
        ] {
            assert_eq!(assumption_phrase(name), phrase);
        }
    }

    #[test]
    fn a_value_stands_in_its_unit() {
        for (name, value, text) in [
            (Assumed::Margin, 0.8, "80 %"),
            (Assumed::HorizonYears, 3.0, "3 years"),
            (Assumed::HorizonYears, 0.9, "0.9 years"),
            (Assumed::MigrationHours, 40.4, "40 h"),
            (Assumed::RemovalHours, 126.5, "126 h"),
            (Assumed::VendorWork, 1.25, "1.2×"),
            (Assumed::CustomerHour, 30.0, "EUR 30.00"),
            (Assumed::CustomerHour, f64::NAN, "–"),
        ] {
            assert_eq!(assumption_value(name, value, "EUR").replace('\u{202f}', " "), text);
        }
    }

    #[test]
    fn a_chance_is_certain_only_when_it_is() {
        for (probability, text) in
            [(0.0, "0 %"), (0.0001, "< 1 %"), (0.004, "< 1 %"), (0.933, "93 %"), (0.9999, "> 99 %"), (1.0, "100 %")]
        {
            assert_eq!(chance(probability).replace('\u{202f}', " "), text);
        }
    }
}
