//! What a job may cost: what its plan allowed, over all processes that work on it.

use crate::session::consent::permit;
use crate::session::planned::Planned;
use crate::session::{Agreed, BuildOptions, Operation, Result};

/// What a job may cost.
pub(super) struct Terms<'a> {
    /// A run before this one was cut off.
    pub(super) again: bool,
    /// Images that are left of what was agreed to, where a run before this one used the token up.
    pub(super) left: Option<usize>,
    /// Images that may be drawn, whatever was agreed to.
    pub(super) ceiling: Option<usize>,
    /// Notes how many images a token allowed.
    pub(super) note: &'a dyn Fn(usize),
}

impl Terms<'_> {
    /// How many images may be drawn for what is planned.
    pub(super) fn permit(
        &self,
        operation: &Operation,
        options: &BuildOptions,
        token: Option<&str>,
        planned: &Planned,
    ) -> Result<usize> {
        if let Some(left) = self.left {
            return Ok(left.min(self.ceiling.unwrap_or(usize::MAX)));
        }
        let images = permit(operation, options, planned, Agreed { token, ceiling: self.ceiling })?;
        (self.note)(images);
        Ok(images)
    }
}
