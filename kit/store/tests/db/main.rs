//! The store on both databases.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod interleaving;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod tls;
