//! Each policy by itself, in the small world of the simulator.

use std::collections::BTreeMap;

use dgx_pixels::generate::comfyui::scheduler::{
    Action, Answer, AttemptId, Cause, Earlier, End, Fault, Health, Input, Job, JobFailure, JobId, Notice, Options,
    PostError, Scheduler, ServerId, Snapshot, Status,
};
use dgx_pixels::words::diagnostic::Diagnostic;

use super::sim::{Mishap, World, job, jobs, ms, s};

fn world(servers: usize) -> World {
    let mut world = World::new(servers, Options::default());
    world.took = s(2);
    world
}

fn failure(world: &World, job: u64) -> &JobFailure {
    match &world.answers[&JobId(job)] {
        Answer::Failed(reason) => reason,
        other => panic!("job {job}: {other:?}"),
    }
}

fn attempt(job: u64, attempt: u32) -> AttemptId {
    AttemptId { job: JobId(job), number: attempt }
}

/// The hint beside a server that is told to be stalled.
fn stalled(notice: &Notice) -> Option<Option<&str>> {
    match notice {
        Notice::Server { health: Health::Stalled, cause, .. } => Some(cause.hint.as_deref()),
        _ => None,
    }
}

fn earlier(n: u64, server: usize) -> Job {
    Job { earlier: vec![Earlier { number: 1, server: ServerId(server) }], ..job(n, "a", "") }
}

fn only_on_the_second(n: u64) -> Job {
    Job { unable: BTreeMap::from([(ServerId(0), "no `x.safetensors`".into())]), ..job(n, "a", "") }
}

#[test]
fn without_any_server_jobs_fail_within_seconds_and_name_each() {
    let mut world = world(2);
    world.real.iter_mut().for_each(|real| real.alive = false);
    world.submit(jobs(3));
    world.run(s(4));
    let reason = failure(&world, 0);
    assert_eq!(reason.to_string(), "no server can do it: `http://s0:8188`, `http://s1:8188`: it refuses connections");
    assert!(reason.hint().unwrap().contains("doctor"));
}

#[test]
fn jobs_that_come_after_such_a_failure_try_again() {
    let mut world = world(1);
    world.real[0].alive = false;
    world.submit(vec![job(0, "a", "")]);
    world.run(s(4));
    world.real[0].alive = true;
    world.submit(vec![job(1, "a", "")]);
    world.run(s(10));
    assert_eq!(world.done(), 1);
}

#[test]
fn a_server_that_never_answers_in_time_is_no_server() {
    let mut world = world(1);
    world.mishap(ms(0), 0, Mishap::Slow(true));
    world.run_until(ms(1));
    world.submit(jobs(1));
    world.run(s(30));
    assert_eq!(failure(&world, 0).to_string(), "no server can do it: `http://s0:8188`: it does not answer in time");
}

#[test]
fn once_there_was_a_server_it_is_waited_for() {
    let mut world = world(1);
    world.submit(jobs(5));
    world.mishap(s(3), 0, Mishap::Die);
    world.run(s(400));
    assert_eq!(world.done(), 1);
    assert!(world.now > s(300), "{:?}", world.now);
    let waits = |notice: &Notice| matches!(notice, Notice::Waiting { diagnostic } if diagnostic.message.contains("`http://s0:8188`"));
    assert!(world.notices.iter().any(waits), "{:?}", world.notices);
    assert!(matches!(failure(&world, 4), JobFailure::NoServer(_)));
}

#[test]
fn a_restarted_server_is_used_again_and_does_what_it_forgot() {
    let mut world = world(1);
    world.submit(jobs(20));
    world.mishap(s(5), 0, Mishap::Die);
    world.mishap(s(30), 0, Mishap::Start);
    world.run(s(120));
    assert_eq!(world.done(), 20);
    assert_eq!(world.real[0].posts, 22);
}

#[test]
fn jobs_of_a_dead_server_go_elsewhere() {
    let mut world = world(2);
    world.submit(jobs(20));
    world.mishap(s(5), 1, Mishap::Die);
    world.run(s(60));
    assert_eq!(world.done(), 20);
    assert!(world.was(1, Health::Down));
}

