//! Swagger UI at `/api/`, from files inside the binary, and the description of the API that it shows.

use std::io::Read;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_base::Problem;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use crate::asset::{content_type, fnv1a, is_known};
use crate::html::CONTENT_SECURITY_POLICY;
use crate::{Built, Class, Failure, Routes, Rule};

/// The media type of an OpenAPI description (registered by the OpenAPI Initiative, without charset).
const OPENAPI: &str = "application/openapi+json";

const PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>PolyStatus API</title>\n\
    <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/api/swagger/swagger-ui.css\">\n\
    <script src=\"/api/swagger/swagger-ui-bundle.js\" defer></script>\n\
    <script src=\"/api/swagger/swagger.js\" defer></script>\n</head>\n<body>\n<div id=\"swagger-ui\"></div>\n\
    <noscript><p>This page needs JavaScript. The description of the API is at \
    <a href=\"/api/openapi.json\">/api/openapi.json</a>; every address of the API can be opened in a browser.</p></noscript>\n\
    </body>\n</html>\n";

const REDIRECT: &[u8] = b"<!doctype html>\n<html lang=\"en\">\n<title>Logging in</title>\n\
    <script src=\"/api/swagger/oauth2-redirect.js\"></script>\n</html>\n";

/// A file of Swagger UI: its name, whether its bytes are compressed, and they.
struct File(&'static str, bool, &'static [u8]);

macro_rules! compressed {
    ($name:literal) => {
        File($name, true, include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")))
    };
}

static FILES: [File; 5] = [
    compressed!("swagger-ui-bundle.js"),
    compressed!("swagger-ui.css"),
    compressed!("oauth2-redirect.js"),
    File("oauth2-redirect.html", false, REDIRECT),
    File("swagger.js", false, include_bytes!("../assets/swagger.js")),
];

/// The description of the API, written once.
#[derive(Clone, Default)]
struct Document(Bytes);

/// The routes of Swagger UI and of the description: `/api`, its files, `/api/openapi.json`. `document` is the description
/// as JSON.
pub fn routes(document: Bytes) -> Built {
    Routes::new(Document(document))
        .class(Class::Free)
        .add(Rule::Anyone, routes!(page))
        .add(Rule::Anyone, routes!(swagger_file))
        .add(Rule::Anyone, routes!(description))
        .build()
}

/// How the API shall be shown.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Form {
    /// `openapi` for the description itself.
    #[param(example = "openapi")]
    format: Option<String>,
}

/// Shows the API in Swagger UI, where every operation can be tried.
///
/// With `?format=openapi`, or `Accept: application/openapi+json`, it gives the description itself.
#[utoipa::path(get, path = "/api", tag = "api", params(Form),
    responses((status = 200, description = "The page, or the description.",
               content((String = "text/html"), (Object = "application/openapi+json")))))]
async fn page(State(document): State<Document>, Query(form): Query<Form>, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let wanted = form.format.as_deref() == Some("openapi") || accepted.contains(OPENAPI);
    let mut response = if wanted {
        described(&document, OPENAPI, &headers)
    } else {
        let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
        ([kind, (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)], PAGE).into_response()
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// Describes the API by this document (OpenAPI 3.1).
#[utoipa::path(get, path = "/api/openapi.json", tag = "api",
    responses((status = 200, description = "The description.", body = Object)))]
async fn description(State(document): State<Document>, headers: HeaderMap) -> Response {
    described(&document, "application/json", &headers)
}

/// The document under this media type, or that the caller has it already.
fn described(document: &Document, kind: &'static str, headers: &HeaderMap) -> Response {
    let etag = format!("\"{:016x}\"", fnv1a(&document.0));
    let known = is_known(headers, &etag);
    let validators = [(header::ETAG, etag.as_str()), (header::CACHE_CONTROL, "no-cache")];
    if known {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(header::CONTENT_TYPE, kind)], document.0.clone()).into_response()
}

/// Gives a file of Swagger UI.
#[utoipa::path(get, path = "/api/swagger/{name}", tag = "api",
    params(("name" = String, Path, description = "The file.", example = "swagger-ui.css")),
    responses((status = 200, description = "The file.",
               content((String = "text/css"), (String = "text/javascript"), (String = "text/html")))))]
