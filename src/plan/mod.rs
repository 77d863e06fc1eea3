//! The planner: what is fresh, to be processed, generated or re-rolled, and what waits. It does no I/O.

pub mod outputs;
