//! Assets: what there is, why it is so, and what a build would do.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Failure};
use super::app::{App, Share};
use super::body::{Names, Params};
use super::openapi::{Api, Doc};
use crate::session::{
    self, BuildOptions, Cancel, Candidates, Explanation, Listed, ListedItem, Offer, PlanReport, palette,
};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::ServerState;
use crate::words::text::shortened;

/// The most assets of one answer.
const MOST: usize = 5000;

/// No list is longer.
const FURTHEST: usize = 1_000_000_000;

pub(super) fn routes() -> Api {
    Api::new()
        .get("/assets", all, Doc::new("Lists assets").query::<Filter>().answers::<AssetPage>())
        .get("/assets/{id}", one, Doc::new("Shows an asset or all members of one").answers::<AssetPage>())
        .get("/assets/{id}/candidates", candidates, Doc::new("Shows the candidates of slots").answers::<Candidates>())
        .get("/why/{id}", why, Doc::new("Explains why an asset would be made").answers::<Explanation>())
        .get(
            "/plan",
            plan,
            Doc::new("Shows what a build would do and cost").query::<PlanQuery>().answers::<PlanAnswer>(),
        )
        .get("/palettes", palettes, Doc::new("Lists the built-in palettes").answers::<Palettes>())
        .get("/servers", servers, Doc::new("Lists the servers that images come from").answers::<Servers>())
}

/// What is wanted of the assets.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Filter {
    /// A kind: `sprite`, `animation`, `texture`, `tileset`.
    pub(super) kind: Option<String>,
    /// A tag.
    pub(super) tag: Option<String>,
    /// `pass`, `fail`, or `none` for what was never made.
    pub(super) verdict: Option<String>,
    /// Words of names, tags and prompts, all of which must be there.
    pub(super) search: Option<String>,
    /// Leaves out so many.
    #[schemars(range(max = 1_000_000_000))]
    pub(super) offset: usize,
    /// At most so many.
    #[schemars(range(max = 5000))]
    pub(super) limit: Option<usize>,
}

/// A page of assets.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AssetPage {
    /// The version of this form.
    version: u32,
    /// How many assets pass the filter.
    total: usize,
    /// Those of this page.
    items: Vec<ListedItem>,
    /// What is wrong with the manifest; the assets are then those from before it was broken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Diagnostic>,
}

impl Filter {
    fn passes(&self, item: &ListedItem) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let verdict = match &item.verdict {
            None => "none",
            Some(verdict) if verdict.passes() => "pass",
            Some(_) => "fail",
        };
        let text = || {
            let prompt = item.prompt.as_deref().unwrap_or_default();
            format!("{} {} {} {prompt}", item.kind, item.name, item.tags.join(" ")).to_lowercase()
        };
        let words = || self.search.iter().flat_map(|search| search.split_whitespace()).map(str::to_lowercase);
        is(&self.kind, item.kind.word())
            && self.tag.as_ref().is_none_or(|tag| item.tags.contains(tag))
            && is(&self.verdict, verdict)
            && (self.search.is_none() || words().all(|word| text().contains(&word)))
    }
}

/// The list, from the cache or made anew.
async fn listed(app: &App) -> Answer<(Arc<Listed>, Arc<[Diagnostic]>)> {
    let shared = app.clone();
    app.block(move |cancel: &Cancel| shared.catalog().get(shared.project(), cancel)).await
}

pub(super) async fn all(State(app): State<App>, Params(filter): Params<Filter>) -> Answer {
    let limit = filter.limit.unwrap_or(MOST);
    if limit > MOST {
        let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-value", format!("`limit` is at most {MOST}"));
        return Err(failure.hint("`offset` leads to the rest"));
    }
    if filter.offset > FURTHEST {
        return Err(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad-value",
            format!("`offset` is at most {FURTHEST}"),
        ));
    }
    let (listed, problems) = listed(&app).await?;
    let passing: Vec<&ListedItem> = listed.items.iter().filter(|item| filter.passes(item)).collect();
    let items = passing.iter().skip(filter.offset).take(limit).map(|item| (*item).clone()).collect();
    app.json(&AssetPage { version: 1, total: passing.len(), items, problems: problems.to_vec() })
}

