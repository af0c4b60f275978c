//! `/health`: whether the database answers. Says no more than that.

use super::AppState;
use axum::extract::State;
use http::StatusCode;

/// 200 when the store answers, else 503.
pub async fn health(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.office.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "The store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
