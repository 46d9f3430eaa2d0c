//! A service's life: what it is made from, how it starts, says that it is ready, and stops.

mod apart;
mod context;
mod health;
mod life;
mod secret_key;
mod sentry;
mod service;
pub mod telemetry;

pub use apart::Apart;
pub use context::{Context, DATABASE_URL, DEBUG, SECRET_KEY, SETTINGS};
pub use health::Health;
pub use life::{run, stop_signal};
pub use secret_key::{secret_key, shared_secret_key};
pub use service::{Service, Task};
