//! What is kept of a resource's attributes: five names of a service, its compared fields, and every ARN and security-group id.
//!
//! States hold secrets in clear text. Values are looked at one by one while the text is parsed, and all but these are dropped
//! at once; of subtrees where secrets are usual no id is kept, whatever it looks like. What is compared of a service is interpreted by
//! `configuration.rs`, where such values become ones that only can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use serde_json::{Map, Value};

use super::configuration;
use crate::declared::DeclaredService;
use crate::kinds::ServiceName;
use crate::model::Arn;

/// The types that declare an Express service, of the providers `hashicorp/aws` and `hashicorp/awscc`.
const SERVICE_TYPES: [&str; 2] = ["aws_ecs_express_gateway_service", "awscc_ecs_express_gateway_service"];

/// The keys under which nothing is looked at, in small letters without underscores: there lie secrets (in a command, too, there may be a
/// password), and ids that declare nothing. The last is what `awscc` and CloudFormation copy from ECS of what Express made for a service: if
/// that declared it, no leftover of a service in a stale state would ever be found.
const SKIPPED_KEYS: [&str; 8] =
    ["environment", "environments", "secret", "secrets", "valuefrom", "command", "commands", "ecsmanagedresourcearns"];

/// The attributes that name what a service may depend on, whatever their resource is.
const KEPT: [&str; 9] = ["arn", "path", "name", "cluster_name", "log_group_name", "role", "role_name", "group_id", "subnet_id"];

/// Whether nothing is looked at under the key, in whatever case it is written.
pub(super) fn is_skipped(key: &str) -> bool {
    let folded = || key.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase());
    SKIPPED_KEYS.iter().any(|skipped| folded().eq(skipped.chars()))
}

/// The longest id that is kept, in bytes. AWS's own bound is below 2 KiB; what is longer are many ids in one string, or no id.
const LONGEST_ID: usize = 64 << 10;

/// Whether a resource declares an Express service: data sources only look at what others declare.
pub(super) fn declares_service(mode: &str, resource_type: &str) -> bool {
    mode == "managed" && SERVICE_TYPES.contains(&resource_type)
}

/// What the attributes of one instance of a resource say.
#[derive(Default)]
pub(super) struct Attributes {
    /// The ARNs and security-group ids that occur as whole values.
    pub(super) ids: BTreeSet<String>,
    names: Names,
    /// Whether the cluster, if it is a service's, is known only after an apply.
    is_in_unknown_cluster: bool,
    /// The values of [`KEPT`] attributes. They go when the resource has been looked at.
    kept: BTreeMap<&'static str, Option<String>>,
    /// The attributes that are compared if they are a service's. They go when the resource has been looked at.
    compared: Map<String, Value>,
}

/// The attributes by which a service is known. Empty ones are as good as none.
#[derive(Default)]
struct Names {
    service_arn: Option<String>,
    id: Option<String>,
    cluster: Option<String>,
    service_name: Option<String>,
    region: Option<String>,
}

impl Attributes {
    /// The Express service that they describe.
    pub(super) fn service(&self, declared_at: String) -> DeclaredService {
        let Names { service_arn, id, cluster, service_name, region } = &self.names;
        let arn = [service_arn, id].into_iter().flatten().find_map(|text| parse_service_arn(text));
        let cluster_arn = cluster.as_deref().and_then(Arn::parse);
        let named_cluster = match (cluster, &cluster_arn) {
            (_, Some(arn)) => arn.resource().strip_prefix("cluster/"),
            (Some(name), None) => Some(name.as_str()),
            // Where AWS has made the service, it lies where its ARN says, not where a default would put it.
            (None, None) => arn.is_none().then_some(ServiceName::DEFAULT_CLUSTER),
        };
        let given_name = named_cluster.zip(service_name.as_ref()).map(|(cluster, name)| format!("{cluster}/{name}"));
        let name = arn.as_ref().and_then(ServiceName::of_arn).or_else(|| ServiceName::of_path(&given_name?));
        let implied_region = arn.as_ref().or(cluster_arn.as_ref()).map(|arn| arn.region().to_owned());
        let service = DeclaredService {
            name,
            unplaced_name: None,
            region: region.clone().or(implied_region),
            arn,
            declared_at,
            cluster: cluster.clone(),
            configuration: configuration::read(&self.compared),
            not_comparable: BTreeSet::new(),
            is_certain: true,
        };
        if self.is_in_unknown_cluster { service.in_unknown_cluster() } else { service }
    }

    /// The same, of a service whose cluster may be known only after an apply.
    pub(super) fn in_unknown_cluster(self, is_in_unknown_cluster: bool) -> Self {
        Self { is_in_unknown_cluster, ..self }
    }

