//! Bevy's `.meta`: the image that it stands beside is sampled nearest, whatever the game's default is.
//!
//! Loader path and fields are those of Bevy 0.20; they move between its releases, so that a later one is a new version
//! here.

/// Changes when the text does.
pub const VERSION: u32 = 1;

/// The text for every image: nothing in it depends on the pixels.
pub fn meta() -> String {
    META.to_owned()
}

const META: &str = r#"(
    meta_format_version: "1.0",
    asset: Load(
        loader: "bevy_image::image_loader::ImageLoader",
        settings: (
            format: FromExtension,
            texture_format: None,
            is_srgb: true,
            sampler: Descriptor((
                label: None,
                address_mode_u: ClampToEdge,
                address_mode_v: ClampToEdge,
                address_mode_w: ClampToEdge,
                mag_filter: Nearest,
                min_filter: Nearest,
                mipmap_filter: Nearest,
                lod_min_clamp: 0.0,
                lod_max_clamp: 32.0,
                compare: None,
                anisotropy_clamp: 1,
                border_color: None,
            )),
            asset_usage: ("MAIN_WORLD | RENDER_WORLD"),
            array_layout: None,
            expand_grayscale: true,
        ),
    ),
)
"#;
