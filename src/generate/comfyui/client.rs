//! One server over HTTP: addresses, login, limits. It sends and reads; what an answer means is for `wire` to say.

use std::error::Error;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RANGE};
use reqwest::{Method, RequestBuilder, Response, redirect};
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Bytes;
use url::{Host, Url};

use super::text::{MESSAGE, clean};
use crate::words::server::{Login, Server};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// The most bytes of an answer that grows with a server's nodes, or with its queue of whole graphs.
pub(super) const MOST: usize = 64 << 20;
/// The most bytes of an answer about one prompt, one file, or one folder.
pub(super) const SOME: usize = 16 << 20;
/// The most bytes of an answer of a few fields.
pub(super) const FEW: usize = 1 << 20;

/// Answers of more than [`FEW`] bytes are received and read one at a time.
static LARGE: Semaphore = Semaphore::const_new(1);

/// Why a server gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoAnswer {
    /// What it means for the server.
    pub kind: Kind,
    /// What happened, lower case.
    pub message: String,
    /// The request surely never arrived.
    pub unsent: bool,
}

impl NoAnswer {
    /// An answer that was none.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), unsent: false }
    }
}

/// What a missing answer means for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing listens there, or the name is unknown.
    Refused,
    /// It took too long to begin an answer: busy, or the link is.
    Slow,
    /// It began an answer and did not end it in time.
    Unfinished,
    /// The connection broke.
    Broken,
    /// Its certificate is not trusted.
    Untrusted,
    /// It answers, but not as ComfyUI does.
    Foreign,
    /// It does not let this machine in.
    Denied,
}

/// The status and the body of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, whole.
    pub body: Vec<u8>,
    /// Keeps other large answers waiting until this one is read.
    _turn: Option<SemaphorePermit<'static>>,
}

/// One server.
#[derive(Clone, Debug)]
pub struct Client {
    base: Url,
    http: reqwest::Client,
    /// How long an answer may take to begin, and from there on to be whole.
    timeout: Duration,
    headers: HeaderMap,
    /// Its address as the settings have it, to be shown.
    pub address: String,
}

impl Client {
    /// A client of a server; nothing is sent yet.
    pub fn new(server: &Server) -> Result<Self, NoAnswer> {
        super::install_tls();
        let wrong = |message: String| NoAnswer { unsent: true, ..NoAnswer::new(Kind::Foreign, message) };
        let mut base = Url::parse(&server.url).map_err(|error| wrong(format!("its address is none: {error}")))?;
        if base.cannot_be_a_base() || base.host().is_none() {
            return Err(wrong("its address names no host".to_owned()));
        }
        // A base path ends where routes begin.
        base.path_segments_mut().map_err(|()| wrong("its address is none".to_owned()))?.pop_if_empty();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("dgx-pixels/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::none())
            .tcp_nodelay(true);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| wrong(chain(&error)))?;
        let headers = headers(server).map_err(wrong)?;
        Ok(Self { base, http, headers, timeout: server.timeout, address: server.url.clone() })
    }

    /// The address of a route, percent-encoded.
    pub fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The address of its websocket.
    pub fn socket_url(&self, client: &str) -> Url {
        let mut url = self.url(&["ws"], &[("clientId", client)]);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        let _ = url.set_scheme(scheme);
        url
    }

