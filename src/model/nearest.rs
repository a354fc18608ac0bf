//! The word that was probably meant.

/// The nearest of the known words, if one is near: at most one edit in four letters, whatever the case and the kind of dash.
pub(crate) fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let letters = |word: &str| -> Vec<char> { word.to_lowercase().replace('-', "_").chars().take(64).collect() };
    let written = letters(word);
    let near = known.iter().map(|known| (distance(&written, &letters(known)), *known)).min()?;
    (near.0 <= written.len() / 4 + 1 && near.0 < written.len()).then_some(near.1)
}

/// How many letters must be put in, left out or changed to make one word of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["fail_on", "grace", "grace_for", "waiver"];
        for (word, meant) in [("fail-on", "fail_on"), ("Grace", "grace"), ("waivers", "waiver"), ("gracefor", "grace_for")] {
            assert_eq!(nearest(word, &known), Some(meant), "{word}");
        }
        for word in ["", "x", "timeout", "waste of time"] {
            assert_eq!(nearest(word, &known), None, "{word}");
        }
    }
}
