//! Hostile and broken input: a clear error, or a result; never a panic, never a file elsewhere, and other assets are made.

use std::fs::File;
use std::io::Cursor;
use std::process::Stdio;
use std::time::Duration;

use image::{DynamicImage, ExtendedColorType, ImageEncoder};
use insta::assert_snapshot;

use crate::project::{KNIGHT, Project, png};

#[test]
fn a_matrix_of_a_hundred_thousand_is_refused_with_the_number() {
    let ten: Vec<String> = (0..10).map(|n| format!("\"v{n}\"")).collect();
    let axes: Vec<String> = ["a", "b", "c", "d", "e"].map(|axis| format!("{axis} = [{}]", ten.join(", "))).to_vec();
    let text = format!("{KNIGHT}matrix = {{ {} }}\n", axes.join(", "));
    Project::with(&text).build(&[]).exit(2).reports("too-many-slots");
}

/// Names of assets that mean something to a file system, or look like what they are not, by the code of their problem.
const NAMES: [(&str, &[&str]); 3] = [
    (
        "bad-name",
        &[
            "..",
            ".",
            "../evil",
            "a/../../evil",
            "/etc/evil",
            "C:\\\\evil",
            "a\\\\b",
            "a/b",
            "a\\u0000b",
            "a\\nb",
            "",
            " ",
            "knight.",
            "a:b",
            "a*b",
        ],
    ),
    ("reserved-name", &["con", "NUL", "com1", "aux.txt"]),
    ("non-ascii-name", &["kn\u{456}ght", "kn\u{200b}ight", "\u{202e}thgink"]),
];

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for (code, name) in NAMES.iter().flat_map(|(code, names)| names.iter().map(move |name| (code, name))) {
        let text = KNIGHT.replace("[sprite.knight]", &format!("[sprite.\"{name}\"]"));
        let project = Project::with(&text);
        let run = project.build(&[]).exit(2).reports(code);
        assert!(run.of("diagnostic").all(|problem| problem["place"]["file"] == "pixels.toml"), "{name}: {run}");
        assert!(!run.exists("assets") && !run.exists("pixels.lock"), "{name}: {run}");
    }
}

#[test]
fn names_that_only_differ_in_case_are_refused() {
    let text = format!("{KNIGHT}[sprite.KNIGHT]\npreset = \"item\"\nprompt = \"x\"\nsize = 16\n");
    Project::with(&text).build(&[]).exit(2).reports("case-clash");
}

