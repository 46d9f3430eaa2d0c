//! Sending by SMTP: what arrives, and what is made of a server that is unkind.

use kit_base::Settings;
use kit_mail::{MAIL_FROM, MailError, Mailer, Message, SMTP_URL};
use kit_testkit::TestClock;

use crate::sink::{Mood, Sink};

fn mailer(url: &str) -> Result<Mailer, String> {
    let settings = Settings::default().with(&SMTP_URL, url).with(&MAIL_FROM, "Státus <status@example.org>");
    Mailer::from_settings(&settings, std::path::Path::new("nowhere"), TestClock::default().clock())
}

fn to(port: u16) -> Mailer {
    mailer(&format!("smtp://127.0.0.1:{port}")).unwrap()
}

fn message() -> Message {
    Message {
        id: "019aa0c4-5c00-7000".to_owned(),
        to: "ada@example.org".to_owned(),
        subject: "Bücher & more".to_owned(),
        text: "Hello é\n.\nlast line = https://example.org/?token=po_1".to_owned(),
        unsubscribe: Some("https://example.org/end?token=1".to_owned()),
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let sink = Sink::start(Mood::Kind).await;
    to(sink.port).send(&message()).await.unwrap();
    let mail = sink.mails.lock().unwrap().first().cloned().unwrap();
    for line in [
        "MAIL FROM:<status@example.org>",
        "RCPT TO:<ada@example.org>",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
        "Message-ID: <019aa0c4-5c00-7000@example.org>",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://example.org/end?token=1>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "Hello =C3=A9",
        "..",
        "last line =3D https://example.org/?token=3Dpo_1",
    ] {
        assert!(
            mail.lines().any(|found| found.trim_end() == line || found.starts_with(line)),
            "{line}:\n{mail}"
        );
    }
    assert!(mail.contains("To: ada@example.org") && mail.contains("Subject: =?utf-8?b?"), "{mail}");
}

#[tokio::test]
async fn refusals_are_for_good_or_for_now() {
    let sink = Sink::start(Mood::Kind).await;
    let mailer = to(sink.port);
    let unkind = async |mood| {
        *sink.mood.lock().unwrap() = mood;
        mailer.send(&message()).await
    };
    let permanent = Err(MailError::Permanent("the server refused it for good (550)".to_owned()));
    assert_eq!(unkind(Mood::Refuses("550 ada@example.org is unknown")).await, permanent);
    let temporary = Err(MailError::Temporary("the server refused it (451)".to_owned()));
    assert_eq!(unkind(Mood::Refuses("451 later, ada@example.org")).await, temporary);
    let relay = Err(MailError::Temporary("the server refused it (530)".to_owned()));
    assert_eq!(unkind(Mood::Refuses("530 log in first")).await, relay, "ours to mend, not the mail's fault");
    assert!(matches!(unkind(Mood::HangsUp).await, Err(MailError::Temporary(_))));
    assert_eq!(unkind(Mood::Kind).await, Ok(()), "a bad time is not the end");
    assert_eq!(sink.mails.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_at_home_is_no_fault_of_the_mail() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(matches!(to(port).send(&message()).await, Err(MailError::Unreachable(_))));
}

#[tokio::test]
async fn what_could_be_a_header_of_its_own_is_refused() {
    let sink = Sink::start(Mood::Kind).await;
    let mailer = to(sink.port);
    for bad in [
        Message { subject: "a\r\nBcc: eve@example.org".to_owned(), ..message() },
        Message { to: "ada@example.org\r\nBcc: eve@example.org".to_owned(), ..message() },
        Message { to: "ada@example.org, eve@example.org".to_owned(), ..message() },
        Message { to: String::new(), ..message() },
        Message { id: "a>\r\nBcc: eve@example.org".to_owned(), ..message() },
        Message { id: "../a".to_owned(), ..message() },
        Message { unsubscribe: Some("https://a/\r\nBcc: eve@example.org".to_owned()), ..message() },
        Message { unsubscribe: Some("https://a/>, <mailto:eve@example.org".to_owned()), ..message() },
    ] {
        assert!(matches!(mailer.send(&bad).await, Err(MailError::Permanent(_))));
    }
    assert_eq!(sink.mails.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn bad_settings_are_told_without_their_value() {
    for url in ["mail.example.org", "http://u:secret@mail.example.org", "smtp://u:secret@h?tls=maybe"] {
        let error = mailer(url).err().unwrap();
        assert!(error.contains("SMTP_URL") && !error.contains("secret"), "{error}");
    }
    for from in ["nobody", "a@b\r\nBcc: c@d", ""] {
        let settings = Settings::default().with(&MAIL_FROM, from);
        let here = std::path::Path::new("nowhere");
        let error = Mailer::from_settings(&settings, here, TestClock::default().clock()).err().unwrap();
        assert!(error.contains("MAIL_FROM"), "{error}");
    }
}
