//! How much notice is owed, as data.

use crate::config::{NoticeClass, PlanSettings};

/// What one class of capabilities is owed.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassPolicy {
    /// Which.
    pub class: NoticeClass,
    /// Months from the announcement to the removal at least.
    pub months: u32,
    /// Days from the announcement until it is closed to new use; `None`: it stays open until it is removed.
    pub closed_after_days: Option<u32>,
    /// Days from the announcement until warnings are shown at use; `None`: there are none.
    pub warnings_after_days: Option<u32>,
    /// Brownouts, by descending days before the removal; each is longer than the one before and begins at another hour.
    pub brownouts: Vec<Brownout>,
    /// Days before the removal from which it can be read or exported but not used; 0: none.
    pub read_only_days: u32,
    /// Days after the removal for which its data are kept.
    pub data_kept_days: u32,
    /// Days after the removal on which its effect is verified.
    pub verified_after_days: u32,
    /// Channels by which it is told, in the order in which they are used.
    pub channels: Vec<String>,
}

/// A time in which it does not work, so that who depends on it finds out in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brownout {
    /// Days before the removal.
    pub days_before: u32,
    /// First hour of the day, UTC, 0–23.
    pub hour: u32,
    /// How many hours.
    pub hours: u32,
}

/// A notice policy.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticePolicy {
    /// Name, as in the settings.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it follows, and where that is published.
    pub source: String,
    /// By class, in their order.
    pub classes: Vec<ClassPolicy>,
}

impl NoticePolicy {
    /// What a class is owed.
    #[must_use]
    pub fn class(&self, class: NoticeClass) -> &ClassPolicy {
        self.classes.iter().find(|of| of.class == class).expect("a policy speaks of every class")
    }
}

/// The known policies, by name.
#[must_use]
pub fn policies() -> Vec<NoticePolicy> {
    Vec::new()
}

/// The policy that the settings name, with their months over it.
#[must_use]
pub fn policy(settings: &PlanSettings) -> NoticePolicy {
    let _ = settings;
    NoticePolicy { name: String::new(), title: String::new(), source: String::new(), classes: Vec::new() }
}
