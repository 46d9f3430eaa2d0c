//! To whom one speaks when PostgreSQL is reached by TLS, against a server that only knows how to begin and to refuse.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use kit_store::{Db, Place, StoreError};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

/// What a client begins with when it wants TLS (PostgreSQL 17, 53.7 SSLRequest).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// The end of an attempt that came as far as a server that one trusts.
const REACHED: &str = "reached by TLS";

/// Serves one client: says no to TLS, or does it with this certificate; then refuses whatever it is told.
struct Server {
    port: u16,
    certificate: String,
    thread: JoinHandle<()>,
}

impl Server {
    fn start(speaks_tls: bool) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut begin = [0; 8];
            socket.read_exact(&mut begin).unwrap();
            assert_eq!(begin, SSL_REQUEST, "it is asked for TLS first, and nothing is told before");
            if !speaks_tls {
                socket.write_all(b"N").unwrap();
                return;
            }
            socket.write_all(b"S").unwrap();
            let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
            let mut stream = Stream::new(&mut tls, &mut socket);
            // A client that does not trust this certificate goes away here.
            let mut startup = [0; 8];
            if stream.read_exact(&mut startup).is_ok() {
                let fields = format!("SFATAL\0VFATAL\0C28000\0M{REACHED}\0\0");
                let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
                let message = [b"E".as_slice(), &length, fields.as_bytes()].concat();
                stream.write_all(&message).unwrap();
            }
        });
        Self { port, certificate: made.cert.pem(), thread }
    }

    /// What comes of going there with these parameters.
    fn refusal(self, host: &str, parameters: &str) -> String {
        let url = format!("postgres://somebody:secret@{host}:{}/db?{parameters}", self.port);
        let refused = Db::prepare_at(&Place::Server { url, schema: "s".to_owned() }, "SELECT 1");
        self.thread.join().unwrap();
        unavailable(refused)
    }
}

fn unavailable(refused: Result<(), StoreError>) -> String {
    let Err(StoreError::Unavailable(text)) = refused else { panic!("{refused:?}") };
    assert!(!text.contains("secret"), "{text}");
    text
}

#[test]
fn with_require_whoever_answers_is_spoken_to_but_never_in_plain() {
    let text = Server::start(true).refusal("localhost", "sslmode=require&connect_timeout=9");
    assert!(text.contains(REACHED), "{text}");
    let text = Server::start(false).refusal("localhost", "sslmode=require");
    assert!(text.contains("does not support TLS"), "{text}");
}

#[test]
fn with_verify_full_only_the_server_that_has_the_name_is_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root certificate.pem");
    let parameters =
        format!("sslmode=verify-full&sslrootcert={}", file.display().to_string().replace(' ', "%20"));
    let at = |host: &str| {
        let server = Server::start(true);
        std::fs::write(&file, &server.certificate).unwrap();
        server.refusal(host, &parameters)
    };
    assert!(at("localhost").contains(REACHED));
    let text = at("127.0.0.1");
    assert!(text.contains("not valid for name"), "{text}");
    // Another certificate than the one in the file.
    let text = Server::start(true).refusal("localhost", &parameters);
    assert!(text.contains("certificate") && !text.contains(REACHED), "{text}");
    let text = Server::start(true).refusal("localhost", "sslmode=verify-full");
    assert!(
        text.contains("certificate") && !text.contains(REACHED),
        "no known authority has signed it: {text}"
    );
}

#[test]
fn what_cannot_be_meant_is_refused_before_anybody_is_asked() {
    for (parameters, words) in [
        ("sslmode=verify-ca", "verify-full"),
        ("sslmode=require&sslrootcert=/nowhere", "sslrootcert is for sslmode=verify-full"),
        ("sslmode=verify-full&sslrootcert=/nowhere", "/nowhere"),
    ] {
        let url = format!("postgres://somebody:secret@127.0.0.1:1/db?{parameters}");
        let text = unavailable(Db::prepare_at(&Place::Server { url, schema: "s".to_owned() }, "SELECT 1"));
        assert!(text.contains(words), "{text}");
    }
}
