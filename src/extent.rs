//! How far a JSON text reaches, told without unfolding it: everything that parses a text from outside asks here first, so that a small
//! file can neither exhaust the stack nor grow in memory beyond what its size lets expect.

/// What a JSON text unfolds to. Of a text that is no JSON the numbers say nothing, and the parser refuses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// How deep objects and lists lie in each other.
    pub(crate) depth: usize,
    /// The bytes of the longest string, as it is written.
    pub(crate) longest_string: usize,
    /// How many objects are entries of a list.
    pub(crate) listed_objects: usize,
    /// How many values there are beside the first of each object and list.
    pub(crate) further_values: usize,
}

impl Extent {
    /// Measures the text in one pass.
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut extent = Self::default();
        let (mut open, mut before, mut at) = (0_usize, 0, 0);
        while let Some(&byte) = text.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    let length = string_length(&text[at..]);
                    extent.longest_string = extent.longest_string.max(length);
                    at += length + 1;
                }
                b'{' | b'[' => {
                    open += 1;
                    extent.depth = extent.depth.max(open);
                    // After a comma, an object holds a key: what opens there is an entry of a list.
                    extent.listed_objects += usize::from(byte == b'{' && matches!(before, b'[' | b','));
                }
                b'}' | b']' => open = open.saturating_sub(1),
                b',' => extent.further_values += 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
        }
        extent
    }
}

/// How many bytes there are to the quote that ends a string, or to the end of the text.
fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if text[at] == b'"' {
            return at;
        }
        // Whatever is escaped ends nothing.
        at += 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::Extent;

    fn check(text: &str, depth: usize, longest_string: usize, listed_objects: usize, further_values: usize) {
        assert_eq!(Extent::of(text.as_bytes()), Extent { depth, longest_string, listed_objects, further_values }, "{text}");
    }

    #[test]
    fn depth_is_the_deepest_place_and_not_the_last() {
        check("", 0, 0, 0, 0);
        check("[[[]]]", 3, 0, 0, 0);
        check(r#"{"a":[{"b":{}}],"c":[]}"#, 4, 1, 1, 1);
        check("]]]][[", 2, 0, 0, 0);
    }

    #[test]
    fn only_entries_of_lists_are_listed_objects() {
        check("[ { },\n{}, [ {} ] ]", 3, 0, 3, 2);
        check(r#"{"a":{"b":{}},"c":{}}"#, 3, 1, 0, 1);
    }

    #[test]
    fn strings_are_measured_as_written_and_hide_what_is_in_them() {
        check(r#"["\"[{,}]\\",1]"#, 1, 9, 0, 1);
        check(r#"["a","bcd","ef"]"#, 1, 3, 0, 2);
        check(r#"["cut off"#, 1, 7, 0, 0);
        check(r#"["cut off\"#, 1, 8, 0, 0);
    }
}
