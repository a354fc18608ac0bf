//! ECS: clusters, services, revisions, deployments, task definitions.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, time};
use super::call::Call;
use super::gateways;
use super::tags;
use crate::aws::{Account, IngressPath, Managed, ManagedStatus, Management, Service, ServiceDeployment, ServiceRevision, ServiceStatus};

/// ECS's answer to a call.
pub(super) fn answer(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "ListClusters" => Ok(json!({"clusterArns": account.clusters.keys().collect::<Vec<_>>()})),
        "DescribeClusters" => Ok(describe_clusters(account, call)),
        "ListServices" => list_services(account, call),
        "DescribeServices" => describe_services(account, call),
        "DescribeExpressGatewayService" => describe_express(account, call),
        "DescribeServiceRevisions" => describe_revisions(account, call),
        "DescribeServiceDeployments" => {
            let find = |arn: &str| Some(deployment(arn, account.deployments.get(arn)?));
            Ok(batch(call, "serviceDeploymentArns", "serviceDeployments", find))
        }
        "ListTaskDefinitionFamilies" => {
            let active = account.task_definitions.iter().filter(|(_, revisions)| !revisions.is_empty());
            Ok(json!({"families": active.map(|(family, _)| family).collect::<Vec<_>>()}))
        }
        "ListTaskDefinitions" => {
            let family = call.text("familyPrefix");
            let wanted = account.task_definitions.iter().filter(|(name, _)| family.is_none_or(|family| family == name.as_str()));
            Ok(json!({"taskDefinitionArns": wanted.flat_map(|(_, revisions)| revisions).collect::<Vec<_>>()}))
        }
        "DescribeTaskDefinition" => describe_task_definition(account, call),
        _ => gateways::answer(account, call),
    }
}

