//! Random faults: whatever happens, every job is answered once, and the same world gives the same actions.

use std::collections::BTreeMap;
use std::time::Duration;

use dgx_pixels::generate::comfyui::scheduler::{
    Answer, AttemptId, Earlier, End, Health, JobFailure, JobId, Options, ServerId, Status,
};
use proptest::prelude::*;

use super::sim::{Mishap, World, job, ms, s};

#[derive(Clone, Debug)]
struct Scenario {
    servers: usize,
    jobs: u64,
    sockets: bool,
    mishaps: Vec<(u64, usize, Mishap)>,
    node_errors: Vec<u64>,
    killers: Vec<u64>,
    big: Vec<u64>,
    damaged: Vec<(u64, u32)>,
    cancel: Option<u64>,
    /// What an earlier build left, and where it is.
    left: BTreeMap<u64, (usize, usize)>,
    /// Half of the jobs come then.
    second: u64,
    /// Jobs that, beside server 0, only this one can do.
    only: BTreeMap<u64, usize>,
    /// Server 0 is never hit, so that there is always one that works.
    sound: bool,
}

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        Just(Mishap::Die),
        Just(Mishap::Start),
        Just(Mishap::Start),
        Just(Mishap::Stall),
        Just(Mishap::Stick),
        any::<bool>().prop_map(Mishap::Slow),
        any::<bool>().prop_map(Mishap::Deaf),
        (1..4usize).prop_map(Mishap::LoseAnswers),
        Just(Mishap::Interrupt),
        Just(Mishap::Clear),
        (1..200u64).prop_map(|n| Mishap::Foreign(s(n))),
    ]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let mishaps = prop::collection::vec((0..120_000u64, 0..4usize, mishap()), 0..40);
    let some = || prop::collection::vec(0..60u64, 0..3);
    let damaged = prop::collection::vec((0..60u64, 1..8u32), 0..3);
    let cancel = prop::option::weighted(0.2, 0..60_000u64);
    let left = prop::collection::btree_map(0..60u64, (0..4usize, 0..4usize), 0..6);
    let only = prop::collection::btree_map(0..60u64, 0..4usize, 0..4);
    let more = (left, 0..100_000u64, only, prop::bool::weighted(0.8));
    (2..5usize, 1..60u64, any::<bool>(), mishaps, some(), some(), some(), damaged, cancel, more).prop_map(
        |(servers, jobs, sockets, mishaps, node_errors, killers, big, damaged, cancel, more)| Scenario {
            servers,
            jobs,
            sockets,
            mishaps,
            node_errors,
            killers,
            big,
            damaged,
            cancel,
            left: more.0,
            second: more.1,
            only: more.2,
            sound: more.3,
        },
    )
}

/// Server 0 is sound, but for what others do to its queue.
fn harmless(mishap: &Mishap) -> bool {
    !matches!(mishap, Mishap::Die | Mishap::Stall | Mishap::Stick | Mishap::Slow(_))
}

fn play(scenario: &Scenario) -> World {
    let mut world = World::new(scenario.servers, Options::default());
    if !scenario.sockets {
        world = world.without_sockets();
    }
    world.keep_log = true;
    world.took = s(2);
    world.load = s(10);
    // Some worlds answer posts only after what was asked for has ended.
    world.answering = if scenario.jobs.is_multiple_of(3) { s(3) } else { Duration::ZERO };
    world.node_errors = scenario.node_errors.iter().map(|n| JobId(*n)).collect();
    world.killers = scenario.killers.iter().map(|n| JobId(*n)).collect();
    world.damaged = scenario.damaged.iter().map(|(n, times)| (JobId(*n), *times)).collect();
    for real in &mut world.real {
        real.out_of_memory = scenario.big.iter().map(|n| JobId(*n)).collect();
    }
    for (when, server, mishap) in &scenario.mishaps {
        let server = server % scenario.servers;
        if server > 0 || !scenario.sound || harmless(mishap) {
            world.mishap(ms(*when), server, mishap.clone());
        }
    }
    let (first, second) = (0..scenario.jobs).partition(|n| n % 2 == 0);
    submit(&mut world, scenario, first);
    let mut steps = vec![(scenario.second, Some(second))];
    steps.extend(scenario.cancel.map(|when| (when, None)));
    steps.sort();
    for (when, more) in steps {
        world.run_until(ms(when));
        match more {
            Some(numbers) => submit(&mut world, scenario, numbers),
            None => world.cancel(),
        }
    }
    world.run(s(20_000));
    world
}

