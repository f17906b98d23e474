//! What `deadhead.toml` may say about decisions: when a removal is advised, and the assumptions behind its net benefit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::Distribution;

/// `[decision]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionPolicy {
    /// Draws of the Monte Carlo behind net benefit.
    #[schemars(range(min = 100, max = 1_000_000))]
    pub draws: u32,
    /// Probability of a net benefit above zero from which a removal is advised.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub remove_from: f64,
    /// The first places of the list that acceptability is about.
    #[schemars(range(min = 1, max = 1000))]
    pub first_k: u32,
    /// Part of the accounts of a capability that use another one of its category, from which that one may take its place.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub co_use_from: f64,
    /// Retention from which a rare and cheap capability is worth promoting.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub promote_retention: f64,
}

/// One assumption: how it is distributed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// `fixed(3)`, `uniform(low, high)`, `triangular(low, likely, high)` or `lognormal(p05, p95)`.
    pub distribution: String,
    /// Unit.
    pub unit: String,
    /// Why this value.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}

/// One `[[assume]]`: an assumption for one capability, over that for all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Id of the capability.
    pub capability: String,
    /// The assumption.
    pub assumption: Assumed,
    /// As in `[assumptions]`.
    pub distribution: String,
    /// Why it differs here.
    #[serde(default)]
    pub reason: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: Option<String>,
}

/// Declares the assumptions once: the settings, their names and their order.
macro_rules! assumptions {
    ($($(#[$doc:meta])* $variant:ident $field:ident $shared:literal,)+) => {
        /// `[assumptions]`
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Assumptions {
            $($(#[$doc])* pub $field: Assumption,)+
        }

        /// The name of an assumption.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Assumed {
            $($(#[$doc])* $variant,)+
        }

        impl Assumed {
            /// All of them, in the order of the settings.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The key in `[assumptions]`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }

            /// Whether one draw holds for all capabilities, because the doubt is about the company; else each capability
            /// draws its own.
            #[must_use]
            pub fn is_shared(self) -> bool {
                match self { $(Self::$variant => $shared,)+ }
            }
        }

        impl Assumptions {
            /// One of them.
            #[must_use]
            pub fn of(&self, name: Assumed) -> &Assumption {
                match name { $(Assumed::$variant => &self.$field,)+ }
            }
        }
    };
}

assumptions! {
    /// Part of the support cost that ends with the capability, 0–1.
    AvoidableSupport avoidable_support false,
    /// Part of the engineering run cost that ends with it, 0–1.
    AvoidableEngineering avoidable_engineering false,
    /// Part of the incident cost that ends with it, 0–1.
    AvoidableIncident avoidable_incident false,
    /// Part of the charges that ends with it, 0–1.
    AvoidableDirect avoidable_direct false,
    /// Factor on the hours that the vendor's changes are expected to take.
    VendorWork vendor_work false,
    /// Part of ARR that is gross margin, 0–1.
    Margin margin true,
    /// Years that cost and revenue are looked ahead.
    HorizonYears horizon_years true,
    /// Discount a year, 0–1.
    DiscountRate discount_rate true,
    /// Probability that an account leaves when what all its use rests on is removed, 0–1.
    LossAtFullDependence loss_at_full_dependence true,
    /// How much users who know nothing else of the product add to dependence, 0–1.
    SoleUserWeight sole_user_weight true,
    /// Part of the loss that goes away where the account already uses the replacement, 0–1.
    ReplacementRelief replacement_relief true,
    /// Hours of engineering to remove it.
    RemovalHours removal_hours false,
    /// Our hours to move one affected account that does not use the replacement yet.
    MigrationHours migration_hours false,
    /// Hours that such an account spends on its own migration.
    CustomerHours customer_hours false,
    /// Cost of an hour of the customer that we count as ours, currency per hour.
    CustomerHour customer_hour true,
}

impl Assumed {
    /// The highest value that it can have: 1 of a fraction or probability, else infinite. The lowest is 0.
    #[must_use]
    pub fn most(self) -> f64 {
        match self {
            Self::AvoidableSupport
            | Self::AvoidableEngineering
            | Self::AvoidableIncident
            | Self::AvoidableDirect
            | Self::Margin
            | Self::DiscountRate
            | Self::LossAtFullDependence
            | Self::SoleUserWeight
            | Self::ReplacementRelief => 1.0,
            Self::VendorWork
            | Self::HorizonYears
            | Self::RemovalHours
            | Self::MigrationHours
            | Self::CustomerHours
            | Self::CustomerHour => f64::INFINITY,
        }
    }

    /// Reads a distribution of it.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence that begins with its name: no distribution, or values that it cannot have. A
    /// lognormal is held to its 5 % and 95 % points; what is drawn above the highest value counts as that.
    pub fn read(self, text: &str) -> Result<Distribution, String> {
        let read: Distribution = text.parse()?;
        let (low, high) = match read {
            Distribution::LogNormal(p05, p95) => (p05, p95),
            other => other.ends(),
        };
        let shown = text.trim();
        if self == Self::HorizonYears && low <= 0.0 {
            Err(format!("is `{shown}`, must lie above 0"))
        } else if low < 0.0 && self.most().is_infinite() {
            Err(format!("is `{shown}`, must not lie below 0"))
        } else if low < 0.0 || high > self.most() {
            Err(format!("is `{shown}`, must lie between 0 and 1"))
        } else {
            Ok(read)
        }
    }
}
