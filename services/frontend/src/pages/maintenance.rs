//! `/maintenances/{id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use contracts::maintenances::Maintenance;
use kit_base::Problem;
use kit_web::Failure;

use super::{Pages, Reader, silent, written};
use crate::keeper::Page;
use crate::{render, view};

/// The longest id that can be one.
const LONGEST: usize = 40;

/// The page of a maintenance: when it comes, what it is about, when it came.
#[utoipa::path(get, path = "/maintenances/{id}", tag = "page",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 503, description = "Nobody can say at the moment whether there is such a maintenance.")))]
pub(super) async fn maintenance_page(
    State(pages): State<Pages>,
    Path(id): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    let can_be = id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !can_be {
        return Err(Problem::not_found().into());
    }
    let page = pages.page(&format!("/maintenances/{id}"), || pages.maintenance(&id)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    async fn maintenance(&self, id: &str) -> Result<Page, Problem> {
        let maintenance = self.find_maintenance(id).await?;
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view = view::work_view(&snapshot, &maintenance, now, self.keeper.site());
        written(render::work_page(&view.ok_or_else(Problem::not_found)?))
    }

    /// Those that run or come soon are at hand; others are asked for.
    async fn find_maintenance(&self, id: &str) -> Result<Maintenance, Problem> {
        let at_hand = self.keeper.snapshot().maintenances.iter().find(|one| one.id == id).cloned();
        match at_hand {
            Some(maintenance) => Ok(maintenance),
            None => {
                let found = self.ask(self.keeper.client().maintenance(id)).await.ok_or_else(silent)?;
                found.ok_or_else(Problem::not_found)
            }
        }
    }
}
