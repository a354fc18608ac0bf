//! Globs over names and ARNs.

use std::fmt;
use std::str::FromStr;

/// A glob: `*` stands for any text (slashes included), `?` for one character, everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// Whether the whole text is as the pattern says.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text): (Vec<char>, Vec<char>) = (self.0.chars().collect(), text.chars().collect());
        let (mut p, mut t) = (0, 0);
        // What follows the last star, and up to where it has taken the text so far.
        let mut star: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some('*') => {
                    p += 1;
                    star = Some((p, t));
                }
                Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
                _ => match star {
                    Some((behind, taken)) => {
                        (p, t) = (behind, taken + 1);
                        star = Some((p, t));
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    }

    /// Whether some text is matched by both patterns.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (a, b): (Vec<char>, Vec<char>) = (self.0.chars().collect(), other.0.chars().collect());
        // Whether the rest of `a` from here on and the rest of `b` from each place on have a text in common; from the end backwards.
        // Beyond the end of `a` nothing is in common.
        let mut below = vec![false; b.len() + 1];
        for from in (0..=a.len()).rev().map(|i| a.get(i)) {
            let mut row = vec![false; b.len() + 1];
            for j in (0..=b.len()).rev() {
                let right = row.get(j + 1).copied().unwrap_or(false);
                row[j] = match (from, b.get(j)) {
                    (None, None) => true,
                    (Some('*'), _) | (_, Some('*')) => below[j] || right,
                    (Some(x), Some(y)) => (x == y || *x == '?' || *y == '?') && below[j + 1],
                    (Some(_), None) | (None, Some(_)) => false,
                };
            }
            below = row;
        }
        below[0]
    }

    /// The pattern that these are together.
    pub(crate) fn all_of(parts: &[&str]) -> Self {
        Self(parts.concat())
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Err("expected a name or a glob, found nothing".to_owned()) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_take_any_text_and_question_marks_one_character() {
        let is = |pattern: &str, text: &str| pattern.parse::<Pattern>().expect("a pattern").matches(text);
        for (pattern, text) in
            [("*", ""), ("web", "web"), ("w?b", "wéb"), ("*:service/prod/*", "arn:aws:ecs:r:1:service/prod/web"), ("a*b*c", "aXbbYc")]
        {
            assert!(is(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("web", "web2"), ("?", ""), ("a*b", "a"), ("a*b", "abc"), ("[ab]", "a")] {
            assert!(!is(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn it_is_shown_as_it_was_written() {
        for text in ["*", "prod/w?b", "arn:*:eu-*"] {
            let pattern: Pattern = text.parse().expect("a pattern");
            assert_eq!((pattern.to_string().as_str(), pattern.as_str()), (text, text));
        }
    }

    #[test]
    fn two_patterns_overlap_where_one_text_matches_both() {
        let overlap = |a: &str, b: &str| Pattern::all_of(&[a]).overlaps(&Pattern::all_of(&[b]));
        for (a, b) in
            [("a*", "*b"), ("*", ""), ("", ""), ("a?c", "*bc"), ("a*c*e", "abcde"), ("arn:*:eu-*", "arn:*:*:eu-west-1:1:*"), ("**", "?")]
        {
            assert!(overlap(a, b) && overlap(b, a), "{a} {b}");
        }
        for (a, b) in [("a*", "b*"), ("?", ""), ("abc", "ab"), ("*:eu-west-1:*", "arn:x:us-east-1:1"), ("a*c", "*d")] {
            assert!(!overlap(a, b) && !overlap(b, a), "{a} {b}");
        }
    }

    #[test]
    fn many_stars_do_not_take_for_ever() {
        let pattern: Pattern = format!("{}d", "a*".repeat(200)).parse().expect("a pattern");
        assert!(!pattern.matches(&format!("{}b", "a".repeat(10_000).replace("aa", "ac"))));
    }
}
