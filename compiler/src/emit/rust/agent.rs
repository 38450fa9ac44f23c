//! What an agent needs for a table: a trait to implement, a struct for what a SET asks, and the runtime's entry point.
//!
//! Few programs are agents, and those serve few tables. So in an application's own modules this is written only for the
//! requested tables, and in `mibc::mibs` for all of them, behind a cargo feature. It stands beside the row in either
//! case: a module exists once, and so do its types.

use super::context::{Context, Library, ident};
use super::objects::sub_id;
use super::scope::{Item, members};
use super::{Options, docs};
use crate::model::{DefId, Kind, Language, Model, ModuleId, Object};
use mibc_runtime::syntax::Access;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// A column that can be read or written.
struct Cell {
    sub_id: u32,
    access: Access,
    /// Getter in the trait, field in the struct.
    name: Ident,
    ty: TokenStream,
    doc: TokenStream,
    spelling: String,
}

impl Cell {
    fn readable(&self) -> bool {
        self.access != Access::WriteOnly
    }

    fn writable(&self) -> bool {
        matches!(self.access, Access::ReadWrite | Access::ReadCreate | Access::WriteOnly)
    }
}

/// Whether a table is among those asked for: by its own name or its row's, with or without the module.
pub(super) fn is_wanted(model: &Model, options: &Options, row: DefId) -> bool {
    options.agent.iter().any(|wanted| is_named(model, row, wanted))
}

fn is_named(model: &Model, row: DefId, wanted: &str) -> bool {
    let Kind::Row(data) = &model[row].kind else { return false };
    let (module, name) = match wanted.split_once("::") {
        Some((module, name)) => (Some(module), name),
        None => (None, wanted),
    };
    let definer = model.spelling(model[model[row].module].name);
    module.is_none_or(|module| module == definer)
        && data.table.into_iter().chain([row]).any(|id| model.spelling(model[id].name) == name)
}

/// The modules that have a table among [`Options::agent`].
pub(super) fn modules(model: &Model, options: &Options) -> Vec<ModuleId> {
    if options.agent.is_empty() {
        return Vec::new();
    }
    let wanted = |id: &DefId| is_wanted(model, options, *id);
    let modules = model.modules().iter().filter(|module| module.definitions.iter().any(wanted));
    modules.map(|module| module.id).collect()
}

/// The tables among [`Options::agent`] whose modules are elsewhere: the module, and the name of the trait that it must
/// have. Of a name without its module, those in SMIv1 are left out where a module in SMIv2 has the table, too: much of
/// RFC1213-MIB is in IF-MIB and others now, and modules import from either.
pub(super) fn elsewhere(library: &Library<'_>) -> BTreeSet<(ModuleId, String)> {
    let model = library.model;
    let old = |row: &DefId| model[model[*row].module].language == Language::SmiV1;
    let mut found = BTreeSet::new();
    for wanted in &library.options.agent {
        let rows = model.modules().iter().flat_map(|module| &module.definitions);
        let mut rows: Vec<DefId> = rows.filter(|row| is_named(model, **row, wanted)).copied().collect();
        if !rows.iter().all(old) {
            rows.retain(|row| !old(row));
        }
        for row in rows {
            let module = model[row].module;
            if library.external(module).is_some()
                && let Some(name) = library.scope(module).get(Item::Table(row))
            {
                found.insert((module, name.to_owned()));
            }
        }
    }
    found
}

/// The tables among [`Options::agent`] that no module has.
pub fn unknown_tables(model: &Model, options: &Options) -> Vec<String> {
    let known = |wanted: &String| {
        let rows = model.modules().iter().flat_map(|module| &module.definitions);
        rows.into_iter().any(|row| is_named(model, *row, wanted))
    };
    options.agent.iter().filter(|wanted| !known(wanted)).cloned().collect()
}

