//! How answers are written.

use super::letters::Letters;
use clap::{Args, ValueEnum};
use mibc_compiler::query::{Form, Library, Renderer};
use mibc_runtime::show::{FloatFormat, Style};

/// The form of answers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// Letters as net-snmp has them: n s S f u, b X E, q Q v e t U a x T 0.
    ///
    /// Several may be combined or given one after another. Names: n (numbers), s (short), S (with the
    /// module), f (full), u (full, without the usual beginning). Indexes: b (numbers), X (in brackets), E (quotes
    /// escaped). Values: q (quick), Q (quick, with =), v (values only), e (enumerations as numbers), t (times as
    /// numbers), U (without units), a (strings as text), x (strings in hexadecimal), T (text beside hexadecimal),
    /// 0 (two digits per octet in hexadecimal).
    #[arg(short = 'O', long = "output", value_name = "LETTERS")]
    letters: Vec<String>,
    /// How floating point numbers are written (net-snmp: -Op): width and digits such as 8.2, or %f, %e, %g with them.
    #[arg(long, value_name = "FORM", allow_hyphen_values = true)]
    floats: Option<String>,
    /// The form of answers.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// A form of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// As net-snmp's tools print them.
    Text,
    /// One JSON object in a line.
    Json,
    /// Comma-separated values, with a line of headings.
    Csv,
}

/// All that the options say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presentation {
    pub(super) form: Form,
    pub(super) style: Style,
    pub(super) format: Format,
    /// `=` between name and value also if it is quick.
    pub(super) equals: bool,
    pub(super) values_alone: bool,
    /// Whether names and types of modules are used.
    pub(super) modules: bool,
}

impl Output {
    /// With the letters that are set up otherwise before those of the options.
    ///
    /// # Errors
    /// An unknown letter.
    pub(super) fn presentation(&self, set_up: &[char]) -> Result<Presentation, String> {
        // What is set up for text does not stand in the way of other formats.
        let set_up = set_up.iter().copied().filter(|letter| *letter != 'v' || self.format == Format::Text);
        let letters = self.letters.iter().flat_map(|letters| letters.chars());
        let Letters { form, mut style, equals, values_alone } = Letters::read(set_up.chain(letters))?;
        if let Some(form) = &self.floats {
            style.floats = FloatFormat::parse(form).map_err(|error| format!("--floats (-Op): {error}"))?;
        }
        if values_alone && self.format != Format::Text {
            return Err(
                "-Ov: JSON and CSV have names beside their values; leave the v or --format out".to_owned()
            );
        }
        Ok(Presentation { form, style, format: self.format, equals, values_alone, modules: true })
    }
}

impl Presentation {
    /// What writes names and values over these modules.
    pub(super) fn renderer(mut self, library: &Library) -> Renderer<'_> {
        // A row of CSV is one line, also for readers that split at lines before they look at quotes.
        self.style.one_line |= self.format == Format::Csv;
        let renderer = Renderer::new(library, self.form, self.style);
        if self.modules { renderer } else { renderer.without_modules() }
    }

    /// The same with short values, as tables, JSON and CSV have them.
    pub(super) fn quick(mut self, library: &Library) -> Renderer<'_> {
        self.style.quick = true;
        self.renderer(library)
    }

    /// The same for the cells of tables, which must not break their rows.
    pub(super) fn cells(mut self, library: &Library) -> Renderer<'_> {
        self.style.one_line = self.format != Format::Json;
        self.quick(library)
    }
}
