//! Other line ends of text: git writes them into a checkout on Windows, and nothing has changed.

use crate::project::{GAME, KNIGHT, Project};

/// Line ends as git's default on Windows writes them.
fn crlf(project: &Project, path: &str) {
    let text = project.text(path);
    assert!(text.contains('\n'), "{path}");
    project.write(path, text.replace("\r\n", "\n").replace('\n', "\r\n"));
}

/// Everything of a project that is text, with the line ends of Windows.
fn converted(project: &Project) {
    let is_text = |bytes: &Vec<u8>| !bytes.contains(&0) && !bytes.is_empty();
    let files = project.files("").into_iter().filter(|(path, bytes)| !path.starts_with('.') && is_text(bytes));
    let files: Vec<String> = files.map(|(path, _)| path).collect();
    assert!(files.len() > 5, "{files:?}");
    files.iter().for_each(|path| crlf(project, path));
}

#[test]
fn a_checkout_with_the_line_ends_of_windows_is_fresh() {
    let text = GAME.replace("prompt = \"knight\"", "prompt = \"\"\"a knight\nin armour\"\"\"").replace(
        "[sprite.knight]",
        "[recipe.default]\npalette = \"p.gpl\"\n[sprite.bow]\nprompt = \"bow\"\nsize = 16\npalette = \"q.hex\"\n[sprite.knight]",
    );
    let project = Project::with(&text);
    project.write(
        "p.gpl",
        "GIMP Palette\nName: p\n# c\n0 0 0 black\n255 255 255 white\n200 30 30 red\n70 130 60 green\n120 80 50 brown\n",
    );
    project.write("q.hex", "000000\nffffff\nc81e1e\n").build(&[]).exit(0);
    project.remove(".dgx-pixels");
    converted(&project);
    let tree = project.tree();
    project.check(&["--outputs"]).exit(0);
    project.build(&["--locked"]).exit(0).asked(0).wrote(0).kept(0).makes(&tree);
    project.build(&[]).exit(0).asked(0).wrote(0).kept(0).makes(&tree);
}

#[test]
fn what_is_rewritten_keeps_its_line_ends() {
    let project = Project::with(&KNIGHT.replace("backend", "export = [\"bevy\"]\nbackend"));
    project.build(&[]).exit(0);
    converted_few(&project, &["pixels.toml", "pixels.lock"]);
    project.run(&["add", "sprite", "bow", "a bow", "--size", "16"]).exit(0);
    project.build(&[]).exit(0).asked(1);
    project.run(&["mv", "bow", "arrow"]).exit(0);
    project.run(&["pick", "knight", "1"]).exit(0);
    project.run(&["upgrade"]).exit(0);
    for path in ["pixels.toml", "pixels.lock"] {
        let text = project.text(path);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{path}: {text:?}");
    }
    project.build(&[]).exit(0).asked(0);
}

fn converted_few(project: &Project, paths: &[&str]) {
    paths.iter().for_each(|path| crlf(project, path));
}

#[test]
fn a_conflict_in_a_lock_with_other_line_ends_is_resolved() {
    let project = Project::with(KNIGHT);
    let ours = project.build(&[]).exit(0).lock();
    let theirs = ours.replace("by = \"gates\"", "by = \"user\"");
    assert_ne!(ours, theirs);
    let conflict = format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n").replace('\n', "\r\n");
    project.write("pixels.lock", conflict).run(&["lock", "resolve"]).exit(0);
    let lock = project.lock();
    assert!(lock.contains("\r\n") && lock.contains("by = \"user\""), "{lock}");
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn generated_text_with_other_line_ends_is_replaced_and_pruned() {
    let text = KNIGHT.replace("backend", "export = [\"bevy\"]\nbackend");
    let project = Project::with(&text);
    project.build(&[]).exit(0);
    for path in ["assets/sprites/knight.png.meta", "assets/pixels.assets.ron"] {
        crlf(&project, path);
    }
    project.edit("pixels.toml", "size = 16", "size = 24").build(&[]).exit(0).kept(0);
    crlf(&project, "assets/sprites/knight.png.meta");
    project.edit("pixels.toml", "sprite.knight", "sprite.guard").build(&[]).exit(0).kept(0);
    assert!(!project.exists("assets/sprites/knight.png.meta") && project.exists("assets/sprites/guard.png.meta"));
}

#[test]
fn git_on_windows_changes_nothing_in_a_begun_project() {
    let project = Project::new();
    project.run(&["init"]).exit(0);
    project.build(&[]).exit(0);
    let project = project.git_init();
    let clone = Project::new();
    let [from, to] = [&project, &clone].map(|project| project.path("").display().to_string());
    project.git(&["-c", "core.autocrlf=true", "clone", "-q", &from, &to]);
    assert_eq!(clone.files("assets"), project.files("assets"));
    assert_eq!(clone.lock(), project.lock());
    clone.check(&["--outputs"]).exit(0);
}

#[test]
fn own_attributes_are_never_written_over_and_git_ignores_the_work_folder_by_itself() {
    let project = Project::new().file(".gitattributes", "*.png filter=lfs\n").file(".gitignore", "mine\r\n");
    project.run(&["init"]).exit(0);
    assert_eq!(project.text(".gitattributes"), "*.png filter=lfs\n");
    assert_eq!(project.text(".gitignore"), "mine\r\n/.dgx-pixels/\r\n/pixels.local.toml\r\n");
    project.remove(".gitignore").build(&[]).exit(0);
    project.write(".gitignore", "");
    let project = project.git_init();
    assert!(!project.git(&["ls-files"]).contains(".dgx-pixels"));
}
