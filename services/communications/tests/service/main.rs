//! The communications service, asked over its API in a world of its own, beside incidents that a test invents.

#[cfg(test)]
mod announce;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod house;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod works;
