//! Microsoft's RIFF `.pal`: a `data` chunk of a version, a count, and four bytes a colour.

use crate::words::color::Rgb;

use super::cursor::Cursor;
use super::{PaletteError, Parsed};

const NAME: &str = "RIFF palette";

/// Whether the file starts as a RIFF palette does.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"PAL ")
}

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, PaletteError> {
    let data = chunk(bytes).ok_or_else(|| PaletteError::damaged(NAME, "it has no `data` chunk"))?;
    let mut data = Cursor(data);
    let count = data.u16_le().and_then(|_version| data.u16_le());
    let count = usize::from(count.ok_or_else(|| PaletteError::damaged(NAME, "its header is cut off"))?);
    let colors = data.0.as_chunks::<4>().0;
    if colors.len() < count {
        let problem = format!("it announces {count} colours and has {}", colors.len());
        return Err(PaletteError::damaged(NAME, problem));
    }
    let colors = colors[..count].iter().map(|[r, g, b, _]| Rgb([*r, *g, *b])).collect();
    Ok(Parsed { colors, ..Parsed::default() })
}

/// The content of the first `data` chunk; its length may be wrong, as some programs write it.
fn chunk(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = Cursor(bytes.get(12..)?);
    loop {
        let kind = rest.take(4)?;
        let length = rest.len_le()?;
        if kind == b"data" {
            return Some(&rest.0[..length.min(rest.0.len())]);
        }
        rest.take(length.saturating_add(length & 1))?;
    }
}
