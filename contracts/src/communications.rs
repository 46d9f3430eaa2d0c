//! What the communications service says: announcements, the banner, subscriptions and webhooks, and the news about them.

mod announcements;
mod banners;
mod client;
mod subscribers;

pub use announcements::{
    Announced, Announcement, AnnouncementPublished, LastPublic, NewAnnouncement, PublicIncident, PublicState,
    Reach,
};
pub use banners::{Banner, BannerChanged, BannerLevel, NewBanner};
pub use subscribers::{
    Delivery, DeliveryState, NewSubscription, NewWebhook, SubscriberState, Subscription, Webhook,
    WebhookSecret,
};
