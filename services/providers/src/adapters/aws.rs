//! AWS: the events that are open on its health dashboard, as JSON in UTF-16, and its old feeds with an item for each
//! update. Both name only what is in trouble, and go on to list what is over. An event of one region may be open for
//! months, so that regions matter here more than anywhere.

mod events;
mod rss;

use serde_json::Value;

use super::feed::{self, Feed};
use super::unreadable::Unreadable;
use super::{Adapter, Document, PLAIN, Told, encoding};

/// The family of Amazon Web Services.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "aws",
    title: "Amazon Web Services",
    read,
    recognises,
    recognises_feed,
    hosts: &[
        ("health.aws.amazon.com", "https://health.aws.amazon.com/public/currentevents"),
        ("status.aws.amazon.com", "https://status.aws.amazon.com/rss/all.rss"),
    ],
    ..PLAIN
};

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let text = encoding::decode(document.body, document.content_type)?;
    if !text.trim_start().starts_with('<') {
        return events::read(&text);
    }
    let feed = feed::parse(&text)?;
    if recognises_feed(&feed) { rss::read(&feed) } else { Err(Unreadable::another_feed(&feed.title, "AWS")) }
}

fn recognises(document: &Value) -> bool {
    let events = document.as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().any(|event| {
        let arn = event.get("arn").and_then(Value::as_str).unwrap_or_default();
        arn.starts_with("arn:aws") && event.get("service").is_some()
    })
}

fn recognises_feed(feed: &Feed) -> bool {
    feed.generator.starts_with("AWS Service Health Dashboard")
        || feed.link.trim_end_matches('/').ends_with("://status.aws.amazon.com")
}

/// The region that a service or an ARN names at its end: `eu-west-1` of `ec2-eu-west-1`.
fn region_of(service: &str) -> Option<&str> {
    let mut dashes = service.rmatch_indices('-').map(|(at, _)| at);
    let (number, direction) = (dashes.next()?, dashes.next()?);
    let area = dashes.next();
    let is_number = service.get(number + 1..)?.bytes().all(|b| b.is_ascii_digit());
    // Those of governments have a word more: `us-gov-west-1`, `us-iso-east-1`.
    let begin = |at: Option<usize>| at.map_or(0, |at| at + 1);
    let start = match service.get(begin(area)..direction)? {
        word if word == "gov" || word.starts_with("iso") => begin(dashes.next()),
        _ => begin(area),
    };
    let region = service.get(start..)?;
    let area = region.split('-').next().unwrap_or_default();
    (is_number && number + 1 < service.len() && area.len() == 2).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_end_in_their_region() {
        for (service, region) in [
            ("ec2-eu-west-1", Some("eu-west-1")),
            ("acm-pca-me-central-1", Some("me-central-1")),
            ("s3-us-gov-west-1", Some("us-gov-west-1")),
            ("ap-southeast-2", Some("ap-southeast-2")),
            ("route53", None),
            ("a-b", None),
            ("x-global-1-", None),
            ("", None),
        ] {
            assert_eq!(region_of(service), region, "{service}");
        }
    }
}
