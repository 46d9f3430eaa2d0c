//! On whose behalf work is done. The edge says it, once, around the handler; the store writes it beside every change,
//! in the same transaction; so the audit log is complete without any service having to think of it.

use std::future::Future;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Event;

tokio::task_local! {
    static ACTING: Arc<Acting>;
}

/// Who does what to what, and from where: what the audit log keeps of a change. It is also the event that tells of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acting {
    /// The user's id.
    pub user_id: String,
    /// The user's name at that time.
    pub name: String,
    /// The operation's id in the description of the API, such as `components_create`.
    pub operation: String,
    /// The path that was asked for.
    pub target: String,
    /// The caller's network address as a keyed hash.
    pub from: String,
    /// The request's id: one entry for each.
    pub request_id: String,
}

impl Acting {
    /// Does `work` on behalf of this caller.
    pub async fn around<F: Future>(self, work: F) -> F::Output {
        ACTING.scope(Arc::new(self), work).await
    }

    /// On whose behalf the present work is done, if it is anybody's.
    pub fn current() -> Option<Arc<Acting>> {
        ACTING.try_with(Arc::clone).ok()
    }
}

impl Event for Acting {
    const NAME: &'static str = "audit.noted";

    fn subject(&self) -> &str {
        &self.user_id
    }
}
