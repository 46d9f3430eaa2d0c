//! What the services say to each other: a module per service with its wire types, its events and its client.
//! A service may import this and the kit, never another service.

pub mod access;
pub mod applications;
mod client;
pub mod comments;
pub mod communications;
mod console;
pub mod flags;
pub mod identity;
pub mod incidents;
pub mod maintenances;
pub mod members;
pub mod providers;
pub mod reports;
pub mod signals;
mod status;
mod words;

pub use client::{AskError, Client, segment};
pub use status::{Level, Status};
