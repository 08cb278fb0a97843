//! The `nightdesk` program: hands its arguments to the command line and its exit code back.

use std::process::ExitCode;

fn main() -> ExitCode {
    nightdesk::cli::run(std::env::args_os())
}
