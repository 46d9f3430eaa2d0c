//! The routes of this service: each with its right, its description and its handler.

mod acts;
mod alerts;
mod components;
mod figures;
mod groups;
mod history;
mod imports;
mod incidents;
mod maintenances;
mod postmortems;
mod proposals;
mod signals;
mod templates;
mod work;

use kit_base::Role;
use kit_web::{Built, Routes, Rule};
use utoipa_axum::routes;

use crate::Incidents;

const VIEWER: Rule = Rule::AtLeast(Role::Viewer);
const RESPONDER: Rule = Rule::AtLeast(Role::Responder);
const MANAGER: Rule = Rule::AtLeast(Role::Manager);

/// Every route of this service.
pub(crate) fn routes(state: Incidents) -> Built {
    let routes = Routes::new(state);
    let routes = of_components(routes);
    let routes = of_incidents(routes);
    let routes = of_maintenances(routes);
    of_signals(routes).build()
}

fn of_components(routes: Routes<Incidents>) -> Routes<Incidents> {
    routes
        .add(Rule::Anyone, routes!(components::list))
        .add(MANAGER, routes!(components::create))
        .add(Rule::Anyone, routes!(groups::list))
        .add(Rule::Anyone, routes!(groups::show))
        .add(MANAGER, routes!(groups::write))
        .add(MANAGER, routes!(groups::remove))
        .add(Rule::Anyone, routes!(history::histories))
        .add(Rule::Anyone, routes!(history::history))
        .add(Rule::Anyone, routes!(history::group_history))
        .add(Rule::Anyone, routes!(components::show))
        .add(MANAGER, routes!(components::update))
        .add(MANAGER, routes!(components::remove))
        .add(RESPONDER, routes!(components::set_override))
        .add(RESPONDER, routes!(components::lift_override))
}

fn of_incidents(routes: Routes<Incidents>) -> Routes<Incidents> {
    routes
        .add(Rule::Anyone, routes!(incidents::list))
        .add(RESPONDER, routes!(incidents::create))
        .add(VIEWER, routes!(figures::figures))
        .add(VIEWER, routes!(figures::figures_table))
        .add(VIEWER, routes!(templates::list))
        .add(VIEWER, routes!(templates::show))
        .add(MANAGER, routes!(templates::write))
        .add(MANAGER, routes!(templates::remove))
        .add(MANAGER, routes!(imports::take))
        .add(VIEWER, routes!(proposals::list))
        .add(RESPONDER, routes!(proposals::decide))
        .add(Rule::Anyone, routes!(incidents::show))
        .add(RESPONDER, routes!(incidents::update))
        .add(RESPONDER, routes!(acts::assign))
        .add(RESPONDER, routes!(acts::acknowledge))
        .add(RESPONDER, routes!(acts::set_status))
        .add(RESPONDER, routes!(acts::write_entry))
        .add(VIEWER, routes!(acts::show_entry))
        .add(RESPONDER, routes!(acts::change_entry))
        .add(RESPONDER, routes!(acts::merge))
        .add(RESPONDER, routes!(acts::connect))
        .add(RESPONDER, routes!(acts::disconnect))
        .add(RESPONDER, routes!(work::respond))
        .add(RESPONDER, routes!(work::leave))
        .add(VIEWER, routes!(work::follow))
        .add(VIEWER, routes!(work::unfollow))
        .add(RESPONDER, routes!(work::add_task))
        .add(RESPONDER, routes!(work::change_task))
        .add(RESPONDER, routes!(work::remove_task))
        .add(Rule::Anyone, routes!(postmortems::show))
        .add(RESPONDER, routes!(postmortems::write))
        .add(RESPONDER, routes!(postmortems::replace))
}

fn of_maintenances(routes: Routes<Incidents>) -> Routes<Incidents> {
    routes
        .add(Rule::Anyone, routes!(maintenances::list))
        .add(RESPONDER, routes!(maintenances::create))
        .add(Rule::Anyone, routes!(maintenances::show))
        .add(RESPONDER, routes!(maintenances::update))
        .add(RESPONDER, routes!(maintenances::remove))
        .add(RESPONDER, routes!(maintenances::set_state))
        .add(RESPONDER, routes!(maintenances::extend))
}

fn of_signals(routes: Routes<Incidents>) -> Routes<Incidents> {
    routes
        .add(VIEWER, routes!(signals::list))
        .add(RESPONDER, routes!(signals::hear))
        .add(RESPONDER, routes!(alerts::alertmanager))
        .add(RESPONDER, routes!(alerts::grafana))
}