#[test]
fn a_slow_server_keeps_its_jobs() {
    let mut world = world(2);
    world.submit(jobs(20));
    world.mishap(s(3), 1, Mishap::Slow(true));
    world.mishap(s(60), 1, Mishap::Slow(false));
    world.run(s(120));
    assert_eq!(world.done(), 20);
    assert!(world.was(1, Health::Slow) && !world.was(1, Health::Down));
    assert_eq!(world.started.values().sum::<u32>() as usize, world.done(), "none was started twice");
}

#[test]
fn a_machine_that_vanished_is_down_after_a_while() {
    let mut world = world(2);
    world.submit(jobs(20));
    world.mishap(s(3), 1, Mishap::Slow(true));
    world.run(s(400));
    assert_eq!(world.done(), 20);
    assert!(world.was(1, Health::Down));
}

#[test]
fn a_stalled_worker_is_told_from_one_that_loads() {
    let mut world = world(2);
    world.load = s(300);
    world.submit(jobs(40));
    world.run(s(2000));
    assert!(!world.was(0, Health::Stalled) && !world.was(1, Health::Stalled));

    let mut world = self::world(2);
    world.submit(jobs(40));
    world.mishap(s(11), 1, Mishap::Stall);
    world.run(s(200));
    assert_eq!(world.done(), 40);
    assert!(world.was(1, Health::Stalled));
    let hints: Vec<_> = world.notices.iter().filter_map(stalled).collect();
    assert_eq!(hints, [Some("restart ComfyUI there; it is used again when it works")]);
}

#[test]
fn a_stalled_only_server_is_waited_for_and_used_once_it_was_restarted() {
    let mut world = world(1);
    world.submit(jobs(10));
    world.mishap(s(9), 0, Mishap::Stall);
    world.mishap(s(200), 0, Mishap::Die);
    world.mishap(s(220), 0, Mishap::Start);
    world.run(s(600));
    assert_eq!(world.done(), 10);
    assert!(world.notices.iter().any(|notice| matches!(notice, Notice::Waiting { .. })));
}

#[test]
fn requests_that_wait_while_none_runs_are_a_stall() {
    let mut world = world(2);
    world.mishap(ms(0), 1, Mishap::Stall);
    world.run_until(ms(1));
    world.submit(jobs(10));
    world.run(s(150));
    assert_eq!(world.done(), 10);
    assert!(world.was(1, Health::Stalled));
}

#[test]
fn a_deaf_socket_costs_little_time() {
    let mut world = world(1);
    world.mishap(ms(0), 0, Mishap::Deaf(true));
    world.run_until(ms(1));
    world.submit(jobs(20));
    world.run(s(50));
    assert_eq!(world.done(), 20);
    assert!(world.now < s(46), "{:?}", world.now);
}

#[test]
fn lost_answers_are_looked_for_and_never_posted_blindly() {
    let mut world = world(1);
    world.mishap(ms(0), 0, Mishap::LoseAnswers(4));
    world.run_until(ms(1));
    world.submit(jobs(10));
    world.run(s(60));
    assert_eq!(world.done(), 10);
    assert_eq!(world.real[0].posts, 12, "two of the four were accepted");
    assert_eq!(world.started.values().sum::<u32>() as usize, world.done(), "none was started twice");
}

#[test]
fn node_errors_fail_their_job_alone_and_at_once() {
    let mut world = world(2);
    world.node_errors.insert(JobId(3));
    world.submit(jobs(5));
    world.run(s(20));
    assert_eq!(world.done(), 4);
    assert_eq!(failure(&world, 3).to_string(), "KSampler: no");
    assert_eq!(world.started[&JobId(3)], 1);
}

#[test]
fn out_of_memory_goes_to_a_larger_server() {
    let mut world = world(2);
    world.real[0].out_of_memory.insert(JobId(0));
    world.submit(jobs(6));
    world.run(s(30));
    assert_eq!(world.done(), 6);
}

#[test]
fn out_of_memory_everywhere_is_tried_once_more_at_the_end_and_fails() {
    let mut world = world(2);
    world.real.iter_mut().for_each(|real| _ = real.out_of_memory.insert(JobId(0)));
    world.submit(jobs(20));
    world.run(s(60));
    assert_eq!(world.done(), 19);
    assert_eq!(failure(&world, 0).to_string(), "out of memory: Allocation on device");
    assert_eq!(world.started[&JobId(0)], 3);
}

