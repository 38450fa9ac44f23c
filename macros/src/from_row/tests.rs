//! Tests of the derive's columns and errors; what it compiles to is tested beside the facade.

use super::*;
use syn::parse_quote;

fn said(input: DeriveInput) -> String {
    match expand(input) {
        Ok(tokens) => tokens.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn columns_stand_beside_the_row() {
    let port = parse_quote! {
        #[row(mibs::if_mib::IfEntry)]
        struct Port { if_descr: String, r#if_type: Option<i32>, #[column(IF_HC_IN_OCTETS)] rx: std::option::Option<u64> }
    };
    let code = said(port);
    for part in [
        quote!(
            type Index = <mibs::if_mib::IfEntry as ::mibc::runtime::typed::Row>::Index;
        ),
        quote!(::mibc::runtime::typed::field_object::<Self::Index, _, _, _>(mibs::if_mib::IF_DESCR)),
        quote!(if_descr: ::mibc::runtime::typed::required_field(mibs::if_mib::IF_DESCR, row, 0usize)?),
        quote!(r#if_type: ::mibc::runtime::typed::optional_field(mibs::if_mib::IF_TYPE, row, 1usize)?),
        quote!(rx: ::mibc::runtime::typed::optional_field(IF_HC_IN_OCTETS, row, 2usize)?),
    ] {
        assert!(code.contains(&part.to_string()), "{part}\nin\n{code}");
    }
}

#[test]
fn tuples_and_other_paths() {
    let code = said(parse_quote! {
        #[row(IfEntry)]
        #[mibc(crate = mibc_runtime)]
        struct Port<T: From<i32>>(#[column(IF_TYPE)] T);
    });
    let part = quote!(0: mibc_runtime::typed::required_field(IF_TYPE, row, 0usize)?);
    assert!(code.contains(&part.to_string()), "{code}");
    let part = quote!(mibc_runtime::typed::FromRow for Port<T>);
    assert!(code.contains(&part.to_string()), "{code}");
}

#[test]
fn mistakes_say_what_to_do() {
    let cases: [(DeriveInput, &str); 8] = [
        (
            parse_quote!(
                struct A {
                    b: i32,
                }
            ),
            "needs the row whose columns are read: `#[row(IfEntry)]`",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                enum A {
                    B,
                }
            ),
            "for structs",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                struct A {}
            ),
            "there is none",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                #[row(IfEntry)]
                struct A {
                    b: i32,
                }
            ),
            "twice",
        ),
        (
            parse_quote!(
                #[row("ifEntry")]
                struct A {
                    b: i32,
                }
            ),
            "the marker type of a row",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                struct A(i32);
            ),
            "needs its column",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                struct A {
                    #[column("x")]
                    b: i32,
                }
            ),
            "the constant of a column",
        ),
        (
            parse_quote!(
                #[row(IfEntry)]
                #[mibc(path = x)]
                struct A {
                    b: i32,
                }
            ),
            "expected `crate = path`",
        ),
    ];
    for (input, message) in cases {
        let said = said(input);
        assert!(said.starts_with("error") && said.contains(message), "{said}");
    }
}