#[test]
fn paths_that_lead_out_of_the_project_are_refused() {
    let head = "[project]\nname = \"x\"\nbackend = \"sketch\"\n";
    let sprite = "[sprite.a]\nprompt = \"a\"\nsize = 16\n";
    for place in ["../x", "/tmp/x", "a/../../x", "C:/x", "\\\\\\\\host\\\\x", "a\\u0000b", "con/x"] {
        let code = if place == "con/x" { "reserved-name" } else { "bad-path" };
        for text in [
            format!("{head}out = \"{place}\"\n{sprite}"),
            format!("{head}raws = \"{place}\"\n{sprite}"),
            format!("{head}{sprite}path = \"{place}\"\n"),
            format!("{head}[sprite.a]\nsource = \"{place}.png\"\nsize = 16\n"),
            format!("{head}{sprite}palette = \"{place}.hex\"\n"),
            format!("include = \"{place}.toml\"\n{head}{sprite}"),
        ] {
            let run_in = Project::new().file("inner/pixels.toml", &text).file("x.png", png(16, [9, 9, 9]));
            let run = run_in.build(&["-C", "inner"]).exit(2).reports(code);
            assert_eq!(run.files("").keys().filter(|path| !path.starts_with("inner/")).count(), 1, "{text}{run}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_output_are_not_followed() {
    use std::os::unix::fs::symlink;
    let mut shown = String::new();
    for link in ["assets", "assets/sprites", "assets/sprites/knight.png"] {
        let project = Project::with(KNIGHT).file("elsewhere/knight.png", "mine");
        let target = if link.ends_with(".png") { "elsewhere/knight.png" } else { "elsewhere" };
        std::fs::create_dir_all(project.path(link).parent().unwrap()).unwrap();
        symlink(project.path(target), project.path(link)).unwrap();
        shown += &project.run(&["build"]).exit(1).shown();
        let after = project.files("elsewhere");
        assert_eq!(after.into_iter().collect::<Vec<_>>(), [("elsewhere/knight.png".to_owned(), b"mine".to_vec())]);
        std::fs::remove_file(project.path(link)).unwrap();
        project.build(&[]).exit(0).asked(0).wrote(1);
    }
    assert_snapshot!(shown);
}

#[cfg(unix)]
#[test]
fn an_output_that_became_a_link_is_noticed_and_not_written_through() {
    let project = Project::with(KNIGHT).file("elsewhere.png", "mine");
    project.sealed().remove("assets/sprites/knight.png");
    std::os::unix::fs::symlink(project.path("elsewhere.png"), project.path("assets/sprites/knight.png")).unwrap();
    assert_snapshot!(project.transcript(&["build", "build --overwrite"]));
    assert_eq!(project.text("elsewhere.png"), "mine");
}

#[cfg(unix)]
#[test]
fn sources_outside_the_project_are_not_read_through_a_link() {
    let outside = Project::new().file("box.png", png(16, [9, 9, 9]));
    let project = Project::with("[project]\nname = \"x\"\n[sprite.box]\nsource = \"box.png\"\nsize = 16\n");
    std::os::unix::fs::symlink(outside.path("box.png"), project.path("box.png")).unwrap();
    project.build(&[]).exit(2).reports("outside-project");
}

/// Picture files that are wrong, and some that are only unusual.
fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let whole = png(16, [200, 30, 30]);
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    vec![
        ("empty", Vec::new()),
        ("no-picture", b"this is no picture".to_vec()),
        ("gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("zero-by-zero", header(0, 0)),
        ("zero-wide", header(0, 7)),
        ("one-by-one", encoded(1, 1, ExtendedColorType::Rgba8, &[9, 9, 9, 255])),
        ("one-by-one-clear", encoded(1, 1, ExtendedColorType::Rgba8, &[0; 4])),
        ("very-wide", encoded(65_535, 1, ExtendedColorType::L8, &[7; 65_535])),
        ("widest", encoded(16_384, 1, ExtendedColorType::L8, &[7; 16_384])),
        ("tallest", encoded(1, 16_384, ExtendedColorType::L8, &[7; 16_384])),
        ("bomb", header(60_000, 60_000)),
        ("largest-header", header(u32::MAX, u32::MAX)),
        ("truncated", whole[..whole.len() / 2].to_vec()),
        ("header-only", whole[..33].to_vec()),
        ("signature-only", whole[..8].to_vec()),
        ("flipped", flipped),
        ("jpeg-without-end", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".to_vec()),
        ("cmyk", cmyk()),
        ("webp-header", b"RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00".to_vec()),
        ("animated", animated()),
        ("odd-palette", odd_palette()),
        ("deep", converted(&whole, |image| image.into_rgba16().into())),
        ("grey", converted(&whole, |image| image.into_luma8().into())),
        ("grey-alpha", encoded(16, 16, ExtendedColorType::La8, &[100; 512])),
        ("paletted", paletted()),
        ("all-clear", encoded(64, 64, ExtendedColorType::Rgba8, &[0; 64 * 64 * 4])),
        ("one-colour", encoded(64, 64, ExtendedColorType::Rgb8, &[80; 64 * 64 * 3])),
        ("all-key", encoded(64, 64, ExtendedColorType::Rgb8, &[255, 0, 255].repeat(64 * 64))),
    ]
}

/// A PNG that ends after a header of that size.
fn header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()).chain([8, 6, 0, 0, 0]));
    bytes.extend([0; 4]);
    bytes
}

fn encoded(width: u32, height: u32, color: ExtendedColorType, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes).write_image(pixels, width, height, color).unwrap();
    bytes
}

