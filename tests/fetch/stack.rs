//! `cfn://STACK`.

use ecs_express_audit::Declared;
use ecs_express_audit::fetch::{Credentials, FetchErrorKind as Kind};

use super::server::{Answer, Fetched, SECRET, config, fetch, fetch_as};

const SHOP: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1a2b";
const INNER: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-Inner/3c4d";

const TEMPLATE: &str = "Parameters:
  Cluster: {Type: String}
  Cpu: {Type: String}
  Memory: {Type: String, NoEcho: true, Default: '512'}
Resources:
  Web:
    Type: AWS::ECS::ExpressGatewayService
    Properties:
      Cluster: !Ref Cluster
      ServiceName: !Sub '${AWS::StackName}-web & more'
      Cpu: !Ref Cpu
      Memory: !Ref Memory
      InfrastructureRoleArn: arn:aws:iam::123456789012:role/infrastructure
";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn answer(action: &str, result: &str) -> Answer {
    let text = format!("<?xml version=\"1.0\"?>\n<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">");
    Answer::new(200, format!("{text}<{action}Result>{result}</{action}Result></{action}Response>"))
}

fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::new(status, format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"))
}

fn stack(id: &str, status: &str) -> Answer {
    let parameter =
        |(key, value): (&str, &str)| format!("<member><ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue></member>");
    let parameters = [("Cluster", "prod"), ("Cpu", "1024"), ("Memory", "****")].map(parameter);
    let parameters = format!("<Parameters>{}</Parameters>", parameters.concat());
    let text = format!("<Stacks><member><StackId>{id}</StackId><StackStatus>{status}</StackStatus>{parameters}</member></Stacks>");
    answer("DescribeStacks", &text)
}

fn resources(items: &[(&str, &str, &str, &str)], next: &str) -> Answer {
    let item = |(logical, physical, kind, status): &(&str, &str, &str, &str)| {
        format!(
            "<member><LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>\
             <ResourceType>{kind}</ResourceType><ResourceStatus>{status}</ResourceStatus></member>"
        )
    };
    let items: String = items.iter().map(item).collect();
    answer("ListStackResources", &format!("<StackResourceSummaries>{items}</StackResourceSummaries>{next}"))
}

const WEB: (&str, &str, &str, &str) =
    ("Web", "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop-web", "AWS::ECS::ExpressGatewayService", "CREATE_COMPLETE");
const GONE: (&str, &str, &str, &str) =
    ("Old", "arn:aws:ecs:eu-west-1:123456789012:service/prod/old", "AWS::ECS::ExpressGatewayService", "DELETE_COMPLETE");
const GROUP: (&str, &str, &str, &str) = ("Group", "sg-0a1b2c3d4e5f60718", "AWS::EC2::SecurityGroup", "CREATE_COMPLETE");
const NESTED: (&str, &str, &str, &str) = ("Inner", INNER, "AWS::CloudFormation::Stack", "CREATE_COMPLETE");

/// CloudFormation with a stack of two pages; the second holds a stack in the stack.
#[expect(clippy::unnecessary_wraps, reason = "other servers fall silent")]
fn cloudformation(url: &str) -> Option<Answer> {
    let is = |part: &str| url.contains(part);
    Some(match url {
        _ if is("Action=DescribeStacks") && is("shop-Inner") => stack(INNER, "UPDATE_COMPLETE"),
        _ if is("Action=DescribeStacks") => stack(SHOP, "UPDATE_COMPLETE"),
        _ if is("Action=GetTemplate") => answer("GetTemplate", &format!("<TemplateBody>{}</TemplateBody>", escaped(TEMPLATE))),
        _ if is("shop-Inner") => resources(&[GROUP], ""),
        _ if is("NextToken=two") => resources(&[NESTED], ""),
        _ => resources(&[WEB, GONE], "<NextToken>two</NextToken>"),
    })
}

fn otherwise(part: &'static str, answer: Answer) -> impl Fn(&str) -> Option<Answer> + Send + Sync + 'static {
    move |url| if url.contains(part) { Some(answer.clone()) } else { cloudformation(url) }
}

fn read(fetched: Fetched) -> Declared {
    fetched.check_read();
    fetched.result.expect("it was read")
}

#[tokio::test]
async fn a_stack_declares_what_it_made_and_what_is_nested_in_it_made() {
    let declared = read(fetch("cfn://shop", cloudformation).await);
    assert!(declared.ids.contains(WEB.1) && declared.ids.contains(GROUP.1) && !declared.ids.contains(GONE.1), "{:?}", declared.ids);
    assert_eq!(declared.sources, ["cfn://shop".to_owned(), format!("cfn://{INNER}")]);
}

#[tokio::test]
async fn parameters_are_put_in_as_far_as_they_are_told() {
    let declared = read(fetch("cfn://shop", cloudformation).await);
    let web = declared.services.iter().find(|service| service.arn.as_ref().is_some_and(|arn| arn.as_str() == WEB.1)).expect("declared");
    assert_eq!(web.cluster.as_deref(), Some("prod"));
    let configuration = format!("{:?}", web.configuration);
    assert!(configuration.contains("1024") && !configuration.contains("512"), "{configuration}");
}

#[tokio::test]
async fn the_region_is_the_scans_or_the_one_given() {
    for (source, region) in [("cfn://shop", "eu-west-1"), ("cfn://shop?region=us-gov-west-1", "us-gov-west-1")] {
        let fetched = fetch(source, cloudformation).await;
        assert!(fetched.urls()[0].starts_with(&format!("https://cloudformation.{region}.amazonaws.com/?")), "{:?}", fetched.urls());
    }
    let nowhere = fetch_as("cfn://shop", config().region(None), Credentials::default(), cloudformation).await;
    nowhere.check_refused(&Kind::NoRegion, "--region");
}

#[tokio::test]
async fn what_cloudformation_refuses_is_told_with_its_remedy() {
    let missing = format!("Stack with id {SECRET} does not exist");
    let endless = resources(&[WEB], "<NextToken>two</NextToken>");
    let code = |code: &str| Some(code.to_owned());
    for (part, answer, expected, remedy) in [
        ("DescribeStacks", error(400, "ValidationError", &missing), Kind::NoSuchStack, "?region=REGION"),
        ("DescribeStacks", stack(SHOP, "DELETE_COMPLETE"), Kind::NoSuchStack, "?region=REGION"),
        ("GetTemplate", error(403, "AccessDenied", SECRET), Kind::StackDenied { action: "cloudformation:GetTemplate" }, "policy"),
        ("ListStack", error(400, "ExpiredToken", SECRET), Kind::NoCredentials { code: code("ExpiredToken") }, "aws sso login"),
        ("ListStack", error(500, "InternalFailure", SECRET), Kind::Refused { code: code("InternalFailure") }, "InternalFailure"),
        ("ListStack", endless, Kind::Unexpected, "documents"),
        ("ListStack", Answer::new(200, "<ListStackResourcesResponse><ListStack"), Kind::Unexpected, "documents"),
        ("GetTemplate", Answer::new(200, SECRET), Kind::Unexpected, "documents"),
    ] {
        fetch("cfn://shop", otherwise(part, answer)).await.check_refused(&expected, remedy);
    }
}

#[tokio::test]
async fn stacks_that_hold_each_other_come_to_an_end() {
    let fetched = fetch("cfn://shop", otherwise("ListStack", resources(&[NESTED], ""))).await;
    fetched.check_refused(&Kind::TooManyStacks { limit: 100 }, "100 stacks");
}
