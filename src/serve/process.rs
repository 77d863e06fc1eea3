//! Restoration without a project: an image in, a sprite with its metrics out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::app::{App, Share};
use super::body::{Json, Params, Picture};
use super::openapi::{Api, Doc};
use super::pictures;
use crate::session::process::{RecipeOptions, RestoredImage, restore_image};
use crate::session::{self, WhatIf, palette};

pub(super) fn routes() -> Api {
    let process = Doc::new("Restores an image").picture_body().query::<ProcessQuery>().answers::<ProcessedPicture>();
    Api::new().post("/process", process_picture, process).post(
        "/what-if",
        what_if,
        Doc::new("Compares assets with what another recipe makes of them").body::<WhatIfBody>().answers::<WhatIf>(),
    )
}

/// How an image is restored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ProcessQuery {
    /// The frame, such as `32` or `32x48`; as found if left out.
    size: Option<String>,
    /// A built-in palette, or colours.
    #[schemars(schema_with = "palette::schema")]
    palette: Option<String>,
    /// At most so many colours.
    #[schemars(range(min = 1, max = 256))]
    colors: Option<u32>,
    /// Logical cells across and down; found if left out.
    grid: Option<String>,
    /// The background that is cut out: `auto`, `key`, `none` or a colour.
    background: Option<String>,
}

/// A restored image.
#[derive(Serialize, JsonSchema)]
struct ProcessedPicture {
    /// What was found, and the verdict.
    #[serde(flatten)]
    found: RestoredImage,
    /// The sprite as a PNG in base64.
    png: String,
}

async fn process_picture(
    State(app): State<App>,
    Params(query): Params<ProcessQuery>,
    headers: HeaderMap,
    Picture(bytes): Picture,
) -> Answer {
    let ProcessQuery { size, palette, colors, grid, background } = query;
    palette.as_deref().map_or(Ok(()), palette::require_portable).map_err(|error| app.failure(&error))?;
    let options = RecipeOptions { size, palette, colors, grid, background, ..RecipeOptions::default() };
    let (found, sprite) = app.run(Share::Compute, move |_| restore_image(&bytes, &options)).await?;
    if headers.get(ACCEPT).is_some_and(|accept| accept == "image/png") {
        return Ok(pictures::png(sprite, None, pictures::Age::MayChange, &headers));
    }
    app.json(&ProcessedPicture { found, png: STANDARD.encode(&sprite) })
}

/// A change of recipes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WhatIfBody {
    /// Changes as on a command line, such as `palette=pico-8` and `size=24`.
    changes: Vec<String>,
    /// Names, globs and `tag:` words; everything if left out.
    targets: Vec<String>,
}

async fn what_if(State(app): State<App>, Json(body): Json<WhatIfBody>) -> Answer {
    let WhatIfBody { changes, targets } = body;
    let compared =
        app.run(Share::Compute, move |operation| session::what_if(operation, &changes, &targets, None)).await?;
    app.json(&compared)
}
