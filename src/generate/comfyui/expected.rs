//! What a request's image has to be: of the size that was asked for, and written for this request.

use crate::words::ask::ComfyAsk;
use crate::workflow::Bound;

/// Classes that make an empty picture of the canvas.
const EMPTY: [&str; 3] = ["EmptyLatentImage", "EmptySD3LatentImage", "EmptyHunyuanLatentVideo"];

/// Classes that leave a picture's size as it is, or make none.
const SAME_SIZE: [&str; 26] = [
    "BasicGuider",
    "BasicScheduler",
    "CLIPLoader",
    "CLIPSetLastLayer",
    "CLIPTextEncode",
    "CheckpointLoaderSimple",
    "ConditioningCombine",
    "ConditioningConcat",
    "ConditioningZeroOut",
    "DualCLIPLoader",
    "FluxGuidance",
    "KSampler",
    "KSamplerAdvanced",
    "KSamplerSelect",
    "LoraLoader",
    "LoraLoaderModelOnly",
    "ModelSamplingDiscrete",
    "PreviewImage",
    "RandomNoise",
    "SamplerCustom",
    "SamplerCustomAdvanced",
    "SaveImage",
    "UNETLoader",
    "VAEDecode",
    "VAEDecodeTiled",
    "VAELoader",
];

/// Latents are whole blocks of pixels: a side may be short by a part of one.
const BLOCK: u32 = 16;

/// A workflow that is not known to keep the size may enlarge a picture by so much in each direction.
const ENLARGED: u64 = 4;

/// The size that an image should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) canvas: [u32; 2],
    /// The workflow makes pictures of the canvas and no others.
    pub(super) exact: bool,
}

impl Expected {
    /// What an ask's graph makes.
    pub(super) fn of(ask: &ComfyAsk, bound: &Bound) -> Self {
        let classes = bound.classes();
        let empty = classes.iter().any(|class| EMPTY.contains(class));
        let known = classes.iter().all(|class| EMPTY.contains(class) || SAME_SIZE.contains(class));
        let exact = empty && known && bound.uses("width") && bound.uses("height");
        Self { canvas: ask.style.canvas, exact }
    }

    /// Whether an image of this size can be the answer.
    pub(super) fn check(&self, size: [u32; 2]) -> Result<(), String> {
        let ([width, height], [asked_width, asked_height]) = (size, self.canvas);
        let fits = |side: u32, asked: u32| side <= asked && asked - side < BLOCK;
        let area = |[width, height]: [u32; 2]| u64::from(width) * u64::from(height);
        let ok = match self.exact {
            true => fits(width, asked_width) && fits(height, asked_height),
            false => area(size) <= area(self.canvas) * ENLARGED * ENLARGED,
        };
        if ok {
            return Ok(());
        }
        Err(format!("its image is {width} x {height}, and {asked_width} x {asked_height} was asked for"))
    }

    /// No image that can be the answer is a larger file.
    pub(super) fn most_bytes(&self) -> u64 {
        let area = u64::from(self.canvas[0]) * u64::from(self.canvas[1]);
        // Sixteen bits a channel, and what a file says beside its pixels.
        area * 8 * if self.exact { 1 } else { ENLARGED * ENLARGED } + (8 << 20)
    }
}

/// The size in the header of a PNG, once that is there.
pub(super) fn png_size(bytes: &[u8]) -> Option<[u32; 2]> {
    let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some([side(16)?, side(20)?])
}

/// Whether an image was written for the prompt with this file prefix. The graph in the file decides, where there is one,
/// else the file's name; a file of another name is ours if its node ran for this prompt.
pub(super) fn is_ours(bytes: &[u8], name: &str, prefix: &str, cached: bool) -> bool {
    let mark = mark(prefix);
    match graph_in(bytes) {
        Some(graph) => graph.windows(mark.len()).any(|part| part == mark.as_bytes()),
        None => name.contains(mark) || !cached,
    }
}

/// The part of a file prefix that no other attempt has.
pub(super) fn mark(prefix: &str) -> &str {
    prefix.rsplit('/').next().unwrap_or(prefix)
}

/// The graph that a server writes into a PNG, before the pixels.
fn graph_in(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let (kind, data) = (rest.get(4..8)?, rest.get(8..8_usize.checked_add(length)?)?);
        match kind {
            b"IDAT" | b"IEND" => return None,
            b"tEXt" => {
                if let Some(text) = data.strip_prefix(b"prompt\0") {
                    return Some(text);
                }
            }
            // Two bytes that say that it is not compressed, then a language and a translated keyword.
            b"iTXt" => {
                if let Some(text) = data.strip_prefix(b"prompt\0\0\0") {
                    return Some(text);
                }
            }
            _ => {}
        }
        rest = rest.get(length.checked_add(12)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(texts: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 24, 16);
        for (keyword, text) in texts {
            encoder.add_text_chunk((*keyword).to_owned(), (*text).to_owned()).unwrap();
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[0; 24 * 16]).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn the_graph_in_a_file_says_for_whom_it_was_written() {
        let own = png(&[("workflow", "{}"), ("prompt", "{\"prefix\": \"dgxp/run/key-nonce\"}")]);
        let other = png(&[("prompt", "{\"prefix\": \"dgxp/run/key-other\"}")]);
        for name in ["key-nonce_00001_.png", "x.png"] {
            assert!(is_ours(&own, name, "dgxp/run/key-nonce", true));
            assert!(!is_ours(&other, name, "dgxp/run/key-nonce", false));
        }
    }

    #[test]
    fn without_a_graph_the_name_decides_or_whether_it_was_written_now() {
        let plain = png(&[]);
        assert!(is_ours(&plain, "key-nonce_00001_.png", "dgxp/run/key-nonce", true));
        assert!(is_ours(&plain, "mine.png", "dgxp/run/key-nonce", false));
        assert!(!is_ours(&plain, "mine.png", "dgxp/run/key-nonce", true));
        assert!(!is_ours(b"", "mine.png", "dgxp/run/key-nonce", true));
    }

    #[test]
    fn a_header_names_the_size_before_the_pixels_come() {
        let bytes = png(&[]);
        assert_eq!(png_size(&bytes[..24]), Some([24, 16]));
        assert_eq!(png_size(&bytes[..23]), None);
    }

    #[test]
    fn what_is_larger_or_of_another_shape_is_not_what_was_asked_for() {
        let exact = Expected { canvas: [1024, 520], exact: true };
        assert!(exact.check([1024, 520]).is_ok() && exact.check([1024, 512]).is_ok());
        for size in [[64, 64], [1024, 1024], [1025, 520], [16_384, 16_384]] {
            assert!(exact.check(size).is_err(), "{size:?}");
        }
        let any = Expected { exact: false, ..exact };
        assert!(any.check([64, 64]).is_ok() && any.check([4096, 2080]).is_ok());
        let message = any.check([8192, 8192]).unwrap_err();
        assert_eq!(message, "its image is 8192 x 8192, and 1024 x 520 was asked for");
    }
}
