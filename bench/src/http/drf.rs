//! The same list from Django REST framework: how far apart the two are, no more than that. It is left out where there is
//! no Python, or where the packages cannot be installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::process::ServerProcess;
use super::wire::{Whole, ask};
use super::{CONNECTIONS, heading, in_turn, middle, row, server};
use crate::common::Options;

const APPLICATION: &str = include_str!("../../drf/app.py");
const PACKAGES: [&str; 3] = ["django", "djangorestframework", "gunicorn"];

/// Compares the list of `ours`, whose answer is `answer`, with the same list there.
pub fn compare(
    options: &Options,
    folder: &Path,
    ours: &ServerProcess,
    list: &[u8],
    answer: &Whole,
) -> Result<(), String> {
    let theirs = match start(&folder.join("drf")) {
        Ok(theirs) => theirs,
        Err(reason) => {
            println!("Django REST framework was left out: {reason}");
            return Ok(());
        }
    };
    if let Err(reason) = ask(&theirs.address, list).and_then(|theirs| same(&theirs, answer)) {
        println!("Django REST framework was left out: {reason}");
        return Ok(());
    }
    println!(
        "The same list, {CONNECTIONS} connections, from Django REST framework (gunicorn, 2 workers, SQLite)"
    );
    let [theirs, ours] = in_turn(options, CONNECTIONS, [(&theirs, list), (ours, list)])?;
    heading();
    row("Django REST framework", &theirs);
    row("the server, from what is kept", &ours);
    let ratio = middle(&ours, |sample| sample.rate) / middle(&theirs, |sample| sample.rate);
    println!("ratio: {ratio:.0}\n");
    Ok(())
}

/// That both say the same of the same members.
fn same(theirs: &Whole, ours: &Whole) -> Result<(), String> {
    let said = |whole: &Whole, key: &str| {
        let value = serde_json::from_slice::<serde_json::Value>(&whole.body).ok()?;
        value.get(key).cloned()
    };
    let same = ["count", "results"].iter().all(|key| said(theirs, key) == said(ours, key));
    if same { Ok(()) } else { Err("it does not give the same list".to_owned()) }
}

fn start(folder: &Path) -> Result<ServerProcess, String> {
    let python = installed(folder)?;
    let file = folder.join("app.py");
    std::fs::write(&file, APPLICATION).map_err(|error| error.to_string())?;
    let members = server::MEMBERS.to_string();
    ServerProcess::of(Command::new(python).arg(file).arg(members).stderr(Stdio::null()))
}

/// A Python that has the packages, in that folder.
fn installed(folder: &Path) -> Result<PathBuf, String> {
    run(Command::new("python3").args(["-m", "venv"]).arg(folder), "python3 -m venv")?;
    let python = folder.join("bin").join("python");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "10"];
    run(Command::new(&python).args(pip).args(PACKAGES), "pip install")?;
    Ok(python)
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match quiet.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed: {status}")),
        Err(error) => Err(format!("{what}: {error}")),
    }
}
