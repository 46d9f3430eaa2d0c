//! What watching hundreds of providers costs: the poller against a server on this machine, in a process of its own, and
//! the reading of one large page against the parsing of its bytes alone.

mod feeds;
mod server;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use providers::adapters;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Options, median, sorted, thousands};
use crate::http::path;
use crate::http::process::ServerProcess;
use crate::http::wire::{ask, post};

pub use feeds::serve as serve_feeds;
pub use server::serve;

/// The words by which this program is the poller, or the server that it asks.
pub const SERVER: &str = "providers-server";
pub const FEEDS: &str = "feeds-server";

/// As many as the catalogue has.
const PROVIDERS: usize = 484;
/// Longer than the interval in which each is read.
const ROUND: Duration = Duration::from_secs(70);

/// Measures everything.
pub fn run(options: &Options) -> Result<(), String> {
    parsing(options, "a page of 470 components", "statuspage", &feeds::page(470, 0))?;
    for (name, family, bytes) in recordings() {
        parsing(options, &name, &family, &bytes)?;
    }
    polling(options)
}

/// Reads `bytes` and only parses them, in turn.
fn parsing(options: &Options, name: &str, family: &str, bytes: &[u8]) -> Result<(), String> {
    let adapter = adapters::named(family).ok_or_else(|| format!("there is no adapter {family}"))?;
    let (mut plain, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..if options.short { 3 } else { 201 } {
        let begin = Instant::now();
        black_box(serde_json::from_slice::<Value>(black_box(bytes)).is_ok());
        plain.push(begin.elapsed().as_secs_f64() * 1000.0);
        let begin = Instant::now();
        black_box(adapter.read(black_box(bytes)).map_err(|error| format!("{name}: {error}"))?);
        ours.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    let (plain, ours) = (sorted(plain.into_iter()), sorted(ours.into_iter()));
    println!(
        "{name}, {} bytes: read in {:.3} ms (to reach: under 2 ms), {:.2} times of parsing alone",
        thousands(bytes.len() as f64),
        median(&ours),
        median(&ours) / median(&plain)
    );
    Ok(())
}

/// The three largest recordings, where their folder is found.
fn recordings() -> Vec<(String, String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/providers");
    let Ok(text) = std::fs::read(folder.join("EXPECTED.json")) else { return Vec::new() };
    let listed: Vec<Value> = serde_json::from_slice(&text).unwrap_or_default();
    let word =
        |entry: &Value, field: &str| entry.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut found: Vec<(String, String, Vec<u8>)> = listed
        .iter()
        .filter(|entry| adapters::named(&word(entry, "family")).is_some())
        .filter_map(|entry| {
            Some((
                word(entry, "file"),
                word(entry, "family"),
                std::fs::read(folder.join(word(entry, "file"))).ok()?,
            ))
        })
        .collect();
    found.sort_by_key(|(.., bytes)| std::cmp::Reverse(bytes.len()));
    found.truncate(3);
    found
}

/// Watches them all for a round, and tells what it cost.
#[expect(clippy::disallowed_methods, reason = "what is measured is time that passes")]
fn polling(options: &Options) -> Result<(), String> {
    std::fs::create_dir_all(&options.dir)
        .map_err(|error| format!("{} cannot be created: {error}", options.dir.display()))?;
    let folder: PathBuf = options.dir.clone();
    let folder = TempDir::new_in(&folder).map_err(|error| error.to_string())?;
    let feeds = ServerProcess::part(&[FEEDS])?;
    let poller = ServerProcess::part(&[SERVER, path(folder.path())?])?;
    for n in 0..PROVIDERS {
        let feed = format!("http://{}/{n}/api/v2/summary.json", feeds.address);
        let body = json!({ "name": format!("Provider {n}"), "feed_url": feed, "type": "statuspage" });
        let answer =
            ask(&poller.address, &post(&poller.address, "/api/v1/csp/providers", &body.to_string()))?;
        if answer.status != 201 {
            return Err(format!("a provider could not be added: {}", answer.status));
        }
    }
    let (warm, counted) = if options.short { (2, 3) } else { (ROUND.as_secs(), 2 * ROUND.as_secs()) };
    std::thread::sleep(Duration::from_secs(warm));
    let (before, begin) = (poller.used(), Instant::now());
    std::thread::sleep(Duration::from_secs(counted));
    let took =
        poller.used().zip(before).map(|(after, before)| after - before).ok_or("its time is not known")?;
    let share = took as f64 / begin.elapsed().as_micros() as f64 * 100.0;
    println!(
        "{PROVIDERS} providers, each read every minute: {share:.2} % of one core (to reach: under 5 %), {:.1} MiB \
         (to reach: under 64 MiB), over {counted} s",
        resident(poller.id()).unwrap_or(f64::NAN)
    );
    Ok(())
}

/// The memory that is in use, in MiB (proc(5), `VmRSS`).
fn resident(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
