//! What holds single removals back, read off the data: for the plan that is made and for the one that is judged.

use chrono::{Days, Months, NaiveDate};

use crate::config::PlanSettings;
use crate::integrations::Integrations;
use crate::metrics::{CapabilityFacts, Facts};
use crate::units::Month;

/// Kind of a vendor change that ends what it is about.
const SHUTDOWN: &str = "shutdown";

/// The windows around the renewals that a stated one implies, as first and last day, as far as they touch some days; the stated one's
/// alone where no other is known to follow.
pub(super) fn renewal_windows(
    stated: NaiveDate,
    settings: &PlanSettings,
    (from, until): (NaiveDate, NaiveDate),
) -> Vec<(NaiveDate, NaiveDate)> {
    let (before, after) = (settings.renewal_before_days, settings.renewal_after_days);
    let earlier = |day: NaiveDate, days: u32| day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day);
    let later = |day: NaiveDate, days: u32| day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day);
    let (first, last) = (earlier(from, after), later(until, before));
    let every = settings.renewal_every_months;
    let behind = Month::of(first).since(Month::of(stated)).max(0).cast_unsigned();
    let renewals: Vec<NaiveDate> = match behind.checked_div(every) {
        None => vec![stated],
        Some(behind) => {
            let all = (behind..).map_while(|times| stated.checked_add_months(Months::new(times.checked_mul(every)?)));
            all.skip_while(|day| *day < first).take_while(|day| *day <= last).collect()
        }
    };
    renewals.into_iter().map(|day| (earlier(day, before), later(day, after))).collect()
}

/// Hours a month that a team has for removals: as set, else its part of what it logs; `None` when neither is known.
pub(super) fn team_hours(team: &str, settings: &PlanSettings, facts: Option<&Facts>) -> Option<f64> {
    let set = settings.team_hours.get(team).copied();
    let logged = || facts?.teams.iter().find(|of| of.team == team.trim());
    set.or_else(|| logged().map(|of| of.per_month * settings.team_share))
}

/// The first day on which a vendor ends what a capability rests on, and that vendor; `None` when no such day is known.
pub(super) fn vendor_end(index: usize, integrations: &Integrations) -> Option<(NaiveDate, &str)> {
    let ends = integrations.calendar.iter().filter(|entry| entry.change.as_deref() == Some(SHUTDOWN));
    let own = ends.filter(|entry| entry.capabilities.contains(&index));
    own.filter_map(|entry| Some((entry.effective_on?, entry.vendor.as_str()))).min_by_key(|(day, _)| *day)
}

/// The last day on which a promise to an account, or the catalogue, keeps a capability; `None`: neither does.
pub(super) fn kept_until(of: &CapabilityFacts) -> Option<NaiveDate> {
    let promises = of.commitments.iter().map(|(_, until, _)| *until);
    promises.chain(of.capability.protected_until).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::decide::testing;

    #[test]
    fn promises_and_the_catalogue_keep_up_to_and_with_their_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut of = testing::capability("a");
        assert_eq!(kept_until(&of), None);
        of.capability.protected_until = Some(day("2027-03-31"));
        assert_eq!(kept_until(&of), Some(day("2027-03-31")));
        of.commitments = vec![("x".into(), day("2027-04-30"), None), ("y".into(), day("2027-02-28"), None)];
        assert_eq!(kept_until(&of), Some(day("2027-04-30")));
    }

    fn windows(stated: &str, every: u32, from: &str, until: &str) -> Vec<String> {
        let text = format!("[plan]\nrenewal_before_days = 60\nrenewal_after_days = 14\nrenewal_every_months = {every}");
        let day = |text: &str| text.parse().unwrap();
        let found = renewal_windows(day(stated), &config::parse(&text).unwrap().plan, (day(from), day(until)));
        found.into_iter().map(|(from, until)| format!("{from}..{until}")).collect()
    }

    #[test]
    fn a_renewal_comes_again_and_closes_the_days_around_it() {
        let within = ["2026-09-30", "2028-09-30"];
        let found = windows("2026-11-01", 12, within[0], within[1]);
        assert_eq!(found, ["2026-09-02..2026-11-15", "2027-09-02..2027-11-15", "2028-09-02..2028-11-15"]);
        // One that is long past stands for those to come; one that lies ahead has none before it.
        assert_eq!(windows("2016-11-01", 12, within[0], within[1]), found);
        assert_eq!(windows("2028-10-01", 12, within[0], within[1]), ["2028-08-02..2028-10-15"]);
        assert_eq!(
            windows("2027-01-31", 1, "2027-04-25", "2027-04-25"),
            ["2027-03-01..2027-05-14", "2027-04-01..2027-06-14"]
        );
    }

    #[test]
    fn without_a_rhythm_only_the_stated_one_is_known() {
        assert_eq!(windows("2026-11-01", 0, "2027-01-01", "2028-01-01"), ["2026-09-02..2026-11-15"]);
        assert!(windows("2026-06-01", 12, "2026-07-01", "2026-08-01").is_empty());
    }
}
