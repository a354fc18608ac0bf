//! Commands for a POSIX shell. Every word that comes from outside is quoted here and nowhere else.

use std::borrow::Cow;
use std::fmt;

/// A command of the AWS CLI, version 2, in words. It is shown, and never run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsCommand {
    words: Vec<String>,
    is_plain: bool,
}

impl AwsCommand {
    /// `aws SERVICE OPERATION`.
    #[must_use]
    pub fn new(service: &str, operation: &str) -> Self {
        Self { words: ["aws", service, operation].map(str::to_owned).to_vec(), is_plain: true }
    }

    /// The same command with a further word of our own.
    #[must_use]
    pub fn word(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    /// The same command with an option whose value may come from outside.
    #[must_use]
    pub fn with(mut self, option: &str, value: &str) -> Self {
        self.is_plain &= is_plain(value);
        self.words.extend([option, value].map(str::to_owned));
        self
    }

    /// The same command with a filter of EC2, in the CLI's shorthand.
    #[must_use]
    pub fn filtered(mut self, name: &str, id: &str) -> Self {
        // A comma or an equals sign would begin another filter.
        self.is_plain &= !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        self.with("--filters", &format!("Name={name},Values={id}"))
    }

    /// The same command, of whose answer only what the JMESPath expression gives is printed, as JSON.
    #[must_use]
    pub fn asking(self, query: &str) -> Self {
        let mut asking = Self { words: self.words, is_plain: self.is_plain && query.bytes().all(is_visible) };
        asking.words.extend(["--query", query, "--output", "json"].map(str::to_owned));
        asking
    }

    /// The same command, whose answer is a list of words on one line.
    #[must_use]
    pub fn listing(self, query: &str) -> Self {
        let mut listing = self.asking(query);
        listing.words.pop();
        listing.words.push("text".to_owned());
        listing
    }

    /// Whether all of its words reach AWS as they are.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }
}

impl fmt::Display for AwsCommand {
    /// Each word quoted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<Cow<'_, str>> = self.words.iter().map(|word| quoted(word)).collect();
        f.write_str(&words.join(" "))
    }
}

/// What counts, in JMESPath, those of a list of words that are none of these.
#[must_use]
pub(crate) fn count_besides<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    // In their own order, whatever order AWS answered in.
    let words: std::collections::BTreeSet<&str> = words.into_iter().collect();
    let others: String = words.into_iter().fold(String::new(), |others, word| others + " && @!=" + &raw_string(word));
    format!("[?@{others}] | length(@)")
}

/// The text as JMESPath reads it again. One that ended its string would be another expression.
#[must_use]
pub(crate) fn raw_string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Whether the AWS CLI takes the value as it is, and a reader sees all of it: it takes `-…` for an option, `[…` and `{…` for JSON, and puts
/// the content of a file in the place of `file://…`.
fn is_plain(value: &str) -> bool {
    let acts = ["-", "[", "{", "file://", "fileb://"];
    !value.is_empty() && value.bytes().all(is_visible) && !acts.iter().any(|start| value.starts_with(start))
}

fn is_visible(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

/// The word as a POSIX shell reads it again, whatever is in it (a shell has no word with a NUL: it is left out).
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(is_safe) {
        return Cow::Borrowed(word);
    }
    let word = word.replace('\0', "");
    let text = if !word.contains(['\'', '$', '`']) {
        format!("'{word}'")
    } else if word.contains('!') {
        // A shell that a person types into expands it within double quotes.
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        let escaped = word.chars().flat_map(|c| "\"$`\\".contains(c).then_some('\\').into_iter().chain([c]));
        format!("\"{}\"", escaped.collect::<String>())
    };
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&str; 14] = [
        "",
        "a b",
        "it's",
        "$(touch /tmp/x)",
        "`id`",
        "a\"b\\c$HOME'd",
        "'; rm -rf / #",
        "!history 'x'",
        "a\nb",
        "~",
        "*?[a-z]",
        "a;b&c|d<e>f(g)",
        "\\",
        "日本語",
    ];

    #[test]
    fn what_is_quoted_is_read_as_itself_again() {
        assert_eq!(quoted("arn:aws:ecs:us-east-1:1:service/prod/web"), "arn:aws:ecs:us-east-1:1:service/prod/web");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("$x `y` \"z\" \\"), "\"\\$x \\`y\\` \\\"z\\\" \\\\\"");
        assert_eq!(quoted("it's!"), "'it'\\''s!'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("~"), "'~'");
    }

    #[test]
    fn no_hostile_word_leaves_its_quotes() {
        for word in HOSTILE {
            assert_eq!(read_again(&quoted(word)).as_deref(), Some(word), "{word:?}");
        }
    }

    #[test]
    fn what_the_cli_would_not_take_as_it_is_makes_a_command_that_is_not_plain() {
        let command = |value| AwsCommand::new("cloudwatch", "delete-alarms").with("--alarm-names", value);
        assert_eq!(command("prod/web's").to_string(), "aws cloudwatch delete-alarms --alarm-names \"prod/web's\"");
        assert!(command("a b/RollbackAlarm").is_plain());
        for value in ["", "-x", "--all", "[\"a\",\"b\"]", "{}", "file:///etc/passwd", "fileb://x", "a\nb", "a\u{202e}b"] {
            assert!(!command(value).is_plain(), "{value:?}");
        }
        for id in ["sg-1,Name=vpc-id", "sg-1,sg-2", "", "*"] {
            assert!(!AwsCommand::new("ec2", "describe-security-groups").filtered("group-id", id).is_plain(), "{id:?}");
        }
    }

    #[test]
    fn no_word_ends_its_string_in_an_expression() {
        assert_eq!(count_besides(["sg-1", "a'b"]), "[?@ && @!='a\\'b' && @!='sg-1'] | length(@)");
        assert_eq!(count_besides([]), "[?@] | length(@)");
    }

    /// One word, as POSIX says that a shell reads it (Shell Command Language, 2.2 Quoting); `None` if something of it acts.
    fn read_again(text: &str) -> Option<String> {
        let (mut word, mut chars) = (String::new(), text.chars());
        while let Some(char) = chars.next() {
            match char {
                '\'' => loop {
                    match chars.next()? {
                        '\'' => break,
                        char => word.push(char),
                    }
                },
                '"' => loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => word.push(chars.next().filter(|c| "\"$`\\".contains(*c))?),
                        '$' | '`' => return None,
                        char => word.push(char),
                    }
                },
                '\\' => word.push(chars.next()?),
                char if char.is_alphanumeric() || "_-./:=,@+%".contains(char) => word.push(char),
                _ => return None,
            }
        }
        Some(word)
    }
}
