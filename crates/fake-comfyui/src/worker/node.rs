//! One node of a job: the faults that strike it, what it makes, and the time that it takes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message;
use image::RgbaImage;
use serde_json::{Value, json};

use super::End;
use super::job::Job;
use super::key::input_file;
use crate::cache::{Cached, Made};
use crate::fault::Fault;
use crate::picture;
use crate::state::State;

/// Frames of progress that a sampler sends at most.
const STEPS: u64 = 8;

impl Job {
    pub(super) async fn node(&mut self, id: &str) -> Result<(), End> {
        self.tell_progress(id, 0, 1, "running");
        if self.item.client().is_some() {
            self.shared.lock().node = Some(id.to_owned());
            self.tell("executing", json!({ "node": id, "display_node": id }));
        }
        self.trouble(id)?;
        let made = self.make(id)?;
        self.pass(id, &made).await?;
        let ui = self.ui(id, &made)?;
        if let Some(ui) = ui.as_ref().filter(|_| self.item.client().is_some()) {
            self.tell("executed", json!({ "node": id, "display_node": id, "output": ui }));
        }
        self.shared.lock().cache.insert(self.keys[id].clone(), Cached { made, ui });
        self.tell_progress(id, 1, 1, "finished");
        Ok(())
    }

    /// The faults that strike in a sampler, and the class that is made to fail.
    fn trouble(&self, id: &str) -> Result<(), End> {
        let class = self.class(id);
        let mut state = self.shared.lock();
        if state.is_interrupted {
            return Err(End::Interrupted);
        }
        if class == "DgxpFail" {
            return Err(match self.inputs(id)["kind"].as_str() {
                Some("oom") => End::out_of_memory("Allocation on device (made by DgxpFail)"),
                Some("exit") => End::Crashed,
                _ => End::failed("ValueError", "made to fail by DgxpFail"),
            });
        }
        if let Some(file) = self.missing_model(&state, id) {
            return Err(End::failed("FileNotFoundError", format!("Model in folder with filename '{file}' not found.")));
        }
        if !draws(class) {
            return Ok(());
        }
        let is_wanted =
            |fault: &Fault| matches!(fault, Fault::NodeError | Fault::OutOfMemory | Fault::Interrupted | Fault::Crash);
        match state.strike("", is_wanted) {
            Some(Fault::NodeError) => {
                Err(End::failed("RuntimeError", "CUDA error: an illegal memory access was encountered"))
            }
            Some(Fault::OutOfMemory) => Err(End::out_of_memory("Allocation on device ")),
            Some(Fault::Interrupted) => Err(End::Interrupted),
            Some(Fault::Crash) => Err(End::Crashed),
            _ => Ok(()),
        }
    }

    /// A list in the newer form is not looked at before the node runs.
    fn missing_model(&self, state: &State, id: &str) -> Option<String> {
        let file = self.inputs(id).get("model_name")?.as_str()?.to_owned();
        let files = state.options.models.get("upscale_models").into_iter().flatten();
        (self.class(id) == "UpscaleModelLoader" && !files.into_iter().any(|other| *other == file)).then_some(file)
    }

    /// What the linked inputs made, by the input's name.
    pub(super) fn before(&self, id: &str) -> BTreeMap<String, Made> {
        let state = self.shared.lock();
        let made =
            |value: &Value| Some(state.cache.get(&self.keys[value.as_array()?.first()?.as_str()?])?.made.clone());
        self.inputs(id).iter().filter_map(|(name, value)| Some((name.clone(), made(value)?))).collect()
    }

    fn make(&self, id: &str) -> Result<Made, End> {
        let (inputs, before) = (self.inputs(id), self.before(id));
        let number = |name: &str| inputs.get(name).and_then(Value::as_u64).unwrap_or(0) as u32;
        let shape = ["latent_image", "samples", "pixels", "image", "images", "source"]
            .iter()
            .find_map(|name| before.get(*name));
        let mut made = shape.or(before.values().next()).cloned().unwrap_or_default();
        let text =
            before.get("positive").or(before.get("images")).or(before.values().next()).map(|made| made.text.clone());
        made.text = text.unwrap_or_default();
        match self.class(id) {
            "PrimitiveString" => made.text = inputs["value"].as_str().unwrap_or_default().to_owned(),
            "CLIPTextEncode" => made.text = inputs["text"].as_str().unwrap_or_default().to_owned(),
            "EmptyLatentImage" | "DgxpPattern" | "EmptyImage" => {
                (made.width, made.height, made.count) = (number("width"), number("height"), number("batch_size"));
                made.text = inputs.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
            }
            "ImageScale" | "ImageCrop" => (made.width, made.height) = (number("width"), number("height")),
            "ImageCompositeMasked" => {
                let destination = before.get("destination").cloned().unwrap_or_default();
                (made.width, made.height) = (destination.width, destination.height);
            }
            "LoadImage" | "LoadImageMask" => made = self.load(inputs["image"].as_str().unwrap_or_default())?,
            "VAEEncode" | "VAEEncodeForInpaint" | "InpaintModelConditioning" => made.pixels = None,
            _ => {}
        }
        if self.class(id) == "EmptyImage" {
            let [_, r, g, b] = number("color").to_be_bytes();
            made.pixels = Some(Arc::new(RgbaImage::from_pixel(made.width, made.height, image::Rgba([r, g, b, 255]))));
        }
        if self.class(id) == "ImageScale" {
            let scaled = |pixels: Arc<RgbaImage>| {
                image::imageops::resize(&*pixels, made.width, made.height, image::imageops::FilterType::Nearest)
            };
            made.pixels = made.pixels.take().map(scaled).map(Arc::new);
        }
        if draws(self.class(id)) {
            made.number = u64::from_str_radix(&self.keys[id][..16], 16).unwrap_or(0);
            made.pixels = None;
        }
        Ok(made)
    }

