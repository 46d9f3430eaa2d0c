//! Services in other processes: how they are asked, and how those who ask are known for what they are.

mod proof;
mod remote;
mod switchboard;

pub(crate) use proof::{Asked, HEADER, check};
pub use switchboard::Switchboard;

use kit_base::Setting;
use kit_base::settings::Kind;

/// How long a service may take to answer another.
pub(crate) const TIMEOUT: Setting = Setting::new(
    "peers.timeout",
    Kind::Duration,
    "5s",
    "how long a service in another process may take to answer before it counts as down",
);
