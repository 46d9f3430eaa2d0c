//! Mail addresses: how long they are, and when two are the same.

/// The longest mail address that can be delivered to (RFC 5321 4.5.3.1.3).
pub(crate) const LONGEST_EMAIL: usize = 254;

/// What is wrong with an address, in the words of the API.
pub(crate) const BAD_EMAIL: &str = "Enter a valid email address.";

/// The form of an address by which it is found: letters in any case are the same address.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
