//! The command `dgx-pixels`.

fn main() -> std::process::ExitCode {
    dgx_pixels::cli::run(std::env::args_os())
}
