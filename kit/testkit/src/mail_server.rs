//! A real mail server for tests, `aiosmtpd`, which can be switched off and on and told to refuse.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// How long it may take to do what it is told.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server, until this is dropped.
pub struct MailServer {
    process: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    mails: Arc<Mutex<Vec<Value>>>,
    port: u64,
}

impl MailServer {
    /// A server that takes whatever comes.
    #[expect(clippy::expect_used, reason = "a test that cannot have its mail server must fail")]
    pub fn start() -> Self {
        // `./check` puts it there where Python does not have it.
        let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/python");
        let mut command = Command::new("python3");
        command.args(["-c", include_str!("smtpd.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        if installed.is_dir() {
            command.env("PYTHONPATH", installed);
        }
        let mut process = command.spawn().expect("python3 runs the tests' mail server; install Python 3");
        let orders = process.stdin.take().expect("an input");
        let output = BufReader::new(process.stdout.take().expect("an output"));
        let mails = Arc::<Mutex<Vec<Value>>>::default();
        let (say, said) = channel();
        let kept = mails.clone();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let told: Value = serde_json::from_str(&line).unwrap_or_default();
                if told.get("event").is_some_and(|event| event == "mail") {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(told);
                } else if say.send(told).is_err() {
                    return;
                }
            }
        });
        let mut server = Self { process, orders, said, mails, port: 0 };
        server.port = server.hear().get("port").and_then(Value::as_u64).unwrap_or_default();
        server
    }

    /// The setting `SMTP_URL` that leads here.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Nobody is there any more; connections are cut.
    pub fn switch_off(&mut self) {
        self.order("down");
    }

    /// It is there again, at the same port.
    pub fn switch_on(&mut self) {
        self.order("up");
    }

    /// The next mail for this address is answered so at `RCPT`; several orders hold for several mails.
    pub fn answer_recipient(&mut self, address: &str, answer: &str) {
        self.order(&format!("recipient {address} {answer}"));
    }

    /// The next text is answered so after `DATA`, or not at all: `hang`, or `cut` for hanging up. It is not kept then.
    pub fn answer_text(&mut self, answer: &str) {
        self.order(&format!("text {answer}"));
    }

    /// Every mail that it has taken, each with `id`, `to`, `subject`, `headers` (small letters) and `text`.
    pub fn mails(&self) -> Vec<Value> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[expect(clippy::expect_used, reason = "a test whose mail server does not obey must fail")]
    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").and_then(|()| self.orders.flush()).expect("the mail server listens");
        self.hear();
    }

    #[expect(clippy::expect_used, reason = "a test whose mail server does not obey must fail")]
    fn hear(&self) -> Value {
        self.said.recv_timeout(PATIENCE).expect(
            "the tests' mail server does not run; `./check test` installs what it needs, or: python3 -m pip install aiosmtpd",
        )
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended already, and is to be waited for all the same.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
