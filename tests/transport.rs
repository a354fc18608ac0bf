//! The collectors over a transport, a sleep and a clock of the test's own: nothing here waits, and nothing leaves the process.
#![cfg(feature = "aws")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use ecs_express_audit::collect::{self, Options};
use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::model::{Cause, Scope};

/// An answer: status and body. `None` takes so long that only a time-out ends it.
type Answer = Option<(u16, Vec<u8>)>;
/// What the test answers to `service:Operation`; nothing said means an empty list.
type Answers = dyn Fn(&str, usize) -> Option<Answer> + Send + Sync;

#[derive(Clone)]
struct Transport {
    answers: Arc<Answers>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transport")
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = name_of(&request);
        let nth = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(call.clone());
            calls.iter().filter(|made| **made == call).count()
        };
        match (self.answers)(&call, nth).unwrap_or_else(|| Some((200, nothing(&call)))) {
            None => HttpConnectorFuture::new(std::future::pending()),
            Some((status, body)) => {
                let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
                response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
                HttpConnectorFuture::ready(Ok(response))
            }
        }
    }
}

/// `service:Operation`, from the signature's scope and whatever names the operation in the protocol.
fn name_of(request: &HttpRequest) -> String {
    let scope = request.headers().get("authorization").unwrap_or_default();
    let service = scope.split('/').nth(3).unwrap_or_default();
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
    let of_target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
    let of_form = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let operation = of_target.or(of_form).unwrap_or_else(|| request.uri().rsplit('/').next().unwrap_or_default());
    format!("{service}:{operation}")
}

/// An answer in which there is nothing.
fn nothing(call: &str) -> Vec<u8> {
    let (service, operation) = call.split_once(':').unwrap_or_default();
    match service {
        "elasticloadbalancing" => format!("<{operation}Response><{operation}Result></{operation}Result></{operation}Response>").into(),
        "ec2" => format!("<{operation}Response><securityGroupInfo/><networkInterfaceSet/></{operation}Response>").into(),
        "monitoring" => vec![0xa0],
        _ => b"{}".to_vec(),
    }
}

/// The time-outs of one attempt and of a whole operation; every other sleep is a pause before a retry.
const TIME_OUTS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(35)];

/// Sleeps not at all, and remembers for how long it should have. Time-outs come soon if `hangs`, and otherwise never.
#[derive(Clone, Debug)]
struct NoSleep {
    hangs: bool,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl AsyncSleep for NoSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        if TIME_OUTS.contains(&duration) {
            return if self.hangs { Sleep::new(later()) } else { Sleep::new(std::future::pending()) };
        }
        self.slept.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        Sleep::new(std::future::ready(()))
    }
}

/// Late enough for every answer that comes at all to have come.
async fn later() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

struct Scan {
    live: ScopeInventory,
    calls: Vec<String>,
    slept: Vec<Duration>,
}

async fn scan(answers: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static) -> Scan {
    scan_with(answers, false).await
}

async fn scan_with(answers: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static, hangs: bool) -> Scan {
    let transport = Transport { answers: Arc::new(answers), calls: Arc::default() };
    let sleep = NoSleep { hangs, slept: Arc::default() };
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
        .http_client(SharedHttpClient::new(transport.clone()))
        .sleep_impl(SharedAsyncSleep::new(sleep.clone()))
        .time_source(StaticTimeSource::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)))
        .build();
    let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
    let live = collect::collect(&config, &scope, &Options::default()).await;
    let calls = transport.calls.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let slept = sleep.slept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Scan { live, calls, slept }
}

fn gaps(live: &ScopeInventory) -> Vec<(&str, Cause)> {
    live.gaps.iter().map(|gap| (gap.operation.as_str(), gap.cause)).collect()
}

#[tokio::test]
async fn a_region_in_which_nothing_is_has_no_gaps() {
    let Scan { live, calls, .. } = scan(|_, _| None).await;
    assert_eq!(gaps(&live), []);
    assert_eq!(live.api_calls, 12, "{calls:?}");
    assert!(Collection::OF_SCOPE.into_iter().all(|collection| live.reads.has(collection)));
    assert_eq!(live.started_at.to_string(), "2026-09-21T14:13:20Z", "the clock is the configuration's");
}

#[tokio::test]
async fn a_throttled_call_is_tried_again_after_the_injected_sleep() {
    let throttled = br#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.to_vec();
    let answers = move |call: &str, nth: usize| (call == "acm:ListCertificates" && nth <= 2).then(|| Some((400, throttled.clone())));
    let Scan { live, calls, slept } = scan(answers).await;
    assert_eq!(gaps(&live), []);
    assert_eq!(calls.iter().filter(|call| *call == "acm:ListCertificates").count(), 3);
    assert_eq!((live.api_calls, live.throttles), (14, 2));
    assert!(slept.len() >= 2, "{slept:?}");
}

