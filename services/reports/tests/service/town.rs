//! Whom the reports service asks: in the place of the incidents service somebody who knows a few components, and who may
//! be out of reach.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use contracts::Status;
use contracts::incidents::{Component, Visibility};
use http::{Request, Response, StatusCode};
use kit_base::{Page, Transport, TransportError};

/// The components there are.
#[derive(Clone, Default)]
pub struct Town(Arc<Mutex<Option<BTreeMap<String, Visibility>>>>);

impl Town {
    /// A town with these public components.
    pub fn of(slugs: &[&str]) -> Self {
        let town = Self::default();
        town.change(|components| *components = Some(BTreeMap::new()));
        slugs.iter().for_each(|slug| town.set(slug, Some(Visibility::Public)));
        town
    }

    fn change<T>(&self, change: impl FnOnce(&mut Option<BTreeMap<String, Visibility>>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on the component is so, or not at all.
    pub fn set(&self, slug: &str, visibility: Option<Visibility>) {
        self.change(|components| {
            let components = components.get_or_insert_default();
            match visibility {
                Some(visibility) => components.insert(slug.to_owned(), visibility),
                None => components.remove(slug),
            }
        });
    }

    /// From now on nobody can be asked.
    pub fn is_down(&self) {
        self.change(|components| *components = None);
    }

    /// The public components, if anybody can be asked.
    fn all(&self) -> Option<Vec<Component>> {
        self.change(|components| {
            let public =
                components.as_ref()?.iter().filter(|(_, visibility)| **visibility == Visibility::Public);
            Some(public.map(|(slug, _)| component(slug)).collect())
        })
    }
}

#[async_trait]
impl Transport for Town {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path =
            request.uri().path().strip_prefix("/api/v1/components").expect("nothing else is asked for");
        let all = self.all().ok_or_else(|| TransportError::TimedOut("incidents".to_owned()))?;
        let found = match path.strip_prefix('/') {
            None => {
                let page = Page { count: all.len() as u64, next: None, previous: None, results: all };
                Some(serde_json::to_vec(&page).unwrap())
            }
            Some(slug) => {
                let found = all.iter().find(|component| component.slug == slug);
                found.map(|component| serde_json::to_vec(component).unwrap())
            }
        };
        let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
        Ok(Response::builder().status(status).body(found.unwrap_or_default().into()).unwrap())
    }
}

fn component(slug: &str) -> Component {
    Component {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        status: Status::Operational,
        ..Component::default()
    }
}
