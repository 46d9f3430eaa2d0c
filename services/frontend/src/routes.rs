//! The addresses of the page: the page itself, its files, and the stream that tells open pages to look again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, unfold};
use http::{HeaderMap, StatusCode, header};
use kit_base::Problem;
use kit_runtime::Context;
use kit_web::{Built, Class, Failure, Routes, Rule};
use tokio_util::sync::CancellationToken;
use utoipa_axum::routes;

use crate::keeper::Keeper;
use crate::pages::{Reader, Readers, is_known};
use crate::{assets, pages};

/// How often a quiet stream says that it is still there, so that nothing between closes it.
const STILL_HERE: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub(crate) struct Frontend {
    keeper: Keeper,
    readers: Readers,
    stop: CancellationToken,
}

pub(crate) fn routes(keeper: Keeper, context: &Context) -> Built {
    let readers = Readers::new(context);
    Routes::new(Frontend { keeper: keeper.clone(), readers, stop: context.stop.clone() })
        .class(Class::Free)
        .add(Rule::Anyone, routes!(page))
        .add(Rule::Anyone, routes!(live))
        .add(Rule::Anyone, routes!(file))
        .build()
        .and(pages::routes(keeper, context))
}

/// The public status page.
#[utoipa::path(get, path = "/", tag = "page",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
async fn page(State(frontend): State<Frontend>, reader: Reader) -> Response {
    frontend.readers.give(&reader, &frontend.keeper.page())
}

/// Tells by an event named `change` that the page shows something new (server-sent events).
#[utoipa::path(get, path = "/live", tag = "page",
    responses((status = 200, description = "The stream.", content_type = "text/event-stream", body = String)))]
async fn live(State(frontend): State<Frontend>) -> impl IntoResponse {
    let stream = changes(frontend);
    let alive = KeepAlive::new().interval(STILL_HERE);
    (
        [(header::CACHE_CONTROL, "no-cache"), (header::HeaderName::from_static("x-accel-buffering"), "no")],
        Sse::new(stream).keep_alive(alive),
    )
}

fn changes(frontend: Frontend) -> impl Stream<Item = Result<Event, Infallible>> {
    let receiver = frontend.keeper.changes();
    unfold((receiver, frontend.stop), |(mut receiver, stop)| async move {
        tokio::select! {
            changed = receiver.changed() => changed.ok()?,
            () = stop.cancelled() => return None,
        }
        Some((Ok(Event::default().event("change").data("{}")), (receiver, stop)))
    })
}

/// A file of the page, under a name that changes when its content does.
#[utoipa::path(get, path = "/static/{name}", tag = "page",
    params(("name" = String, Path, description = "the file, with the hash of its content",
            example = "style-3f2a9c81d07be645.css")),
    responses((status = 200, description = "The file; it may be kept for ever.",
               content((String = "text/css"), (String = "text/javascript"), (String = "image/svg+xml"))),
              (status = 304, description = "The file is the one that the caller has.")))]
async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let asset = assets::find(&format!("/static/{name}")).ok_or_else(Problem::not_found)?;
    let validators =
        [(header::ETAG, asset.etag.as_str()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    if is_known(&headers, &asset.etag) {
        return Ok((StatusCode::NOT_MODIFIED, validators).into_response());
    }
    Ok((validators, [(header::CONTENT_TYPE, asset.content_type)], asset.bytes).into_response())
}
