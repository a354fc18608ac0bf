//! What is declared.

use clap::Args;

/// Where declarations are, and what they need to be read.
#[derive(Debug, Args)]
pub(crate) struct DeclaredArgs {
    /// What is declared: Terraform state, CloudFormation template, Pulumi stack, AWS CLI input or manifest (file, glob, folder, or - for
    /// standard input), or s3://BUCKET/KEY, cfn://STACK, tfc://[HOST/]ORGANIZATION/WORKSPACE, https://HOST/PATH; may be repeated.
    /// Without it, nothing is called undeclared or missing
    #[arg(short = 'd', long = "declared", value_name = "SOURCE")]
    pub sources: Vec<String>,

    /// Parameters of the CloudFormation templates among these: KEY=VALUE, or a file as the AWS CLI or CodePipeline takes it (file://FILE
    /// too); may be repeated, and the last one counts. A deployed stack (cfn://STACK) has its own
    #[arg(long, value_name = "KEY=VALUE|FILE", requires = "sources")]
    pub parameters: Vec<String>,
}

impl DeclaredArgs {
    /// How many declarations are on standard input.
    pub(crate) fn readers_of_standard_input(&self) -> usize {
        self.sources.iter().filter(|source| *source == "-").count()
    }
}
