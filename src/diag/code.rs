use schemars::JsonSchema;
use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A number in the report is affected.
    Warning,
    /// Data was refused.
    Error,
}

/// Declares every finding once: its code, severity and text, so that none can be forgotten.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident, $text:literal, $severity:ident, $message:literal;)+) => {
        /// What was found. The kebab-case form is stable: users filter by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable form.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// What it means and what to do about it.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)+ }
            }
        }
    };
}

codes! {
    /// A time or day that is none, or in no form that is known.
    BadDate, "bad-date", Error, "A cell is no day or time of the calendar, or in no form that is known; the row was quarantined. Set `date_format` in its [[input]] where the form is rare.";
    /// A number or day beyond what its column holds.
    OutOfRange, "out-of-range", Error, "A number has more digits than its column holds, or a day is not in 1970–2200; the row was quarantined.";
    /// A cell that is not of its column's type.
    BadCell, "bad-cell", Error, "A cell is not of the type of its column; the row was quarantined.";
    /// A date that is a day in two orders.
    AmbiguousDate, "ambiguous-date", Error, "A date such as 03/04/25 can be read with the day or the month first, and no other cell of its column tells; the row was quarantined. Set `date_format` in its [[input]].";
    /// A number that is one with and without a decimal sign.
    AmbiguousNumber, "ambiguous-number", Error, "A number such as 1,234 can be read with a decimal sign or with one of thousands, and no other cell tells; the row was quarantined. Set `decimal` in its [[input]] to \",\" or \".\".";
    /// A required cell that is empty.
    MissingCell, "missing-cell", Error, "A required cell is empty; the row was quarantined.";
    /// A record with fewer cells than the header.
    TooFewCells, "too-few-cells", Error, "A record has fewer cells than the header; the row was quarantined.";
    /// A record with more cells than the header.
    TooManyCells, "too-many-cells", Error, "A record has more cells than the header; the row was quarantined.";
    /// Bytes that are not UTF-8.
    InvalidText, "invalid-text", Error, "A record is not valid UTF-8; the row was quarantined.";
    /// A quoted field that is never closed.
    UnclosedQuote, "unclosed-quote", Error, "A quoted cell is never closed, so the rest of the file is one cell; it was quarantined. Is the file cut off?";
    /// A quote inside an unquoted cell, or text behind a closing quote.
    UnquotedValue, "unquoted-value", Error, "The quotes of a record do not pair: a cell holds a quote and is not quoted; the row was quarantined.";
    /// A record of a document that is no JSON.
    InvalidJson, "invalid-json", Error, "A record is not valid JSON; it was quarantined. Is the file cut off?";
    /// A value among the records of a document that is no object.
    NotARecord, "not-a-record", Error, "A number, a text or a list stands where a record is expected; it was quarantined.";
    /// An object that has a member twice.
    DuplicateKey, "duplicate-key", Error, "A record has two members of the same name, and nothing says which of them holds; it was quarantined.";
    /// A value of a document that is too long to be held.
    TooLong, "too-long", Error, "A record is longer than 64 MiB; it was quarantined and the reading goes on behind it.";
    /// A record longer than any record can be.
    LineTooLong, "line-too-long", Error, "A record is longer than 4 MiB; it was quarantined and the reading goes on behind its line end.";
    /// Rows of a table that begins below the table of the file.
    AnotherTable, "another-table", Error, "Another table with other columns begins below the first; its rows were quarantined. Put it in a file of its own.";
    /// An encoding that nothing in the file says.
    GuessedEncoding, "guessed-encoding", Note, "The text is not UTF-8 and has no byte-order mark; its encoding was guessed from its letters. Set `encoding` if names look wrong.";
    /// Blanks between delimiter and cell.
    LeadingBlanks, "leading-blanks", Note, "A blank follows every delimiter; it is part of no value, but of the text of the cell.";
    /// Lines above the header.
    Preamble, "preamble", Note, "Lines stand above the header; they were passed over.";
    /// A header that has not as many cells as the rows.
    UnevenHeader, "uneven-header", Warning, "The header has not as many cells as the rows; empty ones were added at its end, or left out. Are the names over their columns?";
    /// A header of several rows.
    HeaderRows, "header-rows", Note, "The header takes several rows; they were joined, column by column.";
    /// A file without a header.
    NoHeader, "no-header", Warning, "The first row looks like the others, so the file has no header; its columns are numbered from `column 1` on.";
    /// The header again.
    RepeatedHeader, "repeated-header", Note, "The header stands again among the rows, as in files put together; it was passed over.";
    /// A total or a note below the last row.
    FooterRow, "footer-row", Note, "A total or a note stands below the last row; it was passed over.";
    /// A row that a rule of its preset excludes.
    ExcludedRow, "excluded-row", Note, "A row is no row of its table by a rule of its preset: deleted, unfinished, or of another kind; it was passed over.";
    /// A row of which a later version stands.
    Superseded, "superseded", Note, "A later version of the same id stands in the export; this one was passed over.";
    /// Rows of one key made one.
    JoinedRow, "joined-row", Note, "Rows with one key are one row of the table, as the preset says (the subscriptions of one account): amounts add up.";
    /// A row put right.
    RepairedRow, "repaired-row", Warning, "A damaged row was put right by a named rule, as on_error = \"repair\" asks.";
    /// A row that adds to a row which is not there.
    UnusedAddition, "unused-addition", Note, "A row adds to another (tags of a ticket, labels of an issue) that no export gives.";
    /// A negative count, duration or number of hours.
    NegativeNumber, "negative-number", Error, "A count, duration or number of hours is below zero; the row was quarantined.";
    /// A currency without a rate.
    UnknownCurrency, "unknown-currency", Error, "An amount is in a currency that neither [fx] nor an fx table gives a rate for; the row was quarantined.";
    /// The same row twice.
    DuplicateRow, "duplicate-row", Note, "The same id stands twice with the same content; it counts once.";
    /// The same id with different content.
    ConflictingDuplicate, "conflicting-duplicate", Warning, "The same id stands twice with different content; one was kept by a fixed rule (the greatest row), whatever the order of the file.";
    /// A name no capability is mapped to.
    UnmappedName, "unmapped-name", Warning, "A name in the data matches no capability and no [[map]] rule; it is counted apart, as unmapped.";
    /// A mapping rule that points nowhere.
    UnknownTarget, "unknown-target", Warning, "A [[map]] rule, a catalogue line, a commitment, an [[assume]], a weight in cost.share_weights or the plan names a capability, or a team, that the catalogue does not have.";
    /// Capabilities that need each other.
    DependencyCycle, "dependency-cycle", Warning, "Capabilities need each other in a circle, or one needs itself (depends_on in the catalogue); they can only go together. Is a line of the catalogue the wrong way round?";
    /// A cost row whose columns name different capabilities.
    ConflictingLabels, "conflicting-labels", Warning, "Two columns of a cost row name different capabilities; the more explicit one was followed (capability, then component, labels or tags, epic, service, vendor, paths).";
    /// An incident of which nobody knows the hours.
    UnknownResponderHours, "unknown-responder-hours", Warning, "An incident does not say how many hours its responders spent: its cost is not known, and counted as its credits alone. Where work items hold those hours, set cost.incident_hours = \"work-items\".";
    /// Hours that may stand in two tables.
    IncidentHoursTwice, "incident-hours-twice", Warning, "Responder hours of incidents and work items of kind incident are both counted as cost. If they are the same hours, set cost.incident_hours = \"work-items\".";
    /// An account of the usage that the accounts table lacks.
    UnmatchedAccount, "unmatched-account", Warning, "An account of the usage data is not in the accounts table; it counts as active, but belongs to no base, segment or ARR.";
    /// Usage without an account.
    NoAccount, "no-account", Warning, "Usage without an account id: it counts as events, never as adoption.";
    /// Usage after the as-of date.
    AfterAsOf, "after-as-of", Warning, "Rows are dated after the as-of date; they were left out.";
    /// Usage ends before the period does.
    PeriodNotCovered, "period-not-covered", Warning, "The usage data do not reach the end of the period; adoption may be understated.";
    /// The default period was moved back to where data are.
    PeriodMoved, "period-moved", Warning, "The last complete quarter holds no usage; the report is about the latest quarter that does, else the latest month.";
    /// A count of active accounts above the base.
    AboveBase, "above-base", Warning, "More active accounts than the base holds; adoption was held to 1. Are both counts of the same population?";
    /// A small base.
    SmallBase, "small-base", Warning, "The customer base is small: intervals are wide and few capabilities can be graded.";
    /// A file that holds a header and nothing else.
    EmptyFile, "empty-file", Warning, "A file holds no rows.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_kebab_case_and_the_serialised_form() {
        let mut seen = BTreeSet::new();
        for &code in Code::ALL {
            let text = code.as_str();
            assert!(seen.insert(text), "{text} stands twice");
            assert!(text.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            assert_eq!(serde_json::to_value(code).unwrap(), text);
            assert!(code.message().ends_with(['.', '?']));
        }
    }
}
