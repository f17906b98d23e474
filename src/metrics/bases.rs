use super::BaseOfUse;
use super::bootstrap::{Column, Drawn};
use super::disproportion::Whole;
use crate::config::UsageShareOf;
use crate::units::{Estimate, definition};

definition! {
    /// Usage share and disproportion with use counted in active days, in users, in events and in the ARR of the active
    /// accounts, side by side, whatever `adoption.usage_share_of` is. Which of them is right is a matter of what the capability
    /// is for, so a verdict that holds against one base only rests on the choice of that base.
    ///
    /// Active days weigh a busy account like a quiet one that comes as often; users weigh by the people reached; events by the
    /// load; ARR by the money behind the accounts, however little they do. An account counts with its ARR for every capability
    /// on which it is active. Each share is a part of the sum over all capabilities, so that the shares sum to 1, and the
    /// intervals are those of `disproportion`, from the same draws.
    ///
    /// A base is left out when it is wholly unknown: users that are not told apart, accounts that state no ARR. Of a capability
    /// that is used, and by none of what the base counts, the share is unknown and not 0. All of them
    /// are unknown where only counts are given.
    pub DISPROPORTION_BY_BASE, "disproportion_by_base", "Disproportion by base of use"
}

/// The bases in their order.
const BASES: [(UsageShareOf, Column); 4] = [
    (UsageShareOf::ActiveDays, Column::ActiveDays),
    (UsageShareOf::ActiveUsers, Column::ActiveUsers),
    (UsageShareOf::Events, Column::Events),
    (UsageShareOf::Arr, Column::Arr),
];

/// The bases that are known.
fn known(whole: &Whole) -> impl Iterator<Item = (UsageShareOf, Column)> {
    BASES.into_iter().filter(|(_, column)| whole.of(*column) > 0.0)
}

/// The disproportion of a capability against every base, in the order of [`bases`].
pub(super) fn disproportions(whole: &Whole, drawn: &Drawn) -> Vec<Option<Estimate>> {
    known(whole).map(|(_, column)| whole.disproportion(drawn, column)).collect()
}

/// A capability against every base; see [`DISPROPORTION_BY_BASE`].
pub(super) fn bases(whole: &Whole, drawn: &Drawn) -> Vec<BaseOfUse> {
    known(whole)
        .map(|(of, column)| BaseOfUse {
            of,
            usage_share: usage_share(whole, drawn, column),
            disproportion: whole.disproportion(drawn, column),
        })
        .collect()
}

fn usage_share(whole: &Whole, drawn: &Drawn, column: Column) -> Option<Estimate> {
    if drawn.of(column) <= 0.0 && drawn.of(Column::Events) > 0.0 {
        return None;
    }
    let (low, high) = whole.share(drawn, column)?;
    let users = drawn.accounts.iter().filter(|share| share.amounts[column as usize] > 0.0);
    let point = (drawn.of(column) / whole.of(column)).clamp(0.0, 1.0);
    Some(Estimate { point, low: low.min(point), high: high.max(point), n: users.count() as u64 })
}
