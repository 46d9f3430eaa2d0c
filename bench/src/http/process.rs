//! The processes of a comparison: servers that run until they are dropped, and the load that is put on one of them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server in a process of its own.
pub struct ServerProcess {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// The token of somebody it knows; empty where it knows nobody.
    pub token: String,
}

impl ServerProcess {
    /// This program as that server.
    pub fn start(words: &[&str]) -> Result<Self, String> {
        Self::of(own_program()?.arg(super::SERVER).args(words))
    }

    /// This program as another part of itself that serves.
    pub fn part(words: &[&str]) -> Result<Self, String> {
        Self::of(own_program()?.args(words))
    }

    /// A program that says on its first line where it listens, and that ends when its standard input does.
    pub fn of(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        let server = |(address, token): (&str, &str)| (address.to_owned(), token.trim().to_owned());
        match line.split_once(' ').map(server) {
            Some((address, token)) => Ok(Self { child, address, token }),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                Err("the server did not start".to_owned())
            }
        }
    }
}

impl ServerProcess {
    /// The processor time that it has used, in microseconds.
    pub fn used(&self) -> Option<u64> {
        super::load::used(&self.id().to_string())
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What one round of load showed.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Answers in a second.
    pub rate: f64,
    /// The mean time of an answer, in microseconds.
    pub mean: f64,
    /// The time that half of the answers took at most, in microseconds.
    pub p50: f64,
    /// The time that all but one in a hundred took at most, in microseconds.
    pub p99: f64,
    /// The server's processor time for each answer, in microseconds; 0 where it is not known.
    pub cpu: f64,
}

/// How long load is put on a server: first without counting.
#[derive(Clone, Copy)]
pub struct Span {
    pub warm: Duration,
    pub counted: Duration,
}

/// Puts `request` on the server again and again, over so many connections.
pub fn round(
    server: &ServerProcess,
    request: &[u8],
    connections: usize,
    span: Span,
) -> Result<Sample, String> {
    let millis = |span: Duration| span.as_millis().to_string();
    let mut child = own_program()?
        .args([super::LOAD, &server.address, &server.child.id().to_string(), &connections.to_string()])
        .args([millis(span.warm), millis(span.counted)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(request));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    written.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err("the load failed".to_owned());
    }
    sample(&String::from_utf8_lossy(&output.stdout), span.counted)
}

fn sample(line: &str, counted: Duration) -> Result<Sample, String> {
    let numbers: Result<Vec<f64>, _> = line.split_whitespace().map(str::parse).collect();
    let numbers = numbers.map_err(|error| format!("{line:?}: {error}"))?;
    let [count, mean, p50, p99, used] = numbers.as_slice() else {
        return Err(format!("{line:?} is no result"));
    };
    let (rate, cpu) = (count / counted.as_secs_f64(), used / count);
    Ok(Sample { rate, mean: mean / 1000.0, p50: p50 / 1000.0, p99: p99 / 1000.0, cpu })
}

fn own_program() -> Result<Command, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Ok(Command::new(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_read_as_the_load_writes_it() {
        let sample = sample("3000 2000 1500 9000 60000\n", Duration::from_secs(3)).unwrap();
        assert_eq!([sample.rate, sample.mean, sample.p50, sample.p99, sample.cpu], [1000., 2., 1.5, 9., 20.]);
    }
}
