//! What a declaration is written in, told by how it begins.

/// JSON, YAML or TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Json,
    Yaml,
    Toml,
}

impl Notation {
    /// Told by the first line that says something.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().unwrap_or_default();
        if first.starts_with("[[express_services]]") || is_assignment(first) {
            Self::Toml
        } else if first.starts_with(['{', '[', '"']) {
            Self::Json
        } else {
            Self::Yaml
        }
    }
}

/// Whether a bare key gets a value.
fn is_assignment(line: &str) -> bool {
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    line.split_once('=').is_some_and(|(key, _)| is_key(key.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::Notation;

    #[test]
    fn the_first_line_tells() {
        for (text, expected) in [
            ("{}", Notation::Json),
            (" \n[1]", Notation::Json),
            ("\"text\"", Notation::Json),
            ("# comment\n\nversion = 1\n", Notation::Toml),
            ("[[express_services]]\n", Notation::Toml),
            ("version: 1", Notation::Yaml),
            ("# comment\nResources:\n  A: !Sub 'x=y'\n", Notation::Yaml),
            ("Description: a = b", Notation::Yaml),
            ("---\nversion: 1", Notation::Yaml),
            ("", Notation::Yaml),
        ] {
            assert_eq!(Notation::of(text), expected, "{text}");
        }
    }
}
