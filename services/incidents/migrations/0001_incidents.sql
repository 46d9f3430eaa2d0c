-- What we run that can fail, with the status that follows from everything known about it.
CREATE TABLE components (
    slug TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    group_name TEXT NOT NULL,
    position BIGINT NOT NULL,
    visibility TEXT NOT NULL,
    status TEXT NOT NULL,
    since BIGINT NOT NULL,
    because TEXT NOT NULL,
    override_status TEXT,
    override_note TEXT,
    override_at BIGINT,
    override_until BIGINT
);

CREATE INDEX components_override ON components (override_until);

-- Who needs whom. What is needed may be a provider's component; its scope is then the provider.
CREATE TABLE dependencies (
    component TEXT NOT NULL,
    needs TEXT NOT NULL,
    scope TEXT,
    place BIGINT NOT NULL,
    PRIMARY KEY (component, needs)
);

CREATE INDEX dependencies_needs ON dependencies (needs);

CREATE INDEX dependencies_scope ON dependencies (scope);

-- What watchers said last about each thing they watch.
CREATE TABLE signals (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    component TEXT NOT NULL,
    cause TEXT NOT NULL,
    level TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence_url TEXT,
    since BIGINT NOT NULL,
    expires_at BIGINT,
    opens_at BIGINT,
    incident TEXT,
    PRIMARY KEY (source, key)
);

CREATE INDEX signals_component ON signals (component, state);

CREATE INDEX signals_cause ON signals (cause, state);

CREATE INDEX signals_opens ON signals (opens_at);

CREATE INDEX signals_expires ON signals (expires_at);

CREATE INDEX signals_incident ON signals (incident);

-- What watchers can see, and since when they cannot.
CREATE TABLE watches (
    source TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    covers TEXT,
    lost_since BIGINT,
    reason TEXT,
    PRIMARY KEY (source, scope)
);

CREATE INDEX watches_scope ON watches (scope);

CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    sev BIGINT NOT NULL,
    summary TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    cause TEXT,
    started_at BIGINT NOT NULL,
    mitigated_at BIGINT,
    resolved_at BIGINT,
    quiet_since BIGINT,
    commander TEXT,
    postmortem TEXT
);

CREATE INDEX incidents_started ON incidents (started_at);

CREATE INDEX incidents_status ON incidents (status, started_at);

-- Signals with one cause share one incident as long as it is not resolved.
CREATE UNIQUE INDEX incidents_cause ON incidents (cause) WHERE cause IS NOT NULL AND status <> 'resolved';

CREATE TABLE incident_components (
    incident TEXT NOT NULL,
    component TEXT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (incident, component)
);

CREATE INDEX incident_components_component ON incident_components (component);

CREATE TABLE timeline (
    n IDENTITY_KEY,
    incident TEXT NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    message TEXT NOT NULL,
    author TEXT,
    evidence_url TEXT
);

CREATE INDEX timeline_incident ON timeline (incident, n);

CREATE TABLE followers (
    incident TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (incident, user_id)
);
