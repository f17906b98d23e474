use super::*;
use crate::export::fixture;

fn page(report: &Report) -> String {
    String::from_utf8(bytes(report, &fixture::drawings()).unwrap()).unwrap()
}

#[test]
fn base64_of_the_standard_examples() {
    for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
    assert_eq!(base64(&[0xff, 0xef, 0xbe]), "/+++");
}

#[test]
fn the_policy_names_the_style_and_the_script_that_stand_in_the_page() {
    let page = page(&fixture::report(20));
    assert!(page.starts_with("<!doctype html>"), "{}", &page[..40]);
    let (head, _) = page.split_once("<meta charset").unwrap();
    let head = head.replace("&#39;", "'");
    assert!(head.trim_end().ends_with("\">") && head.contains("<head>\n<meta http-equiv=\"Content-Security-Policy\""));
    for (tag, name) in [("style", "style-src"), ("script", "script-src")] {
        let (_, rest) = page.split_once(&format!("<{tag}>")).unwrap();
        let (content, rest) = rest.split_once(&format!("</{tag}>")).unwrap();
        assert!(!rest.contains(&format!("<{tag}")), "one {tag} only");
        let digest = base64(&Sha256::digest(content));
        assert!(head.contains(&format!("{name} 'sha256-{digest}'")), "{tag}");
    }
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page(&fixture::report(60));
    for outside in ["src=", "url(", "@import", "href=\"http", "href=\"//", "<iframe", "<object", "<img", "<base"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for (place, _) in page.match_indices("://") {
        let around = &page[place.saturating_sub(40)..place];
        assert!(around.contains("xmlns"), "only the name of a namespace: {around}");
    }
    let links = page.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    for link in links.filter(|link| *link != "data:,") {
        let anchor = link.strip_prefix('#').expect("a link within the page");
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{link} leads somewhere");
    }
}

#[test]
fn ids_are_unique() {
    let page = page(&fixture::report(60));
    let mut seen = std::collections::BTreeSet::new();
    for id in page.split(" id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
        assert!(seen.insert(id), "{id} stands twice");
    }
    assert!(seen.contains("capability-cap-0") && seen.contains("capability-cap-59") && seen.contains("chart-quadrant"));
}

#[test]
fn candidates_are_shown_with_their_numbers_and_accounts() {
    let page = page(&fixture::report(60));
    assert_eq!(page.matches("<article aria-labelledby=\"name-").count(), 12);
    assert!(page.contains("<b>1.2\u{202f}%</b> <small>0.72–2.0\u{202f}%</small>"), "adoption with its interval");
    assert!(page.contains("<b>25×</b> <small>14×–52×</small>"), "disproportion with its interval");
    assert!(page.contains("The first 12 of 15, as <code>tables/dependence.csv</code> orders them."));
    assert!(page.contains("<a href=\"#method-adoption\" title=\"Adoption\">"), "heads lead to definitions");
}

#[test]
fn a_card_shows_how_its_capability_is_used() {
    let page = page(&fixture::report(60));
    let card = |place: usize| {
        let (_, rest) = page.split_once(&format!("<li id=\"capability-cap-{place}\"")).unwrap();
        rest.split_once("</article>").unwrap().0
    };
    let broken = card(1);
    assert!(broken.contains("It is attempted, and mostly fails: low use says that it is broken"));
    assert!(broken.contains("<th scope=\"row\">Succeeded</th><td class=\"n\">2</td>"));
    assert!(broken.contains("2 incidents began in the period, open for 1.3\u{202f}% of its time."));
    assert!(
        broken.contains(
            "3 new, 17 retained, 1 resurrected, 6 gone dormant; adoption moved by −1.2\u{202f}% of the base ("
        )
    );
    assert!(broken.contains("The bases of use disagree"), "a mark where the bases disagree");
    assert!(broken.contains("<th scope=\"row\">ARR</th>") && broken.contains("<td>not above</td>"));
    assert!(!card(0).contains("The bases of use disagree"));
    assert!(card(2).contains("No account was entitled to it or shown it"));
    assert!(card(3).contains("Its rhythm is yearly, so adoption is judged over 12 months"));
    assert!(card(3).contains("<th scope=\"row\">Entitled</th><td class=\"n\">–</td>"), "an unknown step is no zero");
}

#[test]
fn sections_on_the_portfolio_stand_where_something_is_known() {
    let page = page(&fixture::report(60));
    for part in [
        "<h3 id=\"substitutes\">Substitutes</h3>",
        "<h3 id=\"complements\">Complements</h3>",
        "An account that uses 1\u{202f}% more capabilities opens 0.62\u{202f}% more tickets (0.41 to 0.83; 400 accounts).",
        "In 2026-09, 55 capabilities were on offer (44 in 2025-10), 17 of them integrations with 9 vendors; 46 were used.",
        "The median account never touches 54\u{202f}% (51–57\u{202f}%) of what is open to it.",
        "<td class=\"i\">52 (44 or more)</td>",
        "<td class=\"i\">fewer than half so far</td>",
        "<h3 id=\"placement\">How cost was placed</h3>",
        "<td>Dashboards, Calendar sync</td>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("unrelated"), "pairs that say nothing stay in the table");
}

#[test]
fn an_unknown_figure_is_a_dash_and_never_zero() {
    let mut report = fixture::report(1);
    let line = &mut report.capabilities[0];
    (line.disproportion, line.disproportion_low, line.disproportion_high) = (None, None, None);
    (line.run_cost, line.arr_touched, line.adoption_low) = (None, None, None);
    let page = page(&report);
    assert!(page.contains("Disproportion</a></dt><dd><b>–</b></dd>"));
    assert!(page.contains("<td class=\"n\" data-v=\"\">–</td>"));
}

#[test]
fn without_candidates_the_page_says_so_and_shows_the_head_of_the_order() {
    let mut report = fixture::report(60);
    report.capabilities.iter_mut().for_each(|line| line.candidate = false);
    let page = page(&report);
    assert!(page.contains("No candidates; the first in the order"));
    assert_eq!(page.matches("<article aria-labelledby=\"name-").count(), CARDS_WITHOUT_CANDIDATES);
}

#[test]
fn an_empty_report_is_a_page() {
    let mut report = fixture::report(0);
    report.company = None;
    (report.charts, report.inputs, report.ledger_summary) = (Vec::new(), Vec::new(), Vec::new());
    (report.findings, report.unmapped, report.method) = (Vec::new(), Vec::new(), Vec::new());
    (report.settings, report.gates, report.unavailable) = (Vec::new(), Vec::new(), Vec::new());
    let page = page(&report);
    assert!(page.contains("<h1>Portfolio") && page.ends_with("</html>"));
}

#[test]
fn the_most_that_is_listed_is_said_where_it_is_cut() {
    let mut report = fixture::report(80);
    report.capabilities.iter_mut().for_each(|line| line.candidate = true);
    report.unmapped =
        (0..60).map(|n| crate::report::UnmappedLine { table: "tickets", name: format!("n{n}"), rows: 1 }).collect();
    let page = page(&report);
    assert!(page.contains("The first 50 of 80 candidates; all are in <code>tables/candidates.csv</code>"));
    assert!(page.contains("The first 50; all are in <code>tables/unmapped.csv</code>"));
}

#[test]
fn eighteen_hundred_capabilities_stay_below_five_megabytes() {
    let mut report = fixture::report(1_800);
    for (line, uses) in report.capabilities.iter_mut().zip(&mut report.dependence.capabilities) {
        (line.candidate, uses.candidate) = (true, true);
        uses.uses = (0..15).map(fixture::used).collect();
    }
    let pair = report.overlap[1].clone();
    report.overlap = vec![pair; 3_000];
    let cohort = report.surface.onboarding[0].clone();
    report.surface.onboarding = vec![cohort; 40];
    let ids: Vec<String> = report.capabilities.iter().map(|line| line.id.clone()).collect();
    report.allocation[0].entered = ids;
    let row = report.charts[0].table.rows[0].clone();
    report.charts[0].table.rows = vec![row; 1_800];
    let page = page(&report);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    for cut in [
        "The first 200 of 1\u{202f}800 rows",
        "The first 20 of 3\u{202f}000 pairs; all are in <code>tables/overlap.csv</code>",
        "The last 12 of 40 start cohorts; all are in <code>tables/onboarding.csv</code>",
        "and 1\u{202f}794 more",
    ] {
        assert!(page.contains(cut), "{cut}");
    }
}

#[test]
fn the_method_ends_with_the_league_table() {
    let page = page(&fixture::report(20));
    let (_, league) = page.split_once("<article id=\"league\"").unwrap();
    let (league, _) = league.split_once("</article>").unwrap();
    for line in report::league().lines {
        assert!(league.contains(&format!("<th scope=\"row\">{}</th>", line.rule)), "{}", line.rule);
    }
    assert_eq!(league.matches("<tr>").count(), 1 + report::league().lines.len());
}

#[test]
fn text_is_readable_in_light_and_in_dark() {
    for (place, scheme) in ["prefers-color-scheme: light", "prefers-color-scheme: dark"].into_iter().enumerate() {
        let colour = |name: &str| {
            let definition = STYLE.split(&format!("--{name}: #")).nth(place + 1).expect(name);
            luminance(&definition[..6])
        };
        for text in ["ink", "soft", "accent", "warn", "bad"] {
            for ground in ["paper", "sheet", "tint"] {
                let contrast = contrast(colour(text), colour(ground));
                assert!(contrast >= 4.5, "{scheme}: {text} on {ground} has {contrast:.2}");
            }
        }
        assert!(contrast(colour("accent-ink"), colour("accent")) >= 4.5, "{scheme}: badges");
    }
}

/// Contrast of two luminances (WCAG 2.2).
fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance of a colour in hex (WCAG 2.2).
fn luminance(hex: &str) -> f64 {
    let channel = |place: usize| {
        let value = f64::from(u8::from_str_radix(&hex[place..place + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
