//! An eye on the bytes of a connection for one thing that hyper does not tell: a head with both lengths of a body,
//! Content-Length and Transfer-Encoding. Hyper drops the former, which is right as long as nobody before us did not.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const LENGTH: &[u8] = b"content-length:";
const CODING: &[u8] = b"transfer-encoding:";
const HTTP2: &[u8] = b"PRI * HTTP/2.0";

/// What was seen on a connection.
#[derive(Clone, Default)]
pub(crate) struct Heads(Arc<AtomicBool>);

impl Heads {
    /// Whether a head with both lengths has come. Of meaning only for a request that has a transfer coding: without
    /// one, what looks like a head may be part of a body.
    pub(crate) fn have_two_lengths(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection that is looked at while it is read.
pub(crate) struct Watched<S> {
    /// What was read of it before, and is to be read first.
    before: Bytes,
    stream: S,
    heads: Heads,
    eye: Eye,
}

impl<S> Watched<S> {
    pub(crate) fn new(before: Bytes, stream: S, heads: Heads) -> Self {
        Self { before, stream, heads, eye: Eye::default() }
    }
}

/// Looks at lines, wherever they are cut. It does not know where a body ends and the next head begins, and so takes
/// all lines up to an empty one for one head: it may see more in it than there is, never less.
#[derive(Default)]
struct Eye {
    line: [u8; CODING.len()],
    /// How many letters the line has so far; only the first of them are kept.
    letters: usize,
    length: bool,
    coding: bool,
    /// A line has come: it is too late for HTTP/2.
    begun: bool,
    /// Binary from here on, and safe from this by nature (RFC 9113, 8.2.2).
    http2: bool,
}

impl Eye {
    /// Whether a head with both has come.
    fn see(&mut self, bytes: &[u8]) -> bool {
        let mut both = false;
        let mut rest = bytes;
        while !rest.is_empty() && !self.http2 {
            let (text, ends) = match memchr::memchr(b'\n', rest).and_then(|end| rest.split_at_checked(end)) {
                Some((text, after)) => {
                    rest = after.get(1..).unwrap_or_default();
                    (text, true)
                }
                None => (std::mem::take(&mut rest), false),
            };
            // Most lines are whole, and of no interest by their first letter.
            if ends && self.begun && self.letters == 0 && is_dull(text) {
                continue;
            }
            for (place, letter) in self.line.iter_mut().skip(self.letters).zip(text) {
                *place = *letter;
            }
            self.letters += text.len();
            if ends {
                self.line();
                both |= self.length && self.coding;
            }
        }
        both
    }

    /// A line has come to its end.
    fn line(&mut self) {
        let begins = |name: &[u8]| {
            self.letters >= name.len() && self.line.iter().zip(name).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        match self.line.first() {
            _ if self.letters == 0 => (self.length, self.coding) = (false, false),
            Some(b'\r') if self.letters == 1 => (self.length, self.coding) = (false, false),
            _ if begins(LENGTH) => self.length = true,
            _ if begins(CODING) => self.coding = true,
            _ if !self.begun && begins(HTTP2) => self.http2 = true,
            _ => {}
        }
        self.letters = 0;
        self.begun = true;
    }
}

/// Whether a whole line is neither empty nor begins as one of the two does.
fn is_dull(line: &[u8]) -> bool {
    !matches!(line.first(), None | Some(b'\r' | b'c' | b'C' | b't' | b'T'))
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = if self.before.is_empty() {
            Pin::new(&mut self.stream).poll_read(cx, into)
        } else {
            let length = self.before.len().min(into.remaining());
            into.put_slice(&self.before.split_to(length));
            Poll::Ready(Ok(()))
        };
        if self.eye.see(into.filled().get(before..).unwrap_or_default()) {
            self.heads.0.store(true, Ordering::Relaxed);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(text: &str) -> bool {
        let whole = Eye::default().see(text.as_bytes());
        let mut eye = Eye::default();
        let by_letters = text.as_bytes().chunks(1).filter(|letter| eye.see(letter)).count() > 0;
        assert_eq!(whole, by_letters, "it does not matter how it comes: {text:?}");
        whole
    }

    #[test]
    fn both_lengths_in_one_head_are_seen() {
        for head in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding:chunked\r\nhost: a\r\nCONTENT-LENGTH:5\r\n\r\n",
            "POST / HTTP/1.1\ncontent-length: 5\ntransfer-encoding: chunked\n\n",
            "GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\nPRI * HTTP/2.0\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "a bodyPOST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            assert!(sees(head), "{head:?}");
        }
    }

    #[test]
    fn one_length_a_head_is_not_two() {
        for heads in [
            "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\nPOST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 0\r\nx-transfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 0\r\nx: transfer-encoding: chunked\r\n\r\n",
            "PRI * HTTP/2.0\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            assert!(!sees(heads), "{heads:?}");
        }
    }
}
