//! Sending one mail. Its Message-ID is the same at every attempt, so that a receiver who gets it twice can tell.

use kit_base::hex;
use kit_mail::{MailError, Message};
use sha2::{Digest, Sha256};

use super::{Engine, Outcome};
use crate::letters;
use crate::model::tokens;
use crate::store::deliveries::{Content, Due};

/// Sends the mail.
pub(super) async fn send(engine: &Engine, due: &Due) -> Outcome {
    let Some(message) = message(engine, due) else {
        return Outcome::Dropped("What it was about is no longer there.".to_owned());
    };
    match engine.mailer.send(&message).await {
        Ok(()) => Outcome::Delivered("The mail server took it.".to_owned()),
        Err(error @ MailError::Permanent(_)) => Outcome::Refused(error.to_string()),
        Err(error @ MailError::Temporary(_)) => Outcome::Failed(error.to_string()),
        Err(error @ MailError::Unreachable(_)) => Outcome::Unreachable(error.to_string()),
    }
}

fn message(engine: &Engine, due: &Due) -> Option<Message> {
    let (state, base, id) = (&engine.state, engine.base(due), &due.subscriber_id);
    let end = format!("{base}/subscriptions/unsubscribe?token={}", tokens::to_end(&state.secret, id));
    let (letter, unsubscribe) = match &due.content {
        Content::Update(update) => (letters::update(&state.site_name, base, update, &end), Some(end)),
        Content::Notice(notice) => (letters::notice(&state.site_name, base, notice, &end), Some(end)),
        Content::Confirm { nonce, expires_at } => {
            let token = tokens::to_confirm(&state.secret, id, nonce);
            (letters::confirm(&state.site_name, base, &token, *expires_at), None)
        }
        Content::Test | Content::Gone => return None,
    };
    Some(Message {
        id: message_id(due),
        to: due.address.clone(),
        subject: letter.subject,
        text: letter.text,
        unsubscribe,
    })
}

/// Made of who gets it and what is said, which is what makes two mails the same.
fn message_id(due: &Due) -> String {
    let digest = Sha256::digest(format!("{} {}", due.subscriber_id, due.message));
    hex(digest.get(..16).unwrap_or_default())
}
