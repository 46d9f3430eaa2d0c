//! Places in the data: `user.name`, `items.0`, the whole, and flagd's own two.

use serde_json::Value;

use super::Val;

/// A place, taken apart beforehand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// All of it.
    Whole,
    /// Member by member.
    Parts(Vec<String>),
    /// `$flagd.flagKey`
    FlagKey,
    /// `$flagd.timestamp`
    Timestamp,
    /// Another of flagd's, of which there is none. Callers cannot bring their own.
    Nowhere,
}

impl Place {
    /// The place of that name.
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "" => Place::Whole,
            "$flagd.flagKey" => Place::FlagKey,
            "$flagd.timestamp" => Place::Timestamp,
            "$flagd" => Place::Nowhere,
            name if name.starts_with("$flagd.") => Place::Nowhere,
            name => Place::Parts(name.split('.').map(str::to_owned).collect()),
        }
    }
}

/// What a rule sees as its data.
#[derive(Clone)]
pub(crate) enum Scope<'a> {
    /// The context, or an item of a list.
    Value(Val<'a>),
    /// Within `reduce`.
    Fold { current: Val<'a>, accumulator: Val<'a> },
}

impl<'a> Scope<'a> {
    /// What is there; nothing where a member on the way is missing.
    pub(crate) fn find<'p>(&self, mut parts: impl Iterator<Item = &'p str>) -> Option<Val<'a>> {
        let start = match self {
            Scope::Value(value) => value.clone(),
            Scope::Fold { current, accumulator } => match parts.next()? {
                "current" => current.clone(),
                "accumulator" => accumulator.clone(),
                _ => return None,
            },
        };
        parts.try_fold(start, |value, part| member(&value, part))
    }

    /// All of it; within `reduce` there is no such thing.
    pub(crate) fn whole(&self) -> Val<'a> {
        match self {
            Scope::Value(value) => value.clone(),
            Scope::Fold { .. } => Val::Null,
        }
    }
}

fn member<'a>(value: &Val<'a>, part: &str) -> Option<Val<'a>> {
    match value {
        Val::Data(Value::Object(members)) => members.get(part).map(Val::of),
        list => list.items()?.get(part.parse().ok()?),
    }
}
