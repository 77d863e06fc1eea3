//! The writer of outputs: owned files are replaced, external ones are preserved, nothing escapes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use dgx_pixels::export::write::{Existing, IsOwned, OutFile, Outcome, Pruned, Target, Wanted, prune, publish, sweep};
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::event::Event;
use dgx_pixels::words::file_error::{Access, FileError};

/// A project folder whose `written` is a set in memory.
struct Project {
    folder: tempfile::TempDir,
    written: Mutex<BTreeSet<Digest>>,
    disk_full: bool,
    events: Mutex<Vec<Event>>,
}

impl Project {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            written: Mutex::default(),
            disk_full: false,
            events: Mutex::default(),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn file(self, path: &str, text: &str) -> Self {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
        self
    }

    fn with<T>(&self, run: impl FnOnce(&Target<'_>, &IsOwned<'_>) -> T) -> T {
        let known = self.written.lock().unwrap().clone();
        let (stage, backups) = (self.path(".dgx-pixels/stage"), self.path(".dgx-pixels/kept"));
        let target = Target { root: self.folder.path(), out: "assets", stage: &stage, backups: &backups };
        run(&target, &|digest| known.contains(digest))
    }

    fn publish(&self, existing: Existing, files: &[(&str, &str)]) -> Vec<Outcome> {
        let files: Vec<_> = files.iter().map(|(path, text)| out_file(path, text)).collect();
        let mut record = |digests: &[Digest]| {
            if self.disk_full {
                return Err(FileError::new(Access::Write, "written", std::io::ErrorKind::StorageFull.into()));
            }
            self.written.lock().unwrap().extend(digests);
            Ok(())
        };
        let observer = |event: &Event| self.events.lock().unwrap().push(event.clone());
        self.with(|target, is_owned| publish(target, &files, existing, is_owned, &mut record, &observer))
    }

