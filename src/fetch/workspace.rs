//! Workspaces of HCP Terraform and Terraform Enterprise: two questions, then the download that the second names.
//!
//! After HashiCorp's API documentation (workspaces, state versions). Nothing is found by service discovery.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::LARGEST;
use super::error::FetchErrorKind;
use super::secret::Secret;
use super::url::Url;
use super::web::{Authorization, Web};

/// The largest answer of the API that is read, in bytes.
const LARGEST_DOCUMENT: usize = 1 << 20;

/// A document of JSON:API about one thing.
#[derive(Deserialize)]
struct Document<T> {
    data: T,
}

#[derive(Deserialize)]
struct Workspace {
    id: String,
}

#[derive(Deserialize)]
struct StateVersion {
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Attributes {
    hosted_state_download_url: Option<String>,
    /// Only workspaces that hold their own key have one.
    sanitized_state_download_url: Option<String>,
}

/// The current state of the workspace.
pub(super) async fn state(
    web: Web<'_>,
    server: &Url,
    (organization, name): (&str, &str),
    token: &Secret,
) -> Result<Vec<u8>, FetchErrorKind> {
    let authorization = Authorization::bearer(token, server);
    let path = format!("/api/v2/organizations/{organization}/workspaces/{name}");
    let Workspace { id } = document(web, &server.at(&path), &authorization, FetchErrorKind::NoSuchWorkspace).await?;
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(FetchErrorKind::Unexpected);
    }
    let path = format!("/api/v2/workspaces/{id}/current-state-version");
    let StateVersion { attributes } = document(web, &server.at(&path), &authorization, FetchErrorKind::NoStateVersion).await?;
    let download = download(server, &attributes)?;
    let answer = web.get(&download, Some(&authorization)).await.map_err(|kind| spoken(kind, FetchErrorKind::NoStateVersion))?;
    answer.text(LARGEST).await
}

fn download(server: &Url, attributes: &Attributes) -> Result<Url, FetchErrorKind> {
    let Attributes { hosted_state_download_url, sanitized_state_download_url } = attributes;
    if sanitized_state_download_url.is_some() {
        return Err(FetchErrorKind::HeldKey);
    }
    let address = hosted_state_download_url.as_deref().ok_or(FetchErrorKind::NoStateVersion)?;
    let url = server.follow(address).ok_or(FetchErrorKind::Unexpected)?;
    if server.is_encrypted && !url.is_encrypted {
        return Err(FetchErrorKind::Redirected { why: "from https:// to http://" });
    }
    Ok(url)
}

async fn document<T: DeserializeOwned>(
    web: Web<'_>,
    url: &Url,
    authorization: &Authorization,
    missing: FetchErrorKind,
) -> Result<T, FetchErrorKind> {
    let answer = web.get(url, Some(authorization)).await.map_err(|kind| spoken(kind, missing))?;
    let text = answer.text(LARGEST_DOCUMENT).await?;
    let Document { data } = serde_json::from_slice(&text).map_err(|_| FetchErrorKind::Unexpected)?;
    Ok(data)
}

fn spoken(kind: FetchErrorKind, missing: FetchErrorKind) -> FetchErrorKind {
    match kind {
        FetchErrorKind::Status { status: 404 } => missing,
        FetchErrorKind::Status { status: status @ (401 | 403) } => FetchErrorKind::TokenRefused { status },
        other => other,
    }
}
