//! A document from the shell: in which format, and where to.
//!
//! Deliberately knows nothing of what is in it.

use super::output;
use super::word;
use crate::report::Format;
use crate::report::document::Document;
use clap::Args;
use std::path::PathBuf;

/// How a document is wanted, and where.
#[derive(Args)]
pub(super) struct Paper {
    /// The format
    #[arg(long, default_value = "text", value_parser = word::one_of(&Format::ALL))]
    format: Format,
    /// Write it to a new file, readable by you alone, instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Paper {
    /// Prints the document, or writes it to the file.
    pub(super) fn hand_out(&self, document: &Document) -> anyhow::Result<()> {
        let written = self.format.write(document)?;
        match (&self.out, self.format) {
            (Some(path), _) => output::written(self.told(&document.title), path, &written),
            (None, Format::Json) => output::json(document),
            (None, Format::Pdf) => output::bytes(&written),
            (None, Format::Text | Format::Markdown | Format::Csv) => {
                output::lines(String::from_utf8(written)?.trim_end())
            }
        }
    }

    /// What is written, with its format.
    fn told(&self, title: &str) -> String {
        let name = self.format.name();
        let format = name.split_once(',').map_or(name, |(format, _)| format);
        format!("{title}, as {format}")
    }

    /// Whether it is wanted for another program.
    pub(super) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Prints a text as it is, byte for byte, or writes it to the file.
    pub(super) fn hand_out_as_it_is(&self, title: &str, text: &str) -> anyhow::Result<()> {
        match &self.out {
            Some(path) => output::written(self.told(title), path, text.as_bytes()),
            None => output::lines(text),
        }
    }
}