fn converted(png: &[u8], how: impl Fn(DynamicImage) -> DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    how(image::load_from_memory(png).unwrap()).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn paletted() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 16, 16);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette([200, 30, 30, 255, 0, 255].to_vec());
    encoder.write_header().unwrap().write_image_data(&[0b1010_0101; 32]).unwrap();
    bytes
}

/// Seven bytes of colours, with check sums that hold.
fn odd_palette() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&[0, 0, 0, 8, 0, 0, 0, 8, 1, 3, 0, 0, 0][..]].concat();
    let data = b"\x78\x9c\x63\xe0\x67\x40\x81\x00\x03\xd0\x00\x79";
    for (kind, content) in
        [(b"IHDR", &header[..]), (b"PLTE", &[200, 30, 30, 255, 0, 255, 9]), (b"IDAT", data), (b"IEND", &[])]
    {
        let chunk = [&kind[..], content].concat();
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(&chunk);
        bytes.extend(crc(&chunk).to_be_bytes());
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
    })
}

fn animated() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[9; 256]).unwrap();
    writer.write_image_data(&[99; 256]).unwrap();
    writer.finish().unwrap();
    bytes
}

/// The markers of a JPEG with four components.
fn cmyk() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xc0\x00\x14\x08\x00\x10\x00\x10\x04".to_vec();
    for component in 1..=4 {
        bytes.extend([component, 0x11, 0]);
    }
    bytes.extend(b"\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00\x00\xff\xd9");
    bytes
}

#[test]
fn a_broken_source_costs_no_other_asset() {
    let mut text = "[project]\nname = \"x\"\n[sprite.good]\nsource = \"good.png\"\nsize = 16\n".to_owned();
    let mut project = Project::new().file("good.png", png(16, [200, 30, 30]));
    for (name, bytes) in pictures() {
        text.push_str(&format!("[sprite.{name}]\nsource = \"{name}.png\"\nsize = 16\n"));
        project = project.file(&format!("{name}.png"), bytes);
    }
    let run = project.write("pixels.toml", text).build(&[]).exit(1);
    assert!(run.exists("assets/sprites/good.png"), "{run}");
    let mut reported = String::new();
    for (name, _) in pictures() {
        let failed = run.of("failed").find(|event| event["name"] == name);
        assert_eq!(run.exists(&format!("assets/sprites/{name}.png")), failed.is_none(), "{name}: {run}");
        reported += &match failed {
            Some(event) => format!("{name}: {}: {}\n  {}\n", event["code"], event["message"], event["hint"]),
            None => format!("{name}: made\n"),
        };
    }
    assert_snapshot!(reported);
    let again = project.build(&[]).exit(1);
    assert_eq!(again.count("processed"), 0, "what is made stays made: {again}");
}

#[test]
fn a_broken_picture_is_restored_or_explained() {
    let mut project = Project::new().file("in/good.png", png(16, [200, 30, 30]));
    for (name, bytes) in pictures() {
        project = project.file(&format!("in/{name}.png"), bytes);
    }
    let run = project.run(&["process", "in", "--out", "out"]).exit(1);
    assert!(run.exists("out/good.png"), "{run}");
    let mut reported = String::new();
    for (name, _) in pictures() {
        let error = run.stderr.lines().find(|line| line.starts_with(&format!("error: `in/{name}.png`")));
        assert_eq!(run.exists(&format!("out/{name}.png")), error.is_none(), "{name}: {run}");
        reported += &format!("{}\n", error.unwrap_or(&format!("{name}: restored")));
    }
    assert_snapshot!(reported);
    for size in ["8", "1024", "1x1024"] {
        let sized = project.run(&["process", "in", "--out", "sized", "--size", size, "--palette", "pico-8"]).exit(1);
        assert!(sized.exists("sized/good.png") && !sized.exists("sized/bomb.png"), "{sized}");
        project.remove("sized");
    }
}

