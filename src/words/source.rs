//! The texts of the manifest's files, and places in them.

use std::ops::Range;

/// A place in one of the manifest's files.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Place {
    /// The file, relative to the project, with `/`.
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
}

/// Bytes of one of the files. The default is nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file's number in [`Sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Default for Span {
    fn default() -> Self {
        Self { file: u32::MAX, start: 0, end: 0 }
    }
}

impl Span {
    /// Bytes of a file.
    pub fn new(file: u32, range: Range<usize>) -> Self {
        let clamp = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Self { file, start: clamp(range.start), end: clamp(range.end) }
    }
}

/// The texts of all files that were read, by number.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
    /// First bytes of the lines.
    lines: Vec<u32>,
    /// Whether it holds tokens; its lines are then never shown.
    pub(crate) secret: bool,
}

impl Sources {
    /// Adds a file and gives it its number.
    pub fn add(&mut self, name: &str, text: impl Into<String>) -> u32 {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        self.files.push(Source { name: name.to_owned(), text, lines, secret: false });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// The same files, one of them with another text.
    #[must_use]
    pub fn replaced(&self, name: &str, text: &str) -> Self {
        let mut sources = Self::default();
        for source in &self.files {
            let file = sources.add(&source.name, if source.name == name { text } else { &source.text });
            if source.secret {
                sources.hide(file);
            }
        }
        sources
    }

    /// Keeps the lines of a file out of every message.
    pub fn hide(&mut self, file: u32) {
        if let Some(source) = self.files.get_mut(file as usize) {
            source.secret = true;
        }
    }

    /// All files by name, with their texts.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|source| (source.name.as_str(), source.text.as_str()))
    }

    /// The first line that is wanted, comments left out; lines that may hold tokens are not searched.
    pub fn line_with(&self, wanted: impl Fn(&str) -> bool) -> Option<Place> {
        let shown = self.files.iter().filter(|source| !source.secret);
        let mut lines = shown.flat_map(|source| source.text.lines().enumerate().map(move |line| (source, line)));
        let (source, (number, _)) = lines.find(|(_, (_, line))| !line.trim_start().starts_with('#') && wanted(line))?;
        Some(Place { file: source.name.clone(), line: u32::try_from(number + 1).unwrap_or(u32::MAX), column: 1 })
    }

    /// The text of a file.
    pub fn text(&self, file: u32) -> &str {
        self.source(file).map_or("", |source| &source.text)
    }

    /// The text of a span, as far as there is any.
    pub fn slice(&self, span: Span) -> &str {
        let source = self.source(span.file);
        source.and_then(|source| source.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// Where a span begins; `None` for nowhere.
    pub fn place(&self, span: Span) -> Option<Place> {
        let source = self.source(span.file)?;
        let start = source.clamp(span).start;
        let line = source.line(start);
        let before = &source.text[source.line_start(line)..start];
        // Counting characters for every place in a line of many kilobytes would be quadratic.
        let column = if before.len() > 10_000 { before.len() } else { before.chars().count() };
        let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        Some(Place { file: source.name.clone(), line: number(line), column: number(column) })
    }

    /// A place and what follows it in its line.
    pub fn span(&self, place: &Place) -> Option<Span> {
        let (file, source) = self.files.iter().enumerate().find(|(_, source)| source.name == place.file)?;
        let line = (place.line as usize).checked_sub(1).filter(|line| *line < source.lines.len())?;
        let (start, end) = (source.line_start(line), source.line_end(line));
        let text = &source.text[start..end];
        let before =
            text.char_indices().nth((place.column as usize).saturating_sub(1)).map_or(text.len(), |(at, _)| at);
        Some(Span::new(u32::try_from(file).ok()?, start + before..end))
    }

    pub(crate) fn source(&self, file: u32) -> Option<&Source> {
        self.files.get(usize::try_from(file).ok()?)
    }
}

impl Source {
    /// The span moved into the text and onto the bounds of characters.
    pub(crate) fn clamp(&self, span: Span) -> Range<usize> {
        let down = |at: u32| self.text.floor_char_boundary((at as usize).min(self.text.len()));
        let start = down(span.start);
        start..down(span.end).max(start)
    }

    /// The line that a byte is in, from 0.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start as usize <= at).saturating_sub(1)
    }

    /// The first byte of a line.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |start| *start as usize)
    }

    /// The byte behind the last of a line, line ending left out.
    pub(crate) fn line_end(&self, line: usize) -> usize {
        let whole = &self.text[self.line_start(line)..self.line_start(line + 1)];
        self.line_start(line) + whole.trim_end_matches(['\r', '\n']).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("pixels.toml", "ä = 1\nböse = 2\n");
        let place = sources.place(Span::new(file, 12..13)).unwrap();
        assert_eq!((place.line, place.column), (2, 5));
        assert_eq!(sources.place(Span::default()), None);
        assert_eq!(sources.slice(sources.span(&place).unwrap()), " = 2");
        assert_eq!(sources.span(&Place { line: 9, ..place }), None);
    }
}
