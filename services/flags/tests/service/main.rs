//! The flags service, asked over its API in a world of its own.

#[cfg(test)]
mod definitions;
#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod vectors;
