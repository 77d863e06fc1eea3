//! Palette files: round trips, files of other editors, and error messages.

use dgx_pixels::process::quantize::reduce_colors;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::palette::{Format, Palette, PaletteError, builtin, builtin_names, extract, parse, write};
use image::{Rgba, RgbaImage};
use proptest::collection::btree_set;
use proptest::prelude::*;

fn palettes() -> impl Strategy<Value = Palette> {
    let colors = btree_set(any::<[u8; 3]>(), 1..=256).prop_map(|set| set.into_iter().map(Rgb).collect::<Vec<_>>());
    ("[A-Za-z0-9éß]([A-Za-z0-9éß \"#:]{0,20}[A-Za-z0-9])?", "([A-Za-zøñ]{1,12})?", colors.prop_shuffle())
        .prop_map(|(name, author, colors)| Palette { name, author, colors })
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
}

#[test]
fn files_of_other_editors_are_read() {
    let orange_and_black = [Rgb([255, 119, 0]), Rgb([0, 0, 0])];
    let files: [(&str, &[u8]); 9] = [
        ("a.gpl", b"\xef\xbb\xbfGIMP Palette\r\nName: A\r\nColumns: 4\r\n#\r\n255 119   0\tOrange\r\n  0   0   0\r\n"),
        ("a.GPL", b"GIMP Palette\nChannels: RGBA\n255 119 0 255 o\n9 9 9 0 clear\n0 0 0 255 black"),
        ("a.hex", b"FF7700\r\n\r\n; black\r\n000000\r\n"),
        ("a.hex", b"#ff7700\n# black\n#000\nff7700\n"),
        ("a.pal", b"JASC-PAL\r\n0100\r\n2\r\n255 119 0\r\n0 0 0\r\n"),
        ("a.pal", b"JASC-PAL\n0100\n2\n255 119 0 255\n0 0 0 255\n\n"),
        ("a.json", br##"{"name":"A","author":"B","colors":["ff7700","#000000"],"slug":"a"}"##),
        ("a.json", b"\xef\xbb\xbf{\"colors\":[\"ff7700\",\"000000\",\"FF7700\"]}"),
        ("dir.x/a.hex", b"// orange\nff7700\n000"),
    ];
    for (name, bytes) in files {
        let palette = parse(name, bytes).unwrap();
        assert_eq!(palette.colors, orange_and_black, "{name}");
        assert!(["A", "a"].contains(&palette.name.as_str()), "{name}");
    }
}

#[test]
fn errors_name_the_line() {
    let many: String = (0..300).map(|i| format!("{i:06x}\n")).collect();
    let files = [
        ("a.act", "", "`a.act` is not a palette file; `.gpl`, `.hex`, `.pal`, `.json` and `.png` are supported"),
        ("a.gpl", "Gimp", "line 1: a `.gpl` file starts with `GIMP Palette`"),
        ("a.gpl", "GIMP Palette\n#\n1 2 256", "line 3: `1 2 256` is not a colour such as `255 119 0\tOrange`"),
        ("a.hex", "ff7700\nff770", "line 2: `ff770` is not a colour such as `ff7700`"),
        ("a.hex", "\n; none", "the palette has no colours"),
        ("a.hex", &many, "the palette has 300 colours; at most 256 are allowed"),
        ("a.pal", "JASC-PAL\n0200\n1\n", "line 2: `0100` is missing"),
        ("a.pal", "JASC-PAL\n0100\nmany\n", "line 3: the number of colours is missing"),
        ("a.pal", "JASC-PAL\n0100\n2\n1 2 3", "line 3: the header announces 2 colours, the file has 1"),
        ("a.json", "{\n\"colors\": [\"ff\"]}", "line 2: `ff` is not a colour such as `ff7700`"),
        ("a.json", "{\n\"colors\": 3}", "line 2: invalid type: integer `3`, expected a sequence"),
    ];
    for (name, text, message) in files {
        assert_eq!(parse(name, text.as_bytes()).unwrap_err().to_string(), message, "{name}: {text:?}");
    }
    assert_eq!(parse("a.hex", b"ff7700\n\xff").unwrap_err().to_string(), "line 2: is not UTF-8");
    assert!(matches!(parse("a.png", b"no"), Err(PaletteError::Image(_))));
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
