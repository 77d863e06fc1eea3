//! Damaged files of ours: each is noticed, said or made good, and none costs anything that cannot be had again.

use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project};

const STORE: &str = ".dgx-pixels/store";

/// Replaces every file below a folder.
fn spoil(project: &Project, folder: &str, how: impl Fn(Vec<u8>) -> Vec<u8>) {
    let files = project.files(folder);
    assert!(!files.is_empty(), "{folder} is empty");
    for (path, bytes) in files {
        project.write(&path, how(bytes));
    }
}

fn flip(mut bytes: Vec<u8>) -> Vec<u8> {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    bytes
}

fn halve(bytes: Vec<u8>) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

/// Raws are damaged and then needed: placeholders are drawn again, to the same pixels.
fn blobs_are_made_good(how: impl Fn(Vec<u8>) -> Vec<u8>) {
    let palette = |project: &Project| {
        project.append("pixels.toml", "[recipe.default]\npalette = \"pico-8\"\n");
    };
    let (whole, project) = (Project::with(GAME), Project::with(GAME));
    whole.build(&[]).exit(0);
    palette(&whole);
    whole.build(&[]).exit(0).asked(0);
    project.build(&[]).exit(0);
    spoil(&project, &format!("{STORE}/blobs"), how);
    project.build(&[]).exit(0).asked(0);
    palette(&project);
    project.build(&[]).exit(0).makes(&whole.tree()).run(&["cache", "verify"]).exit(0);
}

#[test]
fn corrupt_raws_are_noticed_and_made_again() {
    blobs_are_made_good(flip);
}

#[test]
fn truncated_raws_are_noticed_and_made_again() {
    blobs_are_made_good(halve);
}

#[test]
fn empty_raws_are_noticed_and_made_again() {
    blobs_are_made_good(|_| Vec::new());
}

#[test]
fn damaged_cached_sprites_are_made_again() {
    let project = Project::with(GAME);
    let tree = project.build(&[]).exit(0).tree();
    spoil(&project, &format!("{STORE}/sprites"), flip);
    project.remove("assets").build(&[]).exit(0).asked(0).makes(&tree);
}

#[test]
fn a_source_whose_raw_is_damaged_is_read_again() {
    let text = "[project]\nname = \"files\"\n[sprite.box]\nsource = \"box.png\"\nsize = 8\n";
    let project = Project::with(text).file("box.png", crate::project::png(16, [200, 30, 30]));
    let tree = project.build(&[]).exit(0).tree();
    spoil(&project, &format!("{STORE}/blobs"), halve);
    project.remove("assets").remove(&format!("{STORE}/sprites"));
    project.build(&[]).exit(0).makes(&tree);
}

/// A project whose picked raws are committed.
fn with_raws(text: &str) -> Project {
    let project = Project::with(&text.replace("name = \"test\"", "name = \"test\"\nraws = \"raws\""));
    project.build(&[]).exit(0);
    project
}

#[test]
fn captures_that_are_damaged_when_the_lock_is_lost_are_made_and_stored_again() {
    for how in [flip, halve, |_| Vec::new()] {
        let project = Project::with(GAME);
        let tree = project.build(&[]).exit(0).tree();
        spoil(&project, &format!("{STORE}/blobs"), how);
        project.remove("pixels.lock").build(&[]).exit(0).asked(12).makes(&tree);
        project.run(&["cache", "verify"]).exit(0).says("11 raws");
        project.remove("pixels.lock").build(&[]).exit(0).asked(0).adopted(12);
    }
}

#[test]
fn committed_raws_that_are_gone_and_damaged_are_made_again() {
    for how in [flip, halve, |_| Vec::new()] {
        let project = with_raws(KNIGHT);
        let (tree, raws) = (project.tree(), project.files("raws"));
        spoil(&project, &format!("{STORE}/blobs"), how);
        project.remove("raws").build(&[]).exit(0);
        project.build(&[]).exit(0).makes(&tree);
        assert!(project.files("raws") == raws);
    }
}

#[test]
fn a_damaged_committed_raw_is_made_good() {
    for how in [flip, halve, |_| Vec::new()] {
        let project = with_raws(KNIGHT);
        let raws = project.files("raws");
        spoil(&project, "raws", how);
        project.append("pixels.toml", "outline = \"outer\"\n").build(&[]).exit(0).asked(0);
        project.remove(".dgx-pixels").append("pixels.toml", "palette = \"pico-8\"\n").build(&[]).exit(0);
        assert!(project.files("raws") == raws);
    }
}

/// A pointer of Git LFS to some content.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\n\
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

