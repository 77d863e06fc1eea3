//! The files that output nodes write.

use serde_json::{Value, json};

use super::End;
use super::job::Job;
use crate::cache::Made;
use crate::picture;
use crate::state::State;
use crate::store::{inside, joined};

impl Job {
    /// What a node shows: the files that it wrote.
    pub(super) fn ui(&self, id: &str, made: &Made) -> Result<Option<Value>, End> {
        let (kind, prefix) = match self.class(id) {
            "SaveImage" => {
                let linked = self.before(id).remove("filename_prefix").map(|made| made.text);
                let own = self.inputs(id)["filename_prefix"].as_str().map(str::to_owned);
                ("output", own.or(linked).unwrap_or_default())
            }
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
