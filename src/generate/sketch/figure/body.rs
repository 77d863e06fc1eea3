//! The measures of a figure in cells, and its pen: boxes and lines that a look to the left mirrors before they are lit.

use crate::generate::sketch::canvas::{Canvas, Mask};

/// The measures of a figure, in cells: broad head, short limbs.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// Twice the column of the middle axis.
    axis2: i32,
    /// One past the lowest row.
    pub ground: i32,
    /// Width and height of the head.
    pub head: (i32, i32),
    /// Width and height of the trunk without arms.
    pub torso: (i32, i32),
    /// Length of the legs.
    pub leg: i32,
    /// Width of an arm.
    pub limb: i32,
    /// Rows kept above the head for what is worn on it.
    pub crest: i32,
    /// Columns of the frame.
    pub width: i32,
    west: bool,
}

impl Body {
    /// Fits a figure into the canvas' frame; `tall` heads keep a sixth of it for a hat.
    pub(crate) fn fit(canvas: &Canvas, tall: bool) -> Self {
        let [fx, fy, fw, fh] = canvas.frame();
        let whole = fh.min(fw * 5 / 3).max(4);
        let crest = match (tall, whole) {
            (false, _) => 0,
            (true, ..15) => 1,
            (true, _) => whole / 7,
        };
        let height = whole - crest;
        let share = match height {
            ..15 => 46,
            15..26 => 43,
            26..38 => 41,
            _ => 38,
        };
        let even = |v: i32| v.max(1) + (v.max(1) + fw) % 2;
        let head = ((height * share + 50) / 100).max(2);
        let leg = (height * 26 / 100).max(1);
        let head_width = even(if height < 26 { head + head / 8 } else { head }).min(fw);
        let torso_width = even(head_width * 2 / 3).min(fw);
        Self {
            axis2: 2 * fx + fw,
            ground: fy + fh,
            head: (head_width, head),
            torso: (torso_width, (height - head - leg).max(1)),
            leg,
            limb: ((torso_width + 2) / 4).max(1),
            crest,
            width: fw,
            west: false,
        }
    }

    /// The same figure, looking to the left.
    pub(crate) fn mirrored(self, west: bool) -> Self {
        Self { west, ..self }
    }

    /// The left column of a centred box.
    pub(crate) fn left(&self, width: i32) -> i32 {
        (self.axis2 - width).div_euclid(2)
    }

    /// The top row of the trunk of a body that stands upright.
    pub(crate) fn torso_top(&self) -> i32 {
        self.ground - self.leg - self.torso.1
    }

    /// The top row of the head of a body that stands upright.
    pub(crate) fn head_top(&self) -> i32 {
        self.torso_top() - self.head.1
    }

    /// A box of cells.
    pub(crate) fn rect(&self, canvas: &Canvas, x: i32, y: i32, w: i32, h: i32, round: i32) -> Mask {
        let x = if self.west { self.axis2 - x - w } else { x };
        canvas.cells_rect(x, y, w, h, round)
    }

    /// A shape from a test of cells.
    pub(crate) fn shape(&self, canvas: &Canvas, inside: impl Fn(i32, i32) -> bool) -> Mask {
        canvas.cells_shape(|x, y| inside(self.column(x), y))
    }

    /// The column that a column of the figure has on the canvas, and back.
    pub(crate) fn column(&self, x: i32) -> i32 {
        if self.west { self.axis2 - 1 - x } else { x }
    }

    /// A line between the middles of two cells, `width` cells thick.
    pub(crate) fn line(&self, canvas: &Canvas, a: (i32, i32), b: (i32, i32), width: i32) -> Mask {
        // Even widths have their middle between two cells.
        let shift = if width % 2 == 0 { 8 } else { 0 };
        let fine = |(x, y): (i32, i32)| (i64::from(x * 16 - shift), i64::from(y * 16));
        let ((ax, ay), (bx, by)) = (fine(a), fine(b));
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).max(1);
        let reach = i64::from(width * 8 + if width > 1 { 1 } else { 2 });
        self.shape(canvas, |x, y| {
            let (x, y) = (i64::from(x * 16), i64::from(y * 16));
            let along = ((x - ax) * dx + (y - ay) * dy).clamp(0, length);
            let (px, py) = (ax + dx * along / length, ay + dy * along / length);
            (x - px) * (x - px) + (y - py) * (y - py) <= reach * reach
        })
    }
}
