use std::collections::BTreeMap;

use super::Capability;
use super::pattern::{Pattern, Words};
use crate::config::{CatalogueSettings, MapRule, RawColumn, Stage, Unlisted};
use crate::diag::{Code, Findings, Place};
use crate::tables::rows::CatalogueLine;

/// The capabilities, and the rules by which raw names reach them.
///
/// A raw name is looked up in this order, and the first that matches wins: a `[[map]]` rule, in the order of the
/// configuration; the id of a capability; the display name of one. Rules come first because they are what the user
/// wrote for exactly this purpose. Whatever matches nothing stays unmapped; nothing is guessed.
#[derive(Debug, Default)]
pub struct Catalogue {
    capabilities: Vec<Capability>,
    by_name: BTreeMap<String, usize>,
    rules: Vec<Rule>,
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

/// A compiled `[[map]]` rule.
#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    column: Option<RawColumn>,
    target: Target,
    stage: Stage,
    /// Its place among the rules of the configuration, from 1.
    number: u32,
}

/// What a name says about the row that bears it.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// It belongs to one capability.
    Capability(usize),
    /// Capabilities share it, by weights that sum to 1; by index, at least one.
    Split(Vec<(usize, f64)>),
    /// It belongs to none by nature.
    Overhead,
}

impl Target {
    /// The capabilities with their weights; none for overhead.
    #[must_use]
    pub fn weights(&self) -> Vec<(usize, f64)> {
        match self {
            Self::Capability(index) => vec![(*index, 1.0)],
            Self::Split(weights) => weights.clone(),
            Self::Overhead => Vec::new(),
        }
    }
}

/// What a cell reaches, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it reaches.
    pub target: Target,
    /// Number of the `[[map]]` rule, from 1; `None`: by the id or name of the capability.
    pub map_rule: Option<u32>,
}

