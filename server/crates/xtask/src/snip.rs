//! Takes out of the page code what it carries but never runs.
//!
//! Leptos can hydrate a page piece by piece, each piece loaded when it is needed (`hydrate_lazy`). We hydrate whole pages (`hydrate_body`),
//! but every view that forgets its type carries the other way along, because a table of functions points at it: a fifth of the code.
//! Such functions are replaced by a trap, and what only they needed is swept up.
//!
//! Must never: take out a function that a page may call. If `frontend` ever calls `hydrate_lazy`, this step must go.

use anyhow::{Context, Result};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, TypeId};

/// Part of the name of what is taken out.
const NEVER_RUN: &str = "hydrate_async";

/// The module without them. Needs the names of functions, so it comes before the bindgen tool drops them.
pub fn snip(module: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(module).context("Reading the page code")?;
    let never_run: Vec<(FunctionId, TypeId)> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(|name| name.contains(NEVER_RUN)))
        .map(|(id, function)| (id, function.ty()))
        .collect();
    for (id, ty) in never_run {
        let trap = trap(&mut module, ty);
        module.funcs.get_mut(id).kind = trap;
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// A function of the same type that only traps.
fn trap(module: &mut Module, ty: TypeId) -> FunctionKind {
    let ty = module.types.get(ty);
    let (takes, gives) = (ty.params().to_vec(), ty.results().to_vec());
    let arguments = takes.iter().map(|kind| module.locals.add(*kind)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &takes, &gives);
    builder.func_body().unreachable();
    FunctionKind::Local(builder.local_func(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    #[test]
    fn what_is_never_run_goes_with_all_that_only_it_needed_and_the_rest_stays() {
        let mut module = Module::default();
        let function = |module: &mut Module, name: &str, calls: Option<FunctionId>| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            builder.name(name.to_owned());
            let mut body = builder.func_body();
            match calls {
                Some(other) => body.call(other),
                None => body.i32_const(7),
            };
            builder.finish(Vec::new(), &mut module.funcs)
        };
        let helper = function(&mut module, "helper_of_the_other_way", None);
        let lazy = function(&mut module, "view::hydrate_async::closure", Some(helper));
        let used = function(&mut module, "view::hydrate", None);
        module.exports.add("lazy", lazy);
        module.exports.add("used", used);
        let small = Module::from_buffer(&snip(&module.emit_wasm()).unwrap()).unwrap();
        let names: Vec<&str> = small.funcs.iter_local().filter_map(|(id, _)| small.funcs.get(id).name.as_deref()).collect();
        assert!(names.contains(&"view::hydrate") && !names.contains(&"helper_of_the_other_way"), "{names:?}");
    }
}
