//! The routes of this service: each with its right, its description and its handler.

mod comments;
mod legacy;

use kit_base::Role;
use kit_web::{Built, Class, Routes, Rule};
use utoipa_axum::routes;

use crate::Comments;

/// Every route of this service.
pub(crate) fn routes(state: Comments) -> Built {
    let member = Rule::AtLeast(Role::Member);
    let reading =
        Routes::new(state.clone()).class(Class::Public).add(Rule::Anyone, routes!(legacy::list)).build();
    let rest = Routes::new(state)
        .add(Rule::Anyone, routes!(legacy::create))
        .add(Rule::Anyone, routes!(comments::list))
        .add(Rule::Anyone, routes!(comments::create))
        .add(Rule::Anyone, routes!(comments::show))
        .add(member, routes!(comments::edit))
        .add(member, routes!(comments::remove))
        .add(Rule::AtLeast(Role::Responder), routes!(comments::judge))
        .build();
    reading.and(rest)
}