/// What was found, and a failure for each that is missing.
fn batch(call: &Call, asked: &str, answered: &str, find: impl Fn(&str) -> Option<Value>) -> Value {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in call.list(asked).unwrap_or_default() {
        match find(&arn) {
            Some(item) => found.push(item),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    json!({ answered: found, "failures": failures })
}

/// The ARN of a cluster that is given by ARN or by name.
fn cluster_arn(account: &Account, given: &str) -> String {
    if given.starts_with("arn:") { given.to_owned() } else { account.arn("ecs", &format!("cluster/{given}")) }
}

fn existing_cluster(account: &Account, call: &Call) -> Result<String, Refusal> {
    let arn = cluster_arn(account, call.text("cluster").unwrap_or("default"));
    if account.clusters.contains_key(&arn) { Ok(arn) } else { Err(Refusal::new("ClusterNotFoundException", "Cluster not found.")) }
}

fn describe_clusters(account: &Account, call: &Call) -> Value {
    let include = call.list("include").unwrap_or_default();
    let with = |what: &str| include.iter().any(|included| included == what);
    batch(call, "clusters", "clusters", |given| {
        let arn = cluster_arn(account, given);
        let cluster = account.clusters.get(&arn)?;
        let count = |status| account.count(&arn, status);
        let statistics = [("activeFargateServiceCount", ServiceStatus::Active), ("drainingFargateServiceCount", ServiceStatus::Draining)];
        let statistics = statistics.map(|(name, status)| json!({"name": name, "value": count(status).to_string()}));
        Some(json!({
            "clusterArn": arn,
            "clusterName": cluster.name,
            "status": "ACTIVE",
            "registeredContainerInstancesCount": cluster.container_instances,
            "runningTasksCount": account.running_tasks(&arn),
            "pendingTasksCount": 0,
            "activeServicesCount": count(ServiceStatus::Active),
            "statistics": with("STATISTICS").then_some(statistics),
            "tags": with("TAGS").then(|| tags::pairs(&cluster.tags, "key", "value")),
        }))
    })
}

/// Neither DRAINING nor INACTIVE services are listed.
fn list_services(account: &Account, call: &Call) -> Answer {
    let cluster = existing_cluster(account, call)?;
    let managed_by = call.text("resourceManagementType");
    let is_listed = |service: &Service| {
        let is_wanted = managed_by.is_none_or(|wanted| wanted == management(service.management));
        service.cluster == cluster && service.status == ServiceStatus::Active && is_wanted
    };
    let listed = account.services.iter().filter(|(_, service)| is_listed(service)).map(|(arn, _)| arn);
    Ok(json!({"serviceArns": listed.collect::<Vec<_>>()}))
}

fn describe_services(account: &Account, call: &Call) -> Answer {
    let cluster = existing_cluster(account, call)?;
    let cluster_name = cluster.rsplit('/').next().unwrap_or_default();
    let with_tags = call.list("include").unwrap_or_default().iter().any(|included| included == "TAGS");
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for given in call.list("services").unwrap_or_default() {
        let name = given.rsplit('/').next().unwrap_or_default();
        let arn = account.arn("ecs", &format!("service/{cluster_name}/{name}"));
        match account.services.get(&arn) {
            Some(found_one) => found.push(service(account, &arn, found_one, with_tags)),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    Ok(json!({"services": found, "failures": failures}))
}

fn service(account: &Account, arn: &str, of: &Service, with_tags: bool) -> Value {
    let deployments = of.deployments.iter().enumerate().map(|(n, (created, updated))| {
        json!({"id": format!("ecs-svc/{n}"), "status": "PRIMARY", "createdAt": time(*created), "updatedAt": time(*updated)})
    });
    let events = of.events.iter().enumerate().map(|(n, at)| json!({"id": n.to_string(), "createdAt": time(*at), "message": "(service)"}));
    let shares = of.current_revisions.iter().map(|arn| json!({"arn": arn, "requestedTaskCount": 1, "runningTaskCount": of.running_tasks}));
    let alarms = json!({"alarmNames": of.rollback_alarms, "enable": true, "rollback": true});
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": of.security_groups}});
    let balancers = of.target_groups.iter().map(|arn| json!({"targetGroupArn": arn, "containerName": "web", "containerPort": 80}));
    json!({
        "serviceArn": arn,
        "serviceName": of.name,
        "clusterArn": of.cluster,
        "status": status(of.status),
        "desiredCount": i32::from(of.status == ServiceStatus::Active),
        "runningCount": of.running_tasks,
        "pendingCount": 0,
        "launchType": "FARGATE",
        "loadBalancers": balancers.collect::<Vec<_>>(),
        "deploymentConfiguration": (!of.rollback_alarms.is_empty()).then(|| json!({"alarms": alarms})),
        "deployments": deployments.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "createdAt": time(of.created_at),
        "currentServiceDeployment": of.current_deployment.as_ref().filter(|arn| account.deployments.contains_key(*arn)),
        "currentServiceRevisions": shares.collect::<Vec<_>>(),
        "networkConfiguration": (!of.security_groups.is_empty()).then_some(network),
        "resourceManagementType": management(of.management),
        "tags": with_tags.then(|| tags::pairs(&of.tags, "key", "value")),
    })
}

fn status(of: ServiceStatus) -> &'static str {
    match of {
        ServiceStatus::Active => "ACTIVE",
        ServiceStatus::Draining => "DRAINING",
        ServiceStatus::Inactive => "INACTIVE",
    }
}

fn management(of: Management) -> &'static str {
    match of {
        Management::Ecs => "ECS",
        Management::Customer => "CUSTOMER",
    }
}

fn describe_express(account: &Account, call: &Call) -> Answer {
    let arn = call.text("serviceArn").unwrap_or_default();
    let Some(of) = account.services.get(arn) else {
        return Err(Refusal::new("ResourceNotFoundException", format!("Resource not found: {arn}")));
    };
    if of.management == Management::Customer {
        return Err(Refusal::new("InvalidParameterException", "The service is not an Express Gateway service."));
    }
    Ok(json!({"service": {
        "serviceArn": arn,
        "serviceName": of.name,
        "cluster": of.cluster.rsplit('/').next(),
        "infrastructureRoleArn": of.infrastructure_role,
        "status": {"statusCode": status(of.status)},
        "createdAt": time(of.created_at),
        "updatedAt": time(of.updated_at),
    }}))
}

/// One service that is INACTIVE refuses the call for all.
fn describe_revisions(account: &Account, call: &Call) -> Answer {
    let service_of = |arn: &str| account.services.get(&account.revisions.get(arn)?.service);
    let is_inactive = |arn: &String| service_of(arn).is_some_and(|service| service.status == ServiceStatus::Inactive);
    if call.list("serviceRevisionArns").unwrap_or_default().iter().any(is_inactive) {
        let message = "Cannot call DescribeServiceRevisions for a service that is INACTIVE";
        return Err(Refusal::new("InvalidParameterException", message));
    }
    let find = |arn: &str| service_of(arn).and_then(|_| Some(revision(arn, account.revisions.get(arn)?)));
    Ok(batch(call, "serviceRevisionArns", "serviceRevisions", find))
}

fn revision(arn: &str, of: &ServiceRevision) -> Value {
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": of.security_groups}});
    let policy = json!({"policyType": "TargetTrackingScaling", "targetValue": 60, "metric": "AVERAGE_CPU"});
    let scaling = json!({
        "scalableTarget": of.scalable_target.as_ref().map(|part| managed(part, json!({"minCapacity": 1, "maxCapacity": 20}))),
        "applicationAutoScalingPolicies": each(&of.scaling_policies, &policy),
    });
    let log_groups = of.log_groups.iter().map(|part| {
        let name = part.arn.as_ref().and_then(|arn| arn.split_once(":log-group:")).map(|(_, name)| name);
        managed(part, json!({"logGroupName": name.unwrap_or("unknown")}))
    });
    json!({
        "serviceRevisionArn": arn,
        "serviceArn": of.service,
        "clusterArn": of.cluster,
        "taskDefinition": of.task_definition,
        "networkConfiguration": (!of.security_groups.is_empty()).then_some(network),
        "createdAt": time(of.created_at),
        "ecsManagedResources": {
            "ingressPaths": of.ingress_paths.iter().map(ingress_path).collect::<Vec<_>>(),
            "autoScaling": scaling,
            "metricAlarms": each(&of.alarms, &json!({})),
            "serviceSecurityGroups": each(&of.service_security_groups, &json!({})),
            "logGroups": log_groups.collect::<Vec<_>>(),
            "gatewayConnections": of.gateway_connections.iter().map(gateways::connection).collect::<Vec<_>>(),
        },
    })
}

fn ingress_path(of: &IngressPath) -> Value {
    let scheme = if of.is_public { "internet-facing" } else { "internal" };
    let balancer = json!({"scheme": scheme, "subnetIds": ["subnet-1"], "securityGroupIds": of.load_balancer_group_ids});
    let health = json!({"healthCheckPath": "/ping", "healthCheckPort": 8080, "port": 80});
    let host = of.endpoint.trim_start_matches("https://");
    json!({
        "accessType": if of.is_public { "PUBLIC" } else { "PRIVATE" },
        "endpoint": of.endpoint,
        "loadBalancer": of.load_balancer.as_ref().map(|part| managed(part, balancer)),
        "loadBalancerSecurityGroups": each(&of.load_balancer_security_groups, &json!({})),
        "certificate": of.certificate.as_ref().map(|part| managed(part, json!({"domainName": host}))),
        "listener": of.listener.as_ref().map(|part| managed(part, json!({}))),
        "rule": of.rule.as_ref().map(|part| managed(part, json!({}))),
        "targetGroups": each(&of.target_groups, &health),
    })
}

fn each(parts: &[Managed], more: &Value) -> Vec<Value> {
    parts.iter().map(|part| managed(part, more.clone())).collect()
}

/// A managed resource: its ARN where there is one, its status, and what its kind says besides.
fn managed(of: &Managed, mut more: Value) -> Value {
    more["arn"] = json!(of.arn);
    more["status"] = json!(match of.status {
        ManagedStatus::Provisioning => "PROVISIONING",
        ManagedStatus::Active => "ACTIVE",
        ManagedStatus::Deprovisioning => "DEPROVISIONING",
        ManagedStatus::Deleted => "DELETED",
        ManagedStatus::Failed => "FAILED",
    });
    more["statusReason"] = json!(of.reason);
    more["updatedAt"] = time(of.updated_at);
    more
}

/// What only other tools ask for (benches/peers.rs): an ACTIVE revision by its ARN.
fn describe_task_definition(account: &Account, call: &Call) -> Answer {
    let arn = call.text("taskDefinition").unwrap_or_default();
    let found = account.task_definitions.iter().find(|(_, revisions)| revisions.iter().any(|revision| revision == arn));
    let (family, _) = found.ok_or_else(|| Refusal::new("ClientException", "Unable to describe task definition."))?;
    let revision = arn.rsplit(':').next().and_then(|number| number.parse::<u32>().ok());
    let of = json!({"taskDefinitionArn": arn, "family": family, "revision": revision, "status": "ACTIVE", "containerDefinitions": []});
    Ok(json!({"taskDefinition": of, "tags": []}))
}

fn deployment(arn: &str, of: &ServiceDeployment) -> Value {
    let share = |arn: &String| json!({"arn": arn, "requestedTaskCount": 1, "runningTaskCount": 1});
    json!({
        "serviceDeploymentArn": arn,
        "serviceArn": of.service,
        "status": of.status,
        "createdAt": time(of.created_at),
        "startedAt": time(of.created_at),
        "updatedAt": time(of.updated_at),
        "finishedAt": of.finished_at.map(time),
        "sourceServiceRevisions": of.source_revisions.iter().map(share).collect::<Vec<_>>(),
        "targetServiceRevision": of.target_revision.as_ref().map(share),
    })
}
