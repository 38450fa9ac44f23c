//! Options of a variation module: `name=value,name=value`.

use std::str::FromStr;

/// What is left of them; what nobody takes is told at the end.
#[derive(Debug)]
pub(crate) struct Options(Vec<(String, String)>);

impl Options {
    /// # Errors
    ///
    /// A part without `=`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        // As in snmpsim, another separator between options stands in front of them: /a=1/b=2,3/.
        let first = text.chars().next().filter(|c| !c.is_alphanumeric());
        let (text, separator) = match first {
            Some(c) => (text.strip_prefix(c).unwrap_or(text), c),
            None => (text, ','),
        };
        let parts = text.split(separator).filter(|part| !part.trim().is_empty());
        let options: Result<Vec<_>, String> = parts
            .map(|part| match part.split_once('=') {
                Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
                None => Err(format!(
                    "`{}` is not an option: expected name=value, and a comma between two",
                    crate::problem::shown(part)
                )),
            })
            .collect();
        options.map(Self)
    }

    /// The value of an option; of two with one name the later one.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        self.0.retain_mut(|(known, value)| {
            let is_it = known == name;
            if is_it {
                found = Some(std::mem::take(value));
            }
            !is_it
        });
        found
    }

    /// The same, as a number or what else text is read as.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &str, what: &str) -> Result<Option<T>, String> {
        self.take(name)
            .map(|text| {
                text.trim()
                    .parse()
                    .map_err(|_| format!("`{name}={}`: expected {what}", crate::problem::shown(&text)))
            })
            .transpose()
    }

    /// Whether a switch is on: it is there, with anything but 0.
    pub(crate) fn is_on(&mut self, name: &str) -> bool {
        self.take(name).is_some_and(|value| !matches!(value.trim(), "" | "0" | "no" | "false"))
    }

    /// # Errors
    ///
    /// Something is left.
    pub(crate) fn finish(self, module: &str) -> Result<(), String> {
        match self.0.first() {
            Some((name, _)) => Err(format!("the variation module `{module}` has no option `{name}`")),
            None => Ok(()),
        }
    }
}
