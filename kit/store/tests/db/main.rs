//! The store on both databases.

#[cfg(test)]
mod interleaving;
#[cfg(test)]
mod promises;
