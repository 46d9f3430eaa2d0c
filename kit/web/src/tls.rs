//! TLS of our own: a certificate and its key from two files, which are read anew when they change.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use ring::digest;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

pub(crate) const CERTIFICATE: Setting = Setting::new(
    "web.tls_certificate",
    Kind::Path,
    "",
    "a PEM file with the certificate and those that vouch for it; read anew when it changes",
);
pub(crate) const KEY: Setting =
    Setting::new("web.tls_key", Kind::Path, "", "a PEM file with the key of web.tls_certificate");

/// How often the files are looked at.
pub(crate) const LOOK: Duration = Duration::from_secs(5);

/// Where the certificate and its key are: both or neither.
#[derive(Clone, Debug, Default)]
pub struct TlsFiles {
    /// The certificate and those that vouch for it, in PEM.
    pub certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    pub key: Option<PathBuf>,
}

impl TlsFiles {
    /// From the settings.
    pub fn from_settings(settings: &Settings) -> Self {
        let path = |setting| settings.optional(setting).map(PathBuf::from);
        Self { certificate: path(&CERTIFICATE), key: path(&KEY) }
    }
}

/// How connections become TLS 1.2 or 1.3, with HTTP/2 or HTTP/1.1 as the client prefers.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    holder: Arc<Holder>,
    acceptor: TlsAcceptor,
}

/// What is shown to clients at present, and what it was read from.
struct Holder(RwLock<(digest::Digest, Arc<CertifiedKey>)>);

impl Tls {
    /// Reads the files; `None` where there are none. The error is a line for the terminal.
    pub(crate) fn load(files: &TlsFiles) -> Result<Option<Self>, String> {
        let (certificate, key) = match (&files.certificate, &files.key) {
            (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(half(&CERTIFICATE, &KEY)),
            (None, Some(_)) => return Err(half(&KEY, &CERTIFICATE)),
        };
        let texts = Texts::read(&certificate, &key)?;
        let first = (texts.digest(), Arc::new(texts.certified(&certificate, &key)?));
        let holder = Arc::new(Holder(RwLock::new(first)));
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| format!("TLS is not possible: {error}"))?
            .with_no_client_auth()
            .with_cert_resolver(holder.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(Self { certificate, key, holder, acceptor: TlsAcceptor::from(Arc::new(config)) }))
    }

    /// Looks at the files now: `true` where they hold another certificate, which is shown from now on. Where they
    /// cannot be used the one before stays, and the error says why.
    pub fn reload(&self) -> Result<bool, String> {
        let texts = Texts::read(&self.certificate, &self.key)?;
        let digest = texts.digest();
        if self.holder.held(|(held, _)| held.as_ref() == digest.as_ref()) {
            return Ok(false);
        }
        let certified = texts.certified(&self.certificate, &self.key)?;
        *self.holder.0.write().unwrap_or_else(PoisonError::into_inner) = (digest, Arc::new(certified));
        Ok(true)
    }

    /// The handshake.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }

    /// Looks at the files so often until `stop`.
    pub(crate) async fn watch(self: Arc<Self>, every: Duration, stop: CancellationToken) {
        let mut told = None;
        while stop.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
            let tls = self.clone();
            match tokio::task::spawn_blocking(move || tls.reload()).await {
                Ok(Ok(changed)) => {
                    if changed {
                        tracing::info!("a new certificate is in use");
                    }
                    told = None;
                }
                // Between the writing of one file and the other they do not fit: once is enough.
                Ok(Err(error)) if told.as_ref() != Some(&error) => {
                    tracing::warn!(error, "the certificate before stays in use");
                    told = Some(error);
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
    }
}

impl Holder {
    fn held<T>(&self, look: impl FnOnce(&(digest::Digest, Arc<CertifiedKey>)) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Holder {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.held(|(_, certified)| certified.clone()))
    }
}

/// Rustls wants one; it shows nothing of the key.
impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder")
    }
}

/// What stands in the two files.
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Texts {
    fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        let read = |setting: &Setting, path: &Path| {
            std::fs::read(path)
                .map_err(|error| format!("{}: {} cannot be read: {error}", setting.name, path.display()))
        };
        Ok(Self { certificate: read(&CERTIFICATE, certificate)?, key: read(&KEY, key)? })
    }

    fn digest(&self) -> digest::Digest {
        let mut both = digest::Context::new(&digest::SHA256);
        both.update(digest::digest(&digest::SHA256, &self.certificate).as_ref());
        both.update(digest::digest(&digest::SHA256, &self.key).as_ref());
        both.finish()
    }

    fn certified(&self, certificate: &Path, key: &Path) -> Result<CertifiedKey, String> {
        let no_pem = |setting: &Setting, path: &Path, what: &str| {
            format!("{}: {} holds no {what} in PEM", setting.name, path.display())
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| no_pem(&CERTIFICATE, certificate, "certificate"))?;
        let private =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| no_pem(&KEY, key, "private key"))?;
        CertifiedKey::from_der(chain, private, &default_provider()).map_err(|error| {
            format!(
                "{}: the certificate in {} cannot be used with the key in {}: {error}",
                CERTIFICATE.name,
                certificate.display(),
                key.display()
            )
        })
    }
}

fn half(there: &Setting, missing: &Setting) -> String {
    format!("{} is set and {} is not; set both, or neither", there.name, missing.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renew(folder: &Path) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.join("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    }

    #[tokio::test]
    async fn the_files_are_looked_at_until_the_server_stops() {
        let folder = std::env::temp_dir().join(format!("polystatus-tls-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        renew(&folder);
        let path = |name: &str| Some(folder.join(name));
        let files = TlsFiles { certificate: path("certificate.pem"), key: path("key.pem") };
        let tls = Arc::new(Tls::load(&files).unwrap().unwrap());
        let shown = || tls.holder.held(|(digest, _)| digest.as_ref().to_vec());
        let stop = CancellationToken::new();
        let watching = tokio::spawn(tls.clone().watch(Duration::from_millis(1), stop.clone()));
        for _ in 0..2 {
            let before = shown();
            std::fs::write(folder.join("key.pem"), "half written").unwrap();
            renew(&folder);
            let changed = async {
                while shown() == before {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), changed).await.expect("the change is found");
        }
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(30), watching).await.expect("it stops").unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
