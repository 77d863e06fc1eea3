use std::path::Path;

use super::*;
use crate::words::ask::{Ask, ComfyAsk, Input, Pose, SketchAsk};
use crate::words::asset::{GroupId, SlotId};
use crate::words::color::Rgb;
use crate::words::layout::{Border, Layout, Look};
use crate::words::project::{Group, Manifest, Origin, SheetOptions, Slot};
use crate::words::recipe::{Anchor, Dither, Framing, Gate, Holes, Matte, Outline, PaletteChoice, Size};
use crate::words::server::Login;

/// Loads a manifest with files that are empty, as a project called `test`.
fn with_files(text: &str, files: &[&str], profile: Option<&str>) -> Manifest {
    let mut options = LoadOptions::text(format!("project.name = \"test\"\n{text}"));
    options.profile = profile.map(str::to_owned);
    options.files.as_mut().unwrap().extend(files.iter().map(|path| ((*path).to_owned(), Vec::new())));
    let loaded = load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.sources.render(&loaded.warnings, false));
    std::sync::Arc::unwrap_or_clone(loaded.manifest)
}

fn manifest(text: &str) -> Manifest {
    with_files(text, &[], None)
}

fn group<'a>(manifest: &'a Manifest, name: &str) -> &'a Group {
    manifest.groups.iter().find(|group| group.id.name == name).unwrap_or_else(|| panic!("no `{name}`"))
}

fn names(manifest: &Manifest) -> Vec<&str> {
    manifest.groups.iter().map(|group| group.id.name.as_str()).collect()
}

fn comfyui(slot: &Slot) -> &ComfyAsk {
    let Ask::Comfyui(ask) = &slot.ask else { panic!("{:?}", slot.ask) };
    ask
}

fn sketch(slot: &Slot) -> &SketchAsk {
    let Ask::Sketch(ask) = &slot.ask else { panic!("{:?}", slot.ask) };
    ask
}

fn prompt<'a>(manifest: &'a Manifest, name: &str) -> &'a str {
    &comfyui(&group(manifest, name).slots()[0]).prompt
}

/// A style that shows the words and nothing else.
const BARE: &str = "[style.default]\nprompt = \"{prompt}\"\n";

#[test]
fn a_sprite_has_the_style_and_the_recipe_of_all() {
    let manifest = manifest(
        "recipe.default.palette = [\"#000\", \"#fff\"]\n\
         sprite.knight = { preset = \"character\", prompt = \"a knight\", size = 32, tags = [\"hero\", \"a\", \"a\"] }\n",
    );
    let knight = group(&manifest, "knight");
    assert_eq!(knight.path.as_deref(), Some("sprites/knight"));
    assert_eq!(knight.with, ["sdxl@1", "character@2"]);
    assert_eq!(knight.tags, ["a", "hero"]);
    assert_eq!(knight.recipe.size, Size::Frame([32, 32]));
    assert_eq!(knight.recipe.palette, PaletteChoice::Given(vec![Rgb([0; 3]), Rgb([255; 3])]));
    assert_eq!((knight.place.line, knight.place.column), (3, 8));
    assert_eq!(
        prompt(&manifest, "knight"),
        "pixel art, a knight, full body character, standing, feet visible, single subject, centered, game sprite, \
         simple, flat colors, plain magenta background"
    );
    let ask = comfyui(&knight.slots()[0]);
    assert_eq!(ask.negative, "3d render, realistic, blurry, text");
    assert_eq!((ask.style.cfg, ask.style.loras[1].weight), (1500, 1200));
}

