//! Large blocks of memory on huge pages, where Linux has them: the restoration of a megapixel touches some thousand pages
//! of 4 KiB for the first time, and each costs a fault.

use std::alloc::{GlobalAlloc, Layout, System};

/// What a huge page holds on x86-64, and on aarch64 with pages of 4 KiB.
const HUGE_PAGE: usize = 1 << 21;

/// Blocks of at least so many bytes lie on huge pages: the planes of images, and little else.
const LARGE: usize = HUGE_PAGE;

/// The system's allocator. It asks for huge pages below large blocks.
pub(crate) struct HugePages;

/// Large blocks begin at a huge page.
fn aligned(layout: Layout) -> Layout {
    match layout.size() {
        ..LARGE => layout,
        _ => layout.align_to(HUGE_PAGE).unwrap_or(layout),
    }
}

/// Whatever the system answers, the memory is good.
fn advise(block: *mut u8, layout: Layout) {
    if layout.size() >= LARGE && !block.is_null() {
        // SAFETY: the block is ours, begins at a page, and the advice changes no byte of it.
        unsafe { libc::madvise(block.cast(), layout.size(), libc::MADV_HUGEPAGE) };
    }
}

// SAFETY: every block is the system allocator's, which gets it back with the layout that it was asked with: `aligned`
// depends on the layout alone.
unsafe impl GlobalAlloc for HugePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = unsafe { System.alloc(aligned(layout)) };
        advise(block, layout);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, aligned(layout)) };
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() < LARGE {
            return unsafe { System.alloc_zeroed(layout) };
        }
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            // SAFETY: the block has that many bytes.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.size().max(size) < LARGE {
            return unsafe { System.realloc(block, layout, size) };
        }
        // SAFETY: the caller vouches for the size, which is not zero and no overflow with this alignment.
        let longer = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let moved = unsafe { self.alloc(longer) };
        if !moved.is_null() {
            // SAFETY: both blocks have that many bytes and are apart; the old one is not used again.
            unsafe {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        moved
    }
}