#[test]
fn an_interruption_by_others_is_forgiven_once() {
    let mut world = world(1);
    world.submit(jobs(3));
    world.mishap(s(1), 0, Mishap::Interrupt);
    world.run(s(20));
    assert_eq!(world.done(), 3);

    let mut world = self::world(1);
    world.submit(jobs(1));
    world.mishap(s(1), 0, Mishap::Interrupt);
    world.mishap(s(2), 0, Mishap::Interrupt);
    world.run(s(20));
    assert!(matches!(failure(&world, 0), JobFailure::Interrupted(_)));
}

#[test]
fn a_queue_that_others_clear_is_filled_again() {
    let mut world = world(1);
    world.submit(jobs(6));
    world.mishap(s(3), 0, Mishap::Clear);
    world.run(s(30));
    assert_eq!(world.done(), 6);
    assert_eq!(world.real[0].posts, 7);
}

#[test]
fn a_job_that_kills_servers_is_given_up_and_takes_no_other_along() {
    let mut world = world(2);
    world.killers.insert(JobId(2));
    world.submit(jobs(20));
    world.run(s(600));
    assert_eq!(world.done(), 19);
    assert!(matches!(failure(&world, 2), JobFailure::Poison { attempts: 3, .. }), "{:?}", failure(&world, 2));
}

#[test]
fn damaged_images_are_fetched_again_then_made_again_then_given_up() {
    for (damaged, posts, done) in [(2, 1, true), (3, 2, true), (6, 2, false)] {
        let mut world = world(1);
        world.damaged.insert(JobId(0), damaged);
        world.submit(jobs(1));
        world.run(s(60));
        assert_eq!((world.real[0].posts, world.done() == 1), (posts, done), "{damaged}");
    }
}

#[test]
fn servers_with_less_of_others_work_come_first() {
    let mut world = world(2);
    for _ in 0..10 {
        world.mishap(ms(0), 0, Mishap::Foreign(s(10)));
    }
    world.run_until(ms(1));
    world.submit(jobs(10));
    world.run(s(130));
    assert_eq!(world.done(), 10);
    assert!(world.real[1].posts >= 8, "{}", world.real[1].posts);
    assert!(world.notices.iter().any(|notice| matches!(notice, Notice::Shared { server: ServerId(0), others: 10 })));
}

/// 24 images of 2 s on two servers, one of them behind a foreign job of 60 s: the other one does nearly all of them.
#[test]
fn what_waits_behind_others_moves_to_a_server_that_is_idle() {
    let mut world = world(2);
    world.mishap(ms(0), 0, Mishap::Foreign(s(60)));
    world.run_until(ms(1));
    world.submit(jobs(24));
    world.run(s(60));
    assert_eq!((world.done(), world.real[1].posts), (24, 24));
    assert!(world.now < s(49), "{:?}", world.now);
    let moved = world.notices.iter().filter(|notice| matches!(notice, Notice::Moved { server: ServerId(0), .. }));
    assert_eq!(moved.count(), 2);
    assert_eq!((world.real[0].ours(), world.real[0].foreigners()), (0, 1));
}

#[test]
fn what_waits_behind_ours_moves_where_that_saves_time() {
    let mut world = world(2);
    world.real[1].speed = 0.1;
    world.submit(jobs(12));
    world.run(s(100));
    assert_eq!(world.done(), 12);
    assert_eq!(world.started.values().sum::<u32>(), 12, "none was started twice");
    assert!(world.now <= s(42), "{:?}", world.now);
}

#[test]
fn what_cannot_be_done_elsewhere_stays_where_it_waits() {
    let mut world = world(2);
    world.mishap(ms(0), 1, Mishap::Foreign(s(60)));
    world.run_until(ms(1));
    world.submit((0..2).map(only_on_the_second).collect());
    world.run(s(70));
    assert_eq!((world.done(), world.real[1].posts, world.real[0].posts), (2, 2, 0));
}

#[test]
fn a_worker_that_takes_a_request_up_and_never_begins_it_is_a_stall_within_two_minutes() {
    let mut world = world(2);
    world.mishap(ms(0), 1, Mishap::Stick);
    world.run_until(ms(1));
    world.submit(jobs(12));
    world.run(s(110));
    assert_eq!(world.done(), 12);
    assert!(world.was(1, Health::Stalled));
}

