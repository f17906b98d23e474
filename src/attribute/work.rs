//! Burden and investment: which kind of work a work item is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::CostType;
use super::pattern::{Pattern, Words};
use crate::config::{CostSettings, RawColumn, WorkKind, WorkRule, WorkWords};
use crate::tables::rows::WorkItem;

/// Tells the kind of work items: by their own `kind`, else by the first `[[work]]` rule that matches, else by a word of
/// their type, of a label, of the beginning of their title; else they are of the kind that the setting
/// `work_without_kind` gives to work without one.
#[derive(Debug)]
pub(super) struct WorkKinds<'a> {
    rules: Vec<(Pattern, &'a WorkRule, Arc<str>)>,
    types: Vec<Word>,
    /// What each type that was met says: a tracker has few.
    met: BTreeMap<String, Option<Told>>,
    labels: BTreeMap<Words, Told>,
    titles: Vec<Word>,
    own: Arc<str>,
    settings: &'a CostSettings,
}

/// A kind, and what told it.
type Told = (WorkKind, Arc<str>);

/// A word that tells a kind, and how the ledger names it.
#[derive(Debug)]
struct Word {
    words: Words,
    kind: WorkKind,
    rule: Arc<str>,
}

/// What a label may begin with that says only that its rest is a kind: `type: bug`, `kind/bug`, `C-bug`.
const LABEL_PREFIXES: [&str; 11] =
    ["type ", "kind ", "category ", "class ", "issue type ", "work type ", "issue ", "typ ", "tipo ", "t ", "c "];

/// The columns that a rule without one looks at.
const COLUMNS: [RawColumn; 5] =
    [RawColumn::Type, RawColumn::Labels, RawColumn::Title, RawColumn::Epic, RawColumn::Component];

impl<'a> WorkKinds<'a> {
    pub(super) fn new(rules: &'a [WorkRule], settings: &'a CostSettings) -> Self {
        let compiled = (1..).zip(rules).filter_map(|(number, rule): (u32, _)| {
            let pattern = Pattern::new(rule.how, &rule.pattern, rule.ignore_case)?;
            Some((pattern, rule, format!("work rule {number}").into()))
        });
        let mut labels = BTreeMap::new();
        for word in words("labels", &settings.work_words) {
            // The kinds come in the order in which they count.
            labels.entry(word.words).or_insert((word.kind, word.rule));
        }
        Self {
            rules: compiled.collect(),
            types: words("type", &settings.work_words),
            met: BTreeMap::new(),
            labels,
            titles: words("title", &settings.title_words),
            own: "kind".into(),
            settings,
        }
    }

    /// What the work is for, and what said so; `None` when nothing did.
    pub(super) fn purpose(&mut self, item: &WorkItem) -> (WorkKind, Option<Arc<str>>) {
        let found =
            self.own(item).or_else(|| self.by_rule(item)).or_else(|| self.by_type(item)).or_else(|| self.by_word(item));
        found.map_or((self.settings.work_without_kind, None), |(kind, rule)| (kind, Some(rule)))
    }

    /// Where work of a kind stands in the books.
    pub(super) fn cost_type(&self, kind: WorkKind) -> CostType {
        match kind {
            kind if self.settings.run_kinds.contains(&kind) => CostType::Engineering,
            WorkKind::Unclassified => CostType::Unclassified,
            _ => CostType::Build,
        }
    }

    fn own(&self, item: &WorkItem) -> Option<Told> {
        let kind = match item.kind.as_deref()? {
            "build" => WorkKind::Build,
            "maintain" => WorkKind::Maintain,
            "incident" => WorkKind::Incident,
            "support" => WorkKind::Support,
            _ => return None,
        };
        Some((kind, Arc::clone(&self.own)))
    }

