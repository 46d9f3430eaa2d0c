//! What these tests stand on: the program in a place of its own, somebody who asks it, and feeds that it reads.

mod api;
mod cluster;
mod database;
mod feeds;
mod launch;
mod place;
mod program;
mod reports;

use std::path::PathBuf;
use std::time::Duration;

pub use api::Api;
pub use cluster::Cluster;
pub use feeds::Feeds;
pub use launch::Launch;
pub use place::{Place, SECRET_KEY, UNLIMITED};
pub use program::{Ended, Program};
pub use reports::Reports;

/// The address of the first administrator of every program that these tests start.
pub const ADMIN: &str = "first.administrator@example.org";
/// And the password.
pub const PASSWORD: &str = "canary-password-of-the-administrator";

/// How long anything may take that is not said to be quicker; far more than it takes on a machine that is busy.
const DEADLINE: Duration = Duration::from_secs(30);

/// Asks again and again until `probe` gives something, and returns it; fails with `what` when that takes too long.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    match tokio::time::timeout(DEADLINE, waiting).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: not within {} s", DEADLINE.as_secs()),
    }
}

/// A variable of the environment that these tests run in.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no settings; what they need of the machine is said so"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder of recordings of this kind, on machines that have it.
pub fn recordings(kind: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = variable("POLYSTATUS_FIXTURES").map_or_else(beside, PathBuf::from).join(kind);
    folder.is_dir().then_some(folder)
}
