//! `worker_link ping FOLDER COUNT` and `worker_link follow FOLDER JOB`: the connection to a worker, for `scripts/bench-worker`.
//! What it measured is a line of JSON.

#[cfg(all(unix, feature = "worker"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let measured = match words[..] {
        ["ping", folder, count] => measure::ping(folder.as_ref(), count.parse()?)?,
        ["follow", folder, job] => measure::follow(folder.as_ref(), job)?,
        _ => return Err("`ping FOLDER COUNT` or `follow FOLDER JOB`".into()),
    };
    println!("{measured}");
    Ok(())
}

#[cfg(not(all(unix, feature = "worker")))]
fn main() {}

#[cfg(all(unix, feature = "worker"))]
mod measure {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use dgx_pixels::generate::worker::{Endpoints, Flow, Link, LinkError, Request, Worker};
    use serde_json::{Value, json};

    /// Milliseconds of round trips, one after the other.
    pub fn ping(folder: &Path, count: usize) -> Result<Value, Box<dyn std::error::Error>> {
        let endpoints: Endpoints = serde_json::from_str(&std::fs::read_to_string(folder.join("endpoints.json"))?)?;
        let token = std::fs::read_to_string(folder.join("token")).ok();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let took: Result<Vec<f64>, LinkError> = runtime.block_on(async {
            let mut link = Link::new(&endpoints.requests, token);
            let mut took = Vec::new();
            for _ in 0..count {
                let began = Instant::now();
                link.ask(&Request::Ping, Duration::from_secs(5)).await?;
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            Ok(took)
        });
        let mut took = took?;
        took.sort_by(f64::total_cmp);
        let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
        Ok(json!({ "count": count, "median_ms": at(0.5), "p90_ms": at(0.9), "p99_ms": at(0.99), "max_ms": at(1.0) }))
    }

    /// Hears a job to its end; counts events, and those that came twice or out of order.
    pub fn follow(folder: &Path, job: &str) -> Result<Value, Box<dyn std::error::Error>> {
        let (mut worker, _) = Worker::connect(folder)?;
        let (mut since, mut heard, mut last, mut wrong) = (0, 0_u64, 0, 0_u64);
        let mut on = |event: &dgx_pixels::words::train::JobEvent| {
            wrong += u64::from(event.seq != last + 1);
            (heard, last) = (heard + 1, event.seq);
        };
        worker.follow(job, &mut since, &mut on, &|| Flow::Continue)?;
        Ok(json!({ "heard": heard, "last": last, "out_of_order": wrong }))
    }
}
