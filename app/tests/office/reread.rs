//! Stored letters read again.

use super::*;

#[async_trait]
impl RereadDesk for Office {
    async fn reread_view(&self) -> Answer<RereadView> {
        self.busy()?;
        if !self.is_busy() {
            return Ok(RereadView { parser: 3, ..RereadView::default() });
        }
        Ok(RereadView {
            parser: 3,
            older: 12_480,
            job: Some(RereadJob {
                parser: 3,
                state: RereadState::Ready,
                next: 12_480,
                last: 12_480,
                looked: 12_480,
                changed: 31,
                began_at: NOW - DAY,
                principal: "ada@office.example".into(),
            }),
            counts: vec![("files".into(), 30), ("date, files".into(), 1)],
            examples: vec![RereadChange { letter: MessageId(100), what: "files".into(), figures: "3 files instead of 1".into() }],
            failed: 1,
            troubles: vec![RereadTrouble { letter: MessageId(101), tries: RereadTrouble::TRIES, why: RereadObstacle::Octets }],
        })
    }
    async fn begin_reread(&self) -> Answer<()> {
        Ok(())
    }
    async fn accept_reread(&self) -> Answer<()> {
        Ok(())
    }
    async fn drop_reread(&self) -> Answer<()> {
        Ok(())
    }
}
