//! What others ask of the incidents service: what is there, and what to change on behalf of somebody.

use http::{Method, StatusCode};
use kit_base::Page;
use serde_json::json;

use super::{
    Component, Incident, IncidentStatus, NewComponent, NewEntry, NewIncident, NewOverride, Past, PastTaken,
    Postmortem,
};
use crate::client::segment;
use crate::signals::Signal;
use crate::{AskError, Client};

/// What a list of incidents is narrowed to; what is absent or empty narrows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IncidentFilter {
    /// `open`, `mitigated` or `resolved`.
    pub status: String,
    /// 1 to 4.
    pub sev: String,
    /// The slug of a component.
    pub service: String,
    /// Text in title or summary.
    pub q: String,
}

impl Client {
    /// The incident as the asker may see it; `None` where there is none such.
    pub async fn incident(&self, id: &str) -> Result<Option<Incident>, AskError> {
        there(self.send(Method::GET, &incident_path(id, ""), None::<&()>).await)
    }

    /// One page of all incidents, newest first, of those that name the component `service` where one is given; `None`
    /// where there is no such page. Pages begin at 1.
    pub async fn incidents_page(
        &self,
        page: u32,
        page_size: u32,
        service: Option<&str>,
    ) -> Result<Option<Page<Incident>>, AskError> {
        let service = service.map(|slug| format!("&service={slug}")).unwrap_or_default();
        let path = format!("/api/v1/incidents?page={page}&page_size={page_size}{service}");
        there(self.send(Method::GET, &path, None::<&()>).await)
    }

    /// One page of incidents, newest first; pages count from 1.
    pub async fn list_incidents(
        &self,
        filter: &IncidentFilter,
        page: u32,
        page_size: u32,
    ) -> Result<Page<Incident>, AskError> {
        let IncidentFilter { status, sev, service, q } = filter;
        let [status, sev, service, q] = [status, sev, service, q].map(|text| segment(text));
        let path = format!(
            "/api/v1/incidents?status={status}&sev={sev}&service={service}&q={q}&page={page}&page_size={page_size}"
        );
        self.send(Method::GET, &path, None::<&()>).await
    }

    /// One incident; refused where there is none.
    pub async fn read_incident(&self, id: &str) -> Result<Incident, AskError> {
        self.send(Method::GET, &incident_path(id, ""), None::<&()>).await
    }

    /// Opens an incident.
    pub async fn open_incident(&self, new: &NewIncident) -> Result<Incident, AskError> {
        self.send(Method::POST, "/api/v1/incidents", Some(new)).await
    }

    /// Gives an incident to the user with this id to lead.
    pub async fn assign_incident(&self, id: &str, commander: &str) -> Result<Incident, AskError> {
        let body = json!({ "commander": commander });
        self.send(Method::POST, &incident_path(id, "/assign"), Some(&body)).await
    }

    /// Says where an incident is in its life.
    pub async fn set_incident_status(&self, id: &str, status: IncidentStatus) -> Result<Incident, AskError> {
        let body = json!({ "status": status });
        self.send(Method::POST, &incident_path(id, "/status"), Some(&body)).await
    }

    /// Writes an entry into an incident's timeline.
    pub async fn write_entry(&self, id: &str, entry: &NewEntry) -> Result<Incident, AskError> {
        self.send(Method::POST, &incident_path(id, "/timeline"), Some(entry)).await
    }

    /// Writes an incident's postmortem, or replaces it.
    pub async fn write_postmortem(&self, id: &str, new: &Postmortem) -> Result<Incident, AskError> {
        self.send(Method::POST, &incident_path(id, "/postmortem"), Some(new)).await
    }

    /// An incident's postmortem; where none is written, the team gets a draft made from the timeline.
    pub async fn read_postmortem(&self, id: &str) -> Result<Postmortem, AskError> {
        self.send(Method::GET, &incident_path(id, "/postmortem"), None::<&()>).await
    }

    /// Takes over incidents of the past.
    pub async fn take_past(&self, past: &Past) -> Result<PastTaken, AskError> {
        self.send(Method::POST, "/api/v1/incidents/import", Some(past)).await
    }

    /// Every signal that stands.
    pub async fn standing_signals(&self) -> Result<Vec<Signal>, AskError> {
        self.all("/api/v1/signals?active=true&").await
    }

    /// The component as the asker may see it; `None` where there is none such.
    pub async fn component(&self, slug: &str) -> Result<Option<Component>, AskError> {
        there(self.send(Method::GET, &component_path(slug, ""), None::<&()>).await)
    }

    /// One component; refused where there is none.
    pub async fn read_component(&self, slug: &str) -> Result<Component, AskError> {
        self.send(Method::GET, &component_path(slug, ""), None::<&()>).await
    }

    /// Adds a component.
    pub async fn add_component(&self, new: &NewComponent) -> Result<Component, AskError> {
        self.send(Method::POST, "/api/v1/components", Some(new)).await
    }

    /// Changes the component that `new` names by its slug.
    pub async fn change_component(&self, new: &NewComponent) -> Result<Component, AskError> {
        self.send(Method::PUT, &component_path(&new.slug, ""), Some(new)).await
    }

    /// Removes a component.
    pub async fn remove_component(&self, slug: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &component_path(slug, ""), None::<&()>).await
    }

    /// Sets a component's status by hand.
    pub async fn override_component(&self, slug: &str, new: &NewOverride) -> Result<Component, AskError> {
        self.send(Method::POST, &component_path(slug, "/override"), Some(new)).await
    }

    /// Lifts the status that was set by hand.
    pub async fn lift_override(&self, slug: &str) -> Result<Component, AskError> {
        self.send(Method::DELETE, &component_path(slug, "/override"), None::<&()>).await
    }
}

fn incident_path(id: &str, act: &str) -> String {
    format!("/api/v1/incidents/{}{act}", segment(id))
}

fn component_path(slug: &str, act: &str) -> String {
    format!("/api/v1/components/{}{act}", segment(slug))
}

/// What is not there is an answer too.
pub(super) fn there<T>(answer: Result<T, AskError>) -> Result<Option<T>, AskError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
