//! A table for a comment of CI.

use super::pictures::Pictures;
use super::{MARK, Report, ReportAsset};
use crate::session::PlannedStep;
use crate::words::lock::By;
use crate::words::sprite::Verdict;
use crate::words::text::{count, printable};

/// The summary, what needs a look first. `shown` has the addresses of each asset's pictures, or nothing.
pub(super) fn table(report: &Report, shown: &[Pictures]) -> String {
    let mut assets: Vec<(usize, &ReportAsset)> = report.assets.iter().enumerate().collect();
    assets.sort_by_key(|(_, asset)| std::cmp::Reverse(urgency(asset)));
    let of = |wanted: u8| assets.iter().filter(|(_, asset)| urgency(asset) == wanted).count();
    let [pass, stale, failing] = [0, 1, 2].map(of);
    let all = count(assets.len(), "asset", "assets");
    let since = report.since.as_ref().map(|since| format!("Changes since {}: ", cell(since))).unwrap_or_default();
    let mut text = format!("{MARK}\n### {}\n\n", cell(&report.project));
    text += &format!("{since}{all}, {pass} pass, {failing} failing, {stale} not up to date\n\n");
    let (head, line) = match (report.since.is_some(), shown.is_empty()) {
        (false, true) => ("", ""),
        (true, true) => (" change |", "---|"),
        (false, false) => (" image |", "---|"),
        (true, false) => (" change | before | now |", "---|---|---|"),
    };
    text += &format!("| asset | kind | size | state | pick |{head}\n|---|---|---|---|---|{line}\n");
    for (at, asset) in assets {
        let item = &asset.listed;
        let size = item.size.map_or_else(String::new, |[width, height]| format!("{width}x{height}"));
        let frames = if item.frames > 1 { format!(" x{}", item.frames) } else { String::new() };
        let row = [&item.name, item.kind.word(), &format!("{size}{frames}"), &state(asset), &pick(asset)];
        let change = asset.change.map_or_else(String::new, |change| format!(" {change} |"));
        let images = shown.get(at).map_or_else(String::new, |[before, now]| {
            let image = |address: &Option<String>| address.as_ref().map_or_else(String::new, |at| format!("![]({at})"));
            let before = if report.since.is_some() { format!(" {} |", image(before)) } else { String::new() };
            format!("{before} {} |", image(now))
        });
        text += &format!("| {} |{change}{images}\n", row.map(cell).join(" | "));
    }
    for name in &report.removed {
        let more = if shown.is_empty() { "" } else { " | |" };
        text += &format!("| {} | | | | | removed |{more}\n", cell(name));
    }
    text
}

/// 2 for what fails, 1 for what is not up to date.
fn urgency(asset: &ReportAsset) -> u8 {
    match (&asset.listed.verdict, asset.listed.step) {
        (_, PlannedStep::Fail) | (Some(Verdict::Fail(_)), _) => 2,
        (Some(Verdict::Pass), PlannedStep::Fresh) if !asset.listed.stale => 0,
        _ => 1,
    }
}

fn state(asset: &ReportAsset) -> String {
    let why = asset.why.clone().unwrap_or_default();
    match (&asset.listed.verdict, asset.listed.step) {
        (_, PlannedStep::Fail) => format!("❌ {why}"),
        (Some(Verdict::Fail(gates)), _) => format!("❌ {gates}"),
        _ if urgency(asset) == 0 => "✅ pass".to_owned(),
        (_, PlannedStep::Wait) => "⏳ waits for images".to_owned(),
        _ => format!("⏳ {why}"),
    }
}

fn pick(asset: &ReportAsset) -> String {
    let slots = &asset.listed.slots;
    match slots.as_slice() {
        [slot] => slot.pick.map_or_else(String::new, |pick| {
            let by = if pick.by == By::User { " by a user" } else { "" };
            format!("{} of {}{by}", pick.n, slot.candidates)
        }),
        [] => String::new(),
        slots => count(slots.len(), "frame", "frames"),
    }
}

/// Text in a cell: neither markup nor the end of the cell.
fn cell(text: &str) -> String {
    let text = printable(text).replace(['\n', '\t'], " ");
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => cell += "&lt;",
            '>' => cell += "&gt;",
            '&' => cell += "&amp;",
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => {
                cell.push('\\');
                cell.push(c);
            }
            // No one is called by a report.
            '@' => cell += "@\u{2060}",
            c => cell.push(c),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text() {
        assert_eq!(cell("a|b<img src=x>\n`*c*`\u{1b}[31m"), "a\\|b&lt;img src=x&gt; \\`\\*c\\*\\`");
        assert_eq!(cell("grid 412 < 600"), "grid 412 &lt; 600");
        assert_eq!(cell("potion@red"), "potion@\u{2060}red");
    }
}
