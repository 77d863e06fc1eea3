//! Settings of this machine: servers, tokens, folders. None of it enters a key.

use std::path::PathBuf;
use std::time::Duration;

use super::problem::Problem;
use super::raw::{At, RawLocal, RawServer, ServerValue};
use crate::words::server::{Local, Login, Patience, Secret, Server, TIMEOUT};
use crate::words::source::Span;

/// The server of a machine without settings.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8188";

/// The variable that names servers in place of the file.
const SERVERS: &str = "DGX_PIXELS_SERVERS";

/// Checks the file, if it exists; the environment overrides it.
pub(super) fn check(
    raw: Option<&RawLocal>,
    env: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Local {
    let nothing = RawLocal::default();
    let raw = raw.unwrap_or(&nothing);
    let timeout = raw.timeout.as_ref().map_or(TIMEOUT, |given| Duration::from_secs(given.value.u32().into()));
    let listed = raw.servers.iter().flat_map(|list| &list.value);
    let mut servers: Vec<Server> = listed.filter_map(|s| server(s, timeout, problems)).collect();
    if let Some(list) = env(SERVERS) {
        let token = env("DGX_PIXELS_TOKEN").map(|token| Login::Token(Secret::new(token)));
        let addresses = list.split([',', ' ']).map(str::trim).filter(|address| !address.is_empty());
        servers = addresses
            .filter_map(|address| url(address, Span::default(), Some(SERVERS), problems))
            .map(|url| Server { login: token.clone(), timeout, ..Server::at(url) })
            .collect();
    }
    if servers.is_empty() {
        servers.push(Server { timeout, ..Server::at(DEFAULT_SERVER) });
    }
    let folder = |variable: &str, given: Option<&At<String>>| {
        env(variable)
            .or_else(|| given.map(|path| path.value.clone()))
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let usual = Patience::default();
    let silence = raw.silence.as_ref().map(|given| Duration::from_secs(given.value.u32().into()));
    let absence = raw.patience.as_ref().map(|given| Duration::from_secs(given.value.u32().into()));
    let patience = Patience { silence: silence.unwrap_or(usual.silence), absence: absence.unwrap_or(usual.absence) };
    Local {
        servers,
        patience,
        models: folder("DGX_PIXELS_MODELS", raw.models.as_ref()),
        store: folder("DGX_PIXELS_STORE", raw.store.as_ref()),
    }
}

fn server(value: &At<ServerValue>, timeout: Duration, problems: &mut Vec<Problem>) -> Option<Server> {
    match &value.value {
        ServerValue::Url(address) => {
            url(address, value.span, None, problems).map(|url| Server { timeout, ..Server::at(url) })
        }
        ServerValue::Table(raw) => {
            let Some(address) = &raw.url else {
                let problem = Problem::error("missing-key", value.span, "a server has no `url`");
                problems.push(problem.help("write `url = \"http://..:8188\"`"));
                return None;
            };
            let login = login(raw, value.span, problems);
            let own = raw.timeout.as_ref().map(|own| Duration::from_secs(own.value.u32().into()));
            let timeout = own.unwrap_or(timeout);
            let headers = headers(raw, login.is_some(), problems);
            url(address, address.span, None, problems).map(|url| Server { url, login, headers, timeout })
        }
    }
}

fn login(raw: &RawServer, span: Span, problems: &mut Vec<Problem>) -> Option<Login> {
    match (&raw.token, &raw.user, &raw.password) {
        (None, None, None) => None,
        (Some(token), None, None) => Some(Login::Token(Secret::new(token.value.clone()))),
        (None, Some(user), Some(password)) => {
            Some(Login::Basic { user: user.value.clone(), password: Secret::new(password.value.clone()) })
        }
        _ => {
            let problem = Problem::error("bad-login", span, "a server has a `token`, or a `user` with a `password`");
            problems.push(problem.help("keep the one that the server accepts"));
            None
        }
    }
}

/// Headers of a proxy. Some belong to the protocol, and a login has one of its own.
fn headers(raw: &RawServer, has_login: bool, problems: &mut Vec<Problem>) -> Vec<(String, Secret)> {
    const OURS: [&str; 8] =
        ["host", "connection", "content-length", "content-type", "transfer-encoding", "upgrade", "origin", "range"];
    let mut headers = Vec::new();
    for (name, value) in raw.headers.iter().flat_map(|headers| &headers.0) {
        let lower = name.value.to_ascii_lowercase();
        let is_name = !lower.is_empty() && lower.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let is_value = value.value.chars().all(|c| c == '\t' || c == ' ' || c.is_ascii_graphic());
        let (span, message) = if !is_name {
            (name.span, "this is no name of a header".to_owned())
        } else if OURS.contains(&lower.as_str()) || lower.starts_with("sec-websocket") {
            (name.span, format!("the header `{}` belongs to the connection itself", name.value))
        } else if lower == "authorization" && has_login {
            (name.span, "the server has a `token` or a `password`, which is sent in this header".to_owned())
        } else if !is_value {
            (value.span, "this value has characters that no header can have".to_owned())
        } else {
            headers.push((name.value.clone(), Secret::new(value.value.clone())));
            continue;
        };
        let problem = Problem::error("bad-header", span, message);
        problems
            .push(problem.help("write `headers = { X-Api-Key = \"..\" }` with what the proxy in front wants to see"));
    }
    headers
}

fn url(address: &str, span: Span, variable: Option<&str>, problems: &mut Vec<Problem>) -> Option<String> {
    let host = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
    let plain = |c: char| c.is_ascii_graphic() && !"@?#\"'<>\\^`{|}".contains(c);
    let good = host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':']) && host.chars().all(plain));
    if !good {
        let message = match variable {
            Some(variable) => format!("`{}` in `{variable}` is not a server address", address.escape_debug()),
            None => "this is not a server address".to_owned(),
        };
        let problem = Problem::error("bad-url", span, message);
        problems.push(problem.help("write `http://HOST:8188`; user and password have keys of their own"));
        return None;
    }
    Some(address.trim_end_matches('/').to_owned())
}
