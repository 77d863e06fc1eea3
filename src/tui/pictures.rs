//! How images reach the terminal: half blocks, which every terminal shows exactly, or a protocol that it says it has.
//!
//! Protocols are encoded on a thread of their own, at a whole factor, and kept in a bounded cache. Until an image is encoded,
//! half blocks stand in its place.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use image::{DynamicImage, RgbaImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::sixel::Sixel;
use ratatui_image::{Image, Resize};

use super::half_block::{self, Factor};
use super::images::{How, Images};
use super::theme::Depth;
use super::{Art, sixel};
use crate::session::Result;
use crate::threads;
use crate::words::digest::Digest;

/// Encoded images that are kept, and their bytes.
const MOST: usize = 256;
const MOST_BYTES: usize = 12 << 20;

/// The longest side of an image that is made for its room alone, in pixels.
const LONGEST: u32 = 720;

/// Names an encoded image: its pixels, its frame, its room in cells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    digest: Digest,
    frame: usize,
    room: [u16; 2],
}

/// An image that was encoded.
pub struct Encoded {
    key: Key,
    protocol: Option<Protocol>,
    bytes: usize,
}

/// An encoded image, its bytes, and the draw that used it last.
struct Kept {
    protocol: Option<Protocol>,
    bytes: usize,
    used: u64,
}

/// The thread that encodes.
pub(super) struct Encoder(Option<Sender<(Key, Arc<Art>)>>);

impl Encoder {
    /// Starts it where a protocol is used.
    pub(super) fn start(images: &Images, done: impl Fn(Encoded) -> bool + Send + 'static) -> Result<Self> {
        let How::Protocol(picker) = images.how.clone() else { return Ok(Self(None)) };
        let (sender, wanted) = channel::<(Key, Arc<Art>)>();
        let encode = move || {
            for (key, art) in wanted {
                let image = art.frames().get(key.frame);
                let made = image.and_then(|image| encoded(&picker, image, key.room));
                let (protocol, bytes) = made.map_or((None, 0), |(protocol, bytes)| (Some(protocol), bytes));
                if !done(Encoded { key, protocol, bytes }) {
                    return;
                }
            }
        };
        threads::spawn("encoder", encode).map_err(|error| super::no_threads(&error))?;
        Ok(Self(Some(sender)))
    }
}

/// The encoded image, and about how many bytes it has.
fn encoded(picker: &Picker, image: &RgbaImage, room: [u16; 2]) -> Option<(Protocol, usize)> {
    let large = enlarged(image, pixels(picker, room));
    let font = picker.font_size();
    let cells = Size {
        width: short(large.width().div_ceil(font.width.max(1).into())),
        height: short(large.height().div_ceil(font.height.max(1).into())),
    };
    let pixels = large.as_raw().len();
    match picker.protocol_type() {
        // Without the passthrough of tmux, which shows nothing.
        ProtocolType::Sixel => {
            let made = sixel(large, cells)?;
            let bytes = made.data.len();
            Some((Protocol::Sixel(made), bytes))
        }
        // Base64 of the pixels, or of a file of them.
        _ => {
            let made = picker.new_protocol(DynamicImage::ImageRgba8(large), cells, Resize::Fit(None)).ok()?;
            Some((made, pixels / 3 * 4))
        }
    }
}

/// Exact colours where there are registers for them; a photo is quantized.
fn sixel(image: RgbaImage, size: Size) -> Option<Sixel> {
    match sixel::encode(&image, size) {
        Some(data) => Some(Sixel { data, size, is_tmux: false }),
        None => Sixel::new(DynamicImage::ImageRgba8(image), size, false).ok(),
    }
}

fn pixels(picker: &Picker, room: [u16; 2]) -> [u32; 2] {
    let font = picker.font_size();
    [u32::from(room[0]) * u32::from(font.width), u32::from(room[1]) * u32::from(font.height)]
}

