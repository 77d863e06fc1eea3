//! Images made of a number alone, and the PNG files that a server makes of them.

use image::RgbaImage;
use png::{BitDepth, ColorType, Compression, Encoder};
use serde_json::Value;

/// Behind every figure.
const KEY: [u8; 4] = [255, 0, 255, 255];
/// An image is so many cells wide and high.
const CELLS: u32 = 16;

/// A figure of 4 to 9 by 5 to 10 of 16 x 16 cells on magenta; a poor one has six cells at most.
pub fn figure(number: u64, width: u32, height: u32, poor: bool) -> RgbaImage {
    let bits = |from: u64, many: u64| ((number >> from) % many) as u32;
    let (wide, high) = if poor { (2, 1 + bits(0, 3)) } else { (4 + bits(0, 6), 5 + bits(8, 6)) };
    let color = |at: u64| {
        let part = |at: u64, scale: u8, base: u8| base + scale * bits(at, 8) as u8;
        [part(at, 20, 40), part(at + 4, 15, 60), part(at + 8, 8, 30), 255]
    };
    let (first, second) = (color(20), color(36));
    RgbaImage::from_fn(width, height, |x, y| {
        let (x, y) = (x * CELLS / width.max(1), y * CELLS / height.max(1));
        let (x, y) = (x.wrapping_sub(3), y.wrapping_sub(3));
        let inside = x < wide && y < high;
        image::Rgba(if !inside {
            KEY
        } else if (x + y) % 3 == 0 {
            first
        } else {
            second
        })
    })
}

/// A PNG as `SaveImage` writes it: RGB, or RGBA where something is clear, with the graph in a text chunk.
pub fn png(picture: &RgbaImage, texts: &[(String, Value)]) -> Vec<u8> {
    let has_alpha = picture.pixels().any(|pixel| pixel.0[3] < 255);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(if has_alpha { ColorType::Rgba } else { ColorType::Rgb });
    encoder.set_compression(Compression::Fast);
    for (keyword, value) in texts {
        encoder.add_text_chunk(keyword.clone(), ascii(&value.to_string())).unwrap();
    }
    let mut writer = encoder.write_header().unwrap();
    if has_alpha {
        writer.write_image_data(picture.as_raw()).unwrap();
    } else {
        let rgb: Vec<u8> = picture.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
        writer.write_image_data(&rgb).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

/// JSON in ASCII, as Python writes it.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}

/// A PNG whose header promises so many pixels, with next to nothing behind it.
pub fn huge(width: u32, height: u32) -> Vec<u8> {
    let mut header = Vec::from(*b"IHDR");
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut bytes = Vec::from(*b"\x89PNG\r\n\x1a\n");
    for (chunk, length) in [(header.as_slice(), 13_u32), (b"IDAT\x78\x9c\x63\x00\x00\x00\x01\x00\x01", 9), (b"IEND", 0)]
    {
        bytes.extend(length.to_be_bytes());
        bytes.extend(chunk);
        bytes.extend(crc(chunk).to_be_bytes());
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
