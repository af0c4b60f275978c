//! Letters that are made on a date.

use super::*;

fn party() -> ActionParty {
    ActionParty { id: ClientId(1), name: "Jo and Sam Hartley".into(), is_contact: false }
}

fn card(id: i64, state: ActionState) -> ActionCard {
    ActionCard {
        id: ActionId(id),
        party: party(),
        text: Some(TextId(1)),
        text_name: "Reminder <of> papers".into(),
        to: ActionTo::Myself,
        mode: ActionMode::Send,
        every: Every::Month,
        first_day: "2026-01-31".into(),
        last_day: Some("2027-01-31".into()),
        minute: 540,
        next: Some(("2026-04-30".into(), NOW + 40 * DAY)),
        state,
        note: String::new(),
        by: (UserId(1), "Ada Bell".into()),
    }
}

fn row(id: i64, state: DueState) -> DueRow {
    DueRow {
        id: OccurrenceId(id),
        action: ActionId(1),
        party: party(),
        text_name: "Reminder <of> papers".into(),
        mode: ActionMode::Send,
        day: "2026-03-14".into(),
        due_at: NOW,
        state,
        reason: if state == DueState::Failed { "There is nothing to put in for “client.code”.".into() } else { String::new() },
        draft: (id == 3).then(|| (DraftId(1), UserId(2), "Ben Cole".into())),
        outbox: (state == DueState::Done).then_some((1, OutboxState::Sent)),
        settled_at: (state == DueState::Done).then_some(NOW),
        settled_by: "scheduler".into(),
    }
}

#[async_trait]
impl ActionsDesk for Office {
    async fn actions(&self, filter: Option<ActionsFilter>, _: Option<String>) -> Answer<ActionsPage> {
        let count = |filter: ActionsFilter| if filter == ActionsFilter::Done { DONE_COUNTED + 1 } else { 1 };
        let counts: Vec<_> = ActionsFilter::ALL.iter().map(|filter| (*filter, if self.is_busy() { count(*filter) } else { 0 })).collect();
        let filter = filter.unwrap_or_else(|| ActionsFilter::first_of(&counts));
        let mut page = ActionsPage { only: filter, counts, ..ActionsPage::default() };
        if self.is_busy() {
            match filter {
                ActionsFilter::Due => page.rows = vec![row(2, DueState::Open), row(3, DueState::Open)],
                ActionsFilter::Coming => page.coming = vec![card(1, ActionState::Active), card(2, ActionState::Paused)],
                ActionsFilter::Failed => page.rows = vec![row(4, DueState::Failed)],
                ActionsFilter::Done => page.rows = vec![row(5, DueState::Done)],
            }
        }
        Ok(page)
    }
    async fn actions_of(&self, _: ClientId) -> Answer<PartyActions> {
        if !self.is_busy() {
            return Ok(PartyActions::default());
        }
        Ok(PartyActions { plans: vec![card(1, ActionState::Active)], waiting: vec![row(4, DueState::Failed), row(3, DueState::Open)] })
    }
    async fn action_view(&self, id: ActionId) -> Answer<ActionView> {
        self.busy()?;
        let state = if id.0 == 2 { ActionState::Paused } else { ActionState::Active };
        Ok(ActionView {
            card: card(id.0, state),
            rows: vec![row(4, DueState::Failed), row(3, DueState::Open), row(5, DueState::Done)],
            preview: Ok(("Your papers".into(), "Dear Jo".into())),
            to: vec!["jo.hartley@example.com".into()],
            missing: vec!["North has no default service.".into()],
            zone: "Europe/London".into(),
        })
    }
    async fn action_draft(&self, id: Option<ActionId>, _: Option<ClientId>) -> Answer<ActionDraft> {
        self.busy()?;
        let form = ActionForm { time: "09:00".into(), mode: "edit".into(), every: "once".into(), ..ActionForm::default() };
        let texts = vec![(TextId(1), "Reminder".into())];
        Ok(ActionDraft {
            id,
            party: party(),
            form,
            texts,
            missing: Vec::new(),
            zone: "Europe/London".into(),
            waiting: i64::from(id.is_some()),
        })
    }
    async fn save_action(&self, id: Option<ActionId>, _: ClientId, form: ActionForm) -> Answer<ActionSaved> {
        form.read().map_err(Problem::Invalid)?;
        // The made-up action waits for the day that it was planned for; another one moves it.
        Ok(ActionSaved { id: id.unwrap_or(ActionId(1)), given_up: id.is_some() && form.day != "2026-03-14" })
    }
    async fn turn_action(&self, _: ActionId, _: ActionState) -> Answer<()> {
        self.busy()
    }
    async fn settle_action(&self, _: OccurrenceId, _: bool) -> Answer<ActionId> {
        Ok(ActionId(1))
    }
    async fn open_action(&self, _: OccurrenceId) -> Answer<DraftId> {
        Ok(DraftId(1))
    }
}
