//! The page as a whole: what it says of made-up states, and how it says it. The states are those of the preview.

#[cfg(test)]
mod html;
#[cfg(test)]
mod look;
#[cfg(test)]
mod shown;
#[path = "../../examples/preview/states.rs"]
#[cfg(test)]
mod states;
#[cfg(test)]
mod verdict;
