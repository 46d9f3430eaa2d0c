//! A service's life: what it is made from, how it starts, says that it is ready, and stops.

mod context;
mod health;
mod life;
mod service;
pub mod telemetry;

pub use context::{Context, DATABASE_URL, SETTINGS};
pub use health::Health;
pub use life::{run, stop_signal};
pub use service::{Service, Task};
