//! Real file systems that are full or read-only. They need the right to mount, so they are ignored by default:
//! `cargo test --test it mounts:: -- --ignored`.

use std::process::{Command, Output};

use crate::project::{BINARY, KNIGHT, NO_SERVER, Project, assert_same};

/// Runs a script with mounts of its own in the project's folder.
fn with_mounts(project: &Project, script: &str) -> String {
    let unshare = |options: &str, script: &str| {
        let mut command = Command::new("unshare");
        command.args([options, "sh", "-c", script]).env("BIN", BINARY).env("NO_COLOR", "1");
        command.env("DGX_PIXELS_SERVERS", NO_SERVER);
        command.current_dir(project.path("")).output()
    };
    for options in ["-m", "-rm"] {
        let probe = "mkdir -p probe && mount -t tmpfs none probe && umount probe; code=$?; rmdir probe; exit $code";
        match unshare(options, probe) {
            Ok(probe) if probe.status.success() => return text(&unshare(options, script).unwrap()),
            Ok(probe) => println!("unshare {options}: {}", String::from_utf8_lossy(&probe.stderr).trim()),
            Err(error) => println!("unshare: {error}"),
        }
    }
    panic!("nothing can be mounted here");
}

fn text(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    format!("{out}{err}")
}

#[test]
#[ignore = "needs the right to mount"]
fn a_disk_of_one_megabyte_gets_full_and_then_grows() {
    let names: Vec<String> = (0..80).map(|n| format!("\"n{n}\"")).collect();
    let many = format!("{KNIGHT}matrix = {{ n = [{}] }}\n", names.join(", "))
        .replace("\"sketch\"", "\"sketch\"\nscale = [1, 2, 3, 4, 5]");
    let project = Project::with(&many);
    let script = "mkdir small && mount -t tmpfs -o size=1m none small && cp pixels.toml small && cd small
        $BIN build; echo exit $?; mount -o remount,size=64m . && $BIN build -q; echo exit $?
        $BIN build --message-format json; cp -r assets pixels.lock ..";
    let said = with_mounts(&project, script);
    assert!(said.contains("exit 1") && said.contains("exit 0"), "{said}");
    assert!(said.contains("No space left on device") && said.contains("\"asked\":0"), "{said}");
    let whole = Project::with(&many);
    whole.build(&[]).exit(0);
    assert_same(&project.tree(), &whole.tree(), &said);
}

#[test]
#[ignore = "needs the right to mount"]
fn a_read_only_project_is_said_to_be_one() {
    let project = Project::with(KNIGHT);
    let script = "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && $BIN build; echo exit $?";
    let said = with_mounts(&project, script);
    assert!(said.contains("there is something to build, and this process may not write into `.dgx-pixels`"), "{said}");
    assert!(said.contains("exit 1"), "{said}");
    project.build(&[]).exit(0);
    let said = with_mounts(&project, script);
    assert!(said.contains("1 asset up to date") && said.contains("exit 0"), "{said}");
}

#[test]
#[ignore = "needs the right to mount"]
fn a_read_only_output_folder_loses_nothing() {
    let project = Project::with(KNIGHT).file("assets/mine.txt", "mine");
    let script = "mount --bind assets assets && mount -o remount,ro,bind assets && $BIN build; echo exit $?";
    let said = with_mounts(&project, script);
    assert!(said.contains("assets/sprites") && said.contains("Read-only file system"), "{said}");
    assert!(said.contains("exit 1"), "{said}");
    project.build(&[]).exit(0).asked(0).wrote(1);
}