/// By the greatest whole factor that has room.
pub(super) fn enlarged(image: &RgbaImage, room: [u32; 2]) -> RgbaImage {
    let factor = Factor::fitting(image.dimensions().into(), room);
    let [width, height] = factor.apply(image.dimensions().into());
    RgbaImage::from_fn(width, height, |x, y| match factor {
        Factor::Times(k) => *image.get_pixel(x / k, y / k),
        Factor::OneOf(k) => *image.get_pixel(x * k, y * k),
    })
}

fn short(n: u32) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// The images on the screen, and those that were encoded for it.
pub struct PictureCache {
    images: Images,
    encoder: Encoder,
    made: HashMap<Key, Kept>,
    /// The bytes of all that were encoded.
    bytes: usize,
    /// The image that was made for its room last.
    view: Option<(Digest, Arc<Art>)>,
    pending: HashSet<Key>,
    /// Counts draws: what was not used for long goes first.
    draws: u64,
    placed: Vec<Rect>,
    before: Vec<Rect>,
    covered: bool,
}

impl PictureCache {
    /// Half blocks or words: nothing is encoded.
    pub fn plain(images: Images) -> Self {
        Self::new(images, Encoder(None))
    }

    pub(super) fn new(images: Images, encoder: Encoder) -> Self {
        Self {
            images,
            encoder,
            made: HashMap::new(),
            bytes: 0,
            view: None,
            pending: HashSet::new(),
            draws: 0,
            placed: Vec::new(),
            before: Vec::new(),
            covered: false,
        }
    }

    /// How images are drawn, in words.
    pub fn says(&self) -> String {
        self.images.says.clone()
    }

    pub(super) fn depth(&self) -> Depth {
        self.images.depth
    }

    pub(super) fn begin(&mut self) {
        self.draws += 1;
        self.before = std::mem::take(&mut self.placed);
    }

    /// Whether an image of the last frame is not where this one has one.
    pub(super) fn moved(&self) -> bool {
        self.before.iter().any(|place| !self.placed.contains(place))
    }

    /// Something is drawn over the images of this frame.
    pub(super) fn cover(&mut self, covered: bool) {
        self.covered = covered;
    }

    pub(super) fn keep(&mut self, made: Encoded) {
        self.pending.remove(&made.key);
        let Encoded { key, protocol, bytes } = made;
        self.bytes += bytes;
        let before = self.made.insert(key, Kept { protocol, bytes, used: self.draws });
        self.bytes -= before.map_or(0, |before| before.bytes);
        // What the present frame shows is never forgotten: it would be encoded again and again.
        while self.made.len() > MOST || self.bytes > MOST_BYTES {
            let old = self.made.iter().filter(|(_, kept)| kept.used < self.draws);
            let Some(oldest) = old.min_by_key(|(_, kept)| kept.used).map(|(key, _)| key.clone()) else { return };
            self.bytes -= self.made.remove(&oldest).map_or(0, |kept| kept.bytes);
        }
    }

    /// The pixels that an area has room for.
    pub(super) fn room(&self, area: Rect) -> [u32; 2] {
        match &self.images.how {
            How::Off | How::Half => [area.width.into(), u32::from(area.height) * 2],
            How::Protocol(picker) => pixels(picker, [area.width, area.height]).map(|side| side.min(LONGEST)),
        }
    }

    /// Draws an image that is made for the area; `key` names it together with the area.
    pub(super) fn draw_made(
        &mut self,
        buffer: &mut Buffer,
        area: Rect,
        key: Digest,
        make: impl FnOnce([u32; 2]) -> RgbaImage,
    ) {
        let room = self.room(area);
        match &self.images.how {
            How::Off => {}
            How::Half => _ = half_block::paint(buffer, area, &make(room), self.images.depth),
            How::Protocol(_) => {
                let kept = self.view.take().filter(|(of, _)| *of == key).map(|(_, art)| art);
                let art = kept.unwrap_or_else(|| Arc::new(Art::still(make(room))));
                self.draw(buffer, area, &art, 0);
                self.view = Some((key, art));
            }
        }
    }

