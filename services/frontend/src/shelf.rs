//! Pages that are made when somebody asks for them, and kept for a moment: however many ask at once, each is made but
//! once, and again only when it has grown old or something has happened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kit_base::{Clock, Problem, Timestamp};

use crate::keeper::Page;

/// How old a page gets: its relative times then still hold.
const OLD: Duration = Duration::from_secs(10);
/// An older one is given to nobody, not even while the next is made.
const TOO_OLD: Duration = Duration::from_secs(60);
/// How many pages are kept; the one that was asked for longest ago makes room.
const MOST: usize = 256;

/// The pages that are kept.
#[derive(Clone)]
pub(crate) struct Shelf {
    clock: Clock,
    places: Arc<Mutex<HashMap<String, Place>>>,
}

struct Place {
    asked_at: Timestamp,
    slot: Arc<Slot>,
}

/// One page, and whose turn it is to make it.
#[derive(Default)]
struct Slot {
    kept: Mutex<Option<Kept>>,
    making: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    page: Page,
    made_at: Timestamp,
    news: u64,
}

impl Shelf {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, places: Arc::default() }
    }

    /// The page of that name: as it is kept, or made by `make` if it is older than ten seconds or than the `news`. While
    /// one makes it anew, others get the old one. What could not be made is not kept.
    pub(crate) async fn page<F>(
        &self,
        name: &str,
        news: u64,
        make: impl FnOnce() -> F,
    ) -> Result<Page, Problem>
    where
        F: Future<Output = Result<Page, Problem>>,
    {
        let slot = self.slot(name);
        let old = match slot.kept() {
            Some(kept) if self.is_good(&kept, news) => return Ok(kept.page),
            old => old.filter(|old| self.age(old) < TOO_OLD),
        };
        let turn = match (slot.making.try_lock(), old) {
            (Ok(turn), _) => turn,
            (Err(_), Some(old)) => return Ok(old.page),
            (Err(_), None) => slot.making.lock().await,
        };
        if let Some(kept) = slot.kept().filter(|kept| self.is_good(kept, news)) {
            return Ok(kept.page);
        }
        let made_at = self.clock.now();
        let page = make().await?;
        slot.put(Kept { page: page.clone(), made_at, news });
        drop(turn);
        Ok(page)
    }

    fn is_good(&self, kept: &Kept, news: u64) -> bool {
        kept.news == news && self.age(kept) < OLD
    }

    fn age(&self, kept: &Kept) -> Duration {
        self.clock.now().since(kept.made_at)
    }

    fn slot(&self, name: &str) -> Arc<Slot> {
        let now = self.clock.now();
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get_mut(name) {
            place.asked_at = now;
            return place.slot.clone();
        }
        if places.len() >= MOST {
            let oldest = places.iter().min_by_key(|(_, place)| place.asked_at).map(|(name, _)| name.clone());
            oldest.and_then(|name| places.remove(&name));
        }
        let slot = Arc::<Slot>::default();
        places.insert(name.to_owned(), Place { asked_at: now, slot: slot.clone() });
        slot
    }
}

impl Slot {
    fn kept(&self) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, kept: Kept) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use kit_testkit::TestClock;
    use tokio::sync::Notify;

    use super::*;

    fn page(text: &str) -> Page {
        Page { html: text.to_owned().into(), etag: String::new() }
    }

    async fn ask(shelf: &Shelf, name: &str, news: u64, text: &str) -> String {
        let made = shelf.page(name, news, || async { Ok(page(text)) }).await.unwrap();
        String::from_utf8(made.html.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_page_is_made_anew_after_ten_seconds_and_when_something_happens() {
        let clock = TestClock::default();
        let shelf = Shelf::new(clock.clock());
        assert_eq!(ask(&shelf, "/a", 1, "first").await, "first");
        clock.advance(Duration::from_secs(9));
        assert_eq!(ask(&shelf, "/a", 1, "second").await, "first");
        assert_eq!(ask(&shelf, "/b", 1, "other").await, "other");
        assert_eq!(ask(&shelf, "/a", 2, "third").await, "third");
        clock.advance(Duration::from_secs(10));
        assert_eq!(ask(&shelf, "/a", 2, "fourth").await, "fourth");
    }

    #[tokio::test]
    async fn many_ask_and_one_makes() {
        let (shelf, made, go) =
            (Shelf::new(TestClock::default().clock()), AtomicUsize::new(0), Notify::new());
        let one = || {
            shelf.page("/a", 1, || async {
                go.notified().await;
                made.fetch_add(1, Ordering::SeqCst);
                Ok(page("a"))
            })
        };
        let all = futures_util::future::join_all((0..100).map(|_| one()));
        let (pages, ()) = tokio::join!(all, async { go.notify_one() });
        assert!(pages.iter().all(|page| page.as_ref().is_ok_and(|page| page.html == "a")));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn nobody_waits_where_there_is_an_old_page() {
        let (clock, go) = (TestClock::default(), Notify::new());
        let shelf = Shelf::new(clock.clock());
        ask(&shelf, "/a", 1, "old").await;
        let making = shelf.page("/a", 2, || async {
            go.notified().await;
            Ok(page("new"))
        });
        let others = async {
            assert_eq!(ask(&shelf, "/a", 2, "never").await, "old");
            clock.advance(TOO_OLD);
            go.notify_one();
            assert_eq!(ask(&shelf, "/a", 2, "newer").await, "newer", "nobody gets what is too old");
        };
        let (made, ()) = tokio::join!(making, others);
        assert_eq!(made.unwrap().html, "new");
    }

    #[tokio::test]
    async fn what_fails_is_asked_again_and_the_shelf_is_bounded() {
        let clock = TestClock::default();
        let shelf = Shelf::new(clock.clock());
        let failed = shelf.page("/a", 1, || async { Err(Problem::not_found()) }).await;
        assert_eq!(failed.unwrap_err().status, 404);
        assert_eq!(ask(&shelf, "/a", 1, "there").await, "there");
        for nth in 0..MOST * 2 {
            clock.advance(Duration::from_micros(1));
            ask(&shelf, &format!("/{nth}"), 1, "x").await;
            assert_eq!(ask(&shelf, "/a", 1, "never").await, "there", "what is asked for stays");
        }
        assert_eq!(shelf.places.lock().unwrap().len(), MOST);
    }
}
