//! The sample company's planted truth is found.
