//! The command line: one file a subcommand, `args` says what may be written, `report` is the observer that a person
//! reads.

mod add;
mod adopt;
mod annotate;
mod args;
mod assets_report;
mod batch;
mod blocks;
mod browser;
mod build;
mod cache;
mod candidates;
mod check;
mod compare;
mod complete;
mod dataset;
mod decide;
mod doctor;
mod fmt;
mod generate;
mod init;
mod list;
mod lock;
#[cfg(feature = "mcp")]
mod mcp;
mod mv;
mod one_off;
mod palette;
mod plan;
mod process;
mod project;
mod report;
#[cfg(feature = "serve")]
mod review;
mod rm;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod style;
mod tileset;
#[cfg(all(unix, feature = "worker"))]
mod train;
#[cfg(feature = "tui")]
mod tui;
mod upgrade;
mod watch;
mod what_if;
mod why;
mod workflow;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};

use crate::session::{self, Error, Exit};
use crate::threads;
use crate::words::diagnostic::Diagnostic;
use args::{Args, Command, Global, MessageFormat};

/// Parses the arguments, runs the subcommand, and says what went wrong on stderr.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // What a pager or `head` no longer reads ends the process quietly, as of any tool in a pipe.
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if complete::answered(&arguments) {
        return ExitCode::SUCCESS;
    }
    let parsed = args::command().try_get_matches_from(&arguments);
    let empty = parsed.as_ref().ok().and_then(|found| empty_option(&args::command(), found));
    let arguments = match parsed.and_then(|found| Args::from_arg_matches(&found)) {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error, &arguments),
    };
    style::choose(arguments.global.color);
    let global = arguments.global.clone();
    let exit = empty.map_or(Ok(()), |option| Err(without_value(&option)));
    let exit = exit.and_then(|()| start(&global)).and_then(|()| arguments.check_format());
    let exit = exit.and_then(|()| dispatch(arguments)).unwrap_or_else(|error| {
        annotate::diagnostics(&global, &error.diagnostics());
        report::error(&global, &error)
    });
    report::finished(global.message_format, exit);
    match style::lost() {
        Some(error) => {
            style::error(&format!("{error:#}"), None);
            ExitCode::from(Exit::Failed as u8)
        }
        // There is no other place to say so.
        None if style::is_silent() && matches!(exit, Exit::Success | Exit::Gate | Exit::Stale) => {
            ExitCode::from(Exit::Failed as u8)
        }
        None => ExitCode::from(exit as u8),
    }
}

/// An option that was given an empty value, as a script does whose variable is not set.
fn empty_option(command: &clap::Command, found: &ArgMatches) -> Option<String> {
    let is_empty = |id: &&clap::Id| {
        let given = found.value_source(id.as_str()) == Some(ValueSource::CommandLine);
        let values = found.try_get_raw(id.as_str()).ok().flatten();
        given && values.into_iter().flatten().any(|value| value.is_empty())
    };
    let argument = |id: &clap::Id| command.get_arguments().find(|argument| argument.get_id() == id);
    let long = |id: &clap::Id| argument(id).and_then(|argument| argument.get_long()).map(|long| format!("--{long}"));
    let own = found.ids().filter(is_empty).find_map(long);
    own.or_else(|| found.subcommand().and_then(|(name, found)| empty_option(command.find_subcommand(name)?, found)))
}

fn without_value(option: &str) -> Error {
    Error::usage("bad-value", format!("`{option}` is empty"), "give it a value, or leave it out")
}

/// Prints what is wrong with the arguments, or the help that they ask for.
fn misused(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let _ = error.print();
    if !error.use_stderr() {
        return ExitCode::SUCCESS;
    }
    if args::wants_json(arguments) {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let diagnostic = Diagnostic::error("bad-arguments", message);
        report::json("diagnostic", &diagnostic.hint("`--help` after the command shows its arguments"));
        report::finished(MessageFormat::Json, Exit::Usage);
    }
    ExitCode::from(Exit::Usage as u8)
}

