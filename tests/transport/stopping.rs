//! A scan that is stopped ends at once, keeps what it read, names what it did not, and calls nothing an orphan that a whole scan does not.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::future::ProvideCredentials as Provided;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::AsyncSleep;
use ecs_express_audit::collect::Stop;
use ecs_express_audit::inventory::{Collection, Inventory, ScopeInventory};
use ecs_express_audit::model::{Cause, Code, Confidence, Finding, Policy, Timestamp};
use ecs_express_audit::{Declared, audit};
use futures_util::FutureExt;

use super::fake::{Answer, Scan, Time, collected, gaps, later, scan_with};

/// A stopped scan that has not ended by then hangs.
const CAP: Duration = Duration::from_secs(25);

const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
const NAME: &str = "ecs-express-gateway-alb-1a2b3c4d";
const GROUP: &str = "ecs-gateway-tg-0123456789abcdef0";

/// A load balancer, a listener and a target group that Express Mode left behind, and a cluster with nothing in it.
fn leftovers(call: &str) -> Option<Answer> {
    let (balancer, group) =
        (format!("{ELB}:loadbalancer/app/{NAME}/0123456789abcdef"), format!("{ELB}:targetgroup/{GROUP}/0123456789abcdef"));
    let listener = format!("{ELB}:listener/app/{NAME}/0123456789abcdef/0123456789abcdef");
    let body = match call {
        "ecs:ListClusters" => r#"{"clusterArns":["arn:aws:ecs:eu-west-1:123456789012:cluster/prod"]}"#.to_owned(),
        "ecs:DescribeClusters" => r#"{"clusters":[{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/prod","clusterName":"prod",
            "statistics":[{"name":"drainingFargateServiceCount","value":"0"}]}]}"#
            .to_owned(),
        "elasticloadbalancing:DescribeLoadBalancers" => list(
            "DescribeLoadBalancers",
            "LoadBalancers",
            &[format!(
                "<LoadBalancerArn>{balancer}</LoadBalancerArn><LoadBalancerName>{NAME}</LoadBalancerName>\
                 <CreatedTime>2026-01-01T00:00:00Z</CreatedTime><Type>application</Type>"
            )],
        ),
        "elasticloadbalancing:DescribeTargetGroups" => list(
            "DescribeTargetGroups",
            "TargetGroups",
            &[format!(
                "<TargetGroupArn>{group}</TargetGroupArn><TargetGroupName>{GROUP}</TargetGroupName><TargetType>ip</TargetType>\
                 <LoadBalancerArns><member>{balancer}</member></LoadBalancerArns>"
            )],
        ),
        "elasticloadbalancing:DescribeListeners" => list(
            "DescribeListeners",
            "Listeners",
            &[format!(
                "<ListenerArn>{listener}</ListenerArn><LoadBalancerArn>{balancer}</LoadBalancerArn><Port>443</Port>\
                 <DefaultActions><member><Type>fixed-response</Type><FixedResponseConfig><StatusCode>404</StatusCode>\
                 </FixedResponseConfig></member></DefaultActions>"
            )],
        ),
        "elasticloadbalancing:DescribeTags" => {
            let tagged = |arn: &String| {
                format!("<ResourceArn>{arn}</ResourceArn><Tags><member><Key>AmazonECSManaged</Key><Value>true</Value></member></Tags>")
            };
            list("DescribeTags", "TagDescriptions", &[&balancer, &listener, &group].map(tagged))
        }
        _ => return None,
    };
    Some(Some((200, body.into_bytes())))
}

fn list(operation: &str, items: &str, members: &[String]) -> String {
    let members: Vec<String> = members.iter().map(|member| format!("<member>{member}</member>")).collect();
    let members = members.concat();
    format!("<{operation}Response><{operation}Result><{items}>{members}</{items}></{operation}Result></{operation}Response>")
}

/// The orphans' ARNs, and those of the confirmed ones.
fn orphans(live: &ScopeInventory) -> (BTreeSet<String>, BTreeSet<String>) {
    let now = Timestamp::from_unix_seconds(1_790_000_000);
    let report = audit(&Declared::default(), &Inventory { scopes: vec![live.clone()] }, &Policy::default(), now);
    let orphans = report.findings.iter().filter(|finding| finding.claim.code() == Code::Orphan);
    let confirmed = orphans.clone().filter(|finding| finding.confidence == Confidence::Confirmed);
    let arn = |finding: &Finding| format!("{:?}", finding.subject.arn);
    (orphans.map(arn).collect(), confirmed.map(arn).collect())
}

/// Runs a scan and, beside it, triggers the token when everything has come that comes at all.
async fn stopped_from_outside(answers: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static) -> Scan {
    let stop = Stop::default();
    let outside = async {
        later().await;
        stop.trigger();
    };
    let both = async { tokio::join!(scan_with(answers, Time::StandsStill, &stop), outside).0 };
    tokio::time::timeout(CAP, both).await.expect("a stopped scan ends")
}

