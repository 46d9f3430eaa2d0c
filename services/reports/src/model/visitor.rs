//! Who reports, so that nobody counts twice: a pseudonym of the address that nobody can turn back into it tomorrow.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use kit_base::{SecretKey, Timestamp};

/// A visitor counts once for each component in this time.
pub(crate) const WINDOW: Duration = Duration::from_secs(15 * 60);

/// A visitor by pseudonym.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Visitor {
    /// Under today's key.
    pub pseudonym: String,
    /// Under yesterday's key, where the window reaches into yesterday.
    pub yesterday: Option<String>,
}

impl Visitor {
    /// The visitor behind this address now. Of IPv6 the first 64 bits count, since that is what one customer has.
    pub(crate) fn of(address: IpAddr, now: Timestamp, secret: &SecretKey) -> Self {
        let who = match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string(),
        };
        let (today, before) = (day(now), day(now.minus(WINDOW)));
        let pseudonym = |day: &str| secret.pseudonym(&format!("report visitor {day}"), &who);
        Self { pseudonym: pseudonym(&today), yesterday: (before != today).then(|| pseudonym(&before)) }
    }
}

/// `2026-11-21`.
fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(address: &str, at: &str) -> Visitor {
        let (address, at) = (address.parse().unwrap(), Timestamp::parse(at).unwrap());
        Visitor::of(address, at, &SecretKey::new("k"))
    }

    #[test]
    fn a_pseudonym_lasts_a_day_and_shows_no_address() {
        let noon = visitor("192.0.2.1", "2026-11-21T12:00:00Z");
        assert_eq!(noon, visitor("::ffff:192.0.2.1", "2026-11-21T23:59:59Z"));
        assert_ne!(noon, visitor("192.0.2.2", "2026-11-21T12:00:00Z"));
        assert!(!noon.pseudonym.contains("192") && noon.yesterday.is_none());
        let midnight = visitor("192.0.2.1", "2026-11-22T00:14:59Z");
        assert_eq!(midnight.yesterday, Some(noon.pseudonym.clone()));
        assert_ne!(midnight.pseudonym, noon.pseudonym);
        assert_eq!(visitor("192.0.2.1", "2026-11-22T00:15:00Z").yesterday, None);
    }

    #[test]
    fn one_customer_is_one_visitor() {
        let at = "2026-11-21T12:00:00Z";
        assert_eq!(visitor("2001:db8:1:2::1", at), visitor("2001:db8:1:2:ffff::9", at));
        assert_ne!(visitor("2001:db8:1:2::1", at), visitor("2001:db8:1:3::1", at));
    }
}
