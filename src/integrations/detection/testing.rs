//! Episodes that are made by hand.

use chrono::NaiveDateTime;

use super::super::{Episode, EpisodeKind, Failure, InUse, Moment};

/// A sustained episode of failed runs whose onset and end are known; without an end it is open.
pub fn episode(capability: usize, account: &str, began: NaiveDateTime, ended: Option<NaiveDateTime>) -> Episode {
    Episode {
        capability,
        account: Some(account.to_owned()).filter(|account| !account.is_empty()),
        kind: EpisodeKind::Failed,
        began: Moment::at(began),
        ended: ended.map(Moment::at),
        runs: 3,
        never_worked: false,
        chance: Some(1e-6),
        sustained: true,
        weight: 1.0,
        error: None,
        auto_recovered: None,
    }
}

/// In use between two moments.
pub fn in_use(capability: usize, account: &str, from: NaiveDateTime, until: NaiveDateTime) -> InUse {
    let account = Some(account.to_owned()).filter(|account| !account.is_empty());
    InUse { capability, account, from, until }
}

/// A failure of which nothing is known but that an account had it.
pub fn failure(capability: usize, began: NaiveDateTime) -> Failure {
    Failure {
        capability,
        episodes: Vec::new(),
        incident: None,
        incident_id: None,
        tickets: Vec::new(),
        began: Moment::at(began),
        detected_at: None,
        detected_by: None,
        acknowledged_at: None,
        resolved_at: None,
        ended_by: None,
        accounts: None,
        broken_hours: 0.0,
        dark_hours: 0.0,
        arr_in_the_dark: None,
        hidden_cost: None,
        silent: false,
        error: None,
        counts: true,
    }
}
