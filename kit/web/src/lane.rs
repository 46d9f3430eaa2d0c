//! The lane: as long as a connection asks nothing but plain questions whose answers are kept, it is served here, from
//! ready bytes, without anything in between. Plain is a `GET` or `HEAD` of HTTP/1.1 that has come whole, has no body and
//! leaves no doubt about where it ends. Whatever else comes, from its first byte on, is hyper's for good.

use std::io;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Buf;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use httparse::{EMPTY_HEADER, Status};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::Edge;
use crate::edge::wire::{self, Dated};
use crate::edge::{Asked, Plan};
use crate::lines::Found;
use crate::peers;
use crate::source::Peer;
use crate::watch::Pulse;

/// Longer heads, and those with more lines, are hyper's.
const LONGEST: usize = 4096;
const MOST_LINES: usize = 32;

/// Lines that say something of the connection, of a body, of another protocol, or of a service of ours that asks.
const NOT_PLAIN: [HeaderName; 8] = [
    peers::HEADER,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::EXPECT,
    header::TE,
    header::TRAILER,
];

/// How the lane ended.
pub(crate) enum End {
    /// With the connection.
    Over,
    /// With these bytes, which are for hyper to read first.
    Elsewhere {
        bytes: Vec<u8>,
        /// The answer to the request they begin with, where it is made already.
        answer: Option<Response>,
    },
}

/// What became of the first request in the buffer.
enum Turn {
    /// It is answered. This is where the next one begins.
    Next(usize),
    Last,
    Elsewhere(Option<Response>),
}

/// One connection in the lane.
pub(crate) struct Lane<'e, S> {
    edge: &'e Edge,
    stream: &'e mut S,
    peer: Peer,
    pulse: &'e Pulse,
    /// The last head and what followed from it: who asks again, asks the same.
    last: Option<(Vec<u8>, Plan<'e>)>,
    /// The head of an answer, while it is made.
    head: Vec<u8>,
    dated: Dated,
}

impl<'e, S: AsyncRead + AsyncWrite + Unpin> Lane<'e, S> {
    pub(crate) fn new(edge: &'e Edge, stream: &'e mut S, peer: Peer, pulse: &'e Pulse) -> Self {
        Self { edge, stream, peer, pulse, last: None, head: Vec::new(), dated: Dated::default() }
    }

    /// Serves until the end.
    pub(crate) async fn run(mut self) -> End {
        let mut buffer = Vec::with_capacity(LONGEST);
        loop {
            match self.stream.read_buf(&mut buffer).await {
                Ok(0) | Err(_) => return End::Over,
                Ok(_) if self.pulse.begin() => {}
                Ok(_) => return End::Over,
            }
            let mut from = 0;
            while from < buffer.len() {
                match self.turn(&mut buffer, from).await {
                    Ok(Turn::Next(next)) => from = next,
                    Ok(Turn::Last) | Err(_) => return End::Over,
                    Ok(Turn::Elsewhere(answer)) => {
                        buffer.drain(..from);
                        // Whether the rest is a request is not known yet.
                        if answer.is_none() && !self.pulse.rest() {
                            return End::Over;
                        }
                        return End::Elsewhere { bytes: buffer, answer };
                    }
                }
            }
            buffer.clear();
            if !self.pulse.rest() {
                return End::Over;
            }
        }
    }

