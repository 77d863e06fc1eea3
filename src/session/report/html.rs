//! The page: markup, style, scripts and data in one file that needs nothing else.

use super::{MARK, Report, json};
use crate::session::Result;
use crate::words::text::printable;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPTS: [&str; 7] = [
    include_str!("page/words.js"),
    include_str!("page/player.js"),
    include_str!("page/gallery.js"),
    include_str!("page/map.js"),
    include_str!("page/compare.js"),
    include_str!("page/detail.js"),
    include_str!("page/main.js"),
];

/// The page of a report.
pub(super) fn page(report: &Report) -> Result<String> {
    let parts = [
        ("{{mark}}", MARK.to_owned()),
        ("{{title}}", text(&report.project)),
        ("{{style}}", STYLE.to_owned()),
        ("{{data}}", script_data(&json(report)?)),
        ("{{scripts}}", SCRIPTS.concat()),
    ];
    let mut page = String::new();
    let mut rest = PAGE;
    // Each mark is looked for behind the last one: data that looks like a mark is data.
    for (mark, part) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page += before;
        page += &part;
        rest = after;
    }
    Ok(page + rest)
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
