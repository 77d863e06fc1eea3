//! A ComfyUI server that needs no model, for demos and experiments: `cargo run -p fake-comfyui -- --port 8188 --seconds 0.5`.
//!
//! It speaks a real server's protocol and draws shapes that depend on the graph alone. `--servers N` starts N of them
//! on consecutive ports. `--fault NAME` (see `--help`) injects a fault until the end.

use std::time::Duration;

use fake_comfyui::fault::{Fault, objects};
use fake_comfyui::{Fake, Options, Zombie, picture};

const HELP: &str = "usage: fake-comfyui [--port 8188] [--servers 1] [--seconds 0.5] [--size WxH] [--base /path]
                    [--bearer TOKEN] [--newer] [--previews] [--cache-all] [--fault NAME].. [--foreign JOBS]
faults: slow status-500 status-503 status-429 html closes endless lost-answer nan-body dropped-output half-file vanished
        drips drips-prompt drips-view lying-range objects-NAME huge-picture large-picture text-picture node-error out-of-memory interrupted crash deaf zombie-idle zombie-stuck";

/// A byte of a dripping answer comes so often.
const DRIP: Duration = Duration::from_millis(200);

struct Arguments {
    options: Options,
    servers: u16,
    faults: Vec<String>,
    foreign: usize,
}

fn main() {
    match arguments() {
        Ok(arguments) => run(&arguments),
        Err(message) => {
            eprintln!("{message}\n{HELP}");
            std::process::exit(2);
        }
    }
}

fn arguments() -> Result<Arguments, String> {
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
                let value = rest.next().ok_or_else(|| format!("`{name}` needs a value or is unknown"))?;
                let wrong = |_| format!("`{name} {value}`: not a number");
                match name.as_str() {
                    "--port" => options.port = value.parse().map_err(wrong)?,
                    "--servers" => servers = value.parse().map_err(wrong)?,
                    "--foreign" => foreign = value.parse().map_err(wrong)?,
                    "--seconds" => options.seconds = value.parse().map_err(|_| format!("`{value}` is not a number"))?,
                    "--size" => options.size = Some(size(&value)?),
                    "--base" => options.base = value.leak(),
                    "--bearer" => options.authorization = Some(format!("Bearer {value}").leak()),
                    "--fault" => faults.push(value),
                    _ => return Err(format!("`{name}` is unknown")),
                }
            }
        }
    }
    Ok(Arguments { options, servers, faults, foreign })
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let pair = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    pair.ok_or_else(|| format!("`{text}` is not a size such as 64x64"))
}

fn inject(fake: &Fake, name: &str) {
    let fault = match name {
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
        "drips-prompt" => {
            fake.at("/prompt", Fault::Drips(DRIP));
            return;
        }
        "drips-view" => {
            fake.at("/view", Fault::Drips(DRIP));
            return;
        }
        "objects-object_info" => {
            fake.at("/object_info", Fault::Json(objects(63)));
            return;
        }
        "objects-queue" => {
            fake.at("/queue", Fault::Json(objects(63)));
            return;
        }
        "objects-history" => {
            fake.at("/history", Fault::Json(objects(63)));
            return;
        }
        "objects-jobs" => {
            fake.at("/jobs", Fault::Json(objects(63)));
            return;
        }
        "large-picture" => Fault::Bytes(picture::png(&picture::figure(7, 6000, 6000, false), &[]).into()),
        "vanished" => Fault::Vanished,
        "huge-picture" => Fault::Bytes(picture::huge(30_000, 30_000).into()),
        "text-picture" => Fault::Bytes("this is a text".into()),
        "node-error" => Fault::NodeError,
        "out-of-memory" => Fault::OutOfMemory,
        "interrupted" => Fault::Interrupted,
        "crash" => Fault::Crash,
        "deaf" => return fake.deaf(),
        "zombie-idle" => return fake.zombie(Zombie::Idle),
        "zombie-stuck" => return fake.zombie(Zombie::Stuck),
        other => {
            eprintln!("`{other}` is not a fault\n{HELP}");
            std::process::exit(2);
        }
    };
    fake.always(fault);
}

fn run(arguments: &Arguments) {
    let start = |n| {
        let fake = Fake::with(Options { port: arguments.options.port + n, ..arguments.options.clone() });
        arguments.faults.iter().for_each(|fault| inject(&fake, fault));
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
