//! The OAuth 2 server and API keys as applications see them, on both databases.

#[cfg(test)]
mod applications;
#[cfg(test)]
mod code;
#[cfg(test)]
mod device;
#[cfg(test)]
mod families;
#[cfg(test)]
mod house;
#[cfg(test)]
mod independent;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod token;
#[cfg(test)]
mod tokens;
