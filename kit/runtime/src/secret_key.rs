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
    let name = SECRET_KEY.also.first().copied().unwrap_or(SECRET_KEY.name);
    match settings.optional(&SECRET_KEY) {
        Some(key) if key.chars().count() < SHORTEST => {
            Err(format!("{name} is too short: give it at least {SHORTEST} characters that nobody can guess"))
        }
        Some(key) => Ok(SecretKey::new(key)),
        None if settings.optional(&DATABASE_URL).is_some() => Err(format!(
            "{name} is not set: nodes that share a database must share it, so none is made; give one of at least {SHORTEST} characters"
        )),
        None => kept(&data_dir.join(FILE), ids),
    }
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
