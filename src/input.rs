//! Declarations: texts that say what should be, whatever wrote them. Bytes in, [`Declared`] out; no file is opened here. Beside them the
//! configuration, which says how to judge, a table of prices, and reports: that of an earlier audit, and one finding of any.
//!
//! The format is found from the keys of the document, never from a file's name. What cannot be read is an error and never an
//! empty declaration: the services declared in it would look as if nobody had declared them.

mod baseline;
mod cloudformation;
mod config;
mod configuration;
mod error;
mod gathering;
mod given;
mod identifiers;
mod manifest;
mod notation;
mod outline;
mod pulumi;
mod report;
mod skeleton;
mod terraform_plan;
mod terraform_show;
mod terraform_state;
mod text;
mod translation;
mod tree;

pub use baseline::{BaselineError, BaselineErrorKind, read_baseline};
pub use cloudformation::{Parameters, StackResource};
pub use config::{Config, ConfigError, ConfigErrorKind, Place, read_accounts, read_config, read_prices};
pub use error::{InputError, InputErrorKind};
pub use report::{ReportError, ReportErrorKind, read_reported_finding};

use crate::declared::Declared;
use crate::extent::Extent;
use crate::plan::Plan;
use gathering::Gathering;
use notation::Notation;
use outline::{Format, Outline};
use serde_json::Value;

/// The largest declaration that is read, in bytes.
const LARGEST: usize = 64 << 20;

/// How deep objects and lists may lie in each other.
const DEEPEST: usize = 64;

/// How many resources, instances and blocks there may be: each takes more memory than it takes text.
const MOST_ENTRIES: usize = 1_000_000;

/// Reads one declaration. `source` is what messages call it: a path, or `standard input`.
///
/// Read are
///
/// - raw Terraform and `OpenTofu` state of version 4 (`terraform state pull`), and `terraform show -json` of a state or a plan;
/// - CloudFormation templates in JSON or YAML, without parameters ([`read_declaration_with`] takes some);
/// - what `pulumi stack export` writes, and Pulumi's checkpoints;
/// - the input of `aws ecs create-express-gateway-service`, which ecspresso's express definitions are too;
/// - manifests: lists of services in YAML or TOML, with the key `express_services`.
///
/// No value is kept but ARNs, security-group ids, and the names and compared fields of Express services.
///
/// # Errors
///
/// When the text is none of these, or not completely readable; [`InputErrorKind`] lists the reasons.
pub fn read_declaration(source: &str, text: &[u8]) -> Result<Declared, InputError> {
    read_declaration_with(source, text, &Parameters::default())
}

/// Reads one declaration. If it is a CloudFormation template, these are its parameters.
///
/// # Errors
///
/// Those of [`read_declaration`].
pub fn read_declaration_with(source: &str, text: &[u8], parameters: &Parameters) -> Result<Declared, InputError> {
    read(source, text, parameters).map_err(|kind| InputError::new(source, kind))
}

/// Reads the parameters of CloudFormation templates from a file: the AWS CLI's list of pairs or of `KEY=VALUE`, or the template
/// configuration of CodePipeline. One parameter is read by [`Parameters`]' `FromStr`.
///
/// # Errors
///
/// When the text is neither, or not completely readable.
pub fn read_parameters(source: &str, text: &[u8]) -> Result<Parameters, InputError> {
    let read = text::decode(text).map_err(Into::into).and_then(|text| cloudformation::read_parameters(&tree_of(text)?));
    read.map_err(|kind| InputError::new(source, kind))
}

/// What a deployed CloudFormation stack declares: its resources, with what the template that it was deployed with says of them. Of a
/// template with macros that is the processed one. Without a template no fields are compared.
///
/// # Errors
///
/// When the template is none, or not completely readable.
pub fn read_stack(
    source: &str,
    resources: Vec<StackResource>,
    template: Option<&[u8]>,
    parameters: &Parameters,
) -> Result<Declared, InputError> {
    let read = move || {
        let text = template.map(text::decode).transpose()?;
        let document = text.map(tree_of).transpose()?;
        let template = document.as_ref().zip(text).map(|(document, text)| (document, Notation::of(text)));
        let mut gathering = Gathering::of(source);
        cloudformation::read_stack(resources, template, parameters, &mut gathering)?;
        Ok(gathering.done())
    };
    read().map_err(|kind| InputError::new(source, kind))
}

