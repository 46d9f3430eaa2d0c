//! The only place that asks the machine what time it is; everything else is handed a [`Clock`].

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// Something that knows the time: the machine, or a test.
pub trait TimeSource: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

struct System;

impl TimeSource for System {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the lint points to")]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A handle on the time, cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn TimeSource>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(System))
    }

    /// A clock of one's own: tests move it.
    pub fn from_source(source: Arc<dyn TimeSource>) -> Self {
        Self(source)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}