#[test]
fn the_stronger_layer_wins() {
    let text = "\
        [style.default]\nsteps = 1\ncfg = 1\nsampler = \"a\"\ncanvas = 512\nscheduler = \"a\"\n\
        [style.dark]\nsteps = 2\ncfg = 2\nsampler = \"b\"\n\
        [style.darker]\ninherits = \"dark\"\ncfg = 3\n\
        [recipe.default]\nmargin = 1\ncolors = 9\nanchor = \"top\"\ngates = { grid = 1, colors = 5 }\n\
        [recipe.tiny]\nmargin = 2\nanchor = \"bottom\"\n\
        [sprite.a]\nprompt = \"a\"\npreset = [\"scene\", \"icon\"]\nrecipe = \"tiny\"\nsize = 16\nmargin = 3\ngates = { grid = 2 }\n\
        style = { inherits = \"darker\", scheduler = \"c\" }\n\
        [profile.draft]\nstyle = { sampler = \"d\" }\ncandidates = 2\nreroll = 0\nout = \"draft\"\n";
    let manifest = with_files(text, &[], Some("draft"));
    let a = group(&manifest, "a");
    let style = &comfyui(&a.slots()[0]).style;
    assert_eq!((style.steps, style.cfg, style.sampler.as_str(), style.scheduler.as_str()), (2, 3000, "d", "c"));
    // Presets know canvases; the one that the manifest names wins.
    assert_eq!(style.canvas, [512, 512]);
    assert_eq!((a.recipe.margin, a.recipe.anchor, a.recipe.framing), (3, Anchor::Bottom, Framing::Subject));
    assert_eq!(a.recipe.palette, PaletteChoice::Colors(9));
    assert_eq!((a.recipe.gates[&Gate::Grid], a.recipe.gates[&Gate::Colors]), (2, 5));
    assert_eq!((a.slots()[0].candidates, a.slots()[0].reroll), (2, 0));
    assert_eq!(manifest.project.out, "draft");
}

#[test]
fn a_preset_gives_colours_only_where_no_palette_is_given() {
    let text = "recipe.default.palette = \"pico-8\"\n\
        sprite.a = { prompt = \"a\", preset = \"8bit\" }\n\
        sprite.b = { prompt = \"b\", preset = \"8bit\", palette = \"auto\" }\n\
        sprite.c = { prompt = \"c\", colors = 5 }\n";
    let manifest = manifest(text);
    let palette = |name| group(&manifest, name).recipe.palette.clone();
    assert!(matches!(palette("a"), PaletteChoice::Given(_)));
    assert_eq!(palette("b"), PaletteChoice::Auto);
    assert!(matches!(palette("c"), PaletteChoice::Best { count: 5, .. }));
}

#[test]
fn a_matrix_keeps_its_order_and_directions_come_last() {
    let text = format!(
        "{BARE}[vars]\nplace = \"cave\"\n[sprite.orc]\nprompt = \"{{tier}} {{color}} orc of the {{place}}, {{{{}}}}\"\n\
         matrix = {{ tier = [2, 1], color = [\"dark red\"] }}\ndirections = 4\nmirror = {{ w = \"e\" }}\n"
    );
    let manifest = manifest(&text);
    let expected = ["1", "2"].map(|tier| ["e", "n", "s", "w"].map(|side| format!("orc@{tier}-dark_red-{side}")));
    assert_eq!(names(&manifest), expected.as_flattened());
    assert_eq!(prompt(&manifest, "orc@2-dark_red-e"), "2 dark red orc of the cave, {}, side view facing right");
    let west = group(&manifest, "orc@1-dark_red-w");
    assert_eq!(west.origin, Origin::Mirror(GroupId::new(crate::words::asset::Kind::Sprite, "orc@1-dark_red-e")));
    assert_eq!(west.path.as_deref(), Some("sprites/orc-1-dark_red-w"));
}

#[test]
fn a_direction_in_the_prompt_is_not_said_twice() {
    let text =
        format!("{BARE}[sprite.a]\nprompt = \"{{direction}} of a\"\ndirections = 4\npath = \"{{direction}}/a\"\n");
    let manifest = manifest(&text);
    assert_eq!(prompt(&manifest, "a@n"), "back view of a");
    assert_eq!(group(&manifest, "a@n").path.as_deref(), Some("n/a"));
}

