-- Announced work, with the rule by which it comes again. The state and the times at the head are those of the time that
-- runs, else of the next one, else of the last one.
CREATE TABLE maintenances (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    time_zone TEXT NOT NULL,
    rrule TEXT,
    exceptions TEXT NOT NULL,
    notify_before BIGINT NOT NULL,
    state TEXT NOT NULL,
    head_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX maintenances_head ON maintenances (head_at);

CREATE TABLE maintenance_components (
    maintenance TEXT NOT NULL,
    component TEXT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (maintenance, component)
);

CREATE INDEX maintenance_components_component ON maintenance_components (component);

-- The times that a maintenance came, and the next ones. A notice beforehand is due while it has a time.
CREATE TABLE maintenance_occurrences (
    maintenance TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    notice_at BIGINT,
    began_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (maintenance, starts_at)
);

CREATE INDEX maintenance_occurrences_begin ON maintenance_occurrences (state, starts_at);

CREATE INDEX maintenance_occurrences_end ON maintenance_occurrences (state, ends_at);

CREATE INDEX maintenance_occurrences_notice ON maintenance_occurrences (notice_at);
