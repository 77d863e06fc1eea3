//! GIFs: frames are laid upon each other as their disposal says.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, DisposalMethod, Frame, MemoryLimit};
use image::{Rgba, RgbaImage};

use super::{DURATION, MOST_FRAMES, Outline, Problem, check_size};
use crate::words::image_file::MAX_PIXELS;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Problem> {
    let mut options = options();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(bytes).map_err(problem)?;
    let mut durations = Vec::new();
    while let Some(frame) = decoder.next_frame_info().map_err(problem)? {
        durations.push(if frame.delay == 0 { DURATION } else { 10 * u32::from(frame.delay) });
        if durations.len() > MOST_FRAMES {
            return Err(Problem::Frames(durations.len()));
        }
    }
    Ok(Outline { size: size(&decoder), durations, tags: Vec::new() })
}

pub(super) fn frames(bytes: &[u8], wanted: &BTreeSet<usize>) -> Result<BTreeMap<usize, RgbaImage>, Problem> {
    let mut decoder = options().read_info(bytes).map_err(problem)?;
    let [width, height] = size(&decoder);
    check_size([width, height])?;
    let mut canvas = RgbaImage::new(width, height);
    let mut frames = BTreeMap::new();
    let mut number = 0;
    while let Some(frame) = decoder.read_next_frame().map_err(problem)? {
        let before = (frame.dispose == DisposalMethod::Previous).then(|| canvas.clone());
        draw(&mut canvas, frame, |pixel| Some(pixel).filter(|pixel| pixel.0[3] > 0));
        if wanted.contains(&number) {
            frames.insert(number, canvas.clone());
        }
        match before {
            Some(before) => canvas = before,
            None if frame.dispose == DisposalMethod::Background => draw(&mut canvas, frame, |_| Some(Rgba([0; 4]))),
            None => {}
        }
        number += 1;
        if wanted.last().is_none_or(|last| number > *last) {
            break;
        }
    }
    Ok(frames)
}

/// Puts the pixels of a frame on the canvas where `shown` gives one.
fn draw(canvas: &mut RgbaImage, frame: &Frame<'_>, shown: impl Fn(Rgba<u8>) -> Option<Rgba<u8>>) {
    let width = usize::from(frame.width).max(1);
    for (i, pixel) in frame.buffer.as_chunks::<4>().0.iter().enumerate() {
        let [x, y] = [usize::from(frame.left) + i % width, usize::from(frame.top) + i / width].map(|at| at as u32);
        if let (Some(pixel), Some(place)) = (shown(Rgba(*pixel)), canvas.get_pixel_mut_checked(x, y)) {
            *place = pixel;
        }
    }
}

fn options() -> DecodeOptions {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(NonZeroU64::new(4 * MAX_PIXELS).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes));
    options
}

fn size<R: std::io::Read>(decoder: &Decoder<R>) -> [u32; 2] {
    [decoder.width(), decoder.height()].map(u32::from)
}

fn problem(error: DecodingError) -> Problem {
    match error {
        DecodingError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Problem::Truncated,
        DecodingError::MemoryLimit => Problem::Pixels,
        error => Problem::Damaged(error.to_string()),
    }
}
