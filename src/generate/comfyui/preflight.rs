//! Preflight: everything that will or may be requested is checked before the first request, all problems in one report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::client::{NoAnswer, is_here};
use super::compatibility::{Checker, invalid_workflow};
use super::link::Link;
use super::probe::{self, ServerInfo};
use super::{Kind, Settings};
use crate::generate::{BatchRef, Finding};
use crate::words::ask::{Ask, ComfyAsk};
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::event::{Event, ServerState};
use crate::workflow::{self, Bound};

/// Pauses between attempts to reach a server that refuses.
const PAUSES: [u64; 2] = [300, 700];

/// So long what a server said of itself is used again, as long as nothing seems to be missing.
const REUSED: Duration = Duration::from_secs(600);

type Answer = Result<Arc<ServerInfo>, NoAnswer>;

/// Checks all asks against all servers; returns what no server can do.
pub(super) async fn check(
    settings: &Arc<Settings>,
    links: &[Arc<Link>],
    asks: Vec<(SlotId, Arc<Ask>)>,
    batch: &BatchRef,
) -> Vec<Finding> {
    let (models, asks) = (models(&asks), Arc::new(asks));
    links.iter().for_each(|link| link.add_models(models.clone()));
    let reused = |link: &Arc<Link>| link.info();
    let before: Vec<Option<Arc<ServerInfo>>> = links.iter().map(reused).collect();
    let answers = reach_all(links, REUSED).await;
    if answers.iter().all(Result::is_err) {
        return no_server(links, &answers, &asks);
    }
    links.iter().zip(&answers).for_each(|(link, answer)| batch.observer.on(&event(link, answer)));
    let is_reused = |(before, answer): (&Option<Arc<ServerInfo>>, &Answer)| match (before, answer) {
        (Some(before), Ok(now)) => Arc::ptr_eq(before, now),
        _ => false,
    };
    let any_reused = before.iter().zip(&answers).any(is_reused);
    let findings = find(settings, links, answers, &asks, batch).await;
    if findings.is_empty() || !any_reused {
        return findings;
    }
    // What seems to be missing may have been installed since.
    let answers = reach_all(links, Duration::ZERO).await;
    match answers.iter().all(Result::is_err) {
        true => no_server(links, &answers, &asks),
        false => find(settings, links, answers, &asks, batch).await,
    }
}

/// Compares on a thread of its own: there may be thousands of asks.
async fn find(
    settings: &Arc<Settings>,
    links: &[Arc<Link>],
    answers: Vec<Answer>,
    asks: &Arc<Vec<(SlotId, Arc<Ask>)>>,
    batch: &BatchRef,
) -> Vec<Finding> {
    let (settings, asks, batch) = (Arc::clone(settings), Arc::clone(asks), batch.clone());
    let addresses: Vec<String> = links.iter().map(|link| link.address.clone()).collect();
    let found = tokio::task::spawn_blocking(move || compare(&settings, &batch, &addresses, &answers, &asks)).await;
    found.unwrap_or_default()
}

/// Asks all servers. Once one has answered, the others have a few seconds more: they may join later.
async fn reach_all(links: &[Arc<Link>], reused: Duration) -> Vec<Answer> {
    let late = || Err(NoAnswer::new(Kind::Slow, "it has not answered yet"));
    let mut answers: Vec<_> = links.iter().map(|_| late()).collect();
    let mut open: FuturesUnordered<_> =
        links.iter().enumerate().map(|(number, link)| async move { (number, reach(link, reused).await) }).collect();
    let mut patience = Duration::from_secs(3600);
    while let Ok(Some((number, answer))) = tokio::time::timeout(patience, open.next()).await {
        if answer.is_ok() {
            patience = Duration::from_secs(5);
        }
        answers[number] = answer;
    }
    answers
}

/// The checkpoints and LoRAs of the asks, whose families matter.
fn models(asks: &[(SlotId, Arc<Ask>)]) -> BTreeSet<(String, String)> {
    let mut models = BTreeSet::new();
    for (_, ask) in asks {
        let Some(ask) = ask.comfyui() else { continue };
        // Without a LoRA nothing has to go together.
        if !ask.style.loras.is_empty() {
            models.insert(("checkpoints".to_owned(), ask.style.checkpoint.file.clone()));
            models.extend(ask.style.loras.iter().map(|lora| ("loras".to_owned(), lora.model.file.clone())));
        }
    }
    models
}

