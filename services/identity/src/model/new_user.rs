//! Users that the team creates: what their fields must look like.

use kit_base::{FieldErrors, Role};
use kit_web::is_email;

use super::BAD_EMAIL;

/// Longer passwords would only cost time.
pub(crate) const LONGEST_PASSWORD: usize = 1000;
/// The longest name to show, in letters.
pub(crate) const LONGEST_NAME: usize = 200;
/// The shortest password of somebody of the team, in letters.
pub(crate) const SHORTEST_PASSWORD: usize = 10;

/// The shortest password of a member, in letters: what the API has always taken. Members have no rights to guard.
pub(crate) const SHORTEST_OF_MEMBERS: usize = 6;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
