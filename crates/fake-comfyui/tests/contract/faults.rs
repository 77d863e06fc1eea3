//! The faults of the fake strike where they are meant to; what a real server does by chance, the fake does when told.

use anyhow::Result;
use fake_comfyui::fault::{Fault, Strike};
use fake_comfyui::{Fake, Options, Zombie, at_once, picture};
use serde_json::json;

use super::runs::{pattern, place, sleep};
use super::{Server, fresh};

/// Runs this against a fake.
fn with(fake: &Fake, talk: impl AsyncFnOnce(&Server) -> Result<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(talk(&Server::new(&fake.url()))).unwrap();
}

#[test]
fn a_cached_result_can_name_the_file_of_another() {
    let fake = Fake::start();
    let (prefix, seed) = place();
    let (first, second) = (pattern(seed, &prefix, &[]), pattern(seed + 1, &prefix, &[]));
    let file = format!("{prefix}_00001_.png");
    let view = format!("/view?filename=a_00001_.png&subfolder={}", prefix.trim_end_matches("/a"));
    with(&fake, async |server| {
        server.run(&first).await?;
        let right = server.get(&view).await?.bytes;
        assert!(fake.delete_output(&file));
        assert_eq!(server.run(&first).await?["status"]["completed"], true);
        assert_eq!(server.get(&view).await?.code, 404, "it succeeds, and there is no file");
        let both = json!({ "1": first["1"], "9": first["9"], "21": second["1"], "29": second["9"] });
        let mut both = both;
        both["29"]["inputs"]["images"][0] = json!("21");
        let entry = server.run(&both).await?;
        assert_eq!(entry["outputs"]["9"], entry["outputs"]["29"], "both name the same file");
        assert_ne!(server.get(&view).await?.bytes, right, "which holds the other's pixels");
        Ok(())
    });
}

#[test]
fn an_answer_is_lost_and_the_job_runs() {
    let fake = Fake::start();
    fake.once(Fault::LostAnswer);
    let ((prefix, seed), id) = (place(), fresh());
    with(&fake, async |server| {
        let body = json!({ "prompt": pattern(seed, &prefix, &[]), "prompt_id": id });
        assert!(server.post("/prompt", &body).await.is_err());
        assert_eq!(server.ended(&id).await?["status"]["completed"], true);
        Ok(())
    });
    assert_eq!((fake.prompts(), fake.asked()[0].id == id), (1, true));
}

#[test]
fn half_a_file_and_then_the_rest() {
    let fake = Fake::start();
    fake.once(Fault::HalfFile);
    let (prefix, seed) = place();
    with(&fake, async |server| {
        server.run(&pattern(seed, &prefix, &[])).await?;
        let view = format!("/view?filename=a_00001_.png&subfolder={}", prefix.trim_end_matches("/a"));
        assert!(server.get(&view).await.is_err());
        assert!(server.get(&view).await?.bytes.starts_with(b"\x89PNG"));
        Ok(())
    });
}

#[test]
fn a_restart_forgets_the_queue_and_keeps_the_files() {
    let fake = Fake::start();
    let (prefix, seed) = place();
    with(&fake, async |server| {
        let done = server.take(&pattern(seed, &prefix, &[]), None).await?;
        server.ended(&done).await?;
        let lost = server.take(&pattern(seed, &prefix, &[sleep(20.0)]), None).await?;
        server.started(&lost).await?;
        fake.down();
        assert!(server.get("/queue").await.is_err());
        fake.up();
        for id in [done, lost] {
            assert_eq!(server.get(&format!("/history/{id}")).await?.text(), "{}");
        }
        assert_eq!(server.get("/prompt").await?.json()["exec_info"]["queue_remaining"], 0);
        Ok(())
    });
    assert_eq!(fake.outputs(), [format!("{prefix}_00001_.png")]);
}

#[test]
fn zombies_take_jobs_and_run_none() {
    for (zombie, running) in [(Zombie::Idle, 0), (Zombie::Stuck, 1)] {
        let fake = Fake::start();
        fake.zombie(zombie);
        let (prefix, seed) = place();
        with(&fake, async |server| {
            server.take(&pattern(seed, &prefix, &[]), None).await?;
            server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let queue = server.get("/queue").await?.json();
            assert_eq!(queue["queue_running"].as_array().map(Vec::len), Some(running));
            assert_eq!(queue["queue_pending"].as_array().map(Vec::len), Some(2 - running));
            fake.restart();
            // The client's open connection ended with the process.
            server.get("/prompt").await.ok();
            server.run(&pattern(seed, &prefix, &[])).await?;
            Ok(())
        });
    }
}

