//! Which addresses may be connected to. Names are looked up here, so that what is connected to is what was looked at.

use std::net::{IpAddr, SocketAddr};

use kit_base::settings::Network;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Refused;
use super::public::is_public;
use crate::host::Host;

/// Lets through what is public, and what the operator has allowed.
#[derive(Clone)]
pub(super) struct Guard {
    allowed: Vec<Network>,
    /// Names whose addresses may be private.
    hosts: Vec<String>,
}

impl Guard {
    /// Beside public addresses these networks may be asked, and hosts of these names wherever they are.
    pub(super) fn new(allowed: Vec<Network>, hosts: Vec<String>) -> Self {
        Self { allowed, hosts }
    }

    /// The address as it will be asked. Whoever wrote it in another form (`0x7f.1`, `2130706433`, `[::ffff:7f00:1]`) is
    /// understood as a browser would (WHATWG URL), and that is what is looked at.
    pub(super) fn look_at(&self, url: &str) -> Result<Url, Refused> {
        let url: Url = url.parse().map_err(|_| Refused::Unusable)?;
        self.permits(&url)?;
        Ok(url)
    }

    /// Whether this may be asked, as far as can be told before its name is looked up.
    pub(super) fn permits(&self, url: &Url) -> Result<(), Refused> {
        if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
            return Err(Refused::Unusable);
        }
        match literal(url) {
            Some(address) if !self.lets_through(address) => Err(Refused::Private),
            _ => Ok(()),
        }
    }

    fn lets_through(&self, address: IpAddr) -> bool {
        is_public(address) || self.allowed.iter().any(|network| network.contains(address))
    }

    /// The addresses of a name that may be connected to; refused where there are addresses, and none may.
    fn choose(&self, name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        if self.hosts.iter().any(|known| Host::parse(name).is_ok_and(|host| host.is(known))) {
            return Ok(found);
        }
        let any = !found.is_empty();
        let good: Vec<SocketAddr> =
            found.into_iter().filter(|address| self.lets_through(address.ip())).collect();
        if any && good.is_empty() { Err(Refused::Private) } else { Ok(good) }
    }
}

/// The network address that stands in place of a name, if one does. It is connected to without being looked up.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// One guard is shared by all lookups of a client.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let good = guard.choose(name.as_str(), found)?;
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(allowed.iter().map(|network| Network::parse(network).unwrap()).collect(), Vec::new())
    }

    #[test]
    fn however_it_is_written_a_private_address_is_refused() {
        let guard = guard(&[]);
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://①②⑦.0.0.1/",
            "http://127.0.0.1./",
            "http://0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://user:password@10.0.0.1:8080/path",
            "https://169.254.169.254/latest/meta-data/",
        ] {
            assert_eq!(guard.look_at(url).err(), Some(Refused::Private), "{url}");
        }
        for url in ["ftp://example.org/", "file:///etc/passwd", "no address", "http://", "javascript:1", ""] {
            assert_eq!(guard.look_at(url).err(), Some(Refused::Unusable), "{url}");
        }
        for url in ["http://example.org/", "https://93.184.215.14/", "http://[2606:4700::1111]/"] {
            assert!(guard.look_at(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn of_the_addresses_of_a_name_only_good_ones_are_connected_to() {
        let at = |text: &str| -> SocketAddr { format!("{text}:80").parse().unwrap() };
        let (good, bad) = (at("93.184.215.14"), at("10.0.0.1"));
        assert_eq!(guard(&[]).choose("s.example", vec![bad, good]), Ok(vec![good]));
        assert_eq!(guard(&[]).choose("s.example", vec![bad]), Err(Refused::Private));
        assert_eq!(guard(&[]).choose("s.example", vec![]), Ok(vec![]));
        assert_eq!(guard(&["10.0.0.0/8"]).choose("s.example", vec![bad, good]), Ok(vec![bad, good]));
        assert_eq!(guard(&["192.168.0.0/16"]).choose("s.example", vec![bad]), Err(Refused::Private));
        let named = Guard::new(Vec::new(), vec!["status.internal".to_owned(), ".corp".to_owned()]);
        for (name, is_allowed) in
            [("STATUS.internal.", true), ("a.corp", true), ("internal", false), ("xcorp", false)]
        {
            assert_eq!(named.choose(name, vec![bad]).is_ok(), is_allowed, "{name}");
        }
    }
}
