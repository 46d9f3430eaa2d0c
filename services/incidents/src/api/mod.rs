//! The routes of this service: each with its right, its description and its handler.

mod alerts;
mod components;
mod figures;
mod history;
mod incidents;
mod signals;

use kit_base::Role;
use kit_web::{Built, Routes, Rule};
use utoipa_axum::routes;

use crate::Incidents;

/// Every route of this service.
pub(crate) fn routes(state: Incidents) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    let responder = Rule::AtLeast(Role::Responder);
    let manager = Rule::AtLeast(Role::Manager);
    Routes::new(state)
        .add(Rule::Anyone, routes!(components::list))
        .add(manager, routes!(components::create))
        .add(Rule::Anyone, routes!(components::show))
        .add(manager, routes!(components::update))
        .add(manager, routes!(components::remove))
        .add(responder, routes!(components::set_override))
        .add(responder, routes!(components::lift_override))
        .add(Rule::Anyone, routes!(history::histories))
        .add(Rule::Anyone, routes!(history::history))
        .add(Rule::Anyone, routes!(history::group_history))
        .add(Rule::Anyone, routes!(incidents::list))
        .add(responder, routes!(incidents::create))
        .add(Rule::Anyone, routes!(incidents::show))
        .add(responder, routes!(incidents::assign))
        .add(responder, routes!(incidents::set_status))
        .add(responder, routes!(incidents::write_entry))
        .add(responder, routes!(incidents::write_postmortem))
        .add(viewer, routes!(figures::figures))
        .add(viewer, routes!(figures::figures_table))
        .add(viewer, routes!(signals::list))
        .add(responder, routes!(signals::hear))
        .add(responder, routes!(alerts::alertmanager))
        .add(responder, routes!(alerts::grafana))
        .build()
}
