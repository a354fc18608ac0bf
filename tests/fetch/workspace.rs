//! `tfc://[HOST/]ORGANIZATION/WORKSPACE`. The server is written after HashiCorp's API documentation of workspaces and state versions.

use ecs_express_audit::fetch::{Credentials, FetchErrorKind as Kind};
use serde_json::{Value, json};

use super::server::{Answer, Fetched, SECRET, STATE, config, fetch, fetch_as};

const WORKSPACE: &str = "https://app.terraform.io/api/v2/organizations/acme/workspaces/shop";
const VERSION: &str = "https://app.terraform.io/api/v2/workspaces/ws-6fHMCom98SDXSQUv/current-state-version";
const STORED: &str = "https://app.terraform.io/api/state-versions/sv-DmoXecHePnNznaA4/hosted_state";
const ARCHIVE: &str = "https://archivist.terraform.io/v1/object/Pl4nted-hunter2";

fn workspace() -> Value {
    json!({"data": {"id": "ws-6fHMCom98SDXSQUv", "type": "workspaces", "attributes": {"name": "shop", "locked": false}}})
}

fn version(download: Value, sanitized: Value) -> Value {
    let attributes = json!({"serial": 9, "status": "finalized", "resources-processed": true, "hosted-state-download-url": download,
        "hosted-json-state-download-url": null, "sanitized-state-download-url": sanitized});
    json!({"data": {"id": "sv-DmoXecHePnNznaA4", "type": "state-versions", "attributes": attributes}})
}

