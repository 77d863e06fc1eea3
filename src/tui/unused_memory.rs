//! Gives memory back to the system that an operation on the whole project needed for a moment.

/// Returns what the allocator keeps for later. glibc alone keeps that much: after it unmapped one large block, it keeps
/// blocks up to that size for good.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes no pointer, and may be called by any thread at any time.
    unsafe {
        libc::malloc_trim(0);
    }
}
