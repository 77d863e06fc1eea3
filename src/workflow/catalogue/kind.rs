//! The types of a node's inputs.

use serde_json::Value;

/// The type of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An output of another node, by type.
    Link(String),
    /// A whole number within bounds.
    Whole {
        /// The least.
        least: i128,
        /// The most.
        most: i128,
    },
    /// A number within bounds.
    Number {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// Text.
    Text,
    /// True or false.
    Truth,
    /// One of these.
    Choice(Vec<Value>),
    /// The file of a model.
    File {
        /// The folder of ComfyUI's models that it is in.
        folder: &'static str,
        /// The files in it; `None` if no server was asked.
        names: Option<Vec<String>>,
    },
    /// An uploaded image.
    Image,
    /// A value that only the class can check.
    Anything,
}

/// The folder below ComfyUI's `models/` whose files an input of a class names, if it names any.
pub fn folder(class: &str, input: &str) -> Option<&'static str> {
    Some(match (class, input) {
        (_, "ckpt_name") => "checkpoints",
        (_, "lora_name") => "loras",
        (_, "vae_name") => "vae",
        (_, "control_net_name") => "controlnet",
        (_, "unet_name") => "diffusion_models",
        ("CLIPVisionLoader", "clip_name") => "clip_vision",
        (_, "clip_name" | "clip_name1" | "clip_name2" | "clip_name3" | "clip_name4") => "text_encoders",
        ("UpscaleModelLoader", "model_name") => "upscale_models",
        (_, "style_model_name") => "style_models",
        (_, "gligen_name") => "gligen",
        (_, "photomaker_model_name") => "photomaker",
        (_, "hypernetwork_name") => "hypernetworks",
        ("LoadBackgroundRemovalModel", _) => "background_removal",
        _ => return None,
    })
}

impl Kind {
    /// From `/object_info` of a server: a list of choices, or a type with options.
    pub(super) fn from_server(class: &str, input: &str, shape: &Value) -> Self {
        let options = &shape[1];
        let choices = match &shape[0] {
            Value::Array(choices) => Some(choices),
            Value::String(word) if word == "COMBO" => options["options"].as_array(),
            Value::String(word) => return Self::of(word, options),
            _ => return Self::Anything,
        };
        if options["image_upload"] == true {
            return Self::Image;
        }
        // Several choices at once, or choices of another server.
        let Some(choices) = choices.filter(|_| options["multiselect"] != true) else { return Self::Anything };
        match folder(class, input) {
            Some(folder) => {
                let names = choices.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                Self::File { folder, names: Some(names) }
            }
            None => Self::Choice(choices.clone()),
        }
    }

    fn of(word: &str, options: &Value) -> Self {
        match word {
            "INT" => Self::Whole {
                least: whole(&options["min"]).unwrap_or(i128::MIN),
                most: whole(&options["max"]).unwrap_or(i128::MAX),
            },
            "FLOAT" => Self::Number {
                least: options["min"].as_f64().unwrap_or(f64::NEG_INFINITY),
                most: options["max"].as_f64().unwrap_or(f64::INFINITY),
            },
            "STRING" => Self::Text,
            "BOOLEAN" => Self::Truth,
            // These consist of parts with names of their own.
            word if word.starts_with("COMFY_") => Self::Anything,
            word => Self::Link(word.to_owned()),
        }
    }

    /// From `classes.json`: `INT 1 100`, `FILE loras`, `LIST sampler`, a list of choices, or a type.
    pub(super) fn from_record(shape: &Value, lists: &Value) -> Self {
        let Some(text) = shape.as_str() else {
            return Self::Choice(shape.as_array().cloned().unwrap_or_default());
        };
        let mut words = text.split(' ');
        let (word, first, second) = (words.next().unwrap_or_default(), words.next(), words.next());
        match (word, first, second) {
            ("ANY", ..) => Self::Anything,
            ("PICTURE", ..) => Self::Image,
            ("LIST", Some(list), _) => Self::Choice(lists[list].as_array().cloned().unwrap_or_default()),
            ("FILE", Some(name), _) => Self::File { folder: known(name), names: None },
            ("INT", Some(least), Some(most)) => {
                Self::Whole { least: least.parse().unwrap_or(i128::MIN), most: most.parse().unwrap_or(i128::MAX) }
            }
            ("FLOAT", Some(least), Some(most)) => Self::Number {
                least: least.parse().unwrap_or(f64::NEG_INFINITY),
                most: most.parse().unwrap_or(f64::INFINITY),
            },
            (word, ..) => Self::of(word, &Value::Null),
        }
    }

