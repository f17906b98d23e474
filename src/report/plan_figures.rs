//! The place of a capability in the plan, as a figure of `explain`.

use super::compose::plan::section;
use super::{Figure, Material};
use crate::plan;

/// What becomes of it in the plan, and why; `None` where no plan was made, or the plan does not speak of it.
pub(super) fn figure(material: &Material, id: &str) -> Option<Figure> {
    let made = material.plan?;
    let (value, working) = section(made, material.facts).place_of(id, &material.settings.currency)?;
    let definition = plan::definitions().into_iter().find(|definition| definition.id == "plan")?;
    Some(Figure {
        id: definition.id,
        title: "Place in the plan",
        value: Some(value),
        working,
        from: &["usage_events", "accounts", "catalogue", "commitments", "api_changes"],
        definition: definition.text,
    })
}
