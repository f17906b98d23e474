//! Settings for tests.

use crate::config::{AdoptionSettings, UsageShareOf};

pub const ADOPTION: AdoptionSettings = AdoptionSettings {
    min_active_days: 1,
    usage_share_of: UsageShareOf::ActiveDays,
    repeated_days: 2,
    broken_from: 0.2,
    evidence_accounts: 3,
    onboarding_core: 3,
};
