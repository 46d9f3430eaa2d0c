//! A server of feeds such as providers run: each name gives the document that the test last showed there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Shown {
    document: Vec<u8>,
    asked: usize,
}

type Documents = Arc<Mutex<HashMap<String, Shown>>>;

/// The feed server of one test.
pub struct Feeds {
    url: String,
    documents: Documents,
}

impl Feeds {
    /// A server with nothing to show yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let documents = Documents::default();
        let shown = documents.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, shown.clone()));
            }
        });
        Self { url, documents }
    }

    /// Where the feed of that name is.
    pub fn address(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// From now on the feed gives this document.
    pub fn show(&self, name: &str, document: &[u8]) {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.entry(name.to_owned()).or_default().document = document.to_vec();
    }

    /// How often the feed has been read.
    pub fn asked(&self, name: &str) -> usize {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.get(name).map_or(0, |shown| shown.asked)
    }
}

/// One request and its answer, as plainly as HTTP allows.
async fn answer(mut stream: TcpStream, documents: Documents) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let name = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let found = documents.lock().unwrap_or_else(PoisonError::into_inner).get_mut(name).map(|shown| {
        shown.asked += 1;
        shown.document.clone()
    });
    let (status, document) = found.map_or(("404 Not Found", Vec::new()), |document| ("200 OK", document));
    let kind = if document.starts_with(b"<") { "text/html" } else { "application/json" };
    let length = document.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&document).await
}
