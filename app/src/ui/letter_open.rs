//! Reading without leaving the list: a letter opens under its row, in the frame of the letter's page. `j` and `k` move, `o` opens, `u`
//! closes; without JavaScript the same link leads to the list with the letter open.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::MessageId;

/// Which letter is open under its row.
#[derive(Clone, Copy)]
pub struct Opened(RwSignal<Option<MessageId>>);

impl Opened {
    /// As the address says; from then on as keys and links say.
    pub fn from_address() -> Self {
        let first = use_query_map().with_untracked(|map| map.get("open").and_then(|id| id.parse().ok()));
        let opened = Self(RwSignal::new(first));
        listen(opened);
        opened
    }

    fn is(self, id: MessageId) -> bool {
        self.0.get() == Some(id)
    }
}

/// "Read here", and "Close" while it is open.
pub fn open_link(id: MessageId, opened: Opened) -> AnyView {
    let (path, mut map) = (use_location().pathname.get_untracked(), use_query_map().get_untracked());
    map.remove("open");
    map.remove("done");
    let closed = format!("{path}{}#letter-{id}", map.to_query_string());
    map.insert("open", id.to_string());
    let open = format!("{path}{}#letter-{id}", map.to_query_string());
    let href = move || if opened.is(id) { closed.clone() } else { open.clone() };
    let toggle = move |event: leptos::ev::MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            opened.0.update(|now| *now = if *now == Some(id) { None } else { Some(id) });
        }
    };
    view! { <a class="read-here" href=href on:click=toggle>{move || if opened.is(id) { "Close" } else { "Read here" }}</a> }.into_any()
}

/// The letter under its row, while it is open.
pub fn open_body(id: MessageId, opened: Opened) -> AnyView {
    (move || {
        opened.is(id).then(|| {
            view! {
                <div class="letter-open">
                    <iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src=format!("/messages/{id}/body?as=html") title="The letter's text" referrerpolicy="no-referrer"></iframe>
                </div>
            }
        })
    })
    .into_any()
}

/// Keys of the list. Off while something is typed, and with Ctrl, Alt or the command key.
fn listen(opened: Opened) {
    #[cfg(not(feature = "hydrate"))]
    let _ = opened;
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() || typing(&event) {
                return;
            }
            let done = match event.key().as_str() {
                "j" => step(1),
                "k" => step(-1),
                "o" => match here() {
                    Some(id) => {
                        opened.0.update(|now| *now = if *now == Some(id) { None } else { Some(id) });
                        true
                    }
                    None => false,
                },
                "u" if opened.0.get_untracked().is_some() => {
                    opened.0.set(None);
                    true
                }
                _ => false,
            };
            if done {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

#[cfg(feature = "hydrate")]
fn typing(event: &web_sys::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Moves the focus to the next or the one before of the letters listed; to the first when none has it.
#[cfg(feature = "hydrate")]
fn step(by: i32) -> bool {
    use wasm_bindgen::JsCast;
    let Ok(list) = document().query_selector_all(".letter-subject") else { return false };
    let active = document().active_element().and_then(|active| active.closest(".letter-row").ok().flatten());
    let here = (0..list.length()).find(|at| {
        let row = list.item(*at).and_then(|node| node.parent_element()).and_then(|parent| parent.closest(".letter-row").ok().flatten());
        row.is_some() && row == active
    });
    let next = match here {
        Some(at) => at.checked_add_signed(by),
        None => Some(0),
    };
    let link = next.and_then(|at| list.item(at)).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}

/// The letter whose row has the focus.
#[cfg(feature = "hydrate")]
fn here() -> Option<MessageId> {
    let row = document().active_element()?.closest(".letter-row").ok()??;
    row.id().strip_prefix("letter-")?.parse().ok()
}
