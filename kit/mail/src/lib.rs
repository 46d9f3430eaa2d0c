//! Mail: how every service sends one. By SMTP where a server is named, else into a folder where it can be read.

mod folder;
mod message;
mod smtp;

use std::path::Path;

use kit_base::settings::{Kind, Settings};
use kit_base::{Clock, Setting};

pub use message::Message;

use folder::Folder;
use message::Sender;
use smtp::Smtp;

/// The server that sends our mail.
pub const SMTP_URL: Setting = Setting::new(
    "smtp_url",
    Kind::Secret,
    "",
    "the mail server, as smtp://user:password@host:587?tls=required, or smtps://; tls may be required, opportunistic or none; without it mails are written to the folder outbox of the data folder",
)
.also(&["SMTP_URL"]);

/// Whom our mail comes from.
pub const MAIL_FROM: Setting = Setting::new(
    "mail_from",
    Kind::Text,
    "PolyStatus <polystatus@localhost>",
    "the sender of every mail: an address, or a name with an address in angle brackets",
)
.also(&["MAIL_FROM"]);

/// The settings of mail, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[SMTP_URL, MAIL_FROM];

/// A mail was not sent. The words hold no address and nothing of its text.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MailError {
    /// Trying again later may help.
    #[error("the mail cannot be sent now: {0}")]
    Temporary(String),
    /// No server could be asked, so nothing is known of this mail, and no other could be sent now either.
    #[error("no mail can be sent now: {0}")]
    Unreachable(String),
    /// It will never be sent as it is.
    #[error("the mail cannot be sent: {0}")]
    Permanent(String),
}

/// Sends mails.
pub struct Mailer {
    sender: Sender,
    way: Way,
}

enum Way {
    Smtp(Smtp),
    Folder(Folder),
}

impl Mailer {
    /// The way of sending that the settings name. The error is a line for the terminal.
    pub fn from_settings(settings: &Settings, data_dir: &Path, clock: Clock) -> Result<Self, String> {
        let sender = Sender::parse(settings.text(&MAIL_FROM), clock)
            .ok_or_else(|| format!("{} is not an address that mail can come from", MAIL_FROM.variable()))?;
        let way = match settings.optional(&SMTP_URL) {
            Some(url) => Way::Smtp(Smtp::new(url)?),
            None => Way::Folder(Folder::new(data_dir.join("outbox"))),
        };
        Ok(Self { sender, way })
    }

    /// Sends a mail, and returns when the server has taken it.
    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        let letter = self.sender.letter(message)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(letter).await,
            Way::Folder(folder) => folder.keep(&message.id, letter.formatted()).await,
        }
    }
}
