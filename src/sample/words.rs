//! The sentences that people write to a support desk.

use std::collections::BTreeMap;

use super::draw::Draw;
use super::world::Account;

/// A line for each capability: its name, what people call it, and the trouble they have with it.
const WORDS: &str = include_str!("words.txt");

/// What a text says about its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It can be told by its words.
    Telling,
    /// It could be about anything.
    Generic,
    /// It speaks of another capability.
    Misleading,
}

impl Told {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Telling => "telling",
            Self::Generic => "generic",
            Self::Misleading => "misleading",
        }
    }
}

/// What a contact wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    HowTo,
    Trouble,
    Down,
}

/// What people call each capability, and what troubles them.
pub(super) struct Words(BTreeMap<&'static str, [Vec<&'static str>; 2]>);

const BILLING: [&str; 2] = [
    "subscription; number of seats; renewal; bank details; VAT number",
    "we need one more seat; the renewal date is not right; please send last month's bill again; our bank details have changed",
];

/// Of a capability that has no line of its own.
const UNKNOWN: [&str; 2] = ["this function", "nothing happens when I press save; the list is empty; it is very slow"];

/// Things that people write whatever it is about, some of them what breaks programs that read them.
const SUBJECTS: [&str; 18] = [
    "It does not work",
    "Question",
    "Help please",
    "Still the same problem",
    "Error",
    "Urgent!!",
    "AW: AW: your message",
    "Fwd: issue",
    "Cannot save, \"try again later\"",
    "How do I export this?",
    "Numbers do not match",
    "Stopped working after the update",
    "Please call back",
    "(no subject)",
    "=SUM of hours is wrong?",
    "Question about <settings>",
    "\u{200f}\u{645}\u{633}\u{627}\u{639}\u{62f}\u{629}",
    "\u{1f648}\u{1f648} again",
];
const GREETINGS: [&str; 8] =
    ["Hi,", "Hello,", "Dear team,", "Good morning,", "Hallo,", "Bonjour,", "Hej,", "Hi support \u{1f44b},"];
const ANYTHING: [&str; 16] = [
    "It started on Tuesday.",
    "It worked before the last update.",
    "We have tried two browsers.",
    "Could you have a look?",
    "A colleague has the same.",
    "There is no error message.",
    "The screen only says \"something went wrong\".",
    "We tried to log out and in again.",
    "I can send a screenshot.",
    "This is the third time this month.",
    "We need this by Friday.",
    "Nothing was changed on our side.",
    "Please see the thread below.",
    "It happens on some days and not on others.",
    "-1+1 is not what I see, <b>really</b>.",
    "Is there a manual for this?",
];
const DOWN: [&str; 4] = [
    "Nobody here can work.",
    "All technicians are waiting.",
    "This stops our whole business.",
    "Everything has been down since this morning.",
];
const SIGNATURES: [&str; 6] = [
    "Best regards",
    "Thanks!",
    "Mit freundlichen Gr\u{fc}\u{df}en",
    "Cordialement",
    "Sent from my phone",
    "--\nOffice | please think before you print",
];
const QUOTED: [&str; 3] = [
    "> Thank you for your message.\n> We will come back to you soon.",
    "> On Monday our support wrote:\n> please tell us more.",
    "> This ticket was closed because we did not hear from you.",
];

impl Words {
    pub(super) fn of_sample() -> Self {
        let split = |list: &'static str| list.split(';').map(str::trim).collect::<Vec<_>>();
        let known = WORDS.lines().filter_map(|line| {
            let mut parts = line.split('|').map(str::trim);
            Some((parts.next()?, [split(parts.next()?), split(parts.next()?)]))
        });
        let mut words: BTreeMap<_, _> = known.collect();
        words.insert("Account and billing", BILLING.map(split));
        words.insert("", UNKNOWN.map(split));
        Self(words)
    }

    /// A second capability of one name is called what the first is.
    fn of(&self, name: &str) -> &[Vec<&'static str>; 2] {
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        self.0.get(base).unwrap_or_else(|| &self.0[""])
    }

    /// What people call it.
    pub(super) fn noun(&self, name: &str, draw: &mut Draw) -> &'static str {
        draw.one_of(&self.of(name)[0])
    }

    /// What troubles them, as a clause.
    pub(super) fn trouble(&self, name: &str, draw: &mut Draw) -> &'static str {
        draw.one_of(&self.of(name)[1])
    }

    /// Subject and body of a contact about a capability. Of those that can be told, some have a subject and some a body
    /// that says nothing.
    pub(super) fn text(
        &self,
        name: &str,
        told: Told,
        tone: Tone,
        account: &Account,
        draw: &mut Draw,
    ) -> (String, String) {
        let (in_subject, in_body) = match (told, draw.below(10)) {
            (Told::Generic, _) => (false, false),
            (_, 0..3) => (false, true),
            (_, 3..5) => (true, false),
            _ => (true, true),
        };
        let subject = if in_subject { self.subject(name, tone, draw) } else { draw.one_of(&SUBJECTS).to_owned() };
        (subject, self.body(in_body.then_some(name), tone, account, draw))
    }

    fn subject(&self, name: &str, tone: Tone, draw: &mut Draw) -> String {
        let (noun, trouble) = (self.noun(name, draw), self.trouble(name, draw));
        let place = draw.below(4);
        let text = match (tone, place) {
            (Tone::HowTo, 0) => format!("How do I change the {noun}?"),
            (Tone::HowTo, 1) => format!("Question about {noun}"),
            (Tone::HowTo, 2) => format!("Can {noun} be set for one user only?"),
            (Tone::HowTo, _) => format!("Where do I find {noun}? {trouble}"),
            (Tone::Trouble, 0) => trouble.to_owned(),
            (Tone::Trouble, 1) => format!("{noun}: {trouble}"),
            (Tone::Trouble, 2) => format!("Problem with {noun}"),
            (Tone::Trouble, _) => format!("Since the update {trouble}"),
            (Tone::Down, 0) => format!("URGENT: {trouble}"),
            (Tone::Down, 1) => format!("{noun} completely down"),
            (Tone::Down, _) => format!("Nobody can use {noun}"),
        };
        let text = capitalised(&text);
        if draw.chance(80) { format!("Re: {text}") } else { text }
    }

    fn body(&self, name: Option<&str>, tone: Tone, account: &Account, draw: &mut Draw) -> String {
        let mut said = Vec::new();
        if let Some(name) = name {
            let trouble = self.trouble(name, draw);
            said.push(match tone {
                Tone::HowTo => format!("How does {} work when {trouble}?", self.noun(name, draw)),
                Tone::Trouble | Tone::Down => format!("{}.", capitalised(trouble)),
            });
            if draw.chance(400) {
                said.push(format!("It is about the {}.", self.noun(name, draw)));
            }
        }
        if tone == Tone::Down {
            said.push(draw.one_of(&DOWN).to_owned());
        }
        for _ in 0..=draw.below(2) {
            said.push(draw.one_of(&ANYTHING).to_owned());
        }
        let mut lines = vec![said.join(" ")];
        if draw.chance(600) {
            lines.insert(0, draw.one_of(&GREETINGS).to_owned());
        }
        if draw.chance(600) {
            lines.push(draw.one_of(&SIGNATURES).to_owned());
        }
        if draw.chance(250) {
            lines.push(account.name.clone());
        }
        if draw.chance(120) {
            lines.push(draw.one_of(&QUOTED).to_owned());
        }
        lines.join("\n")
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
