-- What people say, in the order in which it came.
CREATE TABLE comments (
    n IDENTITY_KEY,
    id TEXT NOT NULL,
    content_id TEXT NOT NULL,
    parent TEXT,
    depth BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    user_id TEXT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT
);

CREATE UNIQUE INDEX comments_id ON comments (id);

CREATE INDEX comments_content ON comments (content_id, n);

-- The queues of moderators: what everybody may read is in none of them.
CREATE INDEX comments_state ON comments (state, n) WHERE state <> 'approved';

CREATE INDEX comments_parent ON comments (parent) WHERE parent IS NOT NULL;

CREATE INDEX comments_user ON comments (user_id) WHERE user_id IS NOT NULL;

-- How many comments there are about each thing, so that there are never too many.
CREATE TABLE contents (
    content_id TEXT NOT NULL PRIMARY KEY,
    held BIGINT NOT NULL
);