    /// Answers the request that begins there, if it is for here.
    async fn turn(&mut self, buffer: &mut Vec<u8>, from: usize) -> io::Result<Turn> {
        let bytes = buffer.get(from..).unwrap_or_default();
        let same = self.last.as_ref().is_some_and(|(head, _)| bytes.starts_with(head));
        if !same {
            let Some((length, plan)) = read(bytes).and_then(|read| {
                let plan = self.edge.plan(&read.asked(&Found(&read.lines), self.peer))?;
                Some((read.length, plan))
            }) else {
                return Ok(Turn::Elsewhere(None));
            };
            self.last = Some((bytes.get(..length).unwrap_or_default().to_vec(), plan));
        }
        let Some((head, plan)) = &self.last else { return Ok(Turn::Elsewhere(None)) };
        let next = from + head.len();
        let at = self.edge.now();
        let Some(ready) = self.edge.at_once(plan, at) else { return self.ask(buffer, from, next).await };
        self.head.clear();
        let body = self.edge.write_ready(plan, &ready, self.dated.at(at), &mut self.head);
        let last = self.pulse.is_last();
        send(self.stream, &mut self.head, last, body).await?;
        Ok(if last { Turn::Last } else { Turn::Next(next) })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Lane<'_, S> {
    /// Asks the edge, as hyper would, and gives the answer if that is as plain as the question: who asked for what was
    /// not at hand asks again for what will be.
    async fn ask(&mut self, buffer: &mut Vec<u8>, from: usize, next: usize) -> io::Result<Turn> {
        let bytes = buffer.get(from..next).unwrap_or_default();
        let Some(request) = read(bytes).and_then(|read| read.request(self.peer)) else {
            return Ok(Turn::Elsewhere(None));
        };
        let only_head = request.method() == Method::HEAD;
        let response = tokio::select! {
            biased;
            response = self.edge.answer(request) => response,
            () = gone(self.stream, buffer) => return Ok(Turn::Last),
        };
        if !is_plain_answer(&response, only_head) {
            return Ok(Turn::Elsewhere(Some(response)));
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        self.head.clear();
        wire::head(parts.status, &parts.headers, &mut self.head);
        if !parts.headers.contains_key(header::CONTENT_LENGTH) && parts.status != StatusCode::NOT_MODIFIED {
            wire::length(body.len() as u64, &mut self.head);
        }
        self.head.extend_from_slice(self.dated.at(self.edge.now()));
        let last = self.pulse.is_last();
        send(self.stream, &mut self.head, last, &body).await?;
        Ok(if last { Turn::Last } else { Turn::Next(next) })
    }
}

/// The end of a head, and the body.
async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    head: &mut Vec<u8>,
    last: bool,
    body: &[u8],
) -> io::Result<()> {
    if last {
        head.extend_from_slice(b"connection: close\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all_buf(&mut Buf::chain(head.as_slice(), body)).await?;
    stream.flush().await
}

/// Ends when the other end is gone. What it says meanwhile is read as far as there is room.
async fn gone(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) {
    while buffer.len() < buffer.capacity() {
        if let Ok(0) | Err(_) = stream.read_buf(buffer).await {
            return;
        }
    }
    std::future::pending().await
}

/// A request that is plain.
struct Plain<'b> {
    /// How long its head is.
    length: usize,
    method: Method,
    target: &'b str,
    lines: Vec<httparse::Header<'b>>,
}

/// The request at the beginning, if it is plain and has come whole.
fn read(bytes: &[u8]) -> Option<Plain<'_>> {
    if !bytes.starts_with(b"GET /") && !bytes.starts_with(b"HEAD /") {
        return None;
    }
    let mut room = [EMPTY_HEADER; MOST_LINES];
    let mut request = httparse::Request::new(&mut room);
    let Ok(Status::Complete(length)) = request.parse(bytes) else { return None };
    let method = if request.method? == "GET" { Method::GET } else { Method::HEAD };
    let target = request.path.filter(|path| path.bytes().all(is_plain_letter))?;
    let lines = request.headers.to_vec();
    let hosts = lines.iter().filter(|line| line.name.eq_ignore_ascii_case(header::HOST.as_str())).count();
    let is_plain = request.version == Some(1) && hosts == 1 && lines.iter().all(is_plain_line);
    is_plain.then_some(Plain { length, method, target, lines })
}

/// A letter of an address that everybody reads in one way (RFC 3986, 2.2 and 2.3, without `#` and brackets).
fn is_plain_letter(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&letter)
}

fn is_plain_line(line: &httparse::Header<'_>) -> bool {
    let keeps_alive = || line.value.eq_ignore_ascii_case(b"keep-alive");
    match NOT_PLAIN.iter().find(|name| line.name.eq_ignore_ascii_case(name.as_str())) {
        Some(&header::CONNECTION) => keeps_alive(),
        found => found.is_none(),
    }
}

impl Plain<'_> {
    fn asked<'a>(&'a self, headers: &'a Found<'a, 'a>, peer: Peer) -> Asked<'a, Found<'a, 'a>> {
        Asked { method: self.method.clone(), target: self.target, headers, peer }
    }

    /// As hyper would hand it on.
    fn request(&self, peer: Peer) -> Option<Request<Body>> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.parse().ok()?;
        for line in &self.lines {
            let name = HeaderName::from_bytes(line.name.as_bytes()).ok()?;
            request.headers_mut().append(name, HeaderValue::from_bytes(line.value).ok()?);
        }
        request.extensions_mut().insert(peer);
        Some(request)
    }
}

/// Whether the lane can send this: its length is known, and it says nothing of the connection.
fn is_plain_answer(response: &Response, only_head: bool) -> bool {
    let (status, headers) = (response.status(), response.headers());
    let usual = matches!(status.as_u16(), 200 | 304 | 400..=599);
    let of_connection =
        [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, header::TRAILER, header::DATE];
    let said = headers.get(header::CONTENT_LENGTH);
    let length = response.body().size_hint().exact();
    let fits = match (status, said) {
        (StatusCode::NOT_MODIFIED, said) => said.is_none() && length == Some(0),
        (_, Some(said)) => only_head || length.is_some_and(|length| said == HeaderValue::from(length)),
        (_, None) => !only_head && length.is_some(),
    };
    usual && fits && !of_connection.iter().any(|name| headers.contains_key(name))
}
