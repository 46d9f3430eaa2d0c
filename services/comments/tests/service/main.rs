//! The comments service, asked over its API in a world of its own.

#[cfg(test)]
mod authors;
#[cfg(test)]
mod founding;
#[cfg(test)]
mod house;
#[cfg(test)]
mod moderation;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod threads;
