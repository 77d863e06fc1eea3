//! A ComfyUI server that needs no model, for demos and experiments: `cargo run -p fake-comfyui -- --port 8188 --seconds 0.5`.
//!
//! It speaks a real server's protocol and draws shapes that depend on the graph alone. `--servers N` starts N of them
//! on consecutive ports. `--fault NAME` (see `--help`) injects a fault until the end.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use fake_comfyui::fault::{Fault, objects};
use fake_comfyui::{Fake, Options, Zombie, picture};

const HELP: &str = "usage: fake-comfyui [--port 8188] [--servers 1] [--seconds 0.5] [--size WxH] [--base /path]
                    [--bearer TOKEN] [--newer] [--previews] [--cache-all] [--fault NAME].. [--foreign JOBS]
faults: slow status-500 status-503 status-429 html closes endless lost-answer nan-body dropped-output half-file vanished
        drips drips-prompt drips-view lying-range objects-NAME huge-picture large-picture text-picture input-gone node-error out-of-memory interrupted crash deaf zombie-idle zombie-stuck";

/// A byte of a dripping answer comes so often.
const DRIP: Duration = Duration::from_millis(200);

struct Arguments {
    options: Options,
    servers: u16,
    faults: Vec<Injected>,
    foreign: usize,
}

fn main() {
    match arguments() {
        Ok(arguments) => run(&arguments),
        Err(error) => {
            eprintln!("{error:#}\n{HELP}");
            std::process::exit(2);
        }
    }
}

fn arguments() -> Result<Arguments> {
    let mut options = Options { port: 8188, seconds: 0.5, ..Options::default() };
    let (mut servers, mut faults, mut foreign) = (1, Vec::new(), 0);
    let mut rest = std::env::args().skip(1);
    while let Some(name) = rest.next() {
        match name.as_str() {
            "--newer" => options.newer = true,
            "--previews" => options.previews = true,
            "--cache-all" => options.caches_all = true,
            "-h" | "--help" => {
                println!("{HELP}");
                std::process::exit(0);
            }
            _ => {
                let value = rest.next().with_context(|| format!("`{name}` needs a value or is unknown"))?;
                let here = || format!("`{name} {value}`");
                match name.as_str() {
                    "--port" => options.port = value.parse().with_context(here)?,
                    "--servers" => servers = value.parse().with_context(here)?,
                    "--foreign" => foreign = value.parse().with_context(here)?,
                    "--seconds" => options.seconds = value.parse().with_context(here)?,
                    "--size" => options.size = Some(size(&value).with_context(here)?),
                    "--base" => options.base = value.leak(),
                    "--bearer" => options.authorization = Some(format!("Bearer {value}").leak()),
                    "--fault" => faults.push(injected(&value).with_context(here)?),
                    _ => bail!("`{name}` is unknown"),
                }
            }
        }
    }
    Ok(Arguments { options, servers, faults, foreign })
}

fn size(text: &str) -> Result<(u32, u32)> {
    let (width, height) = text.split_once('x').context("a size is such as 64x64")?;
    Ok((width.parse().context("width")?, height.parse().context("height")?))
}

/// What `--fault` names.
enum Injected {
    Fault(Fault),
    At(&'static str, Fault),
    Deaf,
    Zombie(Zombie),
}

impl Injected {
    fn inject(&self, fake: &Fake) {
        match self {
            Self::Fault(fault) => {
                fake.always(fault.clone());
            }
            Self::At(path, fault) => {
                fake.at(path, fault.clone());
            }
            Self::Deaf => fake.deaf(),
            Self::Zombie(zombie) => fake.zombie(*zombie),
        }
    }
}

fn injected(name: &str) -> Result<Injected> {
    Ok(Injected::Fault(match name {
        "slow" => Fault::Slow(Duration::from_secs(5)),
        "status-500" => Fault::Status(500),
        "status-503" => Fault::Status(503),
        "status-429" => Fault::Status(429),
        "html" => Fault::Html,
        "closes" => Fault::Closes,
        "endless" => Fault::Endless,
        "lost-answer" => Fault::LostAnswer,
        "nan-body" => Fault::NanBody,
        "dropped-output" => Fault::DroppedOutput,
        "half-file" => Fault::HalfFile,
        "lying-range" => Fault::LyingRange,
        "drips" => Fault::Drips(DRIP),
        "drips-prompt" => return Ok(Injected::At("/prompt", Fault::Drips(DRIP))),
        "drips-view" => return Ok(Injected::At("/view", Fault::Drips(DRIP))),
        "objects-object_info" => return Ok(Injected::At("/object_info", Fault::Json(objects(63)))),
        "objects-queue" => return Ok(Injected::At("/queue", Fault::Json(objects(63)))),
        "objects-history" => return Ok(Injected::At("/history", Fault::Json(objects(63)))),
        "objects-jobs" => return Ok(Injected::At("/jobs", Fault::Json(objects(63)))),
        "large-picture" => Fault::Bytes(picture::png(&picture::figure(7, 6000, 6000, false), &[]).into()),
        "vanished" => Fault::Vanished,
        "huge-picture" => Fault::Bytes(picture::huge(30_000, 30_000).into()),
        "text-picture" => Fault::Bytes("this is a text".into()),
        "input-gone" => Fault::InputGone,
        "node-error" => Fault::NodeError,
        "out-of-memory" => Fault::OutOfMemory,
        "interrupted" => Fault::Interrupted,
        "crash" => Fault::Crash,
        "deaf" => return Ok(Injected::Deaf),
        "zombie-idle" => return Ok(Injected::Zombie(Zombie::Idle)),
        "zombie-stuck" => return Ok(Injected::Zombie(Zombie::Stuck)),
        _ => bail!("no such fault"),
    }))
}

fn run(arguments: &Arguments) {
    let start = |n| {
        let fake = Fake::with(Options { port: arguments.options.port + n, ..arguments.options.clone() });
        arguments.faults.iter().for_each(|fault| fault.inject(&fake));
        fake.foreign_jobs(arguments.foreign, 1.0);
        println!("{}", fake.url());
        fake
    };
    let fakes: Vec<Fake> = (0..arguments.servers).map(start).collect();
    let mut reported = usize::MAX;
    loop {
        let done: usize = fakes.iter().map(|fake| fake.ran().len()).sum();
        if done != reported {
            let asked: usize = fakes.iter().map(Fake::prompts).sum();
            eprintln!("{asked} prompts taken, {done} jobs ended");
            reported = done;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}