#[test]
fn palettes_of_no_colour_and_of_too_many_are_refused() {
    let palette = |count: u32| (0..count).map(|n| format!("{n:06x}\n")).collect::<String>();
    let text = KNIGHT.to_owned() + "palette = \"own.hex\"\n";
    let bad = [
        Project::with(&text).file("own.hex", palette(0)),
        Project::with(&text).file("own.hex", palette(4097)),
        Project::with(&text).file("own.hex", [0xff; 64]),
        Project::with(&text.replace("own.hex", "own.png")).file("own.png", odd_palette()),
    ];
    assert_snapshot!(bad.map(|project| project.run(&["build"]).exit(2).shown()).concat());
    for count in [1, 2, 256, 512] {
        Project::with(&text).file("own.hex", palette(count)).build(&[]).exit(0).wrote(1);
    }
}

#[test]
fn manifests_of_any_bytes_are_explained() {
    for (bytes, code) in [
        (&b""[..], "missing-key"),
        (b"\xff\xfe\x00", "not-utf8"),
        (b"\0", "syntax"),
        (&[b'['; 100_000], "syntax"),
        (&[b'\n'; 10_000_000], "file-too-large"),
        (b"[sprite.a", "syntax"),
    ] {
        let project = Project::new().file("pixels.toml", bytes);
        let run = project.build(&[]).exit(2).reports(code);
        assert!(run.stderr.len() < 20_000, "{}", run.stderr.len());
    }
}

#[test]
fn the_second_of_two_builds_says_whom_it_waits_for() {
    let project = Project::with(KNIGHT);
    let hold = dgx_pixels::store::ProjectLock::acquire(
        &project.path(".dgx-pixels"),
        "build",
        |_| panic!("the lock is free"),
        &|| false,
    )
    .unwrap();
    let mut second = project.command(&["build"]).stderr(File::create(project.path("said")).unwrap()).spawn().unwrap();
    let wanted = format!("waiting for `dgx-pixels build` (process {})", std::process::id());
    for _ in 0..500 {
        if project.text("said").contains(&wanted) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(project.text("said").contains(&wanted), "{}", project.text("said"));
    assert!(!project.exists("assets") && second.try_wait().unwrap().is_none());
    drop(hold);
    assert!(second.wait().unwrap().success());
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn builds_at_once_make_everything_once() {
    let many = format!("{KNIGHT}matrix = {{ n = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\"] }}\n");
    let project = Project::with(&many);
    let mut children: Vec<_> = (0..4).map(|_| project.start(&["build"])).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let records = project.text(".dgx-pixels/store/records.jsonl");
    assert_eq!(records.matches("\"request\"").count(), 8);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let said = Project::with(KNIGHT).command(&["schema"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert_eq!((said.status.code(), &*stderr), (Some(0), ""));
}

#[test]
fn odd_arguments_are_explained() {
    let project = Project::with(KNIGHT);
    for (line, code) in [
        ("build no-such", "unknown-target"),
        ("build [", "bad-glob"),
        ("pick knight 0", "unknown-candidate"),
        ("why ''", "unknown-target"),
        ("-C /none build", "no-project"),
    ] {
        project.run_line(&format!("{line} --message-format json")).exit(2).reports(code);
    }
}

/// Their headers alone are read: there is nothing behind them.
#[test]
fn a_group_that_is_too_large_is_refused_before_it_is_decoded() {
    let header = |side: u32| {
        let size = [13u32, 0x4948_4452, side, side].map(u32::to_be_bytes).concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &size, &[8, 2, 0, 0, 0]].concat()
    };
    let project = Project::new().file("in/a.png", header(8192)).file("in/b.png", header(64));
    let group = project.run(&["process", "in", "--out", "out", "--group"]).exit(1);
    group.says("more than 64 million pixels together").says("smaller groups");
}
