//! Functions in Rust that match the rules of a grammar of pest, against the compiler's own matcher.

use std::fmt::Write;

use pest_meta::{ast::RuleType, optimizer::OptimizedExpr as Expr};

/// Where they are, below the compiler.
pub(crate) const PATH: &str = "src/syntax/parse/short/rules.rs";

/// The rule whose matches are of no use to anyone.
const UNNOTED: &str = "comment";

/// The functions of a grammar, one a line, of the expressions that pest's own generator makes its functions of.
///
/// # Errors
/// Where the grammar is none, or has what the matcher does not provide for.
pub(crate) fn of(grammar: &str) -> Result<String, String> {
    let (_, rules) = pest_meta::parse_and_optimize(grammar)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<String>())?;
    let mut code = "// Made of smi.pest by `cargo run -p mibc-grammar`; not to be edited.\n\n\
                    use super::matcher::Matcher;\n\
                    use crate::syntax::parse::grammar::Rule;\n\n"
        .to_owned();
    for rule in &rules {
        let name = &rule.name;
        // With a rule of one of these names, pest skips between the parts of others.
        if ["WHITESPACE", "COMMENT"].contains(&name.as_str()) {
            return Err(format!("the matcher does not provide for `{name}`"));
        }
        let method = match rule.ty {
            _ if name == UNNOTED => None,
            RuleType::Silent => None,
            RuleType::Normal => Some("rule"),
            RuleType::Atomic => Some("leaf"),
            RuleType::CompoundAtomic | RuleType::NonAtomic => Some("branch"),
        };
        let mut body = expression(&rule.expr)?;
        if let Some(method) = method {
            body = format!("m.{method}(Rule::{name}, |m| {body})");
        }
        writeln!(code, "pub(super) fn {name}(m: &mut Matcher<'_>) -> bool {{ {body} }}")
            .map_err(|error| error.to_string())?;
    }
    Ok(code)
}

/// What matches an expression: true where it did.
fn expression(expr: &Expr) -> Result<String, String> {
    Ok(match expr {
        Expr::Str(text) => format!("m.string({text:?})"),
        Expr::Insens(text) => format!("m.letters({text:?})"),
        Expr::Range(from, to) if from == to => format!("m.string({from:?})"),
        Expr::Range(from, to) => match (from.as_bytes(), to.as_bytes()) {
            ([from], [to]) => format!("m.octet(b'{}', b'{}')", from.escape_ascii(), to.escape_ascii()),
            _ => return Err(format!("the matcher does not provide for the range from {from:?} to {to:?}")),
        },
        Expr::Ident(name) => match name.as_str() {
            "SOI" => "m.is_at_start()".to_owned(),
            "EOI" => "m.rule(Rule::EOI, |m| m.is_at_end())".to_owned(),
            "ANY" => "m.any()".to_owned(),
            "ASCII_HEX_DIGIT" => "m.hexadecimal_digit()".to_owned(),
            _ if name.chars().any(char::is_uppercase) => {
                return Err(format!("the matcher does not provide for `{name}`"));
            }
            _ => format!("{name}(m)"),
        },
        Expr::PosPred(inner) => format!("m.ahead(|m| {})", expression(inner)?),
        Expr::NegPred(inner) => format!("!m.ahead(|m| {})", expression(inner)?),
        Expr::Seq(..) => format!("m.all(|m| {})", parts(expr)?.join(" && ")),
        Expr::Choice(first, second) => format!("{} || {}", expression(first)?, expression(second)?),
        Expr::Opt(inner) => format!("m.optional(|m| {})", expression(inner)?),
        Expr::Rep(inner) => format!("m.repeat(|m| {})", expression(inner)?),
        Expr::Skip(strings) => format!("m.until(&{strings:?})"),
        _ => return Err(format!("the matcher does not provide for `{expr}`")),
    })
}

/// The parts of a sequence.
fn parts(mut expr: &Expr) -> Result<Vec<String>, String> {
    let part = |expr: &Expr| match expr {
        Expr::Choice(..) => expression(expr).map(|choice| format!("({choice})")),
        _ => expression(expr),
    };
    let mut parts = Vec::new();
    while let Expr::Seq(first, rest) = expr {
        parts.push(part(first)?);
        expr = rest;
    }
    parts.push(part(expr)?);
    Ok(parts)
}
