use std::path::PathBuf;

use super::Profile;

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
