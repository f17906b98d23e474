/// What was planted in a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Healthy,
    CheapRare,
    DeadWeight,
    BuiltForOne,
    Seasonal,
    SegmentCritical,
    Broken,
    New,
    Committed,
    Compliance,
    Core,
    NeverOffered,
    NotCounted,
    ExposedUnused,
    TwinOld,
    TwinNew,
    Complement,
    Replaced,
    ReplacedYoung,
    Needed,
    Gem,
}

impl Role {
    /// Every role but healthy, in the order of the README.
    pub(super) const PLANTED: [Self; 20] = [
        Self::DeadWeight,
        Self::BuiltForOne,
        Self::Seasonal,
        Self::SegmentCritical,
        Self::Broken,
        Self::NeverOffered,
        Self::NotCounted,
        Self::ExposedUnused,
        Self::TwinOld,
        Self::TwinNew,
        Self::Complement,
        Self::New,
        Self::Committed,
        Self::Compliance,
        Self::Core,
        Self::CheapRare,
        Self::Replaced,
        Self::ReplacedYoung,
        Self::Needed,
        Self::Gem,
    ];

    pub(super) fn as_str(self) -> &'static str {
        self.facts().0
    }

    pub(super) fn note(self) -> &'static str {
        self.facts().1
    }

    /// The figure that tells it from the others.
    pub(super) fn figure(self) -> &'static str {
        self.facts().2
    }

    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Healthy => ("healthy", "used and paid for in proportion", "adoption"),
            Self::CheapRare => ("cheap-rare", "rare, and costs next to nothing", "cost_share"),
            Self::DeadWeight => {
                ("dead-weight", "used by a handful of accounts, costs many times its part", "disproportion")
            }
            Self::BuiltForOne => ("built-for-one", "built for one account, which uses it daily", "effective_accounts"),
            Self::Seasonal => ("seasonal", "needed once a year, hardly used in the report period", "peak_share"),
            Self::SegmentCritical => {
                ("segment-critical", "rare overall, used by most of the enterprise segment", "segment_adoption")
            }
            Self::Broken => ("broken", "tried by many, and mostly fails: broken, not unwanted", "failure_share"),
            Self::New => ("new", "launched within six months of the end of the report period", "launched_on"),
            Self::Committed => (
                "protected-commitment",
                "as dear as dead weight, but promised to an account by contract",
                "commitments",
            ),
            Self::Compliance => {
                ("protected-compliance", "as dear as dead weight, but required by law", "protected_until")
            }
            Self::Core => ("protected-core", "as dear as dead weight, but core to the strategy", "intent"),
            Self::NeverOffered => {
                ("never-offered", "as dear as dead weight, but only for a plan that no account has", "entitled")
            }
            Self::NotCounted => {
                ("not-counted", "sends no usage event, although many accounts write tickets about it", "tickets")
            }
            Self::ExposedUnused => {
                ("exposed-unused", "shown to more than half of the accounts, tried by few: unwanted", "exposure_rate")
            }
            Self::TwinOld => ("twin-old", "its accounts move to its twin, month by month", "switch_p"),
            Self::TwinNew => ("twin-new", "takes over the accounts of its twin, month by month", "switch_p"),
            Self::Replaced => {
                ("replaced", "as dear as dead weight, and the catalogue names what takes its place", "replaced_by")
            }
            Self::ReplacedYoung => {
                ("replaced-young", "as dear as dead weight, and what takes its place is new", "replaced_by")
            }
            Self::Needed => ("needed", "as dear as dead weight, but something that stays needs it", "depends_on"),
            Self::Gem => ("gem", "rare and cheap, and whoever uses it does so every month", "retention"),
            Self::Complement => {
                ("complement", "used by nearly the same accounts as its partner, large and small alike", "lift")
            }
        }
    }

    /// Whether it costs many times its part.
    pub(super) fn is_dear(self) -> bool {
        !matches!(self, Self::Healthy | Self::CheapRare | Self::Gem | Self::New | Self::TwinNew | Self::Complement)
    }
}

/// How many of 85 capabilities have a role other than healthy, and whether they are integrations.
pub(super) const DEALT: [(Role, u32, bool); 14] = [
    (Role::DeadWeight, 5, false),
    (Role::DeadWeight, 3, true),
    (Role::BuiltForOne, 1, false),
    (Role::BuiltForOne, 1, true),
    (Role::Seasonal, 2, false),
    (Role::SegmentCritical, 1, false),
    (Role::SegmentCritical, 1, true),
    (Role::Broken, 2, true),
    (Role::New, 2, false),
    (Role::New, 1, true),
    (Role::Committed, 1, false),
    (Role::Compliance, 1, false),
    (Role::Core, 1, true),
    (Role::CheapRare, 9, false),
];

/// Roles that fit one name better than another. A company that lacks the name, or gave it another role, goes without.
pub(super) const NAMED: [(Role, &str); 4] = [
    (Role::NeverOffered, "offline_sync"),
    (Role::NotCounted, "report_scheduler"),
    (Role::ExposedUnused, "voice_notes"),
    (Role::Gem, "job_templates"),
];

/// Roles that go by name, and the healthy capability that each of them is tied to: what takes its place, or what needs it.
pub(super) const TIED: [(Role, &str, &str); 2] =
    [(Role::Replaced, "barcode_scan", "work_orders"), (Role::Needed, "fax_intake", "customer_records")];

/// Roles of two capabilities that belong together.
pub(super) const PAIRED: [([Role; 2], [&str; 2]); 2] = [
    ([Role::TwinOld, Role::TwinNew], ["estimates", "quotes"]),
    ([Role::Complement, Role::Complement], ["warranty_tracking", "asset_history"]),
];

/// What is tied to something new that takes its place. Dealt as dead weight and as new before.
pub(super) const YOUNG: (Role, &str, &str) = (Role::ReplacedYoung, "crewfinder", "guest_links");
