//! How the program is started: its arguments, its environment and nothing else of the machine's, perhaps in a shell.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{DEADLINE, Ended, Program, until};

/// The program, about to be started.
pub struct Launch {
    folder: PathBuf,
    before: Vec<OsString>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    input: String,
}

impl Launch {
    /// The program with no arguments, in that folder. Its environment is empty but for what every program needs.
    pub fn new(folder: &Path) -> Self {
        let launch = Self {
            folder: folder.to_owned(),
            before: Vec::new(),
            arguments: Vec::new(),
            environment: Vec::new(),
            input: String::new(),
        };
        let path = std::env::var_os("PATH").unwrap_or_default();
        launch.set("PATH", path).set("HOME", folder).set("TMPDIR", folder).set("RUST_BACKTRACE", "1")
    }

    /// With these arguments.
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(OsString::from));
        self
    }

    /// With this variable in its environment.
    pub fn set(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((variable.into(), value.as_ref().to_owned()));
        self
    }

    /// With these variables.
    pub fn set_all(self, variables: &[(&str, &str)]) -> Self {
        variables.iter().fold(self, |launch, (variable, value)| launch.set(variable, value))
    }

    /// With this text on its standard input.
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// In this shell command, run by `runner`, which ends in `exec "$0" "$@"`: so the process is the program.
    pub fn within(mut self, runner: &[&str], script: &str) -> Self {
        self.before = runner.iter().chain(&["sh", "-c", script]).map(OsString::from).collect();
        self
    }

    /// Starts it and returns when it listens; fails with what it said when it ends instead.
    pub async fn start(self) -> Program {
        let mut program = self.begin();
        until("the program listens", async || {
            assert!(!program.has_ended(), "the program ended instead of listening: {}", program.said());
            program.listens()
        })
        .await;
        program
    }

    /// Runs it to its end, which must come soon.
    pub async fn run(self) -> Ended {
        self.begin().ended(DEADLINE).await
    }

    /// Starts it and waits for nothing.
    pub fn begin(self) -> Program {
        let program = OsString::from(env!("CARGO_BIN_EXE_polystatus"));
        let mut words = self.before.into_iter().chain([program]).chain(self.arguments);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(self.folder).env_clear().envs(self.environment);
        Program::spawn(command, &self.input)
    }
}