#[test]
fn a_path_is_followed_by_the_axes_that_it_does_not_name() {
    let text = "sprite.a = { prompt = \"a\", matrix = { x = [1], y = [2, 3] }, path = \"{x}/a\" }\n";
    let manifest = manifest(text);
    assert_eq!(group(&manifest, "a@1-3").path.as_deref(), Some("1/a-3"));
}

const WALK: &str = "\
    [sprite.knight]\nprompt = \"{color} knight\"\npreset = \"character\"\nsize = [32, 48]\nstyle = \"dark\"\nmargin = 1\n\
    matrix = { color = [\"red\", \"blue\"] }\ndirections = 4\nmirror = { w = \"e\" }\ncandidates = 4\nanchor = \"center\"\n\
    [style.dark]\nsteps = 3\nprompt = \"{prompt}\"\n\
    [animation.walk]\nof = \"knight\"\naction = \"walk\"\nframes = 2\nfps = 8\nmargin = 2\n";

#[test]
fn an_animation_inherits_from_its_base() {
    let manifest = manifest(WALK);
    assert_eq!(manifest.groups.len(), 16);
    let walk = group(&manifest, "walk@blue-n");
    assert_eq!(walk.base, Some(GroupId::new(crate::words::asset::Kind::Sprite, "knight@blue-n")));
    assert_eq!((walk.recipe.margin, walk.recipe.anchor, walk.recipe.size), (2, Anchor::Center, Size::Frame([32, 48])));
    assert_eq!(comfyui(&walk.slots()[0]).style.steps, 3);
    assert_eq!(walk.slots()[1].candidates, 1);
    assert_eq!(walk.slots()[1].id, SlotId { group: walk.id.clone(), frame: Some(2) });
    let prompt = &comfyui(&walk.slots()[1]).prompt;
    assert!(prompt.ends_with("game sprite, back view, walk, frame 2 of 2") && !prompt.contains("standing"), "{prompt}");
    let timing = walk.timing.as_ref().unwrap();
    assert_eq!((timing.tag.as_str(), timing.durations.as_slice(), timing.repeat), ("walk", &[125, 125][..], true));
    let west = group(&manifest, "walk@red-w");
    assert_eq!(west.origin, Origin::Mirror(GroupId::new(crate::words::asset::Kind::Animation, "walk@red-e")));
    assert_eq!(west.timing.as_ref().unwrap().durations.len(), 2);
}

#[test]
fn a_recipe_of_its_own_takes_the_place_of_the_bases() {
    let text = "recipe.a = { margin = 1, anchor = \"top\", dither = \"ordered\" }\n\
        recipe.b = { margin = 2, anchor = \"center\" }\n\
        sprite.knight = { prompt = \"k\", recipe = \"a\", size = 16, margin = 3, holes = \"cut\" }\n\
        animation.walk = { of = \"knight\", frames = 1 }\n\
        animation.run = { of = \"walk\", frames = 1, recipe = \"b\", holes = \"keep\" }\n";
    let manifest = manifest(text);
    let recipe = |name| group(&manifest, name).recipe.clone();
    assert_eq!(recipe("walk"), recipe("knight"));
    let run = recipe("run");
    assert_eq!((run.margin, run.anchor, run.dither, run.holes), (2, Anchor::Center, Dither::None, Holes::Keep));
    assert_eq!(group(&manifest, "run").base.as_ref().unwrap().name, "walk");
}

#[test]
fn an_animation_may_have_fewer_values_and_more_axes() {
    let text = format!("{WALK}matrix = {{ color = [\"blue\"], mood = [\"sad\"] }}\nmirror = {{ e = \"w\" }}\n");
    let manifest = manifest(&text);
    let walks: Vec<_> = names(&manifest).into_iter().filter(|name| name.starts_with("walk")).collect();
    assert_eq!(walks, ["walk@blue-sad-e", "walk@blue-sad-n", "walk@blue-sad-s", "walk@blue-sad-w"]);
    assert!(matches!(group(&manifest, "walk@blue-sad-e").origin, Origin::Mirror(_)));
    assert_eq!(group(&manifest, "walk@blue-sad-w").base.as_ref().unwrap().name, "knight@blue-w");
}

