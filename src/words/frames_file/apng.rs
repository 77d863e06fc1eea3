//! Animated PNGs. A PNG without animation is one frame.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{AnimationDecoder, ImageDecoder, ImageError, Limits, RgbaImage};

use super::bytes::Bytes;
use super::{DURATION, MOST_FRAMES, Outline, Problem};
use crate::words::image_file::{self, MAX_PIXELS};

/// The length of a PNG's signature.
const SIGNATURE: usize = 8;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Problem> {
    let mut rest = Bytes(bytes);
    rest.take(SIGNATURE)?;
    let (mut size, mut durations, mut count, mut ended) = ([0, 0], Vec::new(), None, false);
    while !rest.0.is_empty() && !ended {
        let length = rest.big_dword()? as usize;
        let kind = rest.take(4)?;
        let mut body = Bytes(rest.take(length)?);
        rest.take(4)?;
        match kind {
            b"IHDR" => size = [body.big_dword()?, body.big_dword()?],
            b"acTL" => count = Some(body.big_dword()? as usize),
            b"fcTL" => durations.push(duration(body)?),
            b"IEND" => ended = true,
            _ => {}
        }
    }
    let Some(count) = count else { return if ended { still(size) } else { Err(Problem::Truncated) } };
    if count > MOST_FRAMES {
        return Err(Problem::Frames(count));
    }
    if !ended || durations.len() < count {
        return Err(Problem::Truncated);
    }
    durations.truncate(count);
    Ok(Outline { size, durations, tags: Vec::new() })
}

fn still(size: [u32; 2]) -> Result<Outline, Problem> {
    Ok(Outline { size, durations: vec![DURATION], tags: Vec::new() })
}

/// The delay in an `fcTL` chunk: a fraction of a second.
fn duration(mut body: Bytes<'_>) -> Result<u32, Problem> {
    body.take(20)?;
    let [over, under] = [body.big_word()?, body.big_word()?].map(u32::from);
    let under = if under == 0 { 100 } else { under };
    let milliseconds = (1000 * over + under / 2) / under;
    Ok(if milliseconds == 0 { DURATION } else { milliseconds.min(u16::MAX.into()) })
}

pub(super) fn frames(bytes: &[u8], wanted: &BTreeSet<usize>) -> Result<BTreeMap<usize, RgbaImage>, Problem> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(8 * MAX_PIXELS);
    let mut decoder = PngDecoder::with_limits(Cursor::new(bytes), limits.clone()).map_err(problem)?;
    decoder.set_limits(limits).map_err(problem)?;
    if !decoder.is_apng().map_err(problem)? {
        let still = image_file::decode(bytes, "").map_err(|error| Problem::Damaged(error.problem.to_string()))?;
        return Ok(wanted.iter().filter(|number| **number == 0).map(|_| (0, still.pixels.clone())).collect());
    }
    let all = decoder.apng().map_err(problem)?.into_frames().enumerate();
    let mut frames = BTreeMap::new();
    for (number, frame) in all.take(wanted.last().map_or(0, |last| last + 1)) {
        let frame = frame.map_err(problem)?;
        if wanted.contains(&number) {
            frames.insert(number, frame.into_buffer());
        }
    }
    Ok(frames)
}

fn problem(error: ImageError) -> Problem {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Problem::Truncated,
        ImageError::Limits(_) => Problem::Pixels,
        error => Problem::Damaged(error.to_string()),
    }
}
