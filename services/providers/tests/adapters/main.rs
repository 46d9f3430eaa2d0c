//! Reads the project's own samples, which stand for the recordings where there are none.

#[cfg(test)]
mod apple;
#[cfg(test)]
mod betterstack;
#[cfg(test)]
mod cachet;
#[cfg(test)]
mod cstate;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod gatus;
#[cfg(test)]
mod gcp;
#[cfg(test)]
mod heroku;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod incidentio;
#[cfg(test)]
mod instatus;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod salesforce;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod slack;
#[cfg(test)]
mod sorry;
#[cfg(test)]
mod statusio;
#[cfg(test)]
mod statuspage;
#[cfg(test)]
mod statuspal;
#[cfg(test)]
mod upptime;
#[cfg(test)]
mod uptime_kuma;
#[cfg(test)]
mod uptimerobot;
