//! The envelope of every list in the API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list: how many there are in all, the links to its neighbours, and this page's entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// Entries on all pages together.
    pub count: u64,
    /// Link to the next page, or null on the last.
    pub next: Option<String>,
    /// Link to the page before, or null on the first.
    pub previous: Option<String>,
    /// The entries of this page.
    pub results: Vec<T>,
}

impl<T> Page<T> {
    /// A list that is short by its nature, all on one page.
    pub fn whole(results: Vec<T>) -> Self {
        Self { count: results.len() as u64, next: None, previous: None, results }
    }
}
