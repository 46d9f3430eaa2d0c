//! Incidents that signals propose: those that stand and lead to a proposal, by what they have in common.

use contracts::incidents::{Act, Incident, Proposal, ProposalDecision};
use contracts::signals::Signal;
use kit_store::{Result, Tx};

use super::{causes, graph, incidents, life, signals, work};
use crate::error::Error;
use crate::model::{cause, severity};

/// Every proposal that nobody has decided on, the worst first.
pub(crate) fn list(tx: &mut Tx<'_>) -> Result<Vec<Proposal>> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for signal in signals::leading_to(tx, Act::Propose.as_str())? {
        let root = causes::root(tx, &signal)?;
        let about = cause(&root.component);
        match proposals.iter_mut().find(|proposal| proposal.cause == about) {
            Some(proposal) => add(tx, proposal, signal)?,
            None => {
                let cause = about.to_owned();
                let (title, since) = (signal.title.clone(), signal.since);
                let mut proposal =
                    Proposal { cause, title, sev: 4, services: vec![], since, signals: vec![] };
                add(tx, &mut proposal, signal)?;
                proposals.push(proposal);
            }
        }
    }
    for proposal in &mut proposals {
        proposal.signals.sort_by_key(|signal| std::cmp::Reverse(signal.level));
        if let Some(worst) = proposal.signals.first() {
            proposal.title.clone_from(&worst.title);
        }
    }
    proposals.sort_by_key(|proposal| (proposal.sev, proposal.since));
    Ok(proposals)
}

fn add(tx: &mut Tx<'_>, proposal: &mut Proposal, signal: Signal) -> Result<()> {
    let reached = graph::reached_from(tx, &signal.component)?;
    let known = &proposal.services;
    let more: Vec<String> = reached.into_iter().filter(|slug| !known.contains(slug)).collect();
    proposal.services.extend(more);
    proposal.sev = proposal.sev.min(severity(signal.level));
    proposal.since = proposal.since.min(signal.since);
    proposal.signals.push(signal);
    Ok(())
}

/// A person decides on a proposal: it is an incident, which is returned, or it is none.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    about: &str,
    decision: ProposalDecision,
    author: &str,
) -> Result<Option<Incident>, Error> {
    let proposal = list(tx)?.into_iter().find(|proposal| proposal.cause == about);
    let rule = || Error::Field("cause", format!("Nothing is proposed about \"{about}\"."));
    let proposal = proposal.ok_or_else(rule)?;
    let first = proposal.signals.first().ok_or_else(rule)?;
    if decision == ProposalDecision::Dismiss {
        for signal in &proposal.signals {
            signals::dismiss(tx, signal)?;
        }
        return Ok(None);
    }
    let id = life::open(tx, first)?;
    for signal in proposal.signals.iter().skip(1) {
        let taken = signals::find(tx, &signal.source, &signal.key)?;
        if taken.is_some_and(|kept| kept.signal.incident.is_none()) {
            life::open(tx, signal)?;
        }
    }
    work::acknowledge(tx, &id)?;
    work::follow(tx, &id, author)?;
    incidents::find(tx, &id).map(Some)
}
