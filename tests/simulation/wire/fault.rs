//! The faults of AWS, each as the call's API would show it.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, Reply, write};
use super::call::{Call, Protocol};
use super::paging;
use crate::aws::Time;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The permission lacks.
    Denied,
    /// A service control policy denies it.
    DeniedByScp,
    /// "Slow down."
    Throttled,
    /// AWS fails.
    ServerError,
    /// No answer comes.
    Hang,
    /// The connection breaks in the middle of the body.
    Reset,
    /// The body ends in its middle, and nothing says so.
    Truncated,
    /// A page without items, and a token that leads to the first one.
    EmptyPage,
    /// A page whose token leads to itself.
    RepeatedToken,
    /// The credentials expire.
    Expired,
    /// AWS's clock is twenty minutes ahead.
    Skew,
    /// The Region is not enabled.
    RegionOff,
    /// ECS says of one of the things asked for that it is MISSING.
    Failure,
    /// What was asked for by name is gone; of a list or of a batch, one item lacks without a word.
    Vanished,
}

impl Fault {
    /// All of them.
    pub(crate) const ALL: [Self; 14] = [
        Self::Denied,
        Self::DeniedByScp,
        Self::Throttled,
        Self::ServerError,
        Self::Hang,
        Self::Reset,
        Self::Truncated,
        Self::EmptyPage,
        Self::RepeatedToken,
        Self::Expired,
        Self::Skew,
        Self::RegionOff,
        Self::Failure,
        Self::Vanished,
    ];

    /// Whether it befalls every call once it is there, and not only those of one operation.
    pub(crate) fn is_of_every_call(self) -> bool {
        matches!(self, Self::Expired | Self::Skew | Self::RegionOff | Self::Vanished)
    }

    /// The call's answer under the fault; `None` where this call cannot have it.
    pub(crate) fn spoil(self, call: &Call, honest: &Answer, victim: &mut Option<String>) -> Option<Reply> {
        match self {
            Self::Denied => Some(write(call, Err(denied(call, "because no identity-based policy allows it")))),
            Self::DeniedByScp => Some(write(call, Err(denied(call, "with an explicit deny in a service control policy")))),
            Self::Throttled => Some(write(call, Err(throttled(call)))),
            Self::ServerError => Some(write(call, Err(server_error(call)))),
            Self::Hang => Some(Reply::Silence),
            Self::Reset => Some(Reply::Reset),
            Self::Truncated => truncated(call, honest),
            Self::EmptyPage => empty_page(call, honest),
            Self::RepeatedToken => repeated_token(call, honest),
            Self::Expired => Some(write(call, Err(expired(call)))),
            Self::Skew => skewed(call),
            Self::RegionOff => Some(write(call, Err(region_off(call)))),
            Self::Failure => failure(call, honest, victim),
            Self::Vanished => vanished(call, honest, victim),
        }
    }
}

fn denied(call: &Call, why: &str) -> Refusal {
    let (status, code) = match call.protocol {
        Protocol::Ec2 => (403, "UnauthorizedOperation"),
        Protocol::Query => (403, "AccessDenied"),
        Protocol::Json | Protocol::Cbor => (400, "AccessDeniedException"),
    };
    let message = format!("User: arn:aws:iam::123456789012:user/auditor is not authorized to perform: {} {why}", call.name());
    Refusal { status, code: code.to_owned(), message }
}

pub(super) fn throttled(call: &Call) -> Refusal {
    let (status, code) = match (call.protocol, call.service) {
        (Protocol::Ec2, _) => (503, "RequestLimitExceeded"),
        (Protocol::Query, _) => (400, "Throttling"),
        (_, "tag") => (400, "ThrottledException"),
        (Protocol::Json | Protocol::Cbor, _) => (400, "ThrottlingException"),
    };
    Refusal { status, code: code.to_owned(), message: "Rate exceeded".to_owned() }
}

fn server_error(call: &Call) -> Refusal {
    let code = match (call.protocol, call.service) {
        (Protocol::Ec2, _) => "InternalError",
        (Protocol::Query, _) => "InternalFailure",
        (_, "ecs") => "ServerException",
        (Protocol::Json | Protocol::Cbor, _) => "InternalServerError",
    };
    Refusal { status: 500, code: code.to_owned(), message: "An internal error has occurred".to_owned() }
}

pub(super) fn expired(call: &Call) -> Refusal {
    let (status, code) = match call.protocol {
        Protocol::Ec2 => (400, "RequestExpired"),
        Protocol::Query => (403, "ExpiredToken"),
        Protocol::Json | Protocol::Cbor => (400, "ExpiredTokenException"),
    };
    Refusal { status, code: code.to_owned(), message: "The security token included in the request is expired".to_owned() }
}

fn region_off(call: &Call) -> Refusal {
    let (status, code) = match call.protocol {
        Protocol::Ec2 => (401, "AuthFailure"),
        Protocol::Query => (403, "InvalidClientTokenId"),
        Protocol::Json | Protocol::Cbor => (400, "UnrecognizedClientException"),
    };
    Refusal { status, code: code.to_owned(), message: "The security token included in the request is invalid".to_owned() }
}

/// How far AWS's clock is ahead, in seconds.
pub(crate) const SKEW: Time = 20 * 60;

/// A request that was signed by AWS's clock is fine.
fn skewed(call: &Call) -> Option<Reply> {
    let is_fine = (call.received_at + SKEW - call.signed_at).abs() <= 5 * 60;
    if is_fine {
        return None;
    }
    let (status, code) = match call.protocol {
        Protocol::Ec2 => (401, "AuthFailure"),
        Protocol::Query => (403, "SignatureDoesNotMatch"),
        Protocol::Json | Protocol::Cbor => (400, "InvalidSignatureException"),
    };
    let refusal = Refusal { status, code: code.to_owned(), message: "Signature expired".to_owned() };
    Some(write(call, Err(refusal)))
}

