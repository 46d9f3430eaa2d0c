-- The version of everything here: it grows with each change, and evaluation looks at it to know whether to read anew.
-- The epoch tells one database from another whose versions are the same.
CREATE TABLE flag_state (
    one BIGINT NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- Flags that are imported, exported and evaluated together. Its base is the version of what all its flags rest on.
CREATE TABLE flag_sets (
    name TEXT NOT NULL PRIMARY KEY,
    evaluators TEXT NOT NULL,
    metadata TEXT NOT NULL,
    bucketing TEXT NOT NULL,
    base BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Definitions in flagd's form.
CREATE TABLE flags (
    flag_set TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    definition TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (flag_set, key)
);

CREATE INDEX flags_version ON flags (flag_set, version);

-- Which incidents pull which flags.
CREATE TABLE links (
    id TEXT NOT NULL PRIMARY KEY,
    flag_set TEXT NOT NULL,
    key TEXT NOT NULL,
    component TEXT,
    min_severity BIGINT,
    action TEXT NOT NULL,
    variant TEXT,
    created_at BIGINT NOT NULL
);

CREATE INDEX links_flag ON links (flag_set, key);

-- Flags that are pulled now, and by which incidents. One whose incident is over may have to wait until it is restored.
CREATE TABLE holds (
    flag_set TEXT NOT NULL,
    key TEXT NOT NULL,
    incident TEXT NOT NULL,
    link TEXT NOT NULL,
    component TEXT,
    action TEXT NOT NULL,
    variant TEXT,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    restore_at BIGINT,
    PRIMARY KEY (flag_set, key, incident)
);

CREATE INDEX holds_incident ON holds (incident);

CREATE INDEX holds_restore ON holds (restore_at);

-- Flags that a person has freed, until the incidents that hold them are over.
CREATE TABLE lifts (
    flag_set TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (flag_set, key)
);

-- When kill switches were pulled in the last hour.
CREATE TABLE pulls (
    n IDENTITY_KEY,
    flag_set TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX pulls_flag ON pulls (flag_set, key, at);

CREATE INDEX pulls_at ON pulls (at);

-- What is known of incidents. Where it may be out of date, they are asked for; words counts the news heard meanwhile.
CREATE TABLE known_incidents (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    sev BIGINT NOT NULL,
    services TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    doubtful BOOLEAN NOT NULL,
    words BIGINT NOT NULL,
    heard_at BIGINT NOT NULL
);

CREATE INDEX known_incidents_active ON known_incidents (active);

CREATE INDEX known_incidents_doubtful ON known_incidents (doubtful);
