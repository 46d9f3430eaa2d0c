//! Speaking to whoever started the program, on standard output.

use std::io::{ErrorKind, Write};

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
