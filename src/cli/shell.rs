//! What is made from the arguments for shells: completions and the manual page.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::Line;

/// What the exit status says.
const STATUS: [(u8, &str); 3] = [
    (0, "No finding at or above \\-\\-fail\\-on."),
    (1, "At least one."),
    (2, "The run itself failed: a wrong argument, a path that does not exist, a report that could not be written."),
];

/// Writes the script that makes a shell complete mpcheck's arguments.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // The generator panics where its writer fails, so it gets one that can't.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Line::command(), "mpcheck", &mut script);
    out.write_all(&script)
}

/// Writes the manual page in the format of `man`, the commands' options included.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn manual(out: &mut dyn Write) -> io::Result<()> {
    let command = Line::command().disable_help_subcommand(true);
    let page = clap_mangen::Man::new(command.clone()).manual("User commands");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    writeln!(text, ".SH COMMANDS")?;
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        writeln!(text, ".TP\n\\fB{}\\fR", command.get_name())?;
        let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
        writeln!(text, "{}", about.unwrap_or_default())?;
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let name = match argument.get_long() {
                Some(long) => format!("\\-\\-{long}"),
                None => argument.get_id().to_string().to_uppercase(),
            };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            writeln!(text, ".br\n\\fI{name}\\fR: {help}")?;
        }
    }
    writeln!(text, ".SH \"EXIT STATUS\"")?;
    for (status, meaning) in STATUS {
        writeln!(text, ".TP\n\\fB{status}\\fR\n{meaning}")?;
    }
    writeln!(
        text,
        ".SH FILES\n.TP\n\\fBmpcheck.toml\\fR, \\fB.mpcheckignore\\fR\nConfiguration, and files to pass over."
    )?;
    page.render_version_section(&mut text)?;
    out.write_all(&text)
}
