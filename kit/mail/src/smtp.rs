//! Sending by SMTP (RFC 5321), encrypted wherever the server can.

use std::time::Duration;

use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::{MailError, SMTP_URL};

/// How long the server may take for each step.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections that are kept for the next mail at most.
const KEPT: u32 = 8;

/// A mail server.
pub(crate) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// The server at this address. The error is a line for the terminal; it does not repeat the address, which may hold
    /// a password.
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        let wrong = || {
            let variable = SMTP_URL.also.first().copied().unwrap_or(SMTP_URL.name);
            format!("{variable} is no mail server; write smtp://host:587?tls=required or smtps://host")
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url)).map_err(|_| wrong())?;
        let pool = PoolConfig::new().max_size(KEPT);
        Ok(Self(builder.timeout(Some(PATIENCE)).pool_config(pool).build()))
    }

    /// Hands the mail to the server.
    pub(crate) async fn send(&self, letter: Message) -> Result<(), MailError> {
        self.0.send(letter).await.map(drop).map_err(in_words)
    }
}

/// The address with its kind of encryption said, in the words that the library knows. Where nobody says, a password
/// needs encryption, anything else takes what there is, and this machine itself needs none.
fn with_tls(url: &str) -> String {
    let said =
        url.split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with("tls=")));
    if said {
        return url.replace("?tls=none&", "?").replace("?tls=none", "").replace("&tls=none", "");
    }
    let Some(rest) = url.strip_prefix("smtp://") else { return url.to_owned() };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let here = ["localhost", "127.0.0.1", "[::1]"];
    if here
        .iter()
        .any(|name| host == *name || host.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    {
        return url.to_owned();
    }
    let kind = if user.is_some() { "required" } else { "opportunistic" };
    format!("{url}{}tls={kind}", if url.contains('?') { '&' } else { '?' })
}

/// The words of the server may name the recipient, so only its code is told. That it does not know us (53x) is for
/// whoever runs this to mend, and no fault of the mail.
fn in_words(error: Error) -> MailError {
    let code = error.status().map(|code| code.to_string());
    match code {
        Some(code) if error.is_permanent() && !code.starts_with("53") => {
            MailError::Permanent(format!("the server refused it for good ({code})"))
        }
        Some(code) => MailError::Temporary(format!("the server refused it ({code})")),
        None if error.is_timeout() => MailError::Temporary("the server did not answer in time".to_owned()),
        None if error.is_tls() => MailError::Temporary("the connection could not be encrypted".to_owned()),
        // The library has no other word for it.
        None if error.to_string().starts_with("Connection error") => {
            MailError::Unreachable("the server cannot be reached".to_owned())
        }
        None => MailError::Temporary("the server hung up".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_as_said_and_else_as_it_should_be() {
        for (url, made) in [
            ("smtp://mail.example.org", "smtp://mail.example.org?tls=opportunistic"),
            ("smtp://u:p@mail.example.org:25", "smtp://u:p@mail.example.org:25?tls=required"),
            (
                "smtp://u:p@mail.example.org?tls=opportunistic",
                "smtp://u:p@mail.example.org?tls=opportunistic",
            ),
            ("smtp://mail.example.org?tls=none", "smtp://mail.example.org"),
            ("smtp://u:p@127.0.0.1:2525", "smtp://u:p@127.0.0.1:2525"),
            ("smtp://localhost.example.org", "smtp://localhost.example.org?tls=opportunistic"),
            ("smtps://u:p@mail.example.org", "smtps://u:p@mail.example.org"),
        ] {
            assert_eq!(with_tls(url), made);
        }
    }
}
