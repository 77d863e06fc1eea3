//! The document of the API in OpenAPI 3.1, from the very types that the handlers read and answer with.
//!
//! A route is added together with its description, so that none is without one. Schemas of OpenAPI 3.1 are those of JSON
//! Schema 2020-12, which the types derive.

mod operation;

use axum::Router;
use axum::extract::State;
use axum::handler::Handler;
use axum::response::{Html, Response};
use axum::routing::{MethodFilter, get, on};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem, json_text};
use super::app::App;
pub(super) use operation::Doc;

/// Where the API stands.
pub(super) const BASE: &str = "/api/v1";

const DOCS: &str = include_str!("docs.html");

/// Routes with their descriptions.
pub(super) struct Api {
    router: Router<App>,
    operations: Vec<(&'static str, &'static str, Doc)>,
}

impl Api {
    pub(super) fn new() -> Self {
        Self { router: Router::new(), operations: Vec::new() }
    }

    /// Adds `GET`, and with it `HEAD`.
    pub(super) fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H, doc: Doc) -> Self {
        self.on(MethodFilter::GET, "get", path, handler, doc)
    }

    /// Adds `POST`.
    pub(super) fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H, doc: Doc) -> Self {
        self.on(MethodFilter::POST, "post", path, handler, doc)
    }

    /// Adds `PUT`.
    pub(super) fn put<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H, doc: Doc) -> Self {
        self.on(MethodFilter::PUT, "put", path, handler, doc)
    }

    /// Adds `DELETE`.
    pub(super) fn delete<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H, doc: Doc) -> Self {
        self.on(MethodFilter::DELETE, "delete", path, handler, doc)
    }

    fn on<H: Handler<T, App>, T: 'static>(
        mut self,
        filter: MethodFilter,
        method: &'static str,
        path: &'static str,
        handler: H,
        doc: Doc,
    ) -> Self {
        self.router = self.router.route(path, on(filter, handler));
        self.operations.push((method, path, doc));
        self
    }

    /// Adds the routes of another module.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.operations.extend(other.operations);
        self
    }

    /// All routes, with that of their document and a page that shows it.
    pub(super) fn router(self) -> Router<App> {
        let text = document(&self.operations).to_string();
        let docs = move |State(_): State<App>| async move {
            Answer::<Response>::Ok(json_text(axum::http::StatusCode::OK, text))
        };
        self.router.route("/openapi.json", get(docs)).route("/docs", get(docs_page))
    }
}

async fn docs_page() -> Html<&'static str> {
    Html(DOCS)
}

/// The document of these operations.
fn document(operations: &[(&str, &str, Doc)]) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut answers = settings.into_generator();
    let inline = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut asked = inline.into_generator();
    let problem = answers.subschema_for::<Problem>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for (method, path, doc) in operations {
        let described = doc.describe(method, path, &problem, &mut answers, &mut asked);
        let all = paths.entry(format!("{BASE}{path}")).or_insert_with(|| json!({}));
        if let Some(all) = all.as_object_mut() {
            all.insert((*method).to_owned(), described);
        }
    }
    let schemas = answers.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "DGX-Pixels",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The assets of a project: plan, build, choose, generate.",
            "description": "Every answer that is no image is JSON; errors carry diagnostics with stable codes. A server \
                            that listens beyond its own machine wants a bearer token.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        },
        "security": [{}, { "token": [] }]
    })
}
