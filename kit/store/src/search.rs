//! Words of a text, so that a search for them finds the same on both databases: folded here, and neither database has
//! rules of its own about them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest word that is told apart from others, in letters.
const LONGEST: usize = 64;

/// The most bytes of different words of one text. PostgreSQL takes up to a megabyte.
const MOST: usize = 400_000;

/// The words of a text for `INDEXED` of a statement: each once, without marks and in small letters, between blanks. A
/// letter of a script that is written without blanks is a word by itself.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut size = 0;
    for word in texts.into_iter().flat_map(fold) {
        if size + word.len() < MOST && !found.contains(&word) {
            size += word.len() + 1;
            found.insert(word);
        }
    }
    found.into_iter().collect::<Vec<_>>().join(" ")
}

/// The query for `SEARCHED` of a statement: it fits texts that have, for each word of `asked`, one which begins with
/// it. Where there is no word in `asked`, it fits none.
pub fn query(asked: &str) -> String {
    let words: Vec<String> = fold(asked).into_iter().map(|word| format!("{word}*")).collect();
    if words.is_empty() { NOWHERE.to_owned() } else { words.join(" ") }
}

/// Is no letter, so it stands in no word.
const NOWHERE: &str = "\u{fffd}";

fn fold(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = 0;
    let folded = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    for letter in folded.chain([' ']) {
        let is_letter = letter.is_alphanumeric();
        if (!is_letter || stands_alone(letter)) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            letters = 0;
        }
        if is_letter && letters < LONGEST {
            word.push(letter);
            letters += 1;
        }
        if stands_alone(letter) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            letters = 0;
        }
    }
    words
}

/// Han, kana and Thai are written without blanks between words.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{e7f}' | '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_case_and_signs_make_no_difference() {
        assert_eq!(
            words(["École, ÉCOLE; api.example.com!", "Straße ﬁx ½"]),
            "1 2 api com ecole example fix straße"
        );
        assert_eq!(query("ÉCO 0%"), "eco* 0*");
        assert_eq!(query(" %_' \" * "), NOWHERE);
    }

    #[test]
    fn what_is_written_without_blanks_is_found_letter_by_letter() {
        assert_eq!(words(["支払いapi"]), "api い 払 支");
    }

    #[test]
    fn no_text_is_too_much() {
        assert_eq!(words(["x".repeat(1_000_000).as_str()]).len(), LONGEST);
        let many: String = (0..200_000).map(|n| format!("word{n} ")).collect();
        assert!(words([many.as_str()]).len() < MOST);
    }
}
