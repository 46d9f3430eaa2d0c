//! Signatures are verified by the library that Standard Webhooks publishes for Python, which nobody here wrote.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::receiver::Call;

const VERIFY: &str = "
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
import standardwebhooks.webhooks as module
from datetime import datetime
# The time of the call is the test's, not the machine's.
class Frozen(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.fromtimestamp(given['now'], tz)
given = json.load(sys.stdin)
module.datetime = Frozen
try:
    Webhook(given['secret']).verify(given['body'], given['headers'])
    print('good')
except WebhookVerificationError as error:
    print('bad:', error)
";

/// What the library says of this call.
pub fn verdict(secret: &str, call: &Call, now_seconds: i64) -> String {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!(call.header(name)))).collect();
    let given = json!({ "secret": secret, "body": call.body, "headers": headers, "now": now_seconds });
    let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/python");
    let mut command = Command::new("python3");
    if installed.is_dir() {
        command.env("PYTHONPATH", installed);
    }
    let mut process =
        command.args(["-c", VERIFY]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut process.stdin.take().unwrap(), given.to_string().as_bytes()).unwrap();
    let said = process.wait_with_output().unwrap();
    assert!(
        said.status.success(),
        "the library does not run; `./check test` installs it, or: python3 -m pip install standardwebhooks"
    );
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}