/// A server that refuses is asked three times: it may be about to start.
async fn reach(link: &Link, reused: Duration) -> Answer {
    let (mut pauses, mut waited) = (PAUSES.iter(), false);
    loop {
        match read(link, reused).await {
            Ok(info) => return Ok(info),
            // One that is busy is waited for once more.
            Err(error) if error.kind == Kind::Slow && !waited => waited = true,
            Err(error) if matches!(error.kind, Kind::Refused | Kind::Broken) => match pauses.next() {
                Some(pause) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                None => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}

/// What a server says of itself; what an earlier batch read of the same server is used again.
async fn read(link: &Link, reused: Duration) -> Answer {
    let client = link.client.as_ref().map_err(Clone::clone)?;
    let models = link.models();
    if !reused.is_zero() && link.info().is_some_and(|info| info.requested.is_superset(&models)) {
        let stats = probe::stats(client).await?;
        if let Some(info) = link.confirm(&stats, reused) {
            return Ok(info);
        }
    }
    Ok(link.set_info(probe::probe(client, &models).await?))
}

fn event(link: &Link, answer: &Answer) -> Event {
    let server = link.address.clone();
    match answer {
        Ok(info) => {
            let device = info.stats.devices.first().map(|(name, ..)| format!(" on {name}")).unwrap_or_default();
            let message = format!("ComfyUI {}{device}", info.stats.version);
            let state = ServerState::Up;
            Event::Server { server, state, diagnostic: state.diagnostic(message) }
        }
        Err(error) => {
            let state = ServerState::Down;
            let diagnostic = state.diagnostic(error.message.clone()).hint(next_step(error.kind, &link.address));
            Event::Server { server, state, diagnostic }
        }
    }
}

/// The next step for a server that gives no usable answer. ComfyUI answers other machines only if it is told to.
pub fn next_step(kind: Kind, address: &str) -> &'static str {
    match kind {
        Kind::Refused if !is_here(address) => {
            "start ComfyUI there with `--listen`, without which it answers its own machine alone, or correct `servers` in \
             `pixels.local.toml`"
        }
        Kind::Slow if !is_here(address) => {
            "check the server and the network between; ComfyUI answers other machines only if it was started with `--listen`"
        }
        Kind::Refused => "start ComfyUI there, or correct `servers` in `pixels.local.toml`",
        Kind::Slow | Kind::Broken => "check the server and the network between",
        Kind::Unfinished => "check the server and the network between, or raise `timeout` in `pixels.local.toml`",
        Kind::Untrusted => "give the server a certificate that this machine trusts, or reach it through an SSH tunnel",
        Kind::Foreign => "correct `servers` in `pixels.local.toml`: the address of ComfyUI itself, with its base path",
        Kind::Denied => "give the server's `token`, or `user` and `password`, in `pixels.local.toml`",
    }
}

/// No server answers: one finding for everything.
fn no_server(links: &[Arc<Link>], answers: &[Answer], asks: &[(SlotId, Arc<Ask>)]) -> Vec<Finding> {
    let errors: Vec<(&Arc<Link>, &NoAnswer)> =
        links.iter().zip(answers).filter_map(|(link, answer)| Some((link, answer.as_ref().err()?))).collect();
    let each: Vec<String> =
        errors.iter().map(|(link, error)| format!("server `{}`: {}", link.address, error.message)).collect();
    let mut diagnostic = Diagnostic::error("server-unreachable", each.join("; "));
    diagnostic.hint = errors.first().map(|(link, error)| next_step(error.kind, &link.address).to_owned());
    if let [(link, _)] = errors.as_slice() {
        diagnostic = diagnostic.about(Subject::Server(link.address.clone()));
    }
    let slots = asks.iter().map(|(slot, _)| slot.clone()).collect();
    vec![Finding { slots, diagnostic }]
}

/// Diagnostics that differ in none of these are one: message, hint, place.
type Key = (String, Option<String>, Option<(String, u32)>);

fn key(diagnostic: &Diagnostic) -> Key {
    let Diagnostic { message, hint, place, .. } = diagnostic.clone();
    (message, hint, place.map(|place| (place.file, place.line)))
}

/// What no server that answers can do, each thing once with all slots that need it, in the order of the messages.
fn compare(
    settings: &Settings,
    batch: &BatchRef,
    addresses: &[String],
    answers: &[Answer],
    asks: &[(SlotId, Arc<Ask>)],
) -> Vec<Finding> {
    let mut checker = Checker::default();
    let mut found: BTreeMap<Key, Finding> = BTreeMap::new();
    for (slot, ask) in asks {
        let Some(comfy) = ask.comfyui() else { continue };
        let diagnostics = match workflow::bind(comfy, &batch.workflows) {
            Err(error) => vec![invalid_workflow(&error)],
            Ok(bound) => lacking(&mut checker, settings, batch, addresses, answers, comfy, &bound),
        };
        for diagnostic in diagnostics {
            let key = key(&diagnostic);
            let finding = found.entry(key).or_insert_with(|| Finding { slots: Vec::new(), diagnostic });
            finding.slots.push(slot.clone());
        }
    }
    found.into_values().collect()
}

/// What keeps an ask from every server; nothing if one of them can do it.
fn lacking(
    checker: &mut Checker,
    settings: &Settings,
    batch: &BatchRef,
    addresses: &[String],
    answers: &[Answer],
    ask: &ComfyAsk,
    bound: &Bound,
) -> Vec<Diagnostic> {
    /// The diagnostic, and the servers that it is true of.
    type Lacks<'a> = BTreeMap<Key, (Diagnostic, Vec<&'a str>)>;
    let mut lacks = Lacks::new();
    for (number, (address, answer)) in addresses.iter().zip(answers).enumerate() {
        let Ok(info) = answer else { continue };
        let found = checker.check(number, info, ask, bound, batch, settings);
        if found.is_empty() {
            return Vec::new();
        }
        for diagnostic in found {
            let key = key(diagnostic);
            lacks.entry(key).or_insert_with(|| (diagnostic.clone(), Vec::new())).1.push(address);
        }
    }
    let on_servers = |(diagnostic, on): (Diagnostic, Vec<&str>)| {
        let servers: Vec<String> = on.iter().map(|address| format!("`{address}`")).collect();
        let message = format!("{}, on {}", diagnostic.message, servers.join(", "));
        Diagnostic { message, ..diagnostic }
    };
    lacks.into_values().map(on_servers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_may_lack_its_flag() {
        for kind in [Kind::Refused, Kind::Slow] {
            assert!(next_step(kind, "http://spark:8188").contains("`--listen`"));
            assert!(!next_step(kind, "http://127.0.0.1:8188").contains("--listen"));
            assert!(!next_step(kind, "http://localhost:8188/comfy").contains("--listen"));
        }
        assert!(!next_step(Kind::Denied, "http://spark:8188").contains("--listen"));
    }
}
