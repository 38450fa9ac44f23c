//! Arguments in the way of C's `getopt`: letters together, a value behind its letter or in the next argument, options
//! behind operands.

use std::collections::VecDeque;
use std::ffi::OsString;

/// What is left of a command line.
#[derive(Debug)]
pub(super) struct Arguments {
    words: VecDeque<OsString>,
    /// Letters behind the present one.
    letters: String,
    operands: Vec<String>,
    /// Whether the first operand ends the options.
    strict: bool,
}

impl Arguments {
    /// The arguments behind the program's name.
    pub(super) fn new(words: Vec<OsString>, strict: bool) -> Self {
        Self { words: words.into(), letters: String::new(), operands: Vec::new(), strict }
    }

    /// The letter of the next option; `-` stands for a long option.
    ///
    /// # Errors
    /// An argument that is not text.
    pub(super) fn option(&mut self) -> Result<Option<char>, OsString> {
        loop {
            if let Some(letter) = self.letters.chars().next() {
                self.letters.remove(0);
                return Ok(Some(letter));
            }
            let Some(word) = self.words.pop_front() else { return Ok(None) };
            let word = word.into_string()?;
            match word.strip_prefix('-') {
                Some("-") => {
                    self.all_operands()?;
                    return Ok(None);
                }
                Some(letters) if !letters.is_empty() => letters.clone_into(&mut self.letters),
                _ => {
                    self.operands.push(word);
                    if self.strict {
                        self.all_operands()?;
                    }
                }
            }
        }
    }

    fn all_operands(&mut self) -> Result<(), OsString> {
        for word in self.words.drain(..) {
            self.operands.push(word.into_string()?);
        }
        Ok(())
    }

    /// The value of the current option: the rest of the argument, or the next argument if nothing is left of it.
    pub(super) fn value(&mut self) -> Option<String> {
        match self.letters.is_empty() {
            true => self.next(),
            false => Some(std::mem::take(&mut self.letters)),
        }
    }

    /// The next argument, whatever it looks like.
    pub(super) fn next(&mut self) -> Option<String> {
        self.words.pop_front()?.into_string().ok()
    }

    /// The arguments that were not options.
    pub(super) fn operands(self) -> Vec<String> {
        self.operands
    }
}
