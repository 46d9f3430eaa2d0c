//! What our mails say.

use crate::store::mails::Letter;

/// To somebody who has registered.
pub(crate) fn confirm(name: &str, base: &str, token: &str) -> Letter {
    Letter {
        subject: "Please confirm your address".to_owned(),
        text: format!(
            "Hello {name},\n\nsomebody, hopefully you, has registered with this address at {base}.\n\n\
             To confirm it, open this page within an hour:\n\n{base}/account/confirm?token={token}\n\n\
             If it was not you, there is nothing to do: without confirmation the account is removed.\n"
        ),
    }
}

/// To somebody who wants another password.
pub(crate) fn reset(name: &str, base: &str, token: &str) -> Letter {
    Letter {
        subject: "Choose a new password".to_owned(),
        text: format!(
            "Hello {name},\n\nsomebody, hopefully you, has asked for a new password at {base}.\n\n\
             To choose it, open this page within an hour:\n\n{base}/account/password?token={token}\n\n\
             If it was not you, there is nothing to do: your password stays as it is.\n"
        ),
    }
}

/// To somebody whom an administrator has added.
pub(crate) fn invitation(name: &str, base: &str, token: &str) -> Letter {
    Letter {
        subject: "Your account".to_owned(),
        text: format!(
            "Hello {name},\n\nan account was made for you at {base}.\n\n\
             To choose your password, open this page within a week:\n\n{base}/account/password?token={token}\n"
        ),
    }
}
