//! How often somebody may ask: a sliding log for each identity, in memory that is bounded, and nothing but a lock and a
//! look into a map for each request.

use std::net::{IpAddr, Ipv6Addr};

use http::{HeaderMap, HeaderName, HeaderValue};
use kit_base::settings::{Kind, Settings};
use kit_base::{Clock, Setting, Timestamp};

use crate::edge::wire;
use crate::sliding::{Counter, Room};

pub(crate) const ANONYMOUS: Setting = Setting::new(
    "web.throttle.anonymous",
    Kind::Rate,
    "60/hour",
    "how often one address may ask the API without saying who it is, or off",
);
pub(crate) const USER: Setting =
    Setting::new("web.throttle.user", Kind::Rate, "2000/hour", "how often one user may ask the API, or off");
pub(crate) const PUBLIC: Setting = Setting::new(
    "web.throttle.public",
    Kind::Rate,
    "6000/hour",
    "how often one address or user may ask for what everybody reads (status, feeds, badges, flags), or off",
);
pub(crate) const FAILURES: Setting = Setting::new(
    "web.throttle.failures",
    Kind::Rate,
    "60/hour",
    "how many failed authentications are borne from one address, or off",
);

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How dear a route is. All routes of a class share one counter for each identity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    /// The API in general.
    Api,
    /// What everybody reads, and often: summaries of the status, feeds, badges, the evaluation of flags.
    Public,
    /// Health, static files, pages: never throttled.
    Free,
}

impl Class {
    /// Its name in the description of the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Public => "public",
            Self::Free => "free",
        }
    }
}

/// Who is counted.
#[derive(Clone, Copy)]
pub enum Identity<'a> {
    /// A user, by id.
    User(&'a str),
    /// An address; of IPv6 the first 64 bits, since that is what one customer has.
    Address(IpAddr),
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    /// How many requests the window holds.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds, rounded up, until the oldest request leaves the window and so makes room.
    pub reset_seconds: u32,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It may go on, and was counted; `None` where there is no limit.
    Pass(Option<Quota>),
    /// It is one too many, and was not counted.
    Full {
        /// The limit it ran into.
        quota: Quota,
        /// When to try again: for `Retry-After`.
        retry_after_seconds: u32,
    },
}

/// Where somebody's requests are counted, if they are.
pub(crate) struct Account<'t>(Option<(&'t Counter, u64)>);

/// Counts requests and failed authentications.
pub struct Throttle {
    clock: Clock,
    anonymous: Option<Counter>,
    user: Option<Counter>,
    public: Option<Counter>,
    failures: Option<Counter>,
}

impl Throttle {
    /// With the limits of the settings.
    pub fn new(settings: &Settings, clock: Clock) -> Self {
        let counter = |setting| settings.rate(setting).map(Counter::new);
        Self {
            anonymous: counter(&ANONYMOUS),
            user: counter(&USER),
            public: counter(&PUBLIC),
            failures: counter(&FAILURES),
            clock,
        }
    }

    /// Counts a request of `identity`, unless it is one too many.
    pub fn admit(&self, class: Class, identity: &Identity<'_>) -> Verdict {
        Self::admit_at(&self.account(class, identity), self.clock.now())
    }

