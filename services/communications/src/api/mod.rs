//! The routes of this service: each with its right, its description and its handler.

mod announce;
mod banners;
mod feed;
mod statuspage;
mod subscriptions;
mod webhooks;

use kit_base::Role;
use kit_web::{Built, Class, Fields, Routes, Rule};
use utoipa_axum::routes;

use crate::{Communications, pages};

/// Components that one subscriber may choose at most.
const MOST_COMPONENTS: usize = 100;

/// Every route of this service.
pub(crate) fn routes(state: Communications) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    let responder = Rule::AtLeast(Role::Responder);
    let manager = Rule::AtLeast(Role::Manager);
    Routes::new(state.clone())
        .add(responder, routes!(announce::announce))
        .add(responder, routes!(announce::reach))
        .add(viewer, routes!(banners::list))
        .add(manager, routes!(banners::create))
        .add(viewer, routes!(banners::show))
        .add(manager, routes!(banners::update))
        .add(manager, routes!(banners::remove))
        .add(Rule::Anyone, routes!(subscriptions::subscribe))
        .add(manager, routes!(subscriptions::list))
        .add(manager, routes!(subscriptions::remove))
        .add(manager, routes!(webhooks::list, webhooks::create))
        .add(manager, routes!(webhooks::show, webhooks::update, webhooks::remove))
        .add(manager, routes!(webhooks::rotate))
        .add(manager, routes!(webhooks::test))
        .add(manager, routes!(webhooks::deliveries))
        .add(manager, routes!(webhooks::replay))
        .class(Class::Public)
        .add(Rule::Anyone, routes!(announce::status))
        .add(Rule::Anyone, routes!(announce::list))
        .add(Rule::Anyone, routes!(banners::current))
        .build()
        .and(statuspage::routes(state.clone()))
        .and(feed::routes(state.clone()))
        .and(pages::routes(state))
}

/// The components that somebody wants to hear of, or nothing where the body does not name any.
fn components(fields: &mut Fields) -> Option<Vec<String>> {
    let mut components = fields.texts("components", 100)?;
    if components.len() > MOST_COMPONENTS {
        fields.reject("components", format!("Choose at most {MOST_COMPONENTS} components, or none for all."));
    }
    components.sort();
    components.dedup();
    Some(components)
}
