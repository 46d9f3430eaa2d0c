//! Which services run in this process, and where the others are.

use kit_base::settings::Settings;
use kit_base::{Clock, SecretKey};
use kit_web::{LocalTransport, Switchboard};

use crate::targets::{TARGETS, Target};

/// The services of one process.
#[derive(Clone)]
pub struct Crew(Vec<&'static Target>);

impl Crew {
    /// Every service.
    pub fn all() -> Self {
        Self(TARGETS.iter().collect())
    }

    /// This one alone.
    pub fn only(name: &str) -> Self {
        Self(TARGETS.iter().filter(|target| target.name == name).collect())
    }

    /// The services that are named, parted by commas; `all` is every one. The error is a line for the terminal.
    pub fn parse(names: &str) -> Result<Self, String> {
        let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names == ["all"] {
            return Ok(Self::all());
        }
        let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        match names.iter().find(|name| !known.contains(name)) {
            Some(unknown) => {
                Err(format!("there is no service {unknown:?}; choose of {}, or all", known.join(", ")))
            }
            None if names.is_empty() => {
                Err(format!("no service is named; choose of {}, or all", known.join(", ")))
            }
            None => Ok(Self(TARGETS.iter().filter(|target| names.contains(&target.name)).collect())),
        }
    }

    /// The services that run here.
    pub fn members(&self) -> impl Iterator<Item = &'static Target> {
        self.0.iter().copied()
    }

    /// The services that run elsewhere.
    pub fn others(&self) -> impl Iterator<Item = &'static Target> {
        TARGETS.iter().filter(|target| !self.has(target.name))
    }

    /// Whether this service runs here.
    pub fn has(&self, name: &str) -> bool {
        self.members().any(|target| target.name == name)
    }

    /// The port of the one service that runs here, where it is one.
    pub fn port(&self) -> Option<u16> {
        match self.0.as_slice() {
            [alone] => Some(alone.port),
            _ => None,
        }
    }

    /// The way to every service, here or elsewhere.
    pub fn switchboard(
        &self,
        local: &LocalTransport,
        settings: &Settings,
        key: &SecretKey,
        clock: &Clock,
    ) -> Result<Switchboard, String> {
        let names: Vec<&str> = self.members().map(|target| target.name).collect();
        let (local, from) = (local.clone(), names.join("+"));
        let board = Switchboard::new(local, settings, key.clone(), clock.clone(), &from)?;
        self.others().try_fold(board, |board, other| {
            let feed = format!("/internal/events/{}", other.name);
            let paths = other.paths.iter().map(|path| (*path).to_owned()).chain([feed]);
            board.add(other.name, settings.text(&other.peer), paths)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The switchboard and every gateway go by what paths begin with, so each path must be where the table says.
    #[test]
    fn every_path_of_a_service_begins_as_the_table_says_and_as_no_other_does() {
        for target in TARGETS.iter().filter(|target| !target.paths.is_empty()) {
            let described: serde_json::Value = serde_json::from_str(target.described).unwrap();
            for path in described["paths"].as_object().unwrap().keys() {
                let begins = |prefix: &&str| {
                    path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                let owners = TARGETS.iter().filter(|target| target.paths.iter().any(begins));
                let owners: Vec<&str> = owners.map(|owner| owner.name).collect();
                assert_eq!(owners, [target.name], "{path}");
            }
        }
    }

    #[test]
    fn services_are_named_in_any_order_and_unknown_ones_are_refused() {
        let names = |crew: &Crew| crew.members().map(|target| target.name).collect::<Vec<_>>();
        assert_eq!(names(&Crew::parse("flags, identity").unwrap()), ["identity", "flags"]);
        assert_eq!(Crew::parse("all").unwrap().others().count(), 0);
        assert_eq!(Crew::parse("flags").unwrap().port(), Some(8070));
        assert_eq!(Crew::parse("flags,comments").unwrap().port(), None);
        for bad in ["flog", "", "all,flags"] {
            let error = Crew::parse(bad).err().unwrap();
            assert!(error.contains("choose of identity, incidents"), "{error}");
        }
    }
}
