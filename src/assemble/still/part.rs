//! The pixels of a sprite that a mask or rectangles name.

use std::collections::BTreeMap;

use image::{Rgba, RgbaImage};

use super::StillError;
use super::art::{at, lightness};
use crate::words::motion::Region;

/// From this lightness, or alpha, on a pixel of a mask is part of it.
const LIT: i32 = 128;

/// Whether a place lies in a region.
type IsInside<'a> = Box<dyn Fn([u32; 2]) -> bool + 'a>;

/// The opaque pixels of a sprite in a region, in reading order; `None` if they are to be looked for.
pub(super) fn pixels(
    rest: &RgbaImage,
    region: &Region,
    masks: &BTreeMap<String, RgbaImage>,
) -> Result<Option<Vec<[i32; 2]>>, StillError> {
    let sprite = [rest.width(), rest.height()];
    let (is_inside, part): (IsInside<'_>, String) = match region {
        Region::Found => return Ok(None),
        Region::Mask(path) => {
            let mask = masks.get(path).ok_or(StillError::Empty)?;
            if mask.dimensions() != rest.dimensions() {
                let mask = [mask.width(), mask.height()];
                return Err(StillError::MaskSize { path: path.clone(), mask, sprite });
            }
            // A part that was cut out of the sprite may be dark; where all is opaque, black stays.
            let cut_out = mask.pixels().any(|Rgba([.., alpha])| i32::from(*alpha) < LIT);
            let is_lit = move |pixel: Rgba<u8>| if cut_out { pixel.0[3].into() } else { lightness(pixel) } >= LIT;
            (Box::new(move |[x, y]| is_lit(*mask.get_pixel(x, y))), format!("the mask `{path}`"))
        }
        Region::Rectangles(all) => {
            let outside = all.iter().find(|[x, y, w, h]| x + w > sprite[0] || y + h > sprite[1]);
            if let Some(one) = outside {
                return Err(StillError::Outside { part: format!("{one:?}"), sprite });
            }
            let holds = |[x, y]: [u32; 2]| {
                all.iter().any(|[left, top, w, h]| (*left..left + w).contains(&x) && (*top..top + h).contains(&y))
            };
            let names: Vec<String> = all.iter().map(|one| format!("{one:?}")).collect();
            (Box::new(holds), names.join(", "))
        }
    };
    let places = (0..sprite[1]).flat_map(|y| (0..sprite[0]).map(move |x| [x, y]));
    let held = places.filter(|place| is_inside(*place)).map(|place| place.map(|at| at as i32));
    let found: Vec<[i32; 2]> = held.filter(|place| at(rest, *place).is_some()).collect();
    if found.is_empty() { Err(StillError::NoPixel { part }) } else { Ok(Some(found)) }
}
