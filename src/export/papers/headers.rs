//! `plan/headers.json`: what the responses of a public interface say on its way out, ready to be sent.
//!
//! `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` (RFC 8288) are sent with every response from the day of the announcement.
//! In a brownout the interface answers 503 with `Retry-After`, because it comes back; after the removal 410, because it does not. 429 says
//! that the caller did something wrong, which is not so.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::export::{ExportError, json};
use crate::report::{HeaderFacts, Papers, RemovalPapers};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    as_of: NaiveDate,
    capabilities: Vec<Interface<'a>>,
}

#[derive(Serialize)]
struct Interface<'a> {
    id: &'a str,
    name: &'a str,
    /// Sent with every response from this moment on, also after the removal.
    send_from: String,
    headers: Vec<Header>,
    brownouts: Vec<Closed>,
    removed: Gone,
}

#[derive(Serialize)]
struct Header {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Closed {
    from: String,
    until: String,
    status: u16,
    headers: Vec<Header>,
}

#[derive(Serialize)]
struct Gone {
    from: String,
    status: u16,
}

/// The bytes of the document; without a public interface its list is empty.
pub fn bytes(papers: &Papers) -> Result<Vec<u8>, ExportError> {
    let interfaces = papers.removals.iter().filter_map(|of| Some(interface(of, of.headers.as_ref()?)));
    let document = Document { schema_version: "1.0", as_of: papers.as_of, capabilities: interfaces.collect() };
    json::indented(&document)
}

fn interface<'a>(of: &'a RemovalPapers, facts: &HeaderFacts) -> Interface<'a> {
    let mut headers = vec![
        Header { name: "Deprecation", value: format!("@{}", facts.deprecated.and_utc().timestamp()) },
        Header { name: "Sunset", value: http_date(facts.sunset) },
    ];
    let links: Vec<String> = facts.links.iter().map(|(rel, address)| format!("<{address}>; rel=\"{rel}\"")).collect();
    if !links.is_empty() {
        headers.push(Header { name: "Link", value: links.join(", ") });
    }
    let closed = |&(from, until): &(NaiveDateTime, NaiveDateTime)| Closed {
        from: moment(from),
        until: moment(until),
        status: 503,
        headers: vec![Header { name: "Retry-After", value: http_date(until) }],
    };
    Interface {
        id: &of.id,
        name: &of.name,
        send_from: moment(facts.deprecated),
        headers,
        brownouts: facts.brownouts.iter().map(closed).collect(),
        removed: Gone { from: moment(facts.sunset), status: 410 },
    }
}

/// A date of HTTP in its one form that is to be sent (RFC 9110, 5.6.7): `Wed, 01 Sep 2027 00:00:00 GMT`.
fn http_date(moment: NaiveDateTime) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn moment(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
