//! One-offs (`generate`, `batch`) and `add`: images without an entry in a lock, assets with their comments kept.

use insta::assert_snapshot;

use crate::project::{KNIGHT, Project, Run};

/// A folder without a project, with a cache of its own.
struct Nowhere(Project);

impl Nowhere {
    fn new() -> Self {
        Self(Project::new())
    }

    fn run(&self, arguments: &[&str]) -> Run<'_> {
        let cache = self.0.path(".cache").display().to_string();
        self.0.run_with(&[("XDG_CACHE_HOME", &cache)], &[arguments, &["--backend", "sketch"]].concat())
    }
}

fn size(project: &Project, path: &str) -> (u32, u32) {
    image::open(project.path(path)).unwrap().to_rgba8().dimensions()
}

#[test]
fn a_picture_needs_no_project() {
    let here = Nowhere::new();
    let first = here.run(&["generate", "character", "medieval knight", "--size", "32"]).exit(0);
    assert!(first.stdout.starts_with("./medieval-knight.png  32x32, seed "), "{}", first.stdout);
    assert_eq!(size(&here.0, "medieval-knight.png"), (32, 32));
    assert!(!here.0.exists("pixels.lock") && !here.0.exists(".dgx-pixels"));
    // The same again is the same image, and nobody is asked.
    let again = here.run(&["generate", "character", "medieval knight", "--size", "32"]).exit(0);
    assert_eq!(again.stdout, first.stdout);
    assert!(!again.stderr.contains("asked for"), "{}", again.stderr);
}

#[test]
fn a_picture_that_differs_is_never_written_over_unasked() {
    let here = Nowhere::new();
    here.0.write("knight.png", "somebody's");
    let kept = here.run(&["generate", "item", "sword", "--out", "knight.png"]).exit(1);
    assert_snapshot!(kept.shown());
    assert_eq!(here.0.read("knight.png"), b"somebody's");
    here.run(&["generate", "item", "sword", "--out", "knight.png", "--force"]).exit(0);
    assert_eq!(&here.0.read("knight.png")[1..4], b"PNG");
}

#[test]
fn many_pictures_count_their_seeds_on() {
    let here = Nowhere::new();
    let made = here.run(&["generate", "item", "red potion", "-n", "3", "--seed", "7", "--size", "16", "--out", "art"]);
    let made = made.exit(0);
    let mut seeds: Vec<&str> = made.stdout.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
    seeds.sort_unstable();
    assert_eq!(seeds, ["7", "8", "9"]);
    assert_eq!(size(&here.0, "art/red-potion-3.png"), (16, 16));
    assert_snapshot!(here.run(&["generate", "item", "x", "-n", "2", "--out", "one.png"]).shown());
}

#[test]
fn in_a_project_its_styles_palettes_and_store_serve() {
    let project = Project::with(KNIGHT);
    project.append("pixels.toml", "[recipe.default]\npalette = \"pico-8\"\n[style.dark]\nprompt = \"dark {prompt}\"\n");
    project.build(&[]).exit(0);
    let before = (project.lock(), project.tree());
    project.run(&["generate", "item", "key", "--style", "dark", "--size", "16", "--out", "art/key.png"]).exit(0);
    assert_eq!(size(&project, "art/key.png"), (16, 16));
    assert_eq!((project.lock(), project.tree()), before);
    project.build(&[]).exit(0).asked(0).pruned(&[]);
    assert_snapshot!(project.transcript(&["generate item key --style drak", "generate itme key"]));
}

#[test]
fn what_pleases_becomes_an_asset() {
    let project = Project::with(&format!("# mine\n{KNIGHT}"));
    project.run(&["generate", "item", "golden key", "--size", "16", "--seed", "3", "--add"]).exit(0);
    let text = project.text("pixels.toml");
    assert!(text.starts_with("# mine") && text.contains("[sprite.golden-key]") && text.contains("seed = 3"), "{text}");
    assert!(project.exists("assets/sprites/golden-key.png"));
    assert!(project.lock().contains("golden-key"));
    let twice = project.run(&["generate", "item", "golden key", "--add"]).exit(2);
    assert!(twice.stderr.contains("golden-key"), "{}", twice.stderr);
    assert_eq!(project.text("pixels.toml"), text);
}

