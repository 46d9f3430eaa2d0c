//! TLS of our own: both protocols over it, certificates that change, and clients that do not speak it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::routing::get as on_get;
use http::Request;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kit_testkit::TestReply;
use kit_web::{Peer, Server, ServerConfig, Tls, TlsFiles};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::common::{Served, ask_http2, edge, get, patient, soon};

/// A certificate of this test's own, in files of its own.
struct Files {
    folder: PathBuf,
    trusted: CertificateDer<'static>,
}

impl Files {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tls-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut files = Self { folder, trusted: CertificateDer::from(Vec::new()) };
        files.renew();
        files
    }

    /// Another certificate in their place.
    fn renew(&mut self) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.certificate(), made.cert.pem()).unwrap();
        std::fs::write(self.key(), made.signing_key.serialize_pem()).unwrap();
        self.trusted = made.cert.der().clone();
    }

    fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.join("key.pem")
    }

    fn config(&self) -> ServerConfig {
        let tls = TlsFiles { certificate: Some(self.certificate()), key: Some(self.key()) };
        ServerConfig { tls, ..patient() }
    }
}

async fn serve(config: ServerConfig) -> (Served, Arc<Tls>) {
    let routes = Router::new()
        .route("/things", on_get(|| async { "a thing" }))
        .route("/peer", on_get(|Extension(peer): Extension<Peer>| async move { peer.tls.to_string() }));
    let (edge, stop) = (edge(routes, &config), CancellationToken::new());
    let server = Server::bind(config).await.unwrap();
    let (address, tls) = (server.address(), server.tls().unwrap().clone());
    let serving = tokio::spawn(server.serve(edge.clone(), stop.clone()));
    (Served { address, edge, stop, serving }, tls)
}

/// A connection of this version and protocol by a client that trusts only `trusted`.
async fn connect(
    server: &Served,
    trusted: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
    protocol: &str,
) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    soon(TlsConnector::from(Arc::new(config)).connect(name, server.raw().await)).await
}

