//! The engine that delivers, mails and webhooks alike: what is due is taken with a lease, sent, and closed with what
//! came of it. Each kind has a lane of its own, and in it a bounded number of messages is on its way at a time.

mod lane;
mod mail;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use kit_base::Ids;
use kit_mail::Mailer;
use kit_runtime::{Context, Task};
use kit_web::outbound::Outbound;
use tokio::sync::Notify;

use crate::Communications;
use crate::settings::{
    DISABLE_AFTER, LEASE, MAIL_RETRIES, MAILS_AT_ONCE, WEBHOOK_RETRIES, WEBHOOK_TIMEOUT, WEBHOOKS_AT_ONCE,
};
use crate::store::deliveries::Due;

/// Which way messages go.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Channel {
    Email,
    Webhook,
}

impl Channel {
    fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Webhook => "webhook",
        }
    }
}

/// The bell of whoever delivers: it is rung when there is something to do.
#[derive(Default)]
pub(crate) struct Bell {
    mails: Notify,
    webhooks: Notify,
}

impl Bell {
    /// There is something to do.
    pub(crate) fn ring(&self) {
        self.mails.notify_one();
        self.webhooks.notify_one();
    }

    fn of(&self, channel: Channel) -> &Notify {
        match channel {
            Channel::Email => &self.mails,
            Channel::Webhook => &self.webhooks,
        }
    }
}

/// What came of an attempt. The words are for managers; they hold no address.
pub(crate) enum Outcome {
    /// The receiver has taken it.
    Delivered(String),
    /// It failed, and may succeed later.
    Failed(String),
    /// It failed, and so will everything else that is sent there.
    Refused(String),
    /// Nobody could be asked to take it, so nothing was tried; neither could anything else now.
    Unreachable(String),
    /// There is nothing to send.
    Dropped(String),
}

/// Delivers; cheap to clone.
#[derive(Clone)]
pub(crate) struct Engine {
    state: Communications,
    mailer: Arc<Mailer>,
    outbound: Outbound,
    lease: Duration,
    disable_after: Duration,
    mail_retries: Arc<[Duration]>,
    webhook_retries: Arc<[Duration]>,
    at_once: (usize, usize),
}

impl Engine {
    /// The engine that the settings describe. The error is a line for the terminal.
    pub(crate) fn new(state: &Communications, context: &Context) -> Result<Self, String> {
        let settings = &context.settings;
        let mailer = Mailer::from_settings(settings, &context.data_dir, context.clock.clone())?;
        Ok(Self {
            state: state.clone(),
            mailer: Arc::new(mailer),
            outbound: Outbound::without_redirects(settings, settings.duration(&WEBHOOK_TIMEOUT))?,
            lease: settings.duration(&LEASE),
            disable_after: settings.duration(&DISABLE_AFTER),
            mail_retries: settings.durations(&MAIL_RETRIES).into(),
            webhook_retries: settings.durations(&WEBHOOK_RETRIES).into(),
            at_once: (settings.count(&MAILS_AT_ONCE), settings.count(&WEBHOOKS_AT_ONCE)),
        })
    }

    /// Sends mails, until `stop`.
    pub(crate) fn mails(self) -> Task {
        let at_once = self.at_once.0;
        Task::new("communications mails", move |stop| lane::run(self, Channel::Email, at_once, stop))
    }

    /// Calls webhooks, until `stop`.
    pub(crate) fn webhooks(self) -> Task {
        let at_once = self.at_once.1;
        Task::new("communications webhooks", move |stop| lane::run(self, Channel::Webhook, at_once, stop))
    }

    /// How long to wait after that many attempts; `None` where it is to be given up.
    fn wait(&self, schedule: &[Duration], attempts: i64, ids: &Ids) -> Option<Duration> {
        let place = usize::try_from(attempts - 1).unwrap_or_default();
        schedule.get(place).map(|wait| wait.mul_f64(0.9 + 0.2 * ids.fraction()))
    }

    /// What links in a mail to this subscriber begin with.
    fn base<'a>(&'a self, due: &'a Due) -> &'a str {
        self.state.public_url.as_deref().unwrap_or(&due.base)
    }
}
