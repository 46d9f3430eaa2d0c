//! What a mail address looks like.

/// The longest mail address that can be delivered to (RFC 5321 4.5.3.1.3).
pub(crate) const LONGEST_EMAIL: usize = 254;

/// Whether mail could be sent there: RFC 5321 without quoted names and bare network addresses, which nobody has, and
/// with domains in any script.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let labels = || domain.split('.');
    text.len() <= LONGEST_EMAIL
        && name.len() <= 64
        && name.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_letter))
        && (labels().count() > 1 || domain.eq_ignore_ascii_case("localhost"))
        && labels().all(is_label)
}

fn is_atom_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        let long = format!("{}@example.org", "a".repeat(64));
        for good in
            ["ada@example.org", "A.b+c@x-y.example.org", "o'neil@bücher.example", "root@localhost", &long]
        {
            assert!(is_email(good), "{good}");
        }
        let longer = format!("a{long}");
        let far = format!("a@{}org", "example.".repeat(32));
        for bad in [
            "",
            "@",
            "wrong email",
            "ada@",
            "@example.org",
            "ada@example",
            "ada@.org",
            "ada@a..org",
            "ada@-x.org",
            "ada@x-.org",
            ".ada@example.org",
            "a..b@example.org",
            "a b@example.org",
            "a@b@example.org",
            "ada@[127.0.0.1]",
            "ada@exa\nmple.org",
            "ada\0@example.org",
            &longer,
            &far,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
