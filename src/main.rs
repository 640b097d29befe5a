//! The program `reciprocity`: hands over to the command line.

use std::process::ExitCode;

/// Assessments ask for room in large pieces, which the system's allocator gives back each time (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    reciprocity::cli::main(std::env::args_os().skip(1))
}
