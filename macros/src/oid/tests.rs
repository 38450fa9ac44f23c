//! Tests of literals: what they mean, and what is said about wrong ones.

use super::*;
use quote::quote;

fn expanded(input: TokenStream) -> String {
    match syn::parse2(input).and_then(expand) {
        Ok(tokens) => tokens.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

/// An instance, and the constant that makes `cargo check` count its sub-identifiers.
fn checked(path: &TokenStream, count: usize, instance: &TokenStream) -> TokenStream {
    quote!({ const _: () = #path.check_arcs(#count); const { #path.#instance } })
}

#[test]
fn names_become_paths() {
    for (literal, tokens) in [
        ("IF-MIB::ifDescr", quote!(crate::mibs::if_mib::IF_DESCR)),
        (
            "IF-MIB::ifDescr.1",
            checked(&quote!(crate::mibs::if_mib::IF_DESCR), 1, &quote!(instance_arcs([1u32]))),
        ),
        ("IF-MIB::ifNumber.0", checked(&quote!(crate::mibs::if_mib::IF_NUMBER), 1, &quote!(instance_zero()))),
        (
            "IP-MIB::ipAddressIfIndex.1.4.4294967295.0",
            checked(
                &quote!(crate::mibs::ip_mib::IP_ADDRESS_IF_INDEX),
                4,
                &quote!(instance_arcs([1u32, 4u32, 4294967295u32, 0u32])),
            ),
        ),
        ("AH_TRAP_MIB::my_Object", quote!(crate::mibs::ah_trap_mib::MY_OBJECT)),
    ] {
        assert_eq!(expanded(quote!(#literal)), tokens.to_string(), "{literal}");
        assert_eq!(expanded(quote!(#literal,)), tokens.to_string(), "{literal}");
    }
    assert_eq!(
        expanded(quote!(in mibc::mibs, "IF-MIB::ifDescr")),
        quote!(mibc::mibs::if_mib::IF_DESCR).to_string()
    );
    assert_eq!(
        expanded(quote!(in super::other, "SNMPv2-MIB::sysUpTime.0")),
        checked(&quote!(super::other::snmpv2_mib::SYS_UP_TIME), 1, &quote!(instance_zero())).to_string()
    );
    // What rustc suggests for a misspelt name.
    assert_eq!(expanded(quote!(IF_DESCR)), "IF_DESCR");
    assert_eq!(expanded(quote!(if_mib::IF_DESCR)), quote!(if_mib::IF_DESCR).to_string());
}

#[test]
fn numbers_become_oids() {
    for literal in ["1.3.6.1", ".1.3.6.1"] {
        let tokens = quote!(
            ::mibc::runtime::oid::Oid::from_arcs(&[1u32, 3u32, 6u32, 1u32])
                .expect("oid! has checked the arcs")
        );
        assert_eq!(expanded(quote!(#literal)), tokens.to_string());
    }
    let longest = format!("1.3{}", ".4294967295".repeat(126));
    assert!(!expanded(quote!(#longest)).starts_with("error"));
}

/// S1
#[test]
fn mistakes_say_what_to_do() {
    let long = format!("1.3{}", ".1".repeat(127));
    for (literal, message) in [
        ("", "found nothing"),
        ("ifDescr.1", "`MODULE::ifDescr.1`"),
        ("IF-MIB::", "is not the name of an object"),
        ("::ifDescr", "is not the name of a module"),
        ("IF MIB::ifDescr", "`IF MIB` is not the name of a module"),
        ("IF-MIB::ifDescr.", "a sub-identifier is missing"),
        ("IF-MIB::ifDescr..1", "a sub-identifier is missing"),
        ("IF-MIB::ifDescr.1.", "a sub-identifier is missing"),
        ("IF-MIB::ifDescr.4294967296", "above 4294967295"),
        ("IF-MIB::ifDescr.99999999999999999999", "above 4294967295"),
        ("IF-MIB::ifDescr.-1", "`-1` is not a number"),
        ("IF-MIB::ifDescr.+1", "`+1` is not a number"),
        ("IF-MIB::ifDescr.\"eth0\"", "`if_mib::IF_DESCR.at(..)`"),
        ("IF-MIB::ifDescr[1]", "`if_mib::IF_DESCR.at(..)`"),
        ("IF-MIB::ifDescr.eth0", "`eth0` is not a number"),
        ("1", "at least 2"),
        ("3.1", "0, 1 or 2, found 3"),
        ("1.40", "at most 39, found 40"),
        ("1.3.", "`` is not a sub-identifier"),
        ("1.3.x", "`x` is not a sub-identifier"),
        ("1.3.4294967296", "4294967295"),
        (&long, "at most 128"),
    ] {
        let said = expanded(quote!(#literal));
        assert!(said.starts_with("error") && said.contains(message), "{literal}: {said}");
    }
    assert!(expanded(quote!(name)).contains("expected a literal"));
    assert!(expanded(quote!()).starts_with("error"));
    assert!(expanded(quote!(in mibs "IF-MIB::ifDescr")).starts_with("error"));
    assert!(expanded(quote!("IF-MIB::ifDescr", 1)).starts_with("error"));
}
