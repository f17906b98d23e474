//! `plan/headers.json`: what responses of public interfaces say about their end, and when they stop to answer.

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use serde::Serialize;

use crate::export::ExportError;
use crate::plan::StageKind;
use crate::report::{PaperRemoval, Papers};

/// The headers of all public interfaces.
#[derive(Serialize)]
struct Headers<'a> {
    schema_version: &'static str,
    interfaces: Vec<Interface<'a>>,
}

/// One interface.
#[derive(Serialize)]
struct Interface<'a> {
    capability: &'a str,
    /// Send the headers from this day on.
    send_from: String,
    headers: Fields,
    brownouts: Vec<Window>,
    /// What to answer after the sunset.
    after_sunset: u16,
}

#[derive(Serialize)]
struct Fields {
    /// RFC 9745: a date of structured fields.
    #[serde(rename = "Deprecation")]
    deprecation: String,
    /// RFC 8594: a date of HTTP.
    #[serde(rename = "Sunset")]
    sunset: String,
    /// RFC 8288; nothing where no address is known.
    #[serde(rename = "Link", skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// A brownout. It is answered with 503 and `Retry-After`: 429 would say that the caller asks too often.
#[derive(Serialize)]
struct Window {
    from: String,
    until: String,
    status: u16,
    retry_after: String,
}

/// The bytes of the file.
pub(super) fn bytes(papers: &Papers) -> Result<Vec<u8>, ExportError> {
    let interfaces = papers.removals.iter().filter(|of| of.is_public_api).filter_map(interface).collect();
    let mut bytes = serde_json::to_vec_pretty(&Headers { schema_version: "1.0", interfaces })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn interface(removal: &PaperRemoval) -> Option<Interface<'_>> {
    let first = |kind| removal.stages.iter().find(|stage| stage.kind == kind).map(|stage| stage.from);
    let (announced, removed) = (first(StageKind::Announced)?, first(StageKind::Removed)?);
    let utc = |moment: NaiveDateTime| DateTime::<Utc>::from_naive_utc_and_offset(moment, Utc);
    let midnight = |day: chrono::NaiveDate| utc(day.and_time(NaiveTime::MIN));
    let window = |(from, until): (NaiveDateTime, NaiveDateTime)| Window {
        from: utc(from).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        until: utc(until).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        status: 503,
        retry_after: http_date(utc(until)),
    };
    Some(Interface {
        capability: &removal.id,
        send_from: announced.to_string(),
        headers: Fields {
            deprecation: format!("@{}", midnight(announced).timestamp()),
            sunset: http_date(midnight(removed)),
            link: link(removal),
        },
        brownouts: removal.stages.iter().filter_map(|stage| stage.window).map(window).collect(),
        after_sunset: 410,
    })
}

/// The fixed form of RFC 9110.
fn http_date(moment: DateTime<Utc>) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn link(removal: &PaperRemoval) -> Option<String> {
    let about = &removal.about;
    let links =
        [(&about.docs_url, "deprecation"), (&about.docs_url, "sunset"), (&about.successor_url, "successor-version")];
    // What could end the address or the header is no address.
    let is_safe = |url: &str| url.chars().all(|c| c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c));
    let known = links.iter().filter(|(url, _)| !url.is_empty() && is_safe(url));
    let all: Vec<String> = known.map(|(url, rel)| format!("<{url}>; rel=\"{rel}\"")).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
