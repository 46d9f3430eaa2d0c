//! Which application is asking: by Basic first, then by the body (RFC 6749 2.3.1).

use http::HeaderMap;
use kit_web::Source;

use super::applications::Application;
use super::model::{self, Kind};
use super::parameters::{Parameters, basic};
use super::refusal::Refusal;
use super::store::applications::{self, Client};
use crate::Identity;

impl Identity {
    /// The application that is asking. Wrong secrets are counted for where they come from, not for the client: nobody
    /// guesses one, but anybody could keep a client waiting.
    pub(crate) async fn client(
        &self,
        headers: &HeaderMap,
        parameters: &Parameters,
        source: &Source,
    ) -> Result<Application, Refusal> {
        let place = self.place(source);
        self.admit_guess(&place)?;
        let given = |name| parameters.get(name).unwrap_or_default().to_owned();
        let in_body = (given("client_id"), given("client_secret"));
        for (client_id, secret) in basic(headers).into_iter().chain([in_body]) {
            let found = self.db.read(move |tx| applications::client(tx, &client_id)).await?;
            if let Some(client) = found.filter(|client| proves_itself(client, &secret)) {
                return one_client(client.application, parameters);
            }
        }
        self.oauth.guard.failed(&place);
        Err(Refusal::invalid_client())
    }

    /// Refuses while guesses of this kind have to wait.
    pub(crate) fn admit_guess(&self, kind: &str) -> Result<(), Refusal> {
        match self.oauth.guard.wait(kind) {
            Some(wait) => Err(crate::Error::TooManyFailures(wait).into()),
            None => Ok(()),
        }
    }

    /// Where a request comes from, as a name that does not tell the address: the network of 64 bits for IPv6.
    pub(crate) fn place(&self, source: &Source) -> String {
        let place = match source.address {
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => format!("{:?}", address.segments().get(..4)),
        };
        format!("address:{}", self.oauth.secret.pseudonym("guessing", &place))
    }
}

/// A confidential client has its secret; a public one has none, and may not pretend to.
fn proves_itself(client: &Client, secret: &str) -> bool {
    match client.application.kind {
        Kind::Confidential => model::is_secret(secret, &client.secret_hash),
        Kind::Public => secret.is_empty(),
    }
}

fn one_client(application: Application, parameters: &Parameters) -> Result<Application, Refusal> {
    match parameters.get("client_id") {
        Some(other) if other != application.client_id => {
            Err(Refusal::invalid_request("The header and the body name different clients."))
        }
        _ => Ok(application),
    }
}
