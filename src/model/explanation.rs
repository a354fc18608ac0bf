//! What stands behind each code, in words: the one place that `explain`, SARIF and the documentation read.

mod audit;
mod preflight;

use super::Code;

/// A code explained to whoever meets it for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The code's name: `held-leftover`.
    pub code: &'static str,
    /// What it finds, in less than a line.
    pub title: &'static str,
    /// How grave it is unless the configuration says otherwise.
    pub severity: &'static str,
    /// What exactly is claimed.
    pub claim: &'static str,
    /// Why that matters to somebody.
    pub matters: &'static str,
    /// By what it is decided, and what that cannot know.
    pub decided: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Where the facts are from: pages and issues. None where they are this program's own.
    pub sources: &'static [&'static str],
}

impl Explanation {
    /// Every code's, in the order in which reports list them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        Code::ALL.into_iter().map(Code::explanation)
    }

    /// The explanation of the code of that name.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        audit::EXPLANATIONS.iter().chain(&preflight::EXPLANATIONS).find(|explanation| explanation.code == code)
    }
}

impl Code {
    /// What stands behind the code.
    ///
    /// # Panics
    ///
    /// Never: every code has an explanation, and a test holds it.
    #[must_use]
    pub fn explanation(self) -> &'static Explanation {
        Explanation::of(self.as_str()).expect("every code is explained")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::Severity;

    fn all() -> impl Iterator<Item = &'static Explanation> {
        audit::EXPLANATIONS.iter().chain(&preflight::EXPLANATIONS)
    }

    #[test]
    fn every_code_is_explained_once_under_its_name() {
        for code in Code::ALL {
            assert_eq!(code.explanation().code, code.as_str());
        }
        let names: BTreeSet<&str> = all().map(|explanation| explanation.code).collect();
        assert_eq!((names.len(), Explanation::of("no-such-code")), (all().count(), None));
    }

    #[test]
    fn what_explains_is_ready_for_whoever_shows_it() {
        for Explanation { code, title, severity, claim, matters, decided, remedy, sources } in all() {
            assert!(title.len() <= 100 && !title.ends_with('.'), "{code}: {title}");
            assert!(Severity::ALL.iter().any(|known| severity.contains(known.as_str())), "{code}: {severity}");
            for text in [claim, matters, decided, remedy] {
                assert!(text.len() <= 1_000 && text.len() >= 60 && text.ends_with('.'), "{code}: {text}");
                assert!(!text.contains(['\n', '<', '|', '*', '[', '{']) && !text.contains("  "), "{code}: {text}");
            }
            assert!(sources.iter().all(|source| source.starts_with("https://")), "{code}");
            assert_eq!(sources.is_empty(), code.ends_with("-waiver"), "{code}: the facts about AWS have sources");
        }
    }

    #[test]
    fn the_codes_of_preflight_are_explained_too() {
        let codes = [
            "create-while-draining",
            "name-taken",
            "replace-same-name",
            "cluster-change",
            "missing-dependency",
            "role-removed-first",
            "forget-leaves-running",
            "leftover-collision",
            "destroy-leaves",
        ];
        assert_eq!(preflight::EXPLANATIONS.map(|explanation| explanation.code), codes);
    }
}
