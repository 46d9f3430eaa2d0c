//! Fields that several bodies have, each with its rules.

use kit_web::{Fields, is_email};

use crate::model::{BAD_EMAIL, LONGEST_EMAIL, LONGEST_PASSWORD, LONGEST_USERNAME, fault_of_username};
use crate::{Identity, words};

/// A username that must be there.
pub(super) fn must_username(fields: &mut Fields) -> String {
    let username = fields.must_text("username", LONGEST_USERNAME);
    check_username(fields, &username);
    username
}

/// A username, or nothing where it is absent or empty.
pub(super) fn username(fields: &mut Fields) -> Option<String> {
    let username = text(fields, "username", LONGEST_USERNAME)?;
    check_username(fields, &username);
    Some(username)
}

/// A mail address that must be there and may be registered with.
pub(super) fn must_email(state: &Identity, fields: &mut Fields) -> String {
    let email = fields.must_text("email", LONGEST_EMAIL);
    if !email.is_empty() {
        check_email(state, fields, &email);
    }
    email
}

/// A mail address, or nothing where it is absent or empty.
pub(super) fn email(state: &Identity, fields: &mut Fields) -> Option<String> {
    let email = text(fields, "email", LONGEST_EMAIL)?;
    check_email(state, fields, &email);
    Some(email)
}

/// A new password of at least `shortest` letters that must be there.
pub(super) fn must_password(fields: &mut Fields, shortest: usize) -> String {
    let password = fields.must_secret("password", LONGEST_PASSWORD);
    if (1..shortest).contains(&password.chars().count()) {
        fields.reject("password", format!("Ensure this field has at least {shortest} characters."));
    }
    password
}

/// Text, or nothing where it is absent, null or empty.
pub(super) fn text(fields: &mut Fields, name: &str, longest: usize) -> Option<String> {
    fields.text(name, longest).filter(|text| !text.is_empty())
}

fn check_username(fields: &mut Fields, username: &str) {
    if let Some(fault) = fault_of_username(username) {
        fields.reject("username", fault);
    }
}

fn check_email(state: &Identity, fields: &mut Fields, email: &str) {
    if !is_email(email) {
        fields.reject("email", BAD_EMAIL);
    } else if state.is_banned_provider(email) {
        fields.reject("email", words::PROVIDER);
    }
}
