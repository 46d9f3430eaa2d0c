//! The reports service, asked over its API in a world of its own.

#[cfg(test)]
mod components;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod house;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod past;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod town;
