//! Sign-in, sign-out, first run: who asks.

use super::*;

#[async_trait]
impl SessionDesk for Office {
    fn viewer(&self) -> Option<Viewer> {
        matches!(self.0, Scene::Busy | Scene::Bare).then(ada)
    }
    async fn needs_set_up(&self) -> Answer<bool> {
        Ok(self.0 == Scene::New)
    }
    async fn set_up(&self, _token: String, form: UserForm) -> Answer<SessionCookie> {
        form.check().into_result()?;
        Ok(SessionCookie("session=new; Path=/; HttpOnly".into()))
    }
    async fn sign_in(&self, _email: String, password: String) -> Answer<Entered> {
        if password == "right" {
            Ok(Entered::In(SessionCookie("session=ada; Path=/; HttpOnly".into())))
        } else if password == "right and a code" {
            Ok(Entered::Code(SessionCookie("step=ada; Path=/; HttpOnly".into())))
        } else {
            Err(Problem::field("password", "The address or the password is not right"))
        }
    }
    async fn sign_out(&self) -> Answer<SessionCookie> {
        Ok(SessionCookie("session=; Max-Age=0".into()))
    }
    async fn change_password(&self, _current: String, password: String, repeat: String) -> Answer<SessionCookie> {
        let mut errors = FieldErrors::default();
        check_new_password(&password, &repeat, &mut errors);
        errors.into_result()?;
        Ok(SessionCookie("session=ada2; Path=/".into()))
    }
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie> {
        self.sign_out().await
    }
}