async fn swagger_file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let File(name, compressed, bytes) =
        FILES.iter().find(|file| file.0 == name).ok_or_else(Problem::not_found)?;
    let etag = format!("\"{:016x}\"", fnv1a(bytes));
    let kept = [
        (header::ETAG, etag.as_str()),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::VARY, "Accept-Encoding"),
    ];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let kind = [
        (header::CONTENT_TYPE, content_type(name.rsplit('.').next().unwrap_or_default())),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    if *compressed && takes_gzip(&headers) {
        return Ok((kept, kind, [(header::CONTENT_ENCODING, "gzip")], *bytes).into_response());
    }
    let plain = if *compressed { unpacked(bytes)? } else { Bytes::from_static(bytes) };
    Ok((kept, kind, plain).into_response())
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepted.split(',').any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        coding.trim().eq_ignore_ascii_case("gzip")
            && !["q=0", "q=0.0", "q=0.00", "q=0.000"].contains(&weight.trim())
    })
}

/// For the few that cannot unpack themselves.
fn unpacked(bytes: &[u8]) -> Result<Bytes, Problem> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).map_err(|_| Problem::internal())?;
    Ok(plain.into())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;
    use kit_base::Clock;

    use super::*;
    use crate::{Edge, EdgeConfig};

    async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
        let built = routes(Bytes::from_static(b"{\"openapi\":\"3.1.0\"}"));
        let request = headers
            .iter()
            .fold(http::Request::get(path), |request, (name, value)| request.header(*name, *value));
        let edge = Edge::new(built, EdgeConfig::plain(Clock::system())).ok().unwrap();
        let response = edge.answer(request.body(Body::empty()).unwrap()).await;
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    #[tokio::test]
    async fn the_page_loads_only_files_that_are_there() {
        let (status, headers, html) = get("/api", &[("accept", "text/html")]).await;
        assert_eq!(
            (status.as_u16(), &headers[header::CONTENT_TYPE]),
            (200, &"text/html; charset=utf-8".parse().unwrap())
        );
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'self';"));
        let html = String::from_utf8(html.to_vec()).unwrap();
        let mut files = 0;
        for part in html.split('"').filter(|part| part.starts_with("/api/swagger/")) {
            let (status, headers, plain) = get(part, &[]).await;
            assert_eq!(status, 200, "{part}");
            assert!(!headers.contains_key(header::CONTENT_ENCODING) && plain.len() > 300);
            files += 1;
        }
        assert_eq!(files, 3);
    }

    #[tokio::test]
    async fn files_travel_compressed_and_once() {
        let (_, headers, packed) =
            get("/api/swagger/swagger-ui-bundle.js", &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
        assert!(packed.len() < 600_000, "{}", packed.len());
        let (_, refused, plain) =
            get("/api/swagger/swagger-ui-bundle.js", &[("accept-encoding", "gzip;q=0")]).await;
        assert!(!refused.contains_key(header::CONTENT_ENCODING) && plain.len() > 1_000_000);
        let etag = headers[header::ETAG].to_str().unwrap();
        let (status, ..) = get("/api/swagger/swagger-ui-bundle.js", &[("if-none-match", etag)]).await;
        assert_eq!(status, 304);
        assert_eq!(get("/api/swagger/swagger-initializer.js", &[]).await.0, 404);
    }

    #[tokio::test]
    async fn the_description_is_given_in_three_ways() {
        let ways = [
            ("/api/openapi.json", vec![], "application/json"),
            ("/api?format=openapi", vec![("accept", "text/html")], OPENAPI),
            ("/api", vec![("accept", OPENAPI)], OPENAPI),
        ];
        for (path, asked, kind) in ways {
            let (status, headers, body) = get(path, &asked).await;
            assert_eq!(
                (status.as_u16(), headers[header::CONTENT_TYPE].to_str().unwrap()),
                (200, kind),
                "{path}"
            );
            assert_eq!(body, "{\"openapi\":\"3.1.0\"}");
            let etag = headers[header::ETAG].to_str().unwrap();
            assert_eq!(get(path, &[asked, vec![("if-none-match", etag)]].concat()).await.0, 304);
        }
    }
}
