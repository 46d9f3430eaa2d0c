//! The heads of answers as bytes (RFC 9112), for those that the lane writes by itself.

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, StatusCode, header};
use kit_base::Timestamp;

/// The status and these header lines. The empty line at the end is not there yet.
pub(crate) fn head(status: StatusCode, headers: &HeaderMap, into: &mut Vec<u8>) {
    into.extend_from_slice(b"HTTP/1.1 ");
    number::<10>(status.as_u16().into(), into);
    into.push(b' ');
    into.extend_from_slice(status.canonical_reason().unwrap_or("Unknown").as_bytes());
    into.extend_from_slice(b"\r\n");
    for (name, value) in headers {
        line(name.as_str(), value.as_bytes(), into);
    }
}

/// How long the body is.
pub(crate) fn length(length: u64, into: &mut Vec<u8>) {
    numbered(header::CONTENT_LENGTH.as_str(), length, into);
}

/// A header line.
pub(crate) fn line(name: &str, value: &[u8], into: &mut Vec<u8>) {
    for piece in [name.as_bytes(), b": ", value, b"\r\n"] {
        into.extend_from_slice(piece);
    }
}

/// A header line whose value is a number.
pub(crate) fn numbered(name: &str, value: u64, into: &mut Vec<u8>) {
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(b": ");
    number::<10>(value, into);
    into.extend_from_slice(b"\r\n");
}

/// A number with its digits in this base, of 36 at most.
pub(crate) fn number<const BASE: u64>(mut number: u64, into: &mut Vec<u8>) {
    // 2^64 has 20 digits to the base of 10.
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        let value = u8::try_from(number % BASE).unwrap_or_default();
        *digit = if value < 10 { b'0' + value } else { b'a' - 10 + value };
        first = place;
        number /= BASE;
        if number == 0 {
            break;
        }
    }
    into.extend_from_slice(digits.get(first..).unwrap_or_default());
}

/// The line `Date` (RFC 9110, 6.6.1), written anew when the second is another.
#[derive(Default)]
pub(crate) struct Dated {
    second: i64,
    line: Vec<u8>,
}

impl Dated {
    /// The line at that time.
    pub(crate) fn at(&mut self, now: Timestamp) -> &[u8] {
        let second = now.micros().div_euclid(1_000_000);
        if second != self.second || self.line.is_empty() {
            let since = Duration::from_secs(u64::try_from(second).unwrap_or_default());
            self.line.clear();
            line("date", httpdate::fmt_http_date(UNIX_EPOCH + since).as_bytes(), &mut self.line);
            self.second = second;
        }
        &self.line
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn numbers_have_their_digits() {
        let text = |write: fn(&mut Vec<u8>)| {
            let mut into = b"n".to_vec();
            write(&mut into);
            String::from_utf8(into).unwrap()
        };
        assert_eq!(text(|into| number::<10>(0, into)), "n0");
        assert_eq!(text(|into| number::<10>(10, into)), "n10");
        assert_eq!(text(|into| number::<10>(u64::MAX, into)), "n18446744073709551615");
        assert_eq!(text(|into| number::<36>(35 * 36 + 1, into)), "nz1");
    }

    #[test]
    fn a_head_is_written_line_by_line() {
        let mut headers = HeaderMap::new();
        headers.append("a", HeaderValue::from_static("b"));
        headers.append("a", HeaderValue::from_bytes(b"\xff").unwrap());
        let mut into = Vec::new();
        head(StatusCode::NOT_MODIFIED, &headers, &mut into);
        length(42, &mut into);
        assert_eq!(into, b"HTTP/1.1 304 Not Modified\r\na: b\r\na: \xff\r\ncontent-length: 42\r\n");
    }

    #[test]
    fn the_date_goes_with_the_clock() {
        let mut dated = Dated::default();
        let mut at = |micros| String::from_utf8(dated.at(Timestamp::from_micros(micros)).to_vec()).unwrap();
        assert_eq!(at(0), "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
        assert_eq!(at(999_999), at(0));
        assert_eq!(at(1_795_262_400_000_000), "date: Sat, 21 Nov 2026 12:00:00 GMT\r\n");
    }
}