#[test]
fn a_stalled_only_server_is_given_up_in_minutes() {
    let mut world = world(1);
    world.mishap(ms(0), 0, Mishap::Stick);
    world.run_until(ms(1));
    world.submit(jobs(3));
    world.run(s(420));
    assert_eq!(world.done(), 0);
    let waits = |notice: &Notice| matches!(notice, Notice::Waiting { diagnostic } if diagnostic.message.contains("at most 300 s"));
    assert!(world.notices.iter().any(waits), "{:?}", world.notices);
}

#[test]
fn a_server_that_is_back_gets_its_share() {
    for back in [12, 20, 33] {
        let mut world = world(2);
        world.submit(jobs(60));
        world.mishap(s(5), 1, Mishap::Die);
        world.mishap(s(back), 1, Mishap::Start);
        world.run(s(200));
        assert_eq!(world.done(), 60);
        assert!(world.real[1].posts > 12, "{back}: {}", world.real[1].posts);
        assert!(world.now < s(60 + back), "{back}: {:?}", world.now);
    }
}

#[test]
fn a_server_that_dies_before_it_answers_a_post_is_held_against_the_job() {
    let mut world = world(1);
    world.answering = s(5);
    world.killers.insert(JobId(0));
    world.submit(vec![job(0, "a", "")]);
    world.run(s(600));
    assert!(matches!(failure(&world, 0), JobFailure::Poison { .. }), "{:?}", failure(&world, 0));
    assert_eq!(world.started[&JobId(0)], 3);
}

#[test]
fn jobs_whose_time_is_over_fail_and_leave_nothing() {
    let mut world = world(2);
    world.submit(jobs(20));
    world.run_until(s(5));
    let open = (0..20).map(JobId).filter(|job| !world.answers.contains_key(job)).collect();
    world.input(Input::Expire { jobs: open });
    assert_eq!((world.scheduler.open_jobs(), world.done()), (0, 4));
    assert_eq!(failure(&world, 19).diagnostic().code, "time-limit");
    world.run_until(s(7));
    assert_eq!(world.real.iter().map(|real| real.ours()).sum::<usize>(), 0);
}

#[test]
fn what_only_one_server_can_do_waits_for_it() {
    let mut world = world(2);
    world.submit((0..10).map(only_on_the_second).collect());
    world.run(s(60));
    assert_eq!((world.real[0].posts, world.real[1].posts), (0, 10));
}

#[test]
fn what_only_a_dead_server_can_do_fails_though_others_live() {
    let mut world = world(2);
    world.real[1].alive = false;
    let both = (1..100).map(|n| job(n, "a", ""));
    world.submit([only_on_the_second(0)].into_iter().chain(both).collect());
    world.run(s(400));
    assert_eq!(world.done(), 99);
    let message = failure(&world, 0).to_string();
    assert_eq!(
        message,
        "no server can do it: `http://s0:8188`: no `x.safetensors`; `http://s1:8188`: it refuses connections"
    );
}

#[test]
fn a_rejected_job_goes_to_the_next_server_and_fails_when_all_reject_it() {
    let mut scheduler = Scheduler::new(vec!["a".to_owned(), "b".to_owned()], Options::default());
    let mut actions = scheduler.handle(Input::Jobs(jobs(1)), ms(0));
    let mut refused = Vec::new();
    let mut answer = None;
    while let Some(action) = actions.pop() {
        let input = match action {
            Action::Probe { server } => Input::Probed { server, result: Ok(()) },
            Action::Snapshot { server, .. } => {
                Input::Snapshot { server, result: Ok(Snapshot { seen: vec![], running: None, pending: 0, others: 0 }) }
            }
            Action::Post { server, attempt } => {
                refused.push(server);
                Input::Posted { attempt, result: Err(PostError::Rejected("no".into())) }
            }
            Action::Answer { answer: given, .. } => {
                answer = Some(given);
                continue;
            }
            _ => continue,
        };
        actions.extend(scheduler.handle(input, ms(1)));
    }
    refused.sort();
    assert_eq!(refused, [ServerId(0), ServerId(1)]);
    let Some(Answer::Failed(reason)) = answer else { panic!("{answer:?}") };
    assert_eq!(reason.to_string(), "`a`, `b`: no");
}

