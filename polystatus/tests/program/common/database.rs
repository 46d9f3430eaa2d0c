//! A PostgreSQL database for one test alone, because the program gives each service a schema of a fixed name.

use kit_base::{Clock, Ids};
use postgres::{Client, NoTls};

use super::variable;

/// An empty database on the server that `TEST_DATABASE_URL` names; it is dropped with this.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A new one.
    pub fn new() -> Self {
        let server = variable("TEST_DATABASE_URL").expect(
            "TEST_DATABASE_URL names the PostgreSQL server for the tests; `./check test` installs and starts one",
        );
        let name = format!("ps_test_{}", Ids::system(Clock::system()).code(16).to_lowercase());
        run(&server, format!("CREATE DATABASE {name}")).unwrap();
        Self { server, name }
    }

    /// How to reach it.
    pub fn url(&self) -> String {
        let (address, options) = match self.server.split_once('?') {
            Some((address, options)) => (address, format!("?{options}")),
            None => (self.server.as_str(), String::new()),
        };
        let (server, _) =
            address.rsplit_once('/').expect("a URL such as postgres://postgres@127.0.0.1/postgres");
        format!("{server}/{}{options}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = run(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            eprintln!("the test's database {} could not be dropped: {error}", self.name);
        }
    }
}

/// In a thread of its own, because the driver blocks and tests are async.
fn run(server: &str, statement: String) -> Result<(), postgres::Error> {
    let server = server.to_owned();
    let work = move || Client::connect(&server, NoTls)?.batch_execute(&statement);
    std::thread::spawn(work).join().expect("the driver does not panic")
}
