//! Small pictures beside a table: GitHub shows files of an address, never data in the text.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbaImage;
use image::imageops::{self, FilterType};

use super::{Image, Report, ReportAsset};
use crate::plain_file;
use crate::session::image::write as write_file;
use crate::session::{Existing, Result};
use crate::words::digest::Digest;
use crate::words::file_error::FileResult;
use crate::words::image_file;

/// The longest sides of a picture: of one frame, and of several side by side.
const FRAME: u32 = 96;
const ROW: u32 = 288;

/// No picture is longer, in bytes.
const LONGEST: u64 = 4 << 20;

/// The addresses of an asset's picture as it was and as it is.
pub(super) type Pictures = [Option<String>; 2];

/// Writes the pictures of a report into a folder, each named by its content, and returns their addresses in a table that is
/// written to `table`.
pub(super) fn write(report: &Report, folder: &Path, table: &Path, base: Option<&str>) -> Result<Vec<Pictures>> {
    std::fs::create_dir_all(folder).writing(folder)?;
    let base = base.map_or_else(|| address(folder, table), str::to_owned);
    let base = match base.trim_end_matches('/') {
        "" => String::new(),
        base => format!("{base}/"),
    };
    let one = |asset: &ReportAsset, image: &Option<Image>| -> Result<Option<String>> {
        let Some(png) = image.as_ref().and_then(small) else { return Ok(None) };
        let name = name(asset, &png);
        let path = folder.join(&name);
        if !plain_file::read(&path, LONGEST).is_ok_and(|there| there == png) {
            write_file(&path, &png, Existing::Keep, "report")?;
        }
        Ok(Some(format!("{}{name}", encoded(&base))))
    };
    report.assets.iter().map(|asset| Ok([one(asset, &asset.before)?, one(asset, &asset.image)?])).collect()
}

/// The path of the folder as it is seen from the table.
fn address(folder: &Path, table: &Path) -> String {
    let beside = table.parent().and_then(|parent| folder.strip_prefix(parent).ok()).unwrap_or(folder);
    beside.to_string_lossy().replace('\\', "/")
}

/// A name that is an address and a file everywhere.
fn name(asset: &ReportAsset, png: &[u8]) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = asset.listed.name.chars().take(60).map(|c| if is_plain(c) { c } else { '-' }).collect();
    format!("{}-{name}-{}.png", asset.listed.kind, Digest::of(png).short())
}

/// A strip of frames, cut where it is long, at a whole factor.
fn small(image: &Image) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(image.src.split_once(',')?.1).ok()?;
    let strip: RgbaImage = image_file::decode(&bytes, "").ok()?.pixels;
    let [width, height] = image.size;
    let zoom = (FRAME / width.max(height).max(1)).max(1);
    let frames = (ROW / (width * zoom).max(1)).max(1).min(u32::try_from(image.frames).ok()?);
    let seen = imageops::crop_imm(&strip, 0, 0, width * frames, height).to_image();
    image_file::encode(&imageops::resize(&seen, seen.width() * zoom, seen.height() * zoom, FilterType::Nearest)).ok()
}

/// An address that ends no link and no cell.
fn encoded(address: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&+,;=%".contains(&byte);
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    address.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_seen_from_the_table() {
        let seen = |folder: &str, table: &str| address(Path::new(folder), Path::new(table));
        assert_eq!(seen("out/images", "out/report.md"), "images");
        assert_eq!(seen("images", "report.md"), "images");
        assert_eq!(seen("/var/images", "report.md"), "/var/images");
        assert_eq!(encoded("my images)|x/"), "my%20images%29%7Cx/");
    }
}
