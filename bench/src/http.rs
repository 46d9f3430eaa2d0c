//! Kept answers through the whole server against bare hyper that gives the same bytes, and what it costs to be known by a
//! token. Servers and load run in processes of their own; never are two servers loaded at once. Before anything is
//! measured it is checked that the answers are what they should be.

mod drf;
mod load;
pub(crate) mod process;
pub(crate) mod server;
pub(crate) mod wire;

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::common::{Options, median, sorted, thousands};
use process::{Sample, ServerProcess, Span, round};
use wire::{Whole, ask, request};

pub use load::load;
pub use server::serve;

/// The word by which this program is a server.
pub const SERVER: &str = "http-server";
/// The word by which this program is the load.
pub const LOAD: &str = "http-load";

const CONNECTIONS: usize = 64;
const LIST: &str = "/api/membres/?page=1";
const MEMBER: &str = "/api/membres/500/";

/// Measures everything.
pub fn run(options: &Options) -> Result<(), String> {
    std::fs::create_dir_all(&options.dir)
        .map_err(|error| format!("{} cannot be created: {error}", options.dir.display()))?;
    let folder = TempDir::new_in(&options.dir).map_err(|error| error.to_string())?;
    let ours = ServerProcess::start(&["ours", path(folder.path())?])?;
    let list = request(&ours.address, LIST, &[]);
    let answer = ask(&ours.address, &list)?;
    expect("the list", &answer, 200)?;
    for name in ["etag", "vary", "x-request-id", "ratelimit-remaining", "content-security-policy"] {
        if answer.header(name).is_empty() {
            return Err(format!("the list has no header {name}"));
        }
    }
    kept(options, &ours, folder.path(), &list, &answer)?;
    known(options, &ours, answer.header("etag"))?;
    token(options, &ours)?;
    drf::compare(options, folder.path(), &ours, &list, &answer)
}

/// The list, as it is kept.
fn kept(
    options: &Options,
    ours: &ServerProcess,
    folder: &Path,
    list: &[u8],
    answer: &Whole,
) -> Result<(), String> {
    let file = folder.join("list.json");
    std::fs::write(&file, &answer.body).map_err(|error| error.to_string())?;
    let bare = ServerProcess::start(&["same", path(&file)?])?;
    if ask(&bare.address, list)?.body != answer.body {
        return Err("hyper does not give the same bytes".to_owned());
    }
    println!(
        "GET {LIST}: {} members, {} bytes, {CONNECTIONS} connections",
        server::MEMBERS,
        answer.body.len()
    );
    let [bare, ours] = in_turn(options, CONNECTIONS, [(&bare, list), (ours, list)])?;
    ratio(["hyper, the same bytes", "the server, from what is kept"], &bare, &ours, 0.90);
    Ok(())
}

/// The list for somebody who has it.
fn known(options: &Options, ours: &ServerProcess, etag: &str) -> Result<(), String> {
    let bare = ServerProcess::start(&["known"])?;
    let list = request(&ours.address, LIST, &[&format!("If-None-Match: {etag}")]);
    for server in [ours, &bare] {
        expect("the list that is known", &ask(&server.address, &list)?, 304)?;
    }
    println!("GET {LIST} with If-None-Match: 304, {CONNECTIONS} connections");
    let [bare, ours] = in_turn(options, CONNECTIONS, [(&bare, &list), (ours, &list)])?;
    ratio(["hyper, 304 and no body", "the server, 304"], &bare, &ours, 0.93);
    Ok(())
}