#[test]
fn inputs_take_the_group_of_the_same_values() {
    let text = format!(
        "{WALK}mirror = {{}}\ninputs = {{ pose = \"poses/{{direction}}.png\", face = \"face\", last = \"run\" }}\n\
         [sprite.knight2]\nprompt = \"k\"\ninputs = {{ of = \"knight@red-n\" }}\n\
         [sprite.face]\nprompt = \"f\"\n[animation.run]\nprompt = \"r\"\nframes = 2\n\
         [profile.x]\nbackend = \"sketch\"\n"
    );
    let poses = ["poses/s.png", "poses/e.png", "poses/n.png", "poses/w.png"];
    // A workflow would have to take them.
    let manifest = with_files(&text, &poses, Some("x"));
    let inputs = group(&manifest, "walk@red-w").slots()[1].ask.inputs().clone();
    let slot = |kind, name: &str, frame| Input::Slot(SlotId { group: GroupId::new(kind, name), frame });
    assert_eq!(inputs["pose"], Input::File("poses/w.png".into()));
    assert_eq!(inputs["face"], slot(crate::words::asset::Kind::Sprite, "face", None));
    assert_eq!(inputs["last"], slot(crate::words::asset::Kind::Animation, "run", Some(2)));
    let of = &group(&manifest, "knight2").slots()[0].ask.inputs()["of"];
    assert_eq!(*of, slot(crate::words::asset::Kind::Sprite, "knight@red-n", None));
}

#[test]
fn opaque_things_have_no_background() {
    let text = "sprite.a = { prompt = \"a\", preset = \"scene\" }\ntexture.b = { prompt = \"b\", preset = \"item\" }\n\
        sprite.c = { prompt = \"c\", matte = \"none\" }\nrecipe.default.outline = \"outer\"\n";
    let manifest = manifest(text);
    assert!(prompt(&manifest, "a").ends_with("background art, simple, flat colors"));
    assert!(prompt(&manifest, "b").ends_with("game item, simple, flat colors"));
    // A recipe never reaches an ask, not even one that keeps the background.
    assert!(prompt(&manifest, "c").ends_with("plain magenta background"));
    let recipe = |name| group(&manifest, name).recipe.clone();
    assert_eq!((recipe("a").framing, recipe("b").framing), (Framing::Crop, Framing::Tile));
    assert_eq!(
        (recipe("b").matte, recipe("b").outline, recipe("c").outline),
        (Matte::None, Outline::None, Outline::Outer)
    );
    assert_eq!(group(&manifest, "b").path, None);
}

#[test]
fn the_key_of_the_style_reaches_the_recipe_of_what_is_asked_for_on_it() {
    let green = Rgb([0, 255, 0]);
    let text = "style.default.key = \"green\"\nstyle.plain.prompt = \"{prompt}\"\n\
        sprite.auto = { prompt = \"a\" }\nsprite.key = { prompt = \"a\", background = \"key\" }\n\
        sprite.color = { prompt = \"a\", background = \"#10f\" }\nsprite.none = { prompt = \"a\", background = \"none\" }\n\
        sprite.scene = { prompt = \"a\", preset = \"scene\" }\ntexture.grass = { prompt = \"a\" }\n\
        sprite.plain = { prompt = \"a\", style = \"plain\" }\nsprite.own = { prompt = \"a on {key}\", style = \"plain\" }\n\
        sprite.file = { source = \"a.png\" }\nsprite.filekey = { source = \"a.png\", background = \"key\" }\n";
    let manifest = with_files(text, &["a.png"], None);
    let matte = |name| group(&manifest, name).recipe.matte;
    assert_eq!([matte("auto"), matte("own")], [Matte::Expected(green); 2]);
    assert_eq!([matte("key"), matte("color")], [Matte::Color(green), Matte::Color(Rgb([17, 0, 255]))]);
    assert_eq!(["none", "scene", "grass"].map(matte), [Matte::None; 3]);
    assert_eq!([matte("plain"), matte("file"), matte("filekey")], [Matte::Auto, Matte::Auto, Matte::Key]);
}

