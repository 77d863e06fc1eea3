//! Small inputs that ask for much: each is refused with its place and the number, before memory or time are spent.

use dgx_pixels::export::specs;
use dgx_pixels::manifest::{LoadOptions, load};
use std::path::Path;

use crate::project::{KNIGHT, Project, png};

const HEAD: &str = "[project]\nname = \"x\"\nbackend = \"sketch\"\n";

/// The code, the line and the message of the only problem of a manifest.
#[track_caller]
fn refused(manifest: &str) -> (String, u32, String) {
    let options = LoadOptions { formats: specs(), ..LoadOptions::text(manifest) };
    let problems = load(Path::new("."), &options).unwrap_err();
    let diagnostics = problems.diagnostics();
    assert_eq!(diagnostics.len(), 1, "{problems}");
    let place = diagnostics[0].place.as_ref().unwrap();
    assert_eq!(place.file, "pixels.toml");
    (diagnostics[0].code.to_string(), place.line, diagnostics[0].message.clone())
}

#[track_caller]
fn accepted(manifest: &str) {
    let options = LoadOptions { formats: specs(), ..LoadOptions::text(manifest) };
    load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}"));
}

fn sprite(keys: &str) -> String {
    format!("{HEAD}[sprite.a]\nsize = 16\n{keys}\n")
}

/// Sprites of which each takes the one before as an input; the last stands in line `6 + 4 * (length - 1)`.
fn chain(length: usize) -> String {
    let link = |n: usize| match n {
        0 => "[sprite.s0]\nprompt = \"x\"\nsize = 16\n".to_owned(),
        n => format!("[sprite.s{n}]\nprompt = \"x\"\nsize = 16\ninputs = {{ from = \"s{}\" }}\n", n - 1),
    };
    format!("{HEAD}{}", (0..length).map(link).collect::<String>())
}

#[test]
fn a_chain_of_inputs_has_a_longest_length() {
    accepted(&chain(256));
    for length in [257, 2000] {
        let (code, line, message) = refused(&chain(length));
        assert_eq!((code.as_str(), line), ("chain-too-long", 6 + 4 * 256 - 1 + 3 - 2));
        assert!(message.contains("more than 256 assets"), "{message}");
    }
}

#[test]
fn texts_are_measured_before_they_are_made() {
    let long = "x".repeat(1000);
    let vars = format!("[vars]\nv = \"{long}\"\n");
    let many = "{v}".repeat(66);
    for (keys, most) in [
        (format!("prompt = \"{many}\""), 65536),
        (format!("prompt = \"a\"\nnegative = \"{many}\""), 65536),
        (format!("prompt = \"a\"\npath = \"{many}\""), 4096),
        (format!("source = \"{many}.png\""), 4096),
    ] {
        let (code, line, message) = refused(&format!("{}{vars}", sprite(&keys)));
        let expected = if keys.contains("\n") { 7 } else { 6 };
        assert_eq!((code.as_str(), line), ("text-too-long", expected), "{message}");
        assert!(message.contains("bytes"), "{message} {most}");
    }
    let style = format!("{}prompt = \"a\"\n[style.default]\nprompt = \"{{prompt}} {many}\"\n{vars}", sprite(""));
    assert_eq!(refused(&style).0, "text-too-long");
    accepted(&format!("{}{vars}", sprite(&format!("prompt = \"{}\"", "{v}".repeat(60)))));
}

#[test]
fn the_texts_of_all_slots_together_have_a_limit() {
    let values: Vec<String> = (0..30).map(|n| format!("\"{n}\"")).collect();
    let values = values.join(", ");
    let matrix = format!("matrix = {{ a = [{values}], b = [{values}], c = [{values}] }}");
    let (code, line, message) = refused(&sprite(&format!("prompt = \"{}\"\n{matrix}", "x".repeat(20_000))));
    assert_eq!((code.as_str(), line), ("too-much-text", 4));
    assert!(message.contains("MiB"), "{message}");
    let tags: Vec<String> = (0..2000).map(|n| format!("\"t{n}\"")).collect();
    assert_eq!(refused(&sprite(&format!("prompt = \"x\"\n{matrix}\ntags = [{}]", tags.join(", ")))).0, "too-much-text");
    let (code, line, message) = refused(&sprite(&format!("prompt = \"x\"\ncandidates = 64\n{matrix}")));
    assert_eq!((code.as_str(), line), ("too-many-candidates", 4));
    assert!(message.contains("1728000 candidates"), "{message}");
}

