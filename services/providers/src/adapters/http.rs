//! No status page at all: an address that answers. That it does is everything that is known of it.

use contracts::Status;

use super::unreadable::Unreadable;
use super::{Adapter, Document, PLAIN, Told};

/// The check of an address that has no feed. Which answers are good ones, who fetched it has decided before.
pub(super) const ADAPTER: Adapter = Adapter { name: "http", title: "Answer of a web page", read, ..PLAIN };

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let body = document.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document.body);
    if body.trim_ascii().is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(Told { verdict: Some(Status::Operational), ..Told::default() })
}
