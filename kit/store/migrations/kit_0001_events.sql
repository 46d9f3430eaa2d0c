-- Events on their way out, in the order in which they were written; a row leaves when its event has been delivered.
CREATE TABLE outbox (
    seq IDENTITY_KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- Events that a consumer of this service has handled, so that one that comes again is recognised.
CREATE TABLE inbox (
    consumer TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (consumer, id)
);

CREATE INDEX inbox_at ON inbox (at);

-- Events that a consumer could not handle: kept, so that a person can look at them and nothing is lost.
CREATE TABLE parked (
    consumer TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (consumer, id)
);
