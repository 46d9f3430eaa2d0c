//! The API of the identity service as its callers see it, on both databases.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod first_administrator;
#[cfg(test)]
mod house;
#[cfg(test)]
mod login;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod members;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod register;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod sanctions;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod team;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod users;

#[test]
fn every_statement_prepares_on_both() {
    assert_eq!(kit_testkit::prepare_all(env!("CARGO_MANIFEST_DIR"), identity::MIGRATIONS), 152);
}