impl Catalogue {
    /// From the lines of the catalogue table, the rules, and the raw names of usage, which become capabilities of
    /// their own where `settings.unlisted` says so. Capabilities are sorted by id.
    ///
    /// A rule that names a capability the catalogue lacks makes that capability where there is no catalogue, or where
    /// unlisted names may become capabilities; else it is a finding and never matches. So is a parent that is no
    /// capability, or that is a part of its own part.
    #[must_use]
    pub fn build<'a>(
        lines: &[CatalogueLine],
        rules: &'a [MapRule],
        settings: &CatalogueSettings,
        usage_names: impl Iterator<Item = &'a str>,
        findings: &mut Findings,
    ) -> Self {
        let own = match settings.unlisted {
            Unlisted::Own => true,
            Unlisted::Unmapped => false,
            Unlisted::Auto => lines.is_empty(),
        };
        let mut listed: BTreeMap<String, Capability> =
            lines.iter().filter_map(|line| Some((line.id.clone()?, capability(line, settings)?))).collect();
        let patterns: Vec<(u32, Pattern, &MapRule)> = (1..)
            .zip(rules)
            .filter_map(|(number, rule)| {
                Some((number, Pattern::new(rule.kind, &rule.pattern, rule.ignore_case)?, rule))
            })
            .collect();
        if own || lines.is_empty() {
            let targets = rules.iter().flat_map(MapRule::targets);
            let display: Vec<String> = listed.values().map(|known| known.name.clone()).collect();
            let reached = |name: &str| {
                let words = Words::of(name);
                let holds = |(_, pattern, rule): &(u32, Pattern, &MapRule)| {
                    !rule.overhead && holds_in(rule.column, RawColumn::Capability) && pattern.matches(name, &words)
                };
                patterns.iter().any(holds)
            };
            let unknown = |name: &&str| own && !reached(name) && !display.iter().any(|known| known == name);
            for name in targets.chain(usage_names.filter(unknown)) {
                listed.entry(name.to_owned()).or_insert_with(|| Capability::bare(name, settings.default_kind));
            }
        }
        let mut catalogue = Self::of(listed.into_values().collect());
        catalogue.adopt(lines, findings);
        catalogue.rules = patterns
            .into_iter()
            .filter_map(|(number, pattern, rule)| {
                let target = catalogue.target(rule, findings)?;
                Some(Rule { pattern, column: rule.column, target, stage: rule.stage, number })
            })
            .collect();
        catalogue
    }

    fn of(capabilities: Vec<Capability>) -> Self {
        let mut by_name = BTreeMap::new();
        for (index, capability) in capabilities.iter().enumerate() {
            by_name.entry(capability.name.clone()).or_insert(index);
        }
        for (index, capability) in capabilities.iter().enumerate() {
            by_name.insert(capability.id.clone(), index);
        }
        let (parents, children) = (vec![None; capabilities.len()], vec![Vec::new(); capabilities.len()]);
        Self { capabilities, by_name, rules: Vec::new(), parents, children }
    }

    /// Settles who is a part of whom.
    fn adopt(&mut self, lines: &[CatalogueLine], findings: &mut Findings) {
        for line in lines {
            let (Some(id), Some(parent)) = (&line.id, &line.parent) else { continue };
            let Some(child) = self.position(id) else { continue };
            let known = self.by_name.get(parent).copied();
            match known.filter(|&parent| parent != child && !self.is_part_of(parent, child)) {
                Some(parent) => {
                    self.parents[child] = Some(parent);
                    self.children[parent].push(child);
                }
                None => unknown_target(parent, "another capability that is no part of this one", findings),
            }
        }
        for children in &mut self.children {
            children.sort_unstable();
            children.dedup();
        }
    }

    fn target(&self, rule: &MapRule, findings: &mut Findings) -> Option<Target> {
        let mut known = |id: &str| {
            let position = self.position(id);
            if position.is_none() {
                unknown_target(id, "the id of a capability in the catalogue", findings);
            }
            position
        };
        if rule.overhead {
            return Some(Target::Overhead);
        }
        if let Some(id) = &rule.capability {
            return known(id).map(Target::Capability);
        }
        // Every id is looked up, so that every unknown one is found.
        let weights: Vec<Option<(usize, f64)>> =
            rule.split.iter().map(|(id, weight)| Some((known(id)?, *weight))).collect();
        let weights: Vec<(usize, f64)> = weights.into_iter().collect::<Option<_>>()?;
        let weights: Vec<(usize, f64)> = weights.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
        (!weights.is_empty()).then_some(Target::Split(weights))
    }

    /// Every capability, by id.
    #[must_use]
    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// Whether there is a capability of this id.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.position(id).is_some()
    }

    /// The parts of a capability, by index.
    #[must_use]
    pub fn children(&self, capability: usize) -> &[usize] {
        self.children.get(capability).map_or(&[], Vec::as_slice)
    }

    /// Whether a capability is a part of another, at any depth. None is a part of itself.
    #[must_use]
    pub fn is_part_of(&self, part: usize, whole: usize) -> bool {
        let up = std::iter::successors(self.parents[part], |&above| self.parents[above]);
        // Parents never form a ring; the bound says so to whoever reads this.
        up.take(self.parents.len()).any(|above| above == whole)
    }

    /// What a cell of a column reaches: by the first rule that holds there; else, in a column of names, by the id or the
    /// name of a capability. `None` when it reaches nothing.
    #[must_use]
    pub fn hit(&self, column: RawColumn, raw: &str) -> Option<Hit> {
        let words = Words::of(raw);
        let found = self.rules.iter().find(|rule| rule.holds(column) && rule.pattern.matches(raw, &words));
        if let Some(rule) = found {
            return Some(Hit { target: rule.target.clone(), map_rule: Some(rule.number) });
        }
        let names = is_of_names(column).then(|| self.by_name.get(raw)).flatten();
        names.map(|index| Hit { target: Target::Capability(*index), map_rule: None })
    }

    /// Whether any rule could hold in a column, so that texts are not searched for nothing.
    #[must_use]
    pub fn looks_at(&self, column: RawColumn) -> bool {
        self.rules.iter().any(|rule| rule.holds(column))
    }

    /// The one capability that a raw name reaches, as an index into [`Catalogue::capabilities`]; of several the one with the
    /// greatest weight, then the first by id. A rule for overhead says nothing about a name of usage and is passed over.
    #[must_use]
    pub fn resolve(&self, raw: &str) -> Option<usize> {
        let (reached, _) = self.reach(raw)?;
        let heaviest = reached.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
        heaviest.map(|(index, _)| index)
    }

    /// The capabilities that a raw name of usage reaches, at least one and by index, and what it says about them; `None`
    /// when it reaches none. A name that is split is use of every capability that it names.
    #[must_use]
    pub fn usage(&self, raw: &str) -> Option<(Vec<usize>, Stage)> {
        let (reached, stage) = self.reach(raw)?;
        Some((reached.into_iter().map(|(index, _)| index).collect(), stage))
    }

    fn reach(&self, raw: &str) -> Option<(Vec<(usize, f64)>, Stage)> {
        let words = Words::of(raw);
        let says = |rule: &&Rule| {
            rule.target != Target::Overhead && rule.holds(RawColumn::Capability) && rule.pattern.matches(raw, &words)
        };
        match self.rules.iter().find(says) {
            Some(rule) => Some((rule.target.weights(), rule.stage)),
            None => Some((vec![(self.by_name.get(raw).copied()?, 1.0)], Stage::Attempted)),
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.capabilities.binary_search_by(|capability| capability.id.as_str().cmp(id)).ok()
    }
}

