//! Tokens and passwords of state servers, found where Terraform finds them.
//!
//! Not read are credentials helpers and the `credentials` blocks of `.terraformrc`, which are HCL.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs, io};

use serde::Deserialize;

use super::error::FetchErrorKind;
use super::secret::Secret;
use super::url::{Url, UserInfo};

/// The largest file of tokens that is read, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// Tokens and passwords for servers that keep states. It shows none of them.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// Tokens by host, from the environment.
    tokens: BTreeMap<String, Secret>,
    /// Where `terraform login` keeps tokens.
    file: Option<PathBuf>,
    user: Option<UserInfo>,
    /// The only address whose server gets the user, if one is set.
    address: Option<String>,
}

/// `credentials.tfrc.json`.
#[derive(Deserialize)]
struct TokenFile {
    #[serde(default)]
    credentials: BTreeMap<String, TokenOfHost>,
}

#[derive(Deserialize)]
struct TokenOfHost {
    token: Option<String>,
}

impl Credentials {
    /// Those that Terraform would use: `TF_TOKEN_…`, then `credentials.tfrc.json` as `terraform login` writes it; for state backends over
    /// HTTP `TF_HTTP_USERNAME` and `TF_HTTP_PASSWORD`, sent to the host of `TF_HTTP_ADDRESS` only if that is set.
    #[must_use]
    pub fn from_environment() -> Self {
        let mut credentials =
            Self::from_variables(env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))));
        credentials.file = folder_of_terraform().map(|folder| folder.join("credentials.tfrc.json"));
        credentials
    }

    /// Those that these environment variables give.
    #[must_use]
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut credentials = Self::default();
        let (mut name, mut password) = (None, None);
        for (variable, value) in variables.into_iter().filter(|(_, value)| !value.is_empty()) {
            match variable.as_str() {
                "TF_HTTP_USERNAME" => name = Some(Secret::new(value)),
                "TF_HTTP_PASSWORD" => password = Some(Secret::new(value)),
                "TF_HTTP_ADDRESS" => credentials.address = Some(value),
                variable => {
                    if let Some(host) = variable.strip_prefix("TF_TOKEN_") {
                        credentials.tokens.insert(host_of_variable(host), Secret::new(value));
                    }
                }
            }
        }
        // As Terraform: without a name, nobody logs in.
        credentials.user = name.map(|name| UserInfo { name, password: password.unwrap_or_default() });
        credentials
    }

    /// With a token for a host, as from `TF_TOKEN_…`.
    #[must_use]
    pub fn with_token(mut self, host: &str, token: impl Into<String>) -> Self {
        self.tokens.insert(host.to_ascii_lowercase(), Secret::new(token));
        self
    }

    /// With the file in which `terraform login` keeps tokens.
    #[must_use]
    pub fn with_token_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The token for that host (`HOST` or `HOST:PORT`): the environment's, else the file's.
    pub(super) fn token(&self, place: &str) -> Result<Secret, FetchErrorKind> {
        if let Some(token) = self.tokens.get(place).cloned() {
            return Ok(token);
        }
        let of_file = self.token_of_file(place)?;
        of_file.ok_or_else(|| FetchErrorKind::NoToken { host: place.to_owned(), variable: variable_of_host(place) })
    }

    fn token_of_file(&self, place: &str) -> Result<Option<Secret>, FetchErrorKind> {
        let Some(path) = &self.file else { return Ok(None) };
        let unreadable = || FetchErrorKind::TokensUnreadable { file: path.display().to_string() };
        let text = match fs::metadata(path).and_then(|file| if file.len() > LARGEST_FILE { Ok(Vec::new()) } else { fs::read(path) }) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(unreadable()),
        };
        let TokenFile { credentials } = serde_json::from_slice(&text).map_err(|_| unreadable())?;
        let found = credentials.into_iter().find(|(host, _)| host.eq_ignore_ascii_case(place));
        Ok(found.and_then(|(_, TokenOfHost { token })| token).filter(|token| !token.is_empty()).map(Secret::new))
    }

    /// Who logs in at a state backend, if its address does not say.
    pub(super) fn user(&self, url: &Url) -> Option<&UserInfo> {
        let is_meant = |address: &String| Url::parse(address).is_some_and(|(own, _)| own.host == url.host);
        self.user.as_ref().filter(|_| self.address.as_ref().is_none_or(is_meant))
    }
}

