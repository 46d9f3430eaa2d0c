//! Where mails go while no server is named: into files that only their owner may read.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tokio::task;

use crate::MailError;

/// A folder of mails.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder at this path; it is made with the first mail.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes the mail of that id down.
    pub(crate) async fn keep(&self, id: &str, letter: Vec<u8>) -> Result<(), MailError> {
        let file = self.0.join(format!("{id}.eml"));
        let place = file.clone();
        let kept = task::spawn_blocking(move || write(&place, &letter)).await;
        match kept {
            Ok(Ok(())) => {
                tracing::warn!(file = %file.display(), "no SMTP_URL is set, so a mail was written to a file");
                Ok(())
            }
            Ok(Err(error)) => {
                Err(MailError::Temporary(format!("{} cannot be written: {error}", file.display())))
            }
            Err(_) => Err(MailError::Temporary("writing it broke off".to_owned())),
        }
    }
}

/// Never half: under its name there is a whole mail or none.
fn write(file: &Path, letter: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let draft = file.with_extension("new");
    let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    open.write_all(letter)?;
    open.sync_all()?;
    fs::rename(draft, file)
}
