//! Palette files: round trips, files of other editors, and error messages.

use dgx_pixels::process::quantize::reduce_colors;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::palette::{
    Format, MAX_COLORS, Palette, PaletteError, builtin, builtin_names, extract, parse, write,
};
use image::{Rgba, RgbaImage};
use proptest::collection::btree_set;
use proptest::prelude::*;

fn palettes() -> impl Strategy<Value = Palette> {
    let colors = btree_set(any::<[u8; 3]>(), 1..=600).prop_map(|set| set.into_iter().map(Rgb).collect::<Vec<_>>());
    ("[A-Za-z0-9éß]([A-Za-z0-9éß \"#:]{0,20}[A-Za-z0-9])?", "([A-Za-zøñ]{1,12})?", colors.prop_shuffle())
        .prop_map(|(name, author, colors)| Palette { name, author, colors, duplicates: 0 })
}

proptest! {
    #[test]
    fn a_format_reads_what_it_writes(palette in palettes()) {
        for format in Format::ALL {
            let file = format!("x.{}", format.extension());
            let read = parse(&file, &write(&palette, format)).unwrap();
            prop_assert_eq!(&read.colors, &palette.colors);
            if matches!(format, Format::Gpl | Format::Lospec) {
                prop_assert_eq!(&read, &palette);
            } else {
                prop_assert_eq!(&read.name, "x");
            }
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), format in 0..5usize) {
        let _ = parse(&format!("x.{}", Format::ALL[format].extension()), &bytes);
    }

    /// A file that lost its end or some bytes is an error or a palette, never a panic or more colours than allowed.
    #[test]
    fn no_damage_makes_a_reader_panic(
        sample in 0..samples().len(),
        keep in 0.0..=1.0,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let (name, mut bytes, _) = samples().swap_remove(sample);
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        let length = bytes.len();
        for (at, value) in damage.into_iter().filter(|_| length > 0) {
            bytes[at.index(length)] = value;
        }
        if let Ok(palette) = parse(name, &bytes) {
            prop_assert!((1..=MAX_COLORS).contains(&palette.colors.len()));
        }
    }
}

/// An orange and black palette in every binary form, with the name that it has in the field; and whether it has the
/// orange twice.
fn samples() -> Vec<(&'static str, Vec<u8>, usize)> {
    let (orange, black): ([u8; 3], [u8; 3]) = ([255, 119, 0], [0, 0, 0]);
    let cat = |parts: &[&[u8]]| parts.concat();
    let data = cat(&[b"\x00\x03\x02\x00", &orange, b"\0", &black, b"\0"]);
    let riff = |data: &[u8]| cat(&[b"RIFF\x18\0\0\0PAL data", &(data.len() as u32).to_le_bytes(), data]);
    let act = |end: &[u8]| cat(&[&orange, &black, &orange, &[9; 253 * 3], end]);
    let wide = |values: [u16; 4]| values.map(u16::to_be_bytes).concat();
    let aco = cat(&[&[0, 1, 0, 2, 0, 0], &wide([65535, 119 * 257, 0, 0]), &[0, 8], &wide([0; 4])]);
    let named = cat(&[
        &[0, 2, 0, 2, 0, 1],
        &wide([5097, 65535, 65535, 0]),
        &[0, 0, 0, 1, 0, 0],
        &[0, 0],
        &wide([0; 4]),
        &[0; 4],
    ]);
    let floats = |values: &[f32]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<u8>>();
    let block = |body: &[u8]| cat(&[&[0, 1], &(body.len() as u32).to_be_bytes(), body]);
    let rgb = cat(&[&[0, 2, 0, 65, 0, 0], b"RGB ", &floats(&[1.0, 119.0 / 255.0, 0.0]), &[0, 2]]);
    let grey = cat(&[&[0, 0], b"Gray", &floats(&[0.0]), &[0, 2]]);
    let group: &[u8] = &[0xc0, 1, 0, 0, 0, 4, 0, 1, 0, 0];
    let ase = cat(&[b"ASEF\0\x01\0\0\0\0\0\x04", group, &block(&rgb), &block(&grey), &[0xc0, 2, 0, 0, 0, 0]]);
    let chunk = |kind: u16, body: &[u8]| cat(&[&(body.len() as u32 + 6).to_le_bytes(), &kind.to_le_bytes(), body]);
    let new = cat(&[
        &[3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0],
        &[0; 8],
        &[1, 0],
        &orange,
        &[255, 1, 0, b'o'],
        &[0, 0, 9, 9, 9, 0],
        &[0, 0],
        &black,
        &[255],
    ]);
    let old = cat(&[&[1, 0, 0, 2], &orange, &black]);
    let aseprite = |chunks: &[u8]| {
        let mut head = vec![0; 128];
        head[4..6].copy_from_slice(&[0xe0, 0xa5]);
        cat(&[&head, &(chunks.len() as u32 + 16).to_le_bytes(), &[0xfa, 0xf1, 2, 0, 100, 0, 0, 0, 2, 0, 0, 0], chunks])
    };
    let both = cat(&[&chunk(0x0004, &[1, 0, 0, 1, 5, 5, 5]), &chunk(0x2019, &new)]);
    vec![
        ("a.pal", riff(&data), 0),
        ("a.act", act(&[0, 3, 255, 255]), 1),
        ("a.act", cat(&[&orange, &black, &black, &[0; 253 * 3], &[0, 3, 0, 2]]), 0),
        ("a.pal", cat(&[&orange, &[0; 63 * 3]]), 62),
        ("a.aco", aco.clone(), 0),
        ("a.aco", cat(&[&aco, &named]), 0),
        ("a.aco", named, 0),
        ("a.ase", ase, 0),
        ("a.ase", aseprite(&both), 0),
        ("a.aseprite", aseprite(&chunk(0x0004, &old)), 0),
    ]
}

