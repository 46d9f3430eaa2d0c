//! The plain way that `Db::write` is compared with: threads that hold a connection each and take one write after the
//! other from a queue, each write in a transaction of its own.

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::oneshot;

/// A row to write, and where to say that it is durable.
struct Job {
    id: i64,
    body: String,
    answer: oneshot::Sender<Result<(), String>>,
}

/// The way to the threads; they end when the last clone is dropped.
#[derive(Clone)]
pub struct Writer(Sender<Job>);

impl Writer {
    /// Writes a row, and returns after it is durable.
    pub async fn write(&self, id: i64, body: String) -> Result<(), String> {
        let (answer, wait) = oneshot::channel();
        self.0.send(Job { id, body, answer }).map_err(|error| error.to_string())?;
        wait.await.map_err(|error| error.to_string())?
    }
}

/// One connection to an SQLite file, with the pragmas that the store sets.
pub fn sqlite(file: &Path) -> Result<Writer, String> {
    let open = || {
        let connection = rusqlite::Connection::open(file)?;
        connection.execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA mmap_size = 67108864; PRAGMA temp_store = MEMORY; \
             PRAGMA journal_size_limit = 16777216;",
        )?;
        Ok(connection)
    };
    let connection = open().map_err(|error: rusqlite::Error| error.to_string())?;
    let (writer, jobs) = unbounded();
    thread::spawn(move || {
        answer(&jobs, |id, body| {
            connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            connection.prepare_cached("INSERT INTO lines (id, body) VALUES (?1, ?2)")?.execute((id, body))?;
            connection.prepare_cached("COMMIT")?.execute([]).map(drop)
        });
    });
    Ok(Writer(writer))
}

/// As many connections to a schema of a PostgreSQL server, with the isolation that the store asks for.
pub fn postgres(url: &str, schema: &str, connections: usize) -> Result<Writer, String> {
    let (writer, jobs) = unbounded();
    for _ in 0..connections {
        let open = || {
            let mut client = postgres::Client::connect(url, postgres::NoTls)?;
            client.batch_execute(&format!("SET search_path TO \"{schema}\""))?;
            let insert = client.prepare("INSERT INTO lines (id, body) VALUES ($1, $2)")?;
            Ok((client, insert))
        };
        let (mut client, insert) = open().map_err(|error: postgres::Error| error.to_string())?;
        let jobs = jobs.clone();
        thread::spawn(move || {
            answer(&jobs, |id, body| {
                client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
                client.execute(&insert, &[&id, &body])?;
                client.batch_execute("COMMIT")
            });
        });
    }
    Ok(Writer(writer))
}

/// Does one job after the other until there can be no more.
fn answer<E: ToString>(jobs: &Receiver<Job>, mut write: impl FnMut(i64, &str) -> Result<(), E>) {
    for Job { id, body, answer } in jobs {
        let written = write(id, &body).map_err(|error| error.to_string());
        // Who does not wait any more has failed for another reason, and tells that.
        let _ = answer.send(written);
    }
}
