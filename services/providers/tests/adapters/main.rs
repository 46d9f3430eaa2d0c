//! Reads the project's own samples, which stand for the recordings where there are none.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod azure;
#[cfg(test)]
mod azure_devops;
#[cfg(test)]
mod concur;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod gcp;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http;
#[cfg(test)]
mod hund;
#[cfg(test)]
mod ibm;
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
mod samples;
#[cfg(test)]
mod statusiq;
#[cfg(test)]
mod statuspage;
#[cfg(test)]
mod zscaler;