#[test]
fn binary_files_of_other_programs_are_read_by_their_first_bytes() {
    for (name, bytes, duplicates) in samples() {
        for name in [name, "a", "a.txt"] {
            let palette = parse(name, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                (&palette.colors[..], palette.duplicates),
                (&[Rgb([255, 119, 0]), Rgb([0; 3])][..], duplicates),
                "{name}"
            );
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_none() {
    for (name, bytes, _) in samples() {
        let palette = parse(name, &bytes[..20]);
        assert!(palette.is_err(), "{name}: {palette:?}");
    }
}

#[test]
fn colours_without_an_exact_value_are_refused() {
    let aco = [&[0, 1, 0, 1, 0, 2][..], &[0; 8]].concat();
    let error = parse("a.aco", &aco).unwrap_err();
    assert_eq!(error.to_string(), "colour 1 is CMYK, which has no exact RGB value");
    assert_eq!(error.hint(), "convert its swatches to RGB in the program that wrote it");
}

#[test]
fn a_palette_of_a_whole_machine_is_read() {
    let colors: String =
        (0..512).map(|i| format!("{:06x}\n", (i & 7) << 5 | (i >> 3 & 7) << 13 | (i >> 6) << 21)).collect();
    let palette = parse("mega-drive.hex", colors.as_bytes()).unwrap();
    assert_eq!(palette.colors.len(), 512);
    assert_eq!(parse("a.png", &write(&palette, Format::Png)).unwrap().colors, palette.colors);
    let triples: Vec<u8> = palette.colors.iter().flat_map(|color| color.0).collect();
    assert_eq!(parse("a.pal", &triples).unwrap().colors, palette.colors);
}

#[test]
fn an_image_of_too_many_colours_is_no_palette() {
    let image = RgbaImage::from_fn(128, 64, |x, y| Rgba([x as u8, y as u8, 9, 255]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    assert_eq!(parse("a.png", bytes.get_ref()).unwrap_err().to_string(), "the image has more than 4096 colours");
}

#[test]
fn files_of_other_editors_are_read() {
    let orange_and_black = [Rgb([255, 119, 0]), Rgb([0, 0, 0])];
    let files: [(&str, &[u8]); 19] = [
        ("a.gpl", b"\xef\xbb\xbfGIMP Palette\r\nName: A\r\nColumns: 4\r\n#\r\n255 119   0\tOrange\r\n  0   0   0\r\n"),
        ("a.GPL", b"GIMP Palette\nChannels: RGBA\n255 119 0 255 o\n9 9 9 0 clear\n0 0 0 255 black"),
        ("a.hex", b"FF7700\r\n\r\n; black\r\n000000\r\n"),
        ("a.hex", b"#ff7700\n# black\n#000\nff7700\n"),
        ("a.pal", b"JASC-PAL\r\n0100\r\n2\r\n255 119 0\r\n0 0 0\r\n"),
        ("a.pal", b"JASC-PAL\n0100\n2\n255 119 0 255\n0 0 0 255\n\n"),
        ("a.json", br##"{"name":"A","author":"B","colors":["ff7700","#000000"],"slug":"a"}"##),
        ("a.json", b"\xef\xbb\xbf{\"colors\":[\"ff7700\",\"000000\",\"FF7700\"]}"),
        ("dir.x/a.hex", b"// orange\nff7700\n000"),
        ("a.txt", b"; paint.net Palette File\r\n; Palette Name: A\r\n;Colors: 2\r\nFFFF7700\r\nff000000 ; black\r\n00010203\r\n"),
        ("a.txt", b"GIMP Palette\n255 119 0\n0 0 0\n"),
        ("a.pal", b"ff7700\n000000\n"),
        ("a.json", br##"["#ff7700", "000"]"##),
        ("a.json", b"[[255, 119, 0], [1, 2, 3, 0], [0, 0, 0, 255]]"),
        ("a.json", br##"{"palette": [{"r": 255, "g": 119, "b": 0}, {"hex": "#000000ff"}]}"##),
        ("a.json", br##"{"name": "A", "colors": [{"data": "#FFFF7700", "name": "no name"}, {"data": "ff000000"}]}"##),
        ("a.json", br##"{"colors": [{"color": "(0, 0, 0, 1)", "index": 9}, {"color": "(1, 0.4667, 0, 1)", "index": 2}]}"##),
        ("a.json", b"[[1.0, 0.4667, 0], [0, 0, 0.0, 1]]"),
        ("a", b"JASC-PAL\n0100\n2\n255 119 0\n0 0 0\n"),
    ];
    for (name, bytes) in files {
        let palette = parse(name, bytes).unwrap();
        assert_eq!(palette.colors, orange_and_black, "{name}");
        assert!(["A", "a"].contains(&palette.name.as_str()), "{name}");
    }
}

#[test]
fn errors_name_the_line() {
    let many: String = (0..5000).map(|i| format!("{i:06x}\n")).collect();
    let files = [
        ("a.act", "", "the palette has no colours"),
        ("a.txt", "hello", "line 1: `hello` is not a colour such as `ff7700`"),
        ("a.txt", "ffff7700\nff77", "line 2: `ff77` is not a colour such as `ffff7700`"),
        ("a.png", "version https://git-lfs.github.com/spec/v1", "it is a pointer of Git LFS, its content is not here"),
        ("a.gpl", "GIF89a", "it is an image of another format (GIF)"),
        ("a.dat", "\0\u{1}", "nothing in it is known as a palette"),
        ("a.json", "[3]", "the JSON is damaged or unusual: colour 1 is none such as `\"ff7700\"` or `[255, 119, 0]`"),
        ("a.json", "7", "line 1: a list of colours was expected, or an object with `colors`"),
        ("a.gpl", "Gimp", "line 1: a `.gpl` file starts with `GIMP Palette`"),
        ("a.gpl", "GIMP Palette\n#\n1 2 256", "line 3: `1 2 256` is not a colour such as `255 119 0\tOrange`"),
        ("a.hex", "ff7700\nff770", "line 2: `ff770` is not a colour such as `ff7700`"),
        ("a.hex", "\n; none", "the palette has no colours"),
        ("a.hex", &many, "the palette has 5000 colours; at most 4096 are allowed"),
        ("a.pal", "JASC-PAL\n0200\n1\n", "line 2: `0100` is missing"),
        ("a.pal", "JASC-PAL\n0100\nmany\n", "line 3: the number of colours is missing"),
        ("a.pal", "JASC-PAL\n0100\n2\n1 2 3", "line 3: the header announces 2 colours, the file has 1"),
        ("a.json", "{\n\"colors\": [\"ff\"]}", "line 2: `ff` is not a colour such as `ff7700`"),
        ("a.json", "{\n\"colors\": 3}", "line 1: `colors` is missing, or is no list"),
    ];
    for (name, text, message) in files {
        assert_eq!(parse(name, text.as_bytes()).unwrap_err().to_string(), message, "{name}: {text:?}");
    }
    assert_eq!(parse("a.hex", b"ff7700\n\xff").unwrap_err().to_string(), "line 2: is not UTF-8");
    assert!(matches!(parse("a.png", b"\x89PNG no"), Err(PaletteError::Image(_))));
    assert_eq!(parse("a.png", b"no"), Err(PaletteError::Unknown));
}

#[test]
fn an_image_gives_its_colours_in_reading_order() {
    let mut image = RgbaImage::from_pixel(3, 2, Rgba([9, 9, 9, 255]));
    image.put_pixel(1, 0, Rgba([255, 119, 0, 255]));
    image.put_pixel(2, 0, Rgba([1, 2, 3, 0]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let palette = parse("swatch.png", bytes.get_ref()).unwrap();
    assert_eq!(palette.colors, [Rgb([9; 3]), Rgb([255, 119, 0])]);
    assert_eq!(palette.colors, extract::exact(&image));
}

#[test]
fn a_picture_is_reduced_to_the_given_number_of_colours() {
    let image = RgbaImage::from_fn(64, 64, |x, y| Rgba([x as u8 * 4, y as u8 * 4, 90, 255]));
    assert_eq!(extract::exact(&image).len(), 4096);
    let colors = reduce_colors(&extract::opaque(&image).collect::<Vec<_>>(), 8);
    assert_eq!(colors.len(), 8);
    assert_eq!(colors, reduce_colors(&extract::opaque(&image).collect::<Vec<_>>(), 8));
    assert_eq!(extract::opaque(&RgbaImage::new(4, 4)).count(), 0);
}

#[test]
fn built_in_palettes_are_listed_and_exist() {
    assert_eq!(builtin_names().len(), 12);
    assert!(builtin_names().into_iter().all(|name| builtin(name).is_some()));
    assert_eq!(builtin("sweetie-16").unwrap().colors[0], Rgb::parse("#1a1c2c").unwrap());
    assert_eq!(builtin("endesga-32").unwrap().author, "ENDESGA");
}
