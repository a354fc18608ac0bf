use std::time::Duration;

use serde_json::json;

use super::*;
use crate::model::Timestamp;
use crate::permissions::{Rate, RateSize};

const WHOLE: &str = r#"
fail_on = "medium"
grace = "30m"
declared_partial = true
own = ["cluster=prod-*", "tag=team=a=b"]

[grace_for]
log-group = "7d"

[severity]
undeclared-service = "low"
orphan = { load-balancer = "critical", log-group = "low" }

[[ignore]]
field = "primary_container.image"
service = "prod/*"

[[waiver]]
arn = "arn:aws:logs:*:*:log-group:/aws/ecs/prod/*"
code = "orphan"
reason = "kept for the yearly review"
owner = "platform team"
expires = "2027-01-31"
"#;

fn read(text: &str) -> Config {
    read_config("x.toml", text.as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"))
}

/// Expects that message; `PLACE` of it is `LINE:COLUMN`.
#[track_caller]
fn refused(text: &str, place: &str, words: &[&str]) {
    let error = read_config("x.toml", text.as_bytes()).expect_err("it should be refused");
    let message = format!("cannot {error}");
    let found = error.place().map_or_else(String::new, |place| format!("{}:{}", place.line, place.column));
    assert_eq!(found, place, "{message}");
    assert!(message.starts_with("cannot read x.toml") && !message.ends_with('.') && !message.contains('\n'), "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} is not in {message:?}");
    }
}

/// A waiver with these lines for its criteria and its date.
fn waiver(criteria: &str, expires: &str) -> String {
    format!("[[waiver]]\n{criteria}\nreason = \"r\"\nowner = \"o\"\nexpires = {expires}\n")
}

#[test]
fn everything_that_may_be_said_is_read() {
    let config = read(WHOLE);
    assert_eq!(config.fail_on, Some(FailOn::AtLeast(Severity::Medium)));
    assert_eq!((config.grace, config.declared_partial), (Some(Duration::from_mins(30)), Some(true)));
    assert_eq!(config.grace_for, BTreeMap::from([(Kind::LogGroup, Duration::from_hours(168))]));
    assert_eq!(config.own.tags, [("team".to_owned(), "a=b".to_owned())]);
    assert_eq!(config.severities[&(Code::UndeclaredService, None)], Severity::Low);
    assert_eq!(config.severities[&(Code::Orphan, Some(Kind::LoadBalancer))], Severity::Critical);
    assert_eq!(config.ignored_fields[0].path.as_str(), "primary_container.image");
    let policy = config.into_policy();
    assert_eq!(policy.grace_for(Kind::LogGroup), Duration::from_hours(168));
    assert_eq!(policy.severity_of(Code::Orphan, Kind::LogGroup), Some(Severity::Low));
}

#[test]
fn a_waiver_knows_its_place_its_words_and_the_end_of_its_last_day() {
    let waivers = read(WHOLE).waivers;
    assert_eq!(waivers[0].named.place, "x.toml, line 18");
    assert_eq!(waivers[0].named.covers, "code = \"orphan\", arn = \"arn:aws:logs:*:*:log-group:/aws/ecs/prod/*\"");
    assert_eq!(waivers[0].expires, Timestamp::parse("2027-01-31T23:59:59Z").expect("a time"));
}

#[test]
fn a_day_may_be_written_bare_and_a_time_means_itself() {
    for (written, means) in [
        ("2028-02-29", "2028-02-29T23:59:59Z"),
        ("\"2027-01-31T12:00:00+09:00\"", "2027-01-31T03:00:00Z"),
        ("2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z"),
    ] {
        let waivers = read(&waiver("code = \"drift\"", written)).waivers;
        assert_eq!(waivers[0].expires.to_string(), means);
    }
}

