-- Who is watched, how they are, what their feed said last, and the signals that were raised for it and stand.
CREATE TABLE providers (
    slug TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    feed_type TEXT NOT NULL,
    feed_url TEXT NOT NULL,
    page_url TEXT,
    status TEXT NOT NULL,
    since BIGINT NOT NULL,
    reading TEXT,
    open_ended BOOLEAN NOT NULL,
    signals TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    read_at BIGINT,
    stale_since BIGINT,
    trouble TEXT,
    failures BIGINT NOT NULL,
    next_poll BIGINT NOT NULL
);

CREATE INDEX providers_next_poll ON providers (next_poll);

-- Incidents and maintenances of their pages, kept after they are over.
CREATE TABLE events (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    service TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    ts_start BIGINT NOT NULL,
    ts_update BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    url TEXT,
    PRIMARY KEY (provider, id)
);

CREATE INDEX events_start ON events (ts_start);
