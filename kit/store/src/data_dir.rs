//! The folder with everything that a single node keeps, and the lock that makes it one process's own.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A data folder that belongs to this process until it ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the folder where it is missing and takes hold of it. The error is a line for the terminal.
    pub fn take(path: &Path) -> Result<Self, String> {
        let told = |doing: &str, error: io::Error| {
            format!("the data folder {} cannot be {doing}: {error}", path.display())
        };
        fs::create_dir_all(path).map_err(|error| told("created", error))?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock"));
        let lock = lock.map_err(|error| told("written", error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "the data folder {} is in use by another polystatus; stop that one, or give this one a folder of its \
                 own with --data-dir",
                path.display()
            )),
            Err(TryLockError::Error(error)) => Err(told("locked", error)),
        }
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let place = std::env::temp_dir().join(format!("polystatus-data-dir-{}", std::process::id()));
        let first = DataDir::take(&place).unwrap();
        assert!(DataDir::take(&place).unwrap_err().contains("in use by another polystatus"));
        drop(first);
        assert!(DataDir::take(&place).is_ok());
        fs::remove_dir_all(place).unwrap();
    }
}
