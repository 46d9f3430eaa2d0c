//! What the incidents service says: components, incidents, timelines, and the news about them.

mod client;
mod components;
mod figures;
mod history;
mod imports;
mod life;
mod news;
mod policy;
mod postmortem;
mod proposals;
mod timeline;

pub use client::IncidentFilter;
pub use components::{
    Component, Group, Link, NewComponent, NewGroup, NewOverride, Override, Reason, Visibility,
};
pub use figures::{Figure, Figures, FiguresBy, SourceFigure, Spread};
pub use history::{ComponentHistory, Histories, History, HistoryDay, HistoryMonth, Seconds};
pub use imports::{LeftOut, Past, PastComponent, PastIncident, PastTaken, PastUpdate, Taken};
pub use life::{
    ChangedIncident, Connection, ConnectionType, Incident, IncidentStatus, NewConnection, NewIncident,
    NewTask, NewTemplate, Responder, Task, Template,
};
pub use news::{ComponentChanged, ComponentStatusChanged, IncidentChanged, IncidentOpened};
pub use policy::{Act, Damping, SignalPolicy, SignalRule};
pub use postmortem::{Postmortem, PostmortemState};
pub use proposals::{Proposal, ProposalAnswer, ProposalDecision};
pub use timeline::{
    ChangedEntry, EntryHistory, EntryType, EntryVersion, Evidence, EvidenceKind, NewEntry, TimelineEntry,
};
