-- What the incidents service shows to everybody, as it said last: a copy, so that this service can answer by itself.
CREATE TABLE components (
    slug TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX incidents_started ON incidents (started_at);

CREATE INDEX incidents_status ON incidents (status, started_at);

CREATE TABLE incident_components (
    incident TEXT NOT NULL,
    component TEXT NOT NULL,
    PRIMARY KEY (incident, component)
);

-- What events told of, and what has yet to be asked about it. The number grows with each event.
CREATE TABLE questions (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

-- One row: when the incidents service last answered, and whether that is so long ago that nobody knows any more.
CREATE TABLE knowledge (
    id BIGINT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL,
    stale BOOLEAN NOT NULL
);

-- What the public was told.
CREATE TABLE announcements (
    n IDENTITY_KEY,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL
);

CREATE INDEX announcements_incident ON announcements (incident, n);

CREATE TABLE banners (
    id TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    level TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    link TEXT,
    created_at BIGINT NOT NULL
);

-- Who hears of announcements: addresses of mail, and of webhooks.
CREATE TABLE subscribers (
    n IDENTITY_KEY,
    id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    base TEXT NOT NULL,
    hears_all BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    failing_since BIGINT,
    generation BIGINT NOT NULL,
    rotated_at BIGINT,
    UNIQUE (channel, address_key)
);

CREATE INDEX subscribers_created ON subscribers (channel, created_at);

-- The components that a subscriber wants to hear about, where it is not all of them.
CREATE TABLE subscriber_components (
    subscriber BIGINT NOT NULL,
    component TEXT NOT NULL,
    PRIMARY KEY (subscriber, component)
);

-- What somebody asked for who has yet to confirm it. The token of the mail is made from the nonce with the key of the
-- installation, so nothing here opens anything.
CREATE TABLE requests (
    subscriber BIGINT NOT NULL PRIMARY KEY,
    nonce TEXT NOT NULL,
    components TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX requests_expires ON requests (expires_at);

-- One message on its way to one subscriber. What is due has a time; what is done has none. Whoever works on it has
-- leased it until that time.
CREATE TABLE deliveries (
    n IDENTITY_KEY,
    subscriber BIGINT NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT,
    leased BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    tried_at BIGINT,
    outcome TEXT,
    UNIQUE (subscriber, message)
);

CREATE INDEX deliveries_due ON deliveries (channel, next_at);

CREATE INDEX deliveries_open ON deliveries (subscriber, next_at);

CREATE INDEX deliveries_created ON deliveries (created_at);
