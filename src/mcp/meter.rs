//! What a call cost, for those who count it.

use rmcp::model::CallToolResult;
use serde_json::Value;

use super::Server;

/// A call of a tool that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The tool; `none` where there is none of that name.
    pub tool: &'static str,
    /// How long it took.
    pub seconds: f64,
    /// The length of its answer as JSON.
    pub bytes: usize,
    /// The code of the first diagnostic, where it was refused.
    pub refused: Option<String>,
}

/// Counts calls and images.
pub trait Meter: Send + Sync {
    /// A call ended.
    fn called(&self, call: &Called);
    /// A client caused a server to draw an image.
    fn image(&self, client: &str);
}

impl Server {
    /// Counts a call.
    pub(super) fn count(&self, tool: Option<&'static str>, began: std::time::Instant, result: &CallToolResult) {
        let Some(meter) = &self.0.meter else { return };
        let bytes = serde_json::to_vec(result).map_or(0, |bytes| bytes.len());
        let refused = (result.is_error == Some(true)).then(|| reason(result));
        let seconds = began.elapsed().as_secs_f64();
        meter.called(&Called { tool: tool.unwrap_or("none"), seconds, bytes, refused });
    }
}

/// The code of a refusal; empty where it has none.
fn reason(result: &CallToolResult) -> String {
    let text = result.content.first().and_then(|content| content.as_text());
    let value: Option<Value> = text.and_then(|text| serde_json::from_str(&text.text).ok());
    let code = value.as_ref().and_then(|value| value.pointer("/diagnostics/0/code")?.as_str());
    code.unwrap_or_default().to_owned()
}
