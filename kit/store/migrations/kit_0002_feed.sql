-- Events that were delivered within this process and are kept for the services in others, in the order in which they
-- were taken from the outbox. Places have no gaps: whoever has read up to one has missed nothing before it.
CREATE TABLE feed (
    place BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX feed_at ON feed (at);

-- How far each consumer of this service has read the feeds of the others.
CREATE TABLE positions (
    consumer TEXT NOT NULL,
    service TEXT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (consumer, service)
);
