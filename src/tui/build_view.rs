//! Draws a build: counts, requests with their previews, servers, this machine, and what was said.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::build::{Build, Planned};
use super::canvas::{Canvas, bar, time};
use super::text_field::line;
use crate::session::RequestProgress;
use crate::words::diagnostic::Severity;
use crate::words::event::ServerState;
use crate::words::job::JobPhase;
use crate::words::text::count;

/// The state of the jobs in a few words, for the first line of every screen.
pub(super) fn headline(build: &Build) -> String {
    let jobs = build.jobs_in_progress();
    let counts = build.snapshot.counts;
    match jobs {
        0 => String::new(),
        _ if counts.to_generate > 0 => {
            format!("● {} of {}", counts.captured, count(counts.to_generate, "image", "images"))
        }
        _ => format!("● {}", count(jobs, "job", "jobs")),
    }
}

pub(super) fn draw(canvas: &mut Canvas, area: Rect, build: &Build) {
    let top = Rect { height: 3, ..area };
    counts(canvas, top, build);
    let side = if area.width >= 110 { area.width / 3 } else { 0 };
    let said = (area.height / 4).clamp(4, 12);
    let middle = Rect { y: area.y + 4, height: area.height - 4 - said, ..area };
    let queue = Rect { width: area.width - side, ..middle };
    requests(canvas, queue, build);
    let below = Rect { y: middle.bottom(), height: said, ..area };
    let right = if side > 0 {
        Rect { x: area.x + queue.width + 1, width: side - 1, ..middle }
    } else {
        Rect { x: area.x + area.width / 2 + 1, width: area.width / 2 - 1, ..below }
    };
    servers(canvas, right, build);
    let words = if side > 0 { below } else { Rect { width: area.width / 2, ..below } };
    lines(canvas, words, build);
}

fn counts(canvas: &mut Canvas, area: Rect, build: &Build) {
    let theme = canvas.theme;
    let now = build.snapshot.counts;
    if build.is_running() {
        let rate = build.rate().map_or_else(String::new, |rate| format!(", {rate} images a minute"));
        let rest = build.remaining().map_or_else(String::new, |rest| format!(", about {} to go", time(rest)));
        let columns = usize::from(area.width.saturating_sub(40)).min(60);
        let done = (now.captured + now.made) as u64;
        let all = (now.to_generate + now.to_make) as u64;
        canvas.line(
            area,
            0,
            [Span::styled(bar(done, all, columns), theme.accent()), Span::raw(format!(" {done} of {all}"))],
        );
        let failed = if now.failed > 0 { format!(", {} failed", now.failed) } else { String::new() };
        let text = format!(
            "{} of {} captured, {} of {} made{failed}{rate}{rest}",
            now.captured,
            count(now.to_generate, "image", "images"),
            now.made,
            count(now.to_make, "asset", "assets")
        );
        canvas.line(area, 1, [Span::raw(text)]);
    } else if let Some(Planned { fresh, make, generate, waiting, failing }) = build.plan {
        let text = format!(
            "{fresh} up to date, {make} to make, {} to generate, {waiting} waiting, {failing} in error",
            count(generate, "image", "images")
        );
        canvas.line(area, 0, [Span::raw(text)]);
        let next = if make + generate + waiting > 0 { "b builds" } else { "everything is up to date" };
        canvas.line(area, 1, [Span::styled(next, theme.bold())]);
    }
    if let Some(error) = &build.plan_error {
        canvas.line(area, 0, [Span::styled(format!("error: {error}"), theme.bad())]);
    }
    let queued = build.snapshot.jobs.iter().map(|(id, job)| {
        let phase = match (job.phase, job.exit) {
            (JobPhase::Queued, _) => "queued".to_owned(),
            (JobPhase::Running, _) => "runs".to_owned(),
            (JobPhase::Over, Some(0)) => "done".to_owned(),
            (JobPhase::Over, Some(130)) => "cancelled".to_owned(),
            (JobPhase::Over, exit) => format!("ended with {}", exit.unwrap_or(1)),
        };
        format!("job {} {} {phase}", id.0, job.command)
    });
    let queued: Vec<String> = queued.collect();
    canvas.line(area, 2, [Span::styled(queued.join("   "), theme.dim())]);
}

fn requests(canvas: &mut Canvas, area: Rect, build: &Build) {
    let theme = canvas.theme;
    let rows = build.rows();
    canvas.line(area, 0, [Span::styled(format!("Requests: {}", rows.len()), theme.bold())]);
    if rows.is_empty() {
        canvas.line(area, 1, [Span::styled("none in progress", theme.dim())]);
        return;
    }
    let preview = preview(build, &rows).filter(|_| area.height >= 12);
    let high = if preview.is_some() { (area.height / 2).min(18) } else { 0 };
    let list = Rect { y: area.y + 1, height: area.height - 1 - high, ..area };
    let first = build.at.saturating_sub(usize::from(list.height).saturating_sub(2));
    for (row, (at, one)) in rows.iter().enumerate().skip(first).take(list.height.into()).enumerate() {
        request(canvas, list, row as u16, build, one, at == build.at);
    }
    if let Some((place, _)) = preview {
        pictures(canvas, Rect { y: area.bottom() - high, height: high, ..area }, build, &rows, place);
    }
}