    /// What it, or a proxy in front, wants to see with every request, for its websocket too.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url).headers(self.headers.clone())
    }

    /// How long an answer may take to begin, and from there on to be whole.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Asks for something; the body is at most `most` bytes.
    pub async fn get(&self, segments: &[&str], query: &[(&str, &str)], most: usize) -> Result<Answer, NoAnswer> {
        let request = self.request(Method::GET, self.url(segments, query));
        self.answer(&format!("/{}", segments.join("/")), request, self.timeout, most).await
    }

    /// Asks for what `read` finds in the body of a good answer.
    pub async fn read<T>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        most: usize,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, NoAnswer> {
        let answer = self.get(segments, query, most).await?;
        let value = Some(&answer).filter(|answer| answer.status == 200).and_then(|answer| read(&answer.body));
        value.ok_or_else(|| foreign(segments, &answer))
    }

    /// Asks for a little JSON, which must be some.
    pub async fn get_json(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<Value, NoAnswer> {
        self.read(segments, query, FEW / 4, super::wire::json).await
    }

    /// Sends JSON.
    pub async fn post(&self, segments: &[&str], body: &Value, most: usize) -> Result<Answer, NoAnswer> {
        let request = self.request(Method::POST, self.url(segments, &[])).json(body);
        self.answer(&format!("/{}", segments.join("/")), request, self.timeout, most).await
    }

    /// Sends a form with a file of so many bytes.
    pub async fn post_form(
        &self,
        segments: &[&str],
        form: reqwest::multipart::Form,
        size: u64,
    ) -> Result<Answer, NoAnswer> {
        let request = self.request(Method::POST, self.url(segments, &[])).multipart(form);
        // A link of 2 Mbit/s is waited for.
        let wait = self.timeout + Duration::from_secs(size / (256 << 10));
        self.answer(&format!("/{}", segments.join("/")), request, wait, FEW).await
    }

    /// Begins a download from a byte on; the body is for the caller to read.
    pub async fn download(&self, route: &str, url: Url, from: usize) -> Result<Response, NoAnswer> {
        let request = self.request(Method::GET, url);
        let request = if from > 0 { request.header(RANGE, format!("bytes={from}-")) } else { request };
        self.begin(route, request, self.timeout).await
    }

    /// Sends a request and waits for the begin of its answer.
    async fn begin(&self, route: &str, request: RequestBuilder, wait: Duration) -> Result<Response, NoAnswer> {
        match tokio::time::timeout(wait, request.send()).await {
            Ok(sent) => sent.map_err(|error| no_answer(route, &error)),
            Err(_) => {
                let message = format!("it does not begin an answer to `{route}` within {} s", wait.as_secs());
                Err(NoAnswer::new(Kind::Slow, message))
            }
        }
    }

    async fn answer(
        &self,
        route: &str,
        request: RequestBuilder,
        wait: Duration,
        most: usize,
    ) -> Result<Answer, NoAnswer> {
        let mut response = self.begin(route, request, wait).await?;
        let status = response.status().as_u16();
        let (mut body, mut turn) = (Vec::new(), None);
        let mut deadline = Instant::now() + self.timeout;
        while let Some(chunk) = self.chunk(route, &mut response, deadline, body.len()).await? {
            if body.len() + chunk.len() > most {
                return Err(foreign_of(format!(
                    "its answer to `{route}` has more than {} MiB",
                    most.div_ceil(1 << 20)
                )));
            }
            if turn.is_none() && body.len() + chunk.len() > FEW {
                let began = Instant::now();
                turn = LARGE.acquire().await.ok();
                deadline += began.elapsed();
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body, _turn: turn })
    }

    /// The next piece of an answer that has to be whole by the deadline; `so_far` is what came of it.
    pub(super) async fn chunk(
        &self,
        route: &str,
        response: &mut Response,
        deadline: Instant,
        so_far: usize,
    ) -> Result<Option<Bytes>, NoAnswer> {
        match tokio::time::timeout_at(deadline, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| no_answer(route, &error)),
            Err(_) => Err(self.unfinished(route, so_far)),
        }
    }

    fn unfinished(&self, route: &str, so_far: usize) -> NoAnswer {
        let seconds = self.timeout.as_secs();
        let message = format!("its answer to `{route}` was not whole after {seconds} s: {so_far} bytes came");
        NoAnswer::new(Kind::Unfinished, message)
    }
}

/// The answer of a route that another kind of server gives.
pub(super) fn foreign(segments: &[&str], answer: &Answer) -> NoAnswer {
    let (route, status) = (segments.join("/"), answer.status);
    let begin = String::from_utf8_lossy(&answer.body[..answer.body.len().min(200)]).into_owned();
    let is_html = begin.trim_start().starts_with('<');
    match status {
        401 | 403 => NoAnswer::new(Kind::Denied, format!("it does not let this machine in (HTTP {status})")),
        200 if is_html => foreign_of("it answers with a web page, not as ComfyUI does".to_owned()),
        300..=399 => foreign_of(format!("it sends elsewhere (HTTP {status} for `/{route}`)")),
        502..=504 => NoAnswer::new(Kind::Refused, format!("its proxy reaches no server (HTTP {status})")),
        500..=599 => NoAnswer::new(Kind::Broken, format!("HTTP {status} for `/{route}`: {}", clean(&begin, 120))),
        _ => foreign_of(format!("it does not answer `/{route}` as ComfyUI does (HTTP {status})")),
    }
}

