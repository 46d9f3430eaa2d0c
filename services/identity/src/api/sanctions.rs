//! What moderators decide on members: to be silent, to be shut out, and the end of either.

use axum::extract::{Path, State};
use contracts::members::{Ban, BanLifted, MemberStanding, ReadOnly, ReadOnlyLifted};
use kit_base::Problem;
use kit_web::{Answer, Built, Fields, Member, Reply, Routes, Rule};
use utoipa_axum::routes;

use super::fields::text;
use crate::members::{MODERATOR, may_sanction};
use crate::model::Sanction;
use crate::{Error, Identity};

const LONGEST_REASON: usize = 2000;
/// A hundred years.
const MOST_DAYS: u32 = 36_525;

/// The routes of sanctions.
pub(crate) fn routes(state: Identity) -> Built {
    let moderator = Rule::AtLeast(MODERATOR);
    Routes::new(state)
        .add(moderator, routes!(read_only))
        .add(moderator, routes!(lift_read_only))
        .add(moderator, routes!(ban))
        .add(moderator, routes!(lift_ban))
        .build()
}

/// Makes a member silent: for some days, or for good.
#[utoipa::path(post, path = "/api/membres/{pk}/lecture-seule", tag = "sanctions", request_body = ReadOnly,
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "What the member may do now.", body = MemberStanding)))]
async fn read_only(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Member(caller): Member,
    mut fields: Fields,
) -> Reply<MemberStanding> {
    let member = state.member(&pk).await?;
    may_sanction(&caller, &member)?;
    let reason = text(&mut fields, "ls-text", LONGEST_REASON).unwrap_or_default();
    let days = finish(fields, "ls-jrs")?;
    Ok(Answer::ok(state.sanction(&caller, member, Sanction::ReadOnly, days, reason).await?))
}

/// Lets a member write again.
#[utoipa::path(delete, path = "/api/membres/{pk}/lecture-seule", tag = "sanctions", request_body = ReadOnlyLifted,
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "What the member may do now.", body = MemberStanding)))]
async fn lift_read_only(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Member(caller): Member,
    mut fields: Fields,
) -> Reply<MemberStanding> {
    let member = state.member(&pk).await?;
    may_sanction(&caller, &member)?;
    let reason = text(&mut fields, "unls-text", LONGEST_REASON).unwrap_or_default();
    let reason = fields.finish(reason)?;
    Ok(Answer::ok(state.sanction(&caller, member, Sanction::ReadOnlyLifted, None, reason).await?))
}

/// Shuts a member out: for some days, or for good. All logins end at once.
#[utoipa::path(post, path = "/api/membres/{pk}/ban", tag = "sanctions", request_body = Ban,
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "What the member may do now.", body = MemberStanding)))]
async fn ban(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Member(caller): Member,
    mut fields: Fields,
) -> Reply<MemberStanding> {
    let member = state.member(&pk).await?;
    may_sanction(&caller, &member)?;
    let reason = text(&mut fields, "ban-text", LONGEST_REASON).unwrap_or_default();
    let days = finish(fields, "ban-jrs")?;
    Ok(Answer::ok(state.sanction(&caller, member, Sanction::Ban, days, reason).await?))
}

/// Lets a member in again.
#[utoipa::path(delete, path = "/api/membres/{pk}/ban", tag = "sanctions", request_body = BanLifted,
    params(("pk" = i64, Path, description = "the member's number", example = 3)),
    responses((status = 200, description = "What the member may do now.", body = MemberStanding)))]
async fn lift_ban(
    State(state): State<Identity>,
    Path(pk): Path<String>,
    Member(caller): Member,
    mut fields: Fields,
) -> Reply<MemberStanding> {
    let member = state.member(&pk).await?;
    may_sanction(&caller, &member)?;
    let reason = text(&mut fields, "unban-text", LONGEST_REASON).unwrap_or_default();
    let reason = fields.finish(reason)?;
    Ok(Answer::ok(state.sanction(&caller, member, Sanction::BanLifted, None, reason).await?))
}

/// The number of days, or nothing for a sanction without an end; the last field to be read.
fn finish(mut fields: Fields, name: &str) -> Result<Option<u32>, Problem> {
    let days = text(&mut fields, name, 20);
    match fields.finish(days)? {
        None => Ok(None),
        Some(days) => match days.parse() {
            Ok(days @ 1..=MOST_DAYS) => Ok(Some(days)),
            _ => Err(Error::BadSanction.into()),
        },
    }
}
