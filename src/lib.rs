//! DGX-Pixels turns a declarative `pixels.toml` into folders of true, reproducible pixel art.
//!
//! Think of it as cargo for pixel art: a manifest, a plan, a lock file, a cache, a deterministic build.
//!
//! ```text
//!  pixels.toml ──> manifest ──> plan <──────────────── lock, what is had (store)
//!                                │  what is ready           ▲
//!                                ▼                          │ fold
//!                            pipeline ──> generate ──> raw ─┤
//!                                │                          │
//!                                ├──────> process  ──> sprites (one grid, one palette a group)
//!                                │            └─> assemble ──> sheets, tiles, mirror images
//!                                └──────> export  ──> files ──> write ──> assets/, pixels.lock
//! ```
//!
//! # Invariants
//!
//! - **Capture, then compute.** A raw is captured once and named by the digest of its pixels. Everything after it is a
//!   pure function: the same bytes on every machine, with any number of threads. No function of the platform's
//!   mathematics library, no parallel sum of floats, no time, host name, hash-map order or environment enters an output.
//! - **Ask and recipe never mix.** Nothing of a [`manifest::Recipe`] is in a [`manifest::Ask`]: a new palette, size,
//!   outline, gate or engine never asks a backend for anything.
//! - **One pure planner.** [`plan::Planner`] does no I/O. A build carries out what it says, folds in what comes, and asks
//!   again for what that touched; the sum is the same as planning everything at once, in whatever order things come.
//! - **Events out.** The core prints nothing: it tells an [`event::Observer`]. Bars, JSON lines and tests are observers.
//! - **One writer.** Only [`export::write`] touches the output folder; what this checkout did not write is never lost.
//! - **A person's pick is kept** until that person lets go of it.
//!
//! # Layers
//!
//! Imports point left, and a test holds them to it:
//!
//! `words <- manifest <- plan <- generate | process | assemble <- export <- store <- pipeline <- cli`
//!
//! The words are [`asset`], [`color`], [`palette`], [`digest`], [`event`], [`raw`], [`sprite`], [`lock`] and
//! [`failpoint`]. Only `manifest` (when it loads), `generate`, `store`, `export::write` and the front ends touch the world.
//!
//! # Servers
//!
//! `generate::fleet` decides which ComfyUI server makes what, and what follows every fault: a state machine that knows neither
//! sockets nor a clock. `generate::comfyui` carries out its orders and tells it what came of them; tokio starts with the first
//! request. Every attempt is in the journal before it is sent, so that the next build finds its picture again.
//!
//! # Restoration alone
//!
//! [`mod@process`] is of use without the rest: a picture in, pixel art out, with figures that tell how sure it is. The
//! program `examples/restore.rs` needs nothing else.

#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod assemble;
pub mod asset;
pub mod cli;
pub mod color;
pub mod digest;
pub mod event;
pub mod export;
pub mod failpoint;
pub mod generate;
pub mod lock;
pub mod manifest;
pub mod palette;
pub mod pipeline;
pub mod plan;
pub mod process;
pub mod raw;
pub mod sprite;
pub mod store;
