//! Further pictures of the tile that is terrain only, so that no detail stands in every cell.
//!
//! Each is the texture with another part of the same texture quilted into its middle, along paths of least error. The
//! ring at the tile's edge stays, so that all pictures join with all tiles.

use image::{Rgba, RgbaImage};

use crate::words::color::{Lab, Rgb, distance2, oklab};
use crate::words::cut::least_path;

/// How many places of the texture are tried for each picture.
const TRIES: usize = 24;

/// Colours that fewer pixels have, in per mille, are details.
const DETAIL: usize = 60;

/// So many pictures of a texture, each another one; `name` seeds the choice.
pub(super) fn variants(texture: &RgbaImage, count: usize, name: &str) -> Vec<RgbaImage> {
    let mut random = blake3::Hasher::new_derive_key("dgx-pixels variants v1").update(name.as_bytes()).finalize_xof();
    let mut next = |below: u32| {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        u32::from_le_bytes(bytes) % below.max(1)
    };
    let (width, height) = texture.dimensions();
    let labs: Vec<Lab> = texture.pixels().map(|Rgba([r, g, b, _])| oklab(Rgb([*r, *g, *b]))).collect();
    let mut known = vec![texture.clone()];
    for _ in 0..count {
        let tries: Vec<(u64, RgbaImage)> =
            (0..TRIES).map(|_| quilted(texture, &labs, [next(width), next(height)])).collect();
        let fresh = |image: &RgbaImage| known.iter().map(|known| differing(known, image)).min().unwrap_or(0);
        let wanted = (width * height / 12) as usize;
        let best = tries.iter().enumerate().min_by_key(|(at, (cost, image))| {
            let fresh = fresh(image).min(wanted);
            (std::cmp::Reverse(fresh), *cost, *at)
        });
        known.extend(best.map(|(_, (_, image))| image.clone()));
    }
    known.split_off(1)
}

/// How often each picture is to be seen, the texture itself first: the fewer details it has, the more often.
pub(super) fn weights(texture: &RgbaImage, variants: &[RgbaImage]) -> Vec<u32> {
    let pixels = texture.pixels().len();
    let count = |color: [u8; 4]| texture.pixels().filter(|pixel| pixel.0 == color).count();
    let mut colors: Vec<[u8; 4]> = texture.pixels().map(|pixel| pixel.0).collect();
    colors.sort_unstable();
    colors.dedup();
    let details: Vec<[u8; 4]> = colors.into_iter().filter(|color| count(*color) * 1000 < pixels * DETAIL).collect();
    let detail = |image: &RgbaImage| image.pixels().filter(|pixel| details.contains(&pixel.0)).count();
    let all: Vec<usize> = std::iter::once(texture).chain(variants).map(detail).collect();
    let (least, most) = (all.iter().min().copied().unwrap_or(0), all.iter().max().copied().unwrap_or(0));
    all.iter().map(|detail| (1 + 5 * (most - detail) / (most - least).max(1)) as u32).collect()
}

fn differing(a: &RgbaImage, b: &RgbaImage) -> usize {
    a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count()
}

/// The texture with itself, moved, in its middle, and the cost of the cut.
fn quilted(texture: &RgbaImage, labs: &[Lab], [dx, dy]: [u32; 2]) -> (u64, RgbaImage) {
    let (width, height) = texture.dimensions();
    let moved = |x: u32, y: u32| *texture.get_pixel((x + dx) % width, (y + dy) % height);
    let lab = |x: u32, y: u32| labs[(y % height * width + x % width) as usize];
    let cost = |x: u32, y: u32| (distance2(lab(x, y), lab(x + dx, y + dy)) * 65_536.0) as u32;
    let band = |side: u32| (1 + side / 16, (side / 4).max(1));
    let ((ring_x, wide_x), (ring_y, wide_y)) = (band(width), band(height));
    let mut sum = 0;
    // The path in the band along a side, as a distance from that side.
    let mut cut = |length: u32, ring: u32, wide: u32, at: &dyn Fn(u32, u32) -> u32| {
        let costs: Vec<u32> = (0..length)
            .flat_map(|along| (ring..ring + wide).map(move |deep| (along, deep)))
            .map(|(along, deep)| at(along, deep))
            .collect();
        let path = least_path(&costs, wide as usize);
        sum += path.iter().enumerate().map(|(row, at)| u64::from(costs[row * wide as usize + at])).sum::<u64>();
        path.into_iter().map(|at| ring + at as u32).collect::<Vec<u32>>()
    };
    let north = cut(width, ring_y, wide_y, &|along, deep| cost(along, deep));
    let south = cut(width, ring_y, wide_y, &|along, deep| cost(along, height - 1 - deep));
    let west = cut(height, ring_x, wide_x, &|along, deep| cost(deep, along));
    let east = cut(height, ring_x, wide_x, &|along, deep| cost(width - 1 - deep, along));
    let image = RgbaImage::from_fn(width, height, |x, y| {
        let (column, row) = (x as usize, y as usize);
        let within =
            y >= north[column] && height - 1 - y >= south[column] && x >= west[row] && width - 1 - x >= east[row];
        if within { moved(x, y) } else { *texture.get_pixel(x, y) }
    });
    (sum, image)
}
