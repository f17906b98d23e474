use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

use super::Capability;
use crate::config::{CatalogueSettings, MapRule, MatchKind, Stage, Unlisted};
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
    rules: Vec<(Pattern, usize)>,
}

impl Catalogue {
    /// From the lines of the catalogue table, the rules, and the raw names of usage, which become capabilities of
    /// their own where `settings.unlisted` says so. Capabilities are sorted by id.
    ///
    /// A rule that names a capability the catalogue lacks makes that capability where there is no catalogue, or where
    /// unlisted names may become capabilities; else it is a finding and never matches.
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
        let patterns: Vec<(Pattern, &MapRule)> =
            rules.iter().filter_map(|rule| Some((Pattern::new(rule)?, rule))).collect();
        if own || lines.is_empty() {
            let targets = rules.iter().map(|rule| rule.capability.as_str());
            let display: Vec<String> = listed.values().map(|known| known.name.clone()).collect();
            let unknown = |name: &&str| {
                own && !patterns.iter().any(|(pattern, _)| pattern.matches(name))
                    && !display.iter().any(|known| known == name)
            };
            for name in targets.chain(usage_names.filter(unknown)) {
                listed.entry(name.to_owned()).or_insert_with(|| Capability::bare(name, settings.default_kind));
            }
        }
        let capabilities: Vec<Capability> = listed.into_values().collect();
        let mut by_name = BTreeMap::new();
        for (index, capability) in capabilities.iter().enumerate() {
            by_name.entry(capability.name.clone()).or_insert(index);
        }
        for (index, capability) in capabilities.iter().enumerate() {
            by_name.insert(capability.id.clone(), index);
        }
        let mut catalogue = Self { capabilities, by_name, rules: Vec::new() };
        catalogue.rules = patterns
            .into_iter()
            .filter_map(|(pattern, rule)| {
                let target = catalogue.position(&rule.capability);
                if target.is_none() {
                    let expected = "the id of a capability in the catalogue".to_owned();
                    let found = rule.capability.clone();
                    findings.add(Code::UnknownTarget, Place { found, expected, ..Place::default() });
                }
                Some((pattern, target?))
            })
            .collect();
        catalogue
    }

    /// Every capability, by id.
    #[must_use]
    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// The capability that a raw name reaches, as an index into [`Catalogue::capabilities`].
    #[must_use]
    pub fn resolve(&self, raw: &str) -> Option<usize> {
        let by_rule = self.rules.iter().find(|(pattern, _)| pattern.matches(raw)).map(|(_, target)| *target);
        by_rule.or_else(|| self.by_name.get(raw).copied())
    }

    /// The capabilities that a raw name of usage reaches, and what it says about them; `None` when it reaches none.
    #[must_use]
    pub fn usage(&self, raw: &str) -> Option<(Vec<usize>, Stage)> {
        Some((vec![self.resolve(raw)?], Stage::Attempted))
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.capabilities.binary_search_by(|capability| capability.id.as_str().cmp(id)).ok()
    }
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
            vendor: None,
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
        vendor: line.vendor.clone(),
        id,
    })
}

/// A compiled `[[map]]` pattern.
#[derive(Debug)]
enum Pattern {
    Exact { text: String, ignore_case: bool },
    Prefix { text: String, ignore_case: bool },
    Glob { glob: glob::Pattern, ignore_case: bool },
    Regex(Regex),
}

impl Pattern {
    /// `None` for a pattern that does not compile; the configuration was checked, so none reaches this point.
    fn new(rule: &MapRule) -> Option<Self> {
        let (text, ignore_case) = (rule.pattern.clone(), rule.ignore_case);
        Some(match rule.kind {
            MatchKind::Exact => Self::Exact { text, ignore_case },
            MatchKind::Prefix => Self::Prefix { text, ignore_case },
            MatchKind::Glob => Self::Glob { glob: glob::Pattern::new(&text).ok()?, ignore_case },
            MatchKind::Regex => Self::Regex(RegexBuilder::new(&text).case_insensitive(ignore_case).build().ok()?),
        })
    }

    fn matches(&self, raw: &str) -> bool {
        let same = |a: &str, b: &str, ignore_case: bool| {
            if ignore_case { a.to_lowercase() == b.to_lowercase() } else { a == b }
        };
        match self {
            Self::Exact { text, ignore_case } => same(text, raw, *ignore_case),
            Self::Prefix { text, ignore_case } if *ignore_case => raw.to_lowercase().starts_with(&text.to_lowercase()),
            Self::Prefix { text, .. } => raw.starts_with(text.as_str()),
            Self::Glob { glob, ignore_case } => {
                let case_sensitive = !ignore_case;
                let options = glob::MatchOptions { case_sensitive, ..glob::MatchOptions::default() };
                glob.matches_with(raw, options)
            }
            Self::Regex(regex) => regex.is_match(raw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::CapabilityKind;

    fn line(id: &str, name: &str) -> CatalogueLine {
        CatalogueLine {
            id: Some(id.into()),
            name: Some(name.into()),
            kind: Some("integration".into()),
            ..CatalogueLine::default()
        }
    }

    fn rule(kind: MatchKind, pattern: &str, capability: &str) -> MapRule {
        MapRule {
            kind,
            pattern: pattern.into(),
            ignore_case: false,
            capability: capability.into(),
            stage: Stage::default(),
        }
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
}
