//! From what a customer wrote to words: without the history below it, addresses, links, markup and numbers, which would
//! tell the sender or the case and not the subject.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Characters that are looked at; what a contact is about stands at its beginning, and a pasted log has no end.
const MOST_CHARACTERS: usize = 6_000;

/// Words that are kept of one text.
const MOST_WORDS: usize = 400;

/// Letters of a word at most; longer ones are keys, paths or encoded files.
const MOST_LETTERS: usize = 40;

/// A word with so many digits is the number of a case, a customer or an order; `oauth2` and `e1042` are words.
const DIGITS_OF_AN_ID: usize = 5;

/// The words of a text in their order, in Unicode's compatibility form (NFKC) and lower case, as Unicode's word boundaries
/// (UAX 29) divide it. Where a script sets no spaces these are single characters; every two that touch are a word too.
pub(super) fn words(text: &str) -> Vec<String> {
    let normal: String = text.chars().take(MOST_CHARACTERS).nfkc().collect();
    let said = said(&normal);
    let plain = NOISE.replace_all(&said, " ").to_lowercase();
    let plain = INVISIBLE.replace_all(&plain, "");
    let (mut words, mut before) = (Vec::new(), None::<(usize, &str)>);
    for (at, segment) in plain.unicode_word_indices() {
        if words.len() >= MOST_WORDS {
            break;
        }
        // A combining mark makes a word with whatever stands before it, were it a slash.
        let word = segment.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let at = at + (segment.len() - word.len());
        if !is_telling(word) {
            before = None;
            continue;
        }
        if let Some((_, previous)) = before.filter(|&(end, _)| end == at) {
            words.push(format!("{previous}{word}"));
        }
        words.push(word.to_owned());
        before = Some((at + word.len(), word));
    }
    words
}

fn is_telling(word: &str) -> bool {
    let digits = word.chars().filter(|letter| letter.is_numeric()).count();
    digits < DIGITS_OF_AN_ID && word.chars().any(char::is_alphabetic) && word.chars().count() <= MOST_LETTERS
}

/// Addresses of mail and of the web, tags and entities of HTML. In scripts without spaces an address ends where it ends,
/// not at the next space.
static NOISE: LazyLock<Regex> = LazyLock::new(|| {
    let unspaced = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}";
    let pattern = format!(
        r"(?i)(?:(?:https?|ftp)://|\bwww\.)[^\s<>{unspaced}]+|[\w.%+\-&&[^{unspaced}]]+@[\w.\-&&[^{unspaced}]]+|</?[a-z][^<>]*>|&#?[a-z0-9]{{2,8}};"
    );
    Regex::new(&pattern).expect("the pattern is a constant")
});

/// Characters without a place of their own: directions, joiners, soft hyphens.
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\p{Cf}").expect("the pattern is a constant"));

/// What stands above the history: quoted lines are left out, and what follows a mark of an earlier message or of a
/// signature is cut off, once something has been said. The marks are those that do not hang on a language.
fn said(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut said = String::new();
    for (index, line) in lines.iter().enumerate() {
        let after = &lines[index + 1..];
        let introduces = line.ends_with(':') && after.first().is_some_and(|next| next.starts_with('>'));
        if line.starts_with('>') || introduces {
            continue;
        }
        if !begins_history(line, after) {
            said.push_str(line);
            said.push('\n');
        } else if !said.is_empty() {
            break;
        }
    }
    said
}

/// `-- `, `-----Original Message-----`, `_____`, `##- reply above this line -##`, `On … <ann@example.org> wrote:`, and a head of
/// `From: … @ …` with another address in the lines below it. A form's single `Email: …` is none.
fn begins_history(line: &str, after: &[&str]) -> bool {
    let is_head = |line: &str| {
        let name = line.split_whitespace().next().unwrap_or_default();
        name.ends_with(':') && line.contains('@')
    };
    line == "--"
        || ["-----", "_____", "##-"].iter().any(|mark| line.starts_with(mark))
        || (line.ends_with(':') && line.contains('@'))
        || (is_head(line) && after.iter().take(3).any(|line| is_head(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn addresses_links_numbers_and_markup_are_no_words() {
        assert_eq!(
            joined("Mail Ann.Lee@example.org, see https://example.org/a?b=c or www.example.org."),
            "mail see or"
        );
        assert_eq!(joined("Order 4711 of 2026-03-01, 1.5 GB, +49 30 1234"), "order of gb");
        assert_eq!(
            joined("OAuth2 fails with E1042 in case CASE-0012345 / acct_9f8e7d6c5b4a"),
            "oauth2 fails with e1042 in case case"
        );
        assert_eq!(joined("<p class=\"big\">It&nbsp;broke</p> &#8222;again"), "it broke again");
        assert_eq!(joined("请联系abc@example.com谢谢"), "请 请联 联 联系 系 谢 谢谢 谢");
        assert_eq!(joined(&"x".repeat(41)), "");
    }

    #[test]
    fn one_text_in_two_codings_has_the_same_words() {
        assert_eq!(words("Caf\u{e9} ＡＰＩ"), words("cafe\u{301} api"));
        assert_eq!(words("pay\u{200b}ment \u{202e}over\u{ad}due"), ["payment", "overdue"]);
        assert_eq!(words("ЭКСПОРТ Straße"), ["экспорт", "straße"]);
        assert_eq!(words("تصدير 👍🏽 קובץ"), ["تصدير", "קובץ"]);
    }

    #[test]
    fn history_and_signature_are_not_said() {
        assert_eq!(joined("Export fails\n-- \nAnn\nSales"), "export fails");
        assert_eq!(joined("Yes\n\nAm 3. Mai schrieb Ann <a@example.org>:\nold words"), "yes");
        assert_eq!(joined("Yes\r\nLe 3 mai, Ann a écrit :\r\n\r\n> old\r\n> words\r\nthanks"), "yes thanks");
        assert_eq!(joined("New\n-----Ursprüngliche Nachricht-----\nold"), "new");
        assert_eq!(joined("New\nVon: Ann <a@example.org>\nGesendet: heute\nAn: b@example.org\nold"), "new");
        assert_eq!(joined("##- Please type above -##\nNew"), "new");
    }

    #[test]
    fn a_form_and_a_forwarded_message_keep_their_words() {
        assert_eq!(
            joined("Name: Ann\nEmail: a@example.org\nMessage: export fails"),
            "name ann email message export fails"
        );
        assert_eq!(joined("-----Forwarded-----\nexport fails"), "export fails");
    }

    #[test]
    fn only_the_beginning_of_a_huge_text_is_read() {
        let huge = "word ".repeat(2_000_000);
        assert_eq!(words(&huge).len(), MOST_WORDS);
        assert!(words(&"\u{fdfa}".repeat(100_000)).len() <= MOST_WORDS + 1);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_word_is_one(text in "(\\PC|\\p{Cc}|[<>@&;:/\\-\n>#]|https://|[ก-๙一-十ا-ي]){0,300}") {
            for word in words(&text) {
                prop_assert!(word.chars().any(char::is_alphabetic));
                prop_assert!(!word.contains(['@', '/', ' ', '\n']));
            }
        }
    }
}
