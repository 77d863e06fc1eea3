//! Everything that will or may be asked is looked at before anything is: all problems in one report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::client::NoAnswer;
use super::driver::Link;
use super::misfit::{Memo, Misfit};
use super::probe::{self, Known};
use super::{Kind, Settings};
use crate::generate::{Batch, Finding};
use crate::words::ask::{Ask, ComfyAsk};
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, ServerState};
use crate::workflow::{self, Bound};

/// Pauses between attempts to reach a server that refuses.
const PAUSES: [u64; 2] = [300, 700];

/// Looks at all servers and all asks; what no server can do is found.
pub async fn examine(
    settings: &Arc<Settings>,
    links: &[Arc<Link>],
    asks: Vec<(SlotId, Arc<Ask>)>,
    batch: &Batch,
) -> Vec<Finding> {
    let models = models(&asks);
    links.iter().for_each(|link| link.want(models.clone()));
    let answers = reach_all(links).await;
    if answers.iter().all(Result::is_err) {
        return nobody(links, &answers, &asks);
    }
    links.iter().zip(&answers).for_each(|(link, answer)| batch.observer.on(&told(link, answer)));
    let (settings, batch) = (Arc::clone(settings), batch.clone());
    let addresses: Vec<String> = links.iter().map(|link| link.address.clone()).collect();
    let found = tokio::task::spawn_blocking(move || find(&settings, &batch, &addresses, &answers, &asks)).await;
    found.unwrap_or_default()
}

/// Asks all servers. Once one has answered, the others have a few seconds more: they may join later.
async fn reach_all(links: &[Arc<Link>]) -> Vec<Result<Arc<Known>, NoAnswer>> {
    let late = || Err(NoAnswer::new(Kind::Slow, "it has not answered yet"));
    let mut answers: Vec<_> = links.iter().map(|_| late()).collect();
    let mut open: FuturesUnordered<_> =
        links.iter().enumerate().map(|(number, link)| async move { (number, reach(link).await) }).collect();
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
        let Ask::Comfyui(ask) = &**ask else { continue };
        // Without a LoRA nothing has to go together.
        if !ask.style.loras.is_empty() {
            models.insert(("checkpoints".to_owned(), ask.style.checkpoint.file.clone()));
            models.extend(ask.style.loras.iter().map(|lora| ("loras".to_owned(), lora.model.file.clone())));
        }
    }
    models
}

/// A server that refuses is asked three times: it may be about to start.
async fn reach(link: &Link) -> Result<Arc<Known>, NoAnswer> {
    let client = link.client.as_ref().map_err(Clone::clone)?;
    let mut pauses = PAUSES.iter();
    loop {
        match probe::probe(client, &link.wanted()).await {
            Ok(known) => return Ok(link.learn(known)),
            Err(error) if matches!(error.kind, Kind::Refused | Kind::Broken) => match pauses.next() {
                Some(pause) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                None => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}

fn told(link: &Link, result: &Result<Arc<Known>, NoAnswer>) -> Event {
    let server = link.address.clone();
    match result {
        Ok(known) => {
            let device = known.stats.devices.first().map(|(name, ..)| format!(" on {name}")).unwrap_or_default();
            let message = format!("ComfyUI {}{device}", known.stats.version);
            Event::Server { server, state: ServerState::Up, message, hint: None }
        }
        Err(error) => {
            let hint = way_out(error.kind).to_owned();
            Event::Server { server, state: ServerState::Down, message: error.message.clone(), hint: Some(hint) }
        }
    }
}

/// What a person does about a server that gives no usable answer.
pub fn way_out(kind: Kind) -> &'static str {
    match kind {
        Kind::Refused => "start ComfyUI there, or correct `servers` in `pixels.local.toml`",
        Kind::Slow | Kind::Broken => "see whether the server is well, and the network between",
        Kind::Untrusted => "give the server a certificate that this machine trusts, or reach it through an SSH tunnel",
        Kind::Foreign => "correct `servers` in `pixels.local.toml`: the address of ComfyUI itself, with its base path",
        Kind::Denied => "give the server's `token`, or `user` and `password`, in `pixels.local.toml`",
    }
}

/// No server answers: one finding for everything.
fn nobody(links: &[Arc<Link>], answers: &[Result<Arc<Known>, NoAnswer>], asks: &[(SlotId, Arc<Ask>)]) -> Vec<Finding> {
    let errors: Vec<(&Arc<Link>, &NoAnswer)> =
        links.iter().zip(answers).filter_map(|(link, answer)| Some((link, answer.as_ref().err()?))).collect();
    let each: Vec<String> =
        errors.iter().map(|(link, error)| format!("server `{}`: {}", link.address, error.message)).collect();
    let hint =
        errors.first().map(|(_, error)| format!("{}; or build placeholders with `--fill sketch`", way_out(error.kind)));
    let diagnostic = Diagnostic { hint, ..Diagnostic::error("server-unreachable", each.join("; ")) };
    let slots = asks.iter().map(|(slot, _)| slot.clone()).collect();
    vec![Finding { slots, diagnostic }]
}

/// What no server that answers can do, the same thing once with all who want it.
fn find(
    settings: &Settings,
    batch: &Batch,
    addresses: &[String],
    answers: &[Result<Arc<Known>, NoAnswer>],
    asks: &[(SlotId, Arc<Ask>)],
) -> Vec<Finding> {
    let mut memo = Memo::default();
    let mut found: BTreeMap<(String, Option<String>), Vec<SlotId>> = BTreeMap::new();
    for (slot, ask) in asks {
        let Ask::Comfyui(comfy) = &**ask else { continue };
        let failures = match workflow::bind(comfy, &batch.workflows) {
            Err(error) => vec![(error.to_string(), Some(error.hint()))],
            Ok(bound) => lacking(&mut memo, settings, batch, addresses, answers, comfy, &bound),
        };
        for failure in failures {
            found.entry(failure).or_default().push(slot.clone());
        }
    }
    let finding = |((message, hint), slots)| {
        let diagnostic = Diagnostic { hint, ..Diagnostic::error("compatibility", message) };
        Finding { slots, diagnostic }
    };
    found.into_iter().map(finding).collect()
}

/// What keeps an ask from every server; nothing if one of them can do it.
fn lacking(
    memo: &mut Memo,
    settings: &Settings,
    batch: &Batch,
    addresses: &[String],
    answers: &[Result<Arc<Known>, NoAnswer>],
    ask: &ComfyAsk,
    bound: &Bound,
) -> Vec<(String, Option<String>)> {
    let mut lacks: BTreeMap<Misfit, Vec<&str>> = BTreeMap::new();
    for (number, (address, known)) in addresses.iter().zip(answers).enumerate() {
        let Ok(known) = known else { continue };
        let misfits = memo.misfits(number, known, ask, bound, batch, settings);
        if misfits.is_empty() {
            return Vec::new();
        }
        for misfit in misfits {
            lacks.entry(misfit.clone()).or_default().push(address);
        }
    }
    let servers = |on: Vec<&str>| on.into_iter().map(|address| format!("`{address}`")).collect::<Vec<_>>().join(", ");
    lacks.into_iter().map(|(misfit, on)| (format!("{}, on {}", misfit.message, servers(on)), misfit.hint)).collect()
}
