//! stub
use http::HeaderMap;
use kit_base::{Clock, Settings};
use std::net::IpAddr;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Api,
    Public,
    Free,
}
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    pub limit: u32,
}
pub enum Identity<'a> {
    User(&'a str),
    Address(IpAddr),
}
pub enum Verdict {
    Pass(Option<Quota>),
    Full { quota: Quota, retry_after: u32 },
}
pub struct Throttle;
impl Throttle {
    pub fn new(_: &Settings, _: Clock) -> Self {
        Self
    }
    pub fn admit(&self, _: Class, _: &Identity<'_>) -> Verdict {
        Verdict::Pass(None)
    }
    pub fn failed(&self, _: IpAddr) {}
    pub fn too_many_failures(&self, _: IpAddr) -> Option<u32> {
        None
    }
}
pub fn headers(_: &Quota, _: &mut HeaderMap) {}
