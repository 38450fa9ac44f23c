// Made of smi.pest by `cargo run -p mibc-grammar`; not to be edited.

use super::matcher::Matcher;
use crate::syntax::parse::grammar::Rule;

pub(super) fn t(m: &mut Matcher<'_>) -> bool { m.repeat(|m| m.string("        ") || m.octet(b'\x00', b' ') || m.all(|m| m.string("-") && comment(m)) || m.string("\u{a0}") || m.string("\u{feff}")) }
pub(super) fn comment(m: &mut Matcher<'_>) -> bool { m.all(|m| m.string("-") && m.until(&["\n", "\r"])) }
pub(super) fn id_char(m: &mut Matcher<'_>) -> bool { m.octet(b'a', b'z') || m.octet(b'A', b'Z') || m.octet(b'0', b'9') || m.all(|m| m.string("-") && !m.ahead(|m| m.string("-"))) || m.string("_") }
pub(super) fn id_rest(m: &mut Matcher<'_>) -> bool { m.repeat(|m| m.all(|m| m.octet(b'a', b'z') && m.repeat(|m| m.octet(b'a', b'z'))) || m.octet(b'A', b'Z') || m.octet(b'0', b'9') || m.all(|m| m.string("-") && !m.ahead(|m| m.string("-"))) || m.string("_")) }
pub(super) fn edge(m: &mut Matcher<'_>) -> bool { m.ahead(|m| m.octet(b'\x00', b',')) || !m.ahead(|m| id_char(m)) }
pub(super) fn ident(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::ident, |m| m.all(|m| (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m))) }
pub(super) fn label(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::label, |m| m.all(|m| (m.octet(b'a', b'z') || m.octet(b'A', b'Z') || m.octet(b'0', b'9') || m.string("_")) && id_rest(m))) }
pub(super) fn qname(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::qname, |m| m.all(|m| (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m) && m.optional(|m| m.all(|m| m.string(".") && (m.all(|m| (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m)) || odd_name(m)))))) }
pub(super) fn odd_name(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::odd_name, |m| m.all(|m| m.ahead(|m| m.octet(b'0', b'9') || m.string("_")) && !m.ahead(|m| hexadecimal(m)) && m.repeat(|m| m.octet(b'0', b'9') || m.all(|m| m.string("-") && !m.ahead(|m| m.string("-")))) && (m.octet(b'a', b'z') || m.octet(b'A', b'Z') || m.string("_")) && id_rest(m))) }
pub(super) fn hexadecimal(m: &mut Matcher<'_>) -> bool { m.all(|m| (m.string("0x") || m.string("0X")) && m.all(|m| m.hexadecimal_digit() && m.repeat(|m| m.hexadecimal_digit())) && edge(m)) }
pub(super) fn name(m: &mut Matcher<'_>) -> bool { ident(m) || odd_name(m) }
pub(super) fn number(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::number, |m| m.all(|m| m.optional(|m| m.string("-")) && m.all(|m| m.octet(b'0', b'9') && m.repeat(|m| m.octet(b'0', b'9'))) && edge(m))) }
pub(super) fn quoted_digits(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::quoted_digits, |m| m.all(|m| m.string("'") && m.until(&["'", "\n"]) && m.string("'") && m.optional(|m| m.octet(b'a', b'z') || m.octet(b'A', b'Z')))) }
pub(super) fn string(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::string, |m| m.all(|m| m.string("\"") && m.until(&["\""]) && m.string("\""))) }
pub(super) fn close_brace(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::close_brace, |m| m.string("}")) }
pub(super) fn close_paren(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::close_paren, |m| m.string(")")) }
pub(super) fn semicolon(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::semicolon, |m| m.string(";")) }
pub(super) fn assign_mark(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::assign_mark, |m| m.string("::=")) }
pub(super) fn open_brace(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::open_brace, |m| m.string("{")) }
pub(super) fn open_paren(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::open_paren, |m| m.string("(")) }
pub(super) fn assign(m: &mut Matcher<'_>) -> bool { m.all(|m| (m.string("::=") || assign_mark(m)) && t(m)) }
pub(super) fn brace(m: &mut Matcher<'_>) -> bool { m.all(|m| (m.string("{") || open_brace(m)) && t(m)) }
pub(super) fn commas(m: &mut Matcher<'_>) -> bool { m.repeat(|m| m.all(|m| m.string(",") && t(m))) }
pub(super) fn file(m: &mut Matcher<'_>) -> bool { m.branch(Rule::file, |m| m.all(|m| m.is_at_start() && t(m) && m.all(|m| module(m) && m.repeat(|m| module(m))) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn module(m: &mut Matcher<'_>) -> bool { m.branch(Rule::module, |m| m.all(|m| module_head(m) && m.repeat(|m| exports(m) || imports(m)) && m.repeat(|m| definition(m)) && end(m) && t(m))) }
pub(super) fn module_head(m: &mut Matcher<'_>) -> bool { m.all(|m| label(m) && t(m) && m.optional(|m| oid_value(m)) && definitions(m) && t(m) && m.optional(|m| m.all(|m| tags(m) && t(m) && m.string("TAGS") && t(m))) && assign(m) && begin(m) && t(m)) }
pub(super) fn definitions(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::definitions, |m| m.all(|m| m.optional(|m| m.string("PIB-")) && m.string("DEFINITIONS") && edge(m))) }
pub(super) fn tags(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::tags, |m| m.string("IMPLICIT") || m.string("EXPLICIT") || m.string("AUTOMATIC")) }
pub(super) fn begin(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::begin, |m| m.all(|m| m.string("BEGIN") && edge(m))) }
pub(super) fn end(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::end, |m| m.all(|m| m.string("END") && edge(m))) }
pub(super) fn exports(m: &mut Matcher<'_>) -> bool { m.branch(Rule::exports, |m| m.all(|m| m.string("EXPORTS") && edge(m) && t(m) && m.repeat(|m| m.all(|m| name(m) && t(m) && commas(m))) && semicolon(m) && t(m))) }
pub(super) fn imports(m: &mut Matcher<'_>) -> bool { m.branch(Rule::imports, |m| m.all(|m| imports_kw(m) && t(m) && commas(m) && m.repeat(|m| m.all(|m| import(m) && commas(m))) && m.repeat(|m| m.all(|m| semicolon(m) && t(m) && m.repeat(|m| m.all(|m| !m.ahead(|m| imports_kw(m)) && import(m) && commas(m))))))) }
pub(super) fn imports_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::imports_kw, |m| m.all(|m| m.string("IMPORTS") && edge(m))) }
pub(super) fn import(m: &mut Matcher<'_>) -> bool { m.branch(Rule::import, |m| m.all(|m| m.repeat(|m| m.all(|m| !m.ahead(|m| from(m)) && name(m) && t(m) && commas(m))) && from(m) && t(m) && label(m) && t(m) && m.optional(|m| oid_value(m)))) }
pub(super) fn from(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::from, |m| m.all(|m| m.string("FROM") && edge(m))) }
pub(super) fn lone_head(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_head, |m| m.all(|m| m.is_at_start() && t(m) && module_head(m) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_linkage(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_linkage, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| exports(m) || imports(m)) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_definition(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_definition, |m| m.all(|m| m.is_at_start() && t(m) && definition(m) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_definitions(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_definitions, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| definition(m)) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_names(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_names, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| m.all(|m| (qname(m) || odd_name(m)) && t(m))) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_numbers(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_numbers, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| named_number(m)) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_index(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_index, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| index_item(m)) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_pieces(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_pieces, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| piece(m)) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn lone_fields(m: &mut Matcher<'_>) -> bool { m.branch(Rule::lone_fields, |m| m.all(|m| m.is_at_start() && t(m) && m.repeat(|m| m.all(|m| name(m) && t(m) && inner_syntax(m))) && m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn definition(m: &mut Matcher<'_>) -> bool { m.branch(Rule::definition, |m| m.all(|m| label(m) && t(m) && definition_body(m) && stray(m))) }
pub(super) fn stray(m: &mut Matcher<'_>) -> bool { m.repeat(|m| m.all(|m| (m.string(";") || m.string(",")) && t(m))) }
pub(super) fn definition_body(m: &mut Matcher<'_>) -> bool { m.all(|m| macro_name(m) && t(m) && m.repeat(|m| clause(m)) && assign(m) && (oid_value(m) || bare_oid(m) || m.all(|m| number(m) && t(m)))) || m.all(|m| oid_type(m) && t(m) && assign(m) && (oid_value(m) || bare_oid(m))) || m.all(|m| assign(m) && (m.all(|m| tc_name(m) && t(m) && m.repeat(|m| clause(m))) || syntax(m))) || m.all(|m| macro_kw(m) && t(m) && assign(m) && macro_body(m) && t(m)) || m.all(|m| leaf_syntax(m) && assign(m) && other_value(m)) }
pub(super) fn macro_name(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::macro_name, |m| m.all(|m| (m.string("OBJECT-TYPE") || m.string("NOTIFICATION-TYPE") || m.string("OBJECT-IDENTITY") || m.string("OBJECT-GROUP") || m.string("TRAP-TYPE") || m.string("NOTIFICATION-GROUP") || m.string("MODULE-IDENTITY") || m.string("MODULE-COMPLIANCE") || m.string("AGENT-CAPABILITIES")) && edge(m))) }
pub(super) fn oid_type(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::oid_type, |m| m.all(|m| m.string("OBJECT") && m.all(|m| blank(m) && m.repeat(|m| blank(m))) && m.string("IDENTIFIER") && edge(m))) }
pub(super) fn blank(m: &mut Matcher<'_>) -> bool { m.octet(b'\x00', b' ') || m.all(|m| m.string("--") && m.repeat(|m| m.all(|m| !m.ahead(|m| m.string("\n")) && m.any()))) }
pub(super) fn tc_name(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::tc_name, |m| m.all(|m| m.string("TEXTUAL-CONVENTION") && edge(m))) }
pub(super) fn macro_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::macro_kw, |m| m.all(|m| m.string("MACRO") && edge(m))) }
pub(super) fn macro_body(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::macro_body, |m| m.all(|m| m.string("BEGIN") && m.until(&["END"]) && m.string("END") && m.repeat(|m| m.all(|m| m.all(|m| id_char(m) && m.until(&["END"])) && m.string("END"))))) }
pub(super) fn other_value(m: &mut Matcher<'_>) -> bool { m.branch(Rule::other_value, |m| m.all(|m| (oid_value(m) || number(m) || string(m) || quoted_digits(m) || m.all(|m| !m.ahead(|m| begin(m)) && name(m))) && t(m))) }
pub(super) fn clause(m: &mut Matcher<'_>) -> bool { m.all(|m| !m.ahead(|m| m.string(":")) && any_clause(m)) }
pub(super) fn any_clause(m: &mut Matcher<'_>) -> bool { m.all(|m| syntax_kw(m) && t(m) && syntax(m)) || m.all(|m| word_kw(m) && t(m) && word(m) && t(m)) || m.all(|m| text_kw(m) && t(m) && string(m) && t(m)) || m.all(|m| names_kw(m) && t(m) && names(m)) || m.all(|m| index_kw(m) && t(m) && index(m)) || m.all(|m| defval_kw(m) && t(m) && defval(m)) || m.all(|m| name_kw(m) && t(m) && name(m) && t(m) && m.optional(|m| module_oid(m))) || m.all(|m| module_kw(m) && t(m) && m.optional(|m| m.all(|m| !m.ahead(|m| after_module(m)) && name(m) && t(m) && m.optional(|m| module_oid(m))))) || m.all(|m| enterprise_kw(m) && t(m) && (oid_value(m) || bare_oid(m) || m.all(|m| name(m) && t(m)))) }
pub(super) fn reserved(m: &mut Matcher<'_>) -> bool { m.all(|m| m.ahead(|m| m.all(|m| m.octet(b'A', b'Z') && m.octet(b'A', b'Z'))) && (m.string("MAX-ACCESS") || m.string("ACCESS") || m.string("STATUS") || m.string("DESCRIPTION") || m.string("UNITS") || m.string("REFERENCE") || m.string("MIN-ACCESS") || m.string("WRITE-SYNTAX")) && edge(m)) }
pub(super) fn word(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::word, |m| m.all(|m| !m.ahead(|m| reserved(m)) && (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m))) }
pub(super) fn syntax_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::syntax_kw, |m| m.all(|m| (m.string("SYNTAX") || m.string("WRITE-SYNTAX")) && edge(m))) }
pub(super) fn word_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::word_kw, |m| m.all(|m| (m.string("MAX-ACCESS") || m.string("STATUS") || m.string("ACCESS") || m.string("MIN-ACCESS") || m.string("PIB-ACCESS")) && edge(m))) }
pub(super) fn text_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::text_kw, |m| m.all(|m| (m.string("DESCRIPTION") || m.string("REFERENCE") || m.string("UNITS") || m.string("DISPLAY-HINT") || m.string("REVISION") || m.string("LAST-UPDATED") || m.string("ORGANIZATION") || m.string("CONTACT-INFO") || m.string("PRODUCT-RELEASE")) && edge(m))) }
pub(super) fn names_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::names_kw, |m| m.all(|m| (m.string("OBJECTS") || m.string("NOTIFICATIONS") || m.string("VARIABLES") || m.string("MANDATORY-GROUPS") || m.string("INCLUDES") || m.string("CREATION-REQUIRES")) && edge(m))) }
pub(super) fn index_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::index_kw, |m| m.all(|m| (m.string("INDEX") || m.string("AUGMENTS")) && edge(m))) }
pub(super) fn defval_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::defval_kw, |m| m.all(|m| m.string("DEFVAL") && edge(m))) }
pub(super) fn name_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::name_kw, |m| m.all(|m| (m.string("GROUP") || m.string("OBJECT") || m.string("SUPPORTS") || m.string("VARIATION")) && edge(m))) }
pub(super) fn module_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::module_kw, |m| m.all(|m| m.string("MODULE") && edge(m))) }
pub(super) fn after_module(m: &mut Matcher<'_>) -> bool { m.all(|m| (m.string("MANDATORY-GROUPS") || m.string("GROUP") || m.string("OBJECT") || m.string("MODULE")) && edge(m)) }
pub(super) fn module_oid(m: &mut Matcher<'_>) -> bool { m.branch(Rule::module_oid, |m| oid_value(m)) }
pub(super) fn enterprise_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::enterprise_kw, |m| m.all(|m| m.string("ENTERPRISE") && edge(m))) }
pub(super) fn names(m: &mut Matcher<'_>) -> bool { m.branch(Rule::names, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| (qname(m) || odd_name(m)) && t(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn index(m: &mut Matcher<'_>) -> bool { m.branch(Rule::index, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| index_item(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn index_item(m: &mut Matcher<'_>) -> bool { m.branch(Rule::index_item, |m| m.all(|m| m.optional(|m| m.all(|m| implied(m) && t(m) && m.ahead(|m| id_char(m)))) && leaf_syntax(m))) }
pub(super) fn implied(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::implied, |m| m.all(|m| m.letters("IMPLIED") && edge(m))) }
pub(super) fn defval(m: &mut Matcher<'_>) -> bool { m.branch(Rule::defval, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| value(m) && t(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn value(m: &mut Matcher<'_>) -> bool { qname(m) || number(m) || string(m) || quoted_digits(m) || braces(m) || odd_name(m) }
pub(super) fn braces(m: &mut Matcher<'_>) -> bool { m.branch(Rule::braces, |m| m.all(|m| m.string("{") && t(m) && commas(m) && m.repeat(|m| m.all(|m| arc(m) && arc_ends(m))) && close_brace(m))) }
pub(super) fn oid_value(m: &mut Matcher<'_>) -> bool { m.branch(Rule::oid_value, |m| m.all(|m| brace(m) && m.all(|m| m.all(|m| arc(m) && arc_ends(m)) && m.repeat(|m| m.all(|m| arc(m) && arc_ends(m)))) && close_brace(m) && t(m))) }
pub(super) fn arc(m: &mut Matcher<'_>) -> bool { m.all(|m| qname(m) && t(m) && m.optional(|m| paren_number(m))) || m.all(|m| number(m) && t(m)) || m.all(|m| odd_name(m) && t(m) && m.optional(|m| paren_number(m))) }
pub(super) fn arc_ends(m: &mut Matcher<'_>) -> bool { m.repeat(|m| m.all(|m| (m.string(",") || dot(m)) && t(m))) }
pub(super) fn dot(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::dot, |m| m.string(".")) }
pub(super) fn bare_oid(m: &mut Matcher<'_>) -> bool { m.branch(Rule::bare_oid, |m| m.all(|m| arc(m) && m.all(|m| m.optional(|m| m.all(|m| dot(m) && t(m))) && bare_arc(m)) && m.repeat(|m| m.all(|m| m.optional(|m| m.all(|m| dot(m) && t(m))) && bare_arc(m))))) }
pub(super) fn bare_arc(m: &mut Matcher<'_>) -> bool { m.all(|m| number(m) && t(m)) || m.all(|m| (qname(m) || odd_name(m)) && t(m) && paren_number(m)) }
pub(super) fn paren_number(m: &mut Matcher<'_>) -> bool { m.branch(Rule::paren_number, |m| m.all(|m| m.string("(") && t(m) && number(m) && t(m) && close_paren(m) && t(m))) }
pub(super) fn syntax(m: &mut Matcher<'_>) -> bool { m.branch(Rule::syntax, |m| m.all(|m| m.ahead(|m| structured(m)) && (sequence(m) || choice(m) || bits(m) || tagged(m))) || named(m)) }
pub(super) fn inner_syntax(m: &mut Matcher<'_>) -> bool { m.branch(Rule::inner_syntax, |m| m.all(|m| m.ahead(|m| structured(m)) && (inner_sequence(m) || inner_choice(m) || bits(m) || leaf_tagged(m))) || named(m)) }
pub(super) fn leaf_syntax(m: &mut Matcher<'_>) -> bool { m.branch(Rule::leaf_syntax, |m| m.all(|m| m.ahead(|m| structured(m)) && (sequence_of(m) || bits(m) || leaf_tagged(m))) || named(m)) }
pub(super) fn structured(m: &mut Matcher<'_>) -> bool { m.all(|m| m.octet(b'B', b'C') && (m.string("IT") || m.string("HOICE"))) || m.all(|m| m.string("S") && m.string("EQUENCE")) || m.string("[") }
pub(super) fn named(m: &mut Matcher<'_>) -> bool { m.all(|m| type_name(m) && t(m) && m.repeat(|m| m.all(|m| m.ahead(|m| m.string("(") || m.string("{") || m.string("SIZE")) && (numbers(m) || constraint(m) || bare_size(m))))) }
pub(super) fn type_name(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::type_name, |m| m.all(|m| m.string("INTEGER") && edge(m)) || m.all(|m| (m.all(|m| m.string("OCTET") && m.all(|m| blank(m) && m.repeat(|m| blank(m))) && m.string("STRING")) || m.all(|m| m.string("OBJECT") && m.all(|m| blank(m) && m.repeat(|m| blank(m))) && m.string("IDENTIFIER"))) && edge(m)) || m.all(|m| !m.ahead(|m| reserved(m)) && (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m) && m.optional(|m| m.all(|m| m.string(".") && (m.all(|m| (m.octet(b'a', b'z') || m.octet(b'A', b'Z')) && id_rest(m)) || odd_name(m))))) || odd_name(m)) }
pub(super) fn sequence(m: &mut Matcher<'_>) -> bool { m.all(|m| sequence_kw(m) && t(m) && (m.all(|m| of(m) && t(m) && name(m) && t(m)) || fields(m))) }
pub(super) fn inner_sequence(m: &mut Matcher<'_>) -> bool { m.all(|m| sequence_kw(m) && t(m) && (m.all(|m| of(m) && t(m) && name(m) && t(m)) || inner_fields(m))) }
pub(super) fn sequence_of(m: &mut Matcher<'_>) -> bool { m.all(|m| sequence_kw(m) && t(m) && of(m) && t(m) && name(m) && t(m)) }
pub(super) fn choice(m: &mut Matcher<'_>) -> bool { m.all(|m| choice_kw(m) && t(m) && fields(m)) }
pub(super) fn inner_choice(m: &mut Matcher<'_>) -> bool { m.all(|m| choice_kw(m) && t(m) && inner_fields(m)) }
pub(super) fn sequence_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::sequence_kw, |m| m.all(|m| m.string("SEQUENCE") && edge(m))) }
pub(super) fn choice_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::choice_kw, |m| m.all(|m| m.string("CHOICE") && edge(m))) }
pub(super) fn of(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::of, |m| m.all(|m| m.letters("OF") && edge(m))) }
pub(super) fn fields(m: &mut Matcher<'_>) -> bool { m.branch(Rule::fields, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| name(m) && t(m) && commas(m) && inner_syntax(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn inner_fields(m: &mut Matcher<'_>) -> bool { m.branch(Rule::inner_fields, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| name(m) && t(m) && commas(m) && leaf_syntax(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn bits(m: &mut Matcher<'_>) -> bool { m.all(|m| bits_kw(m) && t(m) && numbers(m)) || m.all(|m| bit_string(m) && t(m) && m.optional(|m| numbers(m) || constraint(m))) }
pub(super) fn bits_kw(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::bits_kw, |m| m.all(|m| m.string("BITS") && edge(m))) }
pub(super) fn bit_string(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::bit_string, |m| m.all(|m| m.string("BIT") && m.all(|m| blank(m) && m.repeat(|m| blank(m))) && m.string("STRING") && edge(m))) }
pub(super) fn numbers(m: &mut Matcher<'_>) -> bool { m.branch(Rule::numbers, |m| m.all(|m| brace(m) && commas(m) && m.repeat(|m| m.all(|m| named_number(m) && commas(m))) && close_brace(m) && t(m))) }
pub(super) fn named_number(m: &mut Matcher<'_>) -> bool { m.all(|m| label(m) && t(m) && enum_number(m)) || m.all(|m| odd_label(m) && t(m) && enum_number(m)) }
pub(super) fn enum_number(m: &mut Matcher<'_>) -> bool { m.all(|m| (m.string("(") || open_paren(m)) && t(m) && (number(m) || quoted_digits(m)) && t(m) && (m.string(")") || lost_paren(m) || missing_paren(m)) && t(m)) }
pub(super) fn missing_paren(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::missing_paren, |m| m.string(")")) }
pub(super) fn lost_paren(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::lost_paren, |m| m.ahead(|m| m.string("}") || m.string(",") || m.rule(Rule::EOI, |m| m.is_at_end()))) }
pub(super) fn odd_label(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::odd_label, |m| string(m) || m.all(|m| m.all(|m| !m.ahead(|m| m.string("(") || m.string(")") || m.string("{") || m.string("}") || m.string(",") || m.string("\"") || m.string("--") || m.string("\n") || m.string("\r")) && m.any()) && m.repeat(|m| m.all(|m| !m.ahead(|m| m.string("(") || m.string(")") || m.string("{") || m.string("}") || m.string(",") || m.string("\"") || m.string("--") || m.string("\n") || m.string("\r")) && m.any())))) }
pub(super) fn tagged(m: &mut Matcher<'_>) -> bool { m.all(|m| tag(m) && m.optional(|m| m.all(|m| implicit(m) && t(m))) && inner_syntax(m)) }
pub(super) fn leaf_tagged(m: &mut Matcher<'_>) -> bool { m.all(|m| tag(m) && m.optional(|m| m.all(|m| implicit(m) && t(m))) && type_name(m) && t(m) && m.repeat(|m| constraint(m))) }
pub(super) fn tag(m: &mut Matcher<'_>) -> bool { m.branch(Rule::tag, |m| m.all(|m| m.string("[") && t(m) && m.optional(|m| m.all(|m| tag_class(m) && t(m))) && number(m) && t(m) && m.string("]") && t(m))) }
pub(super) fn tag_class(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::tag_class, |m| m.string("UNIVERSAL") || m.string("APPLICATION") || m.string("PRIVATE")) }
pub(super) fn implicit(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::implicit, |m| m.all(|m| (m.string("IMPLICIT") || m.string("EXPLICIT")) && edge(m))) }
pub(super) fn constraint(m: &mut Matcher<'_>) -> bool { m.branch(Rule::constraint, |m| m.all(|m| m.string("(") && t(m) && (m.all(|m| size(m) && t(m) && m.string("(") && t(m) && pieces(m) && close_paren(m) && t(m)) || pieces(m)) && close_paren(m) && t(m))) }
pub(super) fn bare_size(m: &mut Matcher<'_>) -> bool { m.branch(Rule::bare_size, |m| m.all(|m| size(m) && t(m) && m.string("(") && t(m) && pieces(m) && close_paren(m) && t(m))) }
pub(super) fn size(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::size, |m| m.all(|m| m.letters("SIZE") && edge(m))) }
pub(super) fn pieces(m: &mut Matcher<'_>) -> bool { m.all(|m| m.all(|m| piece(m) && m.repeat(|m| m.all(|m| (m.string("|") || m.string(",")) && t(m)))) && m.repeat(|m| m.all(|m| piece(m) && m.repeat(|m| m.all(|m| (m.string("|") || m.string(",")) && t(m)))))) }
pub(super) fn piece(m: &mut Matcher<'_>) -> bool { m.branch(Rule::piece, |m| m.all(|m| bound(m) && t(m) && m.optional(|m| m.all(|m| m.string("..") && t(m) && bound(m) && t(m))))) }
pub(super) fn bound(m: &mut Matcher<'_>) -> bool { m.leaf(Rule::bound, |m| m.all(|m| (m.all(|m| m.optional(|m| m.string("-")) && m.octet(b'0', b'9') && m.repeat(|m| m.octet(b'0', b'9'))) || m.string("MIN") || m.string("MAX")) && edge(m)) || m.all(|m| m.string("'") && m.until(&["'", "\n"]) && m.string("'") && m.optional(|m| m.octet(b'a', b'z') || m.octet(b'A', b'Z')))) }
