//! What a username looks like: two of one skeleton can be taken for each other.

/// Letters of other scripts that look like Latin ones, and those that stand for a group of look-alikes. Of our own
/// choice, for the letters of our readers; the idea is that of Unicode's technical standard 39.
const ALIKE: &[(&str, char)] = &[
    ("аΑАαａᴀ", 'a'),
    ("βΒВвß", 'b'),
    ("сСϲс", 'c'),
    ("ԁ", 'd'),
    ("еЕЕε", 'e'),
    ("ƒ", 'f'),
    ("ɡ", 'g'),
    ("һНнΗ", 'h'),
    ("іιıɩ", 'i'),
    ("1IІΙ|", 'l'),
    ("јЈ", 'j'),
    ("κкКΚ", 'k'),
    ("мМΜ", 'm'),
    ("пΝν", 'n'),
    ("0оОοΟօσ", 'o'),
    ("рРρΡ", 'p'),
    ("ԛ", 'q'),
    ("гᴦ", 'r'),
    ("ѕЅ", 's'),
    ("тТΤτ", 't'),
    ("υս", 'u'),
    ("ѵ", 'v'),
    ("ѡωԝ", 'w'),
    ("хХχΧ", 'x'),
    ("уУγΥү", 'y'),
    ("ᴢΖ", 'z'),
];

/// What `username` looks like: in lower case, look-alikes made one, and without what cannot be seen.
pub(crate) fn skeleton(username: &str) -> String {
    let folded: String =
        username.chars().flat_map(look).flat_map(char::to_lowercase).flat_map(look).collect();
    folded.replace("rn", "m").replace("vv", "w")
}

/// Most letters look like themselves alone; some cannot be seen.
fn look(letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => None,
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0),
        _ => Some(ALIKE.iter().find(|(group, _)| group.contains(letter)).map_or(letter, |(_, like)| *like)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_have_one_skeleton() {
        // Cyrillic, Greek, digits, capitals, full width, and what cannot be seen.
        for alike in ["раураl", "PayPaI", "paypa1", "ΡΑΥΡΑΙ", "ｐａｙｐａｌ", "pay\u{200b}pal"]
        {
            assert_eq!(skeleton(alike), skeleton("paypal"), "{alike}");
        }
        assert_eq!(skeleton("m0dern"), skeleton("modem"));
    }

    #[test]
    fn names_that_differ_to_the_eye_differ() {
        for (one, other) in [
            ("andr", "andré"),
            ("member0003", "member0004"),
            ("Clem", "Clara"),
            ("mail", "mall"),
            ("жук", "шук"),
        ] {
            assert_ne!(skeleton(one), skeleton(other));
        }
    }
}