    fn by_rule(&self, item: &WorkItem) -> Option<Told> {
        let matches = |pattern: &Pattern, column: RawColumn| {
            let matches = |cell: &String| pattern.matches(cell, &Words::for_pattern(pattern, cell));
            cells(item, column).iter().any(matches)
        };
        let (_, rule, name) = self.rules.iter().find(|(pattern, rule, _)| match rule.column {
            Some(column) => matches(pattern, column),
            None => COLUMNS.iter().any(|column| matches(pattern, *column)),
        })?;
        Some((rule.kind, Arc::clone(name)))
    }

    fn by_type(&mut self, item: &WorkItem) -> Option<Told> {
        let r#type = item.r#type.as_deref()?;
        if let Some(told) = self.met.get(r#type) {
            return told.clone();
        }
        let said = Words::of(r#type);
        let word = self.types.iter().find(|word| said.contain(&word.words));
        let told = word.map(|word| (word.kind, Arc::clone(&word.rule)));
        self.met.insert(r#type.to_owned(), told.clone());
        told
    }

    fn by_word(&self, item: &WorkItem) -> Option<Told> {
        let of_labels = || {
            let said = item.labels.iter().flatten().filter_map(|label| self.label(label));
            // Of several labels the kind that counts first, whatever their order.
            said.min_by_key(|(kind, rule)| (place(*kind), Arc::clone(rule)))
        };
        let of_title = || {
            let said = Words::of(item.title.as_deref()?);
            let word = self.titles.iter().find(|word| said.begin_with(&word.words))?;
            Some((word.kind, Arc::clone(&word.rule)))
        };
        of_labels().or_else(of_title)
    }

    /// The whole label is a word, or what stands behind a prefix that says no more than that a kind follows.
    fn label(&self, label: &str) -> Option<Told> {
        let said = Words::of(label);
        let behind = || LABEL_PREFIXES.iter().find_map(|prefix| self.labels.get(&said.without(prefix)?));
        self.labels.get(&said).or_else(behind).cloned()
    }
}

/// Incident first, investment last: a bug of a feature is a bug.
fn place(kind: WorkKind) -> usize {
    match kind {
        WorkKind::Incident => 0,
        WorkKind::Maintain => 1,
        WorkKind::Support => 2,
        WorkKind::Build => 3,
        WorkKind::Unclassified => 4,
    }
}

fn words(column: &str, list: &WorkWords) -> Vec<Word> {
    let by_kind = [
        (WorkKind::Incident, &list.incident),
        (WorkKind::Maintain, &list.maintain),
        (WorkKind::Support, &list.support),
        (WorkKind::Build, &list.build),
    ];
    let of_kind = |(kind, words): (WorkKind, &Vec<String>)| {
        let word = |text: &String| {
            let words = Words::of(text);
            (!words.is_empty()).then(|| Word { words, kind, rule: format!("{column}: {text}").into() })
        };
        words.iter().filter_map(word).collect::<Vec<_>>()
    };
    by_kind.into_iter().flat_map(of_kind).collect()
}

/// The cells of a work item in a column.
pub(super) fn cells(item: &WorkItem, column: RawColumn) -> &[String] {
    match column {
        RawColumn::Capability => item.capability.as_slice(),
        RawColumn::Component => item.component.as_slice(),
        RawColumn::Labels => item.labels.as_deref().unwrap_or_default(),
        RawColumn::Epic => item.epic.as_slice(),
        RawColumn::Paths => item.paths.as_deref().unwrap_or_default(),
        RawColumn::Type => item.r#type.as_slice(),
        RawColumn::Team => item.team.as_slice(),
        RawColumn::Kind => item.kind.as_slice(),
        RawColumn::Title => item.title.as_slice(),
        RawColumn::Tags | RawColumn::Service | RawColumn::Vendor | RawColumn::Subject | RawColumn::Body => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::testing::cost_settings;
    use crate::config::MatchKind;

    fn item(kind: &str, r#type: &str, labels: &[&str], title: &str) -> WorkItem {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        WorkItem {
            kind: text(kind),
            r#type: text(r#type),
            labels: Some(labels.iter().map(|&label| label.into()).collect()),
            title: text(title),
            ..WorkItem::default()
        }
    }

    fn found(rules: &[WorkRule], item: &WorkItem) -> (WorkKind, String) {
        let settings = cost_settings();
        let (kind, rule) = WorkKinds::new(rules, &settings).purpose(item);
        (kind, rule.as_deref().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_words_of_trackers_tell_the_kind() {
        use WorkKind::{Build, Incident, Maintain, Support, Unclassified};
        for (r#type, labels, title, kind, rule) in [
            ("Bug", &[][..], "", Maintain, "type: bug"),
            ("[System] Incident", &[], "", Incident, "type: incident"),
            ("Service Request with Approvals", &[], "", Support, "type: service request"),
            ("Technical debt", &[], "", Maintain, "type: debt"),
            ("New Feature", &[], "", Build, "type: feature"),
            ("Fehler", &[], "", Maintain, "type: fehler"),
            ("Verbesserung", &[], "", Build, "type: verbesserung"),
            ("バグ", &[], "", Maintain, "type: バグ"),
            ("Feature bug", &[], "", Maintain, "type: bug"),
            ("Story", &["bug"], "fix: x", Build, "type: story"),
            ("Task", &["kind/bug"], "", Maintain, "labels: bug"),
            ("Task", &["type: Tech-Debt"], "", Maintain, "labels: tech debt"),
            ("Task", &["C-enhancement"], "", Build, "labels: enhancement"),
            ("Task", &["feature", "bug"], "", Maintain, "labels: bug"),
            ("Task", &["bug 🐞"], "", Maintain, "labels: bug"),
            // A component is no kind, even where it is called like one.
            ("Task", &["area: security", "support-portal", "feature-flags"], "", Unclassified, ""),
            ("Task", &[], "[Bug] export is empty", Maintain, "title: bug"),
            ("Task", &[], "fix(export): empty file", Maintain, "title: fix"),
            ("Task", &[], "feat!: new export", Build, "title: feat"),
            ("Task", &[], "Support for a new login", Unclassified, ""),
            ("Task", &[], "The fix of the week", Unclassified, ""),
            ("", &[], "", Unclassified, ""),
        ] {
            assert_eq!(found(&[], &item("", r#type, labels, title)), (kind, rule.into()), "{type} {labels:?} {title}");
        }
    }

    #[test]
    fn the_own_kind_goes_before_the_rules_and_the_rules_before_the_words() {
        let rule = |how, column, pattern: &str, kind| WorkRule {
            how,
            pattern: pattern.into(),
            ignore_case: false,
            column,
            kind,
        };
        let rules = [
            rule(MatchKind::Prefix, Some(RawColumn::Paths), "docs/", WorkKind::Build),
            rule(MatchKind::Keyword, None, "vendor change", WorkKind::Maintain),
            rule(MatchKind::Exact, Some(RawColumn::Type), "Bug", WorkKind::Support),
        ];
        assert_eq!(found(&rules, &item("build", "Bug", &[], "")), (WorkKind::Build, "kind".into()));
        assert_eq!(found(&rules, &item("", "Bug", &[], "")), (WorkKind::Support, "work rule 3".into()));
        assert_eq!(
            found(&rules, &item("", "Bug", &[], "Vendor-change of X")),
            (WorkKind::Maintain, "work rule 2".into())
        );
        let mut documents = item("", "Bug", &[], "");
        documents.paths = Some(vec!["src/a".into(), "docs/b".into()]);
        assert_eq!(found(&rules, &documents), (WorkKind::Build, "work rule 1".into()));
    }

    #[test]
    fn only_burden_is_run_cost() {
        let settings = cost_settings();
        let kinds = WorkKinds::new(&[], &settings);
        let types =
            [WorkKind::Build, WorkKind::Maintain, WorkKind::Incident, WorkKind::Support, WorkKind::Unclassified]
                .map(|kind| kinds.cost_type(kind));
        let words = types.map(CostType::as_str);
        assert_eq!(words, ["build", "engineering", "engineering", "engineering", "unclassified"]);
    }
}
