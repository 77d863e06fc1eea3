//! Outlines, drawn in colours of the palette.

use crate::words::color::{Lab, distance2};
use crate::words::recipe::Outline;

use super::picture::{NEIGHBORS_4, Picture};

/// The least difference in OKLab lightness between a colour and its darker companion.
const DARKER: f32 = 0.04;

/// Draws the outline around or into the solid pixels of the subject; a shadow or a glow has none.
pub(super) fn outline(picture: &mut Picture, labs: &[Lab], outline: Outline, solid: impl Fn(u16) -> bool) {
    if outline == Outline::None {
        return;
    }
    let Some(darkest) = (0..labs.len()).reduce(|a, b| if labs[b][0] < labs[a][0] { b } else { a }) else { return };
    let before = picture.clone();
    for (i, (x, y, index)) in before.enumerate_pixels().enumerate() {
        let touches = |clear: bool| NEIGHBORS_4.iter().any(|(dx, dy)| solid(before.at(x + dx, y + dy)) != clear);
        picture.pixels[i] = match outline {
            Outline::Outer if !solid(index) && touches(false) => darkest as u16,
            Outline::Inner if solid(index) && touches(true) => darkest as u16,
            Outline::Selective if solid(index) && touches(true) => darker(labs, index, darkest),
            _ => index,
        };
    }
}

/// The nearest colour that is darker than `index` by at least [`DARKER`]; the darkest colour if there is none.
fn darker(labs: &[Lab], index: u16, darkest: usize) -> u16 {
    let own = labs[usize::from(index)];
    let below = (0..labs.len()).filter(|&i| labs[i][0] + DARKER <= own[0]);
    let nearer = |a: usize, b: usize| if distance2(labs[b], own) < distance2(labs[a], own) { b } else { a };
    below.reduce(nearer).unwrap_or(darkest) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{CLEAR, drawn, text};

    fn after(kind: Outline) -> Vec<String> {
        let labs = [[0.1, 0.0, 0.0], [0.5, 0.0, 0.0], [0.8, 0.0, 0.0]];
        let mut picture = drawn(&[".....", ".222.", ".222.", ".111.", "....."]);
        outline(&mut picture, &labs, kind, |index| index != CLEAR);
        text(&picture)
    }

    #[test]
    fn each_outline_is_drawn_where_it_belongs() {
        assert_eq!(after(Outline::None), [".....", ".222.", ".222.", ".111.", "....."]);
        assert_eq!(after(Outline::Outer), [".000.", "02220", "02220", "01110", ".000."]);
        assert_eq!(after(Outline::Inner), [".....", ".000.", ".020.", ".000.", "....."]);
        assert_eq!(after(Outline::Selective), [".....", ".111.", ".121.", ".000.", "....."]);
    }
}