#[test]
fn nothing_at_all_is_the_defaults() {
    for nothing in ["", "\u{feff}", "# only a comment\n", "[severity]\n[grace_for]\n"] {
        assert_eq!(read(nothing), Config::default(), "{nothing:?}");
    }
    assert_eq!(Config::default().into_policy(), Policy::default());
    assert_eq!(read("\u{feff}grace = \"1h\"").grace, Some(Duration::from_hours(1)));
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest_known_one() {
    refused("# x\n\nfail-on = \"low\"", "3:1", &["`fail-on` is no key of the configuration", "did you mean `fail_on`?"]);
    refused("grace = \"1h\"\ncolour = 1", "2:1", &["`colour`", "expected one of fail_on, grace, grace_for"]);
    refused(&waiver("code = \"drift\"\nowners = 1", "2027-01-31"), "3:1", &["key of [[waiver]]", "did you mean `owner`?"]);
    refused("[[ignore]]\nfield = \"a\"\nservices = \"a/b\"", "3:1", &["key of [[ignore]]", "did you mean `service`?"]);
    refused("[severity]\norphans = \"low\"", "2:1", &["`orphans` is no code", "did you mean `orphan`?"]);
    refused("[grace_for]\nlog_group = \"1d\"", "2:1", &["no kind of resource", "did you mean `log-group`?"]);
    refused("[severity]\norphan = { loadbalancer = \"low\" }", "2:12", &["did you mean `load-balancer`?"]);
}

#[test]
fn of_two_unknown_keys_the_first_is_named() {
    refused("zzz = 1\naaa = 2", "1:1", &["`zzz`"]);
}

#[test]
fn an_unknown_word_is_named_likewise() {
    refused("fail_on = \"hihg\"", "1:11", &["`hihg` is no severity", "did you mean `high`?"]);
    refused("[severity]\norphan = \"never\"", "2:10", &["expected one of info, low, medium, high, critical"]);
    refused(&waiver("code = \"orphn\"", "2027-01-31"), "2:8", &["did you mean `orphan`?"]);
    refused(&waiver("kind = \"alb\"", "2027-01-31"), "2:8", &["expected one of cluster, service"]);
}

#[test]
fn a_value_of_another_type_is_named_with_what_was_expected() {
    refused("fail_on = 3", "1:11", &["`fail_on` is a number", "in quotes"]);
    refused("grace = 30", "1:9", &["`grace` is a number", "\"30m\""]);
    refused("declared_partial = \"yes\"", "1:20", &["is a text; expected true or false"]);
    refused("own = \"cluster=a\"", "1:7", &["is a text; expected a list such as"]);
    refused("own = [1]", "1:8", &["is a number; expected a list such as"]);
    refused("severity = \"low\"", "1:12", &["expected a table of codes"]);
    refused("[severity]\norphan = true", "2:10", &["a severity in quotes, or a table of kinds"]);
    refused("ignore = [1]", "1:11", &["expected [[ignore]] tables"]);
    refused("[waiver]\ncode = \"drift\"", "1:1", &["`waiver` is a table; expected [[waiver]] tables"]);
    refused(&waiver("account = 123456789012", "2027-01-31"), "2:11", &["`account` is a number; expected a text in quotes"]);
    refused(&waiver("code = \"drift\"", "true"), "5:11", &["expected a date such as \"2027-01-31\""]);
}

#[test]
fn a_text_that_does_not_fit_is_named_with_an_example() {
    refused("grace = \"30\"", "1:9", &["`grace` cannot be that", "\"30m\""]);
    refused("own = [\"team=a\"]", "1:8", &["expected cluster=GLOB, service=GLOB or tag=KEY=VALUE"]);
    refused("own = [\"cluster=\"]", "1:8", &["found nothing"]);
    refused(&waiver("service = \"web\"", "2027-01-31"), "2:11", &["CLUSTER/NAME"]);
    refused(&waiver("account = \"1234\"", "2027-01-31"), "2:11", &["twelve digits"]);
    refused(&waiver("region = \"EU West\"", "2027-01-31"), "2:10", &["eu-*"]);
    refused(&waiver("arn = \"log-group:x\"", "2027-01-31"), "2:7", &["expected an ARN"]);
    refused(&waiver("fingerprint = \"v1:abc\"", "2027-01-31"), "2:15", &["32 hexadecimal digits"]);
    refused(&waiver("code = \"unused-waiver\"", "2027-01-31"), "2:8", &["cannot be waived"]);
    for date in ["\"2027-02-30\"", "\"soon\"", "\"2027-01-31T12:00:00\"", "12:00:00", "\"\""] {
        refused(&waiver("code = \"drift\"", date), "5:11", &["the last day on which it holds"]);
    }
}

#[test]
fn a_waiver_needs_a_criterion_a_reason_an_owner_and_a_date() {
    refused(&waiver("", "2027-01-31"), "1:1", &["would waive everything", "code, kind, account"]);
    refused("[[waiver]]\ncode = \"drift\"", "1:1", &["this [[waiver]] has no `reason`"]);
    refused("[[waiver]]\ncode = \"drift\"\nreason = \"r\"", "1:1", &["no `owner`"]);
    refused("[[waiver]]\ncode = \"drift\"\nreason = \"r\"\nowner = \"o\"", "1:1", &["no `expires`"]);
    refused("[[waiver]]\ncode = \"drift\"\nreason = \" \"", "3:10", &["why these findings are accepted"]);
}

#[test]
fn two_waivers_of_the_same_are_refused() {
    let text = waiver("code = \"drift\"\nkind = \"service\"", "2027-01-31") + &waiver("kind = \"service\"\ncode = \"drift\"", "2028-01-31");
    refused(&text, "7:1", &["the same as the one at line 1"]);
}

#[test]
fn what_is_not_toml_is_refused_with_its_place() {
    refused("grace = \"1h\"\ngrace = \"2h\"", "2:1", &["not valid TOML", "duplicate key"]);
    refused("[severity]\n[severity]", "2:2", &["duplicate key"]);
    refused("grace = 1h", "1:9", &["not valid TOML"]);
    let deep = format!("own = {}", "[".repeat(100_000));
    assert!(matches!(read_config("x", deep.as_bytes()).expect_err("too deep").kind(), ConfigErrorKind::Syntax { .. }));
}

#[test]
fn what_is_no_text_or_too_large_is_refused() {
    let of = |bytes: &[u8]| read_config("x.toml", bytes).expect_err("it should be refused").to_string();
    assert_eq!(of(b"grace\xff"), "read x.toml: it is not UTF-8 from byte 5 on; save it as UTF-8");
    assert!(of(&vec![b' '; LARGEST + 1]).contains("1024 KiB"));
    assert_eq!(read_config("x.toml", &vec![b' '; LARGEST]), Ok(Config::default()));
}

proptest::proptest! {
    #[test]
    fn a_damaged_configuration_is_read_or_refused(at: proptest::sample::Index, to in r#"[\]\[{}\\"=,.a-z0-9\né-]{0,4}"#, cut in 0..6usize) {
        let mut text = WHOLE.to_owned();
        let at = at.index(text.len() - cut);
        text.replace_range(at..at + cut, &to);
        if let Err(error) = read_config("x.toml", text.as_bytes()) {
            let lines = text.lines().count() + 1;
            proptest::prop_assert!(error.place().is_some_and(|place| place.line <= lines), "{error}");
        }
    }
}

#[test]
fn the_schema_is_that_of_what_is_read() {
    let [severities, kinds, codes] =
        [json!(Severity::ALL.map(Severity::as_str)), json!(Kind::ALL.map(Kind::as_str)), json!(Code::ALL.map(Code::as_str))];
    let severity = json!({"enum": severities});
    let duration = json!({"type": "string", "pattern": "^[0-9]+[smhd]$"});
    let text = json!({"type": "string", "minLength": 1});
    let fail_on: Vec<&str> = Severity::ALL.map(Severity::as_str).into_iter().chain(["never"]).collect();
    let properties = json!({
        "fail_on": {"description": "From which severity on findings exit 2.", "enum": fail_on},
        "grace": {"description": "How old a leftover must be to be one.", "$ref": "#/$defs/duration"},
        "grace_for": {
            "description": "Other periods for single kinds.", "type": "object", "propertyNames": {"enum": kinds},
            "additionalProperties": {"$ref": "#/$defs/duration"},
        },
        "declared_partial": {"description": "Whether others declare elsewhere.", "type": "boolean"},
        "own": {
            "description": "Whose findings are reported.", "type": "array",
            "items": {"type": "string", "pattern": "^(cluster=.|service=.|tag=.+=)"},
        },
        "severity": {
            "description": "Other severities: of a code, or of a code for single kinds.", "type": "object", "propertyNames": {"enum": codes},
            "additionalProperties": {"anyOf": [severity, {"type": "object", "propertyNames": {"enum": kinds}, "additionalProperties": severity}]},
        },
        "ignore": {
            "description": "Declared fields that are not compared.", "type": "array",
            "items": {"type": "object", "additionalProperties": false, "required": ["field"], "properties": {"field": text, "service": text}},
        },
        "waiver": {"description": "Findings that are accepted for a time.", "type": "array", "items": waiver::tests::schema()},
        "rates": rates::tests::schema(),
    });
    let known: std::collections::BTreeSet<&str> = properties.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    assert_eq!(known, KNOWN.into());
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Configuration of ecs-express-audit",
        "type": "object", "additionalProperties": false, "properties": properties, "$defs": {"duration": duration},
    });
    crate::schema::tests::check("config", &schema);
}