/// Trait, struct and implementation for the table of a row.
pub(super) fn table(context: &Context<'_>, row: DefId) -> Option<TokenStream> {
    let Kind::Row(data) = &context.model[row].kind else { return None };
    let marker = context.ident(Item::Row(row))?;
    let trait_name = context.ident(Item::Table(row))?;
    let set_name = context.ident(Item::Set(row))?;
    let index = super::tables::index_type(context, row);
    let table = data.table.map_or(row, |table| table);
    let spelling = docs::code(context.model.spelling(context.model[table].name));
    let cells = cells(context, row, &data.columns);
    let writable = cells.iter().any(Cell::writable);

    let getters = cells.iter().filter(|cell| cell.readable()).map(|cell| {
        let (name, ty, doc) = (&cell.name, &cell.ty, &cell.doc);
        quote! {
            #doc
            fn #name(&self, index: &#index) -> ::core::option::Option<#ty> {
                let _ = index;
                ::core::option::Option::None
            }
        }
    });
    let columns = cells.iter().map(|cell| {
        let (sub_id, access) = (Literal::u32_unsuffixed(cell.sub_id), access(cell.access));
        quote!(rt::agent::table::TableColumn::new(#sub_id, rt::syntax::Access::#access))
    });
    let arms = cells.iter().filter(|cell| cell.readable()).map(|cell| {
        let (sub_id, name) = (Literal::u32_unsuffixed(cell.sub_id), &cell.name);
        quote!(#sub_id => cell.give(<T as #trait_name>::#name(table, index)))
    });
    let phases = writable.then(|| phases(&set_name));
    let set = if writable { set(&set_name, &index, &spelling, &cells) } else { TokenStream::new() };
    let set_type = if writable { quote!(#set_name) } else { quote!(::core::convert::Infallible) };
    let writes = writable.then(|| writes(&trait_name, &set_name, &index, &cells));
    let doc = format!(" Rows of {spelling} as an agent serves them.");
    Some(quote! {
        #[doc = #doc]
        ///
        /// `next` is the one ordered walk. A getter that is not written has no value in any row; a column that the
        /// agent does not have at all is in `LEFT_OUT`.
        pub trait #trait_name: ::core::marker::Send + ::core::marker::Sync + 'static {
            /// Columns that the agent does not have: GET reads noSuchObject, SET notWritable, and a walk passes over
            /// them.
            const LEFT_OUT: &'static [rt::agent::table::AnyColumn<#marker>] = &[];
            /// The first index after `after` in index order, the first of all for `None`; `after` need not exist.
            fn next(&self, after: ::core::option::Option<&#index>) -> ::core::option::Option<#index>;
            #(#getters)*
            #phases
        }

        #set

        impl<T: #trait_name> rt::agent::table::ServeTable<T> for #marker {
            type Set = #set_type;
            const COLUMNS: &'static [rt::agent::table::TableColumn] = &[#(#columns),*];
            const LEFT_OUT: &'static [rt::agent::table::AnyColumn<#marker>] = <T as #trait_name>::LEFT_OUT;
            fn next(table: &T, after: ::core::option::Option<&#index>) -> ::core::option::Option<#index> {
                <T as #trait_name>::next(table, after)
            }
            fn get(table: &T, column: u32, index: &#index, cell: &mut rt::agent::table::Cell<'_>) {
                let _ = (table, index, &*cell);
                match column {
                    #(#arms,)*
                    _ => {}
                }
            }
            #writes
        }
    })
}

/// The two phases of a SET in the trait.
fn phases(set: &Ident) -> TokenStream {
    quote! {
        /// Phase 1 of a SET: all rows of the request at once. Nothing may change here.
        fn test(&self, rows: &[#set]) -> ::core::result::Result<(), rt::agent::SetError> {
            let _ = rows;
            ::core::result::Result::Ok(())
        }
        /// Phase 2: makes the changes, and returns what takes them back.
        fn commit(&self, rows: &[#set]) -> ::core::result::Result<rt::agent::Undo, rt::agent::SetError> {
            let _ = rows;
            ::core::result::Result::Err(rt::agent::SetError::not_writable())
        }
        /// Both phases, for a table that looks at who asks, keeps what phase 1 has found for phase 2, or has to wait.
        /// Without it, it is `test`, then `commit`.
        fn prepare(
            self: &::std::sync::Arc<Self>,
            who: &rt::agent::Principal<'_>,
            rows: ::std::vec::Vec<#set>,
        ) -> rt::agent::Tested
        where
            Self: ::core::marker::Sized,
        {
            let _ = who;
            rt::agent::table::in_two_phases(self, rows, Self::test, Self::commit)
        }
    }
}

/// The struct of what one SET asks of one row.
fn set(name: &Ident, index: &TokenStream, table: &str, cells: &[Cell]) -> TokenStream {
    let fields = cells.iter().filter(|cell| cell.writable()).map(|cell| {
        let (name, ty) = (&cell.name, &cell.ty);
        let doc = format!(" New {}; `None` if the request does not name it.", docs::code(&cell.spelling));
        quote!(#[doc = #doc] pub #name: ::core::option::Option<#ty>)
    });
    let doc = format!(" What one SET asks of one row of {table}.");
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            /// Which row.
            pub index: #index,
            #(#fields),*
        }
    }
}

/// What the runtime calls for a SET.
fn writes(trait_name: &Ident, set: &Ident, index: &TokenStream, cells: &[Cell]) -> TokenStream {
    let writable: Vec<&Cell> = cells.iter().filter(|cell| cell.writable()).collect();
    let empty = writable.iter().map(|cell| {
        let name = &cell.name;
        quote!(#name: ::core::option::Option::None)
    });
    let arms = writable.iter().map(|cell| {
        let (sub_id, name) = (Literal::u32_unsuffixed(cell.sub_id), &cell.name);
        quote!(#sub_id => rt::agent::table::put(&mut row.#name, value))
    });
    quote! {
        fn row_set(index: #index) -> ::core::option::Option<#set> {
            ::core::option::Option::Some(#set { index, #(#empty),* })
        }
        fn assign(
            row: &mut #set,
            column: u32,
            value: rt::value::ValueRef<'_>,
        ) -> ::core::result::Result<(), rt::agent::SetError> {
            match column {
                #(#arms,)*
                _ => ::core::result::Result::Err(rt::agent::SetError::not_writable()),
            }
        }
        fn prepare(
            table: &::std::sync::Arc<T>,
            who: &rt::agent::Principal<'_>,
            rows: ::std::vec::Vec<#set>,
        ) -> rt::agent::Tested {
            <T as #trait_name>::prepare(table, who, rows)
        }
    }
}

/// The columns that can be read or written and whose type is known, by sub-identifier, each once.
fn cells(context: &Context<'_>, row: DefId, columns: &[DefId]) -> Vec<Cell> {
    let mut found: Vec<(u32, DefId, &Object)> = Vec::new();
    for &id in columns {
        let Kind::Column(object, _) = &context.model[id].kind else { continue };
        let hidden = matches!(
            object.access,
            Some(Access::NotAccessible | Access::AccessibleForNotify | Access::NotImplemented)
        );
        if let Some(sub_id) = sub_id(context, id, row).filter(|_| !hidden) {
            found.push((sub_id, id, object));
        }
    }
    found.sort_by_key(|(sub_id, id, _)| (*sub_id, *id));
    found.dedup_by_key(|(sub_id, ..)| *sub_id);
    let spelling = |id: DefId| context.model.spelling(context.model[id].name);
    let names = members(&found.iter().map(|(_, id, _)| spelling(*id)).collect::<Vec<_>>());
    let cells = found.into_iter().zip(names).filter_map(|((sub_id, id, object), name)| {
        // The trait and the struct have members of these names.
        let reserved = matches!(name.as_str(), "next" | "test" | "commit" | "prepare" | "index");
        Some(Cell {
            sub_id,
            access: object.access.unwrap_or(Access::ReadOnly),
            name: ident(&if reserved { name + "_" } else { name }),
            ty: context.object_type(id)?,
            doc: docs::of_definition(context, id),
            spelling: spelling(id).to_owned(),
        })
    });
    cells.collect()
}

fn access(access: Access) -> Ident {
    ident(match access {
        Access::ReadWrite => "ReadWrite",
        Access::ReadCreate => "ReadCreate",
        Access::WriteOnly => "WriteOnly",
        _ => "ReadOnly",
    })
}
