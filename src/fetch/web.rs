//! GET over HTTP, on the SDK's transport, and with a mind of its own about redirects and who gets to see credentials.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;

use super::answer::{Answer, OfAnybody};
use super::error::FetchErrorKind;
use super::secret::Secret;
use super::url::{Url, UserInfo};
use crate::collect::operation::{ServiceError, Watch, operation, unsigned};

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// What requests go out over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Web<'a> {
    pub config: &'a SdkConfig,
    pub watch: &'a Watch,
}

/// Credentials, and the server that they are for.
#[derive(Clone, Debug)]
pub(super) struct Authorization {
    header: Secret,
    server: Url,
    reach: Reach,
}

/// How far credentials go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// To the server alone.
    Server,
    /// Also to hosts below it, and within HCP Terraform: its downloads are on such hosts.
    Domain,
}

impl Authorization {
    /// A token of HCP Terraform or Terraform Enterprise.
    pub(super) fn bearer(token: &Secret, server: &Url) -> Self {
        Self { header: Secret::new(format!("Bearer {}", token.expose())), server: server.clone(), reach: Reach::Domain }
    }

    /// A user and a password.
    pub(super) fn basic(user: &UserInfo, server: &Url) -> Self {
        let pair = aws_smithy_types::base64::encode(format!("{}:{}", user.name.expose(), user.password.expose()));
        Self { header: Secret::new(format!("Basic {pair}")), server: server.clone(), reach: Reach::Server }
    }

    /// Whether that address may see them.
    fn is_for(&self, url: &Url) -> bool {
        let below = |host: &str| url.host.strip_suffix(host).is_some_and(|rest| rest.ends_with('.'));
        let is_in_the_domain =
            || below(&self.server.host) || [&self.server.host, &url.host].iter().all(|host| host.ends_with(".terraform.io"));
        match self.reach {
            _ if self.server.is_beside(url) => true,
            Reach::Server => false,
            Reach::Domain => url.is_encrypted && url.port.is_none_or(|port| port == 443) && is_in_the_domain(),
        }
    }
}

impl Web<'_> {
    /// What is at the address, or where that redirects to.
    pub(super) async fn get(&self, url: &Url, authorization: Option<&Authorization>) -> Result<Answer, FetchErrorKind> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            match self.ask(&url, authorization.filter(|authorization| authorization.is_for(&url))).await? {
                Reply::Answer(answer) => return Ok(answer),
                Reply::Elsewhere(next) => url = next,
            }
        }
        Err(FetchErrorKind::Redirected { why: "more than five times" })
    }

    async fn ask(&self, url: &Url, authorization: Option<&Authorization>) -> Result<Reply, FetchErrorKind> {
        let get = operation(self.config, ("HTTP", "GET"), &url.origin(), self.watch)
            .no_auth()
            .runtime_plugin(unsigned(self.config, "state server"))
            .serializer(|(target, authorization): (String, Option<Secret>)| request(&target, authorization.as_ref()))
            .deserializer_impl::<Answer, ServiceError>(OfAnybody);
        let header = authorization.map(|authorization| authorization.header.clone());
        match get.build().invoke((url.target().to_owned(), header)).await {
            Ok(answer) => Ok(Reply::Answer(answer)),
            Err(error) => match error.raw_response() {
                Some(response) => refused(url, response).map(Reply::Elsewhere),
                None => Err(unanswered(&error)),
            },
        }
    }
}

/// What came of one request.
enum Reply {
    Answer(Answer),
    Elsewhere(Url),
}

fn request(target: &str, authorization: Option<&Secret>) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::empty();
    request.set_uri(target)?;
    let headers = request.headers_mut();
    headers.insert("accept", "application/json");
    headers.insert("user-agent", concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
    if let Some(authorization) = authorization {
        headers.try_insert("authorization", authorization.expose().to_owned())?;
    }
    Ok(request)
}

/// Where a redirect leads, if that is what it is.
fn refused(from: &Url, response: &HttpResponse) -> Result<Url, FetchErrorKind> {
    let status = response.status().as_u16();
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Err(FetchErrorKind::Status { status });
    }
    let location = response.headers().get("location").and_then(|location| from.follow(location));
    match location {
        None => Err(FetchErrorKind::Redirected { why: "to no address" }),
        Some(to) if from.is_encrypted && !to.is_encrypted => Err(FetchErrorKind::Redirected { why: "from https:// to http://" }),
        Some(to) => Ok(to),
    }
}

fn unanswered(error: &SdkError<ServiceError, HttpResponse>) -> FetchErrorKind {
    match error {
        SdkError::ConstructionFailure(_) => FetchErrorKind::Malformed { expected: "what can be sent: is there a line break in a token?" },
        _ => FetchErrorKind::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address").0
    }

    #[test]
    fn a_token_reaches_its_server_and_where_that_keeps_its_states() {
        let of = |server: &str| Authorization::bearer(&Secret::new("t"), &url(server));
        for (server, other, expected) in [
            ("https://app.terraform.io", "https://app.terraform.io/api/state", true),
            ("https://app.terraform.io", "https://archivist.terraform.io/v1/object/x", true),
            ("https://app.terraform.io", "https://terraform.io.evil.example/x", false),
            ("https://app.terraform.io", "https://evilterraform.io/x", false),
            ("https://app.terraform.io", "https://s3.amazonaws.com/x", false),
            ("https://tfe.example.com", "https://tfe.example.com:443/x", true),
            ("https://tfe.example.com", "https://tfe.example.com:8443/x", false),
            ("https://tfe.example.com", "http://tfe.example.com/x", false),
            ("https://tfe.example.com", "https://archive.tfe.example.com/x", true),
            ("https://tfe.example.com", "https://eviltfe.example.com/x", false),
            ("https://tfe.example.com", "https://archivist.terraform.io/x", false),
            ("http://127.0.0.1:1", "http://127.0.0.1:2/x", false),
        ] {
            assert_eq!(of(server).is_for(&url(other)), expected, "{server} {other}");
        }
    }

    #[test]
    fn a_password_reaches_its_server_only() {
        let user = UserInfo { name: Secret::new("u"), password: Secret::new("p") };
        let authorization = Authorization::basic(&user, &url("https://git.example"));
        assert_eq!(authorization.header.expose(), "Basic dTpw");
        assert!(authorization.is_for(&url("https://git.example/a")) && !authorization.is_for(&url("https://a.git.example/")));
    }
}
