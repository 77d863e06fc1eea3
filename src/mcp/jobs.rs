//! Work of tools as durable jobs, which are those of the project: `dgx-pixels serve` lists the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::Server;
use super::call::Call;
use crate::session::jobs::{JobReport, JobSummary, Work};
use crate::session::{Delivery, Error, Operation, Result, Subscription};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};
use crate::words::exit::Exit;
use crate::words::job::JobId;

/// How often a call looks at a job of which it hears nothing, such as one of another process.
const TICK: Duration = Duration::from_millis(200);

/// What a call wants, and how it is agreed to.
pub(super) struct Wanted<'a> {
    pub(super) work: Work,
    /// Whether the call ends with the job.
    pub(super) wait: bool,
    /// An error with the plan of now if it is not agreed to.
    pub(super) check: &'a dyn Fn(&Operation) -> Result<()>,
}

impl Server {
    /// Runs work as a job, to its end or in the background.
    pub(super) fn start(&self, call: &Call, wanted: Wanted) -> Result<JobSummary> {
        call.check()?;
        let Wanted { work, wait, check } = wanted;
        let jobs = &self.0.jobs;
        let (_, mut feed) = self.0.project.subscribe();
        let job = jobs.start_agreed(work, self.spending(call), check)?;
        if !wait {
            return jobs.summary(job.id);
        }
        let report = self.wait(call, job.id, &mut feed)?;
        match (&report.result, report.diagnostics.first()) {
            (None, Some(why)) => Err(self.why_not(&report, why, check)),
            _ => jobs.summary(job.id),
        }
    }

    /// Why a job did not happen; with the plan of now, if the plan changed while it waited.
    fn why_not(&self, report: &JobReport, why: &serde_json::Value, check: &dyn Fn(&Operation) -> Result<()>) -> Error {
        let Ok(why) = serde_json::from_value::<Diagnostic>(why.clone()) else {
            return Error::internal("a job ended without a reason");
        };
        if report.exit == Some(Exit::Interrupted as u8) {
            return Error::Cancelled;
        }
        let is_about_plan = why.code.starts_with("plan-") || why.code == "budget-spent";
        let now = is_about_plan.then(|| self.0.project.run(&Default::default(), check).err()).flatten();
        now.unwrap_or(if report.exit == Some(Exit::Usage as u8) { Error::Usage(why) } else { Error::Failed(why) })
    }

    /// Waits for the end of a job; cancels it where the client cancels the call.
    fn wait(&self, call: &Call, id: JobId, feed: &mut Subscription) -> Result<JobReport> {
        let jobs = self.0.jobs.clone();
        // One that ended meanwhile needs no cancellation.
        let _cancelling = call.cancel.on_cancel(move || _ = jobs.cancel(id));
        loop {
            let next = Handle::current().block_on(async { tokio::time::timeout(TICK, feed.next()).await });
            let is_over = match next {
                Ok(Some(Delivery::Event(event))) if event.job == Some(id) => {
                    call.progress.on(&event.event);
                    matches!(&event.event, Event::Job { state, .. } if state.is_over())
                }
                Ok(Some(Delivery::Event(_))) => false,
                _ => self.0.jobs.get(id)?.is_over(),
            };
            if is_over {
                return self.0.jobs.get(id);
            }
        }
    }

    /// Counts images by the client that spends them.
    fn spending(&self, call: &Call) -> Arc<dyn Observer> {
        let Some(meter) = self.0.meter.clone() else { return Arc::new(()) };
        let client = call.client.clone();
        Arc::new(move |event: &Event| {
            if event.draws() {
                meter.image(&client);
            }
        })
    }
}
