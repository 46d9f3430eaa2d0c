-- One person, one row: `id` is for the API of users, `pk` for that of members. `username_key` is the username in lower
-- case, `skeleton` what it looks like, `sort_key` its bytes, because databases differ in how they sort text.
ALTER TABLE users ADD COLUMN pk BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN username TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN username_key TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN skeleton TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN sort_key BYTEA;
ALTER TABLE users ADD COLUMN team TEXT;
ALTER TABLE users ADD COLUMN is_active BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN last_visit BIGINT;
ALTER TABLE users ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN avatar_url TEXT;
ALTER TABLE users ADD COLUMN biography TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN sign TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN show_email BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN show_sign BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN hide_forum_activity BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN is_hover_enabled BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN email_for_answer BOOLEAN NOT NULL DEFAULT FALSE;
-- What a person may not do at present: without an end, or until then.
ALTER TABLE users ADD COLUMN can_write BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN end_ban_write BIGINT;
ALTER TABLE users ADD COLUMN can_read BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN end_ban_read BIGINT;

UPDATE users SET pk = (SELECT COUNT(*) FROM users AS older
    WHERE older.created_at < users.created_at OR (older.created_at = users.created_at AND older.id <= users.id));
UPDATE users SET username = 'user' || pk, username_key = 'user' || pk, skeleton = 'user' || pk;
UPDATE users SET sort_key = CAST(username AS BYTEA);
CREATE UNIQUE INDEX users_pk ON users (pk);
CREATE UNIQUE INDEX users_username_key ON users (username_key);
CREATE INDEX users_skeleton ON users (skeleton);
CREATE INDEX users_newest ON users (created_at, pk);
CREATE INDEX users_end_ban_read ON users (end_ban_read);

-- The last number that was given to a person: none is given twice, not even after its person is gone.
CREATE TABLE numbers (
    name TEXT NOT NULL PRIMARY KEY,
    used BIGINT NOT NULL
);
INSERT INTO numbers (name, used) SELECT 'users', COALESCE(MAX(pk), 0) FROM users;

-- What was decided on a person, by whom and why. Whoever decided may be gone since.
CREATE TABLE sanctions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    by_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT
);
CREATE INDEX sanctions_user_id ON sanctions (user_id, at);

-- What mails invite people to use once: confirming an address, choosing a password. Of each only its SHA-256 is kept.
CREATE TABLE one_time_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_tokens_user_id ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_expires_at ON one_time_tokens (expires_at);

-- Mails that wait to be sent. Their text may hold a token, so none waits for long.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE INDEX mails_next_at ON mails (next_at);
