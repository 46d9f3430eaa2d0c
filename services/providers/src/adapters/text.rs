//! Turns what providers write - HTML here, Markdown there - into plain text of a bounded length.

/// The longest address that is kept.
const LINK_BYTES: usize = 2000;

const ENTITIES: [(&str, &str); 13] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "\u{2013}"),
    ("mdash", "\u{2014}"),
    ("hellip", "\u{2026}"),
    ("lsquo", "\u{2018}"),
    ("rsquo", "\u{2019}"),
    ("ldquo", "\u{201c}"),
    ("rdquo", "\u{201d}"),
];

/// The name of a component or the title of an incident: a line of at most 300 letters.
pub(super) fn title(text: &str) -> String {
    line(text, 300)
}

/// A word of a provider for where something is in its life: a line of at most 40 letters.
pub(super) fn state(text: &str) -> String {
    line(text, 40)
}

/// What was written about an incident, from HTML or plain text: at most 2,000 letters.
pub(super) fn body(markup: &str) -> String {
    plain(markup, 2000)
}

/// The same from Markdown.
pub(super) fn markdown_body(markdown: &str) -> String {
    plain_markdown(markdown, 2000)
}

/// One line of at most `limit` letters, without control characters.
pub(super) fn line(text: &str, limit: usize) -> String {
    if text.len() <= limit && is_tidy(text) {
        return text.to_owned();
    }
    // Nobody writes a name of which the limit shows only the blanks, so a few times the limit is enough to
    // look at.
    let start: String = text.chars().take(limit.saturating_mul(4)).collect();
    cap(&words(&start).collect::<Vec<_>>().join(" "), limit)
}

/// Whether there is nothing to mend in a line: most names are such.
fn is_tidy(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    text.bytes().all(is_plain) && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

/// What stands between blanks. Control characters count as such: a database may not even take them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
}

/// `url` where it is an address that a browser opens harmlessly, of a bearable length.
pub(super) fn link(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    (is_web && url.len() <= LINK_BYTES && words(url).eq([url])).then(|| url.to_owned())
}

/// `markup` without its tags, with its entities resolved, of at most `limit` letters. The result is text, not
/// safe markup: `&lt;b&gt;` comes out as `<b>`.
pub(super) fn plain(markup: &str, limit: usize) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if let Some((replacement, after)) = tag(from).or_else(|| entity(from)) {
            text.push_str(&replacement);
            rest = after;
        } else {
            let (sign, after) = from.split_at(1);
            text.push_str(sign);
            rest = after;
        }
    }
    text.push_str(rest);
    cap(&tidy(&text), limit)
}

/// `markdown` as [`plain`] text, without its escapes and without the marks of headings and bold type.
pub(super) fn plain_markdown(markdown: &str, limit: usize) -> String {
    let lines = markdown.lines().map(|line| line.trim_start().trim_start_matches('#').replace("**", ""));
    let text = lines.collect::<Vec<_>>().join("\n");
    plain(&unescape(&text), limit)
}

/// The first line of `markdown` that says something: `**Title**` alone on a line is only a heading.
pub(super) fn first_line(markdown: &str, limit: usize) -> String {
    let is_heading = |line: &str| line.starts_with('#') || line.starts_with("**") && line.ends_with("**");
    let mut lines = markdown.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines.clone().find(|line| !is_heading(line)).or_else(|| lines.next());
    line(&plain_markdown(said.unwrap_or_default(), limit), limit)
}

/// The tag that `from` begins with, as what stands for it and what follows it.
fn tag(from: &str) -> Option<(String, &str)> {
    let inside = from.strip_prefix('<')?;
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
        return None;
    }
    // Another `<` before the `>` means that this one is only a sign. It also keeps the search from going over
    // the same text again and again where no tag is ever closed.
    let end = inside.find(['<', '>'])?;
    let (name, after) = inside.split_at(end);
    let after = after.strip_prefix('>')?;
    let name = name.trim_matches('/').split([' ', '/']).next().unwrap_or_default();
    let breaks = ["br", "p", "div", "li", "ul", "ol", "tr", "hr", "h1", "h2", "h3", "h4"];
    let replacement = if breaks.iter().any(|b| name.eq_ignore_ascii_case(b)) { "\n" } else { "" };
    Some((replacement.to_owned(), after))
}

