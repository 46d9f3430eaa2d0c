//! Stores with a past of their own making: components in chains of ten, what the machine saw of them, and incidents with
//! their timelines, spread over five years. The same numbers give the same store.

use std::path::Path;

use kit_base::Clock;
use rusqlite::{Connection, Transaction, params};

use super::NAMED;
use super::server::for_years;
use crate::http::server::{context, in_words};

const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;

/// How much there is.
pub struct Size {
    components: i64,
    incidents: i64,
    /// Timeline entries of each incident.
    entries: i64,
    /// How often the machine saw each component fail.
    failures: i64,
    days: i64,
}

impl Size {
    /// What is to be measured: 20,000 incidents with 200,000 entries over five years.
    pub const FULL: Size =
        Size { components: 1000, incidents: 20_000, entries: 10, failures: 60, days: 1826 };
    /// Enough to show that the bench runs.
    pub const SHORT: Size = Size { components: 100, incidents: 500, entries: 4, failures: 10, days: 200 };
    /// Nothing but the components that new incidents name.
    pub const EMPTY: Size = Size { components: 0, incidents: 0, entries: 0, failures: 0, days: 0 };
}

/// The present day.
pub fn today() -> i64 {
    Clock::system().now().micros().div_euclid(DAY)
}

/// Makes the store and fills it.
pub fn fill(folder: &Path, size: &Size) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(in_words)?;
    runtime.block_on(async {
        let context = for_years(context(folder)?.0);
        incidents::build(&context).map(drop).map_err(in_words)
    })?;
    let mut connection = open(folder)?;
    let transaction = connection.transaction().map_err(in_words)?;
    write(&transaction, size).map_err(in_words)?;
    transaction.commit().map_err(in_words)
}

fn open(folder: &Path) -> Result<Connection, String> {
    Connection::open(folder.join("incidents.db")).map_err(in_words)
}

/// Up to which day days are kept, and how many have something to tell.
pub fn kept(folder: &Path) -> Result<(i64, i64), String> {
    let sql = "SELECT COALESCE(MAX(closed_to), 0), (SELECT COUNT(*) FROM uptime_days) FROM uptime_mark";
    open(folder)?.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(in_words)
}

/// How large the store is, when all of it is in one file.
pub fn bytes(folder: &Path) -> Result<u64, String> {
    open(folder)?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(in_words)?;
    std::fs::metadata(folder.join("incidents.db")).map(|file| file.len()).map_err(in_words)
}

fn write(to: &Transaction<'_>, size: &Size) -> rusqlite::Result<()> {
    let now = Clock::system().now().micros();
    let start = now - size.days * DAY;
    let mut random = Random(7);
    for n in 0..size.components {
        component(to, &format!("c{n}"), &format!("Group {}", n / 10), start)?;
        if n % 10 > 0 {
            // Nine need the first of their ten.
            to.execute(
                "INSERT INTO dependencies (component, needs, place) VALUES (?1, ?2, 0)",
                params![format!("c{n}"), format!("c{}", n - n % 10)],
            )?;
        }
        intervals(to, n, start, now, size.failures, &mut random)?;
    }
    for n in 0..NAMED {
        let (slug, begin) = (format!("named-{n}"), now - 1);
        component(to, &slug, "Named", begin)?;
        interval(to, &slug, begin, None, "operational")?;
    }
    (0..size.incidents).try_for_each(|n| incident(to, n, start, now, size, &mut random))
}

fn component(to: &Transaction<'_>, slug: &str, group: &str, begin: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO components (slug, name, description, group_name, position, visibility, status, since, because,
                                       created_at, seen_status)
               VALUES (?1, ?1, '', ?2, 0, 'public', 'operational', ?3, '[]', ?3, 'operational')";
    to.prepare_cached(sql)?.execute(params![slug, group, begin]).map(drop)
}

fn intervals(
    to: &Transaction<'_>,
    n: i64,
    start: i64,
    now: i64,
    failures: i64,
    random: &mut Random,
) -> rusqlite::Result<()> {
    let slug = format!("c{n}");
    let mut at = start;
    for nth in 0..failures {
        let step = (now - start) / failures;
        let begin = start + nth * step + random.below(step / 2) + 1;
        let end = begin + MINUTE + random.below(120 * MINUTE);
        interval(to, &slug, at, Some(begin), "operational")?;
        let words = ["degraded_performance", "partial_outage", "major_outage", "unknown"];
        let word = words.get(random.below(4) as usize).copied().unwrap_or("unknown");
        interval(to, &slug, begin, Some(end), word)?;
        at = end;
    }
    interval(to, &slug, at, None, "operational")
}

fn interval(
    to: &Transaction<'_>,
    slug: &str,
    from: i64,
    end: Option<i64>,
    status: &str,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO intervals (component, from_at, to_at, status) VALUES (?1, ?2, ?3, ?4)";
    to.prepare_cached(sql)?.execute(params![slug, from, end, status]).map(drop)
}

fn incident(
    to: &Transaction<'_>,
    n: i64,
    start: i64,
    now: i64,
    size: &Size,
    random: &mut Random,
) -> rusqlite::Result<()> {
    let id = format!("INC-{n:08}");
    let begin = start + random.below(now - start - DAY);
    let (end, sev) = (begin + 10 * MINUTE + random.below(350 * MINUTE), 1 + random.below(4));
    let sql = "INSERT INTO incidents (id, title, sev, summary, status, source, started_at, mitigated_at, resolved_at)
               VALUES (?1, 'Something fails for some', ?2, 'We see errors and look for the cause.', 'resolved', 'manual',
                       ?3, ?4, ?5)";
    to.prepare_cached(sql)?.execute(params![id, sev, begin, end, end + 60 * MINUTE])?;
    let named = random.below(size.components);
    let sql = "INSERT INTO incident_components (incident, component, place) VALUES (?1, ?2, 0)";
    to.prepare_cached(sql)?.execute(params![id, format!("c{named}")])?;
    let reached = if named % 10 == 0 { named..named + 10 } else { named..named + 1 };
    for reached in reached {
        let sql = "INSERT INTO incident_reach (incident, component) VALUES (?1, ?2)";
        to.prepare_cached(sql)?.execute(params![id, format!("c{reached}")])?;
    }
    for nth in 0..size.entries {
        let sql = "INSERT INTO timeline (incident, at, type, message, author)
                   VALUES (?1, ?2, 'update', 'We have found something, and try what follows from it. More soon.', 'ada')";
        to.prepare_cached(sql)?.execute(params![id, begin + nth * MINUTE])?;
    }
    Ok(())
}

/// Xorshift: numbers that look like chance, and are the same each time.
struct Random(u64);

impl Random {
    /// From 0 to `most`, which is none of them.
    fn below(&mut self, most: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 1) as i64 % most.max(1)
    }
}
