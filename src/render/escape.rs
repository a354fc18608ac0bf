//! Makes text from outside safe to show: names, tags and reasons come from whoever may create a resource.
//! It knows nothing of look-alike letters: they are seen, if not recognised.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character that acts instead of being seen written as `\u{…}`.
///
/// These are the control characters (newline, tab and ESC among them), what turns the direction of writing, what has no width, and
/// every other invisible sign of formatting. Otherwise a name could colour, move, hide or retitle what a terminal shows, or end the
/// line it stands in. It is meant for every text format, whether or not a terminal reads it: CI logs obey the same sequences.
///
/// They also obey commands in plain letters: `##vso[…]`, `##[…]` and `##teamcity[…]` wherever they stand, `::error::` where a line begins,
/// and any line may wrap there. So the second `#` of two, and the second `:` of two before a letter, are written as `\u{…}` as well.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) && !text.contains("##") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_command = match char {
            '#' => shown.ends_with('#'),
            ':' => shown.ends_with(':') && chars.peek().is_some_and(char::is_ascii_alphabetic),
            _ => false,
        };
        if is_unseen(char) || is_command {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts on its surroundings instead of being seen.
///
/// The set is Unicode's Cc and Cf, its line and paragraph separators, and what else is default-ignorable (fillers, variation selectors).
pub(super) fn is_unseen(char: char) -> bool {
    char.is_control() || turns_writing(char) || has_no_shape(char)
}

/// Direction marks, embeddings, overrides and isolates, and the separators that end a line in some viewers.
fn turns_writing(char: char) -> bool {
    matches!(char, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Joiners, fillers, invisible operators, variation selectors, annotation marks, tags.
fn has_no_shape(char: char) -> bool {
    matches!(char,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{13430}'..='\u{13455}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || matches!(char, '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}')
}

#[cfg(test)]
mod tests {
    use super::{harmless, is_unseen};

    fn check(text: &str, shown: &str) {
        assert_eq!(harmless(text), shown, "{text:?}");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["", "ecs-express-gateway-alb-1a2b3c4d", "/ecs/hoge-service", "請求サービス", "größer ☃", "a\\u{1b}b"] {
            assert!(matches!(harmless(name), std::borrow::Cow::Borrowed(same) if same == name), "{name:?}");
        }
    }

    #[test]
    fn what_would_act_on_a_terminal_is_spelt_out() {
        check("\x1b[2J\x1b[31mgone", r"\u{1b}[2J\u{1b}[31mgone");
        check("\x1b]0;title\x07", r"\u{1b}]0;title\u{7}");
        check("\x1b]8;;https://evil.example\x1b\\safe", r"\u{1b}]8;;https://evil.example\u{1b}\safe");
        check("\u{9b}31m\u{9d}52;c;AAAA\u{9c}", r"\u{9b}31m\u{9d}52;c;AAAA\u{9c}");
        check("a\r\nexit 0: clean\t\u{8}\u{7f}\0", r"a\u{d}\u{a}exit 0: clean\u{9}\u{8}\u{7f}\u{0}");
    }

    #[test]
    fn what_would_deceive_an_eye_is_spelt_out() {
        check("prod\u{202e}bew", r"prod\u{202e}bew");
        check("\u{2066}a\u{2069}\u{200f}\u{61c}", r"\u{2066}a\u{2069}\u{200f}\u{61c}");
        check("pro\u{200b}d\u{200d}\u{2060}\u{feff}", r"pro\u{200b}d\u{200d}\u{2060}\u{feff}");
        check("a\u{2028}b\u{2029}c\u{ad}d", r"a\u{2028}b\u{2029}c\u{ad}d");
        check("x\u{e0041}\u{e007f}\u{fe0f}\u{3164}", r"x\u{e0041}\u{e007f}\u{fe0f}\u{3164}");
    }

    #[test]
    fn what_would_command_a_build_server_is_spelt_out() {
        check("##vso[task.complete]", r"#\u{23}vso[task.complete]");
        check("a#b ###", r"a#b #\u{23}#");
        check("::error file=x::y", r":\u{3a}error file=x:\u{3a}y");
        check("arn:aws:iam::123456789012:role/x ::1 ::", "arn:aws:iam::123456789012:role/x ::1 ::");
    }

    #[test]
    fn no_control_or_direction_mark_is_ever_left() {
        let named = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{2060}', '\u{feff}'];
        let ranges = [
            '\0'..='\x1f',
            '\x7f'..='\u{9f}',
            '\u{200b}'..='\u{200f}',
            '\u{202a}'..='\u{202e}',
            '\u{2066}'..='\u{2069}',
            '\u{e0000}'..='\u{e007f}',
        ];
        for char in ranges.into_iter().flatten().chain(named) {
            assert!(is_unseen(char), "{char:?}");
            assert!(harmless(&char.to_string()).chars().all(|c| c.is_ascii_graphic()), "{char:?}");
        }
    }
}
