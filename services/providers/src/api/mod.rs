//! `/api/v1/csp`: which providers are watched, how they are, what they have announced, and which run on which.

mod catalogue;
mod events;
mod graph;
mod providers;

use kit_base::Role;
use kit_web::{Built, Routes, Rule};
use utoipa_axum::routes;

use crate::poller::Poller;

/// The routes of this service.
pub(crate) fn routes(poller: Poller) -> Built {
    let manager = Rule::AtLeast(Role::Manager);
    Routes::new(poller)
        .add(Rule::Anyone, routes!(providers::list))
        .add(manager, routes!(providers::create))
        .add(Rule::Anyone, routes!(providers::show))
        .add(manager, routes!(providers::update))
        .add(manager, routes!(providers::remove))
        .add(Rule::Anyone, routes!(providers::history))
        .add(Rule::AtLeast(Role::Responder), routes!(providers::refresh))
        .add(Rule::Anyone, routes!(catalogue::catalogue))
        .add(manager, routes!(catalogue::detect))
        .add(Rule::Anyone, routes!(events::events))
        .add(Rule::Anyone, routes!(graph::graph))
        .add(manager, routes!(graph::relate))
        .add(manager, routes!(graph::unrelate))
        .build()
}
