//! The program `reciprocity`: hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    reciprocity::cli::main(std::env::args_os().skip(1))
}
