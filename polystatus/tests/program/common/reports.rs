//! A server that takes reports as Sentry does: it keeps what is posted to it, and says thank you.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request that carried an envelope.
#[derive(Clone, Debug)]
pub struct Report {
    /// The request line and the headers.
    pub head: String,
    /// The body as it came.
    pub body: String,
}

impl Report {
    /// The payloads of this type: an envelope is a line of headers, then for each item a line of headers and its payload.
    pub fn items(&self, kind: &str) -> Vec<Value> {
        let mut rest = self.body.split_once('\n').expect("an envelope begins with its headers").1;
        let mut found = Vec::new();
        while let Some((header, after)) = rest.split_once('\n') {
            let header: Value = serde_json::from_str(header).expect("an item begins with its headers");
            let length = header["length"].as_u64().expect("the length of the item") as usize;
            if header["type"] == kind {
                found.push(serde_json::from_str(&after[..length]).unwrap());
            }
            rest = after[length..].trim_start_matches('\n');
        }
        found
    }
}

/// The server of one test.
pub struct Reports {
    address: String,
    received: Arc<Mutex<Vec<Report>>>,
}

impl Reports {
    /// A server that answers each report, or one that keeps every sender waiting.
    pub async fn start(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::<Mutex<Vec<Report>>>::default();
        let kept = received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, kept.clone(), answers));
            }
        });
        Self { address, received }
    }

    /// What is set as `SENTRY_DSN`.
    pub fn dsn(&self) -> String {
        format!("http://the-public-key@{}/42", self.address)
    }

    /// What has come so far.
    pub fn received(&self) -> Vec<Report> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn take(stream: TcpStream, kept: Arc<Mutex<Vec<Report>>>, answers: bool) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let body = String::from_utf8(body).unwrap();
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(Report { head, body });
        if answers {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await?;
        } else {
            std::future::pending::<()>().await;
        }
    }
}
