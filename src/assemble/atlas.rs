//! Frames of any size packed into pages. None is rotated or trimmed, and frames with equal pixels lie on a page once.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use blake3::Hash;
use guillotiere::{AllocatorOptions, SimpleAtlasAllocator, size2};
use image::RgbaImage;
use rayon::prelude::*;

use crate::words::atlas::Packing;
use crate::words::sheet::Rect;

use super::AssembleError;
use super::sheet::place;

/// A page that does not hold all frames is enlarged by one part in so many.
const GROWTH: u32 = 256;

/// Up to so many frames, pages that are wider than high are tried as well.
const FEW: usize = 256;

/// The shapes of pages: width and height.
const SHAPES: [[u32; 2]; 4] = [[1, 1], [4, 3], [2, 1], [4, 1]];

/// How large and small rectangles are told apart, so that nothing depends on a default.
const OPTIONS: AllocatorOptions =
    AllocatorOptions { alignment: size2(1, 1), small_size_threshold: 32, large_size_threshold: 256 };

/// A page and what lies on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its image.
    pub image: RgbaImage,
    /// The frames on it: the number of the member, that of its frame, and the place.
    pub frames: Vec<(usize, usize, Rect)>,
}

/// Packs the frames of all members. The frames of one lie on one page where a page holds them; pages are filled in the
/// order of the members.
///
/// # Errors
/// There is no frame, or a page does not hold one.
pub fn atlas(members: &[&[RgbaImage]], packing: &Packing) -> Result<Vec<Page>, AssembleError> {
    let frames = |member: usize| (0..members[member].len()).map(move |frame| (member, frame));
    for (member, frame) in (0..members.len()).flat_map(frames) {
        let (width, height) = members[member][frame].dimensions();
        if !packing.holds([width, height]) {
            return Err(AssembleError::Page { member, size: [width, height], side: packing.side });
        }
    }
    let digest = |frame: &RgbaImage| blake3::hash(frame.as_raw());
    let digests: Vec<Vec<Hash>> = members.par_iter().map(|frames| frames.iter().map(digest).collect()).collect();
    let art = Art { members, digests: &digests };
    let units = (0..members.len()).map(|member| frames(member).collect::<Vec<_>>());
    let mut open: VecDeque<Vec<(usize, usize)>> = units.filter(|unit| !unit.is_empty()).collect();
    let mut pages = Vec::new();
    while !open.is_empty() {
        match first_page(art, open.make_contiguous(), packing) {
            Some((count, page)) => {
                open.drain(..count);
                pages.push(page);
            }
            // What is too much for a page of its own is divided between pages.
            None => {
                let unit = open.pop_front().unwrap_or_default();
                unit.into_iter().rev().for_each(|frame| open.push_front(vec![frame]));
            }
        }
    }
    if pages.is_empty() { Err(AssembleError::Empty) } else { Ok(pages) }
}

/// The frames of all members, and the digests of their pixels.
#[derive(Clone, Copy)]
struct Art<'a> {
    members: &'a [&'a [RgbaImage]],
    digests: &'a [Vec<Hash>],
}

impl<'a> Art<'a> {
    fn image(self, (member, frame): (usize, usize)) -> &'a RgbaImage {
        &self.members[member][frame]
    }
}

/// A page with as many of the units as it holds, and their number. `None` if it does not hold the first.
fn first_page(art: Art<'_>, units: &[Vec<(usize, usize)>], packing: &Packing) -> Option<(usize, Page)> {
    let room = u64::from(packing.side - packing.padding).pow(2);
    let mut all = Distinct::default();
    let fits = |unit: &&Vec<(usize, usize)>| {
        unit.iter().for_each(|at| all.add(art, *at, packing.margin()));
        all.area <= room
    };
    let mut count = units.iter().take_while(fits).count();
    while count > 0 {
        let frames: Vec<(usize, usize)> = units[..count].iter().flatten().copied().collect();
        let mut distinct = Distinct::default();
        frames.iter().for_each(|at| distinct.add(art, *at, packing.margin()));
        if let Some((size, places)) = smallest(&distinct, packing) {
            return Some((count, page(art, &frames, &distinct, size, &places, packing)));
        }
        count -= (count / 16).max(1);
    }
    None
}