fn read(source: &str, text: &[u8], parameters: &Parameters) -> Result<Declared, InputErrorKind> {
    let text = text::decode(text)?;
    let mut gathering = Gathering::of(source);
    let read = match Notation::of(text) {
        Notation::Json => read_json(text, parameters, &mut gathering),
        notation @ (Notation::Yaml | Notation::Toml) => read_other(text, notation, parameters, &mut gathering),
    };
    read.map_err(|kind| if skeleton::is_not_rendered(text, &kind) { InputErrorKind::NotRendered } else { kind })?;
    Ok(gathering.done())
}

fn read_json(text: &str, parameters: &Parameters, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    check_extent(text)?;
    match Outline::of(text)?.format()? {
        Format::State => terraform_state::read(text, gathering),
        Format::Show => terraform_show::read(text, gathering),
        Format::Plan => terraform_plan::declare(text, gathering),
        Format::Pulumi => pulumi::read(text, gathering),
        Format::CloudFormation => cloudformation::read(&tree::of_json(text)?, Notation::Json, parameters, gathering),
        Format::Skeleton => skeleton::read(&tree::of_json(text)?, gathering),
        Format::Manifest => manifest::read(&tree::of_json(text)?, gathering),
    }
}

/// Reads YAML or TOML, in which people write, and programs do not.
fn read_other(text: &str, notation: Notation, parameters: &Parameters, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let document = tree_of(text)?;
    match Outline::of_tree(&document)?.format()? {
        Format::CloudFormation => cloudformation::read(&document, notation, parameters, gathering),
        Format::Skeleton => skeleton::read(&document, gathering),
        Format::Manifest => manifest::read(&document, gathering),
        Format::State | Format::Show | Format::Plan | Format::Pulumi => Err(InputErrorKind::Unsupported),
    }
}

fn tree_of(text: &str) -> Result<Value, InputErrorKind> {
    match Notation::of(text) {
        Notation::Json => check_extent(text).and_then(|()| tree::of_json(text)),
        Notation::Yaml => tree::of_yaml(text),
        Notation::Toml => tree::of_toml(text),
    }
}

/// Reads what a Terraform plan is about to do: `terraform show -json plan.out`. `source` is what messages call it.
///
/// Of values nothing is kept but what is kept of a declaration.
///
/// # Errors
///
/// When the text is no plan, one that failed, or not completely readable.
pub fn read_plan(source: &str, text: &[u8]) -> Result<Plan, InputError> {
    let read = || {
        let text = text::decode(text)?;
        check_extent(text)?;
        match Outline::of(text)?.format()? {
            Format::Plan => terraform_plan::read(source, text),
            Format::State | Format::Show | Format::Pulumi | Format::CloudFormation | Format::Skeleton | Format::Manifest => {
                Err(InputErrorKind::NoPlan)
            }
        }
    };
    read().map_err(|kind| InputError::new(source, kind))
}

