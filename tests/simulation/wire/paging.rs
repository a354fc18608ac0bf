//! Pages and batch limits as AWS documents them (the limits are those of botocore 1.44.5's service models).
//!
//! A token names the operation that gave it and the last item shown, so that what is made or deleted between two pages shifts no other item.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::call::Call;

/// How an operation is paged.
pub(crate) struct Paged {
    operation: &'static str,
    /// Where the items are, and which of their members tells them apart (empty: they are texts).
    pub(crate) items: &'static [(&'static str, &'static str)],
    size: &'static str,
    pub(crate) token: &'static str,
    pub(crate) next: &'static str,
    /// The page size where none is asked for; 0 means all.
    default: usize,
    sizes: (usize, usize),
    size_error: &'static str,
    token_error: &'static str,
}

macro_rules! paged {
    ($operation:literal, $items:expr, $style:ident, $default:literal, $least:literal..=$most:literal) => {{
        let (size, token, next, size_error, token_error) = $style;
        Paged {
            operation: $operation,
            items: &$items,
            size,
            token,
            next,
            default: $default,
            sizes: ($least, $most),
            size_error,
            token_error,
        }
    }};
}

type Style = (&'static str, &'static str, &'static str, &'static str, &'static str);
const ECS: Style = ("maxResults", "nextToken", "nextToken", "InvalidParameterException", "InvalidParameterException");
const ELB: Style = ("PageSize", "Marker", "NextMarker", "ValidationError", "ValidationError");
const ACM: Style = ("MaxItems", "NextToken", "NextToken", "ValidationException", "ValidationException");
const ALARMS: Style = ("MaxRecords", "NextToken", "NextToken", "ValidationError", "InvalidNextToken");
const LOGS: Style = ("limit", "nextToken", "nextToken", "InvalidParameterException", "InvalidParameterException");
const SCALING: Style = ("MaxResults", "NextToken", "NextToken", "ValidationException", "InvalidNextTokenException");
const EC2: Style = ("MaxResults", "NextToken", "nextToken", "InvalidParameterValue", "InvalidNextToken");
const TAGS: Style =
    ("ResourcesPerPage", "PaginationToken", "PaginationToken", "InvalidParameterException", "PaginationTokenExpiredException");

const PAGED: [Paged; 21] = [
    paged!("ecs:ListClusters", [("/clusterArns", "")], ECS, 100, 1..=100),
    paged!("ecs:ListServices", [("/serviceArns", "")], ECS, 10, 1..=100),
    paged!("ecs:ListTaskDefinitions", [("/taskDefinitionArns", "")], ECS, 100, 1..=100),
    paged!("ecs:ListTaskDefinitionFamilies", [("/families", "")], ECS, 100, 1..=100),
    paged!("ecs:ListGateways", [("/gateways", "gatewayArn")], ECS, 100, 1..=100),
    paged!("ecs:ListGatewayRoutes", [("/gatewayRoutes", "gatewayRouteArn")], ECS, 100, 1..=100),
    paged!("ecs:DescribeGatewayResources", [("/gatewayResources/resources/hostSharedAlb", "loadBalancerArn")], ECS, 10, 1..=20),
    paged!("elasticloadbalancing:DescribeLoadBalancers", [("/LoadBalancers", "LoadBalancerArn")], ELB, 400, 1..=400),
    paged!("elasticloadbalancing:DescribeTargetGroups", [("/TargetGroups", "TargetGroupArn")], ELB, 400, 1..=400),
    paged!("elasticloadbalancing:DescribeListeners", [("/Listeners", "ListenerArn")], ELB, 400, 1..=400),
    paged!("elasticloadbalancing:DescribeRules", [("/Rules", "RuleArn")], ELB, 400, 1..=400),
    paged!("elasticloadbalancing:DescribeListenerCertificates", [("/Certificates", "CertificateArn")], ELB, 400, 1..=400),
    paged!("acm:ListCertificates", [("/CertificateSummaryList", "CertificateArn")], ACM, 100, 1..=1000),
    paged!("cloudwatch:DescribeAlarms", [("/MetricAlarms", "AlarmArn"), ("/CompositeAlarms", "AlarmArn")], ALARMS, 50, 1..=100),
    paged!("logs:DescribeLogGroups", [("/logGroups", "logGroupName")], LOGS, 50, 1..=50),
    paged!("application-autoscaling:DescribeScalableTargets", [("/ScalableTargets", "ScalableTargetARN")], SCALING, 50, 1..=50),
    paged!("application-autoscaling:DescribeScalingPolicies", [("/ScalingPolicies", "PolicyARN")], SCALING, 10, 1..=10),
    paged!("ec2:DescribeSecurityGroups", [("/securityGroupInfo", "groupId")], EC2, 0, 5..=1000),
    paged!("ec2:DescribeNetworkInterfaces", [("/networkInterfaceSet", "networkInterfaceId")], EC2, 0, 5..=1000),
    paged!("tag:GetResources", [("/ResourceTagMappingList", "ResourceARN")], TAGS, 50, 1..=100),
    paged!("ecs:ListServiceDeployments", [("/serviceDeployments", "serviceDeploymentArn")], ECS, 20, 1..=100),
];

/// How many things an operation takes at once: its parameter, the limit, the error.
const BATCHES: [(&str, &str, usize, &str); 10] = [
    ("ecs:DescribeClusters", "clusters", 100, "InvalidParameterException"),
    ("ecs:DescribeServices", "services", 10, "InvalidParameterException"),
    ("ecs:DescribeServiceRevisions", "serviceRevisionArns", 20, "InvalidParameterException"),
    ("ecs:DescribeServiceDeployments", "serviceDeploymentArns", 20, "InvalidParameterException"),
    ("elasticloadbalancing:DescribeLoadBalancers", "LoadBalancerArns", 20, "ValidationError"),
    ("elasticloadbalancing:DescribeTags", "ResourceArns", 20, "ValidationError"),
    ("cloudwatch:DescribeAlarms", "AlarmNames", 100, "ValidationError"),
    ("application-autoscaling:DescribeScalableTargets", "ResourceIds", 50, "ValidationException"),
    ("tag:GetResources", "ResourceTypeFilters", 100, "InvalidParameterException"),
    ("tag:GetResources", "ResourceARNList", 100, "InvalidParameterException"),
];

/// EC2 takes so many values in the filters of one request.
const FILTER_VALUES: usize = 200;

/// In which order and in what portions lists are answered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Order {
    /// The most items of a page, whatever is asked for.
    pub(crate) page_size: Option<usize>,
    /// Shuffles every list; without it, lists are in the order of their ids.
    pub(crate) seed: Option<u64>,
}

