//! What a command line that is mistaken, or that would lose something, is told.

use std::fs::OpenOptions;

use crate::project::{KNIGHT, Project};

#[test]
fn a_parcel_is_written_over_a_file_only_if_that_is_wanted() {
    let project = Project::with(KNIGHT).file("mine.tar", "mine");
    project.build(&[]).exit(0);
    project.run(&["cache", "export", "mine.tar"]).exit(2).says("`mine.tar` exists already").says("--force");
    assert_eq!(project.read("mine.tar"), b"mine");
    project.run(&["cache", "export", "--force", "mine.tar"]).exit(0);
    project.run(&["cache", "import", "mine.tar"]).exit(0);
    project.run(&["cache", "import", "missing.tar"]).exit(2).says("hint:");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_stdout_did_not_take_is_an_error() {
    let project = Project::with(KNIGHT);
    for arguments in [&["plan"][..], &["build", "--message-format", "json"], &["palette", "list"], &["schema"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = project.command(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write to stdout: "), "{stderr}");
    }
}
