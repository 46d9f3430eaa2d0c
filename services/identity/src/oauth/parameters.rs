//! What a client sends: names and values as a form or as JSON, each name once (RFC 6749 3.2), and who the client says
//! it is.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use super::refusal::Refusal;

/// What must never stand in an address, where logs and histories keep it (RFC 9700 4.3.2).
const SECRETS: [&str; 8] = [
    "access_token",
    "token",
    "refresh_token",
    "client_secret",
    "password",
    "code",
    "device_code",
    "code_verifier",
];

/// The parameters of a request; one without a value is one that was left out.
#[derive(Default)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// The parameters of a form or of the query of an address.
    pub(crate) fn of_form(text: &str) -> Result<Self, Refusal> {
        let mut parameters = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(Refusal::invalid_request("The parameters cannot be read."));
            };
            parameters.add(name, value).map_err(Refusal::invalid_request)?;
        }
        Ok(parameters)
    }

    /// The value of that name, if it has one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of that name, which must be there.
    pub(crate) fn must(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    fn add(&mut self, name: String, value: String) -> Result<(), String> {
        if name.contains('\0') || value.contains('\0') {
            return Err("Null characters are not allowed.".to_owned());
        }
        let shown: String = name.chars().filter(char::is_ascii_graphic).take(40).collect();
        match self.0.insert(name, value) {
            Some(_) => Err(format!("Duplicate {shown} parameter.")),
            None => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Parameters;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parameters, A::Error> {
                let mut parameters = Parameters::default();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    parameters.add(name, value).map_err(A::Error::custom)?;
                }
                Ok(parameters)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let in_address = Self::of_form(request.uri().query().unwrap_or_default())?;
        if let Some(name) = SECRETS.into_iter().find(|name| in_address.get(name).is_some()) {
            return Err(Refusal::invalid_request(format!(
                "{name} belongs into the body, not into the address."
            )));
        }
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
        let media = media.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let body = read(request.into_body()).await?;
        match media.as_str() {
            _ if body.is_empty() => Ok(Self::default()),
            "application/x-www-form-urlencoded" => Self::of_form(&body),
            "application/json" => serde_json::from_str(&body).map_err(|_| {
                Refusal::invalid_request(
                    "The body must be a JSON object with a text for each parameter, once.",
                )
            }),
            _ => Err(Refusal::invalid_request(
                "The body must be application/x-www-form-urlencoded or application/json.",
            )),
        }
    }
}

async fn read(body: Body) -> Result<String, Refusal> {
    // The edge bounds it.
    let bytes = to_bytes(body, usize::MAX).await.ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.ok_or_else(|| Refusal::invalid_request("The body cannot be read, or is too long."))
}

/// Name and secret of the client in `Authorization: Basic`, each encoded as in a form (RFC 6749 2.3.1).
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, given) = value.split_once(' ')?;
    let given = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(given.trim()).ok())??;
    let given = String::from_utf8(given).ok()?;
    let (name, secret) = given.split_once(':')?;
    Some((decode(name)?, decode(secret)?))
}

/// Text as forms encode it; `None` where a code is broken or what comes of it is no text.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Text as addresses and forms carry it.
pub(crate) fn encode(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// `address` with these parameters added to those that it has.
pub(crate) fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    parameters.iter().fold(address.to_owned(), |address, (name, value)| {
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{name}={}", encode(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_and_broken_ones_refused() {
        let read = Parameters::of_form("a=1+2&b=%C3%A9%26&c=&d").ok().unwrap();
        assert_eq!(
            (read.get("a"), read.get("b"), read.get("c"), read.get("d")),
            (Some("1 2"), Some("é&"), None, None)
        );
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=1&a=1", "c=&c=", "a=%00"] {
            assert!(Parameters::of_form(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn json_holds_texts_each_once() {
        let read = |text| serde_json::from_str::<Parameters>(text);
        assert_eq!(read(r#"{"a":"1"}"#).ok().unwrap().get("a"), Some("1"));
        for bad in
            [r#"{"a":1}"#, r#"{"a":["1"]}"#, r#"{"a":null}"#, r#"{"a":"1","a":"1"}"#, "[]", "{", r#""x""#]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn name_and_secret_of_a_client_are_decoded() {
        let headers = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
            headers
        };
        let good = format!("basic {}", STANDARD.encode("a%3Ab:c%25:+d"));
        assert_eq!(basic(&headers(&good)), Some(("a:b".to_owned(), "c%: d".to_owned())));
        for bad in ["Basic", "Basic !!", &format!("Basic {}", STANDARD.encode("ab")), "Bearer YTpi"] {
            assert_eq!(basic(&headers(bad)), None, "{bad}");
        }
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        let text = "a b&c=d/é+%";
        let address = with_parameters("https://x.example/cb?y=1", &[("state", text)]);
        assert!(address.starts_with("https://x.example/cb?y=1&state="));
        let query = address.split_once('?').unwrap().1;
        assert_eq!(Parameters::of_form(query).ok().unwrap().get("state"), Some(text));
    }
}
