//! `s3://BUCKET/KEY`.

use aws_config::Region;
use ecs_express_audit::fetch::{Credentials, FetchErrorKind as Kind};

use super::server::{Answer, SECRET, STATE, config, fetch, fetch_as};

const STATE_OF_DEV: &str = "s3://states/env:/dev/shop/terraform.tfstate";

fn error(status: u16, code: &str) -> Answer {
    error_with(status, code, SECRET)
}

fn error_with(status: u16, code: &str, message: &str) -> Answer {
    let text = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>{message}</Message><Key>{SECRET}</Key></Error>");
    Answer::new(status, text)
}

#[tokio::test]
async fn the_state_of_a_workspace_is_read_under_its_key() {
    let fetched = fetch(STATE_OF_DEV, |_| Some(Answer::new(200, STATE))).await;
    fetched.check_read();
    assert_eq!(fetched.urls(), ["https://states.s3.eu-west-1.amazonaws.com/env%3A/dev/shop/terraform.tfstate"]);
    assert_eq!(fetched.result.expect("it was read").sources, [STATE_OF_DEV]);
    let authorization = fetched.asked[0].header("authorization").expect("it is signed");
    assert!(authorization.contains("/eu-west-1/s3/aws4_request") && authorization.contains("x-amz-content-sha256"), "{authorization}");
}

#[tokio::test]
async fn a_configured_endpoint_has_the_bucket_in_its_path() {
    let at = config().endpoint_url("http://localhost:9000");
    let fetched = fetch_as(STATE_OF_DEV, at, Credentials::default(), |_| Some(Answer::new(200, STATE))).await;
    fetched.check_read();
    assert_eq!(fetched.urls(), ["http://localhost:9000/states/env%3A/dev/shop/terraform.tfstate"]);
}

#[tokio::test]
async fn a_bucket_in_another_region_is_followed_there() {
    let named_in_a_header = Answer::new(301, "").with("x-amz-bucket-region", "ap-northeast-1");
    let redirect = error(301, "PermanentRedirect").with("x-amz-bucket-region", "ap-northeast-1");
    let text = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>ap-northeast-1</Region></Error>";
    for elsewhere in [named_in_a_header, redirect, Answer::new(400, text)] {
        let answers = move |url: &str| Some(if url.contains("ap-northeast-1") { Answer::new(200, STATE) } else { elsewhere.clone() });
        let fetched = fetch(STATE_OF_DEV, answers).await;
        fetched.check_read();
        assert_eq!(fetched.asked.len(), 2, "{:?}", fetched.urls());
        let second = &fetched.asked[1];
        assert!(second.url.starts_with("https://states.s3.ap-northeast-1.amazonaws.com/"), "{}", second.url);
        assert!(second.header("authorization").is_some_and(|header| header.contains("/ap-northeast-1/s3/")));
    }
}

#[tokio::test]
async fn a_bucket_that_is_everywhere_else_is_an_error() {
    let always = |url: &str| {
        let region = if url.contains("eu-west-1") { "eu-west-2" } else { "eu-west-1" };
        Some(error(301, "PermanentRedirect").with("x-amz-bucket-region", region))
    };
    let fetched = fetch(STATE_OF_DEV, always).await;
    fetched.check_refused(&Kind::RegionNotFound, "--region");
    assert_eq!(fetched.asked.len(), 2);
    let hostile = |_: &str| Some(error(301, "PermanentRedirect").with("x-amz-bucket-region", "evil.example/#"));
    fetch(STATE_OF_DEV, hostile).await.check_refused(&Kind::RegionNotFound, "--region");
}

#[tokio::test]
async fn what_s3_refuses_is_told_with_its_remedy() {
    let code = |code: &str| Some(code.to_owned());
    let customer_key = "The object was stored using a form of Server Side Encryption.";
    for (answer, expected, remedy) in [
        (error(404, "NoSuchKey"), Kind::NoSuchKey, "env:/WORKSPACE/KEY"),
        (error(404, "NoSuchBucket"), Kind::NoSuchBucket, "no such bucket"),
        (error(403, "AccessDenied"), Kind::ObjectDenied, "s3:GetObject on the object and, if a KMS key encrypts it, kms:Decrypt"),
        (Answer::new(403, ""), Kind::ObjectDenied, "s3:GetObject"),
        (error_with(400, "InvalidRequest", customer_key), Kind::CustomerKey, "terraform state pull | ecs-express-audit audit -d -"),
        (error(403, "InvalidObjectState"), Kind::Archived, "restored first"),
        (error(400, "ExpiredToken"), Kind::NoCredentials { code: code("ExpiredToken") }, "aws sso login"),
        (error(403, "InvalidAccessKeyId"), Kind::NoCredentials { code: code("InvalidAccessKeyId") }, "--profile"),
        (error(400, "KMS.DisabledException"), Kind::Refused { code: code("KMS.DisabledException") }, "KMS.DisabledException"),
        (error(500, "InternalError"), Kind::Refused { code: code("InternalError") }, "AWS refused or failed"),
        (Answer::new(200, "half").with("content-length", "5"), Kind::CutOff, "try again"),
        (Answer::new(200, STATE).with("content-length", "67108865"), Kind::TooLarge { limit_mib: 64 }, "64 MiB"),
    ] {
        fetch(STATE_OF_DEV, move |_| Some(answer.clone())).await.check_refused(&expected, remedy);
    }
}

#[tokio::test]
async fn more_than_64_mib_is_not_read_even_if_nothing_said_how_much_comes() {
    let fetched = fetch(STATE_OF_DEV, |_| Some(Answer::new(200, vec![b' '; (64 << 20) + 1]))).await;
    fetched.check_refused(&Kind::TooLarge { limit_mib: 64 }, "64 MiB");
}

#[tokio::test]
async fn a_server_error_is_tried_again() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let once = move |_: &str| {
        let is_first = tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        Some(if is_first { error(503, "SlowDown") } else { Answer::new(200, STATE) })
    };
    let fetched = fetch(STATE_OF_DEV, once).await;
    fetched.check_read();
    assert_eq!(fetched.asked.len(), 2);
}

#[tokio::test]
async fn silence_ends() {
    fetch(STATE_OF_DEV, |_| None).await.check_refused(&Kind::Unreachable, "proxy");
}

#[tokio::test]
async fn an_object_that_is_no_declaration_is_an_error_about_it() {
    let fetched = fetch(STATE_OF_DEV, |_| Some(Answer::new(200, SECRET))).await;
    let error = fetched.result.expect_err("it is no state").to_string();
    assert!(error.starts_with(&format!("read {STATE_OF_DEV}: it is not valid JSON")) && !error.contains("Pl4nt"), "{error}");
    let empty = fetch(STATE_OF_DEV, |_| Some(Answer::new(200, ""))).await.result.expect_err("nothing is no declaration");
    assert!(empty.to_string().contains("the input is empty"), "{empty}");
}

#[tokio::test]
async fn without_a_region_s3_is_asked_where_it_began() {
    let nowhere = config().region(None::<Region>);
    let fetched = fetch_as(STATE_OF_DEV, nowhere, Credentials::default(), |_| Some(Answer::new(200, STATE))).await;
    fetched.check_read();
    assert!(fetched.urls()[0].contains(".us-east-1."), "{:?}", fetched.urls());
}
