//! Mail as the server at the other end and the reader of a file see it.

#[cfg(test)]
mod folder;
#[cfg(test)]
mod sink;
#[cfg(test)]
mod smtp;
