//! A webhook's receiver in a test's hands: it answers what the test wants and keeps what it was sent.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One call, as it came.
#[derive(Clone, Debug)]
pub struct Call {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Call {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}

/// What it does with a call.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It answers with this status line, and these further lines.
    Status(String),
    /// It never answers.
    Silence,
    /// It begins to answer and hangs up.
    Cut,
    /// It answers well, and then goes on for ever.
    Flood,
}

/// The receiver, for as long as the test runs.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?key=secret", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Status("204 No Content".to_owned())));
        let receiver = Self { url, calls: Arc::default(), answer };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // Whoever calls may hang up at any time.
                tokio::spawn(async move { drop(serving.serve(stream).await) });
            }
        });
        receiver
    }

    /// From now on it answers so.
    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The same, with a status alone.
    pub fn says(&self, status: &str) {
        self.answers(Answer::Status(status.to_owned()));
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let headers: Vec<(String, String)> = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
            stream.read_exact(&mut body).await?;
            let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let call = Call { headers, body: String::from_utf8(body).unwrap() };
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
            match answer {
                Answer::Status(status) => {
                    stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await?;
                }
                Answer::Silence => std::future::pending().await,
                Answer::Cut => return stream.write_all(b"HTTP/1.1 200 O").await,
                Answer::Flood => {
                    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                    loop {
                        stream.write_all(&[b'x'; 65_536]).await?;
                    }
                }
            }
        }
    }
}
