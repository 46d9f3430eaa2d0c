//! The past of all components from a large store: asked for cold, and again from what is kept; and what opening an incident
//! costs there, against the same in a store that has no past. The servers run in processes of their own.

mod fill;
mod server;

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::{Options, median, sorted, thousands};
use crate::http::process::ServerProcess;
use crate::http::wire::{Whole, ask, post, request};
use crate::http::{in_turn, path, ratio};
use fill::Size;

pub use server::{Everybody, serve};

/// The word by which this program is a server with the incidents service.
pub const SERVER: &str = "uptime-server";

const HISTORY: &str = "/api/v1/components/history?days=90";
/// Components that each of both stores has for new incidents, so that they name the same.
const NAMED: usize = 50;
const CONNECTIONS: usize = 64;

/// Measures everything.
pub fn run(options: &Options) -> Result<(), String> {
    std::fs::create_dir_all(&options.dir)
        .map_err(|error| format!("{} cannot be created: {error}", options.dir.display()))?;
    let large = TempDir::new_in(&options.dir).map_err(|error| error.to_string())?;
    let empty = TempDir::new_in(&options.dir).map_err(|error| error.to_string())?;
    fill::fill(large.path(), &if options.short { Size::SHORT } else { Size::FULL })?;
    fill::fill(empty.path(), &Size::EMPTY)?;
    let filled = ServerProcess::part(&[SERVER, path(large.path())?])?;
    let bare = ServerProcess::part(&[SERVER, path(empty.path())?])?;
    close(large.path())?;
    close(empty.path())?;
    size(large.path())?;
    cold(options, &filled)?;
    kept(options, large.path(), &filled)?;
    open(options, &bare, &filled)
}

/// Waits until all days that are over are kept.
fn close(folder: &Path) -> Result<(), String> {
    let begun = Instant::now();
    let (before, days) = loop {
        let (closed_to, days) = fill::kept(folder)?;
        if closed_to >= fill::today() {
            break (begun.elapsed(), days);
        }
        if begun.elapsed() > Duration::from_secs(600) {
            return Err("the days are not closed within ten minutes".to_owned());
        }
        std::thread::park_timeout(Duration::from_millis(20));
    };
    println!(
        "days with something to tell: {}; all were closed after {:.1} s",
        thousands(days as f64),
        before.as_secs_f64()
    );
    Ok(())
}

fn size(folder: &Path) -> Result<(), String> {
    let bytes = fill::bytes(folder)?;
    println!("the store: {:.1} MiB\n", bytes as f64 / f64::from(1 << 20));
    Ok(())
}

/// Every question is one of its own, so that no answer is kept.
fn cold(options: &Options, server: &ServerProcess) -> Result<(), String> {
    let mut times = Vec::new();
    let mut bytes = 0;
    for nth in 0..if options.short { 5 } else { 41 } {
        let question = request(&server.address, &format!("{HISTORY}&nth={nth}"), &[]);
        let begun = Instant::now();
        let answer = ask(&server.address, &question)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        bytes = good("the past of all", &answer, 200)?.len();
    }
    let times = sorted(times.into_iter());
    let (least, most) = (times.first().copied().unwrap_or(0.0), times.last().copied().unwrap_or(0.0));
    println!(
        "GET {HISTORY}, cold, {} bytes: median {:.1} ms ({least:.1}..{most:.1}); to reach: under 30 ms\n",
        thousands(bytes as f64),
        median(&times)
    );
    Ok(())
}

/// The same question again and again, against hyper that gives the same bytes.
fn kept(options: &Options, folder: &Path, server: &ServerProcess) -> Result<(), String> {
    let question = request(&server.address, HISTORY, &[]);
    let answer = ask(&server.address, &question)?;
    let file = folder.join("history.json");
    std::fs::write(&file, good("the past of all", &answer, 200)?).map_err(|error| error.to_string())?;
    let bare = ServerProcess::start(&["same", path(&file)?])?;
    println!("GET {HISTORY}, kept, {CONNECTIONS} connections");
    let [bare, ours] = in_turn(options, CONNECTIONS, [(&bare, &question), (server, &question)])?;
    ratio(["hyper, the same bytes", "the server, from what is kept"], &bare, &ours, 0.90);
    Ok(())
}

/// Incidents opened in both stores by turns.
fn open(options: &Options, empty: &ServerProcess, filled: &ServerProcess) -> Result<(), String> {
    let (rounds, each) = if options.short { (2, 10) } else { (9, 50) };
    let (mut of_empty, mut of_filled) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_empty.push(open_some(empty, each)?);
        of_filled.push(open_some(filled, each)?);
    }
    let pairs = of_empty.iter().zip(&of_filled).map(|(empty, filled)| filled / empty);
    let ratio = median(&sorted(pairs));
    let middle = |times: &[f64]| median(&sorted(times.iter().copied()));
    println!(
        "opening an incident: {:.2} ms in an empty store, {:.2} ms in the large one; ratio {ratio:.2} (rounds each: \
         {rounds} of {each}; to reach: at most 1.5)\n",
        middle(&of_empty),
        middle(&of_filled)
    );
    Ok(())
}

/// The median time of opening an incident, in milliseconds.
fn open_some(server: &ServerProcess, count: usize) -> Result<f64, String> {
    let mut times = Vec::new();
    for nth in 0..count {
        let body = format!(r#"{{"title":"Something fails","sev":2,"services":["named-{}"]}}"#, nth % NAMED);
        let question = post(&server.address, "/api/v1/incidents", &body);
        let begun = Instant::now();
        let answer = ask(&server.address, &question)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        good("a new incident", &answer, 201)?;
    }
    Ok(median(&sorted(times.into_iter())))
}

fn good<'a>(what: &str, answer: &'a Whole, status: u16) -> Result<&'a [u8], String> {
    match answer.status == status {
        true => Ok(&answer.body),
        false => Err(format!("{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body))),
    }
}
