//! Glob patterns that users write: compiled once, within limits.

use globset::{GlobBuilder, GlobSet};

/// The longest pattern, in bytes.
const LONGEST: usize = 1024;

/// The deepest nesting of braces.
const DEEPEST: usize = 8;

/// A pattern that can be matched.
#[derive(Clone, Debug)]
pub struct Glob(GlobSet);

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// It is no glob.
    #[error("is not a pattern: {0}")]
    Syntax(String),
    /// It is too long, nested too deeply, or matches in too many ways.
    #[error("cannot be a pattern: it {0}")]
    Limit(String),
}

impl GlobError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "bad-glob",
            Self::Limit(_) => "glob-limit",
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "`*` is any text, `?` any letter, `[ab]` one of some, `**` any folders",
            Self::Limit(_) => "write several shorter patterns",
        }
    }
}

impl Glob {
    /// A pattern of paths: `*` and `?` stop at `/`.
    ///
    /// # Errors
    /// A syntax error or a limit.
    pub fn of_paths(pattern: &str) -> Result<Self, GlobError> {
        Self::new(pattern, true)
    }

    /// A pattern of names.
    ///
    /// # Errors
    /// A syntax error or a limit.
    pub fn of_names(pattern: &str) -> Result<Self, GlobError> {
        Self::new(pattern, false)
    }

    fn new(pattern: &str, literal_separator: bool) -> Result<Self, GlobError> {
        limits(pattern)?;
        let glob = GlobBuilder::new(pattern).literal_separator(literal_separator).backslash_escape(false).build();
        let glob = glob.map_err(|error| GlobError::Syntax(error.kind().to_string()))?;
        // A set reports a regular expression that is too large; a single matcher panics.
        let set = GlobSet::builder().add(glob).build();
        set.map(Self).map_err(|_| GlobError::Limit("is too complex".to_owned()))
    }

    /// Whether a whole text matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn limits(pattern: &str) -> Result<(), GlobError> {
    if pattern.len() > LONGEST {
        return Err(GlobError::Limit(format!("has {} bytes, more than {LONGEST}", pattern.len())));
    }
    let mut depth = 0_usize;
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(GlobError::Limit(format!("nests braces more than {DEEPEST} deep")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(pattern: &str) -> &'static str {
        [Glob::of_paths(pattern), Glob::of_names(pattern)].map(|glob| glob.map_or_else(|error| error.code(), |_| "ok"))
            [0]
    }

    #[test]
    fn stars_stop_at_folders_in_paths_only() {
        assert!(Glob::of_names("*.png").unwrap().is_match("a/b.png"));
        assert!(!Glob::of_paths("*.png").unwrap().is_match("a/b.png"));
        assert!(Glob::of_paths("**/{a,b}?.png").unwrap().is_match("x/y/b1.png"));
    }

    #[test]
    fn hostile_patterns_are_refused_and_never_panic() {
        assert_eq!(code("[a"), "bad-glob");
        assert_eq!(code("{a"), "bad-glob");
        let nested = |deep: usize| format!("{}x{}", "{a,".repeat(deep), "}".repeat(deep));
        assert_eq!(code(&nested(8)), "ok");
        for hostile in [nested(9), nested(200), "*".repeat(1025), "[a-z]".repeat(300), "**/".repeat(3000)] {
            assert_eq!(code(&hostile), "glob-limit", "{hostile:.20}");
        }
        let stars = "*".repeat(20);
        for large in [format!("{{{}}}", vec![stars; 48].join(",")), "**/".repeat(341), "[!a-z]".repeat(170)] {
            assert_eq!(code(&large), "ok", "{large:.20}");
            assert!(!Glob::of_paths(&large).unwrap().is_match(&"a".repeat(4096)) || large.contains('*'));
        }
    }
}
