//! Calls wait for their tokens: on the configuration's sleep, for as long as the bucket says, and until the scan is stopped.

use std::time::Duration;

use ecs_express_audit::collect::Stop;
use ecs_express_audit::model::Cause;

use super::fake::{Answer, Scan, Time, gaps, is_wait, later, nothing, scan, scan_with};

/// So many load balancers of Express Mode, each to be asked for its listeners; what else is asked is answered with nothing.
fn balancers(count: usize) -> impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static {
    let balancer = |n: usize| {
        let name = format!("ecs-express-gateway-alb-{n:08x}");
        format!(
            "<member><LoadBalancerArn>arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/{name}/{n:016x}</LoadBalancerArn>\
             <LoadBalancerName>{name}</LoadBalancerName></member>"
        )
    };
    let balancers: String = (0..count).map(balancer).collect();
    let list = format!(
        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>{balancers}</LoadBalancers>\
         </DescribeLoadBalancersResult></DescribeLoadBalancersResponse>"
    );
    move |call, nth| (call == "elasticloadbalancing:DescribeLoadBalancers" && nth == 1).then(|| Some((200, list.clone().into_bytes())))
}

fn waits(slept: &[Duration]) -> Vec<Duration> {
    slept.iter().copied().filter(|slept| is_wait(*slept)).collect()
}

fn of_balancing(calls: &[String]) -> usize {
    calls.iter().filter(|call| call.starts_with("elasticloadbalancing:")).count()
}

#[tokio::test]
async fn a_small_scan_waits_for_nothing() {
    let Scan { slept, .. } = scan(balancers(3)).await;
    assert!(waits(&slept).is_empty(), "{slept:?}");
}

/// The clock of these tests stands still, so that no token comes back: call n of a bucket waits for n - 20 of them, a fifth of a second each.
#[tokio::test]
async fn calls_beyond_the_burst_wait_and_none_is_lost() {
    let Scan { live, calls, slept, .. } = scan(balancers(40)).await;
    assert_eq!(gaps(&live), []);
    let late = u32::try_from(of_balancing(&calls) - 20).expect("more than the burst");
    let expected = Duration::from_millis(200) * (late * (late + 1) / 2);
    assert_eq!(waits(&slept).iter().sum::<Duration>(), expected, "{late} calls had to wait");
}

/// AWS takes no signature that is older than five minutes, and the SDK no request that is not sent for seconds.
#[tokio::test]
async fn a_call_is_signed_when_it_has_its_token() {
    let Scan { live, slept, ages, .. } = scan_with(balancers(400), Time::Passes, &Stop::default()).await;
    assert_eq!(gaps(&live), []);
    assert!(waits(&slept).len() > 100, "they wait: {slept:?}");
    // A signature tells its time in seconds.
    assert!(ages.iter().all(|age| *age < Duration::from_secs(1)), "{ages:?}");
}

#[tokio::test]
async fn a_throttle_makes_the_bucket_s_next_calls_wait() {
    let throttled = b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>".to_vec();
    let of_balancers = balancers(3);
    let answers = move |call: &str, nth: usize| {
        let is_first = call == "elasticloadbalancing:DescribeTargetGroups" && nth == 1;
        if is_first { Some(Some((400, throttled.clone()))) } else { of_balancers(call, nth) }
    };
    let Scan { live, slept, .. } = scan(answers).await;
    assert_eq!((gaps(&live), live.throttles), (Vec::new(), 1));
    assert!(waits(&slept).len() > 3, "the retry, and the calls that follow: {slept:?}");
}

#[tokio::test]
async fn waiting_for_a_token_ends_when_the_scan_is_stopped() {
    let stop = Stop::default();
    let outside = async {
        later().await;
        stop.trigger();
    };
    let both = async { tokio::join!(scan_with(balancers(40), Time::StandsStill, &stop), outside).0 };
    let Scan { live, calls, .. } = tokio::time::timeout(Duration::from_secs(25), both).await.expect("a stopped scan ends");
    assert_eq!(of_balancing(&calls), 20, "the burst, and nothing after the stop");
    assert!(!live.gaps.is_empty() && live.gaps.iter().all(|gap| gap.cause == Cause::Deadline), "{:?}", gaps(&live));
    assert_eq!(live.load_balancers.len(), 40, "what was read is kept");
}

#[tokio::test]
async fn a_call_that_hangs_is_sent_three_times() {
    let answers = |call: &str, _: usize| (call == "acm:ListCertificates").then_some(None);
    let Scan { live, calls, told, .. } = scan_with(answers, Time::Short, &Stop::default()).await;
    assert_eq!(gaps(&live), [("acm:ListCertificates", Cause::Timeout)]);
    assert_eq!(calls.iter().filter(|call| *call == "acm:ListCertificates").count(), 3);
    assert!(told.iter().any(|call| call.operation == "acm:ListCertificates" && call.attempts == 3 && !call.is_fine));
}

#[tokio::test]
async fn a_call_that_hung_once_is_sent_again() {
    let answers = |call: &str, nth: usize| match call {
        "acm:ListCertificates" if nth < 3 => Some(None),
        _ => Some(Some((200, nothing(call)))),
    };
    let Scan { live, .. } = scan_with(answers, Time::Short, &Stop::default()).await;
    assert_eq!(gaps(&live), []);
}
