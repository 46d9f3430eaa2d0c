-- When people were last here: apart, so that coming does not make anew what was made of them.
CREATE TABLE visits (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
INSERT INTO visits (user_id, at) SELECT id, last_visit FROM users WHERE last_visit IS NOT NULL;
ALTER TABLE users DROP COLUMN last_visit;