fn dispatch(Args { global, command }: Args) -> session::Result<Exit> {
    match command {
        Command::Build(args) => build::run(&global, &args),
        Command::Watch(args) => watch::run(&global, &args),
        Command::Check(args) => check::run(&global, &args),
        Command::Plan(args) => plan::run(&global, &args),
        Command::Why(args) => why::run(&global, &args),
        Command::List(args) => list::run(&global, &args),
        Command::Candidates(args) => candidates::run(&global, &args),
        Command::Show(args) => show::run(&global, &args),
        Command::WhatIf(args) => what_if::run(&global, &args),
        Command::Compare(args) => compare::run(&global, &args),
        Command::Report(args) => assets_report::run(&global, &args),
        #[cfg(feature = "serve")]
        Command::Review(args) => review::run(&global, &args),
        #[cfg(feature = "tui")]
        Command::Tui(args) => tui::run(&global, &args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&global, &args),
        Command::Generate(args) => generate::run(&global, &args),
        Command::Batch(args) => batch::run(&global, &args),
        Command::Add(args) => add::run(&global, &args),
        Command::Adopt(args) => adopt::run(&global, &args),
        Command::Process(args) => process::run(&global, &args),
        Command::Palette(args) => palette::run(&global, &args),
        Command::Tileset(args) => tileset::run(&global, &args),
        Command::Dataset(args) => dataset::run(&global, &args),
        #[cfg(all(unix, feature = "worker"))]
        Command::Train(args) => train::run(&global, &args),
        #[cfg(all(unix, feature = "worker"))]
        Command::Worker(args) => train::worker(&global, &args),
        Command::Workflow(args) => workflow::run(&global, &args),
        Command::Pick(args) => decide::pick(&global, &args),
        Command::Unpick(args) => decide::unpick(&global, &args),
        Command::Keep(args) => decide::keep(&global, &args),
        Command::Reroll(args) => decide::reroll(&global, &args),
        Command::Mv(args) => mv::run(&global, &args),
        Command::Rm(args) => rm::run(&global, &args),
        Command::Fmt(args) => fmt::run(&global, &args),
        Command::Upgrade => upgrade::run(&global),
        Command::Cache(args) => cache::run(&global, &args),
        Command::Lock(args) => lock::run(&global, &args),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => mcp::run(&global, &args),
        Command::Doctor(args) => doctor::run(&global, &args),
        Command::Init(args) => init::run(&global, &args),
        Command::Schema => schema::schema(),
        Command::Completions { shell } => schema::completions(shell),
        Command::Man { out } => schema::man(out.as_deref()),
    }
}

/// Sets up what a process has once: the thread pool and the signal handler.
fn start(global: &Global) -> session::Result<()> {
    start_threads(global.jobs)?;
    cancel_on_signal(global).map_err(|error| Error::internal(format!("{error:#}")))
}

/// Worker threads start lazily, at most as many as asked for.
fn start_threads(jobs: Option<u16>) -> session::Result<()> {
    let hint = "leave `--jobs` out for one thread per processor";
    match jobs {
        None => Ok(()),
        Some(0) => Err(Error::usage("bad-jobs", "`--jobs` is at least 1", hint)),
        Some(jobs) => {
            let pool = threads::start_pool(Some(jobs.into()));
            pool.map_err(|error| Error::usage("no-threads", format!("cannot start {jobs} threads: {error}"), hint))
        }
    }
}

/// The first signal cancels the operation, if that can end by itself; any other ends the process at once.
fn cancel_on_signal(global: &Global) -> anyhow::Result<()> {
    let (cancel, format) = (global.cancel.clone(), global.message_format);
    let handled = ctrlc::set_handler(move || {
        if cancel.is_cancelled() || !cancel.has_callbacks() {
            report::finished(format, Exit::Interrupted);
            std::process::exit(Exit::Interrupted as i32);
        }
        style::say("stopping; what was captured is kept (press again to end at once)");
        cancel.cancel();
    });
    handled.context("cannot handle signals")
}