#[test]
fn add_keeps_comments_and_refuses_what_would_be_wrong() {
    let project = Project::with(&format!("# mine\r\n{}", KNIGHT.replace('\n', "\r\n")));
    project.run(&["add", "sprite", "tree", "old oak", "--preset", "prop", "--size", "32x48"]).exit(0);
    project.run(&["add", "animation", "knight-walk", "--of", "knight", "--action", "walk", "--frames", "4"]).exit(0);
    let text = project.text("pixels.toml");
    assert!(text.starts_with("# mine\r\n") && text.ends_with("frames = 4\r\n"), "{text}");
    project.build(&[]).exit(0);
    assert_eq!(size(&project, "assets/sprites/tree.png"), (32, 48));
    assert_snapshot!(project.transcript(&[
        "add animation x --of knihgt --action walk",
        "add sprite tree another",
        "add sprite ../evil x",
    ]));
    assert_eq!(project.text("pixels.toml"), text);
}

#[test]
fn a_list_becomes_a_folder() {
    let here = Nowhere::new();
    here.0.write("list.txt", "\u{feff}# art\r\nhero: brave knight\r\nold oak tree\r\n\r\nold oak tree\r\n");
    let arguments = ["batch", "list.txt", "--out", "art", "--preset", "prop", "--size", "16"];
    here.run(&arguments).exit(0);
    let names: Vec<String> = here.0.files("art").into_keys().collect();
    assert_eq!(names, ["art/hero.png", "art/old-oak-tree-2.png", "art/old-oak-tree.png"]);
    here.0.remove("art/hero.png");
    let again = here.run(&arguments).exit(0);
    assert!(here.0.exists("art/hero.png") && !again.stderr.contains("asked for"), "{}", again.stderr);
}

#[test]
fn a_list_may_be_a_table_or_a_manifest() {
    let here = Nowhere::new();
    here.0.write(
        "list.csv",
        "name,prompt,size,preset\nhero,\"a \"\"brave\"\", old knight\",32x48,character\nkey,key,,\n",
    );
    here.run(&["batch", "list.csv", "--output", "art", "--size", "16"]).exit(0);
    assert_eq!((size(&here.0, "art/hero.png"), size(&here.0, "art/key.png")), ((32, 48), (16, 16)));
    here.0.write(
        "list.toml",
        "[sprite.gem]\nprompt = \"{color} gem\"\nsize = 16\nmatrix = { color = [\"red\", \"blue\"] }\n",
    );
    here.run(&["batch", "list.toml", "--out", "gems"]).exit(0);
    assert_eq!(here.0.files("gems").len(), 2);
}

#[test]
fn bad_lists_are_reported_with_their_line() {
    let here = Nowhere::new();
    let lists: [(&str, &[u8]); 5] = [
        ("twice.txt", b"a: x\nb: y\na: z\n"),
        ("latin.txt", b"caf\xe9\n"),
        ("empty.txt", b"\n# nothing\n"),
        ("cells.csv", b"name,prompt\na,b,c\n"),
        ("columns.csv", b"title,prompt\na,b\n"),
    ];
    for (name, bytes) in lists {
        here.0.write(name, bytes);
    }
    let names = lists.iter().map(|(name, _)| *name).chain(["gone.txt"]);
    let shown: String = names.map(|name| here.run(&["batch", name, "--out", "art"]).shown()).collect();
    assert_snapshot!(shown);
    assert!(!here.0.exists("art"));
}

#[test]
fn one_bad_picture_costs_no_other() {
    let here = Nowhere::new();
    here.0.write("list.toml", "[sprite.bad]\nsource = \"gone.png\"\n[sprite.good]\nprompt = \"key\"\nsize = 16\n");
    let run = here.run(&["batch", "list.toml", "--out", "art"]);
    // A source that does not exist is reported before anything is generated.
    let shown = run.exit(2).shown();
    here.0.write("list.txt", "a: key\nb: sword\n").write("art/a.png", "mine");
    assert_snapshot!(shown + &here.run(&["batch", "list.txt", "--out", "art"]).exit(1).shown());
    assert!(here.0.exists("art/b.png"));
    assert_eq!(here.0.read("art/a.png"), b"mine");
}