#[tokio::test]
async fn a_scan_can_be_stopped_after_any_call() {
    let whole = scan_with(|call, _| leftovers(call), Time::Ample, &Stop::default()).await;
    assert_eq!(gaps(&whole.live), []);
    let (all, all_confirmed) = orphans(&whole.live);
    assert!(all.len() >= 3 && !all_confirmed.is_empty(), "{all:?}, confirmed {all_confirmed:?}");
    for last in 0..whole.calls.len() {
        let (stop, sent) = (Stop::default(), AtomicUsize::new(0));
        let token = stop.clone();
        if last == 0 {
            stop.trigger();
        }
        let answers = move |call: &str, _: usize| {
            if sent.fetch_add(1, Ordering::Relaxed) + 1 == last {
                token.trigger();
            }
            leftovers(call)
        };
        let Scan { live, calls, .. } = scan_with(answers, Time::Ample, &stop).await;
        assert_eq!(calls.len(), last, "nothing is sent after call {last}: {calls:?}");
        assert!(!live.gaps.is_empty() && live.gaps.iter().all(|gap| gap.cause == Cause::Deadline), "{last}: {:?}", gaps(&live));
        for list in Collection::OF_SCOPE {
            let is_named = live.gaps.iter().any(|gap| list.is_read_by(&gap.operation));
            assert!(live.reads.has(list) || is_named, "{list:?} is neither read nor named after call {last}");
        }
        let (found, confirmed) = orphans(&live);
        assert!(found.is_subset(&all), "stopped after {last} calls it invents {found:?}");
        assert!(confirmed.is_subset(&all_confirmed), "stopped after {last} calls it confirms {confirmed:?}");
        let answered = calls.iter().any(|call| call == "elasticloadbalancing:DescribeLoadBalancers");
        assert_eq!(live.load_balancers.len(), usize::from(answered), "what was read is kept (call {last})");
    }
}

#[tokio::test]
async fn a_call_that_hangs_ends_when_the_scan_is_stopped() {
    let Scan { live, .. } = stopped_from_outside(|call, _| (call == "ecs:ListClusters").then_some(None)).await;
    assert_eq!(gaps(&live), [("ecs:ListClusters", Cause::Deadline)]);
    assert!(live.reads.has(Collection::LoadBalancers), "what was read is kept");
}

#[tokio::test]
async fn a_pause_before_a_retry_ends_when_the_scan_is_stopped() {
    let throttled = br#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.to_vec();
    let answers = move |call: &str, _: usize| (call == "acm:ListCertificates").then(|| Some((400, throttled.clone())));
    let Scan { live, calls, .. } = stopped_from_outside(answers).await;
    assert_eq!(gaps(&live), [("acm:ListCertificates", Cause::Deadline)]);
    assert_eq!(calls.iter().filter(|call| *call == "acm:ListCertificates").count(), 1);
}

/// A transport outlives the scan; one that kept a sleep that has been stopped could never connect again.
#[tokio::test]
async fn the_callers_transport_is_not_stopped_with_the_scan() {
    let stop = Stop::default();
    let token = stop.clone();
    let stopping = move |_: &str, _: usize| {
        token.trigger();
        None
    };
    let Scan { sleep_of_connectors, .. } = scan_with(stopping, Time::StandsStill, &stop).await;
    let sleep = sleep_of_connectors.expect("connectors have a sleep");
    assert!(sleep.sleep(Duration::from_secs(1)).now_or_never().is_none());
}

#[derive(Debug)]
struct NoCredentials;

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> Provided<'a>
    where
        Self: 'a,
    {
        Provided::new(std::future::pending())
    }
}

fn over_the_network(credentials: SharedCredentialsProvider, url: &str) -> SdkConfig {
    let region = Region::new("eu-west-1");
    let builder = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(region).endpoint_url(url);
    builder.credentials_provider(credentials).build()
}

#[tokio::test]
async fn waiting_for_credentials_ends_when_the_scan_is_stopped() {
    let config = over_the_network(SharedCredentialsProvider::new(NoCredentials), "http://127.0.0.1:9");
    let stop = Stop::default();
    let outside = async {
        later().await;
        stop.trigger();
    };
    let nobody = Arc::default();
    let both = async { tokio::join!(collected(&config, &stop, &nobody), outside).0 };
    let live = tokio::time::timeout(CAP, both).await.expect("a stopped scan ends");
    assert_eq!(live.gaps.len(), Collection::OF_SCOPE.len(), "{:?}", gaps(&live));
    assert!(live.gaps.iter().all(|gap| gap.cause == Cause::Deadline), "{:?}", gaps(&live));
    assert_eq!(live.api_calls, 0);
}

/// Over the SDK's own transport: heads of answers come, and no bodies.
#[tokio::test]
async fn an_answer_without_an_end_ends_when_the_scan_is_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let stop = Stop::default();
    let token = stop.clone();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for connection in listener.incoming().flatten() {
            let mut connection = connection;
            let read = connection.read(&mut [0; 4096]).unwrap_or(0);
            assert!(read > 0, "a request came");
            connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{").expect("the head can be sent");
            kept.push(connection);
            if kept.len() == Collection::OF_SCOPE.len() {
                std::thread::sleep(Duration::from_millis(200)); // the last head is on its way
                token.trigger();
            }
        }
    });
    let credentials = SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test"));
    let config = over_the_network(credentials, &url);
    let live = tokio::time::timeout(CAP, collected(&config, &stop, &Arc::default())).await.expect("a stopped scan ends");
    assert_eq!(live.gaps.len(), Collection::OF_SCOPE.len(), "{:?}", gaps(&live));
    assert!(live.gaps.iter().all(|gap| gap.cause == Cause::Deadline), "{:?}", gaps(&live));
}
