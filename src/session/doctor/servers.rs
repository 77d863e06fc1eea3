//! The servers: reachable, which version, device, flags, nodes, queue, clock, way there.

use std::path::Path;

use super::{Area, Report};
use crate::generate::comfyui::{Look, Looked, NoAnswer, look, next_step};
use crate::manifest;
use crate::session::{Result, Workspace};
use crate::words::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::server::Server;
use crate::words::text::count;

const AREA: Area = Area::Servers;

/// Later versions of ComfyUI echo the id that a client gives to a prompt.
const OLD: [u32; 3] = [0, 3, 45];

/// Longer ways cost time with every image.
const FAR_MS: u128 = 200;

/// A clock that is off by more confuses logs and tokens.
const CLOCK: i64 = 60;

/// Looks at servers without asking them for images.
pub(super) fn look_at(servers: &[Server]) -> Result<Vec<Look>> {
    Ok(look(servers)?)
}

/// Examines the servers of a project, whether its manifest can be read or not, or of the environment.
pub(super) fn examine(root: Option<&Path>, workspace: Option<&Workspace>, report: &mut Report) -> Result<Vec<Look>> {
    let servers = match workspace {
        Some(workspace) => workspace.loaded.local.servers.clone(),
        None => manifest::local_settings(root).servers,
    };
    let wanted = workspace.is_none_or(|workspace| {
        let mut slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
        slots.any(|slot| slot.ask.comfyui().is_some())
    });
    let looks = look_at(&servers)?;
    // A build goes on without one of several servers.
    let severity = match (wanted, looks.iter().any(|look| look.answer.is_ok())) {
        (true, false) => Severity::Error,
        (true, true) => Severity::Warning,
        (false, _) => Severity::Note,
    };
    for look in &looks {
        match &look.answer {
            Ok(looked) => answering(&look.address, looked, report),
            Err(error) => unreachable(&look.address, error, severity, report),
        }
    }
    Ok(looks)
}

fn unreachable(address: &str, error: &NoAnswer, severity: Severity, report: &mut Report) {
    let found = of(address, Diagnostic::error("server-unreachable", format!("{address}: {error}")));
    report.add(AREA, Diagnostic { severity, ..found.hint(next_step(error.kind, address)) });
}

fn answering(address: &str, looked: &Looked, report: &mut Report) {
    let stats = &looked.known.stats;
    let torch = if stats.torch.is_empty() { String::new() } else { format!(", torch {}", stats.torch) };
    let nodes = looked.known.catalogue.classes.len();
    let upload = looked.known.most_upload.map_or_else(String::new, |most| format!(", uploads up to {} MB", most >> 20));
    let said = format!(
        "{address}: ComfyUI {}{torch}, Python {}, {nodes} nodes, {} ms away{upload}",
        stats.version,
        stats.python.split(' ').next().unwrap_or_default(),
        looked.latency.as_millis()
    );
    report.ok(AREA, "server", said);
    devices(address, looked, report);
    let found =
        flags(address, &stats.argv).into_iter().chain(health(address, looked)).chain(core_nodes(address, looked));
    found.for_each(|found| report.add(AREA, of(address, found)));
}

/// A diagnostic about a server.
fn of(address: &str, diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.about(Subject::Server(address.to_owned()))
}

fn devices(address: &str, looked: &Looked, report: &mut Report) {
    for (name, all, free) in &looked.known.stats.devices {
        let gib = |bytes: &u64| *bytes as f64 / f64::from(1 << 30);
        let shown = format!("{address}: {name}, {:.0} of {:.0} GiB free", gib(free), gib(all));
        let (code, hint) = match name.as_str() {
            "cpu" => (
                "server-on-cpu",
                "it computes on processors: minutes for an image. Start it without `--cpu` on a machine with a GPU",
            ),
            _ if gib(all) > 0.0 && gib(free) < 8.0 => {
                ("little-gpu-memory", "SDXL in 16 bits wants about 8 GiB: stop what else runs there")
            }
            _ => {
                report.ok(AREA, "device", shown);
                continue;
            }
        };
        report.add(AREA, of(address, Diagnostic::warning(code, shown).hint(hint)));
    }
}

fn flags(address: &str, argv: &[String]) -> Vec<Diagnostic> {
    let has = |flag: &str| argv.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    let mut found = Vec::new();
    if !has("--preview-method") {
        let note = Diagnostic::note("no-previews", format!("{address}: sends no previews"));
        found.push(note.hint("start it with `--preview-method auto` to see images while they are generated"));
    }
    for flag in ["--fast", "--fp8_e4m3fn-unet", "--fp8_e5m2-unet", "--cpu-vae", "--force-fp16"] {
        if has(flag) {
            let message = format!("{address}: runs with `{flag}`, which changes pixels");
            let note = Diagnostic::note("flag-changes-pixels", message);
            found.push(note.hint("give all servers of a fleet the same flags"));
        }
    }
    found
}

fn health(address: &str, looked: &Looked) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let version: Vec<u32> =
        looked.known.stats.version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect();
    if !version.is_empty() && version < OLD.to_vec() {
        let warning = Diagnostic::warning("old-comfyui", format!("{address}: ComfyUI is older than 0.3.45"));
        found.push(warning.hint("update ComfyUI (`git pull`, then its requirements)"));
    }
    if looked.queued > 0 {
        let message = format!("{address}: {} queued already", count(looked.queued as usize, "job is", "jobs are"));
        found.push(Diagnostic::note("server-in-use", message).hint("a build shares the server and waits its turn"));
    }
    let latency = looked.latency.as_millis();
    if latency > FAR_MS {
        let warning = Diagnostic::warning("server-far", format!("{address}: {latency} ms away"));
        found.push(warning.hint("look at the network between"));
    }
    if let Some(ahead) = looked.ahead.filter(|ahead| ahead.abs() > CLOCK) {
        let word = if ahead > 0 { "ahead" } else { "behind" };
        let warning = Diagnostic::warning("clock-differs", format!("{address}: its clock is {} s {word}", ahead.abs()));
        found.push(warning.hint("set both clocks by the network (`timedatectl set-ntp true`)"));
    }
    found
}

/// Classes that every built-in workflow needs; ComfyUI starts without them when an import failed.
fn core_nodes(address: &str, looked: &Looked) -> Option<Diagnostic> {
    const CORE: [&str; 7] = [
        "CheckpointLoaderSimple",
        "LoraLoader",
        "CLIPTextEncode",
        "EmptyLatentImage",
        "KSampler",
        "VAEDecode",
        "SaveImage",
    ];
    let missing: Vec<&str> =
        CORE.into_iter().filter(|class| !looked.known.catalogue.classes.contains_key(*class)).collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!("{address}: lacks {}, which ComfyUI itself brings", missing.join(", "));
    let hint = "its log says which import failed; install its requirements again";
    Some(Diagnostic::error("missing-core-nodes", message).hint(hint))
}