/// How the call's operation is paged, if it is. What the tagging API is asked for by ARN, it answers at once.
pub(crate) fn paged(call: &Call) -> Option<&'static Paged> {
    const TABLE: &[Paged] = &PAGED;
    let name = call.name();
    TABLE.iter().find(|paged| paged.operation == name && call.input["ResourceARNList"].is_null())
}

/// Refuses a batch that is too large.
pub(crate) fn check_batch(call: &Call) -> Result<(), Refusal> {
    let name = call.name();
    for (_, field, most, code) in BATCHES.iter().filter(|(operation, ..)| *operation == name) {
        let given = call.input[*field].as_array().map_or(0, Vec::len);
        if given > *most {
            return Err(Refusal::new(code, format!("{field} takes up to {most} items, {given} were given")));
        }
    }
    let filters = call.input["Filter"].as_array().into_iter().flatten();
    let values: usize = filters.filter_map(|filter| Some(filter["Value"].as_array()?.len())).sum();
    if values > FILTER_VALUES {
        return Err(Refusal::new("FilterLimitExceeded", "the maximum number of filter values is 200"));
    }
    Ok(())
}

/// The page of the whole answer that the call asks for, in the given order.
pub(crate) fn cut(call: &Call, mut answer: Value, order: Order) -> Answer {
    let Some(paged) = paged(call) else {
        shuffle(&mut answer, order);
        return Ok(answer);
    };
    let size = page_size(call, paged)?;
    let size = order.page_size.map_or(size, |most| size.min(most));
    let after = after(call, paged)?;
    let mut items: Vec<(Key, Value)> = Vec::new();
    for (list, (place, id)) in paged.items.iter().enumerate() {
        let found = answer.pointer_mut(place).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
        items.extend(found.into_iter().map(|item| (key(list, &item, id, order), item)));
    }
    items.sort_by(|a, b| a.0.cmp(&b.0));
    items.retain(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let next = (items.len() > size).then(|| token(call, &items[size - 1].0));
    items.truncate(size);
    for ((list, ..), item) in items {
        let place = answer.pointer_mut(paged.items[list].0).and_then(Value::as_array_mut);
        place.expect("the item came from there").push(item);
    }
    answer[paged.next] = json!(next);
    Ok(answer)
}

/// Which list, the place in its order, the id.
type Key = (usize, u64, String);

fn key(list: usize, item: &Value, id: &str, order: Order) -> Key {
    let id = if id.is_empty() { item } else { &item[id] };
    let id = id.as_str().unwrap_or_default().to_owned();
    (list, order.seed.map_or(0, |seed| scattered(seed, &id)), id)
}

fn scattered(seed: u64, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, text).hash(&mut hasher);
    hasher.finish()
}

