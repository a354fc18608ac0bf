//! Makes text from outside prose: nothing in it is markup, link, mention, reference or formula, wherever Markdown is read.
//! It leaves alone what only a site knows to be a reference, such as the number of a ticket without a `#`.

use std::fmt::Write as _;

use crate::render::escape::harmless;

/// The text as Markdown that shows it.
///
/// Names, ids and ARNs of ordinary characters stand as code. Elsewhere what is markup is escaped, and what a site would make a link or a
/// mention of even then (`@`, `#`, `://`, `www.`) is code: no site looks into that.
pub(super) fn prose(text: &str) -> String {
    let text = harmless(text);
    if is_name(&text) {
        return format!("`{text}`");
    }
    let mut shown = String::with_capacity(text.len() + text.len() / 4);
    let mut rest = &*text;
    while let Some(char) = rest.chars().next() {
        let length = trigger(rest, text.len() - rest.len(), &text);
        if length > 0 {
            let _ = write!(shown, "`{}`", &rest[..length]);
            rest = &rest[length..];
        } else {
            escape(char, &mut shown);
            rest = &rest[char.len_utf8()..];
        }
    }
    shown
}

/// Whether it is a name or an id as people type them in a terminal: of these characters alone, and more than a word.
fn is_name(text: &str) -> bool {
    let is_ordinary = |byte: u8| byte.is_ascii_alphanumeric() || b":/._-".contains(&byte);
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    text.bytes().all(is_ordinary) && !is_word(text)
}

/// How many bytes at the beginning of `rest` would make a link or a mention of what follows.
fn trigger(rest: &str, at: usize, text: &str) -> usize {
    let run = rest.bytes().take_while(|byte| matches!(byte, b'@' | b'#')).count();
    if run > 0 {
        return run;
    }
    if rest.starts_with("://") {
        return 3;
    }
    let is_www = text.get(..at).is_some_and(|before| before.to_ascii_lowercase().ends_with("www"));
    usize::from(rest.starts_with('.') && is_www)
}

/// Writes a character that stands outside of code. A backtick, a dollar sign and what is HTML become entities: where code or a formula
/// begins is told before anything is unescaped.
fn escape(char: char, shown: &mut String) {
    match char {
        '&' => shown.push_str("&amp;"),
        '<' => shown.push_str("&lt;"),
        '>' => shown.push_str("&gt;"),
        '`' => shown.push_str("&#96;"),
        '$' => shown.push_str("&#36;"),
        '\\' | '|' | '[' | ']' | '(' | ')' | '{' | '}' | '*' | '_' | '~' | '!' => shown.extend(['\\', char]),
        _ => shown.push(char),
    }
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(prose(text), shown, "{text:?}");
    }

    #[test]
    fn words_stay_words_and_names_are_code() {
        check("load-balancer", "load-balancer");
        check("its service prod/web is INACTIVE", "its service prod/web is INACTIVE");
        check("ecs-express-gateway-alb-1a2b3c4d", "`ecs-express-gateway-alb-1a2b3c4d`");
        check("arn:aws:ecs:eu-west-1:123456789012:service/prod/web_1", "`arn:aws:ecs:eu-west-1:123456789012:service/prod/web_1`");
        check("", "");
    }

    #[test]
    fn markup_is_escaped() {
        check("**bold** [link](javascript:alert(1))", r"\*\*bold\*\* \[link\]\(javascript:alert\(1\)\)");
        check("<img src=x> &amp; | {{7*7}} ${x} \\", r"&lt;img src=x&gt; &amp;amp; \| \{\{7\*7\}\} &#36;\{x\} \\");
        check("`code` ~~struck~~ a_b_c !", r"&#96;code&#96; \~\~struck\~\~ a\_b\_c \!");
    }

    #[test]
    fn no_link_mention_or_reference_comes_about() {
        check("see https://evil.example or WWW.evil.example", "see https`://`evil.example or WWW`.`evil.example");
        check("by @octocat and a@b.example", "by `@`octocat and a`@`b.example");
        check("#12 and @@", "`#`12 and `@@`");
    }

    #[test]
    fn what_is_not_seen_is_spelt_out() {
        check("a\nb\u{202e}", r"a\\u\{a\}b\\u\{202e\}");
        check("##vso[x]", r"`#`\\u\{23\}vso\[x\]");
    }
}
