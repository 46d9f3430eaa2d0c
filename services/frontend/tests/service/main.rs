//! The frontend over HTTP, in front of services that a test makes up, silences and counts the questions of.

#[cfg(test)]
mod pages;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod reports;
#[path = "../../examples/preview/states.rs"]
#[cfg(test)]
mod states;