#[test]
fn a_sketch_knows_kind_size_and_pose() {
    let text = format!(
        "{WALK}\n[sprite.s]\nprompt = \"s\"\npreset = \"scene\"\n[profile.x]\nbackend = \"sketch\"\nstyle = {{ key = \"#00ff00\" }}\n"
    );
    let manifest = with_files(&text, &[], Some("x"));
    let walk = group(&manifest, "walk@red-e");
    let ask = sketch(&walk.slots()[1]);
    assert_eq!((ask.subject.as_str(), ask.size, ask.key), ("red knight", [32, 48], Some(Rgb([0, 255, 0]))));
    let pose = Pose { facing: Some("e".into()), action: Some("walk".into()), frame: 1, frames: 2 };
    assert_eq!((&ask.pose, ask.presets.as_slice()), (&pose, &["character".to_owned()][..]));
    assert_eq!(walk.with, ["character@2"]);
    let scene = sketch(&group(&manifest, "s").slots()[0]);
    assert_eq!((scene.size, scene.key), ([152, 104], None));
}

#[test]
fn files_are_candidates_of_a_sprite_and_frames_of_an_animation() {
    let text = "sprite.a = { source = [\"raw/a*.png\", \"raw/a2.png\"] }\n\
        animation.b = { source = \"raw/a*.png\", durations = [1, 2, 3], playback = \"pingpong\", repeat = false }\n\
        animation.c = { source = \"raw/b.png\", strip = 2 }\n\
        animation.d = { source = \"raw/{direction}*.png\", directions = 4, mirror = { w = \"e\", n = \"s\" } }\n\
        sprite.e = { source = \"raw/{x}.png\", matrix = { x = [\"b\"] } }\n";
    let files = [
        "raw/a1.png",
        "raw/a10.png",
        "raw/a2.png",
        "raw/a3.txt",
        "raw/b.png",
        "raw/e1.png",
        "raw/e2.png",
        "raw/s1.png",
    ];
    let manifest = with_files(text, &files, None);
    let sources = |slot: &Slot| {
        let Ask::Files(ask) = &slot.ask else { panic!("files") };
        ask.sources.iter().map(|source| (source.path.clone(), source.part)).collect::<Vec<_>>()
    };
    let natural = ["raw/a1.png", "raw/a2.png", "raw/a10.png"].map(|path| (path.to_owned(), None));
    let a = &group(&manifest, "a").slots()[0];
    assert_eq!((sources(a), a.candidates, a.reroll), (natural.to_vec(), 3, 0));
    let frames = group(&manifest, "b").slots().iter().flat_map(sources).collect::<Vec<_>>();
    assert_eq!((frames, group(&manifest, "b").slots()[0].candidates), (natural.to_vec(), 1));
    assert_eq!(group(&manifest, "b").timing.as_ref().unwrap().durations, [1, 2, 3]);
    assert_eq!(sources(&group(&manifest, "c").slots()[1]), [("raw/b.png".to_owned(), Some((1, 2).into()))]);
    assert_eq!(group(&manifest, "d@w").timing.as_ref().unwrap().durations, [100, 100]);
    assert_eq!(sources(&group(&manifest, "e@b").slots()[0]), [("raw/b.png".to_owned(), None)]);
}

