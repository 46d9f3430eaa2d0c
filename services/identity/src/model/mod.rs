//! The rules for people and tokens: what a name, an address, a password and a token must look like. Pure.

mod email;
mod new_user;
mod one_time;
mod profile;
mod skeleton;
mod token;
mod username;

pub(crate) use email::{BAD_EMAIL, LONGEST_EMAIL, email_key};
pub use new_user::NewUser;
pub(crate) use new_user::{LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_OF_MEMBERS, SHORTEST_PASSWORD};
pub(crate) use one_time::{OneTime, Purpose};
pub(crate) use profile::{Profile, Sanction, Standing};
pub(crate) use skeleton::skeleton;
pub(crate) use token::Token;
pub(crate) use username::{LONGEST_USERNAME, fault_of_username, username_from, username_key};
