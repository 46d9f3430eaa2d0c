//! What `just` and CI need code for: who may import whom, and the OpenAPI files.
//! `cargo xtask` lists the words.

mod arch;
mod openapi;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask arch                        check who imports whom and the shape of the sources
cargo xtask openapi [--binary FILE]     write openapi/<service>.json from the code
cargo xtask openapi --check             say which of these files are not current

--binary FILE asks this built polystatus; without it, cargo builds one.";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
enum Task {
    Arch,
    Openapi { check: bool, binary: Option<PathBuf> },
    Help,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = task(&words).and_then(|task| match task {
        Task::Arch => arch::run(&workspace::root()?),
        Task::Openapi { check, binary } => openapi::run(&workspace::root()?, check, binary),
        Task::Help => {
            println!("{USAGE}");
            Ok(())
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn task(words: &[&str]) -> Result<Task, String> {
    match words {
        [] | ["help" | "--help" | "-h"] => Ok(Task::Help),
        ["arch"] => Ok(Task::Arch),
        ["openapi", options @ ..] => openapi_task(options),
        _ => Err(format!("xtask: {:?} is not a task\n\n{USAGE}", words.join(" "))),
    }
}

fn openapi_task(mut options: &[&str]) -> Result<Task, String> {
    let (mut check, mut binary) = (false, None);
    loop {
        options = match options {
            [] => return Ok(Task::Openapi { check, binary }),
            ["--check", rest @ ..] => {
                check = true;
                rest
            }
            ["--binary", file, rest @ ..] => {
                binary = Some(PathBuf::from(file));
                rest
            }
            [other, ..] => return Err(format!("xtask openapi: cannot use {other:?}\n\n{USAGE}")),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_command_line() {
        assert_eq!(task(&[]), Ok(Task::Help));
        assert_eq!(task(&["arch"]), Ok(Task::Arch));
        let expected = Task::Openapi { check: true, binary: Some("target/debug/polystatus".into()) };
        assert_eq!(task(&["openapi", "--binary", "target/debug/polystatus", "--check"]), Ok(expected));
        assert!(task(&["openapi", "--binary"]).unwrap_err().contains("cannot use \"--binary\""));
        assert!(task(&["arhc"]).unwrap_err().contains("is not a task"));
    }
}
