//! Who is let in: the guard before every route.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::answer::Failure;
use super::app::App;
use super::login;
use super::token::{Token, cookie_name};

/// What is checked of every request.
#[derive(Debug)]
pub(super) struct Guard {
    address: SocketAddr,
    /// Lower-case names, with the port where it is not the default.
    hosts: Vec<String>,
    token: Option<Token>,
}

/// Headers of every answer: pages of other sites can neither embed nor read it.
const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
];

/// No page of this server loads anything from elsewhere.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
                      script-src 'self' 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// Puts the guard before all routes of a router.
pub(super) fn layer(router: Router, app: &App, guard: &Arc<Guard>) -> Router {
    let state = (app.clone(), Arc::clone(guard));
    router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(state, guarded))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Failure::internal().into_response()
}

async fn guarded(State((app, guard)): State<(App, Arc<Guard>)>, request: Request, next: Next) -> Response {
    let call = app.metrics().begin(&request);
    let mut answer = match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(Refusal::Login) => login::page().into_response(),
        Err(Refusal::Failed(failure)) => failure.into_response(),
    };
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry("content-security-policy").or_insert(HeaderValue::from_static(POLICY));
    call.end(answer)
}

enum Refusal {
    /// A person in a browser may give the token.
    Login,
    Failed(Failure),
}

impl Guard {
    pub(super) fn new(address: SocketAddr, names: &[String], token: Option<Token>) -> Self {
        let port = address.port();
        let own = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let named = names.iter().map(|name| name.to_ascii_lowercase());
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), own].into_iter().chain(named);
        let with_port = |name: String| if has_port(&name) { name } else { format!("{name}:{port}") };
        let mut hosts: Vec<String> = names.map(with_port).collect();
        let default: Vec<String> =
            hosts.iter().filter_map(|host| host.strip_suffix(":80").map(str::to_owned)).collect();
        hosts.extend(default);
        Self { address, hosts, token }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    fn check(&self, request: &Request<Body>) -> Result<(), Refusal> {
        self.check_host(request).map_err(Refusal::Failed)?;
        self.check_origin(request).map_err(Refusal::Failed)?;
        if has_token_in_query(request.uri()) {
            let message = "a token in an address ends up in logs and histories";
            let failure = Failure::new(StatusCode::BAD_REQUEST, "token-in-url", message);
            return Err(Refusal::Failed(failure.hint("send it as `Authorization: Bearer TOKEN`, and make a new one")));
        }
        self.check_token(request)
    }

    /// A name that is not ours was resolved to this machine by somebody else.
    fn check_host(&self, request: &Request) -> Result<(), Failure> {
        let mut given = request.headers().get_all(HOST).iter();
        let host = given.next().and_then(|host| host.to_str().ok());
        let of_address = request.uri().authority().map(|authority| authority.as_str());
        let is_one = given.next().is_none() && of_address.is_none_or(|address| host.is_none_or(|host| host == address));
        match host.or(of_address) {
            Some(host) if is_one && self.is_own(host) => Ok(()),
            _ => {
                let failure = Failure::new(StatusCode::FORBIDDEN, "foreign-host", "this server has no such name");
                Err(failure.hint("call it by the address that it printed; `--host NAME` adds a name"))
            }
        }
    }

    /// A page of another site sent it.
    fn check_origin(&self, request: &Request) -> Result<(), Failure> {
        let headers = request.headers();
        let is_own = |origin: &HeaderValue| {
            let host = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            host.is_some_and(|(scheme, host)| matches!(scheme, "http" | "https") && self.is_own(host))
        };
        let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
        let foreign_site = site.is_some_and(|site| matches!(site, "cross-site" | "same-site"));
        if headers.get_all(ORIGIN).iter().all(is_own) && (!foreign_site || is_navigation(request)) {
            return Ok(());
        }
        let failure =
            Failure::new(StatusCode::FORBIDDEN, "foreign-origin", "the request comes from another site's page");
        Err(failure.hint("programs send no `Origin`; pages must come from this server"))
    }

    fn check_token(&self, request: &Request) -> Result<(), Refusal> {
        let Some(token) = &self.token else { return Ok(()) };
        let headers = request.headers();
        let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.split_once(' '));
        let is_token =
            bearer.is_some_and(|(scheme, text)| scheme.eq_ignore_ascii_case("bearer") && token.is(text.trim()));
        let is_login = || cookie(headers, &cookie_name(self.port())).is_some_and(|text| token.is_cookie(text));
        let is_open = request.uri().path() == "/healthz" || request.uri().path() == login::PATH;
        if is_token || is_open || is_login() {
            return Ok(());
        }
        let is_page = request.method() == Method::GET
            && bearer.is_none()
            && headers.get("accept").and_then(|accept| accept.to_str().ok()).is_some_and(|a| a.contains("text/html"));
        if is_page {
            return Err(Refusal::Login);
        }
        let failure = Failure::new(StatusCode::UNAUTHORIZED, "bad-token", "the token is missing or wrong");
        Err(Refusal::Failed(failure.hint("send `Authorization: Bearer TOKEN` with the text of the token's file")))
    }

    /// Whether a name with its port is one of this server. An address of numbers cannot be rebound: where the server
    /// listens on all of them, any will do.
    fn is_own(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let is_number = || host.parse::<SocketAddr>().is_ok_and(|address| address.port() == self.port());
        self.hosts.contains(&host) || (self.address.ip().is_unspecified() && is_number())
    }
}

fn has_port(name: &str) -> bool {
    name.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A link of another site that a person followed shows a page; it cannot read it or do anything.
fn is_navigation(request: &Request) -> bool {
    let is = |name: &str, wanted: &str| request.headers().get(name).is_some_and(|value| value == wanted);
    request.method() == Method::GET
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
        && !request.uri().path().starts_with("/api/")
}

fn has_token_in_query(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or(pair));
    names.into_iter().any(|name| matches!(name.to_ascii_lowercase().as_str(), "token" | "access_token" | "bearer"))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_this_server_with_its_port() {
        let guard = Guard::new("127.0.0.1:8000".parse().unwrap(), &["Spark.local".to_owned()], None);
        for own in ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000", "spark.local:8000"] {
            assert!(guard.is_own(own), "{own}");
        }
        for foreign in ["localhost", "localhost:80", "evil.com:8000", "localhost:8000.evil.com", "192.168.1.2:8000", ""]
        {
            assert!(!guard.is_own(foreign), "{foreign}");
        }
        let all = Guard::new("0.0.0.0:8000".parse().unwrap(), &[], None);
        assert!(all.is_own("192.168.1.2:8000") && !all.is_own("192.168.1.2:80") && !all.is_own("evil.com:8000"));
        assert!(Guard::new("127.0.0.1:80".parse().unwrap(), &[], None).is_own("localhost"));
    }
}