#[test]
fn an_output_that_is_a_pointer_of_git_lfs_is_named_and_not_written_over() {
    let project = Project::with(KNIGHT);
    let png = project.build(&[]).exit(0).read("assets/sprites/knight.png");
    let image = "assets/sprites/knight.png";
    project.write(image, POINTER);
    project.check(&["--outputs"]).exit(4).says("Git LFS pointer").says("`git lfs pull`").says(image);
    project.build(&[]).exit(1).asked(0).says("Git LFS pointer").says("`git lfs pull`").says(image);
    assert_eq!(project.text(image), POINTER);
    let sha256 = ring::digest::digest(&ring::digest::SHA256, &png);
    let hex: String = sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    project.write(image, format!("version https://git-lfs.github.com/spec/v1\noid sha256:{hex}\nsize {}\n", png.len()));
    project.build(&[]).exit(0).asked(0).wrote(1);
    assert_eq!(project.read(image), png);
}

/// The lock cannot be read: every command says so and touches nothing; what they say.
fn lock_is_left_alone(spoil: impl Fn(String) -> String) -> String {
    let project = Project::with(KNIGHT);
    let lock = project.build(&[]).exit(0).lock();
    project.remove(".dgx-pixels/copies");
    project.write("pixels.lock", spoil(lock.clone()));
    let before = project.tree();
    let lines = ["build", "check", "plan", "cache gc --all"];
    let shown = lines.map(|line| project.run_line(line).exit(2).makes(&before).shown());
    project.write("pixels.lock", lock).build(&[]).exit(0).asked(0).wrote(0);
    shown.concat()
}

#[test]
fn a_truncated_lock_is_left_to_the_person() {
    assert_snapshot!(lock_is_left_alone(|lock| lock[..lock.len() * 2 / 3].to_owned()));
}

#[test]
fn a_lock_of_a_newer_version_is_left_alone() {
    assert_snapshot!(lock_is_left_alone(|lock| lock.replace("version = 1", "version = 99")));
}

#[test]
fn a_lock_that_is_no_text_is_left_alone() {
    assert_snapshot!(lock_is_left_alone(|_| "\u{0}\u{1}garbage".to_owned()));
}

/// A lock that a power cut left empty, or of which it left the beginning.
fn cut_off(lock: &str) -> [String; 4] {
    let [some, most] = [lock.len() / 3, lock.len() - 10].map(|length| lock[..length].to_owned());
    [String::new(), "\0".repeat(lock.len()), some.clone() + &"\0".repeat(4096), most]
}

#[test]
fn a_lock_that_was_cut_off_is_rebuilt_with_the_users_picks() {
    let project = Project::with(GAME);
    let lock = project.build(&[]).exit(0).run(&["pick", "knight", "2"]).exit(0).lock();
    for text in cut_off(&lock) {
        project.write("pixels.lock", text);
        project.check(&[]).exit(4).says("warning: `pixels.lock` is").says("pixels.lock: it is empty or cut off");
        project.build(&["--frozen"]).exit(4);
        project.run(&["plan"]).exit(0).says("as a power cut can leave it");
        project.build(&[]).exit(0).asked(0).kept(0).says("rebuilt from the copy");
        project.build(&[]).exit(0).asked(0).wrote(0).never_says("rebuilt");
        assert_eq!(project.run(&["unpick", "knight"]).exit(0).run(&["pick", "knight", "2"]).exit(0).lock(), lock);
    }
}

#[test]
fn an_empty_lock_without_a_copy_is_rebuilt_from_the_store() {
    let project = Project::with(GAME);
    let tree = project.build(&[]).exit(0).tree();
    for text in ["", "\0\0\0\0"] {
        project.write("pixels.lock", text).remove(".dgx-pixels/copies");
        project.build(&[]).exit(0).asked(0).adopted(12).kept(0).says("without the users' picks").makes(&tree);
    }
}

#[test]
fn nothing_is_removed_or_renamed_by_an_empty_lock() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0).write("pixels.lock", "");
    let before = project.files("");
    for command in [&["cache", "gc", "--all"][..], &["mv", "knight", "king"], &["upgrade"], &["lock", "resolve"]] {
        project.run(command).exit(2).says("it is damaged");
        assert_eq!(
            project.files("assets"),
            before
                .iter()
                .filter(|file| file.0.starts_with("assets"))
                .map(|(path, bytes)| (path.clone(), bytes.clone()))
                .collect()
        );
    }
}