fn submit(world: &mut World, scenario: &Scenario, numbers: Vec<u64>) {
    let servers = scenario.servers;
    let mut jobs = Vec::new();
    for n in numbers {
        let mut job = job(n, ["a", "b"][n as usize % 2], ["", "x", "y"][n as usize % 3]);
        if let Some((server, status)) = scenario.left.get(&n) {
            let server = server % servers;
            let statuses =
                [Status::Absent, Status::Queued, Status::Ended(End::Success), Status::Ended(End::Interrupted)];
            world.left(server, AttemptId { job: job.id, number: 1 }, statuses[*status].clone());
            job.earlier = vec![Earlier { number: 1, server: ServerId(server) }];
        }
        if let Some(only) = scenario.only.get(&n) {
            let others = (1..servers).filter(|server| *server != only % servers);
            job.unable = others.map(|server| (ServerId(server), "no".into())).collect();
        }
        jobs.push(job);
    }
    world.submit(jobs);
}

/// Why a job may fail in the scenario.
fn excused(scenario: &Scenario, id: JobId, reason: &JobFailure) -> bool {
    let befell = |wanted: fn(&Mishap) -> bool| scenario.mishaps.iter().filter(|(.., mishap)| wanted(mishap)).count();
    match reason {
        JobFailure::NodeFailed(_) => scenario.node_errors.contains(&id.0),
        JobFailure::OutOfMemory(_) => scenario.big.contains(&id.0),
        JobFailure::ImageUnavailable { .. } => scenario.damaged.iter().any(|(n, _)| *n == id.0),
        JobFailure::Interrupted(_) => befell(|mishap| matches!(mishap, Mishap::Interrupt)) > 1,
        JobFailure::Vanished(_) => befell(|mishap| matches!(mishap, Mishap::Clear | Mishap::Die)) > 1,
        JobFailure::Poison { .. } => {
            let killed = scenario.killers.contains(&id.0);
            killed || befell(|mishap| !harmless(mishap) || matches!(mishap, Mishap::LoseAnswers(_))) > 2
        }
        JobFailure::NoServer(_) => !scenario.sound,
        JobFailure::Rejected(_) | JobFailure::TimeLimit => false,
    }
}

/// A job that failed and had no reason to.
fn unexcused(scenario: &Scenario, world: &World) -> Option<String> {
    world.answers.iter().find_map(|(id, answer)| match answer {
        Answer::Failed(reason) if !excused(scenario, *id, reason) => Some(format!("{id:?} {reason:?}")),
        _ => None,
    })
}

/// Jobs that bring servers down, beside what slows servers or hides what happens there.
fn poisonous() -> impl Strategy<Value = Scenario> {
    let hides = prop_oneof![any::<bool>().prop_map(Mishap::Deaf), (1..60u64).prop_map(|n| Mishap::Foreign(s(n))),];
    let mishaps = prop::collection::vec((0..60_000u64, 0..4usize, hides), 0..6);
    let killers = prop::collection::btree_set(0..30u64, 1..3);
    (1..5usize, 1..30u64, any::<bool>(), mishaps, killers).prop_map(|(servers, jobs, sockets, mishaps, killers)| {
        Scenario { sockets, mishaps, ..with_killers(servers, jobs, killers.into_iter().collect()) }
    })
}

