//! This machine: processor, memory, and what the driver says of its GPU.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sysinfo::System;

use super::effect::Machine;
use super::text_field::line;

/// A driver that hangs is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at the machine.
pub(super) struct Gauge {
    /// Nothing where the system tells nothing of itself.
    system: Option<System>,
    /// The driver's program was not there.
    no_gpu: bool,
}

impl Gauge {
    pub(super) fn new() -> Self {
        Self { system: System::new().ok(), no_gpu: false }
    }

    pub(super) fn look(&mut self) -> Machine {
        let gpu = if self.no_gpu { None } else { gpu() };
        self.no_gpu = gpu.is_none();
        let Some(system) = &mut self.system else { return Machine { gpu, ..Machine::default() } };
        system.refresh_cpu_usage();
        system.refresh_memory();
        Machine {
            processor: system.global_cpu_usage().round().clamp(0.0, 100.0) as u64,
            memory: [system.used_memory() >> 20, system.total_memory() >> 20],
            gpu,
        }
    }
}

/// Load, temperature and power; nothing where there is no such GPU.
fn gpu() -> Option<[String; 3]> {
    let mut command = Command::new("nvidia-smi");
    command.args(["--query-gpu=utilization.gpu,temperature.gpu,power.draw", "--format=csv,noheader,nounits"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let began = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if began.elapsed() > PATIENCE {
            _ = child.kill();
            _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut text = String::new();
    child.stdout.take()?.take(4096).read_to_string(&mut text).ok()?;
    let mut words = text.lines().next()?.split(',').map(|word| line(word.trim()));
    Some([words.next()?, words.next()?, words.next()?])
}
