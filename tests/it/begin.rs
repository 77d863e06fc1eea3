//! Projects that begin with what exists, and assets that come and go.

use image::RgbaImage;
use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project, png};

/// A cut-out figure of 12x14 pixels, enlarged.
fn figure(by: u32) -> Vec<u8> {
    let image = RgbaImage::from_fn(12 * by, 14 * by, |x, y| {
        let (x, y) = (x / by, y / by);
        match (x.abs_diff(6) + y.abs_diff(7), (x * 7 + y * 3) % 4) {
            (7.., _) => image::Rgba([0; 4]),
            (6, _) => image::Rgba([20, 20, 30, 255]),
            (_, 0) => image::Rgba([200, 60, 50, 255]),
            (_, 1) => image::Rgba([90, 160, 70, 255]),
            _ => image::Rgba([240, 210, 150, 255]),
        }
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_project_begins_with_images() {
    let project = Project::new();
    project.write("raw/Red Slime.png", figure(8)).write("raw/more/slime.png", figure(1)).write("raw/note.txt", "text");
    project.write("raw/more/red-slime.png", figure(2)).write("raw/broken.png", "no image");
    let init = project.run(&["init", "--name", "game", "--from-images", "raw"]).exit(0);
    assert_snapshot!(format!("{}\n{}", init.shown(), project.text("pixels.toml")));
    project.build(&[]).exit(0);
    let built = image::load_from_memory(&project.read("assets/sprites/red-slime.png")).unwrap();
    assert_eq!((built.width(), built.height()), (12, 14));
    project.run(&["init", "--from-images", "raw"]).exit(2).says("exists already");
}

#[test]
fn images_that_cannot_be_used_begin_nothing() {
    let project = Project::new().file("elsewhere/a.png", figure(1)).file("game/assets/a.png", figure(1));
    project.write("game/empty/note.txt", "text").write("game/raw/a.png", "no image");
    let shown = project.transcript(&[
        "init game --from-images elsewhere",
        "init game --from-images game/assets",
        "init game --from-images empty",
        "init game --from-images raw",
        "init game --from-images nothing",
        "init game --from-images raw --example",
    ]);
    assert!(!project.exists("game/pixels.toml") && !project.exists("game/.gitignore"));
    assert_snapshot!(shown);
}

#[test]
fn the_example_builds() {
    let project = Project::new();
    project.run(&["init", "--example", "--name", "game"]).exit(0);
    assert!(project.text("pixels.toml").contains("name = \"game\""));
    let build = project.build(&[]);
    assert!(matches!(build.code(), Some(0 | 3)), "{build}");
    project.run(&["check"]).never_says("error");
}

#[test]
fn a_sprite_is_added_as_a_person_would_write_it() {
    let project = Project::with(KNIGHT).file("raw/key-1.png", png(16, [200, 0, 0]));
    project.append("pixels.toml", "[recipe.tiny]\ncolors = 4\n");
    let shown = project.transcript(&[
        "add sprite orc 'angry orc' --preset creature --size 24 --tags enemy,cave --matrix color=red,green --directions 4 --mirror w=e --recipe tiny",
        "add animation orc-walk --of orc --action walk --frames 4 --fps 8",
        "add sprite key --source 'raw/key-*.png' --size 16x16",
        "add sprite chief 'orc chief' --reference orc@red-s --preset creature,16bit --size 24x32",
        "add sprite bad --source raw/none.png",
        "add sprite bad 'a' --matrix color",
        "add sprite bad 'a' --mirror w",
        "add sprite bad 'a' --recipe none",
    ]);
    assert_snapshot!(format!("{shown}\n{}", project.text("pixels.toml")));
    project.build(&[]).exit(0);
}

#[test]
fn a_removed_asset_takes_its_comments_and_leaves_the_others() {
    let text = format!(
        "# the game{GAME}\n# drops of enemies\n\n# said of the key\n[sprite.key] # golden\nprompt = \"key\"\nsize = 16\n[sprite.key.gates]\ngrid = 1\n# of the gem\n[sprite.gem]\nprompt = \"gem\"\nsize = 16\n"
    );
    let project = Project::with(&text);
    project.build(&[]).exit(0);
    let shown = project.transcript(&["rm knight", "rm grass dirt", "rm nobody", "rm key gem nobody", "rm potion@red"]);
    assert_eq!(project.text("pixels.toml"), text);
    let shown = shown + &project.transcript(&["rm key", "rm knight knight-walk", "rm meadow", "build", "check"]);
    assert_snapshot!(format!("{shown}\n{}", project.text("pixels.toml")));
    assert!(!project.exists("assets/sprites/key.png") && project.exists("assets/sprites/gem.png"));
}

#[test]
fn an_asset_of_an_inline_table_or_another_file_is_removed() {
    let project = Project::with(
        "include = [\"more.toml\"]\nsprite = { a = { prompt = \"a\" }, b = { prompt = \"b\" } }\nproject.name = \"t\"\n",
    );
    project.write("more.toml", "sprite.c.prompt = \"c\"\r\nsprite.c.size = 16\r\nsprite.d.prompt = \"d\"\r\n");
    project.run(&["rm", "a", "c"]).exit(0);
    assert_eq!(project.text("more.toml"), "sprite.d.prompt = \"d\"\r\n");
    assert!(!project.text("pixels.toml").contains("\"a\"") && project.text("pixels.toml").contains("b = { prompt"));
}
