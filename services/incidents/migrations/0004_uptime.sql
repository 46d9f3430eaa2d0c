-- The history of a component begins here. What was before its present status is not known, and is not counted.
ALTER TABLE components ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;

-- The status without incidents that people opened: what the machine sees.
ALTER TABLE components ADD COLUMN seen_status TEXT NOT NULL DEFAULT 'operational';

UPDATE components SET created_at = since, seen_status = status;

-- What the machine saw, from when to when. It is never rewritten; the last one has no end.
CREATE TABLE intervals (
    component TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT,
    status TEXT NOT NULL,
    PRIMARY KEY (component, from_at)
);

CREATE INDEX intervals_component ON intervals (component, to_at);

CREATE INDEX intervals_to ON intervals (to_at);

INSERT INTO intervals (component, from_at, to_at, status) SELECT slug, since, NULL, status FROM components;

-- The components that an incident weighs on: those that it names, and those that needed them when it was open.
CREATE TABLE incident_reach (
    incident TEXT NOT NULL,
    component TEXT NOT NULL,
    PRIMARY KEY (incident, component)
);

CREATE INDEX incident_reach_component ON incident_reach (component);

INSERT INTO incident_reach (incident, component)
WITH RECURSIVE reached (incident, component) AS (
    SELECT n.incident, n.component FROM incident_components n
    JOIN incidents i ON i.id = n.incident
    JOIN components c ON c.slug = n.component
    WHERE i.cause IS NULL
    UNION
    SELECT r.incident, d.component FROM reached r JOIN dependencies d ON d.needs = r.component
)
SELECT incident, component FROM reached;

-- Until when an incident weighs.
CREATE INDEX incidents_ended ON incidents ((COALESCE(mitigated_at, resolved_at)));

-- Days in UTC that are over and were not wholly operational, in microseconds. A day that is not here was.
CREATE TABLE uptime_days (
    component TEXT NOT NULL,
    day BIGINT NOT NULL,
    operational BIGINT NOT NULL,
    degraded BIGINT NOT NULL,
    partial BIGINT NOT NULL,
    major BIGINT NOT NULL,
    maintenance BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    uncounted BIGINT NOT NULL,
    counted_at BIGINT NOT NULL,
    PRIMARY KEY (day, component)
);

CREATE INDEX uptime_days_component ON uptime_days (component, day);

-- One row: the first day that is not kept yet, and the first of which all intervals are still here.
CREATE TABLE uptime_mark (
    one BIGINT NOT NULL PRIMARY KEY,
    closed_to BIGINT NOT NULL,
    seen_from BIGINT NOT NULL
);