/// The first request with a preview, from the chosen one on.
fn preview<'a>(build: &Build, rows: &[&'a RequestProgress]) -> Option<(usize, &'a RequestProgress)> {
    let has = |(_, one): &(usize, &&RequestProgress)| build.previews.contains_key(&(one.slot.clone(), one.n));
    let chosen = rows.iter().enumerate().skip(build.at).find(has);
    chosen.or_else(|| rows.iter().enumerate().find(has)).map(|(at, one)| (at, *one))
}

/// Previews side by side.
fn pictures(canvas: &mut Canvas, area: Rect, build: &Build, rows: &[&RequestProgress], from: usize) {
    let width = area.height * 2;
    let room = usize::from(area.width / width.max(1));
    let seen = rows.iter().skip(from).filter_map(|one| Some((one, build.previews.get(&(one.slot.clone(), one.n))?)));
    for (at, (one, art)) in seen.take(room).enumerate() {
        let place = Rect { x: area.x + at as u16 * width, width: width - 2, height: area.height - 1, ..area };
        canvas.cache.draw(canvas.buffer, place, art, 0);
        canvas.line(
            Rect { y: place.bottom(), height: 1, ..place },
            0,
            [Span::styled(line(&one.slot.to_string()), canvas.theme.dim())],
        );
    }
}

fn request(canvas: &mut Canvas, area: Rect, row: u16, build: &Build, one: &RequestProgress, is_chosen: bool) {
    let theme = canvas.theme;
    let style = if is_chosen { theme.chosen() } else { Style::new() };
    let name = line(&format!("{} {}", one.slot, one.n));
    let mut spans =
        vec![Span::styled(if is_chosen { "▸" } else { " " }, style), Span::styled(format!("{name:<24} "), style)];
    if one.step == 0 && one.server.is_none() {
        spans.push(Span::styled("waits", theme.dim()));
    } else {
        spans.push(Span::styled(bar(one.step.into(), one.steps.into(), 16), theme.accent()));
        spans.push(Span::raw(format!(" {:>3} of {:<3}", one.step, one.steps)));
        let rest = build.estimate(one).map_or_else(String::new, |seconds| format!(" {} to go ", time(seconds)));
        spans.push(Span::raw(rest));
        spans.push(Span::styled(line(one.server.as_deref().unwrap_or_default()), theme.dim()));
    }
    canvas.line(area, row, spans);
}

fn servers(canvas: &mut Canvas, area: Rect, build: &Build) {
    let theme = canvas.theme;
    canvas.line(area, 0, [Span::styled("Servers", theme.bold())]);
    let mut row = 1;
    for (server, state) in &build.snapshot.servers {
        let (word, style) = match state {
            ServerState::Up => ("✓ up", theme.good()),
            ServerState::Returned => ("✓ back", theme.good()),
            ServerState::Busy => ("~ busy", theme.warning()),
            ServerState::Stalled => ("~ stalled", theme.warning()),
            ServerState::Down => ("✗ down", theme.bad()),
        };
        let drawn = build.snapshot.requests.iter().filter(|one| one.server.as_ref() == Some(server)).count();
        canvas.line(
            area,
            row,
            [Span::styled(format!("{word:<10}"), style), Span::raw(format!("{} {drawn}", line(server)))],
        );
        row += 1;
        if let Some(model) = build.snapshot.models.get(server) {
            canvas.line(area, row, [Span::styled(format!("  model {}", line(model)), theme.dim())]);
            row += 1;
        }
    }
    if build.snapshot.servers.is_empty() {
        canvas.line(area, row, [Span::styled("none was asked yet (F5 examines them)", theme.dim())]);
        row += 1;
    }
    if let Some(machine) = &build.machine {
        let [used, all] = machine.memory;
        canvas.line(
            area,
            row,
            [Span::raw(format!("here: processor {} %, memory {} of {} GiB", machine.processor, used >> 10, all >> 10))],
        );
        if let Some([load, temperature, power]) = &machine.gpu {
            canvas.line(area, row + 1, [Span::raw(format!("GPU {load} %, {temperature} °C, {power} W"))]);
        }
    }
}

fn lines(canvas: &mut Canvas, area: Rect, build: &Build) {
    let theme = canvas.theme;
    let room = usize::from(area.height);
    let first = build.said.len().saturating_sub(room);
    for (row, (severity, text)) in build.said.iter().skip(first).enumerate() {
        let (sign, style) = match severity {
            Severity::Error => ("✗ ", theme.bad()),
            Severity::Warning => ("! ", theme.warning()),
            Severity::Note => ("  ", theme.dim()),
        };
        canvas.line(area, row as u16, [Span::styled(sign, style), Span::styled(text.as_str(), style)]);
    }
}