fn token(call: &Call, (list, place, id): &Key) -> String {
    format!("{}|{list}|{place}|{id}", call.operation)
}

fn page_size(call: &Call, paged: &Paged) -> Result<usize, Refusal> {
    let (least, most) = paged.sizes;
    match call.number(paged.size) {
        Some(size) if !(least..=most).contains(&size) => {
            Err(Refusal::new(paged.size_error, format!("{} must be between {least} and {most}, not {size}", paged.size)))
        }
        Some(size) => Ok(size),
        None if paged.default == 0 => Ok(usize::MAX),
        None => Ok(paged.default),
    }
}

fn after(call: &Call, paged: &Paged) -> Result<Option<Key>, Refusal> {
    let Some(token) = call.text(paged.token) else { return Ok(None) };
    let mut parts = token.splitn(4, '|');
    let of_this = parts.next() == Some(call.operation.as_str());
    let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok());
    let (list, place) = (number(), number());
    match (list, place, parts.next()) {
        (Some(list), Some(place), Some(id)) if of_this => Ok(Some((usize::try_from(list).unwrap_or_default(), place, id.to_owned()))),
        _ => Err(Refusal::new(paged.token_error, format!("the {} is not valid", paged.token))),
    }
}

/// Answers about several things come in any order.
fn shuffle(answer: &mut Value, order: Order) {
    let Some(seed) = order.seed else { return };
    for list in answer.as_object_mut().into_iter().flat_map(|members| members.values_mut()).filter_map(Value::as_array_mut) {
        list.sort_by_cached_key(|item| scattered(seed, &item.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::call::Protocol;
    use super::*;

    fn call(service: &'static str, operation: &str, input: Value) -> Call {
        Call { service, operation: operation.to_owned(), protocol: Protocol::Json, input, signed_at: 0, received_at: 0 }
    }

    fn clusters(names: &[&str], input: Value, order: Order) -> (Value, Value) {
        let answer = cut(&call("ecs", "ListClusters", input), json!({"clusterArns": names}), order).expect("a page");
        (answer["clusterArns"].clone(), answer["nextToken"].clone())
    }

    #[test]
    fn a_batch_beyond_the_limit_is_refused() {
        let asked = |count: usize| check_batch(&call("ecs", "DescribeServices", json!({"services": vec!["web"; count]})));
        assert!(asked(10).is_ok());
        assert_eq!(asked(11).expect_err("too many").code, "InvalidParameterException");
    }

    #[test]
    fn what_is_deleted_between_two_pages_shifts_nothing() {
        let (page, token) = clusters(&["a", "b", "c"], json!({"maxResults": 1}), Order::default());
        assert_eq!(page, json!(["a"]));
        let (page, token) = clusters(&["b", "c"], json!({"maxResults": 1, "nextToken": token}), Order::default());
        assert_eq!(page, json!(["b"]));
        let (page, token) = clusters(&["c"], json!({"nextToken": token}), Order::default());
        assert_eq!((page, token), (json!(["c"]), Value::Null));
    }

    #[test]
    fn shuffled_pages_hold_everything_once() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let order = Order { page_size: Some(2), seed: Some(7) };
        let (mut found, mut token) = (Vec::new(), Value::Null);
        for _ in 0..3 {
            let (page, next) = clusters(&names, json!({"nextToken": token}), order);
            found.extend(page.as_array().cloned().unwrap_or_default());
            token = next;
        }
        assert_eq!(token, Value::Null);
        assert_ne!(json!(found), json!(names), "they are in another order");
        found.sort_by_key(ToString::to_string);
        assert_eq!(json!(found), json!(names));
    }

    #[test]
    fn a_token_of_another_operation_is_refused() {
        let (_, token) = clusters(&["a", "b"], json!({"maxResults": 1}), Order::default());
        let services = cut(&call("ecs", "ListServices", json!({"nextToken": token})), json!({"serviceArns": []}), Order::default());
        assert_eq!(services.expect_err("not its own").code, "InvalidParameterException");
    }
}
