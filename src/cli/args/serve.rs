use std::path::PathBuf;

use super::Profile;
use crate::session::{Generation, WatchOptions};

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub profile: Profile,
    /// Where to listen; other addresses than those of this machine alone need a token
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8000")]
    pub listen: String,
    /// Another name under which clients may call the server, such as `spark.local`
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Let in only who sends the token in this file, which is created if it does not exist
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Refuse everything that would change something
    #[arg(long)]
    pub read_only: bool,
    /// Open the page in a browser
    #[arg(long)]
    pub open: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Review {
    #[command(flatten)]
    pub serve: Serve,
    /// Do not open a browser
    #[arg(long, conflicts_with = "open")]
    pub no_open: bool,
    /// Also generate images on servers after a change, at most `max_images` a build
    #[arg(long)]
    pub generate: bool,
}

impl Review {
    /// How the project is watched while it is reviewed.
    pub(crate) fn watch(&self) -> WatchOptions {
        let generation = if self.generate { Generation::Request } else { Generation::Withhold };
        WatchOptions { generation, ..WatchOptions::default() }
    }
}
