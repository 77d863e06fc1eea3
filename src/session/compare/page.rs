//! `compare report`: the page, one file that works offline and sends nothing anywhere.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::measured::Figure;
use super::report::{ComparisonReport, WithPictures, with_pictures};
use crate::session::image::write;
use crate::session::{Existing, Operation, Result};
use crate::store::{self, Folders};
use crate::words::file_error::FileResult;
use crate::words::image_file;
use crate::words::text::printable;

/// Images are enlarged by a whole factor to about so many pixels.
const SHOWN: u32 = 192;

/// Writes the page of a comparison; below `.dgx-pixels` if no file is named. Returns the report and the file.
///
/// # Errors
/// As of [`super::compare`]; the file exists, or cannot be written.
pub fn write_comparison(
    operation: &Operation,
    name: &str,
    file: Option<&Path>,
    existing: Existing,
) -> Result<(ComparisonReport, PathBuf)> {
    let found = with_pictures(operation, name)?;
    let text = page(&found);
    let path = match file {
        Some(path) => {
            write(path, text.as_bytes(), existing, "report")?;
            path.to_owned()
        }
        None => {
            let work = Folders::make_work(operation.root).writing(store::FOLDER)?;
            let file = format!("compare-{name}.html");
            let shown = format!("{}/{file}", store::FOLDER);
            store::write_unflushed(&work.join(&file), text.as_bytes(), "report").writing(&shown)?;
            shown.into()
        }
    };
    Ok((found.report, path))
}

/// The same page as text.
///
/// # Errors
/// As of [`super::compare`].
pub fn comparison_page(operation: &Operation, name: &str) -> Result<String> {
    Ok(page(&with_pictures(operation, name)?))
}