    /// Draws a frame of an image into an area; returns its factor, such as `x4`.
    pub(super) fn draw(&mut self, buffer: &mut Buffer, area: Rect, art: &Arc<Art>, frame: usize) -> Option<String> {
        let image = art.frames().get(frame).or_else(|| art.frames().first())?;
        if area.is_empty() {
            return None;
        }
        let picker = match &self.images.how {
            How::Off => return None,
            How::Half => return Some(half_block::paint(buffer, area, image, self.images.depth)),
            How::Protocol(_) if self.covered => return None,
            How::Protocol(picker) => picker,
        };
        let room = [area.width, area.height];
        let factor = Factor::fitting(art.size(), pixels(picker, room)).text();
        let key = Key { digest: art.digest(), frame, room };
        if !self.made.contains_key(&key) && self.pending.insert(key.clone()) {
            _ = self.encoder.0.as_ref().map(|encoder| encoder.send((key.clone(), Arc::clone(art))));
        }
        // An animation shows another of its frames until this one is encoded.
        let has = |key: &Key| self.made.get(key).is_some_and(|kept| kept.protocol.is_some());
        let other = || (0..art.frames().len()).map(|frame| Key { frame, ..key.clone() }).find(has);
        let Some(key) = Some(key.clone()).filter(has).or_else(other) else {
            half_block::paint(buffer, area, image, self.images.depth);
            return Some(factor);
        };
        if let Some(Kept { protocol: Some(protocol), used, .. }) = self.made.get_mut(&key) {
            *used = self.draws;
            let size = protocol.size();
            let left = area.x + area.width.saturating_sub(size.width) / 2;
            let top = area.y + area.height.saturating_sub(size.height) / 2;
            let place = Rect::new(left, top, size.width, size.height).intersection(area);
            Image::new(protocol).render(place, buffer);
            self.placed.push(place);
        }
        Some(factor)
    }
}

#[cfg(test)]
mod tests {
    use icy_sixel::SixelImage;
    use image::Rgba;

    use super::*;

    /// Opaque and transparent pixels in 32 colours.
    fn sprite() -> RgbaImage {
        RgbaImage::from_fn(16, 13, |x, y| match (x * 7 + y * 3) % 33 {
            0 => Rgba([0, 0, 0, 0]),
            n => Rgba([(n * 8) as u8, (255 - n * 7) as u8, (n * n % 256) as u8, 255]),
        })
    }

    #[test]
    fn a_sprite_comes_back_from_sixel() {
        let large = enlarged(&sprite(), [100, 100]);
        assert_eq!(large.dimensions(), (16 * 6, 13 * 6));
        let cells = Size { width: 16, height: 6 };
        let sixel = sixel(large.clone(), cells).unwrap();
        let start = sixel.data.find("\u{1b}P").unwrap();
        let decoded = SixelImage::decode(&sixel.data.as_bytes()[start..]).unwrap();
        assert_eq!(decoded.width, 96);
        for (x, y, Rgba([r, g, b, a])) in large.enumerate_pixels() {
            let at = (y as usize * decoded.width + x as usize) * 4;
            let found = &decoded.pixels[at..at + 4];
            assert_eq!(*a == 0, found[3] == 0, "{x} {y}: {found:?}");
            if *a > 0 {
                let far = [r, g, b].iter().zip(found).map(|(own, found)| own.abs_diff(*found)).max().unwrap();
                assert!(far <= 2, "{x} {y}: {found:?} is not {:?}", [r, g, b]);
            }
        }
    }

    #[test]
    fn an_image_that_goes_is_cleared() {
        let mut cache = PictureCache::plain(Images::half(Depth::True));
        let place = Rect::new(0, 0, 4, 4);
        cache.placed.push(place);
        cache.begin();
        assert!(cache.moved());
        cache.placed.extend([place, Rect::new(9, 0, 4, 4)]);
        assert!(!cache.moved(), "one more clears nothing");
    }
}
