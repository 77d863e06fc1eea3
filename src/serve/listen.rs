//! Where the server listens, and who may change something.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;

use super::token::Token;
use crate::session::{Error, Result};
use crate::words::diagnostic::Diagnostic;

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// `ADDRESS:PORT`; port 0 is any free one.
    pub listen: String,
    /// Names beside the address under which clients may call it.
    pub hosts: Vec<String>,
    /// The file with the token that every request must have.
    pub token_file: Option<PathBuf>,
    /// Whether requests may change something.
    pub access: Access,
}

/// Whether requests may change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// They may build, pick and generate.
    Write,
    /// They only see.
    Read,
}

impl Options {
    /// The token, if there is one; whoever listens beyond this machine needs one.
    pub(super) fn token(&self) -> Result<Option<Token>> {
        let address = address(&self.listen)?;
        match &self.token_file {
            Some(path) => Token::of_file(path).map(Some),
            None if address.ip().is_loopback() => Ok(None),
            None => {
                let message = format!("`{}` can be reached by others, and there is no token", self.listen);
                Err(Error::usage("token-required", message, "`--token-file FILE` makes one, or listen on 127.0.0.1"))
            }
        }
    }
}

fn address(listen: &str) -> Result<SocketAddr> {
    let bad = || {
        let message = format!("`{listen}` is no address to listen on");
        Error::usage("bad-address", message, "write ADDRESS:PORT, such as 127.0.0.1:8000")
    };
    if let Some(port) = listen.strip_prefix("localhost:") {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.parse().map_err(|_| bad())?));
    }
    listen.parse().ok().or_else(|| listen.to_socket_addrs().ok()?.next()).ok_or_else(bad)
}

/// Listens; says on which address.
pub(super) fn bind(options: &Options) -> Result<(TcpListener, SocketAddr)> {
    let address = address(&options.listen)?;
    let listener = TcpListener::bind(address);
    let bound = listener.and_then(|listener| listener.local_addr().map(|address| (listener, address)));
    bound.map_err(|error| {
        let (code, hint) = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                ("address-taken", "another server listens there: stop it, or choose another port with `--listen`")
            }
            _ => ("listen-failed", "choose an address of this machine and a port above 1023"),
        };
        Error::Failed(Diagnostic::error(code, format!("cannot listen on `{address}`: {error}")).hint(hint))
    })
}

/// The address that a browser of this machine opens.
pub(super) fn url(address: SocketAddr) -> String {
    match address.ip() {
        ip if ip.is_unspecified() => format!("http://localhost:{}/", address.port()),
        ip if ip == IpAddr::V4(Ipv4Addr::LOCALHOST) => format!("http://localhost:{}/", address.port()),
        _ => format!("http://{address}/"),
    }
}