#[test]
fn a_graph_that_kills_the_worker() {
    let fake = Fake::start();
    let (prefix, seed) = place();
    with(&fake, async |server| {
        let mut graph = pattern(seed, &prefix, &[]);
        graph["unreachable"] = json!({ "class_type": "EmptyImage" });
        let id = server.take(&graph, None).await?;
        server.started(&id).await?;
        Ok(())
    });
    assert_eq!(fake.ran().len(), 0);
}

#[test]
fn what_is_asked_is_answered_with_trouble() {
    let fake = Fake::start();
    let status = |fault: Fault| {
        fake.at("/queue", fault);
        let mut told = None;
        with(&fake, async |server| {
            told = server.get("/queue").await.ok().map(|answer| (answer.code, answer.text()));
            assert_eq!(server.get("/prompt").await?.code, 200, "only `/queue` is meant");
            Ok(())
        });
        fake.heal();
        told
    };
    assert_eq!(status(Fault::Status(503)).unwrap().0, 503);
    assert!(status(Fault::Html).unwrap().1.contains("<h1>"));
    assert_eq!(status(Fault::Closes), None);
    assert_eq!(status(Fault::Slow(std::time::Duration::ZERO)).unwrap().0, 200);
}

#[test]
fn a_fault_waits_for_its_turn() {
    let fake = Fake::start();
    fake.strike(Strike { fault: Fault::NodeError, path: None, times: Some(1), after: 1 });
    let (prefix, seed) = place();
    let mut ends = Vec::new();
    with(&fake, async |server| {
        for n in 0..3 {
            ends.push(server.run(&pattern(seed + n, &prefix, &[])).await?["status"]["completed"] == true);
        }
        Ok(())
    });
    assert_eq!(ends, [true, false, true]);
}

#[test]
fn a_job_ends_the_process() {
    let fake = Fake::start();
    let (prefix, seed) = place();
    with(&fake, async |server| {
        server.take(&pattern(seed, &prefix, &[super::runs::fail("exit")]), None).await?;
        fake.wait("the process ends", |fake| fake.remaining() == 0);
        assert!(server.get("/queue").await.is_err());
        fake.up();
        assert_eq!(server.get("/queue").await?.code, 200);
        Ok(())
    });
}

#[test]
fn a_proxy_in_front_asks_who_it_is() {
    let fake = Fake::with(Options { authorization: Some("Bearer abc"), base: "/comfy", ..Options::default() });
    with(&fake, async |server| {
        let refused = server.get("/queue").await?;
        assert_eq!((refused.code, refused.header("www-authenticate").is_empty()), (401, false));
        let request = server.client.get(format!("{}/queue", server.url)).header("Authorization", "Bearer abc");
        assert_eq!(server.send(request).await?.code, 200);
        Ok(())
    });
}

#[test]
fn too_much_at_once() {
    let fake = Fake::with(Options { max_upload: 1000, ..Options::default() });
    with(&fake, async |server| {
        let answer = server.post_text("/prompt", &"x".repeat(2000)).await?;
        assert_eq!((answer.code, answer.header("content-type").starts_with("text/plain")), (413, true));
        Ok(())
    });
}

#[test]
fn the_same_graph_has_the_same_pixels_everywhere() {
    let (fakes, (prefix, seed)) = ([Fake::start(), Fake::start()], place());
    let mut pictures = Vec::new();
    for fake in &fakes {
        with(fake, async |server| {
            server.run(&pattern(seed, &prefix, &[])).await?;
            let view = format!("/view?filename=a_00001_.png&subfolder={}", prefix.trim_end_matches("/a"));
            pictures.push(server.get(&view).await?.bytes);
            Ok(())
        });
    }
    assert!(pictures[0] == pictures[1] && at_once(&[&fakes[0], &fakes[1]]) == 1);
    let huge = image::ImageReader::new(std::io::Cursor::new(picture::huge(30_000, 30_000)));
    assert_eq!(huge.with_guessed_format().unwrap().into_dimensions().unwrap(), (30_000, 30_000));
}
