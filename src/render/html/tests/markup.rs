//! Reads markup as strictly as it can be written: what a browser would forgive is refused.

/// Elements that have no end.
const VOID: [&str; 4] = ["input", "meta", "wbr", "br"];

/// A tag as it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub name: String,
    pub ends: bool,
    pub attributes: Vec<(String, String)>,
}

/// Every tag, in order. The style and the script are text.
pub(super) fn tags(text: &str) -> Vec<Tag> {
    let mut rest = text.strip_prefix("<!DOCTYPE html>\n").expect("a document type");
    let mut found = Vec::new();
    while let Some((before, from)) = rest.split_once('<') {
        assert!(!before.contains('>'), "a tag ends that did not begin: {before}");
        let end = end_of_tag(from);
        let tag = tag(&from[..end]);
        rest = &from[end + 1..];
        if !tag.ends && ["style", "script"].contains(&tag.name.as_str()) {
            rest = &rest[rest.find(&format!("</{}>", tag.name)).expect("its end")..];
        }
        found.push(tag);
    }
    found
}

/// Where a tag ends: at the first `>` that stands in no value.
fn end_of_tag(from: &str) -> usize {
    let mut quoted = false;
    let ends = |c: char| {
        quoted ^= c == '"';
        c == '>' && !quoted
    };
    from.find(ends).expect("a tag ends")
}

fn tag(text: &str) -> Tag {
    let (text, ends) = text.strip_prefix('/').map_or((text, false), |text| (text, true));
    let (name, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "no name of an element: {name}");
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let key_ends = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(key_ends);
        assert!(!key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-'), "no name of an attribute: {key}");
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a value ends"),
            None => ("", after),
        };
        assert!(!value.contains('<'), "{value}");
        attributes.push((key.to_owned(), value.to_owned()));
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    Tag { name: name.to_owned(), ends, attributes }
}

/// The tags and the names of their attributes: all of a page but its words.
pub(super) fn skeleton(text: &str) -> Vec<String> {
    let shape = |tag: Tag| {
        let keys: Vec<String> = tag.attributes.into_iter().map(|(key, _)| key).collect();
        format!("{}{} {}", if tag.ends { "/" } else { "" }, tag.name, keys.join(" "))
    };
    tags(text).into_iter().map(shape).collect()
}

/// Holds that every element ends where it should.
#[track_caller]
pub(super) fn assert_balanced(what: &str, text: &str) {
    let mut open: Vec<String> = Vec::new();
    for Tag { name, ends, attributes: _ } in tags(text) {
        if ends {
            assert_eq!(open.pop(), Some(name), "{what}");
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<String>::new(), "{what}");
}