/// HCP Terraform with a state; the test says what is otherwise.
fn hcp(url: &str) -> Option<Answer> {
    Some(match url {
        WORKSPACE => Answer::new(200, workspace().to_string()),
        VERSION => Answer::new(200, version(json!(STORED), Value::Null).to_string()),
        STORED => Answer::to(ARCHIVE),
        ARCHIVE => Answer::new(200, STATE),
        _ => Answer::new(404, r#"{"errors":[{"status":"404","title":"not found"}]}"#),
    })
}

fn otherwise(changed: &'static str, answer: Answer) -> impl Fn(&str) -> Option<Answer> + Send + Sync + 'static {
    move |url| if url == changed { Some(answer.clone()) } else { hcp(url) }
}

fn token() -> Credentials {
    Credentials::from_variables([("TF_TOKEN_app_terraform_io".to_owned(), SECRET.to_owned())])
}

async fn of_hcp(answers: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Fetched {
    fetch_as("tfc://acme/shop", config(), token(), answers).await
}

/// Whether each request carried the token.
fn authorized(fetched: &Fetched) -> Vec<bool> {
    let bearer = format!("Bearer {SECRET}");
    fetched.asked.iter().map(|asked| asked.header("authorization") == Some(bearer.as_str())).collect()
}

#[tokio::test]
async fn the_current_state_of_a_workspace_is_read() {
    let fetched = of_hcp(hcp).await;
    fetched.check_read();
    assert_eq!((fetched.urls(), authorized(&fetched)), (vec![WORKSPACE, VERSION, STORED, ARCHIVE], vec![true; 4]));
    assert_eq!(fetched.result.expect("it was read").sources, ["tfc://app.terraform.io/acme/shop"]);
}

#[tokio::test]
async fn another_store_gets_no_token() {
    const STORE: &str = "https://states.s3.amazonaws.com/x?X-Amz-Signature=Pl4nted-hunter2";
    let in_store = |url: &str| if url == STORE { Some(Answer::new(200, STATE)) } else { None };
    let named = move |url: &str| {
        in_store(url).or_else(|| otherwise(VERSION, Answer::new(200, version(json!(STORE), Value::Null).to_string()))(url))
    };
    let fetched = of_hcp(named).await;
    fetched.check_read();
    assert_eq!(authorized(&fetched), [true, true, false]);
    let redirected = move |url: &str| in_store(url).or_else(|| otherwise(STORED, Answer::to(STORE))(url));
    let fetched = of_hcp(redirected).await;
    fetched.check_read();
    assert_eq!(authorized(&fetched), [true, true, true, false]);
}

#[tokio::test]
async fn a_server_of_ones_own_is_asked_over_tls_and_this_machine_without() {
    for (source, server) in
        [("tfc://tfe.example:8443/acme/shop", "https://tfe.example:8443"), ("tfc://127.0.0.1:9000/acme/shop", "http://127.0.0.1:9000")]
    {
        let place = source.split('/').nth(2).unwrap_or_default();
        let at_home = move |url: &str| {
            let path = url.strip_prefix(server).unwrap_or_else(|| panic!("{url} is not asked of {server}"));
            Some(match path {
                "/api/v2/organizations/acme/workspaces/shop" => Answer::new(200, workspace().to_string()),
                "/_archivist/v1/object/x" => Answer::new(200, STATE),
                _ => Answer::new(200, version(json!(format!("{server}/_archivist/v1/object/x")), Value::Null).to_string()),
            })
        };
        let fetched = fetch_as(source, config(), Credentials::default().with_token(place, SECRET), at_home).await;
        fetched.check_read();
        assert_eq!(authorized(&fetched), [true; 3]);
    }
}

#[tokio::test]
async fn without_a_token_nobody_is_asked() {
    let fetched = fetch("tfc://my-tfe.example/acme/shop", hcp).await;
    let (host, variable) = ("my-tfe.example".to_owned(), "TF_TOKEN_my__tfe_example".to_owned());
    fetched.check_refused(&Kind::NoToken { host, variable }, "terraform login my-tfe.example");
    assert!(fetched.asked.is_empty());
}

#[tokio::test]
async fn what_the_server_refuses_is_told_with_its_remedy() {
    let json = |value: &Value| Answer::new(200, value.to_string());
    for (url, answer, expected, remedy) in [
        (WORKSPACE, Answer::new(401, SECRET), Kind::TokenRefused { status: 401 }, "expired"),
        (VERSION, Answer::new(403, SECRET), Kind::TokenRefused { status: 403 }, "may read state versions"),
        (WORKSPACE, Answer::new(404, SECRET), Kind::NoSuchWorkspace, "may not see it"),
        (VERSION, Answer::new(404, SECRET), Kind::NoStateVersion, "no state yet"),
        (VERSION, json(&version(Value::Null, Value::Null)), Kind::NoStateVersion, "no state yet"),
        (VERSION, json(&version(json!(STORED), json!(ARCHIVE))), Kind::HeldKey, "HYOK"),
        (
            VERSION,
            json(&version(json!("http://app.terraform.io/x"), Value::Null)),
            Kind::Redirected { why: "from https:// to http://" },
            "http://",
        ),
        (VERSION, json(&version(json!("Pl4nt"), Value::Null)), Kind::Unexpected, "documents"),
        (WORKSPACE, json(&json!({"data": {"id": "../Pl4nt"}})), Kind::Unexpected, "documents"),
        (WORKSPACE, json(&json!({"data": SECRET})), Kind::Unexpected, "documents"),
        (WORKSPACE, Answer::new(200, SECRET), Kind::Unexpected, "documents"),
        (WORKSPACE, Answer::new(200, vec![b' '; (1 << 20) + 1]), Kind::TooLarge { limit_mib: 1 }, "1 MiB"),
        (ARCHIVE, Answer::new(404, SECRET), Kind::NoStateVersion, "no state yet"),
        (ARCHIVE, Answer::new(500, SECRET), Kind::Status { status: 500 }, "HTTP 500"),
        (ARCHIVE, Answer::new(200, STATE).with("content-length", "9999999"), Kind::CutOff, "try again"),
    ] {
        of_hcp(otherwise(url, answer)).await.check_refused(&expected, remedy);
    }
}
