//! The program as its users have it: the real binary as a process, spoken to over HTTP, on both databases.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod apart_story;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod common;
#[cfg(test)]
mod console;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sentry;
#[cfg(test)]
mod start;
#[cfg(test)]
mod story;
#[cfg(test)]
mod transcripts;
