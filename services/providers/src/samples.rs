//! The documents of the demonstration, written for this project: three providers that do not exist, each in
//! the form of a family that does, and what of ours depends on them.

/// A cloud with a Statuspage page: slow, then down, then recovering.
pub const NIMBUS: &[&[u8]] = &[
    include_bytes!("../samples/demo/nimbus/1-operational.json"),
    include_bytes!("../samples/demo/nimbus/2-degraded.json"),
    include_bytes!("../samples/demo/nimbus/3-outage.json"),
    include_bytes!("../samples/demo/nimbus/4-recovering.json"),
];

/// A cloud that tells in Google Cloud's form.
pub const STRATUS: &[&[u8]] = &[
    include_bytes!("../samples/demo/stratus/1-operational.json"),
    include_bytes!("../samples/demo/stratus/2-outage.json"),
    include_bytes!("../samples/demo/stratus/3-recovered.json"),
];

/// A service for writing with a maintenance ahead, whose feed turns into a web page for a while: that is no
/// news about writing.
pub const QUILL: &[&[u8]] = &[
    include_bytes!("../samples/demo/quill/1-maintenance.json"),
    include_bytes!("../samples/demo/quill/2-not-a-feed.html"),
];

/// Who of them runs on whom.
pub const RUNS_ON: &[(&str, &str)] = &[("quill", "nimbus-cloud")];

/// Slug, name, group, description and dependencies of a component of ours.
pub type Ours = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

/// What of ours depends on them; each comes after what it needs.
pub const OURS: &[Ours] = &[
    (
        "website",
        "Website",
        "Shop",
        "What customers see.",
        &["nimbus-cloud:load-balancers", "nimbus-cloud:dns"],
    ),
    (
        "pictures",
        "Product pictures",
        "Shop",
        "Pictures of everything we sell.",
        &["nimbus-cloud:object-storage"],
    ),
    (
        "thumbnails",
        "Thumbnails",
        "Shop",
        "Small pictures, made when they are asked for.",
        &["nimbus-cloud:functions"],
    ),
    ("checkout", "Checkout", "Shop", "Baskets, payments and receipts.", &["website"]),
    (
        "orders",
        "Order processing",
        "Back office",
        "From the receipt to the parcel.",
        &["stratus:stratus-compute"],
    ),
    (
        "stock",
        "Stock",
        "Back office",
        "How many there are of everything.",
        &["stratus:stratus-volumes", "orders"],
    ),
    ("handbook", "Handbook", "Back office", "How we do things.", &["quill:editor", "quill:sync"]),
];