    fn load(&self, name: &str) -> Result<Made, End> {
        let mut state = self.shared.lock();
        let is_gone = state.strike("", |fault| matches!(fault, Fault::InputGone)).is_some();
        let file = state.store.get("input", &input_file(name)).filter(|_| !is_gone).cloned();
        drop(state);
        let no_file = || {
            End::failed("FileNotFoundError", format!("[Errno 2] No such file or directory: '/comfyui/input/{name}'"))
        };
        let picture = image::load_from_memory(&file.ok_or_else(no_file)?.bytes);
        let picture = picture
            .map(|picture| picture.into_rgba8())
            .map_err(|_| End::failed("PIL.UnidentifiedImageError", format!("cannot identify image file '{name}'")))?;
        let (width, height) = picture.dimensions();
        Ok(Made { width, height, count: 1, pixels: Some(Arc::new(picture)), ..Made::default() })
    }

    /// Lets the time pass that a node takes, with a frame a step.
    async fn pass(&mut self, id: &str, made: &Made) -> Result<(), End> {
        let inputs = self.inputs(id);
        let float = |name: &str| inputs.get(name).and_then(Value::as_f64).unwrap_or(0.0);
        let (seconds, steps) = match self.class(id) {
            "DgxpBlock" => {
                tokio::time::sleep(Duration::from_secs_f64(float("seconds"))).await;
                return Ok(());
            }
            "DgxpSleep" => (float("seconds"), ((float("seconds") / float("tick")).round() as u64).max(1)),
            "KSampler" => (self.shared.lock().options.seconds, (float("steps") as u64).clamp(1, STEPS)),
            "DgxpPattern" => (self.shared.lock().options.seconds, 0),
            _ => return Ok(()),
        };
        let start = tokio::time::Instant::now();
        for step in 1..=steps.max(1) {
            if self.shared.lock().is_interrupted {
                return Err(End::Interrupted);
            }
            let part = seconds * step as f64 / steps.max(1) as f64;
            if part > 0.0 {
                tokio::time::sleep_until(start + Duration::from_secs_f64(part)).await;
            }
            if steps > 0 {
                self.step(id, step, steps, made);
            }
        }
        Ok(())
    }

    fn step(&mut self, id: &str, step: u64, steps: u64, made: &Made) {
        self.tell_progress(id, step, steps, "running");
        if self.shared.lock().options.previews && draws(self.class(id)) {
            self.preview(id, made);
        }
        self.tell("progress", json!({ "value": step, "max": steps, "node": id }));
    }

    /// A small image as event 4, or 1 where the client does not know 4.
    fn preview(&self, id: &str, made: &Made) {
        let drawn = picture::figure(made.number, 64, 64, false);
        let mut jpeg = std::io::Cursor::new(Vec::new());
        let rgb = image::DynamicImage::ImageRgba8(drawn).into_rgb8();
        rgb.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        let about = json!({
            "node_id": id, "prompt_id": self.item.id, "display_node_id": id, "parent_node_id": null, "real_node_id": id,
            "image_type": "image/jpeg",
        });
        let about = about.to_string();
        let newer =
            [&4_u32.to_be_bytes()[..], &(about.len() as u32).to_be_bytes(), about.as_bytes(), jpeg.get_ref()].concat();
        let older = [&1_u32.to_be_bytes()[..], &1_u32.to_be_bytes(), jpeg.get_ref()].concat();
        let frame = |takes_metadata| if takes_metadata { newer.clone() } else { older.clone() };
        self.shared.lock().deliver(|socket| Message::binary(frame(socket.takes_metadata)), self.item.client());
    }
}

/// Makes an image out of numbers.
fn draws(class: &str) -> bool {
    matches!(class, "KSampler" | "DgxpPattern")
}
