//! The collectors over a transport, a sleep and a clock of the test's own: nothing here waits, and nothing leaves the process.
#![cfg(feature = "aws")]

#[path = "transport/fake.rs"]
mod fake;
#[path = "transport/pacing.rs"]
mod pacing;
#[path = "transport/secrets.rs"]
mod secrets;
#[path = "transport/stopping.rs"]
mod stopping;

use ecs_express_audit::collect::Stop;
use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::Cause;

use fake::{Scan, Time, gaps, nothing, scan, scan_with};

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
    let Scan { live, calls, slept, .. } = scan(answers).await;
    assert_eq!(gaps(&live), []);
    assert_eq!(calls.iter().filter(|call| *call == "acm:ListCertificates").count(), 3);
    assert_eq!((live.api_calls, live.throttles), (14, 2));
    assert!(slept.len() >= 2, "{slept:?}");
}

#[tokio::test]
async fn each_call_is_told_once_with_all_its_attempts() {
    let throttled = br#"{"__type":"ThrottlingException"}"#.to_vec();
    let answers = move |call: &str, nth: usize| match call {
        "acm:ListCertificates" if nth <= 2 => Some(Some((400, throttled.clone()))),
        "ecs:ListClusters" => Some(Some((400, br#"{"__type":"AccessDeniedException"}"#.to_vec()))),
        _ => None,
    };
    let Scan { live, told, .. } = scan(answers).await;
    assert_eq!(told.iter().map(|call| call.attempts).sum::<u64>(), live.api_calls);
    let of = |operation: &str| told.iter().filter(|call| call.operation == operation).collect::<Vec<_>>();
    let certificates = of("acm:ListCertificates");
    assert_eq!(certificates.len(), 1, "{told:?}");
    assert_eq!((certificates[0].attempts, certificates[0].throttles, certificates[0].status), (3, 2, Some(200)));
    assert!(certificates[0].is_fine && !of("ecs:ListClusters")[0].is_fine && of("ec2:DescribeSecurityGroups")[0].is_fine);
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
    let Scan { live, .. } = scan_with(|_, _| Some(None), Time::Short, &Stop::default()).await;
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
    let Scan { live, calls, .. } = scan_with(answers, Time::Short, &Stop::default()).await;
    let asked = calls.iter().filter(|call| *call == "elasticloadbalancing:DescribeListeners").count();
    assert!((1..=40).contains(&asked), "{asked} calls for 40 load balancers, some side by side, each sent three times");
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