/// A member, asked for by nobody and by somebody.
fn token(options: &Options, ours: &ServerProcess) -> Result<(), String> {
    let without = request(&ours.address, MEMBER, &[]);
    let with = request(&ours.address, MEMBER, &[&format!("Authorization: Bearer {}", ours.token)]);
    let permissions = |request: &[u8]| {
        let answer = ask(&ours.address, request)?;
        expect("the member", &answer, 200)?;
        Ok::<_, String>(String::from_utf8_lossy(&answer.body).contains("\"permissions\""))
    };
    if permissions(&without)? || !permissions(&with)? {
        return Err("the member is not shown to each as it should be".to_owned());
    }
    for connections in [1, CONNECTIONS] {
        println!("GET {MEMBER} without and with a token: connections: {connections}");
        let [nobody, somebody] = in_turn(options, connections, [(ours, &without), (ours, &with)])?;
        heading();
        row("without a token", &nobody);
        row("with a token", &somebody);
        let more =
            |of: fn(&Sample) -> f64| paired(&nobody, &somebody, |nobody, somebody| of(somebody) - of(nobody));
        let (cpu, mean) = (more(|sample| sample.cpu), more(|sample| sample.mean));
        let per_answer = more(|sample| 1e6 / sample.rate);
        println!(
            "a token costs {cpu:.1} µs of processor time; {mean:.1} µs of the mean time, {per_answer:.1} µs of the \
             time between answers; to reach: less than 20 µs\n"
        );
    }
    Ok(())
}

/// Rounds of both, one after the other, so that what else the machine does meets both alike.
pub(crate) fn in_turn(
    options: &Options,
    connections: usize,
    both: [(&ServerProcess, &[u8]); 2],
) -> Result<[Vec<Sample>; 2], String> {
    let mut samples = [Vec::new(), Vec::new()];
    for _ in 0..rounds(options) {
        for ((server, request), into) in both.iter().zip(&mut samples) {
            into.push(round(server, request, connections, span(options))?);
        }
    }
    Ok(samples)
}

fn rounds(options: &Options) -> usize {
    options.rounds().max(2)
}

fn span(options: &Options) -> Span {
    let millis = |short, long| Duration::from_millis(if options.short { short } else { long });
    Span { warm: millis(300, 1000), counted: millis(1000, 3000) }
}

pub(crate) fn ratio(names: [&str; 2], plain: &[Sample], ours: &[Sample], target: f64) {
    heading();
    names.iter().zip([plain, ours]).for_each(|(name, samples)| row(name, samples));
    println!(
        "ratio: {:.3} (rounds each: {}; to reach: at least {target}); processor time: {:.3} of hyper's\n",
        paired(plain, ours, |plain, ours| ours.rate / plain.rate),
        ours.len(),
        paired(plain, ours, |plain, ours| ours.cpu / plain.cpu),
    );
}

/// The median of what each pair of rounds shows: what the machine did besides met both of a pair alike.
fn paired(plain: &[Sample], ours: &[Sample], shows: impl Fn(&Sample, &Sample) -> f64) -> f64 {
    median(&sorted(plain.iter().zip(ours).map(|(plain, ours)| shows(plain, ours))))
}

fn heading() {
    let names = ["median/s", "lowest..highest/s", "p50", "p99", "CPU each"];
    let [median, range, p50, p99, cpu] = names;
    println!("{:<36}{median:>10}{range:>20}{p50:>11}{p99:>11}{cpu:>10}", "");
}

/// Prints what the rounds of one showed.
fn row(name: &str, samples: &[Sample]) {
    let rates = sorted(samples.iter().map(|sample| sample.rate));
    let end = |rate: Option<&f64>| thousands(rate.copied().unwrap_or_default());
    let range = format!("{}..{}", end(rates.first()), end(rates.last()));
    let micros = |of: fn(&Sample) -> f64| format!("{:.0} µs", middle(samples, of));
    let (p50, p99) = (micros(|sample| sample.p50), micros(|sample| sample.p99));
    let cpu = match middle(samples, |sample| sample.cpu) {
        0.0 => String::new(),
        cpu => format!("{cpu:.1} µs"),
    };
    println!("{name:<36}{:>10}{range:>20}{p50:>11}{p99:>11}{cpu:>10}", thousands(median(&rates)));
}

fn middle(samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    median(&sorted(samples.iter().map(of)))
}

fn expect(what: &str, answer: &Whole, status: u16) -> Result<(), String> {
    if answer.status == status && (status == 304) == answer.body.is_empty() {
        return Ok(());
    }
    Err(format!("{what}: {} with {} bytes instead of {status}", answer.status, answer.body.len()))
}

pub(crate) fn path(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| format!("{} is no text", path.display()))
}
