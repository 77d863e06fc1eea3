//! `dgx-pixels tileset`: whether the tiles of a sheet join.

use super::args::{Global, TilesetArgs, TilesetCommand, TilesetVerify};
use super::{Exit, report, style};
use crate::session::tileset::{Sheet, Verified, verify};
use crate::session::{self, Error};
use crate::words::layout::Layout;

/// Runs the subcommand.
pub(super) fn run(global: &Global, args: &TilesetArgs) -> session::Result<Exit> {
    let TilesetCommand::Verify(args) = &args.command;
    let verified = verify(&sheet(args)?)?;
    report::value(global, "tileset-verified", &verified, |verified| {
        if verified.fault.is_none() {
            style::out(&line(verified));
        }
    });
    let Some(fault) = &verified.fault else { return Ok(Exit::Success) };
    let shown = verified.drawn.as_ref().map_or_else(String::new, |drawn| format!("; `{drawn}` shows it"));
    style::error(&format!("`{}`: {fault}{shown}", verified.image), Some(fault.hint()));
    Ok(Exit::Gate)
}

fn sheet(args: &TilesetVerify) -> session::Result<Sheet> {
    let layout = Layout::ALL.into_iter().find(|layout| layout.word() == args.layout);
    let layout = layout.ok_or_else(|| Error::internal(format!("`{}` is not a layout", args.layout)))?;
    let (image, draw) = (args.image.clone(), args.draw.clone());
    Ok(Sheet { image, layout, tile: session::tileset::size(&args.tile)?, draw })
}

fn line(Verified { image, lattice, proof, .. }: &Verified) -> String {
    let image = style::paint(style::NAME, image);
    let (margin, spacing) = (lattice.margin, lattice.spacing);
    let counts = proof.as_ref().map_or_else(String::new, |proof| {
        let tiles = style::count(proof.tiles as usize, "tile", "tiles");
        format!("{tiles} join in all {} ways, at {} seams", proof.ways, proof.seams)
    });
    format!("{image}  {counts} (margin {margin}, spacing {spacing})")
}