/// The answer to `GET` over HTTP/1.1 on a connection of its own.
async fn ask(server: &Served, trusted: &CertificateDer<'static>, path: &str) -> std::io::Result<String> {
    let stream = connect(server, trusted, &rustls::version::TLS13, "http/1.1").await?;
    let (mut sender, connection) = http1::handshake::<_, Body>(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let response = soon(sender.send_request(get(path))).await.unwrap();
    Ok(soon(TestReply::read(response.map(Body::new))).await.text)
}

#[tokio::test]
async fn both_protocols_are_spoken_over_both_versions() {
    let files = Files::new("both");
    let (server, _) = serve(files.config()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let stream = connect(&server, &files.trusted, version, "http/1.1").await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
        let (mut sender, connection) = http1::handshake::<_, Body>(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let response = soon(sender.send_request(get("/peer"))).await.unwrap();
        assert_eq!(soon(TestReply::read(response.map(Body::new))).await.text, "true");

        let stream = connect(&server, &files.trusted, version, "h2").await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        assert_eq!(ask_http2(&mut sender, "/peer").await.text, "true");
    }
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_a_bad_one_is_not() {
    let mut files = Files::new("new");
    let (server, tls) = serve(files.config()).await;
    let first = files.trusted.clone();
    assert_eq!(ask(&server, &first, "/things").await.unwrap(), "a thing");
    assert_eq!(tls.reload(), Ok(false), "nothing has changed");

    files.renew();
    assert_eq!(ask(&server, &first, "/things").await.unwrap(), "a thing", "nobody has looked yet");
    assert_eq!(tls.reload(), Ok(true));
    assert!(ask(&server, &first, "/things").await.is_err(), "the first is not shown any more");
    assert_eq!(ask(&server, &files.trusted, "/things").await.unwrap(), "a thing");

    let (good, second) = (std::fs::read(files.certificate()).unwrap(), files.trusted.clone());
    std::fs::write(files.certificate(), "no certificate").unwrap();
    assert!(tls.reload().unwrap_err().contains("holds no certificate in PEM"));
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(files.certificate(), other.cert.pem()).unwrap();
    assert!(tls.reload().unwrap_err().contains("cannot be used with the key"));
    std::fs::remove_file(files.certificate()).unwrap();
    assert!(tls.reload().unwrap_err().contains("cannot be read"));
    assert_eq!(ask(&server, &second, "/things").await.unwrap(), "a thing", "the one before stays");
    std::fs::write(files.certificate(), good).unwrap();
    assert_eq!(tls.reload(), Ok(false));
}

#[tokio::test]
async fn files_that_cannot_be_used_stop_the_start() {
    let files = Files::new("stop");
    let (certificate, key) = (files.certificate(), files.key());
    let other = Files::new("stop-other").key();
    let empty = files.folder.join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for (certificate, key, expected) in [
        (Some(&certificate), None, "web.tls_certificate is set and web.tls_key is not; set both, or neither"),
        (None, Some(&key), "web.tls_key is set and web.tls_certificate is not; set both, or neither"),
        (Some(&files.folder.join("none.pem")), Some(&key), "none.pem cannot be read"),
        (Some(&empty), Some(&key), "empty.pem holds no certificate in PEM"),
        (Some(&certificate), Some(&empty), "empty.pem holds no private key in PEM"),
        (Some(&key), Some(&key), "holds no certificate in PEM"),
        (Some(&certificate), Some(&other), "cannot be used with the key in"),
    ] {
        let tls = TlsFiles { certificate: certificate.cloned(), key: key.cloned() };
        let told = Server::bind(ServerConfig { tls, ..patient() }).await.err().unwrap();
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains('\n') && !told.contains("BEGIN"), "one line, and nothing of a key: {told}");
    }
}

#[tokio::test]
async fn who_does_not_speak_tls_is_turned_away() {
    let files = Files::new("plain");
    let (server, _) = serve(files.config()).await;
    for sent in
        ["GET /things HTTP/1.1\r\nhost: test\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\0\0\0\0\0"]
    {
        let came = server.raw_reply(sent.as_bytes()).await;
        assert!(!came.contains("HTTP"), "{sent:?}: {came}");
    }
    assert_eq!(ask(&server, &files.trusted, "/things").await.unwrap(), "a thing");
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_cut_off_and_keeps_nobody_waiting() {
    let files = Files::new("silent");
    let (server, _) = serve(files.config()).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = server.raw().await;
        stream.write_all(&[22, 3, 1]).await.unwrap();
        silent.push(stream);
    }
    assert_eq!(ask(&server, &files.trusted, "/things").await.unwrap(), "a thing", "while others dawdle");

    let config = ServerConfig { header_timeout: Duration::from_millis(100), ..files.config() };
    let (hasty, _) = serve(config).await;
    let mut stream = hasty.raw().await;
    stream.write_all(&[22, 3, 1]).await.unwrap();
    let ended = soon(stream.read(&mut [0; 1])).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "it is cut off");
}

#[tokio::test]
async fn stopping_waits_for_no_handshake() {
    let files = Files::new("stopping");
    let (mut server, _) = serve(files.config()).await;
    let open = connect(&server, &files.trusted, &rustls::version::TLS13, "http/1.1").await.unwrap();
    let mut stream = server.raw().await;
    stream.write_all(&[22, 3, 1]).await.unwrap();
    server.stop.cancel();
    soon(&mut server.serving).await.unwrap();
    drop(open);
}

#[tokio::test]
async fn a_request_for_http2_names_its_host_in_the_address() {
    let files = Files::new("authority");
    let (server, _) = serve(files.config()).await;
    let stream = connect(&server, &files.trusted, &rustls::version::TLS13, "h2").await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("https://localhost/things").body(Body::empty()).unwrap();
    let response = soon(sender.send_request(request)).await.unwrap();
    assert_eq!(response.status(), 200);
}
