//! A mail server that keeps what it is given, and that can be unkind.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it takes what comes.
#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Kind,
    /// Answers the recipient with this line.
    Refuses(&'static str),
    /// Hangs up when the text is to come.
    HangsUp,
}

/// A running server.
#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    pub mails: Arc<Mutex<Vec<String>>>,
    pub mood: Arc<Mutex<Mood>>,
}

impl Sink {
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Self { port, mails: Arc::default(), mood: Arc::new(Mutex::new(mood)) };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        sink
    }

    async fn serve(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut said = String::new();
        write.write_all(b"220 sink\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let mood = *self.mood.lock().unwrap();
            let verb = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
            let answer = match (verb.as_str(), mood) {
                ("EHLO", _) => "250-sink\r\n250 8BITMIME",
                ("RCPT", Mood::Refuses(with)) => with,
                ("DATA", Mood::HangsUp) => return,
                ("DATA", _) => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        said.push_str(&line);
                        said.push('\n');
                    }
                    self.mails.lock().unwrap().push(std::mem::take(&mut said));
                    "250 taken"
                }
                ("QUIT", _) => "221 bye",
                _ => "250 ok",
            };
            if ["MAIL", "RCPT"].contains(&verb.as_str()) {
                said.push_str(&line);
                said.push('\n');
            }
            if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
    }
}