    fn prune(&self, paths: &[&str]) -> Vec<Pruned> {
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        let observer = |event: &Event| self.events.lock().unwrap().push(event.clone());
        self.with(|target, is_owned| prune(target, &paths, &Wanted::default(), is_owned, &observer))
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

fn out_file(path: &str, text: &str) -> OutFile {
    OutFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn failure(outcomes: &[Outcome]) -> &str {
    match outcomes {
        [Outcome::Failed(diagnostic)] => &diagnostic.message,
        other => panic!("no failure: {other:?}"),
    }
}

fn modified(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// What a game that watches the folder is told of a file that gets another content.
#[cfg(target_os = "linux")]
#[test]
fn a_watcher_is_told_of_each_change_once() {
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

    let project = Project::new();
    project.publish(Existing::Preserve, &[("assets/a.png", "first")]);
    let watch = inotify::init(CreateFlags::NONBLOCK).unwrap();
    let changes = WatchFlags::CLOSE_WRITE | WatchFlags::MODIFY | WatchFlags::MOVED_TO | WatchFlags::CREATE;
    inotify::add_watch(&watch, project.path("assets"), changes).unwrap();
    for text in ["second", "third"] {
        assert_eq!(project.publish(Existing::Preserve, &[("assets/a.png", text)]), [Outcome::Wrote]);
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&watch, &mut buffer);
        let seen: Vec<ReadFlags> = std::iter::from_fn(|| events.next().ok().map(|event| event.events())).collect();
        assert_eq!(seen, [ReadFlags::MOVED_TO], "{text}");
    }
}

#[test]
fn files_are_written_in_order_and_only_once() {
    let project = Project::new();
    let files = [("assets/a/x.png.meta", "meta"), ("assets/a/x.png", "png")];
    assert_eq!(project.publish(Existing::Preserve, &files), [Outcome::Wrote, Outcome::Wrote]);
    let wrote = |path: &str| Event::Wrote { path: path.to_owned() };
    assert_eq!(project.events(), [wrote("assets/a/x.png.meta"), wrote("assets/a/x.png")]);
    let before = modified(&project.path("assets/a/x.png"));
    assert_eq!(project.publish(Existing::Preserve, &files), [Outcome::Unchanged, Outcome::Unchanged]);
    assert_eq!(modified(&project.path("assets/a/x.png")), before);
    assert_eq!(project.events(), []);
    assert_eq!(fs::read_dir(project.path(".dgx-pixels/stage")).unwrap().count(), 0);
}

#[test]
fn an_owned_file_is_replaced() {
    let project = Project::new();
    project.publish(Existing::Preserve, &[("assets/x.png", "old")]);
    assert_eq!(project.publish(Existing::Preserve, &[("assets/x.png", "new")]), [Outcome::Wrote]);
    assert_eq!(project.read("assets/x.png"), "new");
}

#[test]
fn an_external_file_is_preserved() {
    let project = Project::new().file("assets/x.png", "painted by hand");
    let outcomes = project.publish(Existing::Preserve, &[("assets/x.png", "new"), ("assets/y.png", "new")]);
    assert_eq!(outcomes, [Outcome::Preserved, Outcome::Wrote]);
    assert_eq!(project.read("assets/x.png"), "painted by hand");
    assert_eq!(project.events()[0], Event::Kept { path: "assets/x.png".to_owned() });
    assert!(!project.written.lock().unwrap().contains(&Digest::of(b"painted by hand")));
}

#[test]
fn a_backup_never_replaces_an_earlier_one() {
    let project = Project::new();
    for (i, kept) in ["x.png", "x.png.1", "x.png.2"].into_iter().enumerate() {
        let project_file = project.path("assets/x.png");
        fs::create_dir_all(project_file.parent().unwrap()).unwrap();
        fs::write(&project_file, format!("by hand {i}")).unwrap();
        assert_eq!(project.publish(Existing::BackUp, &[("assets/x.png", "new")]), [Outcome::Wrote]);
        let to = format!(".dgx-pixels/kept/assets/{kept}");
        assert_eq!(project.read(&to), format!("by hand {i}"));
        assert_eq!(project.events()[0], Event::MovedAside { path: "assets/x.png".to_owned(), to });
    }
    assert_eq!(project.read("assets/x.png"), "new");
}

#[test]
fn an_empty_file_is_replaced() {
    let project = Project::new().file("assets/x.png", "");
    assert_eq!(project.publish(Existing::Preserve, &[("assets/x.png", "new")]), [Outcome::Wrote]);
}

#[test]
fn nothing_is_written_before_it_is_recorded() {
    let project = Project { disk_full: true, ..Project::new() };
    let outcomes = project.publish(Existing::Preserve, &[("assets/x.png", "new")]);
    assert!(failure(&outcomes).contains("cannot write `written`: "));
    assert!(!project.path("assets").exists());
}

#[test]
fn no_path_leads_out_of_the_output_folder() {
    let project = Project::new();
    for path in [
        "x.png",
        "assets",
        "assets/",
        "assets/../x",
        "/etc/x",
        "assets/./x",
        "assets//x",
        "assets/c:x",
        "assetsx/y",
        "assets/a\\b",
    ] {
        assert!(failure(&project.publish(Existing::BackUp, &[(path, "new")])).contains("output folder"), "{path}");
        assert!(matches!(project.prune(&[path])[..], [Pruned::Failed(_)]), "{path}");
    }
    assert!(!project.path("assets").exists());
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;

    let project = Project::new().file("elsewhere/x.png", "theirs").file("assets/y.png", "y");
    symlink(project.path("elsewhere"), project.path("assets/link")).unwrap();
    symlink(project.path("elsewhere/x.png"), project.path("assets/x.png")).unwrap();
    fs::create_dir(project.path("assets/folder.png")).unwrap();
    let fails = |path: &str, message: &str| {
        assert_eq!(failure(&project.publish(Existing::BackUp, &[(path, "new")])), message);
        let pruned = project.prune(&[path]);
        let [Pruned::Failed(diagnostic)] = &pruned[..] else { panic!("{pruned:?}") };
        assert_eq!((&*diagnostic.code, &*diagnostic.message), ("not-removed", message));
    };
    fails("assets/link/x.png", "`assets/link` is a symbolic link");
    fails("assets/x.png", "`assets/x.png` is a symbolic link");
    fails("assets/folder.png", "`assets/folder.png` is a folder");
    fails("assets/y.png/z.png", "`assets/y.png` is no folder");
    assert_eq!(project.read("elsewhere/x.png"), "theirs");
}

#[test]
fn an_error_of_one_file_stops_no_other() {
    let project = Project::new().file("assets/a", "a file where a folder is needed");
    let outcomes = project.publish(Existing::Preserve, &[("assets/a/x.png", "x"), ("assets/y.png", "y")]);
    assert!(matches!(outcomes[..], [Outcome::Failed(_), Outcome::Wrote]));
}

#[test]
fn only_owned_files_are_pruned() {
    let project = Project::new();
    project.publish(Existing::Preserve, &[("assets/a/b/x.png", "x"), ("assets/a/y.png", "y"), ("assets/z.png", "z")]);
    fs::write(project.path("assets/z.png"), "by hand").unwrap();
    project.events();
    let paths = ["assets/a/b/x.png", "assets/z.png", "assets/gone.png"];
    assert_eq!(project.prune(&paths), [Pruned::Removed, Pruned::Preserved, Pruned::Absent]);
    assert_eq!(project.events(), [Event::Pruned { path: "assets/a/b/x.png".to_owned() }]);
    assert!(!project.path("assets/a/b").exists() && project.path("assets/a/y.png").exists());
    fs::remove_file(project.path("assets/z.png")).unwrap();
    assert_eq!(project.prune(&["assets/a/y.png"]), [Pruned::Removed]);
    assert!(project.path("assets").is_dir() && !project.path("assets/a").exists());
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_all() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new();
    project.publish(Existing::Preserve, &[("assets/x.png", "x")]);
    let mode = fs::metadata(project.path("assets/x.png")).unwrap().permissions().mode() & 0o777;
    let other = project.path("probe");
    fs::write(&other, "").unwrap();
    let mask = fs::metadata(other).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o644 & mask);
}

#[test]
fn what_a_killed_process_staged_is_swept() {
    let project = Project::new().file(".dgx-pixels/stage/.publish-x", "half").file(".dgx-pixels/stage/other", "kept");
    sweep(&project.path(".dgx-pixels/stage")).unwrap();
    assert!(!project.path(".dgx-pixels/stage/.publish-x").exists() && project.path(".dgx-pixels/stage/other").exists());
    sweep(&project.path("nowhere")).unwrap();
}
