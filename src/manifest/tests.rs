use super::*;
use crate::asset::Kind;

fn load_text(text: &str) -> Loaded {
    match load(std::path::Path::new("."), &LoadOptions::text(text)) {
        Ok(loaded) => loaded,
        Err(problems) => panic!("{problems}"),
    }
}

const HEAD: &str = "[project]\nname = \"test\"\n";

#[test]
fn a_sprite_has_the_style_and_the_recipe_of_all() {
    let text = format!(
        "{HEAD}[recipe.default]\npalette = \"pico-8\"\n[sprite.knight]\nprompt = \"a knight\"\nsize = 32\npreset = \"character\"\n"
    );
    let loaded = load_text(&text);
    let [group] = loaded.manifest.groups.as_slice() else { panic!("one group") };
    assert_eq!((group.id.kind, group.id.name.as_str()), (Kind::Sprite, "knight"));
    assert_eq!(group.path.as_deref(), Some("sprites/knight"));
    assert_eq!(group.with, ["sdxl@1", "character@1"]);
    assert_eq!(group.recipe.size, Size::Frame([32, 32]));
    let Ask::Comfyui(ask) = &group.slots()[0].ask else { panic!("comfyui") };
    assert_eq!(
        ask.prompt,
        "pixel art, a knight, full body character, standing, feet visible, single subject, centered, game sprite, \
         simple, flat colors, plain magenta background"
    );
}