/// Servers on which nothing goes wrong but for the jobs that bring them down.
fn with_killers(servers: usize, jobs: u64, killers: Vec<u64>) -> Scenario {
    Scenario {
        servers,
        jobs,
        sockets: true,
        mishaps: Vec::new(),
        node_errors: Vec::new(),
        killers,
        big: Vec::new(),
        damaged: Vec::new(),
        cancel: None,
        left: BTreeMap::new(),
        second: 10_000,
        only: BTreeMap::new(),
        sound: false,
    }
}

/// What is wrong with how the jobs that bring servers down ended, and how the others did.
fn misjudged(scenario: &Scenario) -> Option<String> {
    let world = play(scenario);
    world.answers.iter().find_map(|(id, answer)| {
        let killer = scenario.killers.contains(&id.0);
        let started = world.started[id];
        let right = killer == matches!(answer, Answer::Failed(JobFailure::Poison { .. })) && (!killer || started == 3);
        (!right).then(|| format!("{id:?} was started {started} times: {answer:?}"))
    })
}

#[test]
fn a_killer_that_began_unseen_behind_a_job_that_ended_unseen_is_tried_three_times() {
    let mishaps = vec![(12_006, 0, Mishap::Deaf(true))];
    let scenario = Scenario { mishaps, ..with_killers(3, 13, vec![12]) };
    assert_eq!(misjudged(&scenario), None);
}

#[test]
fn a_killer_in_doubt_that_is_seen_waiting_elsewhere_is_tried_three_times() {
    let foreign = |seconds| Mishap::Foreign(s(seconds));
    let mishaps = vec![(12_006, 0, Mishap::Deaf(true)), (54_028, 1, foreign(33)), (56_030, 0, foreign(31))];
    let scenario = Scenario { mishaps, ..with_killers(2, 13, vec![3, 12]) };
    assert_eq!(misjudged(&scenario), None);
}

#[test]
fn what_was_left_on_a_process_that_died_before_it_was_heard_of_is_made_anew() {
    let (left, only) = (BTreeMap::from([(1, (0, 1)), (3, (0, 1))]), BTreeMap::from([(1, 0), (3, 0)]));
    let scenario = Scenario { left, only, second: 15_000, sound: true, ..with_killers(2, 4, vec![0]) };
    let world = play(&scenario);
    assert!(world.was(0, Health::Down));
    assert_eq!(unexcused(&scenario, &world), None);
    assert_eq!(world.done(), 3);
}

#[test]
fn what_was_left_behind_a_job_that_never_begins_is_made_elsewhere() {
    let (left, mishaps) = (BTreeMap::from([(29, (3, 1))]), vec![(0, 3, Mishap::Stick)]);
    let scenario = Scenario { left, mishaps, second: 83_018, ..with_killers(4, 30, Vec::new()) };
    assert_eq!(play(&scenario).done(), 30);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_job_is_answered_once_whatever_breaks(scenario in scenario()) {
        let world = play(&scenario);
        prop_assert_eq!(world.answers.len(), scenario.jobs as usize);
        prop_assert_eq!(unexcused(&scenario, &world), None);
        let cancelled = world.answers.values().any(|answer| *answer == Answer::Cancelled);
        prop_assert!(!cancelled || scenario.cancel.is_some());
        prop_assert!(world.started.values().all(|starts| *starts <= 9));
        prop_assert!(world.now < Duration::from_secs(if scenario.sound { 5_000 } else { 15_000 }), "{:?}", world.now);
    }

    #[test]
    fn a_job_that_brings_servers_down_is_tried_three_times_and_costs_no_other(scenario in poisonous()) {
        prop_assert_eq!(misjudged(&scenario), None);
    }

    #[test]
    fn the_same_world_gives_the_same_orders(scenario in scenario()) {
        prop_assert_eq!(play(&scenario).log, play(&scenario).log);
    }
}
