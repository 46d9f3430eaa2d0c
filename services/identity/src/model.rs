//! The rules for users and tokens: what an address, a password and a token must look like. Pure.

use kit_base::{FieldErrors, Ids, Role};
use sha2::{Digest, Sha256};

/// The longest mail address that can be delivered to (RFC 5321 4.5.3.1.3).
pub(crate) const LONGEST_EMAIL: usize = 254;
/// Longer passwords would only cost time.
pub(crate) const LONGEST_PASSWORD: usize = 1000;
const LONGEST_NAME: usize = 200;
const SHORTEST_PASSWORD: usize = 10;

/// What is wrong with an address, in the words of the API.
pub(crate) const BAD_EMAIL: &str = "Enter a valid email address.";

/// A user to be created. It has no `Debug`, so that no log can show it.
#[derive(Clone, PartialEq)]
pub struct NewUser {
    /// The name to show.
    pub name: String,
    /// The mail address, by which the user logs in.
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// The password.
    pub password: String,
}

impl NewUser {
    /// The same user, if every field is acceptable; what is wrong with each, if not.
    pub(crate) fn checked(self) -> Result<Self, FieldErrors> {
        let new = Self { name: self.name.trim().to_owned(), email: self.email.trim().to_owned(), ..self };
        let mut errors = FieldErrors::new();
        let mut reject = |name: &str, message: String| errors.insert(name.to_owned(), vec![message]);
        if new.name.is_empty() {
            reject("name", "This field may not be blank.".to_owned());
        } else if new.name.chars().count() > LONGEST_NAME || new.name.contains('\0') {
            reject("name", format!("Ensure this field has no more than {LONGEST_NAME} plain characters."));
        }
        if !is_email(&new.email) {
            reject("email", BAD_EMAIL.to_owned());
        }
        match new.password.chars().count() {
            ..SHORTEST_PASSWORD => {
                reject("password", format!("Ensure this field has at least {SHORTEST_PASSWORD} characters."));
            }
            SHORTEST_PASSWORD..=LONGEST_PASSWORD => {}
            _ => {
                reject(
                    "password",
                    format!("Ensure this field has no more than {LONGEST_PASSWORD} characters."),
                );
            }
        }
        if errors.is_empty() { Ok(new) } else { Err(errors) }
    }
}

/// The form of an address by which it is found: letters in any case are the same address.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Whether mail could be sent there: RFC 5321 without quoted names and bare network addresses, which nobody has, and
/// with domains in any script.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    text.len() <= LONGEST_EMAIL
        && name.len() <= 64
        && name.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_letter))
        && (labels.len() > 1 || domain.eq_ignore_ascii_case("localhost"))
        && labels.into_iter().all(is_label)
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

/// A token: `ps_`, by which one that leaked is recognised, and 43 letters and digits that carry 256 bits.
pub(crate) struct Token(String);

impl Token {
    const MARK: &'static str = "ps_";
    const LETTERS: usize = 43;

    /// A new token.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(format!("{}{}", Self::MARK, ids.secret(Self::LETTERS)))
    }

    /// The token in `text`, if it has the form of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let secret = text.strip_prefix(Self::MARK)?;
        let good = secret.len() == Self::LETTERS && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned()))
    }

    /// What is stored of it. A token has too many bits to be guessed from a fast hash.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The token itself, for its owner alone.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use kit_base::Clock;

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
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "ada@.org",
            "ada@example..org",
            "ada@-x.org",
            "ada@x-.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..b@example.org",
            "a b@example.org",
            "a@b@example.org",
            "ada@exa mple.org",
            "ada@[127.0.0.1]",
            "ada@example.org\n",
            "ada\0@example.org",
            "<ada@example.org>",
            &longer,
            &far,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn every_bad_field_of_a_user_is_named() {
        let new = |name: &str, email: &str, password: &str| {
            let (name, email, password) = (name.to_owned(), email.to_owned(), password.to_owned());
            NewUser { name, email, role: Role::Viewer, password }.checked()
        };
        assert!(new(" Ada ", " ada@example.org ", "ten letter").is_ok_and(|user| user.name == "Ada"));
        let errors = new(" ", "ada", "nine lett").err().unwrap();
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["name", "email", "password"]);
        assert_eq!(errors["password"], ["Ensure this field has at least 10 characters."]);
        assert!(new("Ada", "ada@example.org", &"x".repeat(1001)).is_err());
    }

    #[test]
    fn a_token_is_recognised_by_its_form() {
        let token = Token::new(&Ids::system(Clock::system())).into_text();
        assert_eq!(Token::parse(&token).map(|token| token.hash().len()), Some(32));
        for bad in ["", "ps_", &token[1..], &token[..45], &format!("{token}x"), &token.replace("ps_", "ps_é")]
        {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
