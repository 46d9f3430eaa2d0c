//! What the flags service says: flags and flag sets in flagd's form, the links that let incidents pull a flag, and the
//! news about them.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{AskError, Client};

/// Whether a flag is in use, in flagd's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum FlagState {
    /// It is evaluated.
    #[default]
    Enabled,
    /// It gives no value: callers take the one in their code.
    Disabled,
}

impl FlagState {
    /// The word for it in definitions and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            FlagState::Enabled => "ENABLED",
            FlagState::Disabled => "DISABLED",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        [FlagState::Enabled, FlagState::Disabled].into_iter().find(|state| state.as_str() == word)
    }
}

/// What a flag is, in flagd's form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "state": "ENABLED",
    "variants": { "on": true, "off": false },
    "defaultVariant": "off",
    "targeting": { "if": [{ "ends_with": [{ "var": "email" }, "@example.org"] }, "on", null] },
    "metadata": { "owner": "payments" }
}))]
pub struct Definition {
    /// Whether it is in use.
    pub state: FlagState,
    /// The values by their names, all of one type: boolean, text, number or object.
    #[schema(value_type = Object)]
    pub variants: Map<String, Value>,
    /// The variant where targeting chooses none; where it is null, callers take the value in their code.
    #[schema(example = "off")]
    pub default_variant: Option<String>,
    /// The rule that chooses the variant: JsonLogic with flagd's operations; without one the default is for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub targeting: Option<Value>,
    /// What callers are told beside the value: texts, numbers and booleans.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
}

/// A flag to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "key": "checkout-v2",
    "state": "ENABLED",
    "variants": { "on": true, "off": false },
    "defaultVariant": "off",
    "targeting": { "if": [{ "ends_with": [{ "var": "email" }, "@example.org"] }, "on", null] },
    "metadata": { "owner": "payments" }
}))]
pub struct NewFlag {
    /// Its name, which programs ask for.
    #[schema(example = "checkout-v2", max_length = 200)]
    pub key: String,
    /// The flag set that it belongs to; `default` unless said.
    #[schema(example = "default")]
    pub set: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub definition: Definition,
}

/// A flag with what becomes of it now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// The flag set that it belongs to.
    #[schema(example = "default")]
    pub set: String,
    /// Its name.
    #[schema(example = "checkout-v2")]
    pub key: String,
    /// What it is.
    #[serde(flatten)]
    pub definition: Definition,
    /// The kill switch that is pulled now, if one is: it stands over the definition, which stays as it is.
    pub switch: Option<Switch>,
    /// When the definition was last changed.
    pub updated_at: Timestamp,
}

/// A kill switch that is pulled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Switch {
    /// What it does to the flag.
    pub action: SwitchAction,
    /// The variant that everybody gets, where it forces one.
    #[schema(example = "off")]
    pub variant: Option<String>,
    /// The incidents that hold it, oldest first. When the last of them is resolved the flag is as before.
    #[schema(example = json!(["INC-7QKX2MPA"]))]
    pub incidents: Vec<String>,
    /// Why, in one line.
    #[schema(example = "component checkout, severity 2 or worse")]
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether a person has lifted it: the flag is then as its definition says, until these incidents are over.
    pub lifted: bool,
    /// When the flag comes back, where its incidents are over and it still has to wait.
    pub restores_at: Option<Timestamp>,
}

/// What a kill switch does to a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SwitchAction {
    /// It gives no value any more (reason `DISABLED`).
    #[default]
    Disable,
    /// Everybody gets one variant.
    Variant,
}

impl SwitchAction {
    /// Both.
    pub const ALL: [SwitchAction; 2] = [SwitchAction::Disable, SwitchAction::Variant];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            SwitchAction::Disable => "disable",
            SwitchAction::Variant => "variant",
        }
    }

    /// The action of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// A link to be made: while an incident matches, the flag is switched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewLink {
    /// The flag.
    #[schema(example = "checkout-v2")]
    pub flag: String,
    /// Its flag set; `default` unless said.
    #[schema(example = "default")]
    pub set: Option<String>,
    /// The slug of a component: incidents match that name it. At least one of this and `min_severity` is needed.
    #[schema(example = "checkout")]
    pub component: Option<String>,
    /// Incidents match that are at least as bad: 1 is worst, 4 least.
    #[schema(minimum = 1, maximum = 4, example = 2)]
    pub min_severity: Option<i64>,
    /// What is done; `disable` unless said.
    pub action: Option<SwitchAction>,
    /// The variant to force, for the action `variant`.
    #[schema(example = "off")]
    pub variant: Option<String>,
}

/// A link between incidents and a flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// Unique (a UUID).
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub id: String,
    /// The flag.
    #[schema(example = "checkout-v2")]
    pub flag: String,
    /// Its flag set.
    #[schema(example = "default")]
    pub set: String,
    /// Incidents match that name this component.
    #[schema(example = "checkout")]
    pub component: Option<String>,
    /// Incidents match that are at least as bad.
    #[schema(example = 2)]
    pub min_severity: Option<i64>,
    /// What is done.
    pub action: SwitchAction,
    /// The variant that is forced.
    #[schema(example = "off")]
    pub variant: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A flag set, as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FlagSet {
    /// Its name.
    #[schema(example = "default")]
    pub name: String,
    /// How many flags it has.
    #[schema(example = 12)]
    pub flags: u64,
    /// How `fractional` divides: `v1`, `v2` (flagd's) or `v3`. Another version gives other users other variants.
    #[schema(example = "v2")]
    pub bucketing: String,
    /// Grows with every change of the set, its flags and its kill switches.
    #[schema(example = 42)]
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// `flag.changed`: a definition was written or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagChanged {
    /// The flag set.
    pub flag_set: String,
    /// The flag.
    pub key: String,
    /// `created`, `changed` or `deleted`.
    pub change: String,
}

impl Event for FlagChanged {
    const NAME: &'static str = "flag.changed";

    fn subject(&self) -> &str {
        &self.key
    }
}

/// `flag.switched`: an incident has switched a flag, or the flag is as before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagSwitched {
    /// The flag set.
    pub flag_set: String,
    /// The flag.
    pub key: String,
    /// The incident.
    pub incident_id: String,
    /// `disabled` or `restored`.
    pub action: String,
    /// The variant that everybody gets, where the flag is not disabled but forced to one.
    #[serde(default)]
    pub variant: Option<String>,
    /// The component that the kill switch is linked to, if to one: the reason names it, and it may be internal.
    #[serde(default)]
    pub component: Option<String>,
    /// Why, in one line.
    pub reason: String,
}

impl Event for FlagSwitched {
    const NAME: &'static str = "flag.switched";

    fn subject(&self) -> &str {
        &self.key
    }
}

impl FlagSwitched {
    /// What the incident's timeline says of it; without the reason where that is not for everybody.
    pub fn told(&self, with_reason: bool) -> String {
        let reason = if with_reason { format!(" ({})", self.reason) } else { String::new() };
        match (self.action.as_str(), &self.variant) {
            ("disabled", None) => format!("Flag {} disabled by kill switch{reason}.", self.key),
            ("disabled", Some(variant)) => {
                format!("Flag {} set to {variant} by kill switch{reason}.", self.key)
            }
            _ => format!("Flag {} restored{reason}.", self.key),
        }
    }
}

impl Client {
    /// Every flag of every set.
    pub async fn flags(&self) -> Result<Vec<Flag>, AskError> {
        self.all("/api/v1/flags?").await
    }

    /// Every link between incidents and flags.
    pub async fn flag_links(&self) -> Result<Vec<Link>, AskError> {
        self.all("/api/v1/flags/links?").await
    }
}
