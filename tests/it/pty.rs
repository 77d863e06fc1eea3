//! A terminal: the binary in a real pty, its screen read by an emulator.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use crate::project::{BINARY, NO_SERVER, Project};

/// Longer than anything here should take, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The binary in a terminal; it is killed with this value.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Shown>,
}

#[derive(Default)]
struct Shown {
    state: Mutex<Option<State>>,
    news: Condvar,
}

struct State {
    parser: Parser,
    bytes: Vec<u8>,
    over: bool,
    /// Nobody reads what comes.
    paused: bool,
    /// Answers that wait for [`Pty::answer`].
    waiting: Vec<u8>,
}

/// What the terminal says when it is asked for what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Nothing.
    Never,
    /// That it has Sixel, in cells of 8 x 16.
    Sixel,
    /// The same, when nobody waits for it any more.
    Late,
}

/// Queries, and their answers.
const QUERIES: [(&str, &str); 4] = [
    ("\u{1b}[?u", "\u{1b}[?0u"),
    ("\u{1b}[c", "\u{1b}[?62;4c"),
    ("\u{1b}[16t", "\u{1b}[6;16;8t"),
    ("\u{1b}[5n", "\u{1b}[0n"),
];

/// The answers to the queries in what a program wrote, in their order.
fn answers(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let found = QUERIES.iter().flat_map(|(query, answer)| text.match_indices(query).map(move |(at, _)| (at, *answer)));
    let mut found: Vec<(usize, &str)> = found.collect();
    found.sort_unstable();
    found.into_iter().flat_map(|(_, answer)| answer.bytes()).collect()
}

impl Pty {
    /// Starts `tui` in a terminal of 100 x 30.
    pub fn start(project: &Project, arguments: &[&str]) -> Self {
        Self::with(project, arguments, &[], [100, 30])
    }

    pub fn with(project: &Project, arguments: &[&str], variables: &[(&str, &str)], size: [u16; 2]) -> Self {
        Self::open(project, arguments, variables, size, Answers::Never)
    }

    /// In a terminal of 100 x 30 that answers queries.
    pub fn answering(project: &Project, arguments: &[&str], answers: Answers) -> Self {
        Self::open(project, arguments, &[], [100, 30], answers)
    }

    fn open(
        project: &Project,
        arguments: &[&str],
        variables: &[(&str, &str)],
        [width, height]: [u16; 2],
        says: Answers,
    ) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(BINARY);
        command.arg("tui");
        command.args(arguments);
        if !arguments.contains(&"--images") {
            command.args(["--images", "half"]);
        }
        command.cwd(project.path(""));
        for name in ["NO_COLOR", "TMUX", "GITHUB_ACTIONS", "CI", "DGX_PIXELS_PROFILE"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        if !project.exists("pixels.local.toml") {
            command.env("DGX_PIXELS_SERVERS", NO_SERVER);
        }
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let shown = Arc::new(Shown::default());
        *shown.state.lock().unwrap() = Some(State {
            parser: Parser::new(rows(height), rows(width), 0),
            bytes: Vec::new(),
            over: false,
            paused: false,
            waiting: Vec::new(),
        });
        let (screen, answering) = (Arc::clone(&shown), Arc::clone(&keys));
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let state = screen.state.lock().unwrap();
                let mut state = screen.news.wait_while(state, |state| state.as_ref().unwrap().paused).unwrap();
                let state = state.as_mut().unwrap();
                state.parser.process(&buffer[..count]);
                state.bytes.extend(&buffer[..count]);
                if says != Answers::Never {
                    let answers = answers(&buffer[..count]);
                    match says {
                        Answers::Late => state.waiting.extend(answers),
                        _ => answering.lock().unwrap().write_all(&answers).unwrap(),
                    }
                }
                state.over |= count == 0;
                screen.news.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        Self { master: pair.master, keys, child, shown }
    }

    /// Sends keys.
    pub fn send(&mut self, keys: &str) -> &mut Self {
        let mut writer = self.keys.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
        drop(writer);
        self
    }

