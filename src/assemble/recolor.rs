//! A group in other colours.

use std::collections::BTreeMap;

use image::RgbaImage;

use crate::words::color::Rgb;
use crate::words::sprite::{Restoration, Sprites};

/// Every frame with some of its colours exchanged, all at once; alpha stays.
pub fn recolor(sprites: &Sprites, colors: &[(Rgb, Rgb)]) -> Sprites {
    let to: BTreeMap<Rgb, Rgb> = colors.iter().copied().collect();
    let exchanged = |color: Rgb| to.get(&color).copied().unwrap_or(color);
    let frame = |frame: &RgbaImage| {
        let mut frame = frame.clone();
        for pixel in frame.pixels_mut().filter(|pixel| pixel.0[3] > 0) {
            let [r, g, b, alpha] = pixel.0;
            let [r, g, b] = exchanged(Rgb([r, g, b])).0;
            pixel.0 = [r, g, b, alpha];
        }
        frame
    };
    let mut palette: Vec<Rgb> = Vec::new();
    for color in sprites.found.palette.iter().map(|color| exchanged(*color)) {
        if !palette.contains(&color) {
            palette.push(color);
        }
    }
    Sprites {
        frames: sprites.frames.iter().map(frame).collect(),
        found: Restoration { palette, ..sprites.found.clone() },
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn colours_can_change_places() {
        let [red, blue, green] = [Rgb([200, 0, 0]), Rgb([0, 0, 200]), Rgb([0, 200, 0])];
        let pixel = |Rgb([r, g, b]): Rgb, alpha| Rgba([r, g, b, alpha]);
        let image = |colors: [Rgb; 3]| {
            let mut image = RgbaImage::new(4, 1);
            colors.iter().enumerate().for_each(|(x, color)| image.put_pixel(x as u32, 0, pixel(*color, 255 - x as u8)));
            image
        };
        let found = Restoration { palette: vec![red, blue, green], ..Restoration::default() };
        let sprites = Sprites { frames: vec![image([red, blue, green])], found };
        let swapped = recolor(&sprites, &[(red, blue), (blue, red)]);
        assert_eq!(swapped.frames, [image([blue, red, green])]);
        assert_eq!(swapped.found.palette, [blue, red, green]);
        assert_eq!(recolor(&sprites, &[(red, green)]).found.palette, [green, blue]);
    }
}
