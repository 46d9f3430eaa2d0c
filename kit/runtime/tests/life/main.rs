//! A process from its start to its end, with real services, real databases and a real socket.

#[cfg(test)]
mod common;
#[cfg(test)]
mod health;
#[cfg(test)]
mod last_words;
#[cfg(test)]
mod tasks;