    /// Sends the answers that came too late.
    pub fn answer(&mut self) -> &mut Self {
        let waiting = std::mem::take(&mut self.shown.state.lock().unwrap().as_mut().unwrap().waiting);
        assert!(!waiting.is_empty(), "the terminal was asked");
        self.keys.lock().unwrap().write_all(&waiting).unwrap();
        self
    }

    /// Nobody reads what the program writes, until [`Pty::resume`].
    pub fn pause(&mut self) -> &mut Self {
        self.shown.state.lock().unwrap().as_mut().unwrap().paused = true;
        self
    }

    pub fn resume(&mut self) -> &mut Self {
        self.shown.state.lock().unwrap().as_mut().unwrap().paused = false;
        self.shown.news.notify_all();
        self
    }

    /// Sends a signal to the program.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// All that was written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shown.state.lock().unwrap().as_ref().unwrap().bytes.clone()
    }

    /// Waits until the screen is as it should be; shows it if it never is.
    #[track_caller]
    pub fn until(&mut self, what: &str, is: impl Fn(&str) -> bool) -> &mut Self {
        let state = self.shown.state.lock().unwrap();
        let waits = |state: &mut Option<State>| {
            let state = state.as_ref().unwrap();
            !state.over && !is(&state.parser.screen().contents())
        };
        let (state, _) = self.shown.news.wait_timeout_while(state, TIMEOUT, waits).unwrap();
        let shown = state.as_ref().unwrap().parser.screen().contents();
        assert!(is(&shown), "{what}:\n{shown}");
        drop(state);
        self
    }

    /// Waits for text on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Another size.
    pub fn resize(&mut self, [width, height]: [u16; 2]) -> &mut Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.shown.state.lock().unwrap().as_mut().unwrap().parser.set_size(rows(height), rows(width));
        self.master.resize(size).unwrap();
        self
    }

    pub fn screen(&self) -> String {
        self.shown.state.lock().unwrap().as_ref().unwrap().parser.screen().contents()
    }

    /// The colour of a cell and that of its ground.
    pub fn cell(&self, row: u16, column: u16) -> (String, vt100::Color, vt100::Color) {
        let state = self.shown.state.lock().unwrap();
        let cell = state.as_ref().unwrap().parser.screen().cell(row, column).unwrap().clone();
        (cell.contents().to_owned(), cell.fgcolor(), cell.bgcolor())
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the end: the exit code, and all bytes that it wrote.
    pub fn end(&mut self) -> (u32, Vec<u8>) {
        let began = Instant::now();
        let code = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status.exit_code(),
                None if began.elapsed() > TIMEOUT => panic!("it goes on:\n{}", self.screen()),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let state = self.shown.state.lock().unwrap();
        // The reader sees the end only when no one has the terminal's other side.
        let waits = |state: &mut Option<State>| !state.as_ref().unwrap().over;
        let (state, _) = self.shown.news.wait_timeout_while(state, Duration::from_secs(2), waits).unwrap();
        let bytes = state.as_ref().unwrap().bytes.clone();
        drop(state);
        (code, bytes)
    }

    /// Quits, and checks that the terminal is as it was.
    #[track_caller]
    pub fn quits(&mut self, keys: &str) {
        self.send(keys);
        let (code, bytes) = self.end();
        assert_eq!(code, 0);
        assert_restored(&bytes);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        _ = self.child.kill();
    }
}

/// The last words give the terminal back.
#[track_caller]
pub fn assert_restored(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for (enter, leave) in
        [("\u{1b}[?1049h", "\u{1b}[?1049l"), ("\u{1b}[?2004h", "\u{1b}[?2004l"), ("\u{1b}[?25l", "\u{1b}[?25h")]
    {
        let (entered, left) = (text.rfind(enter), text.rfind(leave));
        assert!(entered.is_some() && left > entered, "{leave:?} is not the last word: {entered:?} {left:?}");
    }
}

fn rows(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}
