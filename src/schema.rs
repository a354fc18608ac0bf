//! JSON Schemas (2020-12) of what the program writes and reads, as texts.
//!
//! Those of reports and snapshots are made of the very types that are written and read; tests make them anew and fail where a schema is
//! another one, so that none changes unless somebody means it. A report or snapshot may have keys that its schema does not name: version 1
//! may grow. A configuration or manifest may not: what is not understood there is an error.

/// The schema of the JSON report.
pub const REPORT: &str = include_str!("../schemas/report.schema.json");

/// The schema of each line of a snapshot.
pub const SNAPSHOT: &str = include_str!("../schemas/snapshot.schema.json");

/// The schema of each line of a list of scopes.
pub const SCOPES: &str = include_str!("../schemas/scopes.schema.json");

/// The schema of the configuration, as the JSON that its TOML says.
pub const CONFIG: &str = include_str!("../schemas/config.schema.json");

/// The schema of a manifest, as the JSON that its YAML or TOML says.
pub const MANIFEST: &str = include_str!("../schemas/manifest.schema.json");

#[cfg(test)]
pub(crate) mod tests;
