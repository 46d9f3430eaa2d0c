//! The database of one service, and its two verbs.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use kit_base::Acting;
use kit_base::reads::{self, Seen};
use tokio::sync::{Notify, oneshot};

use crate::batch::{Job, Task};
use crate::connection::Connect;
use crate::tables::Tables;
use crate::tx::World;
use crate::worker::{self, Batch, Question};
use crate::{DbConfig, Place, Result, StoreError, Tx, migrate, postgres, sqlite};

/// Jobs that may wait before new ones are refused with [`StoreError::Busy`].
const QUEUE: usize = 8192;

/// What other processes write is not heard here, and the time goes on: so long may such a read count as true.
const BRIEFLY: Duration = Duration::from_secs(1);

/// How the work is spread over threads, each with a connection of its own.
struct Shape {
    readers: usize,
    writers: usize,
    batch: Batch,
}

/// SQLite has one writer by nature. Its readers are busy while they read, so more of them than cores gain nothing.
fn of_file() -> Shape {
    let readers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    Shape { readers, writers: 1, batch: Batch { most: 256, joining: true } }
}

fn of_server(connections: usize) -> Shape {
    let writers = (connections / 2).max(1);
    let readers = connections.saturating_sub(writers).max(1);
    Shape { readers, writers, batch: Batch { most: 64, joining: false } }
}

/// The database of one service; cheap to clone. It is closed when the last clone is dropped.
#[derive(Clone)]
pub struct Db {
    writes: Sender<Box<dyn Job>>,
    reads: Sender<Question>,
    outbox: Arc<Notify>,
    tables: Arc<Tables>,
    /// Whether nobody else can write.
    alone: bool,
}

impl Db {
    /// Opens the database, brings its tables up to date and starts its threads. Blocks; call it before serving.
    pub fn open(config: DbConfig) -> Result<Self> {
        let DbConfig { place, migrations, connections, clock, ids } = config;
        let scripts = migrate::KIT.iter().chain(migrations).map(|migration| migration.sql);
        let tables = Arc::new(Tables::of(scripts));
        let alone = matches!(place, Place::File(_));
        let world = World { clock, ids, tables: tables.clone() };
        let shape = if alone { of_file() } else { of_server(connections) };
        // In a thread of its own, because PostgreSQL's driver may not block inside an async runtime.
        thread::scope(|scope| scope.spawn(|| migrate::run(&place, migrations, &world)).join())
            .unwrap_or(Err(StoreError::Panicked))?;

        let (writes, jobs) = bounded(QUEUE);
        let (reads, questions) = bounded(QUEUE);
        let outbox = Arc::new(Notify::new());
        for _ in 0..shape.writers {
            start_writer(connector(&place, false), &world, &jobs, shape.batch, &outbox)?;
        }
        for _ in 0..shape.readers {
            start_reader(connector(&place, true), &world, &questions)?;
        }
        Ok(Self { writes, reads, outbox, tables, alone })
    }

    /// Runs `work` in a transaction that may write, and returns after what it did is durable.
    ///
    /// `work` may run more than once (when it meets other transactions on the same rows, or shares its commit with work
    /// that fails), so it must have no effect outside its transaction. If it returns an error, all that it did is undone;
    /// a statement that failed is such an error, even where `work` makes nothing of it.
    ///
    /// Where somebody acts ([`Acting`]), the outbox gets an entry for the audit log with the change.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let acting = Acting::current();
        self.writes.try_send(Box::new(Task { work, acting, result: None, answer })).map_err(refused)?;
        wait.await.unwrap_or_else(|_| Err(worker::stopped().into()))
    }

    /// Runs `work` in a transaction that sees one moment of the database, and that changes nothing.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let versions = reads::observed().then(|| self.tables.versions());
        let (answer, wait) = oneshot::channel();
        let question: Question = Box::new(move |tx| {
            let _ = answer.send(match tx {
                Ok(tx) => (work(tx), tx.read, tx.timed.get()),
                Err(error) => (Err(error.into()), 0, true),
            });
        });
        self.reads.try_send(question).map_err(refused)?;
        let (result, read, timed) =
            wait.await.unwrap_or_else(|_| (Err(StoreError::Panicked.into()), 0, true));
        if let Some(versions) = versions {
            let mut seen: Seen = self.tables.seen(read, &versions);
            if timed || !self.alone {
                seen.lasts_at_most(BRIEFLY);
            }
            reads::note(&seen);
        }
        result
    }

    /// Waits until something was written to the outbox since the last call.
    pub async fn outbox_written(&self) {
        self.outbox.notified().await;
    }

    /// Checks that `sql` is understood by the database, for the test that prepares every statement of a service.
    pub fn prepare_at(place: &Place, sql: &str) -> Result<()> {
        connector(place, false)()?.prepare(sql)
    }

    /// Removes every schema whose name begins with `prefix`, with everything in it, for tests that made them.
    pub fn drop_schemas(url: &str, prefix: &str) -> Result<()> {
        postgres::open(url, prefix)?.script(&format!(
            "DO $$ DECLARE name TEXT; BEGIN
               FOR name IN SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '{prefix}') LOOP
                 EXECUTE format('DROP SCHEMA %I CASCADE', name);
               END LOOP;
             END $$"
        ))
    }
}

fn refused<T, E: From<StoreError>>(error: TrySendError<T>) -> E {
    match error {
        TrySendError::Full(_) => StoreError::Busy.into(),
        TrySendError::Disconnected(_) => worker::stopped().into(),
    }
}

fn connector(place: &Place, read_only: bool) -> Connect {
    let place = place.clone();
    Box::new(move || match &place {
        Place::File(path) => sqlite::open(path, read_only),
        Place::Server { url, schema } if read_only => postgres::open(url, schema),
        Place::Server { url, schema } => postgres::open_to_write(url, schema),
    })
}

fn start_writer(
    connect: Connect,
    world: &World,
    jobs: &Receiver<Box<dyn Job>>,
    batch: Batch,
    outbox: &Arc<Notify>,
) -> Result<()> {
    let (world, jobs, outbox) = (world.clone(), jobs.clone(), outbox.clone());
    spawn("store-write", move || worker::write(connect, &world, &jobs, batch, &|| outbox.notify_one()))
}

fn start_reader(connect: Connect, world: &World, questions: &Receiver<Question>) -> Result<()> {
    let (world, questions) = (world.clone(), questions.clone());
    spawn("store-read", move || worker::read(connect, &world, &questions))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let started = thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map(drop).map_err(|error| StoreError::Unavailable(format!("no thread could be started: {error}")))
}
