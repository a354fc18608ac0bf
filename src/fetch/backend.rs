//! State backends that speak HTTP: Terraform's `http` backend, and so GitLab.

use super::answer::LARGEST;
use super::credentials::Credentials;
use super::error::FetchErrorKind;
use super::url::{Url, UserInfo};
use super::web::{Authorization, Web};

/// The state at the address. That there is none is an error: 204, 404 and an empty answer are what Terraform takes for none.
pub(super) async fn state(web: Web<'_>, url: &Url, user: Option<&UserInfo>, credentials: &Credentials) -> Result<Vec<u8>, FetchErrorKind> {
    let user = user.or_else(|| credentials.user(url));
    if user.is_some() && !url.is_encrypted && !url.is_loopback() {
        return Err(FetchErrorKind::NotEncrypted);
    }
    let authorization = user.map(|user| Authorization::basic(user, url));
    let answer = web.get(url, authorization.as_ref()).await.map_err(spoken)?;
    let status = answer.status;
    let text = answer.text(LARGEST).await?;
    if text.trim_ascii().is_empty() { Err(FetchErrorKind::NoState { status }) } else { Ok(text) }
}

fn spoken(kind: FetchErrorKind) -> FetchErrorKind {
    match kind {
        FetchErrorKind::Status { status: status @ 404 } => FetchErrorKind::NoState { status },
        FetchErrorKind::Status { status: status @ (401 | 403) } => FetchErrorKind::LoginRefused { status },
        other => other,
    }
}
