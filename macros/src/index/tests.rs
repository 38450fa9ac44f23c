//! Tests of the derive's forms and errors; what it compiles to is tested beside the facade.

use super::*;
use syn::parse_quote;

#[test]
fn forms_of_fields() {
    let code = expand(parse_quote! {
        struct Key { bank: i32, #[index(size = 6)] address: OctetString, #[index(implied)] name: OctetString }
    })
    .unwrap()
    .to_string();
    for part in [
        quote!(w.part(&self.bank, ::mibc::runtime::index::Form::Variable);),
        quote!(w.part(&self.address, ::mibc::runtime::index::Form::Fixed(6));),
        quote!(name: r.part(::mibc::runtime::index::Form::Implied)?),
    ] {
        assert!(code.contains(&part.to_string()), "{part}\nin\n{code}");
    }
}

/// S6
#[test]
fn mistakes_say_what_to_do() {
    let cases: [(DeriveInput, &str); 5] = [
        (
            parse_quote!(
                enum A {
                    B,
                }
            ),
            "for structs",
        ),
        (
            parse_quote!(
                struct A;
            ),
            "there is none",
        ),
        (
            parse_quote!(
                struct A {
                    #[index(implied)]
                    b: i32,
                    c: i32,
                }
            ),
            "only the last object",
        ),
        (
            parse_quote!(
                struct A {
                    #[index(fixed)]
                    b: i32,
                }
            ),
            "expected `implied` or `size = n`",
        ),
        (
            parse_quote!(
                struct A {
                    #[index(size = -1)]
                    b: i32,
                }
            ),
            "expected a number of octets",
        ),
    ];
    for (input, message) in cases {
        let error = expand(input).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
