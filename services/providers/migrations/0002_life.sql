ALTER TABLE providers ADD COLUMN regions TEXT NOT NULL DEFAULT '[]';

ALTER TABLE providers ADD COLUMN changed_at BIGINT;

ALTER TABLE providers ADD COLUMN notice TEXT;

ALTER TABLE events ADD COLUMN kind TEXT NOT NULL DEFAULT 'incident';

ALTER TABLE events ADD COLUMN state TEXT NOT NULL DEFAULT '';

ALTER TABLE events ADD COLUMN components TEXT NOT NULL DEFAULT '[]';

ALTER TABLE events ADD COLUMN ts_end BIGINT;

UPDATE events SET kind = 'maintenance' WHERE status = 'under_maintenance';

CREATE INDEX events_provider ON events (provider, ts_start);

-- How providers and their components were: a row for each change. A component of '' is the whole.
CREATE TABLE changes (
    n IDENTITY_KEY,
    provider TEXT NOT NULL,
    at BIGINT NOT NULL,
    component TEXT NOT NULL,
    name TEXT NOT NULL,
    before TEXT,
    status TEXT
);

CREATE INDEX changes_provider ON changes (provider, at);

CREATE INDEX changes_at ON changes (at);

-- What is said here of who runs on whom, beside the catalogue; denied is what the catalogue says wrongly.
CREATE TABLE relations (
    provider TEXT NOT NULL,
    runs_on TEXT NOT NULL,
    denied BOOLEAN NOT NULL,
    PRIMARY KEY (provider, runs_on)
);
