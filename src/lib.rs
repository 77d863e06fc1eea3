//! DGX-Pixels turns a declarative `pixels.toml` into folders of true, reproducible pixel art.
//!
//! Think of it as cargo for pixel art: a manifest, a plan, a lock file, a cache, a deterministic build.
//!
//! ```text
//!  pixels.toml ──> manifest ──> plan <──────────────── lock and local state (store)
//!                                │  ready work              ▲
//!                                ▼                          │ fold
//!                             session ──> generate ──> raw ─┤
//!                                │                          │
//!                                ├──────> process  ──> sprites (one grid and one palette for each group)
//!                                │            └─> assemble ──> sheets, tiles, mirrored sprites
//!                                └──────> export  ──> files ──> write ──> assets/, pixels.lock
//! ```
//!
//! # Invariants
//!
//! - **Capture, then compute.** A raw is captured once and named by the digest of its pixels. Everything after it is a
//!   pure function: the same bytes on every machine, with any number of threads. No function of the platform's
//!   mathematics library, no parallel sum of floats, no time, host name, hash-map order or environment enters an output.
//! - **Ask and recipe are independent.** Nothing of a [`words::recipe::Recipe`] is in a [`words::ask::Ask`]: a new palette,
//!   size, outline, gate or engine never sends a request to a backend.
//! - **One pure planner.** [`plan::Planner`] does no I/O. A build carries out the plan, folds results in as they arrive, and
//!   plans again what they touched; the result equals planning everything at once, whatever the order of arrival.
//! - **Events out.** The core prints nothing: it sends events to a [`words::event::Observer`]. Progress bars, JSON lines and
//!   tests are observers.
//! - **One writer.** Only [`export::write`] touches the output folder; files that this checkout did not write are never lost.
//! - **One order of flush and rename.** What costs a request or was written by hand is replaced by [`draft`] alone, so that
//!   neither a kill nor a power cut loses it.
//! - **A user's pick is kept** until the user releases it.
//!
//! # Layers
//!
//! Imports point left, and a test enforces it:
//!
//! `words <- workflow <- manifest | plan | generate | process | assemble | export | store <- session <- serve | mcp | tui`
//! `<- cli`
//!
//! [`words`] are plain data and arithmetic. [`workflow`] handles ComfyUI graphs as data. The stages (between the bars) know
//! the words and not each other. [`session`] holds every use case; front ends parse arguments, call it and show what it
//! returns. Only `manifest` (when it loads), `generate`, `store`, `export::write`, the session and the front ends do I/O, and
//! all of them open files through [`plain_file`].
//!
//! # Servers
//!
//! `generate::comfyui::Servers` keeps connections and what is known of each server over many builds; each build submits a
//! `generate::Batch`. The scheduler in it is a state machine without sockets or clock; the driver executes its actions and
//! reports what happened; tokio starts with the first request. Every attempt is journalled before it is sent, so that the
//! next build finds its image again.
//!
//! # Front ends
//!
//! `serve` (HTTP, and the review page) and `mcp` (assistants) stand beside each other, each behind a cargo feature that is on
//! by default; `cli` parses the command line and starts them. They share one open project: its queue of jobs, its numbered
//! events with a snapshot for those who join late, and the types that every use case returns. What costs GPU time over
//! MCP needs the token of a plan that the caller has seen (`session::Consents`). Jobs survive a restart, whoever
//! asked for them. The training worker is a program in Python beside all this; `generate::worker` speaks with it over ZeroMQ.
//!
//! `tui` is a screen in the terminal over the same project. Its state is one value that inputs change and that returns effects;
//! threads carry the effects out by use cases of the session, and images are encoded beside them, so that a frame is
//! drawn within a millisecond whatever a build does.
//!
//! # Restoration alone
//!
//! [`mod@process`] is of use without the rest: an image in, pixel art out, with metrics that say how reliable it is. The
//! program `examples/restore.rs` uses nothing else.

#![deny(missing_docs, unreachable_pub)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
#![deny(clippy::disallowed_macros, clippy::disallowed_methods)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods))]

pub mod assemble;
pub mod cli;
pub mod draft;
pub mod export;
pub mod failpoint;
pub mod generate;
pub mod manifest;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod plain_file;
pub mod plan;
pub mod process;
#[cfg(feature = "serve")]
pub mod serve;
pub mod session;
pub mod store;
pub mod threads;
#[cfg(feature = "tui")]
pub mod tui;
pub mod words;
pub mod workflow;
