//! What can go wrong here, and what the caller is told.

use std::time::Duration;

use kit_base::{FieldErrors, Problem};
use kit_store::StoreError;

use crate::words;

/// A failure of an operation of this service. None carries a password, a token or a mail address.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The list has no such page.
    #[error("there is no such page")]
    NoSuchPage,
    /// Nobody has this address and this password; which of the two is wrong is not told.
    #[error("invalid email or password")]
    InvalidLogin,
    /// Too many logins have failed; the next may be tried after this time.
    #[error("too many logins have failed; wait {} seconds", seconds(*.0))]
    TooManyFailures(Duration),
    /// Fields of a user cannot be accepted.
    #[error("{}", sentences(.0))]
    Invalid(FieldErrors),
    /// Another user has the address.
    #[error("a user with this email already exists")]
    EmailTaken,
    /// Whoever asks may not do this to that person.
    #[error("this is for others to do")]
    Forbidden,
    /// Moderators do not sanction themselves.
    #[error("nobody sanctions themselves")]
    Yourself,
    /// A sanction for a number of days that is none.
    #[error("a sanction lasts a whole number of days")]
    BadSanction,
    /// Without this user nobody could administer anything.
    #[error("this is the last administrator")]
    LastAdmin,
    /// A token from a mail is unknown, was used or has expired.
    #[error("a token from a mail is good no more")]
    BadToken,
    /// The settings of mail cannot be used.
    #[error("{0}")]
    Mail(String),
    /// The settings name a first administrator who cannot be created.
    #[error("the first administrator cannot be created: {}", sentences(.0))]
    FirstAdministrator(FieldErrors),
    /// Something in a file of fixtures contradicts what is there: where, and what was expected.
    #[error("{0}")]
    Fixture(String),
    /// The computation of a hash broke off.
    #[error("a password could not be hashed")]
    Hashing,
    /// A public application has no secret.
    #[error("a public application has no secret")]
    NoSecret,
    /// A token that was lent to a program may not make others.
    #[error("a token that was lent to a program may not make keys")]
    Lent,
    /// There is no key to sign with, or it does not open.
    #[error("nothing can be signed: the key cannot be made or opened")]
    Signing,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::InvalidLogin => Problem::new(401, "Invalid email or password."),
            Error::TooManyFailures(wait) => {
                let seconds = seconds(wait);
                let detail = format!("Too many failed logins. Please try again in {seconds} seconds.");
                Problem { retry_after: Some(seconds), ..Problem::new(429, detail) }
            }
            Error::Invalid(fields) => Problem::invalid(fields),
            Error::EmailTaken => Problem::invalid_field("email", words::EMAIL_TAKEN),
            Error::Forbidden => Problem::forbidden(),
            Error::Yourself => Problem::new(403, words::NOT_YOURSELF),
            Error::BadSanction => Problem::bad_request(words::BAD_SANCTION),
            Error::LastAdmin => Problem::conflict(words::LAST_ADMIN),
            Error::BadToken => Problem::invalid_field("token", words::BAD_TOKEN),
            Error::NoSecret => Problem::conflict("A public application has no secret."),
            Error::Lent => {
                Problem::new(403, "Log in to make API keys: a token that was lent to a program cannot.")
            }
            Error::FirstAdministrator(_)
            | Error::Fixture(_)
            | Error::Hashing
            | Error::Mail(_)
            | Error::Signing => {
                tracing::error!(%error, "an operation failed");
                Problem::internal()
            }
        }
    }
}

/// Whole seconds, at least as long.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

fn sentences(fields: &FieldErrors) -> String {
    let each = fields.iter().map(|(name, messages)| format!("{name}: {}", messages.join(" ")));
    each.collect::<Vec<_>>().join(" ")
}