fn foreign_of(message: String) -> NoAnswer {
    NoAnswer::new(Kind::Foreign, message)
}

/// A connection error as a missing answer.
pub(super) fn no_answer(route: &str, error: &reqwest::Error) -> NoAnswer {
    let text = chain(error);
    let is = |word: &str| text.to_ascii_lowercase().contains(word);
    // What a server without TLS answers to the begin of it.
    if is("corrupt message") || is("invalidcontenttype") {
        let message = "it speaks plain HTTP: begin its address with `http://`, not with `https://`";
        return NoAnswer { unsent: true, ..foreign_of(message.to_owned()) };
    }
    let kind = if is("certificate") || is("invalid peer") || is("unknownissuer") {
        Kind::Untrusted
    } else if error.is_timeout() {
        Kind::Slow
    } else if error.is_connect() {
        Kind::Refused
    } else {
        Kind::Broken
    };
    let message = match kind {
        Kind::Refused if is("dns") || is("lookup") => "its name is not known to this network".to_owned(),
        Kind::Refused => "nothing answers there".to_owned(),
        Kind::Slow => format!("it accepts no connection within {} s", CONNECT.as_secs()),
        Kind::Untrusted => format!("its certificate is not trusted: {text}"),
        _ => format!("the connection broke at `{route}`: {text}"),
    };
    NoAnswer { kind, message, unsent: error.is_connect() || error.is_builder() }
}

/// An error with its causes, without addresses: these may hold what is not to be shown.
fn chain(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    clean(&last.to_string(), MESSAGE / 2)
}

/// Whether an address is one of this machine.
pub(super) fn is_here(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| is_loopback(&url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Login and other headers; none of them is shown anywhere.
fn headers(server: &Server) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    if let Some(login) = &server.login {
        headers.insert(AUTHORIZATION, authorization(login)?);
    }
    for (name, value) in &server.headers {
        let wrong = |_| format!("its header `{name}` cannot be sent");
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("its header `{name}` cannot be sent"))?;
        let mut value = HeaderValue::from_str(value.reveal()).map_err(wrong)?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}

fn authorization(login: &Login) -> Result<HeaderValue, String> {
    let text = match login {
        Login::Token(token) => format!("Bearer {}", token.reveal()),
        Login::Basic { user, password } => {
            format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.reveal())))
        }
    };
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| "its login holds characters that no header can".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::server::Secret;

    fn client(url: &str, login: Option<Login>) -> Client {
        Client::new(&Server { login, ..Server::at(url) }).unwrap()
    }

    #[test]
    fn routes_go_below_a_base_path_and_names_are_encoded() {
        let client = client("https://spark.example/comfy", None);
        assert_eq!(client.url(&["history", "a/b"], &[]).as_str(), "https://spark.example/comfy/history/a%2Fb");
        let view = client.url(&["view"], &[("filename", "a ☃&?.png")]);
        assert_eq!(view.as_str(), "https://spark.example/comfy/view?filename=a+%E2%98%83%26%3F.png");
        assert_eq!(client.socket_url("x").as_str(), "wss://spark.example/comfy/ws?clientId=x");
    }

    #[test]
    fn a_login_is_sent_and_never_shown() {
        let login = Login::Basic { user: "ann".to_owned(), password: Secret::new("pass") };
        let client = client("http://127.0.0.1:8188", Some(login));
        assert_eq!(client.headers()[AUTHORIZATION].to_str().unwrap(), "Basic YW5uOnBhc3M=");
        assert!(!format!("{client:?}").contains("YW5u"));
    }

    #[test]
    fn loopback_has_many_names() {
        let is = |text: &str| is_loopback(&Url::parse(text).unwrap());
        assert!(is("http://localhost:1") && is("http://127.0.0.9") && is("http://[::1]:2"));
        assert!(!is("http://spark:8188") && !is("http://10.0.0.1"));
    }
}
