//! As much of HTTP/1.1 as is needed to ask again and again and to tell where an answer ends.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Range;

/// The head of an answer that has come as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Whether the server ends the connection.
    pub closes: bool,
    /// How long head and body are together, in bytes.
    pub length: usize,
    /// Where the body begins.
    pub body: usize,
}

impl Answer {
    /// What the load goes on after.
    pub fn is_good(&self) -> bool {
        matches!(self.status, 200 | 304)
    }
}

/// What the last answer looked like. Most have the same shape as the one before: that is seen by two comparisons, so
/// that longer heads cost the load hardly more than shorter ones.
#[derive(Default)]
pub struct Shape {
    last: Option<(Answer, Range<usize>, Vec<u8>)>,
}

impl Shape {
    /// The answer at the beginning of `bytes`, if all of it is there.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Option<Answer>, String> {
        if let Some((answer, place, line)) = &self.last
            && bytes.get(answer.body.saturating_sub(4)..answer.body) == Some(b"\r\n\r\n")
            && bytes.get(place.clone()) == Some(line.as_slice())
            && status(bytes) == Some(answer.status)
        {
            return Ok((bytes.len() >= answer.length).then_some(*answer));
        }
        let Some(body) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4) else {
            return Ok(None);
        };
        let head = bytes.get(..body).unwrap_or_default();
        let status = status(head).ok_or("the answer is no HTTP/1.1")?;
        let mut answer = Answer { status, closes: false, length: body, body };
        let (mut at, mut place) = (0, 0..0);
        for line in head.split_inclusive(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line).to_ascii_lowercase();
            if let Some(length) = text.strip_prefix("content-length:").filter(|_| status != 304) {
                let length: usize = length.trim().parse().map_err(|_| format!("a bad length: {text:?}"))?;
                answer.length = body + length;
                place = at..at + line.len();
            }
            if text.starts_with("transfer-encoding:") {
                return Err("the answer comes in chunks, which is not understood here".to_owned());
            }
            answer.closes |= text.starts_with("connection:") && text.contains("close");
            at += line.len();
        }
        let line = bytes.get(place.clone()).unwrap_or_default().to_vec();
        self.last = (!answer.closes).then_some((answer, place, line));
        Ok((bytes.len() >= answer.length).then_some(answer))
    }
}

fn status(bytes: &[u8]) -> Option<u16> {
    let word = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A `GET` with these lines.
pub fn request(address: &str, path: &str, lines: &[&str]) -> Vec<u8> {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n{lines}\r\n").into_bytes()
}

/// A request that sends JSON, by somebody with the token `anybody`.
pub fn post(address: &str, path: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nAuthorization: Bearer anybody\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.as_bytes().to_vec()].concat()
}

/// An answer with all its bytes.
pub struct Whole {
    /// The status code.
    pub status: u16,
    /// The head as text, with names as they came.
    head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Whole {
    /// The header of that name, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(held, _)| held.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }
}

/// Asks once, on a connection of its own.
pub fn ask(address: &str, request: &[u8]) -> Result<Whole, String> {
    let in_words = |error: std::io::Error| format!("{address}: {error}");
    let mut stream = TcpStream::connect(address).map_err(in_words)?;
    stream.write_all(request).map_err(in_words)?;
    let (mut bytes, mut part) = (Vec::new(), vec![0; 16 << 10]);
    loop {
        match stream.read(&mut part).map_err(in_words)? {
            0 => return Err(format!("{address} broke off")),
            more => bytes.extend_from_slice(part.get(..more).unwrap_or_default()),
        }
        if let Some(answer) = Shape::default().read(&bytes)? {
            let body = bytes.split_off(answer.body);
            let head = String::from_utf8_lossy(&bytes).into_owned();
            return Ok(Whole { status: answer.status, head, body });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_whole_when_their_length_has_come() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx: y\r\n\r\nhello";
        let whole = Answer { status: 200, closes: false, length: text.len(), body: text.len() - 5 };
        let mut shape = Shape::default();
        for _ in 0..2 {
            for end in 0..text.len() {
                assert_eq!(shape.read(&text[..end]), Ok(None), "{end}");
            }
            assert_eq!(shape.read(text), Ok(Some(whole)));
        }
    }

    #[test]
    fn a_shape_that_changes_is_noticed() {
        let mut shape = Shape::default();
        let mut read = |text: &[u8]| shape.read(text).unwrap().map(|answer| (answer.status, answer.length));
        assert_eq!(read(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na"), Some((200, 39)));
        assert_eq!(read(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na"), None);
        assert_eq!(read(b"HTTP/1.1 500 No\r\ncontent-length: 1\r\n\r\na"), Some((500, 39)));
        assert_eq!(read(b"HTTP/1.1 304 Not\r\ncontent-length: 7\r\n\r\n"), Some((304, 39)));
        assert_eq!(read(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"), Some((200, 38)));
        assert!(shape.read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
