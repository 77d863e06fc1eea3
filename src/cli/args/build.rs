//! The arguments of what builds and of what says what a build would do.

use super::Profile;
use crate::session::{BuildOptions, Conflicts, Consent, Generation, LockMode, LostRaws, Missing, Notice, WatchOptions};

#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Build {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Exit 4 if pixels.lock would change
    #[arg(long)]
    pub locked: bool,
    /// Like --locked, and without network access
    #[arg(long)]
    pub frozen: bool,
    /// Print the plan and build nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite files that this checkout did not write; copies go to .dgx-pixels/kept
    #[arg(long)]
    pub overwrite: bool,
    /// Generate lost raws of automatic picks again
    #[arg(long)]
    pub recapture: bool,
    /// Allow more images than `max_images`, and placeholder art in place of generated images
    #[arg(long, short)]
    pub yes: bool,
    /// Fill in placeholder art for what cannot be built; it never enters the lock
    #[arg(long, value_name = "BACKEND", value_parser = ["sketch"])]
    pub fill: Option<String>,
    /// Fail what servers have not made after this time, such as `90s`, `10m` or `2h`; the next build takes it up
    #[arg(long, value_name = "TIME", value_parser = super::seconds)]
    pub time_limit: Option<u32>,
    /// Continue with other assets when one fails (the default)
    #[arg(long, hide = true)]
    pub keep_going: bool,
}

impl Build {
    /// The options of the session's build.
    pub(crate) fn options(&self) -> BuildOptions {
        BuildOptions {
            targets: self.targets.clone(),
            lock: match (self.frozen, self.locked) {
                (true, _) => LockMode::Frozen,
                (_, true) => LockMode::Locked,
                _ => LockMode::Update,
            },
            conflicts: if self.overwrite { Conflicts::Overwrite } else { Conflicts::Preserve },
            consent: if self.yes { Consent::Given } else { Consent::Required },
            missing: if self.fill.is_some() { Missing::Sketch } else { Missing::Fail },
            lost: if self.recapture { LostRaws::Recapture } else { LostRaws::Leave },
            time_limit: self.time_limit,
            ..BuildOptions::default()
        }
    }
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Watch {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Also generate images on servers, at most `max_images` a build
    #[arg(long)]
    pub generate: bool,
    /// Look at the files twice a second, for disks whose changes the system does not report
    #[arg(long)]
    pub poll: bool,
}

impl Watch {
    /// The options of the session's watch.
    pub(crate) fn options(&self) -> WatchOptions {
        WatchOptions {
            targets: self.targets.clone(),
            generation: if self.generate { Generation::Request } else { Generation::Withhold },
            notice: if self.poll { Notice::Poll } else { Notice::System },
        }
    }
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Check {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Also read the files in the output folder; without it they only have to be there
    #[arg(long)]
    pub outputs: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Plan {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Print one JSON value
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Why {
    /// An asset, or one of its members (`potion@red`)
    pub asset: String,
    #[command(flatten)]
    pub profile: Profile,
}