/// Files that a build writes for itself, each with every bit of some of its bytes flipped in turn.
#[test]
fn a_flipped_bit_costs_time_alone() {
    let project = Project::with(GAME);
    project.sealed();
    let (lock, tree) = (project.lock(), project.tree());
    let mut files: Vec<String> = project.files(".dgx-pixels").into_keys().collect();
    files.retain(|path| !path.contains("/blobs/") && !path.ends_with("/lock"));
    files.retain(|path| !path.contains("/sprites/") || path.ends_with(|c: char| "0123".contains(c)));
    assert!(files.len() > 7, "{files:?}");
    for path in files {
        let whole = project.read(&path);
        for part in 0..4 {
            let mut damaged = whole.clone();
            if let Some(byte) = damaged.get_mut(whole.len() * part / 4 + part) {
                *byte ^= 1 << (part + 1);
            }
            project.write(&path, damaged).remove("pixels.lock").remove("assets");
            project.build(&[]).exit(0).asked(0).kept(0).makes(&tree);
            assert_eq!(project.lock(), lock, "{path}");
        }
        project.write(&path, whole);
    }
}

#[test]
fn outputs_that_a_power_cut_left_empty_are_made_again() {
    let project = Project::with(GAME);
    let tree = project.sealed().tree();
    for how in [|_: Vec<u8>| Vec::new(), |bytes: Vec<u8>| vec![0; bytes.len()], halve] {
        spoil(&project, "assets", how);
        project.remove(".dgx-pixels/written").remove("pixels.lock");
        project.build(&[]).exit(0).asked(0).kept(0).makes(&tree);
    }
}

#[test]
fn without_its_lock_a_project_finds_its_captures_again() {
    let project = Project::with(GAME);
    let tree = project.build(&[]).exit(0).tree();
    project.remove("pixels.lock").build(&[]).exit(0).asked(0).adopted(12).kept(0).makes(&tree);
}

#[test]
fn garbage_in_any_file_of_the_cache_changes_nothing() {
    for file in ["index", "noop", "journal", "written", "store/records.jsonl", "lock"] {
        let project = Project::with(GAME);
        let tree = project.sealed().tree();
        for garbage in [&b"\xff\xfe{{{\n\0garbage"[..], b"", b"\n\n\n", &[0xff; 5000]] {
            project.write(&format!(".dgx-pixels/{file}"), garbage);
            project.build(&[]).exit(0).asked(0).kept(0).makes(&tree);
        }
    }
}

#[test]
fn an_index_or_a_no_op_record_with_absurd_numbers_is_ignored() {
    for (file, magic) in [("index", "dgx-pixels index 2\n"), ("noop", "dgx-pixels no-op 2\n")] {
        let project = Project::with(KNIGHT);
        let whole = project.sealed().read(&format!(".dgx-pixels/{file}"));
        let body = magic.len() + 4;
        assert!(whole.len() > body + 20, "{file}: {} bytes", whole.len());
        for at in body..whole.len().min(200) {
            let mut bytes = whole.clone();
            bytes[at] = 0xff;
            let checksum = crc32fast::hash(&bytes[body..]);
            bytes[magic.len()..body].copy_from_slice(&checksum.to_le_bytes());
            project.write(&format!(".dgx-pixels/{file}"), bytes);
            project.run(&["build", "-q"]).exit(0);
        }
    }
}

/// A kill in the middle of a line leaves it without its end; what is appended next must not be lost with it.
#[test]
fn a_torn_last_line_costs_itself_only() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    for file in ["written", "journal", "store/records.jsonl"] {
        let path = format!(".dgx-pixels/{file}");
        let text = project.read(&path);
        project.write(&path, [text, b"{\"request\":\"00ff".to_vec()].concat());
    }
    project.append("pixels.toml", "[sprite.bow]\npreset = \"item\"\nprompt = \"bow\"\nsize = 16\n");
    let tree = project.build(&[]).exit(0).asked(1).tree();
    project.remove("pixels.lock").build(&[]).exit(0).asked(0).adopted(2).kept(0).makes(&tree);
}

/// A kill leaves half a raw in the store; another project may be writing one there at this moment.
#[test]
fn what_a_kill_left_in_the_store_is_swept_and_what_is_being_written_stays() {
    let project = Project::with(KNIGHT);
    let tree = project.build(&[]).exit(0).tree();
    let shard =
        project.write(&format!("{STORE}/blobs/00/.dgx-pixels-unfinished-left"), "half").path(STORE).join("blobs/00");
    let written = dgx_pixels::plain_file::Unfinished::new(&shard, ".dgx-pixels-unfinished-").unwrap();
    project.run(&["cache", "gc", "--raws"]).exit(0).says("removed 1 file").build(&[]).exit(0).asked(0).makes(&tree);
    assert_eq!(std::fs::read_dir(shard).unwrap().count(), 1);
    drop(written);
}
