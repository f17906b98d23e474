use super::draw::Draw;
use super::files::Table;
use super::names;
use super::world::{MONTHS, World, month};

/// The columns of the FOCUS 1.0 specification.
pub(super) const CHARGES: [&str; 43] = [
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
];

/// Bills: what each integration and a few features cost to run, and the hosting that nothing places.
pub(super) fn charges(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "charges");
    let mut table = Table::new(&CHARGES, b',');
    for month_index in 0..MONTHS {
        for (n, capability) in world.offered(month_index).enumerate() {
            if capability.integration || n % 6 == 0 {
                let dear = if capability.role.is_dear() { 250 } else { 0 };
                let amount = 20 + capability.reach() + dear + draw.below(40);
                let vendor = if capability.integration { capability.vendor } else { "Nimbus Cloud" };
                charge(&mut table, &capability.id, vendor, amount, month_index, &mut draw);
            }
        }
        let hosting = 10 * world.options.accounts + draw.below(400);
        charge(&mut table, "shared-hosting", "Nimbus Cloud", hosting, month_index, &mut draw);
    }
    table.finish()
}

fn charge(table: &mut Table, resource: &str, vendor: &str, amount: u32, month_index: u32, draw: &mut Draw) {
    let (start, end) = (month(month_index), month(month_index + 1));
    let (start, end) = (format!("{start}T00:00:00Z"), format!("{end}T00:00:00Z"));
    let amount = format!("{amount}.{:06}", draw.below(1_000_000));
    table.sparse(
        &CHARGES,
        &[
            ("BilledCost", &amount),
            ("BillingCurrency", "EUR"),
            ("BillingPeriodEnd", &end),
            ("BillingPeriodStart", &start),
            ("ChargeCategory", "Usage"),
            ("ChargePeriodEnd", &end),
            ("ChargePeriodStart", &start),
            ("EffectiveCost", &amount),
            ("ProviderName", vendor),
            ("ResourceName", resource),
            ("ServiceName", if resource.starts_with("shared") { "Compute" } else { "Connector platform" }),
            ("SubAccountName", names::TEAMS[4]),
        ],
    );
}
