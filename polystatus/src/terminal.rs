//! Speaking to whoever started the program: results on standard output, progress on standard error.

use std::io::{ErrorKind, IsTerminal, Write};

/// Prints `text` and ends the line. Whoever has heard enough and closed the other end (`| head`) is no error.
pub fn say(text: impl std::fmt::Display) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

/// How far it is: a bar on a terminal; a line in a log.
pub fn progress(what: &str, done: usize, all: usize) {
    let mut out = std::io::stderr().lock();
    let full = (done * 30).checked_div(all).unwrap_or(30);
    // Whoever cannot be told of it is helped no less.
    let _ = if out.is_terminal() {
        let bar = format!("{}{}", "=".repeat(full), " ".repeat(30_usize.saturating_sub(full)));
        let end = if done >= all { "\n" } else { "" };
        write!(out, "\r{what} [{bar}] {done} of {all}{end}").and_then(|()| out.flush())
    } else {
        writeln!(out, "{what}: {done} of {all}")
    };
}
