//! The macro that makes a struct, its reader and its schema from one list of keys.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::{Reader, Span};
use crate::manifest::problem::Problem;

/// A table with fixed keys.
pub(crate) trait Table: Default {
    /// The table in messages: `a sprite`.
    const WHAT: &'static str;

    /// Its keys, including those of its parts.
    fn keys() -> Vec<&'static str>;

    /// Reads the value of a key; `false` if the key is unknown.
    fn set(&mut self, key: &str, value: &DeValue<'_>, span: Span, reader: &mut Reader) -> bool;

    /// Adds the schemas of its keys.
    fn properties(generator: &mut SchemaGenerator, properties: &mut Map<String, Value>);

    /// The problem of an unknown key.
    fn unknown(key: &str, span: Span) -> Problem {
        let problem = Problem::error("unknown-key", span, format!("{} has no key `{key}`", Self::WHAT));
        suggest_key::<Self>(problem, key)
    }

    /// Reads all keys, in the order in which they are written.
    fn from_table(table: &DeTable<'_>, reader: &mut Reader) -> Self {
        let mut read = Self::default();
        for (key, key_span, value, span) in entries(table, reader) {
            if !read.set(key, value, span, reader) {
                reader.problem(Self::unknown(key, key_span));
            }
        }
        read
    }
}

/// Suggests the key that other tools call so, else a near one.
pub(super) fn suggest_key<T: Table>(problem: Problem, key: &str) -> Problem {
    match elsewhere(key).filter(|own| T::keys().contains(own)) {
        Some(own) => problem.help(format!("did you mean `{own}`?")),
        None => problem.suggest(key, T::keys()),
    }
}

/// Our key for what other tools call so.
pub(super) fn elsewhere(key: &str) -> Option<&'static str> {
    const KEYS: [(&str, &[&str]); 22] = [
        ("fps", &["frame_rate", "framerate", "rate", "speed"]),
        ("repeat", &["loop", "loops", "looping", "looped"]),
        ("durations", &["duration", "delay", "delays", "frame_duration"]),
        ("playback", &["direction", "order", "ping_pong", "pingpong"]),
        ("frames", &["frame_count", "frames_count", "count", "num_frames"]),
        ("strip", &["columns", "hframes"]),
        ("size", &["width", "height", "dimensions", "tile_size", "resolution", "frame_size", "sprite_size"]),
        ("colors", &["colours", "color_count", "num_colors", "max_colors"]),
        ("gates", &["gate", "thresholds"]),
        ("background", &["remove_background", "transparent", "transparency", "chroma_key", "key_color"]),
        ("prompt", &["text", "description", "positive", "positive_prompt"]),
        ("negative", &["negative_prompt", "neg_prompt"]),
        ("source", &["file", "files", "image", "images", "src", "path_in"]),
        ("candidates", &["variants", "batch", "batch_size", "n"]),
        ("of", &["base", "parent", "sprite", "texture"]),
        ("mirror", &["flip", "flip_h", "mirrored"]),
        ("path", &["output", "out_file", "filename", "file_name"]),
        ("out", &["output", "output_dir", "out_dir", "output_folder"]),
        ("export", &["exports", "exporter", "exporters", "format", "formats", "engine"]),
        ("checkpoint", &["model", "ckpt", "ckpt_name", "checkpoint_name"]),
        ("cfg", &["cfg_scale", "guidance", "guidance_scale"]),
        ("steps", &["num_inference_steps", "sampling_steps"]),
    ];
    const MORE: [(&str, &[&str]); 3] =
        [("sampler", &["sampler_name"]), ("loras", &["lora"]), ("canvas", &["image_size", "latent_size"])];
    let is_called = |(_, names): &&(&str, &[&str])| names.contains(&key);
    KEYS.iter().chain(&MORE).find(is_called).map(|(own, _)| *own)
}

