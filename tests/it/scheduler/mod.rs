//! The scheduler without sockets: every policy, and a world of servers in which things break.

mod chance;
mod policy;
mod sim;
mod speed;
