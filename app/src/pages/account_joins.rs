//! Requests to read an account that collects a mailbox already (O10): asked at the form, answered on the account's page.

use crate::api::join::{AnswerJoin, AskToJoin};
use crate::ui::*;
use leptos::prelude::*;
use model::{JoinOffer, JoinRequest, JoinState};

/// Below the refusal of a mailbox that is collected already: what to do instead.
pub fn offer(offer: JoinOffer, ask: ServerAction<AskToJoin>) -> AnyView {
    let whose = offer.owner.map_or_else(|| "the office's account".to_owned(), |owner| format!("the account of {owner}"));
    let words = format!("“{}”, {whose}, collects this mailbox.", offer.name);
    let next = match (offer.open, offer.asked) {
        (Some(id), _) => view! {
            <p>"A mailbox is connected once. "<a href=format!("/accounts/{id}")>"Open that account"</a>". If the mailbox has moved to another server, delete that account first and keep its letters."</p>
        }
        .into_any(),
        (None, Some(JoinState::Open)) => view! { <p>"You have asked to read it. The answer will stand under "<a href="/accounts">"Email accounts"</a>"."</p> }.into_any(),
        (None, _) => view! {
            <p>"A mailbox is connected once, for everybody who reads it. Ask to read it as well: whoever may share it is told."</p>
            <PlainButton action=ask label="Ask to join" variant="primary" leaves=true/>
        }
        .into_any(),
    };
    view! { <Banner tone="info"><p><strong>{words}</strong></p>{next}</Banner> }.into_any()
}

/// On the account's page: who waits for an answer.
pub fn to_answer(requests: Vec<JoinRequest>, answer: ServerAction<AnswerJoin>) -> AnyView {
    let each = |request: JoinRequest| {
        let words = format!("{} asks to read this account. ", request.user_name);
        let with =
            |share: bool| vec![("id", request.account.to_string()), ("user", request.user.to_string()), ("share", share.to_string())];
        let buttons = if request.may_answer {
            view! {
                <div class="cluster buttons">
                    <PlainButton action=answer label=format!("Share with {}", request.user_name) variant="primary" with=with(true)/>
                    <PlainButton action=answer label="Decline" with=with(false)/>
                </div>
            }
            .into_any()
        } else {
            view! { <p class="quiet">"Only the owner can share it."</p> }.into_any()
        };
        view! {
            <Banner tone="warn">
                <p><strong>{words}</strong>"Whoever reads it sees all of its letters, also those of no client. Asked "<Ago at=request.asked_at/>"."</p>
                {buttons}
            </Banner>
        }
    };
    requests.into_iter().map(each).collect_view().into_any()
}

/// On the first page: a line for each, with the way there.
pub fn told(requests: &[JoinRequest]) -> AnyView {
    let each = |request: &JoinRequest| {
        let words = format!("{} asks to read the account “{}”. ", request.user_name, request.account_name);
        let href = format!("/accounts/{}", request.account);
        view! { <Banner tone="warn"><p><strong>{words}</strong><a href=href>"Look and answer"</a></p></Banner> }
    };
    requests.iter().map(each).collect_view().into_any()
}

/// Under Email accounts: what somebody asked for, as long as it is not there.
pub fn asked(requests: Vec<JoinRequest>) -> AnyView {
    let each = |request: JoinRequest| {
        let name = request.account_name;
        match request.state {
            JoinState::Open => Some(view! { <Banner tone="info"><p>{format!("You asked to read “{name}”. Nobody has answered yet.")}" Asked "<Ago at=request.asked_at/>"."</p></Banner> }.into_any()),
            JoinState::Declined => Some(view! { <Banner tone="info"><p>{format!("Your request to read “{name}” was declined.")}</p></Banner> }.into_any()),
            JoinState::Shared => None,
        }
    };
    requests.into_iter().filter_map(each).collect_view().into_any()
}
