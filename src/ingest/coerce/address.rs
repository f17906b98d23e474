//! The host and the route of a call, from its address.
//!
//! Takes an address as logs write it, whole or as a path; gives the host, or the path without query and ids, so that calls
//! of one endpoint say the same. Nothing is refused: what has no such part stays as it is.

/// `api.a.example` of `https://user@API.a.example:443/v1?x=1`, of `api.a.example:443` and of `api.a.example`.
pub(in crate::ingest) fn host(text: &str) -> String {
    let whole = text.split_once("://").map_or(text, |(_, behind)| behind);
    let authority = whole.split(['/', '?', '#']).next().unwrap_or_default();
    let bare = authority.rsplit_once('@').map_or(authority, |(_, behind)| behind);
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = match bare.rsplit_once(':') {
        // An address of IP version 6 has colons of its own, and brackets where a port stands behind it.
        Some((name, port)) if is_port(port) && (!name.contains(':') || name.ends_with(']')) => name,
        _ => bare,
    };
    if name.is_empty() { text.to_owned() } else { name.to_ascii_lowercase() }
}

/// `/v1/contacts/{id}/notes` of `https://a.example/v1/contacts/8412/notes?page=2`. A number behind `api` or `rest` is a version
/// and stays. What looks like an id is one too: a UUID, or 14 letters and digits or more with a digit among them.
pub(in crate::ingest) fn route(text: &str) -> String {
    let path = match text.split_once("://") {
        Some((_, behind)) => behind.find(['/', '?', '#']).map_or("/", |start| &behind[start..]),
        None => text,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut before = "";
    let mut route = String::with_capacity(path.len());
    for (place, segment) in path.split('/').enumerate() {
        if place > 0 {
            route.push('/');
        }
        let is_version = ["api", "rest"].iter().any(|word| before.eq_ignore_ascii_case(word));
        route.push_str(if is_id(segment) && !is_version { "{id}" } else { segment });
        before = segment;
    }
    if route.is_empty() { "/".to_owned() } else { route }
}

/// Whether a part of a path names one record: a number, a UUID, a long token.
fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let all = |belongs: fn(u8) -> bool| segment.bytes().all(belongs);
    if digits == 0 {
        return false;
    }
    digits == segment.len()
        || (segment.len() >= 32 && all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
        || (segment.len() >= 14 && all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hosts() {
        for (text, expected) in [
            ("https://user@API.a.example:443/v1?x=1", "api.a.example"),
            ("api.a.example:443", "api.a.example"),
            ("API.a.example", "api.a.example"),
            ("http://[2001:db8::1]:8080/v1", "[2001:db8::1]"),
            ("2001:db8::1", "2001:db8::1"),
            ("https://a.example?x=@b", "a.example"),
            ("/v1/contacts", "/v1/contacts"),
            ("", ""),
        ] {
            assert_eq!(host(text), expected, "{text}");
        }
    }

    #[test]
    fn routes() {
        for (text, expected) in [
            ("https://a.example/v1/contacts/8412/notes?page=2", "/v1/contacts/{id}/notes"),
            ("/v1/customers/cus_9s6XKzkNRiz8i3", "/v1/customers/{id}"),
            ("/deals/0b1e6c3a-54d1-4d5e-9f4e-3c1f0a2b4c5d#x", "/deals/{id}"),
            ("/rest/api/3/issue/10001", "/rest/api/3/issue/{id}"),
            ("/admin/api/2024-01/products.json", "/admin/api/2024-01/products.json"),
            ("/services/data/v59.0/sobjects", "/services/data/v59.0/sobjects"),
            ("/internationalisation/", "/internationalisation/"),
            ("/7", "/{id}"),
            ("https://a.example", "/"),
            ("https://a.example?x=1", "/"),
            ("?x=1", "/"),
            ("contacts v1", "contacts v1"),
        ] {
            assert_eq!(route(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}", address in "[a-z0-9é:/?#@\\[\\].]{0,40}") {
            let _ = (host(&text), route(&text), host(&address), route(&address));
        }

        #[test]
        fn a_route_is_its_own_route(address in "(https://a\\.example)?(/[a-z0-9_-]{0,20}){1,5}(\\?x=1)?") {
            let once = route(&address);
            prop_assert_eq!(route(&once), once);
        }
    }
}
