//! At the transport: what is refused is not sent.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::super::Options;
use super::super::clients::{Clients, sts};
use super::super::ec2_query::EC2;
use super::super::ec2_xml::SecurityGroups;
use super::super::operation::Watch;
use super::super::query::Query;
use super::super::stop::Stop;
use super::*;
use crate::model::Scope;

/// Counts what is sent, and keeps where to; answers with an empty object.
#[derive(Clone, Debug, Default)]
struct Wire {
    sent: Arc<AtomicUsize>,
    last: Arc<Mutex<String>>,
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.sent.fetch_add(1, Ordering::Relaxed);
        request.uri().clone_into(&mut self.last.lock().expect("no test panics in it"));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().expect("a status"), SdkBody::from("{}"))))
    }
}

fn wire() -> (Wire, SdkConfig) {
    let wire = Wire::default();
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
        .http_client(SharedHttpClient::new(wire.clone()))
        .build();
    (wire, config)
}

fn clients(config: &SdkConfig) -> Clients {
    let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
    Clients::new(config, &scope, &Options::default())
}

/// The refusal that led to an error.
fn refusal(error: &(dyn Error + 'static)) -> Option<Refused> {
    std::iter::successors(Some(error), |error| (*error).source()).find_map(|error| error.downcast_ref().cloned())
}

fn refused(service: &str, operation: &str) -> Refused {
    Refused { service: service.to_owned(), operation: operation.to_owned() }
}

#[tokio::test]
async fn what_is_in_the_table_goes_out_and_a_deletion_does_not() {
    let (wire, config) = wire();
    let ecs = clients(&config).ecs;
    ecs.list_clusters().send().await.expect("an empty answer");
    assert_eq!(wire.sent.load(Ordering::Relaxed), 1);
    let error = ecs.delete_cluster().cluster("prod").send().await.expect_err("it is refused");
    assert_eq!(refusal(&error), Some(refused("ECS", "DeleteCluster")));
    assert_eq!(wire.sent.load(Ordering::Relaxed), 1, "nothing more was sent");
}

#[tokio::test]
async fn every_client_stands_behind_the_gate() {
    let (wire, config) = wire();
    let clients = clients(&config);
    let errors: [Box<dyn Error>; 8] = [
        clients.ecs.delete_express_gateway_service().service_arn("a").send().await.expect_err("refused").into(),
        clients.elb.delete_load_balancer().load_balancer_arn("a").send().await.expect_err("refused").into(),
        clients.acm.delete_certificate().certificate_arn("a").send().await.expect_err("refused").into(),
        clients.cloudwatch.delete_alarms().alarm_names("a").send().await.expect_err("refused").into(),
        clients.logs.get_log_events().log_group_name("a").log_stream_name("b").send().await.expect_err("refused").into(),
        clients.scaling.delete_scaling_policy().policy_name("a").resource_id("b").send().await.expect_err("refused").into(),
        clients.tagging.untag_resources().resource_arn_list("a").tag_keys("b").send().await.expect_err("refused").into(),
        sts(&config).get_session_token().send().await.expect_err("refused").into(),
    ];
    for error in errors {
        assert!(refusal(error.as_ref()).is_some(), "{error:?}");
    }
    assert_eq!(wire.sent.load(Ordering::Relaxed), 0, "to {:?}", wire.last);
}

#[tokio::test]
async fn the_hand_written_reads_stand_behind_it_too() {
    let (wire, config) = wire();
    let query = |gate, action| Query::<SecurityGroups>::new(&config, EC2, action, &Watch::of(gate, &Stop::default()));
    let error = query(Gate::Scan, "DeleteSecurityGroup").call(Vec::new()).await.expect_err("it is refused");
    assert_eq!(refusal(&error), Some(refused("EC2", "DeleteSecurityGroup")));
    let error = query(Gate::Declaration, "DescribeSecurityGroups").call(Vec::new()).await.expect_err("no declaration is there");
    assert_eq!(refusal(&error), Some(refused("EC2", "DescribeSecurityGroups")));
    assert_eq!(wire.sent.load(Ordering::Relaxed), 0);
    let _ = query(Gate::Scan, "DescribeSecurityGroups").call(Vec::new()).await; // the answer is no XML
    assert!(wire.sent.load(Ordering::Relaxed) > 0);
}

#[tokio::test]
async fn a_refused_call_is_no_answer_about_anything() {
    let (_, config) = wire();
    let error = clients(&config).ecs.delete_cluster().cluster("prod").send().await.expect_err("it is refused");
    assert_eq!(super::super::failure::Failure::from(error).cause, crate::model::Cause::NotCollected);
}