    /// What the resource calls itself, by that attribute.
    pub(super) fn kept(&self, attribute: &str) -> Option<&str> {
        if attribute == "id" { self.names.id.as_deref() } else { self.kept.get(attribute)?.as_deref() }
    }

    /// The resource's own ARN.
    pub(super) fn arn(&self) -> Option<Arn> {
        self.kept("arn").and_then(Arn::parse)
    }

    /// The resource's own Region.
    pub(super) fn region(&self) -> Option<String> {
        let of_arn = || self.arn().map(|arn| arn.region().to_owned()).filter(|region| !region.is_empty());
        self.names.region.clone().or_else(of_arn)
    }

    fn look_at<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key.split('.').any(is_skipped) {
            return map.next_value::<IgnoredAny>().map(drop);
        }
        if configuration::is_compared(key) {
            let value: Value = map.next_value()?;
            Look { ids: &mut self.ids, whole: None }.deserialize(&value).map_err(A::Error::custom)?;
            self.compared.insert(key.to_owned(), value);
            return Ok(());
        }
        let Names { service_arn, id, cluster, service_name, region } = &mut self.names;
        let whole = match key {
            "service_arn" => Some(service_arn),
            "id" => Some(id),
            "cluster" => Some(cluster),
            "service_name" => Some(service_name),
            "region" => Some(region),
            _ => KEPT.into_iter().find(|kept| *kept == key).map(|kept| self.kept.entry(kept).or_default()),
        };
        map.next_value_seed(Look { ids: &mut self.ids, whole })
    }
}

pub(super) fn parse_service_arn(text: &str) -> Option<Arn> {
    Arn::parse(text).filter(|arn| arn.service() == "ecs" && arn.resource().starts_with("service/") && is_bare(arn))
}

/// The id in its normal form, if the whole text is an ARN or a security-group id. A longer one than any snapshot holds names nothing live.
pub(super) fn id_in(text: &str) -> Option<String> {
    if text.len() > LONGEST_ID {
        return None;
    }
    match text.strip_prefix("sg-") {
        Some(digits) => (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_owned()),
        None => Arn::parse(text).filter(is_bare).map(|arn| arn.as_str().to_owned()),
    }
}

/// The ARNs and security-group ids that are whole values of a document, but where secrets are usual.
pub(super) fn ids_in(document: &Value) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    add_ids_unless(document, &mut ids, &|_| false);
    ids
}

/// Adds those of a value, without the objects that are passed over.
pub(super) fn add_ids_unless(value: &Value, ids: &mut BTreeSet<String>, is_passed_over: &impl Fn(&Map<String, Value>) -> bool) {
    match value {
        Value::String(text) => ids.extend(id_in(text)),
        Value::Array(items) => items.iter().for_each(|item| add_ids_unless(item, ids, is_passed_over)),
        Value::Object(entries) if is_passed_over(entries) => {}
        Value::Object(entries) => {
            let looked_at = entries.iter().filter(|(key, _)| !is_skipped(key));
            looked_at.for_each(|(_, value)| add_ids_unless(value, ids, is_passed_over));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether it is nothing but an ARN. Only an alarm's may hold spaces; in any other, they begin a sentence, which may tell anything.
fn is_bare(arn: &Arn) -> bool {
    arn.service() == "cloudwatch" || !arn.as_str().contains(char::is_whitespace)
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributesVisitor)
    }
}

struct AttributesVisitor;

impl<'de> Visitor<'de> for AttributesVisitor {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attributes of a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut attributes = Attributes::default();
        while let Some(key) = map.next_key::<String>()? {
            attributes.look_at(&key, &mut map)?;
        }
        Ok(attributes)
    }
}

