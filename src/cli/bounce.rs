//! `nightdesk bounce`: what a mail server sends back, from standard input to the desk.
//!
//! Meant for the pipe of a mail server, which goes by the exit code: taken, sent back to whoever wrote it,
//! or kept and tried again. Whatever may pass is of the last sort, a wrong token and a missing file too:
//! a report that is lost is a message that everybody believes to have arrived.

use super::connection::wait_for;
use super::output::{self, Exit};
use crate::client::bounce::{self, Read};
use crate::config::secret;
use clap::Args;
use std::io::{self, Read as _};
use std::path::PathBuf;

/// More than any delivery status with the headers of a message of the desk.
const LARGEST: u64 = 256 * 1024;

/// Tell the desk what a mail server has sent back, from standard input; for the pipe of a mail server
#[derive(Args)]
pub(super) struct Arguments {
    /// Address of the server, such as https://desk.example.org
    #[arg(long, value_name = "URL")]
    server: String,
    /// File that holds the token of the server's smtp.bounce_token_file, readable by its owner alone
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    take(&arguments).or_else(|error| {
        output::complain(output::in_full(&error))?;
        Ok(Exit::Later)
    })
}

fn take(arguments: &Arguments) -> anyhow::Result<Exit> {
    let status = match bounce::read(&from_standard_input()?) {
        Read::Status(status) => status,
        Read::Nothing => return Ok(Exit::Done),
        Read::NotAStatus => {
            output::complain(
                "This address takes reports of mail servers alone. Nobody reads it; please ring the desk",
            )?;
            return Ok(Exit::NoReport);
        }
    };
    let token = secret::read(&arguments.token_file)?;
    wait_for(async { Ok(bounce::tell(&arguments.server, &token, &status).await?) })?;
    Ok(Exit::Done)
}

/// What was piped in, as much of it as is looked at. The rest is read as well, because a mail server whose
/// pipe closes early tries again.
fn from_standard_input() -> io::Result<Vec<u8>> {
    let mut input = io::stdin().lock();
    let mut message = Vec::new();
    input.by_ref().take(LARGEST).read_to_end(&mut message)?;
    io::copy(&mut input, &mut io::sink())?;
    Ok(message)
}
