//! How well many servers share the work, in simulated time; `benches/scheduler.rs` measures what the scheduler itself costs.

use dgx_pixels::generate::comfyui::scheduler::{
    Action, AttemptId, End, Input, JobId, Options, Poll, Scheduler, ServerId, Snapshot,
};

use super::sim::{World, job, jobs, ms, s};

fn wall(world: &mut World, count: u64) -> f64 {
    world.submit(jobs(count));
    world.run(s(10_000));
    assert_eq!(world.done(), count as usize);
    world.now.as_secs_f64()
}

#[test]
fn more_servers_are_as_much_faster() {
    let one = wall(&mut World::new(1, Options::default()), 480);
    assert!(one < 480.0 * 0.2 * 1.01, "{one}");
    for (servers, least) in [(2, 1.98), (4, 3.9), (8, 7.6)] {
        let many = wall(&mut World::new(servers, Options::default()), 480);
        assert!(one / many >= least, "{servers} servers: {} times", one / many);
    }
}

#[test]
fn without_sockets_the_device_hardly_waits() {
    let mut world = World::new(1, Options::default()).without_sockets();
    let took = wall(&mut world, 60);
    assert!(took <= 60.0 * 0.2 * 1.03, "{took}");
}

#[test]
fn jobs_that_end_before_their_post_is_answered_wait_for_no_poll() {
    let mut world = World::new(1, Options::default());
    (world.took, world.answering) = (ms(0), ms(5));
    let took = wall(&mut world, 100);
    assert!(took < 100.0 * 0.02, "{took}");
}

#[test]
fn an_end_that_is_told_while_the_histories_are_read_is_looked_for_at_once() {
    let server = ServerId(0);
    let [first, second] = [0, 1].map(|job| AttemptId { job: JobId(job), number: 1 });
    let mut scheduler = Scheduler::new(vec!["a".to_owned()], Options::default());
    scheduler.handle(Input::Jobs(jobs(2)), ms(0));
    scheduler.handle(Input::Socket { server, open: true }, ms(0));
    scheduler.handle(Input::Probed { server, result: Ok(()) }, ms(1));
    let nothing = Snapshot { seen: vec![], running: None, pending: 0, others: 0 };
    scheduler.handle(Input::Snapshot { server, result: Ok(nothing) }, ms(2));
    for attempt in [first, second] {
        scheduler.handle(Input::Posted { attempt, result: Ok(()) }, ms(3));
    }
    let peeks = |actions: &[Action]| actions.iter().filter(|action| matches!(action, Action::Poll { .. })).count();
    assert_eq!(peeks(&scheduler.handle(Input::Finished { attempt: first }, ms(10))), 1);
    assert_eq!(peeks(&scheduler.handle(Input::Finished { attempt: second }, ms(11))), 0);
    let read = Poll { ended: vec![(first, End::Success)], remaining: 1 };
    assert_eq!(peeks(&scheduler.handle(Input::Polled { server, result: Ok(read) }, ms(12))), 1);
}

#[test]
fn a_slow_server_is_not_waited_for_at_the_end() {
    let mut world = World::new(2, Options::default());
    world.real[1].speed = 0.05;
    let took = wall(&mut world, 100);
    assert!(took < 100.0 * 0.2, "{took}");
    assert!(world.real[1].posts > 2);
}

#[test]
fn one_server_loads_each_model_and_lora_stack_once() {
    let mut world = World::new(1, Options::default());
    let mixed = (0..60).map(|n| job(n, ["a", "b", "c"][n as usize % 3], ["", "x"][n as usize % 2]));
    world.submit(mixed.collect());
    world.run(s(1000));
    assert_eq!(world.real[0].switches, 3);
}

#[test]
fn several_servers_take_a_model_each() {
    let mut world = World::new(3, Options::default());
    world.load = s(10);
    let mixed = (0..300).map(|n| job(n, ["a", "b", "c"][n as usize % 3], ""));
    world.submit(mixed.collect());
    world.run(s(1000));
    let switches: usize = world.real.iter().map(|real| real.switches).sum();
    assert!(switches <= 5, "{switches} loads");
}

#[test]
fn nobody_idles_beside_the_pile_of_another() {
    let mut world = World::new(2, Options::default());
    world.load = s(1);
    let mixed = (0..200).map(|n| job(n, if n < 190 { "a" } else { "b" }, ""));
    world.submit(mixed.collect());
    world.run(s(1000));
    assert!(world.now < s(23), "{:?}", world.now);
}
