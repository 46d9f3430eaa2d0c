-- Headings under which components stand; one without a row here has no place, no text and no parent.
CREATE TABLE component_groups (
    name TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    parent TEXT NOT NULL,
    position BIGINT NOT NULL
);

ALTER TABLE components ADD COLUMN owner TEXT NOT NULL DEFAULT '';

ALTER TABLE components ADD COLUMN links TEXT NOT NULL DEFAULT '[]';

ALTER TABLE components ADD COLUMN start_date TEXT;

ALTER TABLE components ADD COLUMN policy TEXT;

ALTER TABLE components ADD COLUMN override_by TEXT;

-- Since when a signal stands at each level or worse, its latest turns, and until when its end is held back.
ALTER TABLE signals ADD COLUMN degraded_at BIGINT;

ALTER TABLE signals ADD COLUMN partial_at BIGINT;

ALTER TABLE signals ADD COLUMN major_at BIGINT;

ALTER TABLE signals ADD COLUMN turns TEXT NOT NULL DEFAULT '[]';

ALTER TABLE signals ADD COLUMN clears_at BIGINT;

ALTER TABLE signals ADD COLUMN dismissed BOOLEAN NOT NULL DEFAULT FALSE;

UPDATE signals SET degraded_at = since, partial_at = since, major_at = since WHERE state = 'raised';

CREATE INDEX signals_clears ON signals (clears_at);

-- What each standing signal leads to for each component that it concerns, and when that is to be judged again.
CREATE TABLE verdicts (
    component TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    act TEXT NOT NULL,
    judge_at BIGINT,
    PRIMARY KEY (component, source, key)
);

CREATE INDEX verdicts_judge ON verdicts (judge_at);

CREATE INDEX verdicts_signal ON verdicts (source, key);

CREATE INDEX verdicts_act ON verdicts (act);

-- Signals that stand already are judged as soon as the service runs.
INSERT INTO verdicts (component, source, key, act, judge_at)
    SELECT c.slug, s.source, s.key, '', 0 FROM signals s JOIN components c ON c.slug = s.component
    WHERE s.state = 'raised';

INSERT INTO verdicts (component, source, key, act, judge_at)
    SELECT d.component, s.source, s.key, '', 0 FROM signals s JOIN dependencies d ON d.needs = s.component
    WHERE s.state = 'raised' AND d.scope IS NOT NULL;

ALTER TABLE incidents ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;

UPDATE incidents SET opened_at = started_at;

ALTER TABLE incidents ADD COLUMN acknowledged_at BIGINT;

-- Written down when it was over: nobody detected or acknowledged it here.
ALTER TABLE incidents ADD COLUMN backfilled BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE incidents ADD COLUMN merged_into TEXT;

-- Where it was taken over from: the other tool and its id there.
ALTER TABLE incidents ADD COLUMN origin TEXT;

CREATE UNIQUE INDEX incidents_origin ON incidents (origin) WHERE origin IS NOT NULL;

ALTER TABLE timeline ADD COLUMN evidence TEXT;

ALTER TABLE timeline ADD COLUMN edited_at BIGINT;

ALTER TABLE timeline ADD COLUMN origin TEXT;

CREATE UNIQUE INDEX timeline_origin ON timeline (incident, origin) WHERE origin IS NOT NULL;

CREATE INDEX timeline_at ON timeline (incident, at, n);

-- What entries said before they were changed.
CREATE TABLE timeline_versions (
    n IDENTITY_KEY,
    entry BIGINT NOT NULL,
    until BIGINT NOT NULL,
    message TEXT NOT NULL,
    changed_by TEXT NOT NULL
);

CREATE INDEX timeline_versions_entry ON timeline_versions (entry, n);

CREATE TABLE responders (
    incident TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (incident, user_id)
);

CREATE TABLE tasks (
    n IDENTITY_KEY,
    incident TEXT NOT NULL,
    title TEXT NOT NULL,
    assignee TEXT,
    due TEXT,
    done_at BIGINT
);

CREATE INDEX tasks_incident ON tasks (incident, n);

-- A link is kept once, in the direction in which it was written.
CREATE TABLE connections (
    incident TEXT NOT NULL,
    type TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (incident, type, other)
);

CREATE INDEX connections_other ON connections (other);

CREATE TABLE templates (
    slug TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    sev BIGINT NOT NULL,
    services TEXT NOT NULL,
    summary TEXT NOT NULL,
    first_update TEXT NOT NULL
);
