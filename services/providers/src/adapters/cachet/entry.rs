//! What an entry of Cachet says, in whichever form it is written.

use std::collections::HashMap;

use contracts::providers::ProviderComponent;
use kit_base::Timestamp;
use serde_json::Value;

use super::component_status;
use super::wire::{Dated, Entry, Kind};
use crate::adapters::lenient::id;
use crate::adapters::text;

/// What a document of version 3 has beside its entries, found again by id.
pub(super) struct Included<'a> {
    groups: HashMap<String, &'a Entry>,
    updates: HashMap<String, &'a Entry>,
}

impl<'a> Included<'a> {
    pub fn of(included: &'a [Entry]) -> Self {
        let is_update = |entry: &&Entry| entry.kind.as_deref().is_some_and(|kind| kind.contains("pdates"));
        let groups = included.iter().filter(|entry| entry.kind() == Some(Kind::Groups));
        let updates = included.iter().filter(is_update);
        Self {
            groups: groups.map(|entry| (entry.identity(), entry)).collect(),
            updates: updates.map(|entry| (entry.identity(), entry)).collect(),
        }
    }
}

impl Entry {
    /// What it is: version 3 says so, before that its fields do.
    pub fn kind(&self) -> Option<Kind> {
        let fields = &self.fields;
        match self.kind.as_deref() {
            Some("components") => return Some(Kind::Components),
            Some("componentGroups" | "component-groups" | "component_groups") => return Some(Kind::Groups),
            Some("incidents") => return Some(Kind::Incidents),
            Some("schedules") => return Some(Kind::Schedules),
            _ => {}
        }
        if fields.scheduled_at.is_some() && fields.is_resolved.is_none() && fields.component_id.is_none() {
            return Some(Kind::Schedules);
        }
        if fields.collapsed.is_some() || !fields.enabled_components.is_empty() {
            return Some(Kind::Groups);
        }
        let is_component = fields.enabled.is_some() || fields.group_id.is_some() || fields.link.is_some();
        if is_component && fields.status.is_some() {
            return Some(Kind::Components);
        }
        let is_incident =
            fields.visible.is_some() || fields.is_resolved.is_some() || fields.component_id.is_some();
        (is_incident && fields.status.is_some() && self.message.is_some()).then_some(Kind::Incidents)
    }

    pub fn is_flat(&self) -> bool {
        self.is_flat
    }

    pub fn identity(&self) -> String {
        self.fields.id.clone().unwrap_or_default()
    }

    pub fn title(&self) -> String {
        text::title(self.fields.name.as_deref().unwrap_or("Untitled"))
    }

    /// A number, a text with one, or an object with one beside its name.
    pub fn status_value(&self) -> Option<i64> {
        let status = self.fields.status.as_ref()?;
        match status.get("value").unwrap_or(status) {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub fn status_word(&self) -> Option<&str> {
        let status = self.fields.status.as_ref()?;
        status.get("value").unwrap_or(status).as_str().or_else(|| status.get("human").and_then(Value::as_str))
    }

    /// The state of the newest update. The incident's own stays as it was when it began.
    pub fn latest_status(&self) -> Option<i64> {
        self.fields.latest_status.or_else(|| self.status_value())
    }

    /// It is not fixed, and not one of the maintenances that version 2.3 kept among the incidents.
    pub fn is_open_incident(&self) -> bool {
        let is_over = self.fields.is_resolved.unwrap_or_else(|| self.latest_status() == Some(4));
        let is_maintenance = self.status_value() == Some(0) && self.fields.scheduled_at.is_some();
        !is_over && !is_maintenance
    }

    pub fn began(&self) -> Option<Timestamp> {
        let fields = &self.fields;
        let flat = fields.occurred_at.or(fields.created_at);
        flat.or_else(|| fields.occurred.moment()).or_else(|| fields.created.moment())
    }

    pub fn changed(&self) -> Option<Timestamp> {
        self.fields.updated_at.or_else(|| self.fields.updated.moment())
    }

    pub fn scheduled(&self) -> Option<Timestamp> {
        self.fields.scheduled_at.or_else(|| self.fields.scheduled.as_ref().and_then(Dated::moment))
    }

    pub fn completed(&self) -> Option<Timestamp> {
        self.fields.completed_at.or_else(|| self.fields.completed.moment())
    }

    /// The ids that it is related to under that name.
    fn related(&self, name: &str) -> Vec<String> {
        let data = self.related.get(name).and_then(|related| related.get("data"));
        let one = data.filter(|data| data.is_object()).into_iter();
        let several = data.and_then(Value::as_array).into_iter().flatten();
        one.chain(several).filter_map(|link| id(link.get("id")?).ok().flatten()).collect()
    }

    /// The components that it is about. Nought stands for none.
    pub fn component_ids(&self) -> Vec<String> {
        let fields = &self.fields;
        let one = fields.component_id.clone().filter(|id| id != "0");
        let several = fields.components.iter().filter_map(|component| component.id.clone());
        let mut ids: Vec<String> = one.into_iter().chain(several).chain(self.related("components")).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The name of the group of a component, where it stands beside it.
    pub fn group(&self, included: &Included<'_>) -> Option<String> {
        let named = self.fields.group.as_ref().and_then(|group| group.name.as_deref()).map(text::title);
        named.or_else(|| included.groups.get(self.related("group").first()?).map(|group| group.title()))
    }

    pub fn updates<'a>(&'a self, included: &'a Included<'a>) -> impl Iterator<Item = &'a Entry> {
        let related = self.related("updates").into_iter().filter_map(|id| included.updates.get(&id).copied());
        self.fields.updates.iter().chain(related)
    }

    /// What a group holds, and whether it says how that is. Version 3 names it alone.
    pub fn members(&self) -> Vec<(ProviderComponent, bool)> {
        let group = Some(self.title());
        let flat = self.fields.enabled_components.iter().map(|member| {
            let (id, name, status) =
                (member.identity(), member.title(), component_status(member.status_value()));
            (
                ProviderComponent { id, name, status, group: group.clone(), ..ProviderComponent::default() },
                true,
            )
        });
        let related = self.related("components").into_iter().map(|id| {
            let name = text::title(&id);
            (ProviderComponent { id, name, group: group.clone(), ..ProviderComponent::default() }, false)
        });
        flat.chain(related).collect()
    }

    /// Its id and its name, where it is a component.
    pub fn named(&self) -> Option<(String, String)> {
        (self.kind() == Some(Kind::Components)).then(|| (self.identity(), self.title()))
    }
}
