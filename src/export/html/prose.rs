//! The manual pages of the method section: a few marks of documentation comments, as HTML. Takes text of the program,
//! escapes it nevertheless.

use super::escape::escaped;

/// Paragraphs, `- ` lists, `# ` heads and `code`, as HTML.
pub fn html(text: &str) -> String {
    blocks(text).iter().map(|block| block_html(block)).collect()
}

/// Lines that belong together. A blank line or a head ends a block, and so does the first item after a paragraph.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        let last = blocks.last_mut().expect("there is always a block");
        let list_begins = is_item(line) && last.first().is_some_and(|first| !is_item(first));
        if line.is_empty() {
            blocks.push(Vec::new());
        } else if line.starts_with('#') {
            blocks.extend([vec![line], Vec::new()]);
        } else if list_begins {
            blocks.push(vec![line]);
        } else {
            last.push(line);
        }
    }
    blocks
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

fn block_html(block: &[&str]) -> String {
    let Some(first) = block.first() else { return String::new() };
    if first.starts_with('#') {
        format!("<h4>{}</h4>", inline(first.trim_start_matches('#').trim()))
    } else if is_item(first) {
        let items: Vec<String> = items(block).iter().map(|item| format!("<li>{}</li>", inline(item))).collect();
        format!("<ul>{}</ul>", items.concat())
    } else {
        format!("<p>{}</p>", inline(&block.join(" ")))
    }
}

/// The items of a list; a line without a mark of its own goes on the one before.
fn items(block: &[&str]) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in block {
        match items.last_mut() {
            Some(item) if !is_item(line) => {
                item.push(' ');
                item.push_str(line);
            }
            _ => items.push(line[2..].trim().to_owned()),
        }
    }
    items
}

/// Text between backticks becomes code, between stars emphasis; everything is escaped.
fn inline(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let closed = pieces.len() % 2 == 1;
    let piece = |(place, piece): (usize, &&str)| match (place % 2 == 1, closed || place + 1 < pieces.len()) {
        (true, true) => format!("<code>{}</code>", escaped(piece)),
        (true, false) => format!("`{}", escaped(piece)),
        (false, _) => emphasised(&escaped(piece)),
    };
    pieces.iter().enumerate().map(piece).collect()
}

/// Stars that hold text without space at its ends become emphasis; any other star stays.
fn emphasised(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('*') {
        html.push_str(before);
        let held = after.split_once('*').filter(|(held, _)| !held.is_empty() && held.trim() == *held);
        rest = if let Some((held, after)) = held {
            html.extend(["<em>", held, "</em>"]);
            after
        } else {
            html.push('*');
            after
        };
    }
    html + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_emphasise_and_a_product_stays() {
        assert_eq!(html("*shown* it, *came back*."), "<p><em>shown</em> it, <em>came back</em>.</p>");
        assert_eq!(html("a * b * c, 2* and `*`"), "<p>a * b * c, 2* and <code>*</code></p>");
    }

    #[test]
    fn paragraphs_lists_heads_and_code() {
        let text = "Measures `a < b`.\nStill the same.\n\n# Formula\nIt is:\n- one\n  and more\n- two\n\nThe end";
        assert_eq!(
            html(text),
            "<p>Measures <code>a &lt; b</code>. Still the same.</p><h4>Formula</h4><p>It is:</p>\
             <ul><li>one and more</li><li>two</li></ul><p>The end</p>"
        );
    }

    #[test]
    fn markup_is_text_and_a_lone_backtick_stays() {
        assert_eq!(html("<b> & `x"), "<p>&lt;b&gt; &amp; `x</p>");
        assert_eq!(html(""), "");
        assert_eq!(html("\n\n"), "");
    }
}
