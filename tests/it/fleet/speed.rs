//! How well many servers share the work, and what the fleet itself costs.

use std::time::{Duration, Instant};

use dgx_pixels::generate::fleet::Options;

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

/// Figures of the fleet's own time, for the closing note: `cargo test ten_thousand -- --nocapture`.
#[test]
fn ten_thousand_jobs_stay_linear() {
    let cost = |count: u64| {
        let mut world = World::new(4, Options::default());
        world.took = ms(50);
        let many = (0..count).map(|n| job(n, &format!("m{}", n % 5), &format!("l{}", n % 700)));
        let begun = Instant::now();
        world.submit(many.collect());
        world.run(s(100_000));
        assert_eq!(world.done(), count as usize);
        begun.elapsed()
    };
    let (one, ten) = (cost(1_000), cost(10_000));
    eprintln!("1,000 jobs: {one:?}, 10,000 jobs: {ten:?}");
    assert!(ten < one * 30 + Duration::from_millis(200), "{one:?} and {ten:?}");
}