fn page(found: &WithPictures) -> String {
    let report = &found.report;
    let mut html =
        String::from("<!doctype html>\n<!-- dgx-pixels report -->\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">";
    html += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">";
    html += "<link rel=\"icon\" href=\"data:,\">";
    let _ = write!(html, "<title>{} · comparison</title><style>{STYLE}</style></head><body>", text(&report.name));
    let _ = write!(html, "<h1>{}</h1><p class=\"says\">{}</p>", text(&report.name), named(&report.says, report));
    html += "<p><button id=\"names\" aria-pressed=\"false\">Show names</button></p>";
    html += &arms(report);
    html += &pairs(report);
    html += &raters(report);
    html += &measured(report);
    html += &images(found);
    let _ = writeln!(html, "<script>\"use strict\";{SCRIPT}</script></body></html>");
    html
}

const STYLE: &str = "\
:root{--page:#f4f3f0;--ink:#1d1f24;--soft:#5d626c;--line:#d9d7d1;--a:#c9c9c9;--b:#e9e9e9}\
@media(prefers-color-scheme:dark){:root{--page:#15171b;--ink:#e8e9ec;--soft:#a2a8b3;--line:#333842;--a:#5a5d63;--b:#74777d}}\
body{margin:20px;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,sans-serif}\
.says{font-size:16px}.wide{overflow-x:auto}\
table{border-collapse:collapse;margin:0 0 16px}caption{text-align:left;font-weight:600;padding:8px 0}\
th,td{border:1px solid var(--line);padding:4px 9px;text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}\
button{font:inherit;padding:4px 9px}img{image-rendering:pixelated;display:block;\
background:conic-gradient(var(--a) 25%,var(--b) 0 50%,var(--a) 0 75%,var(--b) 0) 0 0/16px 16px}\
.name{display:none}.shown .name{display:inline}.shown .letter{display:none}.soft{color:var(--soft)}";

const SCRIPT: &str = "\
const button=document.getElementById('names');\
button.addEventListener('click',()=>{const shown=document.body.classList.toggle('shown');\
button.setAttribute('aria-pressed',shown);button.textContent=shown?'Hide names':'Show names';});";

/// An arm as a letter, and as its name behind the button. Letters follow an order that does not tell.
fn arm(report: &ComparisonReport, at: usize) -> String {
    let name = report.arms.get(at).map_or("", |arm| arm.name.as_str());
    let letter = char::from(b'A' + u8::try_from(place(report, at)).unwrap_or(0));
    format!("<span class=\"letter\">{letter}</span><span class=\"name\">{}</span>", text(name))
}

/// The place of an arm in the order of the digests of its images.
fn place(report: &ComparisonReport, at: usize) -> usize {
    order(report).iter().position(|arm| *arm == at).unwrap_or(at)
}

fn order(report: &ComparisonReport) -> Vec<usize> {
    let mut arms: Vec<usize> = (0..report.arms.len()).collect();
    let first = |arm: usize| report.cells.iter().find_map(|cell| cell.images.get(arm)?.raw);
    arms.sort_by_key(|arm| (first(*arm), *arm));
    arms
}

/// A sentence that names arms, with each name behind the button.
fn named(says: &str, report: &ComparisonReport) -> String {
    let parts = says.split('`').enumerate().map(|(number, part)| {
        let at = report.arms.iter().position(|arm| number % 2 == 1 && arm.name == part);
        at.map_or_else(|| text(part), |at| arm(report, at))
    });
    parts.collect()
}

fn decimal(thousandths: i64) -> String {
    format!("{:.2}", thousandths as f64 / 1000.0)
}

fn arms(report: &ComparisonReport) -> String {
    let mut html = String::from(
        "<div class=\"wide\"><table><caption>Strengths: Bradley-Terry with ties (Davidson 1970), natural logarithms around their mean, \
         95 % intervals by a bootstrap over slots and seeds</caption>\
         <tr><th>arm<th>strength<th>interval<th>won<th>lost<th>ties<th>both bad<th>images</tr>",
    );
    for at in order(report) {
        let one = &report.arms[at];
        let _ = write!(
            html,
            "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{} to {}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>",
            arm(report, at),
            decimal(one.strength),
            decimal(one.low),
            decimal(one.high),
            one.wins,
            one.losses,
            one.ties,
            one.both_bad,
            one.images
        );
    }
    html + "</table></div>"
}

fn pairs(report: &ComparisonReport) -> String {
    let index = |name: &str| report.arms.iter().position(|arm| arm.name == name).unwrap_or(0);
    let mut html = String::from(
        "<div class=\"wide\"><table><caption>Pairs</caption><tr><th>arms<th>won : lost<th>ties<th>both bad<th>first wins<th>difference<th>interval<th>says</tr>",
    );
    for pair in &report.pairs {
        let says = match (pair.told, pair.more) {
            (true, _) => "separated".to_owned(),
            (false, Some(more)) => format!("not enough votes to decide, about {more} more on this pair would"),
            (false, None) => "not enough votes to decide".to_owned(),
        };
        let _ = write!(
            html,
            "<tr><td>{} : {}<td class=\"n\">{} : {}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{} %<td class=\"n\">{}<td class=\"n\">{} to {}<td>{says}</tr>",
            arm(report, index(&pair.a)),
            arm(report, index(&pair.b)),
            pair.wins,
            pair.losses,
            pair.ties,
            pair.both_bad,
            pair.chance / 10,
            decimal(pair.difference),
            decimal(pair.low),
            decimal(pair.high)
        );
    }
    html + "</table></div>"
}

fn raters(report: &ComparisonReport) -> String {
    let mut html = format!(
        "<p class=\"soft\">{} votes count; {} repeated, {} skipped, {} on images of no present arm, {} taken back, {} bad lines.</p>",
        report.votes,
        report.repeated,
        report.skipped,
        report.elsewhere,
        report.undone,
        report.bad_lines.len()
    );
    html += "<div class=\"wide\"><table><caption>Raters</caption><tr><th>rater<th>votes<th>left among wins<th>interval<th>repeats, same answer<th></tr>";
    for rater in &report.raters {
        let side = if rater.one_sided { "prefers a side" } else { "" };
        let _ = write!(
            html,
            "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{} %<td class=\"n\">{} to {} %<td class=\"n\">{}, {}<td>{side}</tr>",
            rater.rater,
            rater.votes,
            rater.left / 10,
            rater.low / 10,
            rater.high / 10,
            rater.repeats,
            rater.same
        );
    }
    html += "</table></div>";
    for two in &report.agreements {
        let kappa = two.kappa.map_or_else(String::new, |kappa| format!(", kappa {}", decimal(kappa)));
        let [a, b] = two.raters;
        let _ = write!(html, "<p class=\"soft\">{a} and {b} agree on {} of {} pairs{kappa}.</p>", two.equal, two.pairs);
    }
    html
}

fn measured(report: &ComparisonReport) -> String {
    let index = |name: &str| report.arms.iter().position(|arm| arm.name == name).unwrap_or(0);
    let how = match report.paired {
        true => "image by image, with the same seed",
        false => "slot by slot: the arms draw from different noise, so that seeds have no pairs",
    };
    let mut html = format!(
        "<div class=\"wide\"><table><caption>Measured, {how}</caption><tr><th>figure<th>arm<th>mean<th>difference to<th><th>interval<th>pairs</tr>"
    );
    for one in &report.measured {
        let name = Figure::ALL.iter().find(|(figure, _)| *figure == one.figure).map_or("", |(_, name)| name);
        let _ = write!(
            html,
            "<tr><td>{name}<td>{}<td class=\"n\">{}<td>{}<td class=\"n\">{}<td class=\"n\">{} to {}<td class=\"n\">{}</tr>",
            arm(report, index(&one.arm)),
            decimal(one.mean),
            arm(report, index(&one.to)),
            decimal(one.difference),
            decimal(one.low),
            decimal(one.high),
            one.pairs
        );
    }
    html + "</table></div>"
}

fn images(found: &WithPictures) -> String {
    let report = &found.report;
    let order = order(report);
    let mut html = String::from("<div class=\"wide\"><table><caption>Images</caption><tr><th>slot and seed");
    for at in &order {
        let _ = write!(html, "<th>{}", arm(report, *at));
    }
    html += "</tr>";
    for (cell, row) in report.cells.iter().enumerate() {
        let _ = write!(html, "<tr><td>{}<br><span class=\"soft\">{}</span>", text(&row.slot), row.seed);
        for at in &order {
            html += "<td>";
            html +=
                &found.sprites.get(&(cell, *at)).and_then(|sprites| image(sprites)).unwrap_or_else(|| "–".to_owned());
        }
        html += "</tr>";
    }
    html + "</table></div>"
}

fn image(sprites: &crate::words::sprite::Sprites) -> Option<String> {
    let frame = sprites.frames.first()?;
    let zoom = (SHOWN / frame.width().max(frame.height()).max(1)).max(1);
    let bytes = image_file::encode(frame).ok()?;
    Some(format!(
        "<img alt=\"\" width=\"{}\" height=\"{}\" src=\"data:image/png;base64,{}\">",
        frame.width() * zoom,
        frame.height() * zoom,
        STANDARD.encode(bytes)
    ))
}

/// Text between tags.
fn text(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
