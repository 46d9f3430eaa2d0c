//! Members, in the manner of the member API's first clients.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use contracts::members::{MemberChange, MemberDetail, MemberEntry, NewMember, Registered};
use http::StatusCode;
use kit_base::{Page, Problem, Role};
use kit_web::{Answer, Built, Failure, Fields, Member, Paging, Reply, Routes, Rule, Source, Visitor, query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use super::fields::{email, must_email, must_password, must_username, text, username};
use crate::members::{may_change, registered, shown, shown_to_all, shown_to_self};
use crate::model::SHORTEST_OF_MEMBERS;
use crate::registration::Newcomer;
use crate::store::members;
use crate::{Identity, words};

const LONGEST_LINE: usize = 2000;
const LONGEST_BIOGRAPHY: usize = 20_000;

/// The routes of members.
pub(crate) fn routes(state: Identity) -> Built {
    let member = Rule::AtLeast(Role::Member);
    Routes::new(state)
        .add(Rule::Anyone, routes!(list))
        .add(Rule::Anyone, routes!(register))
        .add(Rule::Anyone, routes!(exists))
        .add(member, routes!(mine))
        .add(Rule::Anyone, routes!(show))
        .add(member, routes!(change))
        .build()
}

/// What members are looked for by.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the username, in any case of letters.
    #[param(example = "clem")]
    search: Option<String>,
}

/// What a username is looked up by.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Lookup {
    /// The whole username, in any case of letters.
    #[param(example = "clem")]
    search: Option<String>,
}

/// Lists the active members, the newest first, or those whose name holds what is searched for, the best first.
#[utoipa::path(get, path = "/api/membres", tag = "members", params(query::PageParameters, Search),
    responses((status = 200, description = "A page of members.", body = Page<MemberEntry>),
              (status = 404, description = "There is no such page.")))]
async fn list(
    State(state): State<Identity>,
    Query(wanted): Query<Search>,
    paging: Paging,
) -> Reply<Page<MemberEntry>> {
    let page = match wanted.search.filter(|text| !text.is_empty()) {
        Some(text) => state.db.read(move |tx| members::search(tx, &text, &paging)).await?,
        None => state.db.read(move |tx| members::list(tx, &paging)).await?,
    };
    Ok(Answer::ok(page))
}

/// Registers a member, who is active once the address is confirmed by the token that is mailed to it.
#[utoipa::path(post, path = "/api/membres", tag = "members", request_body = NewMember,
    responses((status = 201, description = "The new member.", body = Registered)))]
async fn register(State(state): State<Identity>, source: Source, mut fields: Fields) -> Reply<Registered> {
    let username = must_username(&mut fields);
    let email = must_email(&state, &mut fields);
    let password = must_password(&mut fields, SHORTEST_OF_MEMBERS);
    let newcomer = Newcomer { name: username.clone(), username: Some(username), email, password };
    let newcomer = fields.finish(newcomer)?;
    Ok(Answer::created(registered(state.register(newcomer, state.base(&source)).await?)))
}

/// Tells whether somebody has this username. Where nobody has, the page is empty and the status 404.
#[utoipa::path(get, path = "/api/membres/exists", tag = "members", params(query::PageParameters, Lookup),
    responses((status = 200, description = "Somebody has it.", body = Page<MemberEntry>),
              (status = 404, description = "Nobody has it.", body = Page<MemberEntry>)))]
async fn exists(
    State(state): State<Identity>,
    Query(wanted): Query<Lookup>,
    paging: Paging,
) -> Result<Response, Failure> {
    let username = wanted.search.unwrap_or_default();
    let page = state.db.read(move |tx| members::named(tx, &username, &paging)).await?;
    let status = if page.count == 0 { StatusCode::NOT_FOUND } else { StatusCode::OK };
    Ok((status, Answer::ok(page)).into_response())
}

/// Shows one's own profile, with the mail address.
#[utoipa::path(get, path = "/api/membres/mon-profil", tag = "members",
    responses((status = 200, description = "The caller's profile.", body = MemberDetail)))]
async fn mine(State(state): State<Identity>, Member(caller): Member) -> Reply<MemberDetail> {
    Ok(Answer::ok(shown_to_self(state.own_member(&caller).await?, &caller)))
}

/// Shows a member; more to whoever is logged in.
#[utoipa::path(get, path = "/api/membres/{pk}", tag = "members",
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "The member's profile.", body = MemberDetail)))]
async fn show(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Visitor(caller): Visitor,
) -> Reply<MemberDetail> {
    let member = state.member(&pk).await?;
    Ok(Answer::ok(match caller {
        Some(caller) => shown(member, &caller),
        None => shown_to_all(member),
    }))
}

/// Changes one's own profile: what is absent, null or empty stays as it is.
#[utoipa::path(put, path = "/api/membres/{pk}", tag = "members", request_body = MemberChange,
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "The profile as it is now.", body = MemberDetail)))]
async fn change(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Member(caller): Member,
    fields: Fields,
) -> Reply<MemberDetail> {
    let member = state.member(&pk).await?;
    may_change(&caller, &member)?;
    let change = read_change(&state, fields)?;
    Ok(Answer::ok(shown_to_self(state.change_member(member.id, change).await?, &caller)))
}

fn read_change(state: &Identity, mut fields: Fields) -> Result<MemberChange, Problem> {
    let change = MemberChange {
        username: username(&mut fields),
        email: email(state, &mut fields),
        site: text(&mut fields, "site", LONGEST_LINE),
        avatar_url: picture(&mut fields),
        biography: text(&mut fields, "biography", LONGEST_BIOGRAPHY),
        sign: text(&mut fields, "sign", LONGEST_LINE),
        show_email: fields.flag("show_email"),
        show_sign: fields.flag("show_sign"),
        hide_forum_activity: fields.flag("hide_forum_activity"),
        is_hover_enabled: fields.flag("is_hover_enabled"),
        email_for_answer: fields.flag("email_for_answer"),
    };
    fields.finish(change)
}

/// The address of a picture: others' browsers will fetch it, so it is no script.
fn picture(fields: &mut Fields) -> Option<String> {
    let url = text(fields, "avatar_url", LONGEST_LINE)?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        fields.reject("avatar_url", words::PICTURE);
    }
    Some(url)
}
