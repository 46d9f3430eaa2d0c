-- Who is logged in with a browser. Of the cookie only its SHA-256 is kept; of the browser its family, of the address a
-- pseudonym, so that users recognise their sessions and nobody else learns anything.
CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    agent TEXT NOT NULL,
    origin TEXT NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
-- When each was last used. Apart, so that using one does not change what is known of it.
CREATE TABLE session_visits (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    seen_at BIGINT NOT NULL
);
CREATE INDEX session_visits_seen_at ON session_visits (seen_at);
