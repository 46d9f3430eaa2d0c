//! What has just been done, told on the page that follows. The address carries a word for it and at most a number,
//! so nobody can put sentences of their own into our pages.

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    IncidentOpened,
    Assigned,
    StatusChanged,
    EntryWritten,
    /// To so many subscribers and webhooks.
    Announced(u64),
    PostmortemWritten,
    ComponentAdded,
    ComponentChanged,
    ComponentRemoved,
    Overridden,
    Lifted,
    WorkPlanned,
    WorkChanged,
    WorkBegun,
    WorkVerified,
    WorkEnded,
    WorkExtended,
    WorkCancelled,
    FlagOn,
    FlagOff,
    FlagAdded,
    FlagChanged,
    FlagRemoved,
    FlagFreed,
    LinkAdded,
    LinkRemoved,
    Invited,
    PersonAdded,
    PersonChanged,
    PersonRemoved,
    ApplicationRemoved,
}

impl Said {
    const ALL: [Said; 31] = [
        Said::IncidentOpened,
        Said::Assigned,
        Said::StatusChanged,
        Said::EntryWritten,
        Said::Announced(0),
        Said::PostmortemWritten,
        Said::ComponentAdded,
        Said::ComponentChanged,
        Said::ComponentRemoved,
        Said::Overridden,
        Said::Lifted,
        Said::WorkPlanned,
        Said::WorkChanged,
        Said::WorkBegun,
        Said::WorkVerified,
        Said::WorkEnded,
        Said::WorkExtended,
        Said::WorkCancelled,
        Said::FlagOn,
        Said::FlagOff,
        Said::FlagAdded,
        Said::FlagChanged,
        Said::FlagRemoved,
        Said::FlagFreed,
        Said::LinkAdded,
        Said::LinkRemoved,
        Said::Invited,
        Said::PersonAdded,
        Said::PersonChanged,
        Said::PersonRemoved,
        Said::ApplicationRemoved,
    ];

    /// The word in the address, and the sentence on the page.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Said::IncidentOpened => ("opened", "The incident is open. Say who leads, then tell people."),
            Said::Assigned => ("assigned", "Assigned."),
            Said::StatusChanged => ("status", "The status has changed."),
            Said::EntryWritten => ("written", "It stands on the timeline."),
            Said::Announced(_) => ("announced", "Published."),
            Said::PostmortemWritten => ("postmortem", "The postmortem is saved."),
            Said::ComponentAdded => ("component-added", "The component is there, and watched from now on."),
            Said::ComponentChanged => ("component-changed", "The component is saved."),
            Said::ComponentRemoved => ("component-removed", "The component is gone."),
            Said::Overridden => ("set", "The status is set by hand."),
            Said::Lifted => ("lifted", "What was set by hand is lifted. The status follows what is known."),
            Said::WorkPlanned => ("work-planned", "It is planned. It begins and ends by itself."),
            Said::WorkChanged => ("work-changed", "The maintenance is saved."),
            Said::WorkBegun => ("work-begun", "Work is in progress. Its components say so."),
            Said::WorkVerified => {
                ("work-verified", "The work is done. Its components are still under maintenance.")
            }
            Said::WorkEnded => {
                ("work-ended", "It is over. What is signalled about its components counts again.")
            }
            Said::WorkExtended => ("work-extended", "It ends at another time now."),
            Said::WorkCancelled => ("work-cancelled", "It is cancelled."),
            Said::FlagOn => ("flag-on", "The flag is on."),
            Said::FlagOff => ("flag-off", "The flag is off: programs take the value in their code."),
            Said::FlagAdded => ("flag-added", "The flag is there."),
            Said::FlagChanged => ("flag-changed", "The definition is saved, and holds from now on."),
            Said::FlagRemoved => ("flag-removed", "The flag is gone, and its links with it."),
            Said::FlagFreed => ("flag-freed", "The flag is free: it is as its definition says."),
            Said::LinkAdded => ("link-added", "Incidents can pull it now."),
            Said::LinkRemoved => ("link-removed", "The link is gone."),
            Said::Invited => ("invited", "Invited. A mail lets them choose a password within a week."),
            Said::PersonAdded => ("person-added", "Added. They can log in now."),
            Said::PersonChanged => ("person-changed", "Saved."),
            Said::PersonRemoved => ("person-removed", "Removed, with all that was known of them."),
            Said::ApplicationRemoved => {
                ("application-removed", "The application is gone, and its tokens with it.")
            }
        }
    }

    /// What the address of the page says of it.
    pub(super) fn query(self) -> String {
        match self {
            Said::Announced(to) => format!("done={}&to={to}", self.words().0),
            _ => format!("done={}", self.words().0),
        }
    }

    /// What the query of an address tells, in words.
    pub(super) fn told(query: &str) -> Option<String> {
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let word = value("done")?;
        let said = Self::ALL.into_iter().find(|said| said.words().0 == word)?;
        let to = value("to").and_then(|number| number.parse::<u64>().ok()).filter(|to| *to > 0);
        Some(match (said, to) {
            (Said::Announced(_), Some(1)) => "Published. It is on its way to 1 receiver.".to_owned(),
            (Said::Announced(_), Some(to)) => format!("Published. It is on its way to {to} receivers."),
            _ => said.words().1.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_is_told_by_a_word_of_its_own_and_nothing_else_is() {
        let words: HashSet<&str> = Said::ALL.iter().map(|said| said.words().0).collect();
        assert_eq!(words.len(), Said::ALL.len());
        for said in Said::ALL {
            assert_eq!(Said::told(&format!("a=b&{}", said.query())).as_deref(), Some(said.words().1));
        }
        assert_eq!(
            Said::told("done=announced&to=412").unwrap(),
            "Published. It is on its way to 412 receivers."
        );
        for foreign in ["", "done=", "done=You+have+won", "done", "x=assigned"] {
            assert_eq!(Said::told(foreign), None);
        }
    }
}
