//! Networks and hosts as settings name them: `10.0.0.0/8`, `::1`, `.example.org`.

use std::net::IpAddr;

/// An address, or all addresses that begin alike (RFC 4632, RFC 4291). An IPv4 address written as IPv6
/// (`::ffff:192.0.2.1`) is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. `None` where it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text.trim(), None),
        };
        let written: IpAddr = address.parse().ok()?;
        let address = written.to_canonical();
        // `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
        let shortened = bits(written).1 - bits(address).1;
        let longest = bits(address).1;
        let prefix = match prefix {
            Some(prefix) => prefix.checked_sub(shortened)?,
            None => longest,
        };
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether `address` is one of this network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, length) = bits(self.address);
        let (other, other_length) = bits(address.to_canonical());
        // Both stand at the lower end of the 128 bits; what is shifted away is what may differ.
        length == other_length && (own ^ other).checked_shr(length - self.prefix).unwrap_or(0) == 0
    }
}

/// The address as a number, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), u32::BITS),
        IpAddr::V6(v6) => (v6.to_bits(), u128::BITS),
    }
}

/// A name, a domain with everything below it (`.example.org`), an address, or `*` for all.
pub(super) fn is_host(text: &str) -> bool {
    let name = text.strip_prefix('.').unwrap_or(text);
    let is_label = |label: &str| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        !label.is_empty() && label.chars().all(plain)
    };
    let in_brackets = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_ipv6 = in_brackets.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    text == "*" || is_ipv6 || name.strip_suffix('.').unwrap_or(name).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        Network::parse(network).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_what_begins_alike() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("::/0", "ffff::1", "10.0.0.1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.9.9.9", "11.9.9.9"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
        ] {
            assert!(holds(network, inside), "{network} holds {inside}");
            assert!(!holds(network, outside), "{network} does not hold {outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_not_read() {
        for bad in
            ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/-1", "proxy", "::ffff:1.2.3.4/8"]
        {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn hosts_are_names_domains_addresses_or_all() {
        for good in
            ["status.example.org", ".example.org", "*", "localhost", "192.0.2.1", "[::1]", "a_b.example."]
        {
            assert!(is_host(good), "{good}");
        }
        for bad in
            ["", ".", "*.example.org", "https://example.org", "example.org:80", "a..b", "a b", "[x]", "::1"]
        {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