/// The entity that `from` begins with, as its letter and what follows it.
fn entity(from: &str) -> Option<(String, &str)> {
    let inside = from.strip_prefix('&')?;
    let (end, _) = inside.char_indices().take(10).find(|(_, c)| *c == ';')?;
    let name = inside.get(..end)?;
    let after = inside.get(end + 1..)?;
    let number = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        },
        None => {
            let (_, letter) = ENTITIES.iter().find(|(known, _)| *known == name)?;
            return Some(((*letter).to_owned(), after));
        }
    };
    char::from_u32(number?).map(|letter| (letter.to_string(), after))
}

/// Takes the backslash from `\#` and its like.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\\' && letters.peek().is_some_and(char::is_ascii_punctuation) {
            continue;
        }
        plain.push(letter);
    }
    plain
}

/// Single blanks, no blank at the ends of lines, at most one empty line in a row, no control characters.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.lines() {
        for word in words(line) {
            if !tidy.is_empty() && !tidy.ends_with('\n') {
                tidy.push(' ');
            }
            tidy.push_str(word);
        }
        if !tidy.is_empty() && !tidy.ends_with("\n\n") {
            tidy.push('\n');
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

fn cap(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(['\u{2026}']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let html = "<p>Errors &amp; <b class=\"x\">delays</b> in EU&nbsp;West.</p><br/>More   at&#8230;<hr>";
        assert_eq!(plain(html, 2000), "Errors & delays in EU West.\n\nMore at\u{2026}");
        assert_eq!(plain("if a < b && c > d &unknown; <", 2000), "if a < b && c > d &unknown; <");
        assert_eq!(plain("&#x41;&#1114112;&#;", 2000), "A&#1114112;&#;");
    }

    #[test]
    fn markdown_loses_its_marks() {
        assert_eq!(
            plain_markdown("## \\# Incident Report\n**Summary**\nIt\\_works", 2000),
            "# Incident Report\nSummary\nIt_works"
        );
        assert_eq!(first_line("**Title**\n\nMail is **late**.\n**Description**", 300), "Mail is late.");
        assert_eq!(first_line("**Title**", 300), "Title");
        assert_eq!(first_line("", 300), "");
    }

    #[test]
    fn length_is_counted_in_letters() {
        assert_eq!(plain(&"é".repeat(3000), 2000).chars().count(), 2000);
        assert_eq!(line("  a \n b  ", 10), "a b");
        assert_eq!(line("abcdef", 3), "ab\u{2026}");
    }

    #[test]
    fn control_characters_are_blanks() {
        assert_eq!(line("a\0b\u{1b}[31m c\u{85}", 300), "a b [31m c");
        assert_eq!(plain("a\0b\r\nc", 300), "a b\nc");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(link("https://stspg.io/1").as_deref(), Some("https://stspg.io/1"));
        let too_long = format!("https://{}", "a".repeat(LINK_BYTES));
        for other in
            ["javascript:alert(1)", "//x.example", "https://a b", "http://a\0", " http://a", "", &too_long]
        {
            assert_eq!(link(other), None, "{other}");
        }
    }

    /// Were the search for each tag's end to begin anew, this would not come to an end.
    #[test]
    fn a_million_open_tags_are_looked_at_once() {
        assert_eq!(plain(&"<a".repeat(1_000_000), 4), "<a<\u{2026}");
        assert_eq!(plain(&"&".repeat(1_000_000), 4), "&&&\u{2026}");
    }
}