/// Refuses what would take too much stack or memory, before anything unfolds it.
fn check_extent(text: &str) -> Result<(), InputErrorKind> {
    let extent = Extent::of(text.as_bytes());
    if extent.depth > DEEPEST {
        return Err(InputErrorKind::TooDeep { limit: DEEPEST });
    }
    if extent.listed_objects > MOST_ENTRIES {
        return Err(InputErrorKind::TooMany { limit: MOST_ENTRIES });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::DeclaredService;
    use crate::kinds::ServiceName;
    use InputErrorKind as Kind;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "each call reads better without a reference")]
    fn refused(text: impl AsRef<[u8]>, expected: Kind) {
        match read_declaration("x", text.as_ref()) {
            Ok(declared) => panic!("expected {expected:?}, read {declared:?}"),
            Err(error) => assert_eq!(*error.kind(), expected),
        }
    }

    #[test]
    fn both_formats_are_told_apart_by_their_keys() {
        for text in [include_str!("../fixtures/terraform/state.json"), include_str!("../fixtures/terraform/show.json")] {
            let declared = read_declaration("x", text.as_bytes()).expect("a state");
            assert_eq!(declared.sources, ["x"]);
            assert!(!declared.services.is_empty());
        }
    }

    #[test]
    fn nothing_at_all_is_never_an_empty_declaration() {
        for nothing in ["", " \r\n\t", "\u{feff}", "\u{feff}\n"] {
            refused(nothing, Kind::Empty);
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let text = format!("\u{feff}{}", include_str!("../fixtures/terraform/show_empty.json"));
        assert_eq!(read_declaration("x", text.as_bytes()).map(|declared| declared.services.len()), Ok(0));
    }

    #[test]
    fn an_encrypted_state_is_refused() {
        refused(include_str!("../fixtures/terraform/encrypted.json"), Kind::EncryptedState);
    }

    #[test]
    fn a_pointer_to_a_backend_is_no_state() {
        refused(include_str!("../fixtures/terraform/backend_pointer.json"), Kind::BackendPointer);
    }

    #[test]
    fn a_plan_declares_what_will_be() {
        let declared = read_declaration("x", include_bytes!("../fixtures/terraform/plan.json")).expect("a plan");
        let names: Vec<_> = declared.services.iter().filter_map(DeclaredService::service_name).collect();
        assert_eq!(names, [ServiceName { cluster: "default".to_owned(), name: "web".to_owned() }]);
    }

    #[test]
    fn only_version_4_of_raw_state_is_read() {
        refused(include_str!("../fixtures/terraform/state_v3.json"), Kind::StateVersion { found: Some(3) });
        refused(r#"{"version":5,"serial":1}"#, Kind::StateVersion { found: Some(5) });
        for odd in ["\"4\"", "4.5", "-4", "null", "[4]", "123456789012345678901234567890"] {
            refused(format!(r#"{{"version":{odd},"resources":[]}}"#), Kind::StateVersion { found: None });
        }
    }

    #[test]
    fn only_major_1_of_the_shown_format_is_read() {
        for good in ["1.0", "1.2", "1.99", "1"] {
            let text = format!(r#"{{"format_version":"{good}","values":{{}}}}"#);
            assert!(read_declaration("x", text.as_bytes()).is_ok(), "{good}");
        }
        refused(r#"{"format_version":"2.0","values":{}}"#, Kind::FormatVersion { major: Some(2) });
        refused(r#"{"format_version":"0.2","values":{}}"#, Kind::FormatVersion { major: Some(0) });
        refused(r#"{"format_version":"new","values":{}}"#, Kind::FormatVersion { major: None });
        refused(r#"{"format_version":1.0,"values":{}}"#, Kind::FormatVersion { major: None });
    }

    #[test]
    fn every_format_is_told_by_its_keys() {
        for text in [
            include_str!("../fixtures/cloudformation/service.yaml"),
            include_str!("../fixtures/cloudformation/cdk.template.json"),
            include_str!("../fixtures/pulumi/export.json"),
            include_str!("../fixtures/pulumi/checkpoint.json"),
            include_str!("../fixtures/cli/express.json"),
            include_str!("../fixtures/manifest/services.yaml"),
            include_str!("../fixtures/manifest/services.toml"),
        ] {
            let declared = read_declaration("x", text.as_bytes()).expect("a declaration");
            assert!(declared.sources == ["x"] && !declared.services.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_programs_write_is_json() {
        refused("version: 4\nresources: []\n", Kind::Unsupported);
        refused("version: 3\ndeployment: {}\n", Kind::Unsupported);
        refused("some: yaml\n", Kind::Unsupported);
        refused("some words\n", Kind::Unsupported);
        refused("a: [\n", Kind::InvalidYaml { line: 2, column: 1 });
    }

    #[test]
    fn only_versions_3_and_4_of_a_pulumi_stack_are_read() {
        refused(r#"{"version":2,"deployment":{}}"#, Kind::PulumiVersion { found: Some(2) });
        refused(r#"{"version":"3","checkpoint":{}}"#, Kind::PulumiVersion { found: None });
        refused(r#"{"deployment":{}}"#, Kind::PulumiVersion { found: None });
    }

    #[test]
    fn other_json_is_unsupported_even_where_it_has_a_version() {
        for other in ["[]", "[{\"version\":4}]", "null", "4", "\"text\"", "{}", r#"{"version":4}"#, r#"{"version":"3","services":{}}"#] {
            refused(other, Kind::Unsupported);
        }
        refused(r#"{"format_version":"1.0","provider_schemas":{}}"#, Kind::Unsupported);
        refused(r#"{"format_version":"1.0","valid":true,"error_count":0,"diagnostics":[]}"#, Kind::Unsupported);
    }

    #[test]
    fn broken_json_says_where() {
        refused("{\n  \"version\": 4,\n  oops\n}", Kind::InvalidJson { line: 3, column: 3 });
        refused(r#"{"version":1e999,"resources":[]}"#, Kind::InvalidJson { line: 1, column: 16 });
        refused("{\"version\":4} {}", Kind::InvalidJson { line: 1, column: 15 });
    }

    #[test]
    fn a_state_cut_off_anywhere_is_refused() {
        let text = include_str!("../fixtures/terraform/state.json").trim_end();
        for end in (1..text.len()).step_by(61) {
            refused(&text[..end], truncated(&text[..end]));
        }
    }

    fn truncated(text: &str) -> Kind {
        let line = text.lines().count() + usize::from(text.ends_with('\n'));
        let column = text.rsplit('\n').next().map_or(0, str::len);
        Kind::Truncated { line, column }
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        refused(b"\xff\xfe{\0}\0", Kind::NotUtf8 { position: 0 });
        refused(b"{\"version\":4,\"resources\":[\"\xc3\x28\"]}", Kind::NotUtf8 { position: 27 });
    }

    #[test]
    fn depth_is_bounded_at_64_and_strings_do_not_count() {
        let nested = |levels: usize| format!("{{\"version\":4,\"resources\":[],\"x\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(read_declaration("x", nested(63).as_bytes()).is_ok());
        refused(nested(64), Kind::TooDeep { limit: 64 });
        refused("[".repeat(1_000_000), Kind::TooDeep { limit: 64 });
        let text = format!(r#"{{"version":4,"resources":[],"x":"\"{}"}}"#, "[".repeat(100));
        assert!(read_declaration("x", text.as_bytes()).is_ok());
    }

    #[test]
    fn entries_of_lists_are_bounded_at_a_million() {
        let listed = |many: usize| format!(r#"{{"version":4,"resources":[],"x":[{}{{}}]}}"#, "{},".repeat(many - 1));
        assert!(read_declaration("x", listed(MOST_ENTRIES).as_bytes()).is_ok());
        refused(listed(MOST_ENTRIES + 1), Kind::TooMany { limit: 1_000_000 });
    }

    #[test]
    fn what_one_long_address_unfolds_to_is_bounded_like_the_file() {
        let instances: Vec<String> = (0..70).map(|n| format!(r#"{{"index_key":{n}}}"#)).collect();
        let (module, instances) = ("m".repeat(1 << 20), instances.join(","));
        let service = r#""mode":"managed","type":"aws_ecs_express_gateway_service","name":"n""#;
        let text = format!(r#"{{"version":4,"resources":[{{"module":"{module}",{service},"instances":[{instances}]}}]}}"#);
        refused(text, Kind::TooLarge { limit_mib: 64 });
    }

    #[test]
    fn what_tells_formats_apart_may_stand_there_once() {
        refused(r#"{"version":4,"version":3,"resources":[]}"#, Kind::Unsupported);
        refused(r#"{"format_version":"1.0","version":4}"#, Kind::Unsupported);
    }

    #[test]
    fn size_is_bounded_at_64_mib() {
        refused(vec![0xff; LARGEST], Kind::NotUtf8 { position: 0 });
        refused(vec![0xff; LARGEST + 1], Kind::TooLarge { limit_mib: 64 });
    }

    /// A declaration of every format, with planted secrets.
    const ALL: [&str; 9] = [
        include_str!("../fixtures/terraform/state.json"),
        include_str!("../fixtures/terraform/show.json"),
        include_str!("../fixtures/cloudformation/service.yaml"),
        include_str!("../fixtures/cloudformation/cdk.template.json"),
        include_str!("../fixtures/pulumi/export.json"),
        include_str!("../fixtures/cli/express.json"),
        include_str!("../fixtures/cli/template.json"),
        include_str!("../fixtures/manifest/services.yaml"),
        include_str!("../fixtures/manifest/services.toml"),
    ];

    proptest::proptest! {
        #[test]
        fn a_damaged_declaration_is_read_or_refused_without_quoting_it(
            text in proptest::sample::select(&ALL[..]), at: proptest::sample::Index, to in "[]{}\\[\":,0nulex.&*!\n-]{1,3}",
        ) {
            let mut text = text.to_owned();
            let at = at.index(text.len() - to.len());
            text.replace_range(at..at + to.len(), &to);
            if let Err(error) = read_declaration("x", text.as_bytes()) {
                assert!(!format!("{error} {error:?}").contains("PLANTED"), "{error}");
            }
        }
    }
}
