//! Where a finding is declared, as far as that is known.

use crate::model::Claim;

/// What the program calls a declaration that came through a pipe.
const STANDARD_INPUT: &str = "standard input";

/// A file, and a line of it where one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub line: Option<u64>,
}

impl<'a> Place<'a> {
    /// The file that declares what the finding is about, where the claim names one: of several, the first.
    pub(super) fn of(claim: &'a Claim) -> Option<Self> {
        let place = match claim {
            Claim::MissingService { declared_at } => Self::of_declaration(declared_at),
            Claim::UnusedWaiver { waiver } | Claim::ExpiredWaiver { waiver, .. } => Self::of_waiver(&waiver.place),
            Claim::Orphan { .. }
            | Claim::HeldLeftover { .. }
            | Claim::Superseded
            | Claim::UndeclaredService
            | Claim::DrainingService { .. }
            | Claim::NamelessDraining { .. }
            | Claim::ServiceWithoutIngress { .. }
            | Claim::FailedResource { .. }
            | Claim::DanglingReference { .. }
            | Claim::Detached
            | Claim::StaleRule { .. }
            | Claim::Drift { .. }
            | Claim::QuotaPressure { .. }
            // An address says nothing of the file that it is written in.
            | Claim::Planned { .. } => None,
        };
        place.filter(|place| !place.file.is_empty() && place.file != STANDARD_INPUT && !place.file.contains("://"))
    }

    /// `FILE: ADDRESS`. No address has a colon with a space behind it, except in a quoted key.
    fn of_declaration(declared_at: &'a str) -> Option<Self> {
        declared_at.split_once(": ").map(|(file, _)| Self { file, line: None })
    }

    /// `FILE, line N`.
    fn of_waiver(place: &'a str) -> Option<Self> {
        let (file, line) = place.rsplit_once(", line ")?;
        Some(Self { file, line: Some(line.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaiverRef;

    #[track_caller]
    fn check(declared_at: &str, file: Option<&str>) {
        let claim = Claim::MissingService { declared_at: declared_at.to_owned() };
        assert_eq!(Place::of(&claim), file.map(|file| Place { file, line: None }), "{declared_at}");
    }

    #[test]
    fn a_file_is_what_stands_before_the_address() {
        check("states/prod.tfstate: module.k[\"a: b\"].aws_ecs_express_gateway_service.app", Some("states/prod.tfstate"));
        check("a.tfstate: aws.one, b.tfstate: aws.two", Some("a.tfstate"));
    }

    #[test]
    fn a_pipe_and_a_bucket_are_no_files() {
        check("standard input: aws_ecs_express_gateway_service.app", None);
        check("s3://bucket/key.tfstate: aws_ecs_express_gateway_service.app", None);
        check("aws_ecs_express_gateway_service.app", None);
        assert_eq!(Place::of(&Claim::Superseded), None);
    }

    #[test]
    fn a_waiver_has_its_line() {
        let of = |place: &str| WaiverRef { place: place.to_owned(), covers: String::new(), reason: String::new(), owner: String::new() };
        let claim = Claim::UnusedWaiver { waiver: of("../ecs-express-audit.toml, line 12") };
        assert_eq!(Place::of(&claim), Some(Place { file: "../ecs-express-audit.toml", line: Some(12) }));
        assert_eq!(Place::of(&Claim::UnusedWaiver { waiver: of("somewhere, line x") }), None);
    }
}
