//! The way to every service: within the process where it runs here, and over the network where it does not. Which one is
//! meant is told by the path.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use kit_base::settings::Settings;
use kit_base::{Clock, SecretKey, Transport, TransportError};

use super::remote::{Line, Remote};
use crate::LocalTransport;

/// Sends each request to the service that answers its path.
#[derive(Clone)]
pub struct Switchboard {
    local: LocalTransport,
    line: Line,
    /// By what paths begin with, longest first; all others are answered here.
    remote: Arc<Vec<(String, Remote)>>,
}

impl Switchboard {
    /// Everything is answered here, until [`Switchboard::add`] says what is not; requests to others are proved to come
    /// from `from`, with the key that all share. The error is a line for the terminal.
    pub fn new(
        local: LocalTransport,
        settings: &Settings,
        key: SecretKey,
        clock: Clock,
        from: &str,
    ) -> Result<Self, String> {
        let line = Line::new(settings, key, clock, from)?;
        Ok(Self { local, line, remote: Arc::default() })
    }

    /// This service is at that address, and answers the paths that begin so. The error is a line for the terminal.
    pub fn add(
        mut self,
        service: &'static str,
        url: &str,
        prefixes: impl IntoIterator<Item = String>,
    ) -> Result<Self, String> {
        let remote = Remote::new(self.line.clone(), service, url)?;
        let mut all = Vec::clone(&self.remote);
        all.extend(prefixes.into_iter().map(|prefix| (prefix, remote.clone())));
        all.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        self.remote = Arc::new(all);
        Ok(self)
    }

    fn remote(&self, path: &str) -> Option<&Remote> {
        let begins = |prefix: &str| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.remote.iter().find(|(prefix, _)| begins(prefix)).map(|(_, remote)| remote)
    }
}

#[async_trait]
impl Transport for Switchboard {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.remote(request.uri().path()) {
            Some(remote) => remote.send(request).await,
            None => self.local.send(request).await,
        }
    }
}
