//! The servers: reachable, which version, device, flags, nodes, queue, clock, way there.

use super::{Findings, Level};
use crate::cli::style::count;
use crate::generate::comfyui::{Look, Looked, NoAnswer, look as look_at, next_step};
use crate::manifest::{self, LoadOptions};
use crate::session::Workspace;

const AREA: &str = "servers";

/// Later versions of ComfyUI echo the id that a client gives to a prompt.
const OLD: [u32; 3] = [0, 3, 45];

/// Longer ways cost time with every picture.
const FAR_MS: u128 = 200;

/// A clock that is off by more confuses logs and tokens.
const CLOCK: i64 = 60;

/// Looks at the servers of a project, or of the environment.
pub fn look(workspace: Option<&Workspace>, findings: &mut Findings) -> anyhow::Result<Vec<Look>> {
    let servers = match workspace {
        Some(workspace) => workspace.loaded.local.servers.clone(),
        None => {
            let environment = LoadOptions { env: None, ..LoadOptions::text("[project]\nname = \"none\"\n") };
            manifest::load(".".as_ref(), &environment).map(|loaded| loaded.local.servers).unwrap_or_default()
        }
    };
    let wanted = workspace.is_none_or(|workspace| {
        let mut slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
        slots.any(|slot| slot.ask.costs_gpu())
    });
    let looks = look_at(&servers).map_err(anyhow::Error::msg)?;
    // A build goes on without one of several servers.
    let level = match (wanted, looks.iter().any(|look| look.answer.is_ok())) {
        (true, false) => Level::Problem,
        (true, true) => Level::Warning,
        (false, _) => Level::Note,
    };
    for look in &looks {
        match &look.answer {
            Ok(looked) => describe(&look.address, looked, findings),
            Err(error) => unreachable(&look.address, error, level, findings),
        }
    }
    Ok(looks)
}

fn unreachable(address: &str, error: &NoAnswer, level: Level, findings: &mut Findings) {
    findings.add(AREA, level, format!("{address}: {error}"), Some(next_step(error.kind)));
}

fn describe(address: &str, looked: &Looked, findings: &mut Findings) {
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
    findings.ok(AREA, said);
    devices(address, looked, findings);
    flags(address, &stats.argv, findings);
    health(address, looked, findings);
    nodes_of_ours(address, looked, findings);
}

fn devices(address: &str, looked: &Looked, findings: &mut Findings) {
    for (name, all, free) in &looked.known.stats.devices {
        let gib = |bytes: &u64| *bytes as f64 / f64::from(1 << 30);
        let shown = format!("{address}: {name}, {:.0} of {:.0} GiB free", gib(free), gib(all));
        match name.as_str() {
            "cpu" => {
                let mend = "it computes on processors: minutes for a picture. Start it without `--cpu` on a machine with a GPU";
                findings.add(AREA, Level::Warning, shown, Some(mend));
            }
            _ if gib(all) > 0.0 && gib(free) < 8.0 => {
                let mend = "SDXL in 16 bits wants about 8 GiB: stop what else runs there";
                findings.add(AREA, Level::Warning, shown, Some(mend));
            }
            _ => findings.ok(AREA, shown),
        }
    }
}

fn flags(address: &str, argv: &[String], findings: &mut Findings) {
    let has = |flag: &str| argv.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    if !has("--preview-method") {
        let mend = "start it with `--preview-method auto` to see pictures while they are drawn";
        findings.add(AREA, Level::Note, format!("{address}: sends no previews"), Some(mend));
    }
    for flag in ["--fast", "--fp8_e4m3fn-unet", "--fp8_e5m2-unet", "--cpu-vae", "--force-fp16"] {
        if has(flag) {
            let message = format!("{address}: runs with `{flag}`, which changes pixels");
            findings.add(AREA, Level::Note, message, Some("give all servers the same flags"));
        }
    }
}

fn health(address: &str, looked: &Looked, findings: &mut Findings) {
    let version: Vec<u32> =
        looked.known.stats.version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect();
    if !version.is_empty() && version < OLD.to_vec() {
        let mend = "update ComfyUI (`git pull`, then its requirements)";
        findings.add(AREA, Level::Warning, format!("{address}: ComfyUI is older than 0.3.45"), Some(mend));
    }
    if looked.queued > 0 {
        let message = format!("{address}: {} there already", count(looked.queued as usize, "job is", "jobs are"));
        findings.add(AREA, Level::Note, message, Some("a build shares the server and waits its turn"));
    }
    if looked.latency.as_millis() > FAR_MS {
        let message = format!("{address}: {} ms away", looked.latency.as_millis());
        findings.add(AREA, Level::Warning, message, Some("look at the network between"));
    }
    if let Some(ahead) = looked.ahead.filter(|ahead| ahead.abs() > CLOCK) {
        let message =
            format!("{address}: its clock is {} s {}", ahead.abs(), if ahead > 0 { "ahead" } else { "behind" });
        findings.add(
            AREA,
            Level::Warning,
            message,
            Some("set both clocks by the network (`timedatectl set-ntp true`)"),
        );
    }
}

/// Classes that every built-in workflow needs; ComfyUI starts without them when an import failed.
fn nodes_of_ours(address: &str, looked: &Looked, findings: &mut Findings) {
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
    if !missing.is_empty() {
        let message = format!("{address}: lacks {}, which ComfyUI itself brings", missing.join(", "));
        findings.add(
            AREA,
            Level::Problem,
            message,
            Some("its log says which import failed; install its requirements again"),
        );
    }
}
