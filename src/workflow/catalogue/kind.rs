//! What may stand in an input of a node.

use serde_json::Value;

/// What may stand in an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// What another node gives, by its type.
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
        /// The files that are there; `None`: nobody looked.
        names: Option<Vec<String>>,
    },
    /// A picture that was uploaded.
    Picture,
    /// What the class alone knows.
    Anything,
}

/// The folder of the models that an input of a class names, if it is one that names models.
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
    /// As a server tells it: a list of choices, or a type with options.
    pub(super) fn told(class: &str, input: &str, shape: &Value) -> Self {
        let options = &shape[1];
        let choices = match &shape[0] {
            Value::Array(choices) => Some(choices),
            Value::String(word) if word == "COMBO" => options["options"].as_array(),
            Value::String(word) => return Self::of(word, options),
            _ => return Self::Anything,
        };
        if options["image_upload"] == true {
            return Self::Picture;
        }
        // Several choices at once, or choices that another server has.
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
            // Parts of these have names of their own.
            word if word.starts_with("COMFY_") => Self::Anything,
            word => Self::Link(word.to_owned()),
        }
    }

    /// As it is recorded: `INT 1 100`, `FILE loras`, `LIST sampler`, a list of choices, or a type.
    pub(super) fn written(shape: &Value, lists: &Value) -> Self {
        let Some(text) = shape.as_str() else {
            return Self::Choice(shape.as_array().cloned().unwrap_or_default());
        };
        let mut words = text.split(' ');
        let (word, first, second) = (words.next().unwrap_or_default(), words.next(), words.next());
        match (word, first, second) {
            ("ANY", ..) => Self::Anything,
            ("PICTURE", ..) => Self::Picture,
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

    /// The type that a link to it has to have, if it is one.
    pub fn link_type(&self) -> Option<&str> {
        match self {
            Self::Link(word) => Some(word),
            Self::Whole { .. } => Some("INT"),
            Self::Number { .. } => Some("FLOAT"),
            Self::Text => Some("STRING"),
            Self::Truth => Some("BOOLEAN"),
            Self::Choice(_) | Self::File { .. } | Self::Picture | Self::Anything => None,
        }
    }

    /// In words, for messages.
    pub fn words(&self) -> String {
        match self {
            Self::Link(word) => format!("a link to a node that gives {word}"),
            Self::Whole { .. } => "a whole number".to_owned(),
            Self::Number { .. } => "a number".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Choice(_) => "one of its choices".to_owned(),
            Self::File { folder, .. } => format!("a file of the folder `{folder}`"),
            Self::Picture => "the name of a picture".to_owned(),
            Self::Anything => "anything".to_owned(),
        }
    }
}

/// A whole number; Python writes some bounds with a point.
fn whole(value: &Value) -> Option<i128> {
    let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    exact.or_else(|| value.as_f64().filter(|number| number.is_finite()).map(|number| number as i128))
}

/// Folders are few, and known.
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
