//! No test talks to a server that it did not start: not to one that happens to run on this machine either.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::project::{NO_SERVER, Project};

/// A project that has to ask a server, and names none.
const ON_A_SERVER: &str = "[project]\nname = \"t\"\nbackend = \"comfyui\"\n[sprite.a]\nprompt = \"a\"\nsize = 16\n";

/// Where ComfyUI listens usually, with the connections so far; `None` if something listens there already.
fn usual_port() -> Option<Arc<AtomicUsize>> {
    let listener = TcpListener::bind("127.0.0.1:8188").ok()?;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || listener.incoming().for_each(|_| _ = count.fetch_add(1, Ordering::SeqCst)));
    Some(connections)
}

#[test]
fn commands_that_need_a_server_ask_none_but_those_of_the_test() {
    let connections = usual_port();
    let project = Project::with(ON_A_SERVER).file("other/pixels.toml", ON_A_SERVER).file("list.txt", "old oak\n");
    let local = Project::with(ON_A_SERVER).file("pixels.local.toml", "store = \"store\"\n");
    for line in ["build", "doctor", "generate item key", "batch list.txt --out art", "-C other build"] {
        project.run_line(line).says(NO_SERVER);
    }
    project.run_line("doctor --models").never_says("8188");
    Project::new().run_line("generate item key").says(NO_SERVER);
    local.run_line("build").says(NO_SERVER);
    assert_eq!(connections.map_or(0, |count| count.load(Ordering::SeqCst)), 0);
}

#[test]
fn the_binary_is_started_in_one_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "rs")) {
        let name = file.file_name().to_string_lossy();
        // The scripts of these run in a shell, which gets the variable there.
        if ["fence.rs", "project.rs", "mounts.rs", "letter_case.rs", "checkout.rs", "pty.rs", "terminal.rs"]
            .contains(&&*name)
        {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).unwrap();
        let starts = ["CARGO_BIN_EXE", "BINARY", "cargo_bin"].into_iter().find(|word| text.contains(word));
        assert_eq!(starts, None, "{name} starts the binary itself: `project::command` keeps it from this machine");
    }
}
