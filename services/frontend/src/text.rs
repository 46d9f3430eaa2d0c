//! What people and providers write is never trusted: here it loses what could mislead the eye, and its excess.
//! Markup is no concern here, since the templates escape everything.

/// Letters of a title or name at most.
pub const TITLE: usize = 160;
/// Letters of a message at most.
pub const PROSE: usize = 4000;

/// One line of at most `most` letters, without control characters and without those that turn the reading direction.
pub fn line(text: &str, most: usize) -> String {
    let mut line = String::with_capacity(text.len().min(most * 4));
    let mut words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let mut letters = 0;
    // Twice the measure is enough to know that it is too long, however long it is.
    for word in words.by_ref().filter(|word| !word.is_empty()) {
        if letters > 0 {
            line.push(' ');
        }
        line.extend(word.chars().filter(|letter| !misleads(*letter)).take(most + 1));
        letters = line.chars().count();
        if letters > most {
            break;
        }
    }
    clip(line.trim(), most)
}

/// A title or name as one line; the other text where nothing can be seen of it.
pub fn title_or(text: &str, other: &str) -> String {
    let title = line(text, TITLE);
    if title.is_empty() { other.to_owned() } else { title }
}

/// Text of several lines, at most `most` letters, cleaned like [`line()`]; no more than one empty line in a row.
pub fn prose(text: &str, most: usize) -> String {
    let mut prose = String::new();
    let mut newlines = 2;
    for letter in text.chars().filter(|letter| !misleads(*letter)).take(most * 2) {
        match letter {
            '\n' if newlines < 2 => newlines += 1,
            '\n' => continue,
            '\t' => {}
            control if control.is_control() => continue,
            _ => newlines = 0,
        }
        prose.push(letter);
    }
    clip(prose.trim(), most)
}

/// The address, if it is one that may stand behind a link: `http` or `https`, and nothing odd in it.
pub fn link(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || misleads(letter);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (web && !host.is_empty() && address.len() <= 2000 && !address.contains(odd)).then(|| address.to_owned())
}

/// Characters that nobody sees and that reorder or hide what stands beside them.
fn misleads(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(letter, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_say_what_they_show() {
        assert_eq!(line("  pay\u{202E}stne\u{2066}m \n\t fail ", 40), "paystnem fail");
        assert_eq!(line("a\u{0}b", 40), "a b");
        assert_eq!(line(&"x".repeat(10_000), 20).chars().count(), 20);
        assert_eq!(line(&"x ".repeat(10_000), 20).chars().count(), 20);
        assert_eq!(line("four", 4), "four");
        assert_eq!(line("\u{202E}", 4), "");
        assert_eq!(line("日本語のとても長い題名", 5), "日本語の…");
    }

    #[test]
    fn prose_keeps_paragraphs() {
        assert_eq!(prose("one\r\n\n\n\ntwo\u{7}\n", 100), "one\n\ntwo");
        assert_eq!(prose(&"y".repeat(10_000), 100).chars().count(), 100);
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert!(link("https://status.example/i/1").is_some());
        assert!(link(" HTTP://status.example ").is_some());
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "https:///x", "", "/x"]
        {
            assert_eq!(link(bad), None, "{bad}");
        }
        assert_eq!(link("https://a.example/\u{202E}gpj.exe"), None);
        assert_eq!(link("https://a.example/a b"), None);
        assert_eq!(link("java\nscript://x"), None);
    }
}
