//! Reads the project's own samples, which stand for the recordings where there are none.

#[cfg(test)]
mod apple;
#[cfg(test)]
mod aws;
#[cfg(test)]
mod azure;
#[cfg(test)]
mod azure_devops;
#[cfg(test)]
mod betterstack;
#[cfg(test)]
mod cachet;
#[cfg(test)]
mod concur;
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
mod http;
#[cfg(test)]
mod hund;
#[cfg(test)]
mod ibm;
#[cfg(test)]
mod incidentio;
#[cfg(test)]
mod instatus;
#[cfg(test)]
mod meta;
#[cfg(test)]
mod microsoft365;
#[cfg(test)]
mod oci;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod rss;
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
mod statusiq;
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
#[cfg(test)]
mod zscaler;
