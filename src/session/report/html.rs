//! The page: markup, style, scripts and data in one file that needs nothing else.

use super::{MARK, Report, json};
use crate::session::Result;
use crate::words::text::printable;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
/// What the page adds to a report where it is served.
const LIVE: [&str; 6] = [
    include_str!("page/live.js"),
    include_str!("page/decide.js"),
    include_str!("page/vote.js"),
    include_str!("page/queue.js"),
    include_str!("page/direction.js"),
    include_str!("page/start.js"),
];

/// A page in a file asks nobody for anything.
const ALONE: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// A page that is served asks its server alone.
const SERVED: &str = "default-src 'none'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
                      script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const SCRIPTS: [&str; 9] = [
    include_str!("page/words.js"),
    include_str!("page/player.js"),
    include_str!("page/gallery.js"),
    include_str!("page/rows.js"),
    include_str!("page/map.js"),
    include_str!("page/difference.js"),
    include_str!("page/detail.js"),
    include_str!("page/raw.js"),
    include_str!("page/main.js"),
];

/// The files of the page that is served.
#[derive(Clone, Debug)]
pub struct LivePage {
    /// `/`
    pub html: String,
    /// `/review.css`
    pub style: &'static str,
    /// `/review.js`
    pub script: String,
    /// The content security policy of the page.
    pub policy: &'static str,
}

/// The page that shows a project while it changes; its data come from the server.
pub fn live_page() -> LivePage {
    let data = serde_json::json!({ "version": 1, "live": true, "project": "", "assets": [] });
    let parts = [
        ("{{mark}}", String::new()),
        ("{{policy}}", SERVED.to_owned()),
        ("{{title}}", "Review".to_owned()),
        ("{{style}}", "<link rel=\"stylesheet\" href=\"/review.css\">".to_owned()),
        ("{{data}}", script_data(&data.to_string())),
        ("{{scripts}}", "<script src=\"/review.js\"></script>".to_owned()),
    ];
    LivePage { html: filled(parts), style: STYLE, script: script(&[&SCRIPTS.concat(), &LIVE.concat()]), policy: SERVED }
}

fn script(parts: &[&str]) -> String {
    format!("\"use strict\";\n(() => {{\n{}}})();\n", parts.concat())
}

/// The page of a report.
pub(super) fn page(report: &Report) -> Result<String> {
    let parts = [
        ("{{mark}}", MARK.to_owned()),
        ("{{policy}}", ALONE.to_owned()),
        ("{{title}}", text(&report.project)),
        ("{{style}}", format!("<style>\n{STYLE}</style>")),
        ("{{data}}", script_data(&json(report)?)),
        ("{{scripts}}", format!("<script>\n{}</script>", script(&SCRIPTS))),
    ];
    Ok(filled(parts))
}

fn filled<const N: usize>(parts: [(&str, String); N]) -> String {
    let mut page = String::new();
    let mut rest = PAGE;
    // Each mark is looked for behind the last one: data that looks like a mark is data.
    for (mark, part) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page += before;
        page += &part;
        rest = after;
    }
    page + rest
}

/// JSON that no parser of HTML takes for anything else.
fn script_data(json: &str) -> String {
    let mut data = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => data += &format!("\\u{:04x}", u32::from(c)),
            c => data.push(c),
        }
    }
    data
}

/// Text between tags.
fn text(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_ends_no_script() {
        let json = serde_json::to_string("</script><!--<script>&\u{2028}{{scripts}}").unwrap();
        let data = script_data(&json);
        assert!(!data.contains(['<', '>', '&', '\u{2028}']), "{data}");
        assert_eq!(serde_json::from_str::<String>(&data).unwrap(), serde_json::from_str::<String>(&json).unwrap());
    }

    #[test]
    fn every_part_has_its_place() {
        let report = Report {
            version: 1,
            project: "<b>{{data}}".to_owned(),
            since: None,
            removed: Vec::new(),
            assets: Vec::new(),
        };
        let page = page(&report).unwrap();
        assert!(page.contains("<title>&lt;b&gt;{{data}}"), "{:.300}", page);
        assert!(page.contains(r#""project":"\u003cb\u003e{{data}}""#));
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
        assert_eq!(page.matches("{{").count(), 2);
    }
}
