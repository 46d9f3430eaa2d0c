-- Who did what. Rows are added and, after their time, removed; none is changed, but for the name of whoever was deleted.
CREATE TABLE audit (
    seq IDENTITY_KEY,
    id TEXT NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    user_id TEXT,
    name TEXT,
    operation TEXT NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_user_id ON audit (user_id);
-- The pseudonyms of those who were deleted: news of what they did may come later than that of their end.
CREATE TABLE audit_forgotten (
    pseudonym TEXT NOT NULL PRIMARY KEY
);
