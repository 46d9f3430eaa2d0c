//! Banners: written by hand, shown from one moment to another.

use contracts::communications::{Banner, BannerChanged, BannerLevel, NewBanner};
use kit_base::Page;
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::error::Error;

/// Adds a banner.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewBanner) -> Result<Banner, Error> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    let (level, starts) = (new.level.unwrap_or_default(), new.starts_at.unwrap_or(now));
    tx.execute(
        "INSERT INTO banners (id, text, level, starts_at, ends_at, link, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id, new.text, level.as_str(), starts, new.ends_at, new.link, now],
    )?;
    tx.emit(&BannerChanged { id: id.clone() })?;
    find(tx, &id)
}

/// Makes a banner be as `new` says. What begins at once and has begun already goes on as it was.
pub(crate) fn update(tx: &mut Tx<'_>, id: &str, new: &NewBanner) -> Result<Banner, Error> {
    let before = find(tx, id)?;
    let (level, starts) = (new.level.unwrap_or_default(), new.starts_at.unwrap_or(before.starts_at));
    tx.execute(
        "UPDATE banners SET text = $2, level = $3, starts_at = $4, ends_at = $5, link = $6 WHERE id = $1",
        params![id, new.text, level.as_str(), starts, new.ends_at, new.link],
    )?;
    tx.emit(&BannerChanged { id: id.to_owned() })?;
    find(tx, id)
}

/// Removes a banner.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    if tx.execute("DELETE FROM banners WHERE id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    Ok(tx.emit(&BannerChanged { id: id.to_owned() })?)
}

/// The banner of that id.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Banner, Error> {
    let found = tx.query_opt(
        "SELECT id, text, level, starts_at, ends_at, link FROM banners WHERE id = $1",
        params![id],
        banner,
    )?;
    found.ok_or(Error::NotFound)
}

/// A page of all banners, the latest first.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Banner>, Error> {
    let count = tx.query_one("SELECT COUNT(*) AS n FROM banners", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT id, text, level, starts_at, ends_at, link FROM banners
         ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        banner,
    )?;
    Ok(paging.page(count, found))
}

/// A page of those that are shown now, the latest first.
pub(crate) fn current(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Banner>, Error> {
    let now = tx.now();
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM banners WHERE starts_at <= $1 AND (ends_at IS NULL OR ends_at > $1)",
        params![now],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT id, text, level, starts_at, ends_at, link FROM banners
         WHERE starts_at <= $1 AND (ends_at IS NULL OR ends_at > $1)
         ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3",
        params![now, window.limit, window.offset],
        banner,
    )?;
    Ok(paging.page(count, found))
}

fn banner(row: &Row<'_>) -> Result<Banner> {
    Ok(Banner {
        id: row.get("id")?,
        text: row.get("text")?,
        level: row.word("level", BannerLevel::parse)?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        link: row.get("link")?,
    })
}
