//! The routes of this service: each with its right, its description and its handler.

mod flags;
mod links;
mod ofrep;
mod sets;
mod view;

use kit_base::Role;
use kit_web::{Built, Class, Routes, Rule};
use utoipa_axum::routes;

use crate::Flags;

/// The scope that lets an API key evaluate, and nothing else.
const SCOPE: &str = "flags";

/// Every route of this service. Evaluation is for everybody, within limits, or for the team's keys, without.
pub(crate) fn routes(state: Flags, anonymous: bool) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    let manager = Rule::AtLeast(Role::Manager);
    let (callers, class) = if anonymous { (Rule::Anyone, Class::Public) } else { (viewer, Class::Free) };
    let evaluation = Routes::new(state.clone())
        .class(class)
        .scope(SCOPE)
        .add(callers, routes!(ofrep::evaluate))
        .add(callers, routes!(ofrep::evaluate_all))
        .add(callers, routes!(view::evaluate))
        .build();
    Routes::new(state)
        .add(viewer, routes!(sets::list))
        .add(viewer, routes!(sets::export))
        .add(manager, routes!(sets::import))
        .add(manager, routes!(sets::remove))
        .add(viewer, routes!(links::list))
        .add(manager, routes!(links::create))
        .add(manager, routes!(links::remove))
        .add(viewer, routes!(flags::list))
        .add(manager, routes!(flags::create))
        .add(viewer, routes!(flags::show))
        .add(manager, routes!(flags::update))
        .add(manager, routes!(flags::remove))
        .add(manager, routes!(flags::lift))
        .add(viewer, routes!(view::list))
        .add(manager, routes!(view::save))
        .add(manager, routes!(view::toggle))
        .build()
        .and(evaluation)
}
