//! Draws what the servers have, and the doctor's words.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::Canvas;
use super::servers::Servers;
use super::text_field::line;
use super::theme::Theme;
use crate::session::doctor::{Inventory, InventoryFile, Level};

pub(super) fn draw(canvas: &mut Canvas, area: Rect, servers: &Servers) {
    let lines = lines(servers, canvas.theme);
    let most = lines.len().saturating_sub(usize::from(area.height));
    for (row, line) in lines.into_iter().skip(servers.top.min(most)).enumerate() {
        canvas.line(area, row as u16, line.spans);
    }
}

fn lines(servers: &Servers, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if servers.busy {
        lines.push(Line::styled("examining project and servers", theme.dim()));
    }
    for error in &servers.errors {
        lines.push(Line::styled(format!("error: {}", line(&error.message)), theme.bad()));
    }
    servers.inventory.iter().for_each(|server| inventory(server, theme, &mut lines));
    for finding in servers.report.iter().flat_map(|report| &report.findings) {
        let (sign, style) = match finding.level {
            Level::Ok => ("✓ ", theme.good()),
            Level::Note => ("· ", theme.dim()),
            Level::Warning => ("! ", theme.warning()),
            Level::Problem => ("✗ ", theme.bad()),
        };
        let message = line(&finding.diagnostic.message);
        lines.push(Line::from(vec![Span::styled(sign, style), Span::raw(message)]));
        if let Some(hint) = finding.diagnostic.hint.as_deref().filter(|_| finding.level != Level::Ok) {
            lines.push(Line::styled(format!("    {}", line(hint)), theme.dim()));
        }
    }
    lines
}

fn inventory(server: &Inventory, theme: Theme, lines: &mut Vec<Line<'static>>) {
    let state = match (&server.error, &server.version) {
        (Some(_), _) => Span::styled("  ✗ does not answer", theme.bad()),
        (None, version) => {
            let version = version.as_deref().map(line).unwrap_or_default();
            Span::styled(format!("  ✓ ComfyUI {version}, {} in its queue", server.queued), theme.good())
        }
    };
    lines.push(Line::from(vec![Span::styled(line(&server.server), theme.bold()), state]));
    if let Some(error) = &server.error {
        lines.push(Line::styled(format!("    {}", line(error)), theme.dim()));
    }
    for device in &server.devices {
        let gib = |bytes: u64| bytes >> 30;
        let name = line(&device.name);
        lines.push(Line::raw(format!("    {name}, {} of {} GiB free", gib(device.free), gib(device.memory))));
    }
    if let Some(model) = &server.last_model {
        lines.push(Line::raw(format!("    last used: {}", line(model))));
    }
    for (folder, title) in [("checkpoints", "Checkpoints"), ("loras", "LoRAs"), ("vae", "VAEs")] {
        let files: Vec<&InventoryFile> = server.files.iter().filter(|file| file.folder == folder).collect();
        if !files.is_empty() {
            lines.push(Line::styled(format!("  {title}"), theme.bold()));
        }
        files.into_iter().for_each(|found| file(found, theme, lines));
    }
    let others = server.files.iter().filter(|file| !["checkpoints", "loras", "vae"].contains(&file.folder.as_str()));
    others.for_each(|found| file(found, theme, lines));
    lines.push(Line::default());
}

fn file(file: &InventoryFile, theme: Theme, lines: &mut Vec<Line<'static>>) {
    let (sign, style) = match (file.present, file.wanted.is_empty()) {
        (true, true) => ("·", theme.dim()),
        (true, false) => ("✓", theme.good()),
        (false, _) => ("✗ missing:", theme.bad()),
    };
    let wanted = match file.wanted.as_slice() {
        [] => String::new(),
        [only] => format!("  for {}", line(only)),
        [first, ..] => format!("  for {} and {} more", line(first), file.wanted.len() - 1),
    };
    let about = file.about.map_or_else(String::new, |about| format!("  {about}"));
    let digest = file
        .sha256
        .as_deref()
        .map_or_else(String::new, |digest| format!("  sha256 {}", line(digest.get(..12).unwrap_or(digest))));
    lines.push(Line::from(vec![
        Span::styled(format!("    {sign} "), style),
        Span::raw(line(&file.file)),
        Span::styled(format!("{about}{digest}{wanted}"), theme.dim()),
    ]));
    if let Some(hint) = &file.hint {
        lines.push(Line::styled(format!("        {}", line(hint)), theme.warning()));
    }
}
