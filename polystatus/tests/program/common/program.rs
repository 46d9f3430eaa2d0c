//! The running program: what it says, where it listens, how it ends. It does not outlive its test, however that ends.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Api, until};

/// How long the program may take to end once it is told to.
const PATIENCE: Duration = Duration::from_secs(15);

/// A process of the program.
pub struct Program {
    child: Child,
    /// Kills the program when this test's process is gone, which not even its own death can prevent.
    watchdog: Child,
    out: Said,
    err: Said,
    /// Where it listens.
    pub url: String,
}

/// A program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Program {
    pub(super) fn spawn(mut command: Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        // It reads until its input ends, which it does when this process is gone.
        let watchdog = Command::new("sh")
            .args(["-c", "read -r _; kill -9 \"$0\"", &child.id().to_string()])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A program that has ended already does not read; then it says why.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let out = Said::hear(child.stdout.take().unwrap());
        let err = Said::hear(child.stderr.take().unwrap());
        Self { child, watchdog, out, err, url: String::new() }
    }

    /// Where it listens, once it has said so; from then on it is known.
    pub(super) fn listens(&mut self) -> Option<()> {
        let said = self.out.text();
        // The line is whole when the next one has begun.
        let (line, _) = said.split_once("polystatus: listening on ")?.1.split_once('\n')?;
        line.clone_into(&mut self.url);
        Some(())
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Somebody unknown who asks it.
    pub fn api(&self) -> Api {
        Api::new(&self.url)
    }

    /// What it has said so far, for people.
    pub fn said(&self) -> String {
        format!("\n--- standard output\n{}\n--- standard error\n{}", self.out.text(), self.err.text())
    }

    /// What it has said so far on its standard output.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// Tells it to end; it must do so in good order. Returns what it said.
    pub async fn stop(self) -> Ended {
        self.stop_within(PATIENCE).await
    }

    /// The same, where it must be quick.
    pub async fn stop_within(self, patience: Duration) -> Ended {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(told.success());
        let ended = self.ended(patience).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        ended
    }

    /// Kills it without a word of warning.
    pub async fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.ended(PATIENCE).await
    }

    /// Waits for its end.
    pub(super) async fn ended(mut self, patience: Duration) -> Ended {
        let ending = until("the program ends", async || self.child.try_wait().unwrap());
        let status = tokio::time::timeout(patience, ending).await;
        let status = status.unwrap_or_else(|_| panic!("the program does not end within {patience:?}"));
        Ended { code: status.code(), out: self.out.whole(), err: self.err.whole() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        for process in [&mut self.watchdog, &mut self.child] {
            // Both may have ended already, and are to be waited for all the same.
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("what the program said:{}", self.said());
        }
    }
}

/// One of the program's outputs, gathered by a thread of its own.
struct Said {
    bytes: Arc<Mutex<Vec<u8>>>,
    hearing: Option<JoinHandle<()>>,
}

impl Said {
    fn hear(mut from: impl Read + Send + 'static) -> Self {
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let heard = bytes.clone();
        let hearing = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut chunk) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..length]);
            }
        });
        Self { bytes, hearing: Some(hearing) }
    }

    /// What was said so far.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Everything, once the program has ended.
    fn whole(&mut self) -> String {
        if let Some(hearing) = self.hearing.take() {
            hearing.join().unwrap();
        }
        self.text()
    }
}