#[test]
fn a_server_that_is_no_comfyui_is_told_at_once() {
    let mut scheduler = Scheduler::new(vec!["a".to_owned()], Options::default());
    scheduler.handle(Input::Jobs(jobs(1)), ms(0));
    let fault = Fault::Unfit("it answers with a web page".to_owned());
    let actions = scheduler.handle(Input::Probed { server: ServerId(0), result: Err(fault) }, ms(5));
    let failed = |action: &Action| matches!(action, Action::Answer { answer: Answer::Failed(JobFailure::NoServer(why)), .. } if why[0].1.message.contains("web page"));
    assert!(actions.iter().any(failed), "{actions:?}");
}

#[test]
fn cancel_withdraws_ours_and_nothing_else() {
    let mut world = world(2);
    world.mishap(ms(0), 0, Mishap::Foreign(s(50)));
    world.submit(jobs(20));
    world.run_until(s(5));
    world.cancel();
    assert_eq!(world.scheduler.open_jobs(), 0);
    assert_eq!(world.answers.len(), 20);
    world.run_until(s(6));
    let left: usize = world.real.iter().map(|real| real.ours()).sum();
    assert_eq!((left, world.real[0].foreigners()), (0, 1));
}

#[test]
fn what_is_being_fetched_outlives_a_cancel() {
    let mut world = world(1);
    world.latency = ms(100);
    world.submit(jobs(5));
    while !world.fetching {
        world.tick_on();
    }
    world.cancel();
    assert_eq!(world.scheduler.open_jobs(), 1);
    world.run(s(10));
    assert_eq!(world.done(), 1);
}

#[test]
fn what_an_earlier_build_left_is_adopted() {
    let mut world = world(2);
    world.left(0, attempt(0, 1), Status::Ended(End::Success));
    world.left(0, attempt(1, 1), Status::Running);
    world.left(1, attempt(2, 1), Status::Absent);
    world.left(1, attempt(3, 1), Status::Ended(End::Interrupted));
    world.submit([(0, 0), (1, 0), (2, 1), (3, 1)].map(|(n, server)| earlier(n, server)).to_vec());
    world.run(s(20));
    assert_eq!(world.done(), 4);
    assert_eq!(world.answers[&JobId(0)], Answer::Done { attempt: attempt(0, 1) });
    assert_eq!(world.answers[&JobId(1)], Answer::Done { attempt: attempt(1, 1) });
    assert_eq!(world.answers[&JobId(2)], Answer::Done { attempt: attempt(2, 2) });
    assert_eq!(world.real[0].posts + world.real[1].posts, 2);
}

/// A cancelled build interrupts what runs, which takes a server a moment: nobody else is blamed for it.
#[test]
fn what_an_earlier_build_interrupts_is_requested_again_without_a_word() {
    let mut world = world(1);
    world.left(0, attempt(0, 1), Status::Running);
    world.submit(vec![earlier(0, 0)]);
    world.mishap(s(1), 0, Mishap::Interrupt);
    world.mishap(s(2), 0, Mishap::Interrupt);
    world.run(s(20));
    assert_eq!(world.answers[&JobId(0)], Answer::Done { attempt: attempt(0, 3) });
    let requeued = world.notices.iter().filter(|notice| matches!(notice, Notice::Requeued { .. }));
    assert_eq!(requeued.count(), 1, "{:?}", world.notices);
}

#[test]
fn an_adopted_attempt_that_its_own_build_interrupts_does_not_count() {
    let mut world = world(1);
    world.left(0, attempt(0, 1), Status::Running);
    world.submit(vec![earlier(0, 0)]);
    world.mishap(s(1), 0, Mishap::Interrupt);
    world.mishap(s(2), 0, Mishap::Interrupt);
    world.run(s(20));
    assert_eq!((world.done(), world.real[0].posts), (1, 2));
}

#[test]
fn an_attempt_is_released_only_if_nobody_wants_it() {
    let mut world = world(1);
    world.submit(jobs(1));
    world.run_until(s(1));
    world.input(Input::Release { attempt: attempt(0, 1) });
    world.run(s(20));
    assert_eq!(world.answers[&JobId(0)], Answer::Done { attempt: attempt(0, 1) });
}

#[test]
fn what_was_left_on_a_server_that_is_gone_is_asked_for_elsewhere() {
    let mut world = world(2);
    world.real[1].alive = false;
    world.submit(vec![earlier(0, 1)]);
    world.run(s(10));
    assert_eq!(world.done(), 1);
}

