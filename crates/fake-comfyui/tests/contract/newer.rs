//! `/api/jobs` of newer servers.

use anyhow::{Result, ensure};
use serde_json::json;

use super::runs::{fail, pattern, place, sleep};
use super::{Server, fresh};

pub async fn a_job_is_told_alone(server: &Server) -> Result<()> {
    let ((prefix, seed), none) = (place(), format!("/api/jobs/{}", fresh()));
    ensure!(server.get(&none).await?.code == 404);
    for (graph, status) in
        [(pattern(seed, &prefix, &[]), "completed"), (pattern(seed, &prefix, &[fail("value")]), "failed")]
    {
        let id = server.take(&graph, None).await?;
        server.ended(&id).await?;
        let job = server.get(&format!("/api/jobs/{id}")).await?.json();
        ensure!(job["id"] == id.as_str() && job["status"] == status, "{job}");
        ensure!(job["outputs"]["9"]["images"].is_array() == (status == "completed"), "{job}");
        ensure!(job["execution_error"].is_object() == (status == "failed"), "{job}");
    }
    Ok(())
}

pub async fn a_job_is_cancelled_wherever_it_is(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let first = server.take(&pattern(seed, &prefix, &[sleep(20.0)]), None).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
    server.started(&first).await?;
    for (id, wanted) in [(&second, "pending"), (&first, "in_progress")] {
        let job = server.get(&format!("/api/jobs/{id}")).await?.json();
        ensure!(job["status"] == wanted, "{job}");
        let answer = server.post(&format!("/api/jobs/{id}/cancel"), &json!({})).await?;
        ensure!(answer.json()["cancelled"] == true, "{answer:?}");
    }
    server.ended(&first).await?;
    ensure!(server.get(&format!("/api/jobs/{first}")).await?.json()["status"] == "cancelled");
    ensure!(server.get(&format!("/api/jobs/{second}")).await?.code == 404);
    Ok(())
}

pub async fn ids_are_canonical(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let body = json!({ "prompt": pattern(seed, &prefix, &[]), "prompt_id": fresh().to_uppercase() });
    let answer = server.post("/prompt", &body).await?;
    ensure!(answer.code == 400 && answer.json()["error"]["type"] == "invalid_prompt_id", "{answer:?}");
    Ok(())
}
