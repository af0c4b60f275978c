//! Settings of the account form, found while one types: the address is asked about, and server, port, security and type are filled in.
//! The button "Find settings" asks the network as well; this never does.

use leptos::prelude::*;

/// What is known about the provider, below the address; listens to the fields of the form around it.
#[island]
pub fn SettingsGuess(
    /// Known already.
    notes: Vec<String>,
    /// The account is saved and may work: nothing is guessed from its address.
    saved: bool,
) -> impl IntoView {
    let notes = RwSignal::new(notes);
    #[cfg(feature = "hydrate")]
    living::watch(notes, saved);
    #[cfg(not(feature = "hydrate"))]
    let _ = saved;
    move || {
        let lines = notes.get();
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
            view! { <div role="status"><div class="banner" data-tone="info"><div>{lines}</div></div></div> }
        })
    }
}

#[cfg(feature = "hydrate")]
mod living {
    use crate::alive::dom::{document, first, on, target};
    use crate::alive::port_follows;
    use crate::api::accounts::guess_settings;
    use leptos::prelude::*;
    use model::{Guess, Preset};
    use std::cell::{Cell, RefCell};
    use wasm_bindgen::JsCast;
    use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

    thread_local! {
        /// The server that was guessed last: what somebody typed is never written over, an earlier guess is.
        static GUESSED: RefCell<String> = const { RefCell::new(String::new()) };
        /// The notes of the form that stands on the page now, and whether its account is saved.
        static FORM: Cell<Option<(RwSignal<Vec<String>>, bool)>> = const { Cell::new(None) };
        /// Counts the questions: only the answer to the newest is used.
        static ASKED: Cell<u32> = const { Cell::new(0) };
    }

    pub fn watch(notes: RwSignal<Vec<String>>, saved: bool) {
        if FORM.replace(Some((notes, saved))).is_some() {
            return;
        }
        on(&document(), "change", move |event: &Event| {
            let Some((notes, saved)) = FORM.get() else { return };
            let Some(input) = target(event).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) else { return };
            if input.id() == "address" && !saved && model::looks_like_address(&input.value()) {
                ask(input.value(), notes);
            } else if input.name() == "form[preset]" {
                let sample = Preset::parse(&input.value()).map_or("", Preset::sample_address);
                if !sample.is_empty() {
                    ask(sample.to_owned(), notes);
                }
            }
        });
    }

    fn ask(address: String, notes: RwSignal<Vec<String>>) {
        let mine = ASKED.get().wrapping_add(1);
        ASKED.set(mine);
        leptos::task::spawn_local(async move {
            if let Ok(guess) = guess_settings(address).await
                && ASKED.get() == mine
            {
                fill(&guess);
                notes.set(guess.notes);
            }
        });
    }

    fn input(selector: &str) -> Option<HtmlInputElement> {
        first(selector)?.dyn_into().ok()
    }

    fn fill(guess: &Guess) {
        if let Some(choice) = input(&format!("#choice-{}", guess.preset.as_str())) {
            choice.set_checked(true);
        }
        let Some(server) = input("#server") else { return };
        let typed = server.value();
        if guess.server.is_empty() || !(typed.is_empty() || GUESSED.with_borrow(|guessed| *guessed == typed)) {
            return;
        }
        GUESSED.set(guess.server.clone());
        server.set_value(&guess.server);
        if let Some(list) = first("#security").and_then(|list| list.dyn_into::<HtmlSelectElement>().ok()) {
            list.set_value(guess.security.as_str());
            port_follows(guess.security.as_str());
        }
        if let Some(port) = input("#port") {
            port.set_value(&guess.port.to_string());
        }
    }
}
