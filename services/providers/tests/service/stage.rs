//! The service in a world of its own, and patience: whatever takes its time is waited for, up to a deadline.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contracts::providers::ProviderChanged;
use contracts::signals::{SignalCleared, SignalRaised, WatchChanged};
use kit_base::{Envelope, Event, Role, Setting, Timestamp};
use kit_runtime::Service;
use kit_store::{Db, outbox};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};

use crate::feed::{Answer, Feed};

/// Longer than a poll's interval with all its jitter.
pub const A_WHILE: Duration = Duration::from_secs(70);

/// The setting of that name.
pub fn setting(name: &str) -> Setting {
    *providers::SETTINGS.iter().find(|setting| setting.name == name).unwrap()
}

type Start = fn(&TestWorld, Vec<Service>) -> TestApp;

/// The service with its world.
pub struct Stage {
    pub app: TestApp,
    heard: Heard,
    pub db: Db,
    pub world: TestWorld,
}

impl Stage {
    /// Feeds are read by themselves when the clock says so.
    pub fn new(engine: Engine) -> Self {
        Self::living(TestWorld::new(engine))
    }

    pub fn living(world: TestWorld) -> Self {
        Self::of(world, TestWorld::start_living)
    }

    /// Feeds are read when somebody asks for it, and only then.
    pub fn still(engine: Engine) -> Self {
        Self::of(TestWorld::new(engine), TestWorld::start)
    }

    fn of(world: TestWorld, start: Start) -> Self {
        // The feeds of these tests are on this machine.
        let world = world.with(&kit_web::outbound::ALLOW, "127.0.0.1");
        let heard = Heard::begin(&world);
        Self::with(world, heard, start)
    }

    /// Stopped, and built and started anew on the same data.
    pub fn restarted(self) -> Self {
        let Self { app, heard, db, world } = self;
        drop((app, db));
        Self::with(world, heard, TestWorld::start_living)
    }

    fn with(world: TestWorld, heard: Heard, start: Start) -> Self {
        let service = providers::build(&world.context).unwrap();
        let db = service.db.clone().unwrap();
        Self { app: start(&world, vec![service]), heard, db, world }
    }

    /// A Statuspage provider that `feed` tells about.
    pub async fn watch(&self, name: &str, feed: &Feed) -> Value {
        self.add(json!({ "name": name, "feed_url": feed.url(), "type": "statuspage" })).await
    }

    pub async fn add(&self, body: Value) -> Value {
        let reply = self.app.role(Role::Manager).post("/api/v1/csp/providers", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json
    }

    /// The provider as everybody sees it.
    pub async fn see(&self, slug: &str) -> Value {
        let reply = self.app.anonymous().get(&format!("/api/v1/csp/providers/{slug}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    /// The provider once it looks like this.
    pub async fn sees(&self, slug: &str, like: impl Fn(&Value) -> bool) -> Value {
        until(async || self.see(slug).await, |seen| like(seen)).await
    }

    /// The provider once its status is this word.
    pub async fn becomes(&self, slug: &str, status: &str) -> Value {
        self.sees(slug, |seen| seen["status"] == status).await
    }

    /// The provider once it has been read at the present moment of the test's clock.
    pub async fn is_read_now(&self, slug: &str) -> Value {
        let now = self.world.clock.now().to_string();
        self.sees(slug, |seen| seen["read_at"] == now.as_str()).await
    }

    /// When the next poll comes, `feed` answers so.
    pub fn later(&self, feed: &Feed, answer: Answer) {
        feed.answers(answer);
        self.world.clock.advance(A_WHILE);
    }

    /// A responder has the provider's feed read at once.
    pub async fn refresh(&self, provider: &str) -> TestReply {
        let path = format!("/api/v1/csp/refresh?provider={provider}");
        self.app.role(Role::Responder).send("POST", &path, None).await
    }

    /// What came of it: outcome and status.
    pub async fn refreshed(&self, provider: &str) -> (String, String) {
        let reply = self.refresh(provider).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let word = |name: &str| reply.json[name].as_str().unwrap().to_owned();
        (word("outcome"), word("status"))
    }

    /// How many seconds from now the provider's next poll is; 0 where it is due.
    pub async fn next_poll(&self, slug: &'static str) -> f64 {
        let next = self.see(slug).await["next_at"].as_str().and_then(Timestamp::parse).unwrap();
        next.since(self.world.clock.now()).as_secs_f64()
    }

    /// Every event since the last call, once all that was written down has been delivered.
    pub async fn events(&self) -> Vec<Envelope> {
        let waiting = async || self.db.read(|tx| outbox::waiting(tx, 1)).await.unwrap().len();
        until(waiting, |waiting| *waiting == 0).await;
        std::mem::take(&mut *self.heard.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, in short.
    pub async fn told(&self) -> Vec<String> {
        self.events().await.iter().map(in_short).collect()
    }
}

/// What the service has told the others, in order.
#[derive(Default)]
struct Heard(Arc<Mutex<Vec<Envelope>>>);

impl Heard {
    fn begin(world: &TestWorld) -> Self {
        let names = [SignalRaised::NAME, SignalCleared::NAME, WatchChanged::NAME, ProviderChanged::NAME];
        let (mut ear, heard) = (world.context.bus.join("test", &names), Self::default());
        let events = heard.0.clone();
        tokio::spawn(async move {
            while let Some(delivery) = ear.next().await {
                events.lock().unwrap_or_else(PoisonError::into_inner).push(delivery.event.clone());
                delivery.done();
            }
        });
        heard
    }
}

fn in_short(event: &Envelope) -> String {
    if let Some(raised) = event.open::<SignalRaised>() {
        let signal = raised.unwrap().0;
        format!("{} is {}: {}", signal.component, signal.level.as_str(), signal.title)
    } else if let Some(cleared) = event.open::<SignalCleared>() {
        format!("{} is well", cleared.unwrap().0.component)
    } else if let Some(watch) = event.open::<WatchChanged>() {
        let WatchChanged { scope, covers, lost_since, ended, .. } = watch.unwrap();
        let sight = if ended {
            "ended"
        } else if lost_since.is_some() {
            "lost"
        } else {
            "seen"
        };
        format!("watch {scope} {sight} {}", covers.map_or("*".to_owned(), |keys| keys.join(",")))
    } else {
        let changed = event.open::<ProviderChanged>().unwrap().unwrap();
        format!("{} {}", changed.slug, changed.status.as_str())
    }
}

/// Asks again and again until the answer is good; panics with the last one when that takes too long.
pub async fn until<T: Debug>(ask: impl AsyncFn() -> T, is_good: impl Fn(&T) -> bool) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let answer = ask().await;
        if is_good(&answer) {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "in vain: {answer:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
