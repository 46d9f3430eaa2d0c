//! The past of the components, told as time in states. What the machine saw is written down as it changes; incidents that
//! people opened are laid over it; days that are over are kept as sums, and only those they touch are counted again.
//!
//! Whoever changes an incident asks [`weight`] before and calls [`incident_changed`] after it. Whoever changes when a
//! component was worked on, or when it began, calls [`recount`] with the time that may have changed.

mod close;
mod kept;
mod reach;
mod read;
mod seen;
mod stories;
#[cfg(test)]
mod tests;

use kit_store::{Result, Tx};

use crate::model;

pub(crate) use close::{KEEP_INTERVALS, close_days, is_day_over};
pub(crate) use kept::recount;
pub(crate) use reach::{graph_changed, named, renew, weight};
pub(crate) use read::{Span, Window, of_all, of_component, of_group};
pub(crate) use seen::{begin, forget, starts_at, turn};

/// Something about the incident may have changed: that it is there, its times, its severity, what it names, whether it
/// counts. `before` is what [`weight`] said then. Counts again exactly those kept days on which that makes a difference.
pub(crate) fn incident_changed(tx: &mut Tx<'_>, id: &str, before: Option<model::Weight>) -> Result<()> {
    let after = weight(tx, id)?;
    let touched = model::touched(before.as_ref(), after.as_ref());
    let Some(mark) = kept::mark(tx)?.filter(|_| !touched.is_empty()) else { return Ok(()) };
    for (component, from, to) in touched {
        kept::recount_between(tx, mark, &component, from, to)?;
    }
    Ok(())
}
