//! The list of scopes as a file: JSON Lines, version 1.
//!
//! The first line says what it is and when it was made, then there is a line for each scope, and the last one counts the lines: of a list
//! that was cut off, the scopes that are lacking would look as if nobody had wanted them. It holds no credential and no external id.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::role::{is_account, is_role};
use super::{Access, Fleet, Planned, UNKNOWN, unread_gap};
use crate::model::{Arn, Cause, Gap, Scope, Timestamp};

/// The version that is written, and the only one that is read.
const VERSION: &str = "1";
/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 10;
/// How many lines are read: a hundred Regions of as many accounts as an organization may have.
const MOST_LINES: usize = 5_000_000;

/// One line of the list. What is not understood in it is an error: a role that is silently not assumed would be found too late.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
enum Line<'a> {
    Scopes {
        schema_version: Cow<'a, str>,
        tool: Cow<'a, str>,
        tool_version: Cow<'a, str>,
        planned_at: Timestamp,
    },
    Scope {
        partition: Cow<'a, str>,
        account: Cow<'a, str>,
        region: Cow<'a, str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role_arn: Option<Arn>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_id_env: Option<Cow<'a, str>>,
    },
    Unreadable {
        partition: Cow<'a, str>,
        account: Cow<'a, str>,
        region: Cow<'a, str>,
        operation: Cow<'a, str>,
        cause: Cause,
        message: Cow<'a, str>,
    },
    End {
        lines: usize,
    },
}

/// A list of scopes that cannot be read. The message fits after "cannot ".
#[derive(Debug, Error)]
#[error("read the list of scopes{}: {kind}", place(*line))]
pub struct FleetError {
    line: usize,
    kind: FleetErrorKind,
}

impl FleetError {
    /// The line concerned, from 1; 0 where it is the file as a whole.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &FleetErrorKind {
        &self.kind
    }
}

/// Why a list of scopes cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FleetErrorKind {
    /// Reading failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It does not begin as a list does.
    #[error("it does not begin as a list of this tool does; `ecs-express-audit scopes` writes one")]
    NotAList,
    /// It is of another version.
    #[error("its schema_version is not {VERSION}, the only one that is read; write it anew with this version")]
    Version,
    /// A line is not what a list holds there.
    #[error("the line is not what a list of scopes holds (column {column})")]
    Malformed {
        /// The column in bytes, from 1.
        column: usize,
    },
    /// A line is longer than any that is written, or there are too many.
    #[error("a line is longer than {} KiB, or there are more than {MOST_LINES}", LONGEST_LINE >> 10)]
    TooLarge,
    /// A scope is none.
    #[error("expected an account of twelve digits, a Region and its partition")]
    NotAScope,
    /// A role lies in another account, or is none.
    #[error("the role is not one of the scope's own account")]
    ForeignRole,
    /// A scope stands there twice.
    #[error("the scope was listed before")]
    Twice,
    /// The last line is lacking, counts other than there are, or is not the last one.
    #[error("it does not end as it should: the scopes that are lacking would look as if nobody had wanted them; write the list anew")]
    Truncated,
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!(", line {line}") }
}