    /// The type that a link to it must have, if links are possible.
    pub fn link_type(&self) -> Option<&str> {
        match self {
            Self::Link(word) => Some(word),
            Self::Whole { .. } => Some("INT"),
            Self::Number { .. } => Some("FLOAT"),
            Self::Text => Some("STRING"),
            Self::Truth => Some("BOOLEAN"),
            Self::Choice(_) | Self::File { .. } | Self::Image | Self::Anything => None,
        }
    }

    /// The type in words, for messages.
    pub fn words(&self) -> String {
        match self {
            Self::Link(word) => format!("a link to a {word} output"),
            Self::Whole { .. } => "a whole number".to_owned(),
            Self::Number { .. } => "a number".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Choice(_) => "one of its choices".to_owned(),
            Self::File { folder, .. } => format!("a file in the folder `{folder}`"),
            Self::Image => "the name of an image".to_owned(),
            Self::Anything => "anything".to_owned(),
        }
    }
}

/// Whether an input of `/object_info` is a field of the editor's node, not a socket alone.
pub(super) fn is_field(shape: &Value) -> bool {
    let is_field = match &shape[0] {
        Value::Array(_) => true,
        Value::String(word) => ["INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"].contains(&word.as_str()),
        _ => false,
    };
    is_field && shape[1]["forceInput"] != true
}

/// What a field of `/object_info` has at first.
pub(super) fn default(shape: &Value) -> Option<Value> {
    let options = &shape[1];
    let first = || shape[0].get(0).or_else(|| options["options"].get(0));
    options.get("default").or_else(first).filter(|value| !value.is_null()).cloned()
}

/// The same of `classes.json`: the fourth word of a number, `FLOAT 0 1 0.5`, the second of `BOOLEAN`, or the first choice.
pub(super) fn recorded_default(shape: &Value, lists: &Value) -> Option<Value> {
    let Some(text) = shape.as_str() else { return shape.get(0).cloned() };
    let words: Vec<&str> = text.split(' ').collect();
    let word = match words.as_slice() {
        ["LIST", list] => return lists[*list].get(0).cloned(),
        ["INT" | "FLOAT", _, _, word] | ["BOOLEAN", word] => word,
        _ => return None,
    };
    serde_json::from_str(word).ok()
}

/// The same of `classes.json`, where `STRING socket` takes links alone.
pub(super) fn is_recorded_field(shape: &Value) -> bool {
    const FIELDS: [&str; 8] = ["INT", "FLOAT", "STRING", "BOOLEAN", "LIST", "FILE", "PICTURE", "ANY"];
    let Some(text) = shape.as_str() else { return true };
    FIELDS.contains(&text.split(' ').next().unwrap_or_default()) && !text.ends_with(" socket")
}

/// A whole number; Python writes some bounds as floats.
fn whole(value: &Value) -> Option<i128> {
    let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    exact.or_else(|| value.as_f64().filter(|number| number.is_finite()).map(|number| number as i128))
}

/// The folder of that name as a constant.
fn known(name: &str) -> &'static str {
    const FOLDERS: [&str; 12] = [
        "checkpoints",
        "loras",
        "vae",
        "controlnet",
        "diffusion_models",
        "clip_vision",
        "text_encoders",
        "upscale_models",
        "style_models",
        "gligen",
        "photomaker",
        "hypernetworks",
    ];
    FOLDERS.into_iter().find(|folder| *folder == name).unwrap_or("models")
}
