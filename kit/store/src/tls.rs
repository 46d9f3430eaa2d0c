//! TLS to PostgreSQL as libpq means it: `sslmode` says whether, and `verify-full` that the server must prove that it has
//! the name that was asked for (PostgreSQL 17 documentation, 32.19 SSL Support).

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Result, StoreError};

/// The address as the client knows it, and how it makes connections secure.
pub(crate) fn way(url: &str) -> Result<(String, MakeRustlsConnect)> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut verify, mut authorities, mut rest) = (false, None, Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = form_urlencoded::parse(part.as_bytes()).next().unwrap_or_default();
        match (&*name, &*value) {
            ("sslmode", "verify-full") => {
                verify = true;
                rest.push("sslmode=require");
            }
            ("sslmode", "verify-ca" | "allow") => {
                return Err(refuse("sslmode is disable, prefer, require or verify-full"));
            }
            ("sslrootcert", file) => authorities = Some(file.to_owned()),
            _ => rest.push(part),
        }
    }
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match (verify, authorities) {
        (true, Some(file)) => by_authorities(Path::new(&file), provider.clone())?,
        (true, None) => Arc::new(rustls_platform_verifier::Verifier::new(provider.clone()).map_err(refuse)?),
        (false, None) => Arc::new(Anybody(provider.clone())),
        (false, Some(_)) => return Err(refuse("sslrootcert is for sslmode=verify-full")),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refuse)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let url = if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
    Ok((url, MakeRustlsConnect::new(config)))
}

/// Only servers that these authorities, in a PEM file, vouch for.
fn by_authorities(file: &Path, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
    let unreadable =
        |error: &dyn std::fmt::Display| refuse(format!("sslrootcert {}: {error}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    Ok(verifier.map_err(|error| unreadable(&error))?)
}

fn refuse(why: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("the address of PostgreSQL: {why}"))
}

/// Takes whoever answers, as libpq does unless it is told to verify: nobody can listen in, but it is not known to whom
/// one speaks. Hosted databases have certificates that no authority has signed.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