impl Fleet {
    /// Writes the list. The same list gives the same bytes.
    ///
    /// # Errors
    /// Whatever writing to `out` gives.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let first = Line::Scopes {
            schema_version: VERSION.into(),
            tool: env!("CARGO_PKG_NAME").into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            planned_at: self.planned_at,
        };
        let last = Line::End { lines: self.scopes.len() + 2 };
        let scopes = self.scopes.iter().map(|(scope, planned)| line_of(scope, planned));
        for line in std::iter::once(first).chain(scopes).chain([last]) {
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads a list, line by line.
    ///
    /// # Errors
    /// When the text is no whole list of version 1, or lists a scope twice, or one with another account's role.
    pub fn read(text: &mut dyn BufRead) -> Result<Self, FleetError> {
        Self::read_within(MOST_LINES, text)
    }

    fn read_within(most_lines: usize, text: &mut dyn BufRead) -> Result<Self, FleetError> {
        let mut fleet: Option<Self> = None;
        for number in 1.. {
            let error = |kind| FleetError { line: number, kind };
            let line = next_line(text).map_err(error)?;
            let of_the_whole = |kind| FleetError { line: 0, kind };
            match (fleet.as_mut(), line.as_deref().map(serde_json::from_slice::<Line<'static>>)) {
                (None, Some(Ok(Line::Scopes { schema_version, .. }))) if schema_version != VERSION => {
                    return Err(error(FleetErrorKind::Version));
                }
                (None, Some(Ok(Line::Scopes { planned_at, .. }))) => fleet = Some(Self::planned_at(planned_at)),
                (None, _) => return Err(of_the_whole(FleetErrorKind::NotAList)),
                (Some(_), None) => return Err(of_the_whole(FleetErrorKind::Truncated)),
                (Some(_), Some(Ok(Line::Scopes { .. }))) => return Err(error(FleetErrorKind::Truncated)),
                (Some(_), Some(Ok(Line::End { lines }))) => {
                    let is_last = lines == number && next_line(text).map_err(error)?.is_none();
                    return fleet.filter(|_| is_last).ok_or_else(|| of_the_whole(FleetErrorKind::Truncated));
                }
                (Some(_), Some(Err(cause))) if cause.is_eof() => return Err(of_the_whole(FleetErrorKind::Truncated)),
                (Some(_), Some(Err(cause))) => return Err(error(FleetErrorKind::Malformed { column: cause.column() })),
                (Some(_), Some(Ok(_))) if number > most_lines => return Err(error(FleetErrorKind::TooLarge)),
                (Some(fleet), Some(Ok(line))) => fleet.take(line).map_err(error)?,
            }
        }
        Err(FleetError { line: 0, kind: FleetErrorKind::Truncated })
    }

    fn take(&mut self, line: Line<'static>) -> Result<(), FleetErrorKind> {
        let (scope, planned) = match line {
            Line::Scope { partition, account, region, role_arn, external_id_env } => {
                let scope = scope(partition, account, region);
                let is_own = |role: &Arn| is_role(role) && role.account() == scope.account && role.partition() == scope.partition;
                if !is_account(&scope.account) || !is_region(&scope) {
                    return Err(FleetErrorKind::NotAScope);
                }
                if !role_arn.as_ref().is_none_or(is_own) {
                    return Err(FleetErrorKind::ForeignRole);
                }
                (scope, Planned::Read(Access { role: role_arn, external_id_env: external_id_env.map(Cow::into_owned) }))
            }
            Line::Unreadable { partition, account, region, operation, cause, message } => {
                let gap = Gap { operation: operation.into_owned(), ..unread_gap(cause, &message) };
                (scope(partition, account, region), Planned::Unreadable(Box::new(gap)))
            }
            Line::Scopes { .. } | Line::End { .. } => return Ok(()), // met by `read`
        };
        match self.scopes.entry(scope) {
            Entry::Vacant(place) => _ = place.insert(planned),
            Entry::Occupied(_) => return Err(FleetErrorKind::Twice),
        }
        Ok(())
    }
}

fn line_of<'a>(scope: &'a Scope, planned: &'a Planned) -> Line<'a> {
    let Scope { partition, account, region } = scope;
    let [partition, account, region] = [partition, account, region].map(|name| Cow::Borrowed(name.as_str()));
    match planned {
        Planned::Read(Access { role, external_id_env }) => {
            let external_id_env = external_id_env.as_deref().map(Cow::Borrowed);
            Line::Scope { partition, account, region, role_arn: role.clone(), external_id_env }
        }
        Planned::Unreadable(gap) => {
            let Gap { operation, parent: _, kinds: _, cause, message } = &**gap;
            let [operation, message] = [operation, message].map(|text| Cow::Borrowed(text.as_str()));
            Line::Unreadable { partition, account, region, operation, cause: *cause, message }
        }
    }
}

fn scope(partition: Cow<'_, str>, account: Cow<'_, str>, region: Cow<'_, str>) -> Scope {
    Scope { partition: partition.into_owned(), account: account.into_owned(), region: region.into_owned() }
}

/// Whether partition and Region are words that may stand in a host's name, and the Region a known one.
fn is_region(scope: &Scope) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    is_word(&scope.partition) && is_word(&scope.region) && scope.region != UNKNOWN
}

fn next_line(text: &mut dyn BufRead) -> Result<Option<Vec<u8>>, FleetErrorKind> {
    let mut line = Vec::new();
    let read = text.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(byte) if *byte != b'\n' && read as u64 == LONGEST_LINE => Err(FleetErrorKind::TooLarge),
        Some(_) => Ok(Some(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_lines_are_read_than_a_list_may_have() {
        let mut list = Fleet::planned_at(Timestamp::from_unix_seconds(0));
        for region in ["eu-west-1", "eu-west-2", "eu-west-3"] {
            list.scopes.insert(Scope::in_region("123456789012", region), Planned::Read(Access::default()));
        }
        let mut text = Vec::new();
        list.write(&mut text).expect("a vector takes everything");
        assert!(Fleet::read_within(4, &mut text.as_slice()).is_ok_and(|read| read == list));
        let error = Fleet::read_within(3, &mut text.as_slice()).expect_err("a scope more");
        assert!(matches!(error.kind(), FleetErrorKind::TooLarge) && error.line() == 4, "{error}");
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let schema = crate::schema::tests::of_read::<Line<'_>>("Line of a list of scopes of ecs-express-audit, version 1");
        crate::schema::tests::check("scopes", &schema);
    }
}
