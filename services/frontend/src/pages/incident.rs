//! `/incidents/{id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use contracts::incidents::Incident;
use kit_base::Problem;
use kit_web::Failure;

use super::{Pages, Reader, silent, written};
use crate::keeper::Page;
use crate::{render, view};

/// The longest id that can be one.
const LONGEST: usize = 40;

/// The page of an incident, from its beginning to what was learned.
#[utoipa::path(get, path = "/incidents/{id}", tag = "page",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 503, description = "Nobody can say at the moment whether there is such an incident.")))]
pub(super) async fn page(
    State(pages): State<Pages>,
    Path(id): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    let can_be = id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !can_be {
        return Err(Problem::not_found().into());
    }
    let page = pages.page(&format!("/incidents/{id}"), || pages.incident(&id)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    async fn incident(&self, id: &str) -> Result<Page, Problem> {
        let incident = self.find_incident(id).await?;
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view = view::incident_view(&snapshot, &incident, now, self.keeper.site());
        written(render::incident_page(&view.ok_or_else(Problem::not_found)?))
    }

    /// The ones that people look for are at hand; older ones are asked for.
    async fn find_incident(&self, id: &str) -> Result<Incident, Problem> {
        let at_hand = self.keeper.snapshot().incidents.iter().find(|incident| incident.id == id).cloned();
        match at_hand {
            Some(incident) => Ok(incident),
            None => {
                let found = self.ask(self.keeper.client().incident(id)).await.ok_or_else(silent)?;
                found.ok_or_else(Problem::not_found)
            }
        }
    }
}
