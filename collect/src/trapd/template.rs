//! Texts with places for what a notification says: `link {agent} {ifIndex}`.

use super::event::{Event, Variable};
use mibc_runtime::oid::Oid;

/// A text with places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Source,
    Agent,
    Notification,
    User,
    /// The index of the first varbind that has one.
    Index,
    /// The value of the first instance of an object.
    Object(Oid),
}

impl Template {
    /// Takes a text apart. `names` finds objects.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn parse(text: &str, names: &dyn Fn(&str) -> Result<Oid, String>) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('{') {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (place, after) = behind
                .split_once('}')
                .ok_or("a `{` without a `}`; expected a place such as {agent} or {ifIndex}")?;
            parts.push(match place {
                "source" => Part::Source,
                "agent" => Part::Agent,
                "notification" => Part::Notification,
                "user" => Part::User,
                "index" => Part::Index,
                object => Part::Object(names(object).map_err(|error| {
                    format!("{error}; a place is {{source}}, {{agent}}, {{notification}}, {{user}}, {{index}} or the name of an object")
                })?),
            });
            rest = after;
        }
        if rest.contains('}') {
            return Err("a `}` without a `{`".to_owned());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        if parts.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(Self(parts))
    }

    /// The text for an event. What the notification does not say is left out.
    pub(super) fn fill(&self, event: &Event<'_>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            text += match part {
                Part::Text(text) => text,
                Part::Source => &event.source,
                Part::Agent => &event.agent,
                Part::Notification => &event.notification,
                Part::User => event.user.as_deref().unwrap_or_default(),
                Part::Index => {
                    let mut indexes = event.varbinds.iter().map(Variable::index);
                    text += &indexes.find(|index| index != "0").unwrap_or_default();
                    continue;
                }
                Part::Object(object) => event.find(object).map_or("", |varbind| varbind.text.as_str()),
            };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn mistakes() {
        let names = |name: &str| match name {
            "ifIndex" => "1.3.6.1.2.1.2.2.1.1".parse().map_err(|_| String::new()),
            other => Err(format!("`{other}` is unknown")),
        };
        for (text, expected) in [
            ("link {agent", "without a `}`"),
            ("link agent}", "without a `{`"),
            ("link {ifIndx}", "`ifIndx` is unknown"),
            ("", "it is empty"),
        ] {
            assert!(Template::parse(text, &names).is_err_and(|error| error.contains(expected)), "{text}");
        }
        assert!(Template::parse("link {agent} {ifIndex}{index}", &names).is_ok());
    }
}
