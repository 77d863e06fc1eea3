//! What a client may rely on, checked against the fake, and against a real server with the laboratory's nodes so that
//! the fake cannot drift. The second is ignored by default; it needs the server's address:
//! `COMFY_URL=http://127.0.0.1:8188 cargo test --test contract -- --ignored`.
//!
//! On a real server the checks write below `output/contract` and `input/contract`, and clear queue and history.

mod asks;
mod faults;
mod files;
mod graph;
mod newer;
mod runs;
mod sockets;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fake_comfyui::{Fake, Options};
use reqwest::Client;
use serde_json::{Value, json};
use uuid::Uuid;

/// A job of a check takes less.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A server under test.
pub struct Server {
    url: String,
    client: Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub code: u16,
    pub headers: BTreeMap<String, String>,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Server {
    fn new(url: &str) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        Self { url: url.trim_end_matches('/').to_owned(), client: Client::builder().no_proxy().build().unwrap() }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let response = request.timeout(TIMEOUT).send().await?;
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (code, headers) = (response.status().as_u16(), response.headers().iter().map(header).collect());
        Ok(Answer { code, headers, bytes: response.bytes().await?.to_vec() })
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.post(format!("{}{path}", self.url)).json(body)).await
    }

    pub async fn post_text(&self, path: &str, body: &str) -> Result<Answer> {
        self.send(self.client.post(format!("{}{path}", self.url)).body(body.to_owned())).await
    }

    /// Posts a graph that has to be taken; its id.
    pub async fn take(&self, graph: &Value, client: Option<&str>) -> Result<String> {
        let id = fresh();
        let mut body = json!({ "prompt": graph, "prompt_id": id });
        if let Some(client) = client {
            body["client_id"] = json!(client);
        }
        let answer = self.post("/prompt", &body).await?;
        ensure!(answer.code == 200 && answer.json()["prompt_id"] == id.as_str(), "{}: {}", answer.code, answer.text());
        Ok(id)
    }

    /// Waits for the history of a job.
    pub async fn ended(&self, id: &str) -> Result<Value> {
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            let entry = self.get(&format!("/history/{id}")).await?.json()[id].take();
            if !entry.is_null() {
                return Ok(entry);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("job {id} does not end")
    }

    pub async fn run(&self, graph: &Value) -> Result<Value> {
        self.ended(&self.take(graph, None).await?).await
    }

    /// Waits until a job runs.
    pub async fn started(&self, id: &str) -> Result<()> {
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            if self.get("/queue").await?.json()["queue_running"][0][1] == id {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        anyhow::bail!("job {id} does not start")
    }
}

/// A name that was never there before.
pub fn fresh() -> String {
    Uuid::new_v4().to_string()
}

/// Runs a check and says which one failed.
async fn check(name: &str, failures: &mut Vec<String>, check: impl Future<Output = Result<()>>) {
    let began = Instant::now();
    let result = tokio::time::timeout(2 * TIMEOUT, check).await.unwrap_or_else(|_| Err(anyhow::anyhow!("no end")));
    eprintln!("{name}: {} in {:?}", if result.is_ok() { "holds" } else { "FAILS" }, began.elapsed());
    if let Err(error) = result.with_context(|| name.to_owned()) {
        failures.push(format!("{error:#}"));
    }
}

macro_rules! checks {
    ($server:expr, $failures:expr, $($name:path),+ $(,)?) => {
        $(check(stringify!($name), $failures, $name($server)).await;)+
    };
}

/// Fails unless every check holds; says whether those of `/api/jobs` were among them.
fn hold(url: &str) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (has_jobs, failures) = runtime.block_on(async {
        let (server, mut failures) = (Server::new(url), Vec::new());
        all(&server, &mut failures).await;
        let has_jobs = server.get("/api/jobs").await.is_ok_and(|answer| answer.code == 200);
        if has_jobs {
            jobs(&server, &mut failures).await;
        }
        (has_jobs, failures)
    });
    assert!(failures.is_empty(), "{} on {url}:\n{}", failures.len(), failures.join("\n"));
    has_jobs
}

async fn all(server: &Server, failures: &mut Vec<String>) {
    checks!(
        server,
        failures,
        asks::it_tells_what_it_is,
        asks::it_tells_its_classes,
        asks::it_tells_its_models,
        asks::it_stumbles_over_what_is_no_json,
        asks::it_refuses_foreign_pages,
        graph::nothing_to_run,
        graph::a_class_that_is_missing,
        graph::every_wrong_value_by_its_type,
        graph::links_that_lead_nowhere,
        graph::values_are_turned_into_types,
        graph::a_long_list_is_not_told,
        graph::a_list_of_the_newer_form_is_not_looked_at,
        graph::a_bad_output_of_two_is_dropped,
        runs::a_job_and_its_history,
        runs::an_identical_graph_names_the_old_file,
        runs::another_prefix_saves_anew_and_samples_not,
        runs::the_cache_holds_the_last_graph,
        runs::memory_that_is_freed_is_made_anew,
        runs::a_failing_node,
        runs::out_of_memory,
        runs::the_finished_one_of_two_outputs,
        runs::a_batch_has_a_file_each,
        runs::a_prefix_that_leads_out,
        runs::counters_go_on_from_the_highest,
        runs::the_queue_shows_whole_items,
        runs::what_is_deleted_leaves_no_trace,
        runs::what_is_cleared_leaves_no_trace,
        runs::an_interrupt_hits_its_target_alone,
        runs::an_interrupt_hits_whatever_runs,
        runs::one_id_twice_is_run_twice,
        runs::the_front_goes_first,
        runs::histories_are_cut_and_forgotten,
        files::a_name_that_is_taken,
        files::uploads_that_are_refused,
        files::an_upload_is_an_input,
        files::an_upload_that_is_no_picture,
        files::views_that_are_refused,
        files::a_part_of_a_file,
        files::names_with_strange_letters,
        files::another_form_loses_the_texts,
        sockets::frames_of_a_job_in_order,
        sockets::frames_of_a_cached_job,
        sockets::frames_of_a_failure,
        sockets::frames_of_an_interrupt,
        sockets::a_socket_without_a_name,
        sockets::flags_are_answered,
        sockets::a_job_without_a_client_tells_everybody,
        sockets::a_job_of_another_is_not_told,
        sockets::two_sockets_of_one_client,
        sockets::coming_back_in_the_middle,
    );
}

/// What servers with `/api/jobs` do beside.
async fn jobs(server: &Server, failures: &mut Vec<String>) {
    checks!(
        server,
        failures,
        newer::a_job_is_told_alone,
        newer::a_job_is_cancelled_wherever_it_is,
        newer::ids_are_canonical,
    );
}

#[test]
fn the_fake_behaves_as_recorded() {
    assert!(!hold(&Fake::start().url()));
}

#[test]
fn the_newer_fake_below_a_path_behaves_as_recorded() {
    assert!(hold(&Fake::with(Options { base: "/comfy", newer: true, ..Options::default() }).url()));
}

#[test]
#[ignore = "needs a real server at COMFY_URL"]
fn a_real_server_behaves_as_recorded() {
    hold(&std::env::var("COMFY_URL").expect("COMFY_URL names a real server"));
}
