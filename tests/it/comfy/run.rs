//! The worker: one job after the other, node by node, with the frames and the cache of a real server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::Message;
use image::RgbaImage;
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::picture;
use super::queue::Item;
use super::state::{Ran, Shared, State, Zombie, now};
use super::store::{inside, joined};

/// Frames of progress that a sampler sends at most.
const STEPS: u64 = 8;

/// What a node made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    width: u32,
    height: u32,
    count: u32,
    /// What a picture is drawn from.
    number: u64,
    text: String,
    pixels: Option<Arc<RgbaImage>>,
}

/// A node's result in the cache, by content.
#[derive(Clone, Debug)]
pub struct Cached {
    made: Made,
    ui: Option<Value>,
}

/// Why a job ends early.
enum End {
    Interrupted,
    Failed { kind: &'static str, message: String },
    Crashed,
}

impl End {
    fn failed(kind: &'static str, message: impl Into<String>) -> Self {
        Self::Failed { kind, message: message.into() + "\n" }
    }

    fn out_of_memory(message: &str) -> Self {
        let tips = "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before you might \
                    have accidentally set the batch_size to a large number.";
        Self::Failed { kind: "torch.OutOfMemoryError", message: format!("{message}\n{tips}") }
    }
}

/// Runs what is in the queue, for ever.
pub async fn work(shared: Arc<Shared>) {
    loop {
        let next = {
            let mut state = shared.lock();
            let next = if state.zombie == Some(Zombie::Idle) { None } else { state.queue.start() };
            if next.is_some() {
                state.tell_queue();
            }
            next.map(|item| (item, state.zombie))
        };
        let Some((item, zombie)) = next else {
            shared.work.notified().await;
            continue;
        };
        let keys = keys(&shared.lock(), &item.graph);
        let Some(keys) = keys.filter(|_| zombie.is_none()) else {
            shared.lock().zombie = Some(Zombie::Stuck);
            std::future::pending::<()>().await;
            return;
        };
        Job { shared: Arc::clone(&shared), item, keys, messages: Vec::new(), progress: Map::new() }.run().await;
    }
}

/// The content of every node, as one digest each; nothing where a node has no inputs, which kills the worker.
fn keys(state: &State, graph: &Value) -> Option<BTreeMap<String, String>> {
    let nodes = graph.as_object()?;
    let mut keys = BTreeMap::new();
    for id in nodes.keys() {
        key(state, nodes, id, &mut keys)?;
    }
    Some(keys)
}

fn key(state: &State, nodes: &Map<String, Value>, id: &str, keys: &mut BTreeMap<String, String>) -> Option<String> {
    if let Some(key) = keys.get(id) {
        return Some(key.clone());
    }
    let Some(node) = nodes.get(id) else { return Some("nowhere".to_owned()) };
    let mut inputs = node.get("inputs")?.as_object()?.clone();
    for value in inputs.values_mut() {
        if let Some([from, slot]) = value.as_array().map(Vec::as_slice) {
            *value = json!([key(state, nodes, from.as_str()?, keys)?, slot]);
        }
    }
    let class = nodes[id]["class_type"].as_str()?;
    let file = inputs.get("image").and_then(Value::as_str).filter(|_| class.starts_with("LoadImage"));
    let file = file.and_then(|file| state.store.get("input", &input_file(file))).map(|file| blake3::hash(&file.bytes));
    let text = json!([class, inputs, file.map(|digest| digest.to_string())]).to_string();
    let digest = blake3::hash(text.as_bytes()).to_string();
    keys.insert(id.to_owned(), digest.clone());
    Some(digest)
}

/// `u.png [input]` as `u.png`.
pub fn input_file(name: &str) -> String {
    inside(name.trim_end_matches(" [input]")).unwrap_or_default()
}

struct Job {
    shared: Arc<Shared>,
    item: Arc<Item>,
    keys: BTreeMap<String, String>,
    messages: Vec<Value>,
    progress: Map<String, Value>,
}

impl Job {
    async fn run(mut self) {
        let start = Instant::now();
        {
            let mut state = self.shared.lock();
            state.is_interrupted = false;
            state.client = self.item.client().map(str::to_owned);
        }
        self.message("execution_start", json!({}));
        let cached = {
            let mut state = self.shared.lock();
            state.cache.retain(|key, _| self.keys.values().any(|own| own == key));
            let is_cached = |key: &String| state.cache.contains_key(key);
            self.keys.iter().filter(|(_, key)| is_cached(key)).map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        self.message("execution_cached", json!({ "nodes": cached }));
        let mut executed = Vec::new();
        let outcome = match self.nodes(&mut executed).await {
            Ok(()) => {
                self.message("execution_success", json!({}));
                "success"
            }
            Err((node, End::Interrupted)) => {
                self.end("execution_interrupted", &node, &executed, json!({}));
                "interrupted"
            }
            Err((node, End::Failed { kind, message })) => {
                let traceback = ["  File \"execution.py\", in execute\n"];
                let inputs: Map<String, Value> =
                    self.inputs(&node).keys().map(|name| (name.clone(), json!(["..."]))).collect();
                let more = json!({
                    "exception_message": message, "exception_type": kind, "traceback": traceback,
                    "current_inputs": inputs, "current_outputs": cached,
                });
                self.end("execution_error", &node, &executed, more);
                "error"
            }
            Err((_, End::Crashed)) => {
                self.shared.crash.notify_one();
                return std::future::pending().await;
            }
        };
        self.done(start, outcome);
    }

    /// Writes the history and says that nothing runs.
    fn done(&self, start: Instant, outcome: &'static str) {
        let mut state = self.shared.lock();
        let (mut outputs, mut meta) = (Map::new(), Map::new());
        for (id, key) in &self.keys {
            if let Some(ui) = state.cache.get(key).and_then(|cached| cached.ui.clone()) {
                outputs.insert(id.clone(), ui);
                let entry = json!({ "node_id": id, "display_node": id, "parent_node": null, "real_node_id": id });
                meta.insert(id.clone(), entry);
            }
        }
        let is_good = outcome == "success";
        let status = json!({
            "status_str": if is_good { "success" } else { "error" }, "completed": is_good, "messages": self.messages,
        });
        let entry = json!({ "prompt": self.item.told(), "outputs": outputs, "status": status, "meta": meta });
        state.queue.end(&self.item, entry);
        let id = self.item.id.clone();
        state.record.ran.push(Ran { id: id.clone(), start, end: Instant::now(), outcome });
        state.node = None;
        state.tell_queue();
        if let Some(client) = self.item.client() {
            state.send("executing", &json!({ "node": null, "prompt_id": id }), Some(client));
        }
        if std::mem::take(&mut state.frees_cache) {
            state.cache.clear();
        }
    }

    fn inputs(&self, id: &str) -> Map<String, Value> {
        self.item.graph[id]["inputs"].as_object().cloned().unwrap_or_default()
    }

    fn class(&self, id: &str) -> &str {
        self.item.graph[id]["class_type"].as_str().unwrap_or_default()
    }

    /// A frame that the history keeps too.
    fn message(&mut self, event: &str, mut data: Value) {
        data["prompt_id"] = json!(self.item.id);
        data["timestamp"] = json!(now());
        self.messages.push(json!([event, data]));
        let client = self.item.client();
        if client.is_some() || event == "execution_interrupted" {
            self.shared.lock().send(event, &data, client);
        }
    }

    fn end(&mut self, event: &str, node: &str, executed: &[String], more: Value) {
        let mut data = json!({ "node_id": node, "node_type": self.class(node), "executed": executed });
        data.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.message(event, data);
    }

    /// A frame to the job's client, or to everybody where it has none.
    fn tell(&self, event: &str, mut data: Value) {
        data["prompt_id"] = json!(self.item.id);
        self.shared.lock().send(event, &data, self.item.client());
    }

    fn tell_progress(&mut self, id: &str, value: u64, max: u64, node_state: &str) {
        let entry = json!({
            "value": value, "max": max, "state": node_state, "node_id": id, "prompt_id": self.item.id,
            "display_node_id": id, "parent_node_id": null, "real_node_id": id,
        });
        self.progress.insert(id.to_owned(), entry);
        self.tell("progress_state", json!({ "nodes": self.progress }));
    }

    /// Runs what the outputs need and the cache does not hold; outputs go first where they can.
    async fn nodes(&mut self, executed: &mut Vec<String>) -> Result<(), (String, End)> {
        let mut wanted = self.wanted();
        while let Some(id) = self.ready(&wanted) {
            wanted.remove(&id);
            let cached = self.shared.lock().cache.get(&self.keys[&id]).cloned();
            if let Some(cached) = cached {
                if self.item.client().is_some() {
                    self.tell("executed", json!({ "node": id, "display_node": id, "output": cached.ui }));
                }
                self.tell_progress(&id, 1, 1, "finished");
                continue;
            }
            if let Err(end) = self.node(&id).await {
                return Err((id, end));
            }
            executed.push(id);
        }
        Ok(())
    }

    fn wanted(&self) -> BTreeSet<String> {
        let state = self.shared.lock();
        let mut wanted = BTreeSet::new();
        let mut open: Vec<String> = self.item.outputs.clone();
        while let Some(id) = open.pop() {
            let is_cached = state.cache.contains_key(&self.keys[&id]);
            if wanted.insert(id.clone()) && !is_cached {
                let links = self.links(&id).into_iter();
                open.extend(links.filter(|link| !state.cache.contains_key(&self.keys[link])));
            }
        }
        wanted
    }

    fn links(&self, id: &str) -> Vec<String> {
        let pairs = self.inputs(id).into_iter().filter_map(|(_, value)| value.as_array().cloned());
        pairs.filter_map(|pair| Some(pair.first()?.as_str()?.to_owned())).collect()
    }

    fn ready(&self, wanted: &BTreeSet<String>) -> Option<String> {
        let is_ready = |id: &&String| self.links(id).iter().all(|link| !wanted.contains(link));
        let ready: Vec<&String> = wanted.iter().filter(is_ready).collect();
        let is_output = |id: &&&String| self.item.outputs.contains(id);
        let feeds_output = |id: &&&String| self.item.outputs.iter().any(|output| self.links(output).contains(id));
        let first = ready.iter().find(is_output).or_else(|| ready.iter().find(feeds_output)).or(ready.first());
        first.map(|id| (*id).clone())
    }

    async fn node(&mut self, id: &str) -> Result<(), End> {
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
    fn before(&self, id: &str) -> BTreeMap<String, Made> {
        let state = self.shared.lock();
        let made =
            |value: &Value| Some(state.cache.get(&self.keys[value.as_array()?.first()?.as_str()?])?.made.clone());
        self.inputs(id).iter().filter_map(|(name, value)| Some((name.clone(), made(value)?))).collect()
    }

    fn make(&self, id: &str) -> Result<Made, End> {
        let (inputs, before) = (self.inputs(id), self.before(id));
        let number = |name: &str| inputs.get(name).and_then(Value::as_u64).unwrap_or(0) as u32;
        let shape = ["latent_image", "samples", "pixels", "image", "images"].iter().find_map(|name| before.get(*name));
        let mut made = shape.or(before.values().next()).cloned().unwrap_or_default();
        let text = before.get("positive").or(before.values().next()).map(|made| made.text.clone());
        made.text = text.unwrap_or_default();
        match self.class(id) {
            "CLIPTextEncode" => made.text = inputs["text"].as_str().unwrap_or_default().to_owned(),
            "EmptyLatentImage" | "DgxpPattern" | "EmptyImage" => {
                (made.width, made.height, made.count) = (number("width"), number("height"), number("batch_size"));
                made.text = inputs.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
            }
            "ImageScale" => (made.width, made.height) = (number("width"), number("height")),
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
        let file = self.shared.lock().store.get("input", &input_file(name)).cloned();
        let picture =
            file.and_then(|file| image::load_from_memory(&file.bytes).ok()).map(|picture| picture.into_rgba8());
        let picture = picture
            .ok_or_else(|| End::failed("PIL.UnidentifiedImageError", format!("cannot identify image file '{name}'")))?;
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

    /// A small picture as event 4, or 1 where the client does not know 4.
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

    /// What a node shows: the files that it wrote.
    fn ui(&self, id: &str, made: &Made) -> Result<Option<Value>, End> {
        let (kind, prefix) = match self.class(id) {
            "SaveImage" => ("output", self.inputs(id)["filename_prefix"].as_str().unwrap_or_default().to_owned()),
            "PreviewImage" => ("temp", "ComfyUI_temp_fake".to_owned()),
            _ => return Ok(None),
        };
        let prefix = prefix.replace("%width%", &made.width.to_string()).replace("%height%", &made.height.to_string());
        let outside = || End::failed("Exception", "**** ERROR: Saving image outside the output folder is not allowed.");
        let path = inside(&prefix).ok_or_else(outside)?;
        if path.contains('\0') || path.split('/').any(|part| part.len() > 243) {
            return Err(End::failed("OSError", "[Errno 36] File name too long"));
        }
        let (subfolder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let name = if prefix.is_empty() { "." } else { name };
        let mut state = self.shared.lock();
        let first = state.store.counter(kind, subfolder, name);
        let mut images = Vec::new();
        for n in 0..made.count.max(1) {
            let file = format!("{}_{:05}_.png", name.replace("%batch_num%", &n.to_string()), first + u64::from(n));
            let bytes = self.png(&state, made, n);
            state.store.put(kind, &joined(subfolder, &file), bytes);
            images.push(json!({ "filename": file, "subfolder": subfolder, "type": kind }));
        }
        Ok(Some(json!({ "images": images })))
    }

    fn png(&self, state: &State, made: &Made, n: u32) -> Vec<u8> {
        let more = self.item.extra.get("extra_pnginfo").and_then(Value::as_object).cloned().unwrap_or_default();
        let texts: Vec<(String, Value)> =
            std::iter::once(("prompt".to_owned(), self.item.graph.clone())).chain(more).collect();
        if let Some(pixels) = &made.pixels {
            return picture::png(pixels, &texts);
        }
        let number = made.number.wrapping_add(u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let poor = made.text.contains("void") || (made.text.contains("maybe") && number.is_multiple_of(3));
        let (width, height) = state.options.size.unwrap_or((made.width.max(1), made.height.max(1)));
        picture::png(&picture::figure(number, width, height, poor), &texts)
    }
}

/// Makes a picture out of numbers.
fn draws(class: &str) -> bool {
    matches!(class, "KSampler" | "DgxpPattern")
}
