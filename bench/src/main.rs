//! The measurements: each compares our way with a plain one in alternating rounds of one run and prints the ratio.
//! Figures differ between machines, so nothing is asserted about time; only wrong results make a bench fail.

mod common;
mod http;
mod providers;
mod store;
mod uptime;

use std::path::PathBuf;
use std::process::ExitCode;

use common::Options;

/// A measurement: its name, what it measures, and what runs it.
type Bench = (&'static str, &'static str, fn(&Options) -> Result<(), String>);

/// What runs in a process of its own, with its arguments.
type Part = fn(&[String]) -> Result<(), String>;

const BENCHES: &[Bench] = &[
    (
        "store",
        "durable writes of single rows by 64 tasks: Db::write against a commit for each, on SQLite and PostgreSQL",
        store::run,
    ),
    (
        "http",
        "kept answers over 64 connections: the server with its edge against bare hyper; what a token costs; DRF",
        http::run,
    ),
    (
        "uptime",
        "90 days of 1,000 components from a store of five years, cold and kept; opening an incident in it",
        uptime::run,
    ),
    (
        "providers",
        "hundreds of providers read each minute: processor time and memory; one large page read against its parsing alone",
        providers::run,
    ),
];

/// What a bench runs in processes of its own, by the word that it starts this program with.
const PARTS: &[(&str, Part)] = &[
    (http::SERVER, http::serve),
    (http::LOAD, http::load),
    (uptime::SERVER, uptime::serve),
    (providers::SERVER, providers::serve),
    (providers::FEEDS, providers::serve_feeds),
];

/// What the program itself allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
bench NAME [--short] [--dir DIR]

--short       one short round each, which only shows that the bench runs
--dir DIR     where data is written, on the disk that is to be measured (target/bench)

TEST_DATABASE_URL names a PostgreSQL server; what needs one is left out without it.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.split_first() {
        None => {
            print!("{}", usage());
            Ok(())
        }
        Some((name, rest)) => match PARTS.iter().find(|(part, _)| part == name) {
            Some((_, part)) => part(rest),
            None => options(rest).and_then(|options| run(name, &options)),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, options: &Options) -> Result<(), String> {
    match BENCHES.iter().find(|(each, ..)| *each == name) {
        Some((_, _, bench)) => bench(options),
        None => Err(format!("there is no bench {name:?}\n\n{}", usage())),
    }
}

fn usage() -> String {
    let names: Vec<String> =
        BENCHES.iter().map(|(name, sentence, _)| format!("{name:<13} {sentence}\n")).collect();
    format!("{USAGE}\n{}", names.concat())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench has no settings; this is where its environment is read"
)]
fn options(mut words: &[String]) -> Result<Options, String> {
    let database = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty());
    let mut options = Options { short: false, dir: PathBuf::from("target/bench"), database };
    while let Some((word, rest)) = words.split_first() {
        words = match (word.as_str(), rest) {
            ("--short", rest) => {
                options.short = true;
                rest
            }
            ("--dir", [dir, rest @ ..]) => {
                options.dir = PathBuf::from(dir);
                rest
            }
            _ => return Err(format!("cannot use {word:?}\n\n{}", usage())),
        };
    }
    Ok(options)
}
