//! Places where a test can make this process fail: `DGX_PIXELS_FAILPOINT=point=action[@nth]`, debug builds only.
//!
//! Actions: `kill` (as `kill -9` would), `enospc`, `eacces`, `exdev`, `eagain`, `panic`; several points have a comma between them;
//! `any` is every point at which a file is written. Without `@nth` every passage fails, with it only the nth.

use std::io;

/// Passes, fails or ends the process, as `DGX_PIXELS_FAILPOINT` says for `point`. Release builds always pass.
pub fn at(point: &str) -> io::Result<()> {
    if cfg!(debug_assertions) { debug::at(point) } else { Ok(()) }
}

mod debug {
    use std::io;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Plan {
        point: String,
        action: String,
        nth: Option<u32>,
        passed: AtomicU32,
    }

    fn plans() -> &'static [Plan] {
        static PLANS: OnceLock<Vec<Plan>> = OnceLock::new();
        let read = || std::env::var("DGX_PIXELS_FAILPOINT").unwrap_or_default();
        PLANS.get_or_init(|| read().split(',').filter_map(plan).collect())
    }

    fn plan(text: &str) -> Option<Plan> {
        let (point, action) = text.split_once('=')?;
        let (action, nth) = match action.split_once('@') {
            Some((action, nth)) => (action, Some(nth.parse().ok()?)),
            None => (action, None),
        };
        Some(Plan { point: point.to_owned(), action: action.to_owned(), nth, passed: AtomicU32::new(0) })
    }

    pub(super) fn at(point: &str) -> io::Result<()> {
        let plan = plans()
            .iter()
            .find(|plan| plan.point == point || (plan.point == "any" && !matches!(point, "thread" | "frame")));
        let Some(plan) = plan else { return Ok(()) };
        let passage = plan.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if plan.nth.is_some_and(|nth| nth != passage) {
            return Ok(());
        }
        match plan.action.as_str() {
            "kill" => std::process::abort(),
            "panic" => panic!("the failpoint `{point}`"),
            "enospc" => Err(io::Error::from(io::ErrorKind::StorageFull)),
            "exdev" => Err(io::Error::from(io::ErrorKind::CrossesDevices)),
            "eagain" => Err(io::Error::from(io::ErrorKind::WouldBlock)),
            "eacces" => Err(io::Error::from(io::ErrorKind::PermissionDenied)),
            _ => Ok(()),
        }
    }
}