#[test]
fn frames_a_second_are_spread_over_whole_milliseconds() {
    let durations = |fps: u32, frames: u32| {
        let text = format!("animation.a = {{ prompt = \"a\", frames = {frames}, fps = {fps} }}\n");
        group(&manifest(&text), "a").timing.as_ref().unwrap().durations.clone()
    };
    assert_eq!(durations(60, 7), [17, 17, 16, 17, 17, 16, 17]);
    assert_eq!(durations(12, 4), [84, 83, 83, 84]);
    assert_eq!(durations(8, 2), [125, 125]);
    for fps in 1..=60 {
        assert_eq!(durations(fps, fps).iter().sum::<u32>(), 1000, "{fps}");
    }
    let text = "animation.b = { source = \"raw/a*.png\", fps = 30 }\n";
    let manifest = with_files(text, &["raw/a1.png", "raw/a2.png", "raw/a3.png"], None);
    assert_eq!(group(&manifest, "b").timing.as_ref().unwrap().durations, [34, 33, 33]);
}

#[test]
fn an_asset_has_its_own_sheet() {
    let text = "project.padding = 1\nproject.columns = 3\nsprite.s.prompt = \"s\"\n\
        texture.grass = { prompt = \"g\", size = 16 }\n\
        animation.a = { prompt = \"a\", frames = 4, columns = 2 }\n\
        animation.b = { prompt = \"b\", frames = 4 }\n\
        tileset.t = { of = \"grass\", extrude = 2, padding = 0, columns = 0 }\n";
    let manifest = manifest(text);
    let sheet = |padding, extrude, columns| SheetOptions { padding, extrude, columns };
    assert_eq!((group(&manifest, "a").sheet, group(&manifest, "b").sheet), (sheet(1, 0, 2), sheet(1, 0, 3)));
    assert_eq!(manifest.tilesets[0].sheet, sheet(0, 2, 0));
}

#[test]
fn the_output_may_lie_deep_in_the_assets_of_a_game() {
    let in_game = |keys: &str| manifest(keys).project.in_game;
    assert_eq!(in_game("project.out = \"game/assets/pixels\"\nproject.game_assets = \"game/assets\"\n"), "pixels/");
    assert_eq!(in_game("project.out = \"assets\"\nproject.game_assets = \"./assets\"\n"), "");
    assert_eq!(in_game("project.out = \"assets/pixels\"\n"), "");
}

#[test]
fn textures_take_the_size_of_their_tilesets() {
    let text = "texture.grass.prompt = \"g\"\ntexture.dirt = { prompt = \"d\", path = \"dirt\" }\n\
        texture.sea = { prompt = \"s\", matrix = { time = [\"day\", \"night\"] }, size = 8 }\n\
        tileset.meadow = { of = \"grass\", over = \"dirt\", size = [16, 8] }\n\
        tileset.beach = { of = \"sea@night\", layout = \"edge16\", border = { width = 3 }, path = \"b\" }\n";
    let manifest = manifest(text);
    assert_eq!(group(&manifest, "grass").recipe.size, Size::Frame([16, 8]));
    assert_eq!(group(&manifest, "dirt").path.as_deref(), Some("dirt"));
    let [beach, meadow] = manifest.tilesets.as_slice() else { panic!("two") };
    assert_eq!((beach.of.name.as_str(), beach.size, beach.layout), ("sea@night", [8, 8], Layout::Edge16));
    assert_eq!(beach.border, Border { width: 3, ..Look::Flat.border(8) });
    assert_eq!((meadow.path.as_str(), meadow.over.as_ref().unwrap().name.as_str()), ("tilesets/meadow", "dirt"));
}

#[test]
fn a_negative_prompt_follows_or_stands_where_the_style_says() {
    let text = "sprite.a = { prompt = \"a\", negative = \"cute\" }\n\
        sprite.b = { prompt = \"b\", negative = \"cute\", style = { negative = \"{negative}, ugly\" } }\n";
    let manifest = manifest(text);
    let negative = |name| comfyui(&group(&manifest, name).slots()[0]).negative.clone();
    assert_eq!(negative("a"), "3d render, realistic, blurry, text, cute");
    assert_eq!(negative("b"), "cute, ugly");
}