/// Terraform's rule: `__` stands for a hyphen, `_` for a dot.
fn host_of_variable(name: &str) -> String {
    name.replace("__", "-").replace('_', ".").to_ascii_lowercase()
}

fn variable_of_host(host: &str) -> String {
    format!("TF_TOKEN_{}", host.replace('-', "__").replace('.', "_"))
}

/// `~/.terraform.d`, or `%APPDATA%\terraform.d`.
fn folder_of_terraform() -> Option<PathBuf> {
    let (variable, folder) = if cfg!(windows) { ("APPDATA", "terraform.d") } else { ("HOME", ".terraform.d") };
    env::var_os(variable).filter(|home| !home.is_empty()).map(|home| PathBuf::from(home).join(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Credentials {
        Credentials::from_variables(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_variable_names_its_host_as_terraform_reads_it() {
        for variable in ["TF_TOKEN_my__tfe_example_com", "TF_TOKEN_my-tfe.example.com", "TF_TOKEN_MY__TFE_example_com"] {
            let token = of(&[(variable, "t0ken")]).token("my-tfe.example.com");
            assert_eq!(token.as_ref().map(Secret::expose), Ok("t0ken"), "{variable}");
        }
        assert_eq!(variable_of_host("my-tfe.example.com"), "TF_TOKEN_my__tfe_example_com");
        for variable in ["TFE_TOKEN", "TF_TOKEN_app_terraform_io", "TF_TOKEN_"] {
            assert!(of(&[(variable, "t0ken")]).token("tfe.example.com").is_err(), "{variable}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = env::temp_dir().join(format!("ecs-express-audit-tokens-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("credentials.tfrc.json");
        fs::write(&file, r#"{"credentials":{"a.example":{"token":"filed"},"B.example":{"token":"filed"},"c.example":{}}}"#)
            .expect("written");
        let credentials = Credentials::default().with_token("a.example", "given").with_token_file(&file);
        let token = |host: &str| credentials.token(host).map(|token| token.expose().to_owned());
        assert_eq!((token("a.example").as_deref(), token("b.example").as_deref()), (Ok("given"), Ok("filed")));
        assert!(matches!(token("c.example"), Err(FetchErrorKind::NoToken { .. })));
        fs::write(&file, "hunter2 {").expect("written");
        assert_eq!(token("b.example"), Err(FetchErrorKind::TokensUnreadable { file: file.display().to_string() }));
        fs::remove_dir_all(&folder).expect("removed");
        assert!(matches!(token("b.example"), Err(FetchErrorKind::NoToken { .. })), "no file is no error");
    }

    #[test]
    fn a_user_is_sent_where_it_is_meant_to_go() {
        let here = Url::parse("https://git.example/api").expect("an address").0;
        assert!(of(&[("TF_HTTP_PASSWORD", "p")]).user(&here).is_none());
        assert!(of(&[("TF_HTTP_USERNAME", "u")]).user(&here).is_some());
        let of_other = [("TF_HTTP_USERNAME", "u"), ("TF_HTTP_PASSWORD", "p"), ("TF_HTTP_ADDRESS", "https://other.example/state")];
        assert!(of(&of_other).user(&here).is_none());
        assert!(!format!("{:?}", of(&[("TF_HTTP_PASSWORD", "hunter2"), ("TF_TOKEN_a", "hunter2")])).contains("hunter2"));
    }
}
