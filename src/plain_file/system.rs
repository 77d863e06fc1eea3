//! What differs between systems: flags of `open`, kinds of files.

#![allow(clippy::disallowed_methods, reason = "the one place that opens files")]

use std::fs::{Metadata, OpenOptions};

use super::Links;

/// Options that never wait for the other end of a pipe and, where links are refused, fail on one.
#[cfg(unix)]
pub(super) fn options(links: Links) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let no_links = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
    let mut options = OpenOptions::new();
    options.custom_flags(libc::O_NONBLOCK | no_links);
    options
}

/// Elsewhere only the look before opening refuses links and what is no plain file.
#[cfg(not(unix))]
pub(super) fn options(_: Links) -> OpenOptions {
    OpenOptions::new()
}

/// As any program creates a file: within the user's mask.
pub(super) fn readable_by_all(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o644);
    #[cfg(not(unix))]
    let _ = options;
}

/// What no other user of the machine may read.
pub(super) fn readable_by_owner(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// What a person calls a file that is not plain.
pub(super) fn kind(found: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = found.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if found.is_dir() { "a folder" } else { "a special file" }
}
