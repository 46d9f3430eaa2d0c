-- Keys that users make for their own programs, by their SHA-256.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX api_keys_user_id ON api_keys (user_id);
-- When they were last used: apart, so that noting it does not make anew what was read of the keys.
CREATE TABLE key_uses (
    key_id TEXT NOT NULL PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    used_at BIGINT NOT NULL
);
