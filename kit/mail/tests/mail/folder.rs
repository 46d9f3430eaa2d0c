//! Without a server a mail becomes a file, for its owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use kit_base::Settings;
use kit_mail::{MailError, Mailer, Message};
use kit_testkit::TestClock;

fn message() -> Message {
    let [id, to, subject, text] = ["one", "ada@example.org", "Hello", "There"].map(str::to_owned);
    Message { id, to, subject, text, unsubscribe: None }
}

#[tokio::test]
async fn a_mail_is_kept_in_a_file_that_only_its_owner_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mailer =
        Mailer::from_settings(&Settings::default(), folder.path(), TestClock::default().clock()).unwrap();
    for _ in 0..2 {
        mailer.send(&message()).await.unwrap();
    }
    let outbox = folder.path().join("outbox");
    let files: Vec<_> = fs::read_dir(&outbox).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["one.eml"], "the same mail is the same file");
    let file = outbox.join("one.eml");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&outbox)), (0o600, 0o700));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("Message-ID: <one@localhost>") && text.trim_end().ends_with("There"), "{text}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_temporary() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("outbox"), "a file").unwrap();
    let mailer =
        Mailer::from_settings(&Settings::default(), folder.path(), TestClock::default().clock()).unwrap();
    let error = mailer.send(&message()).await.unwrap_err();
    assert!(matches!(error, MailError::Temporary(_)) && !error.to_string().contains("ada@"), "{error}");
}
