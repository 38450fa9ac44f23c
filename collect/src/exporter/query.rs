//! The parameters of a scrape, from a URL.

use mibc_runtime::usm::EngineId;

/// The auth that is used if none is named.
pub(super) const AUTH: &str = "public_v2";

/// The module that is used if none is named.
pub(super) const MODULE: &str = "if_mib";

/// Most modules in one scrape.
const MODULES: usize = 64;

/// What is scraped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) target: String,
    pub(super) modules: Vec<String>,
    pub(super) auth: String,
    pub(super) context: String,
    pub(super) engine_id: Option<EngineId>,
}

impl Query {
    pub(super) fn parse(query: &str) -> Result<Self, String> {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect();
        let once = |name: &str| {
            let mut values = pairs.iter().filter(|pair| pair.0 == name).map(|pair| pair.1.clone());
            match (values.next(), values.next()) {
                (value, None) => Ok(value.filter(|value| !value.is_empty())),
                _ => Err(format!("'{name}' parameter must only be specified once")),
            }
        };
        let target = pairs.iter().filter(|pair| pair.0 == "target").count();
        let target = once("target")
            .ok()
            .flatten()
            .filter(|_| target == 1)
            .ok_or_else(|| "'target' parameter must be specified once".to_owned())?;
        let mut modules: Vec<String> = Vec::new();
        let named: Vec<&String> =
            pairs.iter().filter(|pair| pair.0 == "module").map(|pair| &pair.1).collect();
        for module in named.iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty()) {
            if !modules.iter().any(|other| other == module) {
                modules.push(module.to_owned());
            }
        }
        if named.is_empty() {
            modules.push(MODULE.to_owned());
        }
        match modules.len() {
            0 => return Err("'module' parameter must contain at least one module name".to_owned()),
            1..=MODULES => {}
            more => return Err(format!("'module' parameter has {more} names; the limit is {MODULES}")),
        }
        let engine_id = once("snmp_engineid")?.map(|text| engine_id(&text)).transpose()?;
        Ok(Self {
            target,
            modules,
            auth: once("auth")?.unwrap_or_else(|| AUTH.to_owned()),
            context: once("snmp_context")?.unwrap_or_default(),
            engine_id,
        })
    }
}

fn engine_id(text: &str) -> Result<EngineId, String> {
    let wrong =
        |why: String| format!("'snmp_engineid' is `{text}`; expected an engine ID in hexadecimal: {why}");
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return Err(wrong("two digits for each octet".to_owned()));
    }
    let octets: Result<Vec<u8>, _> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16)).collect();
    let octets = octets.map_err(|error| wrong(error.to_string()))?;
    EngineId::new(&octets).map_err(|error| wrong(error.to_string()))
}

/// Percent signs and plus signs of a URL as what they stand for.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let digit = |octet: &u8| char::from(*octet).to_digit(16);
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                let number = digit(high).zip(digit(low)).map_or(0, |(high, low)| high * 16 + low);
                octets.push(u8::try_from(number).unwrap_or(b'%'));
                rest = after;
            }
            (b'+', _) => octets.push(b' '),
            (other, _) => octets.push(*other),
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        let query = Query::parse("target=192.0.2.1&module=a,b&module=b&module=c&auth=x&snmp_context=v%201+2")
            .expect("good");
        assert_eq!(
            (query.target.as_str(), query.auth.as_str(), query.context.as_str()),
            ("192.0.2.1", "x", "v 1 2")
        );
        assert_eq!(query.modules, ["a", "b", "c"]);
        let query =
            Query::parse("target=%5B2001:db8::1%5D:161&auth=&snmp_engineid=80001f8804ab").expect("good");
        assert_eq!((query.target.as_str(), query.auth.as_str()), ("[2001:db8::1]:161", "public_v2"));
        assert_eq!(query.modules, ["if_mib"]);
        assert!(query.engine_id.is_some());
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }

    #[test]
    fn mistakes() {
        for (query, said) in [
            ("", "'target' parameter must be specified once"),
            ("target=", "'target' parameter must be specified once"),
            ("target=a&target=b", "'target' parameter must be specified once"),
            ("target=a&auth=b&auth=c", "'auth' parameter must only be specified once"),
            ("target=a&snmp_context=b&snmp_context=c", "'snmp_context' parameter"),
            ("target=a&module=,", "'module' parameter must contain"),
            ("target=a&snmp_engineid=8000zz", "expected an engine ID in hexadecimal"),
            ("target=a&snmp_engineid=800", "two digits for each octet"),
        ] {
            assert!(Query::parse(query).expect_err(query).contains(said), "{query}");
        }
    }
}