impl Rule {
    fn holds(&self, column: RawColumn) -> bool {
        match self.column {
            Some(own) => own == column,
            // Without a column: every name, and as a keyword every text. What a column of properties says (a team, a type)
            // is a name of something else.
            None => is_of_names(column) || (is_text(column) && self.pattern.is_keyword()),
        }
    }
}

fn holds_in(own: Option<RawColumn>, column: RawColumn) -> bool {
    own.is_none_or(|own| own == column)
}

/// Columns that people write sentences in.
fn is_text(column: RawColumn) -> bool {
    matches!(column, RawColumn::Subject | RawColumn::Title | RawColumn::Body)
}

/// Columns whose cells may name a capability.
pub(super) fn is_of_names(column: RawColumn) -> bool {
    !is_text(column) && !matches!(column, RawColumn::Type | RawColumn::Team | RawColumn::Kind)
}

fn unknown_target(id: &str, expected: &str, findings: &mut Findings) {
    let (found, expected) = (id.to_owned(), expected.to_owned());
    findings.add(Code::UnknownTarget, Place { found, expected, ..Place::default() });
}

impl Capability {
    /// A capability of which only the name is known.
    #[must_use]
    pub fn bare(id: &str, kind: super::CapabilityKind) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            kind,
            category: None,
            owner: None,
            launched_on: None,
            intent: None,
            protected_until: None,
            protected_reason: None,
            available_to: Vec::new(),
            replaced_by: None,
            depends_on: Vec::new(),
            parent: None,
            removal_hours: None,
            vendor: None,
            auth: None,
            platform_price: None,
            maintainers: None,
            repository: None,
            public_api: None,
        }
    }
}

