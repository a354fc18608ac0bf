//! `schema`: the JSON Schema of a document that the program writes or reads.

use anyhow::Result;
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::schema;

use crate::args::{Document, SchemaArgs};
use crate::output;

pub(crate) fn run(args: &SchemaArgs) -> Result<ExitCode> {
    let text = match args.document {
        Document::Report => schema::REPORT,
        Document::Snapshot => schema::SNAPSHOT,
        Document::Scopes => schema::SCOPES,
        Document::Config => schema::CONFIG,
        Document::Manifest => schema::MANIFEST,
    };
    output::print(text.as_bytes())?;
    Ok(ExitCode::Clean)
}
