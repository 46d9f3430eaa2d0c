//! Reads the project's own samples, which stand for the recordings where there are none.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod gcp;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod statuspage;
