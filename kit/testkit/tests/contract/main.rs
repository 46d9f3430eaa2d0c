//! The contract of the API, tried on a small service of its own: what is kept and how fresh it is, conditions, the order
//! of checks, forms.

#[cfg(test)]
mod conditions;
#[cfg(test)]
mod freshness;
#[cfg(test)]
mod order;
#[cfg(test)]
mod things;
