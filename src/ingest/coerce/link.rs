//! The target of a link in a captured `Link` header (RFC 8288).
//!
//! Takes the header as it was sent; gives the address that says most about a change of an interface. Refuses every text that
//! is no such header, which then stands as it is.

/// The relations that tell of a change, the most telling first: RFC 9745 §3, RFC 8594 §6, RFC 5829 §3.4.
const RELATIONS: [&str; 5] = ["deprecation", "sunset", "successor-version", "latest-version", "alternate"];

/// Of `<https://a.example/new>; rel="sunset", <…>; rel="deprecation"` the target of the most telling relation; of several
/// with one relation the first. `None` when the text is no `Link` header, and when no link in it tells of a change.
pub(in crate::ingest) fn link_target(text: &str) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    let mut rest = text.trim();
    while let Some(open) = rest.strip_prefix('<') {
        let (target, behind) = open.split_once('>')?;
        let end = end_of(behind, b',');
        if let Some(rank) = rank(&behind[..end])
            && !target.trim().is_empty()
            && best.is_none_or(|(known, _)| rank < known)
        {
            best = Some((rank, target.trim()));
        }
        rest = behind[end..].trim_start_matches([',', ' ', '\t']);
    }
    best.map(|(_, target)| target.to_owned())
}

/// Where a part of a header ends: at the first such sign outside of quotes.
fn end_of(text: &str, stop: u8) -> usize {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ if byte == stop && !is_quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// How telling a link's relations are, 0 the most; one link may have several, separated by blanks.
fn rank(parameters: &str) -> Option<usize> {
    let place = |relation: &str| RELATIONS.iter().position(|known| relation.eq_ignore_ascii_case(known));
    let mut rest = parameters;
    while !rest.is_empty() {
        let end = end_of(rest, b';');
        if let Some((name, value)) = rest[..end].split_once('=')
            && name.trim().eq_ignore_ascii_case("rel")
        {
            return value.trim().trim_matches('"').split_whitespace().filter_map(place).min();
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_most_telling_link_is_taken() {
        for (text, expected) in [
            (r#"<https://a.example/why>; rel="deprecation"; type="text/html""#, "https://a.example/why"),
            ("<https://a.example/why>;rel=sunset", "https://a.example/why"),
            (r#"</v3>; rel="successor-version", </why>; rel="deprecation""#, "/why"),
            (r#"</one>; rel="sunset", </two>; rel="sunset""#, "/one"),
            (r#"</a,b>; title="a, <b>; rel=\"sunset\""; rel="next SUNSET""#, "/a,b"),
            (r#"</page=2>; rel="next",</why>; REL = Deprecation"#, "/why"),
            (r#"</v2>; rel="alternate""#, "/v2"),
        ] {
            assert_eq!(link_target(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "https://a.example/why",
            r#"</page=2>; rel="next""#,
            "</why>",
            r#"<>; rel="sunset""#,
            r#"<https://a.example/why; rel="sunset""#,
            r#"</a>; rel="next" </b>; rel="sunset""#,
        ] {
            assert_eq!(link_target(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", linkish in "[<>;,\" =a-z\\\\é]{0,60}") {
            let _ = (link_target(&text), link_target(&linkish), link_target(&format!("<{linkish}")));
        }
    }
}
