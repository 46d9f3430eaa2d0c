//! A mail as its sender thinks of it, and as it is written down (RFC 5322).

use std::time::{Duration, UNIX_EPOCH};

use kit_base::Clock;
use lettre::message::Mailbox;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};

use crate::MailError;

/// A mail in plain text. It has no `Debug`, so that no log can show whom it is for and what it says.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Unique, of letters, digits and hyphens: a mail that is sent twice has the same Message-ID both times.
    pub id: String,
    /// Whom it is for: one address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The address to which a bare `POST` ends such mails (RFC 8058), for mails that come again and again.
    pub unsubscribe: Option<String>,
}

/// Whoever writes our mails.
pub(crate) struct Sender {
    from: Mailbox,
    clock: Clock,
}

impl Sender {
    /// The sender that this text names: `a@b`, or `Name <a@b>`.
    pub(crate) fn parse(from: &str, clock: Clock) -> Option<Self> {
        let from = from.parse().ok().filter(|_| !from.contains(char::is_control))?;
        Some(Self { from, clock })
    }

    /// The mail as it is written down. What could become a header of its own is refused.
    pub(crate) fn letter(&self, message: &Message) -> Result<lettre::Message, MailError> {
        let Message { id, to, subject, text, unsubscribe } = message;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(permanent("its id is not of letters, digits and hyphens"));
        }
        if subject.contains(char::is_control) {
            return Err(permanent("its subject is more than one line"));
        }
        let to = to.parse().map_err(|_| permanent("its recipient is no mail address"))?;
        let micros = u64::try_from(self.clock.now().micros()).unwrap_or_default();
        let letter = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(subject)
            // No machine shall answer a machine (RFC 3834).
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::QuotedPrintable);
        let letter = match unsubscribe {
            Some(url) if url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,".contains(&byte)) => letter
                .raw_header(raw("List-Unsubscribe", format!("<{url}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())),
            Some(_) => return Err(permanent("the address that ends it cannot stand in a header")),
            None => letter,
        };
        letter
            .body(text.replace("\r\n", "\n").replace('\n', "\r\n"))
            .map_err(|_| permanent("it cannot be written down"))
    }
}

/// A header as it is, because nothing in it needs another form.
fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

fn permanent(reason: &str) -> MailError {
    MailError::Permanent(reason.to_owned())
}