#[test]
fn a_sheet_that_no_image_can_be_is_named_at_its_line() {
    let walk = |project: &str, keys: &str| {
        let head = HEAD.trim_end();
        format!("{head}\n{project}\n[animation.walk]\nprompt = \"x\"\nsize = 256\n{keys}\n")
    };
    let (code, line, message) = refused(&walk("scale = [1, 8]", "frames = 64"));
    assert_eq!((code.as_str(), line), ("sheet-size", 8));
    assert!(message.contains("131072 x 2048 pixels at scale 8, the limit is 16384 on a side"), "{message}");
    let (code, _, message) = refused(&walk("scale = 8\ncolumns = 8", "frames = 64"));
    assert_eq!(code, "sheet-size");
    assert!(message.contains("16384 x 16384 pixels at scale 8, the limit is 67108864 in all"), "{message}");
    accepted(&walk("columns = 8\nscale = 4", "frames = 64"));
    let tiles = format!("{HEAD}scale = 8\n[texture.t]\nprompt = \"x\"\n[tileset.s]\nof = \"t\"\nsize = 512\n");
    let (code, line, _) = refused(&tiles);
    assert_eq!((code.as_str(), line), ("sheet-size", 9));
}

#[test]
fn a_sheet_of_files_is_held_against_the_limit_when_their_size_is_known() {
    let text = "[project]\nname = \"x\"\nscale = 8\npadding = 64\n[animation.a]\nsource = \"f/*.png\"\nfps = 4\n\
                pixel_size = 1\nmatte = \"none\"\n";
    let project =
        (0..40).fold(Project::with(text), |project, n| project.file(&format!("f/{n}.png"), png(8, [n, 90, 40])));
    let run = project.build(&[]).exit(1);
    run.reports("sheet-size").says("the limit is 16384 on a side");
}

#[test]
fn a_hostile_pattern_is_refused_wherever_one_is_read() {
    let nested = |open: &str| format!("{}x{}", open.repeat(200), "}".repeat(200));
    for pattern in [nested("{a,"), "*".repeat(2000), "{**/,[a-z]}".repeat(300)] {
        let template = pattern.replace('{', "{{").replace('}', "}}");
        let (code, line, message) = refused(&sprite(&format!("source = \"{template}\"")));
        assert_eq!((code.as_str(), line), ("glob-limit", 6), "{message}");
        assert!(message.contains("more than") && message.len() < 200, "{message}");
        assert_eq!(refused(&format!("include = \"{pattern}\"\n{HEAD}")).0, "glob-limit");
        Project::with(KNIGHT).build(&[&pattern]).exit(2).reports("glob-limit").says("the target");
    }
    Project::with(KNIGHT).build(&["[kni"]).exit(2).reports("bad-glob");
    Project::with(KNIGHT).build(&["{knight,bow}"]).exit(0);
}

#[test]
fn deep_tables_are_refused() {
    let dots = vec!["a"; 5000].join(".");
    for text in [
        format!("{HEAD}[{dots}]\n"),
        format!("{HEAD}[vars]\n{dots} = 1\n"),
        format!("{HEAD}x = {}{}\n", "[".repeat(5000), "]".repeat(5000)),
        format!("{HEAD}x = {}1{}\n", "{a = ".repeat(5000), "}".repeat(5000)),
    ] {
        assert_eq!(refused(&text).0, "syntax");
        Project::with(KNIGHT).file("pixels.lock", format!("version = 1\n{}", &text[HEAD.len()..])).build(&[]).exit(2);
    }
}

#[test]
fn failures_by_the_hundred_are_a_few_lines() {
    let sprites: String = (0..40).map(|n| format!("[sprite.s{n:02}]\nprompt = \"x\"\nsize = 16\n")).collect();
    let project = Project::with(&format!("{HEAD}{sprites}")).file("assets", "a file where the folder should be");
    let shown = project.run(&["build"]).exit(1).shown();
    let failed: Vec<&str> = shown.lines().filter(|line| line.contains("failed: ")).collect();
    assert!(failed.len() <= 7 && shown.lines().count() < 70, "{shown}");
    assert!(shown.contains("35 more (") && shown.contains("40 failed"), "{shown}");
    let all = project.run(&["build", "--verbose"]).exit(1).shown();
    assert!(all.lines().filter(|line| line.contains("failed: s")).count() >= 40, "{all}");
}

#[test]
fn flags_may_be_repeated() {
    let project = Project::with(KNIGHT);
    project.run(&["build", "-vv"]).exit(0).says("judged");
    let quiet = project.run(&["build", "-qq"]).exit(0).shown();
    assert!(!quiet.contains("up to date"), "{quiet}");
}
