use std::collections::BTreeSet;

use crate::stats;
use crate::units::{Estimate, definition};

definition! {
    /// Accounts active on the capability in the period before and in this one, over those active in the period before.
    /// Wilson interval. An account that left the company altogether counts as not retained.
    ///
    /// Unknown when nobody used it in the period before, or when the data do not reach back.
    pub RETENTION, "retention", "Retention"
}

/// Retention from one period's active accounts to the next's; see [`RETENTION`].
pub(super) fn retention(before: &BTreeSet<usize>, now: &BTreeSet<usize>) -> Option<Estimate> {
    stats::wilson(before.intersection(now).count() as u64, before.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        let retained = retention(&[1, 2, 3, 4].into(), &[3, 4, 5].into()).unwrap();
        assert_eq!((retained.point, retained.n), (0.5, 4));
        assert_eq!(retention(&[].into(), &[1].into()), None);
        assert_eq!(retention(&[1].into(), &[].into()).unwrap().point, 0.0);
    }
}