/// An asset means all its members.
pub(super) async fn one(State(app): State<App>, Names(id): Names<String>) -> Answer {
    let (listed, problems) = listed(&app).await?;
    let (kind, name) = id.split_once(':').map_or((None, id.as_str()), |(kind, name)| (Some(kind), name));
    let is_named = |item: &&ListedItem| {
        kind.is_none_or(|kind| kind == item.kind.word()) && (item.name == name || item.asset == name)
    };
    let items: Vec<ListedItem> = listed.items.iter().filter(is_named).cloned().collect();
    if items.is_empty() {
        let message = format!("no asset is called `{}`", shortened(&id));
        let failure = Failure::new(StatusCode::NOT_FOUND, "unknown-target", message);
        return Err(failure.hint("`/api/v1/assets` lists them"));
    }
    app.json(&AssetPage { version: 1, total: items.len(), items, problems: problems.to_vec() })
}

async fn candidates(State(app): State<App>, Names(id): Names<String>) -> Answer {
    let found: Candidates = app.run(Share::Look, move |operation| session::candidates(operation, &id)).await?;
    app.json(&found)
}

async fn why(State(app): State<App>, Names(id): Names<String>) -> Answer {
    let explained = app.run(Share::Look, move |operation| session::why(operation, &id)).await?;
    app.json(&explained)
}

/// Targets of a plan.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlanQuery {
    /// Names, globs and `tag:` words with commas; everything if left out.
    targets: Option<String>,
}

pub(super) fn words(text: Option<&str>) -> Vec<String> {
    let words = text.unwrap_or_default().split(',').map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A plan with what it costs.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlanAnswer {
    /// What would be done.
    #[serde(flatten)]
    plan: PlanReport,
    /// Images that a GPU draws.
    images: usize,
    /// The most images that a build with the token draws: rerolls of images that fail are among them.
    at_most: usize,
    /// Seconds that servers take, if such images were drawn before.
    seconds: Option<u64>,
    /// Allows this build once; nothing if it is refused in any case.
    plan_token: Option<String>,
    /// How many seconds the token is good.
    expires_in: u64,
    /// Why such a build is refused in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Diagnostic>,
}

async fn plan(State(app): State<App>, Params(query): Params<PlanQuery>) -> Answer {
    let options = BuildOptions { targets: words(query.targets.as_deref()), ..BuildOptions::default() };
    let planned = app.run(Share::Look, move |operation| {
        let plan = session::plan_build(operation, &options)?;
        let offer = session::offer(operation, &options, None)?;
        let (images, at_most) = (offer.images, offer.at_most.images);
        let Offer { seconds, plan_token, expires_in, refused, .. } = offer;
        Ok(PlanAnswer { plan, images, at_most, seconds, plan_token, expires_in, refused })
    });
    app.json(&planned.await?)
}

/// The built-in palettes.
#[derive(Serialize, JsonSchema)]
pub(super) struct Palettes {
    /// Each with its colours.
    palettes: Vec<palette::BuiltIn>,
}

async fn palettes(State(app): State<App>) -> Answer {
    app.json(&Palettes { palettes: palette::list() })
}

/// The servers that images come from.
#[derive(Serialize, JsonSchema)]
pub(super) struct Servers {
    /// In the order of the settings.
    servers: Vec<ServerView>,
}

/// A server.
#[derive(Serialize, JsonSchema)]
pub(super) struct ServerView {
    /// Its address, without a login.
    server: String,
    /// What a build saw of it last; nothing before the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ServerState>,
}

async fn servers(State(app): State<App>) -> Answer {
    let shared = app.clone();
    let addresses = app.block(move |_| Ok(session::server_addresses(shared.project()))).await?;
    let known = app.project().snapshot().servers;
    let view = |server: String| ServerView { state: known.get(&server).copied(), server };
    app.json(&Servers { servers: addresses.into_iter().map(view).collect() })
}