fn capability(line: &CatalogueLine, settings: &CatalogueSettings) -> Option<Capability> {
    let id = line.id.clone()?;
    let kind = match line.kind.as_deref() {
        Some("integration") => super::CapabilityKind::Integration,
        Some("feature") => super::CapabilityKind::Feature,
        _ => settings.default_kind,
    };
    Some(Capability {
        name: line.name.clone().unwrap_or_else(|| id.clone()),
        kind,
        category: line.category.clone(),
        owner: line.owner.clone(),
        launched_on: line.launched_on,
        intent: line.intent.clone(),
        protected_until: line.protected_until,
        protected_reason: line.protected_reason.clone(),
        available_to: line.available_to.clone().unwrap_or_default(),
        replaced_by: line.replaced_by.clone(),
        depends_on: line.depends_on.clone().unwrap_or_default(),
        parent: line.parent.clone(),
        removal_hours: line.removal_hours,
        vendor: line.vendor.clone(),
        auth: line.auth.clone(),
        platform_price: line.platform_price,
        maintainers: line.maintainers.and_then(|people| u64::try_from(people).ok()),
        repository: line.repository.clone(),
        public_api: line.public_api,
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::CapabilityKind;
    use crate::config::MatchKind;

    fn line(id: &str, name: &str) -> CatalogueLine {
        CatalogueLine {
            id: Some(id.into()),
            name: Some(name.into()),
            kind: Some("integration".into()),
            ..CatalogueLine::default()
        }
    }

    fn rule(kind: MatchKind, pattern: &str, capability: &str) -> MapRule {
        MapRule::new(kind, pattern, capability)
    }

    fn split(pattern: &str, weights: &[(&str, f64)]) -> MapRule {
        let split = weights.iter().map(|(id, weight)| ((*id).to_owned(), *weight)).collect();
        MapRule { capability: None, split, ..rule(MatchKind::Exact, pattern, "") }
    }

    const UNMAPPED: CatalogueSettings =
        CatalogueSettings { unlisted: Unlisted::Auto, default_kind: CapabilityKind::Feature };

    fn resolved<'a>(catalogue: &'a Catalogue, raw: &str) -> Option<&'a str> {
        catalogue.resolve(raw).map(|index| catalogue.capabilities()[index].id.as_str())
    }

    #[test]
    fn every_kind_of_rule_matches_what_it_says() {
        let lines = [line("a", "Alpha"), line("b", "Beta"), line("c", "Gamma"), line("d", "Delta")];
        let mut upper = rule(MatchKind::Exact, "SHOUT", "a");
        upper.ignore_case = true;
        let rules = [
            rule(MatchKind::Exact, "Alpha opened", "a"),
            rule(MatchKind::Prefix, "beta_", "b"),
            rule(MatchKind::Glob, "*/gamma?", "c"),
            rule(MatchKind::Regex, "^delta[0-9]+$", "d"),
            upper,
        ];
        let mut findings = Findings::default();
        let catalogue = Catalogue::build(&lines, &rules, &UNMAPPED, std::iter::empty(), &mut findings);
        for (raw, expected) in [
            ("Alpha opened", Some("a")),
            ("alpha opened", None),
            ("beta_export", Some("b")),
            ("a beta_export", None),
            ("x/gamma1", Some("c")),
            ("x/gamma12", None),
            ("delta42", Some("d")),
            ("xdelta42", None),
            ("shout", Some("a")),
            ("b", Some("b")),
            ("Gamma", Some("c")),
            ("", None),
        ] {
            assert_eq!(resolved(&catalogue, raw), expected, "{raw}");
        }
        assert!(findings.list().is_empty());
    }

    #[test]
    fn the_first_rule_wins_and_a_rule_wins_over_a_name() {
        let lines = [line("a", "Alpha"), line("b", "Beta")];
        let rules = [rule(MatchKind::Prefix, "al", "b"), rule(MatchKind::Prefix, "a", "a")];
        let catalogue = Catalogue::build(&lines, &rules, &UNMAPPED, std::iter::empty(), &mut Findings::default());
        assert_eq!(resolved(&catalogue, "alarm"), Some("b"));
        assert_eq!(resolved(&catalogue, "a"), Some("a"));
    }

    #[test]
    fn an_id_wins_over_another_ones_display_name() {
        let lines = [line("a", "b"), line("b", "a")];
        let catalogue = Catalogue::build(&lines, &[], &UNMAPPED, std::iter::empty(), &mut Findings::default());
        assert_eq!(resolved(&catalogue, "a"), Some("a"));
        assert_eq!(resolved(&catalogue, "b"), Some("b"));
    }

    #[test]
    fn without_a_catalogue_every_name_is_a_capability_and_rules_make_theirs() {
        let rules = [rule(MatchKind::Prefix, "report_", "reports")];
        let names = ["report_a", "export", "report_b"];
        let catalogue = Catalogue::build(&[], &rules, &UNMAPPED, names.iter().copied(), &mut Findings::default());
        let ids: Vec<&str> = catalogue.capabilities().iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids, ["export", "reports"]);
        assert_eq!(resolved(&catalogue, "report_b"), Some("reports"));
    }

    #[test]
    fn without_a_catalogue_rules_alone_may_say_what_there_is() {
        let only_rules = CatalogueSettings { unlisted: Unlisted::Unmapped, ..UNMAPPED };
        let rules = [rule(MatchKind::Prefix, "report_", "reports")];
        let names = ["report_a", "export"];
        let catalogue = Catalogue::build(&[], &rules, &only_rules, names.iter().copied(), &mut Findings::default());
        assert_eq!(resolved(&catalogue, "report_b"), Some("reports"));
        assert_eq!(resolved(&catalogue, "export"), None);
    }

    #[test]
    fn a_rule_to_nowhere_is_found_and_never_matches() {
        let mut findings = Findings::default();
        let rules = [rule(MatchKind::Exact, "x", "nowhere")];
        let catalogue = Catalogue::build(&[line("a", "A")], &rules, &UNMAPPED, ["x"].into_iter(), &mut findings);
        assert_eq!(resolved(&catalogue, "x"), None);
        assert_eq!(findings.count(Code::UnknownTarget), 1);
    }

    #[test]
    fn a_usage_name_reaches_all_it_is_split_over_and_says_its_stage() {
        let lines = [line("a", "Alpha"), line("b", "Beta")];
        let mut shown = rule(MatchKind::Prefix, "seen_", "a");
        shown.stage = Stage::Exposed;
        let overhead = MapRule { capability: None, overhead: true, ..rule(MatchKind::Prefix, "b", "") };
        let rules = [split("both", &[("a", 0.3), ("b", 0.7)]), shown, overhead];
        let catalogue = Catalogue::build(&lines, &rules, &UNMAPPED, std::iter::empty(), &mut Findings::default());
        assert_eq!(catalogue.usage("both"), Some((vec![0, 1], Stage::Attempted)));
        assert_eq!(catalogue.resolve("both"), Some(1), "the heavier");
        assert_eq!(catalogue.usage("seen_a"), Some((vec![0], Stage::Exposed)));
        assert_eq!(catalogue.usage("b"), Some((vec![1], Stage::Attempted)), "overhead is a matter of cost");
        assert_eq!(catalogue.usage("bx"), None);
        assert_eq!(catalogue.hit(RawColumn::Tags, "bx").unwrap().target, Target::Overhead);
    }

    #[test]
    fn a_rule_with_a_column_holds_there_alone_and_a_keyword_in_texts_too() {
        let lines = [line("a", "Alpha"), line("b", "Beta")];
        let team = MapRule { column: Some(RawColumn::Team), ..rule(MatchKind::Exact, "Core", "a") };
        let body = MapRule { column: Some(RawColumn::Body), ..rule(MatchKind::Regex, "^Hello", "a") };
        let rules = [team, body, rule(MatchKind::Keyword, "beta", "b"), rule(MatchKind::Prefix, "x", "a")];
        let catalogue = Catalogue::build(&lines, &rules, &UNMAPPED, std::iter::empty(), &mut Findings::default());
        let number = |column, raw: &str| catalogue.hit(column, raw).map(|hit| hit.map_rule.unwrap_or(0));
        assert_eq!(number(RawColumn::Team, "Core"), Some(1));
        assert_eq!(number(RawColumn::Component, "Core"), None);
        assert_eq!(number(RawColumn::Body, "Hello there"), Some(2));
        assert_eq!(number(RawColumn::Subject, "Hello there"), None);
        assert_eq!(number(RawColumn::Subject, "the BETA is down"), Some(3));
        assert_eq!(number(RawColumn::Component, "old beta"), Some(3));
        assert_eq!(number(RawColumn::Team, "beta"), None, "a team is no name of a capability");
        assert_eq!(number(RawColumn::Subject, "xylophone"), None, "a prefix is for names");
        assert_eq!(number(RawColumn::Component, "a"), Some(0), "by id");
        assert_eq!(number(RawColumn::Title, "a"), None, "a text is no id");
    }

    #[test]
    fn parents_are_known_and_never_form_a_ring() {
        let part = |id: &str, parent: &str| CatalogueLine { parent: Some(parent.into()), ..line(id, id) };
        let lines =
            [line("top", "Top"), part("mid", "Top"), part("leaf", "mid"), part("lost", "none"), part("r1", "r2")];
        let mut findings = Findings::default();
        let lines: Vec<CatalogueLine> = lines.into_iter().chain([part("r2", "r1"), part("own", "own")]).collect();
        let catalogue = Catalogue::build(&lines, &[], &UNMAPPED, std::iter::empty(), &mut findings);
        let at = |id: &str| catalogue.position(id).unwrap();
        assert_eq!(catalogue.children(at("top")), [at("mid")]);
        assert!(catalogue.is_part_of(at("leaf"), at("top")) && !catalogue.is_part_of(at("top"), at("leaf")));
        assert!(!catalogue.is_part_of(at("top"), at("top")));
        assert_eq!(findings.count(Code::UnknownTarget), 3, "none, the ring and itself");
    }

    #[test]
    fn a_split_with_an_unknown_target_never_matches() {
        let mut findings = Findings::default();
        let rules = [split("x", &[("a", 0.5), ("nowhere", 0.5)])];
        let catalogue = Catalogue::build(&[line("a", "A")], &rules, &UNMAPPED, std::iter::empty(), &mut findings);
        assert_eq!(catalogue.usage("x"), None);
        assert_eq!(findings.count(Code::UnknownTarget), 1);
    }
}
