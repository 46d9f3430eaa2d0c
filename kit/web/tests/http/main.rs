//! The edge and the server as clients meet them: over real sockets, on a port of their own.

#[cfg(test)]
mod access;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod common;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod edge;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod forwarded;
#[cfg(test)]
mod lane;
#[cfg(test)]
mod local;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod tls;