/// A look at one value and everything in it.
struct Look<'s> {
    ids: &'s mut BTreeSet<String>,
    /// Where the value itself goes if it is a string.
    whole: Option<&'s mut Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.ids.extend(id_in(text));
        if let Some(whole) = self.whole {
            *whole = Some(text.to_owned()).filter(|text| !text.is_empty());
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Look { ids: self.ids, whole: None })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if is_skipped(&key) {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Look { ids: self.ids, whole: None })?;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "arn:aws:ecs:us-east-1:123456789012:service/hoge-cluster/hoge-service";

    fn attributes(text: &str) -> Attributes {
        serde_json::from_str(text).expect("attributes")
    }

    #[track_caller]
    fn check(text: &str, name: Option<&str>, region: Option<&str>) {
        let service = attributes(&text.replace("SERVICE", SERVICE)).service("here".to_owned());
        let found = service.name.map(|name| format!("{}/{}", name.cluster, name.name));
        assert_eq!((found.as_deref(), service.region.as_deref()), (name, region), "{text}");
    }

    #[test]
    fn a_service_is_known_by_its_arn_before_all_else() {
        let known = (Some("hoge-cluster/hoge-service"), Some("us-east-1"));
        check(r#"{"service_arn":"SERVICE","cluster":"other","service_name":"other"}"#, known.0, known.1);
        check(r#"{"service_arn":"SERVICE","cluster":null}"#, known.0, known.1);
        check(r#"{"service_arn":null,"id":"SERVICE"}"#, known.0, known.1);
        check(r#"{"service_arn":"","id":"SERVICE","region":"us-east-1"}"#, known.0, known.1);
    }

    #[test]
    fn without_an_arn_cluster_and_name_are_taken() {
        check(r#"{"cluster":"c","service_name":"s","region":"eu-west-1"}"#, Some("c/s"), Some("eu-west-1"));
        check(r#"{"cluster":null,"service_name":"s"}"#, Some("default/s"), None);
        check(r#"{"service_name":"s","id":"abc"}"#, Some("default/s"), None);
        let cluster = r#"{"cluster":"arn:aws:ecs:eu-west-1:123456789012:cluster/c","service_name":"s"}"#;
        check(cluster, Some("c/s"), Some("eu-west-1"));
    }

    #[test]
    fn what_is_no_service_arn_or_cluster_arn_names_nothing() {
        check(r#"{"service_arn":"arn:aws:ecs:us-east-1:123456789012:cluster/c"}"#, None, None);
        check(r#"{"cluster":"arn:aws:iam::123456789012:role/c","service_name":"s"}"#, None, Some(""));
        check(r#"{"cluster":7,"service_name":["s"],"region":{}}"#, None, None);
        check(r#"{"cluster":"c","service_name":null}"#, None, None);
        check("{}", None, None);
    }

    #[test]
    fn an_old_service_arn_without_a_cluster_gets_no_default_one() {
        let old = r#""service_arn":"arn:aws:ecs:us-east-1:123456789012:service/s","service_name":"s""#;
        check(&format!("{{{old},\"cluster\":null}}"), None, Some("us-east-1"));
        check(&format!("{{{old},\"cluster\":\"c\"}}"), Some("c/s"), Some("us-east-1"));
    }

    #[test]
    fn whole_values_are_ids_at_any_depth() {
        let group = "arn:aws:logs:us-east-1:123456789012:log-group:/a";
        let text = r#"{"a":[{"b":["sg-0aB1",{"c":"GROUP:*"}]}],"arn":"GROUP","n":[1,-1,1.5,true,null]}"#.replace("GROUP", group);
        assert_eq!(attributes(&text).ids, BTreeSet::from([group.to_owned(), "sg-0aB1".to_owned()]));
    }

    #[test]
    fn parts_of_values_keys_and_lookalikes_are_no_ids() {
        let text = r#"{"a":"see arn:aws:ecs:r:1:x","b":"[\"sg-0a\"]","sg-0a":1,"c":"sg-","d":"sg-xyz","e":"sg-0a ","f":"subnet-0a"}"#;
        assert_eq!(attributes(text).ids, BTreeSet::new());
    }

    #[test]
    fn only_an_alarms_arn_may_hold_spaces() {
        let alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:too many errors";
        let text = format!(r#"{{"a":"{alarm}","b":"arn:aws:iam::123456789012:user/u whose password is hunter2"}}"#);
        assert_eq!(attributes(&text).ids, BTreeSet::from([alarm.to_owned()]));
    }

    #[test]
    fn no_id_is_longer_than_64_kib() {
        let head = "arn:aws:iam::123456789012:role/";
        for (length, kept) in [(LONGEST_ID, 1), (LONGEST_ID + 1, 0)] {
            let text = format!(r#"{{"a":"{head}{}"}}"#, "r".repeat(length - head.len()));
            assert_eq!(attributes(&text).ids.len(), kept, "{length}");
        }
    }

    #[test]
    fn nothing_is_kept_of_where_secrets_lie() {
        for key in SKIPPED_KEYS {
            for inner in [r#""sg-0a""#, r#"["sg-0a"]"#, r#"{"x":[{"y":"sg-0a"}]}"#] {
                for text in [format!(r#"{{"{key}":{inner}}}"#), format!(r#"{{"a":[{{"b":{{"{key}":{inner}}}}}]}}"#)] {
                    assert_eq!(attributes(&text).ids, BTreeSet::new(), "{text}");
                }
            }
            assert_eq!(attributes(&format!(r#"{{"a.0.{key}.1.b":"sg-0a"}}"#)).ids, BTreeSet::new());
        }
    }

    #[test]
    fn only_managed_resources_of_the_two_types_are_services() {
        let of = |mode, kind| declares_service(mode, kind);
        assert!(SERVICE_TYPES.into_iter().all(|kind| of("managed", kind) && !of("data", kind)));
        assert!(!of("managed", "aws_ecs_service"));
    }
}