/// Mistakes stand at the lines that a person wrote, and a mistake of the command line is told once.
#[test]
fn mistakes_of_a_list_have_its_lines() {
    let here = Nowhere::new();
    let rows = "name,prompt,preset,size,palette,seed\n\naxe,iron {metal} axe,item,,,\n,oak,propp,,,\n,key,,,gone.hex,\n\
                ,gem,,16x,,x\n,\"the \"\"old\"\" {one}\",,,,\n";
    let lists = [
        ("list.txt", "# weapons\niron sword\nbronze: axe {metal}\n\nlance {  of\n"),
        ("list.csv", rows),
        ("cells.csv", "prompt,preset,palette\nkey {a},propp,gone.hex\n\nrow {b},item,endesga-23\n"),
        ("semicolons.csv", "name;prompt\nhero;knight\n"),
        ("open.csv", "name,prompt\nhero,\"a knight\nsword,a sword\n"),
        ("list.toml", "# gems\n[sprite.gem]\nprompt = \"{cut} gem\"\n"),
    ];
    let mut shown = String::new();
    for (name, text) in lists {
        here.0.write(name, text);
        shown += &here.run(&["batch", name, "--out", "art"]).exit(2).shown();
    }
    here.0.write("good.txt", "sword\naxe\nlance\n");
    shown += &here.run(&["batch", "good.txt", "--out", "art", "--preset", "propp", "--size", "9999"]).exit(2).shown();
    assert_snapshot!(shown);
    assert!(!here.0.exists("art"));
}

/// Names come from the prompt alone, in any script.
#[test]
fn a_new_line_moves_no_other_image() {
    let here = Nowhere::new();
    let lists = [
        ("火の剣\n氷の剣\n", "水の剣\n"),
        ("Kästchen\nein Baum\n", "Fuß\n"),
        ("a knight\nA knight!\n", "a knight?\n"),
        ("⚔️\n🛡️\n", "🏹\n"),
    ];
    for (number, (before, new)) in lists.into_iter().enumerate() {
        let (list, out) = (format!("{number}.txt"), format!("art{number}"));
        let arguments = ["batch", &list, "--out", &out, "--size", "16"];
        here.0.write(&list, before);
        here.run(&arguments).exit(0);
        let files = here.0.files(&out);
        assert_eq!(files.len(), 2, "{before}");
        here.0.write(&list, format!("{new}{before}"));
        here.run(&arguments).exit(0).says("asked for 1 image");
        let after = here.0.files(&out);
        assert_eq!(after.len(), 3, "{before}");
        assert!(files.iter().all(|(path, bytes)| after[path] == *bytes), "{before}");
    }
}

#[test]
fn palettes_lie_beside_the_list_and_members_are_named_as_in_a_build() {
    let here = Nowhere::new();
    here.0.write("lists/mine.hex", "10141f\nebede9\n").write("lists/a.csv", "prompt,size,palette\nkey,16,mine.hex\n");
    here.run(&["batch", "lists/a.csv", "--out", "art"]).exit(0);
    let key = image::open(here.0.path("art/key.png")).unwrap().to_rgba8();
    let known = [[0x10, 0x14, 0x1f, 255], [0xeb, 0xed, 0xe9, 255], [0; 4]];
    assert!(key.pixels().all(|pixel| known.contains(&pixel.0)));
    here.0.write("t.toml", "[sprite.b]\nprompt = \"{way} arrow\"\nsize = 16\nmatrix = { way = [\"e\", \"w\"] }\n");
    here.run(&["batch", "t.toml", "--out", "arrows"]).exit(0);
    assert_eq!(here.0.files("arrows").into_keys().collect::<Vec<_>>(), ["arrows/b-e.png", "arrows/b-w.png"]);
}
