//! `https://…`: Terraform's backend `http`.

use ecs_express_audit::fetch::{Credentials, FetchErrorKind as Kind};

use super::server::{Answer, Fetched, SECRET, STATE, config, fetch, fetch_as};

const GITLAB: &str = "https://gitlab.example/api/v4/projects/7/terraform/state/prod";

fn of_environment(address: Option<&str>) -> Credentials {
    let variables = [("TF_HTTP_USERNAME", Some("jo")), ("TF_HTTP_PASSWORD", Some(SECRET)), ("TF_HTTP_ADDRESS", address)];
    Credentials::from_variables(variables.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))))
}

async fn fetch_with_user(source: &str, answers: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Fetched {
    fetch_as(source, config(), of_environment(None), answers).await
}

/// `jo` and the secret, as they are sent.
fn basic() -> String {
    format!("Basic {}", aws_smithy_types::base64::encode(format!("jo:{SECRET}")))
}

/// Which requests carried credentials.
fn authorized(fetched: &Fetched) -> Vec<bool> {
    fetched.asked.iter().map(|asked| asked.header("authorization").is_some()).collect()
}

#[tokio::test]
async fn a_state_of_gitlab_is_read_with_a_user_of_the_environment() {
    let fetched = fetch_with_user(GITLAB, |_| Some(Answer::new(200, STATE))).await;
    fetched.check_read();
    assert_eq!((fetched.urls(), fetched.asked[0].header("authorization")), (vec![GITLAB], Some(basic().as_str())));
}

#[tokio::test]
async fn a_user_in_the_address_wins_and_is_in_no_name() {
    let source = format!("https://jo:{SECRET}@h.example/state?ref={SECRET}");
    let other = Credentials::from_variables([("TF_HTTP_USERNAME".to_owned(), "other".to_owned())]);
    let fetched = fetch_as(&source, config(), other, |_| Some(Answer::new(200, STATE))).await;
    fetched.check_read();
    assert_eq!(fetched.asked[0].header("authorization"), Some(basic().as_str()));
    assert_eq!(fetched.urls(), [format!("https://h.example/state?ref={SECRET}")]);
    let declared = format!("{:?}", fetched.result.expect("it was read"));
    assert!(declared.contains("https://h.example/state") && !declared.contains("Pl4nt"));
    fetch(&source, |_| Some(Answer::new(500, SECRET))).await.check_refused(&Kind::Status { status: 500 }, "read https://h.example/state:");
}

#[tokio::test]
async fn a_password_goes_to_the_backends_own_address_only() {
    let of_another = of_environment(Some("https://other.example/state"));
    let fetched = fetch_as(GITLAB, config(), of_another, |_| Some(Answer::new(200, STATE))).await;
    assert_eq!(authorized(&fetched), [false]);
}

#[tokio::test]
async fn no_password_goes_over_a_network_in_the_clear() {
    let fetched = fetch_with_user("http://states.example/prod", |_| Some(Answer::new(200, STATE))).await;
    fetched.check_refused(&Kind::NotEncrypted, "use https://");
    assert!(fetched.asked.is_empty());
    for (source, credentials, expected) in [
        ("http://127.0.0.1:8080/prod", of_environment(None), true),
        ("http://localhost/prod", of_environment(None), true),
        ("http://states.example/prod", Credentials::default(), false),
    ] {
        let fetched = fetch_as(source, config(), credentials, |_| Some(Answer::new(200, STATE))).await;
        fetched.check_read();
        assert_eq!(authorized(&fetched), [expected], "{source}");
    }
}

#[tokio::test]
async fn no_state_is_never_taken_for_nothing_declared() {
    for (answer, status) in [(Answer::new(204, ""), 204), (Answer::new(404, ""), 404), (Answer::new(200, " \n"), 200)] {
        fetch(GITLAB, move |_| Some(answer.clone())).await.check_refused(&Kind::NoState { status }, "is the address right?");
    }
}

#[tokio::test]
async fn what_a_server_refuses_is_told_with_its_remedy() {
    for (status, expected, remedy) in [
        (401, Kind::LoginRefused { status: 401 }, "set TF_HTTP_USERNAME and TF_HTTP_PASSWORD"),
        (403, Kind::LoginRefused { status: 403 }, "a user who may read it"),
        (500, Kind::Status { status: 500 }, "HTTP 500"),
        (400, Kind::Status { status: 400 }, "HTTP 400"),
    ] {
        fetch_with_user(GITLAB, move |_| Some(Answer::new(status, SECRET))).await.check_refused(&expected, remedy);
    }
    fetch(GITLAB, |_| None).await.check_refused(&Kind::Unreachable, "proxy");
    let cut = |_: &str| Some(Answer::new(200, STATE).with("content-length", "9999999"));
    fetch(GITLAB, cut).await.check_refused(&Kind::CutOff, "try again");
}

#[tokio::test]
async fn redirects_are_followed_and_credentials_stay_behind() {
    let answers = |url: &str| {
        Some(match url {
            GITLAB => Answer::to("/moved"),
            "https://gitlab.example/moved" => Answer::to("https://store.example/state?sig=x"),
            _ => Answer::new(200, STATE),
        })
    };
    let fetched = fetch_with_user(GITLAB, answers).await;
    fetched.check_read();
    assert_eq!(authorized(&fetched), [true, true, false], "{:?}", fetched.urls());
}

#[tokio::test]
async fn redirects_lead_neither_in_circles_nor_into_the_clear() {
    let fetched = fetch_with_user(GITLAB, |_| Some(Answer::to("/again"))).await;
    fetched.check_refused(&Kind::Redirected { why: "more than five times" }, "more than five times");
    assert_eq!(fetched.asked.len(), 6);
    let signed = format!("http://gitlab.example/?{SECRET}");
    let fetched = fetch_with_user(GITLAB, move |_| Some(Answer::to(&signed))).await;
    fetched.check_refused(&Kind::Redirected { why: "from https:// to http://" }, "https:// to http://");
    assert_eq!(fetched.asked.len(), 1);
    for odd in ["", "ftp://h/", "relative", "https://h:99999999/"] {
        let fetched = fetch_with_user(GITLAB, move |_| Some(Answer::to(odd))).await;
        fetched.check_refused(&Kind::Redirected { why: "to no address" }, "to no address");
    }
}
