//! Varbinds in lines: text, JSON or CSV.

use super::output::{Format, Presentation};
use crate::output::{WriteError, to_stdout};
use mibc_compiler::query::{Library, Renderer, json::varbind as varbind_json};
use mibc_runtime::value::VarBind;
use serde_json::{Value as Json, json};

/// Writes varbinds to standard output, each with the agent it comes from where there are several.
pub(super) struct Printer<'r, 'l> {
    renderer: &'r Renderer<'l>,
    /// For the short text of values in JSON and CSV.
    quick: Renderer<'l>,
    presentation: Presentation,
    /// Names of agents; text does not name the only one.
    agents: &'r [String],
    headed: bool,
}

impl<'r, 'l> Printer<'r, 'l> {
    pub(super) fn new(
        library: &'l Library,
        renderer: &'r Renderer<'l>,
        presentation: Presentation,
        agents: &'r [String],
    ) -> Self {
        Self { renderer, quick: presentation.quick(library), presentation, agents, headed: false }
    }

    pub(super) fn varbind(&mut self, agent: usize, varbind: &VarBind) -> Result<(), WriteError> {
        let mut line = match self.presentation.format {
            Format::Text => self.text(agent, varbind),
            Format::Json => self.json(agent, varbind).to_string(),
            Format::Csv => self.csv(agent, varbind),
        };
        line.push('\n');
        to_stdout(&line)
    }

    /// The agent's name in front of a line of text, if there are several.
    pub(super) fn agent(&self, agent: usize) -> String {
        match self.agents.get(agent) {
            Some(name) if self.agents.len() > 1 => format!("{name}: "),
            _ => String::new(),
        }
    }

    fn text(&self, agent: usize, varbind: &VarBind) -> String {
        self.agent(agent) + &line(self.renderer, self.presentation, varbind)
    }

    fn json(&self, agent: usize, varbind: &VarBind) -> Json {
        let mut line = json!(varbind_json(self.renderer, &self.quick, varbind, &[]));
        line["target"] = json!(self.agents.get(agent));
        line
    }

    fn csv(&mut self, agent: usize, varbind: &VarBind) -> String {
        let mut line = String::new();
        if !self.headed {
            self.headed = true;
            line += "target,name,oid,type,text\n";
        }
        let fields = [
            self.agents.get(agent).cloned().unwrap_or_default(),
            self.renderer.name(varbind.name.as_ref()),
            varbind.name.to_string(),
            varbind.value.as_ref().kind().to_string(),
            self.quick.value(varbind.name.as_ref(), varbind.value.as_ref()),
        ];
        line + &csv_line(&fields)
    }
}

/// A varbind as text, without the line's end.
pub(super) fn line(renderer: &Renderer<'_>, presentation: Presentation, varbind: &VarBind) -> String {
    let mut line = String::new();
    if !presentation.values_alone {
        line += &renderer.name(varbind.name.as_ref());
        line += if presentation.style.quick && !presentation.equals { " " } else { " = " };
    }
    line + &renderer.value(varbind.name.as_ref(), varbind.value.as_ref())
}

/// A line of CSV (RFC 4180), without its end.
pub(super) fn csv_line<S: AsRef<str>>(fields: &[S]) -> String {
    let field = |text: &S| {
        let text = text.as_ref();
        match text.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        }
    };
    fields.iter().map(field).collect::<Vec<_>>().join(",")
}