fn truncated(call: &Call, honest: &Answer) -> Option<Reply> {
    match write(call, honest.clone()) {
        Reply::Whole(200, body) => Some(Reply::Whole(200, body[..body.len() / 2].to_vec())),
        Reply::Whole(..) | Reply::Reset | Reply::Silence => None,
    }
}

/// A token that this call's operation takes for the beginning of its list.
fn token_of_the_beginning(call: &Call) -> Value {
    json!(format!("{}|0|0|", call.operation))
}

fn empty_page(call: &Call, honest: &Answer) -> Option<Reply> {
    let paged = paging::paged(call)?;
    let mut answer = honest.clone().ok().filter(|_| call.text(paged.token).is_none())?;
    for (place, _) in paged.items {
        if let Some(items) = answer.pointer_mut(place).and_then(Value::as_array_mut) {
            items.clear();
        }
    }
    answer[paged.next] = token_of_the_beginning(call);
    Some(write(call, Ok(answer)))
}

fn repeated_token(call: &Call, honest: &Answer) -> Option<Reply> {
    let paged = paging::paged(call)?;
    let mut answer = honest.clone().ok()?;
    answer[paged.next] = call.text(paged.token).map_or_else(|| token_of_the_beginning(call), |token| json!(token));
    Some(write(call, Ok(answer)))
}

/// Where ECS answers about several things at once: the list, what identifies an item.
const ANSWERED: [(&str, &str); 4] = [
    ("clusters", "clusterArn"),
    ("services", "serviceArn"),
    ("serviceRevisions", "serviceRevisionArn"),
    ("serviceDeployments", "serviceDeploymentArn"),
];

fn failure(call: &Call, honest: &Answer, victim: &mut Option<String>) -> Option<Reply> {
    let mut answer = honest.clone().ok().filter(|_| call.service == "ecs")?;
    let (list, id) = ANSWERED.into_iter().find(|(list, _)| answer[*list].is_array() && answer["failures"].is_array())?;
    let taken = take(answer[list].as_array_mut()?, id, victim)?;
    answer["failures"].as_array_mut()?.push(json!({"arn": taken[id], "reason": "MISSING"}));
    Some(write(call, Ok(answer)))
}

/// Takes the victim out of the list; without one, the first item becomes it.
fn take(items: &mut Vec<Value>, id: &str, victim: &mut Option<String>) -> Option<Value> {
    let own = |item: &Value| (if id.is_empty() { item } else { &item[id] }).as_str().map(str::to_owned);
    let place = match victim {
        Some(victim) => items.iter().position(|item| own(item).as_ref() == Some(victim))?,
        None => 0,
    };
    if items.is_empty() {
        return None;
    }
    let taken = items.remove(place);
    *victim = own(&taken);
    Some(taken)
}

/// What a call that names things answers when one is gone: the parameter, the error.
const NAMED: [(&str, &str, &str); 14] = [
    ("elasticloadbalancing:DescribeLoadBalancers", "LoadBalancerArns", "LoadBalancerNotFound"),
    ("elasticloadbalancing:DescribeTargetGroups", "TargetGroupArns", "TargetGroupNotFound"),
    ("elasticloadbalancing:DescribeListeners", "LoadBalancerArn", "LoadBalancerNotFound"),
    ("elasticloadbalancing:DescribeListeners", "ListenerArns", "ListenerNotFound"),
    ("elasticloadbalancing:DescribeRules", "ListenerArn", "ListenerNotFound"),
    ("elasticloadbalancing:DescribeRules", "RuleArns", "RuleNotFound"),
    ("elasticloadbalancing:DescribeListenerCertificates", "ListenerArn", "ListenerNotFound"),
    ("elasticloadbalancing:DescribeTargetHealth", "TargetGroupArn", "TargetGroupNotFound"),
    ("elasticloadbalancing:DescribeTags", "ResourceArns", "TargetGroupNotFound"),
    ("acm:DescribeCertificate", "CertificateArn", "ResourceNotFoundException"),
    ("acm:ListTagsForCertificate", "CertificateArn", "ResourceNotFoundException"),
    ("logs:ListTagsForResource", "resourceArn", "ResourceNotFoundException"),
    ("cloudwatch:ListTagsForResource", "ResourceARN", "ResourceNotFoundException"),
    ("application-autoscaling:ListTagsForResource", "ResourceARN", "ResourceNotFoundException"),
];

fn vanished(call: &Call, honest: &Answer, victim: &mut Option<String>) -> Option<Reply> {
    let name = call.name();
    for (_, field, code) in NAMED.into_iter().filter(|(operation, ..)| *operation == name) {
        let one = call.text(field).map(|one| vec![one.to_owned()]);
        let Some(named) = one.or_else(|| call.list(field)) else { continue };
        let gone = victim.get_or_insert_with(|| named.first().cloned().unwrap_or_default());
        return named.contains(gone).then(|| write(call, Err(Refusal::new(code, "one or more were not found"))));
    }
    let mut answer = honest.clone().ok()?;
    let lists = paging::paged(call).map(|paged| paged.items.to_vec());
    let lists = lists.unwrap_or_else(|| ANSWERED.iter().filter(|(list, _)| answer[*list].is_array()).copied().collect());
    for (place, id) in lists {
        let place = if place.starts_with('/') { place.to_owned() } else { format!("/{place}") };
        let items = answer.pointer_mut(&place).and_then(Value::as_array_mut);
        if items.is_some_and(|items| take(items, id, victim).is_some()) {
            return Some(write(call, Ok(answer)));
        }
    }
    None
}
