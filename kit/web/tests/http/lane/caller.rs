//! A client that writes bytes and reads answers as they come.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use kit_base::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{Served, soon};

/// A connection that is opened again whenever the server has ended it.
pub struct Caller {
    address: SocketAddr,
    pub stream: Option<TcpStream>,
    pub came: Vec<u8>,
}

/// An answer as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    pub line: String,
    headers: BTreeMap<String, Vec<String>>,
    pub body: Bytes,
    pub ends: bool,
}

impl Came {
    pub fn one(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// But for what differs from answer to answer.
    pub fn in_general(&self) -> Self {
        let mut general = self.clone();
        for name in ["date", "x-request-id"] {
            general.headers.get_mut(name).into_iter().flatten().for_each(String::clear);
        }
        general
    }
}

impl Caller {
    pub fn new(server: &Served) -> Self {
        Self { address: server.address, stream: None, came: Vec::new() }
    }

    /// Sends these bytes, in two pieces if there is to be a pause.
    pub async fn send(&mut self, bytes: &[u8], pause: Option<usize>) {
        if self.stream.is_none() {
            self.stream = Some(soon(TcpStream::connect(self.address)).await.unwrap());
            self.stream.as_mut().unwrap().set_nodelay(true).unwrap();
        }
        let stream = self.stream.as_mut().unwrap();
        let (first, second) = bytes.split_at(pause.unwrap_or(bytes.len()).min(bytes.len()));
        let _ = stream.write_all(first).await;
        if !second.is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let _ = stream.write_all(second).await;
        }
    }

    /// Reads until there is a byte more; `false` at the end.
    pub async fn more(&mut self) -> bool {
        let Some(stream) = self.stream.as_mut() else { return false };
        if soon(stream.read_buf(&mut self.came)).await.unwrap_or_default() == 0 {
            self.stream = None;
        }
        self.stream.is_some()
    }

    /// The next answer.
    pub async fn answer(&mut self, only_head: bool) -> Came {
        let end = loop {
            match self.came.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None if self.more().await => {}
                None => {
                    let body = std::mem::take(&mut self.came).into();
                    return Came { line: String::new(), headers: BTreeMap::new(), body, ends: true };
                }
            }
        };
        let head: Vec<u8> = self.came.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
        let line = lines.next().unwrap().to_owned();
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in lines.map(|line| line.split_once(": ").unwrap()) {
            headers.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        let mut came = Came { line, headers, body: Bytes::new(), ends: false };
        let empty = only_head || came.line.contains(" 304 ") || came.line.contains(" 204 ");
        if !empty && came.one("transfer-encoding") == "chunked" {
            while !self.came.ends_with(b"0\r\n\r\n") && self.more().await {}
            came.body = std::mem::take(&mut self.came).into();
        } else if !empty && came.one("content-length").is_empty() {
            while self.more().await {}
            came.body = std::mem::take(&mut self.came).into();
        } else if !empty {
            let length = came.one("content-length").parse().expect("a length");
            while self.came.len() < length && self.more().await {}
            came.body = self.came.drain(..length).collect();
        }
        if came.one("connection") == "close" {
            assert!(!self.more().await, "it says that it ends: {came:?}");
        }
        came.ends = self.stream.is_none();
        came
    }
}

/// The date that the lane writes at this time.
pub fn date(at: Timestamp) -> String {
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap();
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
}