#[tokio::test]
async fn what_stays_throttled_is_a_gap() {
    let throttled = br#"{"__type":"ThrottlingException"}"#.to_vec();
    let answers = move |call: &str, _: usize| (call == "logs:DescribeLogGroups").then(|| Some((400, throttled.clone())));
    let Scan { live, .. } = scan(answers).await;
    assert_eq!(gaps(&live), [("logs:DescribeLogGroups", Cause::Throttled)]);
    assert!(!live.reads.has(Collection::LogGroups));
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_is_a_gap_and_no_loop() {
    let page = br#"{"clusterArns":[],"nextToken":"again"}"#.to_vec();
    let answers = move |call: &str, _: usize| (call == "ecs:ListClusters").then(|| Some((200, page.clone())));
    let Scan { live, calls, .. } = scan(answers).await;
    assert_eq!(gaps(&live), [("ecs:ListClusters", Cause::Malformed)]);
    assert!(calls.len() < 20, "{calls:?}");
}

#[tokio::test]
async fn half_an_answer_is_a_gap() {
    for (call, operation) in [
        ("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups"),
        ("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups"),
        ("ecs:ListClusters", "ecs:ListClusters"),
        ("monitoring:DescribeAlarms", "cloudwatch:DescribeAlarms"),
    ] {
        let answers = move |asked: &str, _: usize| {
            let whole = nothing(asked);
            (asked == call).then(|| Some((200, whole[..whole.len() / 2].to_vec())))
        };
        let Scan { live, .. } = scan(answers).await;
        assert_eq!(gaps(&live), [(operation, Cause::Malformed)], "{call}");
    }
}

#[tokio::test]
async fn an_endpoint_that_hangs_ends_in_gaps() {
    let Scan { live, .. } = scan_with(|_, _| Some(None), true).await;
    assert_eq!(live.gaps.len(), Collection::OF_SCOPE.len(), "{:?}", gaps(&live));
    assert!(live.gaps.iter().all(|gap| gap.cause == Cause::Timeout), "{:?}", gaps(&live));
}

/// Each of many load balancers would be asked for its listeners, and each call would wait for its time-out.
#[tokio::test]
async fn an_operation_that_has_hung_is_not_asked_again_and_again() {
    let balancer = |n: usize| {
        let name = format!("ecs-express-gateway-alb-{n:08x}");
        format!(
            "<member><LoadBalancerArn>arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/{name}/{n:016x}</LoadBalancerArn>\
             <LoadBalancerName>{name}</LoadBalancerName></member>"
        )
    };
    let balancers: String = (0..40).map(balancer).collect();
    let list = format!(
        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>{balancers}</LoadBalancers>\
         </DescribeLoadBalancersResult></DescribeLoadBalancersResponse>"
    );
    let answers = move |call: &str, _: usize| match call {
        "elasticloadbalancing:DescribeLoadBalancers" => Some(Some((200, list.clone().into_bytes()))),
        "elasticloadbalancing:DescribeListeners" => Some(None),
        _ => None,
    };
    let Scan { live, calls, .. } = scan_with(answers, true).await;
    let asked = calls.iter().filter(|call| *call == "elasticloadbalancing:DescribeListeners").count();
    assert!((1..=40).contains(&asked), "{asked} calls for 40 load balancers, each with up to 5 attempts, twice");
    let of_listeners = live.gaps.iter().filter(|gap| gap.operation == "elasticloadbalancing:DescribeListeners");
    assert_eq!(of_listeners.clone().count(), 40, "each is named all the same");
    assert!(of_listeners.into_iter().all(|gap| gap.cause == Cause::Timeout));
    let others: Vec<_> = gaps(&live).into_iter().filter(|(operation, _)| !operation.ends_with("DescribeListeners")).collect();
    assert_eq!(others, [], "no other operation suffers from it");
}

/// A target group that bears Express's name and that no revision named when ECS was first asked; its service is seen at the second look.
#[tokio::test]
async fn a_service_made_during_the_scan_is_seen_at_the_second_look() {
    let group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ecs-gateway-tg-0123456789abcdef0/0123456789abcdef";
    let cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod";
    let service = "arn:aws:ecs:eu-west-1:123456789012:service/prod/web";
    let revision = "arn:aws:ecs:eu-west-1:123456789012:service-revision/prod/web/1";
    let answers = move |call: &str, nth: usize| {
        let body = match call {
            "ecs:ListClusters" => format!(r#"{{"clusterArns":["{cluster}"]}}"#),
            "ecs:DescribeClusters" => format!(
                r#"{{"clusters":[{{"clusterArn":"{cluster}","clusterName":"prod","statistics":[{{"name":"drainingFargateServiceCount","value":"0"}}]}}]}}"#
            ),
            "ecs:ListServices" if nth > 1 => format!(r#"{{"serviceArns":["{service}"]}}"#),
            "ecs:DescribeServices" => format!(
                r#"{{"services":[{{"serviceArn":"{service}","serviceName":"web","clusterArn":"{cluster}","status":"ACTIVE","resourceManagementType":"ECS","currentServiceRevisions":[{{"arn":"{revision}"}}]}}]}}"#
            ),
            "ecs:DescribeServiceRevisions" => format!(
                r#"{{"serviceRevisions":[{{"serviceRevisionArn":"{revision}","serviceArn":"{service}","ecsManagedResources":{{"ingressPaths":[{{"accessType":"PUBLIC","endpoint":"https://we-0.ecs.eu-west-1.on.aws","targetGroups":[{{"arn":"{group}","status":"ACTIVE","updatedAt":1,"healthCheckPath":"/","healthCheckPort":80,"port":80}}]}}]}}}}]}}"#
            ),
            "elasticloadbalancing:DescribeTargetGroups" => format!(
                "<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups><member><TargetGroupArn>{group}</TargetGroupArn>\
                 <TargetGroupName>ecs-gateway-tg-0123456789abcdef0</TargetGroupName></member></TargetGroups></DescribeTargetGroupsResult>\
                 </DescribeTargetGroupsResponse>"
            ),
            _ => return None,
        };
        Some(Some((200, body.into_bytes())))
    };
    let Scan { live, .. } = scan(answers).await;
    assert_eq!(gaps(&live), []);
    assert_eq!((live.services.len(), live.revisions.len()), (1, 1));
    let ownership = ecs_express_audit::inventory::Ownership::of(&live);
    assert_eq!(ownership.suspects().count(), 0, "the new service claims its target group");
}
