//! Usernames: which are accepted, when two are the same, and what is made of a name where nobody chose one.

use crate::words;

/// The longest username, in letters.
pub(crate) const LONGEST_USERNAME: usize = 150;

/// The form by which a username is found: letters in any case are the same.
pub(crate) fn username_key(username: &str) -> String {
    username.trim().to_lowercase()
}

/// What is wrong with a username, spaces around it taken off, in the words of the API.
pub(crate) fn fault_of_username(username: &str) -> Option<&'static str> {
    let has = |letters: fn(char) -> bool| username.contains(letters);
    if has(|letter| letter == ',') {
        Some(words::COMMA)
    } else if has(|letter| letter == '/') {
        Some(words::SLASH)
    } else if has(|letter| letter > '\u{ffff}') {
        Some(words::FAR)
    } else if has(is_unseen) {
        Some(words::UNSEEN)
    } else {
        None
    }
}

/// A username for somebody of this name, where nobody chose one; not necessarily free.
pub(crate) fn username_from(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|letter| !matches!(letter, ',' | '/' | '\u{10000}'..) && !is_unseen(*letter))
        .take(LONGEST_USERNAME - 20)
        .collect();
    let username = kept.trim();
    if username.is_empty() { "user".to_owned() } else { username.to_owned() }
}

/// Control characters, and those that turn the direction of writing.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_username_may_not_hold_is_named() {
        for good in ["Clem", "andré", "a b", "жук", "00123", "x@y"] {
            assert_eq!(fault_of_username(good), None, "{good}");
        }
        assert_eq!(fault_of_username("a,b"), Some(words::COMMA));
        assert_eq!(fault_of_username("a/b"), Some(words::SLASH));
        assert_eq!(fault_of_username("a😀"), Some(words::FAR));
        assert_eq!(fault_of_username("a\u{202e}b"), Some(words::UNSEEN));
        assert_eq!(fault_of_username("a\nb"), Some(words::UNSEEN));
    }

    #[test]
    fn every_name_gives_a_username() {
        assert_eq!(username_from("Lovelace, Ada / 1815 😀"), "Lovelace Ada  1815");
        assert_eq!(username_from("😀,"), "user");
        for name in ["", "\0", "a,b", &"é".repeat(400)] {
            let username = username_from(name);
            assert!(fault_of_username(&username).is_none() && !username.is_empty());
            assert!(username.chars().count() <= LONGEST_USERNAME);
        }
    }
}
