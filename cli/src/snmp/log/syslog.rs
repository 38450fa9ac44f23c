//! The system's log, through the socket that it listens on.

use super::Failure;
use std::io;

/// Who a message is from, by the number that syslog has for it (RFC 3164 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facility(u8);

/// How much a message matters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    Error = 3,
    Notice = 5,
}

impl Facility {
    /// The facility behind `-Ls`: `d` (daemon), `u` (user) or a digit for one of the local ones.
    ///
    /// # Errors
    /// Any other text.
    pub(super) fn of(text: &str) -> Result<Facility, Failure> {
        Ok(Facility(match text.as_bytes() {
            [b'd' | b'D'] => 3,
            [b'u' | b'U'] => 1,
            [digit @ b'0'..=b'7'] => 16 + digit - b'0',
            _ => {
                return Err(format!(
                    "-Ls: `{text}` is not a facility; expected d (daemon), u (user) or 0 to 7"
                )
                .into());
            }
        }))
    }

    /// What a line becomes.
    fn line(self, level: Level, text: &str) -> String {
        let program = crate::tool::Tool::current().map_or("mibc", crate::tool::Tool::name);
        format!("<{}>{program}[{}]: {text}", u16::from(self.0) * 8 + level as u16, std::process::id())
    }
}

/// Sends each line.
///
/// # Errors
/// Nobody takes it.
#[cfg(unix)]
pub(super) fn send(facility: Facility, level: Level, lines: &str) -> io::Result<()> {
    use std::os::unix::net::UnixDatagram;
    let socket = UnixDatagram::unbound()?;
    socket.connect("/dev/log")?;
    lines.lines().try_for_each(|line| socket.send(facility.line(level, line).as_bytes()).map(drop))
}

/// There is none.
#[cfg(not(unix))]
pub(super) fn send(facility: Facility, level: Level, lines: &str) -> io::Result<()> {
    let _ = (facility, level, lines);
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::{Facility, Level};

    #[test]
    fn facilities_and_lines() {
        for (text, number) in [("d", 3), ("u", 1), ("0", 16), ("7", 23)] {
            assert_eq!(Facility::of(text).expect("a facility"), Facility(number), "{text}");
        }
        for wrong in ["", "8", "dd", "x", "é"] {
            assert!(Facility::of(wrong).is_err(), "{wrong}");
        }
        let line = Facility(3).line(Level::Error, "no answer");
        assert!(line.starts_with("<27>mibc[") && line.ends_with("]: no answer"), "{line}");
    }
}
