//! The incidents service, asked over its API in a world of its own.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod causes;
#[cfg(test)]
mod components;
#[cfg(test)]
mod derived;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod life;
#[cfg(test)]
mod maintenance;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod search;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod switched;
#[cfg(test)]
mod uptime;
#[cfg(test)]
mod work;