#[test]
fn what_this_machine_has_is_read_and_hidden() {
    let mut options = LoadOptions::text("project.name = \"x\"");
    let local = "servers = [\"http://a:8188/\", { url = \"https://b\", user = \"me\", password = \"secret\" }]\nstore = \"/data\"\n";
    options.files.as_mut().unwrap().insert("pixels.local.toml".into(), local.into());
    options.env.as_mut().unwrap().insert("DGX_PIXELS_MODELS".into(), "/models".into());
    let local = load(Path::new("."), &options).unwrap().local;
    assert_eq!((local.servers[0].url.as_str(), local.servers[1].url.as_str()), ("http://a:8188", "https://b"));
    assert_eq!((local.models, local.store), (Some("/models".into()), Some("/data".into())));
    assert!(!format!("{:?}", local.servers).contains("secret"));
    let Some(Login::Basic { password, .. }) = &local.servers[1].login else { panic!("basic") };
    assert_eq!(password.reveal(), "secret");
    options.env.as_mut().unwrap().insert("DGX_PIXELS_SERVERS".into(), "http://c, http://d".into());
    assert_eq!(load(Path::new("."), &options).unwrap().local.servers.len(), 2);
}

#[test]
fn headers_are_read_and_hidden_and_those_of_the_connection_refused() {
    let told = |headers: &str| {
        let mut options = LoadOptions::text("project.name = \"x\"");
        let local = format!("servers = [{{ url = \"https://b\", token = \"t\", headers = {{ {headers} }} }}]\n");
        options.files.as_mut().unwrap().insert("pixels.local.toml".into(), local.into());
        load(Path::new("."), &options).map(|loaded| loaded.local.servers[0].headers.clone())
    };
    let headers = told("CF-Access-Client-Id = \"a b\", \"X.Key\" = \"secret\"").unwrap();
    assert!(!format!("{headers:?}").contains("secret"));
    let shown: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(shown, [("CF-Access-Client-Id", "a b"), ("X.Key", "secret")]);
    for bad in [
        "Host = \"x\"",
        "authorization = \"x\"",
        "\"a b\" = \"x\"",
        "X-Key = \"a\\r\\nHost: b\"",
        "Sec-WebSocket-Key = \"x\"",
    ] {
        let problems = told(bad).unwrap_err();
        assert_eq!(problems.list()[0].diagnostic.code, "bad-header", "{bad}");
        assert!(!problems.to_string().contains("Host: b\n"));
    }
}

#[test]
fn an_address_of_the_environment_is_named_with_its_variable() {
    let mut options = LoadOptions::text("project.name = \"x\"");
    options.env.as_mut().unwrap().insert("DGX_PIXELS_SERVERS".into(), "spark:8188".into());
    let problems = load(Path::new("."), &options).unwrap_err().to_string();
    assert!(problems.contains("`spark:8188` in `DGX_PIXELS_SERVERS` is not a server address"), "{problems}");
}

#[test]
fn a_canvas_that_the_manifest_names_wins_over_that_of_a_preset() {
    let canvas = |style: &str, asset: &str| {
        let text = format!(
            "project.name = \"x\"\nproject.backend = \"comfyui\"\n{style}\n[sprite.a]\npreset = \"scene\"\nprompt = \"a\"\n{asset}"
        );
        let loaded = load(Path::new("."), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}"));
        loaded.manifest.groups[0].slots()[0].ask.comfyui().unwrap().style.canvas
    };
    assert_eq!(canvas("", ""), [1216, 832]);
    assert_eq!(canvas("[style.default]\nsteps = 9", ""), [1216, 832]);
    assert_eq!(canvas("[style.default]\ncanvas = [768, 768]", ""), [768, 768]);
    assert_eq!(canvas("[style.default]\ncanvas = [768, 768]", "style = { canvas = [64, 64] }"), [64, 64]);
}

#[test]
fn a_warning_stops_nothing() {
    let mut options = LoadOptions::text("project.name = \"x\"\nsprite.a.source = \"a.png\"\nsprite.a.seed = 1\n");
    options.files.as_mut().unwrap().insert("a.png".into(), Vec::new());
    let loaded = load(Path::new("."), &options).unwrap();
    assert_eq!(loaded.warnings[0].diagnostic.code, "unused-key");
}

