-- Announced work, as the incidents service shows it to everybody: a copy.
CREATE TABLE maintenances (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    head_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX maintenances_head ON maintenances (head_at);

CREATE TABLE maintenance_components (
    maintenance TEXT NOT NULL,
    component TEXT NOT NULL,
    PRIMARY KEY (maintenance, component)
);

-- What people are told of a maintenance. As long as it has no body, what there is to tell is still to be asked.
CREATE TABLE notices (
    n IDENTITY_KEY,
    id TEXT NOT NULL UNIQUE,
    maintenance TEXT NOT NULL,
    kind TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT
);

CREATE INDEX notices_maintenance ON notices (maintenance, n);
