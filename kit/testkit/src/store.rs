//! Empty stores on SQLite and PostgreSQL that vanish with the test.

use kit_base::{Clock, Ids};
use kit_store::{Db, DbConfig, Migration, Place, USUAL_CONNECTIONS};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A schema of its own on the server that `TEST_DATABASE_URL` names.
    Postgres,
}

/// Both databases, for `for engine in both()`.
pub fn both() -> [Engine; 2] {
    [Engine::Sqlite, Engine::Postgres]
}

/// A store of its own for one test.
pub struct TestStore {
    place: Place,
    clock: Clock,
    ids: Ids,
    _folder: Option<TempDir>,
}

impl TestStore {
    /// An empty store on that engine.
    #[expect(clippy::expect_used, reason = "a test that cannot have its store must fail")]
    pub fn new(engine: Engine) -> Self {
        let clock = Clock::system();
        let ids = Ids::system(clock.clone());
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let place = Place::File(folder.path().join("test.db"));
                Self { place, clock, ids, _folder: Some(folder) }
            }
            Engine::Postgres => {
                let place = Place::Server { url: server(), schema: own_name() };
                Self { place, clock, ids, _folder: None }
            }
        }
    }

    /// The same store with time and ids of the test's own.
    #[must_use]
    pub fn with(self, clock: Clock, ids: Ids) -> Self {
        // The fields are moved one by one because the store is dropped with its schema.
        let mut this = self;
        this.clock = clock;
        this.ids = ids;
        this
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Opens it with these tables. It may be opened again after the last clone of the `Db` is dropped.
    #[expect(clippy::expect_used, reason = "a test that cannot have its store must fail")]
    pub fn open(&self, migrations: &'static [Migration]) -> Db {
        let config = DbConfig {
            place: self.place.clone(),
            migrations,
            connections: USUAL_CONNECTIONS,
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        };
        Db::open(config).expect("the test's store opens")
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Place::Server { url, schema } = &self.place {
            drop_schemas(url, schema);
        }
    }
}

/// The PostgreSQL server for tests.
#[expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot have its store must fail"
)]
pub(crate) fn server() -> String {
    std::env::var("TEST_DATABASE_URL").expect(
        "TEST_DATABASE_URL names the PostgreSQL server for the tests; `./check test` installs and starts one",
    )
}

/// A name for schemas that no other test has.
pub(crate) fn own_name() -> String {
    format!("test_{}", Ids::system(Clock::system()).code(16).to_lowercase())
}

/// Removes the schemas of a test.
pub(crate) fn drop_schemas(url: &str, prefix: &str) {
    // The driver blocks, and a test may be inside an async runtime: so the schemas go in a thread of its own.
    let (url, prefix) = (url.to_owned(), prefix.to_owned());
    let dropped = std::thread::spawn(move || Db::drop_schemas(&url, &prefix)).join();
    if !matches!(dropped, Ok(Ok(()))) {
        eprintln!("a test's schemas could not be removed: {dropped:?}");
    }
}
