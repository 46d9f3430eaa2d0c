//! Ids of requests: a random beginning for each start of the program and a number. Unique like any other id, and made
//! without asking the operating system for randomness each time.

use std::sync::atomic::{AtomicU64, Ordering};

use kit_base::{Ids, hex};

use super::wire::number;

/// Numbers requests.
pub(super) struct Series {
    /// With its hyphen.
    beginning: String,
    next: AtomicU64,
}

impl Series {
    pub(super) fn new(ids: &Ids) -> Self {
        Self { beginning: format!("{}-", hex(&ids.bytes::<8>())), next: AtomicU64::new(1) }
    }

    /// The next id: 16 letters that tell this run of the program, a hyphen and a number.
    pub(super) fn next(&self) -> String {
        let mut id = Vec::with_capacity(self.beginning.len() + 12);
        self.write(&mut id);
        String::from_utf8(id).unwrap_or_default()
    }

    /// Writes the next id.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.beginning.as_bytes());
        number::<36>(self.next.fetch_add(1, Ordering::Relaxed), into);
    }
}

#[cfg(test)]
mod tests {
    use kit_base::Clock;

    use super::*;

    #[test]
    fn ids_differ_and_have_one_beginning() {
        let series = Series::new(&Ids::system(Clock::system()));
        let ids: Vec<String> = (0..100).map(|_| series.next()).collect();
        assert!(ids.iter().all(|id| id.starts_with(&ids[0][..17])), "{ids:?}");
        assert_eq!((&ids[0][17..], &ids[35][17..], &ids[99][17..]), ("1", "10", "2s"));
        assert_ne!(Series::new(&Ids::system(Clock::system())).next(), ids[0]);
    }
}
