//! Endpoints of services whose rules no client crate brings.

use aws_config::SdkConfig;
use aws_sdk_ecs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::service_config::ServiceConfigKey;
use futures_util::FutureExt;

/// The endpoint that the caller configured: for this service, then for all.
pub(crate) fn configured(config: &SdkConfig, service_id: &str) -> Option<String> {
    let is_explicit = config.get_origin("endpoint_url").is_client_config();
    let key = ServiceConfigKey::builder().service_id(service_id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok();
    let for_service = key.filter(|_| !is_explicit).and_then(|key| config.service_config()?.load_config(key));
    for_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// The endpoint of a service whose hosts are named as ECS's are: the configured one, else the Region's.
pub(crate) fn endpoint(config: &SdkConfig, service_id: &str, host: &str) -> String {
    let region = config.region().map(|region| region.as_ref()).unwrap_or_default();
    let (fips, dual_stack) = (config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
    configured(config, service_id).unwrap_or_else(|| regional(host, region, fips, dual_stack))
}

/// ECS's endpoint with another service's name in it: the SDK knows the partitions, their suffixes, FIPS and dual-stack.
pub(crate) fn regional(host: &str, region: &str, fips: bool, dual_stack: bool) -> String {
    let params = Params::builder().region(region.to_owned()).use_fips(fips).use_dual_stack(dual_stack).build().ok();
    let resolved = params.and_then(|params| DefaultResolver::new().resolve_endpoint(&params).now_or_never());
    let of_ecs = match resolved {
        Some(Ok(endpoint)) => endpoint.url().to_owned(),
        _ => format!("https://ecs.{region}.amazonaws.com"),
    };
    // In GovCloud the ordinary endpoints of EC2 and CloudFormation are the FIPS ones (rules of their endpoints in the SDK).
    let of_ecs = if region.starts_with("us-gov-") && !dual_stack { of_ecs.replace("ecs-fips.", "ecs.") } else { of_ecs };
    of_ecs.replacen("https://ecs", &format!("https://{host}"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_those_of_the_sdk() {
        // Taken from the endpoint tests of aws-sdk-ec2 1.274.0.
        for (region, fips, dual_stack, expected) in [
            ("us-east-1", false, false, "https://ec2.us-east-1.amazonaws.com"),
            ("us-east-1", true, false, "https://ec2-fips.us-east-1.amazonaws.com"),
            ("us-east-1", true, true, "https://ec2-fips.us-east-1.api.aws"),
            ("eu-west-1", false, true, "https://ec2.eu-west-1.api.aws"),
            ("cn-north-1", false, false, "https://ec2.cn-north-1.amazonaws.com.cn"),
            ("cn-north-1", true, false, "https://ec2-fips.cn-north-1.amazonaws.com.cn"),
            ("us-gov-east-1", false, false, "https://ec2.us-gov-east-1.amazonaws.com"),
            ("us-gov-east-1", true, false, "https://ec2.us-gov-east-1.amazonaws.com"),
            ("us-gov-east-1", true, true, "https://ec2-fips.us-gov-east-1.api.aws"),
            ("us-iso-east-1", false, false, "https://ec2.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(regional("ec2", region, fips, dual_stack), expected, "{region} fips={fips} dual-stack={dual_stack}");
        }
    }
}
