//! What a look at pictures searches.

/// The size of the pictures and the range of pitches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// Pixels of the canvas per raw pixel.
    pub scale: f64,
    /// The shortest and the longest pitch, in pixels of the canvas.
    pub pitches: [f64; 2],
}

impl Scope {
    /// Raws as they are.
    pub(super) const RAW: Self = Self { scale: 1.0, pitches: [3.0, f64::INFINITY] };
    /// Raws enlarged twice, of which only cells of 2 to 3.5 raw pixels are searched.
    pub(super) const ENLARGED: Self = Self { scale: 2.0, pitches: [4.0, 7.0] };

    /// Whether a pitch is searched.
    pub(super) fn contains(self, pitch: f64) -> bool {
        (self.pitches[0]..=self.pitches[1]).contains(&pitch)
    }

    /// A pitch in raw pixels.
    pub(super) fn raw(self, pitch: [f64; 2]) -> [f64; 2] {
        pitch.map(|pitch| pitch / self.scale)
    }
}