    /// Where the requests of `identity` are counted.
    pub(crate) fn account(&self, class: Class, identity: &Identity<'_>) -> Account<'_> {
        let counter = match (class, identity) {
            (Class::Free, _) => None,
            (Class::Public, _) => self.public.as_ref(),
            (Class::Api, Identity::User(_)) => self.user.as_ref(),
            (Class::Api, Identity::Address(_)) => self.anonymous.as_ref(),
        };
        Account(counter.map(|counter| (counter, key(counter, identity))))
    }

    /// Counts a request there, unless it is one too many.
    pub(crate) fn admit_at(account: &Account<'_>, now: Timestamp) -> Verdict {
        let Some((counter, key)) = account.0 else { return Verdict::Pass(None) };
        let room = counter.take(key, now);
        let quota =
            Quota { limit: counter.limit(), remaining: room.left, reset_seconds: seconds(room.wait_micros) };
        match room.taken {
            true => Verdict::Pass(Some(quota)),
            false => Verdict::Full { quota, retry_after_seconds: quota.reset_seconds },
        }
    }

    /// Notes that somebody at `address` failed to prove who they are.
    pub fn failed(&self, address: IpAddr) {
        if let Some(counter) = &self.failures {
            counter.take(key(counter, &Identity::Address(address)), self.clock.now());
        }
    }

    /// Seconds until `address` may try again to prove who it is, where it failed too often.
    pub fn too_many_failures(&self, address: IpAddr) -> Option<u32> {
        let counter = self.failures.as_ref()?;
        let Room { left, wait_micros, .. } =
            counter.look(key(counter, &Identity::Address(address)), self.clock.now());
        (left == 0).then(|| seconds(wait_micros))
    }
}

/// `RateLimit-*`, as draft-polli-ratelimit-headers names them.
pub fn headers(quota: &Quota, headers: &mut HeaderMap) {
    headers.insert(LIMIT, HeaderValue::from(quota.limit));
    headers.insert(REMAINING, HeaderValue::from(quota.remaining));
    headers.insert(RESET, HeaderValue::from(quota.reset_seconds));
}

/// The same as they are sent.
pub(crate) fn write(quota: &Quota, into: &mut Vec<u8>) {
    for (name, value) in [(LIMIT, quota.limit), (REMAINING, quota.remaining), (RESET, quota.reset_seconds)] {
        wire::numbered(name.as_str(), value.into(), into);
    }
}

fn key(counter: &Counter, identity: &Identity<'_>) -> u64 {
    match identity {
        Identity::User(id) => counter.key(id),
        Identity::Address(address) => match address.to_canonical() {
            IpAddr::V4(v4) => counter.key(&v4),
            IpAddr::V6(v6) => counter.key(&network(v6)),
        },
    }
}

fn network(address: Ipv6Addr) -> u64 {
    u64::try_from(address.to_bits() >> 64).unwrap_or_default()
}

/// Whole seconds, rounded up.
fn seconds(micros: u64) -> u32 {
    u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kit_testkit::TestClock;

    use super::*;

    fn throttle(clock: &TestClock) -> Throttle {
        let settings = Settings::default().with(&ANONYMOUS, "2/hour").with(&USER, "3/hour");
        Throttle::new(&settings.with(&PUBLIC, "1/minute").with(&FAILURES, "2/minute"), clock.clock())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn passes(throttle: &Throttle, class: Class, identity: &Identity<'_>) -> bool {
        matches!(throttle.admit(class, identity), Verdict::Pass(Some(_)))
    }

    #[test]
    fn who_asks_too_often_is_told_how_long_to_wait() {
        let clock = TestClock::default();
        let throttle = throttle(&clock);
        let me = Identity::Address(address("192.0.2.1"));
        let quota = |remaining, reset_seconds| Quota { limit: 2, remaining, reset_seconds };
        assert_eq!(throttle.admit(Class::Api, &me), Verdict::Pass(Some(quota(1, 3600))));
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(throttle.admit(Class::Api, &me), Verdict::Pass(Some(quota(0, 3599))));
        let full = |wait| Verdict::Full { quota: quota(0, wait), retry_after_seconds: wait };
        assert_eq!(throttle.admit(Class::Api, &me), full(3599));
        clock.advance(Duration::from_millis(3_598_499));
        assert_eq!(throttle.admit(Class::Api, &me), full(1), "a thousandth of a second is still a second");
        clock.advance(Duration::from_millis(1));
        assert_eq!(
            throttle.admit(Class::Api, &me),
            Verdict::Pass(Some(quota(0, 2))),
            "those refused do not count"
        );
    }

    #[test]
    fn users_addresses_and_classes_are_counted_apart() {
        let throttle = throttle(&TestClock::default());
        let (ann, bob) = (Identity::User("ann"), Identity::User("bob"));
        let here = Identity::Address(address("192.0.2.1"));
        assert!((0..3).all(|_| passes(&throttle, Class::Api, &ann)));
        assert!(!passes(&throttle, Class::Api, &ann));
        assert!(passes(&throttle, Class::Api, &bob));
        assert!((0..2).all(|_| passes(&throttle, Class::Api, &here)));
        assert!(!passes(&throttle, Class::Api, &here));
        assert!(passes(&throttle, Class::Public, &here) && passes(&throttle, Class::Public, &ann));
        assert!(!passes(&throttle, Class::Public, &here));
        assert!((0..9).all(|_| throttle.admit(Class::Free, &here) == Verdict::Pass(None)));
    }

    #[test]
    fn one_customer_has_one_counter() {
        let throttle = throttle(&TestClock::default());
        for (first, same, other) in [
            ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"),
            ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
        ] {
            let asks = |from: &str| passes(&throttle, Class::Api, &Identity::Address(address(from)));
            assert!(asks(first) && asks(same), "{first}");
            assert!(!asks(first) && !asks(same), "{first}");
            assert!(asks(other), "{other}");
        }
    }

    #[test]
    fn failures_are_counted_by_address() {
        let clock = TestClock::default();
        let throttle = throttle(&clock);
        let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..2 {
            assert_eq!(throttle.too_many_failures(here), None);
            throttle.failed(here);
        }
        assert_eq!(throttle.too_many_failures(here), Some(60));
        assert_eq!(throttle.too_many_failures(there), None);
        clock.advance(Duration::from_secs(60));
        assert_eq!(throttle.too_many_failures(here), None);
    }

    #[test]
    fn what_is_off_has_no_limit_and_no_headers() {
        let settings = Settings::default().with(&ANONYMOUS, "off").with(&FAILURES, "off");
        let throttle = Throttle::new(&settings, TestClock::default().clock());
        let here = address("192.0.2.1");
        throttle.failed(here);
        assert_eq!(throttle.admit(Class::Api, &Identity::Address(here)), Verdict::Pass(None));
        assert_eq!(throttle.too_many_failures(here), None);
    }

    #[test]
    fn the_quota_is_told_in_headers() {
        let mut told = HeaderMap::new();
        headers(&Quota { limit: 60, remaining: 12, reset_seconds: 345 }, &mut told);
        let told: Vec<_> =
            told.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        assert_eq!(told, ["ratelimit-limit: 60", "ratelimit-remaining: 12", "ratelimit-reset: 345"]);
    }
}
