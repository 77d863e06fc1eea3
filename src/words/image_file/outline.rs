//! What the headers of an image say, without decoding it.

pub(super) fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

/// What the markers of a JPEG say, without decoding it.
#[derive(Default)]
pub(super) struct JpegOutline {
    /// Width, height and number of components from the frame header.
    pub(super) frame: Option<[u32; 3]>,
    /// Whether an end marker follows a scan. Decoders fill missing data with grey without an error.
    pub(super) ends: bool,
}

pub(super) fn jpeg_outline(bytes: &[u8]) -> JpegOutline {
    let mut outline = JpegOutline::default();
    let (mut at, mut scanned) = (2, false);
    while let Some(pair) = bytes.get(at..at + 2) {
        let &[0xff, marker] = pair else {
            at += 1;
            continue;
        };
        match marker {
            0xd9 => {
                outline.ends = scanned;
                break;
            }
            // Stuffed bytes, fill bytes and restart markers have no length.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            0xff => at += 1,
            _ => {
                let Some(segment) = bytes.get(at + 2..) else { break };
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) && segment.len() >= 8 {
                    outline.frame = Some([big_endian(&segment[5..7]), big_endian(&segment[3..5]), segment[7].into()]);
                }
                scanned |= marker == 0xda;
                let length = segment.get(..2).map_or(2, big_endian).max(2);
                at += 2 + length as usize;
            }
        }
    }
    outline
}

/// Whether a WebP has a lossy (VP8) image chunk.
pub(super) fn webp_is_lossy(bytes: &[u8]) -> bool {
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        if head.starts_with(b"VP8L") {
            return false;
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        at = at.saturating_add(8).saturating_add(length).saturating_add(length & 1);
    }
    true
}