/// A table's keys and values with their spans, in the order in which they are written.
pub(super) fn entries<'a, 'i>(table: &'a DeTable<'i>, reader: &Reader) -> Vec<(&'a str, Span, &'a DeValue<'i>, Span)> {
    let spanned = table.iter().map(|(key, value)| {
        (key.get_ref().as_ref(), reader.span(key.span()), value.get_ref(), reader.span(value.span()))
    });
    let mut entries: Vec<_> = spanned.collect();
    entries.sort_by_key(|(_, span, ..)| *span);
    entries
}

/// The schema of a table.
pub(super) fn schema<T: Table>(generator: &mut SchemaGenerator, doc: &str) -> Schema {
    let mut properties = Map::new();
    T::properties(generator, &mut properties);
    schemars::json_schema!({
        "type": "object",
        "description": doc.trim(),
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Adds one key's schema with its description.
pub(super) fn property(properties: &mut Map<String, Value>, key: &str, mut schema: Schema, doc: &str) {
    schema.insert("description".to_owned(), Value::String(doc.trim().to_owned()));
    properties.insert(key.to_owned(), schema.to_value());
}

/// Defines tables: `struct Raw "a table" { key: Type, .. } with { part: Table, .. }`.
///
/// Every key is an `Option<At<Type>>`; the keys of a part are written as if they were the table's own. Doc comments
/// are the schema's descriptions. `else FUNCTION` gives the message for an unknown key.
macro_rules! table {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident $what:literal {
            $($(#[doc = $key_doc:literal])* $key:ident: $type:ty,)*
        }
        $(with { $($(#[doc = $part_doc:literal])* $part:ident: $part_type:ty,)* })?
        $(else $unknown:path)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name {
            $($(#[doc = $key_doc])* pub $key: Option<$crate::manifest::raw::At<$type>>,)*
            $($($(#[doc = $part_doc])* pub $part: $part_type,)*)?
        }

        impl $crate::manifest::raw::Table for $name {
            const WHAT: &'static str = $what;

            fn keys() -> Vec<&'static str> {
                #[allow(unused_mut)]
                let mut keys = vec![$(stringify!($key)),*];
                $($(keys.extend(<$part_type as $crate::manifest::raw::Table>::keys());)*)?
                keys
            }

            fn set(
                &mut self,
                key: &str,
                value: &toml::de::DeValue<'_>,
                span: $crate::words::source::Span,
                reader: &mut $crate::manifest::raw::Reader,
            ) -> bool {
                match key {
                    $(stringify!($key) => {
                        self.$key = <$type as $crate::manifest::raw::Read>::read(value, span, reader)
                            .map(|value| $crate::manifest::raw::At { value, span });
                        true
                    })*
                    _ => false $($(|| self.$part.set(key, value, span, reader))*)?,
                }
            }

            fn properties(
                generator: &mut schemars::SchemaGenerator,
                properties: &mut serde_json::Map<String, serde_json::Value>,
            ) {
                $(
                    let schema = <$type as $crate::manifest::raw::Read>::schema(generator);
                    let doc = concat!($($key_doc),*);
                    $crate::manifest::raw::table::property(properties, stringify!($key), schema, doc);
                )*
                $($(<$part_type as $crate::manifest::raw::Table>::properties(generator, properties);)*)?
            }

            $(fn unknown(key: &str, span: $crate::words::source::Span) -> $crate::manifest::problem::Problem {
                $unknown(key, span)
            })?
        }

        impl $crate::manifest::raw::Read for $name {
            fn wanted() -> String {
                "a table".to_owned()
            }

            fn named() -> Option<&'static str> {
                Some($what)
            }

            fn read(
                value: &toml::de::DeValue<'_>,
                span: $crate::words::source::Span,
                reader: &mut $crate::manifest::raw::Reader,
            ) -> Option<Self> {
                let Some(table) = value.as_table() else {
                    return reader.wrong_type(span, value);
                };
                Some(<Self as $crate::manifest::raw::Table>::from_table(table, reader))
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).trim_start_matches("Raw").into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::manifest::raw::table::schema::<Self>(generator, concat!($($doc),*))
            }
        }
    };
}

pub(super) use table;
