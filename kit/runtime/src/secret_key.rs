//! Where the key of the installation comes from: the settings, or a file in the data folder that is made once.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kit_base::{Ids, SecretKey, Settings};

use crate::context::{DATABASE_URL, SECRET_KEY};

const FILE: &str = "secret_key";
const SHORTEST: usize = 32;

/// The key that the settings give, or else the one that this data folder keeps. The error is a line for the terminal.
pub fn secret_key(settings: &Settings, data_dir: &Path, ids: &Ids) -> Result<SecretKey, String> {
    match given(settings)? {
        Some(key) => Ok(key),
        None if settings.optional(&DATABASE_URL).is_some() => Err(missing("nodes that share a database")),
        None => kept(&data_dir.join(FILE), ids),
    }
}

/// The key that the settings give to services that run apart: without it they would not know each other.
pub fn shared_secret_key(settings: &Settings) -> Result<SecretKey, String> {
    given(settings)?.ok_or_else(|| missing("services that run apart"))
}

fn given(settings: &Settings) -> Result<Option<SecretKey>, String> {
    match settings.optional(&SECRET_KEY) {
        Some(key) if key.chars().count() < SHORTEST => Err(format!(
            "{} is too short: give it at least {SHORTEST} characters that nobody can guess",
            name()
        )),
        key => Ok(key.map(SecretKey::new)),
    }
}

fn missing(who: &str) -> String {
    format!(
        "{} is not set: {who} must share it, so none is made; give one of at least {SHORTEST} characters",
        name()
    )
}

fn name() -> &'static str {
    SECRET_KEY.also.first().copied().unwrap_or(SECRET_KEY.name)
}

/// Readable for its owner alone, and never half-written: a key that were cut off would be another one.
fn kept(file: &Path, ids: &Ids) -> Result<SecretKey, String> {
    let at = |error: std::io::Error| format!("{} cannot be used: {error}", file.display());
    match fs::read_to_string(file) {
        Ok(key) if key.trim().chars().count() >= SHORTEST => return Ok(SecretKey::new(key.trim())),
        Ok(_) => return Err(format!("{} holds no key; take it away to have a new one made", file.display())),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(error)),
        Err(_) => {}
    }
    let key = ids.secret(64);
    let draft = file.with_extension("new");
    let mut open =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(at)?;
    open.write_all(key.as_bytes()).and_then(|()| open.sync_all()).map_err(at)?;
    fs::rename(&draft, file).map_err(at)?;
    Ok(SecretKey::new(&key))
}
