//! A provider's web server in a test's hands: it answers what the test wants, remembers what it was asked,
//! and can stall, break off or go away.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// What the server does when it is asked.
#[derive(Clone)]
pub enum Answer {
    /// It answers like a good server: 304 where the client names the `ETag` or the date that it has.
    Reply { status: &'static str, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// It sends exactly these bytes and closes the connection.
    Raw(Vec<u8>),
    /// It waits for leave, and then answers so.
    Held(Arc<Semaphore>, Box<Answer>),
    /// It sends a byte of these now and then, and never comes to an end.
    Drip(Vec<u8>),
    /// It sends these bytes again and again, as fast as it can.
    Flood(Vec<u8>),
    /// It takes the request and never says a word.
    Silence,
}

impl Answer {
    /// A document.
    pub fn document(body: impl ToString) -> Self {
        Self::Reply { status: "200 OK", headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    /// Bytes with a status.
    pub fn status(status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self::Reply { status, headers: Vec::new(), body: body.into() }
    }

    /// This answer, once for each leave that is given.
    pub fn held(self) -> (Self, Arc<Semaphore>) {
        let leave = Arc::new(Semaphore::new(0));
        (Self::Held(leave.clone(), Box::new(self)), leave)
    }

    /// The same with a header.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }
}

/// What the server was asked: the head of the request, in lower case.
#[derive(Clone, Debug)]
pub struct Asked(String);

impl Asked {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.0.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| *found == name).map(|(_, value)| value).next().unwrap_or_default()
    }
}

#[derive(Clone)]
struct Mind {
    answer: Arc<Mutex<Answer>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A server on this machine, until it is dropped.
pub struct Feed {
    address: SocketAddr,
    mind: Mind,
    doors: JoinHandle<()>,
}

impl Feed {
    pub async fn start(answer: Answer) -> Self {
        let mind = Mind { answer: Arc::new(Mutex::new(answer)), asked: Arc::default() };
        let (address, doors) = open(SocketAddr::from(([127, 0, 0, 1], 0)), &mind).await;
        Self { address, mind, doors }
    }

    /// The address of its document.
    pub fn url(&self) -> String {
        format!("http://{}/summary.json", self.address)
    }

    /// Answers so from now on.
    pub fn answers(&self, answer: Answer) {
        *self.mind.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// Everything that it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.mind.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes away: who connects is refused.
    pub async fn close(&mut self) {
        self.doors.abort();
        let _ = (&mut self.doors).await;
    }

    /// Is there again.
    pub async fn reopen(&mut self) {
        self.doors = open(self.address, &self.mind).await.1;
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.doors.abort();
    }
}

async fn open(address: SocketAddr, mind: &Mind) -> (SocketAddr, JoinHandle<()>) {
    let (listener, mind) = (TcpListener::bind(address).await.unwrap(), mind.clone());
    let address = listener.local_addr().unwrap();
    let doors = tokio::spawn(async move {
        while let Ok((guest, _)) = listener.accept().await {
            tokio::spawn(serve(guest, mind.clone()));
        }
    });
    (address, doors)
}

async fn serve(mut guest: TcpStream, mind: Mind) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = guest.read_u8().await else { return };
        head.push(byte);
    }
    let asked = Asked(String::from_utf8_lossy(&head).to_lowercase());
    mind.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    let mut answer = mind.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
    while let Answer::Held(leave, then) = answer {
        leave.acquire().await.unwrap().forget();
        answer = *then;
    }
    let bytes = match answer {
        Answer::Silence | Answer::Held(..) => return std::future::pending().await,
        Answer::Drip(bytes) => return drip(guest, &bytes).await,
        Answer::Flood(bytes) => {
            while guest.write_all(&bytes).await.is_ok() {}
            return;
        }
        Answer::Raw(bytes) => bytes,
        Answer::Reply { status, headers, body } => reply(&asked, status, &headers, &body),
    };
    // A client may hang up in the middle, as one does that finds the answer too long.
    let _ = guest.write_all(&bytes).await;
    let _ = guest.shutdown().await;
}

async fn drip(mut guest: TcpStream, bytes: &[u8]) {
    for byte in bytes.iter().cycle() {
        if guest.write_u8(*byte).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn reply(asked: &Asked, status: &str, headers: &[(&'static str, String)], body: &[u8]) -> Vec<u8> {
    let is_known = headers.iter().any(|(name, value)| {
        let condition = match *name {
            "ETag" => "if-none-match",
            "Last-Modified" => "if-modified-since",
            _ => return false,
        };
        asked.header(condition) == value.to_lowercase()
    });
    let (status, body) = if is_known { ("304 Not Modified", [].as_slice()) } else { (status, body) };
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}
