//! Every route of OAuth with its right.

use kit_base::Role;
use kit_web::{Built, Routes, Rule};
use utoipa_axum::routes;

use super::model::OPENID;
use super::{applications, authorize, device, metadata, people, token, tokens};
use crate::Identity;

/// The routes of the authorization server. Who may use the token endpoints is found out by what the client sends.
pub(crate) fn routes(state: Identity) -> Built {
    let admin = Rule::AtLeast(Role::Admin);
    Routes::new(state)
        .add(admin, routes!(applications::list, applications::create))
        .add(admin, routes!(applications::show, applications::update, applications::delete))
        .add(admin, routes!(applications::renew_secret))
        .add(Rule::Anyone, routes!(token::token))
        .add(Rule::Anyone, routes!(authorize::ask, authorize::decide))
        .add(Rule::Anyone, routes!(device::begin))
        .add(Rule::Anyone, routes!(device::ask, device::decide))
        .add(Rule::Anyone, routes!(tokens::revoke))
        .add(Rule::Anyone, routes!(tokens::introspect))
        .add(Rule::Anyone, routes!(metadata::oauth_openid_configuration))
        .add(Rule::Anyone, routes!(metadata::openid_configuration))
        .add(Rule::Anyone, routes!(metadata::oauth_authorization_server))
        .add(Rule::Anyone, routes!(metadata::jwks))
        .scope(OPENID)
        .add(Rule::AtLeast(Role::Member), routes!(people::userinfo))
        .build()
}
