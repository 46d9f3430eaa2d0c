//! The service in a world of its own, visitors with addresses of their own, and what is told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use contracts::incidents::{ComponentChanged, Visibility};
use contracts::reports::ReportsChanged;
use contracts::signals::{SignalCleared, SignalRaised};
use http::Request;
use kit_base::{Envelope, Event, Role};
use kit_runtime::Service;
use kit_store::Db;
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use kit_web::Peer;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::town::Town;

type Start = fn(&TestWorld, Vec<Service>) -> TestApp;

/// The service with its world.
pub struct Stage {
    pub app: TestApp,
    pub db: Db,
    pub town: Town,
    pub world: TestWorld,
    news: Receiver<Envelope>,
}

impl Stage {
    /// With everything that the service does by itself.
    pub fn living(engine: Engine) -> Self {
        Self::of(TestWorld::new(engine), Town::of(&["shop", "login"]))
    }

    /// The same with nothing done by itself.
    pub fn still(engine: Engine) -> Self {
        Self::started(TestWorld::new(engine), Town::of(&["shop", "login"]), TestWorld::start)
    }

    pub fn of(world: TestWorld, town: Town) -> Self {
        Self::started(world, town, TestWorld::start_living)
    }

    fn started(mut world: TestWorld, town: Town, start: Start) -> Self {
        world.context.peers = Arc::new(town.clone());
        let service = reports::build(&world.context).unwrap();
        let (db, news) = (service.db.clone().unwrap(), world.context.bus.listen());
        Self { app: start(&world, vec![service]), db, town, world, news }
    }

    /// Stopped, and built and started anew on the same data, after some time.
    pub fn restarted_after(self, span: Duration) -> Self {
        let Self { app, db, town, world, news } = self;
        drop((app, db, news));
        world.clock.advance(span);
        Self::of(world, town)
    }

    /// Somebody at this address sends a body of this kind.
    pub async fn send(&self, from: IpAddr, kind: &str, body: String) -> TestReply {
        let request = Request::post("/api/v1/reports")
            .header("host", "test")
            .header("content-type", kind)
            .extension(Peer { address: SocketAddr::new(from, 40_000), tls: false })
            .body(Body::from(body));
        TestReply::read(self.app.answer(request.unwrap()).await).await
    }

    /// The visitor of that number reports that the component is down.
    pub async fn report(&self, component: &str, visitor: u32) -> TestReply {
        let body = json!({ "component": component, "kind": "down" }).to_string();
        self.send(address(visitor), "application/json", body).await
    }

    /// So many visitors report, each for the first time today.
    pub async fn storm(&self, component: &str, visitors: std::ops::Range<u32>) {
        for visitor in visitors {
            assert_eq!(self.report(component, visitor).await.status, 201);
        }
    }

    /// The last day as everybody sees it.
    pub async fn history(&self, component: &str) -> Value {
        let reply = self.app.anonymous().get(&format!("/api/v1/reports/{component}/history")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    /// The last day once it looks like this.
    pub async fn history_when(&self, component: &str, like: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let waiting = async {
            loop {
                let reply = self.app.anonymous().get(&format!("/api/v1/reports/{component}/history")).await;
                last = reply.json;
                if like(&last) {
                    return last.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(history) => history,
            Err(_) => panic!("{component} never became so: {last}"),
        }
    }

    /// How many reports count in the running quarter of an hour.
    pub async fn count(&self, component: &str) -> u64 {
        self.history(component).await["quarters"][95]["count"].as_u64().unwrap()
    }

    /// What the team reads.
    pub async fn kept(&self, component: &str) -> Vec<Value> {
        let path = format!("/api/v1/reports?component={component}&page_size=100");
        self.app.role(Role::Viewer).get(&path).await.json["results"].as_array().unwrap().clone()
    }

    /// The incidents service says that something about a component has changed.
    pub async fn component_changes(&self, slug: &str, visibility: Option<Visibility>) {
        self.town.set(slug, visibility);
        let event = ComponentChanged { slug: slug.to_owned() };
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: ComponentChanged::NAME.to_owned(),
            subject: slug.to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(&event).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    pub fn later(&self, minutes: u64) {
        self.world.clock.advance(Duration::from_secs(60 * minutes));
    }

    /// The next thing that is told of any kind, in short.
    pub async fn told(&mut self) -> String {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.news.recv()).await;
            let event = next.expect("something is told").unwrap();
            if let Some(raised) = event.open::<SignalRaised>() {
                let raised = raised.unwrap().0;
                assert_eq!((raised.source.as_str(), &raised.component), ("reports", &raised.key));
                return format!("{} {}: {}", raised.key, raised.level.as_str(), raised.title);
            }
            if let Some(cleared) = event.open::<SignalCleared>() {
                return format!("{} cleared", cleared.unwrap().0.key);
            }
            if let Some(changed) = event.open::<ReportsChanged>() {
                return format!("{} changed", changed.unwrap().component);
            }
        }
    }

    /// The next signal that is told, in short; what pages are told is left out.
    pub async fn signal(&mut self) -> String {
        loop {
            let told = self.told().await;
            if !told.ends_with(" changed") {
                return told;
            }
        }
    }
}

/// The address of the visitor of that number.
pub fn address(visitor: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0xCB00_7100 + visitor))
}