#[test]
fn what_turns_up_on_a_server_that_is_back_is_taken() {
    let mut world = world(1);
    world.took = s(40);
    world.submit(jobs(1));
    world.mishap(s(1), 0, Mishap::Slow(true));
    world.mishap(s(300), 0, Mishap::Slow(false));
    let options = Options { grace: s(300), ..Options::default() };
    world.scheduler = Scheduler::new(vec!["a".to_owned()], options);
    world.submit(jobs(1));
    world.run(s(600));
    assert_eq!((world.done(), world.real[0].posts), (1, 1));
}

#[test]
fn the_words_of_failures_name_the_server_and_the_way_out() {
    let poison =
        JobFailure::Poison { attempts: 3, server: "a".to_owned(), reason: "it refuses connections".to_owned() };
    assert_eq!(poison.to_string(), "it was given up after 3 attempts, the last on `a`: it refuses connections");
    assert_eq!(poison.diagnostic().hint.as_deref(), poison.hint());
}

#[test]
fn a_failure_has_the_code_and_the_hint_that_all_servers_give() {
    let missing = Diagnostic::error("missing-model", "no `x`").hint("get `x`");
    let rejected = |second: Cause| {
        JobFailure::Rejected(vec![("a".to_owned(), (&missing).into()), ("b".to_owned(), second)]).diagnostic()
    };
    let same = rejected((&missing).into());
    assert_eq!((&*same.code, same.hint.as_deref()), ("missing-model", Some("get `x`")));
    let other = rejected("no".into());
    assert_eq!((&*other.code, &*other.message), ("request-rejected", "`a`: no `x`; `b`: no"));
    assert_eq!(other.hint.as_deref(), Some("get `x`"));
    let two = rejected((&Diagnostic::error("missing-model", "no `y`").hint("get `y`")).into());
    assert!(two.hint.unwrap().contains("`dgx-pixels doctor`"));
    let none = JobFailure::Rejected(vec![("a".to_owned(), "no".into())]);
    assert_eq!(none.diagnostic().hint, None);
}

#[test]
fn one_job_is_cancelled_and_the_others_go_on() {
    let mut world = world(1);
    world.submit(jobs(6));
    world.run_until(ms(300));
    world.input(Input::Cancel { jobs: vec![JobId(1), JobId(4)] });
    assert_eq!((&world.answers[&JobId(1)], &world.answers[&JobId(4)]), (&Answer::Cancelled, &Answer::Cancelled));
    world.run(s(20));
    assert_eq!((world.done(), world.real[0].ours()), (4, 0));
}

#[test]
fn a_job_that_is_moved_to_the_front_is_posted_next() {
    let mut world = world(1);
    world.submit(jobs(20));
    world.run_until(ms(10));
    world.input(Input::MoveToFront { job: JobId(18) });
    world.input(Input::MoveToFront { job: JobId(19) });
    let before = world.posted();
    world.run(s(100));
    let posted: Vec<u64> = world.posted()[before.len()..].iter().map(|job| job.0).take(2).collect();
    assert_eq!((posted, world.done()), (vec![19, 18], 20));
}

#[test]
fn a_job_that_is_retried_goes_to_another_server_and_its_attempt_is_withdrawn() {
    let mut world = world(2);
    world.took = s(10);
    world.submit(jobs(1));
    world.run_until(s(2));
    world.input(Input::Retry { job: JobId(0) });
    world.run(s(60));
    assert_eq!((world.done(), world.real[0].posts, world.real[1].posts), (1, 1, 1));
    assert_eq!((world.real[0].ours(), world.real[1].ours()), (0, 0));
    assert!(world.now < s(14), "{:?}", world.now);
}

#[test]
fn jobs_that_come_after_a_cancelled_batch_are_done() {
    let mut world = world(2);
    world.submit((0..20).map(|n| job(n, "a", "")).collect());
    world.run_until(s(1));
    world.cancel();
    assert_eq!(world.scheduler.open_jobs(), 0);
    world.run_until(s(2));
    world.submit((20..40).map(|n| job(n, "a", "")).collect());
    world.run(s(60));
    assert!((20..40).all(|n| matches!(world.answers[&JobId(n)], Answer::Done { .. })));
    assert_eq!(world.real.iter().map(|real| real.switches).sum::<usize>(), 2, "the model stays loaded");
}

#[test]
fn every_attempt_is_forgotten_in_the_end() {
    let mut world = world(2);
    world.submit(jobs(10));
    world.run(s(20));
    assert_eq!(world.known_attempts(), 0);
}
