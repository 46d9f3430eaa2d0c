//! Families of refresh tokens against a model: whatever comes in whichever order, at most one token of a family is
//! alive, and a second use ends the family.

use identity::ClientKind;
use kit_testkit::both;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::house::{House, text};

/// What may happen.
#[derive(Clone, Debug)]
enum Deed {
    /// The user logs in anew.
    Begin,
    /// A token that was given out once is used, whichever it is.
    Use(prop::sample::Index),
    /// A token is revoked.
    Revoke(prop::sample::Index),
}

/// What is known of a token that was given out.
struct Known {
    refresh: String,
    access: String,
    family: usize,
    /// Whether it is the one by which its family goes on.
    alive: bool,
    used: bool,
}

/// What must hold, in the simplest words.
#[derive(Default)]
struct Model {
    tokens: Vec<Known>,
    families: usize,
    /// The family that is alive: there is but one for a user and an application.
    living: Option<usize>,
}

impl Model {
    fn add(&mut self, family: usize, access: String, refresh: String) {
        self.tokens.iter_mut().for_each(|token| token.alive = false);
        self.tokens.push(Known { refresh, access, family, alive: true, used: false });
        self.living = Some(family);
    }

    fn end(&mut self, family: usize) {
        self.tokens.iter_mut().filter(|token| token.family == family).for_each(|token| token.alive = false);
        if self.living == Some(family) {
            self.living = None;
        }
    }
}

async fn run(house: &House, deeds: Vec<Deed>) {
    let mut model = Model::default();
    for deed in deeds {
        let chosen = |index: &prop::sample::Index, model: &Model| {
            (!model.tokens.is_empty()).then(|| index.index(model.tokens.len()))
        };
        match deed {
            Deed::Begin => {
                let (access, refresh) = house.pair("site").await;
                model.families += 1;
                model.add(model.families, access, refresh);
            }
            Deed::Use(index) => {
                let Some(n) = chosen(&index, &model) else { continue };
                let (family, alive) = (model.tokens[n].family, model.tokens[n].alive);
                let reply = house.refresh("site", &model.tokens[n].refresh).await;
                assert_eq!(reply.status == 200, alive, "{}", reply.text);
                if alive {
                    model.tokens[n].used = true;
                    model.add(family, text(&reply.json, "access_token"), text(&reply.json, "refresh_token"));
                } else if model.tokens[n].used {
                    model.end(family);
                }
            }
            Deed::Revoke(index) => {
                let Some(n) = chosen(&index, &model) else { continue };
                let token = model.tokens[n].refresh.clone();
                house.form("site", "/oauth2/revoke_token/", &[("token", &token)]).await;
                model.end(model.tokens[n].family);
            }
        }
        assert!(model.tokens.iter().filter(|token| token.alive).count() <= 1);
        for token in &model.tokens {
            assert_eq!(house.is_good(&token.access).await, token.alive, "an access token lives as long");
        }
    }
}

#[test]
fn families_live_and_die_as_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let deed = prop_oneof![
        1 => Just(Deed::Begin),
        4 => any::<prop::sample::Index>().prop_map(Deed::Use),
        1 => any::<prop::sample::Index>().prop_map(Deed::Revoke),
    ];
    let deeds = prop::collection::vec(deed, 1..12);
    for engine in both() {
        let house = runtime.block_on(async {
            let house = House::new(engine).await;
            house.application("site", ClientKind::Confidential).await;
            house
        });
        let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let deeds = deeds.clone().prop_map(|deeds| [vec![Deed::Begin], deeds].concat());
        runner
            .run(&deeds, |deeds| {
                runtime.block_on(run(&house, deeds));
                Ok(())
            })
            .unwrap();
    }
}
