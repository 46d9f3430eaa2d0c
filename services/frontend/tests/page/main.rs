//! The pages as a whole: what they say of made-up states and how, and how they are served. The states are those of the
//! preview.

#[cfg(test)]
mod bars;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod html;
#[cfg(test)]
mod look;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod shown;
#[path = "../../examples/preview/states.rs"]
#[cfg(test)]
mod states;
#[cfg(test)]
mod told;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod works;
