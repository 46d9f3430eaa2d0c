//! What others ask of the incidents service about maintenances.

use http::{Method, StatusCode};
use kit_base::{Page, Timestamp};
use serde_json::json;

use super::{Maintenance, MaintenanceState, NewMaintenance};
use crate::client::segment;
use crate::{AskError, Client};

/// What a list of maintenances is narrowed to; what is absent or empty narrows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MaintenanceFilter {
    /// `scheduled`, `in_progress`, `verifying` or `completed`.
    pub state: String,
    /// The slug of a component.
    pub component: String,
    /// A time of it ends after this moment.
    pub from: String,
    /// A time of it begins before this moment.
    pub until: String,
    /// `starts_at` for the soonest first; the latest first when empty.
    pub ordering: String,
}

impl Client {
    /// One page of maintenances; pages count from 1.
    pub async fn list_maintenances(
        &self,
        filter: &MaintenanceFilter,
        page: u32,
        page_size: u32,
    ) -> Result<Page<Maintenance>, AskError> {
        let path = format!("{}page={page}&page_size={page_size}", list_path(filter));
        self.send(Method::GET, &path, None::<&()>).await
    }

    /// Every maintenance that the filter leaves.
    pub async fn maintenances(&self, filter: &MaintenanceFilter) -> Result<Vec<Maintenance>, AskError> {
        self.all(&list_path(filter)).await
    }

    /// The maintenance as the asker may see it; `None` where there is none such.
    pub async fn maintenance(&self, id: &str) -> Result<Option<Maintenance>, AskError> {
        match self.read_maintenance(id).await {
            Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// One maintenance; refused where there is none.
    pub async fn read_maintenance(&self, id: &str) -> Result<Maintenance, AskError> {
        self.send(Method::GET, &path(id, ""), None::<&()>).await
    }

    /// Announces a maintenance.
    pub async fn add_maintenance(&self, new: &NewMaintenance) -> Result<Maintenance, AskError> {
        self.send(Method::POST, "/api/v1/maintenances", Some(new)).await
    }

    /// Writes a maintenance anew; what `new` does not name stays.
    pub async fn change_maintenance(&self, id: &str, new: &NewMaintenance) -> Result<Maintenance, AskError> {
        self.send(Method::PUT, &path(id, ""), Some(new)).await
    }

    /// Cancels a maintenance.
    pub async fn remove_maintenance(&self, id: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &path(id, ""), None::<&()>).await
    }

    /// Begins it, has it looked at, or ends it.
    pub async fn set_maintenance_state(
        &self,
        id: &str,
        state: MaintenanceState,
    ) -> Result<Maintenance, AskError> {
        self.send(Method::POST, &path(id, "/state"), Some(&json!({ "state": state }))).await
    }

    /// The one that runs ends at this moment instead.
    pub async fn extend_maintenance(&self, id: &str, ends_at: Timestamp) -> Result<Maintenance, AskError> {
        self.send(Method::POST, &path(id, "/extend"), Some(&json!({ "ends_at": ends_at }))).await
    }
}

fn list_path(filter: &MaintenanceFilter) -> String {
    let MaintenanceFilter { state, component, from, until, ordering } = filter;
    let [state, component, from, until, ordering] =
        [state, component, from, until, ordering].map(|text| segment(text));
    format!(
        "/api/v1/maintenances?state={state}&component={component}&from={from}&until={until}&ordering={ordering}&"
    )
}

fn path(id: &str, act: &str) -> String {
    format!("/api/v1/maintenances/{}{act}", segment(id))
}
