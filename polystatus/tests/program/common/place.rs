//! A place of its own for one program: a folder to work in, one for its data, and a database where it is to have one.

use std::path::{Path, PathBuf};

use kit_testkit::Engine;
use tempfile::TempDir;

use super::database::Database;
use super::{ADMIN, Launch, PASSWORD};

/// Nodes that share a database must be given the key that they share.
pub const SECRET_KEY: &str = "canary-secret-key-of-the-installation";

/// These tests ask more often than people do.
pub const UNLIMITED: [(&str, &str); 4] = [
    ("POLYSTATUS_WEB__THROTTLE__ANONYMOUS", "off"),
    ("POLYSTATUS_WEB__THROTTLE__USER", "off"),
    ("POLYSTATUS_WEB__THROTTLE__PUBLIC", "off"),
    ("POLYSTATUS_WEB__THROTTLE__FAILURES", "off"),
];

/// Where a program runs. It vanishes with everything that was kept there.
pub struct Place {
    folder: TempDir,
    database: Option<Database>,
}

impl Place {
    /// An empty place whose data is kept in files.
    pub fn new() -> Self {
        Self::on(Engine::Sqlite)
    }

    /// An empty place whose data is kept by that engine.
    pub fn on(engine: Engine) -> Self {
        let database = (engine == Engine::Postgres).then(Database::new);
        Self { folder: tempfile::tempdir().unwrap(), database }
    }

    /// The folder in which the program is started: there it looks for its settings files.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// A file in the folder, written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// `polystatus` with these arguments, on the data of this place.
    pub fn launch(&self, arguments: &[&str]) -> Launch {
        let launch =
            Launch::new(self.path()).arguments(arguments).set("DATA_DIR", self.data()).set_all(&UNLIMITED);
        // The feeds of these tests are on this machine.
        let launch = launch.set("POLYSTATUS_OUTBOUND__ALLOW", "127.0.0.0/8, ::1");
        match &self.database {
            Some(database) => launch.set("DATABASE_URL", database.url()).set("SECRET_KEY", SECRET_KEY),
            None => launch,
        }
    }

    /// The server on a free port, with a first administrator.
    pub fn serve(&self) -> Launch {
        self.launch(&["serve", "--listen", "127.0.0.1:0"])
            .set("POLYSTATUS_ADMIN_EMAIL", ADMIN)
            .set("POLYSTATUS_ADMIN_PASSWORD", PASSWORD)
    }
}