#[test]
fn rates_are_read_by_any_operation_of_their_bucket() {
    let config = read("[rates]\nshare_percent = 80\n[rates.bucket]\n\"ecs:DescribeClusters\" = { burst = 10, per_second = 1 }\n");
    assert_eq!(config.rates.percent, Some(80));
    let of = |operation| config.rates.size_of(Rate::of_call("ECS", operation).expect("a rate"));
    assert_eq!(
        (of("ListClusters"), of("DescribeClusters")),
        (RateSize { burst: 10, per_second: 1 }, RateSize { burst: 10, per_second: 1 })
    );
    assert_eq!(of("DescribeServices"), RateSize { burst: 100, per_second: 20 }, "as documented");
    assert_eq!(read("").rates, Rates::default());
}

#[test]
fn rates_that_are_not_understood_are_refused_where_they_stand() {
    refused("[rates]\nshare_percent = 0", "2:17", &["share_percent", "from 1 to 100"]);
    refused("[rates]\nshare_percent = 0.8", "2:17", &["share_percent", "a whole number"]);
    refused("[rates]\nshare = 80", "2:1", &["`share`", "share_percent"]);
    refused("rates = 80", "1:9", &["rates", "a [rates] table"]);
    refused("[rates.bucket]\n\"ecs:DescribeCluster\" = {}", "2:1", &["ecs:DescribeClusters"]);
    for unpaced in ["organizations:ListAccounts", "ec2:DescribeRegions", "elasticloadbalancing:*"] {
        refused(
            &format!("[rates.bucket]\n\"{unpaced}\" = {{ burst = 5, per_second = 5 }}"),
            "2:1",
            &["no operation that waits for a token"],
        );
    }
    refused("[rates.bucket]\n\"ecs:DescribeClusters\" = 5", "2:26", &["bucket", "{ burst = 10, per_second = 1 }"]);
    refused("[rates.bucket]\n\"ecs:DescribeClusters\" = { burst = 5 }", "2:26", &["per_second"]);
    refused("[rates.bucket]\n\"ecs:DescribeClusters\" = { burst = 5, per_second = -1 }", "2:52", &["from 1 to 100000"]);
    let twice =
        "[rates.bucket]\n\"ecs:ListClusters\" = { burst = 5, per_second = 5 }\n\"ecs:DescribeClusters\" = { burst = 5, per_second = 5 }";
    refused(twice, "3:26", &["another key names the same one"]);
}
