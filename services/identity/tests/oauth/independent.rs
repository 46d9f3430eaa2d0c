//! A client library of other authors finds everything by itself and believes what it is told.

use std::time::Duration;

use axum::body::Body;
use http::Request;

use identity::ClientKind;
use kit_testkit::{TestApp, both};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreDeviceAuthorizationResponse, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, HttpRequest, HttpResponse, IntrospectionUrl, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RevocationUrl, Scope, TokenIntrospectionResponse,
    TokenResponse,
};

use crate::house::{BACK, EMAIL, House, SECRET, cookie, field, form, parameter};

/// Where it believes to be.
const BASE: &str = "https://status.example.org";

/// Its way to the application under test.
struct Http<'a>(&'a TestApp);

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = std::io::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, std::io::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let host = parts.uri.authority().unwrap().to_string();
            parts.headers.insert("host", host.parse().unwrap());
            parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
            let response = self.0.answer(Request::from_parts(parts, Body::from(body))).await;
            let (parts, body) = response.into_parts();
            Ok(http::Response::from_parts(
                parts,
                axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec(),
            ))
        })
    }
}

async fn metadata(http: &Http<'_>) -> CoreProviderMetadata {
    CoreProviderMetadata::discover_async(IssuerUrl::new(BASE.into()).unwrap(), http).await.unwrap()
}

#[tokio::test]
async fn a_user_signs_in_and_is_believed() {
    for engine in both() {
        let house = House::at(engine, BASE).await;
        house.application("site", ClientKind::Confidential).await;
        let http = Http(&house.app);
        let metadata = metadata(&http).await;
        let keys = metadata.jwks().clone();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new("site".into()),
            Some(ClientSecret::new(SECRET.into())),
        )
        .set_redirect_uri(RedirectUrl::new(BACK.into()).unwrap())
        .set_revocation_url(
            RevocationUrl::new("https://status.example.org/oauth2/revoke_token/".into()).unwrap(),
        )
        .set_introspection_url(
            IntrospectionUrl::new("https://status.example.org/oauth2/introspect/".into()).unwrap(),
        );
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .url();
        let path = format!("{}?{}", url.path(), url.query().unwrap());

        let login = house.session(EMAIL).await;
        let page = house.page(&login, &path).await;
        let csrf = field(&page.text, "csrf_token");
        let answer = [("csrf_token", csrf.as_str()), ("decision", "allow")];
        let back = house.send("POST", &path, &cookie(&login), &answer).await;
        let back = back.header("location");
        assert_eq!(parameter(back, "state").as_ref(), Some(state.secret()), "{engine:?}");
        let code = AuthorizationCode::new(parameter(back, "code").unwrap());

        let tokens = client
            .exchange_code(code)
            .unwrap()
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .unwrap();
        let clock = house.world.clock.clone();
        let now = move || {
            let seconds = clock.now().micros() / 1_000_000;
            std::time::SystemTime::UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds.try_into().unwrap()))
                .map(Into::into)
                .unwrap()
        };
        let verifier: CoreIdTokenVerifier<'_> =
            client.id_token_verifier().set_allowed_algs([CoreJwsSigningAlgorithm::EdDsa]).set_time_fn(now);
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims(&verifier, &nonce).unwrap();
        assert_eq!(claims.email().map(|email| email.as_str()), Some(EMAIL));
        assert!(id_token.claims(&verifier, &Nonce::new("another".into())).is_err());
        let signing = id_token.signing_key(&verifier).unwrap();
        let made = openidconnect::AccessTokenHash::from_token(
            tokens.access_token(),
            id_token.signing_alg().unwrap(),
            signing,
        );
        assert_eq!(Some(&made.unwrap()), claims.access_token_hash(), "{engine:?}");
        assert_eq!(keys.keys().len(), 1);

        let who: CoreUserInfoClaims = client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .unwrap()
            .request_async(&http)
            .await
            .unwrap();
        assert_eq!(who.email().map(|email| email.as_str()), Some(EMAIL));
        let refresh = tokens.refresh_token().unwrap();
        let next = client.exchange_refresh_token(refresh).unwrap().request_async(&http).await.unwrap();
        let seen =
            async |token: &AccessToken| client.introspect(token).request_async(&http).await.unwrap().active();
        assert!(seen(next.access_token()).await && !seen(tokens.access_token()).await, "{engine:?}");
        client.revoke_token(next.access_token().clone().into()).unwrap().request_async(&http).await.unwrap();
        assert!(!seen(next.access_token()).await, "{engine:?}");
    }
}

#[tokio::test]
async fn an_old_key_is_published_while_its_tokens_live() {
    for engine in both() {
        let house = House::at(engine, BASE).await;
        let http = Http(&house.app);
        let before = metadata(&http).await.jwks().keys().to_vec();
        house.world.clock.advance(Duration::from_secs(1));
        identity::rotate_signing_key(&house.world.context).await.unwrap();
        let after = metadata(&http).await.jwks().keys().to_vec();
        assert_eq!((before.len(), after.len()), (1, 2), "{engine:?}");
        assert!(after.contains(&before[0]) && after[0] != before[0], "{engine:?}");
        let again = identity::build(&house.world.context).await;
        assert!(again.is_ok());
        assert_eq!(metadata(&http).await.jwks().keys().len(), 2, "a start makes no key where there is one");
    }
}

#[tokio::test]
async fn a_program_and_a_device_get_tokens() {
    for engine in both() {
        let house = House::at(engine, BASE).await;
        house.application("site", ClientKind::Confidential).await;
        let http = Http(&house.app);
        let client = CoreClient::from_provider_metadata(
            metadata(&http).await,
            ClientId::new("site".into()),
            Some(ClientSecret::new(SECRET.into())),
        )
        .set_device_authorization_url(
            DeviceAuthorizationUrl::new("https://status.example.org/oauth2/device_authorization/".into())
                .unwrap(),
        );
        let own = client.exchange_client_credentials().unwrap().request_async(&http).await.unwrap();
        assert!(house.is_good(own.access_token().secret()).await, "{engine:?}");

        let details: CoreDeviceAuthorizationResponse =
            client.exchange_device_code().request_async(&http).await.unwrap();
        let code = details.user_code().secret().as_str();
        let login = house.session(EMAIL).await;
        let page = house.page(&login, &format!("/oauth2/device/?{}", form(&[("user_code", code)]))).await;
        let csrf = field(&page.text, "csrf_token");
        let answer = [("csrf_token", csrf.as_str()), ("user_code", code), ("decision", "allow")];
        house.send("POST", "/oauth2/device/", &cookie(&login), &answer).await;
        let never = |_| std::future::ready(());
        let tokens = client
            .exchange_device_access_token(&details)
            .unwrap()
            .request_async(&http, never, None)
            .await
            .unwrap();
        assert!(house.is_good(tokens.access_token().secret()).await, "{engine:?}");
    }
}
