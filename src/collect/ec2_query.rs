//! A client for EC2's two reads.
//!
//! The crate `aws-sdk-ec2` is 1.2 million lines: 8 GB and half of the whole build for the two reads that are needed here. So these two
//! are written by hand.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::ec2_xml::{NetworkInterfaces, SecurityGroups};
use super::operation::{ServiceError, Watch};
use super::query::{Parameters, Query, QueryApi};

pub(super) const EC2: QueryApi = QueryApi { service_id: "EC2", name: "ec2", version: "2016-11-15" };

/// A client for the EC2 reads.
#[derive(Clone, Debug)]
pub(super) struct Ec2 {
    security_groups: Arc<Query<SecurityGroups>>,
    interfaces: Arc<Query<NetworkInterfaces>>,
}

impl Ec2 {
    pub(super) fn new(config: &SdkConfig, watch: &Watch) -> Self {
        Self {
            security_groups: Arc::new(Query::new(config, EC2, "DescribeSecurityGroups", watch)),
            interfaces: Arc::new(Query::new(config, EC2, "DescribeNetworkInterfaces", watch)),
        }
    }

    /// `DescribeSecurityGroups`.
    pub(super) async fn security_groups(&self, parameters: Parameters) -> Result<SecurityGroups, SdkError<ServiceError, HttpResponse>> {
        self.security_groups.call(parameters).await
    }

    /// `DescribeNetworkInterfaces`.
    pub(super) async fn network_interfaces(
        &self,
        parameters: Parameters,
    ) -> Result<NetworkInterfaces, SdkError<ServiceError, HttpResponse>> {
        self.interfaces.call(parameters).await
    }
}
