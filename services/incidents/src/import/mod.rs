//! Other tools' exports, read as a history: pure functions from documents to components, incidents and updates.

mod cachet;
mod components;
mod gatus;
mod loose;
mod statuspage;
mod upptime;

use contracts::incidents::Past;
use serde_json::Value;

/// A tool whose history can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Atlassian Statuspage: `summary.json`, `components.json`, `incidents.json` of API v2, or incidents of its
    /// management API.
    Statuspage,
    /// Cachet 1 to 3: `/api/v1/components`, `/component-groups` and `/incidents`, or the same of version 3.
    Cachet,
    /// Gatus 5: `/api/v1/endpoints/statuses`, or its configuration.
    Gatus,
    /// Upptime: `history/summary.json`, `.upptimerc.yml`, or the issues of its repository.
    Upptime,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Tool; 4] = [Tool::Statuspage, Tool::Cachet, Tool::Gatus, Tool::Upptime];

    /// Its name on the command line, and in the origin of what is taken over.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Statuspage => "statuspage",
            Tool::Cachet => "cachet",
            Tool::Gatus => "gatus",
            Tool::Upptime => "upptime",
        }
    }

    /// The tool of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    fn expects(self) -> &'static str {
        match self {
            Tool::Statuspage => {
                "components or incidents, as summary.json, components.json and incidents.json have them"
            }
            Tool::Cachet => "a list under \"data\" of components, groups or incidents",
            Tool::Gatus => "a list of endpoints with results, or a configuration with endpoints",
            Tool::Upptime => "history/summary.json, .upptimerc.yml, or a list of issues",
        }
    }
}

/// What documents tell, and what of them could not be understood.
#[derive(Debug, Default)]
pub struct Reading {
    /// The history.
    pub history: Past,
    /// What was passed over, and why: a line each.
    pub passed_over: Vec<String>,
}

/// Reads the documents of one page together, each with the name of its file.
///
/// # Errors
/// The first document that holds nothing that this tool writes, with what was expected.
pub fn read(tool: Tool, documents: &[(String, Value)]) -> Result<Reading, String> {
    let values: Vec<&Value> = documents.iter().map(|(_, value)| value).collect();
    let knows = match tool {
        Tool::Statuspage => statuspage::knows,
        Tool::Cachet => cachet::knows,
        Tool::Gatus => gatus::knows,
        Tool::Upptime => upptime::knows,
    };
    if let Some((name, _)) = documents.iter().find(|(_, value)| !knows(value)) {
        return Err(format!("{name} is nothing that {} writes; expected {}", tool.name(), tool.expects()));
    }
    let mut reading = match tool {
        Tool::Statuspage => statuspage::read(&values),
        Tool::Cachet => cachet::read(&values),
        Tool::Gatus => gatus::read(&values),
        Tool::Upptime => upptime::read(&values),
    };
    tool.name().clone_into(&mut reading.history.origin);
    begin_with_incidents(&mut reading.history);
    Ok(reading)
}

/// A component of which nobody says since when it is there has been there since its first incident.
fn begin_with_incidents(past: &mut Past) {
    for component in past.components.iter_mut().filter(|component| component.start_date.is_empty()) {
        let of_it = past.incidents.iter().filter(|incident| incident.services.contains(&component.slug));
        if let Some(first) = of_it.map(|incident| incident.started_at).min() {
            component.start_date = first.to_string().get(..10).unwrap_or_default().to_owned();
        }
    }
}

#[cfg(test)]
mod tests;