/// Frames without their doubles.
#[derive(Default)]
struct Distinct {
    /// By width and pixels.
    numbers: HashMap<(u32, Hash), usize>,
    /// The number of each frame's picture.
    pictures: Vec<usize>,
    /// What each picture takes on a page.
    cells: Vec<[u32; 2]>,
    area: u64,
}

impl Distinct {
    fn add(&mut self, art: Art<'_>, at: (usize, usize), margin: u32) {
        let (frame, next) = (art.image(at), self.cells.len());
        let number = *self.numbers.entry((frame.width(), art.digests[at.0][at.1])).or_insert(next);
        self.pictures.push(number);
        if number == next {
            let cell = [frame.width() + margin, frame.height() + margin];
            self.area += u64::from(cell[0]) * u64::from(cell[1]);
            self.cells.push(cell);
        }
    }
}

/// The smallest page that was found to hold all pictures, without its padding at the left and top, and where each lies.
fn smallest(distinct: &Distinct, packing: &Packing) -> Option<([u32; 2], Vec<[u32; 2]>)> {
    let most = packing.side - packing.padding;
    let cells = &distinct.cells;
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|i| (Reverse(cells[*i][0].max(cells[*i][1])), Reverse(cells[*i][0].min(cells[*i][1])), *i));
    let longest = [0, 1].map(|axis| cells.iter().map(|cell| cell[axis]).max().unwrap_or(0));
    let shapes = if cells.len() <= FEW { &SHAPES[..] } else { &SHAPES[..1] };
    let mut area = distinct.area;
    loop {
        let mut full = 0;
        for [wide, high] in shapes {
            let width = (area * u64::from(*wide) / u64::from(*high)).isqrt() as u32;
            let width = width.max(longest[0]).min(most);
            let height = (area.div_ceil(u64::from(width.max(1))) as u32).max(longest[1]).min(most);
            full += usize::from([width, height] == [most; 2]);
            if let Some(places) = places(cells, &order, [width, height]) {
                let end = |axis: usize| places.iter().zip(cells).map(|(at, cell)| at[axis] + cell[axis]).max();
                return Some(([end(0)?, end(1)?], places));
            }
        }
        if full == shapes.len() {
            return None;
        }
        area += (area / u64::from(GROWTH)).max(1);
    }
}

/// Where each cell lies on a page of that size; the large ones are placed first.
fn places(cells: &[[u32; 2]], order: &[usize], size: [u32; 2]) -> Option<Vec<[u32; 2]>> {
    let [width, height] = size.map(|side| side as i32);
    let mut allocator = SimpleAtlasAllocator::with_options(size2(width, height), &OPTIONS);
    let mut places = vec![[0, 0]; cells.len()];
    for &i in order {
        let [width, height] = cells[i].map(|side| side as i32);
        let found = allocator.allocate(size2(width, height))?;
        places[i] = [found.min.x as u32, found.min.y as u32];
    }
    Some(places)
}

fn page(
    art: Art<'_>,
    frames: &[(usize, usize)],
    distinct: &Distinct,
    size: [u32; 2],
    places: &[[u32; 2]],
    packing: &Packing,
) -> Page {
    let [width, height] = size.map(|side| side + packing.padding);
    let before = packing.padding + packing.extrude;
    let mut image = RgbaImage::new(width, height);
    let mut drawn = 0;
    let put = |((member, frame), picture): (&(usize, usize), &usize)| {
        let [x, y] = places[*picture].map(|at| at + before);
        let source = art.image((*member, *frame));
        let rect = Rect { x, y, width: source.width(), height: source.height() };
        // Pictures are numbered in the order of their first frames.
        if *picture == drawn {
            place(&mut image, source, &rect, packing.extrude);
            drawn += 1;
        }
        (*member, *frame, rect)
    };
    let frames = frames.iter().zip(&distinct.pictures).map(put).collect();
    Page { image, frames }
}
