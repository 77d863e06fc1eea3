//! The crate in headless apps. Nothing here needs a GPU, a window or the network.

mod game;
mod index;
mod player;
mod reload;
mod terrain;