/// Another version of `character` and of `sdxl`.
fn newer_built_ins() -> BuiltIns {
    let mut built_ins = BuiltIns::default();
    let mut preset = *built_ins.preset("character", None).unwrap();
    (preset.version, preset.words, preset.moving) = (3, "newer words", None);
    built_ins.presets.to_mut().push(preset);
    let mut workflow = *built_ins.workflow("sdxl", None).unwrap();
    let text = workflow.text.replace("\"batch_size\": 1", "\"batch_size\": 2");
    assert_ne!(text, workflow.text);
    (workflow.version, workflow.text) = (2, text.leak());
    built_ins.workflows.to_mut().push(workflow);
    built_ins
}

const VERSIONED: &str = "project.name = \"x\"\nsprite.knight = { prompt = \"a\", preset = \"character\" }\n\
    animation.walk = { of = \"knight\", prompt = \"a\", frames = 1 }\nsprite.orc = { prompt = \"b\", preset = \"character\" }\n";

fn versioned(pinned: &[(&str, &str, u32)]) -> Result<Loaded, Problems> {
    let mut options = LoadOptions { built_ins: newer_built_ins(), ..LoadOptions::text(VERSIONED) };
    for (asset, name, version) in pinned {
        options.pinned.entry((*asset).to_owned()).or_default().insert((*name).to_owned(), *version);
    }
    load(Path::new("."), &options)
}

#[test]
fn a_locked_version_stays_and_a_new_asset_gets_the_newest() {
    let loaded =
        versioned(&[("knight", "sdxl", 1), ("knight", "character", 1)]).unwrap_or_else(|error| panic!("{error}"));
    let graphs = loaded.workflows.iter().map(|(id, graph)| (id.clone(), graph.clone().unwrap())).collect();
    let of = |name: &str| {
        let group = group(&loaded.manifest, name);
        let ask = comfyui(&group.slots()[0]);
        let graph = crate::workflow::bind(ask, &graphs).unwrap_or_else(|error| panic!("{error}")).graph;
        (group.with.join(" "), ask.prompt.contains("newer words"), graph["canvas"]["inputs"]["batch_size"].clone())
    };
    assert_eq!(of("knight"), ("sdxl@1 character@1".to_owned(), false, 1.into()));
    assert_eq!(of("walk"), ("sdxl@1 character@1".to_owned(), false, 1.into()));
    assert_eq!(of("orc"), ("sdxl@2 character@3".to_owned(), true, 2.into()));
}

#[test]
fn what_moves_is_not_asked_to_stand_unless_its_lock_says_so() {
    let of = |version: u32| {
        let mut options = LoadOptions::text(VERSIONED);
        options.pinned.entry("walk".to_owned()).or_default().insert("character".to_owned(), version);
        let loaded = load(Path::new("."), &options).unwrap_or_else(|error| panic!("{error}"));
        ["knight", "walk"].map(|name| comfyui(&group(&loaded.manifest, name).slots()[0]).prompt.contains("standing"))
    };
    assert_eq!((of(1), of(2)), ([true, true], [true, false]));
}

#[test]
fn an_animation_is_held_to_its_own_lock() {
    let loaded = versioned(&[("walk", "character", 1), ("walk", "sdxl", 2)]).unwrap_or_else(|error| panic!("{error}"));
    let with = |name: &str| group(&loaded.manifest, name).with.join(" ");
    assert_eq!([with("knight"), with("walk")], ["sdxl@2 character@3", "sdxl@2 character@1"]);
}

#[test]
fn a_lock_of_a_newer_release_is_an_error() {
    let error = versioned(&[("knight", "character", 4), ("orc", "sdxl", 9)]).unwrap_err();
    assert!(error.list().iter().all(|problem| problem.diagnostic.code == "unknown-version"), "{error}");
    assert!(error.to_string().contains("version 4 of the preset `character`"), "{error}");
}
