//! Tiled's files as a crate for them reads them: where tiles lie, and that a painted map joins.

use dgx_pixels::export::index::{self, read};
use tiled::{Loader, Map, Tileset};

use crate::project::Project;

const SETS: [&str; 5] = ["crypt", "floor", "land", "meadow", "shore"];

/// Tilesets of every layout, extruded, with their maps; `sheet` is how they are packed.
fn built(export: &str, sheet: &str) -> Project {
    let project = Project::with(&format!(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [{export}]\nscale = [2]\n{sheet}\n\
         [texture.grass]\nprompt = \"grass\"\n[texture.dirt]\nprompt = \"dirt\"\n\
         [tileset.meadow]\nof = \"grass\"\nover = \"dirt\"\nsize = 16\nlayout = \"blob47\"\nvariants = 3\n\
         [tileset.crypt]\nof = \"grass\"\nsize = 16\nlayout = \"edge16\"\n\
         [tileset.shore]\nof = \"grass\"\nover = \"dirt\"\nsize = 16\nlayout = \"corner16\"\n\
         [tileset.floor]\nof = \"grass\"\nsize = 16\nlayout = \"single\"\n\
         [texture.water]\nprompt = \"water\"\n\
         [tileset.land]\nterrains = [\"water\", \"dirt\", \"grass\"]\nsize = 16\nvariants = 2\n"
    ));
    project.build(&[]).exit(0);
    project
}

fn map(project: &Project, name: &str) -> Map {
    Loader::new().load_tmx_map(project.path(&format!("assets/tilesets/{name}.tmx"))).unwrap()
}

/// bevy_ecs_tilemap takes spacing for margin, so that only equal ones are drawn where they are.
#[test]
fn tiles_of_any_sheet_lie_where_margin_and_spacing_put_them() {
    for sheet in ["", "padding = 1", "extrude = 1", "padding = 2\nextrude = 3\ncolumns = 5"] {
        let project = built("\"tiled\", \"index\"", sheet);
        let index = read(&project.read(&format!("assets/{}", index::path()))).unwrap();
        for entry in &index.assets {
            let path = project.path(&format!("assets/tilesets/{}.tsx", entry.name));
            let set: Tileset = Loader::new().load_tsx_tileset(&path).unwrap();
            assert_eq!(set.margin, set.spacing, "{sheet}");
            assert_eq!((set.tilecount as usize, set.tile_width), (entry.frames.len(), 32));
            let image = set.image.as_ref().unwrap();
            let size = image::image_dimensions(&image.source).unwrap();
            assert_eq!((image.width as u32, image.height as u32), size);
            for (i, frame) in entry.frames.iter().enumerate() {
                let at = |i: u32, side: u32| set.spacing + i * (side + set.spacing);
                let (x, y) = (at(i as u32 % set.columns, set.tile_width), at(i as u32 / set.columns, set.tile_height));
                assert_eq!((x, y), (2 * frame.x, 2 * frame.y), "{sheet} {} {i}", entry.name);
            }
            // The same gap on all four sides.
            let rows = set.tilecount.div_ceil(set.columns);
            let far = |cells: u32, side: u32| set.margin + cells * (side + set.spacing);
            assert_eq!(size, (far(set.columns, set.tile_width), far(rows, set.tile_height)), "{sheet}");
        }
    }
}

/// pytiled-parser reads no map without them, though Tiled and the crate do.
#[test]
fn maps_have_every_attribute_that_tiled_itself_writes() {
    let project = built("\"tiled\", \"tiled-demo\"", "");
    for name in SETS {
        let text = String::from_utf8(project.read(&format!("assets/tilesets/{name}.tmx"))).unwrap();
        let head = text.lines().find(|line| line.starts_with("<map ")).unwrap();
        let is_there = |attribute: &&str| head.contains(&format!(" {attribute}=\""));
        let wanted =
            ["version", "orientation", "renderorder", "width", "height", "tilewidth", "tileheight", "infinite"];
        let wanted = wanted.iter().chain(&["nextlayerid", "nextobjectid"]);
        assert_eq!(wanted.filter(|attribute| !is_there(attribute)).count(), 0, "{head}");
    }
}

/// What a tile of a map joins, clockwise from the north; nothing where there is none.
fn joins(map: &Map, x: i32, y: i32) -> [u8; 8] {
    let layer = map.get_layer(0).and_then(|layer| layer.as_tile_layer()).unwrap();
    let tile = layer.get_tile(x, y);
    tile.map_or([0; 8], |tile| tile.get_tileset().wang_sets[0].wang_tiles[&tile.id()].wang_id.0)
}

#[test]
fn every_tile_of_a_demo_map_joins_its_neighbours() {
    let project = built("\"tiled\", \"tiled-demo\"", "extrude = 1");
    for name in SETS {
        let map = map(&project, name);
        assert_eq!((map.width, map.height, map.tile_width, map.tilesets().len()), (24, 16, 32, 1));
        let layer = map.get_layer(0).and_then(|layer| layer.as_tile_layer()).unwrap();
        let cells = || (0..16).flat_map(|y| (0..24).map(move |x| (x, y)));
        let used: std::collections::BTreeSet<u32> =
            cells().filter_map(|(x, y)| Some(layer.get_tile(x, y)?.id())).collect();
        let least = if name == "floor" { 1 } else { 12 };
        assert!(used.len() >= least, "{name} shows {} tiles", used.len());
        if name == "floor" {
            assert_eq!(cells().filter(|(x, y)| layer.get_tile(*x, *y).is_some()).count(), 24 * 16);
            continue;
        }
        if name == "land" {
            let full = |of: u8| cells().filter(|(x, y)| joins(&map, *x, *y) == [0, of, 0, of, 0, of, 0, of]).count();
            assert!((1..=3).all(|terrain| full(terrain) > 5), "{:?}", [1, 2, 3].map(full));
        }
        if name == "meadow" {
            assert!((46..49).all(|variant| used.contains(&variant)), "{used:?}");
        }
        for (x, y) in cells() {
            let (own, right, below) = (joins(&map, x, y), joins(&map, x + 1, y), joins(&map, x, y + 1));
            // Beyond the map nothing is terrain; several terrains have no nothing.
            if name != "land" || x < 23 {
                assert_eq!([own[1], own[2], own[3]], [right[7], right[6], right[5]], "{name} {x} {y} and its right");
            }
            if name != "land" || y < 15 {
                assert_eq!([own[3], own[4], own[5]], [below[1], below[0], below[7]], "{name} {x} {y} and below it");
            }
        }
    }
}

#[test]
fn a_demo_map_without_a_tileset_file_holds_the_tileset() {
    let project = built("\"tiled-demo\"", "");
    for name in SETS {
        assert!(!project.exists(&format!("assets/tilesets/{name}.tsx")));
        let alone = map(&project, name);
        assert_eq!(&*alone.tilesets()[0].name, name);
        assert_eq!(alone.tilesets()[0].wang_sets.len(), usize::from(name != "floor"));
    }
    assert!(map(&project, "meadow").background_color.is_some());
    assert!(map(&project, "crypt").background_color.is_none());
}
